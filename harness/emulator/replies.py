"""Answers that no contract shapes: to requests of nobody's, to bodies that are never read, to our own faults.

The form is one that both json protocols read: ``__type`` in the body and ``x-amzn-errortype`` in a header.
"""

from __future__ import annotations

import json
from typing import Any

from harness.exchange import Headers, Response

REQUEST_ID = "x-amzn-requestid"


def plain_error(code: str, status: int, message: str) -> Response:
    """Write an error without knowing the operation, nor the protocol for sure."""
    return json_response(
        {"__type": code, "message": message},
        status,
        content_type="application/x-amz-json-1.1",
        errortype=code,
    )


def json_response(
    document: Any, status: int = 200, *, content_type: str = "application/json", errortype: str | None = None
) -> Response:
    """Write a JSON document as a response."""
    fields = [("Content-Type", content_type)]
    if errortype is not None:
        fields.append(("x-amzn-errortype", errortype))
    return Response(status, Headers(tuple(fields)), json.dumps(document).encode())


def identified(response: Response, request_id: str) -> Response:
    """Put the id of the request on its answer."""
    return Response(response.status, response.headers.replacing(REQUEST_ID, request_id), response.body)
