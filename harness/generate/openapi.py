"""The schema of an input, as JSON Schema and as an OpenAPI document of one operation.

Serves the schemathesis adapter, and the tests as an oracle beside ``harness.contract.check``.
The schema describes the input *document*: every member by its name, whatever its place on the wire.
Sources: JSON Schema 2020-12 (https://json-schema.org/draft/2020-12); OpenAPI 3.1.0
(https://spec.openapis.org/oas/v3.1.0).
"""

from __future__ import annotations

import re
from typing import Any

from harness.contract import Bounds, Contract, Member, Shape, patterns
from harness.contract.checking import FLOAT_WORDS, INTEGER_BITS
from harness.contract.constraint import trait_of
from harness.contract.examples import expand

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BASE64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
LONGEST_GENERATED = 4096  # code points; longer ones are the boundary generator's
MOST_GENERATED = 60  # entries of a list or map
PROPERTY = re.compile(r"\\[pP]\{[A-Z][a-z]?\}")  # general categories, which ECMA-262 has and Python has not
JAVA_ONLY = re.compile(r"\\[zZAGQEpPhHRXNk]|\[\^?\[|&&|\(\?[a-zA-Z>]|[*+?}]\+|\(\?<[=!]|\\x\{")
CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \\t\\n\\x0b\\f\\r"}
BOUND_WORDS = {"string": "Length", "list": "Items", "map": "Properties"}


def json_schema(contract: Contract) -> dict[str, Any]:
    """Write an input's schema in JSON Schema 2020-12, as strict as the language can be.

    What it cannot say is left open: patterns that only Java has, and the exact number of bytes of a blob.
    """
    return {"$schema": DIALECT, **_Writer(contract, "#/$defs/", generating=False).document()}


def openapi(contract: Contract, entries: int | None = None) -> dict[str, Any]:
    """Write an OpenAPI document whose one request body is the input document.

    The schema is for generating: members that the contract does not have are excluded, very long values are
    left to the boundary generator, and members with hints carry a ``format`` of their own.

    Args:
        contract: The operation.
        entries: How many entries lists and maps have at most, whatever their own bound; ``None`` for theirs.
            Random values are drawn for every entry, so that deep inputs grow beyond use without it.
    """
    schema = _Writer(contract, "#/components/schemas/", generating=True, entries=entries).document()
    components = schema.pop("$defs", {})
    media = {"application/json": {"schema": schema}}
    post = {
        "operationId": contract.operation,
        "requestBody": {"required": True, "content": media},
        "responses": {"200": {"description": "A success."}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": contract.name, "version": contract.version},
        "paths": {"/": {"post": post}},
        "components": {"schemas": components},
    }


def formats(contract: Contract) -> dict[str, tuple[str, ...]]:
    """List the formats that ``openapi`` uses: their names, unique for each pointer, and the good values."""
    found = {}
    for path, hints in contract.values.items():
        values = tuple(value for value in (expand(hint) for hint in hints) if isinstance(value, str))
        short = tuple(value for value in values if len(value) <= LONGEST_GENERATED)
        if short:
            found[_format_name(contract, path)] = short
    return found


def _format_name(contract: Contract, path: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", f"harness-{contract.name}-{contract.version}-{path}").lower()


def portable_pattern(pattern: str, *, properties: bool = False) -> str | None:
    r"""Translate a Java pattern that means the whole string into one that Python and ECMA-262 read alike.

    Args:
        pattern: The Java pattern.
        properties: Whether ``\p{L}`` and its like may stay, for readers that know them.

    Returns:
        The pattern, anchored; ``None`` when it uses what only Java has.
    """
    without = PROPERTY.sub("x", pattern) if properties else pattern
    if JAVA_ONLY.search(without):
        return None
    written: list[str] = []
    inside = False
    for part in re.findall(r"\\.|.", pattern, re.DOTALL):
        if part[0] == "\\" and part[1] in CLASSES:
            written.append(CLASSES[part[1]] if inside else f"[{CLASSES[part[1]]}]")
        elif part[0] == "\\" and part[1] in "DWS":
            if inside:
                return None
            written.append(f"[^{CLASSES[part[1].lower()]}]")
        elif part[0] == "\\" and not part[1].isalnum() and part[1] not in "^$\\.*+?()[]{}|/-":
            written.append(part[1])  # an escape that ECMA-262 does not have
        else:
            inside = part == "[" or (inside and part != "]")
            written.append(part)
    whole = f"^(?:{''.join(written)})$"
    try:
        re.compile(PROPERTY.sub("x", whole))
    except re.error:
        return None
    return whole


class _Writer:
    """Writes the schemas of one contract; named definitions for what contains itself."""

    def __init__(
        self, contract: Contract, reference: str, *, generating: bool, entries: int | None = None
    ) -> None:
        self.contract, self.reference = contract, reference
        self.generating, self.entries = generating, entries
        self.definitions: dict[str, Any] = {}
        hinted = [tuple(path.split("/")) for path in contract.values] if generating else []
        self.hinted = {path[:end] for path in hinted for end in range(1, len(path) + 1)}

    def document(self) -> dict[str, Any]:
        """Write the input's own schema with the definitions it needs."""
        if self.contract.input is None:
            return {"type": "object"}
        schema = self._shape(self.contract.input, None, ())
        return {**schema, "$defs": self.definitions} if self.definitions else schema

    def _target(self, member: Member, path: tuple[str, ...]) -> Any:
        """Write a member: aggregates by reference, unless hints below ask for a schema of their own."""
        shape = self.contract.shapes[member.target]
        if shape.type in ("structure", "union", "list", "map") and path not in self.hinted:
            own = ("length", "unique_items")
            if all(trait_of(shape, member, name) == getattr(shape, name) for name in own):
                return self._reference(member.target)
        return self._shape(member.target, member, path)

    def _reference(self, name: str) -> dict[str, Any]:
        if name not in self.definitions:
            self.definitions[name] = {}  # a place for the shape within itself
            self.definitions[name] = self._shape(name, None, ("",))
        return {"$ref": self.reference + name}

    def _shape(self, name: str, member: Member | None, path: tuple[str, ...]) -> dict[str, Any]:
        shape = self.contract.shapes[name]
        if shape.type == "structure":
            return self._structure(shape, path)
        if shape.type == "union":
            return self._union(shape, path)
        if shape.type == "list" and shape.member is not None:
            items = self._element(shape, shape.member, (*path, "member"))
            unique = {"uniqueItems": True} if trait_of(shape, member, "unique_items") else {}
            return {"type": "array", "items": items, **unique, **self._length(shape, member)}
        if shape.type == "map" and shape.key is not None and shape.value is not None:
            return {
                "type": "object",
                "propertyNames": self._target(shape.key, (*path, "key")),
                "additionalProperties": self._element(shape, shape.value, (*path, "value")),
                **self._length(shape, member),
            }
        return self._simple(shape, member, path)

    def _structure(self, shape: Shape, path: tuple[str, ...]) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "object", "properties": self._members(shape, path)}
        required = [name for name, part in shape.members.items() if part.required]
        if required:
            schema["required"] = required
        if self.generating:
            schema["additionalProperties"] = False
        return schema

    def _union(self, shape: Shape, path: tuple[str, ...]) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "object", "properties": self._members(shape, path)}
        if self.generating:
            return {**schema, "additionalProperties": False, "minProperties": 1, "maxProperties": 1}
        return {**schema, "oneOf": [{"required": [name]} for name in shape.members]}

    def _members(self, shape: Shape, path: tuple[str, ...]) -> dict[str, Any]:
        return {name: self._target(part, (*path, name)) for name, part in shape.members.items()}

    def _element(self, shape: Shape, element: Member, path: tuple[str, ...]) -> Any:
        schema = self._target(element, path)
        return {"anyOf": [schema, {"type": "null"}]} if trait_of(shape, None, "sparse") else schema

    def _length(self, shape: Shape, member: Member | None) -> dict[str, Any]:
        bounds: Bounds = trait_of(shape, member, "length") or Bounds()
        limit = LONGEST_GENERATED if shape.type == "string" else MOST_GENERATED
        word, found = BOUND_WORDS[shape.type], {}
        if bounds.min is not None and bounds.min > 0:
            found[f"min{word}"] = int(bounds.min)
        if bounds.max is not None and not (self.generating and bounds.max > max(limit, bounds.min or 0)):
            found[f"max{word}"] = int(bounds.max)
        if self.entries is not None and shape.type != "string":
            most = int(self.entries if bounds.max is None else min(bounds.max, self.entries))
            found[f"max{word}"] = max(most, int(bounds.min or 0))
        return found

    def _simple(self, shape: Shape, member: Member | None, path: tuple[str, ...]) -> dict[str, Any]:
        if shape.type == "document":
            return {}
        if shape.type == "boolean":
            return {"type": "boolean"}
        if shape.type == "blob":
            return {"type": "string", "contentEncoding": "base64", "pattern": BASE64}
        if shape.type == "string":
            return self._string(shape, member, path)
        return self._number(shape, member)

    def _string(self, shape: Shape, member: Member | None, path: tuple[str, ...]) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "string"}
        enum = trait_of(shape, member, "enum")
        if enum is not None:
            schema["enum"] = list(enum)
            if self.generating:
                return schema
        schema |= self._length(shape, member)
        if self.generating and "/".join(path) in self.contract.values:
            name = _format_name(self.contract, "/".join(path))
            if name in formats(self.contract):
                return {**schema, "format": name}
        pattern = trait_of(shape, member, "pattern")
        if pattern is not None and patterns.is_supported(pattern):
            whole = portable_pattern(pattern, properties=not self.generating)
            if whole is not None:
                schema["pattern"] = whole
        return schema

    def _number(self, shape: Shape, member: Member | None) -> dict[str, Any]:
        is_whole = shape.type in INTEGER_BITS or shape.type == "bigInteger"
        schema: dict[str, Any] = {"type": "integer" if is_whole else "number"}
        bits = INTEGER_BITS.get(shape.type)
        if bits is not None:
            schema |= {"minimum": -(2 ** (bits - 1)), "maximum": 2 ** (bits - 1) - 1}
        bounds: Bounds | None = trait_of(shape, member, "range")
        if bounds is not None and bounds.min is not None:
            schema["minimum"] = max(schema.get("minimum", bounds.min), bounds.min)
        if bounds is not None and bounds.max is not None:
            schema["maximum"] = min(schema.get("maximum", bounds.max), bounds.max)
        if shape.type in ("float", "double") and not self.generating and bounds is None:
            return {"anyOf": [schema, {"enum": list(FLOAT_WORDS)}]}
        return schema
