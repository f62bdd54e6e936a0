"""The ec2 protocol: the query protocol with names, lists and errors of its own.

Source: AWS ec2 query (https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html).
"""

from __future__ import annotations

from typing import Any

from harness.contract import Contract
from harness.exchange import Headers, Outcome, Request, Response
from harness.wire import answers, bindings, query, xml_answers
from harness.wire.bodies import elements, xml
from harness.wire.bodies.elements import Element
from harness.wire.interface import ErrorReply, Unreadable


class Ec2:
    """The ec2 protocol, both sides; see ``WireProtocol``."""

    name = "ec2"

    def encode_request(self, contract: Contract, document: Any) -> Request:
        """Write an input as a request, valid or not.

        Raises:
            WireError: The input is no structure, or holds what a form has no place for.
        """
        return query.write_request(contract, document, "ec2")

    def parse_request(self, contract: Contract, request: Request) -> Any:
        """Read a request as a server does.

        Raises:
            Unreadable: The parameters are not of the operation, or a text does not spell a value of its
                shape.
        """
        return query.read_request(contract, request, "ec2")

    def serialize_output(self, contract: Contract, document: Any) -> Response:
        """Write an output as the response of a success; members without a value are left out."""
        shape = bindings.shape_of(contract, contract.output)
        writer = xml.Writer(contract, response=True)
        result = writer.structure("", shape.members, document or {}, {})

        def body(request_id: str) -> bytes:
            parts = (Element("requestId", text=request_id), *result.children)
            root = Element(f"{contract.operation}Response", query.namespace(contract), parts)
            return elements.encode(root, f"{contract.name}#/output", replace=True)

        return xml_answers.response(contract.http.code, Headers.of({"Content-Type": query.XML}), body)

    def serialize_error(self, contract: Contract | None, error: ErrorReply) -> Response:
        """Write an error: its code, its message and its members in the body."""
        inside = xml_answers.error_element(contract, error, with_type=False)

        def body(request_id: str) -> bytes:
            parts = (Element("Errors", {}, (inside,)), Element("RequestID", text=request_id))
            return elements.encode(Element("Response", {}, parts), error.code, replace=True)

        return xml_answers.response(error.status, Headers.of({"Content-Type": query.XML}), body)

    def read_response(self, contract: Contract, response: Response) -> Outcome:
        """Understand a response; raises nothing."""
        return xml_answers.understand(contract, response, _read_structure)


def _read_structure(contract: Contract, root: str, name: str | None, response: Response) -> answers.Structure:
    where = f"{contract.name}#/{root}"
    members = bindings.shape_of(contract, name).members
    reader = xml.Reader(contract, response=True)
    element = elements.decode(response.body, where)
    if root != "output":
        return answers.Structure(reader.structure(members, xml_answers.error_in(element, where), where))
    if not element.name.endswith("Response"):
        problem = f"the root is {element.name} instead of {contract.operation}Response"
        raise Unreadable(where, problem, "Answer with the result of the operation.")
    document = reader.structure(members, element, where)
    return answers.Structure(xml_answers.without(document, members, "requestId"))
