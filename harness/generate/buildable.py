"""What the SDK would refuse to build, or would alter: such inputs are sent raw.

Serves every generator. botocore's validator checks types, required members, minima and the one member of a
union, and knows no unknown members; its serializer fills idempotency tokens in, drops fractions of seconds
and spells base64 in its own way. It checks no maximum, pattern or enum.
Source: botocore, ``validate.py`` and ``serialize.py`` (https://github.com/boto/botocore).
"""

from __future__ import annotations

import base64
from typing import Any

from harness.contract import Contract, Member, check

REFUSED_TRAITS = frozenset({"type", "required", "union", "length/min", "range/min", "unknown"})
FIRST_INSTANT, LAST_INSTANT = -62135596800, 253402300799  # years 1 and 9999, what a datetime holds


def needs_raw(contract: Contract, document: Any) -> bool:
    """Say whether an input must be written by the raw encoder to arrive as it is."""
    if contract.input is None:
        return bool(document)
    if any(violation.trait in REFUSED_TRAITS for violation in check(contract, document)):
        return True
    if any(name not in document for name in tokens(contract)):
        return True
    return _altered(contract, contract.input, document)


def tokens(contract: Contract) -> tuple[str, ...]:
    """Name the top-level members that clients fill in when they are left out."""
    if contract.input is None:
        return ()
    members = contract.shapes[contract.input].members
    return tuple(name for name, member in members.items() if member.idempotency_token)


def _altered(contract: Contract, name: str, value: Any) -> bool:
    """Look for what a valid value may hold and the SDK still refuses or changes."""
    shape = contract.shapes[name]
    if shape.type in ("structure", "union"):
        return any(
            key not in shape.members or item is None or _altered(contract, shape.members[key].target, item)
            for key, item in value.items()
        )
    if shape.type in ("list", "map"):
        element: Member | None = shape.member or shape.value
        items = value if isinstance(value, list) else value.values()
        return element is not None and any(
            item is None or _altered(contract, element.target, item) for item in items
        )
    if shape.type == "timestamp":
        return value != int(value) or not FIRST_INSTANT <= value <= LAST_INSTANT
    if shape.type == "blob":
        return bool(base64.b64encode(base64.b64decode(value)).decode() != value)
    if shape.type in ("byte", "short", "integer", "long", "bigInteger"):
        return isinstance(value, float)
    return shape.type in ("float", "double") and isinstance(value, str)
