"""Signatures: what is malformed, what is refused, and that botocore's own are verified."""

import json

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Pair
from emulator_contracts import make, put_events, send_event
from emulator_requests import DATE, authorization

from harness.emulator.authentication import Credentials, authenticate, load_credentials
from harness.errors import ConfigurationError
from harness.exchange import Headers, Request

KEY, SECRET = "AKIDEXAMPLE", "a secret/of+this key"
KNOWN = Credentials({"OTHER": "other", KEY: SECRET})
HOST = "localhost:1234"


def sign(signer, method, path, body=b"", headers=None, *, service="events", pair=None):
    """Let botocore sign, and take down what it would send."""
    request = AWSRequest(method, f"http://{HOST}{path}", headers or {}, body)
    signer(pair or Pair(KEY, SECRET), service, "eu-west-1").add_auth(request)
    prepared = request.prepare()
    fields = [("host", HOST), *((name.lower(), value) for name, value in prepared.headers.items())]
    target = prepared.url.partition(HOST)[2]
    return Request(method, target, Headers.of(fields), body)


SIGNABLE = [
    pytest.param("POST", "/", b'{"Entries": []}', {"X-Amz-Target": "AWSEvents.PutEvents"}, id="json"),
    pytest.param("GET", "/a/b?z=1&a=%20x&empty=&a=2", b"", {}, id="query"),
    pytest.param("POST", "/path%20with/%C3%A4%2Fslash/~x", b"\x00\xff", {}, id="encoded-path"),
    pytest.param("POST", "/a/../b/./c//d/", b"", {}, id="dots-and-slashes"),
    pytest.param("PUT", "/x", b"", {"X-Spaces": "  a   b  ", "X-Empty": ""}, id="spaces"),
]


@pytest.mark.parametrize("signer", [SigV4Auth, SigV4QueryAuth], ids=["header", "presigned"])
@pytest.mark.parametrize(("method", "path", "body", "headers"), SIGNABLE)
def test_what_botocore_signs_is_verified(signer, method, path, body, headers):
    presigned = signer is SigV4QueryAuth  # botocore turns a presigned body into query parameters
    request = sign(signer, method, path, b"" if presigned else body, headers)
    assert authenticate(put_events(), request, KNOWN) is None


@pytest.mark.parametrize("signer", [SigV4Auth, SigV4QueryAuth], ids=["header", "presigned"])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda r: Request("GET", r.target, r.headers, r.body), id="method"),
        pytest.param(lambda r: Request(r.method, "/other" + r.target, r.headers, r.body), id="path"),
        pytest.param(
            lambda r: Request(r.method, f"{r.target}{'&' if r.query else '?'}x=1", r.headers, r.body),
            id="query",
        ),
        pytest.param(lambda r: Request(r.method, r.target, r.headers, r.body + b" "), id="body"),
        pytest.param(
            lambda r: Request(r.method, r.target, r.headers.replacing("host", "evil"), r.body), id="host"
        ),
    ],
)
def test_what_was_changed_after_signing_is_refused(signer, change):
    refusal = authenticate(put_events(), change(sign(signer, "POST", "/")), KNOWN)
    assert (refusal.code, refusal.status) == ("InvalidSignatureException", 403)


def test_another_secret_is_refused():
    request = sign(SigV4Auth, "POST", "/", pair=Pair(KEY, "wrong"))
    refusal = authenticate(put_events(), request, KNOWN)
    assert (refusal.code, refusal.status) == ("InvalidSignatureException", 403)
    assert SECRET not in refusal.message


def test_an_unknown_key_is_refused():
    request = sign(SigV4Auth, "POST", "/", pair=Pair("NOBODY", SECRET))
    refusal = authenticate(put_events(), request, KNOWN)
    assert (refusal.code, refusal.status, refusal.message) == (
        "UnrecognizedClientException",
        403,
        "The security token included in the request is invalid.",
    )


def test_without_credentials_any_signature_of_the_right_form_passes():
    assert authenticate(put_events(), sent(authorization("events")), None) is None


def test_a_date_header_serves_as_well():
    headers = {"Authorization": authorization("events"), "Date": "Wed, 01 Jan 2025 10:00:00 GMT"}
    assert authenticate(put_events(), Request("POST", "/", Headers.of(headers)), None) is None


def sent(header, date=DATE):
    fields = {"Authorization": header} | ({"X-Amz-Date": date} if date is not None else {})
    return Request("POST", "/", Headers.of(fields))


GOOD = authorization("events")
INCOMPLETE, INVALID = "IncompleteSignatureException", "InvalidSignatureException"
MISSING = "MissingAuthenticationTokenException"


@pytest.mark.parametrize(
    ("request_", "code", "status", "message"),
    [
        (Request("POST", "/"), MISSING, 403, "Request is missing Authentication Token"),
        (sent("  "), MISSING, 403, "Request is missing Authentication Token"),
        (
            sent("Bearer x"),
            INCOMPLETE,
            400,
            "Unsupported algorithm in Authorization header; it must begin with AWS4-HMAC-SHA256.",
        ),
        (
            sent("AWS4-HMAC-SHA256 garbage"),
            INCOMPLETE,
            400,
            "Not a valid key=value pair (missing equal-sign) in Authorization header.",
        ),
        (
            sent("AWS4-HMAC-SHA256 Credential=a/20250101/r/events/aws4_request"),
            INCOMPLETE,
            400,
            "Authorization header requires 'Signature' parameter. "
            "Authorization header requires 'SignedHeaders' parameter.",
        ),
        (
            sent(GOOD.replace("/us-east-1", "")),
            INCOMPLETE,
            400,
            "Credential must have exactly 5 slash-delimited elements: keyid/date/region/service/term.",
        ),
        (
            sent(GOOD, None),
            INCOMPLETE,
            400,
            "Authorization header requires existence of a 'X-Amz-Date' in ISO-8601 basic form or a 'Date'.",
        ),
        (
            sent(GOOD, "yesterday"),
            INCOMPLETE,
            400,
            "Authorization header requires existence of a 'X-Amz-Date' in ISO-8601 basic form or a 'Date'.",
        ),
        (
            sent(authorization("sqs")),
            INVALID,
            403,
            "Credential should be scoped to correct service: 'events'.",
        ),
        (
            sent(authorization("events", terminator="aws5")),
            INVALID,
            403,
            "Credential should be scoped with a valid terminator: 'aws4_request'.",
        ),
        (
            sent(authorization("events", date="20250102")),
            INVALID,
            403,
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
        ),
        (
            Request("GET", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256"),
            INCOMPLETE,
            400,
            "Query requires 'Credential' parameter. Query requires 'Signature' parameter. "
            "Query requires 'SignedHeaders' parameter.",
        ),
        (
            Request("GET", "/?X-Amz-Signature=00"),
            INCOMPLETE,
            400,
            "X-Amz-Algorithm must be AWS4-HMAC-SHA256.",
        ),
    ],
    ids=[
        "nothing", "blank", "another-scheme", "no-pairs", "parts-missing", "short-credential", "no-date",
        "no-instant", "another-service", "another-terminator", "another-day", "bare-query", "no-algorithm",
    ],
)  # fmt: skip
@pytest.mark.parametrize("credentials", [None, KNOWN], ids=["form-only", "verifying"])
def test_refusals_before_any_secret_is_needed(request_, code, status, message, credentials):
    refusal = authenticate(put_events(), request_, credentials)
    assert (refusal.code, refusal.status, refusal.message) == (code, status, message)


def test_a_signature_must_cover_the_host():
    request = sign(SigV4Auth, "POST", "/")
    header = request.headers.get("authorization").replace("SignedHeaders=host;", "SignedHeaders=")
    bare = Request("POST", "/", request.headers.replacing("authorization", header))
    assert authenticate(put_events(), bare, KNOWN).code == INVALID


@pytest.mark.parametrize("scheme", ["none"])
def test_an_open_operation_asks_for_nothing(scheme):
    contract = make("open", "Ping", shapes={}, http={}, auth={"scheme": scheme})
    assert authenticate(contract, Request("POST", "/"), KNOWN) is None


@pytest.mark.parametrize(
    ("value", "tokens", "code"),
    [
        (None, (), "AccessDeniedException"),
        ("", (), "AccessDeniedException"),
        ("  ", ("a",), "AccessDeniedException"),
        ("anything", (), None),
        ("b", ("a", "b"), None),
        ("c", ("a", "b"), "AccessDeniedException"),
        ("ä", ("a",), "AccessDeniedException"),
    ],
)
def test_bearer_tokens(value, tokens, code):
    headers = Headers.of({"X-Amz-Bearer": value} if value is not None else {})
    refusal = authenticate(send_event(), Request("POST", "/", headers), Credentials(bearer_tokens=tokens))
    assert (refusal.code if refusal else None) == code
    assert refusal is None or refusal.status == 403


# --- the file --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"access_keys": {"A": "s"}, "bearer_tokens": ["t"]}', Credentials({"A": "s"}, ("t",))),
        ("access_keys:\n  A: s\n", Credentials({"A": "s"})),
        ("bearer_tokens: [t, u]\n", Credentials({}, ("t", "u"))),
    ],
    ids=["json", "yaml-keys", "yaml-tokens"],
)
def test_credentials_are_read_from_json_and_yaml(tmp_path, text, expected):
    path = tmp_path / "credentials"
    path.write_text(text)
    assert load_credentials(path) == expected


FORM = "Write 'access_keys' as a mapping of key ids to secrets and 'bearer_tokens' as a list of texts."


@pytest.mark.parametrize(
    ("content", "problem", "remedy"),
    [
        (None, "cannot be read: No such file or directory", "Name a readable file with credentials."),
        (b"\xff\xfe\x00", "cannot be read: it is not UTF-8", "Name a readable file with credentials."),
        (b"a: [SECRET\nb: }", "is neither JSON nor YAML (line 2)", FORM),
        (b"SECRET", "does not have the form of credentials", FORM),
        (b"access_keys: [SECRET]", "does not have the form of credentials", FORM),
        (b"access_keys: {A: 5}", "does not have the form of credentials", FORM),
        (b"keys: {A: SECRET}", "does not have the form of credentials", FORM),
        (b"", "does not have the form of credentials", FORM),
    ],
    ids=["missing", "binary", "broken", "a-text", "a-list", "a-number", "unknown-key", "empty"],
)
def test_a_bad_credentials_file_is_one_clear_sentence(tmp_path, content, problem, remedy):
    path = tmp_path / "credentials.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        load_credentials(path)
    assert str(caught.value) == f"{path}: {problem}\n  {remedy}"
    assert caught.value.exit_code == 2


def test_credentials_do_not_show_themselves():
    assert repr(Credentials({"A": "SECRET"}, ("TOKEN",))) == "Credentials(1 access keys, 1 bearer tokens)"
    assert json.dumps(str(KNOWN)).count("secret") == 0
