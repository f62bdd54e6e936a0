"""Laws of cassettes: bytes survive for us and for stock vcrpy, beginnings are refused, secrets are absent."""

from __future__ import annotations

import base64
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import hypothesis.strategies as st
import pytest
from hypothesis import example, given, settings

from harness.cases.model import make_case
from harness.cassettes.nodes import Document
from harness.cassettes.read import read_cassette
from harness.cassettes.record import Recorder
from harness.cassettes.spelling import spell
from harness.contract import Contract, Http, Shape
from harness.errors import CassetteCorrupt
from harness.exchange import Exchange, Headers, Request, Response

CONTRACT = Contract(
    format=1, service="events", operation="PutEvents", version="2021-03-02", sources=(), protocol="json",
    metadata={}, http=Http(), shapes={"PutEventsRequest": Shape()},
)  # fmt: skip
CASE = make_case(CONTRACT, "fuzz", "anything", input={})
NOON = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
LAW = settings(derandomize=True, deadline=None, max_examples=150)

AWKWARD = [
    "\r\n",
    "\n",
    "\r",
    "\x85",
    "\u2028",
    "\u2029",
    "\ufeff",
    "\0",
    "\t",
    " ",
    "  ",
    "\n ",
    " \n",
    "\\",
    '"',
    "'",
    "''",
    ":",
    ": ",
    " #",
    "#",
    "- ",
    "? ",
    "---",
    "...",
    "%",
    "|",
    ">",
    "&a",
    "*a",
    "!",
    "{",
    "}",
    "[",
    "]",
    ",",
    "null",
    "~",
    "1",
    "0x1",
    "1e3",
    "2021-03-02",
    "=",
    "<<",
    "é",
    "🎈",
    "\x7f",
    "\ufffe",
    "version: 1",
    "\nversion: 1\n",
]
texts = st.lists(
    st.sampled_from(AWKWARD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=6
).map("".join)
bodies = st.binary(max_size=40) | texts.map(str.encode)
names = st.text("abcXYZ-", min_size=1, max_size=4).map("X-".__add__)
values = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=12
)
fields = st.lists(st.tuples(names, values), max_size=5).map(Headers.of)
targets = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=12).map("/".__add__)
requests = st.builds(Request, st.sampled_from(["GET", "POST"]), targets, fields, bodies)
answers = st.builds(Response, st.integers(100, 599), fields, bodies)
exchanges = st.builds(Exchange, requests, answers) | st.builds(
    Exchange, requests, st.none(), texts.filter(bool)
)


def record(directory, recorded, **options):
    recorder = Recorder(Path(directory), "emulator", **options)
    for exchange in recorded:
        recorder.add(CONTRACT, CASE, exchange, NOON)
    return recorder.save(CONTRACT)


@LAW
@given(st.lists(exchanges, min_size=1, max_size=3))
@example([Exchange(Request("GET", "*"), Response(200))])
@example([Exchange(Request("GET", "/", Headers.of([("A", "1"), ("a", "2"), ("A", "3")])), Response(200))])
@example([Exchange(Request("GET", "/", Headers.of([("N" * 2000, "1")])), Response(200))])
def test_what_was_exchanged_is_what_is_read(recorded):
    with tempfile.TemporaryDirectory() as directory:
        cassette = read_cassette(record(directory, recorded))
    assert [item.exchange for item in cassette.recorded] == recorded


@LAW
@given(st.lists(st.builds(Exchange, requests, answers), min_size=1, max_size=3))
def test_stock_vcrpy_reads_the_same_bytes(recorded):
    from vcr.cassette import Cassette

    with tempfile.TemporaryDirectory() as directory:
        stock = Cassette.load(path=str(record(directory, recorded)))
    assert len(stock) == len(recorded)
    for exchange, request, response in zip(recorded, stock.requests, stock.responses, strict=True):
        assert request.method == exchange.request.method
        assert request.uri == "http://emulator" + exchange.request.target
        assert request.body == exchange.request.body
        # vcrpy keeps the first value of a repeated request header.
        assert {name.lower(): value for name, value in request.headers.items()} == {
            name.lower(): exchange.request.headers.get(name) for name, _ in exchange.request.headers
        }
        assert response["status"]["code"] == exchange.response.status
        assert response["body"]["string"] == exchange.response.body
        assert {name.lower(): tuple(values) for name, values in response["headers"].items()} == {
            name.lower(): exchange.response.headers.all(name) for name, _ in exchange.response.headers
        }


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(exchanges, min_size=1, max_size=3), st.data())
def test_every_proper_beginning_is_refused_and_left_alone(recorded, data):
    with tempfile.TemporaryDirectory() as directory:
        path = record(directory, recorded)
        whole = path.read_bytes()
        at_lines = [at + 1 for at, byte in enumerate(whole[:-1]) if byte == ord("\n")]
        for length in [*at_lines, data.draw(st.integers(0, len(whole) - 1), label="length")]:
            path.write_bytes(whole[:length])
            with pytest.raises(CassetteCorrupt):
                read_cassette(path)
            assert path.read_bytes() == whole[:length]


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.builds(Exchange, requests, answers), min_size=2, max_size=4), st.data())
def test_lines_lost_in_the_middle_never_read_as_fewer_interactions(recorded, data):
    with tempfile.TemporaryDirectory() as directory:
        path = record(directory, recorded)
        lines = path.read_bytes().splitlines(keepends=True)
        start = data.draw(st.integers(0, len(lines) - 2), label="start")
        end = data.draw(st.integers(start + 1, len(lines) - 1), label="end")
        path.write_bytes(b"".join(lines[:start] + lines[end:]))
        try:
            count = len(read_cassette(path).interactions)
        except CassetteCorrupt:
            count = len(recorded)
    assert count == len(recorded)


@LAW
@given(
    st.lists(exchanges, min_size=1, max_size=3),
    st.integers(0, 10**6),
    st.integers(0, 9),
    st.binary(max_size=9),
)
def test_spoilt_bytes_are_refused_or_cost_no_interaction(recorded, start, length, spoilt):
    with tempfile.TemporaryDirectory() as directory:
        path = record(directory, recorded)
        whole = path.read_bytes()
        start %= len(whole)
        path.write_bytes(whole[:start] + spoilt + whole[start + length :])
        try:
            count = len(read_cassette(path).interactions)
        except CassetteCorrupt:
            return
    assert count >= len([exchange for exchange in recorded if exchange.response])


SPELL = {
    "plain": str,
    "JSON": lambda secret: json.dumps(secret)[1:-1],
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret))[1:-1],
    "percent": lambda secret: quote(secret, safe=""),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 inside": lambda secret: base64.b64encode(b"#" + secret.encode() + b"##").decode(),
}
secrets = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x17E), min_size=8, max_size=40)


@LAW
@given(secrets, st.sampled_from(sorted(SPELL)), st.integers(0, 4), texts)
def test_a_planted_secret_is_absent_from_the_file(secret, spelling, place, around):
    planted = SPELL[spelling](secret)
    parts = [planted if place == index else "-" for index in range(5)]
    request = Request("POST", f"/{parts[0]}", Headers.of({"X-A": parts[1]}), f"{around} {parts[2]} ".encode())
    response = Response(200, Headers.of({"X-B": parts[3]}), f"{around} {parts[4]} {around}".encode())
    with tempfile.TemporaryDirectory() as directory:
        path = record(directory, [Exchange(request, response)], secrets=(secret,))
        exchange = read_cassette(path).interactions[0].exchange
        raw = path.read_bytes()
        # A secret may be a word of the format itself, e.g. "contract".
        empty = record(directory, [Exchange(Request("POST", "/"), Response(200))]).read_bytes()
    read = [
        exchange.request.target, exchange.request.headers.get("X-A"), exchange.request.body.decode(),
        exchange.response.headers.get("X-B"), exchange.response.body.decode(),
    ]  # fmt: skip
    assert planted not in read[place]
    assert "REDACTED" in read[place]
    assert raw.count(planted.encode()) == empty.count(planted.encode())


plain_values = st.recursive(
    texts | st.integers(-5, 10**9) | st.booleans() | st.none() | st.binary(max_size=9),
    lambda inner: (
        st.dictionaries(texts, inner, max_size=3)
        | st.lists(inner.filter(lambda x: not isinstance(x, list)), max_size=3)
    ),
    max_leaves=8,
)


@LAW
@given(st.dictionaries(texts, plain_values, min_size=1, max_size=4))
def test_what_is_spelled_is_what_every_reader_reads(mapping):
    import yaml

    text = spell(mapping)
    assert text.isascii()
    assert Document(text.encode()).values() == mapping
    assert yaml.load(text, Loader=yaml.SafeLoader) == mapping
