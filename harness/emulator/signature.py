"""Signature Version 4 as a server reads and verifies it, in headers and in presigned queries.

The server's side is written from the specification, not from an SDK, so that the two check each other.
Chunked (streaming) signatures are not verified.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html; the
sentences are those that AWS answers with.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import quote, unquote

import msgspec

from harness.contract import Answer
from harness.exchange import Request

ALGORITHM = "AWS4-HMAC-SHA256"
TERMINATOR = "aws4_request"
PARAMETERS = ("Credential", "Signature", "SignedHeaders")
UNSIGNED = "UNSIGNED-PAYLOAD"
STREAMING = "STREAMING-"  # the head is signed with a word of this beginning instead of the body's digest
_INSTANT = re.compile(r"\d{8}T\d{6}Z")


class Claim(msgspec.Struct, frozen=True):
    """What a request says about its own signature.

    Attributes:
        access_key: The access key id.
        scope: Date, region, service and terminator of the credential scope.
        signed_headers: Names in lower case, in the order given.
        signature: The signature, in hexadecimal digits.
        instant: The moment of signing, ``YYYYMMDDTHHMMSSZ``.
        presigned: Whether all this stands in the query.
    """

    access_key: str
    scope: tuple[str, str, str, str]
    signed_headers: tuple[str, ...]
    signature: str
    instant: str
    presigned: bool


class Refused(Exception):  # a decision, caught one floor up; it never leaves the emulator
    """A signature that cannot be accepted, with the answer it gets."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


def incomplete(message: str) -> Refused:
    """Refuse what is not a signature at all."""
    return Refused(Answer("IncompleteSignatureException", 400, message))


def invalid(message: str) -> Refused:
    """Refuse a signature that is not good for this request."""
    return Refused(Answer("InvalidSignatureException", 403, message))


def read_claim(request: Request) -> Claim | None:
    """Read the signature of a request.

    Returns:
        The claim; ``None`` when the request is not signed at all.

    Raises:
        Refused: What stands there is not a signature.
    """
    header = (request.headers.get("authorization") or "").strip()
    if header:
        return _claim(_header_parameters(header), _instant_of_headers(request), presigned=False)
    query = dict(_query_pairs(request.query))
    if "X-Amz-Algorithm" not in query and "X-Amz-Signature" not in query:
        return None
    if query.get("X-Amz-Algorithm") != ALGORITHM:
        raise incomplete(f"X-Amz-Algorithm must be {ALGORITHM}.")
    given = {name: query.get(f"X-Amz-{name}", "") for name in PARAMETERS}
    return _claim(given, query.get("X-Amz-Date", ""), presigned=True)


def _header_parameters(header: str) -> dict[str, str]:
    algorithm, _, rest = header.partition(" ")
    if algorithm != ALGORITHM:
        raise incomplete(f"Unsupported algorithm in Authorization header; it must begin with {ALGORITHM}.")
    found: dict[str, str] = {}
    for part in rest.split(","):
        name, equals, value = part.strip().partition("=")
        if not equals:
            raise incomplete("Not a valid key=value pair (missing equal-sign) in Authorization header.")
        found[name] = value
    return found


def _instant_of_headers(request: Request) -> str:
    instant = request.headers.get("x-amz-date")
    if instant is not None:
        return instant.strip()
    date = request.headers.get("date")
    try:
        return parsedate_to_datetime(date).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") if date else ""
    except ValueError:
        return ""


def _claim(given: dict[str, str], instant: str, *, presigned: bool) -> Claim:
    place = "Query" if presigned else "Authorization header"
    missing = [f"{place} requires '{name}' parameter." for name in PARAMETERS if not given.get(name)]
    if missing:
        raise incomplete(" ".join(missing))
    parts = given["Credential"].split("/")
    if len(parts) < 5 or not all(parts):
        raise incomplete(
            "Credential must have exactly 5 slash-delimited elements: keyid/date/region/service/term."
        )
    if not _INSTANT.fullmatch(instant):
        raise incomplete(f"{place} requires existence of a 'X-Amz-Date' in ISO-8601 basic form or a 'Date'.")
    date, region, service, terminator = parts[-4:]
    names = tuple(name.lower() for name in given["SignedHeaders"].split(";"))
    key = "/".join(parts[:-4])
    return Claim(key, (date, region, service, terminator), names, given["Signature"], instant, presigned)


def check_scope(claim: Claim, service: str, *others: str) -> None:
    """Check that a signature was made for this service, by whichever of its names, and for its day.

    Raises:
        Refused: It was not.
    """
    date, _, named, terminator = claim.scope
    if terminator != TERMINATOR:
        raise invalid(f"Credential should be scoped with a valid terminator: '{TERMINATOR}'.")
    if named != service and named not in others:
        raise invalid(f"Credential should be scoped to correct service: '{service}'.")
    if date != claim.instant[:8]:
        raise invalid(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP."
        )


def verify(claim: Claim, request: Request, secret: str) -> bool:
    """Compute the signature anew and compare it, in constant time.

    Args:
        claim: What the request says.
        request: The request with every header as it came, ``Host`` included.
        secret: The secret of the claimed access key.

    Returns:
        Whether the signature is right, and covers the host and the body.
    """
    payload = _payload_digest(claim, request)
    if payload is None or "host" not in claim.signed_headers:
        return False
    canonical = "\n".join(
        (
            request.method,
            _canonical_path(request.path, claim.scope[2]),
            _canonical_query(request.query),
            *(f"{name}:{_canonical_value(request, name)}" for name in claim.signed_headers),
            "",
            ";".join(claim.signed_headers),
            payload,
        )
    )
    hashed = hashlib.sha256(canonical.encode("latin-1", "replace")).hexdigest()
    text = "\n".join((ALGORITHM, claim.instant, "/".join(claim.scope), hashed))
    key = f"AWS4{secret}".encode()
    for part in claim.scope:
        key = hmac.digest(key, part.encode("latin-1", "replace"), "sha256")
    expected = hmac.digest(key, text.encode("latin-1", "replace"), "sha256").hex()
    return hmac.compare_digest(expected.encode(), claim.signature.encode("latin-1", "replace"))


def _payload_digest(claim: Claim, request: Request) -> str | None:
    """Return what stands for the body in the canonical request; ``None`` when the body is another one."""
    computed = hashlib.sha256(request.body).hexdigest()
    stated = request.headers.get("x-amz-content-sha256")
    if stated is not None and stated.startswith(STREAMING):
        return stated
    if stated == UNSIGNED or (stated is None and claim.presigned and claim.scope[2] == "s3"):
        return UNSIGNED
    return computed if stated in (None, computed) else None


def _canonical_path(path: str, service: str) -> str:
    """Spell the path as signers do: encoded once more, dots resolved; S3 signs it as it is."""
    if service == "s3":
        return path or "/"
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    trailing = "/" if kept and path.endswith("/") else ""
    return quote("/" + "/".join(kept) + trailing, safe="/~")


def _query_pairs(query: str) -> list[tuple[str, str]]:
    parts = (part.partition("=") for part in query.split("&") if part)
    return [(unquote(name), unquote(value)) for name, _, value in parts]


def _canonical_query(query: str) -> str:
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in _query_pairs(query)
        if name != "X-Amz-Signature"
    )
    return "&".join(f"{name}={value}" for name, value in pairs)


def _canonical_value(request: Request, name: str) -> str:
    return ",".join(" ".join(value.split()) for value in request.headers.all(name))
