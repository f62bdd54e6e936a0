"""Secrets in base64 within texts: gone from the recording, which is found again all the same."""

from __future__ import annotations

import base64
import json
from functools import cache

import pytest

from harness.cassettes.redaction import Vault
from harness.exchange import Exchange, Headers, Request, Response
from harness.importers.sources import open_source
from harness.wire import protocol_for, sdk

KEY_ID = "AKIAIOSFODNN7PLANTED"
SIGNATURE = "0a" * 32
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEplantedplantedplanted\n-----END RSA PRIVATE KEY-----\n"


@cache
def put_events():
    return open_source("botocore").load("events", "PutEvents")


def event(**detail):
    return {"Entries": [{"Source": "shop", "DetailType": "sale", "Detail": json.dumps(detail)}]}


def recorded(vault, document):
    live = Exchange(sdk.serialize(put_events(), document), Response(500))
    return vault.exchange(live, put_events()).request


def raw_of(run):
    digits = run.replace("-", "+").replace("_", "/")
    return base64.b64decode(digits + "=" * (-len(digits) % 4)).decode("latin-1")


FORMS = [
    pytest.param(f"id {KEY_ID}.", KEY_ID, id="access key"),
    pytest.param(f"https://h/?a=b&X-Amz-Signature={SIGNATURE}&c=d", SIGNATURE, id="presigned URL"),
    pytest.param(f"Bearer {TOKEN}", TOKEN, id="JSON Web Token"),
    pytest.param(PEM, "planted", id="private key"),
]


@pytest.mark.parametrize("before", ["", "a", "ab"])
@pytest.mark.parametrize(("text", "secret"), FORMS)
def test_what_is_secret_by_its_form_goes_in_base64_too(text, secret, before):
    run = base64.b64encode(f"{before}{text}".encode()).decode()
    cleaned = Vault().text(f"got v2/{run} there")
    assert cleaned.startswith("got v2/")
    assert cleaned.endswith(" there")
    assert secret not in raw_of(cleaned.removeprefix("got v2/").removesuffix(" there"))


PLACES = {
    "header": lambda run: Exchange(Request("POST", "/", Headers.of({"X-A": run})), Response(200)),
    "JSON": lambda run: Exchange(Request("POST", "/", body=json.dumps({"a": run}).encode()), Response(200)),
    "XML": lambda run: Exchange(Request("POST", "/", body=f"<a b='{run}'/>".encode()), Response(200)),
    "query": lambda run: Exchange(Request("GET", f"/?a={run}"), Response(200)),
    "answer": lambda run: Exchange(Request("GET", "/"), Response(200, Headers.of({"A": run}), run.encode())),
    "failure": lambda run: Exchange(Request("GET", "/"), None, f"cannot reach {run}"),
}


@pytest.mark.parametrize("ours", ["nothing", "requests", "exchanges"])
@pytest.mark.parametrize("place", PLACES)
def test_it_goes_wherever_it_stands(place, ours):
    run = base64.b64encode(f"id {KEY_ID}.".encode()).decode()
    kept = Vault(ours=ours).exchange(PLACES[place](run), None)
    assert run not in repr(kept)
    assert base64.b64encode(b"id REDACTED").decode()[:10] in repr(kept)


def test_random_bytes_in_base64_stay():
    run = base64.b64encode(bytes(range(256)) * 4).decode()
    assert Vault(patterns=["card-[0-9]+"]).text(run) == run


KINDS = {
    "supplied": ("Jane-Planted-Name", {"secrets": ["Jane-Planted-Name"]}, {}),
    "pattern": ("card-12345678", {"patterns": ["card-[0-9]{8}"]}, {}),
    "form": (KEY_ID, {}, {}),
    "named": ("hunter22-planted", {}, {"password": "hunter22-planted"}),
    "two at once": (f"hunter22-planted {KEY_ID}", {}, {"password": "hunter22-planted"}),
}
ALPHABETS = {
    "padded": base64.b64encode,
    "URL-safe": base64.urlsafe_b64encode,
    "without padding": lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"="),
}


@pytest.mark.parametrize("length", [0, 1, 2])
@pytest.mark.parametrize("alphabet", ALPHABETS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_request_with_a_secret_in_base64_is_found_again(kind, alphabet, length):
    """Whatever the alphabet, the padding, and the length of what stands for the secret."""
    secret, given, beside = KINDS[kind]
    run = ALPHABETS[alphabet](f"{'x' * length}:{secret} and a tail \xff".encode()).decode()
    live = event(**beside, note=run)
    stored = protocol_for(put_events()).parse_request(put_events(), recorded(Vault(**given), live))
    note = json.loads(stored["Entries"][0]["Detail"])["note"]
    assert not any(part in (note if note == "REDACTED" else raw_of(note)) for part in secret.split())
    replaying = Vault(**given)
    assert replaying.sealed(put_events(), stored) == replaying.sealed(put_events(), live)


def test_a_pseudonym_and_a_secret_in_one_run_are_both_levelled():
    """A replayed client sends the id that it got and a password that it knows, as in basic authentication."""
    vault = Vault()
    kept = "REDACTED-received-0123456789ab"
    live, stored = (
        event(password=secret, note=base64.b64encode(f"{kept}:{secret}".encode()).decode())
        for secret in ("hunter22-planted", "REDACTED-sent-ba9876543210")
    )
    assert vault.sealed(put_events(), stored) == vault.sealed(put_events(), live)
    other = event(
        password="hunter22-planted",
        note=base64.b64encode(b"REDACTED-received-ffffffffffff:hunter22-planted").decode(),
    )
    assert vault.sealed(put_events(), other) != vault.sealed(put_events(), live)
