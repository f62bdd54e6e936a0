"""Which constraints and rules did a run hit, and on which side?

A side counts as hit when a request was really answered: inside, when the oracle calls the input acceptable
and the case was made for that constraint; outside, when the input really breaks it.
"""

from __future__ import annotations

from collections.abc import Mapping

from harness.cases.model import Side
from harness.cases.verdict import CaseResult
from harness.contract import Contract, constraints
from harness.results.model import Missed, OperationCoverage

NO_CASE = "no case was made for it"


class Hits:
    """Collects which sides of which constraints the cases of one operation hit."""

    def __init__(self) -> None:
        self.sides: dict[Side, set[str]] = {"inside": set(), "outside": set()}

    def add(self, result: CaseResult) -> None:
        """Take one judged case; one that got no answer hit nothing."""
        if result.outcome.kind == "silent":
            return
        self.sides["outside"].update(result.broken)
        if result.accepted:
            inside = (aim.constraint for aim in result.case.aims if aim.side == "inside")
            self.sides["inside"].update(inside)


def coverage(
    contract: Contract, hits: Hits, unreachable: Mapping[tuple[str, Side], str]
) -> OperationCoverage:
    """Count the constraints of one operation that its cases hit.

    Args:
        contract: The operation at one version.
        hits: What its cases hit.
        unreachable: Sides that no request can carry, by pointer and side, and why.

    Returns:
        The counts, and every side that was not hit with its reason.
    """
    pointers = [constraint.pointer for constraint in constraints(contract)]
    missed = [
        Missed(pointer, side, unreachable.get((pointer, side), NO_CASE), contract.version)
        for pointer in pointers
        for side, hit in hits.sides.items()
        if pointer not in hit
    ]
    return OperationCoverage(
        operation=contract.name,
        version=contract.version,
        constraints=len(pointers),
        inside=sum(pointer in hits.sides["inside"] for pointer in pointers),
        outside=sum(pointer in hits.sides["outside"] for pointer in pointers),
        missed=tuple(missed),
    )
