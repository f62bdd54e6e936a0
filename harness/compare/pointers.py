"""From places in a value to pointers into its contract."""

from __future__ import annotations

from harness.contract import Contract, Member, Shape, pointer_of

Path = tuple[str | int, ...]


def output_pointer(contract: Contract, path: Path) -> str:
    """Name a place in an output.

    Args:
        contract: The operation.
        path: Member names, map keys and positions, as they stand in the value.

    Returns:
        The pointer, e.g. ``events:PutEvents#/output/Entries/member/EventId``: positions become ``member``,
        map keys ``value``; what the contract does not know keeps its name.
    """
    parts: list[str] = []
    name = contract.output
    for step in path:
        part, name = step_into(contract.shapes.get(name) if name is not None else None, step)
        parts.append(part)
    return pointer_of(contract, "output", tuple(parts))


def place_of(path: Path) -> str:
    """Spell a place in a list, e.g. ``Entries[2].ErrorCode``; empty for a path through no list."""
    if not any(isinstance(step, int) for step in path):
        return ""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def step_into(shape: Shape | None, step: str | int) -> tuple[str, str | None]:
    """Take one step down.

    Args:
        shape: The shape of the value; ``None`` where it is not known.
        step: A member name, a map key or a position.

    Returns:
        How a pointer spells the step, and the name of the shape below; ``None`` where it is not known.
    """
    element: Member | None = None
    part = "member" if isinstance(step, int) else step
    if shape is not None and shape.type == "map":
        part, element = "value", shape.value
    elif shape is not None:
        element = shape.member if isinstance(step, int) else shape.members.get(step)
    return part, element.target if element is not None else None
