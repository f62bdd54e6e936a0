"""Values where everything is text: labels, headers and query parameters.

Writing is lenient: a value of the wrong type is written as its JSON text, which is what ``normalise`` takes
it for. Reading is strict: text that does not spell a value of its shape is refused.
Source: Smithy 2.0, HTTP bindings (https://smithy.io/2.0/spec/http-bindings.html).
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from typing import Any, Literal

from harness.contract import Contract, Member, Shape
from harness.errors import WireError
from harness.wire import timestamps
from harness.wire.interface import Unreadable
from harness.wire.uri import has_surrogates

Place = Literal["label", "header", "query"]

WORDS = ("NaN", "Infinity", "-Infinity")
INTEGERS = ("byte", "short", "integer", "long", "bigInteger")
DECIMALS = ("float", "double", "bigDecimal")
_FORMATS = {
    "label": timestamps.DATE_TIME,
    "query": timestamps.DATE_TIME,
    "header": timestamps.HTTP_DATE,
}
_INTEGER = re.compile(r"-?[0-9]+")
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_HEADER_TEXT = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)', re.DOTALL)
_HTTP_DATES = re.compile(r"\s*([^,]*,[^,]*)(?:,|$)")


def is_media_text(contract: Contract, member: Member, place: Place) -> bool:
    """Say whether a text travels in base64: a header of a string with a media type (``jsonvalue``)."""
    shape = contract.shapes[member.target]
    return place == "header" and shape.type == "string" and bool(member.media_type or shape.media_type)


def write(contract: Contract, member: Member, value: Any, place: Place) -> str:
    """Spell one value, not a list, as text.

    Args:
        contract: Where the shapes are.
        member: The member, whose target is the value's shape.
        value: The document value; of the wrong type it is spelled as JSON.
        place: Where the text will stand.

    Returns:
        The text, not yet percent-encoded or quoted.
    """
    shape = contract.shapes[member.target]
    if isinstance(value, str):
        return _base64(value) if is_media_text(contract, member, place) else value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return json.dumps(value)
    if shape.type == "timestamp":
        return _write_timestamp(value, _form(member, shape, place))
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else WORDS[1 if value > 0 else 2]
    if shape.type in INTEGERS and isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value)


def read(contract: Contract, member: Member, text: str, place: Place, where: str) -> Any:
    """Read one value, not a list, from text.

    Args:
        contract: Where the shapes are.
        member: The member, whose target is the value's shape.
        text: The decoded text.
        place: Where it stood.
        where: What to name in an error.

    Returns:
        The document value.

    Raises:
        Unreadable: The text does not spell a value of the shape, or held bytes that are not UTF-8.
    """
    shape = contract.shapes[member.target]
    if has_surrogates(text):
        raise _unreadable(where, text, "text in UTF-8")
    if is_media_text(contract, member, place):
        return _read_media(text, where)
    if shape.type == "boolean":
        if text not in ("true", "false"):
            raise _unreadable(where, text, "true or false")
        return text == "true"
    if shape.type in INTEGERS:
        return _read_integer(text, where)
    if shape.type in DECIMALS:
        return _read_decimal(text, where)
    if shape.type == "timestamp":
        return _read_timestamp(text, _form(member, shape, place), where)
    return text


def write_header_list(contract: Contract, element: Member, values: list[Any]) -> str:
    """Spell a list as one header value; nulls are left out, texts with commas or quotes are quoted."""
    texts = [write(contract, element, value, "header") for value in values if value is not None]
    if contract.shapes[element.target].type != "string":
        return ",".join(texts)
    return ",".join(_quoted(text) if _needs_quotes(text) else text for text in texts)


def read_header_list(contract: Contract, element: Member, text: str, where: str) -> list[Any]:
    """Read a list from one header value; a value of white space only is the empty list.

    Raises:
        Unreadable: An element does not spell a value of its shape.
    """
    if not text.strip():
        return []
    return [read(contract, element, part, "header", where) for part in _split(contract, element, text)]


def header_text(text: str, where: str) -> str:
    """Give back a text that a header can carry unchanged.

    Raises:
        WireError: It holds control characters or characters beyond Latin-1, or begins or ends with white
            space, which every HTTP parser strips.
    """
    if not _HEADER_TEXT.fullmatch(text):
        problem = f"a header cannot carry the text {json.dumps(text)[:80]}"
        raise WireError(where, problem, "Use Latin-1 text without control characters.")
    if text != text.strip(" \t"):
        problem = f"a header loses the white space around the text {json.dumps(text)[:80]}"
        raise WireError(where, problem, "Use text without white space at its ends.")
    return text


def _form(member: Member, shape: Shape, place: Place) -> str:
    return member.timestamp_format or shape.timestamp_format or _FORMATS[place]


def _write_timestamp(value: float, form: str) -> str:
    try:
        return timestamps.write_text(value, form)
    except (ValueError, OverflowError):
        return json.dumps(value)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")


def _read_media(text: str, where: str) -> str:
    try:
        if len(text) % 4:
            raise ValueError  # Python's decoder lets superfluous padding pass
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as error:
        raise _unreadable(where, text, "text in base64") from error


def _read_integer(text: str, where: str) -> int:
    if not _INTEGER.fullmatch(text) or len(text) > 4000:  # Python refuses to read more than 4300 digits
        raise _unreadable(where, text, "a whole number")
    return int(text)


def _read_decimal(text: str, where: str) -> int | float | str:
    if text in WORDS:
        return text
    if not _DECIMAL.fullmatch(text):
        raise _unreadable(where, text, "a number")
    number = float(text)
    if math.isinf(number):
        return WORDS[1 if number > 0 else 2]
    return int(text) if _INTEGER.fullmatch(text) and number.is_integer() else number


def _read_timestamp(text: str, form: str, where: str) -> int | float:
    try:
        return timestamps.read(text, form)
    except (ValueError, OverflowError) as error:
        raise _unreadable(where, text, f"a timestamp in the form {form}") from error


def _needs_quotes(text: str) -> bool:
    return '"' in text or "," in text or text == "" or text != text.strip()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _split(contract: Contract, element: Member, text: str) -> list[str]:
    """Cut a header value into elements: at commas, but not inside quotes or HTTP dates."""
    shape = contract.shapes[element.target]
    if shape.type == "timestamp" and _form(element, shape, "header") == timestamps.HTTP_DATE:
        return [part.strip() for part in _HTTP_DATES.findall(text)] or [text]
    if shape.type != "string":
        return [part.strip() for part in text.split(",")]
    parts, rest, more = [], text, True
    while more:
        found = _QUOTED.match(rest)
        if found is not None:
            parts.append(re.sub(r'\\(["\\])', r"\1", found.group(1)))
            rest, more = rest[found.end() :], found.group(0).endswith(",")
        else:
            part, comma, rest = rest.partition(",")
            parts.append(part.strip())
            more = bool(comma)
    return parts


def _unreadable(where: str, text: str, wanted: str) -> Unreadable:
    shown = json.dumps(text if len(text) <= 60 else f"{text[:57]}...")
    return Unreadable(where, f"{shown} is not {wanted}", f"Send {wanted}.")
