"""What a refused request is told: the violations of its input as one message, in AWS's words.

Two styles exist. ``aws`` is what the real services answer ("1 validation error detected: Value 'x' at
'entries.1.member.source' failed to satisfy constraint: ..."), ``smithy`` what servers generated from Smithy
models do ("1 validation error detected. Value at '/string' failed ..." with a ``fieldList``). The words are
never part of a verdict.

Source: recorded answers of AWS services; Smithy's protocol tests
(https://github.com/smithy-lang/smithy/tree/main/smithy-aws-protocol-tests), ``restJson1/validation``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from harness.contract import Contract, Violation
from harness.contract.checking import measure
from harness.contract.constraint import trait_of
from harness.contract.model import Bounds, Member, Shape

Style = Literal["aws", "smithy"]
HIDDEN = "***"
LONGEST = 120  # characters of a value that a message shows

_AWS_SENTENCES: dict[str, str] = {
    "required": "Member must not be null",
    "length/min": "Member must have length greater than or equal to {}",
    "length/max": "Member must have length less than or equal to {}",
    "range/min": "Member must have value greater than or equal to {}",
    "range/max": "Member must have value less than or equal to {}",
    "pattern": "Member must satisfy regular expression pattern: {}",
    "enum": "Member must satisfy enum value set: {}",
    "uniqueItems": "Member must have unique values",
    "union": "Member must have exactly one of the members {} set",
}


class Complaint(msgspec.Struct, frozen=True):
    """Violations put into words.

    Attributes:
        message: The message of the validation error.
        members: Further members of the error structure: Smithy's ``fieldList``.
    """

    message: str
    members: dict[str, Any] = {}


class _Place(msgspec.Struct, frozen=True):
    """Where a violation stands in the model."""

    shape: Shape
    member: Member | None
    sensitive: bool
    key: bool


def complain(contract: Contract, violations: Iterable[Violation], style: Style = "aws") -> Complaint:
    """Put the violations of an input into one message.

    Args:
        contract: The operation.
        violations: What ``check`` found, at least one.
        style: Whose words to use.

    Returns:
        The message; values of sensitive members never stand in it.
    """
    listed = list(violations)
    count = f"{len(listed)} validation error{'s' if len(listed) > 1 else ''} detected"
    if style == "aws":
        return Complaint(f"{count}: " + "; ".join(_aws_sentence(contract, each) for each in listed))
    fields = [_smithy_field(contract, each) for each in listed]
    return Complaint(f"{count}. " + "; ".join(field["message"] for field in fields), {"fieldList": fields})


def wrong_type(contract: Contract, violation: Violation) -> str:
    """Say which JSON value cannot become which type, as the services' parsers do; the value is not shown."""
    value, path = violation.value, _aws_path(contract, violation.path)
    if violation.trait == "union":
        return f"'{path}' must have exactly one of the members {_bound(violation)} and nothing else"
    if isinstance(value, bool):
        token = f"{str(value).upper()}_VALUE"
    elif isinstance(value, (dict, list)):
        token = "Start of structure or map" if isinstance(value, dict) else "Start of list"
    else:
        token = {str: "STRING_VALUE", type(None): "NULL_VALUE"}.get(type(value), "NUMBER_VALUE")
    return f"{token} can not be converted to a value of type {violation.expected} at '{path}'"


def _aws_sentence(contract: Contract, violation: Violation) -> str:
    place = _place(contract, violation)
    shown = "null" if violation.value is None else f"'{_shown(contract, place, violation.value)}'"
    at = _aws_path(contract, violation.path)
    constraint = _AWS_SENTENCES[violation.trait].format(_bound(violation))
    if place.key:
        constraint = f"Map keys must satisfy constraint: [{constraint}]"
    return f"Value {shown} at '{at}' failed to satisfy constraint: {constraint}"


def _aws_path(contract: Contract, path: tuple[str | int, ...]) -> str:
    """Spell a path as the services do: ``targets.1.member.id``; the input itself is ``input``."""
    parts = []
    for shape, step in _shapes_along(contract, path):
        if isinstance(step, int):
            parts.append(f"{step + 1}.member")
        else:
            parts.append(_key(contract, shape, step) if shape.type == "map" else step[:1].lower() + step[1:])
    return ".".join(parts) or "input"


def _smithy_path(contract: Contract, path: tuple[str | int, ...]) -> str:
    """Spell a path as a JSON pointer: ``/targets/0/id``."""
    return "/" + "/".join(_key(contract, shape, str(step)) for shape, step in _shapes_along(contract, path))


def _shapes_along(contract: Contract, path: tuple[str | int, ...]) -> Iterator[tuple[Shape, str | int]]:
    """Pair each step of a path with the shape it is taken in."""
    name = contract.input or ""
    for step in path:
        yield contract.shapes[name], step
        member = _step(contract.shapes[name], step, key=False)
        if member is None:
            return
        name = member.target


def _key(contract: Contract, shape: Shape, key: str) -> str:
    """Write the key of a map, unless it is secret; a member's name stays as it is."""
    secret = shape.type == "map" and shape.key is not None and _is_sensitive(contract, shape.key, None)
    return HIDDEN if secret else key


def _bound(violation: Violation) -> str:
    if isinstance(violation.expected, (list, tuple)):
        return f"[{', '.join(str(item) for item in violation.expected)}]"
    return str(violation.expected)


def _smithy_field(contract: Contract, violation: Violation) -> dict[str, str]:
    place = _place(contract, violation)
    steps = violation.path[:-1] if place.key else violation.path
    path = _smithy_path(contract, steps)
    length = ""
    if violation.trait.startswith("length"):
        length = f" with length {measure(place.shape, violation.value)}"
    constraint = _smithy_constraint(place, violation)
    return {"message": f"Value{length} at '{path}' failed to satisfy constraint: {constraint}", "path": path}


def _smithy_constraint(place: _Place, violation: Violation) -> str:
    name, _, side = violation.trait.partition("/")
    if violation.trait == "enum":
        return _AWS_SENTENCES["enum"].format(f"[{', '.join(_public_values(place, violation))}]")
    if not side:
        return _AWS_SENTENCES[violation.trait].format(_bound(violation))
    bounds: Bounds = trait_of(place.shape, place.member, name) or Bounds()
    verb = "have length" if name == "length" else "be"
    if bounds.min is not None and bounds.max is not None:
        return f"Member must {verb} between {bounds.min} and {bounds.max}, inclusive"
    order = "greater" if side == "min" else "less"
    return f"Member must {verb} {order} than or equal to {_bound(violation)}"


def _public_values(place: _Place, violation: Violation) -> Iterator[str]:
    """List the values of an enum but those that the long form of its ``enum`` trait calls internal."""
    said: dict[str, Any] = place.shape.traits | (place.member.traits if place.member is not None else {})
    entries = said.get("smithy.api#enum") or ()
    internal = {entry.get("value") for entry in entries if "internal" in entry.get("tags", ())}
    return (value for value in violation.expected if value not in internal)


def _place(contract: Contract, violation: Violation) -> _Place:
    """Follow a violation's path through the shapes."""
    name, member, sensitive, key = contract.input or "", None, False, False
    at_key = violation.pointer.removesuffix(f"/{violation.trait}").endswith("/key")
    for position, step in enumerate(violation.path):
        shape = contract.shapes[name]
        key = at_key and shape.type == "map" and position == len(violation.path) - 1
        member = _step(shape, step, key=key)
        if member is None:
            break
        name = member.target
        sensitive = sensitive or _is_sensitive(contract, member, str(step) if position == 0 else None)
    return _Place(contract.shapes[name], member, sensitive, key)


def _step(shape: Shape, step: str | int, *, key: bool) -> Member | None:
    if shape.type == "map":
        return shape.key if key else shape.value
    return shape.member if shape.type == "list" else shape.members.get(str(step))


def _is_sensitive(contract: Contract, member: Member, name: str | None) -> bool:
    """Say whether a member is secret: marked so, or the bearer token, which models do not mark."""
    if name is not None and name == contract.auth.member:
        return True
    return bool(trait_of(contract.shapes[member.target], member, "sensitive"))


def _shown(contract: Contract, place: _Place, value: Any) -> str:
    text = HIDDEN if place.sensitive else _written(contract, place.shape, value, top=place.member is None)
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    return shown.encode("utf-8", "backslashreplace").decode()


def _written(contract: Contract, shape: Shape, value: Any, *, top: bool = False) -> str:
    """Write a value as Java does, with everything sensitive inside it hidden."""
    if shape.type == "document":
        return json.dumps(value)
    if isinstance(value, dict):
        pairs = (
            f"{_key(contract, shape, name)}="
            + _inner(contract, _step(shape, name, key=False), item, name if top else None)
            for name, item in value.items()
        )
        return "{" + _joined(pairs) + "}"
    if isinstance(value, list):
        return "[" + _joined(_inner(contract, shape.member, item, None) for item in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _joined(parts: Iterable[str]) -> str:
    """Join parts, but no more of them than a message shows: there may be millions."""
    kept: list[str] = []
    size = 0
    for part in parts:
        kept.append(part)
        size += len(part)
        if size > LONGEST:
            break
    return ", ".join(kept)


def _inner(contract: Contract, member: Member | None, value: Any, name: str | None) -> str:
    if value is None:
        return "null"
    if member is None or _is_sensitive(contract, member, name):
        return HIDDEN
    return _written(contract, contract.shapes[member.target], value)
