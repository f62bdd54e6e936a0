"""Linked ids: what one answer returned and another repeats, so that each side may have values of its own.

An id, ARN or name that stands in several places of one side, and nowhere on the other side, is replaced by a
reference to the place where it stood first. Where the other side repeats its own value in the same places,
the two references are one and the answers are equal; where it does not, they differ. A value that stands in
one place only, that both sides have, that is one of an enum, or that is plain text, is compared as it is. So
is a name that only the very same member repeats: that is how attributes look, e.g. the name of an engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from harness.compare.identities import names_a_thing
from harness.compare.pointers import Path, step_into
from harness.contract import Contract, Shape

References = Mapping[str, str]
_Member = tuple[str, Path]


class Returned(msgspec.Struct, frozen=True):
    """An output that a side returned, of which operation, and the contract where it is known."""

    operation: str
    contract: Contract | None
    output: Any


class _Places:
    """The ids, ARNs and names of a side: where each stood first, and those that may be links."""

    def __init__(self, side: Iterable[Returned]) -> None:
        self.first: dict[str, Path] = {}
        self.linked: set[str] = set()
        self._names: dict[str, _Member] = {}  # values that stood in a member for names only
        for number, returned in enumerate(side):
            for path, value, is_name in identities(returned.contract, returned.output):
                self._add(number, returned.operation, path, value, is_name)

    def _add(self, number: int, operation: str, path: Path, value: str, is_name: bool) -> None:
        member = _member_of(operation, path) if is_name else ("", ())
        if value not in self.first:
            self.first[value] = (number, *path)
            if is_name:
                self._names[value] = member
        elif value not in self.linked and self._names.get(value) != member:
            self.linked.add(value)


def _member_of(operation: str, path: Path) -> _Member:
    return operation, tuple(step for step in path if isinstance(step, str))


def references(old: Iterable[Returned], new: Iterable[Returned]) -> tuple[References, References]:
    """Find the linked ids of two sides.

    Args:
        old: One side's outputs, in the order of sending.
        new: The other side's outputs for the same cases.

    Returns:
        For each side the reference that stands for each linked value, e.g. ``<3.Entries.0.EventId>`` for
        what stood first there in the fourth answer.
    """
    before, after = _Places(old), _Places(new)
    return _linked(before, after), _linked(after, before)


def _linked(side: _Places, other: _Places) -> dict[str, str]:
    return {
        value: f"<{'.'.join(map(str, side.first[value]))}>"
        for value in side.linked
        if value not in other.first
    }


def identities(contract: Contract | None, output: Any) -> list[tuple[Path, str, bool]]:
    """Find the ids, ARNs and names of an output.

    Returns:
        The path and the value of each, and whether it is a name, in the order of the output.
    """
    found: list[tuple[Path, str, bool]] = []
    shapes = contract.shapes if contract is not None else {}
    _gather(shapes, (contract.output if contract is not None else None, ""), output, (), found)
    return found


def _gather(
    shapes: Mapping[str, Shape],
    at: tuple[str | None, str],
    value: Any,
    path: Path,
    found: list[tuple[Path, str, bool]],
) -> None:
    """Add what names a thing in a value to a list: nested generators would take three times as long."""
    name, member = at
    if isinstance(value, str):
        if value and is_identity(shapes, name, member):
            is_name = member.lower().rstrip("s").endswith("name")
            found.append((path, value, is_name))
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
    if shape is not None and (shape.type != "string" or shape.enum is not None):
        return False
    return names_a_thing(member) or (name is not None and names_a_thing(name))
