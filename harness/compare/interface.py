"""What is compared, and what a comparison says."""

from __future__ import annotations

from typing import Literal

import msgspec

from harness.exchange import Outcome

Grade = Literal[
    "status-class", "error-code", "status", "member", "type", "constraint", "order", "value", "text",
    "missing-case",
]  # fmt: skip


class Observed(msgspec.Struct, frozen=True):
    """One side's answer to one case."""

    case: str
    operation: str
    version: str
    outcome: Outcome


class Difference(msgspec.Struct, frozen=True, omit_defaults=True):
    """One way in which two answers to the same case differ.

    Attributes:
        operation: ``service:Operation``.
        case: The case's id.
        grade: How serious it is, worst first in ``Grade``; ``text`` and ``missing-case`` alone are no
            regression.
        pointer: Where, e.g. ``events:PutEvents#/output/FailedEntryCount`` or ``.../errors/code``.
        old: What the old side said, as a document; ``None`` for nothing.
        new: What the new side said.
        place: Where in the old side's list, when it is in one, e.g. ``Entries[2].ErrorCode``; in the new
            side's for what only that has.
        note: What is to be known of how it was found, e.g. that items were paired in order.
    """

    operation: str
    case: str
    grade: Grade
    pointer: str
    old: object
    new: object
    place: str = ""
    note: str = ""
