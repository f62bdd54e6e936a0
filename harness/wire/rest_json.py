"""The rest-json protocol: HTTP bindings with JSON bodies.

Source: AWS restJson1 (https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html).
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from harness.contract import Contract, Member, Shape
from harness.errors import WireError
from harness.exchange import Headers, Outcome, Request, Response
from harness.wire import answers, bindings, payloads, replies
from harness.wire.bodies import json as json_body
from harness.wire.interface import ErrorReply, Unreadable
from harness.wire.uri import has_surrogates

JSON = "application/json"
BODILESS = (204, 304)
_CONTENT_TYPES = {"blob": "application/octet-stream", "string": "text/plain"}


class RestJson:
    """The rest-json protocol, both sides; see ``WireProtocol``."""

    name = "rest-json"

    def encode_request(self, contract: Contract, document: Any) -> Request:
        """Write an input as a request, valid or not.

        Raises:
            WireError: A label is missing or empty, a value cannot stand where its member travels, or the
                input is a stream of events.
        """
        bindings.refuse_event_stream(contract, contract.input)
        where = f"{contract.name}#/input"
        shape = bindings.shape_of(contract, contract.input)
        bound = bindings.bind(contract, document if isinstance(document, dict) else {})
        rest = bound.rest if isinstance(document, dict) else document
        body, content_type = _write_body(contract, shape, rest, where, nulls=True)
        return Request(
            method=contract.http.method,
            target=bound.target,
            headers=_with_content_type(bound.headers, _unless_bound(shape, content_type)),
            body=body,
            host_prefix=bindings.host_prefix(contract, document),
        )

    def parse_request(self, contract: Contract, request: Request) -> Any:
        """Read a request as a server does.

        Raises:
            Unreadable: The body is no JSON object, or a text does not spell a value of its shape.
        """
        bindings.refuse_event_stream(contract, contract.input)
        shape = bindings.shape_of(contract, contract.input)
        document = bindings.read_outside_body(contract, request)
        where = f"{contract.name}#/input"
        return {**_read_body(contract, shape, request.body, where, offsets=False), **document}

    def serialize_output(self, contract: Contract, document: Any) -> Response:
        """Write an output as the response of a success; members without a value are left out."""
        bindings.refuse_event_stream(contract, contract.output)
        shape = bindings.shape_of(contract, contract.output)
        members = document if isinstance(document, dict) else {}
        headers = tuple(bindings.write_headers(contract, "output", shape, members))
        rest = {
            name: value for name, value in members.items()
            if name not in shape.members or not _travels_in_head(shape.members[name])
        }  # fmt: skip
        body, content_type = _write_body(contract, shape, rest, f"{contract.name}#/output", nulls=False)
        status = _status(contract, shape, members)
        if status in BODILESS:
            body, content_type = b"", None
        fields = _with_content_type(headers, _unless_bound(shape, content_type))
        return Response(status, replies.with_request_id(fields, status, body), body)

    def serialize_error(self, contract: Contract | None, error: ErrorReply) -> Response:
        """Write an error: its code in a header, its message and members in the body."""
        members = replies.error_document(contract, error)
        shape = replies.error_shape(contract, error.code)
        headers: list[tuple[str, str]] = [("x-amzn-errortype", error.code)]
        if contract is None or shape is None:
            body = json_body.encode(members, error.code)
        else:
            written_headers = bindings.write_headers(contract, "errors", shape, members)
            # Some errors have a member for the header of the code, which has one value all the same.
            headers += [field for field in written_headers if field[0].lower() != "x-amzn-errortype"]
            rest = {
                name: value for name, value in members.items()
                if name not in shape.members or not _travels_in_head(shape.members[name])
            }  # fmt: skip
            written = json_body.write_members(contract, shape.members, rest, nulls=False)
            body = json_body.encode(written, error.code)
        fields = _with_content_type(tuple(headers), JSON)
        return Response(error.status, replies.with_request_id(fields, error.status, body), body)

    def read_response(self, contract: Contract, response: Response) -> Outcome:
        """Understand a response; raises nothing."""
        return answers.understand(contract, response, _READER)


def _travels_in_head(member: Member) -> bool:
    return (
        member.http_header is not None or member.http_prefix_headers is not None or member.http_response_code
    )


def _with_content_type(headers: tuple[tuple[str, str], ...], content_type: str | None) -> Headers:
    fields = Headers(headers)
    if content_type is None or "content-type" in fields:
        return fields
    return Headers((("Content-Type", content_type), *headers))


def _unless_bound(shape: Shape, content_type: str | None) -> str | None:
    """Leave the content type of raw bytes to the member that carries it, where there is one."""
    carried = any((member.http_header or "").lower() == "content-type" for member in shape.members.values())
    return None if carried and content_type != JSON else content_type


def _status(contract: Contract, shape: Shape, document: dict[str, Any]) -> int:
    for name, member in shape.members.items():
        value = document.get(name)
        if member.http_response_code and isinstance(value, int) and 100 <= value <= 599:
            return int(value)
    return contract.http.code


def _write_body(
    contract: Contract, shape: Shape, rest: Any, where: str, *, nulls: bool
) -> tuple[bytes, str | None]:
    """Write what is left for the body; a structure without members for it has no body."""
    try:
        payload = bindings.payload_of(shape)
        if payload is not None:
            value = rest.get(payload[0]) if isinstance(rest, dict) else rest
            return _write_payload(contract, payload[1], value, where, nulls=nulls)
        if not isinstance(rest, dict):
            return json_body.encode(rest, where), JSON
        if not rest and not bindings.body_members(shape):
            return b"", None
        written = json_body.write_members(contract, shape.members, rest, nulls=nulls)
        return json_body.encode(written, where), JSON
    except RecursionError as error:
        raise WireError(where, "the value is nested too deep", "Pass a flatter document.") from error


def _write_payload(
    contract: Contract, member: Member, value: Any, where: str, *, nulls: bool
) -> tuple[bytes, str | None]:
    shape = contract.shapes[member.target]
    if shape.type in _CONTENT_TYPES:
        if value is None:
            return b"", None
        content_type = member.media_type or shape.media_type or _CONTENT_TYPES[shape.type]
        return _raw_bytes(shape, value, where), content_type
    if value is None:
        return (b"{}", JSON) if shape.type == "structure" else (b"", None)
    return json_body.encode(json_body.write(contract, member, value, nulls=nulls), where), JSON


def _raw_bytes(shape: Shape, value: Any, where: str) -> bytes:
    if not isinstance(value, str):
        return json_body.encode(value, where)
    if shape.type == "string":
        return value.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return value.encode("utf-8", "surrogatepass")


def _read_body(contract: Contract, shape: Shape, body: bytes, where: str, *, offsets: bool) -> dict[str, Any]:
    payload = bindings.payload_of(shape)
    if payload is not None:
        return _read_payload(contract, *payload, body, where, offsets=offsets)
    members = bindings.body_members(shape)
    if not members:
        return {}
    value = json_body.decode_object(body, where)
    return json_body.read_members(contract, members, value, offsets=offsets)


def _read_payload(
    contract: Contract, name: str, member: Member, body: bytes, where: str, *, offsets: bool
) -> dict[str, Any]:
    shape = contract.shapes[member.target]
    if not body:
        # A required payload of no bytes is there: nothing on the wire tells it from a missing one.
        return {name: ""} if member.required and shape.type in _CONTENT_TYPES else {}
    if shape.type == "blob":
        return {name: base64.b64encode(body).decode("ascii")}
    if shape.type == "string":
        text = body.decode("utf-8", "surrogateescape")
        if has_surrogates(text):
            raise Unreadable(where, "the body is not UTF-8", "Send text in UTF-8.")
        return {name: text}
    if shape.type != "structure":
        return {name: json_body.read(contract, member, json_body.decode(body, where), offsets=offsets)}
    value = json_body.decode_object(body, where)
    if not value and not member.required:
        return {}  # clients write the empty object for a structure that is left out
    return {name: json_body.read(contract, member, value, offsets=offsets)}


def _read_structure(contract: Contract, root: str, name: str | None, response: Response) -> answers.Structure:
    shape = bindings.shape_of(contract, name)
    head = payloads.read_head(contract, root, shape, response)
    body = _read_body(contract, shape, response.body, f"{contract.name}#/{root}", offsets=True)
    return answers.Structure({**body, **head.document}, head.deviations, head.unread)


def _names_code(response: Response, body: dict[str, Any]) -> bool:
    return "x-amzn-errortype" in response.headers or any(
        body.get(name) is not None for name in ("__type", "code", "Code")
    )


def _has_json_body(contract: Contract) -> bool:
    payload = bindings.payload_of(bindings.shape_of(contract, contract.output))
    return payload is None or contract.shapes[payload[1].target].type not in _CONTENT_TYPES


_READER = answers.Reader(_read_structure, _names_code, _has_json_body, read_event=json_body.read_payload)
