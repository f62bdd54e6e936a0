"""What the responses of the XML protocols have in common: request ids in bodies, errors, their reading.

Source: the error forms of AWS query, ec2 query and restXml
(https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html#operation-error-serialization).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.contract import Contract, Member, Shape
from harness.exchange import Headers, Outcome, Response
from harness.wire import answers, replies
from harness.wire.bodies import elements, xml
from harness.wire.bodies.elements import Element
from harness.wire.interface import ErrorReply, Unreadable

ReadStructure = Callable[[Contract, str, str | None, Response], answers.Structure]

MESSAGES = ("Message", "message", "errorMessage")
_OF_EVERY_ERROR = ("Type", "Code", *MESSAGES)


def response(status: int, headers: Headers, body: Callable[[str], bytes]) -> Response:
    """Make a response whose body repeats its request id.

    Args:
        status: The status.
        headers: The headers without the request id.
        body: Makes the body for a request id.
    """
    fields = replies.with_request_id(headers, status, body(""))
    return Response(status, fields, body(fields.get(replies.REQUEST_ID) or ""))


def error_element(contract: Contract | None, error: ErrorReply, *, with_type: bool) -> Element:
    """Write the element ``Error``: code, message and members of the error structure.

    Args:
        contract: The operation, where one was recognised.
        error: The error, by the code that the contract knows it by.
        with_type: Whether to say whose fault it is, ``Sender`` or ``Receiver``.
    """
    shape = replies.error_shape(contract, error.code)
    head = [Element("Type", text="Receiver" if _is_receiver(shape, error.status) else "Sender")]
    code = shape.query_error.code if shape is not None and shape.query_error is not None else error.code
    head += [Element("Code", text=code), Element("Message", text=error.message)]
    parts: tuple[Element, ...] = ()
    if contract is not None and shape is not None:
        members = {
            key: member for key, member in shape.members.items()
            if member.http_header is None and member.http_prefix_headers is None
        }  # fmt: skip
        document = {key: value for key, value in error.members.items() if key in members}
        written = xml.Writer(contract, response=True).structure("", members, document, {})
        parts = tuple(part for part in written.children if part.name not in _OF_EVERY_ERROR)
    return Element("Error", {}, (*(head if with_type else head[1:]), *parts))


def _is_receiver(shape: Shape | None, status: int) -> bool:
    return status >= 500 if shape is None or shape.error is None else shape.error == "server"


def error_in(root: Element, where: str) -> Element:
    """Find the element ``Error`` of an error response, bare or in one of its wrappers.

    Raises:
        Unreadable: There is none.
    """
    outer = root.child("Errors") if root.name == "Response" else root
    found = outer if outer is None or outer.name == "Error" else outer.child("Error")
    if found is None:
        problem = f"the root {root.name} of the error holds no element Error"
        raise Unreadable(where, problem, "Answer with an error of the protocol.")
    return found


def without(document: dict[str, Any], members: Mapping[str, Member], name: str) -> dict[str, Any]:
    """Leave out what every response holds beside the members."""
    return {key: value for key, value in document.items() if key != name or key in members}


def understand(contract: Contract, response: Response, read: ReadStructure) -> Outcome:
    """Understand a response: what an SDK sees in it, and every way in which it deviates from its contract.

    Args:
        contract: The operation that was asked for.
        response: The answer, whatever it is.
        read: Reads a structure, as in ``answers.Reader``.

    Returns:
        The outcome. The error of a ``HEAD``, which has no body, is the only one that the operation declares
        with that status, if there is such a one. Raises nothing.
    """
    if contract.http.method == "HEAD" and response.status >= 300 and not response.body:
        return _of_status(contract, response.status)
    reader = answers.Reader(
        read, _names_code, _has_json_body, decode_error=_decode_error, read_event=_read_event
    )
    return answers.understand(contract, response, reader)


def _read_event(contract: Contract, member: Member, payload: bytes, where: str) -> Any:
    """Read the payload of an event, an element of XML; some events have none."""
    if not payload:
        return {}
    members = contract.shapes[member.target].members
    return xml.Reader(contract, response=True).structure(members, elements.decode(payload, where), where)


def _decode_error(body: bytes, where: str) -> dict[str, Any]:
    return {child.name: child.text for child in error_in(elements.decode(body, where), where).children}


def _names_code(_response: Response, body: dict[str, Any]) -> bool:
    return bool(body.get("Code"))


def _has_json_body(_contract: Contract) -> bool:
    return False


def _of_status(contract: Contract, status: int) -> Outcome:
    declared = contract.error_shapes()
    fitting = [code for code, shape in declared.items() if shape.http_error == status]
    code = fitting[0] if len(fitting) == 1 else None
    shape = declared.get(code or "")
    return Outcome(
        "error",
        status=status,
        code=code,
        modelled=shape is not None,
        fault=(shape.error if shape is not None else None) or ("server" if status >= 500 else "client"),
        retryable=status == 429 or status >= 500 or (shape is not None and shape.retryable is not None),
    )
