"""The quickest look at an operation: whole inputs, and one case of each kind.

Serves the plan; the deeper depths hold all of this and more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from harness.cases.model import Case, make_case
from harness.contract import Contract, nearest_constraints
from harness.contract.examples import expand
from harness.generate.boundary import Search
from harness.generate.foundation import fullest_start, smallest_start, starts

MOST_TRIED = 5  # constraints of one trait, until one of them can be broken


class Examples:
    """The contract's examples as they stand, the smallest valid input and the fullest."""

    def cases(self, contract: Contract, seed: int) -> Iterator[Case]:  # noqa: ARG002  # nothing random here
        """Make the cases; see ``harness.generate.interface.Generator``."""
        for example in contract.examples:
            title = f"example: {example.title}"
            yield make_case(contract, "example", title, input=expand(example.input), vouched=True)
        if contract.input is None:
            yield make_case(contract, "example", "a request without input", input={}, vouched=True)
        for title, document in (
            ("the smallest valid input", smallest_start(contract)),
            ("the fullest valid input", fullest_start(contract)),
        ):
            if document is not None:
                yield make_case(contract, "example", title, input=document)


class OneOfEach:
    """Each required top-level member left out, and one bound broken for each trait.

    The constraints are chosen first, those nearest to the top before others, and only they are worked on: of
    some operations all constraints are tens of thousands.
    """

    def cases(self, contract: Contract, seed: int) -> Iterator[Case]:
        """Make the cases; see ``harness.generate.interface.Generator``."""
        beginnings = starts(contract)
        tried: Counter[str] = Counter()
        shown: set[str] = set()
        for constraint in nearest_constraints(contract):
            is_top = constraint.trait == "required" and len(constraint.path) == 1
            kind = f"{constraint.path[0]}/required" if is_top else constraint.trait
            if kind in shown or tried[kind] >= MOST_TRIED:
                continue
            tried[kind] += 1
            case = next(Search(contract, constraint, seed, ("outside",)).cases(beginnings), None)
            if case is not None:
                shown.add(kind)
                yield case
