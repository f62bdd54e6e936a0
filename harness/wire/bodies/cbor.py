"""CBOR bodies: a document to CBOR and back, after the shapes of a contract.

Writing is lenient (what does not fit its shape is written as what it is) and so is reading (what does not fit
is kept, in a form that no shape of its place has, for ``contract.check`` to report); only bytes that are no
CBOR document at all are refused. The items themselves are read and written by ``harness.wire.bodies.items``.
Source: Smithy RPC v2 CBOR (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html).
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Mapping
from typing import Any

from harness.contract import Contract, Member, Shape
from harness.errors import WireError
from harness.wire.bodies.items import REMEDY, Tagged, decode_item, encode_item
from harness.wire.interface import Unreadable

INTEGERS = ("byte", "short", "integer", "long", "bigInteger")
FLOATS = ("float", "double", "bigDecimal")
WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
EPOCH = 1  # the tag of seconds since the epoch


def decode_object(body: bytes, where: str) -> dict[str, Any]:
    """Read a body that must be a CBOR map; no bytes at all stand for an empty one.

    Args:
        body: The bytes.
        where: What to name in an error.

    Returns:
        The map: byte strings as ``bytes``, tagged items as ``Tagged``, all else as in JSON.

    Raises:
        Unreadable: The bytes are not CBOR, nested too deep, or another item than a map with text for keys.
    """
    value = decode_item(body, where) if body else {}
    if not isinstance(value, dict):
        raise Unreadable(where, f"the body is not a CBOR map but {_diagnostic(value)[:60]}", REMEDY)
    return value


def encode(value: Any, where: str) -> bytes:
    """Write a value as CBOR.

    Raises:
        WireError: The value is nested too deep, or holds what CBOR has no place for, e.g. half a surrogate.
    """
    try:
        return encode_item(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise WireError(where, f"the value cannot be written as CBOR: {error}", "Pass a document.") from error


def write(contract: Contract, member: Member, value: Any, *, nulls: bool = True) -> Any:
    """Turn a document value into the items that stand for it.

    Args:
        contract: Where the shapes are.
        member: The member, whose target is the value's shape.
        value: The document value, of whatever type.
        nulls: Whether members without a value are written as ``null``.

    Returns:
        The value: timestamps tagged, blobs as bytes, floating point numbers as ``float``.
    """
    shape = contract.shapes[member.target]
    if shape.type in ("structure", "union") and isinstance(value, dict):
        return write_members(contract, shape.members, value, nulls=nulls)
    if shape.type == "list" and shape.member is not None and isinstance(value, list):
        return [write(contract, shape.member, item, nulls=nulls) for item in value]
    if shape.type == "map" and shape.value is not None and isinstance(value, dict):
        return {key: write(contract, shape.value, item, nulls=nulls) for key, item in value.items()}
    return _write_simple(shape, value)


def write_members(
    contract: Contract, members: Mapping[str, Member], value: dict[str, Any], *, nulls: bool = True
) -> dict[str, Any]:
    """Turn the members of a structure into a map; unknown ones keep their own name."""
    written: dict[str, Any] = {}
    for name, item in value.items():
        member = members.get(name)
        if member is None:
            written[name] = item
        elif item is not None or nulls:
            written[name] = write(contract, member, item, nulls=nulls)
    return written


def _write_simple(shape: Shape, value: Any) -> Any:
    if shape.type == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            return value
    if shape.type in FLOATS and isinstance(value, str):
        return WORDS.get(value, value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_finite(value):
        return value
    if shape.type == "timestamp":
        return Tagged(EPOCH, int(value) if float(value).is_integer() else value)
    if shape.type in INTEGERS and isinstance(value, float) and value.is_integer():
        return int(value)
    return float(value) if shape.type in ("float", "double") else value


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number too big for a float
        return False


def read(contract: Contract, member: Member, value: Any) -> Any:
    """Turn a CBOR value into the document value that it stands for.

    Args:
        contract: Where the shapes are.
        member: The member, whose target is the value's shape.
        value: The value, as ``decode_object`` gives it.

    Returns:
        The document value. What does not fit the shape becomes a JSON value that does not fit it either.
    """
    shape = contract.shapes[member.target]
    if isinstance(value, dict) and shape.type in ("structure", "union"):
        if shape.type == "union" and "__type" not in shape.members:
            value = {name: item for name, item in value.items() if name != "__type"}
        return read_members(contract, shape.members, value)
    if isinstance(value, list) and shape.type == "list" and shape.member is not None:
        return [read(contract, shape.member, item) for item in value]
    if isinstance(value, dict) and shape.type == "map" and shape.value is not None:
        return {key: read(contract, shape.value, item) for key, item in value.items()}
    return _read_simple(shape, value)


def read_payload(contract: Contract, member: Member, payload: bytes, where: str) -> Any:
    """Read the payload of an event, a CBOR map.

    Raises:
        Unreadable: As for ``decode_object``.
    """
    return read(contract, member, decode_object(payload, where))


def read_members(contract: Contract, members: Mapping[str, Member], value: dict[str, Any]) -> dict[str, Any]:
    """Turn a map into the members of a structure; unknown names are kept.

    Members have their own names, but botocore writes requests with those that they have in JSON.
    """
    by_json_name = {member.json_name: name for name, member in members.items() if member.json_name}
    document: dict[str, Any] = {}
    for key, item in value.items():
        name = key if key in members else by_json_name.get(key)
        document[name or key] = _plain(item) if name is None else read(contract, members[name], item)
    return document


def _read_simple(shape: Shape, value: Any) -> Any:
    if shape.type == "blob" and isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if shape.type == "timestamp" and isinstance(value, Tagged) and value.tag == EPOCH:
        return int(value.value) if float(value.value).is_integer() else value.value
    if shape.type in FLOATS and isinstance(value, float):
        return _plain(value)
    if shape.type == "document" or _is_told_apart(shape, value):
        return _plain(value)
    # In a document it would pass for a value of the shape: shown in the diagnostic notation of CBOR instead.
    text = _diagnostic(value)
    return {"cbor": text} if shape.type in ("string", "blob") else f"cbor:{text}"


def _is_told_apart(shape: Shape, value: Any) -> bool:
    """Say whether a document of this value cannot be taken for one of another CBOR type."""
    if isinstance(value, (bytes, Tagged)):
        return False
    if isinstance(value, str):
        return shape.type not in ("blob", *FLOATS)
    if isinstance(value, float):
        return math.isfinite(value) and shape.type != "timestamp"
    return not (shape.type == "timestamp" and isinstance(value, int))


def _plain(value: Any) -> Any:
    """Turn a CBOR value that no shape describes into a document value."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Tagged):
        return value.value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _diagnostic(value: Any) -> str:
    """Spell an item in the diagnostic notation of RFC 8949, section 8."""
    if isinstance(value, bytes):
        return f"h'{value.hex()}'"
    if isinstance(value, Tagged):
        return f"{value.tag}({value.value})"
    return json.dumps(_plain(value))
