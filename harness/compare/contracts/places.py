"""Where the same shapes stand within one operation, so that a fact is told once with all its places.

Serves the walk, which visits each pair of shapes once and notes here who holds it, and under which name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import count, islice
from typing import Literal, NamedTuple

MOST_PLACES = 40
"""How many further pointers a change names at most, beside those that recordings show."""

Way = Literal["request", "response"]
Pair = tuple[Way, str, str]
"""A direction, and the shapes that stand at one place on the old and the new side."""


class Held(NamedTuple):
    """How a pair of shapes comes to stand somewhere.

    Attributes:
        holder: The pair that it is a part of; ``None`` for a whole input, output or error.
        name: The part's name; a pointer for a whole input, output or error.
    """

    holder: Pair | None
    name: str


class _Ascent(NamedTuple):
    """A way up from a pair of shapes; those that lead to the nearest places come first.

    Attributes:
        length: How many steps its pointer will have at least.
        number: Which way it is, among those of one length.
        held: How the uppermost pair of shapes is held.
        below: The end of the pointer, as far as it is known.
        passed: The pairs of shapes on the way.
    """

    length: int
    number: int
    held: Held
    below: str
    passed: frozenset[Pair]


class Places:
    """The pairs of shapes of an operation, as they hold one another.

    Args:
        shown: Pointers that are wanted however many there are.
    """

    def __init__(self, shown: Collection[str] = ()) -> None:
        self._helds: dict[Pair, dict[Held, None]] = {}
        self._depths: dict[Pair, int] = {}
        self._shown = shown
        self._endings = frozenset(_endings(shown))

    def meet(self, pair: Pair, held: Held) -> None:
        """Note that a pair of shapes stands somewhere; what is nearer to the top is noted first."""
        self._helds.setdefault(pair, {})[held] = None
        self._depths.setdefault(pair, self._depth(held))

    def further(self, pair: Pair, helds: Iterable[Held] | None, told: str) -> tuple[str, ...]:
        """List where else a pair of shapes stands, nearest to the top first.

        Args:
            pair: The pair.
            helds: The ways in which it is held that matter; ``None`` for all.
            told: The pointer that is known.

        Returns:
            ``MOST_PLACES`` at most, and beside them all that are shown. No pointer goes around in shapes that
            hold themselves.
        """
        chosen = tuple(self._helds[pair] if helds is None else helds)
        others = (each for each in self._ascend(pair, chosen) if each != told)
        found = dict.fromkeys(islice(others, MOST_PLACES))
        if self._endings and len(found) == MOST_PLACES:
            found |= dict.fromkeys(
                each for each in self._ascend(pair, chosen, self._endings)
                if each in self._shown and each != told
            )  # fmt: skip
        return tuple(found)

    def _ascend(
        self, pair: Pair, helds: Iterable[Held], endings: Collection[str] | None = None
    ) -> Iterator[str]:
        """Follow every way up to its pointer, or those only whose pointers may end like that."""
        numbers = count()
        waiting = [_Ascent(self._depth(held), next(numbers), held, "", frozenset((pair,))) for held in helds]
        heapify(waiting)
        while waiting:
            way = heappop(waiting)
            holder, name = way.held
            if holder is None:
                yield name + way.below
                continue
            below = f"/{name}{way.below}"
            if holder in way.passed or (endings is not None and below not in endings):
                continue
            passed = way.passed | {holder}
            for held in self._helds[holder]:
                length = self._depth(held) + len(way.passed)
                heappush(waiting, _Ascent(length, next(numbers), held, below, passed))

    def _depth(self, held: Held) -> int:
        return 1 if held.holder is None else self._depths[held.holder] + 1


def _endings(pointers: Iterable[str]) -> Iterator[str]:
    """Give every end of some pointers, from one step of a shape to the next."""
    for pointer in pointers:
        steps = pointer.partition("#/")[2].split("/")
        for number in range(1, len(steps)):
            yield f"/{'/'.join(steps[number:])}"
