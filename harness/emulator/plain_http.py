"""Plain requests, read at a glance: the form that nearly every client sends nearly always.

A request is plain when nothing about it needs thought: HTTP/1.1, an absolute path, one ``Host``, at most one
length, no other framing, no expectations and a small body. Whatever is not plain is left to the full parser,
so this module never decides what is garbage.
Source: RFC 9112 (https://www.rfc-editor.org/rfc/rfc9112).
"""

from __future__ import annotations

import re
import time
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

import msgspec

from harness.exchange import Headers, Request, Response

_HEAD = re.compile(
    rb"([A-Z]+) (/[!-~]*) HTTP/1\.1\r\n((?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)+)\r\n"
)
_NOT_PLAIN = frozenset({"transfer-encoding", "expect", "upgrade", "te", "trailer", "proxy-connection"})
_UNWRITABLE = re.compile(r"[\r\n\0]")
_LENGTH = re.compile(r"[0-9]{1,9}")


class Plain(msgspec.Struct, frozen=True):
    """A plain request.

    Attributes:
        request: The request, complete.
        length: How many bytes of what was received it took.
        last: Whether the client wants the connection closed after the answer.
    """

    request: Request
    length: int
    last: bool


def read(received: bytes, head_limit: int, body_limit: int) -> Plain | bool:
    """Read the plain request that received bytes begin with.

    Args:
        received: What has come so far and was not answered yet.
        head_limit: The greatest head that is plain, in bytes.
        body_limit: The greatest body that is plain, in bytes.

    Returns:
        The request; ``True`` when it may become one with more bytes, ``False`` when it is not plain.
    """
    end = received.find(b"\r\n\r\n", 0, head_limit)
    if end < 0:
        return len(received) < head_limit and received[:1].isupper()
    found = _HEAD.fullmatch(received, 0, end + 4)
    if found is None:
        return False
    fields = tuple(
        (name.lower(), value.strip(" \t"))
        for name, _, value in (
            line.partition(":") for line in found.group(3).decode("latin-1").split("\r\n")[:-1]
        )
    )
    names = [name for name, _ in fields]
    connection = next((value.lower() for name, value in fields if name == "connection"), "")
    if (
        names.count("host") != 1
        or names.count("connection") > 1
        or connection not in ("", "keep-alive", "close")
    ):
        return False
    length = _body_length(fields)
    if length is None or length > body_limit or not _NOT_PLAIN.isdisjoint(names):
        return False
    start = end + 4
    if len(received) < start + length:
        return True
    target = found.group(2).decode("ascii")
    request = Request(
        found.group(1).decode("ascii"),
        target[:-1] if target.endswith("?") and target.count("?") == 1 else target,
        Headers(fields),
        received[start : start + length],
    )
    return Plain(request, start + length, connection == "close")


def _body_length(fields: tuple[tuple[str, str], ...]) -> int | None:
    lengths = [value for name, value in fields if name == "content-length"]
    if not lengths:
        return 0
    return int(lengths[0]) if len(lengths) == 1 and _LENGTH.fullmatch(lengths[0]) else None


def write(response: Response, *, bodiless: bool, last: bool) -> bytes | None:
    """Write an answer.

    Args:
        response: The answer.
        bodiless: Whether its body is not sent, because it answers ``HEAD``.
        last: Whether the connection is closed after it.

    Returns:
        Its bytes; ``None`` when a header cannot be written.
    """
    fields = [(name.lower(), value) for name, value in response.headers if name.lower() != "content-length"]
    if any(_UNWRITABLE.search(name) or _UNWRITABLE.search(value) for name, value in fields):
        return None
    fields += [("date", _date(int(time.time()))), ("content-length", str(len(response.body)))]
    if last and not any(name == "connection" for name, _ in fields):
        fields.append(("connection", "close"))
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    head = f"HTTP/1.1 {response.status} {_reason(response.status)}\r\n{lines}\r\n".encode(
        "latin-1", "replace"
    )
    return head if bodiless else head + response.body


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


@lru_cache(maxsize=600)
def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
