"""Errors carry what their structures require, whatever refused the request."""

import json

import pytest

from harness.contract import check_shape
from harness.emulator.app import Emulator
from harness.emulator.whole_errors import whole
from harness.exchange import Headers, Request
from harness.importers.library import open_library
from harness.wire.interface import ErrorReply


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("accessanalyzer:CheckAccessNotGranted", "ValidationException"),  # requires a reason, an enum
        ("appflow:ListConnectorEntities", "ValidationException"),  # its message allows few characters
        ("supplychain:SendDataIntegrationEvent", "ValidationException"),  # nothing to add
    ],
)
def test_errors_keep_their_structures(name, code):
    """No bound of the structure is broken, and what was said stays where it may."""
    contract = open_library().load(*name.split(":"))
    said = ErrorReply(code, 400, "1 validation error detected: Value 'x' at 'y' failed: z")
    error = whole(contract, said)
    shape = contract.error_shapes()[code]
    message = next(each for each in ("message", "Message") if each in shape.members)
    document = {message: error.message, **error.members}
    assert check_shape(contract, next(each for each in contract.errors if each == code), document) == ()
    assert "validation error detected" in error.message


def test_an_unknown_code_is_left_alone():
    """There is no structure to fill."""
    contract = open_library().load("events", "PutEvents")
    said = ErrorReply("ValidationException", 400, "no")
    assert whole(contract, said) is said


def test_a_missing_required_payload_arrives_empty():
    """Nothing on the wire tells a payload without members from none; what it requires is missed inside it."""
    contract = open_library().load("pinpoint", "CreatePushTemplate")
    emulator = Emulator((contract,))
    scope = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/mobiletargeting/aws4_request"
    fields = {
        "Authorization": f"{scope}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
        "X-Amz-Date": "20260101T000000Z",
    }
    response = emulator.handle(Request("POST", "/v1/templates/name/push", Headers.of(fields), b""))
    assert response.status == 201, response.body
    assert json.loads(response.body)
