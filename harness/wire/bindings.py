"""The HTTP binding that the REST protocols share: which member travels where outside the body.

Composed with a body codec by each protocol. Source: Smithy 2.0, HTTP bindings
(https://smithy.io/2.0/spec/http-bindings.html); where the words leave room, requests are written as botocore
writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from harness.contract import Contract, Member, Shape, pointer_of
from harness.errors import WireError
from harness.exchange import Headers, Request
from harness.wire import texts
from harness.wire.interface import Unreadable
from harness.wire.uri import UriTemplate, decode_query, encode_query

__all__ = [
    "Bound", "UriTemplate", "bind", "body_members", "event_stream_of", "host_prefix", "is_event_stream",
    "payload_of", "read_header", "read_outside_body", "refuse_event_stream", "write_headers",
]  # fmt: skip

_HOST_LABEL = re.compile(r"[A-Za-z0-9.-]+")
_NOTHING = Shape()
# Headers that every request has for its own sake; a prefix of no characters does not take them in.
_OF_THE_TRANSPORT = frozenset({
    "accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "date",
    "host", "transfer-encoding", "user-agent", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token",
})  # fmt: skip


class Bound(msgspec.Struct, frozen=True):
    """An input taken apart.

    Attributes:
        target: The request target, percent-encoded, with its query.
        headers: The header fields that members fill.
        rest: The members that are left for the body, payload included.
    """

    target: str
    headers: tuple[tuple[str, str], ...]
    rest: dict[str, Any]


def shape_of(contract: Contract, name: str | None) -> Shape:
    """Look a structure up; an operation without one has a structure without members."""
    return _NOTHING if name is None else contract.shapes[name]


def payload_of(shape: Shape) -> tuple[str, Member] | None:
    """Find the member that is the whole body, with its name."""
    return next(((name, member) for name, member in shape.members.items() if member.http_payload), None)


def body_members(shape: Shape) -> dict[str, Member]:
    """List the members that are parts of the body."""
    return {name: member for name, member in shape.members.items() if not _is_outside_body(member)}


def _is_outside_body(member: Member) -> bool:
    return member.bound_as_text or member.http_payload or member.http_response_code


def event_stream_of(contract: Contract, name: str | None) -> tuple[str, Member] | None:
    """Find the member of a structure that is a stream of events, with its name."""
    for key, member in shape_of(contract, name).members.items():
        shape = contract.shapes[member.target]
        marks = {**shape.traits, **member.traits}
        if marks.get("eventstream") or (shape.type == "union" and (shape.streaming or member.streaming)):
            return key, member
    return None


def is_event_stream(contract: Contract, name: str | None) -> bool:
    """Say whether a structure has a member that is a stream of events."""
    return event_stream_of(contract, name) is not None


def refuse_event_stream(contract: Contract, name: str | None) -> None:
    """Refuse an input or output that is a stream of events.

    Raises:
        WireError: It is one.
    """
    if is_event_stream(contract, name):
        problem = f"{name} holds a stream of events, which is not supported"
        raise WireError(contract.name, problem, "Choose another operation.")


def host_prefix(contract: Contract, document: Any) -> str:
    """Fill what the operation puts before the endpoint's host.

    Returns:
        The prefix with its dot, e.g. ``"data."``; empty where the contract gives none.

    Raises:
        WireError: A label of the prefix has no value, or one that no host name can carry.
    """
    if not contract.endpoint:
        return ""
    values = document if isinstance(document, dict) else {}

    def fill(found: re.Match[str]) -> str:
        name, value = found.group(1), values.get(found.group(1))
        if isinstance(value, str) and _HOST_LABEL.fullmatch(value):
            return value
        where = pointer_of(contract, "input", (name,))
        problem = f"the host name cannot carry {value!r}"
        raise WireError(where, problem, "Use letters, digits, hyphens and periods.")

    return re.sub(r"\{([^{}]+)\}", fill, contract.endpoint)


def bind(contract: Contract, document: dict[str, Any]) -> Bound:
    """Write the members of an input that travel outside the body.

    Args:
        contract: The operation.
        document: The input; members of the wrong type are written as their JSON text.

    Returns:
        The target, the headers and what is left for the body. Nulls outside the body are absent.

    Raises:
        WireError: A label is missing or empty, or a value cannot stand where its member travels.
    """
    shape = shape_of(contract, contract.input)
    labels: dict[str, str] = {}
    rest: dict[str, Any] = {}
    for name, value in document.items():
        member = shape.members.get(name)
        if member is None or not member.bound_as_text:
            rest[name] = value
        elif member.http_label is not None and value is not None:
            labels[member.http_label] = texts.write(contract, member, value, "label")
    target = UriTemplate.of(contract.http.uri).expand(labels, f"{contract.name}#/input")
    query = _write_query(contract, shape, document)
    if query:
        target += ("&" if "?" in target else "?") + query
    return Bound(target, tuple(write_headers(contract, "input", shape, document)), rest)


def _write_query(contract: Contract, shape: Shape, document: dict[str, Any]) -> str:
    named: list[tuple[str, str]] = []
    mapped: list[tuple[str, str]] = []
    for name, member in shape.members.items():
        value = document.get(name)
        if value is None:
            continue
        if member.http_query is not None:
            named += [(member.http_query, text) for text in _query_texts(contract, member, value)]
        elif member.http_query_params and isinstance(value, dict):
            element = contract.shapes[member.target].value or member
            for key, item in value.items():
                mapped += [(key, text) for text in _query_texts(contract, element, item)]
    taken = {name for name, _ in named}  # a member's own parameter goes before an entry of the map
    try:
        return encode_query([*named, *((name, text) for name, text in mapped if name not in taken)])
    except UnicodeEncodeError as error:
        problem = "a query parameter holds half a surrogate pair, which has no UTF-8"
        raise WireError(f"{contract.name}#/input", problem, "Give it a text of whole characters.") from error


def _query_texts(contract: Contract, member: Member, value: Any) -> Iterator[str]:
    element = contract.shapes[member.target].member
    if element is not None and isinstance(value, list):
        yield from (texts.write(contract, element, item, "query") for item in value if item is not None)
    elif value is not None:
        yield texts.write(contract, member, value, "query")


def write_headers(
    contract: Contract, root: str, shape: Shape, document: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Write the header fields that the members of a structure fill.

    Args:
        contract: Where the shapes are.
        root: ``input``, ``output`` or what an error is called, for naming members in errors.
        shape: The structure.
        document: Its members; nulls and empty lists have no header.

    Raises:
        WireError: A header cannot carry a value.
    """
    for name, member in shape.members.items():
        value = document.get(name)
        where = pointer_of(contract, root, (name,))
        if value is None or value == []:
            continue
        if member.http_header is not None:
            yield member.http_header, texts.header_text(_header_value(contract, member, value), where)
        elif member.http_prefix_headers is not None and isinstance(value, dict):
            for key, item in value.items():
                text = item if isinstance(item, str) else texts.write(contract, member, item, "header")
                yield _header_name(member.http_prefix_headers + key, where), texts.header_text(text, where)


def _header_value(contract: Contract, member: Member, value: Any) -> str:
    element = contract.shapes[member.target].member
    if element is not None and isinstance(value, list):
        return texts.write_header_list(contract, element, value)
    return texts.write(contract, member, value, "header")


def _header_name(name: str, where: str) -> str:
    if re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
        return name
    raise WireError(where, f"{name!r} is no name of a header", "Use letters, digits and hyphens in keys.")


def read_outside_body(contract: Contract, request: Request) -> dict[str, Any]:
    """Read the members of an input that travel outside the body.

    Args:
        contract: The operation; the request's path is one of its template.
        request: The request.

    Returns:
        Those of the members that are there.

    Raises:
        Unreadable: The path is not one of the operation, or a text does not spell a value of its shape.
    """
    shape = shape_of(contract, contract.input)
    template = UriTemplate.of(contract.http.uri)
    labels = template.match(request.path, request.query)
    if labels is None:
        problem = f"the target {request.target[:120]!r} is not of {contract.http.uri}"
        raise Unreadable(contract.name, problem, "Send the request to the operation that it is for.")
    query = [pair for pair in decode_query(request.query) if pair not in template.constants]
    document: dict[str, Any] = {}
    for name, member in shape.members.items():
        where = pointer_of(contract, "input", (name,))
        if member.http_label is not None and member.http_label in labels:
            document[name] = texts.read(contract, member, labels[member.http_label], "label", where)
        elif member.http_query is not None:
            found = [text for key, text in query if key == member.http_query]
            if found:
                document[name] = _read_query(contract, member, found, where)
        elif member.http_query_params:
            value = _read_query_map(contract, shape, member, query, where)
            if value:
                document[name] = value
        else:
            value = read_header(contract, "input", shape, name, request.headers)
            if value is not None:
                document[name] = value
    return document


def _read_query(contract: Contract, member: Member, found: list[str], where: str) -> Any:
    element = contract.shapes[member.target].member
    if element is None:
        return texts.read(contract, member, found[0], "query", where)
    return [texts.read(contract, element, text, "query", where) for text in found]


def _read_query_map(
    contract: Contract, shape: Shape, member: Member, query: list[tuple[str, str]], where: str
) -> dict[str, Any]:
    """Read the parameters that no other member has, so that an input comes back as it was written.

    Smithy would give a server the others as well; no constraint of the map is meant for them.
    """
    taken = {other.http_query for other in shape.members.values()}
    element = contract.shapes[member.target].value
    if element is None:
        return {}
    return {
        name: _read_query(contract, element, [text for key, text in query if key == name], where)
        for name in dict.fromkeys(name for name, _ in query if name not in taken)
    }


def read_header(contract: Contract, root: str, shape: Shape, name: str, headers: Headers) -> Any:
    """Read one member from the headers.

    Args:
        contract: Where the shapes are.
        root: ``input``, ``output`` or what an error is called, for naming the member in errors.
        shape: The structure.
        name: The name of its member.
        headers: The header fields.

    Returns:
        The member's value; ``None`` when it does not travel in headers or is not there.

    Raises:
        Unreadable: A text does not spell a value of its shape.
    """
    member = shape.members[name]
    where = pointer_of(contract, root, (name,))
    if member.http_prefix_headers is not None:
        return _read_prefixed(shape, member.http_prefix_headers, headers) or None
    fields = headers.all(member.http_header) if member.http_header is not None else ()
    if not fields:
        return None
    element = contract.shapes[member.target].member
    if element is None:
        return texts.read(contract, member, fields[0].strip(), "header", where)
    return texts.read_header_list(contract, element, ",".join(fields), where)


def _read_prefixed(shape: Shape, prefix: str, headers: Headers) -> dict[str, str]:
    wanted = prefix.lower()
    bound = {member.http_header.lower() for member in shape.members.values() if member.http_header}
    passed_over = bound if wanted else bound | _OF_THE_TRANSPORT
    return {
        field[len(prefix) :]: value.strip()
        for field, value in headers
        if field.lower().startswith(wanted) and field.lower() not in passed_over
    }
