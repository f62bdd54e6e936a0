"""Requests and responses as plain values, and the headers they share.

Everybody above uses them; they know no protocol and no socket.
Source: RFC 9110 (https://www.rfc-editor.org/rfc/rfc9110), fields and messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec


class Headers(msgspec.Struct, frozen=True):
    """Header fields in wire order; names compare without case, repeated names are kept.

    Attributes:
        fields: Pairs of name and value as they stand on the wire.
    """

    fields: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, fields: Mapping[str, str] | Iterable[tuple[str, str]]) -> Headers:
        """Make headers from a mapping or from pairs, in the order given."""
        pairs = fields.items() if isinstance(fields, Mapping) else fields
        return cls(tuple((str(name), str(value)) for name, value in pairs))

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the first value of a field, or ``default`` when it is absent."""
        wanted = name.lower()
        for key, value in self.fields:  # a loop: this is asked a dozen times for each request
            if key.lower() == wanted:
                return value
        return default

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field, in wire order."""
        wanted = name.lower()
        return tuple(value for key, value in self.fields if key.lower() == wanted)

    def replacing(self, name: str, value: str | None) -> Headers:
        """Return headers in which ``name`` has exactly this value; ``None`` takes the field away."""
        wanted = name.lower()
        kept = tuple(pair for pair in self.fields if pair[0].lower() != wanted)
        return Headers(kept if value is None else (*kept, (name, value)))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.fields)


class Request(msgspec.Struct, frozen=True):
    """One HTTP request without its connection.

    Attributes:
        method: The HTTP method in upper case.
        target: The request target as sent: an absolute path, percent-encoded, with its query if any.
        headers: Header fields without ``Host`` and without authentication; the target adds those.
        body: The exact bytes of the body.
        host_prefix: What the operation puts before the endpoint's host, e.g. ``"data."``.
    """

    method: str
    target: str
    headers: Headers = Headers()
    body: bytes = b""
    host_prefix: str = ""

    @property
    def path(self) -> str:
        """The target up to its query, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The target after its first question mark, still percent-encoded."""
        return self.target.partition("?")[2]


class Response(msgspec.Struct, frozen=True):
    """One HTTP response.

    Attributes:
        status: The status code, 100 to 599.
        headers: Header fields as received.
        body: The exact bytes of the body, content codings undone.
    """

    status: int
    headers: Headers = Headers()
    body: bytes = b""


class Exchange(msgspec.Struct, frozen=True):
    """One request and what came back.

    Attributes:
        request: The request as it was sent, authentication included.
        response: The answer; ``None`` when there was none.
        failure: Why there was no answer, e.g. ``"connection reset"``; ``None`` when there was one.
    """

    request: Request
    response: Response | None = None
    failure: str | None = None
