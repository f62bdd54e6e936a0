"""Values of an answer that an enumeration of today does not have.

Enumerations are open in answers, so no reader of answers reports them; only who looks for age does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.contract import Contract, Member, pointer_of
from harness.contract.constraint import trait_of

Found = tuple[str, tuple[str, ...], Any]


def unknown_values(contract: Contract, output: Any) -> Iterator[Found]:
    """Find the values that no enumeration of the contract has.

    Args:
        contract: The operation.
        output: An output document.

    Yields:
        The pointer of the enumeration, its values, and the value that is not among them.
    """
    if contract.output is not None:
        yield from _below(contract, contract.output, None, output, ())


def _below(
    contract: Contract, name: str, member: Member | None, value: Any, path: tuple[str, ...]
) -> Iterator[Found]:
    shape = contract.shapes[name]
    values = trait_of(shape, member, "enum")
    if values is not None and isinstance(value, str) and value not in values:
        yield pointer_of(contract, "output", path, "enum"), tuple(values), value
    elif isinstance(value, list) and shape.member is not None:
        for item in value:
            yield from _below(contract, shape.member.target, shape.member, item, (*path, "member"))
    elif isinstance(value, dict) and shape.type == "map" and shape.value is not None:
        for item in value.values():
            yield from _below(contract, shape.value.target, shape.value, item, (*path, "value"))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in shape.members:
                below = shape.members[key]
                yield from _below(contract, below.target, below, item, (*path, key))
