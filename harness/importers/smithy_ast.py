"""Smithy's JSON AST as a file: read, checked, with applied traits and mixins worked in.

Knows the form of a model and nothing of services; every fault is named by file and JSON pointer.

Source: JSON AST (https://smithy.io/2.0/spec/json-ast.html), mixins (https://smithy.io/2.0/spec/mixins.html),
the prelude (https://smithy.io/2.0/spec/model.html#prelude).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.errors import ContractError

PRELUDE = "smithy.api#"
MIXIN = "smithy.api#mixin"
VERSIONS = re.compile(r"0\.[5-9][0-9.]*|[12](\.[0-9]+)*")
REMEDY = "Correct the model, or build it again with the Smithy CLI (smithy ast)."
SIMPLE_TYPES = frozenset({
    "string", "boolean", "byte", "short", "integer", "long", "float", "double", "bigInteger", "bigDecimal",
    "blob", "timestamp", "document", "enum", "intEnum",
})  # fmt: skip
TYPES = SIMPLE_TYPES | {
    "structure", "union", "list", "set", "map", "service", "operation", "resource", "apply",
}  # fmt: skip
# The simple shapes that every model can name; those that are never null in version 1.0 are called primitive.
PRELUDE_SHAPES: dict[str, dict[str, Any]] = {
    **{
        f"{PRELUDE}{kind[:1].upper()}{kind[1:]}": {"type": kind}
        for kind in SIMPLE_TYPES - {"enum", "intEnum"}
    },
    **{
        f"{PRELUDE}{kind.title()}": {"type": kind, "traits": {f"{PRELUDE}box": {}}}
        for kind in ("boolean", "byte", "short", "integer", "long", "float", "double")
    },
    **{
        f"{PRELUDE}Primitive{kind.title()}": {"type": kind, "traits": {f"{PRELUDE}default": nought}}
        for kind, nought in (
            ("boolean", False),
            ("byte", 0),
            ("short", 0),
            ("integer", 0),
            ("long", 0),
            ("float", 0),
            ("double", 0),
        )
    },
    f"{PRELUDE}Unit": {"type": "structure"},
}


def pointer(*steps: str | int) -> str:
    """Spell a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


class Ast:
    """The shapes of one model.

    Args:
        where: What to name in errors, e.g. the file's path.
        document: The parsed JSON.

    Attributes:
        where: As given.
        nullable: Whether numbers and booleans can be absent unless they have a default, as since version 2.0.
        ids: The ids of the shapes, in the order of the file.

    Raises:
        ContractError: The document has not the form of a JSON AST.
    """

    def __init__(self, where: str, document: Mapping[str, Any]) -> None:
        self.where = where
        version = document.get("smithy")
        if not isinstance(version, str) or VERSIONS.fullmatch(version) is None:
            problem = f"the version {version!r} is not one that is read here"
            raise self.fault(pointer("smithy"), problem, "Convert the model to version 1.0 or 2.0.")
        self.nullable = version.startswith("2")
        self._applied: dict[str, dict[str, Any]] = {}
        self._raw: dict[str, dict[str, Any]] = {}
        self._resolved: dict[str, dict[str, Any]] = {}
        shapes = document.get("shapes", {})
        for shape_id, shape in self.object(shapes, pointer("shapes")).items():
            self._add(shape_id, shape)
        self.ids = tuple(self._raw)

    def fault(self, at: str, problem: str, remedy: str = REMEDY) -> ContractError:
        """Make the error for a place of the model."""
        return ContractError(self.where, f"{at}: {problem}", remedy)

    def object(self, value: Any, at: str) -> dict[str, Any]:
        """Give back a value that must be a JSON object.

        Raises:
            ContractError: It is not.
        """
        if not isinstance(value, dict):
            raise self.fault(at, f"an object is needed here, not {json.dumps(value)[:60]}")
        return value

    def targets(self, value: Any, at: str) -> list[tuple[str, str]]:
        """List the ids that a list of references names, each with its pointer."""
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fault(at, f"a list of targets is needed here, not {json.dumps(value)[:60]}")
        return [self.target(item, f"{at}/{index}") for index, item in enumerate(value)]

    def target(self, value: Any, at: str) -> tuple[str, str]:
        """Read one reference: the id and the pointer to it."""
        found = self.object(value, at).get("target")
        if not isinstance(found, str):
            raise self.fault(f"{at}/target", "the id of a shape is needed here")
        return found, f"{at}/target"

    def type_of(self, shape_id: str) -> str:
        """Say of which type a shape of ``ids`` is."""
        return str(self._raw[shape_id]["type"])

    def shape(self, shape_id: str, at: str) -> dict[str, Any]:
        """Look a shape up, with its mixins and applied traits.

        Args:
            shape_id: Its absolute id.
            at: The pointer to where it is named.

        Raises:
            ContractError: The model has no such shape, or its mixins are wrong.
        """
        if shape_id not in self._resolved:
            if shape_id not in self._raw and shape_id not in PRELUDE_SHAPES:
                raise self.fault(at, f"the model has no shape {shape_id}")
            self._resolved[shape_id] = {}  # a mixin that leads back here finds nothing in it
            self._resolved[shape_id] = self._resolve(shape_id)
        if not self._resolved[shape_id]:
            raise self.fault(at, f"{shape_id} is a mixin of itself")
        return self._resolved[shape_id]

    def _add(self, shape_id: str, shape: Any) -> None:
        at = pointer("shapes", shape_id)
        kind = self.object(shape, at).get("type")
        if kind not in TYPES:
            raise self.fault(f"{at}/type", f"{kind!r} is no type of shape")
        if "#" not in shape_id:
            raise self.fault(at, f"{shape_id!r} is no absolute shape id")
        if kind == "apply":
            self._applied[shape_id] = self.object(shape.get("traits", {}), f"{at}/traits")
        else:
            self._raw[shape_id] = shape

    def _resolve(self, shape_id: str) -> dict[str, Any]:
        at = pointer("shapes", shape_id)
        raw = self._raw.get(shape_id) or PRELUDE_SHAPES[shape_id]
        self.object(raw.get("traits", {}), f"{at}/traits")
        whole: dict[str, Any] = {}
        for mixin_id, place in self.targets(raw.get("mixins"), f"{at}/mixins"):
            mixin = self.shape(mixin_id, place)
            said = mixin.get("traits", {}).get(MIXIN)
            local = (said.get("localTraits") if isinstance(said, dict) else None) or ()
            traits = {key: value for key, value in mixin["traits"].items() if key not in (MIXIN, *local)}
            whole = merged(whole, {**mixin, "traits": traits})
        own = {key: value for key, value in raw.items() if key != "mixins"}
        whole = merged(whole, {**own, "traits": raw.get("traits", {})})
        whole["traits"] = with_traits(whole["traits"], self._applied.get(shape_id, {}))
        return self._with_applied_members(shape_id, whole)

    def _with_applied_members(self, shape_id: str, shape: dict[str, Any]) -> dict[str, Any]:
        """Check the members, and give each the traits that are applied to it."""
        at = pointer("shapes", shape_id)
        if shape["type"] in ("structure", "union", "enum", "intEnum"):
            members = self.object(shape.get("members", {}), f"{at}/members")
            return {
                **shape,
                "members": {
                    name: self._with_applied(f"{shape_id}${name}", member, f"{at}{pointer('members', name)}")
                    for name, member in members.items()
                },
            }
        parts: dict[str, Any] = {
            part: self._with_applied(f"{shape_id}${part}", shape[part], f"{at}/{part}")
            for part in ("member", "key", "value")
            if part in shape
        }
        return {**shape, **parts}

    def _with_applied(self, member_id: str, member: Any, at: str) -> dict[str, Any]:
        self.target(member, at)
        own = self.object(member.get("traits", {}), f"{at}/traits")
        return {**member, "traits": with_traits(own, self._applied.get(member_id, {}))}


def with_traits(own: Mapping[str, Any], applied: Mapping[str, Any]) -> dict[str, Any]:
    """Apply traits over others: lists are joined, of anything else the applied one goes first."""
    joined = {
        name: [*own[name], *value]
        for name, value in applied.items()
        if isinstance(value, list) and isinstance(own.get(name), list)
    }
    return {**own, **applied, **joined}


def merged(mixin: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a shape over what it has from a mixin: members and references are joined, traits overridden."""
    whole: dict[str, Any] = {**mixin, **own}
    for key, value in own.items():
        below = mixin.get(key)
        if key == "members" and isinstance(below, dict) and isinstance(value, dict):
            whole[key] = {**below, **{name: _member(below.get(name), item) for name, item in value.items()}}
        elif isinstance(below, list) and isinstance(value, list):
            whole[key] = [*below, *(item for item in value if item not in below)]
        elif isinstance(below, dict) and isinstance(value, dict) and "target" not in value:
            whole[key] = {**below, **value}
        elif key in ("member", "key", "value"):
            whole[key] = _member(below, value)
    return whole


def _member(below: Any, own: Any) -> Any:
    """Lay a member over the one of the same name that a mixin brought."""
    if not isinstance(below, dict) or not isinstance(own, dict):
        return own
    return {**below, **own, "traits": {**below.get("traits", {}), **(own.get("traits") or {})}}


def read_document(path: Path) -> Any:
    """Read a file of JSON.

    Raises:
        ContractError: It cannot be read or is no JSON; line and column are named.
    """
    where = str(path)
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror})"
        raise ContractError(where, problem, "Check the path and its permissions.") from error
    except json.JSONDecodeError as error:
        problem = f"line {error.lineno}, column {error.colno}: the file is not JSON ({error.msg})"
        raise ContractError(where, problem, REMEDY) from error
    except (UnicodeDecodeError, RecursionError) as error:
        problem = "the file is not UTF-8" if isinstance(error, ValueError) else "the JSON is nested too deep"
        raise ContractError(where, problem, REMEDY) from error
