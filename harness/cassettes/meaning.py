"""What a request means: the operation, and its input in one spelling.

Two requests mean the same where operation and canonical input agree: members parsed, nulls gone, order and
number forms levelled, and left out what a client makes up anew each time - idempotency tokens, signatures,
dates, checksums and headers of the SDK. Secrets are levelled as the vault says, so that a request and its
redacted recording mean the same. A request that is no AWS operation means its method, URI and body.
"""

from __future__ import annotations

import contextlib
import gzip
import re
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from harness.cassettes.format import FailurePart, InteractionPart, exchange_of
from harness.cassettes.modelled import Modelled
from harness.cassettes.redaction import UnsearchableError, Vault
from harness.contract import Contract, Member, digest, normalise
from harness.errors import WireError
from harness.exchange import Exchange, Headers, Request
from harness.routing import reading
from harness.routing.codings import decoded
from harness.routing.router import Routed
from harness.wire import protocol_named
from harness.wire.uri import decode_query

# Before every key; a change of how keys are made changes it, and keys that were stored are made anew.
KEYS = "3"
BODY_LIMIT = 1 << 30
INVOCATION = "amz-sdk-invocation-id"
# Members that SDKs fill in from the body.
CHECKSUM_HEADERS = re.compile(
    r"content-md5|x-amz-checksum-.*|x-amz-sdk-checksum-algorithm|x-amz-content-sha256|x-amz-trailer", re.I
)
_SIGNED_PARTS = re.compile(r"X-Amz-.*|AWSAccessKeyId|Signature|Expires", re.I)
_SENT = re.compile(r"REDACTED-sent-[0-9a-f]{12}")
_BOUNDARY = re.compile(r"(?i)multipart/[^;]*;(?:.*;)?\s*boundary=\"?([^\";]+)")
_SIGNED_FIELDS = re.compile(
    rb"--boundary\r\n[^\r\n]*; name=\"(?:policy|signature|awsaccesskeyid|x-amz-(?:algorithm|credential|date"
    rb"|signature|security-token))\"\r\n\r\n[^\r\n]*\r\n",
    re.I,
)
_AWS_HOST = re.compile(r"(?:^|\.)(?:amazonaws\.com(?:\.cn)?|api\.aws|amazonaws\.eu|aws\.dev)$")


class Meaning(msgspec.Struct, frozen=True):
    """What a request means.

    Attributes:
        key: Equal for requests that mean the same; hexadecimal digits after the version of its making.
        host: The authority that it goes to.
        operation: ``service:Operation``; ``None`` for a request that is no AWS operation.
        document: The canonical input; ``None`` where the request has none that its protocol reads.
        contract: The operation.
        protocol: The protocol that the request speaks.
        request: The request as the protocol reads it.
    """

    key: str
    host: str
    request: Request
    operation: str | None = None
    document: Any = None
    contract: Contract | None = None
    protocol: str | None = None

    @property
    def name(self) -> str:
        """What to call the request in messages."""
        return self.operation or f"{self.request.method} {self.host}{self.request.path}"

    def __repr__(self) -> str:
        """Show its name alone: pytest prints the arguments of the function that raised, secrets and all."""
        return f"<{type(self).__name__} of {self.name}>"


class Meanings:
    """Reads requests for one cassette.

    Args:
        vault: What is secret in the cassette.
        modelled: The contracts of the installed release.
    """

    def __init__(self, vault: Vault, modelled: Modelled) -> None:
        self._vault, self._modelled = vault, modelled

    def of_operation(self, contract: Contract, protocol: str, request: Request, host: str) -> Meaning:
        """Read a request of a known operation; what its protocol cannot read means its bytes."""
        return self._read(contract, protocol, reading.as_modelled(contract, request), host)

    def _read(self, contract: Contract, protocol: str, request: Request, host: str) -> Meaning:
        try:
            document = self._input(contract, protocol, request)
        except (WireError, RecursionError):
            key = f"{KEYS}:{digest([contract.name, self._raw(request, host)], 32)}"
            return Meaning(key, host, request, contract.name, None, contract, protocol)
        key = f"{KEYS}:{digest([contract.name, document], 32)}"
        return Meaning(key, host, request, contract.name, document, contract, protocol)

    def of_name(self, operation: str, request: Request, host: str) -> Meaning:
        """Read a request that was recorded as one of an operation."""
        contract = self._modelled.named(operation)
        if contract is None:
            key = f"{KEYS}:{digest([operation, self._raw(request, host)], 32)}"
            return Meaning(key, host, request, operation)
        return self.of_operation(contract, spoken(contract, request), request, host)

    def of_recording(self, part: InteractionPart | FailurePart, run: str | None = None) -> Meaning:
        """Read the request of a recording as a door reads a live one.

        Args:
            part: The recording.
            run: The operation of a run's recordings, which their file says once.
        """
        request, _, host = recorded_request(part)
        entry = part.harness
        operation = entry.operation if entry is not None else None
        if operation is None and entry is not None and entry.case is not None:
            operation = run
        return self.of_name(operation, request, host) if operation else self.of_bare(request, host)

    def of_bare(self, request: Request, host: str) -> Meaning:
        """Read a request of which nothing but its bytes is known."""
        routed = routed_of(self._modelled, request, host)
        if routed is not None:
            return self._read(routed.contract, routed.protocol, routed.request, host)
        key = f"{KEYS}:{digest([None, self._raw(request, host)], 32)}"
        return Meaning(key, host, request)

    def _input(self, contract: Contract, protocol: str, request: Request) -> Any:
        plain = decoded(contract, _unsigned(request), BODY_LIMIT)
        arrived = normalise(contract, protocol_named(protocol).parse_request(contract, plain))
        return self._vault.sealed(contract, _without(arrived, _made_up(contract)))

    def _raw(self, request: Request, host: str) -> list[Any]:
        """What is left to compare by where no protocol reads a request: what a redacted recording keeps."""
        with contextlib.suppress(UnsearchableError):  # then it is never recorded, and nothing equals it
            request = self._vault.exchange(Exchange(request), None, None).request
        query = [pair for pair in decode_query(request.query) if not _SIGNED_PARTS.fullmatch(pair[0])]
        levelled = sorted([_levelled(name), _levelled(value)] for name, value in query)
        body = _levelled(_unbounded(request, _unpacked(request.body)).decode("latin-1"))
        return [request.method, _levelled(host), _levelled(unquote(request.path)), levelled, digest(body)]


def _unsigned(request: Request) -> Request:
    """Take the signature out of a presigned URL, whose parameters a form of the query protocol would keep."""
    if "X-Amz-Signature" not in request.query:
        return request
    kept = "&".join(each for each in request.query.split("&") if not each.startswith("X-Amz-"))
    return msgspec.structs.replace(request, target=f"{request.path}?{kept}" if kept else request.path)


def _levelled(text: str) -> str:
    return _SENT.sub("*", text)


def _unbounded(request: Request, body: bytes) -> bytes:
    """Give a body of several parts with one boundary for all, and without what signs it.

    Clients make both up for each request.
    """
    found = _BOUNDARY.match(request.headers.get("content-type") or "")
    if found is None:
        return body
    level = body.replace(b"--" + found[1].encode("latin-1", "replace"), b"--boundary")
    return _SIGNED_FIELDS.sub(b"", level)


def _unpacked(body: bytes) -> bytes:
    """The content of a gzip body: packed anew, the same content has other bytes."""
    if body.startswith(b"\x1f\x8b"):
        with contextlib.suppress(OSError, EOFError, zlib.error):
            return gzip.decompress(body)
    return body


def is_aws(request: Request, host: str) -> bool:
    """Say whether a request shows that an AWS client made it: signature, headers or host."""
    headers = request.headers
    return (
        (headers.get("authorization") or "").startswith("AWS4-")
        or "x-amz-target" in headers
        or INVOCATION in headers
        or "smithy-protocol" in headers
        or "X-Amz-Signature" in request.query
        or _AWS_HOST.search(reading.PORT.sub("", host)) is not None
    )


def routed_of(modelled: Modelled, request: Request, host: str) -> Routed | None:
    """Find the operation of a request of which nothing but its bytes is known.

    Returns:
        The operation; ``None`` where no AWS client made the request, or it may be another server's or another
        operation's: what runs on a host of AWS is not all AWS's.
    """
    if not is_aws(request, host):
        return None
    for spelled in dict.fromkeys((request, reading.with_other_end(request))):
        routed = modelled.router.route(spelled)
        if isinstance(routed, Routed) and routed.is_sure:
            return routed
    return None


def request_of(method: str, url: str, headers: Headers, body: bytes) -> tuple[Request, str, str]:
    """Make a request from a URL.

    Returns:
        The request, with a ``Host`` field; its scheme; its authority.
    """
    parts = urlsplit(url)
    target = url[url.index("://") + 3 + len(parts.netloc) :].partition("#")[0] if "://" in url else url
    if not target.startswith("/"):
        target = f"/{target}"
    authority = parts.netloc.rpartition("@")[2]
    if "host" not in headers:
        headers = Headers((*headers.fields, ("Host", authority)))
    return Request(method, target, headers, body), parts.scheme, authority


def recorded_request(part: InteractionPart | FailurePart) -> tuple[Request, str, str]:
    """Read the request of a recording, whoever recorded it, as a door sees a live one.

    Returns:
        The request, with a ``Host`` field; its scheme; its authority.
    """
    url, exchange = exchange_of(part)
    request = exchange.request
    scheme, _, authority = url.partition("://")
    authority = authority.rpartition("@")[2]
    if "host" not in request.headers:
        request = msgspec.structs.replace(
            request, headers=Headers((*request.headers.fields, ("Host", authority)))
        )
    return request, scheme, authority


def spoken(contract: Contract, request: Request) -> str:
    """Say which protocol a request speaks: a service may speak several, and releases choose differently."""
    if reading.cbor_operation(request) is not None:
        return reading.CBOR
    if "x-amz-target" in request.headers:
        return "json"
    if reading.media_type(request) == reading.FORM and contract.protocol not in ("query", "ec2"):
        return "query"
    return contract.protocol


# What a member's entry says: leave it out, or look below it.
_Plan = Mapping[str, Any]
_LEAVE_OUT = "leave out"


def _without(value: Any, plan: Any) -> Any:
    """Leave the made-up members of a document out."""
    if not plan:
        return value
    if isinstance(value, list):
        return [_without(item, plan) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _without(item, plan.get(key)) for key, item in value.items() if plan.get(key) != _LEAVE_OUT}


def _made_up(contract: Contract) -> _Plan:
    return _plan_of(_Identity(contract))


class _Identity:
    """A contract as a key of a cache: contracts are not hashable, and each is made once."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract

    def __hash__(self) -> int:
        return id(self.contract)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.contract is self.contract


@lru_cache(maxsize=4096)
def _plan_of(identity: _Identity) -> _Plan:
    contract = identity.contract
    return _below(contract, contract.input, frozenset()) if contract.input is not None else {}


def _below(contract: Contract, name: str, above: frozenset[str]) -> _Plan:
    """Find the members below a structure that clients make up; lists are passed through."""
    shape = contract.shapes.get(name)
    while shape is not None and shape.type == "list" and shape.member is not None:
        name = shape.member.target
        shape = contract.shapes.get(name)
    if shape is None or name in above:
        return {}
    plan: dict[str, Any] = {}
    for key, member in shape.members.items():
        found: Any = _LEAVE_OUT if _is_made_up(member) else _below(contract, member.target, above | {name})
        if found:
            plan[key] = found
    return plan


def _is_made_up(member: Member) -> bool:
    header = member.http_header
    return member.idempotency_token or (header is not None and CHECKSUM_HEADERS.fullmatch(header) is not None)
