"""Redaction: planted secrets are absent in every place and spelling, and all the rest stays as it was."""

from __future__ import annotations

import base64
import json
from html import escape
from urllib.parse import quote, quote_plus

import msgspec
import pytest

from harness.cassettes.read import read_cassette
from harness.cassettes.record import Recorder
from harness.cassettes.redaction import UnsearchableError, Vault
from harness.contract import Member, Shape
from harness.exchange import Exchange, Headers, Request, Response

SECRET = 'tok/+é en"<&>\\=secret'
KEY_ID = "AKIAIOSFODNN7EXAMPLE"


def ours(*secrets):
    return Vault(secrets=secrets, ours="exchanges")


SPELLINGS = {
    "as it is": SECRET,
    "in JSON": json.dumps(SECRET)[1:-1],
    "in JSON, not ASCII": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "in JSON in JSON": json.dumps(json.dumps(SECRET)[1:-1])[1:-1],
    "in JSON, slashes escaped": json.dumps(SECRET)[1:-1].replace("/", "\\/"),
    "percent-encoded": quote(SECRET, safe=""),
    "percent-encoded, slashes kept": quote(SECRET),
    "percent-encoded in lower case": quote(SECRET, safe="").lower().replace("tok", "tok"),
    "percent-encoded twice": quote(quote(SECRET, safe=""), safe=""),
    "in a form": quote_plus(SECRET),
    "in XML": escape(SECRET),
    "in base64": base64.b64encode(SECRET.encode()).decode(),
    "in URL-safe base64": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "in base64, after one byte": base64.b64encode(b"a" + SECRET.encode() + b"zz").decode(),
    "in base64, after two bytes": base64.b64encode(b"ab" + SECRET.encode() + b"z").decode(),
    "in base64 in JSON": base64.b64encode(b"???" + SECRET.encode()).decode().replace("/", "\\/"),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_a_secret_goes_in_every_spelling_and_leaves_its_surroundings(spelling):
    assert ours(SECRET).text(f"before <{spelling}> after") == "before <REDACTED> after"


@pytest.mark.parametrize("spelling", [SECRET, SPELLINGS["in JSON"], SPELLINGS["in base64"]])
@pytest.mark.parametrize(
    "place", ["target", "header", "body", "answer", "answer header", "failure", "description"]
)
def test_no_place_of_a_cassette_holds_a_planted_secret(tmp_path, contract, case, noon, place, spelling):
    planted = spelling.encode("latin-1", "replace").decode("latin-1")
    at = {
        key: planted if key == place else "-"
        for key in ("target", "header", "body", "answer", "answer header")
    }
    request = Request("POST", f"/x?q={at['target']}", Headers.of({"X-A": at["header"]}), at["body"].encode())
    response = Response(200, Headers.of({"X-B": at["answer header"]}), at["answer"].encode())
    exchange = Exchange(request, response)
    if place == "failure":
        exchange = Exchange(request, None, f"cannot reach {planted}")
    if place == "description":
        case = msgspec.structs.replace(case, description=f"sends {planted}")
    recorder = Recorder(tmp_path, "127.0.0.1_80", secrets=(SECRET,))
    recorder.add(contract, case, exchange, noon)
    path = recorder.save(contract)
    text = path.read_text()
    assert "REDACTED" in text
    assert "secret" not in text
    assert base64.b64encode(SECRET.encode()).decode()[4:12] not in text
    assert len(read_cassette(path).recorded) == 1


ALWAYS = [
    pytest.param("Authorization", "AWS4-HMAC-SHA256 Credential=x/y, Signature=" + "ab" * 32, id="signature"),
    pytest.param("authorization", "Bearer abcdefghijk", id="bearer token"),
    pytest.param("X-Amz-Security-Token", "FwoGZXIvYXdzEJr", id="session token"),
    pytest.param("Cookie", "sid=0123456789", id="cookie"),
    pytest.param("Set-Cookie", "sid=0123456789; Path=/", id="set-cookie"),
    pytest.param("Proxy-Authorization", "Basic dXNlcjpwYXNz", id="proxy"),
]


@pytest.mark.parametrize(("name", "value"), ALWAYS)
def test_headers_that_carry_secrets_keep_their_name_only_and_no_echo_keeps_the_value(exchange, name, value):
    kept = ours().exchange(exchange(headers=[(name, value)], answer=f"you sent {value}!".encode()), None)
    assert kept.request.headers.get(name) == "REDACTED"
    secret = value.split("=")[-1] if "Signature" in value else value.split()[-1].split("=")[-1].split(";")[0]
    if name != "Set-Cookie":
        assert secret.encode() not in kept.response.body
        assert b"REDACTED" in kept.response.body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"id {KEY_ID}.", "id REDACTED.", id="a long-lived key"),
        pytest.param("ASIAIOSFODNN7EXAMPLE", "REDACTED", id="a session key"),
        pytest.param("AKIA is short", "AKIA is short", id="no key"),
        pytest.param(
            "/a?X-Amz-Algorithm=x&X-Amz-Credential=c%2Fd&X-Amz-Signature=0a1b&z=1",
            "/a?X-Amz-Algorithm=x&X-Amz-Credential=REDACTED&X-Amz-Signature=REDACTED&z=1",
            id="a presigned target",
        ),
        pytest.param(
            '{"url": "https://h/?X-Amz-Security-Token=Fwo%2F&x=1"}',
            '{"url": "https://h/?X-Amz-Security-Token=REDACTED&x=1"}',
            id="a presigned URL in an answer",
        ),
        pytest.param(
            "r=https%3A%2F%2Fh%3FX-Amz-Signature%3D0a1b%26x%3D1",
            "r=https%3A%2F%2Fh%3FX-Amz-Signature%3DREDACTED%26x%3D1",
            id="a presigned URL as a parameter",
        ),
        pytest.param("at http://me:word@h:1/x", "at http://REDACTED@h:1/x", id="a password in a URL"),
        pytest.param("connectionToken=generated", "connectionToken=generated", id="a generated token"),
    ],
)
def test_secret_forms_go_wherever_they_stand(text, expected):
    assert ours().text(text) == expected


def test_a_generated_bearer_is_kept_and_the_users_is_not(exchange):
    sent = exchange(headers=[("X-Amz-Bearer", "generated-token-1"), ("X-Other", "users-token-2")])
    kept = ours("users-token-2").exchange(sent, None)
    assert kept.request.headers.fields[1:] == (("X-Amz-Bearer", "generated-token-1"), ("X-Other", "REDACTED"))


def test_an_exchange_without_secrets_is_kept_to_the_byte(exchange):
    sent = exchange(b"\xff\x00\r\n", "x\u2028\x85".encode(), target="/a%2f?b=%zz", headers=[("X", "\xff")])
    assert ours("open-sesame").exchange(sent, None) == sent


def test_a_short_secret_is_a_whole_word_only():
    assert ours("test").text("latest test, tester") == "latest REDACTED, tester"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xa1\x65token\x6bopen-sesame\xff", id="CBOR"),
        pytest.param(b"\xff" + base64.b64encode(b"\x00open-sesame"), id="base64 in bytes"),
        pytest.param(b"\xff" + KEY_ID.encode(), id="a key id"),
        pytest.param(b"\xff" + "clé-sésame".encode(), id="not ASCII"),
    ],
)
def test_a_body_that_cannot_be_searched_is_refused_when_a_secret_is_in_it(exchange, body):
    redactor = ours("open-sesame", "clé-sésame")
    with pytest.raises(UnsearchableError, match=r"^a body that is no text holds a secret$"):
        redactor.exchange(exchange(body), None)
    with pytest.raises(UnsearchableError, match=r"^a body that is no text holds a secret$"):
        redactor.exchange(exchange(answer=body), None)


def test_half_of_a_surrogate_pair_is_refused(exchange):
    with pytest.raises(UnsearchableError, match="surrogate"):
        ours().exchange(exchange(headers=[("X", "\ud800")]), None)


def test_a_changed_body_gets_its_length_and_loses_its_checksums(exchange):
    answer = b'{"t": "open-sesame"}'
    headers = [
        ("Content-Length", str(len(answer))),
        ("x-amz-crc32", "1"),
        ("X-Amz-Checksum-Sha256", "a"),
        ("X", "1"),
    ]
    kept = ours("open-sesame").exchange(exchange(answer=answer, answer_headers=headers), None).response
    assert kept.body == b'{"t": "REDACTED"}'
    assert kept.headers.fields == (("Content-Length", str(len(kept.body))), ("X", "1"))


@pytest.mark.parametrize(
    ("secret", "standing"),
    [(41.5, 0), (7, 0), (True, False), ("a word of it", str), ({"a": 1.5}, {"a": 0})],
    ids=["float", "integer", "boolean", "text", "mapping"],
)
def test_a_secret_document_may_be_anything(contract, secret, standing):
    """A document is no number, so no smallest number is known of it."""
    shapes = {
        "PutEventsRequest": Shape(),
        "Out": Shape(type="structure", members={"Payload": Member(target="Anything", sensitive=True)}),
        "Anything": Shape(type="document"),
    }
    made = msgspec.structs.replace(contract, shapes=shapes, output="Out")
    answer = Response(200, Headers.of({}), json.dumps({"Payload": secret}).encode())
    kept = Vault().exchange(Exchange(Request("POST", "/", body=b"{}"), answer), made)
    found = json.loads(kept.response.body)["Payload"]
    assert found.startswith("REDACTED-received-") if standing is str else found == standing
