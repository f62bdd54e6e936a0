"""A server on loopback that gives the answers of ``harness.probe.answers``, byte for byte.

A request says with the header ``x-harness-answer`` which one it wants; nothing else of it is looked at.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from harness.probe.answers import HEADER, answer_for

BODY_LIMIT = 1 << 20
SECONDS = 10


class _Handler(BaseHTTPRequestHandler):
    """Reads a request to its end and answers it once."""

    protocol_version = "HTTP/1.1"
    timeout = SECONDS

    def _answer(self) -> None:
        self.close_connection = True
        length = self.headers.get("Content-Length") or "0"
        size = int(length) if length.isascii() and length.isdigit() else BODY_LIMIT + 1
        answer = answer_for(self.headers.get(HEADER, ""))
        if size > BODY_LIMIT or answer is None:
            self.send_error(413 if answer is not None else 404)
            return
        self.rfile.read(size)
        if answer.silent:
            return
        self.send_response(answer.status)
        for name, text in answer.headers:
            self.send_header(name, text)
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: what was answered stands in the matrix."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a client go that closes its connection first."""


class RawServer:
    """The server, on a free port of 127.0.0.1, while a ``with`` block lasts.

    Attributes:
        url: Where it listens.
    """

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(SECONDS)
