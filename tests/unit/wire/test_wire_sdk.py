"""botocore's word on a contract: what it builds, what it refuses, what it reads."""

from datetime import UTC, datetime
from pathlib import Path

import botocore.loaders
import msgspec
import pytest
import yaml

from harness.contract import Contract
from harness.exchange import Headers, Request, Response
from harness.importers.botocore import contract_from_model
from harness.wire import Unreadable, sdk

FILE = Path(__file__).parents[2] / "data" / "wire_contracts.yaml"
CONTRACTS = {k: msgspec.convert(v, Contract) for k, v in yaml.safe_load(FILE.read_text()).items()}
EVERYTHING = CONTRACTS["Everything"]
LABELS = {"id": "a b", "when": 0, "rest": "b/c", "account": "acme"}


def test_put_events_is_built_as_botocore_does():
    """With an endpoint id too: only signing that needs what is not installed."""
    document = {"Entries": [{"Time": 1}], "EndpointId": "abc.def"}
    assert sdk.serialize(CONTRACTS["PutEvents"], document) == Request(
        "POST",
        "/",
        Headers.of({"X-Amz-Target": "AWSEvents.PutEvents", "Content-Type": "application/x-amz-json-1.1"}),
        b'{"Entries": [{"Time": 1}], "EndpointId": "abc.def"}',
    )


def test_the_rest_binding_is_botocores():
    request = sdk.serialize(EVERYTHING, {**LABELS, "names": ["x", "y"], "flag": True, "profile": '{"a": 1}'})
    assert request.method == "PUT"
    assert request.target == "/things/a%20b/at/1970-01-01T00%3A00%3A00Z/b/c?mode=full&name=x&name=y"
    assert request.host_prefix == "acme.data."
    assert request.headers.get("X-Flag") == "true"
    assert request.headers.get("X-Profile") == "eyJhIjoxfQ=="
    assert request.headers.get("Host") is None
    assert request.body == b'{"account": "acme"}'


def test_idempotency_tokens_stay_left_out():
    request = sdk.serialize(CONTRACTS["SendEvent"], {"ContentType": "x", "ConnectionToken": "t"})
    assert request.body == b'{"ContentType": "x"}'


def test_parameters_are_those_of_a_user_of_boto3():
    document = {**LABELS, "data": "aGk=", "number": "-Infinity", "size": 5.0, "profile": "[1]", "text": None}
    assert sdk.params(EVERYTHING, document) == {
        **LABELS,
        "when": datetime(1970, 1, 1, tzinfo=UTC),
        "data": b"hi",
        "number": float("-inf"),
        "size": 5,
        "profile": [1],
        "text": None,
    }
    assert sdk.params(msgspec.structs.replace(EVERYTHING, input=None), None) == {}


REFUSED = [
    pytest.param({"id": None}, "Invalid type for parameter id", id="null"),
    pytest.param({"text": 5}, "Invalid type for parameter text", id="type"),
    pytest.param({"stranger": 1}, 'Unknown parameter in input: "stranger"', id="unknown"),
    pytest.param({"account": "a_b"}, "Must contain only alphanumeric characters", id="host"),
    pytest.param({"id": ""}, "the label 'id' is empty, which names another path", id="label"),
    pytest.param({"id": "\ud800"}, "surrogates not allowed", id="surrogate"),
    pytest.param({"when": "2020-01-01"}, "'2020-01-01' is no timestamp", id="timestamp"),
    pytest.param({"at": 1e30}, "no datetime holds 1e+30", id="beyond-calendars"),
    pytest.param({"data": "?"}, "'?' is no base64", id="blob"),
    pytest.param({"profile": "{"}, "'{' is no JSON text", id="json"),
    pytest.param({"profile": "null"}, "botocore sends no header for a JSON null", id="json-null"),
    pytest.param({"tags": ["a\r\nb"]}, 'a header cannot carry the text "a\\r\\nb"', id="header"),
    pytest.param({"choice": {}}, "Must set one of the following keys for tagged union", id="union"),
    pytest.param({"nested": {"label": -1}}, "valid min value: 0", id="range"),
]


@pytest.mark.parametrize(("members", "problem"), REFUSED)
def test_what_botocore_does_not_send_is_refused(members, problem):
    with pytest.raises(sdk.SdkRefuses) as caught:
        sdk.serialize(EVERYTHING, {**LABELS, **members})
    assert problem in caught.value.problem
    assert caught.value.where.startswith("synthetic:Everything#/input")
    assert caught.value.remedy


def test_a_missing_member_is_refused_with_the_whole_message():
    with pytest.raises(sdk.SdkRefuses) as caught:
        sdk.serialize(CONTRACTS["PutEvents"], {})
    assert str(caught.value) == (
        "events:PutEvents#/input: botocore refuses to build the request: "
        'Missing required parameter in input: "Entries"\n'
        "  Send it with the raw encoder instead."
    )


def test_the_model_is_made_once_for_each_contract():
    copy = msgspec.structs.replace(EVERYTHING)
    assert sdk.service_model(EVERYTHING) is sdk.service_model(EVERYTHING)
    assert sdk.service_model(copy) is not sdk.service_model(EVERYTHING)


def test_errors_are_parsed_with_their_members():
    headers = Headers.of({"x-amzn-errortype": "TeapotError", "X-Color": "red"})
    parsed = sdk.parse(EVERYTHING, Response(418, headers, b'{"Message":"m","Handle":1}'))
    assert parsed["Error"] == {"Message": "m", "Code": "TeapotError"}
    assert (parsed["Message"], parsed["Color"], parsed["Handle"]) == ("m", "red", 1)


def test_a_payload_of_bytes_is_read_as_bytes():
    contract = CONTRACTS["PutPayload"]
    parsed = sdk.parse(contract, Response(200, Headers(), b"\xff\x00"))
    assert parsed["payload"] == b"\xff\x00"
    assert sdk.to_document(contract, "PutPayloadInput", parsed) == {"payload": "/wA="}


def test_repeated_headers_are_joined():
    headers = Headers.of([("X-Flag", "true"), ("x-meta-a", "1"), ("x-meta-a", "2")])
    parsed = sdk.parse(EVERYTHING, Response(201, headers, b"{}"))
    assert parsed["metadata"] == {"a": "1, 2"}


def test_what_botocore_cannot_read_is_unreadable():
    with pytest.raises(Unreadable) as caught:
        sdk.parse(EVERYTHING, Response(201, Headers.of({"X-Count": "x"}), b"{}"))
    assert caught.value.problem.startswith("botocore's parser fails: ValueError: ")
    with pytest.raises(Unreadable, match="botocore's parser fails: TypeError"):
        sdk.error_of(CONTRACTS["PutEvents"], Response(400, Headers(), b'{"__type":5}'))


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        pytest.param(b'{"__type":"X","message":"m"}', ("X", "m"), id="named"),
        pytest.param(b"{}", ("400", None), id="digits-for-no-code"),
        pytest.param(b'{"__type":"X","message":{"a":1}}', ("X", '{"a": 1}'), id="message-that-is-no-text"),
    ],
)
def test_code_and_message_are_those_of_a_user(body, seen):
    assert sdk.error_of(CONTRACTS["PutEvents"], Response(400, Headers(), body)) == seen


def test_python_values_become_documents():
    value = {
        "when": datetime(2020, 1, 1, 0, 0, 0, 500_000, UTC),
        "data": b"hi",
        "number": float("nan"),
        "names": ["a"],
        "more": {"a": "b"},
        "choice": {"SDK_UNKNOWN_MEMBER": {"name": "x"}},
        "ResponseMetadata": {},
    }
    assert sdk.to_document(EVERYTHING, "EverythingInput", value) == {
        "when": 1577836800.5,
        "data": "aGk=",
        "number": "NaN",
        "names": ["a"],
        "more": {"a": "b"},
        "choice": {"SDK_UNKNOWN_MEMBER": {"name": "x"}},
    }
    assert sdk.to_document(EVERYTHING, "Double", float("-inf")) == "-Infinity"
    assert sdk.to_document(EVERYTHING, "Blob", "text") == "dGV4dA=="


OPERATIONS = [
    ("events", "PutEvents"),
    ("connectparticipant", "SendEvent"),
    ("supplychain", "SendDataIntegrationEvent"),
    ("iot-managed-integrations", "SendConnectorEvent"),
    ("sqs", "SendMessage"),
    ("lambda", "Invoke"),
    ("bedrock-runtime", "Converse"),
]


@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=[f"{s}-{o}" for s, o in OPERATIONS])
def test_a_model_comes_back_from_its_contract(service, operation):
    """What botocore sees of our model is what it sees of its own: members, requiredness, places, errors."""
    original = botocore.loaders.Loader().load_service_model(service, "service-2")
    contract = contract_from_model(service, original, operation, "2020-01-01", ())
    theirs = sdk.ServiceModel(original, service).operation_model(operation)
    ours = sdk.service_model(contract).operation_model(operation)
    assert ours.http == theirs.http or {**ours.http, "responseCode": None} == {
        **theirs.http,
        "responseCode": None,
    }
    assert [shape.name for shape in ours.error_shapes] == [shape.name for shape in theirs.error_shapes]
    assert [shape.error_code for shape in ours.error_shapes] == [s.error_code for s in theirs.error_shapes]
    for side in ("input_shape", "output_shape"):
        assert view(getattr(ours, side)) == view(getattr(theirs, side))


def view(shape, above=()):
    """What matters of a botocore shape, down to its first repetition."""
    if shape is None or shape.name in above:
        return None
    kept = {
        **{k: v for k, v in shape.serialization.items() if k != "flattened"},
        **{
            k: v
            for k, v in shape.metadata.items()
            if k in ("required", "min", "max", "pattern", "union", "document")
        },
    }
    inner = (*above, shape.name)
    parts = {name: view(member, inner) for name, member in getattr(shape, "members", {}).items()}
    parts |= {
        part: view(getattr(shape, part), inner) for part in ("member", "key", "value") if hasattr(shape, part)
    }
    return shape.type_name, kept, parts
