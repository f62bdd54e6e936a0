"""Pairing the items of two lists: by what names them, then by equality, then by likeness, then in order.

Never quadratic in the length of the lists: likeness is looked at among few leftovers only.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec

from harness.compare.normal import spelling

MOST_LIKENED = 24  # leftovers on a side that are held against each other; more are paired in order


class Pairing(msgspec.Struct, frozen=True):
    """Which items of two lists belong together.

    Attributes:
        pairs: Positions in the old and in the new list, by the old one's order.
        gone: Positions of old items without a counterpart.
        new: Positions of new items without a counterpart.
        reordered: Whether the items that were found again stand in another order.
        key: The member that tells the items apart; ``None`` where none does.
        note: What is to be known of the pairing; empty for nothing.
    """

    pairs: tuple[tuple[int, int], ...]
    gone: tuple[int, ...]
    new: tuple[int, ...]
    reordered: bool
    key: str | None = None
    note: str = ""


def pair(old: Sequence[Any], new: Sequence[Any], keys: Sequence[str]) -> Pairing:
    """Pair the items of two lists.

    Args:
        old: One list, levelled.
        new: The other.
        keys: The members that may tell the items apart, the surest first.

    Returns:
        By the first key that every item has, that is unique on both sides and that finds at least one item
        again; else by equal items, each as often as it stands there, and likeness among what is left.
    """
    for key in keys:
        before, after = _index(old, key), _index(new, key)
        if before and after and not before.keys().isdisjoint(after):
            return _by_key(key, before, after)
    return _by_equality(old, new)


def _index(items: Sequence[Any], key: str) -> dict[Any, int] | None:
    """Where each value of a key stands; ``None`` where the key does not tell the items apart."""
    found: dict[Any, int] = {}
    for position, item in enumerate(items):
        value = item.get(key) if isinstance(item, dict) else None
        if not isinstance(value, (str, int)) or isinstance(value, bool) or value in found:
            return None
        found[value] = position
    return found


def _by_key(key: str, before: dict[Any, int], after: dict[Any, int]) -> Pairing:
    pairs = tuple((position, after[value]) for value, position in before.items() if value in after)
    return Pairing(
        pairs=pairs,
        gone=tuple(position for value, position in before.items() if value not in after),
        new=tuple(position for value, position in after.items() if value not in before),
        reordered=_is_reordered(pairs),
        key=key,
    )


def _is_reordered(pairs: Sequence[tuple[int, int]]) -> bool:
    return any(first[1] > second[1] for first, second in pairwise(pairs))


def _by_equality(old: Sequence[Any], new: Sequence[Any]) -> Pairing:
    waiting: dict[bytes, list[int]] = {}
    for position in reversed(range(len(new))):
        waiting.setdefault(spelling(new[position]), []).append(position)
    pairs, gone = [], []
    for position, item in enumerate(old):
        found = waiting.get(spelling(item))
        if found:
            pairs.append((position, found.pop()))  # the first that is left: each stands for itself once
        else:
            gone.append(position)
    left = sorted(position for positions in waiting.values() for position in positions)
    reordered = _is_reordered(pairs)
    alike, note = _leftovers(old, new, gone, left)
    paired = {position for position, _ in alike}, {position for _, position in alike}
    return Pairing(
        pairs=tuple(sorted([*pairs, *alike])),
        gone=tuple(position for position in gone if position not in paired[0]),
        new=tuple(position for position in left if position not in paired[1]),
        reordered=reordered,
        note=note,
    )


def _leftovers(
    old: Sequence[Any], new: Sequence[Any], gone: list[int], left: list[int]
) -> tuple[list[tuple[int, int]], str]:
    """Pair what has no equal: by likeness where there is little of it, else in order, which is said."""
    number = min(len(gone), len(left))
    if number and max(len(gone), len(left)) > MOST_LIKENED:
        return list(zip(gone, left, strict=False)), f"{number} items that nothing names were paired in order"
    pairs, free = [], list(left)
    for position in gone:
        if not free:
            break
        best = max(free, key=lambda other: (_likeness(old[position], new[other]), -other))
        free.remove(best)
        pairs.append((position, best))
    return pairs, ""


def _likeness(old: Any, new: Any) -> int:
    if isinstance(old, dict) and isinstance(new, dict):
        return 1 + len([name for name, value in old.items() if name in new and new[name] == value])
    return int(type(old) is type(new))
