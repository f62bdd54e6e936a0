"""The smithy-rpc-v2-cbor protocol: service and operation in the path, everything else in a CBOR body.

Source: Smithy RPC v2 CBOR (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html); the service
in the path is what botocore takes for its name, the ``targetPrefix`` of its metadata.
"""

from __future__ import annotations

from typing import Any

from harness.contract import Contract
from harness.errors import WireError
from harness.exchange import Headers, Outcome, Request, Response
from harness.wire import answers, bindings, replies
from harness.wire.bodies import cbor
from harness.wire.interface import ErrorReply
from harness.wire.json_rpc import query_error

NAME = "smithy-rpc-v2-cbor"
CBOR = "application/cbor"
_MARK = ("smithy-protocol", "rpc-v2-cbor")


class RpcV2Cbor:
    """The smithy-rpc-v2-cbor protocol, both sides; see ``WireProtocol``."""

    name = NAME

    def encode_request(self, contract: Contract, document: Any) -> Request:
        """Write an input as a request, valid or not; an operation without input has no body.

        Raises:
            WireError: The contract names no service, the input is a stream of events, or CBOR has no place
                for a value.
        """
        bindings.refuse_event_stream(contract, contract.input)
        headers = [_MARK, ("Accept", CBOR)]
        body = b""
        if contract.input is not None:
            body = _write(contract, contract.input, document, f"{contract.name}#/input", nulls=True)
            headers.append(("Content-Type", CBOR))
        if "awsQueryCompatible" in contract.metadata:
            headers.append(("x-amzn-query-mode", "true"))
        return Request(
            method="POST",
            target=path_of(contract),
            headers=Headers.of(headers),
            body=body,
            host_prefix=bindings.host_prefix(contract, document),
        )

    def parse_request(self, contract: Contract, request: Request) -> Any:
        """Read a request as a server does.

        Raises:
            Unreadable: The body is no CBOR map.
        """
        bindings.refuse_event_stream(contract, contract.input)
        shape = bindings.shape_of(contract, contract.input)
        value = cbor.decode_object(request.body, f"{contract.name}#/input")
        return cbor.read_members(contract, shape.members, value)

    def serialize_output(self, contract: Contract, document: Any) -> Response:
        """Write an output as the response of a success; members without a value are left out."""
        bindings.refuse_event_stream(contract, contract.output)
        headers, body = [_MARK], b""
        if contract.output is not None:
            body = _write(contract, contract.output, document or {}, f"{contract.name}#/output", nulls=False)
            headers.append(("Content-Type", CBOR))
        fields = replies.with_request_id(Headers.of(headers), contract.http.code, body)
        return Response(contract.http.code, fields, body)

    def serialize_error(self, contract: Contract | None, error: ErrorReply) -> Response:
        """Write an error: its code, its message and its members in the body."""
        shape = replies.error_shape(contract, error.code)
        members: dict[str, Any] = replies.error_document(contract, error)
        headers = [_MARK, ("Content-Type", CBOR)]
        if contract is not None and shape is not None:
            members = cbor.write_members(contract, shape.members, members, nulls=False)
            if "awsQueryCompatible" in contract.metadata:
                headers.append(("x-amzn-query-error", query_error(shape, error.code)))
        body = cbor.encode({"__type": error.code, **members}, error.code)
        return Response(error.status, replies.with_request_id(Headers.of(headers), error.status, body), body)

    def read_response(self, contract: Contract, response: Response) -> Outcome:
        """Understand a response; raises nothing."""
        return answers.understand(contract, response, _READER)


def path_of(contract: Contract) -> str:
    """Spell the path of an operation.

    Raises:
        WireError: The service's metadata has no ``targetPrefix``.
    """
    service = contract.metadata.get("targetPrefix")
    if not isinstance(service, str) or not service:
        problem = "the metadata has no targetPrefix, which names the service in the path"
        raise WireError(contract.name, problem, "Add targetPrefix to the contract's metadata.")
    return f"/service/{service}/operation/{contract.operation}"


def _write(contract: Contract, name: str, document: Any, where: str, *, nulls: bool) -> bytes:
    if not isinstance(document, dict):
        return cbor.encode(document, where)
    try:
        members = cbor.write_members(contract, contract.shapes[name].members, document, nulls=nulls)
    except RecursionError as error:
        raise WireError(where, "the value is nested too deep", "Pass a flatter document.") from error
    return cbor.encode(members, where)


def _read_structure(contract: Contract, root: str, name: str | None, response: Response) -> answers.Structure:
    if name is None:
        return answers.Structure({})
    value = cbor.decode_object(response.body, f"{contract.name}#/{root}")
    return answers.Structure(cbor.read_members(contract, contract.shapes[name].members, value))


def _names_code(response: Response, body: dict[str, Any]) -> bool:
    return body.get("__type") is not None or ("x-amzn-query-error" in response.headers and bool(body))


_READER = answers.Reader(
    _read_structure,
    _names_code,
    lambda contract: contract.output is not None,
    protocol=NAME,
    media_type=CBOR,
    decode_error=cbor.decode_object,
    read_event=cbor.read_payload,
)
