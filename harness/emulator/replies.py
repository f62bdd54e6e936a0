"""Answers that no contract shapes: to requests of nobody's, to bodies that are never read, to our own faults.

The form of an error is one that both json protocols read: ``__type`` in the body and ``x-amzn-errortype`` in
a header.
"""

from __future__ import annotations

import json
from typing import Any

from harness.errors import WireError
from harness.exchange import Headers, Response
from harness.wire import protocol_named
from harness.wire.interface import ErrorReply
from harness.wire.replies import with_request_id

# What a request that names no operation gets, by the protocol it speaks.
UNKNOWN_OPERATION = {
    "json": ("UnknownOperationException", 400),
    "rest-json": ("UnknownOperationException", 404),
    "rest-xml": ("UnknownOperationException", 404),
    "smithy-rpc-v2-cbor": ("UnknownOperationException", 404),
    "query": ("InvalidAction", 400),
    "ec2": ("InvalidAction", 400),
}


def plain_error(code: str, status: int, message: str) -> Response:
    """Write an error without knowing the operation, nor the protocol for sure."""
    fields = (("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-errortype", code))
    return _response({"__type": code, "message": message}, status, fields)


def unknown_operation(protocol: str, wanted: str) -> Response:
    """Answer a request of nobody's in the form of its protocol.

    Args:
        protocol: What the request speaks.
        wanted: What it asked for, in words.
    """
    code, status = UNKNOWN_OPERATION[protocol]
    message = f"No operation answers to {wanted}."
    try:
        return protocol_named(protocol).serialize_error(None, ErrorReply(code, status, message))
    except WireError:
        return plain_error(code, status, message)


def json_response(document: Any, status: int = 200) -> Response:
    """Write a JSON document as a response."""
    return _response(document, status, (("Content-Type", "application/json"),))


def _response(document: Any, status: int, fields: tuple[tuple[str, str], ...]) -> Response:
    body = json.dumps(document).encode()
    return Response(status, with_request_id(Headers(fields), status, body), body)
