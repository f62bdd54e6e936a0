"""The emulator's socket: HTTP/1.1 on a port, bounded in every direction. The only room that knows uvicorn.

Bodies, headers and time are bounded; garbage gets a 400 and the server lives on. The parser is always h11,
so that what is garbage does not depend on what else is installed; plain requests pass it by (see
``harness.emulator.connection``), which doubles the requests per second.

Answers are computed in the event loop: they are bound by the processor and take 0.1 to 0.3 ms, and a thread
for each was measured to cost a sixth of the requests per second. Requests with a large body get a thread all
the same, for a body made to be slow (millions of entries) must not keep the others waiting.

Source: ASGI (https://asgi.readthedocs.io/en/latest/specs/www.html), RFC 9110 and 9112.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from types import TracebackType
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from harness.emulator.app import BODY_LIMIT
from harness.emulator.connection import HEADER_LIMIT, QUICK_BODY, Connection, address_of
from harness.emulator.replies import plain_error
from harness.errors import UnfinishedError, UsageError
from harness.exchange import Headers, Request, Response

START_SECONDS = 10.0

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Handle = Callable[[Request], Response]


class _Application:
    """The ASGI application: rebuilds requests exactly as they were sent and writes the answers."""

    def __init__(self, handle: Handle, body_limit: int, seconds: float) -> None:
        self._handle, self._body_limit, self._seconds = handle, body_limit, seconds
        self.connections: dict[Any, Connection] = {}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        connection = self.connections.get(address_of(scope.get("client")))
        if connection is not None:
            connection.begin()
        try:
            response = await self._respond(scope, receive)
            if response is not None:
                if connection is not None:
                    connection.cork()
                await _send(response, send)
        finally:
            if connection is not None:
                connection.end()

    async def _respond(self, scope: Message, receive: Receive) -> Response | None:
        """Read a request within the bounds and answer it; ``None`` when the client has gone."""
        head = _head(scope)
        if sum(len(name) + len(value) for name, value in head.headers) > HEADER_LIMIT:
            return plain_error(
                "RequestHeaderFieldsTooLarge", 431, f"The headers exceed {HEADER_LIMIT} bytes."
            )
        length = head.headers.get("content-length") or "0"
        too_large = f"The body is longer than {self._body_limit} bytes."
        if length.isdecimal() and int(length[:20]) > self._body_limit:
            return plain_error("RequestEntityTooLargeException", 413, too_large)
        try:
            async with asyncio.timeout(self._seconds):
                body = await _read(receive, self._body_limit)
        except TimeoutError:
            response = plain_error("RequestTimeoutException", 408, "The body did not arrive in time.")
            return Response(response.status, response.headers.replacing("Connection", "close"), response.body)
        except ConnectionResetError:
            return None
        if body is None:
            return plain_error("RequestEntityTooLargeException", 413, too_large)
        request = Request(head.method, head.target, head.headers, body)
        if len(body) > QUICK_BODY:
            return await asyncio.to_thread(self._handle, request)
        return self._handle(request)


def _head(scope: Message) -> Request:
    """Rebuild a request without its body: the target exactly as sent, headers in their order."""
    target = scope["raw_path"].decode("latin-1")
    if "://" in target:  # the absolute form, meant for proxies: what follows the authority is the path
        target = "/" + target.partition("://")[2].partition("/")[2]
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    fields = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return Request(scope["method"], target, Headers(fields))


async def _read(receive: Receive, limit: int) -> bytes | None:
    """Read a body; ``None`` as soon as it has grown beyond the limit."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


async def _send(response: Response, send: Send) -> None:
    headers = response.headers.replacing("content-length", str(len(response.body)))
    fields = [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
    await send({"type": "http.response.start", "status": response.status, "headers": fields})
    await send({"type": "http.response.body", "body": response.body})


class EmulatorServer:
    """Serves requests on a port, in a daemon thread (as a context manager) or in the foreground.

    Args:
        handle: Answers one request; must be safe for the thread it is called in, and quick.
        host: Where to listen; loopback unless told otherwise.
        port: Where to listen; 0 for any free port.
        body_limit: The greatest body that is read, in bytes; more is answered with 413.
        request_seconds: How long a client may take to send a request, or to send the next one.

    Attributes:
        url: Where it listens, e.g. ``http://127.0.0.1:8000``.

    Raises:
        UsageError: The address cannot be listened on.
    """

    def __init__(
        self,
        handle: Handle,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        body_limit: int = BODY_LIMIT,
        request_seconds: float = 30,
    ) -> None:
        self._socket = _listen(host, port)
        bound_host, bound_port = self._socket.getsockname()[:2]
        shown = f"[{bound_host}]" if ":" in bound_host else bound_host
        self.url = f"http://{shown}:{bound_port}"
        application = _Application(handle, body_limit, request_seconds)

        def connect(**arguments: Any) -> asyncio.Protocol:
            return Connection(H11Protocol(**arguments), request_seconds, application.connections, handle)

        config = uvicorn.Config(
            application,
            http=connect,  # type: ignore[arg-type]  # uvicorn only ever calls it
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            h11_max_incomplete_event_size=HEADER_LIMIT,
            timeout_keep_alive=int(request_seconds) + 1,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None

    def __enter__(self) -> EmulatorServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Serve in a daemon thread; returns when requests are answered.

        Raises:
            UnfinishedError: The server does not come up.
        """
        run = self._server.run
        self._thread = threading.Thread(
            target=run, kwargs={"sockets": [self._socket]}, name="harness-emulator", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                problem = f"the emulator did not start within {START_SECONDS:.0f} seconds"
                raise UnfinishedError("emulator", problem, "Run 'harness serve' alone to see why.")
            time.sleep(0.002)

    def stop(self) -> None:
        """End the server and wait for its thread; open requests get a second to finish."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._socket.close()

    def serve_forever(self, on_ready: Callable[[str], None]) -> None:
        """Serve in the foreground until interrupted.

        Args:
            on_ready: Called once with the URL when requests are answered.
        """
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(self._serve(on_ready))
        self._socket.close()

    async def _serve(self, on_ready: Callable[[str], None]) -> None:
        serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started and not serving.done():
            await asyncio.sleep(0.002)
        if self._server.started:
            on_ready(self.url)
        await serving


def _listen(host: str, port: int) -> socket.socket:
    where = f"{host}:{port}"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY; without it each answer waits for a delayed ACK.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise UsageError(
                where, "the port is in use", "Choose another port, or 0 for any free one."
            ) from error
        reason = getattr(error, "strerror", None) or str(error)
        problem = f"cannot be listened on: {reason}"
        raise UsageError(
            where, problem, "Choose an address of this machine and a port from 0 to 65535."
        ) from error
    return listening
