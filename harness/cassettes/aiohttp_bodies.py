"""aiohttp's bodies as the bytes that are sent, made before vcrpy's stub sees a request.

The stub takes what the caller gave for the body: a mapping, a form, a document. Its bytes are known only to
aiohttp, so they are made here as aiohttp makes them, and given to the stub and to aiohttp alike. Imported
only where aiohttp is installed.
Source: ``ClientRequest`` (https://github.com/aio-libs/aiohttp/blob/master/aiohttp/client_reqrep.py).
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import FormData, payload

from harness.cassettes.current import current

Request = Callable[..., Awaitable[Any]]


def with_bytes(request: Request) -> Request:
    """Give a stub of ``ClientSession._request`` bodies of bytes while a cassette is open."""

    @functools.wraps(request)
    async def request_with_bytes(session: Any, method: str, url: Any, **kwargs: Any) -> Any:
        body = _payload(session, kwargs) if current() is not None else None
        if body is not None:
            kwargs = await _with_body(session, kwargs, body)
        return await request(session, method, url, **kwargs)

    return request_with_bytes


def _payload(session: Any, kwargs: dict[str, Any]) -> Any:
    """Make aiohttp's payload of a body; ``None`` where there is none to make."""
    data, document = kwargs.get("data"), kwargs.get("json")
    if data is None:
        return None if document is None else _document(session, document)
    if document is not None or _is_plain(data):
        return None
    given: Any = data() if isinstance(data, FormData) else data
    try:
        return payload.get_payload(given, disposition=None)
    except payload.LookupError:
        return FormData(given)()


def _is_plain(data: Any) -> bool:
    """Say whether the stub reads a body as it is sent."""
    is_bytes = isinstance(data, (bytes, bytearray, memoryview, str))
    return is_bytes or hasattr(data, "read") or hasattr(data, "__aiter__")


def _document(session: Any, document: Any) -> Any:
    to_bytes = getattr(session, "_json_serialize_bytes", None)  # newer releases have it
    if to_bytes is not None:
        return payload.JsonBytesPayload(document, dumps=to_bytes)
    return payload.JsonPayload(document, dumps=session.json_serialize)


async def _with_body(session: Any, kwargs: dict[str, Any], body: Any) -> dict[str, Any]:
    """Put the bytes of a payload, and the headers that describe them, in the place of what was given."""
    written = _Written()
    await body.write(written)
    headers = session._prepare_headers(kwargs.get("headers"))
    for name, value in body.headers.items():
        headers.setdefault(name, value)
    kwargs = {name: value for name, value in kwargs.items() if name != "json"}
    return {**kwargs, "headers": headers, "data": bytes(written.content)}


class _Written:
    """What a payload writes to, as it does to a connection."""

    def __init__(self) -> None:
        self.content = bytearray()

    async def write(self, chunk: bytes) -> None:
        """Keep a chunk."""
        self.content += chunk
