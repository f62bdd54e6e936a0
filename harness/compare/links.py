"""Linked ids: what one answer returned and another repeats, so that each side may have values of its own.

An id, ARN or name that stands in several places of one side, and nowhere on the other side, is replaced by a
reference to the place where it stood first. Where the other side repeats its own value in the same places,
the two references are one and the answers are equal; where it does not, they differ. A value that stands in
one place only, that both sides have, or that is plain text, is compared as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from harness.compare.identities import names_a_thing
from harness.compare.pointers import Path, step_into
from harness.contract import Contract, Shape

References = Mapping[str, str]
Answer = tuple[Contract | None, Any]


def references(old: Iterable[Answer], new: Iterable[Answer]) -> tuple[References, References]:
    """Find the linked ids of two sides.

    Args:
        old: One side's outputs with their contracts, in the order of sending.
        new: The other side's outputs for the same cases.

    Returns:
        For each side the reference that stands for each linked value, e.g. ``<3.Entries.0.EventId>`` for
        what stood first there in the fourth answer.
    """
    before, after = _places(old), _places(new)
    return _linked(before, after[0]), _linked(after, before[0])


def _places(side: Iterable[Answer]) -> tuple[dict[str, Path], set[str]]:
    """The ids, ARNs and names of a side: where each stood first, and those that stand in several places."""
    first: dict[str, Path] = {}
    repeated: set[str] = set()
    for number, (contract, output) in enumerate(side):
        for path, value in identities(contract, output):
            if value in first:
                repeated.add(value)
            else:
                first[value] = (number, *path)
    return first, repeated


def _linked(side: tuple[dict[str, Path], set[str]], other: Mapping[str, Path]) -> dict[str, str]:
    first, repeated = side
    return {value: f"<{'.'.join(map(str, first[value]))}>" for value in repeated if value not in other}


def identities(contract: Contract | None, output: Any) -> list[tuple[Path, str]]:
    """Find the ids, ARNs and names of an output.

    Returns:
        The path and the value of each, in the order of the output.
    """
    found: list[tuple[Path, str]] = []
    shapes = contract.shapes if contract is not None else {}
    _gather(shapes, (contract.output if contract is not None else None, ""), output, (), found)
    return found


def _gather(
    shapes: Mapping[str, Shape],
    at: tuple[str | None, str],
    value: Any,
    path: Path,
    found: list[tuple[Path, str]],
) -> None:
    """Add what names a thing in a value to a list: nested generators would take three times as long."""
    name, member = at
    if isinstance(value, str):
        if value and is_identity(shapes, name, member):
            found.append((path, value))
        return
    shape = shapes.get(name or "")
    if isinstance(value, list):
        target = step_into(shape, 0)[1]
        for place, item in enumerate(value):
            _gather(shapes, (target, member), item, (*path, place), found)
    elif isinstance(value, dict):
        is_map = shape is not None and shape.type == "map"
        for key, item in value.items():
            if isinstance(item, (str, list, dict)):
                below = (step_into(shape, key)[1], member if is_map else key)
                _gather(shapes, below, item, (*path, key), found)


def is_identity(shapes: Mapping[str, Shape], name: str | None, member: str) -> bool:
    """Say whether a text in this place is an id, an ARN or a name.

    Args:
        shapes: The contract's shapes.
        name: The text's shape; ``None`` where it is not known.
        member: The nearest member above it.
    """
    shape = shapes.get(name or "")
    if shape is not None and shape.type != "string":
        return False
    return names_a_thing(member) or (name is not None and names_a_thing(name))
