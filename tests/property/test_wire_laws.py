"""Laws of the wire: what one side writes, the other reads, whoever writes it."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from harness.contract import Contract, Member, Shape, check
from harness.exchange import Headers, Request, Response
from harness.wire import ErrorReply, Unreadable, protocol_for, sdk

FILE = Path(__file__).parent.parent / "data" / "wire_contracts.yaml"
CONTRACTS = {
    name: msgspec.convert(fields, Contract) for name, fields in yaml.safe_load(FILE.read_text()).items()
}
LAW = settings(derandomize=True, deadline=None, max_examples=100)
SEAMS = pytest.mark.parametrize("name", list(CONTRACTS))

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
WORD = st.text(st.characters(codec="latin-1", categories=["L", "N", "P"]), min_size=1, max_size=12).filter(
    lambda text: "\\" not in text
)
TOKEN = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=8)
SECONDS = st.integers(0, 4_102_444_799)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
BITS = {"byte": 8, "short": 16, "integer": 32, "long": 64}


def simple(kind: str) -> st.SearchStrategy[Any]:
    """Values of a simple shape that every place of a message can carry, but for texts."""
    if kind in BITS:
        edge = 2 ** (BITS[kind] - 1)
        return st.integers(-edge, edge - 1)
    return {
        "boolean": st.booleans(),
        "double": st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(["NaN", "-Infinity"]),
        "timestamp": SECONDS,
        "blob": st.binary(max_size=20).map(lambda data: base64.b64encode(data).decode()),
        "document": JSON.filter(lambda value: value is not None),
        "string": TEXT,
    }[kind]


def values(contract: Contract, target: str, *, nulls: bool, depth: int = 0) -> st.SearchStrategy[Any]:
    """Valid values of a shape in a body; ``nulls`` allows them in sparse lists, which botocore refuses."""
    shape = contract.shapes[target]
    if shape.type == "structure":
        return structures(contract, shape.members, nulls=nulls, depth=depth)
    if shape.type == "union":
        return st.one_of(
            [
                st.fixed_dictionaries({name: values(contract, member.target, nulls=nulls)})
                for name, member in shape.members.items()
            ]
        )
    size = 0 if depth > 2 else 3
    if shape.type == "list":
        element = values(contract, shape.member.target, nulls=nulls, depth=depth + 1)
        least = min(size, int(shape.length.min or 0)) if shape.length else 0
        return st.lists(
            element | st.none() if shape.sparse and nulls else element, min_size=least, max_size=size
        )
    if shape.type == "map":
        return st.dictionaries(
            TEXT, values(contract, shape.value.target, nulls=nulls, depth=depth + 1), max_size=size
        )
    return narrowed(shape, simple(shape.type))


def narrowed(shape: Shape, otherwise: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of a simple shape that has constraints of its own, else the values given."""
    if shape.pattern is not None:
        return st.from_regex(shape.pattern, fullmatch=True)
    if shape.enum is not None:
        return st.sampled_from(shape.enum)
    if shape.length is not None:
        return st.text("abc", min_size=int(shape.length.min), max_size=9)
    return otherwise if shape.range is None else st.integers(0, 9)


def structures(
    contract: Contract, members: dict[str, Member], *, nulls: bool, depth: int = 0
) -> st.SearchStrategy[Any]:
    """Valid structures; beyond a depth only their required members."""
    required, optional = {}, {}
    for name, member in members.items():
        if not member.required and depth > 2:
            continue
        strategy = bound(contract, member, nulls=nulls, depth=depth)
        (required if member.required else optional)[name] = strategy
    return st.fixed_dictionaries(required, optional=optional)


def bound(contract: Contract, member: Member, *, nulls: bool, depth: int) -> st.SearchStrategy[Any]:
    """Valid values of a member where it travels: outside the body texts are narrower, lists never empty."""
    shape = contract.shapes[member.target]
    if contract.protocol == "json":
        return values(contract, member.target, nulls=nulls, depth=depth + 1)
    if member.host_label is not None:
        return st.text("abcxyz019", min_size=1, max_size=8)
    if member.http_label is not None:
        return narrowed(shape, TEXT.filter(bool) if shape.type == "string" else simple(shape.type))
    if member.http_header is not None and member.media_type:
        return JSON.filter(lambda value: value is not None).map(
            lambda value: json.dumps(value, separators=(",", ":"))
        )
    if member.http_header is not None or member.http_prefix_headers is not None:
        return outside(contract, member, WORD, TOKEN)
    if member.http_query is not None or member.http_query_params:
        taken = {other.http_query for other in contract.shapes[contract.input].members.values()}
        return outside(contract, member, TEXT, TEXT.filter(lambda key: key not in taken and key != "mode"))
    if member.http_payload:
        return simple(shape.type).filter(bool)
    if member.http_response_code:
        return st.integers(200, 299).filter(lambda status: status != 204)
    return values(contract, member.target, nulls=nulls, depth=depth + 1)


def outside(
    contract: Contract, member: Member, text: st.SearchStrategy[str], key: st.SearchStrategy[str]
) -> st.SearchStrategy[Any]:
    shape = contract.shapes[member.target]
    if shape.type == "map":
        return st.dictionaries(key, text, min_size=1, max_size=3)
    if shape.type == "list":
        kind = contract.shapes[shape.member.target].type
        return st.lists(text if kind == "string" else simple(kind), min_size=1, max_size=3)
    return text if shape.type == "string" else simple(shape.type)


def inputs(contract: Contract, *, nulls: bool) -> st.SearchStrategy[Any]:
    return structures(contract, contract.shapes[contract.input].members, nulls=nulls)


def outputs(contract: Contract) -> st.SearchStrategy[Any]:
    return structures(contract, contract.shapes[contract.output].members, nulls=False)


@SEAMS
@given(data=st.data())
@LAW
def test_a_server_reads_what_the_raw_encoder_writes(name, data):
    """Valid inputs come back from the raw encoder's request as they were."""
    contract = CONTRACTS[name]
    document = data.draw(inputs(contract, nulls=True))
    assert check(contract, document) == ()
    protocol = protocol_for(contract)
    assert protocol.parse_request(contract, protocol.encode_request(contract, document)) == document


@SEAMS
@given(data=st.data())
@LAW
def test_a_server_reads_what_botocore_writes(name, data):
    """Valid inputs come back from botocore's request as they were, and so as from the raw encoder's."""
    contract = CONTRACTS[name]
    document = data.draw(inputs(contract, nulls=False))
    protocol = protocol_for(contract)
    written = sdk.serialize(contract, document)
    raw = protocol.encode_request(contract, document)
    assert protocol.parse_request(contract, written) == document
    assert protocol.parse_request(contract, raw) == document
    assert (written.method, written.path, written.host_prefix) == (raw.method, raw.path, raw.host_prefix)


@SEAMS
@given(data=st.data())
@LAW
def test_botocore_and_the_judge_read_what_a_server_writes(name, data):
    """Valid outputs come back from botocore's parser and from our own reading, without a deviation."""
    contract = CONTRACTS[name]
    document = data.draw(outputs(contract))
    protocol = protocol_for(contract)
    response = protocol.serialize_output(contract, document)
    parsed = sdk.to_document(contract, contract.output, sdk.parse(contract, response))
    outcome = protocol.read_response(contract, response)
    assert defaults(contract, parsed, response) == defaults(contract, document, response)
    assert outcome.kind == "output"
    assert outcome.deviations == ()
    assert defaults(contract, outcome.output, response) == defaults(contract, document, response)


def defaults(contract: Contract, document: dict[str, Any], response: Response) -> dict[str, Any]:
    """Fill in what a reader always finds: the status, a map of headers, the bytes of a payload."""
    filled = dict(document)
    for name, member in contract.shapes[contract.output].members.items():
        if contract.protocol == "json":
            continue
        if member.http_response_code:
            filled.setdefault(name, response.status)
        if member.http_prefix_headers is not None:
            filled.setdefault(name, {})
        if member.http_payload:
            filled.setdefault(name, "")
    return filled


@SEAMS
@given(code=st.sampled_from(["", "Unheard"]), message=TEXT, status=st.sampled_from([400, 418, 503]))
@LAW
def test_errors_come_back_by_code_and_message(name, code, message, status):
    """A declared error and an unheard one are read as they were written."""
    contract = CONTRACTS[name]
    declared = contract.error_shapes()
    code = code or next(iter(declared), "Undeclared")
    protocol = protocol_for(contract)
    outcome = protocol.read_response(
        contract, protocol.serialize_error(contract, ErrorReply(code, status, message))
    )
    assert (outcome.kind, outcome.code, outcome.message or "") == ("error", code, message)
    assert outcome.modelled is (code in declared)


HEADER_NAMES = st.sampled_from(
    ["content-type", "x-amzn-errortype", "x-amzn-query-error", "x-count", "X-Dates", "X-Meta-a", "X-Profile"]
)
HEADERS = st.lists(st.tuples(HEADER_NAMES, TEXT), max_size=3).map(Headers.of)
NAMES = st.sampled_from(["__type", "code", "message", "Message", "Entries", "at", "choice", "payload"]) | TEXT
BODIES = st.binary(max_size=60) | st.dictionaries(NAMES, JSON, max_size=4).map(
    lambda v: json.dumps(v).encode()
)


@SEAMS
@given(body=BODIES | JSON.map(lambda v: json.dumps(v).encode()), headers=HEADERS, data=st.data())
@example(body=b"[" * 100_000, headers=Headers(), data=None)
@example(body=b'{"a":' * 100_000, headers=Headers(), data=None)
@example(body=b"1" * 5000, headers=Headers(), data=None)
@LAW
def test_garbage_is_read_or_unreadable(name, body, headers, data):
    """Whatever is sent, a server reads it or says that it cannot."""
    contract = CONTRACTS[name]
    targets = [contract.http.uri, "/connector-event/%FF", "/things/a/at/b/c?mode=full&size=%20&name=%80", "/"]
    target = data.draw(st.sampled_from(targets)) if data is not None else contract.http.uri
    request = Request(contract.http.method, target, headers, body)
    document: Any = {}
    with suppress(Unreadable):
        document = protocol_for(contract).parse_request(contract, request)
    assert isinstance(document, dict)


@SEAMS
@given(body=BODIES, headers=HEADERS, status=st.integers(100, 599))
@example(body=b"[" * 100_000, headers=Headers(), status=200)
@example(body=b'{"__type":1}', headers=Headers(), status=400)
@example(body=b'{"code":[]}', headers=Headers(), status=400)
@example(body=b"[]", headers=Headers(), status=400)
@example(body=b"<html>", headers=Headers(), status=502)
@LAW
def test_every_answer_is_understood_somehow(name, body, headers, status):
    """Reading a response never raises: it is an output, an error, or unreadable with a reason."""
    contract = CONTRACTS[name]
    outcome = protocol_for(contract).read_response(contract, Response(status, headers, body))
    assert outcome.status == status
    assert (outcome.kind == "unreadable") == (outcome.failure is not None)
    assert (outcome.kind == "output") == isinstance(outcome.output, dict)
