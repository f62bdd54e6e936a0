"""JSON bodies: a document to JSON text and back, after the shapes of a contract.

Writing is lenient (what does not fit its shape is written as it is) and so is reading (what does not fit is
kept for ``contract.check`` to report); only text that is no JSON document at all is refused.
Source: AWS JSON protocols (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html) and RFC 8259.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from harness.contract import Contract, Member
from harness.errors import WireError
from harness.wire import timestamps
from harness.wire.interface import Unreadable

MAX_DEPTH = 128  # deeper nesting is an attack on the parser, not a document
_WORDS = {math.inf: "Infinity", -math.inf: "-Infinity"}
_REMEDY = "Send a JSON object in UTF-8."
_BRACKET_OR_STRING = re.compile(r"""[\[\]{}]|"[^"\\]*(?:\\.[^"\\]*)*"?""", re.DOTALL)
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}


def decode(body: bytes, where: str) -> Any:
    """Read the JSON text of a body.

    Args:
        body: The bytes; none at all stand for an empty object.
        where: What to name in an error.

    Returns:
        The JSON value; a number too big for a float reads as the word ``Infinity``.

    Raises:
        Unreadable: The bytes are not UTF-8, not JSON, or nested deeper than ``MAX_DEPTH``.
    """
    if not body:
        return {}
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(where, f"byte {error.start} of the body is not UTF-8", _REMEDY) from error
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_too_deep(text):
        raise Unreadable(where, f"the body is nested deeper than {MAX_DEPTH} levels", _REMEDY)
    try:
        return _DECODER.decode(text)
    except ValueError as error:
        raise Unreadable(where, f"the body is not JSON: {error}", _REMEDY) from error


def decode_object(body: bytes, where: str) -> dict[str, Any]:
    """Read a body that must be a JSON object.

    Raises:
        Unreadable: As for ``decode``, or the JSON value is not an object.
    """
    value = decode(body, where)
    if not isinstance(value, dict):
        raise Unreadable(where, f"the body is not a JSON object but {_shortened(value)}", _REMEDY)
    return value


def encode(value: Any, where: str) -> bytes:
    """Write a JSON value as a body, in UTF-8 without spaces; half a surrogate pair stays an escape.

    Raises:
        WireError: The value is nested too deep or no JSON value.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (ValueError, TypeError, RecursionError) as error:
        raise WireError(where, f"the value cannot be written as JSON: {error}", "Pass a document.") from error
    return text.encode("utf-8", "backslashreplace")


def write(contract: Contract, member: Member, value: Any, *, nulls: bool = True) -> Any:
    """Turn a document value into the JSON value that stands for it.

    Args:
        contract: Where the shapes are.
        member: The member, whose target is the value's shape.
        value: The document value, of whatever type.
        nulls: Whether members without a value are written as ``null``.

    Returns:
        The JSON value.
    """
    shape = contract.shapes[member.target]
    if shape.type in ("structure", "union") and isinstance(value, dict):
        return write_members(contract, shape.members, value, nulls=nulls)
    if shape.type == "list" and shape.member is not None and isinstance(value, list):
        return [_or_null(contract, shape.member, item, nulls) for item in value]
    if shape.type == "map" and shape.value is not None and isinstance(value, dict):
        return {key: _or_null(contract, shape.value, item, nulls) for key, item in value.items()}
    if shape.type == "timestamp":
        form = member.timestamp_format or shape.timestamp_format or timestamps.EPOCH_SECONDS
        return _write_timestamp(value, form)
    return _plain(value)


def write_members(
    contract: Contract, members: Mapping[str, Member], value: dict[str, Any], *, nulls: bool = True
) -> dict[str, Any]:
    """Turn the members of a structure into a JSON object; unknown ones keep their own name."""
    written: dict[str, Any] = {}
    for name, item in value.items():
        member = members.get(name)
        if member is None:
            written[name] = _plain(item)
        elif item is not None or nulls:
            written[member.json_name or name] = _or_null(contract, member, item, nulls)
    return written


def read(contract: Contract, member: Member, value: Any, *, offsets: bool = False) -> Any:
    """Turn a JSON value into the document value that it stands for.

    Args:
        contract: Where the shapes are.
        member: The member, whose target is the value's shape.
        value: The JSON value; of the wrong type it is kept as it is.
        offsets: Whether date-times may have an offset from UTC, as in responses.

    Returns:
        The document value.
    """
    shape = contract.shapes[member.target]
    if shape.type in ("structure", "union") and isinstance(value, dict):
        if shape.type == "union" and "__type" not in shape.members:
            # Some services repeat the union's name in it; every client drops that.
            value = {name: item for name, item in value.items() if name != "__type"}
        return read_members(contract, shape.members, value, offsets=offsets)
    if shape.type == "list" and shape.member is not None and isinstance(value, list):
        return [read(contract, shape.member, item, offsets=offsets) for item in value]
    if shape.type == "map" and shape.value is not None and isinstance(value, dict):
        return {key: read(contract, shape.value, item, offsets=offsets) for key, item in value.items()}
    if shape.type == "timestamp":
        form = member.timestamp_format or shape.timestamp_format or timestamps.EPOCH_SECONDS
        return _read_timestamp(value, form, offsets)
    return value


def read_payload(contract: Contract, member: Member, payload: bytes, where: str) -> Any:
    """Read the payload of an event, a JSON object.

    Raises:
        Unreadable: As for ``decode_object``.
    """
    return read(contract, member, decode_object(payload, where), offsets=True)


def read_members(
    contract: Contract, members: Mapping[str, Member], value: dict[str, Any], *, offsets: bool = False
) -> dict[str, Any]:
    """Turn a JSON object into the members of a structure.

    Unknown names are kept; one that is the name of a member which the wire calls otherwise is kept as
    ``wire:<name>``, so that it is not taken for that member.
    """
    by_wire_name = {member.json_name or name: name for name, member in members.items()}
    document: dict[str, Any] = {}
    for key, item in value.items():
        name = by_wire_name.get(key)
        if name is not None:
            document[name] = read(contract, members[name], item, offsets=offsets)
        else:
            document[f"wire:{key}" if key in members else key] = item
    return document


def _or_null(contract: Contract, member: Member, value: Any, nulls: bool) -> Any:
    return None if value is None else write(contract, member, value, nulls=nulls)


def _write_timestamp(value: Any, form: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    try:
        return timestamps.write(value, form)
    except (ValueError, OverflowError):
        return _plain(value)


def _read_timestamp(value: Any, form: str, offsets: bool) -> Any:
    if form == timestamps.EPOCH_SECONDS or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return json.dumps(value)  # a number where text is asked for must not pass for the instant
    if not isinstance(value, str):
        return value
    try:
        return timestamps.read(value, form, offsets=offsets)
    except (ValueError, OverflowError):
        return value


def _plain(value: Any) -> Any:
    """Spell NaN and the infinities as words, the form that they have in JSON."""
    if isinstance(value, float) and not math.isfinite(value):
        return _WORDS.get(value, "NaN")
    return value


def _finite(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else _WORDS[number]


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a JSON value")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


def _is_too_deep(text: str) -> bool:
    """Count brackets outside strings, without the recursion that they are meant to cause."""
    depth = 0
    for found in _BRACKET_OR_STRING.finditer(text):
        depth += _STEPS.get(found.group(), 0)
        if depth > MAX_DEPTH:
            return True
    return False


def _shortened(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
