"""The shapes of a Smithy service in the words of a service model.

Shapes are made as they are named, each once, under the name that the service gives them. Used by
``harness.importers.smithy_model``.

Source: Smithy 2.0, simple and aggregate types (https://smithy.io/2.0/spec/simple-types.html).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from harness.importers import smithy_traits as known
from harness.importers.smithy_ast import SIMPLE_TYPES, Ast, pointer

XML_PROTOCOLS = ("rest-xml", "query", "ec2")
QUERY_PROTOCOLS = ("query", "ec2")
BOXED = frozenset({"boolean", "byte", "short", "integer", "long", "float", "double", "intEnum"})
DATA_TYPES = SIMPLE_TYPES | {"structure", "union", "list", "set", "map"}
TYPES = {"enum": "string", "intEnum": "integer", "set": "list", "union": "structure", "document": "structure"}


class Shapes:
    """The shapes of one service.

    Args:
        ast: The model.
        metadata: The service's metadata, for the protocol.
        namespace: The service's namespace; its shapes keep their local names before all others.
        rename: Names by shape id, from the service.
        roots: The ids of inputs, outputs and errors, whose members may travel outside the body.
    """

    def __init__(
        self,
        ast: Ast,
        metadata: Mapping[str, Any],
        namespace: str,
        rename: Mapping[str, str],
        roots: frozenset[str],
    ) -> None:
        self.ast, self.roots, self.protocol = ast, roots, str(metadata["protocol"])
        self.error_codes = self.protocol in QUERY_PROTOCOLS or "awsQueryCompatible" in metadata
        self._names: dict[str, str] = dict(rename)
        own = [shape_id for shape_id in ast.ids if shape_id.startswith(f"{namespace}#")]
        self._ids = {
            **{shape_id.partition("#")[2]: shape_id for shape_id in own if shape_id not in rename},
            **{name: shape_id for shape_id, name in rename.items()},
        }
        self._made: dict[str, dict[str, Any]] = {}
        self._waiting: list[tuple[str, str]] = []

    def name(self, shape_id: str, at: str) -> str:
        """Name a shape as the service does: by its local name, or by its id where that name is taken."""
        if shape_id not in self._names:
            local = shape_id.partition("#")[2]
            taken = self._ids.setdefault(local, shape_id) != shape_id
            self._names[shape_id] = shape_id if taken else local
        name = self._names[shape_id]
        if name not in self._made:
            self._made[name] = {}
            self._waiting.append((shape_id, at))
        return name

    def all(self) -> dict[str, dict[str, Any]]:
        """Give every shape that was named, and those they name in turn."""
        while self._waiting:
            shape_id, at = self._waiting.pop()
            self._made[self._names[shape_id]] = self._shape(shape_id, self.ast.shape(shape_id, at), at)
        for stream in [model for model in self._made.values() if model.get("eventstream")]:
            for member in stream["members"].values():
                self._made[member["shape"]]["event"] = True
        return self._made

    def _shape(self, shape_id: str, shape: Mapping[str, Any], named_at: str) -> dict[str, Any]:
        kind, at = shape["type"], pointer("shapes", shape_id)
        if kind not in DATA_TYPES:
            raise self.ast.fault(named_at, f"{shape_id} is of type {kind}, which holds no data")
        traits = shape["traits"]
        model: dict[str, Any] = {"type": TYPES.get(kind, kind), **self._traits(traits, f"{at}/traits", None)}
        if kind in ("structure", "union"):
            model |= self._structure(shape_id, shape, at)
        elif kind == "document":
            model |= {"document": True, "members": {}}
        elif kind in ("enum", "intEnum"):
            model |= self._enum(kind, shape["members"], at)
        model |= {"uniqueItems": True} if kind == "set" else {}
        if self.ast.nullable and kind in BOXED and known.DEFAULT not in traits:
            model["box"] = True
        for part in {"list": ("member",), "set": ("member",), "map": ("key", "value")}.get(kind, ()):
            if part not in shape:
                raise self.ast.fault(at, f"a {kind} needs a {part}")
            model[part] = self._member(shape_id, None, shape[part], f"{at}/{part}")
        return model

    def _structure(self, shape_id: str, shape: Mapping[str, Any], at: str) -> dict[str, Any]:
        is_union, traits = shape["type"] == "union", shape["traits"]
        streams = is_union and "smithy.api#streaming" in traits
        members = shape["members"]
        model: dict[str, Any] = {
            "members": {
                name: self._member(shape_id, name, member, f"{at}{pointer('members', name)}")
                for name, member in members.items()
            }
        }
        required = [name for name, member in members.items() if known.REQUIRED in member["traits"]]
        model |= {"required": required} if required else {}
        model |= {"union": True} if is_union else {}
        model |= {"eventstream": True} if streams else {}
        if self._binds(shape_id):
            payloads = [name for name, member in members.items() if known.PAYLOAD in member["traits"]]
            model |= {"payload": payloads[0]} if payloads else {}
        return model | self._error(traits, f"{at}/traits")

    def _binds(self, shape_id: str) -> bool:
        """Say whether the members of a structure may travel outside the body."""
        return self.protocol.startswith("rest-") and shape_id in self.roots

    def _error(self, traits: Mapping[str, Any], at: str) -> dict[str, Any]:
        if known.ERROR not in traits:
            return {}
        model: dict[str, Any] = {"exception": True}
        model |= {"fault": True} if traits[known.ERROR] == "server" else {}
        query = self.ast.object(traits.get(known.QUERY_ERROR, {}), f"{at}{pointer(known.QUERY_ERROR)}")
        error = {"code": query.get("code"), "httpStatusCode": query.get("httpResponseCode")}
        if not self.error_codes:
            error = {}
        if known.HTTP_ERROR in traits and error.get("httpStatusCode") is None:
            error["httpStatusCode"] = self._typed(
                traits[known.HTTP_ERROR], f"{at}{pointer(known.HTTP_ERROR)}", int
            )
        said = {word: value for word, value in error.items() if value is not None}
        model |= {"error": said} if said else {}
        if known.RETRYABLE in traits:
            model["retryable"] = traits[known.RETRYABLE]
        return model

    def _enum(self, kind: str, members: Mapping[str, Any], at: str) -> dict[str, Any]:
        """List the values of an enum; what else its members say is kept in the form of the ``enum`` trait."""
        entries = []
        for name, member in members.items():
            said = {
                trait.removeprefix(known.PRELUDE): value
                for trait, value in known.kept(member["traits"], frozenset({known.ENUM_VALUE})).items()
            }
            if "internal" in said:
                said["tags"] = list(dict.fromkeys([*said.get("tags", ()), "internal"]))
            value = member["traits"].get(known.ENUM_VALUE, name)
            self._typed(
                value,
                f"{at}{pointer('members', name, 'traits', known.ENUM_VALUE)}",
                str if kind == "enum" else int,
            )
            entries.append({"name": name, "value": value, **said})
        values = [entry["value"] for entry in entries]
        model: dict[str, Any] = {"enum" if kind == "enum" else "intEnum": values}
        return model | _entries(entries)

    def _member(self, owner: str, name: str | None, member: Mapping[str, Any], at: str) -> dict[str, Any]:
        """Make a member; ``name`` is ``None`` for the parts of lists and maps."""
        target, where = self.ast.target(member, at)
        traits = member["traits"]
        model: dict[str, Any] = {"shape": self.name(target, where)}
        model |= self._traits(traits, f"{at}/traits", owner)
        if known.DEFAULT in traits:
            model["default"] = traits[known.DEFAULT]
        for trait, (location, named) in known.LOCATIONS.items():
            if trait in traits and self._binds(owner):
                wire_name = self._typed(traits[trait], f"{at}/traits{pointer(trait)}", str) if named else name
                model |= {"location": location, "locationName": wire_name}
        return model

    def _traits(self, traits: Mapping[str, Any], at: str, owner: str | None) -> dict[str, Any]:
        """Put traits into the model's words; those of a member when it has an owner."""
        model: dict[str, Any] = {}
        spoken = {known.REQUIRED, known.ERROR, known.HTTP_ERROR, known.RETRYABLE, known.ENUM}
        spoken |= {known.DEFAULT} if owner is not None and traits.get(known.DEFAULT) is not None else set()
        spoken |= {known.QUERY_ERROR} if self.error_codes else set()
        if owner is not None and self._binds(owner):
            spoken |= {known.PAYLOAD, *known.LOCATIONS}
        for trait, value in traits.items():
            place = f"{at}{pointer(trait)}"
            if trait in known.FLAGS:
                model[known.FLAGS[trait]] = True
                if isinstance(value, dict) and value:
                    continue  # what it says beyond being there is kept
            elif trait in known.VALUES:
                word, kinds = known.VALUES[trait]
                model[word] = self._typed(value, place, *kinds)
            elif trait in known.BOUNDS:
                model |= self._bounds(value, place)
            elif trait == known.TIMESTAMP_FORMAT and value in known.TIMESTAMP_FORMATS:
                model["timestampFormat"] = known.TIMESTAMP_FORMATS[value]
            elif trait == self._wire_name_trait():
                model["locationName"] = self._typed(value, place, str)
            elif trait == known.EC2_NAME and self.protocol == "ec2":
                model["queryName"] = self._typed(value, place, str)
            elif trait == known.ENUM:
                model |= self._enum_trait(value, place)
            else:
                continue
            spoken.add(trait)
        return {**model, **known.kept(traits, frozenset(spoken))}

    def _wire_name_trait(self) -> str | None:
        if self.protocol in XML_PROTOCOLS:
            return known.XML_NAME
        return known.JSON_NAME if self.protocol == "rest-json" else None

    def _bounds(self, value: Any, at: str) -> dict[str, Any]:
        sides = {side: bound for side, bound in self.ast.object(value, at).items() if side in ("min", "max")}
        return {side: self._typed(bound, f"{at}/{side}", int, float) for side, bound in sides.items()}

    def _enum_trait(self, value: Any, at: str) -> dict[str, Any]:
        """Read the enum trait of version 1.0."""
        entries = [
            self.ast.object(entry, f"{at}/{index}")
            for index, entry in enumerate(self._typed(value, at, list))
        ]
        values = [
            self._typed(entry.get("value"), f"{at}/{index}/value", str) for index, entry in enumerate(entries)
        ]
        plain = [{key: item for key, item in entry.items() if key != "documentation"} for entry in entries]
        return {"enum": values, **_entries(plain)}

    def _typed(self, value: Any, at: str, *kinds: type) -> Any:
        """Give back a value that must have one of some JSON types."""
        if isinstance(value, kinds) and not (isinstance(value, bool) and bool not in kinds):
            return value
        wanted = {str: "text", int: "a number", float: "a number", dict: "an object", list: "a list"}[
            kinds[0]
        ]
        raise self.ast.fault(at, f"{wanted} is needed here, not {json.dumps(value)[:60]}")


def _entries(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Keep the entries of an enum where they say more than their values."""
    more = any(
        entry.keys() - {"value", "name"} or entry.get("name", entry["value"]) != entry["value"]
        for entry in entries
    )
    return {known.ENUM: entries} if more else {}
