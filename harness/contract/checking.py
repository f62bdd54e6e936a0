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
import math
from collections.abc import Iterator
from typing import Any

import msgspec

from harness.contract import patterns
from harness.contract.constraint import Root, own_constraints, pointer_of, trait_of
from harness.contract.model import Contract, Member, Shape

INTEGER_BITS = {"byte": 8, "short": 16, "integer": 32, "long": 64}
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
        The violations in the order of the model; empty for a valid value.
    """
    name = contract.input if root == "input" else contract.output
    if name is None:
        return ()
    return tuple(_Check(contract, root).shape(name, None, document, (), ()))


def check_shape(contract: Contract, name: str, document: Any, root: Root = "output") -> tuple[Violation, ...]:
    """Find everything in which a value breaks one named shape, e.g. an error structure."""
    return tuple(_Check(contract, root).shape(name, None, document, (), ()))


def normalise(contract: Contract, document: Any) -> Any:
    """Say what of an input arrives: nulls of optional members dropped, members outside the body as text.

    Args:
        contract: The operation.
        document: An input document, valid or not.

    Returns:
        A document that ``check`` classifies as the endpoint sees it.
    """
    if contract.input is None:
        return {}
    return _arriving(contract, contract.input, document)


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
        for trait, expected in own_constraints(shape, member):
            if trait == "enum" and self.root == "output":
                continue
            if not keeps(shape, trait, expected, value):
                yield self._violation(path, at, trait, expected, value)
        if shape.type in ("structure", "union"):
            yield from self._members(shape, value, path, at)
        elif shape.type == "list" and shape.member is not None:
            for index, item in enumerate(value):
                yield from self._element(shape, shape.member, item, (*path, "member"), (*at, index))
        elif shape.type == "map" and shape.key is not None and shape.value is not None:
            for key, item in value.items():
                yield from self.shape(shape.key.target, shape.key, key, (*path, "key"), (*at, key))
                yield from self._element(shape, shape.value, item, (*path, "value"), (*at, key))

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
        return math.isfinite(value)
    if kind in INTEGER_BITS or kind == "bigInteger":
        return _is_integer(value, INTEGER_BITS.get(kind))
    return True


def _is_integer(value: float, bits: int | None) -> bool:
    if isinstance(value, float) and not value.is_integer():
        return False
    return bits is None or -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)


def blob_length(text: str) -> int | None:
    """Count the bytes that base64 text stands for; ``None`` when it is not base64."""
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
