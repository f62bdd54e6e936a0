"""Messages with secrets taken out of their text: targets, headers, bodies, packed or not."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from typing import TypeVar

import msgspec

from harness.cassettes.redaction.documents import UnsearchableError
from harness.cassettes.redaction.rows import is_checksum
from harness.exchange import Headers, Request, Response

GZIP = b"\x1f\x8b"
# More than this is no body of an API but a trap.
_MOST_UNPACKED = 256 * 1024 * 1024

Message = TypeVar("Message", Request, Response)
EditText = Callable[[str], str]
EditField = Callable[[str, str], str]
EditBytes = Callable[[bytes], bytes]


def edited_request(request: Request, text: EditText, field: EditField, body: EditBytes) -> Request:
    """Change the texts of a request."""
    changed = body(request.body)
    return Request(
        request.method,
        _writable(text(request.target)),
        edited_headers(request.headers, field, request.body, changed),
        changed,
        _writable(text(request.host_prefix)),
    )


def edited_response(response: Response, field: EditField, body: EditBytes) -> Response:
    """Change the texts of a response."""
    changed = body(response.body)
    headers = edited_headers(response.headers, field, response.body, changed)
    return Response(response.status, headers, changed)


def edited_headers(headers: Headers, field: EditField, before: bytes, after: bytes) -> Headers:
    """Change the values of headers; the length follows the body, the checksums of a changed one go."""
    fields = []
    for name, value in headers:
        lower = name.lower()
        if before != after and lower == "content-length" and value.strip() == str(len(before)):
            value = str(len(after))
        elif before != after and is_checksum(lower):
            continue
        fields.append((_writable(field("", name)), _writable(field(lower, value))))
    return Headers(tuple(fields))


def edited_body(body: bytes, text: EditText, raw: EditBytes) -> bytes:
    """Change a body as text, or as bytes where it is none."""
    try:
        return text(body.decode("utf-8")).encode("utf-8")
    except UnicodeDecodeError:
        return raw(body)


def unpacked(body: bytes) -> bytes | None:
    """The content of a gzip body, in whose packed bytes nothing shows; ``None`` when it is no such body."""
    if not body.startswith(GZIP):
        return None
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        content = reader.decompress(body, _MOST_UNPACKED)
    except zlib.error:
        return None
    return content if reader.eof and not reader.unused_data else None


def packed(content: bytes) -> bytes:
    """Pack a content again, the same bytes each time."""
    return gzip.compress(content, mtime=0)


def with_body(message: Message, body: bytes) -> Message:
    """Put another body into a message; length and checksums follow."""
    headers = edited_headers(message.headers, lambda _, value: value, message.body, body)
    return msgspec.structs.replace(message, headers=headers, body=body)


def _writable(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise UnsearchableError("a text holds half of a surrogate pair and cannot be written") from None
    return text
