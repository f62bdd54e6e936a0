"""Redaction after the contract: planted secrets are in no file, and what links exchanges still does."""

from __future__ import annotations

import base64
import gzip
import json
import re
from functools import cache
from urllib.parse import quote, unquote_plus

import msgspec
import pytest

from harness.cases.model import make_case
from harness.cassettes.record import Recorder
from harness.cassettes.redaction import UnsearchableError, Vault, check_patterns
from harness.contract import Contract, Http, Member, Shape, check
from harness.errors import ConfigurationError
from harness.exchange import Exchange, Headers, Request, Response
from harness.importers.sources import open_source
from harness.wire import ErrorReply, protocol_for, sdk

SECRET = "S3cret/+wörd of <mine>"
TOKEN = "AQoDYXdzEJr1K0ZpbmRlcnNLZWVwZXJz"
PSEUDONYM = re.compile(r"REDACTED-(?:sent|received)-[0-9a-f]{12}")


@cache
def modelled(name, protocol=None):
    contract = open_source("botocore").load(*name.split(":"))
    return contract if protocol is None else msgspec.structs.replace(contract, protocol=protocol)


def exchange_of(contract, sent, answered=None):
    wire = protocol_for(contract)
    response = None if answered is None else wire.serialize_output(contract, answered)
    return Exchange(sdk.serialize(contract, sent), response)


def everything(exchange):
    """Every text of an exchange, in the spellings that a reader would try."""
    parts = [exchange.request.target.encode(), exchange.request.body, (exchange.failure or "").encode()]
    messages = [exchange.request] + ([exchange.response] if exchange.response is not None else [])
    for message in messages:
        parts += [message.body, *(value.encode() for _, value in message.headers)]
    raw = b"\n".join(gzip.decompress(part) if part.startswith(b"\x1f\x8b") else part for part in parts)
    found = [raw.decode("latin-1"), unquote_plus(raw.decode("latin-1"), "latin-1")]
    for run in re.findall(rb"[A-Za-z0-9+/]{12,}={0,2}", raw):
        found.append(base64.b64decode(run[: len(run) // 4 * 4]).decode("latin-1"))
    return "\n".join(found)


def spelled(secret):
    raw = secret.encode().decode("latin-1")
    return {raw, json.dumps(secret)[1:-1], raw.replace("<", "&lt;").replace(">", "&gt;"), quote(secret)}


PLACES = [
    pytest.param("secretsmanager:CreateSecret", None, {"Name": "a", "SecretString": SECRET}, {}, id="JSON"),
    pytest.param(
        "cognito-idp:InitiateAuth", None,
        {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "abcdef0123456789",
         "AuthParameters": {"PASSWORD": SECRET}},
        {"AuthenticationResult": {"AccessToken": TOKEN, "ExpiresIn": 3600}}, id="a map, and an answer",
    ),
    pytest.param(
        "iam:CreateLoginProfile", None, {"UserName": "me", "Password": SECRET},
        {"LoginProfile": {"UserName": "me", "CreateDate": 1577836800}}, id="a form",
    ),
    pytest.param(
        "sts:AssumeRole", None,
        {"RoleArn": "arn:aws:iam::123456789012:role/x", "RoleSessionName": "me"},
        {"Credentials": {"AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": SECRET,
                         "SessionToken": SECRET + "2", "Expiration": 1577836800}}, id="XML",
    ),
    pytest.param(
        "iam:CreateAccessKey", None, {},
        {"AccessKey": {"UserName": "me", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "Status": "Active",
                       "SecretAccessKey": SECRET}}, id="XML of an access key",
    ),
    pytest.param(
        "s3:GetObject", None,
        {"Bucket": "b", "Key": "k", "SSECustomerAlgorithm": "AES256", "SSECustomerKey": TOKEN},
        {"Body": base64.b64encode(TOKEN.encode()).decode(), "ContentLength": 32}, id="a header, and a stream",
    ),
    pytest.param(
        "ec2:CreateKeyPair", None, {"KeyName": "k"}, {"KeyName": "k", "KeyMaterial": SECRET}, id="ec2",
    ),
    pytest.param(
        "kms:Decrypt", None, {"CiphertextBlob": "AAAA"},
        {"Plaintext": base64.b64encode(SECRET.encode()).decode()}, id="base64",
    ),
    pytest.param(
        "secretsmanager:GetSecretValue", "smithy-rpc-v2-cbor", {"SecretId": "a"},
        {"Name": "a", "SecretString": SECRET, "SecretBinary": base64.b64encode(SECRET.encode()).decode()},
        id="CBOR, text and bytes",
    ),
    pytest.param(
        "secretsmanager:CreateSecret", "smithy-rpc-v2-cbor", {"Name": "a", "SecretString": SECRET}, {},
        id="CBOR of a request",
    ),
    pytest.param(
        "connectparticipant:SendMessage", None,
        {"ContentType": "text/plain", "Content": "hi", "ConnectionToken": TOKEN}, {"Id": "1"},
        id="a header that the model does not mark",
    ),
    pytest.param(
        "connectparticipant:CreateParticipantConnection", None,
        {"ParticipantToken": TOKEN, "Type": ["WEBSOCKET"]},
        {"Websocket": {"Url": f"wss://h/?X-Amz-Security-Token={TOKEN}&X-Amz-Signature=0a1b{TOKEN}"},
         "ConnectionCredentials": {"ConnectionToken": TOKEN + "3"}}, id="a presigned URL",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "protocol", "sent", "answered"), PLACES)
def test_no_planted_secret_is_left_and_both_sides_still_mean_the_same(name, protocol, sent, answered):
    contract = modelled(name, protocol)
    wire = protocol_for(contract)
    live = exchange_of(contract, sent, answered)
    kept = Vault().exchange(live, contract)
    texts = everything(kept)
    assert not [text for secret in (SECRET, TOKEN) for text in spelled(secret) if text in texts]
    assert "IOSFODNN7EXAMPLE" not in texts
    assert "REDACTED" in texts
    before, after = wire.read_response(contract, live.response), wire.read_response(contract, kept.response)
    assert (after.kind, after.deviations) == ("output", before.deviations)
    live_input, kept_input = (wire.parse_request(contract, each.request) for each in (live, kept))
    assert not check(contract, kept_input)
    assert Vault().sealed(contract, live_input) == Vault().sealed(contract, kept_input)
    sdk.parse(contract, kept.response)


def test_everything_but_the_secret_stays_to_the_byte():
    contract = modelled("secretsmanager:GetSecretValue")
    body = b'{ "Name":"a",  "SecretString" : "open-sesame",\n"VersionId":"0123456789abcdef0123456789abcdef" }'
    answer = Response(200, Headers.of({"Content-Length": str(len(body)), "x-amz-crc32": "1", "X": "y"}), body)
    kept = Vault().exchange(Exchange(exchange_of(contract, {"SecretId": "a"}).request, answer), contract)
    (pseudonym,) = PSEUDONYM.findall(kept.response.body.decode())
    assert kept.response.body == body.replace(b"open-sesame", pseudonym.encode())
    assert kept.response.headers.fields == (("Content-Length", str(len(kept.response.body))), ("X", "y"))


WRITTEN_ANEW = [
    pytest.param(
        "sts:AssumeRole",
        {"RoleArn": "arn:aws:iam::123456789012:role/x", "RoleSessionName": "me"},
        b'<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
        b"<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>pw</SecretAccessKey><SessionToken>"
        b"t0ken+of/some=length</SessionToken></Credentials></AssumeRoleResult></AssumeRoleResponse>",
        id="some in its text, one anew",
    ),
    pytest.param(
        "lambda:GetFunctionConfiguration",
        {"FunctionName": "f"},
        b'{"FunctionName":"f","KMSKeyArn":null,"VpcConfig":null,"Environment":{"Variables":{"A":"pw"}}}',
        id="nulls beside it",
    ),
]


@pytest.mark.parametrize(("name", "sent", "body"), WRITTEN_ANEW)
def test_an_answer_that_is_written_anew_says_how_long_it_is(name, sent, body):
    """A client believes the length, and takes a null for an absent member."""
    contract = modelled(name)
    answer = Response(200, Headers.of({"Content-Length": str(len(body))}), body)
    kept = Vault().exchange(Exchange(exchange_of(contract, sent).request, answer), contract).response
    assert kept.headers.get("content-length") == str(len(kept.body)) != str(len(body))
    assert b"pw" not in kept.body
    assert protocol_for(contract).read_response(contract, kept).kind == "output"


def test_an_exchange_without_secrets_is_the_same_exchange():
    contract = modelled("events:PutEvents")
    live = exchange_of(contract, {"Entries": [{"Source": "a", "Detail": "{}"}]}, {"FailedEntryCount": 0})
    vault = Vault()
    assert vault.exchange(live, contract) == live
    document = {"Entries": [{"Source": "a", "Detail": "{}"}]}
    assert vault.sealed(contract, document) is document
    assert vault.count == 0


def test_a_token_of_one_answer_still_links_the_next_request():
    start, send = (
        modelled("connectparticipant:CreateParticipantConnection"),
        modelled("connectparticipant:SendMessage"),
    )
    vault = Vault()
    first = vault.exchange(
        exchange_of(
            start, {"ParticipantToken": TOKEN},
            {"ConnectionCredentials": {"ConnectionToken": "open-sesame-1"}},
        ), start,
    )  # fmt: skip
    message = {"ContentType": "text/plain", "Content": "hi", "ConnectionToken": "open-sesame-1"}
    second = vault.exchange(exchange_of(send, message, {}), send)
    given = protocol_for(start).read_response(start, first.response).output
    token = given["ConnectionCredentials"]["ConnectionToken"]
    assert re.fullmatch("REDACTED-received-[0-9a-f]{12}", token)
    assert second.request.headers.get("X-Amz-Bearer") == token
    # A replay sends what the cassette gave it, and finds its recording by that.
    recorded = protocol_for(send).parse_request(send, second.request)
    replayed = {**message, "ConnectionToken": token}
    assert Vault().sealed(send, replayed) == Vault().sealed(send, recorded) == replayed
    other = {**message, "ConnectionToken": "REDACTED-received-0123456789ab"}
    assert Vault().sealed(send, other) != replayed


def test_a_replay_with_another_password_matches_echoes_included():
    contract = modelled("iam:CreateLoginProfile")
    for_recording, for_replay = Vault(), Vault()
    sent = {"UserName": "me", "Password": "correct horse battery"}
    for_recording.exchange(exchange_of(contract, sent), contract)
    echo = modelled("iam:TagUser")
    tagged = {"UserName": "me", "Tags": [{"Key": "k", "Value": "was correct horse battery!"}]}
    kept = for_recording.exchange(exchange_of(echo, tagged), echo)
    assert "horse" not in everything(kept)
    for_replay.sealed(contract, {**sent, "Password": "another-one-1"})
    live = for_replay.sealed(echo, {"UserName": "me", "Tags": [{"Key": "k", "Value": "was another-one-1!"}]})
    assert live == for_replay.sealed(echo, protocol_for(echo).parse_request(echo, kept.request))
    assert live["Tags"][0]["Value"] == "was *!"


@pytest.mark.parametrize("protocol", ["json", "smithy-rpc-v2-cbor"])
def test_an_error_that_repeats_the_secret_does_not(protocol):
    contract = modelled("secretsmanager:CreateSecret", protocol)
    error = ErrorReply("InvalidParameterException", 400, f"{SECRET} is too simple")
    live = Exchange(
        exchange_of(contract, {"Name": "a", "SecretString": SECRET}).request,
        protocol_for(contract).serialize_error(contract, error),
    )
    kept = Vault().exchange(live, contract)
    outcome = protocol_for(contract).read_response(contract, kept.response)
    assert outcome.code == "InvalidParameterException"
    assert re.fullmatch(r"REDACTED-sent-[0-9a-f]{12} is too simple", outcome.message)


@pytest.mark.parametrize("message", ["not", "Refused", "not at all"], ids=["short", "its-code", "long"])
@pytest.mark.parametrize("name", ["message", "Message", "errorMessage"])
@pytest.mark.parametrize("protocol", ["json", "rest-json", "smithy-rpc-v2-cbor"])
def test_an_error_whose_message_is_secret_loses_it_and_stays_an_error(protocol, name, message):
    """Long enough to be looked for elsewhere or not: the member that carries it says that it is secret."""
    shapes = {
        "Refused": Shape(
            type="structure",
            traits={"exception": True},
            http_error=400,
            members={
                name: Member(target="Words", required=True),
                "reason": Member(target="Word", required=True),
            },
        ),
        "Words": Shape(type="string", sensitive=True),
        "Word": Shape(type="string"),
        "Nothing": Shape(type="structure"),
    }
    contract = msgspec.structs.replace(
        modelled("secretsmanager:CreateSecret", protocol),
        shapes=shapes, input="Nothing", output="Nothing", errors=("Refused",), rules=(), http=Http(uri="/"),
    )  # fmt: skip
    wire = protocol_for(contract)
    refused = wire.serialize_error(contract, ErrorReply("Refused", 400, message))
    kept = Vault().exchange(Exchange(sdk.serialize(contract, {}), refused), contract)
    outcome = wire.read_response(contract, kept.response)
    assert (outcome.kind, outcome.code) == ("error", "Refused")
    before, after = (each.body.count(message.encode()) for each in (refused, kept.response))
    assert after == before - 1  # the code may say the same
    assert PSEUDONYM.search(kept.response.body.decode("latin-1"))


def test_a_message_names_no_secret():
    contract = modelled("secretsmanager:CreateSecret")
    vault = Vault(secrets=["user-token"], patterns=[r"(order=)\d+"])
    live = msgspec.structs.replace(
        exchange_of(contract, {"Name": "a", "SecretString": SECRET}), failure=f"cannot send {SECRET}"
    )
    assert re.fullmatch(f"cannot send {PSEUDONYM.pattern}", vault.exchange(live, contract).failure)
    said = vault.text(f"no recording for {json.dumps(SECRET)}, user-token, order=17, AKIAIOSFODNN7EXAMPLE")
    name = PSEUDONYM.pattern
    assert re.fullmatch(f'no recording for "{name}", REDACTED, order={name}, {name}', said)


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {}], ids=["as coded", "as content"])
def test_packed_bodies_are_opened_and_packed_again(headers):
    contract = modelled("secretsmanager:GetSecretValue")
    body = gzip.compress(b'{"SecretString":"open-sesame"}')
    live = Exchange(
        exchange_of(contract, {"SecretId": "a"}).request, Response(200, Headers.of(headers), body)
    )
    kept = Vault().exchange(live, contract)
    assert re.fullmatch(rb'{"SecretString":"REDACTED-received-\w{12}"}', gzip.decompress(kept.response.body))


LEAVES = [
    pytest.param(
        "secretsmanager:CreateSecret",
        {"Name": "a", "SecretString": '{"user":"me!","age":7,"on":true}'},
        lambda kept: json.loads(kept["SecretString"]),
        {"user": "REDACTED-sent", "age": 0, "on": False},
        id="JSON as text keeps its form",
    ),
    pytest.param(
        "secretsmanager:CreateSecret",
        {"Name": "a pw", "SecretString": "pw"},
        lambda kept: kept,
        {"Name": "a pw", "SecretString": "REDACTED-sent"},
        id="a short one in its place alone",
    ),
    pytest.param(
        "lambda:Invoke",
        {"FunctionName": "f", "Payload": base64.b64encode(b'{"a":"b"}').decode()},
        lambda kept: json.loads(base64.b64decode(kept["Payload"])),
        {"a": "REDACTED-sent"},
        id="JSON as a blob",
    ),
]


@pytest.mark.parametrize(("name", "sent", "read", "expected"), LEAVES)
def test_what_stands_there_is_of_the_same_kind(name, sent, read, expected):
    contract = modelled(name)
    kept = Vault().exchange(exchange_of(contract, sent), contract).request
    found = json.dumps(read(protocol_for(contract).parse_request(contract, kept)))
    found = json.loads(re.sub(r"(REDACTED-sent)-[0-9a-f]{12}", r"\1", found))
    assert expected.items() <= found.items()


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param(
            Request("POST", "/login?access_token=abcdefgh1&page=2", Headers.of({"X-Api-Key": "key-0123456"}),
                    b'{"user":"me","password":"open-sesame","next_token":"n-12345678"}'),
            ["abcdefgh1", "key-0123456", "open-sesame"], id="JSON",
        ),
        pytest.param(
            Request("POST", "/", Headers.of({"Content-Type": "application/x-www-form-urlencoded"}),
                    b"client_secret=open+sesame&grant=x"),
            ["open+sesame", "open sesame"], id="a form",
        ),
    ],
)  # fmt: skip
def test_names_decide_where_there_is_no_contract(request_, expected):
    kept = Vault().exchange(Exchange(request_, Response(200)), None)
    texts = everything(kept)
    assert not [secret for secret in expected if secret in texts]
    assert b"next_token" not in request_.body or b"n-12345678" in kept.request.body


def test_an_image_is_kept_as_it_is_and_refused_with_a_secret_in_it():
    image = b"\x89PNG\r\n\x1a\n\xff\xfe"
    live = Exchange(Request("GET", "/logo"), Response(200, Headers(), image))
    vault = Vault(secrets=["open-sesame"])
    assert vault.exchange(live, None) == live
    spoilt = Exchange(live.request, Response(200, Headers(), image + b"open-sesame"))
    with pytest.raises(UnsearchableError, match=r"^a body that is no text holds a secret$"):
        vault.exchange(spoilt, None)


def test_a_form_that_sends_a_picture_loses_its_signature_and_nothing_else():
    """A form of several parts names its secrets, though the file in it is no text."""
    part = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n'
    fields = part.format("key") + "a.png\r\n" + part.format("x-amz-signature") + "0a1b2c3d4e5f\r\n"
    body = (fields + part.format('file"; filename="a.png')).encode() + b"\x89PNG\xff\r\n--b--\r\n"
    sent = Request("POST", "/photos", Headers.of({"Content-Type": "multipart/form-data; boundary=b"}), body)
    kept = Vault().exchange(Exchange(sent, Response(204)), None).request
    assert re.sub(rb"REDACTED-sent-\w{12}", b"0a1b2c3d4e5f", kept.body) == body
    assert b"0a1b2c3d4e5f" not in kept.body


@pytest.mark.parametrize("side", ["request", "response"])
def test_what_its_protocol_cannot_read_is_not_recorded_unless_asked_for(side):
    contract = modelled("secretsmanager:GetSecretValue")
    live = exchange_of(contract, {"SecretId": "a"}, {"SecretString": "x"})
    spoilt = msgspec.structs.replace(getattr(live, side), body=b"<html>open-sesame</html>")
    live = msgspec.structs.replace(live, **{side: spoilt})
    said = f"the {side} is not of secretsmanager:GetSecretValue in json; keep_unparsed would keep it"
    with pytest.raises(UnsearchableError) as caught:
        Vault().exchange(live, contract)
    assert str(caught.value) == said
    kept = Vault(secrets=["open-sesame"], keep_unparsed=True).exchange(live, contract)
    assert getattr(kept, side).body == b"<html>REDACTED</html>"


@pytest.mark.parametrize("tail", [b"", b"\xff"], ids=["text", "bytes"])
def test_a_blob_that_is_not_secret_is_searched(tail):
    contract = modelled("s3:PutObject")
    inside = b"id AKIAIOSFODNN7EXAMPLE, " + tail
    sent = {"Bucket": "b", "Key": "k", "Body": base64.b64encode(inside).decode()}
    live = exchange_of(contract, sent)
    kept = Vault().exchange(live, contract).request
    assert re.fullmatch(rb"id REDACTED-sent-[0-9a-f]{12}, " + re.escape(tail), kept.body)
    read = [protocol_for(contract).parse_request(contract, each) for each in (live.request, kept)]
    assert Vault().sealed(contract, read[0]) == Vault().sealed(contract, read[1])


def test_a_place_that_takes_no_pseudonym_gets_the_smallest_value_and_links_by_it():
    shapes = {
        "Code": Shape(type="string", pattern="[0-9]{8}", sensitive=True),
        "Note": Shape(type="string"),
        "Both": Shape(members={"Code": Member(target="Code"), "Note": Member(target="Note")}),
    }
    contract = Contract(
        format=1, service="s", operation="Op", version="2020-01-01", sources=(), protocol="json", http=Http(),
        metadata={"targetPrefix": "S"}, shapes=shapes, input="Both", output="Both",
    )  # fmt: skip
    wire, vault = protocol_for(contract), Vault()
    answer = wire.serialize_output(contract, {"Code": "82736455"})
    first = vault.exchange(Exchange(wire.encode_request(contract, {}), answer), contract)
    given = wire.read_response(contract, first.response).output["Code"]
    assert re.fullmatch("[0-9]{8}", given)
    assert given != "82736455"
    sent = wire.encode_request(contract, {"Note": "it is 82736455.", "Code": "82736455"})
    recorded = wire.parse_request(contract, vault.exchange(Exchange(sent, None), contract).request)
    replayed = {"Note": f"it is {given}.", "Code": given}
    assert recorded == replayed
    assert Vault().sealed(contract, replayed) == Vault().sealed(contract, recorded)
    assert Vault().sealed(contract, replayed) == vault.sealed(contract, wire.parse_request(contract, sent))


def test_what_is_nested_too_deep_to_be_searched_is_not_recorded():
    body = b'{"a":' * 900 + b"1" + b"}" * 900
    with pytest.raises(UnsearchableError, match=r"^a message is nested too deep to be searched$"):
        Vault().exchange(Exchange(Request("POST", "/", Headers(), body), Response(200)), None)


def test_the_signature_of_a_request_is_gone_from_its_answer():
    contract = modelled("secretsmanager:DescribeSecret")
    live = exchange_of(contract, {"SecretId": "a"}, {"Description": f"you signed {'0a' * 32}"})
    headers = Headers.of({"Authorization": f"AWS4-HMAC-SHA256 Credential=x/y, Signature={'0a' * 32}"})
    signed = msgspec.structs.replace(live.request, headers=Headers((*live.request.headers, *headers)))
    kept = Vault().exchange(msgspec.structs.replace(live, request=signed), contract)
    assert kept.request.headers.get("Authorization") == "REDACTED"
    assert json.loads(kept.response.body) == {"Description": "you signed REDACTED"}


def test_what_was_sent_in_the_open_is_kept_when_an_answer_repeats_it():
    contract = modelled("cognito-idp:AdminGetUser")
    sent = {"UserPoolId": "eu-west-1_abcdef", "Username": "somebody"}
    vault = Vault()
    kept = vault.exchange(exchange_of(contract, sent, {"Username": "eu-west-1_abcdef"}), contract)
    output = protocol_for(contract).read_response(contract, kept.response).output
    assert output["Username"] == "eu-west-1_abcdef"
    kept = vault.exchange(exchange_of(contract, sent, {"Username": "somebody"}), contract)
    assert "somebody" not in everything(kept)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(", "redact: '(' is no regular expression: missing ), unterminated subpattern at position 0\n"
              "  Write it as Python's re takes it."),
        ("a*", "redact: 'a*' matches where there is nothing\n  Ask for at least one character."),
    ],
    ids=["no expression", "matches nothing"],
)  # fmt: skip
def test_a_pattern_that_cannot_be_used_is_refused(pattern, message):
    with pytest.raises(ConfigurationError) as caught:
        check_patterns(["fine", pattern])
    assert str(caught.value) == message
    with pytest.raises(ConfigurationError):
        Vault(patterns=[pattern])


def recorded(tmp_path, target, contract, exchange, noon, **options):
    recorder = Recorder(tmp_path, target, **options)
    case = make_case(contract, "fuzz", "anything", input={})
    recorder.add(contract, case, exchange, noon)
    return recorder.save(contract).read_text()


@pytest.mark.parametrize("target", ["emulator", "aws"])
def test_a_run_keeps_what_it_generated_and_not_what_a_service_made_up(tmp_path, noon, target):
    contract = modelled("cognito-idp:InitiateAuth")
    sent = {
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": "c1c2c3",
        "AuthParameters": {"PASSWORD": "generated-1"},
    }
    answered = {
        "ChallengeParameters": {"echo": "generated-1"},
        "Session": "made-up-by-the-service-0123456789",
    }
    text = recorded(tmp_path, target, contract, exchange_of(contract, sent, answered), noon)
    assert text.count("generated-1") == 2
    assert ("made-up-by-the-service" in text) == (target == "emulator")


def test_the_patterns_of_a_user_hold_for_runs_too(tmp_path, noon):
    contract = modelled("events:PutEvents")
    live = exchange_of(contract, {"Entries": [{"Source": "order-12345678"}]}, {"FailedEntryCount": 0})
    text = recorded(tmp_path, "emulator", contract, live, noon, patterns=(r"order-\d{8}",))
    assert "order-" not in text
    assert '{"Source": "REDACTED"}' in text
