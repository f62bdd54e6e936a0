"""Outputs made comparable: what the contract says differs from call to call is levelled out.

The stage between equality and the pairing of lists: takes an output and gives one that says the same in one
way only, by shape.
"""

from __future__ import annotations

import base64
import binascii
import math
import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from harness.compare.grading import broken_by
from harness.compare.links import References, is_identity
from harness.compare.pointers import Path, step_into
from harness.contract import Contract, Shape, canonical

# What stands for a volatile value: only whether there is one, and of which kind, is compared.
LEVEL: dict[type, Any] = {str: "", bool: False, int: 0, float: 0, list: [], dict: {}}
LONGEST_INSTANT = 40  # characters
_SORTED = msgspec.json.Encoder(order="sorted")


def levelled(contract: Contract | None, output: Any, references: References | None = None) -> Any:
    """Level volatile members, leave out what is absent on the wire, spell each value in one way.

    Args:
        contract: The operation; its ``volatile`` pointers name the members. ``None`` where it is not known.
        output: An output document.
        references: What stands for linked ids, as ``harness.compare.links.references`` found them.

    Returns:
        The output with an empty value of the same kind in each volatile place and a reference in each place
        of a linked id, without null members; whole numbers as integers, timestamps in milliseconds, blobs
        padded, and what JSON has no number for by name.
    """
    return _Levelling(contract, references or {}).value(
        contract.output if contract is not None else None, "", "", output
    )


class _Levelling:
    """One walk over one output, with the contract's shapes beside it."""

    def __init__(self, contract: Contract | None, references: References) -> None:
        self.contract = contract
        self.shapes: Mapping[str, Shape] = contract.shapes if contract is not None else {}
        self.volatile = frozenset(contract.volatile) if contract is not None else frozenset()
        self.references = references

    def value(self, name: str | None, pointer: str, member: str, value: Any) -> Any:
        if value is None:
            return None
        if pointer in self.volatile:
            return LEVEL.get(type(value), "")
        shape = self.shapes.get(name or "")
        if isinstance(value, dict):
            return self._dict(shape, pointer, member, value)
        if isinstance(value, list):
            inner = shape.member.target if shape is not None and shape.member is not None else None
            below = (f"{pointer}/member" if pointer else "member") if self.volatile else ""
            return [self.value(inner, below, member, item) for item in value]
        if isinstance(value, str) and value in self.references and is_identity(self.shapes, name, member):
            return self._reference(name, value)
        return in_one_spelling(shape, value)

    def _reference(self, name: str | None, value: str) -> str:
        """Let a side have an id of its own, but not one of a form that the other side's does not have."""
        reference = self.references[value]
        if self.contract is None or name is None or name not in self.shapes:
            return reference
        broken = sorted(broken_by(self.contract, name, None, value))
        return f"{reference} breaks {', '.join(broken)}" if broken else reference

    def _dict(self, shape: Shape | None, pointer: str, member: str, value: dict[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        is_map = shape is not None and shape.type == "map"
        for key, item in value.items():
            if item is not None:
                part, target = step_into(shape, key)
                below = (f"{pointer}/{part}" if pointer else part) if self.volatile else ""
                kept[key] = self.value(target, below, member if is_map else key, item)
            elif shape is not None and is_map and shape.sparse:
                kept[key] = None  # in a sparse map null is a value
        return kept


def in_one_spelling(shape: Shape | None, value: Any) -> Any:
    """Spell a simple value in one way.

    Args:
        shape: Its shape; ``None`` where it is not known.
        value: A text, number or truth value.

    Returns:
        Timestamps in milliseconds, the spellings of a moment as text in one of them; blobs padded; numbers
        of single precision at that precision; whole numbers as integers; NaN and infinities by name.
    """
    kind = shape.type if shape is not None else ""
    if isinstance(value, str):
        return _TEXTS[kind](value) if kind in _TEXTS else value
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if kind == "timestamp":
        value = round(value, 3)
    elif kind == "float" and abs(value) < 3e38:
        value = struct.unpack("f", struct.pack("f", value))[0]
    return int(value) if value.is_integer() else value


def _padded(text: str) -> str:
    """Blobs that stand for the same bytes get one spelling; what is no base64 stays."""
    bare = "".join(text.split()).rstrip("=")
    try:
        raw = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return text
    return base64.b64encode(raw).decode("ascii")


def _instant(text: str) -> str:
    """A moment that was left as text gets one spelling; it stays text, since the form is another."""
    if len(text) > LONGEST_INSTANT:
        return text
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except (ValueError, TypeError, IndexError):
            continue
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return f"{moment.timestamp():.3f}"
    return text


_TEXTS = {"blob": _padded, "timestamp": _instant}


def spelling(value: Any) -> bytes:
    """Spell a levelled document in one way only, quickly; equal bytes say the same."""
    try:
        return _SORTED.encode(value)
    except (UnicodeEncodeError, OverflowError):  # lone surrogates, numbers beyond 64 bits
        return canonical(value)


def same(old: Any, new: Any) -> bool:
    """Say whether two documents say the same: numbers by value, members in any order, true is not 1."""
    if old != new:
        return False
    if isinstance(old, str):
        return True
    try:  # equality takes true for 1; the quick spelling settles nearly every pair
        return msgspec.json.encode(old) == msgspec.json.encode(new) or canonical(old) == canonical(new)
    except (UnicodeEncodeError, OverflowError):
        return canonical(old) == canonical(new)


def look_up(document: Any, path: Path) -> Any:
    """Return what stands in one place of a document; ``None`` where there is nothing."""
    for step in path:
        if isinstance(document, list):
            document = document[step] if isinstance(step, int) and step < len(document) else None
        else:
            document = document.get(step) if isinstance(document, dict) else None
    return document
