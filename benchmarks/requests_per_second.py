"""Requests per second of this project's emulator and of moto's server, for the same PutEvents, in one run.

    python benchmarks/requests_per_second.py [REQUESTS]

Both servers run as processes of their own on loopback and are asked in turn, round by round, by one client
that holds one connection open and sends the same signed bytes. Quote the ratio: machines differ.
"""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import time
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

BODY = b'{"Entries":[{"Source":"com.example","DetailType":"order placed","Detail":"{\\"id\\":1}"}]}'
ROUNDS = 5


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def signed_headers(url: str) -> dict[str, str]:
    """Sign the request once; neither server looks at its age."""
    headers = {"X-Amz-Target": "AWSEvents.PutEvents", "Content-Type": "application/x-amz-json-1.1"}
    request = AWSRequest("POST", url, headers=headers, data=BODY)
    SigV4Auth(Credentials("AKIAIOSFODNN7EXAMPLE", "secret"), "events", "us-east-1").add_auth(request)
    return dict(request.headers.items())


class Connection:
    """A connection that costs next to nothing itself: the same bytes out each time, the answer read whole."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.address = (str(parts.hostname), int(parts.port or 80))
        head = "".join(f"{name}: {value}\r\n" for name, value in signed_headers(url).items())
        fixed = f"POST / HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {len(BODY)}\r\n"
        self.message = f"{fixed}{head}\r\n".encode() + BODY
        self.socket: socket.socket | None = None

    def ask(self) -> tuple[bytes, bytes]:
        """Send the request; return the head and the body of the answer."""
        if self.socket is None:
            self.socket = socket.create_connection(self.address)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(self.message)
        received = self.socket.recv(65536)
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        lowered = head.lower()
        length = int(lowered.partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self._more()
        if b"connection: close" in lowered or head.startswith(b"HTTP/1.0"):
            self.close()
        return head, body

    def _more(self) -> bytes:
        assert self.socket is not None
        part = self.socket.recv(65536)
        if not part:
            raise SystemExit(f"{self.address}: the connection ended within an answer")
        return part

    def close(self) -> None:
        """Close it; the next request opens it again."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def seconds_for(url: str, count: int) -> float:
    """Send the request `count` times over one connection and say how long it took."""
    connection = Connection(url)
    started = time.perf_counter()
    for _ in range(count):
        head, answer = connection.ask()
        if b" 200 " not in head[:16] or b'"FailedEntryCount":0' not in answer.replace(b" ", b""):
            raise SystemExit(f"{url}: unexpected answer {head!r} {answer!r}")
    taken = time.perf_counter() - started
    connection.close()
    return taken


def wait_for(port: int) -> None:
    """Wait until something listens on a port."""
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"nothing listens on port {port}")


def main() -> None:
    """Run both servers, ask them in turn and print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    ports = {"harness": free_port(), "moto": free_port()}
    commands = {
        "harness": [sys.executable, "-m", "harness", "serve", "--port", str(ports["harness"])],
        "moto": [sys.executable, "-m", "moto.server", "-p", str(ports["moto"])],
    }
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    servers = {name: subprocess.Popen(command, **quiet) for name, command in commands.items()}
    rates: dict[str, list[float]] = {name: [] for name in servers}
    try:
        for port in ports.values():
            wait_for(port)
        for port in ports.values():
            seconds_for(f"http://127.0.0.1:{port}/", 50)  # warm-up, not counted
        for _ in range(ROUNDS):
            for name, port in ports.items():
                rates[name].append(count / seconds_for(f"http://127.0.0.1:{port}/", count))
    finally:
        for server in servers.values():
            server.terminate()
            server.wait()
    ratios = [ours / theirs for ours, theirs in zip(rates["harness"], rates["moto"], strict=True)]
    print(f"requests per second, {ROUNDS} rounds of {count}")
    print(f"{'server':<10}{'min':>10}{'median':>10}{'max':>10}")
    for name, found in rates.items():
        print(f"{name:<10}{min(found):>10.0f}{statistics.median(found):>10.0f}{max(found):>10.0f}")
    print(f"{'ratio':<10}{min(ratios):>10.2f}{statistics.median(ratios):>10.2f}{max(ratios):>10.2f}")


if __name__ == "__main__":
    main()
