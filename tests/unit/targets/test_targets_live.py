"""The live target against sockets that write down what arrives and answer what they were told to."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
from collections.abc import Callable

import pytest

from harness import __version__
from harness.cases.model import make_case
from harness.contract import Auth, Contract, Http
from harness.errors import TargetUnreachable, UsageError, WireError
from harness.exchange import Headers, Request
from harness.targets import TargetSpec, open_target
from harness.targets.live import LiveTarget
from harness.targets.signing import Endpoint, KeyPair

CONTRACT = Contract(
    format=1, service="events", operation="PutEvents", version="2021-03-02", sources=(), protocol="json",
    metadata={"endpointPrefix": "events"}, http=Http(), shapes={}, auth=Auth(scheme="none"),
)  # fmt: skip
CASE = make_case(CONTRACT, "example", "any", input={})
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
PAIR = KeyPair("AKIDTEST", "secret")

Answer = bytes | Callable[[socket.socket], None]


class Listener:
    """A server of scripted answers: one for each request, whatever the request is."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while self.answers:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        while self.answers:
            request = self._read(connection)
            if not request:
                return
            self.requests.append(request)
            answer = self.answers.pop(0)
            if callable(answer):
                answer(connection)
                return
            connection.sendall(answer)

    def _read(self, connection: socket.socket) -> bytes:
        data = b""
        try:
            while b"\r\n\r\n" not in data:
                part = connection.recv(65536)
                if not part:
                    return b""
                data += part
            head, _, body = data.partition(b"\r\n\r\n")
            lengths = [
                line.split(b":")[1]
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            ]
            wanted = min(int(lengths[0]), 1_000_000) if lengths and len(lengths[0]) < 9 else 0
            while len(body) < wanted:
                part = connection.recv(65536)
                if not part:
                    break
                body += part
            return head + b"\r\n\r\n" + body
        except OSError:
            return b""

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listen():
    """Open listeners and live targets, and close them."""
    opened: list[Listener | LiveTarget] = []

    def start(*answers: Answer, timeout: float = 5.0, path: str = "") -> tuple[Listener, LiveTarget]:
        listener = Listener(*answers)
        target = LiveTarget(TargetSpec("url", url=listener.url + path, timeout=timeout), credentials=PAIR)
        opened.extend((target, listener))
        return listener, target

    yield start
    for each in opened:
        each.close()


def send(target: LiveTarget, request: Request, contract: Contract = CONTRACT):
    return target.send(contract, CASE, request)


@pytest.mark.parametrize(
    "path",
    [
        "/", "//", "//a//b/", "/a/../b", "/a/./b", "/..", "/a%2Fb", "/a%2fb", "/%41", "/%zz", "/a;b=c", "/a?",
        "/?a", "/?a=%2f&a=b+c&=&&", "/a?b?c", "/{label}", "/a|b", "/a\\b", "/a#b", "/a%20b", "*",
        "/~!$&'()*+,;=:@", '/"<>^`', "/?x=" + "y" * 5000,
    ],
)  # fmt: skip
def test_the_request_target_arrives_as_it_was_made(listen, path):
    """Dot segments, doubled slashes, percent-encodings in either case, and what a URL library would mend."""
    listener, target = listen(OK)
    exchange = send(target, Request("GET", path))
    assert listener.requests[0].split(b"\r\n")[0] == f"GET {path} HTTP/1.1".encode()
    assert exchange.request.target == path
    assert (exchange.response.status, exchange.response.body, exchange.failure) == (200, b"ok", None)


def test_headers_arrive_as_they_were_made(listen):
    """Names keep their case, repeated fields stay apart, values keep their blanks and their UTF-8."""
    listener, target = listen(OK)
    given = Headers((("X-One", "a"), ("x-TWO", "  b  c "), ("X-One", "d"), ("X-Empty", ""), ("X-Text", "é€")))
    exchange = send(target, Request("POST", "/", given, b"{}"))
    lines = listener.requests[0].partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
    assert [line for line in lines if line.lower().startswith(b"x-")] == [
        b"X-One: a", b"X-One: d", b"x-TWO:   b  c ", b"X-Empty: ", "X-Text: é€".encode(),
    ]  # fmt: skip
    assert exchange.request.headers.all("x-one") == ("a", "d")


def test_a_request_says_where_it_goes_and_who_sends_it_and_nothing_else(listen):
    """Host, agent, coding and length are added; nothing that a library likes to add is."""
    listener, target = listen(OK)
    exchange = send(target, Request("POST", "/", body=b"{}"))
    assert (
        listener.requests[0]
        == (
            f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{listener.port}\r\n"
            f"User-Agent: aws-contract-harness/{__version__} api/events\r\n"
            "Accept-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}"
        ).encode()
    )
    assert exchange.request.headers.get("Host") == f"127.0.0.1:{listener.port}"


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [
        ("POST", b"", "0"), ("PUT", b"", "0"), ("GET", b"", None), ("DELETE", b"", None), ("HEAD", b"", None),
        ("DELETE", b"x", "1"), ("PATCH", b"\x00\xff", "2"),
    ],
    ids=["post", "put", "get", "delete", "head", "delete-with-body", "bytes"],
)  # fmt: skip
def test_the_length_is_that_of_the_body(listen, method, body, length):
    """Said where there is a body or the method expects one."""
    listener, target = listen(b"HTTP/1.1 204 No Content\r\n\r\n")
    exchange = send(target, Request(method, "/", body=body))
    assert exchange.request.headers.get("Content-Length") == length
    assert listener.requests[0].endswith(b"\r\n\r\n" + body)


def test_a_prefix_goes_before_every_target(listen):
    """A URL with a path is an endpoint below that path."""
    listener, target = listen(OK, path="/stage/")
    send(target, Request("GET", "/a?b"))
    assert listener.requests[0].startswith(b"GET /stage/a?b HTTP/1.1\r\n")


def test_a_length_that_lies_is_sent_and_the_early_answer_read(listen):
    """A body over the limit need not be sent to be refused; the connection is not used again."""
    refusal = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"
    listener, target = listen(lambda connection: (connection.sendall(refusal), time.sleep(0.2)), OK)
    lie = Headers.of({"Content-Length": "999999999999"})
    exchange = send(target, Request("POST", "/", lie, b"{}"))
    assert exchange.response.status == 413
    assert b"\r\nContent-Length: 999999999999\r\n" in listener.requests[0]
    assert send(target, Request("GET", "/")).response.status == 200
    assert listener.connections == 2


def test_response_headers_keep_their_order_and_repetitions(listen):
    """Every field as received, repeated ones apart."""
    listener, target = listen(
        b"HTTP/1.1 200 OK\r\nX-b: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nx-a:  two \r\n"
        b"Content-Length: 0\r\n\r\n",
        OK,
    )
    exchange = send(target, Request("GET", "/"))
    assert exchange.response.headers.fields == (
        ("X-b", "1"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("x-a", "two"), ("Content-Length", "0"),
    )  # fmt: skip
    send(target, Request("GET", "/"))
    assert b"ookie" not in listener.requests[1]


@pytest.mark.parametrize(
    ("status", "location"),
    [(301, "http://127.0.0.1:1/"), (307, "/elsewhere"), (302, "http://[broken")],
    ids=["elsewhere", "same-host", "no-url"],
)
def test_redirects_are_answers(listen, status, location):
    """What the endpoint says is judged, not followed."""
    _, target = listen(f"HTTP/1.1 {status} R\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())
    exchange = send(target, Request("GET", "/"))
    assert (exchange.response.status, exchange.response.headers.get("location")) == (status, location)


PACKED = gzip.compress(b'{"a":1}')


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PACKED) + PACKED,
            b'{"a":1}',
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", b"abcde"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\x00\xff\r", b"\x00\xff\r"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, b"ok"),
    ],
    ids=["gzip", "chunked", "bytes", "continue"],
)
def test_codings_of_the_way_are_undone(listen, answer, body):
    """The body is what the endpoint meant."""
    _, target = listen(answer)
    assert send(target, Request("GET", "/")).response.body == body


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (lambda connection: None, "connection closed without an answer"),
        (reset, "connection reset"),
        (lambda connection: time.sleep(1), "no answer within 0.3 s"),
        (lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n"), "the answer is no HTTP"),
        (lambda connection: connection.sendall(b"HTTP/1.1 banana\r\n\r\n"), "the answer is no HTTP"),
        (
            lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
            "the answer breaks off",
        ),
        (
            lambda connection: connection.sendall(b"HTTP/1.1 200\r\nTransfer-Encoding:chunked\r\n\r\nz\r\n"),
            "the answer breaks off",
        ),
        (
            lambda connection: (
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), time.sleep(1)
            ),
            "no answer within 0.3 s",
        ),
        (
            lambda connection: connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"
            ),
            "the answer's body cannot be decompressed",
        ),
    ],
    ids=[
        "closed", "reset", "silence", "other-protocol", "no-status", "short-body", "bad-chunk", "slow-body",
        "no-gzip",
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_told_in_words(listen, answer, failure):
    """No response and the reason; the target can be used on."""
    _, target = listen(answer, OK, timeout=0.3)
    exchange = send(target, Request("POST", "/", body=b"{}"))
    assert (exchange.response, exchange.failure) == (None, failure)
    assert exchange.request.headers.get("Content-Length") == "2"


def test_connections_are_kept_and_a_stale_one_is_replaced(listen):
    """A server may close an idle connection; that is no crash. A second failure is."""
    listener, target = listen(
        OK, OK, lambda connection: None, OK, lambda connection: None, lambda connection: None
    )
    assert [send(target, Request("GET", "/")).response.status for _ in range(3)] == [200, 200, 200]
    assert (listener.connections, len(listener.requests)) == (2, 4)
    assert send(target, Request("GET", "/")).failure == "connection closed without an answer"


def test_an_endpoint_that_dies_of_a_request_is_told_with_that_request(listen):
    """The request that brought it down has a failure; only the next one finds nobody."""
    listener, target = listen(OK, lambda connection: listener.close())
    assert send(target, Request("GET", "/")).response.status == 200
    assert send(target, Request("GET", "/")).failure == "connection closed without an answer"
    with pytest.raises(TargetUnreachable):
        send(target, Request("GET", "/"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def test_nobody_there_is_an_error_with_a_way_out():
    """One sentence with the operating system's reason, exit code 3."""
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(TargetUnreachable) as caught:
        open_target(TargetSpec("url", url=url))
    assert str(caught.value) == (
        f"{url}: nothing answers there: Connection refused\n  Start the endpoint, or correct the URL."
    )
    assert caught.value.exit_code == 3


def test_a_name_that_nobody_has_is_an_error_with_a_way_out():
    """Asked of this machine only: names below .localhost are never looked up elsewhere."""
    target = LiveTarget(TargetSpec("url", url="http://no_such.host.invalid:1", timeout=2), credentials=PAIR)
    with pytest.raises(TargetUnreachable, match="nothing answers there"):
        send(target, Request("GET", "/"))
    target.close()


def test_plain_http_where_tls_was_asked_for_is_an_error_with_a_way_out():
    """A wrong scheme is not taken for a crash."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer_in_plain, args=(server,), daemon=True).start()
        url = f"https://127.0.0.1:{server.getsockname()[1]}"
        target = LiveTarget(TargetSpec("url", url=url, timeout=5), credentials=PAIR)
        with pytest.raises(TargetUnreachable, match="no secure connection") as caught:
            send(target, Request("GET", "/"))
        target.close()
    assert caught.value.remedy == "Check the certificate and the scheme of the URL."


def answer_in_plain(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(10)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.recv(10_000)


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        (Request("GET", "/a b"), "no request can carry the request target '/a b'"),
        (Request("GET", "/é"), "no request can carry the request target '/é'"),
        (Request("GET", "/\r\n"), "no request can carry the request target '/\\r\\n'"),
        (Request("GE\nT", "/"), "no request can carry the method 'GE\\nT'"),
        (Request("", "/"), "no request can carry the method ''"),
        (Request("GET", "/", Headers.of({"X A": "b"})), "no request can carry the header name 'X A'"),
        (Request("GET", "/", Headers.of({"A": "b\nC:"})), "no request can carry the header value 'b\\nC:'"),
        (Request("GET", "/", Headers.of({"A": "\ud800"})), "no request can carry the header value '\\ud800'"),
    ],
    ids=["space", "not-ascii", "line-break", "method", "no-method", "name", "header-line-break", "surrogate"],
)  # fmt: skip
def test_what_no_request_can_carry_is_refused(listen, request_, problem):
    """Said before anything is sent, so that it is never taken for the endpoint's fault."""
    listener, target = listen(OK)
    with pytest.raises(WireError) as caught:
        send(target, request_)
    assert (caught.value.where, caught.value.problem) == (listener.url, problem)
    assert listener.requests == []


def test_a_proxy_of_the_environment_is_not_asked_for_loopback(listen, monkeypatch):
    """What runs on this machine is reached directly."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    _, target = listen(OK)
    assert send(target, Request("GET", "/")).response.status == 200


def test_a_proxy_of_the_environment_is_asked_for_other_hosts(listen, monkeypatch):
    """A forward proxy gets the whole URL, the target still untouched."""
    proxy, _ = listen(OK)
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    target = LiveTarget(TargetSpec("url", url="http://endpoint.invalid", timeout=2), credentials=PAIR)
    assert send(target, Request("GET", "//a/../b%2f")).response.status == 200
    target.close()
    assert proxy.requests[0].startswith(
        b"GET http://endpoint.invalid//a/../b%2f HTTP/1.1\r\nHost: endpoint.invalid\r\n"
    )


class Clock:
    def __init__(self) -> None:
        self.now, self.slept = 0.0, []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def aws_target(listener: Listener, clock: Clock, rate: float | None = None) -> LiveTarget:
    """A target of kind ``aws`` whose endpoint is a listener: the real one is never contacted."""
    target = LiveTarget(
        TargetSpec("aws", requests_per_second=rate, timeout=5),
        credentials=PAIR, clock=clock, sleep=clock.sleep,
    )  # fmt: skip
    target._endpoints["events"] = Endpoint(listener.url)
    return target


THROTTLED = b'HTTP/1.1 400 B\r\nContent-Length: 32\r\n\r\n{"__type":"ThrottlingException"}'


def test_throttling_is_waited_out_a_few_times():
    """Longer each time, then the answer counts as it is."""
    clock, listener = Clock(), Listener(THROTTLED, THROTTLED, OK, *[THROTTLED] * 5, OK)
    target = aws_target(listener, clock)
    assert send(target, Request("GET", "/")).response.status == 200
    assert len(clock.slept) == 2
    assert clock.slept == sorted(clock.slept)
    assert send(target, Request("GET", "/")).response.status == 400
    assert len(clock.slept) == 6
    target.close()
    listener.close()


def test_a_url_is_never_asked_again(listen):
    """Elsewhere throttling is an answer like any other."""
    listener, target = listen(THROTTLED, OK)
    assert send(target, Request("GET", "/")).response.status == 400
    assert len(listener.requests) == 1


def test_the_rate_limit_holds_for_every_request():
    """Four a second, tries after throttling included."""
    clock, listener = Clock(), Listener(OK, OK, OK)
    target = aws_target(listener, clock, rate=4)
    for _ in range(3):
        send(target, Request("GET", "/"))
    assert clock.slept == pytest.approx([0.25, 0.25])
    target.close()
    listener.close()


def test_every_service_has_its_own_endpoint_on_aws():
    """As botocore resolves them; the operation's host prefix goes before it when it is sent."""
    target = LiveTarget(TargetSpec("aws", region="eu-west-1"), credentials=PAIR)
    assert target.name == "aws"
    assert target.strict is False
    assert target.url_of(CONTRACT) == "https://events.eu-west-1.amazonaws.com"
    target.close()


@pytest.mark.parametrize(
    ("answer", "strict"),
    [
        (b'HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n{"status":"ok","operations":[] }', True),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"status":"ok"}', False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nokay", False),
        (b'HTTP/1.1 404 No\r\nContent-Length: 32\r\n\r\n{"status":"ok","operations":[] }', False),
        (lambda connection: None, False),
    ],
    ids=["emulator", "another-health", "no-json", "not-found", "no-answer"],
)
def test_a_loopback_url_is_asked_whether_it_is_the_emulator(answer, strict):
    """Only then the exact code of every fault is demanded; the name stays host and port."""
    listener = Listener(answer)
    target = open_target(TargetSpec("url", url=listener.url))
    assert (target.name, target.strict, target.url) == (f"127.0.0.1_{listener.port}", strict, listener.url)
    assert listener.requests[0].startswith(b"GET /_harness/health HTTP/1.1\r\n")
    assert b"uthorization" not in listener.requests[0]
    target.close()
    listener.close()


def test_another_host_is_not_asked():
    """Opening a target elsewhere sends nothing; this host does not even exist."""
    target = open_target(TargetSpec("url", url="http://endpoint.invalid:1"))
    assert (target.name, target.strict) == ("endpoint.invalid_1", False)
    target.close()


def test_a_replay_is_no_target_to_open():
    """Replays read cassettes and send nothing."""
    with pytest.raises(UsageError, match="a replay sends nothing"):
        open_target(TargetSpec("replay"))
