"""The laws that every operation keeps on the wire, as functions over contracts; botocore is the oracle.

What a law asks is in ``LAWS``. A breach names the operation, the protocol, the law and what came of it;
``exceptions_round_trips.yaml`` names those that are a fact of the wire or of botocore.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from harness.contract import Contract, check, normalise
from harness.contract.examples import fullest, smallest
from harness.errors import HarnessError, WireError
from harness.exchange import Request, Response
from harness.importers.botocore import InstalledBotocore
from harness.wire import ErrorReply, protocol_named, sdk
from harness.wire.bindings import is_event_stream

LISTED: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "exceptions_round_trips.yaml").read_text())
EXCEPTIONS: dict[str, Any] = LISTED["operations"]
SEED = 20200101
BOTOCORE = InstalledBotocore()
XML_RESPONSES = ("rest-xml", "query", "ec2")
MAKERS = {"smallest": smallest, "fullest": fullest}


class Breach(NamedTuple):
    """One law that one operation does not keep."""

    operation: str
    protocol: str
    law: str
    detail: str


def services() -> tuple[str, ...]:
    """Every service of the installed botocore."""
    return BOTOCORE.services()


def contracts_of(service: str) -> Iterator[Contract]:
    """Every operation of a service."""
    for operation in BOTOCORE.operations(service):
        yield BOTOCORE.load(service, operation)


def sample(count: int, seed: int = SEED) -> Iterator[Contract]:
    """Choose operations evenly among all; each service's model is read once."""
    every = [(service, operation) for service in services() for operation in BOTOCORE.operations(service)]
    for service, operation in sorted(random.Random(seed).sample(every, count)):
        yield BOTOCORE.load(service, operation)


def protocols_of(contract: Contract) -> tuple[str, ...]:
    """The contract's own protocol, and CBOR where the service offers it as well."""
    offered = contract.metadata.get("protocols") or ()
    also_cbor = "smithy-rpc-v2-cbor" in offered and contract.protocol != "smithy-rpc-v2-cbor"
    return (contract.protocol, "smithy-rpc-v2-cbor") if also_cbor else (contract.protocol,)


def breaches(contract: Contract) -> Iterator[Breach]:
    """Hold one operation against every law, in every protocol that it is checked in."""
    for protocol in protocols_of(contract):
        for law, promise in LAWS.items():
            try:
                detail = promise(contract, protocol)
            except HarnessError as error:
                detail = f"{type(error).__name__}: {error.where}: {error.problem}"
            if detail is not None:
                yield Breach(contract.name, protocol, law, detail[:2000])


def _input(size: str, *, raw: bool) -> Callable[[Contract, str], str | None]:
    def law(contract: Contract, protocol: str) -> str | None:
        wire = protocol_named(protocol)
        if is_event_stream(contract, contract.input):
            return _unless_refused(lambda: wire.parse_request(contract, Request("POST", "/")))
        document = {} if contract.input is None else MAKERS[size](contract, contract.input)
        request = (
            wire.encode_request(contract, document)
            if raw
            else sdk.serialize(contract, document, protocol=protocol)
        )
        expected = normalise(contract, document)
        found = normalise(contract, wire.parse_request(contract, request))
        return None if same(found, expected) else f"sent {expected!r}, read {found!r}"

    return law


def _output(size: str) -> Callable[[Contract, str], str | None]:
    def law(contract: Contract, protocol: str) -> str | None:
        wire = protocol_named(protocol)
        if is_event_stream(contract, contract.output):
            return _unless_refused(lambda: wire.serialize_output(contract, {}))
        document = {} if contract.output is None else MAKERS[size](contract, contract.output)
        response = wire.serialize_output(contract, document)
        expected = carried(contract, protocol, document, response)
        if response.status != contract.http.code:
            return f"written with the status {response.status} for {contract.http.code}"
        parsed = sdk.parse(contract, response, protocol=protocol)
        found = sdk.to_document(contract, contract.output, parsed) if contract.output is not None else {}
        if not same(carried(contract, protocol, found, response), expected):
            return f"written {expected!r}, botocore reads {found!r}"
        outcome = wire.read_response(contract, response)
        if outcome.kind != "output" or not same(
            carried(contract, protocol, outcome.output, response), expected
        ):
            return f"written {expected!r}, we read {outcome!r}"
        if outcome.deviations and not check(contract, document, "output"):
            return f"deviations {outcome.deviations!r}"
        return None

    return law


def _unless_refused(attempt: Callable[[], object]) -> str | None:
    """A stream of events is refused with a word about it, and nothing else is."""
    try:
        return f"a stream of events became {attempt()!r}"
    except WireError as error:
        return None if "stream of events" in error.problem else f"refused without a reason: {error}"


def _errors(contract: Contract, protocol: str) -> str | None:
    wire = protocol_named(protocol)
    for name in contract.errors:
        shape = contract.shapes[name]
        code = shape.error_code or name
        status = shape.http_error or (500 if shape.error == "server" else 400)
        members = {key: item for key, item in fullest(contract, name).items() if key.lower() != "message"}
        response = wire.serialize_error(contract, ErrorReply(code, status, "Said for a test.", members))
        seen = shape.query_error.code if shape.query_error is not None else code
        found = sdk.error_of(contract, response, protocol=protocol)
        if (response.status, *found) != (status, seen, "Said for a test."):
            return f"error {name}: expected {(status, seen)}, botocore reads {(response.status, *found)}"
        outcome = wire.read_response(contract, response)
        if (outcome.kind, outcome.status, outcome.code, outcome.modelled) != ("error", status, code, True):
            return f"error {name}: we read {outcome!r}"
    return None


LAWS: dict[str, Callable[[Contract, str], str | None]] = {
    "smallest-input": _input("smallest", raw=False),
    "fullest-input": _input("fullest", raw=False),
    "smallest-raw-input": _input("smallest", raw=True),
    "fullest-raw-input": _input("fullest", raw=True),
    "smallest-output": _output("smallest"),
    "fullest-output": _output("fullest"),
    "errors": _errors,
}


def carried(contract: Contract, protocol: str, document: Any, response: Response) -> Any:
    """Say what of an output a response can carry, and what it carries whether or not it was meant.

    A status is always there; an empty list or map has no header, and a body of no bytes is no payload; XML
    has no form for what is empty.
    """
    members = contract.shapes[contract.output].members if contract.output is not None else {}
    kept = without_empty(document) if protocol in XML_RESPONSES else dict(document)
    for name, member in members.items():
        in_head = member.http_header is not None or member.http_prefix_headers is not None
        if member.http_response_code:
            kept[name] = response.status
        elif (in_head and kept.get(name) in ([], {})) or (member.http_payload and kept.get(name) in ("", {})):
            del kept[name]
    return kept


def without_empty(document: Any) -> Any:
    """Leave out the members that hold nothing."""
    if isinstance(document, dict):
        return {key: without_empty(item) for key, item in document.items() if item not in ({}, [], None)}
    return [without_empty(item) for item in document] if isinstance(document, list) else document


def same(left: Any, right: Any) -> bool:
    """Equality of documents: whole floats are integers, and NaN is itself."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(item, right[key]) for key, item in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, float) and isinstance(right, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    if is_number(left) and is_number(right):
        return bool(left == right)
    return type(left) is type(right) and bool(left == right)


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
