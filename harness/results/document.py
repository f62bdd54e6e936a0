"""The JSON document of a run or replay: what ``--json`` writes and ``compare`` reads.

The classes below are the format; ``docs/run.schema.json`` is made from them. Scripts rely on the keys: add
to them, and change one only with a reason. Readers take no notice of keys that they do not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from harness.cases.model import Origin, Side
from harness.cases.verdict import CaseResult, Finding, Severity
from harness.exchange import Outcome
from harness.results.model import Missed, OperationCoverage, RunResult
from harness.results.store import corrupt, from_json, read_text, to_json, write_text
from harness.results.waivers import Waiver

FORMAT: Literal[1] = 1


class SummaryPart(msgspec.Struct, frozen=True):
    """Counts.

    Attributes:
        operations: Distinct operations that cases were sent for, or would have been.
        cases: Requests that were made and judged.
        findings: Entries of ``findings``, accepted ones and notes included.
        validators_run: Checks that really ran, over all cases; at least ``cases``.
        refused_by_state: Cases that the endpoint's state kept from being judged further.
        seed: The seed that the cases were made with.
        accepted: Findings that a baseline accepts.
    """

    operations: int
    cases: int
    findings: int
    validators_run: int
    refused_by_state: int
    seed: int
    accepted: int


class MissedPart(msgspec.Struct, frozen=True):
    """A side of a constraint that no case hit, and why."""

    constraint: str
    side: Side
    reason: str
    version: str


class OperationCoveragePart(msgspec.Struct, frozen=True):
    """How many constraints of one operation at one version were hit on each side."""

    operation: str
    version: str
    constraints: int
    inside: int
    outside: int


class CoveragePart(msgspec.Struct, frozen=True):
    """Input constraints and rules, and how many were hit on each side; sums over ``operations``."""

    constraints: int
    inside: int
    outside: int
    missed: tuple[MissedPart, ...]
    operations: tuple[OperationCoveragePart, ...]


class FindingPart(msgspec.Struct, frozen=True):
    """Something wrong; see ``harness.cases.verdict.Finding``. ``accepted``: a baseline accepts it.

    ``waived``: a waiver does.
    """

    id: str
    operation: str
    versions: tuple[str, ...]
    kind: str
    severity: Severity
    constraint: str
    case: str
    sent: str
    expected: str
    got: str
    reproduce: str
    seen: int
    accepted: bool
    waived: bool = False


class OutcomePart(msgspec.Struct, frozen=True):
    """What an answer meant; see ``harness.exchange.Outcome``."""

    kind: Literal["output", "error", "unreadable", "silent"]
    status: int
    code: str | None
    message: str | None
    fault: Literal["client", "server"] | None
    retryable: bool
    output: Any


class ResultPart(msgspec.Struct, frozen=True):
    """One case and its answer, so that two runs can be held against each other."""

    case: str
    operation: str
    version: str
    origin: Origin
    verdict: Literal["as-contracted", "refused-by-state", "finding"]
    outcome: OutcomePart


class SkippedPart(msgspec.Struct, frozen=True):
    """A case that was not sent, since no HTTP request can carry it."""

    case: str
    operation: str
    version: str
    reason: str


class WaiverPart(msgspec.Struct, frozen=True):
    """An accepted finding with its reason and its end; see ``harness.results.waivers.Waiver``."""

    operation: str
    kind: str
    constraint: str
    reason: str
    who: str
    until: str


class RunDocument(msgspec.Struct, frozen=True):
    """The result of a run or replay."""

    format: Literal[1]
    command: str
    target: str
    depth: str
    seconds: float
    interrupted: bool
    summary: SummaryPart
    coverage: CoveragePart
    findings: tuple[FindingPart, ...]
    accepted: tuple[str, ...]
    skipped: tuple[SkippedPart, ...]
    results: tuple[ResultPart, ...]
    waived: tuple[WaiverPart, ...] = ()
    expired_waivers: tuple[WaiverPart, ...] = ()
    unused_waivers: tuple[WaiverPart, ...] = ()


def document(result: RunResult) -> dict[str, Any]:
    """Turn a result into its document.

    Args:
        result: What a run or replay found out.

    Returns:
        A document that keeps ``docs/run.schema.json``.
    """
    whole = RunDocument(
        format=FORMAT,
        command=result.command,
        target=result.target,
        depth=result.depth,
        seconds=round(result.seconds, 3),
        interrupted=result.interrupted,
        summary=_summary(result),
        coverage=_coverage(result.coverage),
        findings=_findings(result),
        accepted=result.accepted,
        skipped=tuple(
            SkippedPart(each.case, each.operation, each.version, each.reason) for each in result.skipped
        ),
        results=tuple(_result(each) for each in result.results),
        waived=_waivers(result.waivers.waived),
        expired_waivers=_waivers(result.waivers.expired),
        unused_waivers=_waivers(result.waivers.unused),
    )
    return {key: _plain(value) for key, value in msgspec.to_builtins(whole).items()}


def write_document(path: Path, result: RunResult) -> None:
    """Write a result's document, whole or not at all.

    Raises:
        UsageError: Nothing can be written there.
    """
    write_text(Path(path), to_json(document(result)))


def read_document(path: Path) -> dict[str, Any]:
    """Read a document that a run or replay wrote.

    Args:
        path: The file.

    Returns:
        The document; everything that the format names is there and has its type.

    Raises:
        UsageError: There is no such file.
        ResultsCorrupt: The file is truncated, or no such document.
    """
    path = Path(path)
    found = from_json(path, read_text(path, "Name the file that 'harness run --json FILE' wrote."))
    if isinstance(found, dict) and found.get("format") not in (None, FORMAT):
        remedy = "Make the file anew with this version of the harness."
        raise corrupt(path, f"its format is {found['format']!r}, and this version reads {FORMAT}", remedy)
    try:
        msgspec.convert(found, RunDocument)
    except msgspec.ValidationError as error:
        problem = f"it is no result of a run: {error}"
        raise corrupt(path, problem, "Name the file that 'harness run --json FILE' wrote.") from error
    return dict(found)


def observed(found: dict[str, Any]) -> Iterator[tuple[str, str, str, Outcome]]:
    """List what a document says of each case.

    Args:
        found: A document as ``read_document`` returns it.

    Yields:
        Case id, operation, version and outcome: the fields of ``harness.compare.interface.Observed``.
    """
    for result in found["results"]:
        yield (
            result["case"],
            result["operation"],
            result["version"],
            msgspec.convert(result["outcome"], Outcome),
        )


def run_schema() -> dict[str, Any]:
    """Say the format as a JSON Schema (draft 2020-12), as published in ``docs/run.schema.json``."""
    (reference,), components = msgspec.json.schema_components([RunDocument], ref_template="#/$defs/{name}")
    for part in components.values():
        part["description"] = part["description"].partition("\n\n")[0]  # the rest is for readers of the code
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The result of harness run and harness replay",
        **reference,
        "$defs": _plain(components),
    }


def _summary(result: RunResult) -> SummaryPart:
    return SummaryPart(
        operations=len({each.operation for each in result.counts}),
        cases=sum(each.cases for each in result.counts),
        findings=len(result.findings),
        validators_run=sum(each.validators for each in result.counts),
        refused_by_state=sum(each.refused_by_state for each in result.counts),
        seed=result.seed,
        accepted=sum(finding.id in result.accepted for finding in result.findings),
    )


def _coverage(parts: tuple[OperationCoverage, ...]) -> CoveragePart:
    return CoveragePart(
        constraints=sum(part.constraints for part in parts),
        inside=sum(part.inside for part in parts),
        outside=sum(part.outside for part in parts),
        missed=tuple(_missed(missed) for part in parts for missed in part.missed),
        operations=tuple(
            OperationCoveragePart(part.operation, part.version, part.constraints, part.inside, part.outside)
            for part in parts
        ),
    )


def _missed(missed: Missed) -> MissedPart:
    return MissedPart(missed.constraint, missed.side, missed.reason, missed.version)


def _findings(result: RunResult) -> tuple[FindingPart, ...]:
    accepted, waived = frozenset(result.accepted), frozenset(result.waived)
    return tuple(_finding(item, item.id in accepted, item.id in waived) for item in result.findings)


def _finding(finding: Finding, accepted: bool, waived: bool) -> FindingPart:
    return FindingPart(**msgspec.structs.asdict(finding), accepted=accepted, waived=waived)


def _waivers(waivers: tuple[Waiver, ...]) -> tuple[WaiverPart, ...]:
    return tuple(WaiverPart(**msgspec.structs.asdict(item)) for item in waivers)


def _result(result: CaseResult) -> ResultPart:
    case, outcome = result.case, result.outcome
    return ResultPart(
        case=case.id,
        operation=case.operation,
        version=case.version,
        origin=case.origin,
        verdict=result.verdict.result,
        outcome=OutcomePart(
            kind=outcome.kind,
            status=outcome.status,
            code=outcome.code,
            message=outcome.message,
            fault=outcome.fault,
            retryable=outcome.retryable,
            output=outcome.output,
        ),
    )


def _plain(value: Any) -> Any:
    """Lists for tuples, all the way down: what JSON can say."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
