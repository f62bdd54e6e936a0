"""What a difference between two contracts is, and what a rule says of one kind of difference."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Severity = Literal["compatible", "warning", "breaking"]
Direction = Literal["request", "response", "both"]
Action = Literal["added", "removed", "changed", "tightened", "loosened"]

SEVERITIES: tuple[Severity, ...] = ("compatible", "warning", "breaking")


class Rule(msgspec.Struct, frozen=True):
    """One row of the table: a kind of difference, how bad it is and for whom.

    Attributes:
        id: Its stable name.
        direction: Whose spelling it concerns: what clients send, what they get, or neither alone.
        aspect: The part of a contract it is about, e.g. ``requiredness``.
        action: What happened to that part.
        severity: How bad it is for a client that was made for the old contract.
        harm: What comes of it and for whom, in one sentence.
        before: The example's old side, as YAML; see ``harness.compare.contracts.examples``.
        after: The example's new side.
    """

    id: str
    direction: Direction
    aspect: str
    action: Action
    severity: Severity
    harm: str
    before: str
    after: str


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One difference between two contracts.

    Attributes:
        rule: The id of the rule that names it.
        severity: The rule's severity.
        direction: The rule's direction.
        operation: ``service:Operation``, or the service alone for what concerns all of it.
        pointer: Where it is, e.g. ``events:PutEvents#/input/Entries/member/TraceHeader``.
        action: The rule's action.
        old: What the old side says, as a document; ``None`` where it says nothing.
        new: What the new side says.
        harm: What comes of it and for whom.
        refused: Whether the new side refuses a value that a recording holds; ``None`` where the change is no
            tighter constraint of a request, or nobody asked.
        taken_back: What a person calls the later state that says again what the old side says, if one does.
        code: The code of the error that it is about.
        also: Further pointers of the same fact: a shape may stand at several places of an operation and is
            reported once, at the place nearest to the top.
        evidence: The recording that shows that it touches what is really used, where that was asked.
    """

    rule: str
    severity: Severity
    direction: Direction
    operation: str
    pointer: str
    action: Action
    old: Any
    new: Any
    harm: str
    taken_back: str | None = None
    code: str | None = None
    also: tuple[str, ...] = ()
    evidence: str | None = None
    refused: bool | None = None


class Found(msgspec.Struct, frozen=True):
    """A difference before its rule is looked up.

    Attributes:
        rule: The id of the rule that names it.
        pointer: Where it is.
        old: What the old side says.
        new: What the new side says.
        code: The code of the error that it is about.
        also: Further pointers of the same fact.
    """

    rule: str
    pointer: str
    old: Any = None
    new: Any = None
    code: str | None = None
    also: tuple[str, ...] = ()
