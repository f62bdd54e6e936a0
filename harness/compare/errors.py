"""Answers as an SDK maps them: kind, status, code, fault and whether to retry, compared as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from harness.compare.interface import Difference, Grade, Observed
from harness.exchange import Outcome


class Mapped(msgspec.Struct, frozen=True):
    """One fact of an error that clients act on: where it stands, what it is, how grave a change is."""

    part: str
    attribute: str
    grade: Grade


FACTS = (
    Mapped("errors/code", "code", "error-code"),
    Mapped("errors/status", "status", "status"),
    Mapped("errors/fault", "fault", "error-code"),
    Mapped("errors/retryable", "retryable", "error-code"),
    Mapped("errors/message", "message", "text"),
)


def class_of(outcome: Outcome) -> str:
    """Name the class of an answer: ``2xx`` and so on; others are classes of their own."""
    if outcome.kind in ("silent", "unreadable"):
        return outcome.kind
    return f"{outcome.status // 100}xx"


def mapping_differences(old: Observed, new: Observed) -> Iterator[Difference]:
    """Compare everything of two answers but their outputs.

    Args:
        old: One side's answer.
        new: The other side's answer to the same case.

    Yields:
        One difference where the class of the answer changed; else one for each fact that changed.
    """
    before, after = old.outcome, new.outcome
    if class_of(before) != class_of(after) or before.kind != after.kind:
        yield _difference(new, "status-class", "status", _facts(before), _facts(after))
    elif before.kind == "error":
        for fact in FACTS:
            values = getattr(before, fact.attribute), getattr(after, fact.attribute)
            if values[0] != values[1]:
                yield _difference(new, fact.grade, fact.part, *values)
    elif before.status != after.status:
        yield _difference(new, "status", "status", before.status, after.status)


def _facts(outcome: Outcome) -> dict[str, Any]:
    return {"kind": outcome.kind, "status": outcome.status, "code": outcome.code}


def _difference(side: Observed, grade: Grade, part: str, old: object, new: object) -> Difference:
    return Difference(side.operation, side.case, grade, f"{side.operation}#/{part}", old, new)
