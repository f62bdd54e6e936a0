"""What a cassette holds: the parts of the file, and their translation from and to exchanges.

The structs below are the format; a YAML file spells them, and a file of another ending may spell the same.
vcrpy reads ``request`` and ``response`` and ignores every ``harness``. ``docs/recordings.md`` explains it.
Source: vcrpy's cassette format, version 1 (https://vcrpy.readthedocs.io/en/latest/usage.html).
"""

from __future__ import annotations

import importlib.metadata
import re
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec

from harness.cases.model import Aim, Authentication, Case, Origin
from harness.cassettes.model import Interaction
from harness.contract import Contract
from harness.errors import UsageError
from harness.exchange import Exchange, Headers, Request, Response

FORMAT = 1
# The last line of every YAML cassette; a file without it was cut.
CLOSING = "version: 1"

# What a target adds to a request in order to send it; a fault's request is kept without these.
ADDED_BY_TARGETS = ("authorization", "host", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")

# What a run's recording cannot be judged without.
RUN_HEAD = ("contract", "version", "target", "interactions")
RUN_ENTRY = ("case", "version", "contract", "origin", "description")
_OF_A_CASE = (
    "version", "origin", "description", "aims", "raw", "fault", "authentication", "error", "repeats",
    "vouched",
)  # fmt: skip

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_FILE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")

_Lists = dict[str, list[str]]
_Pairs = tuple[tuple[str, str], ...]


class IncompleteError(ValueError):
    """A part does not say which case it answers: it is not of a run."""


class _Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """What every part of a cassette is: frozen, defaults left out, unknown keys ignored."""


class Entry(_Part, frozen=True, kw_only=True):
    """The ``harness`` mapping beside a request: what it takes to judge, or to find, the exchange again.

    A run's recording has a case and all that belongs to it; a client's recording has the rows from
    ``operation`` on instead.

    Attributes:
        operation: ``events:PutEvents``; ``None`` for a request that is no operation of AWS.
        key: The hex digest of the canonical input, so that an index need not work it out again.
        botocore: The version of botocore that sent the request.
        against: What was recorded: ``emulator``, ``aws`` or ``host_port``.
        call: An id that the attempts of one call of a client share.
        attempt: Which attempt of that call this was, from one.
        target: The request's target, where the ``uri`` does not show it.
        request_headers: The header fields as pairs, where lists under names would lose their order.
        response_headers: The same for the response.
        case, version, contract, recorded_at: Pinned in the project's interface page.
    """

    case: str | None = None
    version: str | None = None
    contract: str | None = None
    recorded_at: Annotated[datetime, msgspec.Meta(tz=True)]
    origin: Origin | None = None
    description: str | None = None
    aims: tuple[Aim, ...] = ()
    raw: bool = False
    fault: str | None = None
    authentication: Authentication = "contract"
    error: str | None = None
    repeats: str | None = None
    vouched: bool = False
    host_prefix: str = ""
    target: str | None = None
    request_headers: _Pairs | None = None
    response_headers: _Pairs | None = None
    operation: str | None = None
    key: str | None = None
    botocore: str | None = None
    against: str | None = None
    call: str | None = None
    attempt: int | None = None


class RequestPart(_Part, frozen=True):
    """vcrpy's ``request``; ``body`` is text where the bytes are UTF-8, else bytes."""

    method: str
    uri: str
    headers: _Lists
    body: Any


class Status(_Part, frozen=True):
    """vcrpy's ``status``."""

    code: Annotated[int, msgspec.Meta(ge=100, le=999)]
    message: str | None


class BodyPart(_Part, frozen=True):
    """vcrpy's ``body`` of a response."""

    string: Any


class ResponsePart(_Part, frozen=True):
    """vcrpy's ``response``."""

    status: Status
    headers: _Lists
    body: BodyPart


class InteractionPart(_Part, frozen=True):
    """One element of ``interactions``; one that stock vcrpy wrote has no ``harness``."""

    harness: Entry | None
    request: RequestPart
    response: ResponsePart


class FailurePart(_Part, frozen=True):
    """One request that got no response; ``after`` counts the interactions before it."""

    harness: Entry | None
    request: RequestPart
    failure: str
    after: Annotated[int, msgspec.Meta(ge=0)]


class Head(_Part, frozen=True, kw_only=True):
    """The ``harness`` mapping at the top of a cassette.

    Attributes:
        contract, version, target: What a run's cassette is about; a client's may hold several of each.
        interactions: How many interactions a YAML file holds; another number means that some were lost.
        refused: How many exchanges were not written because a secret could not be taken out of them.
        failures: The requests that got no response; they have no place in vcrpy's list.
        metadata: What users of stock vcrpy keep in a cassette; in YAML it stands where vcrpy looks for it.
    """

    format: int
    contract: str | None = None
    version: str | None = None
    target: str | None = None
    interactions: int | None = None
    refused: int = 0
    failures: tuple[FailurePart, ...] = ()
    metadata: Any = None


def cassette_path(directory: Path, target: str, contract: Contract) -> Path:
    """Say where the cassette of an operation and version against a target lies.

    Raises:
        UsageError: A name would leave the directory.
    """
    parts = (target, contract.service, contract.operation, contract.version)
    for part in parts:
        if not _FILE_NAME.fullmatch(part):
            raise UsageError(
                str(directory),
                f"{part!r} cannot name a cassette",
                "Use letters, digits, '.', '_' and '-' only.",
            )
    return directory.joinpath(*parts[:3], f"{contract.version}.yaml")


def request_part(request: Request, url: str) -> RequestPart:
    """Put a request into vcrpy's form; ``url`` is the scheme and authority it went to."""
    lists = header_lists(request.headers)
    return RequestPart(request.method, url + request.target, lists, request.body)


def response_part(response: Response) -> ResponsePart:
    """Put a response into vcrpy's form, with the reason phrase that belongs to its status."""
    status = Status(response.status, _PHRASES.get(response.status, ""))
    return ResponsePart(status, header_lists(response.headers), BodyPart(response.body))


def entry_of(case: Case, exchange: Exchange, contract: str, recorded_at: datetime) -> Entry:
    """Say of an exchange what vcrpy's parts of a cassette do not."""
    request, response = exchange.request, exchange.response
    return Entry(
        case=case.id,
        version=case.version,
        contract=contract,
        recorded_at=recorded_at.astimezone(UTC),
        origin=case.origin,
        description=case.description,
        aims=case.aims,
        raw=case.raw,
        fault=case.fault,
        authentication=case.authentication,
        error=case.error,
        repeats=case.repeats,
        vouched=case.vouched,
        host_prefix=request.host_prefix,
        target=None if request.target.startswith("/") else request.target,
        request_headers=pairs_if_needed(request.headers),
        response_headers=pairs_if_needed(response.headers) if response else None,
        botocore=installed_botocore(),
    )


@cache
def installed_botocore() -> str:
    """Name the release of botocore that sends requests here."""
    return importlib.metadata.version("botocore")


def interaction_of(operation: str, part: InteractionPart | FailurePart, after: int) -> Interaction:
    """Rebuild an interaction from its part of a cassette.

    Args:
        operation: ``service:Operation``.
        part: The part, bodies as text or bytes.
        after: How many interactions stand before it.

    Raises:
        IncompleteError: It is no part of a run's cassette.
        ValueError: A body is neither text nor bytes, or the ``uri`` has no scheme.
    """
    url, exchange = exchange_of(part)
    entry = part.harness
    if entry is None:
        raise IncompleteError("Object missing required field `harness`")
    lacking = missing(entry, RUN_ENTRY)
    if lacking is not None or entry.version is None or entry.contract is None:
        raise IncompleteError(f"Object missing required field `{lacking}` - at `$.harness`")
    case = _case(operation, entry, exchange.request)
    return Interaction(case, exchange, entry.version, entry.contract, entry.recorded_at, url, after)


def missing(part: Entry | Head, names: tuple[str, ...]) -> str | None:
    """Say which of the fields that a run's cassette must have is missing, if any."""
    return next((name for name in names if getattr(part, name) is None), None)


def exchange_of(part: InteractionPart | FailurePart) -> tuple[str, Exchange]:
    """Rebuild an exchange from its part of a cassette, whoever recorded it.

    Args:
        part: The part, bodies as text or bytes.

    Returns:
        Scheme and authority of the request's URL, and the exchange.

    Raises:
        ValueError: A body is neither text nor bytes, or the ``uri`` has no scheme.
    """
    entry = part.harness
    url, target = _split(part.request.uri)
    if entry is not None and entry.target is not None:
        target = entry.target
    request = Request(
        part.request.method,
        target,
        _headers(part.request.headers, entry.request_headers if entry else None),
        body_bytes(part.request.body, "request.body"),
        entry.host_prefix if entry else "",
    )
    if isinstance(part, FailurePart):
        return url, Exchange(request, None, part.failure)
    return url, Exchange(request, response_of(part))


def response_of(part: InteractionPart) -> Response:
    """Rebuild a response from its part of a cassette.

    Raises:
        ValueError: Its body is neither text nor bytes.
    """
    headers = _headers(part.response.headers, part.harness.response_headers if part.harness else None)
    body = body_bytes(part.response.body.string, "response.body.string")
    return Response(part.response.status.code, headers, body)


def check_uri(uri: str) -> None:
    """Make sure that a recorded request's URL can be parted again, by us and by vcrpy.

    Raises:
        ValueError: It cannot.
    """
    _split(uri)
    urlsplit(uri)


def header_lists(headers: Headers) -> _Lists:
    """Gather header fields under the first spelling of their names, as vcrpy keeps them."""
    spelled: dict[str, str] = {}
    lists: _Lists = {}
    for name, value in headers:
        lists.setdefault(spelled.setdefault(name.lower(), name), []).append(value)
    return lists


def _flattened(lists: _Lists) -> _Pairs:
    return tuple((name, value) for name, values in lists.items() for value in values)


def pairs_if_needed(headers: Headers) -> _Pairs | None:
    """Give header fields as pairs where lists under names would lose their order or spelling."""
    return None if _flattened(header_lists(headers)) == headers.fields else headers.fields


def _headers(lists: _Lists, pairs: _Pairs | None) -> Headers:
    return Headers(_flattened(lists) if pairs is None else pairs)


def body_bytes(body: Any, where: str) -> bytes:
    """Return a body's exact bytes; text stands for its UTF-8, ``None`` for none.

    Raises:
        ValueError: It is something else; ``where`` says which body it is.
    """
    if isinstance(body, str):
        return body.encode("utf-8")
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    raise ValueError(f"`$.{where}` is neither text nor binary")


def _split(uri: str) -> tuple[str, str]:
    """Part scheme and authority from the rest, without touching a byte of either."""
    found = re.match(r"[a-z]+://[^/?#]*", uri)
    if found is None:
        raise ValueError(f"`$.request.uri` is no URL: {uri[:60]!r}")
    return found.group(), uri[found.end() :]


def _case(operation: str, entry: Entry, request: Request) -> Case:
    values = {name: getattr(entry, name) for name in _OF_A_CASE}
    kept = _without_authentication(request) if entry.fault is not None else None
    return Case(id=entry.case or "", operation=operation, request=kept, **values)


def _without_authentication(request: Request) -> Request:
    kept = tuple(pair for pair in request.headers if pair[0].lower() not in ADDED_BY_TARGETS)
    return msgspec.structs.replace(request, headers=Headers(kept))
