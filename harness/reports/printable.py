"""Text from an endpoint made safe to show: answers may hold anything, escape sequences included."""

from __future__ import annotations


def printable(text: str) -> str:
    """Spell control characters and lone surrogates as escapes; everything else stays.

    Args:
        text: Any text, e.g. part of an answer.

    Returns:
        One line that no terminal acts upon and every XML document can hold.
    """
    return "".join(part if _shows(part) else _escape(part) for part in text)


def _shows(part: str) -> bool:
    return part.isprintable() or part == "\u00a0"


def _escape(part: str) -> str:
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    if part in named:
        return named[part]
    number = ord(part)
    return (
        f"\\x{number:02x}"
        if number < 0x100
        else f"\\u{number:04x}"
        if number < 0x10000
        else f"\\U{number:08x}"
    )
