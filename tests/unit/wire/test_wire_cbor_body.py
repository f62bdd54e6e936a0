"""CBOR bodies and the protocol around them: what is refused, what is kept, what is told apart."""

from pathlib import Path

import cbor2
import msgspec
import pytest
import yaml

from harness.contract import Contract, Member, check
from harness.contract.model import QueryError
from harness.errors import WireError
from harness.exchange import Headers, Request, Response
from harness.wire import ErrorReply, Unreadable, protocol_named, sdk
from harness.wire.bodies import cbor

FILE = Path(__file__).parents[2] / "data" / "wire_contracts.yaml"
CONTRACTS = {name: msgspec.convert(each, Contract) for name, each in yaml.safe_load(FILE.read_text()).items()}
CONTRACT = CONTRACTS["EverythingInBody"]
ROOT = Member(target="EverythingInput")
NAME = "smithy-rpc-v2-cbor"
PROTOCOL = protocol_named(NAME)
CBOR = Headers.of({"smithy-protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"})


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"\x80", "the body is not a CBOR map but []"),
        (b"\x42hi", "the body is not a CBOR map but h'6869'"),
        (b"\xc1\x07", "the body is not a CBOR map but 1(7)"),
        (b"\xa0\xa0", "the body is not CBOR at byte 1: 1 bytes follow the item"),
        (b"\xa1", "the body is not CBOR at byte 1: 1 entries are announced and 0 bytes are left"),
        (b"\xbf\x61a", "the body is not CBOR at byte 3: 1 bytes are announced and 0 are left"),
        (b"\xbf", "the body is not CBOR at byte 1: an item of indefinite length has no end"),
        (b"\xa1\x01\x01", "the body is not CBOR at byte 2: the key of a map is not text"),
        (b"\xa1\x61\xff\x01", "the body is not CBOR at byte 3: the text before it is not UTF-8"),
        (
            b"\x9b" + b"\x7f" * 8,
            "the body is not CBOR at byte 9: 9187201950435737471 entries are announced and 0 bytes are left",
        ),
        (
            b"\x5b" + b"\x7f" * 8,
            "the body is not CBOR at byte 9: 9187201950435737471 bytes are announced and 0 are left",
        ),
        (b"\x9f" * 1000, "the body is nested deeper than 128 levels"),
        (b"\xc6" * 1000, "the body is nested deeper than 128 levels"),
        (b"\xff", "the body is not CBOR at byte 1: the simple value or break 31 has no meaning here"),
        (b"\xf8\x20", "the body is not CBOR at byte 1: the simple value or break 24 has no meaning here"),
        (b"\x1c", "the body is not CBOR at byte 1: the additional information 28 has no meaning here"),
        (b"\x7f\x41a\xff", "the body is not CBOR at byte 2: a text of chunks holds something else"),
        (b"\x7f\x7f\xff\xff", "the body is not CBOR at byte 2: a text of chunks holds something else"),
        (b"\xc1\x61a", "the body is not CBOR at byte 3: the timestamp before it names no moment"),
        (b"\xc1\xf9\x7e\x00", "the body is not CBOR at byte 4: the timestamp before it names no moment"),
        (b"\xc2\x01", "the body is not CBOR at byte 2: the big number before it has no digits or too many"),
        (b"\xc4\x01", "the body is not CBOR at byte 2: the decimal before it is no exponent and mantissa"),
        (b"\xc4\x82\x19\xff\xff\x01", "the body is not CBOR at byte 6: the exponent before it is too big"),
    ],
    ids=[
        "list", "bytes", "timestamp", "two-items", "short-map", "cut-off", "no-end", "key", "utf8",
        "long-list", "long-bytes", "deep-lists", "deep-tags", "break", "simple", "reserved", "chunk-of-bytes",
        "chunk-of-chunks", "time-of-text", "time-of-nan", "big-number", "decimal", "exponent",
    ],
)  # fmt: skip
def test_refuses_what_is_no_map(body, problem):
    with pytest.raises(Unreadable) as caught:
        cbor.decode_object(body, "here")
    assert str(caught.value) == f"here: {problem}\n  Send one CBOR map."


@pytest.mark.parametrize(
    ("item", "value"),
    [
        (b"\xf9\x3e\x00", 1.5),
        (b"\xfa\x3f\xc0\x00\x00", 1.5),
        (b"\xfb\x3f\xf8" + bytes(6), 1.5),
        (b"\xf9\x7c\x00", "Infinity"),
        (b"\xfa\xff\x80\x00\x00", "-Infinity"),
        (b"\xfb\x7f\xf8" + bytes(6), "NaN"),
        (b"\x07", 7),
        (b"\xf7", None),
        (b"\xc2\x49\x01" + bytes(8), 2**64),
        (b"\xc3\x41\x00", -1),
        (b"\xc4\x82\x20\x18\x7b", 12.3),
        (b"\xc4\x82\x00\x07", 7),
        (b"\xd9\xd9\xf7\x07", 7),
        (b"\x3b" + b"\xff" * 8, -(2**64)),
    ],
    ids=[
        "half", "single", "double", "infinity", "minus-infinity", "nan", "whole", "undefined", "big",
        "big-negative", "decimal", "whole-decimal", "tag-passed-over", "smallest-integer",
    ],
)  # fmt: skip
def test_reads_numbers_in_every_form(item, value):
    """The member is a double; what is no number of its own is spelled as in documents."""
    assert cbor.decode_object(b"\xa1\x66number" + item, "here").keys() == {"number"}
    assert PROTOCOL.parse_request(CONTRACT, Request("POST", "/", CBOR, b"\xa1\x66number" + item)) == {
        "number": value
    }


def test_reads_items_of_indefinite_length():
    """Maps, lists and strings in pieces are the same as whole ones."""
    body = b"\xbf\x64name\x7f\x62he\x63llo\xff\x64tags\x9f\x61a\x7f\xff\xff\x64data\x5f\x42hi\xff\xff"
    assert cbor.decode_object(body, "here") == {"name": "hello", "tags": ["a", ""], "data": b"hi"}


@pytest.mark.parametrize("name", ["text", "data", "at", "iso", "number", "count", "choice", "nested"])
@pytest.mark.parametrize(
    "value",
    [
        b"hi", "aGk=", "NaN", 7, 7.5, float("nan"), True, [], ["a"], {"left": 1, "text": "x"},
        cbor2.CBORTag(1, 7), cbor2.CBORTag(1, 7.5),
    ],
    ids=repr,
)  # fmt: skip
def test_types_are_told_apart_that_documents_spell_alike(name, value):
    """Text is no blob, a number no timestamp, and the word NaN no number, whatever documents say."""
    shapes = {
        "text": str, "data": bytes, "at": cbor2.CBORTag, "iso": cbor2.CBORTag, "number": (int, float),
        "count": int, "choice": dict, "nested": dict,
    }  # fmt: skip
    is_right = isinstance(value, shapes[name]) and not isinstance(value, bool)
    request = Request("POST", "/", CBOR, cbor2.dumps({name: value}))
    document = PROTOCOL.parse_request(CONTRACT, request)
    assert msgspec.json.decode(msgspec.json.encode(document)) == document
    at = {item.path[0] for item in check(CONTRACT, document) if item.trait == "type" and len(item.path) == 1}
    assert at == (set() if is_right else {name})


def test_writes_each_type_as_the_protocol_has_it():
    """Timestamps are tagged whatever their format says, blobs are bytes, doubles floats, words numbers."""
    document = {
        "at": 7, "iso": 7.5, "data": "aGk=", "number": 3, "count": 3.0, "sparse": ["a", None], "strange": 1,
        "choice": {"when": 1},
    }  # fmt: skip
    body = PROTOCOL.encode_request(CONTRACT, document).body
    assert cbor.decode_object(body, "here") == {
        "at": cbor.Tagged(1, 7), "iso": cbor.Tagged(1, 7.5), "data": b"hi", "number": 3.0, "count": 3,
        "sparse": ["a", None], "strange": 1, "choice": {"when": cbor.Tagged(1, 1)},
    }  # fmt: skip
    assert b"\xfb\x40\x08" in body  # 3.0 as a double


@pytest.mark.parametrize(
    ("document", "written"),
    [
        ({"at": "soon", "data": "!", "number": "many"}, {"at": "soon", "data": "!", "number": "many"}),
        ({"number": 10**400, "at": 10**400}, None),
        ([1], [1]),
    ],
    ids=["wrong-types", "beyond-floats", "no-map"],
)
def test_writes_values_of_the_wrong_type_as_they_are(document, written):
    body = PROTOCOL.encode_request(CONTRACT, document).body
    assert cbor2.loads(body) == (document if written is None else written)


def test_nulls_are_sent_and_not_answered():
    """A raw request may say null; an answer leaves the member out, and a reader keeps what came."""
    assert PROTOCOL.encode_request(CONTRACT, {"text": None}).body == b"\xa1\x64text\xf6"
    assert PROTOCOL.serialize_output(CONTRACT, {"text": None}).body == b"\xa0"
    assert PROTOCOL.parse_request(CONTRACT, Request("POST", "/", CBOR, b"\xa1\x64text\xf6")) == {"text": None}


def test_unknown_members_are_kept_as_document_values():
    """Bytes become base64 text, tags their content, numbers that are none their words."""
    strange = {"b": b"hi", "t": cbor2.CBORTag(1, 7), "l": [float("inf")], "m": {"x": b""}}
    request = Request("POST", "/", CBOR, cbor2.dumps({"strange": strange}))
    assert PROTOCOL.parse_request(CONTRACT, request) == {
        "strange": {"b": "aGk=", "t": 7, "l": ["Infinity"], "m": {"x": ""}}
    }


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"text": "\ud800"}, "the value cannot be written as CBOR: "),
        ({"text": object()}, "the value cannot be written as CBOR: "),
    ],
    ids=["half-a-surrogate", "no-document"],
)
def test_says_what_cbor_has_no_place_for(document, problem):
    with pytest.raises(WireError) as caught:
        PROTOCOL.encode_request(CONTRACT, document)
    assert caught.value.where == "synthetic:EverythingInBody#/input"
    assert caught.value.problem.startswith(problem)


def test_says_that_a_value_is_nested_too_deep():
    deep: dict[str, object] = {}
    for _ in range(100_000):
        deep = {"nested": deep}
    with pytest.raises(WireError):
        PROTOCOL.encode_request(CONTRACT, deep)


def test_an_operation_without_input_or_output_has_no_body():
    """Neither has a content type, and a body that came all the same is passed over."""
    contract = msgspec.structs.replace(CONTRACT, input=None, output=None)
    request = PROTOCOL.encode_request(contract, {})
    assert (request.target, request.body) == ("/service/Synthetic/operation/EverythingInBody", b"")
    assert request.headers.fields == (("smithy-protocol", "rpc-v2-cbor"), ("Accept", "application/cbor"))
    assert request == sdk_request(contract)
    assert PROTOCOL.parse_request(contract, request) == {}
    response = PROTOCOL.serialize_output(contract, {})
    assert (response.body, response.headers.get("content-type")) == (b"", None)
    assert PROTOCOL.read_response(contract, response).output == {}


def sdk_request(contract: Contract) -> Request:
    return sdk.serialize(contract, {}, protocol=NAME)


def test_a_service_without_a_name_has_no_path():
    contract = msgspec.structs.replace(CONTRACT, metadata={})
    with pytest.raises(WireError) as caught:
        PROTOCOL.encode_request(contract, {})
    assert str(caught.value) == (
        "synthetic:EverythingInBody: the metadata has no targetPrefix, which names the service in the path\n"
        "  Add targetPrefix to the contract's metadata."
    )


def answer(status: int, value: object, **headers: str) -> Response:
    return Response(status, Headers((*CBOR.fields, *headers.items())), cbor2.dumps(value))


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (answer(418, {"__type": "TeapotError", "message": "short"}), ("error", "TeapotError", "short")),
        (answer(418, {"__type": "aws.tea#TeapotError"}), ("error", "TeapotError", None)),
        (answer(418, {"message": "short"}), ("error", None, "short")),
        (answer(418, [1]), ("unreadable", None, None)),
        (Response(503), ("unreadable", None, None)),
    ],
    ids=["bare", "with-namespace", "without-code", "no-map", "nothing"],
)
def test_reads_errors_by_their_type(response, expected):
    outcome = PROTOCOL.read_response(CONTRACT, response)
    assert (outcome.kind, outcome.code, outcome.message) == expected


def test_names_an_error_for_clients_of_the_query_protocol():
    """A service that once spoke query says the old code in a header, and botocore's user sees that."""
    teapot = msgspec.structs.replace(CONTRACT.shapes["TeapotError"], query_error=QueryError("Tea.Pot"))
    contract = msgspec.structs.replace(
        CONTRACT,
        metadata={**CONTRACT.metadata, "awsQueryCompatible": {}},
        errors=("TeapotError",),
        shapes={**CONTRACT.shapes, "TeapotError": teapot},
    )
    assert PROTOCOL.encode_request(contract, {}).headers.get("x-amzn-query-mode") == "true"
    unheard = PROTOCOL.serialize_error(contract, ErrorReply("Unheard", 400, "No."))
    assert unheard.headers.get("x-amzn-query-error") is None
    response = PROTOCOL.serialize_error(contract, ErrorReply("TeapotError", 418, "Short.", {"Handle": 1}))
    assert response.headers.get("x-amzn-query-error") == "Tea.Pot;Sender"
    assert sdk.error_of(contract, response, protocol=NAME) == ("Tea.Pot", "Short.")
    assert PROTOCOL.read_response(contract, response).code == "TeapotError"


def test_an_answer_in_another_content_type_is_told():
    response = Response(200, Headers.of({"Content-Type": "application/json"}), b"\xa0")
    deviation = PROTOCOL.read_response(CONTRACT, response).deviations[0]
    assert (deviation.kind, deviation.expected, deviation.got) == (
        "response-header", "a content type of CBOR", "application/json",
    )  # fmt: skip
