"""botocore's door: where its endpoint sends, the open cassette is asked first.

One hook, put in place when the first cassette is opened and never taken out. It sits on the class, so clients
that were made earlier are covered too; while no cassette is open it costs one look at an empty list. Attempts
that were answered from a recording are retried without sleeping.
Source: ``botocore/endpoint.py`` and ``botocore/retries/bucket.py`` (https://github.com/boto/botocore).
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import botocore.endpoint
import botocore.waiter
import urllib3
from botocore import exceptions
from botocore.awsrequest import AWSResponse
from botocore.endpoint import Endpoint
from botocore.retries.bucket import TokenBucket

from harness.cassettes.current import current, passing
from harness.cassettes.format import FailurePart, InteractionPart, response_of
from harness.cassettes.meaning import Meaning, request_of
from harness.cassettes.modelled import Modelled
from harness.cassettes.open_cassette import OpenCassette
from harness.exchange import Exchange, Headers, Request, Response

# Why botocore got no answer, and what raises the same again.
FAILURES: dict[str, Callable[[str, str], Exception]] = {
    "ConnectTimeoutError": lambda url, why: exceptions.ConnectTimeoutError(endpoint_url=url, error=why),
    "ReadTimeoutError": lambda url, why: exceptions.ReadTimeoutError(endpoint_url=url, error=why),
    "EndpointConnectionError": lambda url, why: exceptions.EndpointConnectionError(
        endpoint_url=url, error=why
    ),
    "ConnectionClosedError": lambda url, why: exceptions.ConnectionClosedError(endpoint_url=url, error=why),
    "SSLError": lambda url, why: exceptions.SSLError(endpoint_url=url, error=why),
    "ResponseStreamingError": lambda _, why: exceptions.ResponseStreamingError(
        error=why.removeprefix("An error occurred while reading from response stream: ")
    ),
    "ProxyConnectionError": lambda url, why: exceptions.ProxyConnectionError(proxy_url=url, error=why),
}

_operation: ContextVar[Any] = ContextVar("harness_operation", default=None)
_replayed: ContextVar[bool] = ContextVar("harness_replayed", default=False)
_lock = threading.Lock()
_modelled: Modelled | None = None


def install(modelled: Modelled) -> None:
    """Put the hook in place, once for the process."""
    global _modelled
    with _lock:
        if _modelled is not None:
            return
        _modelled = modelled
        _hook_endpoint()
        _hook_sleeping()


def _hook_endpoint() -> None:
    get_response, send = Endpoint._do_get_response, Endpoint._send

    def _do_get_response(self: Any, request: Any, operation_model: Any, context: Any) -> Any:
        if current() is None:
            return get_response(self, request, operation_model, context)
        token = _operation.set(operation_model)
        try:
            return get_response(self, request, operation_model, context)
        finally:
            _operation.reset(token)

    def _send(self: Any, request: Any) -> Any:
        cassette, operation = current(), _operation.get()
        if cassette is None or operation is None:
            return send(self, request)
        if cassette.lets_through(urlsplit(request.url).netloc):
            with passing():
                return send(self, request)
        return _through(cassette, operation, request, lambda: send(self, request))

    Endpoint._do_get_response, Endpoint._send = _do_get_response, _send


def _hook_sleeping() -> None:
    """Let retries of recorded attempts and waiters go on at once; the adaptive mode's rate limit included."""
    acquire = TokenBucket.acquire

    def _acquire(self: Any, amount: int = 1, block: bool = True) -> Any:
        return True if _is_replaying() else acquire(self, amount, block)

    TokenBucket.acquire = _acquire
    botocore.endpoint.time = botocore.waiter.time = _Time()


class _Time:
    """The module ``time`` as botocore's endpoint and waiters see it: no sleep after a recorded attempt."""

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def sleep(self, seconds: float) -> None:
        if not _is_replaying():
            time.sleep(seconds)


def _is_replaying() -> bool:
    cassette = current()
    return cassette is not None and (cassette.replays_only or _replayed.get())


def _through(cassette: OpenCassette, operation: Any, request: Any, send: Callable[[], Any]) -> Any:
    """Answer a request from a cassette, or send and record it."""
    plain, scheme, host = request_of(request.method, request.url, _headers(request.headers), _body(request))
    meaning = _meaning(cassette, operation, plain, host)
    part = cassette.find(meaning)
    _replayed.set(part is not None)
    origin = f"{scheme}://{host}"
    if isinstance(part, InteractionPart):
        return _aws_response(request, response_of(part))
    if isinstance(part, FailurePart):
        raise _failure(request.url, part.failure)
    answered = _answered(cassette, plain, origin, send, meaning)
    cassette.record(meaning, origin, Exchange(plain, answered))
    return _aws_response(request, answered)


def _meaning(cassette: OpenCassette, operation: Any, plain: Request, host: str) -> Meaning:
    service = operation.service_model
    assert _modelled is not None  # noqa: S101 - installed before any cassette is open
    contract = _modelled.of_client(service.service_name, service._service_description, operation.name)
    return cassette.meanings.of_operation(contract, service.resolved_protocol, plain, host)


def _answered(
    cassette: OpenCassette, plain: Request, origin: str, send: Callable[[], Any], meaning: Meaning
) -> Response:
    """Ask whoever answers what is not replayed; silence is recorded and raised again."""
    if cassette.settings.send is not None:
        with passing():
            return cassette.settings.send(plain, origin)
    try:
        with passing():
            live = send()
            return Response(live.status_code, _response_headers(live), _content(live, plain.method))
    except (exceptions.HTTPClientError, exceptions.ConnectionError) as error:
        failure = f"{type(error).__name__}: {error}"
        cassette.record(meaning, origin, Exchange(plain, None, failure))
        raise


def _content(live: Any, method: str) -> bytes:
    """Read an answer whole, which botocore leaves a stream; one that was cut off is none.

    Raises:
        HTTPClientError: It was cut off, or did not come in time.
    """
    try:
        content: bytes = live.content
    except urllib3.exceptions.ReadTimeoutError as error:
        raise exceptions.ReadTimeoutError(endpoint_url=live.url, error=error) from error
    except urllib3.exceptions.HTTPError as error:
        raise exceptions.ResponseStreamingError(error=error) from error
    length = live.headers.get("content-length") or ""
    has_body = method != "HEAD" and live.status_code not in (204, 304)
    if has_body and length.isdigit() and int(length) != len(content):
        raise exceptions.ResponseStreamingError(error=f"{len(content)} of {length} bytes came")
    return content


def _failure(url: str, said: str) -> Exception:
    name, _, why = said.partition(": ")
    make = FAILURES.get(name)
    return (
        make(url, why) if make is not None else exceptions.ConnectionClosedError(endpoint_url=url, error=said)
    )


def _headers(headers: Any) -> Headers:
    return Headers(tuple((str(name), _text(value)) for name, value in headers.items()))


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _body(request: Any) -> bytes:
    """Read a body and leave it as it was; one that cannot be read twice is replaced by what was read."""
    body = request.body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode("utf-8")
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    try:
        start = body.tell()
        read = body.read()
        body.seek(start)
    except (AttributeError, OSError):
        read = body.read() if hasattr(body, "read") else b"".join(body)
        request.body = read
    return bytes(read)


def _response_headers(live: Any) -> Headers:
    raw = getattr(live.raw, "headers", None)
    fields = raw.items() if raw is not None else live.headers.items()
    return Headers(tuple((str(name), _text(value)) for name, value in fields))


def _aws_response(request: Any, response: Response) -> Any:
    """Make botocore's response, whose body can be read as a stream as well; one to HEAD has none."""
    headers, length = response.headers, str(len(response.body))
    if response.body and headers.get("content-length") not in (None, length):
        headers = headers.replacing("content-length", length)  # who edits a recorded body counts no bytes
    fields = urllib3.HTTPHeaderDict()
    for name, value in headers:
        fields.add(name, value)
    raw = urllib3.HTTPResponse(
        body=io.BytesIO(response.body),
        headers=fields,
        status=response.status,
        request_method=request.method,
        preload_content=False,
        decode_content=False,
    )
    return AWSResponse(request.url, response.status, fields, raw)
