"""What runs and replays share: putting results together, and holding them against a baseline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.contract import Contract
from harness.errors import UsageError
from harness.results.model import (
    Event,
    Finished,
    Judged,
    OperationCount,
    OperationCoverage,
    Planned,
    RunResult,
    Skipped,
    counted,
)
from harness.results.waivers import Waiver, apply_waivers, read_waivers
from harness.session.options import ReplayOptions, RunOptions

if TYPE_CHECKING:
    from harness.cases.model import Case
    from harness.cases.verdict import CaseResult
    from harness.results.baseline import Baseline

Observe = Callable[[Event], None]


def ignore(_: object) -> None:
    """Take no notice; the observer of those who want none."""


SWEEP = 100  # operations beyond which results that are as contracted are counted and not kept

_Key = tuple[str, str]


class Tally:
    """Keeps what the events of a run say, and passes every event on.

    Args:
        observe: Who is told of every event.
        operations: How many operations there are; beyond ``SWEEP`` only what is not as contracted is kept.
    """

    def __init__(self, observe: Observe, operations: int = 0) -> None:
        self._observe, self._sweeping = observe, operations > SWEEP
        self.results: list[CaseResult] = []
        self.skipped: list[Skipped] = []
        self.coverage: dict[_Key, OperationCoverage] = {}
        self.counts: dict[_Key, OperationCount] = {}

    def __call__(self, event: Event) -> None:
        """Take one event."""
        match event:
            case Planned():
                key = (event.operation, event.version)
                self.counts.setdefault(key, OperationCount(event.operation, event.version))
            case Judged():
                self._judged(event.result)
            case Skipped():
                self.skipped.append(event)
            case Finished():
                kept = (
                    msgspec.structs.replace(event.coverage, missed=()) if self._sweeping else event.coverage
                )
                self.coverage[event.operation, event.version] = kept
        self._observe(event)

    def _judged(self, result: CaseResult) -> None:
        key = (result.case.operation, result.case.version)
        self.counts[key] = counted(self.counts.get(key, OperationCount(*key)), result)
        if not self._sweeping or result.verdict.suspicions:
            self.results.append(result)


def result_of(command: str, target: str, seed: int, depth: str, tally: Tally) -> RunResult:
    """Put judged cases together into the result of a run or replay.

    Args:
        command: ``run`` or ``replay``.
        target: What was asked.
        seed: What the cases were made from.
        depth: How many were made; ``recorded`` for a replay.
        tally: What came.

    Returns:
        The result with its coverage and findings, by operation and version; no time and no baseline yet.
    """
    from harness.cases.findings import findings

    ordered = sorted(tally.results, key=lambda item: (item.case.operation, item.case.version))
    return RunResult(
        command=command,
        target=target,
        seed=seed,
        depth=depth,
        results=tuple(ordered),
        counts=tuple(tally.counts[key] for key in sorted(tally.counts)),
        coverage=tuple(tally.coverage[key] for key in sorted(tally.coverage)),
        findings=findings(ordered),
        skipped=tuple(tally.skipped),
    )


def open_baseline(options: RunOptions | ReplayOptions) -> Baseline | None:
    """Read the accepted findings before anything is done, so that a wrong file costs no run.

    Raises:
        UsageError: An update is asked for and no file is named.
        HarnessError: The file is missing or cannot be read.
    """
    from harness.results.baseline import read_baseline

    if options.baseline is None:
        if options.update_baseline:
            problem = "there is no file to update"
            raise UsageError("--update-baseline", problem, "Name one with --baseline FILE.")
        return None
    path = Path(options.baseline)
    return None if options.update_baseline and not path.exists() else read_baseline(path)


def open_waivers(options: RunOptions | ReplayOptions) -> tuple[Waiver, ...]:
    """Read the waivers before anything is done, so that a wrong file costs no run.

    Raises:
        HarnessError: The file is missing or says what no waiver says.
    """
    return read_waivers(Path(options.waivers)) if options.waivers is not None else ()


def settle(
    found: RunResult,
    options: RunOptions | ReplayOptions,
    baseline: Baseline | None,
    waivers: tuple[Waiver, ...] = (),
) -> RunResult:
    """Accept the findings that a baseline knows, after writing the new ones to it where asked; then waive.

    An interrupted run updates nothing: it has not seen all findings. Nor does it call a waiver unused. What a
    waiver accepts until a day is not written to the baseline, which would accept it for good.
    """
    from harness.results.baseline import accept, read_baseline, update_baseline

    found = _waived(found, waivers)
    if options.update_baseline and options.baseline is not None and not found.interrupted:
        waived = frozenset(found.waived)
        lasting = tuple(item for item in found.findings if item.id not in waived)
        update_baseline(Path(options.baseline), msgspec.structs.replace(found, findings=lasting))
        baseline = read_baseline(Path(options.baseline))
    return accept(found, baseline) if baseline is not None else found


def _waived(found: RunResult, waivers: tuple[Waiver, ...]) -> RunResult:
    identities = [(item.operation, item.kind, item.constraint) for item in found.findings]
    looked_at = set() if found.interrupted else {item.operation for item in found.counts if item.cases}
    applied = apply_waivers(waivers, identities, datetime.now(UTC).date(), looked_at)
    return msgspec.structs.replace(found, waivers=applied)


def verify_case(contract: Contract, case: Case, url: str) -> str | None:
    """Send one case to an endpoint and say what is wrong with the answer.

    Args:
        contract: The operation.
        case: The case.
        url: The endpoint.

    Returns:
        ``None`` when the answer is as contracted or refused by the endpoint's state; else what was sent, what
        should have come, what came and how to send it again.
    """
    from harness.runner.execute import Plan, execute
    from harness.targets import open_target
    from harness.targets.interface import TargetSpec

    target = open_target(TargetSpec(kind="url", url=url), (contract,))
    try:
        result = next(execute(Plan(contract, (case,)), target))
    finally:
        target.close()
    if isinstance(result, Skipped):
        return f"{contract.name} {contract.version}: no request can carry this case: {result.reason}"
    if result.verdict.result != "finding":
        return None
    lines = [f"{contract.name} {contract.version} is not as contracted", f"  sent: {result.sent}"]
    for suspicion in result.verdict.suspicions:
        lines.append(f"  {suspicion.kind} at {suspicion.candidates[0]}")
        lines.append(f"    expected: {suspicion.expected}")
        lines.append(f"    got: {suspicion.got}")
    return "\n".join([*lines, f"  again: {result.reproduce}"])
