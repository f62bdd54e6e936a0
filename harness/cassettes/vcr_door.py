"""vcrpy's door: its stubs ask the open cassette, for everything that is not botocore's endpoint.

vcrpy patches the connection classes of the libraries in use, for the whole process; here that happens once
while any cassette is open, with one cassette class that passes every question on to the cassette of whoever
asks. Stock vcrpy takes its patches out of the process for a moment around each real connection, which lets
the requests of other threads escape; the stubs made here do without (``_Stub``).
Source: vcrpy's ``Cassette`` and ``CassettePatcherBuilder``
(https://github.com/kevin1024/vcrpy/blob/master/vcr/patch.py).
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import importlib
import sys
import threading
import types
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import vcr.patch
from urllib3.connection import HTTPConnection as OfUrllib3  # the real one: a stub takes its place later
from vcr.cassette import Cassette
from vcr.patch import CassettePatcherBuilder
from vcr.record_mode import RecordMode

from harness.cassettes.current import current, passing
from harness.cassettes.decoded import as_decoded, unpacked
from harness.cassettes.format import FailurePart, InteractionPart, header_lists, response_of
from harness.cassettes.meaning import Meaning, request_of
from harness.cassettes.open_cassette import OpenCassette
from harness.errors import RecordingMissing
from harness.exchange import Exchange, Headers, Request, Response

_lock = threading.RLock()
_users = 0
_patches: contextlib.ExitStack | None = None
_ours = threading.local()
_reads_unpacked: ContextVar[bool] = ContextVar("harness_reads_unpacked", default=False)
"""Whether who asks here takes bodies without their content coding off the stub: urllib3 and aiohttp do."""
_FOUND = "_harness_found"


def enter() -> None:
    """Let the stubs ask; the first one to enter puts them in place."""
    global _users, _patches
    with _lock:
        _users += 1
        if _patches is None:
            _tame_force_reset()
            _patches = contextlib.ExitStack()
            for patcher in (*_guards(), *_naming_real_bases(), *_Patches(_Passing()).build()):
                _patches.enter_context(patcher)


def leave() -> None:
    """Take the stubs out again when the last one leaves."""
    global _users, _patches
    with _lock:
        _users -= 1
        if _users == 0 and _patches is not None:
            _patches.close()
            _patches = None


# Where requests leave: module, class and method, and what its arguments say of method and host.
_WAYS_OUT: tuple[tuple[str, str, str, Callable[[Any, Any], tuple[str, str]]], ...] = (
    (
        "http.client", "HTTPConnection", "putrequest",
        lambda connection, method: (method, f"{connection.host}:{connection.port}"),
    ),
    ("httpcore", "ConnectionPool", "handle_request", lambda _, request: _of_httpcore(request)),
    ("httpcore", "AsyncConnectionPool", "handle_async_request", lambda _, request: _of_httpcore(request)),
    ("aiohttp", "BaseConnector", "connect", lambda _, request: (request.method, request.url.authority)),
)  # fmt: skip


def _of_httpcore(request: Any) -> tuple[str, str]:
    host, port = request.url.host.decode("ascii"), request.url.port
    return request.method.decode("ascii"), host if port is None else f"{host}:{port}"


def _guards() -> Iterator[Any]:
    """Let no real connection send while a cassette only plays.

    One that was made, or whose class was imported by name, before the block is none of vcrpy's stubs, and one
    of another vcrpy cassette is none of ours.
    """
    for module, owner, name, asked in _WAYS_OUT:
        with contextlib.suppress(ImportError):
            kind = getattr(importlib.import_module(module), owner)
            yield mock.patch.object(kind, name, _guarded(getattr(kind, name), asked))


def _guarded(send: Any, asked: Callable[[Any, Any], tuple[str, str]]) -> Any:
    @functools.wraps(send)
    def send_if_allowed(self: Any, first: Any, *args: Any, **kwargs: Any) -> Any:
        cassette = current()
        if cassette is not None and cassette.replays_only:
            method, host = asked(self, first)
            if not cassette.lets_through(host):
                raise cassette.uncovered(method, host)
        return send(self, first, *args, **kwargs)

    return send_if_allowed


def _naming_real_bases() -> Iterator[Any]:
    """Let connection classes call their bases by names that are not patched.

    They look them up in their modules when they are made, where stubs stand while a cassette is open.
    """
    client = types.SimpleNamespace(**vars(http.client))
    classes = [client.HTTPSConnection]
    names = {"HTTPSConnection": client.HTTPSConnection, "HTTPConnection": client.HTTPConnection}
    if "httplib2" in sys.modules:
        httplib2 = sys.modules["httplib2"]
        classes += [httplib2.HTTPConnectionWithTimeout, httplib2.HTTPSConnectionWithTimeout]
        names |= {each.__name__: each for each in classes} | {"http": types.SimpleNamespace(client=client)}
    for each in classes:
        code = each.__init__
        if isinstance(code, types.FunctionType):
            known = {**code.__globals__, **names}
            made = types.FunctionType(
                code.__code__, known, code.__name__, code.__defaults__, code.__closure__
            )
            made.__kwdefaults__ = code.__kwdefaults__
            yield mock.patch.object(each, "__init__", made)


class _Passing(Cassette):
    """vcrpy's cassette that holds nothing and passes every question on."""

    def __init__(self) -> None:
        super().__init__("harness", record_mode=RecordMode.NEW_EPISODES)

    @property
    def write_protected(self) -> bool:
        """Whether no request may leave; a miss was raised before this is asked."""
        cassette = current()
        return cassette is not None and cassette.replays_only

    def can_play_response_for(self, request: Any) -> bool:
        """Find the answer, and keep it with the request for ``play_response``.

        Raises:
            RecordingMissing: There is none, and none may be recorded.
        """
        cassette = current()
        if cassette is None or _is_let_through(cassette, request):
            return False
        if getattr(request, _FOUND, None) is None:
            setattr(request, _FOUND, _find(cassette, request))
        return getattr(request, _FOUND) is not None

    def filter_request(self, request: Any) -> Any:
        """Give the request; ``None`` where it is let through."""
        cassette = current()
        return None if cassette is not None and _is_let_through(cassette, request) else request

    def find_requests_with_most_matches(self, request: Any) -> list[tuple[Any, list[str], list[str]]]:
        """Give back where a redirect leads aiohttp's stub: its recording is found by meaning."""
        return [(request, [], [])]

    def play_response(self, request: Any) -> dict[str, Any]:
        """Give what was found, once.

        Raises:
            RecordingMissing: A redirect leads to what is not recorded, where its stub cannot send.
        """
        found: Response | FailurePart | None = getattr(request, _FOUND, None)
        setattr(request, _FOUND, None)
        if found is None:
            raise _unfollowed(request)
        if isinstance(found, FailurePart):
            raise http.client.RemoteDisconnected(found.failure)
        found = unpacked(found) if _reads_unpacked.get() else found
        return {
            "status": {"code": found.status, "message": http.client.responses.get(found.status, "")},
            "headers": header_lists(found.headers),
            "body": {"string": found.body},
        }

    def append(self, request: Any, response: dict[str, Any]) -> None:
        """Record what really came."""
        cassette = current()
        if cassette is not None and not _is_let_through(cassette, request):
            meaning, plain, origin = _meaning(cassette, request)
            cassette.record(meaning, origin, Exchange(plain, _response(response)))


def _is_let_through(cassette: OpenCassette, request: Any) -> bool:
    return cassette.lets_through(urlsplit(request.uri).netloc)


def _unfollowed(request: Any) -> RecordingMissing:
    cassette = current()
    where, said = "", f"{request.method} {request.uri}"
    if cassette is not None:
        where, said = str(cassette.path), cassette.vault.text(said)
    return RecordingMissing(
        where,
        f"{said} is where a recorded redirect leads, and has no recording",
        "Record it with mode='all'.",
    )


def _meaning(cassette: OpenCassette, request: Any) -> tuple[Meaning, Request, str]:
    """Read a request: what it means, itself as it is sent, and where to."""
    fields = Headers(tuple(_fields(request.headers)))
    plain, scheme, host = request_of(request.method, request.uri, fields, _bytes(request))
    return cassette.meanings.of_bare(plain, host), plain, f"{scheme}://{host}"


def _find(cassette: OpenCassette, request: Any) -> Response | FailurePart | None:
    meaning, plain, origin = _meaning(cassette, request)
    part = cassette.find(meaning)
    if isinstance(part, InteractionPart):
        return response_of(part)
    if part is None and cassette.settings.send is not None:
        with passing():
            answered = cassette.settings.send(plain, origin)
        cassette.record(meaning, origin, Exchange(plain, answered))
        return answered
    return part


def _fields(headers: Any) -> Iterator[tuple[str, str]]:
    pairs = headers if isinstance(headers, list) else headers.items()  # a list of tornado's stub
    for name, value in pairs:
        for each in value if isinstance(value, (list, tuple)) else (value,):
            yield str(name), each.decode("latin-1") if isinstance(each, bytes) else str(each)


def _bytes(request: Any) -> bytes:
    body = request.body
    if hasattr(body, "read"):
        body = body.read()
    if body is None or isinstance(body, bytes):
        return body or b""
    if isinstance(body, str):
        return body.encode("utf-8")
    return b"".join(each.encode("utf-8") if isinstance(each, str) else bytes(each) for each in body)


def _response(response: dict[str, Any]) -> Response:
    body = response["body"].get("string")  # aiohttp's stub leaves it out of a redirect
    content = body.encode("utf-8") if isinstance(body, str) else bytes(body or b"")
    fields = Headers(tuple(_fields(response["headers"])))
    fields = as_decoded(fields, content) if _reads_unpacked.get() else fields
    return Response(response["status"]["code"], fields, content)


class _Stub:
    """What goes before vcrpy's stubs of connections: no reset of the whole process around a real one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        with _alone():
            super().__init__(*args, **kwargs)

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        with _alone():
            return super().connect(*args, **kwargs)  # type: ignore[misc]

    def request(
        self, method: str, url: str, body: Any = None, headers: Any = None, *args: Any, **kwargs: Any
    ) -> None:
        """Keep a request for later as vcrpy does, or send it as it is where no cassette answers.

        vcrpy reads every answer whole and decoded; botocore, whose door lets its requests through, wants
        them as they come: a packed object of S3 stays packed.
        """
        self._is_through = current() is None
        if not self._is_through:
            super().request(method, url, body, headers, *args, **kwargs)  # type: ignore[misc]
            return
        real: Any = self.real_connection  # type: ignore[attr-defined]
        with _alone():
            deferred = self.__dict__.get("_deferred_connect")
            if deferred is not None:
                self._deferred_connect = None
                real.connect(*deferred[0], **deferred[1])
            real.request(method, url, body, headers or {}, *args, **kwargs)

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        with _alone(), _reading_unpacked(isinstance(self, OfUrllib3)):
            if self.__dict__.get("_is_through"):
                return self.real_connection.getresponse(*args, **kwargs)  # type: ignore[attr-defined]
            return super().getresponse(*args, **kwargs)  # type: ignore[misc]


class _Patches(CassettePatcherBuilder):
    """vcrpy's patches, with our stubs in the place of its own."""

    def _aiohttp(self) -> Iterator[Any]:
        for patcher in super()._aiohttp():
            from harness.cassettes.aiohttp_bodies import with_bytes  # only where aiohttp is installed

            patcher.new = _unpacking(with_bytes(patcher.new))
            yield patcher

    def _build_cassette_subclass(self, base_class: Any) -> Any:
        bases = (_Stub, base_class) if hasattr(base_class, "getresponse") else (base_class,)
        return type(f"{base_class.__name__}Passing", bases, {"cassette": self._cassette})


@contextlib.contextmanager
def _reading_unpacked(does: bool) -> Iterator[None]:
    token = _reads_unpacked.set(does)
    try:
        yield
    finally:
        _reads_unpacked.reset(token)


def _unpacking(request: Any) -> Any:
    @functools.wraps(request)
    async def request_unpacked(*args: Any, **kwargs: Any) -> Any:
        with _reading_unpacked(True):
            return await request(*args, **kwargs)

    return request_unpacked


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    before = getattr(_ours, "depth", 0)
    _ours.depth = before + 1
    try:
        yield
    finally:
        _ours.depth = before


def _tame_force_reset() -> None:
    """Keep our stubs from resetting the process; those of other vcrpy cassettes still do."""
    if getattr(vcr.patch.force_reset, "_harness", False):
        return
    stock = vcr.patch.force_reset

    @contextlib.contextmanager
    def force_reset() -> Iterator[None]:
        if getattr(_ours, "depth", 0):
            yield
        else:
            with stock():
                yield

    force_reset._harness = True  # type: ignore[attr-defined]
    vcr.patch.force_reset = force_reset
