"""Linked ids: what one answer returned and another repeats, so that each side may have values of its own.

An id, ARN or name that stands in several places of one side, and nowhere on the other side, is replaced by a
reference to the place where it stood first. Where the other side repeats its own value in the same places,
the two references are one and the answers are equal; where it does not, they differ. A value that stands in
one place only, that both sides have, or that is plain text, is compared as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    return _linked(before, after), _linked(after, before)


def _places(side: Iterable[Answer]) -> dict[str, tuple[str, int]]:
    """For each id, ARN and name of a side: where it stood first, and how often it stands anywhere."""
    found: dict[str, tuple[str, int]] = {}
    for number, (contract, output) in enumerate(side):
        for path, value in identities(contract, output):
            if value in found:
                first, times = found[value]
                found[value] = (first, times + 1)
            else:
                found[value] = (".".join(map(str, (number, *path))), 1)
    return found


def _linked(side: Mapping[str, tuple[str, int]], other: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    return {value: f"<{first}>" for value, (first, times) in side.items() if times > 1 and value not in other}


def identities(contract: Contract | None, output: Any) -> Iterator[tuple[Path, str]]:
    """Find the ids, ARNs and names of an output.

    Yields:
        The path and the value of each, in the order of the output.
    """
    shapes = contract.shapes if contract is not None else {}
    yield from _walk(shapes, contract.output if contract is not None else None, "", output, ())


def _walk(
    shapes: Mapping[str, Shape], name: str | None, member: str, value: Any, path: Path
) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        if value and is_identity(shapes, name, member):
            yield path, value
        return
    if not isinstance(value, (dict, list)):
        return
    shape = shapes.get(name or "")
    for step, item in value.items() if isinstance(value, dict) else enumerate(value):
        if item is not None and not isinstance(item, (bool, int, float)):
            _, target = step_into(shape, step)
            below = member if isinstance(step, int) or _is_map(shape) else step
            yield from _walk(shapes, target, below, item, (*path, step))


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


def _is_map(shape: Shape | None) -> bool:
    return shape is not None and shape.type == "map"
