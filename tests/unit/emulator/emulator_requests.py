"""Requests for the tests: encoded raw, with authentication that has the right form."""

import json

from harness.exchange import Request, Response
from harness.wire import protocol_for

DATE = "20250101T000000Z"


def authorization(service, *, key="AKIDEXAMPLE", date="20250101", terminator="aws4_request"):
    return (
        f"AWS4-HMAC-SHA256 Credential={key}/{date}/us-east-1/{service}/{terminator}, "
        "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64
    )


def signed(request, service):
    headers = request.headers.replacing("Authorization", authorization(service))
    return with_headers(request, headers.replacing("X-Amz-Date", DATE))


def with_headers(request, headers):
    return Request(request.method, request.target, headers, request.body)


def with_header(request, name, value):
    return with_headers(request, request.headers.replacing(name, value))


def request_for(contract, document):
    request = protocol_for(contract).encode_request(contract, document)
    if contract.auth.scheme == "bearer":
        return request
    return signed(request, contract.metadata["signingName"])


def body_of(response: Response):
    return json.loads(response.body)


def error_of(response: Response):
    """Code and status, as either json protocol spells them."""
    code = response.headers.get("x-amzn-errortype") or body_of(response).get("__type")
    return code.partition("#")[2] or code, response.status


def message_of(response: Response):
    return body_of(response).get("message") or body_of(response).get("Message")
