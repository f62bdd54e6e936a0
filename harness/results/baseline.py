"""Baselines: findings that people have accepted, so that only new ones fail.

A baseline is YAML, because it is read and argued about in reviews::

    format: 1
    accepted:
      - id: wrong-status@supplychain:SendDataIntegrationEvent#/errors/ServiceQuotaExceededException
        severity: medium
        reason: Reported to the service team in March.

``id`` is a finding's identity (kind and constraint, free of versions, messages and seeds); ``severity`` and
``reason`` are for readers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from harness.cases.verdict import Finding, Severity
from harness.results.model import RunResult
from harness.results.store import corrupt, read_text, write_text

HEADER = """\
# Findings that have been accepted: they are listed and do not fail a run.
# 'harness run --baseline THIS --update-baseline' writes this file anew; reasons are kept, comments are not.
"""


class Accepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One accepted finding.

    Attributes:
        id: The finding's identity.
        severity: How bad it was when it was accepted.
        reason: Why it is accepted, in a person's words.
    """

    id: str
    severity: Severity | None = None
    reason: str | None = None

    @property
    def operation(self) -> str:
        """The operation that the finding is about, as its constraint's pointer says."""
        return self.id.partition("@")[2].partition("#")[0]


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of accepted findings."""

    format: Literal[1]
    accepted: tuple[Accepted, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """The identities of what is accepted."""
        return frozenset(item.id for item in self.accepted)


def read_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Args:
        path: The file.

    Returns:
        What it accepts.

    Raises:
        UsageError: There is no such file.
        ResultsCorrupt: The file is no baseline.
    """
    path = Path(path)
    text = read_text(path, "Correct --baseline, or make the file with --update-baseline.")
    remedy = "Correct the file by hand; it is left as it is."
    try:
        found: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark is not None else ""
        raise corrupt(
            path, f"it is no YAML: {getattr(error, 'problem', None) or 'unreadable'}{line}", remedy
        ) from error
    try:
        baseline = msgspec.convert(found, Baseline)
    except msgspec.ValidationError as error:
        raise corrupt(path, f"it is no baseline: {error}", remedy) from error
    twice = sorted({item.id for item in baseline.accepted if _count(baseline, item.id) > 1})
    if twice:
        raise corrupt(path, f"it accepts {twice[0]} more than once", remedy)
    return baseline


def accept(result: RunResult, baseline: Baseline) -> RunResult:
    """Mark the findings of a result that a baseline accepts.

    Args:
        result: What a run or replay found out.
        baseline: What is accepted.

    Returns:
        The result with the identities of its accepted findings; nothing is taken out of ``findings``.
    """
    known = baseline.ids
    ids = tuple(finding.id for finding in result.findings if finding.id in known)
    return msgspec.structs.replace(result, accepted=ids)


def new_findings(result: RunResult) -> tuple[Finding, ...]:
    """List the findings that no baseline accepts; only these may fail a run."""
    return tuple(finding for finding in result.findings if finding.id not in result.accepted)


def update_baseline(path: Path, result: RunResult) -> Baseline:
    """Accept all findings of a result.

    Entries of operations that the result says nothing of stay as they are. An entry of an operation that was
    run stays only while its finding is still there; after an interrupted or a smoke run, which do not see
    everything, all entries stay. Reasons that people wrote are kept.

    Args:
        path: The baseline; made where there is none.
        result: What a run or replay found out.

    Returns:
        The baseline as it is now on the disk.

    Raises:
        UsageError: Nothing can be written there.
        ResultsCorrupt: The file is no baseline; it is left as it is.
    """
    path = Path(path)
    before = read_baseline(path) if path.exists() else Baseline(1)
    after = Baseline(1, tuple(sorted(_merged(before, result), key=lambda item: item.id)))
    write_text(path, _spelled(after))
    return after


def _merged(before: Baseline, result: RunResult) -> list[Accepted]:
    known = {item.id: item for item in before.accepted}
    found = {
        finding.id: Accepted(
            finding.id, finding.severity, known[finding.id].reason if finding.id in known else None
        )
        for finding in result.findings
    }
    seen_whole = not result.interrupted and result.depth != "smoke"
    run = {each.case.operation for each in result.results} if seen_whole else set()
    kept = [item for item in before.accepted if item.id not in found and item.operation not in run]
    return [*kept, *found.values()]


def _spelled(baseline: Baseline) -> str:
    text = yaml.safe_dump(
        msgspec.to_builtins(baseline),
        sort_keys=False,
        allow_unicode=True,
        width=2**16,
        default_flow_style=False,
    )
    return HEADER + text


def _count(baseline: Baseline, identity: str) -> int:
    return sum(item.id == identity for item in baseline.accepted)
