"""Faults of the wire: requests that are spoiled below the level of documents.

Serves the plan. A valid input is encoded and then spoiled in one way; each fault is a row of ``FAULTS``. What
must come of each is the oracle's word, by the fault's name.
Sources: Smithy 2.0, AWS JSON 1.1 and restJson1 (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html,
https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html), malformed requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from harness.cases.model import Aim, Authentication, Case, make_case
from harness.contract import Contract
from harness.exchange import Request
from harness.generate.buildable import tokens
from harness.generate.foundation import starts
from harness.generate.tokens import seeded_token

JSON_PROTOCOLS = ("json", "rest-json")
QUERY_PROTOCOLS = ("query", "ec2")


class Fault(msgspec.Struct, frozen=True):
    """One way to spoil a request.

    Attributes:
        name: The fault's name, also in ``Case.fault`` and in its pointer.
        description: What is wrong with the request, in one line.
        applies: Whether the fault makes sense for an operation and its good request.
        spoil: Makes the bad request of the good one.
        authentication: How the request is authenticated.
    """

    name: str
    description: str
    applies: Callable[[Contract, Request], bool]
    spoil: Callable[[Contract, Request], Request]
    authentication: Authentication = "contract"


class Faults:
    """One case for each fault of the wire that makes sense for an operation."""

    def cases(self, contract: Contract, seed: int) -> Iterator[Case]:
        """Make the cases; see ``harness.generate.interface.Generator``."""
        for fault in FAULTS:
            good = _good_request(contract, seed, fault.name)
            if fault.applies(contract, good):
                yield make_case(
                    contract,
                    "wire",
                    fault.description,
                    aims=(Aim(fault_pointer(contract, fault.name), "outside"),),
                    fault=fault.name,
                    request=fault.spoil(contract, good),
                    authentication=fault.authentication,
                    raw=True,
                )


def fault_pointer(contract: Contract, name: str) -> str:
    """Spell the pointer of a fault of the wire, e.g. ``events:PutEvents#/wire/malformed-json``."""
    return f"{contract.name}#/wire/{name}"


def _good_request(contract: Contract, seed: int, purpose: str) -> Request:
    """Encode a valid input under an idempotency token of its own."""
    from harness.wire import protocol_for  # lazy: botocore stays out of the smoke of imports

    document = dict(starts(contract)[0].document)
    for member in tokens(contract):
        document[member] = seeded_token(contract, member, seed, ["wire", purpose]) or document.get(member)
    return protocol_for(contract).encode_request(contract, document)


# ---------------------------------------------------------------------------------------------------
# When a fault makes sense
# ---------------------------------------------------------------------------------------------------


def _always(contract: Contract, request: Request) -> bool:  # noqa: ARG001  # one signature for all rows
    return True


def _has_body(contract: Contract, request: Request) -> bool:  # noqa: ARG001
    return bool(request.body)


def _has_json_object(contract: Contract, request: Request) -> bool:
    return contract.protocol in JSON_PROTOCOLS and request.body.startswith(b"{")


def _has_json_members(contract: Contract, request: Request) -> bool:
    return _has_json_object(contract, request) and bool(msgspec.json.decode(request.body))


def _signed(contract: Contract, request: Request) -> bool:  # noqa: ARG001
    return contract.auth.scheme == "sigv4"


def _bears_token(contract: Contract, request: Request) -> bool:
    header = contract.auth.header
    return contract.auth.scheme == "bearer" and header is not None and header in request.headers


# ---------------------------------------------------------------------------------------------------
# Ways to spoil
# ---------------------------------------------------------------------------------------------------


def _unchanged(contract: Contract, request: Request) -> Request:  # noqa: ARG001
    return request


def _with_body(body: bytes) -> Callable[[Contract, Request], Request]:
    return lambda _contract, request: msgspec.structs.replace(request, body=body)


def _truncated(contract: Contract, request: Request) -> Request:  # noqa: ARG001
    return msgspec.structs.replace(request, body=request.body[: max(len(request.body) // 2, 1)])


def _invalid_utf8(contract: Contract, request: Request) -> Request:  # noqa: ARG001
    """Put two octets that UTF-8 never has into the first text of the body."""
    before, quote, after = request.body.partition(b'"')
    body = before + quote + b"\xff\xfe" + after if quote else b'{"\xff\xfe":1}'
    return msgspec.structs.replace(request, body=body)


def _duplicate_keys(contract: Contract, request: Request) -> Request:  # noqa: ARG001
    """Spell the first member twice, with the same value."""
    raw_members = msgspec.json.decode(request.body, type=dict[str, msgspec.Raw])
    name, value = next(iter(raw_members.items()))
    member = msgspec.json.encode(name) + b":" + bytes(value)
    return msgspec.structs.replace(request, body=b"{" + member + b"," + request.body[1:])


def _unknown_target(contract: Contract, request: Request) -> Request:
    """Name an operation, or a path, that the service does not have."""
    if "X-Amz-Target" in request.headers:
        prefix = str(request.headers.get("X-Amz-Target")).rpartition(".")[0]
        headers = request.headers.replacing("X-Amz-Target", f"{prefix}.NoSuchOperation")
        return msgspec.structs.replace(request, headers=headers)
    if contract.protocol in QUERY_PROTOCOLS:
        named, unknown = f"Action={contract.operation}".encode(), b"Action=NoSuchOperation"
        return msgspec.structs.replace(request, body=request.body.replace(named, unknown, 1))
    return msgspec.structs.replace(request, target="/no-such-path/no-such-operation")


def _as_csv(contract: Contract, request: Request) -> Request:  # noqa: ARG001
    return msgspec.structs.replace(request, headers=request.headers.replacing("Content-Type", "text/csv"))


def _untyped(contract: Contract, request: Request) -> Request:  # noqa: ARG001
    return msgspec.structs.replace(request, headers=request.headers.replacing("Content-Type", None))


def _over_limit(contract: Contract, request: Request) -> Request:  # noqa: ARG001
    headers = request.headers.replacing("Content-Length", "999999999")
    return msgspec.structs.replace(request, headers=headers, body=b"")


def _without_bearer(contract: Contract, request: Request) -> Request:
    assert contract.auth.header is not None  # noqa: S101  # said by _bears_token
    headers = request.headers.replacing(contract.auth.header, None)
    return msgspec.structs.replace(request, headers=headers)


FAULTS: tuple[Fault, ...] = (
    Fault("malformed-json", "a body that is not JSON", _has_json_object, _with_body(b'{"a": nonsense}')),
    Fault("truncated-json", "a JSON body that ends in the middle", _has_json_object, _truncated),
    Fault("invalid-utf8", "octets in a JSON text that are not UTF-8", _has_json_object, _invalid_utf8),
    Fault("wrong-root-type", "an array where the body is an object", _has_json_object, _with_body(b"[]")),
    Fault("unknown-target", "an operation or path that the service does not have", _always, _unknown_target),
    Fault("no-authentication", "no Authorization header", _signed, _unchanged, "none"),
    Fault("malformed-authorization", "a senseless Authorization header", _signed, _unchanged, "malformed"),
    Fault("wrong-scope", "a signature for another service", _signed, _unchanged, "wrong-scope"),
    Fault("bearer-missing", "no bearer token", _bears_token, _without_bearer),
    Fault("body-over-limit", "a Content-Length beyond every limit, and no body", _always, _over_limit),
    Fault("wrong-content-type", "a content type of another world", _has_body, _as_csv),
    Fault("missing-content-type", "no content type", _has_body, _untyped),
    Fault("duplicate-keys", "a JSON object that names a member twice", _has_json_members, _duplicate_keys),
    Fault("empty-body", "no body at all", _has_body, _with_body(b"")),
)
