"""Responses understood: outcomes and deviations, as the judge gets them."""

from pathlib import Path

import msgspec
import pytest
import yaml

from harness.contract import Contract
from harness.contract.model import QueryError
from harness.exchange import Deviation, Headers, Outcome, Response
from harness.wire import ErrorReply, protocol_for

FILE = Path(__file__).parents[2] / "data" / "wire_contracts.yaml"
CONTRACTS = {k: msgspec.convert(v, Contract) for k, v in yaml.safe_load(FILE.read_text()).items()}
REST = {"Content-Type": "application/json"}
JSON = {"Content-Type": "application/x-amz-json-1.1"}
UUID = "00000000-0000-0000-0000-000000000000"


def read(name, status, body=b"", headers=None):
    contract = CONTRACTS[name]
    default = JSON if contract.protocol == "json" else REST
    response = Response(status, Headers.of(default if headers is None else headers), body)
    return protocol_for(contract).read_response(contract, response)


def test_a_success_as_contracted_has_no_deviation():
    assert read("SendDataIntegrationEvent", 200, b'{"eventId":"%s"}' % UUID.encode()) == Outcome(
        "output", status=200, output={"eventId": UUID}
    )


SUPPLY = "supplychain:SendDataIntegrationEvent"
DEVIATIONS = [
    pytest.param(
        "SendDataIntegrationEvent", 200, b"{}", None,
        Deviation("response-missing-member", f"{SUPPLY}#/output/eventId/required", "the member", "nothing"),
        id="missing",
    ),
    pytest.param(
        "SendDataIntegrationEvent", 200, b'{"eventId":5}', None,
        Deviation("response-type", f"{SUPPLY}#/output/eventId/type", "type string", "5"),
        id="type",
    ),
    pytest.param(
        "SendDataIntegrationEvent", 200, b'{"eventId":"%s","x":1}' % UUID.encode(), None,
        Deviation("response-unknown-member", f"{SUPPLY}#/output/x/unknown", "no such member", "1"),
        id="unknown",
    ),
    pytest.param(
        "SendDataIntegrationEvent", 202, b'{"eventId":"%s"}' % UUID.encode(), None,
        Deviation("response-status", f"{SUPPLY}#/http/code", "200", "202"),
        id="status",
    ),
    pytest.param(
        "SendDataIntegrationEvent", 200, b'{"eventId":"x"}', None,
        Deviation(
            "response-constraint", f"{SUPPLY}#/output/eventId/pattern",
            "pattern [a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}", "x",
        ),
        id="constraint",
    ),
    pytest.param(
        "SendDataIntegrationEvent", 200, b'{"eventId":"%s"}' % UUID.encode(), {"Content-Type": "text/html"},
        Deviation("response-header", f"{SUPPLY}#/output/content-type", "a content type of JSON", "text/html"),
        id="content-type",
    ),
    pytest.param(
        "SendDataIntegrationEvent", 200, b'{"eventId":"%s"}' % UUID.encode(), {},
        Deviation("response-header", f"{SUPPLY}#/output/content-type", "a content type of JSON", "none"),
        id="no-content-type",
    ),
    pytest.param(
        "Everything", 201, b'{"text":"x"}', {**REST, "X-Count": "many"},
        Deviation(
            "response-header", "synthetic:Everything#/output/count/type", "a whole number",
            '"many" is not a whole number',
        ),
        id="header",
    ),
    pytest.param(
        "Everything", 201, b'{"text":"x","iso":5}', None,
        Deviation("response-type", "synthetic:Everything#/output/iso/type", "type timestamp", "5"),
        id="timestamp-form",
    ),
    pytest.param(
        "Everything", 201, b'{"text":"x","renamed":"y"}', None,
        Deviation(
            "response-unknown-member", "synthetic:Everything#/output/wire:renamed/unknown", "no such member",
            "y",
        ),
        id="not-the-wire-name",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "status", "body", "headers", "deviation"), DEVIATIONS)
def test_each_deviation_is_named_alone(name, status, body, headers, deviation):
    """One fault in a response is one deviation, with its pointer."""
    outcome = read(name, status, body, headers)
    assert outcome.kind == "output"
    assert outcome.deviations == (deviation,)


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "application/x-amz-json-1.0", "application/hal+json"]
)
def test_every_spelling_of_json_will_do(content_type):
    assert read("SendEvent", 200, b"{}", {"Content-Type": content_type}).deviations == ()


def test_the_status_is_an_output_member_where_the_contract_says_so():
    outcome = read("Everything", 299, b'{"text":"x"}')
    assert (outcome.output, outcome.deviations) == ({"text": "x", "status": 299}, ())


def test_a_long_value_is_shortened():
    outcome = read("SendDataIntegrationEvent", 200, b'{"eventId":"%s"}' % (b"x" * 500))
    assert outcome.deviations[0].got == "x" * 197 + "..."


def test_a_missing_header_is_missing_and_an_unreadable_one_is_not():
    contract = CONTRACTS["Everything"]
    members = dict(contract.shapes["EverythingOutput"].members)
    members["count"] = msgspec.structs.replace(members["count"], required=True)
    shape = msgspec.structs.replace(contract.shapes["EverythingOutput"], members=members)
    contract = msgspec.structs.replace(contract, shapes={**contract.shapes, "EverythingOutput": shape})
    kinds = [
        [d.kind for d in protocol_for(contract).read_response(contract, response).deviations]
        for response in (
            Response(201, Headers.of(REST), b'{"text":"x"}'),
            Response(201, Headers.of({**REST, "X-Count": "x"}), b'{"text":"x"}'),
        )
    ]
    assert kinds == [["response-missing-member"], ["response-header"]]


def test_a_status_that_allows_no_body_excuses_its_members():
    contract = CONTRACTS["SendDataIntegrationEvent"]
    contract = msgspec.structs.replace(contract, http=msgspec.structs.replace(contract.http, code=204))
    outcome = protocol_for(contract).read_response(contract, Response(204))
    assert outcome == Outcome("output", status=204, output={})


def test_without_an_output_every_body_will_do():
    for name in ("PutEvents", "SendEvent"):
        contract = msgspec.structs.replace(CONTRACTS[name], output=None)
        outcome = protocol_for(contract).read_response(contract, Response(200, body=b"<anything>"))
        assert outcome == Outcome("output", status=200, output={})


ERRORS = [
    pytest.param(
        "SendEvent", 403, b'{"Message":"m"}', {"x-amzn-errortype": "AccessDeniedException:http://x/"},
        {"code": "AccessDeniedException", "message": "m", "modelled": True, "fault": "client"},
        id="header",
    ),
    pytest.param(
        "SendEvent", 403, b'{"message":"m"}', {"x-amzn-errortype": "AccessDeniedException"},
        {"code": "AccessDeniedException", "message": "m", "modelled": True, "fault": "client"},
        id="small-message",
    ),
    pytest.param(
        "SendEvent", 400, b'{"code":"a#ValidationException"}', {},
        {"code": "ValidationException", "fault": "client"},
        id="body-code",
    ),
    pytest.param("SendEvent", 400, b"{}", {}, {"fault": "client"}, id="no-code"),
    pytest.param("SendEvent", 400, b"", {}, {"fault": "client"}, id="nothing"),
    pytest.param("SendEvent", 302, b"", {}, {"fault": "client"}, id="redirect"),
    pytest.param("SendEvent", 429, b"{}", {}, {"fault": "client", "retryable": True}, id="too-many"),
    pytest.param("SendEvent", 503, b"{}", {}, {"fault": "server", "retryable": True}, id="unavailable"),
    pytest.param(
        "SendDataIntegrationEvent", 400, b"{}", {"x-amzn-errortype": "ThrottlingException"},
        {"code": "ThrottlingException", "modelled": True, "fault": "client", "retryable": True},
        id="declared-retryable",
    ),
    pytest.param(
        "PutEvents", 400, b'{"__type":"com.x#InternalException","message":5}', {},
        {"code": "InternalException", "message": "5", "modelled": True, "fault": "server"},
        id="json-type",
    ),
    pytest.param("PutEvents", 400, b'{"_type":"X"}', {}, {"fault": "client"}, id="misspelt-type"),
    pytest.param("PutEvents", 400, b'{"code":"InternalException"}', {}, {"fault": "client"}, id="json-code"),
    pytest.param(
        "PutEvents", 400, b"{}", {"x-amzn-errortype": "X"}, {"fault": "client"}, id="json-header"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "status", "body", "headers", "expected"), ERRORS)
def test_errors_are_what_an_sdk_sees(name, status, body, headers, expected):
    """The code and message are botocore's; a response that names no code has none."""
    assert read(name, status, body, headers) == Outcome("error", status=status, **expected)


def test_the_members_of_a_declared_error_are_checked():
    headers = {"x-amzn-errortype": "TeapotError"}
    outcome = read("Everything", 418, b'{"message":"m","Handle":"x","More":1}', headers)
    pointer = "synthetic:Everything#/errors/TeapotError/Handle/type"
    assert outcome.deviations == (Deviation("response-type", pointer, "type integer", "x"),)
    missing = read("Everything", 418, b"{}", headers)
    assert [(d.kind, d.pointer) for d in missing.deviations] == [
        ("response-missing-member", "synthetic:Everything#/errors/TeapotError/Message/required"),
        ("response-missing-member", "synthetic:Everything#/errors/TeapotError/Handle/required"),
    ]


UNREADABLE = [
    pytest.param("SendEvent", 200, b"<html>", "the body is not JSON", id="success"),
    pytest.param("SendEvent", 200, b"[]", "the body is not a JSON object but []", id="success-list"),
    pytest.param("SendEvent", 400, b"nonsense", "the body is not JSON", id="error"),
    pytest.param("SendEvent", 400, b"[]", "the body is not a JSON object but []", id="error-list"),
    pytest.param(
        "SendEvent", 404, b"<!DOCTYPE html>", "the body of the error 404 is a page of HTML", id="page"
    ),
    pytest.param("SendEvent", 502, b"<HTML>", "the body of the error 502 is a page of HTML", id="proxy"),
    pytest.param("PutEvents", 500, b" ", "the body of the error 500 is empty", id="empty"),
    pytest.param("PutEvents", 400, b'{"__type":5}', "botocore's parser fails: TypeError", id="type-of-type"),
]


@pytest.mark.parametrize(("name", "status", "body", "failure"), UNREADABLE)
def test_what_no_parser_reads_is_unreadable(name, status, body, failure):
    outcome = read(name, status, body)
    assert (outcome.kind, outcome.status) == ("unreadable", status)
    assert failure in outcome.failure


def test_a_stream_of_events_is_unreadable_with_its_reason():
    contract = CONTRACTS["SendEvent"]
    string = msgspec.structs.replace(contract.shapes["String"], traits={"eventstream": True})
    contract = msgspec.structs.replace(contract, shapes={**contract.shapes, "String": string})
    outcome = protocol_for(contract).read_response(contract, Response(200, body=b"\0"))
    assert outcome.failure == ("connectparticipant:SendEvent#/output/Id: a frame is cut off after 1 bytes")


def test_a_code_of_the_query_protocol_is_named_as_the_contract_does():
    """Services that came from the query protocol still answer with its codes, which botocore prefers."""
    contract = CONTRACTS["PutEvents"]
    shape = msgspec.structs.replace(
        contract.shapes["InternalException"], query_error=QueryError("AWS.Old.Code")
    )
    contract = msgspec.structs.replace(
        contract,
        metadata={**contract.metadata, "awsQueryCompatible": {}},
        shapes={**contract.shapes, "InternalException": shape},
    )
    protocol = protocol_for(contract)
    response = protocol.serialize_error(contract, ErrorReply("InternalException", 500, "m"))
    assert response.headers.get("x-amzn-query-error") == "AWS.Old.Code;Receiver"
    outcome = protocol.read_response(contract, response)
    assert (outcome.code, outcome.modelled) == ("InternalException", True)
    assert protocol.encode_request(contract, {}).headers.get("x-amzn-query-mode") == "true"


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("com.amazonaws.events#InternalException", ("InternalException", True)),
        ("InternalException", ("InternalException", True)),
        ("com.amazonaws.events#Other", ("AWS.Old.Code", False)),
    ],
    ids=["in-a-namespace", "bare", "undeclared"],
)
def test_a_code_of_the_query_protocol_that_no_contract_says_gives_way_to_the_name(named, expected):
    """SQS's model says none of its old codes, and botocore makes the exception of the name in the body."""
    contract = CONTRACTS["PutEvents"]
    metadata = {**contract.metadata, "awsQueryCompatible": {}}
    contract = msgspec.structs.replace(contract, metadata=metadata)
    fields = Headers.of({**JSON, "x-amzn-query-error": "AWS.Old.Code;Sender"})
    response = Response(400, fields, b'{"__type":"%s","message":"m"}' % named.encode())
    outcome = protocol_for(contract).read_response(contract, response)
    assert (outcome.code, outcome.modelled) == expected
