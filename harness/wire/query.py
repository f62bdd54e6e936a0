"""The query protocol: one path, everything of a request in form parameters, XML in responses.

Source: AWS query (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html).
"""

from __future__ import annotations

from typing import Any

from harness.contract import Contract
from harness.errors import WireError
from harness.exchange import Headers, Outcome, Request, Response
from harness.wire import answers, bindings, xml_answers
from harness.wire.bodies import elements, form, xml
from harness.wire.bodies.elements import Element
from harness.wire.interface import ErrorReply, Unreadable
from harness.wire.uri import decode_query, encode_query

FORM = "application/x-www-form-urlencoded"
XML = "text/xml;charset=UTF-8"


class Query:
    """The query protocol, both sides; see ``WireProtocol``."""

    name = "query"

    def encode_request(self, contract: Contract, document: Any) -> Request:
        """Write an input as a request, valid or not.

        Raises:
            WireError: The input is no structure, or holds what a form has no place for.
        """
        return write_request(contract, document, "query")

    def parse_request(self, contract: Contract, request: Request) -> Any:
        """Read a request as a server does.

        Raises:
            Unreadable: The parameters are not of the operation, or a text does not spell a value of its
                shape.
        """
        return read_request(contract, request, "query")

    def serialize_output(self, contract: Contract, document: Any) -> Response:
        """Write an output as the response of a success; members without a value are left out."""
        shape = bindings.shape_of(contract, contract.output)
        writer = xml.Writer(contract, response=True)
        result = writer.structure(result_wrapper(contract), shape.members, document or {}, {})
        inside = (result,) if contract.output is not None else ()

        def body(request_id: str) -> bytes:
            metadata = Element("ResponseMetadata", {}, (Element("RequestId", text=request_id),))
            root = Element(f"{contract.operation}Response", namespace(contract), (*inside, metadata))
            return elements.encode(root, f"{contract.name}#/output", replace=True)

        return xml_answers.response(contract.http.code, Headers.of({"Content-Type": XML}), body)

    def serialize_error(self, contract: Contract | None, error: ErrorReply) -> Response:
        """Write an error: its code, its message and its members in the body."""
        inside = xml_answers.error_element(contract, error, with_type=True)

        def body(request_id: str) -> bytes:
            parts = (inside, Element("RequestId", text=request_id))
            root = Element("ErrorResponse", namespace(contract), parts)
            return elements.encode(root, error.code, replace=True)

        return xml_answers.response(error.status, Headers.of({"Content-Type": XML}), body)

    def read_response(self, contract: Contract, response: Response) -> Outcome:
        """Understand a response; raises nothing."""
        return xml_answers.understand(contract, response, _read_structure)


def write_request(contract: Contract, document: Any, dialect: form.Dialect) -> Request:
    """Write an input as the parameters of a form; see ``WireProtocol.encode_request``."""
    where = f"{contract.name}#/input"
    if not isinstance(document, dict):
        raise WireError(where, "a form has no place for an input that is no structure", "Pass an object.")
    shape = bindings.shape_of(contract, contract.input)
    head = {"Action": contract.operation, "Version": api_version(contract)}
    try:
        pairs = [*head.items(), *form.Writer(contract, dialect).structure(shape.members, document)]
        body = encode_query(pairs).encode()
    except UnicodeEncodeError as error:
        problem = "a parameter holds half a surrogate pair, which has no UTF-8"
        raise WireError(where, problem, "Give it a text of whole characters.") from error
    except RecursionError as error:
        raise WireError(where, "the value is nested too deep", "Pass a flatter document.") from error
    return Request(
        method=contract.http.method,
        target="/",
        headers=Headers.of({"Content-Type": FORM}),
        body=body,
        host_prefix=bindings.host_prefix(contract, document),
    )


def read_request(contract: Contract, request: Request, dialect: form.Dialect) -> dict[str, Any]:
    """Read an input from a form, or from the query of a GET; see ``WireProtocol.parse_request``."""
    where = f"{contract.name}#/input"
    text = "&".join(part for part in (request.query, request.body.decode("utf-8", "surrogateescape")) if part)
    pairs = decode_query(text)
    action = next((value for name, value in pairs if name == "Action"), None)
    if action != contract.operation:
        problem = f"the parameters are of {action!r:.60}" if action else "there is no parameter Action"
        raise Unreadable(where, problem, f"Send Action={contract.operation}.")
    members = bindings.shape_of(contract, contract.input).members
    parameters = (pair for pair in pairs if pair[0] not in ("Action", "Version"))
    return form.Reader(contract, dialect).document(members, form.tree(parameters, where), where)


def api_version(contract: Contract) -> str:
    """Name the version of the API that a request is for."""
    return str(contract.metadata.get("apiVersion", contract.version))


def namespace(contract: Contract | None) -> dict[str, str]:
    """Declare the service's namespace on the root of a response, where the metadata names one."""
    uri = contract.metadata.get("xmlNamespace") if contract is not None else None
    return {"xmlns": uri} if isinstance(uri, str) else {}


def result_wrapper(contract: Contract) -> str:
    """Name the element around an output."""
    return str(contract.traits.get("output", {}).get("resultWrapper", f"{contract.operation}Result"))


def _read_structure(contract: Contract, root: str, name: str | None, response: Response) -> answers.Structure:
    where = f"{contract.name}#/{root}"
    members = bindings.shape_of(contract, name).members
    if root != "output":
        found = xml_answers.error_in(elements.decode(response.body, where), where)
        return answers.Structure(xml.Reader(contract, response=True).structure(members, found, where))
    if not response.body and not members:
        return answers.Structure({})
    element = elements.decode(response.body, where)
    result = element.child(result_wrapper(contract))
    if result is None and name is not None:
        problem = f"the element {element.name} holds no {result_wrapper(contract)}"
        raise Unreadable(where, problem, "Answer with the result of the operation.")
    reader = xml.Reader(contract, response=True)
    return answers.Structure({} if result is None else reader.structure(members, result, where))
