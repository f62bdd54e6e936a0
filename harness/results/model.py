"""The result of a run or replay, and the events on the way to it.

Made by the runner, read by reports, baselines and comparisons.
"""

from __future__ import annotations

import msgspec

from harness.cases.model import Side
from harness.cases.verdict import CaseResult, Finding
from harness.results.waivers import Applied, Identity


class Planned(msgspec.Struct, frozen=True, tag=True):
    """Event: the cases of one operation at one version are known and about to be sent.

    Attributes:
        operation: ``service:Operation``.
        version: The contract's version.
        cases: How many requests will be made.
    """

    operation: str
    version: str
    cases: int


class Judged(msgspec.Struct, frozen=True, tag=True):
    """Event: one case was sent and judged."""

    result: CaseResult


class Skipped(msgspec.Struct, frozen=True, tag=True):
    """Event: a case was not sent, since no HTTP request can carry it.

    Attributes:
        operation: ``service:Operation``.
        version: The contract's version.
        case: The case's id.
        reason: What cannot be carried.
    """

    operation: str
    version: str
    case: str
    reason: str


class Missed(msgspec.Struct, frozen=True):
    """A side of a constraint that no case hit.

    Attributes:
        constraint: The pointer.
        side: ``inside`` or ``outside``.
        reason: Why: what the wire cannot carry, or that no case was made.
        version: The contract's version.
    """

    constraint: str
    side: Side
    reason: str
    version: str


class OperationCoverage(msgspec.Struct, frozen=True):
    """How many input constraints and rules of one operation at one version were hit on each side."""

    operation: str
    version: str
    constraints: int
    inside: int
    outside: int
    missed: tuple[Missed, ...] = ()


class OperationCount(msgspec.Struct, frozen=True):
    """How the cases of one operation at one version came out.

    Attributes:
        operation: ``service:Operation``.
        version: The contract's version.
        cases: How many were sent.
        as_contracted: How many answers were as contracted.
        refused_by_state: How many the endpoint's state kept from being judged further.
        validators: How many checks ran.
    """

    operation: str
    version: str
    cases: int = 0
    as_contracted: int = 0
    refused_by_state: int = 0
    validators: int = 0


def counted(count: OperationCount, result: CaseResult) -> OperationCount:
    """Add one judged case to a count."""
    word = result.verdict.result
    return msgspec.structs.replace(
        count,
        cases=count.cases + 1,
        as_contracted=count.as_contracted + (word == "as-contracted"),
        refused_by_state=count.refused_by_state + (word == "refused-by-state"),
        validators=count.validators + len(result.verdict.validators),
    )


class Finished(msgspec.Struct, frozen=True, tag=True):
    """Event: all cases of one operation at one version are done.

    Attributes:
        operation: ``service:Operation``.
        version: The contract's version.
        coverage: What they hit.
    """

    operation: str
    version: str
    coverage: OperationCoverage


Event = Planned | Judged | Skipped | Finished


class RunResult(msgspec.Struct, frozen=True):
    """What a run or replay found out.

    Attributes:
        command: ``run`` or ``replay``.
        target: What was asked: ``emulator``, ``aws``, a URL or a cassette directory.
        seed: The seed the cases were made with.
        depth: ``smoke``, ``coverage``, ``deep``, or ``recorded`` for a replay.
        results: One for each case, in the order of sending; in a sweep over many operations only those that
            are not as contracted, so that its size stays bounded.
        counts: One for each operation and version, over all cases.
        coverage: One for each operation and version.
        findings: What is wrong, worst first.
        skipped: Cases that no request can carry.
        accepted: The ids of findings that a baseline accepts; they are listed and do not fail.
        waivers: What the waivers did: those that hold, have expired or matched nothing.
        interrupted: Whether the run was stopped before its end.
        seconds: How long it took.
    """

    command: str
    target: str
    seed: int
    depth: str
    results: tuple[CaseResult, ...]
    counts: tuple[OperationCount, ...]
    coverage: tuple[OperationCoverage, ...]
    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...] = ()
    accepted: tuple[str, ...] = ()
    waivers: Applied = Applied()
    interrupted: bool = False
    seconds: float = 0.0

    @property
    def waived(self) -> tuple[str, ...]:
        """The ids of the findings that waivers accept."""
        known = self.waivers.identities
        return tuple(
            item.id for item in self.findings if Identity(item.operation, item.kind, item.constraint) in known
        )

    @property
    def excused(self) -> tuple[str, ...]:
        """The ids of the findings that do not fail: a baseline or a waiver accepts them."""
        return (*self.accepted, *self.waived)
