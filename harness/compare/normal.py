"""Outputs made comparable: what the contract says differs from call to call is levelled out.

The stage between equality and deepdiff. Later stages that make outputs more alike (lists paired by identity,
linked ids) belong here too: each takes two outputs and gives two that differ less.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from harness.compare.pointers import Path, step_into
from harness.contract import Contract, Shape, canonical

# What stands for a volatile value: only whether there is one, and of which kind, is compared.
LEVEL: dict[type, Any] = {str: "", bool: False, int: 0, float: 0, list: [], dict: {}}


def levelled(contract: Contract | None, output: Any) -> Any:
    """Level volatile members, leave out what is absent on the wire, spell numbers in one way.

    Args:
        contract: The operation; its ``volatile`` pointers name the members. ``None`` where it is not known.
        output: An output document.

    Returns:
        The output with an empty value of the same kind in each volatile place, without null members, and
        with whole numbers as integers.
    """
    shapes = contract.shapes if contract is not None else {}
    volatile = frozenset(contract.volatile) if contract is not None else frozenset()
    return _Levelling(shapes, volatile).value(contract.output if contract is not None else None, "", output)


class _Levelling:
    """One walk over one output, with the contract's shapes beside it."""

    def __init__(self, shapes: dict[str, Shape], volatile: frozenset[str]) -> None:
        self.shapes, self.volatile = shapes, volatile

    def value(self, name: str | None, pointer: str, value: Any) -> Any:
        if value is None:
            return None
        if pointer in self.volatile:
            return LEVEL.get(type(value), "")
        if isinstance(value, dict):
            return self._dict(self.shapes.get(name or ""), pointer, value)
        if isinstance(value, list):
            shape = self.shapes.get(name or "")
            inner = shape.member.target if shape is not None and shape.member is not None else None
            below = f"{pointer}/member" if pointer else "member"
            return [self.value(inner, below, item) for item in value]
        return int(value) if isinstance(value, float) and value.is_integer() else value

    def _dict(self, shape: Shape | None, pointer: str, value: dict[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key, item in value.items():
            if item is not None:
                part, target = step_into(shape, key)
                kept[key] = self.value(target, f"{pointer}/{part}" if pointer else part, item)
        return kept


def same(old: Any, new: Any) -> bool:
    """Say whether two documents say the same: numbers by value, members in any order, true is not 1."""
    if old != new:
        return False
    try:  # equality takes true for 1; the quick spelling settles nearly every pair
        return msgspec.json.encode(old) == msgspec.json.encode(new) or canonical(old) == canonical(new)
    except (UnicodeEncodeError, OverflowError):  # lone surrogates, numbers beyond 64 bits
        return canonical(old) == canonical(new)


def reorderings(old: Any, new: Any, path: Path = ()) -> Iterator[Path]:
    """Find the lists that hold the same items in another order.

    Yields:
        The path of each such list; nothing below it is looked at.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() & new.keys():
            yield from reorderings(old[key], new[key], (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and not same(old, new):
        if sorted(map(canonical, old)) == sorted(map(canonical, new)):
            yield path
        else:
            for place, (before, after) in enumerate(zip(old, new, strict=False)):
                yield from reorderings(before, after, (*path, place))


def put(document: Any, path: Path, value: Any) -> Any:
    """Return a document with another value in one place."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(document, list):
        return [put(item, rest, value) if place == step else item for place, item in enumerate(document)]
    return {key: put(item, rest, value) if key == step else item for key, item in document.items()}


def look_up(document: Any, path: Path) -> Any:
    """Return what stands in one place of a document; ``None`` where there is nothing."""
    for step in path:
        if isinstance(document, list):
            document = document[step] if isinstance(step, int) and step < len(document) else None
        else:
            document = document.get(step) if isinstance(document, dict) else None
    return document
