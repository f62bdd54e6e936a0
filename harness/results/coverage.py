"""Which constraints and rules did a run hit, and on which side?

A side counts as hit when a request was really answered: inside, when the oracle calls the input acceptable
and the case was made for that constraint; outside, when the input really breaks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.cases.model import Side
from harness.cases.verdict import CaseResult
from harness.contract import Contract, constraints
from harness.results.model import Missed, OperationCoverage

NO_CASE = "no case was made for it"


def coverage(
    contract: Contract,
    results: Iterable[CaseResult],
    unreachable: Mapping[tuple[str, Side], str],
) -> OperationCoverage:
    """Count the constraints of one operation that its cases hit.

    Args:
        contract: The operation at one version.
        results: The judged cases of that operation and version.
        unreachable: Sides that no request can carry, by pointer and side, and why.

    Returns:
        The counts, and every side that was not hit with its reason.
    """
    inside: set[str] = set()
    outside: set[str] = set()
    for result in results:
        if result.outcome.kind == "silent":
            continue
        outside.update(result.broken)
        if result.accepted:
            inside.update(aim.constraint for aim in result.case.aims if aim.side == "inside")
    pointers = [constraint.pointer for constraint in constraints(contract)]
    hits: tuple[tuple[Side, set[str]], ...] = (("inside", inside), ("outside", outside))
    missed = [
        Missed(pointer, side, unreachable.get((pointer, side), NO_CASE), contract.version)
        for pointer in pointers
        for side, hit in hits
        if pointer not in hit
    ]
    return OperationCoverage(
        operation=contract.name,
        version=contract.version,
        constraints=len(pointers),
        inside=sum(pointer in inside for pointer in pointers),
        outside=sum(pointer in outside for pointer in pointers),
        missed=tuple(missed),
    )
