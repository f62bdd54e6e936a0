"""Where the same shapes stand within one operation, so that a fact is told once with all its places.

Serves the walk: it visits each pair of shapes once and names here the further places that it meets.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

MOST_PLACES = 40
"""How many further pointers a change names at most."""


class _Way(NamedTuple):
    """A pointer on the way to others.

    Attributes:
        pointer: Where a fact stands.
        anchor: The part of the pointer that the fact belongs to: whatever stands elsewhere takes it along.
        within: Where a shape that holds itself begins, if the pointer has gone around in it.
    """

    pointer: str
    anchor: str
    within: str | None = None


class Places:
    """Pairs of places that hold the same shapes: the first one met, and a further one."""

    def __init__(self) -> None:
        self._same: list[tuple[str, str]] = []

    def meet(self, first: str, other: str) -> None:
        """Note that a pair of shapes met before stands at another place, too."""
        self._same.append((first, other))

    def further(self, pointer: str, anchor: str) -> tuple[str, ...]:
        """List the other pointers of a fact, ``MOST_PLACES`` at most.

        Args:
            pointer: Where it was found.
            anchor: The pointer of the pair of shapes that it belongs to: that of the value for what a shape
                says, that of the structure for what a member says.

        Returns:
            Every place once, without going around in shapes that hold themselves.
        """
        start = _Way(pointer, anchor)
        known, found, waiting = {start}, {pointer: None}, deque([start])
        while waiting and len(found) <= MOST_PLACES:
            here = waiting.popleft()
            for step in self._steps(here):
                if step not in known:
                    known.add(step)
                    waiting.append(step)
                    if step.within is None:
                        found[step.pointer] = None
        return tuple(found)[1 : MOST_PLACES + 1]

    def _steps(self, here: _Way) -> list[_Way]:
        """Go from one place to those that hold the same; out of a recursion, but not around in it twice."""
        found = []
        for first, other in self._same:
            if here.anchor != first and not here.anchor.startswith(f"{first}/"):
                continue
            inside = other.startswith(f"{first}/")
            if here.within is not None and (inside or len(first) <= len(here.within)):
                continue
            moved = other + here.pointer[len(first) :], other + here.anchor[len(first) :]
            found.append(_Way(*moved, first if inside else None))
        return found
