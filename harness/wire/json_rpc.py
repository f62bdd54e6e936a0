"""The json protocol: one path, the operation in a header, everything else in a JSON body.

Source: AWS JSON 1.0 and 1.1 (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
"""

from __future__ import annotations

from typing import Any

from harness.contract import Contract, Shape
from harness.errors import WireError
from harness.exchange import Headers, Outcome, Request, Response
from harness.wire import answers, bindings, replies
from harness.wire.bodies import json as json_body
from harness.wire.interface import ErrorReply

DEFAULT_VERSION = "1.0"


class JsonRpc:
    """The json protocol, both sides; see ``WireProtocol``."""

    name = "json"

    def encode_request(self, contract: Contract, document: Any) -> Request:
        """Write an input as a request, valid or not.

        Raises:
            WireError: The contract names no target, or the input is a stream of events.
        """
        bindings.refuse_event_stream(contract, contract.input)
        headers = {"X-Amz-Target": target_of(contract), "Content-Type": content_type(contract)}
        if "awsQueryCompatible" in contract.metadata:
            headers["x-amzn-query-mode"] = "true"
        return Request(
            method=contract.http.method,
            target=contract.http.uri,
            headers=Headers.of(headers),
            body=_write(contract, contract.input, document, f"{contract.name}#/input", nulls=True),
            host_prefix=bindings.host_prefix(contract, document),
        )

    def parse_request(self, contract: Contract, request: Request) -> Any:
        """Read a request as a server does.

        Raises:
            Unreadable: The body is no JSON object.
        """
        bindings.refuse_event_stream(contract, contract.input)
        shape = bindings.shape_of(contract, contract.input)
        value = json_body.decode_object(request.body, f"{contract.name}#/input")
        return json_body.read_members(contract, shape.members, value)

    def serialize_output(self, contract: Contract, document: Any) -> Response:
        """Write an output as the response of a success; members without a value are left out."""
        bindings.refuse_event_stream(contract, contract.output)
        status, body = contract.http.code, b""
        if contract.output is not None:
            body = _write(contract, contract.output, document or {}, f"{contract.name}#/output", nulls=False)
        headers = Headers.of({"Content-Type": content_type(contract)})
        return Response(status, replies.with_request_id(headers, status, body), body)

    def serialize_error(self, contract: Contract | None, error: ErrorReply) -> Response:
        """Write an error: its code, its message and its members in the body."""
        shape = replies.error_shape(contract, error.code)
        members: dict[str, Any] = replies.error_document(contract, error)
        headers = [("Content-Type", content_type(contract))]
        if contract is not None and shape is not None:
            members = json_body.write_members(contract, shape.members, members, nulls=False)
            if "awsQueryCompatible" in contract.metadata:
                headers.append(("x-amzn-query-error", query_error(shape, error.code)))
        body = json_body.encode({"__type": error.code, **members}, error.code)
        return Response(error.status, replies.with_request_id(Headers.of(headers), error.status, body), body)

    def read_response(self, contract: Contract, response: Response) -> Outcome:
        """Understand a response; raises nothing."""
        return answers.understand(contract, response, _READER)


def target_of(contract: Contract) -> str:
    """Spell the ``X-Amz-Target`` of an operation.

    Raises:
        WireError: The service's metadata has no ``targetPrefix``.
    """
    prefix = contract.metadata.get("targetPrefix")
    if not isinstance(prefix, str) or not prefix:
        problem = "the metadata has no targetPrefix, which the json protocol needs"
        raise WireError(contract.name, problem, "Add targetPrefix to the contract's metadata.")
    return f"{prefix}.{contract.operation}"


def content_type(contract: Contract | None) -> str:
    """Spell the content type of requests and responses; version 1.0 where the metadata names none."""
    version = contract.metadata.get("jsonVersion") if contract is not None else None
    return f"application/x-amz-json-{version or DEFAULT_VERSION}"


def query_error(shape: Shape, code: str) -> str:
    """Name an error for clients that still expect the code of the query protocol."""
    fault = "Receiver" if shape.error == "server" else "Sender"
    return f"{shape.query_error.code if shape.query_error is not None else code};{fault}"


def _write(contract: Contract, name: str | None, document: Any, where: str, *, nulls: bool) -> bytes:
    if not isinstance(document, dict):
        return json_body.encode(document, where)
    shape = bindings.shape_of(contract, name)
    try:
        return json_body.encode(
            json_body.write_members(contract, shape.members, document, nulls=nulls), where
        )  # fmt: skip
    except RecursionError as error:
        raise WireError(where, "the value is nested too deep", "Pass a flatter document.") from error


def _read_structure(contract: Contract, root: str, name: str | None, response: Response) -> answers.Structure:
    if name is None:
        return answers.Structure({})
    value = json_body.decode_object(response.body, f"{contract.name}#/{root}")
    members = contract.shapes[name].members
    return answers.Structure(json_body.read_members(contract, members, value, offsets=True))


def _names_code(response: Response, body: dict[str, Any]) -> bool:
    return body.get("__type") is not None or (
        "x-amzn-query-error" in response.headers and bool(body)
    )  # fmt: skip


def _has_json_body(contract: Contract) -> bool:
    return contract.output is not None


_READER = answers.Reader(_read_structure, _names_code, _has_json_body, read_event=json_body.read_payload)
