"""From service models to contracts: every fact gets its trait, and nothing is lost."""

from __future__ import annotations

import pytest

from harness.contract.model import Bounds, QueryError, Retryable, XmlNamespace
from harness.errors import ContractError
from harness.importers.botocore import InstalledBotocore
from harness.importers.models import Folder, ServiceModels
from harness.importers.service_model import TIMESTAMP_FORMATS, contract_from_model, resolve_protocol

INSTALLED = InstalledBotocore()


def make_model(shapes=None, operation=None, **metadata):
    """A service model with one operation ``Do`` whose input is the shape ``In``."""
    return {
        "metadata": {"protocol": "rest-json", **metadata},
        "operations": {
            "Do": {
                "name": "Do",
                "http": {"method": "POST", "requestUri": "/do"},
                "input": {"shape": "In"},
                **(operation or {}),
            }
        },
        "shapes": {"In": {"type": "structure", "members": {}}, "S": {"type": "string"}, **(shapes or {})},
    }


def read(model):
    return contract_from_model("svc", model, "Do", "2020-01-01", ())


def read_shape(raw, **metadata):
    members = {"It": {"shape": "It"}}
    model = make_model({"In": {"type": "structure", "members": members}, "It": raw}, **metadata)
    return read(model).shapes["It"]


def read_member(raw, shape=None, **metadata):
    shapes = {"In": {"type": "structure", "members": {"It": {"shape": "S", **raw}}}, **(shape or {})}
    return read(make_model(shapes, **metadata)).shapes["In"].members["It"]


@pytest.mark.parametrize(
    ("raw", "attributes"),
    [
        ({"type": "string", "min": 1, "max": 2}, {"length": Bounds(1, 2)}),
        ({"type": "list", "member": {"shape": "S"}, "max": 10}, {"length": Bounds(None, 10)}),
        ({"type": "map", "key": {"shape": "S"}, "value": {"shape": "S"}, "min": 1}, {"length": Bounds(1)}),
        ({"type": "blob", "max": 9}, {"length": Bounds(None, 9), "type": "blob"}),
        ({"type": "integer", "min": 100, "max": 550, "box": True}, {"range": Bounds(100, 550), "box": True}),
        ({"type": "double", "min": 0.5}, {"range": Bounds(0.5)}),
        ({"type": "string", "pattern": "[a-z]+"}, {"pattern": "[a-z]+"}),
        ({"type": "string", "enum": ["A", "B"]}, {"enum": ("A", "B")}),
        ({"type": "string", "sensitive": True}, {"sensitive": True}),
        (
            {"type": "blob", "streaming": True, "requiresLength": True},
            {"streaming": True, "requires_length": True},
        ),
        ({"type": "list", "member": {"shape": "S"}, "flattened": True}, {"xml_flattened": True}),
        ({"type": "list", "member": {"shape": "S"}, "sparse": True}, {"sparse": True}),
        ({"type": "timestamp", "timestampFormat": "iso8601"}, {"timestamp_format": "date-time"}),
        ({"type": "timestamp", "timestampFormat": "rfc822"}, {"timestamp_format": "http-date"}),
        ({"type": "timestamp", "timestampFormat": "unixTimestamp"}, {"timestamp_format": "epoch-seconds"}),
        ({"type": "timestamp", "timestampFormat": "sundial"}, {"traits": {"timestampFormat": "sundial"}}),
        ({"type": "structure", "members": {}, "union": True}, {"type": "union"}),
        ({"type": "structure", "members": {}, "document": True}, {"type": "document", "members": {}}),
        (
            {"type": "structure", "members": {}, "eventstream": True},
            {"type": "union", "streaming": True, "traits": {"eventstream": True}},
        ),
        ({"type": "character"}, {"type": "string"}),
        ({"type": "string", "documentation": "Prose."}, {"documentation": None, "traits": {}}),
        ({"type": "string", "neverSeen": {"a": 1}}, {"traits": {"neverSeen": {"a": 1}}}),
        (
            {"type": "structure", "members": {}, "xmlNamespace": {"uri": "u", "prefix": "p"}},
            {"xml_namespace": XmlNamespace("u", "p")},
        ),
        (
            {"type": "structure", "members": {}, "deprecated": True, "deprecatedMessage": "Old."},
            {"deprecated": True, "traits": {"deprecatedMessage": "Old."}},
        ),
    ],
    ids=lambda item: None if isinstance(item, dict) and "type" not in item else str(item)[:60],
)
def test_a_shapes_facts_become_smithys_traits(raw, attributes):
    shape = read_shape(raw)
    assert {name: getattr(shape, name) for name in attributes} == attributes


@pytest.mark.parametrize(
    ("raw", "attributes"),
    [
        ({"location": "uri", "locationName": "id"}, {"http_label": "id"}),
        ({"location": "header", "locationName": "X-Id"}, {"http_header": "X-Id"}),
        ({"location": "querystring", "locationName": "q"}, {"http_query": "q"}),
        ({"location": "statusCode"}, {"http_response_code": True}),
        ({"locationName": "it"}, {"json_name": "it", "xml_name": None}),
        ({"locationName": "It"}, {"json_name": None}),
        ({"idempotencyToken": True}, {"idempotency_token": True}),
        ({"hostLabel": True}, {"host_label": "It"}),
        ({"jsonvalue": True}, {"media_type": "application/json"}),
        ({"queryName": "Q"}, {"query_name": "Q"}),
        ({"enum": ["X"]}, {"enum": ("X",)}),
        ({"contextParam": {"name": "It"}}, {"traits": {"contextParam": {"name": "It"}}}),
        ({"documentation": "Prose."}, {"documentation": None, "traits": {}}),
    ],
    ids=lambda item: str(item)[:50],
)
def test_a_members_facts_become_smithys_traits(raw, attributes):
    member = read_member(raw)
    assert {name: getattr(member, name) for name in attributes} == attributes


def test_maps_outside_the_body_spread_over_headers_and_query():
    table = {"M": {"type": "map", "key": {"shape": "S"}, "value": {"shape": "S"}}}
    query = read_member({"shape": "M", "location": "querystring"}, table)
    headers = read_member({"shape": "M", "location": "headers", "locationName": "x-meta-"}, table)
    assert query.http_query_params is True
    assert headers.http_prefix_headers == "x-meta-"


def test_names_on_the_wire_follow_the_protocol():
    """XML and query protocols read xmlName; a JSON service that also speaks query has both."""
    raw = {"locationName": "it"}
    assert read_member(raw, protocol="rest-xml").xml_name == "it"
    assert read_member(raw, protocol="query").xml_name == "it"
    both = read_member(raw, protocol="json", protocols=["json", "query"])
    assert (both.json_name, both.xml_name) == ("it", "it")


def test_bindings_mean_something_only_at_the_top_of_a_rest_operation():
    """Elsewhere the member is an ordinary one, and the model's word is kept."""
    nested = {
        "In": {"type": "structure", "members": {"Deep": {"shape": "Deep"}}},
        "Deep": {
            "type": "structure",
            "members": {"It": {"shape": "S", "location": "header", "locationName": "x"}},
        },
    }
    inner = read(make_model(nested)).shapes["Deep"].members["It"]
    assert (inner.http_header, inner.json_name, inner.traits) == (None, "x", {"location": "header"})
    rpc = read_member({"location": "header", "locationName": "x"}, protocol="json")
    assert (rpc.http_header, rpc.json_name) == (None, "x")


def test_a_payload_is_named_on_its_member():
    shapes = {
        "In": {
            "type": "structure",
            "required": ["Body", "Gone"],
            "payload": "Body",
            "members": {"Body": {"shape": "S"}, "Other": {"shape": "S"}},
        }
    }
    shape = read(make_model(shapes)).shapes["In"]
    assert (shape.members["Body"].http_payload, shape.members["Body"].required) == (True, True)
    assert (shape.members["Other"].http_payload, shape.members["Other"].required) == (False, False)
    assert shape.traits == {"required": ["Gone"]}  # no member has that name


@pytest.mark.parametrize(
    ("raw", "metadata", "attributes"),
    [
        (
            {"error": {"httpStatusCode": 402, "senderFault": True}, "exception": True},
            {},
            {"error": "client", "http_error": 402, "error_code": None, "traits": {}},
        ),
        ({"exception": True, "fault": True}, {}, {"error": "server", "http_error": None, "retryable": None}),
        ({"exception": True}, {}, {"error": "client", "http_error": None}),
        (
            {"error": {"code": "Er.Other", "httpStatusCode": 400}, "exception": True},
            {"protocol": "query"},
            {"error_code": "Er.Other", "query_error": None},
        ),
        (
            {"error": {"code": "Er.Other", "httpStatusCode": 400}, "exception": True},
            {"protocol": "json", "awsQueryCompatible": {}},
            {"error_code": None, "query_error": QueryError("Er.Other", 400)},
        ),
        ({"error": {"code": "Er"}, "exception": True}, {}, {"error_code": None}),
        ({"exception": True, "retryable": {"throttling": True}}, {}, {"retryable": Retryable(True)}),
        ({"exception": True, "retryable": {"throttling": False}}, {}, {"retryable": Retryable(False)}),
        (
            {"error": {"senderFault": False}, "exception": True},
            {},
            {"error": "client", "traits": {"senderFault": False}},
        ),
    ],
    ids=[
        "status",
        "fault",
        "bare",
        "query-code",
        "query-compatible",
        "same-code",
        "throttling",
        "retry",
        "odd",
    ],
)
def test_errors_say_code_status_side_and_retry(raw, metadata, attributes):
    model = make_model(
        {"Er": {"type": "structure", "members": {}, **raw}}, {"errors": [{"shape": "Er"}]}, **metadata
    )
    shape = read(model).shapes["Er"]
    assert {name: getattr(shape, name) for name in attributes} == attributes


@pytest.mark.parametrize(
    ("status", "metadata", "expected"),
    [
        (422, {}, ("ValidationException", 422)),
        (None, {}, ("ValidationException", 400)),
        (400, {"protocol": "query"}, ("ValidationError", 400)),
        (400, {"protocol": "ec2"}, ("InvalidParameterValue", 400)),
    ],
    ids=["declared", "no-status", "query", "ec2"],
)
def test_what_a_broken_constraint_gets_is_guessed_from_the_model(status, metadata, expected):
    error = {"error": {"httpStatusCode": status}} if status else {}
    raw = {"type": "structure", "members": {}, "exception": True, **error}
    model = make_model(
        {"ValidationException": raw}, {"errors": [{"shape": "ValidationException"}]}, **metadata
    )
    validation = read(model).validation
    assert (validation.code, validation.status, validation.source) == (*expected, "assumed")


def test_what_stands_beside_a_reference_counts_for_the_error():
    """One service gives status and code only where the operation declares its errors."""
    inline = {"shape": "Er", "error": {"code": "Er", "httpStatusCode": 400}, "exception": True}
    model = make_model({"Er": {"type": "structure", "members": {}}}, {"errors": [inline]})
    assert read(model).shapes["Er"].http_error == 400


def test_the_operations_own_words_are_kept():
    operation = {
        "http": {"method": "PUT", "requestUri": "/do/{id}", "responseCode": 202},
        "idempotent": True,
        "endpoint": {"hostPrefix": "data-{AccountId}."},
        "output": {"shape": "S2", "resultWrapper": "DoResult"},
        "httpChecksum": {"requestChecksumRequired": True},
        "authtype": "none",
        "documentation": "Prose.",
    }
    contract = read(make_model({"S2": {"type": "structure", "members": {}}}, operation))
    assert (contract.http.method, contract.http.uri, contract.http.code) == ("PUT", "/do/{id}", 202)
    assert (contract.idempotent, contract.endpoint, contract.auth.scheme) == (
        True,
        "data-{AccountId}.",
        "none",
    )
    assert contract.traits == {
        "httpChecksum": {"requestChecksumRequired": True},
        "authtype": "none",
        "output": {"resultWrapper": "DoResult"},
    }


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"protocol": "query"}, "query"),
        ({"protocol": "smithy-rpc-v2-cbor", "protocols": ["smithy-rpc-v2-cbor", "json"]}, "json"),
        ({"protocol": "smithy-rpc-v2-cbor", "protocols": ["smithy-rpc-v2-cbor"]}, "smithy-rpc-v2-cbor"),
        ({"protocol": "rest-xml", "protocols": ["rest-xml"]}, "rest-xml"),
    ],
    ids=["single", "json-before-cbor", "cbor-only", "rest-xml"],
)
def test_the_protocol_is_the_one_botocore_speaks(metadata, expected):
    assert resolve_protocol(metadata) == expected


@pytest.mark.parametrize(
    ("model", "operation", "message"),
    [
        (
            make_model(),
            "Undo",
            "svc:Undo: the model has no operation Undo\n  Name one of the service's operations.",
        ),
        (
            make_model({"In": {"type": "structure", "members": {"A": {"shape": "Gone"}}}}),
            "Do",
            "svc:Do: the model names a shape Gone that it does not have\n  Import another release.",
        ),
    ],
    ids=["no-operation", "dangling"],
)
def test_refuses_a_model_that_contradicts_itself(model, operation, message):
    with pytest.raises(ContractError) as caught:
        contract_from_model("svc", model, operation, "2020-01-01", ())
    assert str(caught.value) == message


# ---------------------------------------------------------------------------------------------------
# Nothing is lost: the model can be written back from the contract.
# ---------------------------------------------------------------------------------------------------

FLAGS = {
    "sensitive": "sensitive", "streaming": "streaming", "requires_length": "requiresLength",
    "deprecated": "deprecated", "box": "box", "sparse": "sparse", "xml_flattened": "flattened",
    "xml_attribute": "xmlAttribute",
}  # fmt: skip
SPELLINGS = {smithy: botocore for botocore, smithy in TIMESTAMP_FORMATS.items()}


def write_traits(traits):
    raw = dict(traits.traits)
    raw |= {key: True for name, key in FLAGS.items() if getattr(traits, name)}
    for bounds in (traits.length, traits.range):
        if bounds is not None:
            raw |= {key: getattr(bounds, key) for key in ("min", "max") if getattr(bounds, key) is not None}
    if traits.pattern is not None:
        raw["pattern"] = traits.pattern
    if traits.enum is not None:
        raw["enum"] = list(traits.enum)
    if traits.timestamp_format is not None:
        raw["timestampFormat"] = SPELLINGS[traits.timestamp_format]
    if traits.media_type is not None:
        raw["jsonvalue"] = True
    if traits.xml_namespace is not None:
        space = traits.xml_namespace
        raw["xmlNamespace"] = {"uri": space.uri} | ({"prefix": space.prefix} if space.prefix else {})
    name = traits.json_name or traits.xml_name
    if name is not None:
        raw["locationName"] = name
    return raw


def write_member(member):
    raw = {"shape": member.target, **write_traits(member)}
    for attribute, location in (
        ("http_label", "uri"), ("http_header", "header"), ("http_query", "querystring"),
        ("http_prefix_headers", "headers"),
    ):  # fmt: skip
        if getattr(member, attribute) is not None:
            raw |= {"location": location, "locationName": getattr(member, attribute)}
    if member.http_query_params:
        raw["location"] = "querystring"
    if member.http_response_code:
        raw["location"] = "statusCode"
    if member.idempotency_token:
        raw["idempotencyToken"] = True
    if member.host_label is not None:
        raw["hostLabel"] = True
    if member.query_name is not None:
        raw["queryName"] = member.query_name
    return raw


def write_shape(shape):
    raw = write_traits(shape)
    raw["type"] = "structure" if shape.type in ("union", "document") else shape.type
    if shape.type == "union":
        raw["union"] = True
    if shape.type == "document":
        raw["document"] = True
    if raw["type"] == "structure":
        raw.setdefault("members", {name: write_member(member) for name, member in shape.members.items()})
        required = [name for name, member in shape.members.items() if member.required]
        raw["required"] = sorted([*required, *raw.get("required", ())])
        payload = [name for name, member in shape.members.items() if member.http_payload]
        raw |= {"payload": payload[0]} if payload else {}
    raw |= {
        part: write_member(getattr(shape, part))
        for part in ("member", "key", "value")
        if getattr(shape, part)
    }
    if shape.error is not None:
        raw["exception"] = True
        raw |= {"fault": True} if shape.error == "server" else {}
        code = shape.error_code or (shape.query_error.code if shape.query_error else None)
        raw["error"] = {"code": code, "httpStatusCode": shape.http_error}
        raw["error"]["senderFault"] = raw.pop("senderFault", None)
    if shape.retryable is not None:
        raw["retryable"] = {"throttling": shape.retryable.throttling}
    return raw


def plainly(name, raw):
    """A model's shape without prose and without ways of saying nothing."""
    raw = {key: value for key, value in raw.items() if key != "documentation" and value is not False}
    for part in ("member", "key", "value"):
        if part in raw:
            raw[part] = {key: value for key, value in raw[part].items() if key != "documentation"}
    if "members" in raw:
        raw["members"] = {key: plain_member(key, value) for key, value in raw["members"].items()}
        raw["required"] = sorted(raw.get("required", ()))
    if raw.get("eventstream"):
        raw |= {"union": True, "streaming": True}
    if raw.get("exception"):
        error = dict(raw.get("error", {}))
        sender = error.pop("senderFault", None)
        contradicts = sender is not None and bool(sender) is bool(raw.get("fault"))
        code = error.pop("code", None)
        raw["error"] = {
            "code": None if code == name else code,
            "httpStatusCode": error.pop("httpStatusCode", None),
            "senderFault": sender if contradicts else None,
            **error,
        }
    return raw


def plain_member(name, raw):
    kept = {key: value for key, value in raw.items() if key != "documentation" and value is not False}
    located = kept.get("location")
    if kept.get("locationName") == name and located is None:
        del kept["locationName"]
    if located in ("uri", "header", "querystring", "headers"):
        kept.setdefault("locationName", name)
    if located == "statusCode":
        kept.pop("locationName", None)
    return kept


@pytest.mark.parametrize(
    "service",
    [
        "acm", "apigateway", "autoscaling", "bedrock-agent-runtime", "cloudfront", "cloudwatch",
        "connectparticipant", "dynamodb", "events", "importexport", "iot-managed-integrations", "lex-runtime",
        "neptune-graph", "omics", "rds", "s3", "s3control", "sdb", "sqs", "supplychain",
    ],
)  # fmt: skip
def test_nothing_of_a_model_is_lost(service):
    """Every shape of every operation can be written back as the model has it, prose apart."""
    model = ServiceModels(Folder(INSTALLED_DATA)).model(service)
    seen = 0
    for operation in model["operations"]:
        contract = contract_from_model(service, model, operation, "2020-01-01", ())
        for name, shape in contract.shapes.items():
            expected = plainly(name, model["shapes"][name])
            written = write_shape(shape)
            for key, member in [*written.get("members", {}).items(), *expected.get("members", {}).items()]:
                if member.get("locationName") == key and "location" not in member:
                    del member["locationName"]  # says what is understood, except of XML roots
                if member.get("location") == "querystring" and is_map(model, member):
                    member.pop("locationName", None)
            assert written == expected, f"{operation}: {name}"
            seen += 1
    assert seen >= len(model["operations"])


def is_map(model, member):
    return model["shapes"][member["shape"]]["type"] == "map"


def installed_data():
    import importlib.util
    from pathlib import Path

    return Path(importlib.util.find_spec("botocore").origin).parent / "data"


INSTALLED_DATA = installed_data()


def test_the_installed_release_knows_its_services_and_operations():
    assert {"events", "supplychain", "connectparticipant", "iot-managed-integrations"} <= set(
        INSTALLED.services()
    )
    assert "PutEvents" in INSTALLED.operations("events")
    contract = INSTALLED.load("events", "PutEvents")
    assert contract.version == f"botocore-{INSTALLED.release}"
    assert [source.title for source in contract.sources] == [f"botocore {INSTALLED.release}"]
