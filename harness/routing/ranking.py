"""Which of several operations a request is meant for, when each could be: the tie-breakers, in their order.

Almost half of all operations share method and path with another one. Most are told apart by the signing name,
by the more specific template, or by a parameter that one of them requires; the last word has the body.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from harness.contract import Contract, check
from harness.errors import HarnessError
from harness.exchange import Request
from harness.importers.routing_index import OperationEntry, ServiceEntry
from harness.routing.reading import CBOR, Signs, is_host_of_s3, squeezed
from harness.wire import protocol_named
from harness.wire.uri import UriTemplate, decode_query

SIGNER = ("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-security-token")
# Operations that only clients who sign with another name of the service mean.
SIGNED_AS = {"s3express": frozenset({"ListDirectoryBuckets"})}
NOT_OURS = frozenset({*SIGNER, "x-amz-signature", "x-amz-signedheaders", "x-id"})  # any query may have these
SIGNED_BEFORE = frozenset({"awsaccesskeyid", "signature", "expires"})  # the older signature of S3


class Candidate(msgspec.Struct, frozen=True):
    """One operation that a request may be meant for.

    Attributes:
        service: Its service.
        operation: The operation.
        protocol: The protocol that the request would speak.
        request: The request as this operation would read it.
        template: The URI template that the request matches.
        contract: The contract, where it is served as it is; else the catalogue has it.
    """

    service: ServiceEntry
    operation: OperationEntry
    protocol: str
    request: Request
    template: UriTemplate
    contract: Contract | None = None


def best(
    candidates: list[Candidate], request: Request, signs: Signs, contract_of: Callable[[Candidate], Contract]
) -> Candidate:
    """Choose the operation that a request is meant for.

    Args:
        candidates: What it may be meant for, at least one.
        request: The request as it came.
        signs: What it says of itself.
        contract_of: Makes the contract of a candidate; asked only where nothing else decides.

    Returns:
        The likeliest; the same one for the same request, whatever the order of the candidates.
    """
    if len(candidates) == 1:
        return candidates[0]
    ranked = [(_rank(each, request, signs), each) for each in candidates]
    highest = max(rank for rank, _ in ranked)
    left = [each for rank, each in ranked if rank == highest]
    if len(left) > 1:
        left = _fitting_body(left, contract_of)
    return min(left, key=_plainness)


def _rank(candidate: Candidate, request: Request, signs: Signs) -> tuple[Any, ...]:
    """Say how well a candidate fits what the request shows outside its body; more is better."""
    service, operation = candidate.service, candidate.operation
    query = decode_query(request.query)
    names = {name for name, _ in query}
    missing = sum(1 for each in operation.required if not _has(request, names, each))
    unknown = len(_strangers(candidate, names) - NOT_OURS)
    return (
        _signer_fit(service, signs),
        _client_fit(service, signs.client),
        _host_fit(service, operation, signs.host),
        operation.name in SIGNED_AS.get(signs.scope or "", ()),
        signs.scope is None and operation.scheme != "sigv4",
        ("x-id", operation.name) in query,
        candidate.template.specificity,
        -missing - unknown,
        len(operation.required),
    )


def is_sure(candidate: Candidate, request: Request, signs: Signs) -> bool:
    """Say whether a request can be no other server's and no other operation's.

    Method and path alone do not show that: S3's templates match those of any server, and a parameter that
    the operation does not know may be the name of another one, which a newer release has.
    """
    service, host = candidate.service, signs.host
    if candidate.protocol == CBOR or "x-amz-target" in request.headers:
        return True
    if request.query and service.protocol in ("rest-json", "rest-xml"):
        names = {name for name, _ in decode_query(request.query)}
        if _strangers(candidate, names) - NOT_OURS - SIGNED_BEFORE:
            return False
    return (
        "amz-sdk-invocation-id" in request.headers
        or _signer_fit(service, signs)
        or _client_fit(service, signs.client) > 0
        or _host_fit(service, candidate.operation, host) > 0
        or (service.name == "s3" and is_host_of_s3(host))
    )


def _strangers(candidate: Candidate, names: set[str]) -> set[str]:
    """Name the query parameters that an operation does not know, in lower case."""
    if candidate.operation.open_query:
        return set()
    known = {*candidate.operation.query, *(name for name, _ in candidate.template.constants)}
    return {name.lower() for name in names - known}


def _signer_fit(service: ServiceEntry, signs: Signs) -> bool:
    return signs.scope in (service.signing_name, service.name) or service.signing_name in signs.signers


def _has(request: Request, query: set[str], name: str) -> bool:
    return name[1:] in query if name.startswith("?") else name in request.headers


def _client_fit(service: ServiceEntry, client: str) -> int:
    """Say how well a client's word for its service is this service: by botocore's name, or by its id."""
    if not client:
        return 0
    if client == service.name:
        return 2
    return 1 if squeezed(client) in (squeezed(service.service_id), squeezed(service.name)) else 0


def _host_fit(service: ServiceEntry, operation: OperationEntry, host: str) -> int:
    """Say how well a host names a service: by its first labels, by some of its labels, or not at all."""
    if not host:
        return 0
    prefix = operation.host_prefix.lower()
    host = host.replace("-fips.", ".")  # endpoints that keep to FIPS 140 say so behind the service's name
    bare = host.removeprefix(prefix) if prefix and "{" not in prefix else host
    names = {service.endpoint_prefix, service.name}
    if any(f"{bare}.".startswith(f"{name}.") for name in names):
        return 2
    return 1 if any(f".{name}." in f".{host}." for name in names) else 0


def _fitting_body(
    candidates: list[Candidate], contract_of: Callable[[Candidate], Contract]
) -> list[Candidate]:
    """Keep those whose input the body fits best: the fewest members that are unknown, then wrong."""
    rated = [(_misfit(each, contract_of(each)), each) for each in candidates]
    least = min(misfit for misfit, _ in rated)
    return [each for misfit, each in rated if misfit == least]


def _misfit(candidate: Candidate, contract: Contract) -> tuple[int, int, int]:
    try:
        document = protocol_named(candidate.protocol).parse_request(contract, candidate.request)
    except HarnessError:
        return (1, 0, 0)
    if not isinstance(document, dict) or contract.input is None:
        return (0, 0, 0)
    unknown = len(document.keys() - contract.shapes[contract.input].members.keys())
    return (0, unknown, len(check(contract, document)))


def _plainness(candidate: Candidate) -> tuple[Any, ...]:
    """Order what nothing on the wire tells apart: current operations first, then the service that signs."""
    service = candidate.service
    return (
        candidate.operation.deprecated,
        service.name != service.signing_name,
        service.name,
        candidate.operation.name,
    )
