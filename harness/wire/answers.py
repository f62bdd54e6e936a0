"""Understanding a response: what an SDK sees in it, and every way in which it deviates from its contract.

The part of ``read_response`` that the protocols share; each brings its reading of a structure. What is an
error, its code and its message are botocore's word, since an SDK's user sees that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from harness.contract import Contract, Member, Shape, Violation, check, check_shape, pointer_of
from harness.errors import WireError
from harness.exchange import Deviation, Outcome, Response
from harness.wire import bindings, event_stream
from harness.wire.bodies import json as json_body
from harness.wire.interface import Unreadable

KINDS = {
    "required": "response-missing-member",
    "type": "response-type",
    "unknown": "response-unknown-member",
}
_MESSAGE_NAMES = ("message", "Message")
JSON = "application/json"


class Structure(msgspec.Struct, frozen=True):
    """A structure read from a response.

    Attributes:
        document: Its members.
        deviations: Headers that could not be read.
        unread: The members that stood in those headers.
    """

    document: dict[str, Any]
    deviations: tuple[Deviation, ...] = ()
    unread: frozenset[str] = frozenset()


class Reader(msgspec.Struct, frozen=True):
    """What a protocol brings.

    Attributes:
        structure: Reads a structure (contract, what to call it, its name or ``None``, the response) and
            raises ``Unreadable`` when the body is no document of the protocol.
        names_code: Says whether an error response names a code (the response, its body as a JSON object).
        has_json_body: Says whether the body of a success is of the media type below.
        media_type: The media type of such a body.
        decode_error: Reads the body of an error as an object (the body, what to name in an error).
        protocol: The protocol's name where it is not the contract's own.
        read_event: Reads the payload of an event; without it a stream of events is refused.
    """

    structure: Callable[[Contract, str, str | None, Response], Structure]
    names_code: Callable[[Response, dict[str, Any]], bool]
    has_json_body: Callable[[Contract], bool]
    media_type: str = JSON
    decode_error: Callable[[bytes, str], dict[str, Any]] = json_body.decode_object
    protocol: str | None = None
    read_event: event_stream.ReadPayload | None = None


def understand(contract: Contract, response: Response, reader: Reader) -> Outcome:
    """Understand a response.

    Args:
        contract: The operation that was asked for.
        response: The answer, whatever it is.
        reader: The protocol's part.

    Returns:
        The outcome; ``unreadable`` when no parser of the protocol reads the answer. Raises nothing.
    """
    is_success = response.status < 300 or response.status == contract.http.code
    try:
        if is_success:
            return _success(contract, response, reader)
        return _error(contract, response, reader)
    except WireError as error:
        return Outcome("unreadable", status=response.status, failure=f"{error.where}: {error.problem}")


def _success(contract: Contract, response: Response, reader: Reader) -> Outcome:
    if bindings.is_event_stream(contract, contract.output):
        return _stream(contract, response, reader)
    found = reader.structure(contract, "output", contract.output, response)
    return _output(contract, response, reader, found, check(contract, found.document, "output"))


def _stream(contract: Contract, response: Response, reader: Reader) -> Outcome:
    """Read an output with a stream of events: a list of documents ``{event: structure}`` in its place."""
    found = bindings.event_stream_of(contract, contract.output)
    if reader.read_event is None or found is None:
        bindings.refuse_event_stream(contract, contract.output)
        raise AssertionError("refused above")  # pragma: no cover
    name, member = found
    where = pointer_of(contract, "output", (name,))
    messages = event_stream.decode(response.body, where)
    beside = msgspec.structs.replace(response, body=event_stream.initial_response(messages))
    if member.http_payload:  # what is beside it travels in the head
        beside = msgspec.structs.replace(beside, body=b"")
    structure = reader.structure(contract, "output", contract.output, beside)
    events = list(event_stream.events(contract, member.target, messages, reader.read_event, where))
    violations = [item for item in check(contract, structure.document, "output") if item.path[:1] != (name,)]
    for event in events:
        violations += [
            _under(contract, f"output/{name}", item) for item in _of_event(contract, member, event)
        ]
    document = {**structure.document, name: events}
    read = msgspec.structs.replace(structure, document=document)
    return _output(contract, response, reader, read, violations)


def _of_event(contract: Contract, member: Member, event: dict[str, Any]) -> Iterator[Violation]:
    """Check one event; that it is one of the union's is seen from its name."""
    return (item for item in check_shape(contract, member.target, event) if item.trait != "union")


def _output(
    contract: Contract, response: Response, reader: Reader, found: Structure, violations: Iterable[Violation]
) -> Outcome:
    deviations = (
        *_status_deviation(contract, response),
        *_content_type_deviation(contract, response, reader),
        *found.deviations,
        *(_deviation(item) for item in violations if not _is_unread(item, found)),
    )
    return Outcome("output", status=response.status, output=found.document, deviations=deviations)


def _status_deviation(contract: Contract, response: Response) -> tuple[Deviation, ...]:
    members = contract.shapes[contract.output].members.values() if contract.output is not None else ()
    if response.status == contract.http.code or any(member.http_response_code for member in members):
        return ()
    pointer = f"{contract.name}#/http/code"
    return (Deviation("response-status", pointer, str(contract.http.code), str(response.status)),)


def _content_type_deviation(contract: Contract, response: Response, reader: Reader) -> tuple[Deviation, ...]:
    is_stream = bindings.is_event_stream(contract, contract.output)
    if contract.output is None or not response.body or not (is_stream or reader.has_json_body(contract)):
        return ()
    content_type = response.headers.get("content-type", "") or ""
    media_type = content_type.partition(";")[0].strip().lower()
    wanted = event_stream.MEDIA_TYPE if is_stream else reader.media_type
    if _is_of(media_type, wanted):
        return ()
    pointer = pointer_of(contract, "output", ("content-type",))
    kind = wanted if is_stream else wanted.removeprefix("application/").upper()
    return (Deviation("response-header", pointer, f"a content type of {kind}", content_type or "none"),)


def _is_of(media_type: str, wanted: str) -> bool:
    if media_type == wanted:
        return True
    is_json = media_type.startswith("application/x-amz-json-") or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )
    return wanted == JSON and is_json


def _is_unread(violation: Violation, found: Structure) -> bool:
    """A member in an unreadable header has been reported; it is not missing as well."""
    return violation.trait == "required" and len(violation.path) == 1 and violation.path[0] in found.unread


def _deviation(violation: Violation) -> Deviation:
    kind = KINDS.get(violation.trait, "response-constraint")
    expected = {"required": "the member", "unknown": "no such member"}.get(
        violation.trait, f"{violation.trait} {_shown(violation.expected)}"
    )
    got = "nothing" if violation.trait == "required" else _shown(violation.value)
    return Deviation(kind, violation.pointer, expected, got)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= 200 else f"{text[:197]}..."


def _error(contract: Contract, response: Response, reader: Reader) -> Outcome:
    where = f"{contract.name}#/errors"
    _refuse_generic(response, where)
    body = reader.decode_error(response.body, where)
    code, message = _seen_by_sdk(contract, response, reader.protocol)
    code = _declared(contract, code, body) if reader.names_code(response, body) else None
    shape = contract.error_shapes().get(code) if code is not None else None
    fault = shape.error if shape is not None else None
    return Outcome(
        "error",
        status=response.status,
        code=code,
        message=message,
        modelled=shape is not None,
        fault=fault or ("server" if response.status >= 500 else "client"),
        retryable=_is_retryable(shape, response.status),
        deviations=_error_deviations(contract, response, reader, shape, body),
    )


def _refuse_generic(response: Response, where: str) -> None:
    """Refuse what botocore takes for the answer of a proxy: nothing or a page, with a status of 5xx."""
    body = response.body.strip()
    is_page = body[:15].lower().startswith((b"<html", b"<!doctype"))
    if is_page or (response.status >= 500 and not body):
        problem = f"the body of the error {response.status} is {'a page of HTML' if is_page else 'empty'}"
        raise Unreadable(where, problem, "Answer with an error of the protocol.")


def _seen_by_sdk(
    contract: Contract, response: Response, protocol: str | None = None
) -> tuple[str | None, str | None]:
    from harness.wire import sdk  # imports botocore, which takes its time

    return sdk.error_of(contract, response, protocol=protocol)


def _declared(contract: Contract, code: str | None, body: dict[str, Any]) -> str | None:
    """Name a code of the query protocol, which botocore prefers where it is sent, as the contract does.

    A contract that does not say these codes is asked by the error's own name, as botocore asks its model for
    the class of the exception.
    """
    errors = contract.error_shapes()
    for declared, shape in errors.items():
        if shape.query_error is not None and shape.query_error.code == code:
            return declared
    if code in errors or "awsQueryCompatible" not in contract.metadata:
        return code
    named = body.get("__type")
    name = named.rpartition("#")[2] if isinstance(named, str) else code
    return name if name in errors else code


def _is_retryable(shape: Shape | None, status: int) -> bool:
    declared = shape is not None and shape.retryable is not None
    return declared or status == 429 or status >= 500


def _error_deviations(
    contract: Contract, response: Response, reader: Reader, shape: Shape | None, body: dict[str, Any]
) -> tuple[Deviation, ...]:
    name = next((name for name in contract.errors if contract.shapes[name] is shape), None)
    if shape is None or name is None:
        return ()
    root = f"errors/{name}"
    found = reader.structure(contract, root, name, response)
    document = _with_message(shape, found.document, body)
    violations: list[Violation] = []
    for item in check_shape(contract, name, document):
        if item.trait != "unknown" and not _is_unread(item, found):
            violations.append(_under(contract, root, item))
    return (*found.deviations, *(_deviation(item) for item in violations))


def _with_message(shape: Shape, document: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Take the message from either of its spellings; services and models disagree about them."""
    names = [name for name in _MESSAGE_NAMES if name in shape.members and document.get(name) is None]
    sent = next((body[name] for name in _MESSAGE_NAMES if body.get(name) is not None), None)
    return document if sent is None else {**document, **dict.fromkeys(names, sent)}


def _under(contract: Contract, root: str, violation: Violation) -> Violation:
    """Name a constraint of an error structure below the error instead of below the output."""
    start = f"{contract.name}#/output/"
    pointer = f"{contract.name}#/{root}/{violation.pointer.removeprefix(start)}"
    return msgspec.structs.replace(violation, pointer=pointer)
