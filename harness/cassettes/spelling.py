"""Plain values as YAML that people can review and every YAML 1.1 reader takes byte for byte.

The file is ASCII, so that no reader's locale matters, and every scalar keeps to forms that no reader folds or
normalises: plain words, one-line single quotes, literal blocks of clean lines, and escapes for all the rest.
(libyaml's own emitter writes a carriage return raw inside quotes, and reads it back as a line feed.)
Source: YAML 1.1 (https://yaml.org/spec/1.1/).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_/.@%+=&?#-]*(?::[A-Za-z0-9_/.@%+=&?#-]+)*")
# What YAML 1.1 takes for something else than text.
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_ONE_LINE = re.compile(r"[ -~]*")
_LINES = re.compile(r"[!-~][ -~]*(?:\n[ -~]*)*")
_ESCAPED = re.compile(r"[^ !#-\[\]-~]")
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
# libyaml looks for the colon of a simple key within 1024 characters.
_LONGEST_SIMPLE_KEY = 200


def spell(mapping: Mapping[str, Any]) -> str:
    """Write a mapping as a YAML document.

    Args:
        mapping: Text, bytes, numbers, booleans, ``None``, lists and mappings of these.

    Returns:
        ASCII text that ends with a line feed; keys in the mapping's order.
    """
    return "".join(_mapping(mapping, ""))


def _mapping(mapping: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in mapping.items():
        yield f"{indent}{_key(key, indent)}:"
        yield from _value(value, indent)


def _key(key: str, indent: str) -> str:
    """What stands before a colon, on one line but for a long key, which has a mark and a line of its own."""
    if len(key) > _LONGEST_SIMPLE_KEY:
        return f"? {_quoted(key)}\n{indent}"
    return _text(key, indent) if _ONE_LINE.fullmatch(key) else _quoted(key)


def _value(value: Any, indent: str) -> Iterator[str]:
    """What stands after a colon or, in a list, after the dash."""
    if isinstance(value, Mapping) and value:
        yield "\n"
        yield from _mapping(value, indent + "  ")
    elif isinstance(value, (list, tuple)) and value:
        yield "\n"
        for item in value:
            yield from _item(item, indent)
    else:
        yield f" {_scalar(value, indent)}\n"


def _item(item: Any, indent: str) -> Iterator[str]:
    if isinstance(item, Mapping) and item:
        inner = indent + "  "
        text = "".join(_mapping(item, inner))
        yield f"{indent}- {text[len(inner) :]}"
    elif isinstance(item, (list, tuple)) and item:
        yield f"{indent}- [{', '.join(_in_flow(part) for part in item)}]\n"
    else:
        yield f"{indent}- {_scalar(item, indent)}\n"


def _in_flow(value: Any) -> str:
    """A value between brackets: commas and brackets must not stand bare there."""
    return _quoted(value) if isinstance(value, str) else _scalar(value, "")


def _scalar(value: Any, indent: str) -> str:
    if isinstance(value, str):
        return _text(value, indent)
    if isinstance(value, bytes):
        return f'!!binary "{base64.b64encode(value).decode("ascii")}"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return "{}"
    return "[]"


def _text(text: str, indent: str) -> str:
    if len(text) < 200 and _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if _ONE_LINE.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    if _LINES.fullmatch(text) and not text.endswith("\n\n"):
        return _block(text, indent + "  ")
    return _quoted(text)


def _block(text: str, indent: str) -> str:
    keep = "|" if text.endswith("\n") else "|-"
    lines = text.removesuffix("\n").split("\n")
    return keep + "".join(f"\n{indent}{line}" if line else "\n" for line in lines)


def _quoted(text: str) -> str:
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if code < 0x100:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
