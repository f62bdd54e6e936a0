"""The server of raw answers: each row of the table comes over the wire as it stands there."""

from __future__ import annotations

import gzip
import http.client
import json
from urllib.parse import urlsplit

import pytest

from harness.probe.answers import ANSWERS, HEADER, TYPES, UNKNOWN
from harness.probe.raw_server import BODY_LIMIT, RawServer
from harness.wire.bodies import cbor

EVERY = [
    pytest.param(answer, protocol, id=f"{answer.name}-{protocol}")
    for answer in ANSWERS
    for protocol in answer.protocols or TYPES
]


@pytest.fixture(scope="module")
def server():
    with RawServer() as running:
        yield urlsplit(running.url).netloc


def get(server, wanted, body=b"{}", headers=()):
    connection = http.client.HTTPConnection(server, timeout=10)
    try:
        connection.request("POST", "/any/path", body, {HEADER: wanted, **dict(headers)})
        response = connection.getresponse()
        try:
            return response.status, dict(response.getheaders()), response.read()
        except http.client.IncompleteRead as error:
            return response.status, dict(response.getheaders()), error.partial
    finally:
        connection.close()


@pytest.mark.parametrize(("answer", "protocol"), EVERY)
def test_every_answer_arrives_as_the_table_says(server, answer, protocol):
    """Status, media type, its headers with the code in them, and as much of the body as is promised."""
    wanted = f"{answer.name};{protocol};TheCode"
    if answer.silent:
        with pytest.raises(http.client.RemoteDisconnected):
            get(server, wanted)
        return
    status, headers, body = get(server, wanted)
    assert status == answer.status
    assert headers["Content-Type"] == (answer.media_type or TYPES[protocol])
    assert int(headers["Content-Length"]) == len(body) + answer.promise
    for name, text in answer.headers:
        assert headers[name] == text.replace("CODE", "TheCode")
    if answer.body is not None and not answer.media_type:
        assert body.decode(answer.encoding) == answer.body.replace("CODE", "TheCode")


def test_names_are_unique_in_a_protocol():
    """A row of the matrix is one answer."""
    names = [(answer.name, protocol) for answer in ANSWERS for protocol in answer.protocols or TYPES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("protocol", "read"),
    [
        ("json", lambda headers, body: json.loads(body)["__type"]),
        ("rest-json", lambda headers, body: headers["x-amzn-errortype"]),
        ("query", lambda headers, body: body.partition(b"<Code>")[2].partition(b"<")[0].decode()),
        ("ec2", lambda headers, body: body.partition(b"<Code>")[2].partition(b"<")[0].decode()),
        ("rest-xml", lambda headers, body: body.partition(b"<Code>")[2].partition(b"<")[0].decode()),
        ("smithy-rpc-v2-cbor", lambda headers, body: cbor.decode_object(body, "body")["__type"]),
    ],
)
def test_an_ordinary_error_has_its_code_where_the_protocol_has_it(server, protocol, read):
    """A code that nobody knows, and one that is asked for with its status."""
    _, headers, body = get(server, f"unknown-code-400;{protocol};TheCode")
    assert read(headers, body) == UNKNOWN
    status, headers, body = get(server, f"asked;{protocol};TheCode;418")
    assert (status, read(headers, body)) == (418, "TheCode")


def test_a_compressed_body_is_the_ordinary_one(server):
    """Only the coding differs."""
    _, _, plain = get(server, "unknown-code-400;json;X")
    _, headers, packed = get(server, f"gzip-400;json;{UNKNOWN}")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain


@pytest.mark.parametrize(
    ("wanted", "length", "status"),
    [
        ("no-such-answer;json;X", None, 404),
        ("type-uri;query;X", None, 404),
        ("", None, 404),
        ("asked;json;X;200", None, 404),
        ("no-code-400;json;X", str(BODY_LIMIT + 1), 413),
        ("no-code-400;json;X", "many", 413),
    ],
    ids=["name", "protocol", "nothing", "no-error", "too-long", "no-number"],
)
def test_anything_else_is_refused(server, wanted, length, status):
    """What is not in the table, and bodies beyond the limit, which are not read."""
    headers = {} if length is None else {"Content-Length": length}
    assert get(server, wanted, b"" if length else b"{}", headers)[0] == status


def test_listens_on_loopback_only():
    """Nobody else can ask."""
    with RawServer() as running:
        assert running.url.startswith("http://127.0.0.1:")
