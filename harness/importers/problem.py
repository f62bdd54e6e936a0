"""What the lint says of a contract file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from harness.contract import Contract


class Fault(msgspec.Struct, frozen=True):
    """What is wrong at a place of a contract.

    Attributes:
        place: Where in the file, e.g. ``$.shapes.EventId.length``.
        problem: What is wrong, with the value found.
        remedy: What to do.
        severity: ``note`` for what is merely worth a look.
    """

    place: str
    problem: str
    remedy: str
    severity: Literal["error", "note"] = "error"


class Problem(msgspec.Struct, frozen=True):
    """What is wrong in a contract file.

    Attributes:
        path: The file.
        place: Where in it, as in ``Fault``.
        problem: What is wrong.
        remedy: What to do.
        severity: ``error`` or ``note``.
    """

    path: str
    place: str
    problem: str
    remedy: str
    severity: Literal["error", "note"] = "error"


Check = Callable[[Contract], Iterator[Fault]]
