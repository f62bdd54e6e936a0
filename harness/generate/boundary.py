"""The boundary generator: for every constraint cases just inside and just outside.

Each case changes one thing in a valid input. What a recipe proposes is verified before it becomes a case: an
inside input keeps every constraint and every rule, an outside input breaks the constraint it aims at, and
nothing else where that can be had.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from harness.cases.model import Aim, Case, Side, make_case
from harness.contract import Constraint, Contract, Member, Shape, check, constraints, normalise
from harness.generate.boundary_values import ABSENT, Probe, Spot, probes
from harness.generate.carriage import obstacle
from harness.generate.documents import removed, renamed, replaced, value_at
from harness.generate.foundation import Path, Reached, Start, is_valid, part_of, reaches, starts
from harness.generate.interface import Unreachable

MOST_STARTS = 8
MOST_CANDIDATES = 200
MOST_CONSTRAINTS = 3_000  # of one operation; of eight operations in twenty thousand there are more
SIDES: tuple[Side, ...] = ("inside", "outside")
NO_VALUE = "no value that the shape can have lies on this side"
NO_START = "no valid input holds the member, and none can be made from the shapes; add an example or a hint"
TOO_MANY = f"not worked on: the input has more than {MOST_CONSTRAINTS} constraints, and this is a deep one"
Wanted = Collection[tuple[str, Side]]  # sides of constraints, each by its pointer


class Boundary:
    """Cases for every constraint of the input's shapes."""

    def cases(self, contract: Contract, seed: int) -> Iterator[Case]:
        """Make the cases; see ``harness.generate.interface.Generator``."""
        for found in survey(contract, seed):
            if isinstance(found, Case):
                yield found


def unreachable(contract: Contract, wanted: Wanted | None = None) -> tuple[Unreachable, ...]:
    """List the sides of the input's constraints that no case can be made for, each with its reason.

    Args:
        contract: The operation.
        wanted: The only sides to look at; ``None`` for all.
    """
    return tuple(found for found in survey(contract, 0, wanted) if isinstance(found, Unreachable))


def survey(contract: Contract, seed: int, wanted: Wanted | None = None) -> Iterator[Case | Unreachable]:
    """Go through the constraints and give cases for both sides of each, or the reason why there is none.

    Of more than ``MOST_CONSTRAINTS`` the deepest are not worked on, and given with that reason.
    """
    beginnings = starts(contract)
    listed = [constraint for constraint in constraints(contract) if constraint.trait != "rule"]
    ranked = sorted(range(len(listed)), key=lambda index: len(listed[index].path))
    dropped = set(ranked[MOST_CONSTRAINTS:])
    for index, constraint in enumerate(listed):
        sides = tuple(side for side in SIDES if wanted is None or (constraint.pointer, side) in wanted)
        if index in dropped:
            yield from (Unreachable(constraint.pointer, side, TOO_MANY) for side in sides)
        elif sides:
            yield from _around(Search(contract, constraint, seed, sides), beginnings)


def _around(search: Search, beginnings: tuple[Start, ...]) -> Iterator[Case | Unreachable]:
    yield from search.cases(beginnings)
    for side in search.sides:
        if side not in search.hit:
            yield Unreachable(search.constraint.pointer, side, search.reason(side))


class Search:
    """The search for cases around one constraint.

    Args:
        contract: The operation.
        constraint: The constraint.
        seed: The run's seed.
        sides: The sides wanted.

    Attributes:
        hit: The sides for which a case was found.
    """

    def __init__(
        self, contract: Contract, constraint: Constraint, seed: int, sides: tuple[Side, ...] = SIDES
    ) -> None:
        self.contract, self.constraint, self.seed, self.sides = contract, constraint, seed, sides
        self.hit: set[str] = set()
        self._obstacles: dict[str, str] = {}
        self._started = False

    def reason(self, side: Side) -> str:
        """Say why a side was not hit."""
        return self._obstacles.get(side) or (NO_VALUE if self._started else NO_START)

    def cases(self, beginnings: tuple[Start, ...]) -> Iterator[Case]:
        """Meet each probe from the first start that allows it."""
        open_probes: set[str] | None = None
        for reached in islice(reaches(self.contract, beginnings, self.constraint.path), MOST_STARTS):
            self._started = True
            proposed = [probe for probe in probes(self._spot(reached)) if probe.side in self.sides]
            if open_probes is None:
                open_probes = {probe.description for probe in proposed}
            for probe in proposed:
                if probe.description not in open_probes:
                    continue
                document = self._met(probe, reached)
                if document is not None:
                    open_probes.discard(probe.description)
                    self.hit.add(probe.side)
                    yield self._case(probe, document)
            if not open_probes:
                return

    def _spot(self, reached: Reached) -> Spot:
        shape, member = target_of(self.contract, self.constraint.path)
        is_key = self.constraint.path[-1:] == ("key",)
        current = reached.position[-1] if is_key else value_at(reached.document, reached.position)
        return Spot(self.contract, self.constraint, shape, member, current, self.seed)

    def _met(self, probe: Probe, reached: Reached) -> Any:
        """Find the input of the first candidate that falls where the probe wants it."""
        second_best = None
        for candidate in islice(probe.candidates, MOST_CANDIDATES):
            document = self._placed(reached, candidate)
            reason = obstacle(self.contract, document)
            if reason is not None:
                self._obstacles.setdefault(probe.side, reason)
            elif probe.side == "inside":
                if is_valid(self.contract, document):
                    return document
            else:
                broken = {each.pointer for each in check(self.contract, normalise(self.contract, document))}
                if broken == {self.constraint.pointer}:
                    return document
                if self.constraint.pointer in broken and second_best is None:
                    second_best = document
        return second_best

    def _placed(self, reached: Reached, candidate: Any) -> Any:
        if candidate is ABSENT:
            return removed(reached.document, reached.position)
        if self.constraint.path[-1:] == ("key",):
            return renamed(reached.document, reached.position, candidate)
        return replaced(reached.document, reached.position, candidate)

    def _case(self, probe: Probe, document: Any) -> Case:
        return make_case(
            self.contract,
            "boundary",
            f"{'/'.join(self.constraint.path) or 'input'}: {probe.description}",
            aims=(Aim(self.constraint.pointer, probe.side),),
            input=document,
        )


def target_of(contract: Contract, path: Path) -> tuple[Shape, Member | None]:
    """Look up the shape at a path below the input, and the member through which it stands there."""
    assert contract.input is not None  # noqa: S101  # paths lie below an input
    shape, member = contract.shapes[contract.input], None
    for step in path:
        member = part_of(shape, step)
        shape = contract.shapes[member.target]
    return shape, member
