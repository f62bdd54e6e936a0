"""Laws of query, ec2 and rest-xml over real models: what botocore writes we read, and the other way round.

A seeded sample of the operations; ``HARNESS_SWEEP_SIZE=all`` takes every one.
"""

from __future__ import annotations

import os
import random
from contextlib import suppress
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.contract import Contract, check
from harness.contract.examples import fullest, smallest
from harness.errors import WireError
from harness.exchange import Headers, Request, Response
from harness.importers.botocore import InstalledBotocore, contract_from_model, resolve_protocol
from harness.wire import ErrorReply, Unreadable, protocol_for, sdk

PROTOCOLS = ("query", "ec2", "rest-xml")
SERVICES = (
    "autoscaling", "cloudformation", "cloudfront", "cloudsearch", "docdb", "ec2", "elasticache",
    "elasticbeanstalk", "elb", "elbv2", "iam", "importexport", "neptune", "rds", "redshift", "route53", "s3",
    "s3control", "sdb", "ses", "sns", "sts",
)  # fmt: skip
SIZE = os.environ.get("HARNESS_SWEEP_SIZE", "240")
LAW = settings(derandomize=True, deadline=None, max_examples=100)

# Operations for which a law does not hold, each with its cause.
NOT_READ_BACK = {
    "s3:PutBucketNotification": "Two members have the same element: Event, and the list Events.",
}
NOT_PARSED_BACK = {
    "s3:GetBucketNotification": "Two members have the same element: Event, and the list Events.",
    "s3:GetBucketLocation": "The answer is its member's element; botocore's client reads it in a handler.",
}
NO_CODE = {
    "s3:HeadBucket": "The answer to a HEAD has no body, so botocore takes the status for the code.",
    "s3:HeadObject": "The answer to a HEAD has no body, so botocore takes the status for the code.",
}
STREAMS = ("s3:SelectObjectContent",)


@cache
def source() -> InstalledBotocore:
    return InstalledBotocore()


def sampled() -> list[str]:
    """The operations of these protocols, or as many of them as asked for, by service."""
    models = source()._models
    known = [service for service in SERVICES if service in models.services()]
    names = []
    for service in known:
        model = models.model(service)
        assert resolve_protocol(model["metadata"]) in PROTOCOLS
        names += [f"{service}:{operation}" for operation in sorted(model["operations"])]
    special = {*NOT_READ_BACK, *NOT_PARSED_BACK, *NO_CODE, *STREAMS} & set(names)
    chosen = names if SIZE == "all" else random.Random(7).sample(names, int(SIZE))
    return sorted(special.union(chosen))


@cache
def load(name: str) -> Contract:
    service, operation = name.split(":")
    return source().load(service, operation)


SAMPLE = sampled()
MAKERS = pytest.mark.parametrize("make", [smallest, fullest], ids=["smallest", "fullest"])


@MAKERS
@pytest.mark.parametrize("name", [name for name in SAMPLE if name not in NOT_READ_BACK])
def test_a_server_reads_what_botocore_writes(name, make):
    """Smallest and fullest inputs come back from botocore's request, and from the raw encoder's."""
    contract = load(name)
    document = make(contract, contract.input) if contract.input is not None else {}
    protocol = protocol_for(contract)
    assert check(contract, document) == ()
    assert protocol.parse_request(contract, sdk.serialize(contract, document)) == document
    assert protocol.parse_request(contract, protocol.encode_request(contract, document)) == document


@MAKERS
@pytest.mark.parametrize("name", [name for name in SAMPLE if name not in (*NOT_PARSED_BACK, *STREAMS)])
def test_botocore_and_the_judge_read_what_a_server_writes(name, make):
    """Smallest and fullest outputs come back from botocore's parser and from our own reading."""
    contract = load(name)
    document = make(contract, contract.output) if contract.output is not None else {}
    response = protocol_for(contract).serialize_output(contract, document)
    outcome = protocol_for(contract).read_response(contract, response)
    assert (outcome.kind, outcome.deviations) == ("output", ())
    assert filled(contract, outcome.output, response) == filled(contract, document, response)
    if contract.output is not None:
        parsed = sdk.to_document(contract, contract.output, sdk.parse(contract, response))
        assert filled(contract, parsed, response) == filled(contract, document, response)


def filled(contract: Contract, document: dict[str, Any], response: Response) -> dict[str, Any]:
    """Fill in what a reader always finds: the status, a map of headers, the bytes of a payload."""
    filled = dict(document)
    for name, member in contract.shapes[contract.output].members.items() if contract.output else ():
        if member.http_response_code:
            filled[name] = response.status
        if member.http_prefix_headers is not None:
            filled.setdefault(name, {})
        if member.http_payload:
            filled.setdefault(name, "" if contract.shapes[member.target].type in ("blob", "string") else {})
    return filled


@pytest.mark.parametrize("name", [name for name in SAMPLE if name not in NO_CODE and load(name).errors])
def test_declared_errors_come_back_by_code_status_and_members(name):
    """Every declared error is read as it was written, by botocore and by us."""
    contract = load(name)
    protocol = protocol_for(contract)
    for shape_name in contract.errors:
        shape = contract.shapes[shape_name]
        code = shape.error_code or shape_name
        status = shape.http_error or (500 if shape.error == "server" else 400)
        members = {
            key: value
            for key, value in fullest(contract, shape_name).items()
            if key.lower() not in ("message", "code")
        }
        response = protocol.serialize_error(contract, ErrorReply(code, status, "Not <now> & here", members))
        parsed = sdk.parse(contract, response)
        outcome = protocol.read_response(contract, response)
        assert (parsed["Error"]["Code"], parsed["Error"]["Message"]) == (code, "Not <now> & here")
        assert {
            key: sdk.to_document(contract, shape.members[key].target, parsed[key]) for key in members
        } == members
        assert (outcome.kind, outcome.code, outcome.status, outcome.modelled) == ("error", code, status, True)
        assert outcome.message == "Not <now> & here"


@pytest.mark.parametrize("name", NO_CODE)
def test_the_error_of_a_head_is_known_by_its_status(name):
    """Without a body, the only declared error of the status is meant."""
    contract = load(name)
    (code,) = contract.error_shapes()
    response = protocol_for(contract).serialize_error(contract, ErrorReply(code, 404, "gone"))
    outcome = protocol_for(contract).read_response(contract, response)
    assert response.body == b""
    assert (outcome.kind, outcome.code, outcome.modelled) == ("error", code, True)
    assert protocol_for(contract).read_response(contract, Response(503)).code is None


MODEL: dict[str, Any] = {
    "metadata": {"apiVersion": "2020-01-01", "xmlNamespace": "https://example.com/doc/"},
    "operations": {"Do": {"name": "Do", "input": {"shape": "All"}, "output": {"shape": "All"}, "errors": []}},
    "shapes": {
        "All": {
            "type": "structure",
            "members": {
                "Text": {"shape": "Text"},
                "Count": {"shape": "Count"},
                "Share": {"shape": "Share", "locationName": "share"},
                "Flag": {"shape": "Flag"},
                "At": {"shape": "At"},
                "Bytes": {"shape": "Bytes"},
                "Inner": {"shape": "All"},
                "Texts": {"shape": "Texts", "locationName": "texts"},
                "Flat": {"shape": "FlatTexts", "locationName": "flat"},
                "Pairs": {"shape": "Pairs"},
                "FlatPairs": {"shape": "Pairs", "flattened": True},
                "Many": {"shape": "Many"},
            },
        },
        "Text": {"type": "string"},
        "Count": {"type": "long"},
        "Share": {"type": "double"},
        "Flag": {"type": "boolean"},
        "At": {"type": "timestamp"},
        "Bytes": {"type": "blob"},
        "Texts": {"type": "list", "member": {"shape": "Text", "locationName": "one"}},
        "FlatTexts": {"type": "list", "member": {"shape": "Text"}, "flattened": True},
        "Pairs": {
            "type": "map",
            "key": {"shape": "Text", "locationName": "Name"},
            "value": {"shape": "Count"},
        },
        "Many": {"type": "list", "member": {"shape": "All"}},
    },
}


def made(protocol: str) -> Contract:
    """A contract with every kind of shape; ec2 has no maps."""
    members = dict(MODEL["shapes"]["All"]["members"])
    if protocol == "ec2":
        del members["Pairs"], members["FlatPairs"]
    shapes = {**MODEL["shapes"], "All": {"type": "structure", "members": members}}
    model = {**MODEL, "metadata": {**MODEL["metadata"], "protocol": protocol}, "shapes": shapes}
    return contract_from_model("made", model, "Do", "2020-01-01", ())


CONTRACTS = {protocol: made(protocol) for protocol in PROTOCOLS}
EACH = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)

TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n&<>\"'"),
    max_size=12,
)
SIMPLE = {
    "Text": TEXT,
    "Count": st.integers(-(2**63), 2**63 - 1),
    "Share": st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["NaN", "Infinity", "-Infinity"]),
    "Flag": st.booleans(),
    "At": st.integers(0, 4_102_444_799),
    "Bytes": st.sampled_from(["", "YQ==", "AAEC"]),
    "Texts": st.lists(TEXT, min_size=1, max_size=3),
    "Flat": st.lists(TEXT, min_size=1, max_size=3),
    "Pairs": st.dictionaries(TEXT, st.integers(0, 9), min_size=1, max_size=3),
    "FlatPairs": st.dictionaries(TEXT, st.integers(0, 9), min_size=1, max_size=3),
}


def documents(contract: Contract, depth: int = 2) -> st.SearchStrategy[dict[str, Any]]:
    """Structures without anything empty in them, which forms cannot say."""
    members = {name: values for name, values in SIMPLE.items() if name in contract.shapes["All"].members}
    if depth:
        inner = documents(contract, depth - 1).filter(bool)
        members = {**members, "Inner": inner, "Many": st.lists(inner, min_size=1, max_size=2)}
    return st.fixed_dictionaries({}, optional=members)


@EACH
@given(data=st.data())
@LAW
def test_every_kind_of_value_comes_back(contract, data):
    """Inputs and outputs of every shape are read as they were written, by us and by botocore."""
    document = data.draw(documents(contract))
    protocol = protocol_for(contract)
    assert protocol.parse_request(contract, protocol.encode_request(contract, document)) == document
    assert protocol.parse_request(contract, sdk.serialize(contract, document)) == document
    response = protocol.serialize_output(contract, document)
    outcome = protocol.read_response(contract, response)
    assert (outcome.output, outcome.deviations) == (document, ())
    assert sdk.to_document(contract, "All", sdk.parse(contract, response)) == document


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*SIMPLE, "Many", "x", "?"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@EACH
@given(document=JSON)
@LAW
def test_the_raw_encoder_writes_any_value_or_says_why_not(contract, document):
    """Whatever an input is, it becomes a request that a server reads or refuses, or there is a reason."""
    protocol = protocol_for(contract)
    read: Any = {}
    with suppress(WireError):
        read = protocol.parse_request(contract, protocol.encode_request(contract, document))
    assert isinstance(read, dict)


TAGS = st.sampled_from(
    [
        "Text",
        "Count",
        "Inner",
        "Many",
        "member",
        "Pairs",
        "entry",
        "Name",
        "value",
        "DoResult",
        "Error",
        "Code",
    ]
)
TREES = st.recursive(
    st.sampled_from(["", "x", "1", "true", "<?pi?>", "<![CDATA[&]]>", "&amp;", "&lt"]),
    lambda inner: st.lists(
        st.tuples(TAGS, inner).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"), max_size=3
    ).map("".join),
    max_leaves=12,
)
ROOTS = st.sampled_from(["All", "DoResponse", "ErrorResponse", "Response", "Error", "Other"])
BODIES = st.binary(max_size=60) | st.tuples(ROOTS, TREES).map(
    lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>".encode()
)
FORMS = st.lists(
    st.tuples(
        st.lists(
            st.sampled_from(["Text", "Count", "Inner", "Many", "member", "1", "2", "x", "", "entry", "key"]),
            max_size=5,
        ).map(".".join),
        st.sampled_from(["", "1", "x", "%80", "%ff=", "a&a"]),
    ).map("=".join),
    max_size=6,
).map(lambda parts: "&".join(["Action=Do", *parts]).encode())
BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]><All><Text>&c;</Text></All>'
DEEP = b"<Inner>" * 100_000
DEEP_FORM = b"Action=Do&" + b"Inner." * 100_000 + b"Text=x"
SHALLOW_FORM = b"Action=Do&" + b"Inner." * 120 + b"Text=x"


@EACH
@given(body=BODIES | FORMS)
@example(body=BOMB)
@example(body=DEEP)
@example(body=b"<All>" + b"<Inner>" * 120 + b"</Inner>" * 120 + b"</All>")
@example(body=DEEP_FORM)
@example(body=SHALLOW_FORM)
@example(body=b"Action=Do&Many.member." + b"9" * 5000 + b"=x")
@example(body=b"<All><Count>" + b"9" * 5000 + b"</Count></All>")
@LAW
def test_garbage_is_read_or_unreadable(contract, body):
    """Whatever is sent, a server reads it or says that it cannot."""
    document: Any = {}
    with suppress(Unreadable):
        document = protocol_for(contract).parse_request(contract, Request("POST", "/", Headers(), body))
    assert isinstance(document, dict)


@EACH
@given(body=BODIES, status=st.sampled_from([200, 204, 400, 404, 500, 503]))
@example(body=BOMB, status=200)
@example(body=DEEP, status=400)
@example(body=b"<html>", status=502)
@example(body=b"<ErrorResponse><Error><Code><x/></Code></Error></ErrorResponse>", status=400)
@LAW
def test_every_answer_is_understood_somehow(contract, body, status):
    """Reading a response never raises: it is an output, an error, or unreadable with a reason."""
    outcome = protocol_for(contract).read_response(contract, Response(status, Headers(), body))
    assert outcome.status == status
    assert (outcome.kind == "unreadable") == (outcome.failure is not None)
    assert (outcome.kind == "output") == isinstance(outcome.output, dict)
