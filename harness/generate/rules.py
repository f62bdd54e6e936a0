"""Cases for the rules of a contract: the variations that it gives for both sides.

Serves the plan. For rules that fail one entry of a batch, the failing entry is also put first, in the middle
and last among valid ones, so that a result at the wrong place is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.cases.model import Aim, Case, Side, make_case
from harness.contract import Contract, Rule, bites, check, normalise, rule_pointer
from harness.contract.constraint import trait_of
from harness.contract.examples import vary
from harness.generate.boundary import SIDES
from harness.generate.documents import replaced
from harness.generate.foundation import starts
from harness.generate.interface import Unreachable

USUAL_BATCH = 10


class Rules:
    """Cases for both sides of every rule."""

    def cases(self, contract: Contract, seed: int) -> Iterator[Case]:  # noqa: ARG002  # nothing random here
        """Make the cases; see ``harness.generate.interface.Generator``."""
        for rule in contract.rules:
            for side in SIDES:
                yield from _of_side(contract, rule, side)
            if rule.then.entry is not None and contract.batch is not None:
                yield from _placed(contract, rule, contract.batch.entries)


def unreachable_rules(contract: Contract) -> tuple[Unreachable, ...]:
    """List the sides of rules that no variation of the contract reaches."""
    reason = "the contract gives no variation that falls on this side; add one under the rule"
    hit = {aim for case in Rules().cases(contract, 0) for aim in case.aims}
    sides = [(rule_pointer(contract, rule.id), side) for rule in contract.rules for side in SIDES]
    return tuple(
        Unreachable(pointer, side, reason) for pointer, side in sides if Aim(pointer, side) not in hit
    )


def _of_side(contract: Contract, rule: Rule, side: Side) -> Iterator[Case]:
    variations = rule.inside if side == "inside" else rule.outside
    for number, variation in enumerate(variations, 1):
        document = vary(contract, variation)
        yield _case(contract, rule, side, document, f"rule {rule.id}: {side}, variation {number}")


def _case(contract: Contract, rule: Rule, side: Side, document: Any, description: str) -> Case:
    pointer = rule_pointer(contract, rule.id)
    fell = (pointer in bitten(contract, document)) == (side == "outside")
    return make_case(
        contract,
        "rule",
        description,
        aims=(Aim(pointer, side),) if fell and keeps_shapes(contract, document) else (),
        input=document,
        vouched=True,
    )


def keeps_shapes(contract: Contract, document: Any) -> bool:
    """Say whether an input keeps every constraint of its shapes."""
    return not check(contract, normalise(contract, document))


def bitten(contract: Contract, document: Any) -> dict[str, int | None]:
    """Name the rules that bite, each with the position of the first entry that it fails."""
    found: dict[str, int | None] = {}
    if keeps_shapes(contract, document):
        for bite in bites(contract, normalise(contract, document)):
            found.setdefault(bite.pointer, bite.entry)
    return found


def _placed(contract: Contract, rule: Rule, entries: str) -> Iterator[Case]:
    """Put the first failing entry at the first, a middle and the last place of a full batch."""
    pointer = rule_pointer(contract, rule.id)
    valid = next(iter(starts(contract)[0].document.get(entries) or ()), None)
    for variation in rule.outside[:1]:
        document = vary(contract, variation)
        failing_at = bitten(contract, document).get(pointer)
        if failing_at is None or valid is None:
            continue
        failing = document[entries][failing_at]
        size = _batch_size(contract, entries)
        for position in sorted({0, size // 2, size - 1}):
            batch = [failing if index == position else valid for index in range(size)]
            full = replaced(document, (entries,), batch)
            if bitten(contract, full) == {pointer: position}:
                text = f"rule {rule.id}: the failing entry is number {position + 1} of {size}"
                yield _case(contract, rule, "outside", full, text)


def _batch_size(contract: Contract, entries: str) -> int:
    assert contract.input is not None  # noqa: S101  # a batch has an input
    member = contract.shapes[contract.input].members[entries]
    bounds = trait_of(contract.shapes[member.target], member, "length")
    return min(int(bounds.max), 100) if bounds is not None and bounds.max else USUAL_BATCH
