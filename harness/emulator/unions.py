"""Unions as servers made from Smithy models read them: one member, known, and nothing beside it.

``contract.check`` passes over members that a contract does not know, in unions too, because clients of a
newer version may send them. A strict parser cannot: it has no telling which of the two was meant.

Source: Smithy 2.0, union (https://smithy.io/2.0/spec/aggregate-types.html#union).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from harness.contract import Contract, Violation, pointer_of

MOST_UNIONS = 1000  # more of them help nobody


def unreadable_unions(contract: Contract, document: Any) -> tuple[Violation, ...]:
    """Find the unions of an input that do not have exactly one member.

    Args:
        contract: The operation.
        document: A normalised input; values of the wrong type are passed over.

    Returns:
        One violation of the trait ``union`` for each, outermost first, at most ``MOST_UNIONS``.
    """
    if contract.input is None:
        return ()
    return tuple(islice(_walk(contract, contract.input, document, (), ()), MOST_UNIONS))


def _walk(
    contract: Contract, name: str, value: Any, path: tuple[str, ...], at: tuple[str | int, ...]
) -> Iterator[Violation]:
    shape = contract.shapes[name]
    if shape.type in ("structure", "union") and isinstance(value, dict):
        present = [key for key, item in value.items() if item is not None]
        if shape.type == "union" and (len(present) != 1 or present[0] not in shape.members):
            pointer = pointer_of(contract, "input", path, "union")
            yield Violation(pointer, at, "union", tuple(shape.members), value)
        for key, member in shape.members.items():
            yield from _walk(contract, member.target, value.get(key), (*path, key), (*at, key))
    elif shape.member is not None and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(contract, shape.member.target, item, (*path, "member"), (*at, index))
    elif shape.value is not None and isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(contract, shape.value.target, item, (*path, "value"), (*at, key))
