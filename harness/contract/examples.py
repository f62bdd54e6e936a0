"""Valid values made from shapes: the smallest that conforms, the fullest, and variations of an example.

Used by the generators for inputs and by the emulator for outputs. Everything is deterministic.
"""

from __future__ import annotations

import base64
import re
import sys
from itertools import pairwise
from typing import Any

from harness.contract import patterns
from harness.contract.constraint import trait_of
from harness.contract.model import Bounds, Contract, Member, Shape, Variation
from harness.errors import ContractError

FORM_PROTOCOLS = ("query", "ec2")  # requests are forms, where what is empty has no parameter
EPOCH = 1577836800  # 2020-01-01T00:00:00Z, the instant of every made-up timestamp


def smallest(contract: Contract, name: str, pointer: tuple[str, ...] = ()) -> Any:
    """Make the smallest value of a shape: required members only, shortest texts, fewest entries.

    Args:
        contract: Where the shape and the hints (``values``) are.
        name: The shape's name.
        pointer: The way from the input to this value, for looking hints up.

    Returns:
        A document that ``check`` accepts, unless the shape's own bounds contradict its pattern.
    """
    return _make(contract, name, None, pointer, full=0, above=())


def fullest(contract: Contract, name: str, pointer: tuple[str, ...] = (), levels: int = sys.maxsize) -> Any:
    """Make a value with every member present once; shapes within themselves end after one repetition.

    Args:
        contract: Where the shape and the hints (``values``) are.
        name: The shape's name.
        pointer: The way from the input to this value, for looking hints up.
        levels: How many shapes deep everything is present; below that only what is required.
    """
    return _make(contract, name, None, pointer, full=levels + 1, above=())


def value_of_member(contract: Contract, member: Member, pointer: tuple[str, ...]) -> Any:
    """Make the smallest value of a member, its hints and own traits considered."""
    return _make(contract, member.target, member, pointer, full=0, above=())


def _make(
    contract: Contract,
    name: str,
    member: Member | None,
    pointer: tuple[str, ...],
    *,
    full: int,
    above: tuple[str, ...],
) -> Any:
    hints = contract.values.get("/".join(pointer)) if pointer else None
    if hints:
        return expand(hints[0])
    made = _make_shape(contract, name, member, pointer, full=full, above=above)
    if made in ([], {}) and member is not None and _leaves_no_trace(contract, member):
        return _least(contract, contract.shapes[name], pointer, (*above, name))
    return made


def _leaves_no_trace(contract: Contract, member: Member) -> bool:
    """Say whether the wire has no form for a list, map or structure without entries in this place."""
    shape = contract.shapes[member.target]
    flattened = contract.protocol == "rest-xml" and (shape.xml_flattened or member.xml_flattened)
    return flattened or member.bound_as_text or contract.protocol in FORM_PROTOCOLS


def _least(contract: Contract, shape: Shape, pointer: tuple[str, ...], above: tuple[str, ...]) -> Any:
    """Make a list, map or structure of one entry; empty only where each leads back to a shape above."""
    if shape.type == "list" and shape.member is not None and shape.member.target not in above:
        item = (*pointer, "member")
        return [_make(contract, shape.member.target, shape.member, item, full=0, above=above)]
    if shape.type == "map" and shape.key is not None and shape.value is not None:
        key = _make(contract, shape.key.target, shape.key, (*pointer, "key"), full=0, above=above)
        item = (*pointer, "value")
        return {key: _make(contract, shape.value.target, shape.value, item, full=0, above=above)}
    for key, part in shape.members.items():
        if part.target not in above:
            return {key: _make(contract, part.target, part, (*pointer, key), full=0, above=above)}
    return [] if shape.type == "list" else {}


def _make_shape(
    contract: Contract,
    name: str,
    member: Member | None,
    pointer: tuple[str, ...],
    *,
    full: int,
    above: tuple[str, ...],
) -> Any:
    shape = contract.shapes[name]
    inner = (*above, name)
    full = max(full - 1, 0)  # the levels left, this one included
    if shape.type == "union":
        return _make_union(contract, shape, pointer, full=full, above=inner)
    if shape.type == "structure":
        return _make_members(contract, shape, pointer, full=full, above=inner)
    bounds = trait_of(shape, member, "length")
    fewest = int(bounds.min or 0) if bounds is not None else 0
    if shape.type == "list" and shape.member is not None:
        return _make_list(contract, shape, pointer, fewest, full=full, above=inner)
    if shape.type == "map" and shape.key is not None and shape.value is not None:
        return _make_map(contract, shape, pointer, fewest, full=full, above=inner)
    return simple(shape, member)


def _make_members(
    contract: Contract, shape: Shape, pointer: tuple[str, ...], *, full: int, above: tuple[str, ...]
) -> dict[str, Any]:
    """Make the members of a structure; an optional one that no value can satisfy is left out."""
    made: dict[str, Any] = {}
    for key, part in shape.members.items():
        if part.required or (full and part.target not in above):
            try:
                made[key] = _make(contract, part.target, part, (*pointer, key), full=full, above=above)
            except ContractError:
                if part.required:
                    raise
    return made


def _make_union(
    contract: Contract, shape: Shape, pointer: tuple[str, ...], *, full: int, above: tuple[str, ...]
) -> dict[str, Any]:
    """Choose the first member that does not lead back into a shape above."""
    ranked = sorted(shape.members.items(), key=lambda item: item[1].target in above)
    for key, part in ranked[:1]:
        return {key: _make(contract, part.target, part, (*pointer, key), full=full, above=above)}
    return {}


def _make_list(
    contract: Contract,
    shape: Shape,
    pointer: tuple[str, ...],
    fewest: int,
    *,
    full: int,
    above: tuple[str, ...],
) -> list[Any]:
    element = shape.member
    assert element is not None  # noqa: S101  # said by the caller
    repeats = element.target in above
    count = fewest if repeats or not full else max(fewest, 1)
    item = (*pointer, "member")
    if count > 1 and trait_of(shape, None, "unique_items"):
        return [distinct(contract, element, item, position) for position in range(count)]
    return [_make(contract, element.target, element, item, full=full, above=above) for _ in range(count)]


def _make_map(
    contract: Contract,
    shape: Shape,
    pointer: tuple[str, ...],
    fewest: int,
    *,
    full: int,
    above: tuple[str, ...],
) -> dict[str, Any]:
    key, value = shape.key, shape.value
    assert key is not None  # noqa: S101  # said by the caller
    assert value is not None  # noqa: S101
    count = fewest if value.target in above or not full else max(fewest, 1)
    return {
        distinct(contract, key, (*pointer, "key"), position): _make(
            contract, value.target, value, (*pointer, "value"), full=full, above=above
        )
        for position in range(count)
    }


def distinct(contract: Contract, member: Member, pointer: tuple[str, ...], position: int) -> Any:
    """Make the value of a member that differs from those at other positions, where the shape allows it."""
    first = _make(contract, member.target, member, pointer, full=0, above=())
    shape = contract.shapes[member.target]
    if position == 0 or not isinstance(first, (str, int, float)) or isinstance(first, bool):
        return first
    enum = trait_of(shape, member, "enum")
    if enum is not None:
        return enum[position % len(enum)]
    if not isinstance(first, str):
        return first + position
    pattern = trait_of(shape, member, "pattern")
    if pattern is None or not patterns.is_supported(pattern):
        return f"{first}{position}" if first else f"x{position}"
    for length in range(len(first), len(first) + 12):
        for candidate in _counted(pattern, length, position):
            if candidate != first and patterns.matches(pattern, candidate):
                return candidate
    return first


def _counted(pattern: str, length: int, position: int) -> list[str]:
    """Spell candidates for the text number ``position`` of a pattern: digits written over a matching text."""
    text = patterns.example_of_length(pattern, length)
    digits = str(position)
    if text is None or len(digits) > length:
        return []
    return [text[:at] + digits + text[at + len(digits) :] for at in range(length - len(digits), -1, -1)]


def simple(shape: Shape, member: Member | None = None) -> Any:
    """Make the smallest value of a simple shape."""
    enum = trait_of(shape, member, "enum")
    if enum:
        return enum[0]
    if shape.type == "string":
        return text(shape, member)
    if shape.type == "blob":
        return base64.b64encode(b"x" * _shortest(trait_of(shape, member, "length"))).decode()
    if shape.type == "boolean":
        return False
    if shape.type == "document":
        return {}
    if shape.type == "timestamp":
        return EPOCH
    return number(shape, member)


def _shortest(bounds: Bounds | None) -> int:
    """Choose a length: as short as it may be but not nothing, which some places of the wire cannot carry."""
    low, high = (bounds.min, bounds.max) if bounds is not None else (None, None)
    return int(low or 0) if high is not None and high < 1 else max(int(low or 0), 1)


def number(shape: Shape, member: Member | None = None) -> int | float:
    """Make a number within a shape's range, zero where it may be."""
    bounds = trait_of(shape, member, "range")
    low, high = (bounds.min, bounds.max) if bounds is not None else (None, None)
    if low is not None and low > 0:
        return float(low) if isinstance(low, float) else int(low)
    if high is not None and high < 0:
        return float(high) if isinstance(high, float) else int(high)
    return 0


def text(shape: Shape, member: Member | None = None, length: int | None = None) -> str:
    """Make a text of a string shape: as short as it may be but not empty, or of exactly ``length``.

    Raises:
        ContractError: No text of this length matches the shape's pattern.
    """
    bounds = trait_of(shape, member, "length")
    pattern = trait_of(shape, member, "pattern")
    low = int((bounds.min if bounds else None) or 0)
    high = int(bounds.max) if bounds is not None and bounds.max is not None else None
    if length is not None:
        low = high = length
    if pattern is None or not patterns.is_supported(pattern):
        if length is None and _is_json(shape, member) and low <= 2 and (high is None or high >= 2):
            return "{}"
        return "x" * (low if length is not None or high == 0 else max(low, 1))
    wanted = low if length is not None else max(low, 1)
    found = (
        patterns.example_of_length(pattern, length)
        if length is not None
        else patterns.example(pattern, wanted, high) or patterns.example(pattern, low, high)
    )
    if found is None:
        problem = f"no text of {low} to {high} characters matches the pattern {pattern!r}"
        raise ContractError("string shape", problem, "Give a value for the member under 'values'.")
    return found


def _is_json(shape: Shape, member: Member | None) -> bool:
    return bool(trait_of(shape, member, "media_type") == "application/json")


# ---------------------------------------------------------------------------------------------------
# Variations of examples
# ---------------------------------------------------------------------------------------------------

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def vary(contract: Contract, variation: Variation) -> dict[str, Any]:
    """Apply a variation to the example it names.

    Raises:
        ContractError: The contract has no such example, or a path leads nowhere.
    """
    chosen = [example for example in contract.examples if variation.of in (None, example.title)]
    if not chosen:
        problem = f"a variation starts from the example {variation.of!r}, which does not exist"
        raise ContractError(contract.name, problem, "Name an example of this contract, or add one.")
    document: dict[str, Any] = expand(chosen[0].input)
    for path, value in variation.set.items():
        _set(document, path, expand(value), contract.name)
    return document


def _set(document: Any, path: str, value: Any, where: str) -> None:
    steps = [int(index) if index else name for name, index in _STEP.findall(path)]
    here = document
    try:
        for step, following in pairwise(steps):
            if isinstance(here, dict) and step not in here:
                here[step] = [] if isinstance(following, int) else {}
            elif isinstance(here, list) and step == len(here):
                here.append({})
            here = here[step]
        if isinstance(here, list) and steps[-1] == len(here):
            here.append(value)
        elif value is None and isinstance(here, dict):
            here.pop(steps[-1], None)
        else:
            here[steps[-1]] = value
    except (KeyError, IndexError, TypeError) as error:
        problem = f"the path {path!r} of a variation leads nowhere"
        raise ContractError(where, problem, "Use names and positions that the example has.") from error


def expand(value: Any) -> Any:
    """Write out the short forms ``{repeat, times}`` and ``{concat}`` of long values; copy everything."""
    if isinstance(value, dict):
        if value.keys() == {"repeat", "times"}:
            repeated = expand(value["repeat"])
            if isinstance(repeated, (str, list)):
                return repeated * int(value["times"])
            return [expand(repeated) for _ in range(int(value["times"]))]
        if value.keys() == {"concat"}:
            return "".join(expand(part) for part in value["concat"])
        return {key: expand(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [expand(item) for item in value]
    return value
