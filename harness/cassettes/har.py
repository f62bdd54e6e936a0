"""HTTP archives (HAR): what browsers and proxies save, read as recordings and written from them.

Bodies are exact: text where the bytes are UTF-8, base64 where not. ``_harness`` beside an entry holds what
the format has no place for; other tools pass over it.
Source: HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

import harness
from harness.cassettes.decoded import as_decoded
from harness.cassettes.files import RESTORE, corrupt
from harness.cassettes.format import (
    FORMAT,
    BodyPart,
    Entry,
    FailurePart,
    Head,
    InteractionPart,
    RequestPart,
    ResponsePart,
    Status,
    body_bytes,
    check_uri,
    exchange_of,
    header_lists,
    pairs_if_needed,
)
from harness.cassettes.interface import Part, Stored
from harness.errors import CassetteCorrupt
from harness.exchange import Headers

_MARK = b"\xef\xbb\xbf"
# What a browser answers from within itself.
_INSIDE = re.compile(r"(?:data|blob|about|javascript|file|chrome|[a-z]+-extension):", re.IGNORECASE)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_CONTENT = "Save the archive again with the content of its responses ('Save all as HAR with content')."


class _Field(msgspec.Struct, frozen=True):
    name: str
    value: str = ""


class _Content(msgspec.Struct, frozen=True):
    size: int = 0
    text: str | None = None
    encoding: str | None = None


class _PostData(msgspec.Struct, frozen=True):
    text: str | None = None
    params: tuple[_Field, ...] = ()
    encoding: str | None = None
    own_encoding: str | None = msgspec.field(default=None, name="_encoding")


class _Request(msgspec.Struct, frozen=True):
    method: str
    url: str
    headers: tuple[_Field, ...] = ()
    postData: _PostData | None = None  # noqa: N815 - the format's own spelling


class _Response(msgspec.Struct, frozen=True):
    status: int
    statusText: str = ""  # noqa: N815
    headers: tuple[_Field, ...] = ()
    content: _Content = _Content()
    error: str | None = msgspec.field(default=None, name="_error")


class _Entry(msgspec.Struct, frozen=True):
    request: _Request
    response: _Response
    startedDateTime: str = ""  # noqa: N815
    ours: Any = msgspec.field(default=msgspec.UNSET, name="_harness")


class _Log(msgspec.Struct, frozen=True):
    entries: tuple[_Entry, ...]


class _Archive(msgspec.Struct, frozen=True):
    log: _Log


def read_archive(path: Path, data: bytes) -> Stored:
    """Read an archive.

    Args:
        path: The file, for refusals.
        data: Its bytes.

    Raises:
        CassetteCorrupt: It is cut, no archive, or was saved without the bodies of its responses.
    """
    try:
        archive = msgspec.json.decode(data.removeprefix(_MARK), type=_Archive)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise corrupt(path, f"is no HTTP archive, or was cut: {error}") from error
    parts: list[Part] = []
    others = 0
    for number, entry in enumerate(archive.log.entries, 1):
        if _INSIDE.match(entry.request.url):
            others += 1
            continue
        try:
            part = _part(entry)
            check_uri(part.request.uri)
            parts.append(part)
        except _WithoutContentError:
            problem = "the archive was saved without the body of this response"
            raise CassetteCorrupt(f"{path}, entry {number}", problem, _CONTENT) from None
        except (msgspec.MsgspecError, ValueError) as error:
            raise CassetteCorrupt(f"{path}, entry {number}", str(error), RESTORE) from error
    return Stored(Head(format=FORMAT), tuple(parts), _notice(path, others))


def _notice(path: Path, others: int) -> str | None:
    if not others:
        return None
    some = "1 entry is" if others == 1 else f"{others} entries are"
    return f"{path}: {some} of data: and the like, which go to nobody; they are left out"


def archive_of(parts: Sequence[Part]) -> bytes:
    """Spell recordings as an archive.

    Args:
        parts: Interactions, and failures as responses of status 0.

    Raises:
        ValueError: A part has a body that is neither text nor bytes.
    """
    maker = {"name": "aws-contract-harness", "version": harness.__version__}
    log = {"version": "1.2", "creator": maker, "entries": [_entry(part) for part in parts]}
    return msgspec.json.format(msgspec.json.encode({"log": log}), indent=1) + b"\n"


class _WithoutContentError(Exception):
    """A response had a body, and the archive lacks it."""


def _part(entry: _Entry) -> Part:
    request, response = entry.request, entry.response
    headers, fields = _headers(request.headers), _headers(response.headers)
    made = RequestPart(request.method, request.url, header_lists(headers), _posted(request.postData))
    if response.status == 0:
        return FailurePart(_ours(entry, headers, fields), made, response.error or "no response", 0)
    if not 100 <= response.status <= 999:
        raise ValueError(f"{response.status} is no status")
    body = _received(request.method, response)
    if entry.ours is msgspec.UNSET:
        fields = as_decoded(fields, body_bytes(body, "response.body"))
    status = Status(response.status, response.statusText)
    answer = ResponsePart(status, header_lists(fields), BodyPart(body))
    return InteractionPart(_ours(entry, headers, fields), made, answer)


def _ours(entry: _Entry, request: Headers, response: Headers) -> Entry | None:
    if entry.ours is not msgspec.UNSET:
        return None if entry.ours is None else msgspec.convert(entry.ours, Entry)
    try:
        started = datetime.fromisoformat(entry.startedDateTime)
    except ValueError:
        return None
    if started.tzinfo is None:
        return None
    return Entry(
        recorded_at=started.astimezone(UTC),
        request_headers=pairs_if_needed(request),
        response_headers=pairs_if_needed(response),
    )


def _headers(fields: Sequence[_Field]) -> Headers:
    # HTTP/2 puts the request line among the fields, under names that no HTTP/1.1 client sends.
    return Headers(tuple((field.name, field.value) for field in fields if not field.name.startswith(":")))


def _posted(data: _PostData | None) -> Any:
    if data is None:
        return None
    if data.text is None and data.params:
        return urlencode([(field.name, field.value) for field in data.params])
    return _exact(data.text or "", data.own_encoding or data.encoding)


def _received(method: str, response: _Response) -> Any:
    content = response.content
    if content.text is None and content.size > 0 and method != "HEAD" and response.status not in (204, 304):
        raise _WithoutContentError
    return _exact(content.text or "", content.encoding)


def _exact(text: str, encoding: str | None) -> Any:
    if encoding is None:
        return text
    if encoding != "base64":
        raise ValueError(f"a body has the encoding {encoding[:20]!r} where base64 is expected")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("a body is no base64") from None


def _entry(part: Part) -> dict[str, Any]:
    _, exchange = exchange_of(part)
    ours = part.harness
    moment = ours.recorded_at if ours else _NEVER
    return {
        "startedDateTime": moment.isoformat().replace("+00:00", "Z"),
        "time": 0,
        "request": _request(part, exchange.request.headers, exchange.request.body),
        "response": _failure(part) if isinstance(part, FailurePart) else _response(part),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "_harness": None if ours is None else msgspec.to_builtins(ours),
    }


def _request(part: Part, headers: Headers, body: bytes) -> dict[str, Any]:
    query = parse_qsl(urlsplit(part.request.uri).query, keep_blank_values=True)
    made: dict[str, Any] = {
        "method": part.request.method,
        "url": part.request.uri,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _fields(headers),
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": -1,
        "bodySize": len(body),
    }
    if part.request.body is not None:
        text, encoding = _text(body)
        made["postData"] = {"mimeType": headers.get("Content-Type", ""), "text": text}
        if encoding is not None:
            made["postData"]["_encoding"] = encoding  # the format has base64 for responses only
    return made


def _response(part: InteractionPart) -> dict[str, Any]:
    _, exchange = exchange_of(part)
    headers, body = exchange.response.headers, exchange.response.body  # type: ignore[union-attr]
    text, encoding = _text(body)
    content: dict[str, Any] = {
        "size": len(body),
        "mimeType": headers.get("Content-Type", ""),
        "text": text,
    }
    if encoding is not None:
        content["encoding"] = encoding
    return {
        "status": part.response.status.code,
        "statusText": part.response.status.message or "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _fields(headers),
        "content": content,
        "redirectURL": headers.get("Location", ""),
        "headersSize": -1,
        "bodySize": len(body),
    }


def _failure(part: FailurePart) -> dict[str, Any]:
    return {
        "status": 0,
        "statusText": "",
        "httpVersion": "",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": "x-unknown"},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
        "_error": part.failure,
    }


def _fields(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _text(body: bytes) -> tuple[str, str | None]:
    try:
        return body.decode("utf-8"), None
    except UnicodeDecodeError:
        return base64.b64encode(body).decode("ascii"), "base64"
