"""What a bare request says about where it is going, before any operation is known.

The signing name in its credential scope, the names in its host, the client that sent it, the operation that
it names. Used by the router; knows no contract.

Sources: Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html), RPC v2
CBOR (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html) and S3's virtual hosting
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
"""

from __future__ import annotations

import re
import zlib
from urllib.parse import unquote_plus

import msgspec

from harness.contract import Contract
from harness.exchange import Request
from harness.routing.codings import GZIP_WINDOW
from harness.wire.uri import UriTemplate, decode_query

# Signing names that endpoints ask for beside the one of the model (botocore's endpoint rule sets).
OTHER_SIGNING_NAMES = {
    "IngestionService": "importexport",
    "s3express": "s3",
    "s3-outposts": "s3",
    "s3-object-lambda": "s3",
}
CBOR = "smithy-rpc-v2-cbor"
FORM = "application/x-www-form-urlencoded"
PORT = re.compile(r":\d*$")
ADDRESS = re.compile(r"[\d.]+|\[.*\]|")
_CBOR_PATH = re.compile(r"(?:/.*)?/service/([^/]+)/operation/([^/]+)")
LONGEST_FORM_HEAD = 1024 * 1024
_CLIENT = re.compile(r"\bapi/([^\s/#]+)")
_PARAMETERS = {name: re.compile(rf"(?:^|&){name}=([^&]*)") for name in ("Action", "Version")}
S3_LABEL = re.compile(r"s3(?:-.*|express.*)?")


class Signs(msgspec.Struct, frozen=True):
    """What a request says of itself beside its path.

    Attributes:
        scope: The service in its credential scope; ``None`` where there is none.
        signers: ``scope``, and the signing name of the service that it is another name of.
        host: The host without its port, in lower case; empty for addresses in digits.
        client: What its user agent calls the service (``api/...``), in lower case; empty where it does not.
    """

    scope: str | None
    signers: tuple[str, ...]
    host: str
    client: str


def signs_of(request: Request) -> Signs:
    """Read what a request says of itself beside its path."""
    scope = scope_service(request)
    signers = tuple(each for each in (scope, OTHER_SIGNING_NAMES.get(scope or "")) if each is not None)
    host = PORT.sub("", (request.headers.get("host") or "").strip().lower())
    agent = _CLIENT.search(request.headers.get("user-agent") or "")
    client = agent.group(1) if agent is not None else ""
    return Signs(scope, signers, "" if ADDRESS.fullmatch(host) else host, client.lower())


def squeezed(name: str) -> str:
    """Spell the name of a service as user agents and paths may: letters and digits, in lower case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def scope_service(request: Request) -> str | None:
    """Read the signing name from the credential scope of a header or a presigned query, if there is one."""
    header = request.headers.get("authorization") or ""
    _, found, rest = header.partition("Credential=")
    credential = rest.partition(",")[0].strip() if found else ""
    if not found and "X-Amz-Credential" in request.query:
        credential = dict(decode_query(request.query)).get("X-Amz-Credential", "")
    parts = credential.split("/")
    return parts[-2] if len(parts) >= 5 else None


def media_type(request: Request) -> str:
    """Read the content type without its parameters, in lower case; empty where there is none."""
    return (request.headers.get("content-type") or "").partition(";")[0].strip().lower()


def cbor_operation(request: Request) -> tuple[str, str] | None:
    """Read service and operation from the path that Smithy's RPC v2 has.

    Returns:
        Both names as they stand there; two empty ones where the request claims the protocol and has another
        path; ``None`` where it speaks another protocol.
    """
    claims = (request.headers.get("smithy-protocol") or "").strip().lower() == "rpc-v2-cbor"
    if not claims and media_type(request) != "application/cbor":
        return None
    found = _CBOR_PATH.fullmatch(request.path)
    if found is None:
        return ("", "") if claims else None
    return (found.group(1), found.group(2)) if request.method == "POST" else ("", "")


def query_action(request: Request) -> tuple[str, str] | None:
    """Read ``Action`` and ``Version`` from a form or a query.

    Returns:
        Both, the version empty where it is left out; ``None`` where there is no action.
    """
    sources = [request.query]
    if request.method == "POST" and media_type(request) in (FORM, ""):
        sources.insert(0, _form(request).decode("latin-1"))
    for text in sources:
        action = _parameter(text, "Action")
        if action:
            return action, _parameter(text, "Version") or _parameter(request.query, "Version")
    return None


def _form(request: Request) -> bytes:
    """Give a form's body, of a compressed one as much as may hold the names of action and version."""
    if "gzip" not in (request.headers.get("content-encoding") or "").lower():
        return request.body
    try:
        return zlib.decompressobj(GZIP_WINDOW).decompress(request.body, LONGEST_FORM_HEAD)
    except zlib.error:
        return b""


def _parameter(text: str, name: str) -> str:
    found = _PARAMETERS[name].search(text)
    return unquote_plus(found.group(1)) if found is not None else ""


def virtual_bucket(signs: Signs) -> str:
    """Read the bucket that an S3 request names in its host; empty where it names none.

    ``photos.s3.us-east-1.amazonaws.com`` and ``photos.s3.localhost`` name one whoever signs, and
    ``photos.localhost`` does where S3 signs.
    """
    labels = signs.host.split(".")
    for position, label in enumerate(labels):
        if position and S3_LABEL.fullmatch(label):
            return ".".join(labels[:position])
    is_local = len(labels) > 1 and labels[-1] == "localhost" and not S3_LABEL.fullmatch(labels[0])
    return ".".join(labels[:-1]) if is_local and "s3" in signs.signers else ""


def is_host_of_s3(host: str) -> bool:
    """Say whether a host is one of S3's API, with or without a bucket before it; its web sites are not."""
    return any(S3_LABEL.fullmatch(label) and not label.startswith("s3-website") for label in host.split("."))


def as_modelled(contract: Contract, request: Request) -> Request:
    """Spell the target of a request as its operation's URI does, which is where parsers look.

    The bucket of an S3 request goes into its path. The last slash of a path is there or not as in the URI:
    releases of botocore differ in it, and services take both.
    """
    bucket = bucket_in_host(contract.service, request)
    if bucket:
        return with_bucket(request, bucket)
    template = UriTemplate.of(contract.http.uri)
    if template.match(request.path, request.query) is None:
        other = with_other_end(request)
        if template.match(other.path, other.query) is not None:
            return other
    return request


def with_other_end(request: Request) -> Request:
    """Take the last slash off a path, or put one there."""
    path = request.path
    if path in ("", "/"):
        return request
    path = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    return msgspec.structs.replace(request, target=path + (f"?{request.query}" if request.query else ""))


def bucket_in_host(service: str, request: Request) -> str:
    """Read the bucket that a request of a service names in its host; empty where there is none."""
    return virtual_bucket(signs_of(request)) if service == "s3" else ""


def with_bucket(request: Request, bucket: str) -> Request:
    """Write a virtual-hosted request in path style."""
    path = request.path if request.path != "/" else ""
    target = f"/{bucket}{path}" + (f"?{request.query}" if request.query else "")
    return msgspec.structs.replace(request, target=target)
