"""CBOR data items: from bytes that nobody vouches for, and to bytes.

Not a library's: cbor2 turns timestamps into datetimes, which do not hold every instant, follows tags that
the protocol does not have (shared references, regular expressions), and differs from release to release in
what it does about deep nesting; 6.2 ends the process when it writes a value of 100,000 levels. This parser
takes nothing for granted: a length is held against the bytes that are left before anything is made of it.
Source: RFC 8949 (https://www.rfc-editor.org/rfc/rfc8949), sections 3 and 4.
"""

from __future__ import annotations

import struct
import sys
from typing import Any

import msgspec

from harness.wire.interface import Unreadable

MAX_DEPTH = 128  # deeper nesting is an attack on the parser, not a document
REMEDY = "Send one CBOR map."
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP, _TAG, _SIMPLE = range(8)
_INDEFINITE = 31
_BREAK = 0xFF
_ARGUMENTS = {24: 1, 25: 2, 26: 4, 27: 8}
_FLOATS = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}
_WORDS = {20: False, 21: True, 22: None, 23: None}
_TIME, _POSITIVE_NUMBER, _NEGATIVE_NUMBER, _DECIMAL = 1, 2, 3, 4
_LAST_MOMENT = sys.float_info.max  # whole numbers may be greater than any float
_MAX_DIGITS = 4000  # as in JSON bodies; Python writes no longer numbers


class Tagged(msgspec.Struct, frozen=True):
    """A tagged item whose tag matters: a timestamp.

    Attributes:
        tag: The tag, 1.
        value: The finite number of seconds since the epoch.
    """

    tag: int
    value: int | float


def decode_item(body: bytes, where: str) -> Any:
    """Read the one item that a body is.

    Args:
        body: The bytes.
        where: What to name in an error.

    Returns:
        ``dict`` (keys are text), ``list``, ``str``, ``bytes``, ``int``, ``float``, ``bool``, ``None`` or
        ``Tagged``. Big numbers are numbers; other tags are passed over.

    Raises:
        Unreadable: The bytes are not exactly one item, or it is nested deeper than ``MAX_DEPTH``.
    """
    reader = _Reader(body, where)
    value = reader.item(0)
    if reader.at != len(body):
        raise reader.refusal(f"{len(body) - reader.at} bytes follow the item")
    return value


def encode_item(value: Any) -> bytes:
    """Write one item: definite lengths, shortest heads, floating point numbers in 64 bits.

    Args:
        value: What ``decode_item`` gives.

    Raises:
        TypeError: CBOR has no item for a value, or a key of a map is not text.
        UnicodeEncodeError: A text holds half a surrogate pair.
        RecursionError: The value is nested too deep.
    """
    written = bytearray()
    _write(written, value)
    return bytes(written)


def _write(written: bytearray, value: Any) -> None:
    if isinstance(value, str):
        text = value.encode("utf-8")
        written += _head(_TEXT, len(text)) + text
    elif value is None or isinstance(value, bool):
        written.append(_SIMPLE << 5 | {False: 20, True: 21, None: 22}[value])
    elif isinstance(value, int):
        _write_integer(written, value)
    elif isinstance(value, float):
        written += b"\xfb" + struct.pack(">d", value)
    elif isinstance(value, bytes):
        written += _head(_BYTES, len(value)) + value
    elif isinstance(value, dict):
        written += _head(_MAP, len(value))
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r} is not text")
            _write(written, key)
            _write(written, item)
    elif isinstance(value, list):
        written += _head(_LIST, len(value))
        for item in value:
            _write(written, item)
    elif isinstance(value, Tagged):
        written += _head(_TAG, value.tag)
        _write(written, value.value)
    else:
        raise TypeError(f"there is no item for a {type(value).__name__}")


def _head(kind: int, argument: int) -> bytes:
    if argument < 24:
        return bytes([kind << 5 | argument])
    info, size = next((info, size) for info, size in _ARGUMENTS.items() if argument < 1 << 8 * size)
    return bytes([kind << 5 | info]) + argument.to_bytes(size, "big")


def _write_integer(written: bytearray, value: int) -> None:
    kind, magnitude = (_UNSIGNED, value) if value >= 0 else (_NEGATIVE, -1 - value)
    if magnitude < 1 << 64:
        written += _head(kind, magnitude)
        return
    digits = magnitude.to_bytes(-(-magnitude.bit_length() // 8), "big")
    written += _head(_TAG, _POSITIVE_NUMBER if value >= 0 else _NEGATIVE_NUMBER)
    written += _head(_BYTES, len(digits)) + digits


class _Reader:
    """Goes through the bytes once; ``at`` is the position of the next byte."""

    def __init__(self, body: bytes, where: str) -> None:
        self.body, self.where, self.at = body, where, 0

    def refusal(self, reason: str) -> Unreadable:
        return Unreadable(self.where, f"the body is not CBOR at byte {self.at}: {reason}", REMEDY)

    def take(self, count: int) -> bytes:
        if count > len(self.body) - self.at:
            raise self.refusal(f"{count} bytes are announced and {len(self.body) - self.at} are left")
        self.at += count
        return self.body[self.at - count : self.at]

    def argument(self, info: int) -> int:
        if info < 24:
            return info
        if info not in _ARGUMENTS:
            raise self.refusal(f"the additional information {info} has no meaning here")
        return int.from_bytes(self.take(_ARGUMENTS[info]), "big")

    def item(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise Unreadable(self.where, f"the body is nested deeper than {MAX_DEPTH} levels", REMEDY)
        initial = self.take(1)[0]
        kind, info = initial >> 5, initial & 0x1F
        if kind == _SIMPLE:
            return self.simple(info)
        if kind in (_BYTES, _TEXT):
            return self.string(kind, info)
        if kind == _LIST:
            return self.list_of(info, depth)
        if kind == _MAP:
            return self.map_of(info, depth)
        if kind == _TAG:
            return self.tagged(self.argument(info), depth)
        number = self.argument(info)
        return number if kind == _UNSIGNED else -1 - number

    def simple(self, info: int) -> Any:
        if info in _WORDS:
            return _WORDS[info]
        if info not in _FLOATS:
            raise self.refusal(f"the simple value or break {info} has no meaning here")
        form, size = _FLOATS[info]
        return struct.unpack(form, self.take(size))[0]

    def string(self, kind: int, info: int) -> bytes | str:
        if info != _INDEFINITE:
            chunk = self.take(self.argument(info))
            return chunk if kind == _BYTES else self.text(chunk)
        parts: list[Any] = []
        while not self.ends():
            initial = self.take(1)[0]
            if initial >> 5 != kind or initial & 0x1F == _INDEFINITE:
                raise self.refusal("a text of chunks holds something else")
            chunk = self.take(self.argument(initial & 0x1F))
            parts.append(chunk if kind == _BYTES else self.text(chunk))
        return b"".join(parts) if kind == _BYTES else "".join(parts)

    def text(self, chunk: bytes) -> str:
        try:
            return chunk.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.refusal("the text before it is not UTF-8") from error

    def list_of(self, info: int, depth: int) -> list[Any]:
        if info == _INDEFINITE:
            found = []
            while not self.ends():
                found.append(self.item(depth + 1))
            return found
        return [self.item(depth + 1) for _ in range(self.count(info, 1))]

    def map_of(self, info: int, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if info == _INDEFINITE:
            while not self.ends():
                key = self.key()
                found[key] = self.item(depth + 1)
            return found
        for _ in range(self.count(info, 2)):
            key = self.key()
            found[key] = self.item(depth + 1)
        return found

    def key(self) -> str:
        initial = self.take(1)[0]
        if initial >> 5 != _TEXT:
            raise self.refusal("the key of a map is not text")
        return str(self.string(_TEXT, initial & 0x1F))

    def count(self, info: int, fewest: int) -> int:
        """Read a number of entries and hold it against the bytes left, of which each takes ``fewest``."""
        count = self.argument(info)
        if count * fewest > len(self.body) - self.at:
            raise self.refusal(f"{count} entries are announced and {len(self.body) - self.at} bytes are left")
        return count

    def ends(self) -> bool:
        if self.at >= len(self.body):
            raise self.refusal("an item of indefinite length has no end")
        if self.body[self.at] != _BREAK:
            return False
        self.at += 1
        return True

    def tagged(self, tag: int, depth: int) -> Any:
        value = self.item(depth + 1)
        if tag == _TIME:
            if type(value) not in (int, float) or not -_LAST_MOMENT <= value <= _LAST_MOMENT:
                raise self.refusal("the timestamp before it names no moment")
            return Tagged(tag, value)
        if tag in (_POSITIVE_NUMBER, _NEGATIVE_NUMBER):
            return self.big_number(tag, value)
        return self.decimal(value) if tag == _DECIMAL else value

    def big_number(self, tag: int, value: Any) -> int:
        if not isinstance(value, bytes) or len(value) > _MAX_DIGITS // 3:
            raise self.refusal("the big number before it has no digits or too many")
        number = int.from_bytes(value, "big")
        return number if tag == _POSITIVE_NUMBER else -1 - number

    def decimal(self, value: Any) -> int | float:
        if not isinstance(value, list) or [type(part) for part in value] != [int, int]:
            raise self.refusal("the decimal before it is no exponent and mantissa")
        exponent, mantissa = value
        if abs(exponent) > _MAX_DIGITS:
            raise self.refusal("the exponent before it is too big")
        number = float(f"{mantissa}e{exponent}")
        return int(mantissa) if exponent == 0 else number
