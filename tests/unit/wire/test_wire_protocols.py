"""Requests and responses of the protocols, byte for byte, and what they refuse."""

from pathlib import Path

import msgspec
import pytest
import yaml

from harness.contract import Contract, Member
from harness.errors import WireError
from harness.exchange import Headers, Request
from harness.wire import ErrorReply, Unreadable, protocol_for

FILE = Path(__file__).parents[2] / "data" / "wire_contracts.yaml"
CONTRACTS = {k: msgspec.convert(v, Contract) for k, v in yaml.safe_load(FILE.read_text()).items()}
EVERYTHING = CONTRACTS["Everything"]
LABELS = {"id": "a", "when": 0, "rest": "b", "account": "acme"}
TARGET = "/things/a/at/1970-01-01T00%3A00%3A00Z/b?mode=full"


def encode(name, document):
    contract = CONTRACTS[name]
    return protocol_for(contract).encode_request(contract, document)


def parse(name, **fields):
    contract = CONTRACTS[name]
    request = Request(**{"method": contract.http.method, "target": contract.http.uri, **fields})
    return protocol_for(contract).parse_request(contract, request)


def replaced(name, shape, **fields):
    """A contract with one shape changed."""
    contract = CONTRACTS[name]
    shapes = {**contract.shapes, shape: msgspec.structs.replace(contract.shapes[shape], **fields)}
    return msgspec.structs.replace(contract, shapes=shapes)


def test_a_protocol_is_made_once_and_named():
    assert protocol_for(EVERYTHING) is protocol_for(CONTRACTS["SendEvent"])
    assert (protocol_for(EVERYTHING).name, protocol_for(CONTRACTS["PutEvents"]).name) == ("rest-json", "json")


@pytest.mark.parametrize("protocol", ["soap", ""])
def test_other_protocols_are_refused(protocol):
    contract = msgspec.structs.replace(EVERYTHING, protocol=protocol)
    with pytest.raises(WireError) as caught:
        protocol_for(contract)
    assert str(caught.value) == (
        f"synthetic:Everything: the protocol {protocol!r} is not supported\n"
        "  Choose operations that speak json or rest-json or rest-xml or query or ec2 or smithy-rpc-v2-cbor."
    )


def test_put_events_is_one_path_and_a_header():
    request = encode("PutEvents", {"Entries": [{"Time": 1, "Detail": "{}"}]})
    assert request == Request(
        "POST",
        "/",
        Headers.of({"X-Amz-Target": "AWSEvents.PutEvents", "Content-Type": "application/x-amz-json-1.1"}),
        b'{"Entries":[{"Time":1,"Detail":"{}"}]}',
    )


def test_send_data_integration_event_has_its_instance_in_the_path():
    request = encode("SendDataIntegrationEvent", {"instanceId": "i/1", "data": "x", "eventTimestamp": 1.5})
    assert request == Request(
        "POST",
        "/api-data/data-integration/instance/i%2F1/data-integration-events",
        Headers.of({"Content-Type": "application/json"}),
        b'{"data":"x","eventTimestamp":1.5}',
    )


def test_send_event_has_its_token_in_a_header():
    request = encode("SendEvent", {"ContentType": "text/plain", "ConnectionToken": "t"})
    assert request.headers == Headers.of({"Content-Type": "application/json", "X-Amz-Bearer": "t"})
    assert request.body == b'{"ContentType":"text/plain"}'


def test_send_connector_event_keeps_documents_as_they_are():
    document = {"ConnectorId": "c", "Devices": [{"DeviceMetadata": {"a": [1, None, "x"]}}]}
    request = encode("SendConnectorEvent", document)
    assert request.target == "/connector-event/c"
    assert request.body == b'{"Devices":[{"DeviceMetadata":{"a":[1,null,"x"]}}]}'


OUTSIDE = [
    pytest.param({"flag": True}, ("X-Flag", "true"), id="boolean"),
    pytest.param({"count": -5}, ("X-Count", "-5"), id="integer"),
    pytest.param({"count": 5.0}, ("X-Count", "5"), id="whole-float"),
    pytest.param({"ratio": 0.5}, ("X-Ratio", "0.5"), id="double"),
    pytest.param({"ratio": "NaN"}, ("X-Ratio", "NaN"), id="nan"),
    pytest.param({"since": 1}, ("X-Since", "Thu, 01 Jan 1970 00:00:01 GMT"), id="header-default"),
    pytest.param({"stamp": 1}, ("X-Stamp", "1970-01-01T00:00:01Z"), id="own-format"),
    pytest.param({"profile": '{"a":1}'}, ("X-Profile", "eyJhIjoxfQ=="), id="json-value"),
    pytest.param({"tags": ["a", "b,c", 'd"\\']}, ("X-Tags", 'a,"b,c","d\\"\\\\"'), id="texts"),
    pytest.param({"tags": ["", " x"]}, ("X-Tags", '""," x"'), id="texts-at-the-edge"),
    pytest.param({"numbers": [1, 2]}, ("X-Numbers", "1,2"), id="numbers"),
    pytest.param(
        {"dates": [0, 1]},
        ("X-Dates", "Thu, 01 Jan 1970 00:00:00 GMT,Thu, 01 Jan 1970 00:00:01 GMT"),
        id="dates",
    ),
    pytest.param({"metadata": {"a": "x"}}, ("X-Meta-a", "x"), id="prefix"),
]


@pytest.mark.parametrize(("members", "field"), OUTSIDE)
def test_headers_are_written_and_read(members, field):
    """Each kind of value in a header, character for character, and back."""
    request = encode("Everything", {**LABELS, **members})
    assert field in tuple(request.headers)
    assert parse("Everything", target=request.target, headers=request.headers, body=request.body) == {
        **LABELS,
        **members,
    }


WRONG = [
    pytest.param({"count": "many"}, ("X-Count", "many"), id="text-for-a-number"),
    pytest.param({"count": {"a": 1}}, ("X-Count", '{"a": 1}'), id="object-for-a-number"),
    pytest.param({"flag": "yes"}, ("X-Flag", "yes"), id="text-for-a-boolean"),
    pytest.param({"since": "soon"}, ("X-Since", "soon"), id="text-for-a-timestamp"),
    pytest.param({"since": 1e30}, ("X-Since", "1e+30"), id="beyond-calendars"),
    pytest.param({"ratio": float("inf")}, ("X-Ratio", "Infinity"), id="infinity"),
    pytest.param({"ratio": float("-inf")}, ("X-Ratio", "-Infinity"), id="minus-infinity"),
    pytest.param({"tags": "a,b"}, ("X-Tags", "a,b"), id="text-for-a-list"),
    pytest.param({"tags": [1, None]}, ("X-Tags", "1"), id="number-for-a-text"),
    pytest.param({"metadata": {"a": 1}}, ("X-Meta-a", "1"), id="number-in-a-map"),
]


@pytest.mark.parametrize(("members", "field"), WRONG)
def test_wrong_types_are_written_as_they_are(members, field):
    """Outside the body a wrong value is its text, for the server to refuse."""
    assert field in tuple(encode("Everything", {**LABELS, **members}).headers)


@pytest.mark.parametrize(
    ("members", "query"),
    [
        pytest.param({"size": 5, "exact": False}, "&size=5&exact=false", id="simple"),
        pytest.param({"until": 0}, "&until=1970-01-01T00%3A00%3A00Z", id="query-default"),
        pytest.param({"names": ["a b", "c"]}, "&name=a%20b&name=c", id="list"),
        pytest.param({"more": {"x": "1", "size": "9"}, "size": 2}, "&size=2&x=1", id="map-yields"),
        pytest.param({"names": None, "more": {"x": None}}, "", id="nulls"),
        pytest.param({"names": "a", "more": "x"}, "&name=a", id="wrong-types"),
    ],
)
def test_queries_are_written(members, query):
    assert encode("Everything", {**LABELS, **members}).target == TARGET + query


def test_the_rest_goes_into_the_body():
    request = encode("Everything", {**LABELS, "text": 5, "stranger": [1], "flag": None})
    assert request.body == b'{"account":"acme","text":5,"stranger":[1]}'
    assert request.host_prefix == "acme.data."


REFUSED = [
    pytest.param({"id": ""}, "#/input", "the label 'id' of the URI is empty", id="empty-label"),
    pytest.param({"rest": None}, "#/input", "the label 'rest' of the URI is missing", id="missing-label"),
    pytest.param({"account": "a_b"}, "#/input/account", "the host name cannot carry 'a_b'", id="host"),
    pytest.param({"profile": None, "tags": ["a\nb"]}, "#/input/tags", 'carry the text "a\\nb"', id="control"),
    pytest.param({"tags": "€"}, "#/input/tags", 'carry the text "\\u20ac"', id="beyond-latin-1"),
    pytest.param({"tags": " a"}, "#/input/tags", 'loses the white space around the text " a"', id="space"),
    pytest.param({"metadata": {"a b": "x"}}, "#/input/metadata", "no name of a header", id="header-name"),
    pytest.param({"names": ["\ud800"]}, "#/input", "half a surrogate pair", id="surrogate"),
]


@pytest.mark.parametrize(("members", "where", "problem"), REFUSED)
def test_values_without_a_place_are_refused(members, where, problem):
    with pytest.raises(WireError) as caught:
        encode("Everything", {**LABELS, **members})
    assert caught.value.where == f"synthetic:Everything{where}"
    assert problem in caught.value.problem
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["PutEvents", "SendEvent"])
def test_documents_nested_too_deep_are_refused(name):
    deep: dict = {}
    for _ in range(10_000):
        deep = {"a": deep}
    with pytest.raises(WireError):
        encode(name, {"Entries": [deep], "Content": deep})


@pytest.mark.parametrize(
    ("name", "body"), [("PutEvents", b"[1]"), ("SendEvent", b"[1]")], ids=["json", "rest-json"]
)
def test_an_input_that_is_no_object_is_written_as_it_is(name, body):
    assert encode(name, [1]).body == body


UNREADABLE = [
    pytest.param({"headers": {"X-Flag": "True"}}, "flag", '"True" is not true or false', id="boolean"),
    pytest.param({"headers": {"X-Count": "1.0"}}, "count", '"1.0" is not a whole number', id="integer"),
    pytest.param({"headers": {"X-Count": ""}}, "count", '"" is not a whole number', id="empty"),
    pytest.param({"headers": {"X-Count": "9" * 5000}}, "count", "is not a whole number", id="digits"),
    pytest.param({"headers": {"X-Ratio": "0x1"}}, "ratio", '"0x1" is not a number', id="double"),
    pytest.param(
        {"headers": {"X-Since": "2020"}}, "since", "a timestamp in the form http-date", id="timestamp"
    ),
    pytest.param(
        {"headers": {"X-Profile": "???"}}, "profile", '"???" is not text in base64', id="json-value"
    ),
    pytest.param({"headers": {"X-Numbers": "1,x"}}, "numbers", '"x" is not a whole number', id="list"),
    pytest.param({"headers": {"X-Dates": "a"}}, "dates", "a timestamp in the form http-date", id="dates"),
    pytest.param({"target": TARGET + "&size=x"}, "size", '"x" is not a whole number', id="query"),
    pytest.param({"target": TARGET + "&name=%FF"}, "names", "is not text in UTF-8", id="query-not-utf8"),
    pytest.param(
        {"target": "/things/%FF/at/b/c?mode=full"}, "id", "is not text in UTF-8", id="path-not-utf8"
    ),
    pytest.param({"target": "/things/a/at/soon/c?mode=full"}, "when", "form date-time", id="label"),
]


@pytest.mark.parametrize(("fields", "member", "problem"), UNREADABLE)
def test_texts_of_another_shape_are_unreadable(fields, member, problem):
    headers = Headers.of(fields.get("headers", {}))
    with pytest.raises(Unreadable) as caught:
        parse("Everything", target=fields.get("target", TARGET), headers=headers)
    assert caught.value.where == f"synthetic:Everything#/input/{member}"
    assert problem in caught.value.problem


def test_another_path_is_unreadable():
    with pytest.raises(Unreadable) as caught:
        parse("Everything", target="/elsewhere")
    assert str(caught.value) == (
        "synthetic:Everything: the target '/elsewhere' is not of /things/{id}/at/{when}/{rest+}?mode=full\n"
        "  Send the request to the operation that it is for."
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("1e400", "Infinity", id="beyond-doubles"),
        pytest.param("-1e400", "-Infinity", id="beyond-negative-doubles"),
        pytest.param("3", 3, id="whole"),
        pytest.param("1.5e1", 15.0, id="exponent"),
        pytest.param("-Infinity", "-Infinity", id="word"),
    ],
)
def test_numbers_are_read(text, value):
    assert parse("Everything", target=TARGET, headers=Headers.of({"x-ratio": text}))["ratio"] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("a, b", ["a", "b"], id="spaces"),
        pytest.param('"a,b" , "c\\"d"', ["a,b", 'c"d'], id="quotes"),
        pytest.param('a"b, c', ['a"b', "c"], id="quote-inside"),
        pytest.param('"open, c', ['"open', "c"], id="open-quote"),
        pytest.param("a,,b", ["a", "", "b"], id="empty-element"),
        pytest.param(" ", [], id="blank"),
    ],
)
def test_lists_in_headers_are_cut_at_commas(text, value):
    assert parse("Everything", target=TARGET, headers=Headers.of({"X-Tags": text}))["tags"] == value


def test_repeated_headers_are_one_list():
    headers = Headers.of([("X-Numbers", "1"), ("x-numbers", "2, 3")])
    assert parse("Everything", target=TARGET, headers=headers)["numbers"] == [1, 2, 3]


def test_a_prefix_of_no_characters_leaves_the_headers_of_the_transport():
    contract = replaced(
        "SendEvent",
        "SendEventRequest",
        members={
            "all": msgspec.convert({"target": "Map", "httpPrefixHeaders": ""}, type=_member()),
            "token": msgspec.convert({"target": "String", "httpHeader": "X-Amz-Bearer"}, type=_member()),
        },
    )
    map_shape = msgspec.convert(
        {"type": "map", "key": {"target": "String"}, "value": {"target": "String"}},
        type=type(contract.shapes["String"]),
    )
    contract = msgspec.structs.replace(contract, shapes={**contract.shapes, "Map": map_shape})
    headers = Headers.of({"Host": "h", "User-Agent": "u", "X-Amz-Bearer": "t", "Hello": " there "})
    request = Request("POST", "/participant/event", headers)
    assert protocol_for(contract).parse_request(contract, request) == {
        "all": {"Hello": "there"},
        "token": "t",
    }


def _member():
    return type(EVERYTHING.shapes["EverythingInput"].members["id"])


PAYLOADS = [
    pytest.param("Payload", "aGk=", b"hi", "application/octet-stream", id="blob"),
    pytest.param("String", "h€", "h€".encode(), "text/plain", id="text"),
    pytest.param("Structure", {"name": "x"}, b'{"name":"x"}', "application/json", id="structure"),
    pytest.param("Document", [1, "x"], b'[1,"x"]', "application/json", id="document"),
    pytest.param("Payload", None, b"", None, id="no-blob"),
    pytest.param("Document", None, b"", None, id="no-document"),
    pytest.param("Structure", None, b"{}", "application/json", id="no-structure"),
]


def with_payload(target, **fields):
    shape = CONTRACTS["PutPayload"].shapes["PutPayloadInput"]
    payload = msgspec.structs.replace(shape.members["payload"], target=target, **fields)
    return replaced("PutPayload", "PutPayloadInput", members={**shape.members, "payload": payload})


@pytest.mark.parametrize(("target", "value", "body", "content_type"), PAYLOADS)
def test_a_payload_is_the_whole_body(target, value, body, content_type):
    contract = with_payload(target)
    document = {} if value is None else {"payload": value}
    request = protocol_for(contract).encode_request(contract, document)
    assert (request.body, request.headers.get("content-type")) == (body, content_type)
    assert protocol_for(contract).parse_request(contract, request) == document


@pytest.mark.parametrize(
    ("target", "value", "body"),
    [
        pytest.param("Payload", "no base64!", b"no base64!", id="blob"),
        pytest.param("Payload", 5, b"5", id="number-for-a-blob"),
        pytest.param("String", {"a": 1}, b'{"a":1}', id="object-for-a-text"),
        pytest.param("Structure", 5, b"5", id="number-for-a-structure"),
    ],
)
def test_a_wrong_payload_is_written_as_it_is(target, value, body):
    contract = with_payload(target)
    assert protocol_for(contract).encode_request(contract, {"payload": value}).body == body


def test_an_input_that_is_no_object_is_the_payload():
    contract = with_payload("Document")
    assert protocol_for(contract).encode_request(contract, [1]).body == b"[1]"


@pytest.mark.parametrize(
    ("target", "expected"), [("Payload", {"payload": ""}), ("Structure", {})], ids=["blob", "structure"]
)
def test_a_required_payload_of_no_bytes_is_there(target, expected):
    contract = with_payload(target, required=True)
    assert protocol_for(contract).parse_request(contract, Request("PUT", "/payload")) == expected


def test_a_member_that_carries_the_content_type_of_raw_bytes_decides_it():
    contract = with_payload("Payload")
    members = dict(contract.shapes["PutPayloadInput"].members)
    members["kind"] = msgspec.structs.replace(members["kind"], http_header="Content-Type")
    shapes = {
        **contract.shapes,
        "PutPayloadInput": msgspec.structs.replace(contract.shapes["PutPayloadInput"], members=members),
    }
    contract = msgspec.structs.replace(contract, shapes=shapes)
    protocol = protocol_for(contract)
    assert protocol.encode_request(contract, {"payload": "aGk="}).headers.get("content-type") is None
    named = protocol.encode_request(contract, {"payload": "aGk=", "kind": "image/png"})
    assert named.headers == Headers.of({"Content-Type": "image/png"})


def test_text_that_is_not_utf8_is_unreadable():
    contract = with_payload("String")
    with pytest.raises(Unreadable, match="the body is not UTF-8"):
        protocol_for(contract).parse_request(contract, Request("PUT", "/payload", body=b"\xff"))


@pytest.mark.parametrize("name", ["PutEvents", "SendEvent"])
def test_streams_of_events_are_refused(name):
    contract = CONTRACTS[name]
    contract = replaced(name, "String", traits={"eventstream": True})
    protocol, message = protocol_for(contract), "holds a stream of events, which is not supported"
    with pytest.raises(WireError, match=message):
        protocol.encode_request(contract, {})
    with pytest.raises(WireError, match=message):
        protocol.parse_request(contract, Request("POST", contract.http.uri))
    output = msgspec.structs.replace(contract, output=contract.input)
    with pytest.raises(WireError, match=message):
        protocol.serialize_output(output, {})


def test_the_json_protocol_needs_a_target():
    contract = msgspec.structs.replace(CONTRACTS["PutEvents"], metadata={})
    with pytest.raises(WireError) as caught:
        protocol_for(contract).encode_request(contract, {})
    assert str(caught.value) == (
        "events:PutEvents: the metadata has no targetPrefix, which the json protocol needs\n"
        "  Add targetPrefix to the contract's metadata."
    )


def test_outputs_have_their_status_headers_and_body():
    document = {
        "status": 206,
        "flag": True,
        "text": "x",
        "renamed": None,
        "nested": {"label": 1},
        "metadata": {"a": "b"},
    }
    response = protocol_for(EVERYTHING).serialize_output(EVERYTHING, document)
    assert response.status == 206
    assert response.body == b'{"text":"x","nested":{"label":1}}'
    assert [pair for pair in response.headers if pair[0] != "x-amzn-requestid"] == [
        ("Content-Type", "application/json"),
        ("X-Flag", "true"),
        ("x-meta-a", "b"),
    ]


def test_the_same_answer_has_the_same_request_id():
    contract = CONTRACTS["PutEvents"]
    one, two, other = (
        protocol_for(contract).serialize_output(contract, {"FailedEntryCount": n}) for n in (0, 0, 1)
    )
    ids = [response.headers.get("x-amzn-requestid") for response in (one, two, other)]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("name", "code", "status"), [("SendEvent", 204, 204), ("Everything", 201, 201)], ids=["204", "201"]
)
def test_the_status_of_a_success_is_the_contracts(name, code, status):
    contract = msgspec.structs.replace(
        CONTRACTS[name], http=msgspec.structs.replace(CONTRACTS[name].http, code=code)
    )
    response = protocol_for(contract).serialize_output(contract, {"status": 5000, "Id": "x"})
    assert response.status == status
    assert (response.body == b"") is (status == 204)


def test_an_operation_without_output_answers_nothing():
    for name in ("PutEvents", "SendEvent"):
        contract = msgspec.structs.replace(CONTRACTS[name], output=None)
        assert protocol_for(contract).serialize_output(contract, None).body == b""


ERRORS = [
    pytest.param("SendEvent", "AccessDeniedException", {}, b'{"Message":"m"}', id="capital"),
    pytest.param("SendDataIntegrationEvent", "ThrottlingException", {}, b'{"message":"m"}', id="small"),
    pytest.param("SendEvent", "Unheard", {"a": 1}, b'{"message":"m","a":1}', id="undeclared"),
    pytest.param(
        "Everything",
        "TeapotError",
        {"Handle": 1, "Color": "red"},
        b'{"Message":"m","Handle":1}',
        id="members",
    ),
    pytest.param(
        "PutEvents", "InternalException", {}, b'{"__type":"InternalException","message":"m"}', id="json"
    ),
    pytest.param("PutEvents", "Unheard", {}, b'{"__type":"Unheard","message":"m"}', id="json-undeclared"),
]


@pytest.mark.parametrize(("name", "code", "members", "body"), ERRORS)
def test_errors_have_the_form_of_their_protocol(name, code, members, body):
    contract = CONTRACTS[name]
    response = protocol_for(contract).serialize_error(contract, ErrorReply(code, 418, "m", members))
    assert (response.status, response.body) == (418, body)
    assert response.headers.get("x-amzn-errortype") == (code if contract.protocol == "rest-json" else None)
    assert response.headers.get("x-color") == members.get("Color")


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("SendEvent", "application/json"), ("PutEvents", "application/x-amz-json-1.0")],
    ids=["rest-json", "json"],
)
def test_errors_need_no_contract(name, content_type):
    """Before an operation is recognised there is none."""
    response = protocol_for(CONTRACTS[name]).serialize_error(
        None, ErrorReply("UnknownOperationException", 404)
    )
    assert response.status == 404
    assert response.headers.get("content-type") == content_type


def test_the_code_of_an_error_has_one_header():
    """A member that is bound to the header of the code does not add a second value to it."""
    contract = next(each for each in CONTRACTS.values() if each.protocol == "rest-json" and each.errors)
    name = contract.errors[0]
    kind = Member(target="String", http_header="x-amzn-ErrorType")
    shape = contract.shapes[name]
    shape = msgspec.structs.replace(shape, members={**shape.members, "kind": kind})
    contract = msgspec.structs.replace(contract, shapes={**contract.shapes, name: shape})
    reply = ErrorReply(shape.error_code or name, 400, "No.", {"kind": "another"})
    response = protocol_for(contract).serialize_error(contract, reply)
    assert response.headers.all("x-amzn-errortype") == (reply.code,)
