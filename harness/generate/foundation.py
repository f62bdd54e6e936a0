"""Semantically valid inputs to start from, and the way from them to a constraint.

Serves every generator: a fault put into an otherwise valid input is the only fault in it. Starting points are
the contract's examples, the inputs that its rules call valid, and inputs made from the shapes alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from harness.contract import Contract, Member, Shape, bites, check, normalise
from harness.contract.examples import distinct, expand, fullest, smallest, value_of_member, vary
from harness.errors import ContractError
from harness.generate.carriage import obstacle
from harness.generate.documents import Position, replaced, values

Path = tuple[str, ...]
SMALLEST, FULLEST = "smallest input", "fullest input"
LARGE = 20_000  # characters
MOST_VALUES = 5_000  # in the fullest input; only of some operations it would have more
_KEPT = 4
_known: dict[int, tuple[Contract, tuple[Start, ...], tuple[Start, ...]]] = {}


class Start(msgspec.Struct, frozen=True):
    """A valid input to start from.

    Attributes:
        title: Where it comes from, in a few words.
        document: The input.
        vouched: Whether an example or a rule stands behind it.
        large: Whether it is too long to be a good start for many cases.
    """

    title: str
    document: dict[str, Any]
    vouched: bool = False
    large: bool = False


class Reached(msgspec.Struct, frozen=True):
    """An input in which the way to a constraint exists.

    Attributes:
        document: The input.
        position: Where in it the constrained value stands or would stand.
        added: How many members and entries had to be added to the start.
    """

    document: dict[str, Any]
    position: Position
    added: int


def is_valid(contract: Contract, document: Any) -> bool:
    """Say whether an input keeps every constraint and rule, and fits on the wire."""
    if obstacle(contract, document) is not None:
        return False
    arriving = normalise(contract, document)
    return not check(contract, arriving) and next(bites(contract, arriving), None) is None


def starts(contract: Contract) -> tuple[Start, ...]:
    """List the inputs to start from, best first: examples, what rules call valid, smallest, fullest.

    When not one of them keeps every rule, those that keep the shapes alone are listed; at worst the first.
    """
    if contract.input is None:
        return (Start("no input", {}, vouched=True),)
    valid, candidates = _sorted_out(contract)
    if valid:
        return valid
    shaped = [start for start in candidates if not check(contract, normalise(contract, start.document))]
    return tuple(shaped) or candidates[:1]


def _sorted_out(contract: Contract) -> tuple[tuple[Start, ...], tuple[Start, ...]]:
    """List what can be started from: the valid ones, and all; kept for the few contracts asked for last."""
    kept = _known.get(id(contract))
    if kept is None or kept[0] is not contract:
        candidates = tuple(
            msgspec.structs.replace(start, large=is_large(start.document))
            for start in _candidates(contract)
            if isinstance(start.document, dict)
        )
        valid = tuple(start for start in candidates if is_valid(contract, start.document))
        # The contract is kept beside what was made of it, so that its identity stays its own.
        kept = _known[id(contract)] = (contract, valid, candidates)
        while len(_known) > _KEPT:
            _known.pop(next(iter(_known)), None)
    return kept[1], kept[2]


def _candidates(contract: Contract) -> Iterator[Start]:
    for example in contract.examples:
        yield Start(f"example: {example.title}", expand(example.input), vouched=True)
    for rule in contract.rules:
        for variation in rule.inside:
            yield Start(f"inside the rule {rule.id}", vary(contract, variation), vouched=True)
    assert contract.input is not None  # noqa: S101  # said by the caller
    for title, make in ((SMALLEST, smallest), (FULLEST, _fullest)):
        try:
            yield Start(title, make(contract, contract.input))
        except ContractError:
            continue


def _fullest(contract: Contract, name: str) -> Any:
    """Make an input with every member present, down to the level at which it stays below ``MOST_VALUES``."""
    levels, count = 0, 0
    level: list[tuple[str, tuple[str, ...]]] = [(name, ())]
    while level:
        inner: list[tuple[str, tuple[str, ...]]] = []
        for target, above in level:
            if target not in above:
                shape = contract.shapes[target]
                parts = (*shape.members.values(), shape.member, shape.value)
                inner += ((part.target, (*above, target)) for part in parts if part is not None)
            if count + len(inner) > MOST_VALUES:
                return fullest(contract, name, levels=levels)
        level, levels, count = inner, levels + 1, count + len(inner)
    return fullest(contract, name)


def smallest_start(contract: Contract) -> dict[str, Any] | None:
    """Make the smallest input that is valid; ``None`` when there is none without an example's help."""
    return _made(contract, SMALLEST)


def fullest_start(contract: Contract) -> dict[str, Any] | None:
    """Make an input with every member present, as far as the rules let them stand together."""
    return _made(contract, FULLEST)


def _made(contract: Contract, title: str) -> dict[str, Any] | None:
    valid = _sorted_out(contract)[0] if contract.input is not None else ()
    return next((start.document for start in valid if start.title == title), None)


def reaches(contract: Contract, beginnings: tuple[Start, ...], path: Path) -> Iterator[Reached]:
    """Find valid inputs in which the way to a constraint exists.

    Args:
        contract: The operation.
        beginnings: What to start from, as ``starts`` lists it.
        path: The way to the constrained member, as in ``Constraint.path``.

    Yields:
        Valid inputs that hold a value at their position: what is vouched for first, and of that what needed
        least added; then the smallest input, then the fullest. Only where none is valid, those that are not.
    """
    found = [
        (start.large, 0 if start.vouched else index + 1, reached.added, index, reached)
        for index, start in enumerate(beginnings)
        for reached in _reach(contract, start.document, path)
    ]
    ordered = [item[-1] for item in sorted(found, key=lambda item: item[:-1])]
    some = False
    for reached in ordered:
        if is_valid(contract, reached.document):
            some = True
            yield reached
    if not some:
        yield from ordered


def is_large(document: Any) -> bool:
    """Say whether an input is too long to be a good start for many cases."""
    return sum(len(value) for value in values(document) if isinstance(value, str)) > LARGE


def reach(contract: Contract, document: dict[str, Any], path: Path) -> Reached | None:
    """Add to an input what is missing on the way to a constraint.

    Args:
        contract: The operation.
        document: The input to start from.
        path: The way to the constrained member.

    Returns:
        The first input made from hints and smallest values that keeps all rules, else the first one at all;
        ``None`` when nothing can be made for a missing member.
    """
    found = list(_reach(contract, document, path))
    return next((each for each in found if is_valid(contract, each.document)), found[0] if found else None)


def _reach(contract: Contract, document: dict[str, Any], path: Path) -> Iterator[Reached]:
    """Walk down the path; at its end each hint of the member is tried where the value was missing."""
    if contract.input is None:
        return
    here: Any = document
    name, added = contract.input, 0
    position: Position = ()
    for index, step in enumerate(path):
        shape = contract.shapes[name]
        member = part_of(shape, step)
        last = index == len(path) - 1
        position = (*position, _concrete(contract, shape, step, here, path[: index + 1]))
        here = _descend(here, position[-1])
        if here is None:
            for value in _fillings(contract, shape, member, path[: index + 1], every=last):
                filled = _filled(document, position, value, is_union=shape.type == "union")
                if last:
                    yield Reached(filled, position, added + 1)
                else:
                    document, here = filled, value
            if last or here is None:
                return
            added += 1
        name = member.target
    yield Reached(document, position, added)


def part_of(shape: Shape, step: str) -> Member:
    """Look up the member or the part of a list or map that a path's step names."""
    if shape.type in ("structure", "union"):
        return shape.members[step]
    part: Member | None = getattr(shape, step)
    assert part is not None  # noqa: S101  # paths come from the model
    return part


def _concrete(contract: Contract, shape: Shape, step: str, here: Any, path: Path) -> str | int:
    """Choose the position in a list, or the key in a map: the first one, or the one to add."""
    if shape.type == "list":
        return 0
    if shape.type != "map":
        return step
    assert shape.key is not None  # noqa: S101  # maps have keys
    existing = next(iter(here), None) if isinstance(here, dict) else None
    return existing if existing is not None else str(distinct(contract, shape.key, (*path[:-1], "key"), 0))


def _descend(here: Any, step: str | int) -> Any:
    if isinstance(here, dict):
        return here.get(step)
    if isinstance(here, list) and isinstance(step, int) and step < len(here):
        return here[step]
    return None


def _fillings(contract: Contract, shape: Shape, member: Member, path: Path, *, every: bool) -> Iterator[Any]:
    """Make values for a missing member: its hints, else its smallest value."""
    if shape.type == "map" and shape.value is not None:  # an entry is added through its value, also for a key
        member, path = shape.value, (*path[:-1], "value")
    hints = contract.values.get("/".join(path), ())
    if hints:
        yield from (expand(hint) for hint in (hints if every else hints[:1]))
        return
    try:
        yield value_of_member(contract, member, path)
    except ContractError:
        return


def _filled(document: dict[str, Any], position: Position, value: Any, *, is_union: bool) -> dict[str, Any]:
    filled: dict[str, Any]
    if is_union:  # one member only: the new one takes the place of the old one
        if len(position) == 1:
            return {position[0]: value}  # type: ignore[dict-item]
        filled = replaced(document, position[:-1], {position[-1]: value})
    else:
        filled = replaced(document, position, value)
    return filled
