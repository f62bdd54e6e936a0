"""Recipes: for each trait the values just inside and just outside.

Serves the boundary generator, which puts the values into valid inputs and verifies on which side they fall.
A recipe proposes; a probe is met by the first of its candidates that the verification takes.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from harness.cases.model import Side
from harness.contract import Bounds, Constraint, Contract, Member, Shape, digest, patterns
from harness.contract.constraint import trait_of
from harness.contract.examples import distinct, expand, value_of_member
from harness.contract.examples import fullest as fullest_value
from harness.errors import ContractError
from harness.generate import boundary_texts
from harness.generate.carriage import LARGEST_INPUT

MOST_ENTRIES = 20_000
NEAREST = 40  # how far from a bound an inside value may lie when the pattern allows none at it
MARKS = " !~\\/%é\t"


class Absent:
    """What stands for taking a member away."""


ABSENT = Absent()


class Spot(msgspec.Struct, frozen=True):
    """One constrained place in one valid input.

    Attributes:
        contract: The operation.
        constraint: The constraint aimed at.
        shape: The shape of the value there.
        member: The member through which the shape stands there; ``None`` for the input itself.
        current: The valid value that stands there.
        seed: The run's seed.
    """

    contract: Contract
    constraint: Constraint
    shape: Shape
    member: Member | None
    current: Any
    seed: int

    @property
    def models(self) -> list[str]:
        """Texts that are good here: the value in place, then the hints."""
        hints = (expand(hint) for hint in self.contract.values.get("/".join(self.constraint.path), ()))
        return [text for text in (self.current, *hints) if isinstance(text, str)]

    @property
    def pattern(self) -> str | None:
        """The pattern that holds here."""
        found: str | None = trait_of(self.shape, self.member, "pattern")
        return found

    def bounds(self) -> tuple[int, int | None]:
        """The least and the greatest length allowed here."""
        length: Bounds | None = trait_of(self.shape, self.member, "length")
        low = int(length.min or 0) if length is not None else 0
        return low, int(length.max) if length is not None and length.max is not None else None


class Probe(msgspec.Struct, frozen=True):
    """One value wanted on one side of a constraint.

    Attributes:
        side: The side.
        description: What is special about it; unique within its constraint.
        candidates: Values to try, best first; ``ABSENT`` takes the member away.
    """

    side: Side
    description: str
    candidates: Iterable[Any]


def probes(spot: Spot) -> Iterator[Probe]:
    """List what to try on both sides of a constraint."""
    recipe = RECIPES.get(spot.constraint.trait)
    if recipe is not None:
        yield from recipe(spot)


# ---------------------------------------------------------------------------------------------------
# Recipes
# ---------------------------------------------------------------------------------------------------


def _required(spot: Spot) -> Iterator[Probe]:
    yield Probe("inside", "present", (spot.current,))
    yield Probe("outside", "left out", (ABSENT,))


def _length_min(spot: Spot) -> Iterator[Probe]:
    least, units = int(spot.constraint.value), _units(spot)
    nearest = range(least, least + NEAREST)
    yield Probe("inside", f"as few {units} as may be, at least {least}", _sized(spot, nearest))
    yield Probe("outside", f"fewer than {least} {units}", _forced(spot, least - 1))


def _length_max(spot: Spot) -> Iterator[Probe]:
    most, units = int(spot.constraint.value), _units(spot)
    nearest = range(most, max(most - NEAREST, -1), -1)
    yield Probe("inside", f"as many {units} as may be, at most {most}", _sized(spot, nearest))
    yield Probe("outside", f"more than {most} {units}", _forced(spot, most + 1))
    is_free_text = spot.shape.type == "string" and not spot.constraint.bound_as_text and spot.pattern is None
    if is_free_text and 0 < most <= LARGEST_INPUT:
        texts = boundary_texts.astral(most, spot.models)
        yield Probe("inside", f"{most} code points, many of them beyond 16 bits", texts)


def _range(spot: Spot) -> Iterator[Probe]:
    bound = spot.constraint.value
    is_whole = spot.shape.type not in ("float", "double", "bigDecimal")
    bound = int(bound) if is_whole or float(bound).is_integer() else bound
    outward = -1 if spot.constraint.trait.endswith("min") else 1
    word = "least" if outward < 0 else "greatest"
    yield Probe("inside", f"{bound}, the {word}", (bound,))
    yield Probe("outside", f"{bound + outward}, beyond the {word}", (bound + outward,))
    if not is_whole:
        near = bound + outward / 1024
        yield Probe("outside", f"{near}, a little beyond the {word}", (near,))


def _pattern(spot: Spot) -> Iterator[Probe]:
    pattern = spot.constraint.value
    if not patterns.is_supported(pattern):
        return
    low, high = spot.bounds()
    yield Probe("inside", "another text that matches", _matching(spot, pattern, low, high))
    yield Probe("outside", "a text that does not match", _mismatching(spot, pattern, low, high))
    text = str(spot.current)
    if not spot.constraint.bound_as_text and (high is None or len(text) < high):
        yield Probe("outside", "a line feed at the end", (f"{text}\n",))


def _matching(spot: Spot, pattern: str, low: int, high: int | None) -> Iterator[str]:
    current = str(spot.current)
    yield from (text for text in spot.models if text != current)
    lengths = (len(current), len(current) + 1, len(current) - 1, max(low, 1), max(low, 1) + 1)
    for length in lengths:
        if length >= low and (high is None or length <= high):
            found = patterns.example_of_length(pattern, length)
            if found not in (None, current):
                yield str(found)
    yield current


def _mismatching(spot: Spot, pattern: str, low: int, high: int | None) -> Iterator[str]:
    found = patterns.counterexample(pattern, low, high)
    if found is not None:
        yield found
    current = str(spot.current)
    middle = len(current) // 2
    for mark in MARKS:
        yield current[:middle] + mark + current[middle + 1 :]


def _enum(spot: Spot) -> Iterator[Probe]:
    allowed = spot.constraint.value
    for value in allowed:
        yield Probe("inside", f"the value {value!r}", (value,))
    strangers = (f"{allowed[0]}X", f"X{allowed[0]}", allowed[0][:-1], "NOT_A_VALUE") if allowed else ("x",)
    yield Probe("outside", "a value that is not listed", strangers)
    recased = [text for value in allowed for text in (value.swapcase(), value.title())]
    strangers = tuple(text for text in recased if text not in allowed)[:4]
    if strangers:
        yield Probe("outside", "a listed value in another case", strangers)


def _unique_items(spot: Spot) -> Iterator[Probe]:
    low, high = spot.bounds()
    most = high if high is not None else low + 2
    counts = range(max(min(2, most), low), low - 1, -1)
    yield Probe("inside", "distinct entries", (_entries(spot, count) for count in counts))
    repeated = ([*items[:-1], items[0]] for items in [_entries(spot, max(low, 2))] if items)
    yield Probe("outside", "an entry twice", repeated)


def _union(spot: Spot) -> Iterator[Probe]:
    alone = {}
    for name, member in spot.shape.members.items():
        made = _made(spot, member, name)
        if made is not None:
            alone[name] = made
            yield Probe("inside", f"{name} alone", ({name: made},))
    yield Probe("outside", "no member", ({},))
    pair = dict(list(alone.items())[:2])
    if len(pair) == 2:
        yield Probe("outside", "two members", (pair,))


RECIPES: dict[str, Callable[[Spot], Iterator[Probe]]] = {
    "required": _required,
    "length/min": _length_min,
    "length/max": _length_max,
    "range/min": _range,
    "range/max": _range,
    "pattern": _pattern,
    "enum": _enum,
    "uniqueItems": _unique_items,
    "union": _union,
}


# ---------------------------------------------------------------------------------------------------
# Values of a size
# ---------------------------------------------------------------------------------------------------


def _units(spot: Spot) -> str:
    return {"string": "code points", "blob": "bytes"}.get(spot.shape.type, "entries")


def _sized(spot: Spot, sizes: range) -> Iterator[Any]:
    """Make values of the first size that has any; the value in place is the last resort."""
    yield from _of_size(spot, sizes[0])
    if spot.shape.type == "string":
        yield from _near_texts(spot, sizes[1:])
    else:
        for size in sizes[1:]:
            yield from _of_size(spot, size)
    yield spot.current


def _near_texts(spot: Spot, sizes: range) -> Iterator[str]:
    """Make texts near a bound at which none is valid: those that mean something, and those that match."""
    pattern = spot.pattern if spot.pattern is not None and patterns.is_supported(spot.pattern) else None
    for size in sizes:
        yield from filter(None, (boundary_texts.stretched_json(model, size) for model in spot.models))
        found = patterns.example_of_length(pattern, size) if pattern is not None else None
        if found is not None:
            yield found
    shortest = patterns.example(pattern, *spot.bounds()) if pattern is not None and sizes.step > 0 else None
    if shortest is not None:
        yield shortest


def _forced(spot: Spot, size: int) -> Iterator[Any]:
    yield from _of_size(spot, size)
    if spot.shape.type == "string" and 0 <= size <= LARGEST_INPUT:
        yield from boundary_texts.plain(size, spot.models)


def _of_size(spot: Spot, size: int) -> Iterator[Any]:
    if spot.shape.type == "string" and size <= LARGEST_INPUT:
        if spot.member is not None and spot.member.idempotency_token and spot.pattern is None:
            yield _token(spot, size)
        texts = boundary_texts.of_length(size, spot.models, spot.pattern)
        enum = trait_of(spot.shape, spot.member, "enum")
        yield from texts if enum is None else [text for text in enum if len(text) == size] or texts
    elif spot.shape.type == "blob" and 0 <= size <= LARGEST_INPUT:
        yield base64.b64encode(b"x" * size).decode()
    elif spot.shape.type == "list" and 0 <= size <= MOST_ENTRIES:
        yield _entries(spot, size)
    elif spot.shape.type == "map" and 0 <= size <= MOST_ENTRIES:
        yield _mapping(spot, size)


def _token(spot: Spot, size: int) -> str:
    """A token of its own, so that two runs with two seeds do not meet under one."""
    name = digest([spot.contract.name, spot.contract.version, spot.seed, spot.constraint.pointer, size], 64)
    return (name * (size // len(name) + 1))[: max(size, 0)]


def _entries(spot: Spot, count: int) -> list[Any]:
    """Keep, cut or extend the list in place: scalars all different where they can be, structures repeated."""
    element = spot.shape.member
    assert element is not None  # noqa: S101  # lists have elements
    items = list(spot.current)[:count] if isinstance(spot.current, list) else []
    path = (*spot.constraint.path, "member")
    for position in range(len(items), count):
        made = _another(spot, element, path, position, items)
        if made is None:
            return []
        items.append(made)
    return items


def _another(spot: Spot, element: Member, path: tuple[str, ...], position: int, items: list[Any]) -> Any:
    is_simple = spot.contract.shapes[element.target].type not in ("structure", "union", "list", "map")
    try:
        if not is_simple and items and not trait_of(spot.shape, spot.member, "unique_items"):
            return items[0]
        made = distinct(spot.contract, element, path, position + 1 if is_simple else position)
        if is_simple or made not in items:
            return made
        return fullest_value(spot.contract, element.target, path)
    except ContractError:
        return None


def _mapping(spot: Spot, count: int) -> dict[str, Any]:
    key, value = spot.shape.key, spot.shape.value
    assert key is not None  # noqa: S101  # maps have keys
    assert value is not None  # noqa: S101  # and values
    entries = dict(list(spot.current.items())[:count]) if isinstance(spot.current, dict) else {}
    filling = next(iter(spot.current.values()), None) if spot.current else None
    for position in range(count * 2 + 2):
        if len(entries) >= count:
            break
        made = _made(spot, value, "value") if filling is None else filling
        entries.setdefault(str(distinct(spot.contract, key, (*spot.constraint.path, "key"), position)), made)
    return entries


def _made(spot: Spot, member: Member, step: str) -> Any:
    try:
        return value_of_member(spot.contract, member, (*spot.constraint.path, step))
    except ContractError:
        return None
