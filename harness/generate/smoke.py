"""The quickest look at an operation: whole inputs, and one case of each kind.

Serves the plan; the deeper depths hold all of this and more.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.cases.model import Case, make_case
from harness.contract import Contract
from harness.contract.examples import expand
from harness.generate.boundary import Boundary
from harness.generate.foundation import fullest_start, smallest_start


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
    """Each required top-level member left out, and one bound broken for each trait."""

    def cases(self, contract: Contract, seed: int) -> Iterator[Case]:
        """Make the cases; see ``harness.generate.interface.Generator``."""
        shown: set[str] = set()
        for case in Boundary().cases(contract, seed):
            aim = case.aims[0]
            path, _, trait = aim.constraint.partition("#/input/")[2].rpartition("/")
            kind = f"{path}/required" if trait == "required" and "/" not in path else trait
            if aim.side == "outside" and kind not in shown:
                shown.add(kind)
                yield case
