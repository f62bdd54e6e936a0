"""Recordings as lines of JSON: how a line is spelled, and how a file of them is read.

The first line is the head, then one line for each interaction or failure in the order of recording, in the
shape of vcrpy's mappings. Each line ends with a checksum of all that stands before it, so that no changed
byte goes unseen; the last line of a closed file is a seal that counts the parts.
Source: JSON Lines (https://jsonlines.org/), CRC-32 (RFC 1952, section 8).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any
from zlib import crc32

import msgspec

from harness.cassettes.format import (
    FORMAT,
    BodyPart,
    Entry,
    FailurePart,
    Head,
    InteractionPart,
    RequestPart,
    ResponsePart,
)
from harness.cassettes.interface import Part
from harness.cassettes.nodes import without_collection

_CHECK = b',"check":"%08x"}'
_CHECK_LENGTH = len(_CHECK % 0)
_SEAL = b'{"sealed":'
_FOLDING = b'{"folding":'
_BEGINNING = b'{"harness":{"format":'


class LineError(Exception):
    """A line is not what it should be; ``line`` counts from one."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem, line)
        self.problem, self.line = problem, line


class Folding(msgspec.Struct, frozen=True):
    """What a journal is just being folded into: the digest of the file before and after."""

    before: str
    after: str


class Lines(msgspec.Struct, frozen=True):
    """A file of lines, read.

    Attributes:
        head: The first line; ``None`` when not even that is whole.
        parts: The interactions and failures.
        sealed: Whether the seal stands at the end.
        folding: The last line of a journal that was being folded.
        partial: The number of the last line if it is not whole.
        length: How many bytes the whole lines take.
    """

    head: Head | None
    parts: tuple[Part, ...]
    sealed: bool
    folding: Folding | None
    partial: int | None
    length: int


class _PartLine(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    harness: Entry | None = None
    request: RequestPart
    response: ResponsePart | None = None
    failure: str | None = None
    after: int = 0


class _HeadLine(msgspec.Struct, frozen=True):
    harness: Head


class _SealLine(msgspec.Struct, frozen=True):
    sealed: int


class _FoldingLine(msgspec.Struct, frozen=True):
    folding: Folding


_ENCODER = msgspec.json.Encoder()
_PARTS = msgspec.json.Decoder(_PartLine)
_HEADS = msgspec.json.Decoder(_HeadLine)
_SEALS = msgspec.json.Decoder(_SealLine)
_FOLDINGS = msgspec.json.Decoder(_FoldingLine)


def head_line(head: Head) -> bytes:
    """Spell the first line."""
    return _checked(_HeadLine(msgspec.structs.replace(head, failures=(), interactions=None)))


def part_line(part: Part) -> bytes:
    """Spell an interaction or a failure.

    Raises:
        ValueError: A body is neither text nor bytes, or a text is none that UTF-8 can write.
    """
    request = part.request
    if type(request.body) is not str:
        request = msgspec.structs.replace(request, body=_plain(request.body))
    if isinstance(part, FailurePart):
        return _checked(
            _PartLine(harness=part.harness, request=request, failure=part.failure, after=part.after)
        )
    response = part.response
    if type(response.body.string) is not str:
        response = msgspec.structs.replace(response, body=BodyPart(_plain(response.body.string)))
    return _checked(_PartLine(harness=part.harness, request=request, response=response))


def check_line(line: bytes) -> None:
    """Make sure that a line of a part can be read again: one that cannot would spoil the whole file.

    Raises:
        msgspec.ValidationError: It does not have the shape of a part.
    """
    _PARTS.decode(line)


def seal_line(parts: int) -> bytes:
    """Spell the last line of a closed file, which counts its parts."""
    return _checked(_SealLine(parts))


def folding_line(folding: Folding) -> bytes:
    """Spell the last line of a journal that is about to be folded."""
    return _checked(_FoldingLine(folding))


def whole_file(head: Head, parts: Iterable[Part]) -> bytes:
    """Spell a closed file.

    Raises:
        ValueError: A part cannot be spelled.
    """
    lines = [part_line(part) for part in parts]
    return b"".join((head_line(head), *lines, seal_line(len(lines))))


def is_seal(line: bytes) -> bool:
    """Say whether a line, without its end, is a whole seal."""
    return line.startswith(_SEAL) and _holds(line)


def is_ending(line: bytes) -> bool:
    """Say whether a line, without its end, is a whole seal or a whole note of a fold."""
    return line.startswith((_SEAL, _FOLDING)) and _holds(line)


def read_lines(data: bytes) -> Lines:
    """Read a file of lines, checking each.

    Args:
        data: The bytes of the file; the last line may be cut.

    Raises:
        LineError: A line before the last is damaged, or is none of ours.
    """
    with without_collection():
        return _read(data)


def _read(data: bytes) -> Lines:
    lines = data.split(b"\n")
    rest = lines.pop()
    head: Head | None = None
    parts: list[Part] = []
    sealed, folding = False, None
    for number, line in enumerate(lines, 1):
        body = line[:-_CHECK_LENGTH]
        if line[-_CHECK_LENGTH:] != _CHECK % crc32(body):
            raise LineError(_damage(line, number), number)
        if sealed or folding is not None:
            raise LineError("goes on after its end", number)
        try:
            if number == 1:
                head = _head(line)
            elif line.startswith(_SEAL):
                sealed = _counted(line, len(parts))
            elif line.startswith(_FOLDING):
                folding = _FOLDINGS.decode(line).folding
            else:
                parts.append(_part(_PARTS.decode(line)))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise LineError(f"does not have a cassette's shape: {error}", number) from error
    if head is None and not _BEGINNING.startswith(rest[: len(_BEGINNING)]):
        raise LineError(_damage(rest, 1), 1)
    partial = len(lines) + 1 if rest else None
    return Lines(head, tuple(parts), sealed, folding, partial, len(data) - len(rest))


def _head(line: bytes) -> Head:
    head = _HEADS.decode(line).harness
    if head.format != FORMAT:
        raise ValueError(f"format {head.format}, and this harness reads {FORMAT}")
    return head


def _counted(line: bytes, parts: int) -> bool:
    counted = _SEALS.decode(line).sealed
    if counted != parts:
        raise ValueError(f"the seal counts {counted} interactions, and {parts} stand before it")
    return True


def _damage(line: bytes, number: int) -> str:
    if line.endswith(b"\r"):
        return "ends with a carriage return: the line ends of the file were changed"
    if number == 1 and not line.startswith(_BEGINNING):
        return "is no recording in JSON Lines: the first line is another one"
    if not line:
        return "is an empty line"
    return "is damaged: what it holds does not match its checksum"


def _part(line: _PartLine) -> Part:
    request, response = line.request, line.response
    if type(request.body) is not str:
        request = msgspec.structs.replace(request, body=_exact(request.body))
    if response is None:
        if line.failure is None:
            raise ValueError("Object missing required field `response`")
        return FailurePart(line.harness, request, line.failure, line.after)
    if type(response.body.string) is not str:
        response = msgspec.structs.replace(response, body=BodyPart(_exact(response.body.string)))
    return InteractionPart(line.harness, request, response)


def _checked(line: msgspec.Struct) -> bytes:
    # The checksum covers all before it, so the closing brace moves behind it.
    body = _ENCODER.encode(line)[:-1]
    return body + _CHECK % crc32(body) + b"\n"


def _holds(line: bytes) -> bool:
    return line[-_CHECK_LENGTH:] == _CHECK % crc32(line[:-_CHECK_LENGTH])


def _plain(body: Any) -> Any:
    """A body as JSON has it: text, or base64 of what is no UTF-8."""
    if body is None or isinstance(body, str):
        return body
    if not isinstance(body, bytes):
        raise ValueError("a body is neither text nor binary")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def _exact(body: Any) -> Any:
    """A body as it was: text stays text, base64 becomes bytes."""
    if body is None or isinstance(body, str):
        return body
    if isinstance(body, dict) and body.keys() == {"base64"} and isinstance(body["base64"], str):
        try:
            return base64.b64decode(body["base64"], validate=True)
        except binascii.Error:
            raise ValueError("a body is no base64") from None
    raise ValueError("a body is neither text nor binary")
