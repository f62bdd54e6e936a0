"""Outputs made comparable: what the contract says differs from call to call is levelled out.

The stage between equality and deepdiff. Later stages that make outputs more alike (lists paired by identity,
linked ids) belong here too: each takes two outputs and gives two that differ less.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.compare.pointers import output_parts
from harness.contract import Contract, canonical

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
    volatile = frozenset(contract.volatile) if contract is not None else frozenset()
    return _levelled(contract, volatile, output, ())


def _levelled(
    contract: Contract | None, volatile: frozenset[str], value: Any, path: tuple[str | int, ...]
) -> Any:
    placed = contract is not None and volatile and path and value is not None
    if placed and "/".join(output_parts(contract, path)) in volatile:
        return LEVEL.get(type(value), "")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {
            key: _levelled(contract, volatile, item, (*path, key))
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, list):
        return [_levelled(contract, volatile, item, (*path, place)) for place, item in enumerate(value)]
    return value


def same(old: Any, new: Any) -> bool:
    """Say whether two documents say the same: numbers by value, members in any order, true is not 1."""
    if old != new:
        return False
    # Equality takes true for 1; the quick spelling settles nearly every pair.
    return repr(old) == repr(new) or canonical(old) == canonical(new)


def reorderings(old: Any, new: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
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


def put(document: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """Return a document with another value in one place."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(document, list):
        return [put(item, rest, value) if place == step else item for place, item in enumerate(document)]
    return {key: put(item, rest, value) if key == step else item for key, item in document.items()}


def look_up(document: Any, path: tuple[str | int, ...]) -> Any:
    """Return what stands in one place of a document."""
    for step in path:
        document = document[step]
    return document
