"""One connection of the emulator's server: plain requests answered at once, all others left to uvicorn.

Most of the time that a request takes in a Python server is its parser's and its event loop's. A request that
``plain_http`` reads is answered in the callback that received it; the first one that it does not read, or
that does not arrive as a whole, hands the connection to uvicorn's protocol for good, with every byte of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from harness.emulator import plain_http
from harness.emulator.replies import plain_error
from harness.exchange import Request, Response

HEADER_LIMIT = 64 * 1024
QUICK_BODY = 64 * 1024  # bytes of a body up to which an answer is quick whatever it holds
PATIENCE = 0.05  # seconds that a request may take to arrive and still be plain

Handle = Callable[[Request], Response]


class _Corked(asyncio.Transport):
    """A transport that can hold back what is written: each segment sent wakes the client, which is costly."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self._held: list[bytes] | None = None

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._held is None:
            self._transport.write(data)
        else:
            self._held.append(bytes(data))

    def close(self) -> None:
        self.uncork()
        self._transport.close()

    def abort(self) -> None:
        self._transport.abort()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()

    def cork(self) -> None:
        self._held = [] if self._held is None else self._held

    def uncork(self) -> None:
        held, self._held = self._held, None
        if held:
            self._transport.write(b"".join(held))


class Connection(asyncio.Protocol):
    """One connection, and a limit on the time in which a request must begin.

    The timer runs from the connection's start or the last answer until the next request's headers are there;
    once uvicorn has the connection, it watches idle times itself, and the application the body.

    Args:
        inner: uvicorn's protocol.
        seconds: The limit.
        open_connections: Where the connection is found by the client's address while it is open.
        handle: Answers one request, quickly.
    """

    def __init__(
        self,
        inner: asyncio.Protocol,
        seconds: float,
        open_connections: dict[Any, Connection],
        handle: Handle,
    ) -> None:
        self._inner, self._seconds, self._open, self._handle = inner, seconds, open_connections, handle
        self._transport: asyncio.Transport | None = None
        self._out: _Corked | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._address: Any = None
        self._plain = True
        self._received = b""
        self.serving = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # the loop's promise for TCP
        self._transport = transport
        self._address = address_of(transport.get_extra_info("peername"))
        self._open[self._address] = self
        self._watch()
        self._out = _Corked(transport)
        self._inner.connection_made(self._out)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._rest()
        self._be_patient(None)
        self._open.pop(self._address, None)
        self._inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Answer what is plain; pass everything else on."""
        if self._plain:
            self._received = self._received + data if self._received else data
            self._answer_plain()
            return
        if not self.serving:
            self._watch()
        self._inner.data_received(data)

    def _answer_plain(self) -> None:
        """Answer the requests that have come, as long as they are plain."""
        self._be_patient(None)
        while self._received and self._transport is not None and not self._transport.is_closing():
            found = plain_http.read(self._received, HEADER_LIMIT, QUICK_BODY)
            if found is True:
                self._be_patient(PATIENCE)
                return
            if found is False:
                self._leave_to_inner()
                return
            self._received = self._received[found.length :]
            self._write(found)

    def _write(self, found: plain_http.Plain) -> None:
        assert self._transport is not None  # noqa: S101  # there was data
        response = self._handle(found.request)
        bodiless = found.request.method == "HEAD"
        written = plain_http.write(response, bodiless=bodiless, last=found.last)
        if written is None:
            failure = plain_error("InternalFailure", 500, "The answer has a header that HTTP cannot carry.")
            written = plain_http.write(failure, bodiless=bodiless, last=found.last) or b""
        self._transport.write(written)
        self._rest()
        if found.last:
            self._transport.close()
        else:
            self._watch()

    def _leave_to_inner(self) -> None:
        """Hand everything from here on to uvicorn's protocol."""
        self._be_patient(None)
        received, self._received, self._plain = self._received, b"", False
        self.data_received(received)

    def _be_patient(self, seconds: float | None) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        if seconds is not None:
            self._patience = asyncio.get_running_loop().call_later(seconds, self._leave_to_inner)

    def eof_received(self) -> bool | None:
        """Let uvicorn's protocol decide what half a request is worth."""
        if self._plain and self._received:
            self._leave_to_inner()
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        """Take no further requests from a client that does not read its answers."""
        if self._plain and self._transport is not None:
            self._transport.pause_reading()
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Go on where ``pause_writing`` stopped."""
        if self._plain and self._transport is not None:
            self._transport.resume_reading()
        self._inner.resume_writing()

    def begin(self) -> None:
        """The headers are complete and the application has the request."""
        self.serving = True
        self._rest()

    def end(self) -> None:
        """The answer is out."""
        self.serving = False
        self.uncork()

    def cork(self) -> None:
        """Hold back what is written, so that the head and the body of an answer leave together."""
        if self._out is not None:
            self._out.cork()

    def uncork(self) -> None:
        """Let what was held back go."""
        if self._out is not None:
            self._out.uncork()

    def _watch(self) -> None:
        if self._timer is None and self._transport is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._seconds, self._transport.close)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def address_of(peer: Any) -> Any:
    """Name a connection by the client's host and port, as the transport and ASGI both know them."""
    return (str(peer[0]), int(peer[1])) if peer else None
