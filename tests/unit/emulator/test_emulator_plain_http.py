"""Plain requests are answered at once, all others by the full parser, and nobody can tell which it was."""

from __future__ import annotations

import re
import socket

import pytest

from harness.emulator import plain_http
from harness.emulator.server import EmulatorServer
from harness.exchange import Headers, Request, Response

HEAD = b"POST /a%20b?x=1 HTTP/1.1\r\nHost: h\r\nX-Name:  v w \r\nContent-Length: 3\r\n"
PLAIN = HEAD + b"\r\nabc"


def read(received):
    return plain_http.read(received, 1000, 100)


def test_a_plain_request_is_read_exactly_as_it_was_sent():
    fields = (("host", "h"), ("x-name", "v w"), ("content-length", "3"))
    expected = Request("POST", "/a%20b?x=1", Headers(fields), b"abc")
    assert read(PLAIN + b"GET /next") == plain_http.Plain(expected, len(PLAIN), False)


@pytest.mark.parametrize("length", [1, 4, 20, 60, len(PLAIN) - 1])
def test_a_part_of_a_plain_request_is_waited_for(length):
    assert read(PLAIN[:length]) is True


@pytest.mark.parametrize(
    "received",
    [
        b"\x16\x03\x01\x02\x00",
        b"get / HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET / HTTP/1.0\r\nHost: h\r\n\r\n",
        b"GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : h\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\x00\r\n\r\n",
        b"GET / HTTP/1.1\nHost: h\n\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\nx",
        b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        b"GET /" + b"a" * 1000 + b" HTTP/1.1\r\nHost: h\r\n\r\n",
        b"G" * 1000,
    ],
)
def test_what_is_not_plain_is_left_to_the_full_parser(received):
    assert read(received) is False


def test_a_header_that_http_cannot_carry_is_not_written():
    assert plain_http.write(Response(200, Headers((("a", "b\r\nc: d"),))), bodiless=False, last=False) is None


def echo(request):
    fields = (("X-Method", request.method), ("Content-Type", "text/plain"))
    seen = f"{request.target}|{request.headers.fields}|".encode() + request.body
    return Response(404 if request.path == "/none" else 200, Headers(fields), seen)


def talk(url, *parts):
    """Send the parts one by one and read until the server closes."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in parts:
            connection.sendall(part)
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


def normal(answer):
    """An answer without what means nothing: its date, the order of headers and the case of names."""
    head, _, body = re.sub(rb"date: [^\r]*\r\n", b"", answer).partition(b"\r\n\r\n")
    status, *fields = head.split(b"\r\n")
    named = (field.partition(b":") for field in fields)
    return status.rstrip(), sorted((name.lower(), value) for name, _, value in named), body


@pytest.mark.parametrize(
    ("first", "rest"),
    [
        (b"GET /x?y=1 HTTP/1.1\r\nHost: h\r\n", b""),
        (b"GET /none? HTTP/1.1\r\nHost: h\r\nA: b\r\nA: c\r\n", b""),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n", b"abc"),
        (b"HEAD /x HTTP/1.1\r\nHost: h\r\n", b""),
    ],
    ids=["get", "none", "post", "head"],
)
def test_both_ways_give_the_same_answer(first, rest):
    """The header ``TE`` makes a request not plain, and changes nothing else."""
    with EmulatorServer(echo) as server:
        quick = talk(server.url, first + b"Connection: close\r\n\r\n" + rest)
        thorough = talk(server.url, first + b"TE: gzip\r\nConnection: close\r\n\r\n" + rest)
    ours, theirs = normal(quick), normal(thorough.replace(b"('te', 'gzip'), ", b""))
    assert ours[0] == theirs[0]
    assert ours[2] == theirs[2]
    without_length = [[each for each in side[1] if each[0] != b"content-length"] for side in (ours, theirs)]
    assert without_length[0] == without_length[1]


def test_requests_in_one_segment_and_in_many_are_answered_in_order():
    one = b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n"
    last = b"POST /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
    with EmulatorServer(echo) as server:
        received = talk(server.url, one % 1 + one % 2, last[:20], last[20:-2], last[-2:])
    assert re.findall(rb"/(\d)\|", received) == [b"1", b"2", b"3"]


def test_a_request_that_is_not_plain_may_follow_one_that_is():
    plain = b"GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
    other = b"POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    last = b"GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    with EmulatorServer(echo) as server:
        received = talk(server.url, plain + other + last)
    assert re.findall(rb"/(\d)\|", received) == [b"1", b"2", b"3"]


def test_an_idle_connection_is_closed_in_time():
    with EmulatorServer(echo, request_seconds=0.2) as server:
        received = talk(server.url, b"GET /1 HTTP/1.1\r\nHost: h\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
