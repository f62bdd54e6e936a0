"""From a bare request to the operation it is meant for, and the protocol it speaks.

What a request says decides in this order: the path of RPC v2, ``X-Amz-Target``, ``Action`` and ``Version``,
and for all others method and URI template. The signing name in the credential scope, where there is one,
decides between services; a scope that fits nothing served narrows nothing, so that authentication can refuse
it. What is left undecided, ``harness.routing.ranking`` decides.

Source: Smithy 2.0, ``http`` trait (https://smithy.io/2.0/spec/http-bindings.html#http-trait), AWS JSON, AWS
Query and RPC v2 (https://smithy.io/2.0/aws/protocols/index.html).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from harness.contract import Contract
from harness.exchange import Request
from harness.importers.catalogue import Catalogue
from harness.importers.routing_index import OperationEntry, ServiceEntry, entry_of
from harness.routing import reading
from harness.routing.ranking import Candidate, best, is_sure
from harness.routing.reading import CBOR, Signs, signs_of
from harness.routing.templates import Templates
from harness.wire.uri import UriTemplate

REST_PROTOCOLS = ("rest-json", "rest-xml")
FORM_PROTOCOLS = ("query", "ec2")
BEARER = "x-amz-bearer"
S3_CONTROL = "/v20180820/"
_NO_TEMPLATE = UriTemplate.of("/")


class Routed(msgspec.Struct, frozen=True):
    """A request and the operation it is meant for.

    Attributes:
        contract: The operation.
        protocol: The protocol that this request speaks.
        request: The request as the operation's protocol reads it: a bucket in the host stands in the path.
        is_sure: Whether the request can be no other server's and no other operation's.
    """

    contract: Contract
    protocol: str
    request: Request
    is_sure: bool


class Unrouted(msgspec.Struct, frozen=True):
    """A request that names no operation served here.

    Attributes:
        protocol: The protocol that it speaks, as far as can be told; it decides the form of the answer.
        wanted: What it asked for, in words.
    """

    protocol: str
    wanted: str


class _Served:
    """The operations of one service entry, each index made when it is first needed."""

    def __init__(self, entry: ServiceEntry, contracts: dict[str, Contract], hidden: frozenset[str]) -> None:
        self.entry, self.contracts = entry, contracts
        self.is_rest = entry.protocol in REST_PROTOCOLS
        self._hidden = hidden
        self._operations: dict[str, OperationEntry] | None = None
        self._templates: dict[str, Templates[OperationEntry]] | None = None

    def operation(self, name: str) -> OperationEntry | None:
        """Look an operation up by its name."""
        if self._operations is None:
            kept = {each.name: each for each in self.entry.operations if each.name not in self._hidden}
            self._operations = kept
        return self._operations.get(name)

    def matching(self, request: Request) -> Iterator[tuple[UriTemplate, OperationEntry]]:
        """Find the operations whose method and template a request has."""
        if self._templates is None:
            made: dict[str, Templates[OperationEntry]] = {}
            for each in self.entry.operations:
                if each.name not in self._hidden:
                    made.setdefault(each.method, Templates()).add(each.uri, each)
            self._templates = made
        templates = self._templates.get(request.method)
        return templates.matching(request.path, request.query) if templates is not None else iter(())


class Router:
    """Finds operations among those served. Safe to use from many threads.

    Args:
        contracts: Contracts that are served as they are; of two versions of one operation the newer one is.
        catalogue: Answers for every other operation.

    Attributes:
        contracts: The contracts that are served as they are.
    """

    def __init__(self, contracts: Iterable[Contract], catalogue: Catalogue | None = None) -> None:
        newest: dict[str, Contract] = {}
        for contract in sorted(contracts, key=lambda each: each.version):
            newest[contract.name] = contract
        self.contracts = tuple(newest.values())
        self._catalogue = catalogue
        self._all: list[_Served] = list(_served(self.contracts, catalogue))
        self._signed: dict[str, list[_Served]] = {}
        self._targets: dict[str, list[_Served]] = {}
        for served in self._all:
            self._signed.setdefault(served.entry.signing_name, []).append(served)
            self._targets.setdefault(served.entry.target_prefix, []).append(served)
        self._rest = [each for each in self._all if each.is_rest]
        self._form = [each for each in self._all if set(FORM_PROTOCOLS) & set(each.entry.protocols)]
        self._cbor = [each for each in self._all if CBOR in each.entry.protocols]

    def route(self, request: Request) -> Routed | Unrouted:
        """Find the operation that a request is meant for."""
        signs = signs_of(request)
        candidates, unrouted = self._candidates(request, signs)
        if not candidates:
            return unrouted
        found = best(candidates, request, signs, self._contract)
        return Routed(self._contract(found), found.protocol, found.request, is_sure(found, request, signs))

    def _candidates(self, request: Request, signs: Signs) -> tuple[list[Candidate], Unrouted]:
        """Find everything that a request may be meant for, by the first kind of name that it bears."""
        cbor = reading.cbor_operation(request)
        if cbor is not None:
            return list(self._of_cbor(request, cbor)), Unrouted(CBOR, f"{request.method} {request.path}")
        target = request.headers.get("x-amz-target")
        if target is not None:
            return list(self._of_target(request, target)), Unrouted("json", target)
        action = reading.query_action(request)
        formed = list(self._of_action(request, action)) if action is not None else []
        if any(each.service.signing_name in signs.signers for each in formed):
            return formed, Unrouted("query", "")
        rest = self._of_template(request, signs)
        if formed and (signs.scope is None or not rest):
            return formed, Unrouted("query", "")
        return rest, self._unrouted(request, signs, action)

    def _of_cbor(self, request: Request, named: tuple[str, str]) -> Iterator[Candidate]:
        service, name = named
        found = [(each, each.operation(name)) for each in self._cbor]
        listed = [(each, operation) for each, operation in found if operation is not None]
        called = [pair for pair in listed if _is_called(pair[0].entry, service)]
        for each, operation in called or listed:
            yield _candidate(each, operation, CBOR, request)

    def _of_target(self, request: Request, target: str) -> Iterator[Candidate]:
        prefix, _, name = target.rpartition(".")
        for each in self._targets.get(prefix, ()) if prefix else ():
            operation = each.operation(name)
            if operation is None or "json" not in each.entry.protocols:
                continue
            if (request.method, request.path) == (operation.method, operation.uri):
                yield _candidate(each, operation, "json", request)

    def _of_action(self, request: Request, action: tuple[str, str]) -> Iterator[Candidate]:
        name, version = action
        for each in self._form:
            operation = each.operation(name)
            if operation is not None and version in ("", each.entry.api_version):
                protocol = next(item for item in each.entry.protocols if item in FORM_PROTOCOLS)
                yield _candidate(each, operation, protocol, request)

    def _of_template(self, request: Request, signs: Signs) -> list[Candidate]:
        """Find REST operations: those of the signing name, else, where nobody has this name, any."""
        signed = self._signed_by(signs)
        bucket = reading.virtual_bucket(signs)
        if bucket:
            virtual = self._of_bucket(request, bucket)
            if virtual:
                return virtual
        found = _matching([each for each in signed if each.is_rest], request)
        if found or (self._catalogue is not None and signed):
            return found
        # S3's templates match any path, and S3 takes no bearer tokens.
        bears = BEARER in request.headers
        return _matching([each for each in self._rest if not (bears and each.entry.name == "s3")], request)

    def _signed_by(self, signs: Signs) -> list[_Served]:
        return [each for name in signs.signers for each in self._signed.get(name, ())]

    def _of_bucket(self, request: Request, bucket: str) -> list[Candidate]:
        """Read a request as S3's with its bucket in the host, unless its path says more than that."""
        served = self._signed.get("s3", [])
        if request.path.startswith(S3_CONTROL):
            numbered = request
            if "x-amz-account-id" not in request.headers:
                fields = request.headers.replacing("x-amz-account-id", bucket)
                numbered = msgspec.structs.replace(request, headers=fields)
            found = [each for each in _matching(served, numbered) if each.service.name == "s3control"]
            if found:
                return found
        plain = [each for each in _matching(served, request) if each.operation.host_prefix]
        inside = [each for each in served if each.entry.name == "s3"]
        own = [each for each in plain if each.service.name == "s3"]
        return own or _matching(inside, reading.with_bucket(request, bucket))

    def _unrouted(self, request: Request, signs: Signs, action: tuple[str, str] | None) -> Unrouted:
        signed = [each.entry.protocol for each in self._signed_by(signs)]
        if action is not None:
            spoken = next((each for each in signed if each in FORM_PROTOCOLS), "query")
            return Unrouted(spoken, f"{action[0]} of version {action[1]!r}")
        content = reading.media_type(request)
        if "x-amz-json" in content:
            return Unrouted("json", "a request without X-Amz-Target")
        if content == reading.FORM and request.path == "/":
            spoken = next((each for each in signed if each in FORM_PROTOCOLS), "query")
            return Unrouted(spoken, "a form without Action")
        guessed = "rest-xml" if content.endswith("xml") else "rest-json"
        spoken = next((each for each in signed if each in REST_PROTOCOLS), guessed)
        return Unrouted(spoken, f"{request.method} {request.path}")

    def _contract(self, candidate: Candidate) -> Contract:
        if candidate.contract is not None:
            return candidate.contract
        assert self._catalogue is not None  # noqa: S101  # what no contract was given for is the catalogue's
        return self._catalogue.contract(candidate.service.name, candidate.operation.name)


def _served(contracts: tuple[Contract, ...], catalogue: Catalogue | None) -> Iterator[_Served]:
    """Put the contracts that are served as they are before the rest of their service."""
    own: dict[str, set[str]] = {}
    for contract in contracts:
        own.setdefault(contract.service, set()).add(contract.operation)
        yield _Served(entry_of(contract), {contract.operation: contract}, frozenset())
    for entry in catalogue.entries() if catalogue is not None else ():
        yield _Served(entry, {}, frozenset(own.get(entry.name, ())))


def _is_called(entry: ServiceEntry, name: str) -> bool:
    wanted = reading.squeezed(name.rpartition(".")[2])
    return wanted in {
        reading.squeezed(each) for each in (entry.target_prefix, entry.service_id, entry.name)
    }  # fmt: skip


def _candidate(
    served: _Served,
    operation: OperationEntry,
    protocol: str,
    request: Request,
    template: UriTemplate = _NO_TEMPLATE,
) -> Candidate:
    contract = served.contracts.get(operation.name)
    return Candidate(served.entry, operation, protocol, request, template, contract)


def _matching(served: Iterable[_Served], request: Request) -> list[Candidate]:
    """Find the operations of a request target, with or without the slash at its end."""
    for spelled in (request, *_slashed(request)):
        found = [
            _candidate(each, operation, each.entry.protocol, spelled, template)
            for each in served
            for template, operation in each.matching(spelled)
        ]
        if found:
            return found
    return []


def _slashed(request: Request) -> Iterator[Request]:
    path = request.path
    other = path[:-1] if path.endswith("/") else f"{path}/"
    if other:
        query = f"?{request.query}" if request.query else ""
        yield msgspec.structs.replace(request, target=f"{other}{query}")
