"""The emulator's socket: exact requests, bounds, garbage, keep-alive. Real sockets on loopback."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest

from harness.emulator.server import EmulatorServer
from harness.errors import UsageError
from harness.exchange import Headers, Response

LIMIT = 100_000


class Echo:
    """Answers with what it was sent, and keeps the requests."""

    def __init__(self):
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        return Response(200, Headers.of({"Content-Type": "text/plain", "X-Twice": "ä"}), request.body)


@pytest.fixture(scope="module")
def echo():
    return Echo()


@pytest.fixture(scope="module")
def server(echo):
    with EmulatorServer(echo, body_limit=LIMIT, request_seconds=1) as running:
        yield running


def address(server):
    parts = urlsplit(server.url)
    return parts.hostname, parts.port


def raw(server, data, *, seconds=10.0, half_close=False):
    """Send bytes and read until the server closes or the time is over."""
    with socket.create_connection(address(server), timeout=seconds) as connection:
        connection.sendall(data)
        received = b""
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except (TimeoutError, ConnectionResetError):
            pass
        return received


def send_forever(connection, data, pause, *, seconds=8):
    """Send the same bytes again and again until the server hangs up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        connection.sendall(data)
        time.sleep(pause)


def is_alive(server):
    connection = http.client.HTTPConnection(*address(server), timeout=10)
    connection.request("POST", "/alive", b"yes")
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return (answer.status, body) == (200, b"yes")


def test_a_request_arrives_exactly_as_it_was_sent(server, echo):
    raw(
        server,
        b"PUT /a%2Fb/%C3%A4/../c//d?x=%20+&y&x=2 HTTP/1.1\r\nHost: example.com:1\r\n"
        b"X-B: 2\r\nx-a: 1\r\nX-B: 3\r\nAuthorization: me\r\nX-Bytes: \xc3\xa4\r\n"
        b"Content-Length: 2\r\nConnection: close\r\n\r\n{}",
    )
    request = echo.requests[-1]
    assert (request.method, request.target, request.body) == (
        "PUT",
        "/a%2Fb/%C3%A4/../c//d?x=%20+&y&x=2",
        b"{}",
    )
    assert request.headers.fields == (
        ("host", "example.com:1"),
        ("x-b", "2"),
        ("x-a", "1"),
        ("x-b", "3"),
        ("authorization", "me"),
        ("x-bytes", "Ã¤"),
        ("content-length", "2"),
        ("connection", "close"),
    )


def test_the_absolute_form_of_a_target_is_its_path(server, echo):
    raw(server, b"GET http://example.com/a/b?c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert echo.requests[-1].target == "/a/b?c"


def test_a_connection_serves_many_requests(server):
    connection = http.client.HTTPConnection(*address(server), timeout=10)
    sockets = set()
    for number in range(5):
        connection.request("POST", "/", str(number))
        sockets.add(connection.sock.getsockname())
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, str(number).encode())
        assert answer.headers["x-twice"] == "ä"
    connection.close()
    assert len(sockets) == 1


def test_a_chunked_body_is_put_together(server):
    connection = http.client.HTTPConnection(*address(server), timeout=10)
    connection.request("POST", "/", iter([b"ab", b"cd"]), encode_chunked=True)
    assert connection.getresponse().read() == b"abcd"
    connection.close()


def error_of(received):
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), json.loads(body)["__type"]


def test_a_body_announced_too_large_is_refused_without_being_read(server, echo):
    before = len(echo.requests)
    with socket.create_connection(address(server), timeout=10) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (LIMIT + 1))
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert (answer.status, json.loads(answer.read())["__type"]) == (413, "RequestEntityTooLargeException")
        assert answer.headers["x-amzn-requestid"]
        assert answer.headers["x-amzn-errortype"] == "RequestEntityTooLargeException"
    assert len(echo.requests) == before


def test_a_body_of_just_the_limit_is_read(server):
    connection = http.client.HTTPConnection(*address(server), timeout=10)
    connection.request("POST", "/", b"x" * LIMIT)
    answer = connection.getresponse()
    assert (answer.status, len(answer.read())) == (200, LIMIT)
    connection.close()


@pytest.mark.parametrize("chunked", [False, True], ids=["with-a-length", "chunked"])
def test_a_client_that_sends_too_much_still_reads_its_answer_and_keeps_its_connection(server, chunked):
    connection = http.client.HTTPConnection(*address(server), timeout=10)
    body = iter([b"x" * 50_000] * 40) if chunked else b"x" * 2_000_000
    connection.request("POST", "/", body, encode_chunked=chunked)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["__type"]) == (413, "RequestEntityTooLargeException")
    connection.request("POST", "/", b"again")
    assert connection.getresponse().read() == b"again"
    connection.close()


def test_a_body_without_an_end_is_dropped(server):
    """The answer comes early and the connection ends, though the client goes on sending."""
    started = time.monotonic()
    with socket.create_connection(address(server), timeout=10) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        with pytest.raises(OSError):
            send_forever(connection, b"1000\r\n" + b"x" * 4096 + b"\r\n", 0.001)
    assert time.monotonic() - started < 5
    assert is_alive(server)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"", None, id="silence"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nX-A: ", None, id="unfinished-headers"),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", 408, id="unfinished-body"
        ),
    ],
)
def test_a_client_that_stops_is_dropped_in_time(server, sent, status):
    started = time.monotonic()
    received = raw(server, sent)
    assert 0.9 < time.monotonic() - started < 4
    assert received == b"" if status is None else error_of(received) == (status, "RequestTimeoutException")
    assert is_alive(server)


@pytest.mark.parametrize("second", [False, True], ids=["first-request", "second-request"])
def test_a_client_that_trickles_its_headers_is_dropped_in_time(server, second):
    """A byte every now and then does not buy more time."""
    started = time.monotonic()
    with socket.create_connection(address(server), timeout=10) as connection:
        if second:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"POST / HTTP/1.1\r\nX-Slow: ")
        with pytest.raises(OSError):
            send_forever(connection, b"x", 0.05)
    assert time.monotonic() - started < 5
    assert is_alive(server)


def test_many_slow_clients_do_not_stop_the_others(server):
    slow = [socket.create_connection(address(server), timeout=10) for _ in range(50)]
    for connection in slow:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na")
    assert is_alive(server)
    for connection in slow:
        connection.close()
    assert is_alive(server)


def test_a_slow_answer_to_a_large_body_does_not_keep_others_waiting():
    release, waiting = threading.Event(), threading.Event()

    def handle(request):
        if len(request.body) > 1000:
            waiting.set()
            release.wait(10)
        return Response(200, Headers(), request.body[:3])

    with EmulatorServer(handle) as server:
        slow = http.client.HTTPConnection(*address(server), timeout=10)
        slow.request("POST", "/", b"x" * 200_000)
        assert waiting.wait(10)
        assert is_alive(server)
        release.set()
        assert slow.getresponse().read() == b"xxx"
        slow.close()


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) + b"\r\n\r\n", id="tls"
        ),
        pytest.param(b"hello\r\n\r\n", id="no-http"),
        pytest.param(b"GET / HTTP/eleven\r\n\r\n", id="unknown-version"),
        pytest.param(b"GET /\x00\xff HTTP/1.1\r\nHost: x\r\n\r\n", id="bytes-in-the-target"),
        pytest.param(b"GET / HTTP/1.1\r\nHost x\r\n\r\n", id="header-without-colon"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", id="negative-length"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1e3\r\n\r\n", id="length-in-words"),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", id="two-lengths"
        ),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 200_000, id="endless-header"),
    ],
)
def test_garbage_gets_a_400_and_the_server_lives_on(server, garbage):
    assert raw(server, garbage).startswith(b"HTTP/1.1 400")
    assert is_alive(server)


def test_large_headers_are_refused(server, echo):
    before = len(echo.requests)
    data = (
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + b"X-A: %s\r\n" % (b"a" * 1000) * 70 + b"\r\n"
    )
    assert raw(server, data)[9:12] in (b"400", b"431")
    assert len(echo.requests) == before
    assert is_alive(server)


def test_bytes_broken_off_in_a_chunk_do_no_harm(server):
    data = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    raw(server, data, seconds=3)
    assert is_alive(server)


def test_a_port_in_use_is_one_clear_sentence(server):
    host, port = address(server)
    with pytest.raises(UsageError) as caught:
        EmulatorServer(Echo(), port=port)
    assert str(caught.value) == (
        f"{host}:{port}: the port is in use\n  Choose another port, or 0 for any free one."
    )
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70000), ("192.0.2.1", 0)])
def test_an_address_that_is_not_ours_is_one_clear_sentence(host, port):
    with pytest.raises(UsageError, match=f"{host}:{port}: cannot be listened on") as caught:
        EmulatorServer(Echo(), host=host, port=port)
    assert caught.value.remedy == "Choose an address of this machine and a port from 0 to 65535."


def test_it_listens_on_loopback_and_is_gone_when_stopped():
    started = time.monotonic()
    with EmulatorServer(Echo()) as server:
        assert time.monotonic() - started < 2
        assert server.url.startswith("http://127.0.0.1:")
        assert is_alive(server)
    with pytest.raises(ConnectionRefusedError):
        is_alive(server)


def test_stopping_does_not_wait_for_idle_clients():
    with EmulatorServer(Echo()) as server:
        idle = socket.create_connection(address(server))
        kept = http.client.HTTPConnection(*address(server), timeout=10)
        kept.request("GET", "/")
        kept.getresponse().read()
        started = time.monotonic()
    assert time.monotonic() - started < 2
    idle.close()
    kept.close()


def test_many_servers_live_side_by_side():
    with EmulatorServer(Echo()) as one, EmulatorServer(Echo()) as two:
        assert one.url != two.url
        assert is_alive(one)
        assert is_alive(two)


FOREGROUND = """
from harness.emulator.server import EmulatorServer
from harness.exchange import Headers, Response

server = EmulatorServer(lambda request: Response(200, Headers(), request.body))
server.serve_forever(lambda url: print(url, flush=True))
print("ended", flush=True)
"""


@pytest.mark.parametrize("requests_before", [0, 1], ids=["at-once", "with-an-open-connection"])
def test_in_the_foreground_it_ends_cleanly_when_interrupted(requests_before):
    with subprocess.Popen(
        [sys.executable, "-c", FOREGROUND], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        parts = urlsplit(process.stdout.readline().strip())
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        for _ in range(requests_before):
            connection.request("POST", "/", b"x")
            assert connection.getresponse().read() == b"x"
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=20)
        connection.close()
    assert (process.returncode, output, errors) == (0, "ended\n", "")
