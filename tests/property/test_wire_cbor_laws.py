"""Laws of CBOR: what one side writes, the other reads, and bytes that mean nothing are refused."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import cbor2
import msgspec
from hypothesis import example, given
from hypothesis import strategies as st
from test_wire_laws import CONTRACTS, JSON, LAW, TEXT, inputs, outputs

from harness.contract import check
from harness.exchange import Headers, Request, Response
from harness.wire import Unreadable, protocol_named, sdk
from harness.wire.bodies.items import decode_item

NAME = "smithy-rpc-v2-cbor"
PROTOCOL = protocol_named(NAME)
CONTRACT = CONTRACTS["EverythingInBody"]  # its own protocol is json, as of services that offer both
ITEMS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats()
    | TEXT
    | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def without_documents(document: dict[str, Any]) -> dict[str, Any]:
    """The protocol, as botocore speaks it, has no document types."""
    return {name: item for name, item in document.items() if name != "extra"}


@given(data=st.data())
@LAW
def test_a_server_reads_what_clients_write_in_cbor(data):
    """Valid inputs come back from the raw encoder's request and from botocore's as they were."""
    document = data.draw(inputs(CONTRACT, nulls=True))
    assert PROTOCOL.parse_request(CONTRACT, PROTOCOL.encode_request(CONTRACT, document)) == document
    document = without_documents(data.draw(inputs(CONTRACT, nulls=False)))
    assert check(CONTRACT, document) == ()
    written = sdk.serialize(CONTRACT, document, protocol=NAME)
    raw = PROTOCOL.encode_request(CONTRACT, document)
    assert PROTOCOL.parse_request(CONTRACT, written) == document
    assert (written.method, written.path, written.host_prefix) == (raw.method, raw.path, raw.host_prefix)
    assert sorted(written.headers.fields) == sorted(raw.headers.fields)


@given(data=st.data())
@LAW
def test_botocore_and_the_judge_read_what_a_server_writes_in_cbor(data):
    """Valid outputs come back from botocore's parser and from our own reading, without a deviation."""
    document = without_documents(data.draw(outputs(CONTRACT)))
    response = PROTOCOL.serialize_output(CONTRACT, document)
    parsed = sdk.parse(CONTRACT, response, protocol=NAME)
    assert sdk.to_document(CONTRACT, CONTRACT.output, parsed) == document
    outcome = PROTOCOL.read_response(CONTRACT, response)
    assert (outcome.kind, outcome.deviations) == ("output", ())
    assert outcome.output == document


@given(value=ITEMS, canonical=st.booleans())
@LAW
def test_items_come_back_as_a_library_writes_them(value, canonical):
    """In short forms and in long ones, an item is what was written."""
    assert repr(decode_item(cbor2.dumps(value, canonical=canonical), "here")) == repr(
        dict_order(value, canonical)
    )


def dict_order(value: Any, canonical: bool) -> Any:
    """The same value with the order of keys and the sign of NaN that the canonical form gives it."""
    if isinstance(value, float) and math.isnan(value):
        return math.nan
    if isinstance(value, list):
        return [dict_order(item, canonical) for item in value]
    if not isinstance(value, dict):
        return value
    keys = sorted(value, key=lambda key: (len(key.encode()), key.encode())) if canonical else value
    return {key: dict_order(value[key], canonical) for key in keys}


DAMAGED = st.builds(
    lambda body, at, byte: body[: at % len(body)] + bytes([byte]) + body[at % len(body) + 1 :],
    JSON.map(cbor2.dumps),
    st.integers(0, 99),
    st.integers(0, 255),
)


@given(body=st.binary(max_size=40) | DAMAGED | JSON.map(cbor2.dumps))
@example(body=b"\x81" * 100_000)
@example(body=b"\x9f" * 100_000)
@example(body=b"\xc1" * 100_000)
@example(body=b"\xa1\x61a" * 100_000)
@example(body=b"\x9b" + b"\xff" * 8)
@example(body=b"\x5b" + b"\xff" * 8)
@example(body=b"\xa1\x62at\xc1\xc2\x58\xff" + b"\xff" * 255)
@example(body=b"\xa1\x62at\x1b" + b"\xff" * 8)
@LAW
def test_garbage_is_read_or_unreadable_in_cbor(body):
    """Whatever is sent, a server reads it or says that it cannot, and so does the judge of an answer."""
    document: Any = {}
    with suppress(Unreadable):
        document = PROTOCOL.parse_request(CONTRACT, Request("POST", "/", Headers(), body))
    assert isinstance(document, dict)
    assert isinstance(check(CONTRACT, document), tuple)
    msgspec.json.encode(document)  # a document has JSON values only
    for status in (200, 400, 503):
        outcome = PROTOCOL.read_response(CONTRACT, Response(status, Headers(), body))
        assert (outcome.kind == "unreadable") == (outcome.failure is not None)
