"""What the responses of every protocol have in common: a request id, and the form of an error's message."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from harness.contract import Contract, Shape
from harness.exchange import Headers
from harness.wire.interface import ErrorReply

REQUEST_ID = "x-amzn-requestid"
ERROR_MESSAGES = ("message", "Message", "errorMessage")
"""What structures of errors call the member that carries the message, the likeliest first."""


def with_request_id(headers: Headers, status: int, body: bytes) -> Headers:
    """Add a request id that the same answer always has, so that recordings can be compared."""
    if REQUEST_ID in headers:
        return headers
    digest = hashlib.sha256(f"{status} {headers.fields!r} ".encode() + body).digest()
    return Headers((*headers.fields, (REQUEST_ID, str(uuid.UUID(bytes=digest[:16], version=4)))))


def error_shape(contract: Contract | None, code: str) -> Shape | None:
    """Find the structure of an error by its code; ``None`` when the operation declares no such error."""
    return None if contract is None else contract.error_shapes().get(code)


def error_document(contract: Contract | None, error: ErrorReply) -> dict[str, Any]:
    """Put an error's message among its members, under the name that its structure gives it.

    Args:
        contract: The operation, where one was recognised.
        error: The error.

    Returns:
        The members of the error structure, the message first; ``message`` where no structure names it.
    """
    shape = error_shape(contract, error.code)
    members = shape.members if shape is not None else {}
    name = next((name for name in ERROR_MESSAGES if name in members), "message")
    return {name: error.message, **error.members}
