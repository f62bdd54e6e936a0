"""Holding a document value against a shape: which constraints does it break?

The one place that knows what a valid input is; the oracle, the emulator and the lint of examples all ask
here. AWS semantics that a generic schema tool gets wrong: ``null`` for an optional member is absence, unknown
input members are ignored, patterns match the whole string, string lengths count code points and blob lengths
bytes, members outside the body are text on the wire, enums are closed in requests and open in responses.
"""

from __future__ import annotations

import base64
import binascii
import json
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from harness.contract import patterns
from harness.contract.constraint import Root, constraints_of, pointer_of, trait_of
from harness.contract.model import Contract, Member, Shape

INTEGER_BITS = {"byte": 8, "short": 16, "integer": 32, "long": 64}
LAST_MOMENT = sys.float_info.max  # whole numbers may be greater than any float
BEYOND_BOUND = 100  # elements of a list beyond its length/max that are looked at; there may be millions
MOST_VIOLATIONS = 1000  # more of them help nobody
FLOAT_WORDS = ("NaN", "Infinity", "-Infinity")


class Violation(msgspec.Struct, frozen=True):
    """One broken constraint.

    Attributes:
        pointer: The constraint's stable name, without positions.
        path: Where in this value, with positions: ``("Entries", 0, "Source")``.
        trait: As in ``Constraint``, or ``type`` (a value of the wrong kind) or ``unknown`` (a member that
            the contract does not have; in outputs only).
        expected: What the constraint asks for: the bound, the pattern, the values or the type.
        value: The value that breaks it; ``None`` for a missing member.
    """

    pointer: str
    path: tuple[str | int, ...]
    trait: str
    expected: Any
    value: Any = None


def check(contract: Contract, document: Any, root: Root = "input") -> tuple[Violation, ...]:
    """Find everything in which an input or output breaks its contract's shapes.

    Args:
        contract: The operation.
        document: The value, as a document (see ``harness.contract.model``).
        root: ``input`` (unknown members ignored, enums closed) or ``output`` (unknown members reported,
            enums open, constraints reported like any other: the caller grades them).

    Returns:
        The violations in the order of the model, at most ``MOST_VIOLATIONS``; empty for a valid value.
    """
    name = contract.input if root == "input" else contract.output
    if name is None:
        return ()
    return tuple(islice(_Check(contract, root).shape(name, None, document, (), ()), MOST_VIOLATIONS))


def check_shape(contract: Contract, name: str, document: Any, root: Root = "output") -> tuple[Violation, ...]:
    """Find everything in which a value breaks one named shape, e.g. an error structure."""
    return tuple(_Check(contract, root).shape(name, None, document, (), ()))


def normalise(contract: Contract, document: Any) -> Any:
    """Say what of an input arrives: nulls of optional members dropped, members outside the body as text.

    What the wire cannot tell from its absence is absent: an empty list or map outside the body, an optional
    payload of no bytes or without members. A required payload is there all the same, of no bytes or members.

    Args:
        contract: The operation.
        document: An input document, valid or not.

    Returns:
        A document that ``check`` classifies as the endpoint sees it.
    """
    if contract.input is None:
        return {}
    arriving = _arriving(contract, contract.input, document)
    return _bound(contract, contract.input, arriving) if isinstance(arriving, dict) else arriving


def _bound(contract: Contract, name: str, document: dict[str, Any]) -> dict[str, Any]:
    """Leave out the members of an input that their binding cannot tell from absent ones."""
    kept = dict(document)
    for key, member in contract.shapes[name].members.items():
        nothing: tuple[Any, ...] = ()
        if member.bound_as_text:
            nothing = ([], {})
        elif member.http_payload:
            kind = contract.shapes[member.target].type
            nothing = {"string": ("",), "blob": ("",), "structure": ({},)}.get(kind, ())
        if key in kept and kept[key] in nothing and not member.required:
            del kept[key]
        elif key not in kept and member.required and member.http_payload and nothing:
            kept[key] = nothing[0]
    return kept


def _arriving(contract: Contract, name: str, value: Any) -> Any:
    shape = contract.shapes[name]
    if shape.type in ("structure", "union") and isinstance(value, dict):
        kept: dict[str, Any] = {}
        for key, item in value.items():
            member = shape.members.get(key)
            if member is None:
                kept[key] = item
            elif item is not None:
                kept[key] = _text(contract, member, item) if member.bound_as_text else (
                    _arriving(contract, member.target, item)
                )  # fmt: skip
        return kept
    if shape.type == "list" and shape.member is not None and isinstance(value, list):
        return [item if item is None else _arriving(contract, shape.member.target, item) for item in value]
    if shape.type == "map" and shape.value is not None and isinstance(value, dict):
        target = shape.value.target
        return {
            key: item if item is None else _arriving(contract, target, item) for key, item in value.items()
        }
    return value


def _text(contract: Contract, member: Member, value: Any) -> Any:
    """A value of a string member outside the body becomes the text that the wire carries."""
    if contract.shapes[member.target].type != "string" or isinstance(value, str):
        return value
    return json.dumps(value)


class _Check:
    """One walk over one value; holds what stays the same on the way down."""

    def __init__(self, contract: Contract, root: Root) -> None:
        self.contract, self.root = contract, root

    def _violation(
        self, path: tuple[str, ...], at: tuple[str | int, ...], trait: str, expected: Any, value: Any
    ) -> Violation:
        return Violation(pointer_of(self.contract, self.root, path, trait), at, trait, expected, value)

    def shape(
        self, name: str, member: Member | None, value: Any, path: tuple[str, ...], at: tuple[str | int, ...]
    ) -> Iterator[Violation]:
        shape = self.contract.shapes[name]
        if not has_type(shape, value):
            yield self._violation(path, at, "type", shape.type, value)
            return
        for trait, expected in constraints_of(self.contract, name, member):
            if trait == "enum" and self.root == "output":
                continue
            if trait == "uniqueItems" and len(value) > self._most(shape, member):
                continue  # too long is fault enough, and comparing millions takes its time
            compared = self._alike(name, value) if trait == "uniqueItems" else value
            if not keeps(shape, trait, expected, compared):
                yield self._violation(path, at, trait, expected, value)
        if shape.type in ("structure", "union"):
            yield from self._members(shape, value, path, at)
        elif shape.type == "list" and shape.member is not None:
            for index, item in enumerate(islice(value, self._most(shape, member))):
                yield from self._element(shape, shape.member, item, (*path, "member"), (*at, index))
        elif shape.type == "map" and shape.key is not None and shape.value is not None:
            for key, item in value.items():
                yield from self.shape(shape.key.target, shape.key, key, (*path, "key"), (*at, key))
                yield from self._element(shape, shape.value, item, (*path, "value"), (*at, key))

    def _most(self, shape: Shape, member: Member | None) -> int:
        """Say how many elements of a list are looked at: some beyond its bound, and all where it has none."""
        bounds = trait_of(shape, member, "length")
        return sys.maxsize if bounds is None or bounds.max is None else int(bounds.max) + BEYOND_BOUND

    def _alike(self, name: str, value: Any) -> Any:
        """Give equal values one spelling: what is unknown or absent left out, numbers and blobs by value."""
        shape = self.contract.shapes[name]
        if isinstance(value, dict) and shape.type in ("structure", "union"):
            known = {key: item for key, item in value.items() if key in shape.members and item is not None}
            return {key: self._alike(shape.members[key].target, item) for key, item in known.items()}
        if isinstance(value, dict) and shape.value is not None:
            return {key: self._alike(shape.value.target, item) for key, item in value.items()}
        if isinstance(value, list) and shape.member is not None:
            return [self._alike(shape.member.target, item) for item in value]
        if shape.type == "blob" and isinstance(value, str) and blob_length(value) is not None:
            return base64.b64decode(value).hex()
        return int(value) if isinstance(value, float) and value.is_integer() else value

    def _members(
        self, shape: Shape, value: dict[str, Any], path: tuple[str, ...], at: tuple[str | int, ...]
    ) -> Iterator[Violation]:
        present = [name for name in shape.members if value.get(name) is not None]
        if shape.type == "union" and len(present) != 1:
            yield self._violation(path, at, "union", tuple(shape.members), value)
        for name, member in shape.members.items():
            item = value.get(name)
            if item is not None:
                yield from self.shape(member.target, member, item, (*path, name), (*at, name))
            elif member.required:
                yield self._violation((*path, name), (*at, name), "required", True, None)
        if self.root == "output":
            for name in value:
                if name not in shape.members:
                    yield self._violation((*path, name), (*at, name), "unknown", None, value[name])

    def _element(
        self, shape: Shape, member: Member, value: Any, path: tuple[str, ...], at: tuple[str | int, ...]
    ) -> Iterator[Violation]:
        if value is not None:
            yield from self.shape(member.target, member, value, path, at)
        elif not trait_of(shape, None, "sparse"):
            target = self.contract.shapes[member.target]
            yield self._violation(path, at, "type", target.type, None)


def has_type(shape: Shape, value: Any) -> bool:
    """Say whether a document value is of the shape's kind at all; bounds are another question."""
    kind = shape.type
    if kind in ("structure", "union", "map"):
        return isinstance(value, dict)
    if kind == "list":
        return isinstance(value, list)
    if kind == "string":
        return isinstance(value, str)
    if kind == "blob":
        return isinstance(value, str) and blob_length(value) is not None
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "document":
        return True
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return kind in ("float", "double") and value in FLOAT_WORDS
    if kind == "timestamp":
        return abs(value) <= LAST_MOMENT
    if kind in INTEGER_BITS or kind == "bigInteger":
        return _is_integer(value, INTEGER_BITS.get(kind))
    return True


def _is_integer(value: float, bits: int | None) -> bool:
    if isinstance(value, float) and not value.is_integer():
        return False
    return bits is None or -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)


def blob_length(text: str) -> int | None:
    """Count the bytes that base64 text stands for; ``None`` when it is not base64, padding included."""
    if len(text) % 4:
        return None  # Python's decoder lets superfluous padding pass
    try:
        return len(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return None


def keeps(shape: Shape, trait: str, expected: Any, value: Any) -> bool:
    """Say whether a value of the right type keeps one constraint of its own."""
    if trait == "pattern":
        return not patterns.is_supported(expected) or patterns.matches(expected, value)
    if trait == "enum":
        return value in expected
    if trait == "uniqueItems":
        seen = [json.dumps(item, sort_keys=True) for item in value]
        return len(seen) == len(set(seen))
    measured = measure(shape, value) if trait.startswith("length") else value
    if isinstance(measured, str):  # NaN and the infinities keep no range
        return False
    return bool(measured >= expected if trait.endswith("min") else measured <= expected)


def measure(shape: Shape, value: Any) -> int:
    """Measure what ``length`` bounds: code points of text, bytes of a blob, entries of a list or map."""
    if shape.type == "blob":
        return blob_length(value) or 0
    return len(value)
