"""What the responses of the XML protocols have in common: request ids in bodies, errors, their reading.

Source: the error forms of AWS query, ec2 query and restXml
(https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html#operation-error-serialization).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.contract import Contract, Member, Shape
from harness.errors import WireError
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
    reader = answers.Reader(read, lambda _response, body: bool(body.get("Code")), lambda _contract: False)
    if response.status < 300 or response.status == contract.http.code:
        return answers.understand(contract, response, reader)
    if contract.http.method == "HEAD" and not response.body:
        return _of_status(contract, response.status)
    try:
        return _error(contract, response, reader)
    except WireError as error:
        return Outcome("unreadable", status=response.status, failure=f"{error.where}: {error.problem}")


def _of_status(contract: Contract, status: int) -> Outcome:
    fitting = [code for code, shape in contract.error_shapes().items() if shape.http_error == status]
    code = fitting[0] if len(fitting) == 1 else None
    return _outcome(contract, status, code, None)


def _error(contract: Contract, response: Response, reader: answers.Reader) -> Outcome:
    where = f"{contract.name}#/errors"
    answers._refuse_generic(response, where)
    found = error_in(elements.decode(response.body, where), where)
    body = {child.name: child.text for child in found.children}
    code, message = answers._seen_by_sdk(contract, response)
    code = answers._declared(contract, code) if reader.names_code(response, body) else None
    shape = replies.error_shape(contract, code or "")
    deviations = answers._error_deviations(contract, response, reader, shape, body)
    return _outcome(contract, response.status, code, message, deviations)


def _outcome(
    contract: Contract,
    status: int,
    code: str | None,
    message: str | None,
    deviations: tuple[Any, ...] = (),
) -> Outcome:
    shape = replies.error_shape(contract, code or "")
    fault = shape.error if shape is not None else None
    return Outcome(
        "error",
        status=status,
        code=code,
        message=message,
        modelled=shape is not None,
        fault=fault or ("server" if status >= 500 else "client"),
        retryable=answers._is_retryable(shape, status),
        deviations=deviations,
    )
