"""Recordings held against the contracts of today: what no longer fits, what changed, and what is as it was.

A changed contract alone invalidates nothing; an answer that no longer fits does. What a recording broke when
it was made, by the same contract, is no sign of age: enumerations are open in answers, and models leave out
errors, so these two count only where the contract is not known to be the recorded one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

import msgspec

from harness.cassettes.open_enums import unknown_values
from harness.cassettes.today import Subject, Today
from harness.contract import check
from harness.contract.common_errors import is_common
from harness.exchange import Deviation, Outcome

Level = Literal["invalid", "changed", "current", "unchecked"]
LEVELS: tuple[Level, ...] = ("invalid", "changed", "unchecked", "current")

NOTE = "response-constraint"
LISTED = 5
SECONDS_A_DAY = 86400


class Reason(msgspec.Struct, frozen=True):
    """One reason why a recording is not as it should be.

    Attributes:
        kind: A kind of finding (``response-type`` and so on, ``undeclared-error``), ``unreadable``,
            ``input``, ``edited``, ``unfindable``, ``contract`` or ``age``.
        pointer: What of the contract it is about; empty where it is about all of it.
        text: What is wrong, in words.
    """

    kind: str
    pointer: str
    text: str


class Linted(msgspec.Struct, frozen=True):
    """What lint says of one recording.

    Attributes:
        file: The file.
        operation: ``service:Operation``, or method and URL of a request that is no operation of AWS.
        number: Its place in the file, from one.
        level: ``invalid``: it no longer fits; ``changed``: it fits, but the contract is not the one that it
            was recorded by, or its request was edited; ``unchecked``: there is no contract to hold it
            against; ``current``: neither.
        reasons: Why, and what else is to be said.
        recorded_at: When it was recorded.
        against: Who answered.
        botocore: The release that sent the request.
        version: The contract version of a run's recording.
        case: The case of a run's recording.
        age: Whole days since it was recorded.
        too_old: Whether that is more than allowed.
    """

    file: str
    operation: str
    number: int
    level: Level
    reasons: tuple[Reason, ...] = ()
    recorded_at: datetime | None = None
    against: str | None = None
    botocore: str | None = None
    version: str | None = None
    case: str | None = None
    age: int | None = None
    too_old: bool = False


def lint(subject: Subject, today: Today, now: datetime, max_age: int | None = None) -> Linted:
    """Hold one recording against its contract of today.

    Args:
        subject: The recording.
        today: The contracts of today.
        now: The time that ages are counted to.
        max_age: The greatest age, in days; ``None`` for any.
    """
    entry = subject.part.harness
    recorded = entry.contract if entry is not None else None
    same = recorded is not None and recorded == subject.digest
    breaks, remarks = _held(subject, today, same=same)
    level: Level = "current"
    if subject.contract is None:
        level = "unchecked" if subject.problem is None else "invalid"
    if breaks:
        level = "invalid"
    elif subject.contract is not None and (subject.was_edited or (recorded is not None and not same)):
        level = "changed"
    if subject.contract is not None and recorded is not None and not same:
        text = "the contract is not the one that it was recorded by"
        remarks += (Reason("contract", f"{subject.operation}#", text),)
    age = _age(subject, now)
    too_old = age is not None and max_age is not None and age > max_age
    if too_old:
        remarks += (Reason("age", "", f"recorded {age} days ago, and {max_age} are allowed"),)
    return Linted(
        file=str(subject.file),
        operation=subject.operation,
        number=subject.number,
        level=level,
        reasons=breaks + remarks,
        recorded_at=entry.recorded_at if entry is not None else None,
        against=subject.target,
        botocore=entry.botocore if entry is not None else None,
        version=entry.version if entry is not None else None,
        case=entry.case if entry is not None else None,
        age=age,
        too_old=too_old,
    )


def _age(subject: Subject, now: datetime) -> int | None:
    entry = subject.part.harness
    if entry is None:
        return None
    return max(0, int((now - entry.recorded_at.astimezone(UTC)).total_seconds() // SECONDS_A_DAY))


def _held(subject: Subject, today: Today, *, same: bool) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """Say what no longer fits, and what else is to be said."""
    if subject.problem is not None:
        return (Reason("contract", f"{subject.operation}#", subject.problem),), ()
    found = dict.fromkeys([*_of_request(subject), *_of_answer(subject, today, same=same)])
    breaks = tuple(reason for reason, counts in found if counts)
    return breaks, tuple(reason for reason, counts in found if not counts)


def _of_request(subject: Subject) -> Iterator[tuple[Reason, bool]]:
    contract = subject.contract
    if contract is None:
        return
    if subject.was_edited:
        entry = subject.part.harness
        if subject.file.suffix == ".jsonl":  # there a replay believes the key
            text = "its request means another thing today, and no replay will find it"
            yield Reason("unfindable", f"{contract.name}#/input", text), True
        elif entry is not None and entry.contract == subject.digest:
            text = "its request no longer means what its key says: it was edited"
            yield Reason("edited", f"{contract.name}#/input", text), False
    if subject.document is None:
        return
    for violation in check(contract, subject.document):
        if violation.trait == "required":
            text = "the recorded input no longer keeps this, so no client can send it"
            yield Reason("input", violation.pointer, text), True


def _of_answer(subject: Subject, today: Today, *, same: bool) -> Iterator[tuple[Reason, bool]]:
    outcome, contract = subject.outcome, subject.contract
    if outcome is None or contract is None:
        return
    if outcome.kind == "unreadable":
        # No contract says how a gateway in front of a service fails.
        text = f"its answer cannot be read: {outcome.failure}"
        yield Reason("unreadable", f"{contract.name}#/output", text), outcome.status < 500
    for deviation in outcome.deviations:
        if deviation.kind != NOTE:
            yield _reason(deviation), True
    for pointer, values, value in unknown_values(contract, outcome.output):
        text = f"expected one of {_listed(values)}, recorded {value!r}"
        yield Reason(NOTE, pointer, text), not same
    if _is_undeclared(subject, outcome, today):
        text = f"the error {outcome.code} is not declared"
        yield Reason("undeclared-error", f"{contract.name}#/errors/{outcome.code}", text), not same


def _listed(values: tuple[str, ...]) -> str:
    more = f" and {len(values) - LISTED} more" if len(values) > LISTED else ""
    return ", ".join(values[:LISTED]) + more


def _reason(deviation: Deviation) -> Reason:
    text = f"expected {deviation.expected}, recorded {deviation.got}"
    return Reason(deviation.kind, deviation.pointer, text)


def _is_undeclared(subject: Subject, outcome: Outcome, today: Today) -> bool:
    """Say whether an error is one that neither operation, nor service, nor AWS at large declares."""
    contract = subject.contract
    if outcome.kind != "error" or outcome.modelled or outcome.code is None or contract is None:
        return False
    if contract.http.method == "HEAD" or outcome.code == contract.validation.code:
        return False  # an answer without a body holds no code
    return not is_common(outcome.code) and outcome.code not in today.errors(subject)
