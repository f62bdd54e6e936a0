"""Which constraints does a valid input exercise, and at which of them does it sit exactly on the edge?

Used to explain the refusal of an input that the contract accepts: the likeliest culprits are the bounds it
touches, then whatever else it exercises.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.contract.checking import measure
from harness.contract.constraint import Constraint, constraints
from harness.contract.model import Contract


def exercised(contract: Contract, document: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the constraints that an input's values meet.

    Args:
        contract: The operation.
        document: A normalised input.

    Returns:
        Two tuples of pointers: bounds that a value reaches exactly, and the other constraints that some
        value is subject to. Rules are in neither.
    """
    edges: list[str] = []
    others: list[str] = []
    for constraint in constraints(contract):
        values = list(values_at(document, constraint.path)) if constraint.trait != "rule" else []
        if any(_on_edge(contract, constraint, value) for value in values):
            edges.append(constraint.pointer)
        elif values:
            others.append(constraint.pointer)
    return tuple(edges), tuple(others)


def values_at(document: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Find every value that a constraint's path leads to; absent members lead nowhere."""
    if not path:
        yield document
        return
    step, rest = path[0], path[1:]
    if step == "member" and isinstance(document, list):
        for item in document:
            yield from values_at(item, rest)
    elif step == "value" and isinstance(document, dict) and step not in document:
        for item in document.values():
            yield from values_at(item, rest)
    elif step == "key" and isinstance(document, dict) and step not in document:
        for key in document:
            yield from values_at(key, rest)
    elif isinstance(document, dict) and document.get(step) is not None:
        yield from values_at(document[step], rest)


def _on_edge(contract: Contract, constraint: Constraint, value: Any) -> bool:
    if constraint.trait.startswith("range"):
        return bool(value == constraint.value)
    if constraint.trait.startswith("length") and isinstance(value, (str, list, dict)):
        return measure(_shape_at(contract, constraint.path), value) == int(constraint.value)
    return False


def _shape_at(contract: Contract, path: tuple[str, ...]) -> Any:
    shape = contract.shapes[contract.input or ""]
    for step in path:
        member = shape.members[step] if step in shape.members else getattr(shape, step)
        shape = contract.shapes[member.target]
    return shape
