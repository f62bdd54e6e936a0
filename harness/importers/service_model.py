"""From botocore's service models to contracts: a pure function of the model's JSON.

Nothing that a model says about an operation is lost but its prose: what Smithy has a trait for becomes that
trait, everything else is kept in ``traits`` under the model's own name.
Source: ``service-2.json`` as botocore reads it (https://github.com/boto/botocore/blob/develop/botocore/model.py);
traits as in Smithy 2.0 (https://smithy.io/2.0/spec/index.html).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.contract.model import (
    Auth,
    Bounds,
    Contract,
    Http,
    Member,
    QueryError,
    Retryable,
    Shape,
    Source,
    Validation,
    XmlNamespace,
)
from harness.errors import ContractError

# The protocol that botocore speaks where a service offers several: the first of these.
PROTOCOLS = ("json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2")
XML_PROTOCOLS = frozenset({"rest-xml", "query", "ec2"})

TIMESTAMP_FORMATS = {"iso8601": "date-time", "rfc822": "http-date", "unixTimestamp": "epoch-seconds"}
FLAGS = {
    "sensitive": "sensitive",
    "streaming": "streaming",
    "requiresLength": "requires_length",
    "deprecated": "deprecated",
    "box": "box",
    "sparse": "sparse",
    "flattened": "xml_flattened",
    "xmlAttribute": "xml_attribute",
    "uniqueItems": "unique_items",  # from here on Smithy's words, which botocore itself has no use for
}
TYPES = {"character": "string", "bigdecimal": "bigDecimal", "biginteger": "bigInteger"}
SIZED = frozenset({"string", "blob", "list", "map"})
NUMBERS = frozenset({"byte", "short", "integer", "long", "float", "double", "bigInteger", "bigDecimal"})
TOP_LEVEL_BINDINGS = frozenset({"uri", "header", "headers", "querystring", "statusCode"})

OPERATION_KEYS = frozenset({"name", "http", "input", "output", "errors", "documentation", "idempotent"})
SHAPE_KEYS = frozenset({
    "type", "members", "member", "key", "value", "required", "payload", "locationName", "document", "union",
    "exception", "fault", "error", "retryable",
})  # fmt: skip
MEMBER_KEYS = frozenset({
    "shape", "location", "locationName", "idempotencyToken", "hostLabel", "queryName", "default",
})  # fmt: skip

# What the older protocols call an input that breaks its shapes.
VALIDATION_CODES = {"query": "ValidationError", "ec2": "InvalidParameterValue"}


def contract_from_model(
    service: str,
    model: Mapping[str, Any],
    operation: str,
    version: str,
    sources: tuple[Source, ...],
    made: dict[str, Shape] | None = None,
) -> Contract:
    """Make the contract of one operation from a service model.

    Args:
        service: botocore's name of the service.
        model: The service model, as ``service-2.json`` holds it.
        operation: The operation's name.
        version: The day the shape was published, ``YYYY-MM-DD``.
        sources: Where the model comes from.
        made: Shapes that other operations of the same model share; filled as they are made.

    Returns:
        A contract with the shapes that the operation reaches, in the order in which it reaches them.

    Raises:
        ContractError: The model has no such operation, or contradicts itself.
    """
    where = f"{service}:{operation}"
    spec = model.get("operations", {}).get(operation)
    if spec is None:
        problem = f"the model has no operation {operation}"
        raise ContractError(where, problem, "Name one of the service's operations.")
    metadata = dict(model["metadata"])
    reader = _Reader(where, model, spec)
    return Contract(
        format=1,
        service=service,
        operation=operation,
        version=version,
        sources=sources,
        protocol=reader.protocol,
        metadata=metadata,
        http=_http(spec),
        shapes={name: reader.shared_shape(name, made) for name in reader.closure()},
        input=_target(spec.get("input")),
        output=_target(spec.get("output")),
        errors=tuple(error["shape"] for error in spec.get("errors", ())),
        idempotent=bool(spec.get("idempotent", False)),
        endpoint=spec.get("endpoint", {}).get("hostPrefix"),
        auth=_auth(metadata, spec),
        validation=reader.validation(),
        traits=_operation_traits(spec),
    )


def resolve_protocol(metadata: Mapping[str, Any]) -> str:
    """Say which protocol botocore speaks with a service, whatever its model calls the first one."""
    offered = metadata.get("protocols") or ()
    return next((name for name in PROTOCOLS if name in offered), str(metadata["protocol"]))


def _target(reference: Mapping[str, Any] | None) -> str | None:
    return None if reference is None else str(reference["shape"])


def _http(spec: Mapping[str, Any]) -> Http:
    http = spec.get("http", {})
    return Http(http.get("method", "POST"), http.get("requestUri", "/"), http.get("responseCode", 200))


def _auth(metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> Auth:
    """What the model says of authentication; documents may know better."""
    kind = spec.get("authtype") or metadata.get("signatureVersion")
    schemes = tuple(spec.get("auth") or metadata.get("auth") or ())
    if kind == "none" or (schemes and schemes[0] == "smithy.api#noAuth"):
        return Auth(scheme="none")
    if kind == "bearer" or (schemes and schemes[0] == "smithy.api#httpBearerAuth"):
        return Auth(scheme="bearer", header="Authorization")
    if kind == "v2":
        return Auth(scheme="none", note="Signed with Signature Version 2, which is not looked at here.")
    return Auth()


def _operation_traits(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What the model says of the operation beyond a contract's fields, under the model's names.

    What stands beside the reference to the input or output (``resultWrapper``, the root element's
    ``locationName`` and ``xmlNamespace``) is kept under ``input`` and ``output``.
    """
    kept = {key: value for key, value in spec.items() if key not in OPERATION_KEYS}
    endpoint = {key: value for key, value in kept.pop("endpoint", {}).items() if key != "hostPrefix"}
    if endpoint:
        kept["endpoint"] = endpoint
    http = {
        key: value
        for key, value in spec.get("http", {}).items()
        if key not in ("method", "requestUri", "responseCode")
    }
    if http:
        kept["http"] = http
    for side in ("input", "output"):
        beside = {
            key: value for key, value in spec.get(side, {}).items() if key not in ("shape", "documentation")
        }
        if beside:
            kept[side] = beside
    return kept


class _Reader:
    """Reads the shapes of one operation; holds what stays the same from shape to shape."""

    def __init__(self, where: str, model: Mapping[str, Any], spec: Mapping[str, Any]) -> None:
        metadata = model["metadata"]
        self.where = where
        self.protocol = resolve_protocol(metadata)
        self.query_compatible = "awsQueryCompatible" in metadata
        offered = {self.protocol, *(metadata.get("protocols") or ())}
        self.names: tuple[str, ...] = ("json_name",)
        if self.protocol in XML_PROTOCOLS:
            self.names = ("xml_name",)
        elif offered & XML_PROTOCOLS:
            self.names = ("json_name", "xml_name")
        self.roots = [spec[side]["shape"] for side in ("input", "output") if side in spec]
        self.inline_errors = {error["shape"]: error for error in spec.get("errors", ())}
        self.roots += list(self.inline_errors)
        self.raw: Mapping[str, Any] = model.get("shapes", {})

    def closure(self) -> Iterator[str]:
        """Name the shapes that the operation reaches, outer ones first, each once."""
        seen: set[str] = set()
        waiting = list(reversed(self.roots))
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            yield name
            waiting += [part["shape"] for part in reversed(list(_parts(self._raw(name))))]

    def _raw(self, name: str) -> Mapping[str, Any]:
        try:
            raw: Mapping[str, Any] = self.raw[name]
        except KeyError:
            problem = f"the model names a shape {name} that it does not have"
            raise ContractError(self.where, problem, "Import another release.") from None
        return raw

    def _type(self, name: str) -> str:
        raw = self._raw(name)
        kind = str(raw["type"])
        if kind == "structure":
            if raw.get("document"):
                return "document"
            return "union" if raw.get("union") or raw.get("eventstream") else "structure"
        return TYPES.get(kind, kind)

    def validation(self) -> Validation:
        """Guess what a broken constraint gets; the status is the one that the error is declared with."""
        code = VALIDATION_CODES.get(self.protocol, "ValidationException")
        declared = self.raw.get(code, {}) if code in self.inline_errors else {}
        return Validation(code=code, status=declared.get("error", {}).get("httpStatusCode") or 400)

    def shared_shape(self, name: str, made: dict[str, Shape] | None) -> Shape:
        """Make one shape, or take it from another operation; that of a root is the operation's own."""
        if made is None or name in self.roots:
            return self.shape(name)
        if name not in made:
            made[name] = self.shape(name)
        return made[name]

    def shape(self, name: str) -> Shape:
        """Make one shape."""
        raw = self._raw(name)
        inline = self.inline_errors.get(name, {})
        raw = {**{key: inline[key] for key in inline if key in ("error", "exception", "fault")}, **raw}
        kind = self._type(name)
        attributes = self._traits(kind, raw, SHAPE_KEYS)
        if "locationName" in raw:
            attributes.update(dict.fromkeys(self.names, raw["locationName"]))
        if raw.get("eventstream"):
            attributes["streaming"] = True
        attributes.update(self._parts(name, kind, raw))
        attributes.update(self._error(name, raw, attributes["traits"]))
        try:
            return Shape(type=kind, **attributes)  # type: ignore[arg-type]
        except TypeError as error:  # pragma: no cover - the tables above name attributes only
            raise ContractError(self.where, f"shape {name}: {error}", "Report this model.") from error

    def _parts(self, name: str, kind: str, raw: Mapping[str, Any]) -> dict[str, Any]:
        if kind in ("structure", "union"):
            return {"members": self._members(name, raw)}
        parts = [part for part in ("member", "key", "value") if part in raw]
        return {part: self._member(None, raw[part], root=False) for part in parts}

    def _members(self, name: str, raw: Mapping[str, Any]) -> dict[str, Member]:
        root = name in self.roots and self.protocol.startswith("rest-")
        required = frozenset(raw.get("required", ()))
        payload = raw.get("payload") if root else None
        members = {}
        for key, spec in raw.get("members", {}).items():
            extra: dict[str, Any] = {"required": True} if key in required else {}
            if key == payload:
                extra["http_payload"] = True
            members[key] = self._member(key, spec, root=root, **extra)
        return members

    def _member(self, name: str | None, spec: Mapping[str, Any], *, root: bool, **extra: Any) -> Member:
        """Make a member; ``name`` is ``None`` for the parts of lists and maps."""
        target = str(spec["shape"])
        attributes: dict[str, Any] = self._traits(self._type(target), spec, MEMBER_KEYS)
        location, wire_name = spec.get("location"), spec.get("locationName")
        if root and location in TOP_LEVEL_BINDINGS:
            attributes.update(
                self._binding(location, (name or "") if wire_name is None else wire_name, target)
            )
        else:
            if location is not None:
                attributes["traits"] = {"location": location, **attributes["traits"]}
            # Where no name means another one than the member's, the member's own name is said.
            says = self.protocol in XML_PROTOCOLS and (extra.get("http_payload") or spec.get("xmlAttribute"))
            if wire_name is not None and (wire_name != name or says):
                attributes.update(dict.fromkeys(self.names, wire_name))
        if spec.get("idempotencyToken"):
            attributes["idempotency_token"] = True
        if spec.get("hostLabel"):
            attributes["host_label"] = name
        if "queryName" in spec:
            attributes["query_name"] = spec["queryName"]
        if "default" in spec:
            attributes["default"] = spec["default"]
        return Member(target=target, **attributes, **extra)

    def _binding(self, location: str, wire_name: str, target: str) -> dict[str, Any]:
        if location == "uri":
            return {"http_label": wire_name}
        if location == "header":
            return {"http_header": wire_name}
        if location == "headers":
            return {"http_prefix_headers": wire_name}
        if location == "statusCode":
            return {"http_response_code": True}
        if self._type(target) == "map":
            return {"http_query_params": True}
        return {"http_query": wire_name}

    def _traits(self, kind: str, raw: Mapping[str, Any], elsewhere: frozenset[str]) -> dict[str, Any]:
        """Read what a shape and a member can both say; unknown words go to ``traits`` as they are."""
        found: dict[str, Any] = {}
        kept: dict[str, Any] = {}
        for key, value in raw.items():
            if key in elsewhere or key == "documentation":
                continue
            if key in FLAGS and isinstance(value, bool):
                found[FLAGS[key]] = value
            elif key in ("min", "max") and kind in SIZED | NUMBERS:
                trait = "length" if kind in SIZED else "range"
                found[trait] = Bounds(raw.get("min"), raw.get("max"))
            elif key == "pattern" and kind == "string":
                found["pattern"] = value
            elif key == "enum" and kind == "string":
                found["enum"] = tuple(value)
            elif key == "timestampFormat" and value in TIMESTAMP_FORMATS:
                found["timestamp_format"] = TIMESTAMP_FORMATS[value]
            elif key == "xmlNamespace":
                found["xml_namespace"] = _namespace(value)
            elif key == "jsonvalue" and value is True:
                found["media_type"] = "application/json"
            elif key == "mediaType" and isinstance(value, str):
                found["media_type"] = value
            else:
                kept[key] = value
        found["traits"] = {**kept, **_not_bound(raw, kind, self.protocol)}
        return found

    def _error(self, name: str, raw: Mapping[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
        """Read what makes a structure an error; what contradicts the fault stays in ``traits``."""
        error = raw.get("error", {})
        if not raw.get("exception") and not error:
            return {"traits": {**kept, **{key: raw[key] for key in ("fault", "retryable") if key in raw}}}
        sender, fault = error.get("senderFault"), bool(raw.get("fault"))
        extra = {key: error[key] for key in error if key not in ("code", "httpStatusCode", "senderFault")}
        if sender is not None and bool(sender) is fault:
            extra["senderFault"] = sender
        if name in self.inline_errors and not raw.get("exception"):
            extra["exception"] = False  # every declared error is called one; where it is not, that is said
        found: dict[str, Any] = {
            "error": "server" if fault else "client",
            "http_error": error.get("httpStatusCode"),
            "traits": {**kept, **extra},
        }
        code = error.get("code")
        if code is not None and code != name:
            if self.query_compatible:
                found["query_error"] = QueryError(code, error.get("httpStatusCode"))
            else:
                found["error_code"] = code
        if "retryable" in raw:
            found["retryable"] = Retryable(throttling=bool(raw["retryable"].get("throttling", False)))
        return found


def _parts(raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from raw.get("members", {}).values()
    for part in ("member", "key", "value"):
        if part in raw:
            yield raw[part]


def _namespace(value: Any) -> XmlNamespace:
    return XmlNamespace(value) if isinstance(value, str) else XmlNamespace(value["uri"], value.get("prefix"))


def _not_bound(raw: Mapping[str, Any], kind: str, protocol: str) -> dict[str, Any]:
    """Keep the words of a shape that find no place among its members."""
    if "members" not in raw:
        return {}
    kept: dict[str, Any] = {}
    strangers = [name for name in raw.get("required", ()) if name not in raw["members"]]
    if strangers:
        kept["required"] = strangers
    if "payload" in raw and (not protocol.startswith("rest-") or raw["payload"] not in raw["members"]):
        kept["payload"] = raw["payload"]
    if kind == "document" and raw["members"]:
        kept["members"] = raw["members"]
    return kept
