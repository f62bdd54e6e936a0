"""Where a member travels and what it is called there.

Sources: Smithy's HTTP bindings (https://smithy.io/2.0/spec/http-bindings.html), ``jsonName``, ``xmlName`` and
``ec2QueryName`` (https://smithy.io/2.0/spec/protocol-traits.html).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from harness.compare.contracts.facts import Side
from harness.contract import Contract, Member

BODY, PAYLOAD, HEADER, PREFIX, QUERY, QUERIES, PATH, STATUS = (
    "body", "payload", "header", "prefix headers", "query", "query parameters", "path", "status code",
)  # fmt: skip
LABEL = re.compile(r"\{([^{}+]+)(\+?)\}")
XML_PROTOCOLS = frozenset({"rest-xml", "query", "ec2"})
# How a timestamp is spelled where nothing says otherwise.
TIMESTAMPS = {
    HEADER: "http-date",
    PREFIX: "http-date",
    QUERY: "date-time",
    QUERIES: "date-time",
    PATH: "date-time",
}


class Binding(NamedTuple):
    """Where a member travels, and its name there; one name for each body language that a service offers."""

    place: str
    name: str

    def __str__(self) -> str:
        return f"{self.place} {self.name}" if self.name else self.place


def binding(contract: Contract, name: str, side: Side) -> Binding:
    """Say where a member travels.

    Args:
        contract: The operation, for its URI and its protocol.
        name: The member's own name.
        side: The member and its shape.
    """
    member = side.member
    assert member is not None  # noqa: S101  # only members are bound
    if member.http_label is not None:
        return Binding(PATH, label_place(contract.http.uri, member.http_label))
    if member.http_header is not None:
        return Binding(HEADER, member.http_header.lower())
    if member.http_prefix_headers is not None:
        return Binding(PREFIX, member.http_prefix_headers.lower())
    if member.http_query_params:
        return Binding(QUERIES, "")
    if member.http_query is not None:
        return Binding(QUERY, member.http_query)
    if member.http_response_code:
        return Binding(STATUS, "")
    return Binding(PAYLOAD if member.http_payload else BODY, wire_name(name, side))


def wire_name(name: str, side: Side) -> str:
    """Say what a member is called in the body, in every language that may carry it."""
    spoken = [side.says("json_name") or name, side.says("xml_name") or name]
    query = side.member.query_name if side.member is not None else None
    names = dict.fromkeys([*(word for word in spoken if word != name), *([query] if query else [])])
    return "/".join(names) or name


def label_place(uri: str, label: str) -> str:
    """Number a label of a URI template: its name is no part of a request, its place is."""
    names = [found[1] for found in LABEL.finditer(uri)]
    return f"label {names.index(label) + 1}" if label in names else f"label {label}"


def without_label_names(template: str) -> str:
    """Spell a URI or host template without the names of its labels."""
    return LABEL.sub(r"{\2}", template)


def timestamp_format(contract: Contract, place: str, side: Side) -> str | None:
    """Say how a value spells instants; ``None`` for what is no timestamp."""
    said: str | None = side.says("timestamp_format")
    if said is not None or side.shape.type != "timestamp":
        return said
    return TIMESTAMPS.get(place, "date-time" if contract.protocol in XML_PROTOCOLS else "epoch-seconds")


def renamed(old: Mapping[str, tuple[Binding, str]], new: Mapping[str, tuple[Binding, str]]) -> dict[str, str]:
    """Pair members that are new only by name: they travel at the same place under the same name.

    Args:
        old: Binding and type of the members that are gone.
        new: Those of the members that have come.

    Returns:
        New names by old ones.
    """
    waiting = {place: name for name, place in new.items()}
    return {name: waiting.pop(place) for name, place in old.items() if place in waiting}


def members_at(
    contract: Contract, members: Mapping[str, Member], names: set[str]
) -> dict[str, tuple[Binding, str]]:
    """Give binding and type of some members."""
    found: dict[str, tuple[Binding, str]] = {}
    for name in members:
        if name in names:
            side = Side(members[name], contract.shapes[members[name].target])
            found[name] = (binding(contract, name, side), side.shape.type)
    return found
