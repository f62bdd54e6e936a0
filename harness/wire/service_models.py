"""A contract turned back into the service model that botocore reads; knows its keys, not botocore itself."""

from __future__ import annotations

from typing import Any

from harness.contract import Bounds, Contract, Member, Shape
from harness.wire.texts import is_media_text

TYPES = {
    "byte": "integer",
    "short": "integer",
    "bigInteger": "long",
    "bigDecimal": "double",
    "union": "structure",
    "document": "structure",
}
TIMESTAMP_FORMATS = {"epoch-seconds": "unixTimestamp", "date-time": "iso8601", "http-date": "rfc822"}
XML_PROTOCOLS = ("rest-xml", "query", "ec2")
REST_PROTOCOLS = ("rest-json", "rest-xml")
# Traits that botocore knows under the same name as a flag, with the attribute of the contract's model.
FLAGS = {
    "sensitive": "sensitive",
    "streaming": "streaming",
    "requiresLength": "requires_length",
    "deprecated": "deprecated",
    "box": "box",
    "xmlAttribute": "xml_attribute",
    "flattened": "xml_flattened",
}


def service_model_of(contract: Contract) -> dict[str, Any]:
    """Make the service model of one operation.

    Args:
        contract: The operation.

    Returns:
        A dict in the form of botocore's ``service-2.json``.
    """
    operation: dict[str, Any] = {
        **contract.traits,
        "name": contract.operation,
        "http": {
            **contract.traits.get("http", {}),
            "method": contract.http.method,
            "requestUri": contract.http.uri,
            "responseCode": contract.http.code,
        },
        "errors": [{"shape": name} for name in contract.errors],
    }
    for side, name in (("input", contract.input), ("output", contract.output)):
        if name is not None:
            operation[side] = {**contract.traits.get(side, {}), "shape": name}
            if contract.protocol == "rest-xml" and contract.shapes[name].xml_name is None:
                operation[side].setdefault("locationName", name)
            if contract.protocol == "query" and side == "output":
                operation[side].setdefault("resultWrapper", f"{contract.operation}Result")
    if contract.endpoint:
        operation["endpoint"] = {**contract.traits.get("endpoint", {}), "hostPrefix": contract.endpoint}
    return {
        "version": "2.0",
        "metadata": _metadata(contract),
        "operations": {contract.operation: operation},
        "shapes": {name: _shape(contract, name, shape) for name, shape in contract.shapes.items()},
    }


def _metadata(contract: Contract) -> dict[str, Any]:
    defaults = {
        "apiVersion": contract.version,
        "endpointPrefix": contract.service,
        "serviceId": contract.service,
        "jsonVersion": "1.0",
    }
    protocol = {"protocol": contract.protocol, "protocols": [contract.protocol]}
    return {**defaults, **contract.metadata, **protocol}


def _shape(contract: Contract, name: str, shape: Shape) -> dict[str, Any]:
    model: dict[str, Any] = {**_traits(contract, shape, shape), "type": TYPES.get(shape.type, shape.type)}
    if shape.type in ("structure", "union", "document"):
        model["members"] = {key: _member(contract, key, member) for key, member in shape.members.items()}
        required = [
            *model.get("required", ()),
            *(key for key, item in shape.members.items() if item.required),
        ]
        if required:
            model["required"] = required
        model |= {"union": True} if shape.type == "union" else {}
        model |= {"document": True} if shape.type == "document" else {}
        payload = next((key for key, member in shape.members.items() if member.http_payload), None)
        if payload is not None and contract.protocol in REST_PROTOCOLS:
            model["payload"] = payload
    for part in ("member", "key", "value"):
        element: Member | None = getattr(shape, part)
        if element is not None:
            model[part] = _member(contract, None, element)
    if shape.error is not None or name in contract.errors:
        model |= _error(shape)
    return model


def _error(shape: Shape) -> dict[str, Any]:
    code = shape.query_error.code if shape.query_error is not None else shape.error_code
    error: dict[str, Any] = {} if code is None else {"code": code}
    if shape.http_error is not None:
        error["httpStatusCode"] = shape.http_error
    error["senderFault"] = shape.error != "server"
    model: dict[str, Any] = {"exception": True, "error": error}
    if shape.error == "server":
        model["fault"] = True
    if shape.retryable is not None:
        model["retryable"] = {"throttling": shape.retryable.throttling}
    return model


def _traits(contract: Contract, traits: Shape | Member, shape: Shape) -> dict[str, Any]:
    model: dict[str, Any] = dict(traits.traits)
    bounds: Bounds | None = traits.length or traits.range
    if bounds is not None:
        model |= {side: getattr(bounds, side) for side in ("min", "max") if getattr(bounds, side) is not None}
    if traits.pattern is not None:
        model["pattern"] = traits.pattern
    if traits.enum is not None and shape.type == "string":
        model["enum"] = list(traits.enum)
    if traits.timestamp_format is not None:
        model["timestampFormat"] = TIMESTAMP_FORMATS[traits.timestamp_format]
    if traits.xml_namespace is not None:
        prefix = {"prefix": traits.xml_namespace.prefix} if traits.xml_namespace.prefix else {}
        model["xmlNamespace"] = {"uri": traits.xml_namespace.uri, **prefix}
    model |= {key: True for key, attribute in FLAGS.items() if getattr(traits, attribute)}
    name = traits.xml_name if contract.protocol in XML_PROTOCOLS else traits.json_name
    if name is not None:
        model["locationName"] = name
    return model


def _member(contract: Contract, name: str | None, member: Member) -> dict[str, Any]:
    shape = contract.shapes[member.target]
    model: dict[str, Any] = {**_traits(contract, member, shape), "shape": member.target}
    if member.idempotency_token:
        model["idempotencyToken"] = True
    if member.query_name is not None:
        model["queryName"] = member.query_name
    if member.host_label is not None:
        model["hostLabel"] = True
    if contract.protocol in REST_PROTOCOLS:
        model |= _location(member)
    # botocore has no default for the names of attributes and of XML roots.
    if member.xml_attribute and name is not None:
        model.setdefault("locationName", name)
    if member.http_payload and contract.protocol == "rest-xml":
        model.setdefault("locationName", shape.xml_name or member.target)
    if name is not None and is_media_text(contract, member, "header") and model.get("location") == "header":
        model["jsonvalue"] = True
    return model


def _location(member: Member) -> dict[str, str]:
    bound = {
        "uri": member.http_label,
        "header": member.http_header,
        "headers": member.http_prefix_headers,
        "querystring": member.http_query,
    }
    for location, wire_name in bound.items():
        if wire_name is not None:
            return {"location": location, "locationName": wire_name}
    if member.http_query_params:
        return {"location": "querystring"}
    return {"location": "statusCode"} if member.http_response_code else {}
