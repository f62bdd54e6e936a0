"""What clients do to a body on its way: the chunks of a signed stream, and compression.

Both are undone before a body is read; signatures are made over the body as it came.
Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and Smithy's
``requestCompression`` trait (https://smithy.io/2.0/spec/behavior-traits.html#requestcompression-trait).
"""

from __future__ import annotations

import re
import zlib

import msgspec

from harness.contract import Contract
from harness.exchange import Request
from harness.wire.interface import Unreadable

CHUNKED = "aws-chunked"
GZIP_WINDOW = 16 + zlib.MAX_WBITS
_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})(?:;[^\r\n]*)?\r\n")


def decoded(contract: Contract, request: Request, limit: int) -> Request:
    """Undo what stands in ``Content-Encoding``, where it is of the transport.

    Args:
        contract: The operation; only where it declares request compression is ``gzip`` undone.
        request: The request.
        limit: The greatest body that may come out, in bytes.

    Returns:
        The request with its plain body; the same one where nothing is to be undone.

    Raises:
        Unreadable: The body is not of the coding that the header names, or too great.
    """
    header = request.headers.get("content-encoding")
    if not header:
        return request
    codings = [each.strip().lower() for each in header.split(",") if each.strip()]
    body, left = request.body, list(codings)
    if CHUNKED in codings:
        body = _unchunked(body, contract.name)
        left.remove(CHUNKED)
    if "gzip" in left and "requestcompression" in contract.traits:
        body = _unzipped(body, limit, contract.name)
        left.remove("gzip")
    if left == codings:
        return request
    headers = request.headers.replacing("content-encoding", ",".join(left) or None)
    return msgspec.structs.replace(request, headers=headers, body=body)


def _unchunked(body: bytes, where: str) -> bytes:
    """Join the chunks; signatures of chunks and trailers are passed over."""
    parts: list[bytes] = []
    position = 0
    while True:
        found = _SIZE.match(body, position)
        if found is None:
            raise Unreadable(where, f"the body has no chunk at byte {position}", "Send aws-chunked content.")
        size, start = int(found.group(1), 16), found.end()
        if size == 0:
            return b"".join(parts)
        if body[start + size : start + size + 2] != b"\r\n":
            raise Unreadable(where, f"the chunk at byte {position} is cut off", "Send aws-chunked content.")
        parts.append(body[start : start + size])
        position = start + size + 2


def _unzipped(body: bytes, limit: int, where: str) -> bytes:
    reader = zlib.decompressobj(GZIP_WINDOW)
    try:
        plain = reader.decompress(body, limit + 1)
    except zlib.error as error:
        raise Unreadable(where, f"the body is not gzip ({error})", "Send it as its header says.") from error
    if not reader.eof or len(plain) > limit:
        problem = "the body is cut off" if len(plain) <= limit else f"the body unpacks to over {limit} bytes"
        raise Unreadable(where, problem, "Send it as its header says.")
    return plain
