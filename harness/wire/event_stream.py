"""Streams of events: their frames on the wire, and the events of an output.

Read only: requests and responses that are streams are refused by the protocols, see
``bindings.refuse_event_stream``. Frames can be written, so that streams can be made for tests.
Source: Amazon Event Stream (https://smithy.io/2.0/aws/amazon-eventstream.html); limits as in botocore.
"""

from __future__ import annotations

import base64
import struct
import uuid
from binascii import crc32
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from harness.contract import Contract, Member
from harness.wire.interface import Unreadable

MEDIA_TYPE = "application/vnd.amazon.eventstream"
MAX_HEADERS, MAX_PAYLOAD = 128 * 1024, 24 * 1024 * 1024
INITIAL_RESPONSE = "initial-response"
_PRELUDE = struct.Struct(">II")  # the length of all and of the headers; the checksum of both follows
_CHECKSUM = struct.Struct(">I")
_AROUND = _PRELUDE.size + 2 * _CHECKSUM.size
_TRUE, _FALSE, _BYTES, _TEXT, _TIMESTAMP, _UUID = 0, 1, 6, 7, 8, 9
_NUMBERS = {2: ">b", 3: ">h", 4: ">i", 5: ">q", _TIMESTAMP: ">q"}  # a timestamp in milliseconds
_REMEDY = "Send whole frames of an event stream."

# Reads a payload as the structure of a member (contract, member, payload, what to name in an error).
ReadPayload = Callable[[Contract, Member, bytes, str], Any]


class Message(msgspec.Struct, frozen=True):
    """One frame.

    Attributes:
        headers: Its headers: text, whole numbers, booleans, bytes; a timestamp in milliseconds.
        payload: Its payload.
    """

    headers: dict[str, Any] = {}
    payload: bytes = b""


def encode(message: Message) -> bytes:
    """Write a frame; headers are text, booleans, or whole numbers of 32 bits."""
    headers = b"".join(_encode_header(name, value) for name, value in message.headers.items())
    prelude = _PRELUDE.pack(_AROUND + len(headers) + len(message.payload), len(headers))
    frame = prelude + _CHECKSUM.pack(crc32(prelude)) + headers + message.payload
    return frame + _CHECKSUM.pack(crc32(frame))


def _encode_header(name: str, value: str | bool | int) -> bytes:
    start = bytes([len(name)]) + name.encode()
    if isinstance(value, bool):
        return start + bytes([_TRUE if value else _FALSE])
    if isinstance(value, int):
        return start + b"\x04" + struct.pack(_NUMBERS[4], value)
    text = value.encode()
    return start + bytes([_TEXT]) + struct.pack(">H", len(text)) + text


def decode(body: bytes, where: str) -> list[Message]:
    """Read the frames of a body.

    Args:
        body: The bytes of a whole response.
        where: What to name in an error.

    Returns:
        The frames in their order.

    Raises:
        Unreadable: A frame is cut off or too long, or a checksum is not that of its bytes.
    """
    messages = []
    rest = memoryview(body)
    while rest:
        length, headers_length = _prelude(rest, where)
        end = length - _CHECKSUM.size
        _verify(rest[:end], rest[end:length], where, "message")
        start = _PRELUDE.size + _CHECKSUM.size
        headers = _headers(bytes(rest[start : start + headers_length]), where)
        messages.append(Message(headers, bytes(rest[start + headers_length : end])))
        rest = rest[length:]
    return messages


def _prelude(rest: memoryview, where: str) -> tuple[int, int]:
    if len(rest) < _AROUND:
        raise Unreadable(where, f"a frame is cut off after {len(rest)} bytes", _REMEDY)
    length, headers_length = _PRELUDE.unpack_from(rest)
    _verify(rest[: _PRELUDE.size], rest[_PRELUDE.size : _PRELUDE.size + 4], where, "prelude")
    payload_length = length - headers_length - _AROUND
    if payload_length < 0 or headers_length > MAX_HEADERS or payload_length > MAX_PAYLOAD:
        problem = f"a frame of {length} bytes cannot have {headers_length} bytes of headers"
        raise Unreadable(where, problem, _REMEDY)
    if length > len(rest):
        raise Unreadable(where, f"a frame of {length} bytes is cut off after {len(rest)}", _REMEDY)
    return length, headers_length


def _verify(covered: memoryview, checksum: memoryview, where: str, part: str) -> None:
    if _CHECKSUM.unpack(checksum)[0] != crc32(covered):
        raise Unreadable(where, f"the checksum of a frame's {part} is wrong", _REMEDY)


def _headers(data: bytes, where: str) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    at = 0
    try:
        while at < len(data):
            end = at + 1 + data[at]
            name, kind = data[at + 1 : end].decode(), data[end]
            value, at = _header_value(data, kind, end + 1)
            if name in headers:
                raise Unreadable(where, f"a frame has the header {name!r} twice", _REMEDY)
            headers[name] = value
    except (IndexError, ValueError, struct.error) as error:
        raise Unreadable(where, f"the headers of a frame cannot be read: {error}", _REMEDY) from error
    return headers


def _header_value(data: bytes, kind: int, at: int) -> tuple[Any, int]:
    """Read a value; gives it and the position after it."""
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE, at
    if kind in _NUMBERS:
        return struct.unpack_from(_NUMBERS[kind], data, at)[0], at + struct.calcsize(_NUMBERS[kind])
    length = 16
    if kind in (_BYTES, _TEXT):
        length, at = struct.unpack_from(">H", data, at)[0], at + 2
    elif kind != _UUID:
        raise ValueError(f"there is no type {kind}")
    value = data[at : at + length]
    if len(value) != length:
        raise ValueError(f"a value of {length} bytes is cut off")
    if kind == _UUID:
        return str(uuid.UUID(bytes=value)), at + length
    return value.decode() if kind == _TEXT else value, at + length


def initial_response(messages: list[Message]) -> bytes:
    """Find the payload of the frame that holds the members beside the stream; empty without one."""
    found = (item.payload for item in messages if item.headers.get(":event-type") == INITIAL_RESPONSE)
    return next(found, b"")


def events(
    contract: Contract, name: str, messages: list[Message], read_payload: ReadPayload, where: str
) -> Iterator[dict[str, Any]]:
    """Read the events of a stream.

    Args:
        contract: Where the shapes are.
        name: The name of the stream's shape, a union of the events.
        messages: The frames.
        read_payload: Reads a payload in the form of the protocol.
        where: What to name in an error.

    Yields:
        One document for each event or modelled exception: its name, and its structure. What the union does
        not have keeps its payload as base64 text; an error that is not modelled is ``:error``, with its code
        and message.

    Raises:
        Unreadable: A payload is no document of the protocol.
    """
    members = contract.shapes[name].members
    for message in messages:
        kind = message.headers.get(":message-type")
        event = message.headers.get(":exception-type" if kind == "exception" else ":event-type")
        if kind == "error":
            code, text = (message.headers.get(f":error-{part}") for part in ("code", "message"))
            yield {":error": {"code": code, "message": text}}
        elif isinstance(event, str) and event in members:
            yield {event: _event(contract, members[event], message, read_payload, where)}
        elif event != INITIAL_RESPONSE:
            yield {str(event): base64.b64encode(message.payload).decode("ascii")}


def _event(
    contract: Contract, member: Member, message: Message, read_payload: ReadPayload, where: str
) -> dict[str, Any]:
    document: dict[str, Any] = {}
    payload: tuple[str, Member] | None = None
    for name, part in contract.shapes[member.target].members.items():
        if part.traits.get("eventpayload"):
            payload = name, part
        elif part.traits.get("eventheader") and name in message.headers:
            document[name] = _from_header(contract, part, message.headers[name])
    if payload is None:
        return {**read_payload(contract, member, message.payload, where), **document}
    name, part = payload
    return {**document, name: _read_payload(contract, part, message.payload, read_payload, where)}


def _read_payload(
    contract: Contract, member: Member, payload: bytes, read_payload: ReadPayload, where: str
) -> Any:
    kind = contract.shapes[member.target].type
    if kind == "blob":
        return base64.b64encode(payload).decode("ascii")
    if kind != "string":
        return read_payload(contract, member, payload, where)
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(where, "the payload of an event is not UTF-8", _REMEDY) from error


def _from_header(contract: Contract, member: Member, value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    is_moment = contract.shapes[member.target].type == "timestamp" and isinstance(value, int)
    if not is_moment:
        return value
    return value // 1000 if value % 1000 == 0 else value / 1000
