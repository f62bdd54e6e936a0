"""The parts of REST messages that no body codec has a say in: raw payloads, and the head of a response.

Composed with the bindings and a body codec. Source: Smithy 2.0, HTTP bindings
(https://smithy.io/2.0/spec/http-bindings.html).
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from harness.contract import Contract, Member, Shape, pointer_of
from harness.exchange import Deviation, Headers, Response
from harness.wire import bindings
from harness.wire.answers import Structure
from harness.wire.interface import Unreadable
from harness.wire.uri import has_surrogates

BODILESS = (204, 304)
CONTENT_TYPES = {"blob": "application/octet-stream", "string": "text/plain"}


def is_raw(contract: Contract, member: Member) -> bool:
    """Say whether a payload is the bytes of a blob or string and nothing around them."""
    return contract.shapes[member.target].type in CONTENT_TYPES


def write_raw(contract: Contract, member: Member, value: Any) -> tuple[bytes, str | None]:
    """Write a raw payload with its content type; a value of the wrong type as its JSON text."""
    shape = contract.shapes[member.target]
    if value is None:
        return b"", None
    content_type = member.media_type or shape.media_type or CONTENT_TYPES[shape.type]
    text = value if isinstance(value, str) else json.dumps(value)
    if shape.type == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True), content_type
        except (binascii.Error, ValueError):
            pass  # not the text of a blob: sent as it stands
    return text.encode("utf-8", "surrogatepass"), content_type


def read_raw(contract: Contract, name: str, member: Member, body: bytes, where: str) -> dict[str, Any]:
    """Read a raw payload; one of no bytes is there only where it is required.

    Raises:
        Unreadable: A string is not UTF-8.
    """
    if not body:
        return {name: ""} if member.required else {}
    if contract.shapes[member.target].type == "blob":
        return {name: base64.b64encode(body).decode("ascii")}
    text = body.decode("utf-8", "surrogateescape")
    if has_surrogates(text):
        raise Unreadable(where, "the body is not UTF-8", "Send text in UTF-8.")
    return {name: text}


def travels_in_head(member: Member) -> bool:
    """Say whether a member of an output or error travels outside the body."""
    in_header = member.http_header is not None or member.http_prefix_headers is not None
    return in_header or member.http_response_code


def body_members(shape: Shape) -> dict[str, Member]:
    """List the members of an output or error that are parts of the body; those bound to a URI are too."""
    return {
        name: member for name, member in shape.members.items()
        if not travels_in_head(member) and not member.http_payload
    }  # fmt: skip


def for_body(shape: Shape, document: dict[str, Any]) -> dict[str, Any]:
    """Leave out the members of an output or error that travel outside the body."""
    return {
        name: value for name, value in document.items()
        if name not in shape.members or not travels_in_head(shape.members[name])
    }  # fmt: skip


def status_of(contract: Contract, shape: Shape, document: dict[str, Any]) -> int:
    """Choose the status of a success: what a member says, else what the operation says."""
    for name, member in shape.members.items():
        value = document.get(name)
        if member.http_response_code and isinstance(value, int) and 100 <= value <= 599:
            return int(value)
    return contract.http.code


def with_content_type(
    headers: tuple[tuple[str, str], ...], shape: Shape, content_type: str | None, *, raw: bool
) -> Headers:
    """Add the content type, unless a member carries it or, for raw bytes, is there to carry it."""
    carried = any((member.http_header or "").lower() == "content-type" for member in shape.members.values())
    if content_type is None or "content-type" in Headers(headers) or (carried and raw):
        return Headers(headers)
    return Headers((("Content-Type", content_type), *headers))


def read_head(contract: Contract, root: str, shape: Shape, response: Response) -> Structure:
    """Read the members that travel in the status and the headers of a response.

    Returns:
        Those that are there; a header that does not spell a value of its shape is a deviation.
    """
    document: dict[str, Any] = {}
    deviations: list[Deviation] = []
    unread: set[str] = set()
    for name, member in shape.members.items():
        if member.http_response_code:
            document[name] = response.status
            continue
        try:
            value = bindings.read_header(contract, root, shape, name, response.headers)
        except Unreadable as error:
            pointer = pointer_of(contract, root, (name,), "type")
            expected = error.remedy.removeprefix("Send ").removesuffix(".")
            deviations.append(Deviation("response-header", pointer, expected, error.problem))
            unread.add(name)
            continue
        if value is not None:
            document[name] = value
    if response.status in BODILESS:  # whatever the model requires of its body, HTTP allows none
        unread |= body_members(shape).keys()
    return Structure(document, tuple(deviations), frozenset(unread))
