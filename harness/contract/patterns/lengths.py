"""Which lengths a node can have, as few arithmetic progressions.

Serves ``generate``. A set of lengths is a tuple of progressions; it may leave out lengths of odd expressions,
but never holds one that cannot be built.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from math import gcd

LONGEST = 1 << 26
"""No text is longer; stands for the end of an unbounded repetition."""

MOST_PROGRESSIONS = 48
COUNTED_COPIES = 24
"""Up to so many copies of a body the lengths are added up one by one."""


@dataclass(frozen=True, slots=True, order=True)
class Progression:
    """The lengths ``start``, ``start + step`` … up to ``end``, which is one of them."""

    start: int
    end: int
    step: int = 1

    def __contains__(self, length: object) -> bool:
        """Tell whether a length is one of these."""
        return (
            isinstance(length, int)
            and self.start <= length <= self.end
            and (length - self.start) % self.step == 0
        )

    def at(self, index: int) -> int:
        """Give the length at an index."""
        return self.start + index * self.step

    @property
    def count(self) -> int:
        """How many lengths there are."""
        return (self.end - self.start) // self.step + 1


Lengths = tuple[Progression, ...]
ZERO: Lengths = (Progression(0, 0),)


def progression(start: int, end: int, step: int = 1) -> Progression:
    """Make a progression whose end lies on it."""
    step = max(step, 1)
    end = start + (min(end, max(LONGEST, start)) - start) // step * step
    return Progression(start, end, step if end > start else 1)


def joined(parts: Iterable[Progression]) -> Lengths:
    """Make a set out of progressions: sorted, neighbours melted, at most ``MOST_PROGRESSIONS``."""
    made: list[Progression] = []
    for part in sorted(set(parts)):
        last = made[-1] if made else None
        if last is not None and (melted := _melted(last, part)):
            made[-1] = melted
        else:
            made.append(part)
    return tuple(made[:MOST_PROGRESSIONS])


def _melted(one: Progression, other: Progression) -> Progression | None:
    """Two progressions as one, where ``one`` starts first; ``None`` when they stay two."""
    if one.step == 1 and other.step == 1 and other.start <= one.end + 1:
        return Progression(one.start, max(one.end, other.end))
    if other.start in one and other.end in one and other.step % one.step == 0:
        return one
    return None


def plus(one: Lengths, other: Lengths) -> Lengths:
    """Add every length of one set to every length of the other."""
    return joined(each for left in one for right in other for each in _sums(left, right))


def _sums(one: Progression, other: Progression) -> Iterator[Progression]:
    if one.count > other.count:
        one, other = other, one
    start, end = one.start + other.start, one.end + other.end
    if one.count == 1 or one.step == other.step:
        yield progression(start, end, other.step)
    elif (other.step == 1 and other.count >= one.step) or (one.step == 1 and one.count >= other.step):
        yield progression(start, end)
    else:
        for index in range(min(one.count, MOST_PROGRESSIONS)):
            yield progression(one.at(index) + other.start, one.at(index) + other.end, other.step)


def copies(body: Lengths, count: int) -> Lengths:
    """Add up exactly ``count`` lengths of a set; few counts only (see ``COUNTED_COPIES``)."""
    total = ZERO
    for _ in range(count):
        total = plus(total, body)
    return total


def repeated(body: Lengths, minimum: int, maximum: int | None) -> Lengths:
    """Add up ``minimum`` to ``maximum`` lengths of a set.

    Args:
        body: The lengths of what is repeated.
        minimum: The fewest copies.
        maximum: The most copies; ``None`` for any number.

    Returns:
        The lengths of all copies together.
    """
    if not body:
        return ZERO if minimum == 0 else ()
    most = LONGEST if maximum is None else maximum
    found: list[Progression] = []
    total = ZERO
    for count in range(min(most, COUNTED_COPIES) + 1):
        if count >= minimum:
            found += total
        total = plus(total, body)
    for each in body:
        found += many(each, max(minimum, 1), most)
        if most > 1:
            found += plus(joined(many(each, max(minimum - 1, 1), most - 1)), body)
    return joined(found)


def many(one: Progression, fewest: int, most: int) -> list[Progression]:
    """Add up ``fewest`` to ``most`` lengths of one progression, as far as the sums close up.

    Args:
        one: The lengths of one copy.
        fewest: The fewest copies.
        most: The most copies, not less.

    Returns:
        Lengths that this many copies can have.
    """
    found = [progression(fewest * one.start, fewest * one.end, one.step)]
    found.append(progression(fewest * one.start, most * one.start, one.start))
    width = one.end - one.start
    if width and one.start % one.step == 0:
        closing = max(fewest, -(-(one.start - one.step) // width))
        if closing <= most:
            found.append(progression(closing * one.start, most * one.end, one.step))
    return found


def splits(one: Progression, total: int, other: Progression) -> Progression | None:
    """Find the lengths of ``one`` that some length of ``other`` completes to ``total``.

    Args:
        one: The lengths to choose from.
        total: What both together have to be.
        other: The lengths of the rest.

    Returns:
        The choices; ``None`` when there is none.
    """
    low, high = max(one.start, total - other.end), min(one.end, total - other.start)
    common = gcd(one.step, other.step)
    if low > high or (total - other.start - one.start) % common:
        return None
    step = one.step // common * other.step
    start = one.at(-(-(low - one.start) // one.step))
    for _ in range(other.step // common):
        if start > high:
            return None
        if (total - start - other.start) % other.step == 0:
            return progression(start, high, step)
        start += one.step
    return None


def ascending(lengths: Lengths, low: int, high: int) -> Iterator[int]:
    """List the lengths of a set between two bounds, shortest first, each once."""
    ranges = []
    for each in lengths:
        start = each.at(max(0, -(-(low - each.start) // each.step)))
        ranges.append(range(start, min(each.end, high) + 1, each.step))
    previous = -1
    for length in merge(*ranges):
        if length != previous:
            yield length
        previous = length
