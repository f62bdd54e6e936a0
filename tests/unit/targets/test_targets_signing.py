"""Authentication: what each kind of case puts on a request, and where credentials come from."""

from __future__ import annotations

import re

import pytest

from harness.cases.model import Aim, make_case
from harness.contract import Auth, Bounds, Contract, Http, Member, Shape
from harness.emulator import signature
from harness.errors import UsageError
from harness.exchange import Headers, Request
from harness.targets import TargetSpec, open_target
from harness.targets.embedded import EmbeddedTarget
from harness.targets.live import LiveTarget
from harness.targets.signing import (
    DOCUMENTED_KEY,
    MALFORMED_AUTHORIZATION,
    Chain,
    Endpoint,
    KeyPair,
    Signer,
    resolve_endpoint,
    signing_name,
)


def contract(service="events", operation="PutEvents", **fields) -> Contract:
    given = {
        "format": 1, "version": "2021-03-02", "sources": (), "protocol": "json", "http": Http(),
        "input": "In",
        "metadata": {"endpointPrefix": "events", "targetPrefix": "AWSEvents", "jsonVersion": "1.1"},
        "shapes": {"In": Shape(), "Out": Shape()}, "output": "Out",
    }  # fmt: skip
    return Contract(service=service, operation=operation, **{**given, **fields})


EVENTS = contract()
BEARER = contract(
    "connectparticipant", "SendEvent", protocol="rest-json", http=Http("POST", "/participant/event"),
    metadata={"endpointPrefix": "participant.connect", "signingName": "execute-api"},
    auth=Auth(scheme="bearer", header="X-Amz-Bearer", member="ConnectionToken"),
    shapes={
        "In": Shape(members={
            "ConnectionToken": Member(target="Token", required=True, http_header="X-Amz-Bearer"),
            "Content": Member(target="Token"),
        }),
        "Out": Shape(),
        "Token": Shape(type="string", length=Bounds(min=1, max=10)),
    },
)  # fmt: skip
PAIR = KeyPair("AKIDTEST", "the secret", "the session token")
ORIGIN = "https://events.eu-west-1.amazonaws.com"
REQUEST = Request(
    "POST",
    "/",
    Headers((("Host", "events.eu-west-1.amazonaws.com"), ("X-Amz-Target", "AWSEvents.PutEvents"))),
    b"{}",
)


def signer(bearer=None, pair=PAIR) -> Signer:
    return Signer("eu-west-1", Chain(None, "target", fixed=pair), bearer)


def case(of=EVENTS, **fields):
    return make_case(of, "boundary", "any", **{"input": {}, **fields})


def test_signs_for_service_and_region():
    """The scope names both; body, method and target stay as they were."""
    signed = signer().sign(EVENTS, case(), REQUEST, ORIGIN)
    assert re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=AKIDTEST/\d{8}/eu-west-1/events/aws4_request, "
        r"SignedHeaders=host;x-amz-date;x-amz-security-token;x-amz-target, Signature=[0-9a-f]{64}",
        signed.headers.get("Authorization"),
    )
    assert re.fullmatch(r"\d{8}T\d{6}Z", signed.headers.get("X-Amz-Date"))
    assert signed.headers.get("X-Amz-Security-Token") == "the session token"
    assert (signed.method, signed.target, signed.body) == ("POST", "/", b"{}")


@pytest.mark.parametrize(
    ("target", "fields"),
    [
        ("/", ()),
        ("/a/b?x=1&a=2&a=1", ()),
        ("/a%2Fb%20c/~x?q=%2F%20&empty=&bare", ()),
        ("/a/../b//c/./", ()),
        ("/", (("X-Amz-Meta", "a"), ("x-amz-meta", "  b   c "))),
        ("/", (("X-Text", "é€"), ("Content-Length", "99"), ("Expect", "x"), ("Accept-Encoding", "gzip"))),
    ],
    ids=["root", "query", "encoded", "dots", "repeated-field", "text-beyond-ascii"],
)
def test_a_server_that_follows_the_specification_verifies_the_signature(target, fields):
    """The emulator's own reading of the specification agrees, header values as they arrive on its socket."""
    made = Request("PUT", target, Headers((("Host", "h"), *fields)), b"\x00body")
    signed = signer(pair=KeyPair("AKIDTEST", "the secret")).sign(EVENTS, case(), made, "https://h")
    arriving = Headers.of((name, value.encode().decode("latin-1")) for name, value in signed.headers)
    received = Request(signed.method, signed.target, arriving, signed.body)
    claim = signature.read_claim(received)
    assert signature.verify(claim, received, "the secret")
    assert not signature.verify(claim, Request("PUT", target, arriving, b"other body"), "the secret")


def test_the_length_is_not_signed():
    """A proxy may change it, and a fault of the wire may lie about it."""
    made = Request("POST", "/", REQUEST.headers.replacing("Content-Length", "2"), b"{}")
    signed = signer().sign(EVENTS, case(), made, ORIGIN)
    assert signed.headers.get("Content-Length") == "2"
    assert "content-length" not in signed.headers.get("Authorization")


def test_s3_signs_the_path_as_it_stands():
    """Its keys may hold dot segments, and the body's digest goes along."""
    s3 = contract("s3", "GetObject", metadata={"endpointPrefix": "s3"})
    signed = signer().sign(s3, case(s3), Request("GET", "/b/../a", Headers((("Host", "h"),))), "https://h")
    assert signed.headers.get("X-Amz-Content-SHA256") is not None
    assert "/eu-west-1/s3/aws4_request" in signed.headers.get("Authorization")


def test_botocores_word_on_region_and_name_goes_before_the_models():
    """A global service is signed for its one region."""
    signed = signer().sign(EVENTS, case(), REQUEST, ORIGIN, Endpoint(ORIGIN, "us-east-1", "other"))
    assert "/us-east-1/other/aws4_request" in signed.headers.get("Authorization")


@pytest.mark.parametrize(
    ("metadata", "name"),
    [({"signingName": "a", "endpointPrefix": "b"}, "a"), ({"endpointPrefix": "b"}, "b"), ({}, "events")],
    ids=["signing-name", "endpoint-prefix", "service"],
)
def test_the_model_says_the_name_that_signs(metadata, name):
    """The signing name, else the endpoint prefix, else the service."""
    assert signing_name(contract(metadata=metadata)) == name


def test_a_bearer_contract_is_not_signed():
    """The token alone proves who sends."""
    made = Request("POST", "/participant/event", Headers.of({"Host": "h", "X-Amz-Bearer": "generated"}))
    assert signer().sign(BEARER, case(BEARER), made, "https://h") == made


@pytest.mark.parametrize("of", [EVENTS, BEARER], ids=["sigv4", "bearer"])
@pytest.mark.parametrize(
    ("authentication", "authorization", "bearer"),
    [
        ("none", None, None),
        ("malformed", MALFORMED_AUTHORIZATION, "generated"),
        ("wrong-scope", "/wrongservice/", "generated"),
    ],
    ids=["none", "malformed", "wrong-scope"],
)  # fmt: skip
def test_a_case_may_ask_for_wrong_authentication(of, authentication, authorization, bearer):
    """Nothing at all, nonsense, or a proper signature for another service."""
    token = of.auth.header or "X-Other"
    made = Request("POST", "/", REQUEST.headers.replacing(token, "generated"), b"{}")
    sent = signer().sign(of, case(of, authentication=authentication), made, ORIGIN)
    found = sent.headers.get("Authorization")
    assert found is None if authorization is None else authorization in found
    if of is BEARER:
        assert sent.headers.get("X-Amz-Bearer") == bearer
    else:
        assert sent.headers.get(token) == "generated"


INSIDE = Aim("connectparticipant:SendEvent#/input/ConnectionToken/length/max", "inside")
ELSEWHERE = Aim("connectparticipant:SendEvent#/input/Content/length/max", "outside")
GOOD = {"ConnectionToken": "generated", "Content": "a" * 11}


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({"input": GOOD, "aims": (ELSEWHERE,)}, "my own token"),
        ({"input": GOOD}, "my own token"),
        ({"input": None, "fault": "malformed-json"}, "my own token"),
        ({"input": GOOD, "aims": (INSIDE,)}, "generated"),
        ({"input": {"ConnectionToken": "x" * 11}}, "generated"),
        ({"input": GOOD, "authentication": "none"}, None),
    ],
    ids=[
        "about-something-else",
        "about-nothing",
        "wire-fault",
        "about-the-token",
        "token-out-of-bounds",
        "none",
    ],
)
def test_the_users_token_is_sent_where_the_case_is_not_about_it(fields, sent):
    """A generated token would be refused by a live service; a case about the token keeps its own."""
    made = Request("POST", "/participant/event", Headers.of({"Host": "h", "x-amz-bearer": "generated"}))
    found = signer("my own token").sign(BEARER, case(BEARER, **fields), made, "https://h")
    assert found.headers.get("X-Amz-Bearer") == sent


def test_a_token_is_not_put_where_the_case_has_none():
    """A case without the required token stays one."""
    made = Request("POST", "/participant/event", Headers.of({"Host": "h"}))
    assert signer("my own token").sign(BEARER, case(BEARER), made, "https://h") == made


def test_the_secrets_are_all_that_a_recorder_must_take_out():
    """Secret key, session token, key id and the user's token; known before anything is sent."""
    assert set(signer("my own token").secrets) == {
        "the secret",
        "the session token",
        "AKIDTEST",
        "my own token",
    }


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """An environment in which botocore finds nothing, and would ask no service for more."""
    for name in (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "HARNESS_BEARER_TOKEN",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


def test_botocores_chain_is_used(bare, monkeypatch):
    """Environment first, as every AWS tool does it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "env secret")
    assert Chain(None, "target").current() == KeyPair("AKIDENV", "env secret")
    assert Chain(None, "target", local=True).current() == KeyPair("AKIDENV", "env secret")


def test_a_profile_names_its_credentials(bare):
    """``--profile`` is botocore's."""
    (bare / "credentials").write_text(
        "[mine]\naws_access_key_id = AKIDMINE\naws_secret_access_key = s\naws_session_token = t\n"
    )
    assert Chain("mine", "target").current() == KeyPair("AKIDMINE", "s", "t")


def test_loopback_needs_no_credentials_and_runs_nothing_to_get_any(bare):
    """The documented pair signs; a profile that would start a program or ask a service is passed over."""
    (bare / "config").write_text(f"[default]\ncredential_process = touch {bare / 'started'}\n")
    assert Chain(None, "target", local=True).current() == KeyPair(*DOCUMENTED_KEY)
    assert not (bare / "started").exists()


def test_a_live_target_without_credentials_is_refused_with_a_way_out(bare):
    """When something has to be signed, and only then."""
    chain = Chain(None, "target aws")
    assert chain.secrets == ()
    unsigned = Signer("eu-west-1", chain).sign(EVENTS, case(authentication="none"), REQUEST, ORIGIN)
    assert unsigned == REQUEST
    with pytest.raises(UsageError) as caught:
        Signer("eu-west-1", chain).sign(EVENTS, case(), REQUEST, ORIGIN)
    assert str(caught.value) == (
        "target aws: no credentials were found to sign requests with\n"
        "  Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile."
    )


@pytest.mark.parametrize(
    ("profile", "environment", "problem"),
    [
        ("nobody", {}, "credentials cannot be used: The config profile (nobody) could not be found"),
        (
            None,
            {"AWS_ACCESS_KEY_ID": "AKID"},
            "credentials cannot be used: Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY",
        ),
    ],
    ids=["unknown-profile", "half-a-pair"],
)
def test_credentials_that_cannot_be_used_are_refused(bare, monkeypatch, profile, environment, problem):
    """botocore's own word, in one sentence, without a traceback."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UsageError) as caught:
        Chain(profile, "target aws", local=True).current()
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    ("service", "region", "endpoint"),
    [
        ("events", "us-east-1", Endpoint("https://events.us-east-1.amazonaws.com")),
        ("supplychain", "eu-central-1", Endpoint("https://scn.eu-central-1.amazonaws.com")),
        ("connectparticipant", "us-west-2", Endpoint("https://participant.connect.us-west-2.amazonaws.com")),
        ("iam", "eu-west-1", Endpoint("https://iam.amazonaws.com", "us-east-1")),
        ("events", "cn-north-1", Endpoint("https://events.cn-north-1.amazonaws.com.cn")),
    ],
    ids=["events", "supplychain", "connectparticipant", "global", "china"],
)
def test_endpoints_are_botocores(service, region, endpoint):
    """By each service's own rules, its signing region where it has one."""
    assert resolve_endpoint(contract(service), region) == endpoint


@pytest.mark.parametrize(("service", "region"), [("nosuchservice", "us-east-1"), ("events", "us east")])
def test_an_endpoint_that_botocore_does_not_know_is_refused(service, region):
    """With the region and the way out."""
    with pytest.raises(UsageError, match=f"botocore finds no endpoint of {service} in '{region}'") as caught:
        resolve_endpoint(contract(service), region)
    assert caught.value.remedy == "Name another region with --region, or the endpoint's URL with --target."


WIRE = Headers.of({"X-Amz-Target": "AWSEvents.PutEvents", "Content-Type": "application/x-amz-json-1.1"})


@pytest.mark.parametrize(
    ("authentication", "status", "code"),
    [
        ("contract", 200, None),
        ("none", 403, "MissingAuthenticationTokenException"),
        ("malformed", 400, "IncompleteSignatureException"),
        ("wrong-scope", 403, "InvalidSignatureException"),
    ],
)
def test_the_embedded_emulator_verifies_every_signature(bare, authentication, status, code):
    """With its own key pair: no credentials of the user's are needed or sent."""
    target = open_target(TargetSpec("emulator"), [EVENTS])
    exchange = target.send(EVENTS, case(authentication=authentication), Request("POST", "/", WIRE, b"{}"))
    target.close()
    assert (target.name, target.strict) == ("emulator", True)
    assert exchange.response.status == status
    assert (code or "").encode() in exchange.response.body
    assert all(secret not in DOCUMENTED_KEY for secret in target.secrets)


def test_a_stranger_is_turned_away_by_the_embedded_emulator(bare):
    """Every embedded emulator has a pair of its own, which nobody else knows."""
    target = EmbeddedTarget([EVENTS])
    stranger = LiveTarget(TargetSpec("url", url=target.url))
    answer = stranger.send(EVENTS, case(), Request("POST", "/", WIRE, b"{}")).response
    stranger.close()
    target.close()
    assert (answer.status, b"UnrecognizedClientException" in answer.body) == (403, True)


def test_the_emulator_is_recognised_at_its_url(bare):
    """It keeps the name of its host and port, and is held to the exact code of every fault."""
    embedded = EmbeddedTarget([EVENTS])
    found = open_target(TargetSpec("url", url=embedded.url))
    assert (found.name, found.strict) == (embedded.url.removeprefix("http://").replace(":", "_"), True)
    found.close()
    embedded.close()


def test_an_oversized_body_is_refused_by_the_emulator_before_it_is_sent(bare):
    """The answer is read although most of the body never comes; the target can be used on."""
    target = EmbeddedTarget([EVENTS])
    lie = WIRE.replacing("Content-Length", str(2**40))
    assert target.send(EVENTS, case(), Request("POST", "/", lie, b"{}")).response.status == 413
    assert target.send(EVENTS, case(), Request("POST", "/", WIRE, b"{}")).response.status == 200
    target.close()


def test_moto_takes_what_is_signed(bare):
    """Another project's server answers PutEvents."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    target = open_target(TargetSpec("url", url=f"http://{host}:{port}"))
    body = b'{"Entries":[{"Source":"a","DetailType":"b","Detail":"{}"}]}'
    response = target.send(EVENTS, case(), Request("POST", "/", WIRE, body)).response
    target.close()
    server.stop()
    assert target.strict is False
    assert (response.status, b'"FailedEntryCount": 0' in response.body) == (200, True)
