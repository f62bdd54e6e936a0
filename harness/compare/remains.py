"""What remains of two outputs once equal parts are out of the way and the items of lists are paired.

The stage before deepdiff: it is handed pairs of values that differ, and never a long list to search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from harness.compare.identities import identity_keys
from harness.compare.lists import Pairing, pair
from harness.compare.normal import same
from harness.compare.pointers import Path, step_into
from harness.contract import Shape

Kind = Literal["differs", "gone", "new", "reordered"]


class Remaining(msgspec.Struct, frozen=True):
    """One place in which two outputs do not say the same.

    Attributes:
        kind: Both sides have a value there; only the old one, or only the new one; or a list has the same
            items in another order.
        old_path: Where it stands in the old output, or would stand.
        new_path: Where it stands in the new output.
        old: The old value, levelled.
        new: The new value, levelled.
        key: Of a reordered list: the member that tells its items apart.
        note: How its list was paired, where that is to be known.
    """

    kind: Kind
    old_path: Path
    new_path: Path
    old: Any = None
    new: Any = None
    key: str | None = None
    note: str = ""


class _At(msgspec.Struct, frozen=True):
    """A place on both sides: paths, the shape there, and how the lists above it were paired."""

    old: Path = ()
    new: Path = ()
    shape: str | None = None
    note: str = ""

    def step(self, old: str | int, new: str | int, shape: str | None, note: str = "") -> _At:
        return _At((*self.old, old), (*self.new, new), shape, note or self.note)


def remains(shapes: Mapping[str, Shape], name: str | None, old: Any, new: Any) -> Iterator[Remaining]:
    """Walk two outputs side by side.

    Args:
        shapes: The contract's shapes; empty where it is not known.
        name: The output's shape.
        old: One output, levelled.
        new: The other, levelled.

    Yields:
        Every place that differs, as deep as both sides go.
    """
    yield from _walk(shapes, _At(shape=name), old, new)


def _walk(shapes: Mapping[str, Shape], at: _At, old: Any, new: Any) -> Iterator[Remaining]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _members(shapes, at, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _items(shapes, at, old, new)
    elif not same(old, new):
        yield Remaining("differs", at.old, at.new, old, new, note=at.note)


def _members(
    shapes: Mapping[str, Shape], at: _At, old: dict[str, Any], new: dict[str, Any]
) -> Iterator[Remaining]:
    shape = shapes.get(at.shape or "")
    for key, value in old.items():
        if key not in new:
            yield Remaining("gone", (*at.old, key), (*at.new, key), value, note=at.note)
        elif not same(value, new[key]):
            yield from _walk(shapes, at.step(key, key, step_into(shape, key)[1]), value, new[key])
    for key, value in new.items():
        if key not in old:
            yield Remaining("new", (*at.old, key), (*at.new, key), new=value, note=at.note)


def _items(shapes: Mapping[str, Shape], at: _At, old: list[Any], new: list[Any]) -> Iterator[Remaining]:
    inner = step_into(shapes.get(at.shape or ""), 0)[1]
    paired = pair(old, new, identity_keys(inner, shapes.get(inner or ""), old or new))
    if paired.reordered:
        yield Remaining("reordered", at.old, at.new, old, new, key=paired.key, note=at.note)
    for before, after in paired.pairs:
        if old[before] != new[after] or not same(old[before], new[after]):
            yield from _walk(shapes, at.step(before, after, inner, paired.note), old[before], new[after])
    yield from _unpaired(at, old, new, paired)


def _unpaired(at: _At, old: list[Any], new: list[Any], paired: Pairing) -> Iterator[Remaining]:
    note = paired.note or at.note
    for place in paired.gone:
        yield Remaining("gone", (*at.old, place), (*at.new, place), old[place], note=note)
    for place in paired.new:
        yield Remaining("new", (*at.old, place), (*at.new, place), new=new[place], note=note)
