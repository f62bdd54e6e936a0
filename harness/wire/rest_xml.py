"""The rest-xml protocol: HTTP bindings with XML bodies.

Source: AWS restXml (https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html); S3 answers errors without
a wrapper and one output without an element around it
(https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
"""

from __future__ import annotations

from typing import Any

import msgspec

from harness.contract import Contract, Member, Shape
from harness.exchange import Headers, Outcome, Request, Response
from harness.wire import answers, bindings, payloads, replies, xml_answers
from harness.wire.bodies import elements, xml
from harness.wire.bodies.elements import Element
from harness.wire.interface import ErrorReply, Unreadable

XML = "application/xml"
# Outputs whose only member is the root of the body itself (Smithy's s3UnwrappedXmlOutput).
UNWRAPPED = frozenset({"s3:GetBucketLocation"})


class RestXml:
    """The rest-xml protocol, both sides; see ``WireProtocol``."""

    name = "rest-xml"

    def encode_request(self, contract: Contract, document: Any) -> Request:
        """Write an input as a request, valid or not.

        Raises:
            WireError: A label is missing or empty, a value cannot stand where its member travels, XML has no
                form for it, or the input is a stream of events.
        """
        bindings.refuse_event_stream(contract, contract.input)
        shape = bindings.shape_of(contract, contract.input)
        bound = bindings.bind(contract, document if isinstance(document, dict) else {})
        rest = bound.rest if isinstance(document, dict) else document
        body, content_type = _write_body(contract, shape, rest, "input")
        return Request(
            method=contract.http.method,
            target=bound.target,
            headers=payloads.with_content_type(bound.headers, shape, content_type, raw=content_type != XML),
            body=body,
            host_prefix=bindings.host_prefix(contract, document),
        )

    def parse_request(self, contract: Contract, request: Request) -> Any:
        """Read a request as a server does.

        Raises:
            Unreadable: The body is no XML document of the operation, or a text does not spell a value of its
                shape.
        """
        bindings.refuse_event_stream(contract, contract.input)
        shape = bindings.shape_of(contract, contract.input)
        document = bindings.read_outside_body(contract, request)
        return {**_read_body(contract, shape, request.body, "input"), **document}

    def serialize_output(self, contract: Contract, document: Any) -> Response:
        """Write an output as the response of a success; members without a value are left out."""
        bindings.refuse_event_stream(contract, contract.output)
        shape = bindings.shape_of(contract, contract.output)
        members = document if isinstance(document, dict) else {}
        headers = tuple(bindings.write_headers(contract, "output", shape, members))
        status = payloads.status_of(contract, shape, members)
        body, content_type = _write_body(contract, shape, payloads.for_body(shape, members), "output")
        if status in payloads.BODILESS or contract.http.method == "HEAD":
            body, content_type = b"", None
        fields = payloads.with_content_type(headers, shape, content_type, raw=content_type != XML)
        return Response(status, replies.with_request_id(fields, status, body), body)

    def serialize_error(self, contract: Contract | None, error: ErrorReply) -> Response:
        """Write an error: its code, its message and its members in the body, where there is one."""
        shape = replies.error_shape(contract, error.code)
        headers: list[tuple[str, str]] = [("Content-Type", XML)]
        if contract is not None and shape is not None:
            headers += bindings.write_headers(contract, "errors", shape, error.members)
        if contract is not None and contract.http.method == "HEAD":
            fields = replies.with_request_id(Headers(tuple(headers[1:])), error.status, b"")
            return Response(error.status, fields)
        inside = xml_answers.error_element(contract, error, with_type=not has_bare_errors(contract))

        def body(request_id: str) -> bytes:
            number = Element("RequestId", text=request_id)
            root = Element("ErrorResponse", {}, (inside, number))
            if has_bare_errors(contract):
                root = msgspec.structs.replace(inside, children=(*inside.children, number))
            return elements.encode(root, error.code, replace=True)

        return xml_answers.response(error.status, Headers(tuple(headers)), body)

    def read_response(self, contract: Contract, response: Response) -> Outcome:
        """Understand a response; raises nothing."""
        return xml_answers.understand(contract, response, _read_structure)


def has_bare_errors(contract: Contract | None) -> bool:
    """Say whether errors stand without ``ErrorResponse`` around them (``noErrorWrapping``), as in S3."""
    return contract is not None and (
        contract.service == "s3" or contract.metadata.get("noErrorWrapping") is True
    )


def _write_body(contract: Contract, shape: Shape, rest: Any, root: str) -> tuple[bytes, str | None]:
    """Write what is left for the body; a structure without members for it has no body."""
    where = f"{contract.name}#/{root}"
    response = root != "input"
    writer = xml.Writer(contract, response=response)
    payload = bindings.payload_of(shape)
    if payload is not None:
        name, member = payload
        value = rest.get(name) if isinstance(rest, dict) else rest
        if payloads.is_raw(contract, member):
            return payloads.write_raw(contract, member, value)
        if value is None:
            return b"", None
        element = writer.element(member, _name_of_payload(contract, member), value)
    elif not isinstance(rest, dict):
        if rest is None:
            return b"", None
        (element,) = writer.structure("", {}, {_name_of_root(contract, root)[0]: rest}, {}).children
    elif rest or (response and payloads.body_members(shape)):
        members = payloads.body_members(shape) if response else bindings.body_members(shape)
        name = _name_of_root(contract, root)[0]
        element = writer.structure(name, members, rest, _namespace(contract, root))
        if contract.name in UNWRAPPED and response:
            text = "".join(child.text for child in element.children)
            element = msgspec.structs.replace(element, text=text, children=())
    else:
        return b"", None
    return elements.encode(element, where, replace=response), XML


def _name_of_payload(contract: Contract, member: Member) -> str:
    return member.xml_name or contract.shapes[member.target].xml_name or member.target


def _name_of_root(contract: Contract, root: str) -> list[str]:
    """Name the root of a body in the ways that models have for it, the one to write first."""
    name = contract.input if root == "input" else contract.output
    beside = contract.traits.get(root)
    said = beside.get("locationName") if isinstance(beside, dict) else None
    return [item for item in (_structure(contract, root).xml_name, said, name) if item]


def _namespace(contract: Contract, root: str) -> dict[str, str]:
    """Declare the namespace of a body's root, which a model gives beside the reference to the structure."""
    beside = contract.traits.get(root)
    said = beside.get("xmlNamespace") if isinstance(beside, dict) else None
    if isinstance(said, str):
        return {"xmlns": said}
    if isinstance(said, dict):
        return {f"xmlns:{said['prefix']}" if said.get("prefix") else "xmlns": said["uri"]}
    return xml.namespace_of(None, _structure(contract, root))


def _structure(contract: Contract, root: str) -> Shape:
    return bindings.shape_of(contract, contract.input if root == "input" else contract.output)


def _read_body(contract: Contract, shape: Shape, body: bytes, root: str) -> dict[str, Any]:
    where = f"{contract.name}#/{root}"
    response = root != "input"
    reader = xml.Reader(contract, response=response)
    payload = bindings.payload_of(shape)
    if payload is not None and payloads.is_raw(contract, payload[1]):
        return payloads.read_raw(contract, *payload, body, where)
    members = payloads.body_members(shape) if response else bindings.body_members(shape)
    if not body or (payload is None and not members):
        return {}
    element = elements.decode(body, where)
    if payload is not None:
        name, member = payload
        if not response:
            others = (contract.shapes[member.target].xml_name or member.target, name)
            _refuse_other(element, [_name_of_payload(contract, member), *others], where)
        return {name: reader.value(member, element, f"{where}/{name}")}
    if not response:
        _refuse_other(element, _name_of_root(contract, root), where)
    elif contract.name in UNWRAPPED and not element.children:
        ((key, member),) = members.items()
        return {key: reader.value(member, element, f"{where}/{key}")} if element.text else {}
    return reader.structure(members, element, where)


def _refuse_other(element: Element, names: list[str], where: str) -> None:
    if element.name not in names:
        problem = f"the root is {element.name} instead of {names[0]}"
        raise Unreadable(where, problem, f"Send a document with the root {names[0]}.")


def _read_structure(contract: Contract, root: str, name: str | None, response: Response) -> answers.Structure:
    shape = bindings.shape_of(contract, name)
    head = payloads.read_head(contract, root, shape, response)
    where = f"{contract.name}#/{root}"
    if root == "output":
        body = _read_body(contract, shape, response.body, root)
    else:
        found = xml_answers.error_in(elements.decode(response.body, where), where)
        body = xml.Reader(contract, response=True).structure(payloads.body_members(shape), found, where)
    return answers.Structure({**body, **head.document}, head.deviations, head.unread)
