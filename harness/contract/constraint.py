"""Every checkable fact of a contract, each under a stable pointer.

The generators aim at these, the runner counts them, the emulator and the judge name them. A pointer reads
``service:Operation#/input/<path>/<trait>``: members by name, list and map parts as ``member``, ``key`` and
``value``, traits by Smithy's names. A shape that contains itself is walked once per path, down to its first
repetition.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from harness.contract.model import Bounds, Contract, Member, Shape

Root = Literal["input", "output"]

_KEPT = 64
_known: dict[int, tuple[Contract, dict[tuple[str, int], tuple[tuple[str, Any], ...]]]] = {}


class Constraint(msgspec.Struct, frozen=True):
    """One fact that a value can keep or break.

    Attributes:
        pointer: Its stable name.
        path: The way to the constrained member: member names, ``member``, ``key``, ``value``.
        trait: ``required``, ``length/min``, ``length/max``, ``range/min``, ``range/max``, ``pattern``,
            ``enum``, ``uniqueItems``, ``union`` or ``rule``.
        value: The bound, the pattern, the enum values or the rule's id.
        bound_as_text: Whether the member travels in the URI, the query or a header.
    """

    pointer: str
    path: tuple[str, ...]
    trait: str
    value: Any
    bound_as_text: bool = False


def pointer_of(contract: Contract, root: str, path: tuple[str, ...], trait: str = "") -> str:
    """Spell the pointer of a trait at a path, e.g. ``events:PutEvents#/input/Entries/length/max``."""
    parts = (root, *path, trait) if trait else (root, *path)
    return f"{contract.name}#/{'/'.join(parts)}"


def rule_pointer(contract: Contract, rule_id: str) -> str:
    """Spell the pointer of a rule, e.g. ``events:PutEvents#/rules/total-size``."""
    return f"{contract.name}#/rules/{rule_id}"


def constraints(contract: Contract, root: Root = "input") -> tuple[Constraint, ...]:
    """List the constraints of an operation's input or output, and its rules with the input.

    Args:
        contract: The operation.
        root: Which side to list.

    Returns:
        Constraints in the order of the model, outermost first; rules last. Bounds that nothing can break
        (a ``length`` of at least 0) are left out.
    """
    start = contract.input if root == "input" else contract.output
    found = list(_walk_shape(contract, root, start, (), ())) if start is not None else []
    if root == "input":
        found += [Constraint(rule_pointer(contract, rule.id), (), "rule", rule.id) for rule in contract.rules]
    return tuple(found)


def nearest_constraints(contract: Contract, root: Root = "input") -> Iterator[Constraint]:
    """List each shape's constraints once, where the shape stands nearest to the top; shortest paths first.

    Serves those who want some constraint of each kind and not all of them: a shape may stand at thousands of
    paths. The walk goes no further than it is asked to. Rules are left out.

    Args:
        contract: The operation.
        root: Which side to list.
    """
    start = contract.input if root == "input" else contract.output
    waiting: deque[tuple[str, tuple[str, ...]]] = deque([(start, ())] if start is not None else [])
    met = {start}
    while waiting:
        name, path = waiting.popleft()
        shape = contract.shapes[name]
        if shape.type == "union":
            yield Constraint(pointer_of(contract, root, path, "union"), path, "union", tuple(shape.members))
        for step, member in _parts(shape):
            yield from _own(contract, root, member, (*path, step))
            if member.target not in met:
                met.add(member.target)
                waiting.append((member.target, (*path, step)))


def trait_of(shape: Shape, member: Member | None, name: str) -> Any:
    """Look a trait up: the member's, else the shape's, else ``None``."""
    own = getattr(member, name) if member is not None else None
    return own if own not in (None, False) else getattr(shape, name)


def _walk_shape(
    contract: Contract, root: str, name: str, path: tuple[str, ...], above: tuple[str, ...]
) -> Iterator[Constraint]:
    shape = contract.shapes[name]
    if name in above:
        return
    inner = (*above, name)
    if shape.type == "union":
        yield Constraint(pointer_of(contract, root, path, "union"), path, "union", tuple(shape.members))
    for step, member in _parts(shape):
        yield from _own(contract, root, member, (*path, step))
        yield from _walk_shape(contract, root, member.target, (*path, step), inner)


def _parts(shape: Shape) -> Iterator[tuple[str, Member]]:
    """List what a shape is made of, each with its step in a path."""
    yield from shape.members.items()
    for part in ("member", "key", "value"):
        element: Member | None = getattr(shape, part)
        if element is not None:
            yield part, element


def _own(contract: Contract, root: str, member: Member, path: tuple[str, ...]) -> Iterator[Constraint]:
    """List what holds for a member's own value, and not for what is in it."""
    if member.required:
        yield Constraint(
            pointer_of(contract, root, path, "required"), path, "required", True, member.bound_as_text
        )
    for trait, value in constraints_of(contract, member.target, member):
        yield Constraint(pointer_of(contract, root, path, trait), path, trait, value, member.bound_as_text)


def constraints_of(contract: Contract, name: str, member: Member | None) -> tuple[tuple[str, Any], ...]:
    """List the own constraints of a value, as ``own_constraints`` does; looked up once for each contract.

    Args:
        contract: The operation.
        name: The value's shape.
        member: The member of this contract that it is the value of, if it is one.
    """
    kept = _known.get(id(contract))
    if kept is None or kept[0] is not contract:
        # The contract is kept beside the table, so that its identity stays its own.
        kept = _known[id(contract)] = (contract, {})
        while len(_known) > _KEPT:
            _known.pop(next(iter(_known)), None)
    found = kept[1].get((name, id(member)))
    if found is None:
        found = kept[1][name, id(member)] = tuple(own_constraints(contract.shapes[name], member))
    return found


def own_constraints(shape: Shape, member: Member | None = None) -> Iterator[tuple[str, Any]]:
    """List what a value of this shape alone must keep: trait name and bound, in a fixed order."""
    for name in ("length", "range"):
        bounds: Bounds | None = trait_of(shape, member, name)
        if bounds is None:
            continue
        if bounds.min is not None and not (name == "length" and bounds.min <= 0):
            yield f"{name}/min", bounds.min
        if bounds.max is not None:
            yield f"{name}/max", bounds.max
    pattern = trait_of(shape, member, "pattern")
    if pattern is not None:
        yield "pattern", pattern
    enum = trait_of(shape, member, "enum")
    if enum is not None:
        yield "enum", enum
    if trait_of(shape, member, "unique_items"):
        yield "uniqueItems", True
