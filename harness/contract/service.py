"""A whole service as far as a source knows it: the contracts of its operations and the facts around them.

Filled by the importers, compared by ``harness.compare.contracts``. A fact that a source cannot know is
``None``, which is not the same as a fact that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from harness.contract.model import Contract

Extent = Literal["model", "folder", "file"]


class Service(msgspec.Struct, frozen=True):
    """One service.

    Attributes:
        name: botocore's name of the service.
        operations: The contracts by operation. A comparison may leave out operations that are known to be the
            same on both sides.
        metadata: What the model says of the service, in the words of botocore's ``metadata``.
        extent: How much an absent operation says: a ``model`` holds all operations of its service, a
            ``folder`` all that somebody chose to keep, a ``file`` one.
        traits: What the model says of the service beside its metadata; ``None`` where a source has no place
            for it.
        paginators: The pagination of each operation, as ``paginators-1.json`` holds it.
        waiters: The waiters by name, as ``waiters-2.json`` holds them.
        wire_names: What operations are called on the wire where the source says it, by operation.
        authored: Whether its contracts hold what a person adds: rules, idempotency, batches, validation.
    """

    name: str
    operations: Mapping[str, Contract]
    metadata: Mapping[str, Any]
    extent: Extent = "model"
    traits: Mapping[str, Any] | None = None
    paginators: Mapping[str, Mapping[str, Any]] | None = None
    waiters: Mapping[str, Mapping[str, Any]] | None = None
    wire_names: Mapping[str, str] | None = None
    authored: bool = False
