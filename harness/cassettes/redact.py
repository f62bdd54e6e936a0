"""Taking out what must not be written down, before bytes reach the disk.

Two kinds of rows: what is secret wherever it stands because of its name or form, and what the user said is
secret (credentials, bearer tokens), in every spelling that it may have. Generated values are kept: they are
the harness's own, and verdicts rest on them. What cannot be searched is not kept if a secret's bytes are in
it.
"""

from __future__ import annotations

import base64
import gzip
import re
import zlib
from collections.abc import Iterable

import msgspec

from harness.exchange import Exchange, Headers, Request, Response

REPLACEMENT = "REDACTED"


class UnsearchableError(Exception):
    """An exchange holds a secret where it cannot be taken out; the text says where, not what."""


class SecretHeader(msgspec.Struct, frozen=True):
    """A header that always carries a secret.

    Attributes:
        name: In lower case.
        secret: The part of its value that is removed from the rest of the exchange too, as group 1.
        why: What it carries.
    """

    name: str
    secret: str
    why: str


class SecretForm(msgspec.Struct, frozen=True):
    """A text that is secret by its form, wherever it stands.

    Attributes:
        id: Stable name of the row.
        pattern: What to look for; group 1, if there is one, is kept.
        why: What it is.
    """

    id: str
    pattern: str
    why: str


HEADERS = (
    SecretHeader(
        "authorization", r"Signature=([0-9a-f]{64})|^(?:Bearer|Basic) (\S{8,})", "signature or token"
    ),
    SecretHeader("proxy-authorization", r"^(?:Bearer|Basic) (\S{8,})", "credentials of a proxy"),
    SecretHeader("x-amz-security-token", r"^(.{8,})$", "session token"),
    SecretHeader("cookie", r"=([^;]{8,})", "session of a user"),
    SecretHeader("set-cookie", r"^[^=;]*=([^;]{8,})", "session of a user"),
)

_SIGNED_NAME = "X-Amz-(?:Signature|Credential|Security-Token)"

FORMS = (
    SecretForm("presigned-query", rf"(?i)({_SIGNED_NAME}=)[^&\s\"'<>\\#]+", "signature of a presigned URL"),
    SecretForm(
        "presigned-query-encoded", rf"(?i)({_SIGNED_NAME}%3D)(?:(?!%26)[^&\s\"'<>\\])+", "the same, encoded"
    ),
    SecretForm(
        "url-password",
        r"(\bhttps?://)[^\s/?#@:\"'<>\\]*:[^\s/?#@\"'<>\\]+(?=@)",
        "user and password of a URL",
    ),
    SecretForm("access-key-id", r"(?:AKIA|ASIA)[A-Z0-9]{16}", "AWS access key id"),
)

# Digests of a body that was changed would make clients refuse it.
CHECKSUMS = ("content-md5", "x-amz-crc32")
CHECKSUM_PREFIX = "x-amz-checksum-"

# A shorter secret is searched as a whole word, or it would be found inside innocent words.
_SHORTEST_ANYWHERE = 6
_SHORTEST_BASE64 = 6

_JSON_ESCAPES = {"\n": "n", "\r": "r", "\t": "t", '"': '"', "/": "/", "\b": "b", "\f": "f"}
_ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_BASE64_RUN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=")


class Redactor:
    """The rows above and one user's secrets, ready to be applied.

    Args:
        secrets: Every value that the user supplied and that may travel: access key ids, secret keys,
            session and bearer tokens. Empty ones are passed over.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(sorted({secret for secret in secrets if secret}, key=len, reverse=True))
        self._forms = tuple(re.compile(row.pattern) for row in FORMS)
        self._plain = _any_of(_written(secret) for secret in self._secrets)
        # The second look is at bytes that are no text, one character for each byte.
        self._bytes = _any_of(_written(_byte_by_byte(secret)) for secret in self._secrets)
        self._base64 = _any_of(core for secret in self._secrets for core in _base64_cores(secret))

    def text(self, text: str, carried: tuple[str, ...] = ()) -> str:
        """Return a text without secrets; ``carried`` are the values of this exchange's secret headers."""
        for value in carried:
            text = text.replace(value, REPLACEMENT)
        if self._plain is not None:
            text = self._plain.sub(REPLACEMENT, text)
        if self._base64 is not None:
            text = _replace_runs(self._base64, text)
        for form in self._forms:
            text = form.sub(_keeping_name, text)
        return text

    def body(self, body: bytes, carried: tuple[str, ...] = ()) -> bytes:
        """Return a body without secrets, unchanged where there are none.

        Raises:
            UnsearchableError: It is no UTF-8 text and holds a secret.
        """
        try:
            return self.text(body.decode("utf-8"), carried).encode("utf-8")
        except UnicodeDecodeError:
            for form in (body, _unpacked(body)):
                if self._is_in(form.decode("latin-1"), carried):
                    raise UnsearchableError("a body that is no text holds a secret") from None
            return body

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return an exchange without secrets.

        Raises:
            UnsearchableError: A body is no text and holds a secret, or a text is not Unicode.
        """
        carried = tuple(_carried(exchange))
        response = exchange.response
        try:
            return Exchange(
                self._request(exchange.request, carried),
                self._response(response, carried) if response is not None else None,
                self._writable(exchange.failure, carried) if exchange.failure is not None else None,
            )
        except UnicodeEncodeError:
            raise UnsearchableError("a text holds half of a surrogate pair and cannot be written") from None

    def _request(self, request: Request, carried: tuple[str, ...]) -> Request:
        body = self.body(request.body, carried)
        headers = self._headers(request.headers, request.body, body, carried)
        target = self._writable(request.target, carried)
        prefix = self._writable(request.host_prefix, carried)
        return Request(request.method, target, headers, body, prefix)

    def _response(self, response: Response, carried: tuple[str, ...]) -> Response:
        body = self.body(response.body, carried)
        return Response(response.status, self._headers(response.headers, response.body, body, carried), body)

    def _headers(self, headers: Headers, before: bytes, after: bytes, carried: tuple[str, ...]) -> Headers:
        fields = []
        for name, value in headers:
            lower = name.lower()
            if lower in _ALWAYS:
                value = REPLACEMENT
            elif before != after and lower == "content-length" and value.strip() == str(len(before)):
                value = str(len(after))
            elif before != after and (lower in CHECKSUMS or lower.startswith(CHECKSUM_PREFIX)):
                continue
            fields.append((self._writable(name, ()), self._writable(value, carried)))
        return Headers(tuple(fields))

    def _writable(self, text: str, carried: tuple[str, ...]) -> str:
        text = self.text(text, carried)
        text.encode("utf-8")
        return text

    def _is_in(self, text: str, carried: tuple[str, ...]) -> bool:
        patterns = (*self._forms, *(pattern for pattern in (self._bytes, self._base64) if pattern))
        return any(value in text for value in carried) or any(pattern.search(text) for pattern in patterns)


_ALWAYS = {row.name: re.compile(row.secret) for row in HEADERS}


def _carried(exchange: Exchange) -> list[str]:
    """The secret parts of the headers that always carry one, longest first."""
    parts = [exchange.request.headers, exchange.response.headers if exchange.response else Headers()]
    found = {
        secret
        for headers in parts
        for name, value in headers
        if name.lower() in _ALWAYS and value != REPLACEMENT
        for match in _ALWAYS[name.lower()].finditer(value)
        for secret in match.groups()
        if secret
    }
    return sorted(found, key=len, reverse=True)


def _keeping_name(found: re.Match[str]) -> str:
    return (found.group(1) if found.re.groups else "") + REPLACEMENT


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(patterns)
    return re.compile(joined) if joined else None


def _byte_by_byte(secret: str) -> str:
    return secret.encode("utf-8", "surrogatepass").decode("latin-1")


def _written(secret: str) -> str:
    """A pattern for a secret as it is, JSON-escaped, percent-encoded or with entities, mixed at will."""
    pattern = "".join(_spellings(character) for character in secret)
    if len(secret) < _SHORTEST_ANYWHERE:
        return rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])"
    return pattern


def _spellings(character: str) -> str:
    """Every way one character may be written; backslashes and percent signs may be escaped again."""
    code = ord(character)
    percent = "".join(
        f"%(?:25)*{_any_case(f'{byte:02x}')}" for byte in character.encode("utf-8", "surrogatepass")
    )
    units = character.encode("utf-16-be", "surrogatepass").hex()
    unicode = "".join(rf"\\+u{_any_case(units[at : at + 4])}" for at in range(0, len(units), 4))
    ways = [re.escape(character), percent, unicode]
    if character == "\\":
        ways.append(r"\\{1,7}")  # bounded: a secret of many backslashes must not make the search explode
    if character in _JSON_ESCAPES:
        ways.append(rf"\\+{_JSON_ESCAPES[character]}")
    if not character.isalnum():
        ways.append(rf"&#(?:0*{code}|[xX]0*{_any_case(f'{code:x}')});")
    if character in _ENTITIES:
        ways.append(f"&{_ENTITIES[character]};")
    if character == " ":
        ways.append(r"\+")
    return f"(?:{'|'.join(ways)})"


def _any_case(digits: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)


def _base64_cores(secret: str) -> list[str]:
    """Patterns for a secret inside base64, at each of its three alignments, in both alphabets."""
    raw = secret.encode("utf-8", "surrogatepass")
    cores = []
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw).decode("ascii").rstrip("=")
        # Characters that share bits with what stands before or after the secret say nothing.
        core = text[(shift * 8 + 5) // 6 : (shift + len(raw)) * 8 // 6]
        if len(core) >= _SHORTEST_BASE64:
            cores.append("".join(_BASE64_WAYS.get(character, character) for character in core))
    return cores


_BASE64_WAYS = {
    "+": r"(?:[+-]|%(?:25)*2[bB]|\\+u002[bB])",
    "/": r"(?:_|\\*/|%(?:25)*2[fF]|\\+u002[fF])",
}


def _replace_runs(pattern: re.Pattern[str], text: str) -> str:
    """Replace the whole run of base64 around each hit, so that no half of a secret's bytes is left."""
    kept, done = [], 0
    for found in pattern.finditer(text):
        start, end = found.span()
        if start < done:
            continue
        while start > done and (text[start - 1] in _BASE64_RUN or text[start - 1 : start + 1] == "\\/"):
            start -= 1
        while end < len(text) and (text[end] in _BASE64_RUN or text[end : end + 2] == "\\/"):
            end += 1
        kept += [text[done:start], REPLACEMENT]
        done = end
    return "".join([*kept, text[done:]]) if kept else text


def _unpacked(body: bytes) -> bytes:
    """The content of a gzip body, since a secret's bytes do not show in the packed one."""
    if not body.startswith(b"\x1f\x8b"):
        return b""
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        return b""
