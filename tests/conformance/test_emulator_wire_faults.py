"""What the emulator answers to faults of the wire, over real sockets: the table of the interface page."""

import http.client
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Pair

from harness.contract.examples import expand
from harness.emulator.app import BODY_LIMIT, Emulator
from harness.emulator.authentication import Credentials
from harness.emulator.server import EmulatorServer
from harness.importers.files import load_contract
from harness.wire import protocol_for

ROOT = Path(__file__).parents[2] / "contracts"
NEWEST = {
    contract.operation: contract for contract in map(load_contract, sorted(ROOT.glob("*/*/*.yaml")))
}  # a later version replaces an earlier one
KEY, SECRET = "AKIDEXAMPLE", "a secret of nobody"


@pytest.fixture(scope="module")
def url():
    emulator = Emulator(NEWEST.values(), credentials=Credentials({KEY: SECRET}))
    with EmulatorServer(emulator.handle) as server:
        yield server.url


def valid(operation):
    """Make a valid request: method, path, headers and body, not yet signed."""
    contract = NEWEST[operation]
    request = protocol_for(contract).encode_request(contract, expand(contract.examples[0].input))
    return {
        "method": request.method,
        "path": request.target,
        "headers": dict(request.headers.fields),
        "body": request.body,
        "service": contract.metadata.get("signingName", contract.service),
    }


def send(url, sent, *, sign=True):
    """Sign a request as botocore does and send it; returns status, code and document."""
    headers = {name: value for name, value in sent["headers"].items() if value is not None}
    if sign:
        request = AWSRequest(sent["method"], url + sent["path"], headers, sent["body"])
        SigV4Auth(Pair(KEY, SECRET), sent["service"], "us-east-1").add_auth(request)
        headers = dict(request.headers.items())
    headers |= sent.get("after", {})
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request(sent["method"], sent["path"], sent["body"], headers)
    answer = connection.getresponse()
    document = json.loads(answer.read() or b"{}")
    connection.close()
    assert answer.headers["x-amzn-requestid"]
    code = answer.headers["x-amzn-errortype"] or document.get("__type")
    return answer.status, code


@pytest.mark.parametrize("operation", sorted(NEWEST))
def test_without_a_fault_the_request_succeeds(url, operation):
    assert send(url, valid(operation)) == (NEWEST[operation].http.code, None)


@pytest.mark.parametrize("operation", sorted(NEWEST))
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda body: body[:-1], id="cut-off"),
        pytest.param(lambda body: b"{" + body, id="malformed"),
        pytest.param(lambda body: body.replace(b'"', b"'"), id="single-quotes"),
        pytest.param(lambda body: body[:-1] + b', "x": "\xff\xfe"}', id="invalid-utf-8"),
        pytest.param(lambda body: b"[" + body + b"]", id="an-array"),
    ],
)
def test_a_malformed_body(url, operation, spoil):
    sent = valid(operation)
    assert send(url, {**sent, "body": spoil(sent["body"])}) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("operation", "member", "value"),
    [
        ("PutEvents", "Entries", {}),
        ("PutEvents", "Entries", [5]),
        ("PutEvents", "Entries", [{"Source": True}]),
        ("PutEvents", "Entries", [{"Time": "yesterday"}]),
        ("SendDataIntegrationEvent", "data", {"a": 1}),
        ("SendDataIntegrationEvent", "eventGroupId", 5),
        ("SendEvent", "ContentType", ["a"]),
        ("SendConnectorEvent", "StatusCode", "200"),
    ],
)
def test_a_wrong_json_type(url, operation, member, value):
    sent = valid(operation)
    body = json.dumps({**json.loads(sent["body"]), member: value}).encode()
    assert send(url, {**sent, "body": body}) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("operation", "change", "expected"),
    [
        ("PutEvents", {"target": "AWSEvents.PutNothing"}, 400),
        ("PutEvents", {"target": "Nobody.PutEvents"}, 400),
        ("PutEvents", {"target": None}, 400),
        ("SendEvent", {"path": "/participant/nothing"}, 404),
        ("SendConnectorEvent", {"path": "/connector-event/a/b"}, 404),
        ("SendDataIntegrationEvent", {"path": "/"}, 404),
        ("SendConnectorEvent", {"method": "PUT"}, 404),
    ],
)
def test_an_unknown_target_or_path(url, operation, change, expected):
    sent = valid(operation)
    if "target" in change:
        sent["headers"]["X-Amz-Target"] = change["target"]
    sent |= {name: value for name, value in change.items() if name != "target"}
    assert send(url, sent) == (expected, "UnknownOperationException")


SIGNED = ["PutEvents", "SendConnectorEvent", "SendDataIntegrationEvent"]


@pytest.mark.parametrize("operation", SIGNED)
def test_no_authentication(url, operation):
    assert send(url, valid(operation), sign=False) == (403, "MissingAuthenticationTokenException")


@pytest.mark.parametrize("operation", SIGNED)
@pytest.mark.parametrize(
    "header", ["AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=x", "Basic eDp5", "nonsense"]
)
def test_a_malformed_authorization_header(url, operation, header):
    sent = {**valid(operation), "after": {"Authorization": header}}
    assert send(url, sent) == (400, "IncompleteSignatureException")


@pytest.mark.parametrize("operation", SIGNED)
@pytest.mark.parametrize("service", ["wrong", "events-not", "sts"])
def test_a_wrong_scope(url, operation, service):
    assert send(url, {**valid(operation), "service": service}) == (403, "InvalidSignatureException")


def test_the_scope_of_another_service_that_is_served_here(url):
    sent = {**valid("SendDataIntegrationEvent"), "service": "events"}
    assert send(url, sent) == (403, "InvalidSignatureException")


@pytest.mark.parametrize("token", [None, "", " "])
@pytest.mark.parametrize("sign", [True, False])
def test_no_bearer_token(url, token, sign):
    sent = valid("SendEvent")
    sent["headers"]["X-Amz-Bearer"] = token
    assert send(url, sent, sign=sign) == (403, "AccessDeniedException")


@pytest.mark.parametrize("operation", sorted(NEWEST))
def test_a_body_over_the_limit(url, operation):
    sent = {**valid(operation), "body": b" " * (BODY_LIMIT + 1)}
    assert send(url, sent) == (413, "RequestEntityTooLargeException")


@pytest.mark.parametrize("operation", sorted(NEWEST))
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/x-amz-json-1.0", "", None]
)
def test_a_wrong_content_type_is_no_crash(url, operation, content_type):
    sent = valid(operation)
    sent["headers"]["Content-Type"] = content_type
    status, _ = send(url, sent)
    assert 200 <= status < 500


@pytest.mark.parametrize("operation", sorted(NEWEST))
def test_duplicate_keys_are_no_crash(url, operation):
    sent = valid(operation)
    name, value = next(iter(json.loads(sent["body"]).items()))
    doubled = b"{" + json.dumps(name).encode() + b": " + json.dumps(value).encode() + b", " + sent["body"][1:]
    status, _ = send(url, {**sent, "body": doubled})
    assert 200 <= status < 500
