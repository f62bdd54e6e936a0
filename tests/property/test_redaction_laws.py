"""Laws of redaction: no secret is left, replays with other secrets match, links hold, the rest stays."""

from __future__ import annotations

import base64
import json
import random
import re
from functools import cache
from urllib.parse import unquote_plus

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from harness.cassettes.redaction import Vault
from harness.cassettes.redaction.plan import plan_of, rewritten
from harness.cassettes.redaction.pseudonyms import fits
from harness.contract import Contract, Http, Member, Shape, check
from harness.contract.examples import fullest
from harness.errors import HarnessError
from harness.exchange import Exchange, Response
from harness.importers.sources import open_source
from harness.wire import PROTOCOLS, ErrorReply, protocol_for, sdk

LAW = settings(derandomize=True, deadline=None, max_examples=150)


def contract_of(protocol):
    text, members = Member(target="Text"), {}
    members["Password"] = Member(target="Secret")
    members["SessionToken"] = text  # secret by its name
    members["Pin"] = Member(target="Pin")
    members["Note"] = text
    members["Notes"] = Member(target="Notes")
    shapes = {
        "Text": Shape(type="string"),
        "Secret": Shape(type="string", sensitive=True),
        "Pin": Shape(type="integer", sensitive=True),
        "Notes": Shape(type="map", key=text, value=text),
        "In": Shape(members=members),
        "Out": Shape(members=members),
    }
    return Contract(
        format=1, service="s", operation="Op", version="2020-01-01", sources=(), protocol=protocol,
        metadata={"targetPrefix": "S", "apiVersion": "1", "serviceId": "S", "endpointPrefix": "s"},
        http=Http(), shapes=shapes, input="In", output="Out",
    )  # fmt: skip


CONTRACTS = {name: contract_of(name) for name in PROTOCOLS}

# Telling texts: a word of few letters would be found inside of others.
secrets = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x17E), min_size=8, max_size=20).map(
    "#9".__add__
)
literals = st.text('abc XYZ.,/=+&<"\\é%', max_size=5)
spellings = st.sampled_from(["plain", "base64"])


@st.composite
def scenarios(draw):
    """Calls that send passwords, get tokens, and repeat either later: texts made of literals and names."""
    passwords = [draw(secrets) + str(index) for index in range(2)]
    others = [draw(secrets) + str(index) for index in range(2)]
    tokens = [draw(secrets) + f"t{index}" for index in range(3)]
    calls = []
    for index in range(draw(st.integers(1, 3))):
        seen = [f"password {each}" for each in range(2)] + [f"token {each}" for each in range(index)]
        part = st.tuples(literals, st.sampled_from(seen), spellings)
        calls.append(
            {
                "Note": draw(st.lists(part, max_size=2)),
                "Value": draw(st.lists(part, max_size=2)),
                "SessionToken": draw(st.none() | st.sampled_from(seen)),
                "Pin": draw(st.none() | st.integers(0, 9999)),
            }
        )
    return passwords, others, tokens, calls


def said(parts, values):
    made = ""
    for literal, name, spelling in parts:
        value = values[name]
        made += literal + " "
        made += value if spelling == "plain" else base64.b64encode(value.encode()).decode()
        made += " "
    return made or "-"


def document(call, values):
    made = {
        "Password": values["password 0"],
        "Note": said(call["Note"], values),
        "Notes": {
            "other": values["password 1"],
            "password": values["password 1"],
            "k": said(call["Value"], values),
        },
    }
    if call["SessionToken"] is not None:
        made["SessionToken"] = values[call["SessionToken"]]
    if call["Pin"] is not None:
        made["Pin"] = call["Pin"]
    return made


def leaks(exchange, planted):
    """The planted texts that somebody who decodes what he finds can read in an exchange."""
    parts = [exchange.request.target.encode(), exchange.request.body]
    messages = [exchange.request] + ([exchange.response] if exchange.response is not None else [])
    for message in messages:
        parts += [message.body, *(value.encode() for _, value in message.headers)]
    raw = b"\n".join(parts)
    found = [raw, unquote_plus(raw.decode("latin-1"), "latin-1").encode("latin-1")]
    for run in re.findall(rb"[A-Za-z0-9+/_-]{12,}={0,2}", raw):
        digits = run.rstrip(b"=")
        found.append(
            base64.urlsafe_b64decode(digits.translate(bytes.maketrans(b"+/", b"-_"))[: len(digits) // 4 * 4])
        )
    text = b"\n".join(found)
    return [each for each in planted if each.encode() in text or json.dumps(each)[1:-1].encode() in text]


@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
@LAW
@given(scenarios())
def test_a_replay_with_other_secrets_finds_each_recording_by_what_links_it(protocol, scenario):
    passwords, others, tokens, calls = scenario
    contract, wire = CONTRACTS[protocol], protocol_for(CONTRACTS[protocol])
    live = {f"password {index}": each for index, each in enumerate(passwords)}
    replayed = {f"password {index}": each for index, each in enumerate(others)}
    recording, replay = Vault(), Vault()
    for index, call in enumerate(calls):
        live[f"token {index}"] = tokens[index]
        sent = wire.encode_request(contract, document(call, live))
        answer = wire.serialize_output(
            contract, {"SessionToken": tokens[index], "Note": f"so: {passwords[0]}!"}
        )
        kept = recording.exchange(Exchange(sent, answer), contract)
        assert not leaks(kept, [*passwords, *tokens[: index + 1]])
        # What was recorded, and what a client sends in a replay that has the answers so far.
        recorded = wire.parse_request(contract, kept.request)
        asked = wire.parse_request(contract, wire.encode_request(contract, document(call, replayed)))
        assert replay.sealed(contract, asked) == replay.sealed(contract, recorded)
        assert recording.sealed(contract, wire.parse_request(contract, sent)) == Vault().sealed(
            contract, recorded
        )
        given_ = wire.read_response(contract, kept.response).output
        replayed[f"token {index}"] = given_["SessionToken"]
        assert recording.exchange(kept, contract) == kept
        assert Vault().exchange(kept, contract) == kept


plain_texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
clean = st.fixed_dictionaries(
    {"Note": plain_texts, "Notes": st.dictionaries(plain_texts.filter(bool), plain_texts, max_size=2)}
)


@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
@LAW
@given(clean, secrets)
def test_only_the_secret_changes(protocol, said_, secret):
    contract, wire = CONTRACTS[protocol], protocol_for(CONTRACTS[protocol])
    try:
        request = wire.encode_request(contract, {**said_, "SessionToken": secret})
        bare = wire.encode_request(contract, said_)
        before = wire.parse_request(contract, request)
        wire.parse_request(contract, bare)
    except HarnessError:
        return  # XML has no place for every character
    assert Vault().exchange(Exchange(bare, Response(200)), contract, None).request == bare or secret_named(
        said_
    )
    kept = Vault().exchange(Exchange(request, Response(200)), contract).request
    after = wire.parse_request(contract, kept)
    assert re.fullmatch("REDACTED-sent-[0-9a-f]{12}", after["SessionToken"])
    if not secret_named(said_):
        assert {**after, "SessionToken": None} == {**before, "SessionToken": None}


def secret_named(document_):
    from harness.cassettes.redaction.rows import secret_part

    return any(secret_part(name) for name in document_["Notes"])


# --- installed models ------------------------------------------------------------------------------------

NAMED = [
    "apigateway:CreateApiKey", "cloudfront:CreateFunction", "codebuild:ImportSourceCredentials",
    "cognito-idp:InitiateAuth", "cognito-idp:RespondToAuthChallenge", "connectparticipant:SendMessage",
    "ec2:CreateKeyPair", "ec2:CreateVpnConnection", "ec2:GetPasswordData", "ecr:GetAuthorizationToken",
    "glue:CreateConnection", "iam:ChangePassword", "iam:CreateAccessKey", "kms:GenerateDataKey",
    "lambda:CreateFunction", "lambda:Invoke", "rds:CreateDBInstance", "redshift:GetClusterCredentials",
    "s3:CopyObject", "s3:PutObject", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
    "ssm:GetParameters", "sts:AssumeRole", "sts:GetSessionToken",
]  # fmt: skip


def sampled(count):
    source, chooser = open_source("botocore"), random.Random(4)
    names = []
    for service in chooser.sample(sorted(source.services()), min(count, len(source.services()))):
        names.append(f"{service}:{chooser.choice(sorted(source.operations(service)))}")
    return names


@cache
def modelled(name):
    return open_source("botocore").load(*name.split(":"))


def planted_in(node, whole, planted, chooser):
    """Put a secret of its own into every secret text of a document, of a form that its place allows."""

    def plant(node, value, part):
        if not isinstance(value, str) or node is None or value == "":
            return value
        number = f"{chooser.getrandbits(64):016x}"
        for text in (f"se/cr+et <é>-{number}", f"secret-{number}", f"secret{number}", number * 4):
            made = base64.b64encode(text.encode()).decode() if node.shape.type == "blob" else text
            made = f"https://h.example/p?{text}" if part == "query" else made
            if fits(node.shape, node.member, made):
                planted.append(text)
                return made
        return value

    return rewritten(node, whole, plant, lambda _, text: text)


@pytest.mark.parametrize("name", [*NAMED, *sampled(60)])
def test_installed_models_lose_their_secrets_and_nothing_else(name):
    contract, chooser = modelled(name), random.Random(name)
    wire, plan = protocol_for(contract), plan_of(contract)
    planted: list[str] = []
    try:
        sent = fullest(contract, contract.input, levels=4) if contract.input else {}
        answered = fullest(contract, contract.output, levels=4) if contract.output else {}
        sent = planted_in(plan.input, sent, planted, chooser)
        answered = planted_in(plan.output, answered, planted, chooser)
        live = Exchange(sdk.serialize(contract, sent), wire.serialize_output(contract, answered))
        before = wire.parse_request(contract, live.request)
    except HarnessError as error:
        pytest.skip(str(error))  # a stream of events, or a shape that has no smallest value
    if wire.read_response(contract, live.response).kind != "output":
        pytest.skip("the response has no form")
    vault = Vault()
    kept = vault.exchange(live, contract)
    assert not leaks(kept, planted)
    after = wire.parse_request(contract, kept.request)
    assert Vault().sealed(contract, before) == Vault().sealed(contract, after)
    assert vault.sealed(contract, before) == Vault().sealed(contract, after)
    assert vault.exchange(kept, contract) == kept
    assert Vault().exchange(kept, contract) == kept
    assert {item.pointer for item in check(contract, after)} <= {
        item.pointer for item in check(contract, before)
    }
    answer, was = (wire.read_response(contract, each.response) for each in (kept, live))
    assert (answer.kind, set(answer.deviations) - set(was.deviations)) == ("output", set())
    if not planted and kept != live:
        assert kept.request.target == live.request.target
    for error in contract.errors[:2]:
        shape = contract.shapes[error]
        reply = ErrorReply(shape.error_code or error, shape.http_error or 400, f"not {' '.join(planted[:1])}")
        failed = Exchange(live.request, wire.serialize_error(contract, reply))
        if wire.read_response(contract, failed.response).kind != "error":
            continue
        redacted = vault.exchange(failed, contract)
        assert not leaks(redacted, planted)
        assert (
            wire.read_response(contract, redacted.response).code
            == wire.read_response(contract, failed.response).code
        )
