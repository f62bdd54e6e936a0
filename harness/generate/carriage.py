"""What the wire cannot carry: inputs for which the protocol has no place.

Serves every generator: such an input becomes no case, and a constraint that only such inputs could reach is
reported with the reason given here.
Sources: Smithy 2.0, HTTP bindings (https://smithy.io/2.0/spec/http-bindings.html); RFC 9110, field values
(https://www.rfc-editor.org/rfc/rfc9110#section-5.5); XML 1.0, characters (https://www.w3.org/TR/xml/#charsets).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any
from urllib.parse import quote

from harness.contract import Contract, Member
from harness.generate.documents import values

HEADER_VALUE = re.compile(r"|[!-~]([ -~]*[!-~])?")
HEADER_NAME_PART = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HOST_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
SURROGATE = re.compile("[\ud800-\udfff]")
LONGEST_TEXT = 8000  # octets of one label, header or query value; servers read 8 to 64 kB of head in all
LARGEST_INPUT = 4_000_000  # characters; larger ones are no use as test requests
FLATTENED_PROTOCOLS = ("query", "ec2")


def obstacle(contract: Contract, document: Any) -> str | None:
    """Say why an input cannot be put on the wire.

    Args:
        contract: The operation.
        document: An input, valid or not.

    Returns:
        The reason in a few words; ``None`` when nothing stands in the way.
    """
    if contract.input is None or not isinstance(document, dict):
        return None
    return next(chain(_of_members(contract, document), _of_body(contract, document)), None)


def _of_members(contract: Contract, document: dict[str, Any]) -> Iterator[str]:
    assert contract.input is not None  # noqa: S101  # said by the caller
    for name, member in contract.shapes[contract.input].members.items():
        value = document.get(name)
        if member.http_label is not None:
            reason = _of_label(value)
        elif value is None:
            continue
        elif member.host_label is not None:
            fits = isinstance(value, str) and HOST_LABEL.fullmatch(value)
            reason = None if fits else "a host name has no place for such a label"
        elif member.bound_as_text and not _is_text(contract, member, value):
            reason = "outside the body there is only text: no place for a value of such a kind"
        else:
            reason = _of_text(member, value)
        if reason is not None:
            yield reason


def _is_text(contract: Contract, member: Member, value: Any) -> bool:
    """Say whether text can stand for a value: a scalar, or a list or map where the member is one."""
    shape = contract.shapes[member.target]
    if shape.type == "list" and shape.member is not None:
        element = shape.member
        return isinstance(value, list) and all(_is_text(contract, element, item) for item in value)
    if shape.type == "map" and shape.value is not None:
        element = shape.value
        return isinstance(value, dict) and all(_is_text(contract, element, item) for item in value.values())
    return isinstance(value, str) or (shape.type != "string" and isinstance(value, (int, float)))


def _of_label(value: Any) -> str | None:
    if value is None:
        return "the URI has no form without its label"
    if isinstance(value, (dict, list)):
        return "a URI label has no place for a structure"
    if value == "":
        return "the URI has no form with an empty label"
    if value in (".", ".."):
        return "dot segments are resolved away on the way"
    return _too_long(value)


def _of_text(member: Member, value: Any) -> str | None:
    if not member.bound_as_text:
        return None
    parts = _texts(value)
    if member.http_header is not None or member.http_prefix_headers is not None:
        if isinstance(value, dict) and not all(HEADER_NAME_PART.fullmatch(str(name)) for name in value):
            return "a header name has no place for such characters"
        if not all(HEADER_VALUE.fullmatch(part) for part in parts):
            return "a header has no place for such characters"
        if isinstance(value, list) and not all(part and not set(part) & set(',"') for part in parts):
            return "a header list has no place for such an entry"
    elif member.http_query is None and not member.http_query_params:
        return None
    if value in ([], {}):
        return "a list or map without entries leaves no trace outside the body"
    return next(filter(None, map(_too_long, parts)), None)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [part for item in value.values() for part in _texts(item)]
    if isinstance(value, list):
        return [part for item in value for part in _texts(item)]
    return [value if isinstance(value, str) else str(value)]


def _too_long(value: Any) -> str | None:
    text = str(value)
    if SURROGATE.search(text):
        return "a lone surrogate has no UTF-8 form"
    if len(quote(text, safe="")) > LONGEST_TEXT:
        return f"servers do not read more than {LONGEST_TEXT} octets outside the body"
    return None


def _of_body(contract: Contract, document: dict[str, Any]) -> Iterator[str]:
    size = 0
    is_xml, is_flattened = contract.protocol == "rest-xml", contract.protocol in FLATTENED_PROTOCOLS
    for value in values(document):
        if isinstance(value, str):
            size += len(value)
            if not value.isascii() and SURROGATE.search(value):
                yield "a lone surrogate has no UTF-8 form"
            if is_xml and NOT_XML.search(value):
                yield "XML has no such characters"
        elif isinstance(value, float) and not math.isfinite(value):
            yield "JSON has no such number"
        elif is_flattened and value in ([], {}) and value is not document:
            yield "the query protocols have no form for a list, map or structure without entries"
    if size > LARGEST_INPUT:
        yield f"a request of more than {LARGEST_INPUT} characters is not sent"
