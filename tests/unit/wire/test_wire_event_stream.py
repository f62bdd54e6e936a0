"""Streams of events: frames as botocore reads them, events in the place of their member."""

from __future__ import annotations

import io
import json
import struct
from binascii import crc32

import pytest
from botocore.eventstream import EventStream, EventStreamBuffer
from botocore.parsers import create_parser
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import WireError
from harness.exchange import Headers, Request, Response
from harness.importers.botocore import InstalledBotocore
from harness.wire import Unreadable, protocol_for, sdk
from harness.wire.event_stream import Message, decode, encode

# The specification's own examples.
EMPTY = bytes.fromhex("000000100000000005c248eb7d98c8ff")
NO_HEADERS = bytes.fromhex("0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936")
NUMBER = bytes.fromhex(
    "0000002d0000001041c424b80a6576656e742d747970650400 00a00c7b27666f6f273a27626172277d36f480a0"
)
BOTOCORE = InstalledBotocore()


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (EMPTY, Message()),
        (NO_HEADERS, Message({}, b"{'foo':'bar'}")),
        (NUMBER, Message({"event-type": 40972}, b"{'foo':'bar'}")),
    ],
    ids=["empty", "no-headers", "a-number"],
)
def test_reads_and_writes_the_examples_of_the_specification(frame, message):
    """Published frames are read as what they say, and written byte for byte."""
    assert decode(frame, "here") == [message]
    assert encode(message) == frame


@settings(derandomize=True, deadline=None)
@given(
    st.lists(
        st.builds(
            Message,
            st.dictionaries(
                st.text("abc:-", min_size=1, max_size=9),
                st.text(max_size=9) | st.booleans() | st.integers(-(2**31), 2**31 - 1),
                max_size=4,
            ),
            st.binary(max_size=40),
        ),
        max_size=4,
    )
)
def test_frames_come_back_as_botocore_reads_them(messages):
    """What was written is read again, by us and by botocore."""
    body = b"".join(encode(message) for message in messages)
    assert decode(body, "here") == messages
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    assert [Message(item.headers, item.payload) for item in buffer] == messages


def test_reads_every_type_of_header():
    """Bytes, a moment in milliseconds, small and great numbers, and a UUID have a value each."""
    parts = {
        "byte": b"\x02\xff", "short": b"\x03\x01\x00", "long": b"\x05" + bytes(7) + b"\x07",
        "bytes": b"\x06\x00\x02hi", "moment": b"\x08" + struct.pack(">q", 1500), "uuid": b"\x09" + bytes(16),
    }  # fmt: skip
    headers = b"".join(bytes([len(name)]) + name.encode() + value for name, value in parts.items())
    prelude = struct.pack(">II", 16 + len(headers), len(headers))
    frame = prelude + struct.pack(">I", crc32(prelude)) + headers
    [message] = decode(frame + struct.pack(">I", crc32(frame)), "here")
    assert message.headers == {
        "byte": -1, "short": 256, "long": 7, "bytes": b"hi", "moment": 1500,
        "uuid": "00000000-0000-0000-0000-000000000000",
    }  # fmt: skip


def framed(headers: bytes) -> bytes:
    """A frame with these bytes for headers, checksums right."""
    prelude = struct.pack(">II", 16 + len(headers), len(headers))
    frame = prelude + struct.pack(">I", crc32(prelude)) + headers
    return frame + struct.pack(">I", crc32(frame))


def with_lengths(length: int, headers: int) -> bytes:
    """A frame of which the prelude says this."""
    prelude = struct.pack(">II", length, headers)
    return prelude + struct.pack(">I", crc32(prelude)) + bytes(16)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"{}", "a frame is cut off after 2 bytes"),
        (NO_HEADERS[:-1], "a frame of 29 bytes is cut off after 28"),
        (NO_HEADERS[:8] + b"\0" + NO_HEADERS[9:], "the checksum of a frame's prelude is wrong"),
        (NO_HEADERS[:-5] + b"?" + NO_HEADERS[-4:], "the checksum of a frame's message is wrong"),
        (with_lengths(20, 20), "a frame of 20 bytes cannot have 20 bytes of headers"),
        (with_lengths(2**32 - 1, 0), "a frame of 4294967295 bytes cannot have 0 bytes of headers"),
        (framed(b"\x01a\x0c"), "the headers of a frame cannot be read: there is no type 12"),
        (framed(b"\x01a\x07\0\x09x"), "the headers of a frame cannot be read: a value of 9 bytes is cut off"),
        (framed(b"\x09a"), "the headers of a frame cannot be read: index out of range"),
        (framed(b"\x01a\x00\x01a\x00"), "a frame has the header 'a' twice"),
    ],
    ids=[
        "no-frame", "cut-off", "prelude", "message", "headers-too-long", "payload-too-long", "unknown-type",
        "value-cut-off", "name-cut-off", "twice",
    ],
)  # fmt: skip
def test_refuses_what_is_no_frame(body, problem):
    """The message says what is wrong with the frame."""
    with pytest.raises(Unreadable) as caught:
        decode(body, "here")
    assert str(caught.value) == f"here: {problem}\n  Send whole frames of an event stream."


def event(kind: str, payload: bytes, **headers: str) -> bytes:
    """One event as services send it."""
    return encode(Message({":message-type": "event", ":event-type": kind, **headers}, payload))


def response(*frames: bytes) -> Response:
    """A success with these frames."""
    return Response(200, Headers.of({"Content-Type": "application/vnd.amazon.eventstream"}), b"".join(frames))


class Raw(io.BytesIO):
    """A body as botocore's EventStream takes it."""

    def stream(self):
        yield self.getvalue()


def seen_by_botocore(contract, name: str, body: bytes) -> list[object]:
    """The events that botocore's own reader makes of a body, without the initial response."""
    output = sdk.service_model(contract).operation_model(contract.operation).output_shape
    parser = create_parser(contract.protocol)._event_stream_parser
    stream = EventStream(Raw(body), output.members[name], parser, contract.operation)
    target = contract.shapes[contract.output].members[name].target
    return [sdk.to_document(contract, target, item) for item in stream if item]


@pytest.mark.parametrize(
    ("service", "operation", "name", "frames", "expected"),
    [
        (
            "bedrock-runtime", "ConverseStream", "stream",
            [
                event("messageStart", b'{"role":"assistant"}'),
                event("contentBlockDelta", b'{"contentBlockIndex":0,"delta":{"text":"Hi"}}'),
                event("messageStop", b'{"stopReason":"end_turn"}'),
            ],
            [
                {"messageStart": {"role": "assistant"}},
                {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "Hi"}}},
                {"messageStop": {"stopReason": "end_turn"}},
            ],
        ),
        (
            "s3", "SelectObjectContent", "Payload",
            [
                event("Records", b"a,b\n"),
                event("Stats", b"<Stats><BytesScanned>7</BytesScanned></Stats>"),
                event("End", b""),
            ],
            [{"Records": {"Payload": "YSxiCg=="}}, {"Stats": {"Details": {"BytesScanned": 7}}}, {"End": {}}],
        ),
        (
            "kinesis", "SubscribeToShard", "EventStream",
            [
                event("initial-response", b"{}"),
                event(
                    "SubscribeToShardEvent",
                    b'{"Records":[{"SequenceNumber":"1","ApproximateArrivalTimestamp":1.5,"Data":"aGk=",'
                    b'"PartitionKey":"k"}],"ContinuationSequenceNumber":"2","MillisBehindLatest":0}',
                ),
            ],
            [
                {
                    "SubscribeToShardEvent": {
                        "Records": [
                            {
                                "SequenceNumber": "1", "ApproximateArrivalTimestamp": 1.5,
                                "Data": "aGk=", "PartitionKey": "k",
                            }
                        ],
                        "ContinuationSequenceNumber": "2",
                        "MillisBehindLatest": 0,
                    }
                }
            ],
        ),
    ],
    ids=["rest-json", "rest-xml", "json"],
)  # fmt: skip
def test_reads_events_as_botocore_does(service, operation, name, frames, expected):
    """The events stand in the place of their member, in their order, without a deviation."""
    contract = BOTOCORE.load(service, operation)
    answer = response(*frames)
    outcome = protocol_for(contract).read_response(contract, answer)
    assert (outcome.kind, outcome.deviations) == ("output", ())
    assert outcome.output == {name: expected}
    assert seen_by_botocore(contract, name, answer.body) == expected


def test_members_beside_a_stream_come_from_the_initial_response():
    """In the protocols without bindings the first frame holds what is not the stream."""
    contract = BOTOCORE.load("kinesis", "SubscribeToShard")
    first = encode(Message({":message-type": "event", ":event-type": "initial-response"}, b'{"x":1}'))
    outcome = protocol_for(contract).read_response(contract, response(first))
    assert outcome.output == {"x": 1, "EventStream": []}
    assert [item.kind for item in outcome.deviations] == ["response-unknown-member"]


def test_says_what_is_wrong_with_an_event():
    """A wrong type, an event that the contract does not have and an error in the stream are deviations."""
    contract = BOTOCORE.load("bedrock-runtime", "ConverseStream")
    answer = response(
        event("messageStart", b'{"role":7}'),
        event("news", b"x"),
        encode(Message({":message-type": "error", ":error-code": "Gone", ":error-message": "It is."})),
        encode(
            Message(
                {":message-type": "exception", ":exception-type": "validationException"}, b'{"message":"no"}'
            )
        ),
    )
    outcome = protocol_for(contract).read_response(contract, answer)
    assert outcome.output["stream"] == [
        {"messageStart": {"role": 7}},
        {"news": "eA=="},
        {":error": {"code": "Gone", "message": "It is."}},
        {"validationException": {"message": "no"}},
    ]
    assert [(item.kind, item.pointer) for item in outcome.deviations] == [
        ("response-type", "bedrock-runtime:ConverseStream#/output/stream/messageStart/role/type"),
        ("response-unknown-member", "bedrock-runtime:ConverseStream#/output/stream/news/unknown"),
        ("response-unknown-member", "bedrock-runtime:ConverseStream#/output/stream/:error/unknown"),
    ]


@pytest.mark.parametrize(
    ("service", "operation"),
    [("bedrock-runtime", "ConverseStream"), ("kinesis", "SubscribeToShard"), ("s3", "SelectObjectContent")],
)
def test_streams_are_not_written(service, operation):
    """A server that would have to answer with a stream says that it cannot."""
    contract = BOTOCORE.load(service, operation)
    with pytest.raises(WireError) as caught:
        protocol_for(contract).serialize_output(contract, {})
    assert str(caught.value) == (
        f"{service}:{operation}: {contract.output} holds a stream of events, which is not supported\n"
        "  Choose another operation."
    )


def test_streams_in_requests_are_not_read():
    """Nor is a request that is a stream taken for anything else."""
    contract = BOTOCORE.load("lexv2-runtime", "StartConversation")
    with pytest.raises(WireError) as caught:
        protocol_for(contract).parse_request(contract, Request("POST", "/"))
    assert caught.value.problem == (
        "StartConversationRequest holds a stream of events, which is not supported"
    )


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (
            Response(200, Headers(), json.dumps({"stream": {}}).encode()),
            "bedrock-runtime:ConverseStream#/output/stream: a frame is cut off after 14 bytes",
        ),
        (
            response(event("messageStart", b"[]")),
            "bedrock-runtime:ConverseStream#/output/stream: the body is not a JSON object but []",
        ),
    ],
    ids=["no-frames", "no-document"],
)
def test_an_answer_that_is_no_stream_is_unreadable(answer, failure):
    """Neither a body without frames nor a payload of another kind passes for an event."""
    contract = BOTOCORE.load("bedrock-runtime", "ConverseStream")
    outcome = protocol_for(contract).read_response(contract, answer)
    assert (outcome.kind, outcome.failure) == ("unreadable", failure)
