"""JSON bodies: what is refused, what is kept, what is renamed."""

import math
from pathlib import Path

import msgspec
import pytest
import yaml

from harness.contract import Contract, Member, check
from harness.errors import WireError
from harness.wire import Unreadable
from harness.wire.bodies import json as json_body

FILE = Path(__file__).parents[2] / "data" / "wire_contracts.yaml"
CONTRACT = msgspec.convert(yaml.safe_load(FILE.read_text())["EverythingInBody"], Contract)
ROOT = Member(target="EverythingInput")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param(b"\xff", "byte 0 of the body is not UTF-8", id="utf8"),
        pytest.param(b'{"a":\xed\xa0\x80}', "byte 5 of the body is not UTF-8", id="encoded-surrogate"),
        pytest.param(b"{", "the body is not JSON: ", id="truncated"),
        pytest.param(b"\xef\xbb\xbf{}", "the body is not JSON: ", id="byte-order-mark"),
        pytest.param(b'{"a":NaN}', "the body is not JSON: NaN is not a JSON value", id="nan"),
        pytest.param(
            b'{"a":-Infinity}', "the body is not JSON: -Infinity is not a JSON value", id="infinity"
        ),
        pytest.param(b"[1]", "the body is not a JSON object but [1]", id="list"),
        pytest.param(b"null", "the body is not a JSON object but null", id="null"),
        pytest.param(b'"' + b"x" * 99 + b'"', 'not a JSON object but "' + "x" * 56 + "...", id="long-text"),
        pytest.param(b"[" * 200, "the body is nested deeper than 128 levels", id="lists"),
        pytest.param(b'{"\\"":' * 100_000, "the body is nested deeper than 128 levels", id="objects"),
        pytest.param(b'{"a":' + b"1" * 5000 + b"}", "the body is not JSON: ", id="digits"),
    ],
)
def test_refuses_what_is_no_json_object(body, problem):
    with pytest.raises(Unreadable) as caught:
        json_body.decode_object(body, "here")
    assert caught.value.where == "here"
    assert problem in caught.value.problem
    assert caught.value.remedy == "Send a JSON object in UTF-8."


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(b"", {}, id="nothing"),
        pytest.param(b'{"a":18446744073709551616}', {"a": 2**64}, id="beyond-64-bits"),
        pytest.param(b'{"a":1e400,"b":-1e400}', {"a": "Infinity", "b": "-Infinity"}, id="beyond-doubles"),
        pytest.param(b'{"a":1,"a":2}', {"a": 2}, id="last-of-duplicates"),
        pytest.param(b'{"a":"' + b"[" * 500 + b'"}', {"a": "[" * 500}, id="brackets-in-text"),
        pytest.param(b"{\"a\":[" + b"[]," * 200 + b"[]]}", {"a": [[]] * 201}, id="wide-but-flat"),
    ],
)  # fmt: skip
def test_keeps_what_is_json(body, value):
    assert json_body.decode_object(body, "here") == value


def test_writes_utf8_without_spaces_and_escapes_half_pairs():
    assert json_body.encode({"é": ["€", "\ud800"]}, "here") == '{"é":["€","\\ud800"]}'.encode()


def test_refuses_to_write_what_is_nested_too_deep():
    deep: list = []
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(WireError, match="cannot be written as JSON"):
        json_body.encode(deep, "here")


WRITTEN = [
    pytest.param({"renamed": "x"}, {"wireName": "x"}, id="json-name"),
    pytest.param({"stranger": 1}, {"stranger": 1}, id="unknown"),
    pytest.param(
        {"text": None, "nested": {"label": None}}, {"text": None, "nested": {"label": None}}, id="null"
    ),
    pytest.param({"text": 5, "names": "x", "more": []}, {"text": 5, "names": "x", "more": []}, id="wrong"),
    pytest.param({"number": math.inf}, {"number": "Infinity"}, id="infinity"),
    pytest.param({"number": math.nan}, {"number": "NaN"}, id="nan"),
    pytest.param({"at": 1.5}, {"at": 1.5}, id="epoch"),
    pytest.param({"iso": 1.5}, {"iso": "1970-01-01T00:00:01.500Z"}, id="date-time"),
    pytest.param({"dated": 1}, {"dated": "Thu, 01 Jan 1970 00:00:01 GMT"}, id="http-date"),
    pytest.param({"iso": "x", "dated": True}, {"iso": "x", "dated": True}, id="no-timestamps"),
    pytest.param({"iso": 1e30}, {"iso": 1e30}, id="beyond-calendars"),
    pytest.param({"choice": {"when": 0}}, {"choice": {"when": "1970-01-01T00:00:00Z"}}, id="union"),
    pytest.param({"sparse": ["a", None]}, {"sparse": ["a", None]}, id="sparse"),
]


@pytest.mark.parametrize(("document", "wire"), WRITTEN)
def test_writes_documents_as_they_are(document, wire):
    """What fits its shape is spelled in its form; what does not is written as it is."""
    assert json_body.write(CONTRACT, ROOT, document) == wire


def test_leaves_nulls_out_where_asked():
    document = {"text": None, "nested": {"label": None, "byName": {"a": None}}, "sparse": [None]}
    written = json_body.write(CONTRACT, ROOT, document, nulls=False)
    assert written == {"nested": {"byName": {"a": None}}, "sparse": [None]}


READ = [
    pytest.param({"wireName": "x"}, {"renamed": "x"}, id="json-name"),
    pytest.param({"renamed": "x", "other": 1}, {"wire:renamed": "x", "other": 1}, id="not-the-wire-name"),
    pytest.param({"iso": "1970-01-01T00:00:01.500Z"}, {"iso": 1.5}, id="date-time"),
    pytest.param({"dated": "Thu, 01 Jan 1970 00:00:01 GMT"}, {"dated": 1}, id="http-date"),
    pytest.param({"iso": 5, "dated": "x"}, {"iso": "5", "dated": "x"}, id="wrong-form"),
    pytest.param({"at": "2020", "iso": True}, {"at": "2020", "iso": True}, id="kept"),
    pytest.param({"iso": [], "at": None}, {"iso": [], "at": None}, id="not-even-text"),
    pytest.param({"choice": {"__type": "x#Choice", "left": "a"}}, {"choice": {"left": "a"}}, id="union-type"),
    pytest.param({"extra": {"at": {"wireName": 2}}}, {"extra": {"at": {"wireName": 2}}}, id="document"),
    pytest.param({"nested": {"byName": {"a": {}}}}, {"nested": {"byName": {"a": {}}}}, id="map"),
]  # fmt: skip


@pytest.mark.parametrize(("wire", "document"), READ)
def test_reads_members_by_their_wire_names(wire, document):
    assert json_body.read(CONTRACT, ROOT, wire) == document


@pytest.mark.parametrize("wire", [{"iso": 5}, {"dated": "soon"}, {"at": "2020-01-01T00:00:00Z"}])
def test_timestamps_in_the_wrong_form_do_not_pass_for_instants(wire):
    """The contract's check reports them, although the value alone might look right."""
    traits = {item.trait for item in check(CONTRACT, json_body.read(CONTRACT, ROOT, wire))}
    assert "type" in traits


def test_clients_read_offsets_and_servers_do_not():
    wire = {"iso": "1970-01-01T01:00:00+01:00"}
    assert json_body.read(CONTRACT, ROOT, wire, offsets=True) == {"iso": 0}
    assert json_body.read(CONTRACT, ROOT, wire) == wire
