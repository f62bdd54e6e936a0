"""From verdicts to findings: what many cases show is said once.

One fault usually shows in many cases. Each case names the constraints that may be the cause; the findings are
the fewest constraints that explain all cases, so that a bound off by one is one finding however many inputs
touch it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from harness.cases.verdict import SEVERITIES, CaseResult, Finding, Severity, Suspicion

_Shown = tuple[CaseResult, Suspicion]


def findings(results: Iterable[CaseResult]) -> tuple[Finding, ...]:
    """Put suspicions together into findings.

    Args:
        results: The judged cases of any number of operations and versions.

    Returns:
        One finding per identity (operation, kind, constraint), the worst first, then by identity.
    """
    groups: dict[tuple[str, str], list[_Shown]] = defaultdict(list)
    for result in results:
        for suspicion in result.verdict.suspicions:
            groups[(result.case.operation, suspicion.kind)].append((result, suspicion))
    found = [
        _finding(kind, constraint, shown)
        for (_, kind), group in groups.items()
        for constraint, shown in _explain(group).items()
    ]
    return tuple(sorted(found, key=lambda item: (-SEVERITIES.index(item.severity), item.id)))


def _explain(group: list[_Shown]) -> dict[str, list[_Shown]]:
    """Choose the fewest constraints that explain a group, and deal the cases out among them."""
    chosen: dict[str, list[_Shown]] = {}
    answers: dict[str, set[str]] = defaultdict(set)
    open_cases: list[_Shown] = []

    def settle(constraint: str, shown: _Shown) -> None:
        chosen.setdefault(constraint, []).append(shown)
        answers[constraint].add(shown[1].got)

    for shown in group:
        only = shown[1].candidates[0] if _has_one_cause(shown[1]) else None
        if only is not None:
            settle(only, shown)
        else:
            open_cases.append(shown)
    while open_cases:
        left = []
        for shown in open_cases:
            known = _known(shown[1], chosen, answers)
            if known is not None:
                settle(known, shown)
            else:
                left.append(shown)
        if left:
            chosen[_commonest(left)] = []
        open_cases = left
    return chosen


def _has_one_cause(suspicion: Suspicion) -> bool:
    return len(suspicion.candidates) == 1 and not suspicion.alternatives


def _known(suspicion: Suspicion, chosen: dict[str, list[_Shown]], answers: dict[str, set[str]]) -> str | None:
    """Find a cause that is already chosen; an alternative counts only where it got the very same answer."""
    for name in suspicion.alternatives:
        if suspicion.got in answers.get(name, ()):
            return name
    return next((name for name in suspicion.candidates if name in chosen), None)


def _commonest(shown: list[_Shown]) -> str:
    """The candidate of most cases; among equals the one that stands earliest in its lists."""
    count: dict[str, int] = defaultdict(int)
    rank: dict[str, int] = defaultdict(int)
    for _, suspicion in shown:
        for position, name in enumerate(suspicion.candidates):
            count[name] += 1
            rank[name] += position
    return min(count, key=lambda name: (-count[name], rank[name], name))


def _finding(kind: str, constraint: str, shown: list[_Shown]) -> Finding:
    result, suspicion = min(shown, key=lambda item: (item[0].case.size, item[0].case.id))
    severity: Severity = max((item[1].severity for item in shown), key=SEVERITIES.index)
    return Finding(
        id=f"{kind}@{constraint}",
        operation=result.case.operation,
        versions=tuple(sorted({item[0].case.version for item in shown})),
        kind=kind,
        severity=severity,
        constraint=constraint,
        case=result.case.id,
        sent=result.sent,
        expected=suspicion.expected,
        got=suspicion.got,
        reproduce=result.reproduce,
        seen=len({(item[0].case.version, item[0].case.id) for item in shown}),
    )


def failing(
    found: Iterable[Finding], threshold: Severity, accepted: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """Choose the findings that make a run fail: at or above a severity and not accepted by a baseline."""
    known = frozenset(accepted)
    lowest = SEVERITIES.index(threshold)
    return tuple(
        finding
        for finding in found
        if SEVERITIES.index(finding.severity) >= lowest and finding.id not in known
    )
