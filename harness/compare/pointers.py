"""From places in a value to pointers into its contract."""

from __future__ import annotations

from collections.abc import Sequence

from harness.contract import Contract, Member, pointer_of

Path = Sequence[str | int]


def output_pointer(contract: Contract, path: Path) -> str:
    """Name a place in an output.

    Args:
        contract: The operation.
        path: Member names, map keys and positions, as they stand in the value.

    Returns:
        The pointer, e.g. ``events:PutEvents#/output/Entries/member/EventId``: positions become ``member``,
        map keys ``value``; what the contract does not know keeps its name.
    """
    return pointer_of(contract, "output", tuple(output_parts(contract, path)))


def output_parts(contract: Contract, path: Path) -> list[str]:
    """Spell a place in an output as the parts of a pointer; see ``output_pointer``."""
    parts: list[str] = []
    name = contract.output
    for step in path:
        shape = contract.shapes.get(name) if name is not None else None
        element: Member | None = None
        part = "member" if isinstance(step, int) else step
        if shape is not None and shape.type == "map":
            part, element = "value", shape.value
        elif shape is not None and isinstance(step, int):
            element = shape.member
        elif shape is not None:
            element = shape.members.get(step)  # type: ignore[arg-type]  # positions are dealt with above
        parts.append(part)
        name = element.target if element is not None else None
    return parts
