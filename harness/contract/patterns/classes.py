r"""Reading the sets of a Java pattern: escapes that stand for characters, and bracketed classes.

Serves ``parse``. What Java takes and others refuse is taken here too: nested classes, ``&&``, a hyphen next
to ``\w``, surrogate pairs as one code point.
"""

from __future__ import annotations

import re
import unicodedata

from harness.contract.patterns.nodes import CharacterSet, Combined, Operator, Span, single, union
from harness.contract.patterns.properties import named, predefined, without_case
from harness.contract.patterns.reader import Reader

CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
OCTAL = re.compile(r"[0-3][0-7]{2}|[0-7]{1,2}")
HEXADECIMAL = re.compile(r"\{([0-9A-Fa-f]{1,8})\}|([0-9A-Fa-f]{2})")
UNIT = re.compile(r"[0-9A-Fa-f]{4}")
LOW_SURROGATE = re.compile(r"\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})")
NAME = re.compile(r"\{([^{}]+)\}")
PROPERTY = re.compile(r"\{([^{}]+)\}|([A-Z])")
LAST_CODE_POINT = 0x10FFFF


def read_escape(reader: Reader, ignore_case: bool) -> CharacterSet:
    """Read an escape that stands for a set of characters; the backslash is already taken.

    Args:
        reader: The cursor, behind the backslash.
        ignore_case: Whether ``(?i)`` holds here; it touches named sets, not literals.

    Returns:
        The set; of one code point for a literal.

    Raises:
        ContractError: Java has no such escape.
    """
    letter = reader.next()
    found = predefined(letter) if letter.isascii() and letter.isalpha() else None
    if found is not None:
        return found
    if letter in "pP":
        return _property(reader, letter == "P", ignore_case)
    point = _code_point(reader, letter)
    return Span(point, point)


def _property(reader: Reader, negated: bool, ignore_case: bool) -> CharacterSet:
    spelled = reader.take_match(PROPERTY)
    if spelled is None:
        raise reader.fail("a property has no name")
    name = spelled[1] or spelled[2]
    found = named(name, ignore_case)
    if found is None:
        raise reader.fail(f"there is no property {name}")
    return union(found, negated=True) if negated else found


def _code_point(reader: Reader, letter: str) -> int:
    if letter in CONTROLS:
        return ord(CONTROLS[letter])
    if letter == "0":
        return int(_digits(reader, OCTAL, "octal digits")[0], 8)
    if letter == "x":
        digits = _digits(reader, HEXADECIMAL, "hexadecimal digits")
        point = int(digits[1] or digits[2], 16)
        if point > LAST_CODE_POINT:
            raise reader.fail(f"there is no code point {point:X}")
        return point
    if letter == "u":
        return _unit(reader)
    if letter == "c":
        return ord(reader.next()) ^ 64
    if letter == "N":
        return _character_name(reader)
    if letter.isascii() and letter.isalnum():
        raise reader.fail(f"there is no escape \\{letter}")
    return ord(letter)


def _digits(reader: Reader, form: re.Pattern[str], expected: str) -> re.Match[str]:
    found = reader.take_match(form)
    if found is None:
        raise reader.fail(f"an escape lacks its {expected}")
    return found


def _unit(reader: Reader) -> int:
    """A UTF-16 code unit, joined with the low surrogate behind it."""
    unit = int(_digits(reader, UNIT, "four hexadecimal digits")[0], 16)
    if 0xD800 <= unit <= 0xDBFF and (low := reader.take_match(LOW_SURROGATE)):
        return 0x10000 + ((unit - 0xD800) << 10) + (int(low[1], 16) - 0xDC00)
    return unit


def _character_name(reader: Reader) -> int:
    name = _digits(reader, NAME, "name of a character")[1]
    try:
        return ord(unicodedata.lookup(name))
    except KeyError:
        raise reader.fail(f"there is no character {name}") from None


def read_class(reader: Reader, ignore_case: bool) -> CharacterSet:
    """Read a bracketed class; the opening bracket is already taken.

    Args:
        reader: The cursor, behind ``[``.
        ignore_case: Whether ``(?i)`` holds here.

    Returns:
        The set of the class.

    Raises:
        ContractError: The class does not end, or a range in it runs backwards.
    """
    negated = reader.take("^")
    operands: list[CharacterSet] = []
    parts: list[CharacterSet] = []
    first = True
    while first or reader.peek() != "]":
        if reader.take("&&"):
            operands, parts = _with_operand(operands, parts), []
        elif reader.take("["):
            parts.append(read_class(reader, ignore_case))
        else:
            parts.append(_range(reader, ignore_case))
        first = False
        if not reader.peek():
            raise reader.fail("a character class does not end")
    reader.next()
    operands = _with_operand(operands, parts)
    if len(operands) > 1:
        return Combined(tuple(operands), Operator.INTERSECTION, negated)
    return union(*operands, negated=negated)


def _with_operand(operands: list[CharacterSet], parts: list[CharacterSet]) -> list[CharacterSet]:
    """An empty side of ``&&`` is no side."""
    return [*operands, union(*parts)] if parts else operands


def _range(reader: Reader, ignore_case: bool) -> CharacterSet:
    start = _single(reader, ignore_case)
    ranging = isinstance(start, Span) and start.first == start.last
    if not ranging or reader.peek() != "-" or reader.peek(1) in ("", "]", "["):
        return without_case(start) if ignore_case and ranging else start
    reader.next()
    end = _single(reader, ignore_case)
    if not isinstance(end, Span) or end.first != end.last or not isinstance(start, Span):
        raise reader.fail("a range ends in a set")
    if end.last < start.first:
        raise reader.fail(f"the range {chr(start.first)}-{chr(end.last)} runs backwards")
    span = Span(start.first, end.last)
    return without_case(span) if ignore_case else span


def _single(reader: Reader, ignore_case: bool) -> CharacterSet:
    return read_escape(reader, ignore_case) if reader.take("\\") else single(reader.next())
