"""Smithy models as contracts: every trait in its place, nothing lost, every fault with its pointer."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from harness.contract.model import Bounds, Contract, QueryError, Retryable, XmlNamespace
from harness.errors import ContractError, SelectorError
from harness.importers.service_model import contract_from_model
from harness.importers.smithy import SmithyModel
from harness.importers.smithy_names import botocore_name
from harness.importers.sources import open_source
from harness.wire import protocol_for

DATA = Path(__file__).parents[2] / "data"
STRING, UNIT = {"target": "smithy.api#String"}, {"target": "smithy.api#Unit"}
AWS_JSON = DATA / "smithy-ast" / "awsJson1_0.json"


def model_of(shapes, protocol="aws.protocols#restJson1", service=None, **more):
    """A model with one service ``a#Weather`` (sdkId ``Weather Map``) and shapes, ids without namespace."""
    head = {
        "type": "service",
        "version": "2006-03-01",
        "operations": [{"target": "a#GetCity"}],
        "traits": {
            "aws.api#service": {"sdkId": "Weather Map"},
            "aws.auth#sigv4": {"name": "weather"},
            protocol: {},
        },
    }
    named = {name if "#" in name else f"a#{name}": shape for name, shape in shapes.items()}
    return {"smithy": "2.0", "shapes": {"a#Weather": {**head, **(service or {})}, **named}, **more}


HTTP = {"smithy.api#http": {"method": "GET", "uri": "/cities/{id}", "code": 201}}
GET_CITY = {"type": "operation", "input": {"target": "a#Input"}, "traits": HTTP}
ID = {**STRING, "traits": {"smithy.api#required": {}, "smithy.api#httpLabel": {}}}


def input_of(members, **shapes):
    """The shapes of an operation with these input members."""
    return {"GetCity": GET_CITY, "Input": {"type": "structure", "members": {"id": ID, **members}}, **shapes}


def contract_of(tmp_path, document, operation="GetCity") -> Contract:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(document))
    return open_source(str(path)).load("weather-map", operation)


def said(value, but=("target", "members", "type")):
    """The fields of a shape or member that are not their defaults."""
    return {key: item for key, item in json.loads(msgspec.json.encode(value)).items() if key not in but}


@pytest.mark.parametrize(
    ("traits", "expected"),
    [
        ({"required": {}}, {"required": True}),
        ({"default": "x"}, {"default": "x"}),
        ({"default": None}, {"traits": {"smithy.api#default": None}}),
        ({"length": {"min": 1, "max": 2}}, {"length": {"min": 1, "max": 2}}),
        ({"pattern": "^a$"}, {"pattern": "^a$"}),
        ({"idempotencyToken": {}}, {"idempotencyToken": True}),
        ({"sensitive": {}}, {"sensitive": True}),
        ({"deprecated": {}}, {"deprecated": True}),
        (
            {"deprecated": {"since": "1"}},
            {"deprecated": True, "traits": {"smithy.api#deprecated": {"since": "1"}}},
        ),
        ({"mediaType": "text/plain"}, {"mediaType": "text/plain"}),
        ({"jsonName": "named"}, {"jsonName": "named"}),
        ({"xmlName": "named"}, {"traits": {"smithy.api#xmlName": "named"}}),
        ({"timestampFormat": "http-date"}, {"timestampFormat": "http-date"}),
        ({"httpHeader": "X-A"}, {"httpHeader": "X-A"}),
        ({"httpQuery": "a"}, {"httpQuery": "a"}),
        ({"httpPayload": {}}, {"httpPayload": True}),
        ({"httpResponseCode": {}}, {"httpResponseCode": True}),
        ({"httpPrefixHeaders": "X-"}, {"httpPrefixHeaders": "X-"}),
        ({"hostLabel": {}}, {"hostLabel": "m"}),
        ({"xmlAttribute": {}}, {"xmlAttribute": True}),
        ({"documentation": "prose"}, {}),
        ({"clientOptional": {}}, {"traits": {"smithy.api#clientOptional": {}}}),
        ({"enum": [{"value": "a"}, {"value": "b"}]}, {"enum": ["a", "b"]}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_member_keeps_what_its_traits_say(tmp_path, traits, expected):
    """Known traits under Smithy's names, strange ones under their ids; prose goes."""
    member = {
        "target": "smithy.api#String",
        "traits": {f"smithy.api#{name}": value for name, value in traits.items()},
    }
    contract = contract_of(tmp_path, model_of(input_of({"m": member})))
    assert said(contract.shapes["Input"].members["m"]) == expected


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (
            {"type": "integer", "traits": {"smithy.api#range": {"max": 5}}},
            {"type": "integer", "box": True, "range": {"max": 5}},
        ),
        (
            {"type": "list", "member": STRING, "traits": {"smithy.api#uniqueItems": {}}},
            {"type": "list", "uniqueItems": True, "member": {"target": "String"}},
        ),
        (
            {"type": "set", "member": STRING},
            {"type": "list", "uniqueItems": True, "member": {"target": "String"}},
        ),
        (
            {
                "type": "map",
                "key": STRING,
                "value": {"target": "smithy.api#Blob"},
                "traits": {"smithy.api#sparse": {}},
            },
            {"type": "map", "sparse": True, "key": {"target": "String"}, "value": {"target": "Blob"}},
        ),
        (
            {"type": "enum", "members": {"A": UNIT, "B": UNIT}},
            {"type": "string", "enum": ["A", "B"]},
        ),
        (
            {
                "type": "enum",
                "members": {
                    "A": {**UNIT, "traits": {"smithy.api#enumValue": "a"}},
                    "B": {**UNIT, "traits": {"smithy.api#internal": {}}},
                },
            },
            {
                "type": "string",
                "enum": ["a", "B"],
                "traits": {
                    "smithy.api#enum": [
                        {"name": "A", "value": "a"},
                        {"name": "B", "value": "B", "internal": {}, "tags": ["internal"]},
                    ]
                },
            },
        ),
        (
            {"type": "intEnum", "members": {"A": {**UNIT, "traits": {"smithy.api#enumValue": 3}}}},
            {
                "type": "integer",
                "box": True,
                "traits": {"intEnum": [3], "smithy.api#enum": [{"name": "A", "value": 3}]},
            },
        ),
        (
            {"type": "union", "members": {"a": {"target": "smithy.api#Integer"}, "b": UNIT}},
            {"type": "union", "members": {"a": {"target": "Integer"}, "b": {"target": "Unit"}}},
        ),
        (
            {"type": "blob", "traits": {"smithy.api#streaming": {}, "a#mine": [1]}},
            {"type": "blob", "streaming": True, "traits": {"a#mine": [1]}},
        ),
        ({"type": "document"}, {"type": "document"}),
        ({"type": "bigDecimal"}, {"type": "bigDecimal"}),
        ({"type": "boolean"}, {"type": "boolean", "box": True}),
        (
            {"type": "long", "traits": {"smithy.api#default": 0}},
            {"type": "long", "traits": {"smithy.api#default": 0}},
        ),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else None,
)
def test_a_shape_keeps_what_it_is(tmp_path, shape, expected):
    """Every type comes to a contract's type, with its traits and parts."""
    contract = contract_of(tmp_path, model_of(input_of({"m": {"target": "a#S"}}, S=shape)))
    built = said(contract.shapes["S"], but=())
    assert {"type": "structure", **built} == {"type": "structure", **expected}


def test_simple_shapes_of_the_prelude_need_no_definition(tmp_path):
    """Boxed where the prelude boxes them; the primitive ones of version 1.0 are not."""
    members = {"a": {"target": "smithy.api#Integer"}, "b": {"target": "smithy.api#PrimitiveInteger"}}
    shapes = contract_of(tmp_path, model_of(input_of(members))).shapes
    assert (shapes["Integer"].box, shapes["PrimitiveInteger"].box) == (True, False)
    assert shapes["PrimitiveInteger"].type == "integer"


def test_mixins_and_applied_traits_are_worked_in(tmp_path):
    """Members of mixins first, traits inherited but for local ones, redefined members merged, apply last."""
    model = model_of(
        {
            "GetCity": GET_CITY,
            "Base": {
                "type": "structure",
                "members": {"id": ID, "note": {**STRING, "traits": {"smithy.api#pattern": "a"}}},
                "traits": {
                    "smithy.api#mixin": {"localTraits": ["a#local"]},
                    "a#local": {},
                    "a#shared": {"x": 1},
                },
            },
            "Middle": {
                "type": "structure",
                "mixins": [{"target": "a#Base"}],
                "members": {},
                "traits": {"smithy.api#mixin": {}, "a#shared": {"x": 2}},
            },
            "Input": {
                "type": "structure",
                "mixins": [{"target": "a#Middle"}],
                "members": {"last": STRING, "note": {**STRING, "traits": {"smithy.api#required": {}}}},
            },
            "Input$last": {"type": "apply", "traits": {"smithy.api#length": {"max": 3}}},
            "Middle$note": {"type": "apply", "traits": {"smithy.api#sensitive": {}}},
        }
    )
    shape = contract_of(tmp_path, model).shapes["Input"]
    assert list(shape.members) == ["id", "note", "last"]
    assert shape.traits == {"a#shared": {"x": 2}}
    assert said(shape.members["note"]) == {"pattern": "a", "required": True, "sensitive": True}
    assert shape.members["last"].length == Bounds(max=3)


def test_operations_of_resources_are_the_services_own(tmp_path):
    """Lifecycle, instance and collection operations, of nested resources too; each once."""
    operation = {"type": "operation", "traits": {"smithy.api#http": {"method": "GET", "uri": "/"}}}
    names = ("GetCity", "MakeCity", "ListCities", "Paint", "Purge", "ReadStreet")
    model = model_of(
        {
            **dict.fromkeys(names, operation),
            "City": {
                "type": "resource",
                "identifiers": {"id": STRING},
                "create": {"target": "a#MakeCity"},
                "list": {"target": "a#ListCities"},
                "read": {"target": "a#GetCity"},
                "operations": [{"target": "a#Paint"}],
                "collectionOperations": [{"target": "a#Purge"}],
                "resources": [{"target": "a#Street"}],
            },
            "Street": {
                "type": "resource",
                "read": {"target": "a#ReadStreet"},
                "resources": [{"target": "a#City"}],
            },
        },
        service={"resources": [{"target": "a#City"}]},
    )
    path = tmp_path / "model.json"
    path.write_text(json.dumps(model))
    assert SmithyModel(path).operations("weather-map") == tuple(sorted(names))


def test_errors_are_the_operations_and_the_services(tmp_path):
    """With side, status and retries; the codes of the query protocols where those are spoken."""

    def error(side, **traits):
        return {"type": "structure", "members": {}, "traits": {"smithy.api#error": side, **traits}}

    model = model_of(
        {
            "GetCity": {**GET_CITY, "errors": [{"target": "a#Gone"}]},
            "Input": {"type": "structure", "members": {"id": ID}},
            "Gone": error("client", **{"smithy.api#httpError": 410}),
            "Busy": error("server", **{"smithy.api#retryable": {"throttling": True}}),
            "Old": error(
                "client", **{"aws.protocols#awsQueryError": {"code": "A.Old", "httpResponseCode": 402}}
            ),
        },
        service={"errors": [{"target": "a#Busy"}, {"target": "a#Gone"}, {"target": "a#Old"}]},
    )
    contract = contract_of(tmp_path, model)
    assert contract.errors == ("Gone", "Busy", "Old")
    assert said(contract.shapes["Gone"]) == {"error": "client", "httpError": 410}
    assert contract.shapes["Busy"].error == "server"
    assert contract.shapes["Busy"].retryable == Retryable(throttling=True)
    assert contract.shapes["Old"].traits == {
        "aws.protocols#awsQueryError": {"code": "A.Old", "httpResponseCode": 402}
    }


@pytest.mark.parametrize(
    ("trait", "protocol", "metadata"),
    [
        ("aws.protocols#awsJson1_0", "json", {"jsonVersion": "1.0", "targetPrefix": "Weather"}),
        ("aws.protocols#awsJson1_1", "json", {"jsonVersion": "1.1", "targetPrefix": "Weather"}),
        ("aws.protocols#restJson1", "rest-json", {}),
        ("aws.protocols#restXml", "rest-xml", {}),
        ("aws.protocols#awsQuery", "query", {}),
        ("aws.protocols#ec2Query", "ec2", {}),
        ("smithy.protocols#rpcv2Cbor", "smithy-rpc-v2-cbor", {"targetPrefix": "Weather"}),
    ],
)
def test_a_service_says_what_botocore_would_say_of_it(tmp_path, trait, protocol, metadata):
    """Protocol, names and version in botocore's words; strange traits stay beside them."""
    model = model_of(input_of({}), protocol=trait)
    model["shapes"]["a#Weather"]["traits"]["aws.api#service"] |= {"endpointPrefix": "forecast"}
    contract = contract_of(tmp_path, model)
    assert contract.protocol == protocol
    assert protocol_for(contract).name == protocol
    expected = {
        "apiVersion": "2006-03-01",
        "endpointPrefix": "forecast",
        "protocol": protocol,
        "protocols": [protocol],
        "serviceFullName": "Weather Map",
        "serviceId": "Weather Map",
        "signatureVersion": "v4",
        "auth": ["aws.auth#sigv4"],
        "signingName": "weather",
        **metadata,
        trait: {},
        "aws.api#service": {"sdkId": "Weather Map", "endpointPrefix": "forecast"},
    }
    assert contract.metadata == expected
    is_rest = protocol.startswith("rest-")
    assert contract.http.uri == ("/cities/{id}" if is_rest else "/")
    assert contract.shapes["Input"].members["id"].http_label == ("id" if is_rest else None)


def test_the_names_of_xml_are_read_where_xml_is_spoken(tmp_path):
    """xmlName, flattened lists and namespaces; the namespace of the service stands on the input's root."""
    names = {"smithy.api#xmlName": "Named", "smithy.api#xmlFlattened": {}, "smithy.api#jsonName": "no"}
    model = model_of(
        input_of(
            {"m": {"target": "a#Names", "traits": names}},
            Names={
                "type": "list",
                "member": {**STRING, "traits": {"smithy.api#xmlName": "N"}},
            },
        ),
        protocol="aws.protocols#restXml",
    )
    traits = model["shapes"]["a#Weather"]["traits"]
    traits["smithy.api#xmlNamespace"] = {"uri": "https://a.example/"}
    model["shapes"]["a#Input"]["traits"] = {
        "smithy.api#xmlNamespace": {"uri": "https://b.example/", "prefix": "b"}
    }
    contract = contract_of(tmp_path, model)
    member = contract.shapes["Input"].members["m"]
    assert (member.xml_name, member.xml_flattened, member.json_name) == ("Named", True, None)
    assert contract.shapes["Names"].member.xml_name == "N"
    assert contract.shapes["Input"].xml_namespace == XmlNamespace("https://b.example/", "b")
    assert contract.metadata["xmlNamespace"] == "https://a.example/"
    assert contract.traits["input"] == {"xmlNamespace": {"uri": "https://a.example/"}}


@pytest.mark.parametrize(
    ("schemes", "on_operation", "scheme"),
    [
        ({"aws.auth#sigv4": {"name": "w"}}, {}, "sigv4"),
        ({"aws.auth#sigv4": {"name": "w"}}, {"smithy.api#auth": []}, "none"),
        ({"aws.auth#sigv4": {"name": "w"}}, {"smithy.api#optionalAuth": {}}, "none"),
        ({"smithy.api#httpBearerAuth": {}}, {}, "bearer"),
        ({"aws.auth#sigv4": {"name": "w"}}, {"smithy.api#auth": ["smithy.api#httpBearerAuth"]}, "bearer"),
        ({}, {}, "none"),
    ],
)
def test_authentication_is_as_the_model_asks(tmp_path, schemes, on_operation, scheme):
    model = model_of(input_of({}))
    model["shapes"]["a#Weather"]["traits"] = {
        "aws.api#service": {"sdkId": "Weather Map"}, "aws.protocols#restJson1": {}, **schemes,
    }  # fmt: skip
    model["shapes"]["a#GetCity"] = {**GET_CITY, "traits": {**HTTP, **on_operation}}
    contract = contract_of(tmp_path, model)
    assert contract.auth.scheme == scheme
    assert "smithy.api#optionalAuth" not in contract.traits  # said once


def test_an_operation_keeps_its_own_traits(tmp_path):
    """What clients act on goes by botocore's names, what nobody knows by its id."""
    traits = {
        **HTTP,
        "smithy.api#idempotent": {},
        "smithy.api#endpoint": {"hostPrefix": "data."},
        "smithy.api#requestCompression": {"encodings": ["gzip"]},
        "smithy.api#httpChecksumRequired": {},
        "smithy.rules#staticContextParams": {"Kind": {"value": "control"}},
        "smithy.api#readonly": {},
    }
    contract = contract_of(tmp_path, model_of({**input_of({}), "GetCity": {**GET_CITY, "traits": traits}}))
    assert (contract.idempotent, contract.endpoint, contract.http.code) == (True, "data.", 201)
    assert contract.traits == {
        "requestcompression": {"encodings": ["gzip"]},
        "httpChecksumRequired": True,
        "staticContextParams": {"Kind": {"value": "control"}},
        "smithy.api#readonly": {},
    }


def test_shapes_of_one_local_name_stay_apart(tmp_path):
    """The service's own shape has the name, a renamed one its new name, any other its id."""
    string = {"type": "string"}
    members = {name: {"target": f"{name}#Text"} for name in ("a", "b", "c")}
    shapes = {
        **input_of(members),
        "a#Text": string,
        "b#Text": {"type": "blob"},
        "c#Text": {"type": "boolean"},
    }
    contract = contract_of(tmp_path, model_of(shapes, service={"rename": {"b#Text": "Bytes"}}))
    kinds = {name: contract.shapes[name].type for name in ("Text", "Bytes", "c#Text")}
    assert kinds == {"Text": "string", "Bytes": "blob", "c#Text": "boolean"}


@pytest.mark.parametrize(
    ("sdk_id", "name"),
    [
        ("EventBridge", "events"),
        ("Lex Runtime V2", "lexv2-runtime"),
        ("DynamoDB", "dynamodb"),
        ("SFN", "stepfunctions"),
        ("IoT Managed Integrations", "iot-managed-integrations"),
        ("New Thing 2", "new-thing-2"),
    ],
)
def test_services_go_by_botocores_names(sdk_id, name):
    assert botocore_name(sdk_id) == name


BROKEN = {
    "version": ({"smithy": "3.0", "shapes": {}}, "/smithy: the version '3.0' is not one that is read here"),
    "shapes": ({"smithy": "2.0", "shapes": []}, "/shapes: an object is needed here, not []"),
    "type": (
        {"smithy": "2.0", "shapes": {"a#B": {"type": "thing"}}},
        "/shapes/a#B/type: 'thing' is no type of shape",
    ),
    "dangling": (
        model_of(input_of({"m": {"target": "a#No/where"}})),
        "/shapes/a#Input/members/m/target: the model has no shape a#No/where",
    ),
    "no-target": (
        model_of(input_of({"a/b": {}})),
        "/shapes/a#Input/members/a~1b/target: the id of a shape is needed here",
    ),
    "no-operation": (
        model_of({}),
        "/shapes/a#Weather/operations/0/target: the model has no shape a#GetCity",
    ),
    "not-an-operation": (
        model_of({"GetCity": {"type": "string"}}),
        "/shapes/a#Weather/operations/0/target: a#GetCity is no operation",
    ),
    "not-data": (
        model_of(input_of({"m": {"target": "a#GetCity"}})),
        "/shapes/a#Input/members/m/target: a#GetCity is of type operation, which holds no data",
    ),
    "bound": (
        model_of(input_of({"m": {**STRING, "traits": {"smithy.api#length": {"max": "3"}}}})),
        '/shapes/a#Input/members/m/traits/smithy.api#length/max: a number is needed here, not "3"',
    ),
    "no-http": (
        model_of({"GetCity": {"type": "operation"}}),
        "/shapes/a#GetCity/traits: an operation of rest-json needs the trait smithy.api#http",
    ),
    "no-protocol": (
        model_of(input_of({}), protocol="a#mine"),
        "/shapes/a#Weather/traits: a#Weather has no protocol that is known here",
    ),
    "mixin-of-itself": (
        model_of({**input_of({}), "Input": {"type": "structure", "mixins": [{"target": "a#Input"}]}}),
        "/shapes/a#Input/mixins/0/target: a#Input is a mixin of itself",
    ),
    "list-of-nothing": (
        model_of(input_of({"m": {"target": "a#L"}}, L={"type": "list"})),
        "/shapes/a#L: a list needs a member",
    ),
}


@pytest.mark.parametrize(("document", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_fault_is_named_by_file_and_pointer(tmp_path, document, problem):
    with pytest.raises(ContractError) as caught:
        contract_of(tmp_path, document)
    assert str(caught.value).splitlines()[0] == f"{tmp_path / 'model.json'}: {problem}"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            b'{"smithy": "2.0",\n "shapes"}',
            "line 2, column 10: the file is not JSON (Expecting ':' delimiter)",
        ),
        (b'{"smithy": "\xff"}', "the file is not UTF-8"),
        (b"[" * 100_000, "the JSON is nested too deep"),
    ],
    ids=["cut", "encoding", "depth"],
)
def test_a_file_that_is_no_json_is_refused(tmp_path, content, problem):
    path = tmp_path / "model.json"
    path.write_bytes(content)
    with pytest.raises(ContractError) as caught:
        open_source(str(path))
    assert str(caught.value).splitlines()[0] == f"{path}: {problem}"


def test_a_model_has_no_day_and_says_so():
    """The version of a new file must be given; nothing is guessed."""
    source = SmithyModel(AWS_JSON)
    assert source.load("json-rpc-10", "JsonUnions").version == "smithy-2020-07-14"
    assert source.load("json-rpc-10", "JsonUnions", "2020-07-14").version == "2020-07-14"
    with pytest.raises(ContractError, match="does not say when it was published"):
        source.release_date()


@pytest.mark.parametrize(
    ("service", "operation", "remedy"),
    [
        ("json-rpc", "JsonUnions", "Did you mean json-rpc-10?"),
        ("json-rpc-10", "JsonUnion", "Did you mean JsonUnions?"),
    ],
)
def test_unknown_names_get_near_matches(service, operation, remedy):
    with pytest.raises(SelectorError) as caught:
        SmithyModel(AWS_JSON).load(service, operation)
    assert caught.value.remedy == remedy


# What only one of the two models says: botocore drops it, or the suites do.
ONE_SIDED = ("default", "traits", "sparse")


def spread(contract: Contract, name, above=()):
    """A shape without the names of shapes, which differ: members in place, down to a first repetition."""
    if name is None or name in above:
        return name and "again"
    shape = msgspec.to_builtins(contract.shapes[name])

    def inside(member):
        target = spread(contract, member["target"], (*above, name))
        return {
            **{key: item for key, item in member.items() if key not in (*ONE_SIDED, "target")},
            "target": target,
        }

    members = {key: inside(member) for key, member in shape.pop("members", {}).items()}
    parts = {part: inside(shape.pop(part)) for part in ("member", "key", "value") if part in shape}
    return {key: item for key, item in shape.items() if key not in ONE_SIDED} | parts | {"members": members}


def both():
    """Each operation that the suites and the model share, once for each suite."""
    smithy = SmithyModel(AWS_JSON)
    for name in ("json_1_0", "json_1_0-query-compatible"):
        for side in ("input", "output"):
            path = DATA / "protocol-tests" / side / f"{name}.json"
            suites = json.loads(path.read_text()) if path.is_file() else []
            for number, suite in enumerate(suites):
                given = suite["cases"][0]["given"]
                service = "query-compatible-json-rpc-10" if "query" in name else "json-rpc-10"
                if given["name"] in smithy.operations(service):
                    ours = smithy.load(service, given["name"], "2020-07-14")
                    yield pytest.param(suite, given, ours, id=f"{name}-{side}-{number}-{given['name']}")


@pytest.mark.parametrize(("suite", "given", "ours"), list(both()))
def test_both_languages_of_models_give_the_same_contract(suite, given, ours):
    """An operation of the protocol suites is the same from Smithy's model and from botocore's."""
    model = {**suite, "operations": {given["name"]: given}}
    theirs = contract_from_model("json-rpc-10", model, given["name"], "2020-07-14", ())
    for side in ("input", "output"):
        if getattr(theirs, side) is not None:  # the suites leave out the side that they do not test
            assert spread(ours, getattr(ours, side)) == spread(theirs, getattr(theirs, side))
    for error in theirs.errors:
        assert spread(ours, error) == spread(theirs, error)
    assert (ours.http, ours.protocol, ours.idempotent) == (theirs.http, theirs.protocol, theirs.idempotent)
    assert ours.endpoint == theirs.endpoint
    for key in ("apiVersion", "jsonVersion", "targetPrefix"):
        assert ours.metadata[key] == theirs.metadata[key]


def test_the_query_codes_of_a_compatible_service_are_kept():
    shapes = SmithyModel(AWS_JSON).load("query-compatible-json-rpc-10", "QueryCompatibleOperation").shapes
    assert shapes["CustomCodeError"].query_error == QueryError("Customized", 402)
    assert shapes["NoCustomCodeError"].query_error is None
