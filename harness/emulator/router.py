"""From a bare request to the operation it is meant for.

An index is built once over the contracts that an emulator serves. The json protocols name the operation in
``X-Amz-Target``; the REST ones by method and URI template, where the most specific template wins. The signing
name in the credential scope, where there is one, decides between services that share a path; a scope that
fits no candidate narrows nothing, so that authentication can refuse it.

Source: Smithy 2.0, ``http`` trait (https://smithy.io/2.0/spec/http-bindings.html#http-trait) and AWS JSON
(https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from harness.contract import Contract
from harness.exchange import Request
from harness.wire.uri import UriTemplate, decode_query

JSON_PROTOCOLS = ("json",)
REST_PROTOCOLS = ("rest-json", "rest-xml")


class Unrouted(msgspec.Struct, frozen=True):
    """A request that names no operation served here.

    Attributes:
        json: Whether it speaks a json protocol, which decides the status of the answer.
        wanted: What it asked for, in words.
    """

    json: bool
    wanted: str


class _Template(msgspec.Struct, frozen=True):
    """One REST operation in the index."""

    contract: Contract
    template: UriTemplate


class Router:
    """The index over the operations of one emulator.

    Args:
        contracts: What is served; of two versions of one operation the newer one is.
    """

    def __init__(self, contracts: Iterable[Contract]) -> None:
        newest: dict[str, Contract] = {}
        for contract in sorted(contracts, key=lambda each: each.version):
            newest[contract.name] = contract
        self._targets: dict[str, list[Contract]] = {}
        self._templates: dict[str, list[_Template]] = {}
        for contract in newest.values():
            self._add(contract)
        for entries in self._templates.values():
            entries.sort(key=lambda entry: entry.template.specificity, reverse=True)
        self.contracts = tuple(newest.values())

    def _add(self, contract: Contract) -> None:
        if contract.protocol in JSON_PROTOCOLS:
            target = f"{contract.metadata.get('targetPrefix', '')}.{contract.operation}"
            self._targets.setdefault(target, []).append(contract)
        elif contract.protocol in REST_PROTOCOLS:
            entry = _Template(contract, UriTemplate.of(contract.http.uri))
            self._templates.setdefault(contract.http.method, []).append(entry)

    def route(self, request: Request) -> Contract | Unrouted:
        """Find the operation that a request is meant for."""
        target = request.headers.get("x-amz-target")
        if target is not None:
            candidates = [each for each in self._targets.get(target, ()) if _at_its_address(each, request)]
        else:
            candidates = self._matching(request)
        found = _of_service(candidates, scope_service(request))
        if found is not None:
            return found
        if target is not None or _speaks_json(request):
            return Unrouted(json=True, wanted=target or "a request without X-Amz-Target")
        return Unrouted(json=False, wanted=f"{request.method} {request.path}")

    def _matching(self, request: Request) -> list[Contract]:
        return [
            entry.contract
            for entry in self._templates.get(request.method, ())
            if entry.template.match(request.path, request.query) is not None
        ]


def _speaks_json(request: Request) -> bool:
    return "x-amz-json" in (request.headers.get("content-type") or "").lower()


def _at_its_address(contract: Contract, request: Request) -> bool:
    return request.method == contract.http.method and request.path == contract.http.uri


def _of_service(candidates: list[Contract], service: str | None) -> Contract | None:
    """Take the first candidate of the signing name's service, else the first of all."""
    fitting = [contract for contract in candidates if service in (signing_name(contract), contract.service)]
    return next(iter(fitting or candidates), None)


def signing_name(contract: Contract) -> str:
    """Name the service as credential scopes do."""
    metadata = contract.metadata
    return str(metadata.get("signingName") or metadata.get("endpointPrefix") or contract.service)


def scope_service(request: Request) -> str | None:
    """Read the signing name from the credential scope of a header or a presigned query, if there is one."""
    header = request.headers.get("authorization") or ""
    _, found, rest = header.partition("Credential=")
    credential = rest.partition(",")[0].strip() if found else ""
    if not found and "X-Amz-Credential" in request.query:
        credential = dict(decode_query(request.query)).get("X-Amz-Credential", "")
    parts = credential.split("/")
    return parts[-2] if len(parts) >= 5 else None
