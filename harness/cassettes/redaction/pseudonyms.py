"""What stands for a secret: a random text of a recognisable form that says where it was first seen.

Random, never a digest of the secret: a password that can be guessed could be found again from its digest.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterator
from typing import Any, Literal

from harness.cassettes.redaction.rows import REPLACEMENT
from harness.contract import Member, Shape
from harness.contract.checking import has_type, keeps
from harness.contract.constraint import own_constraints, trait_of
from harness.contract.examples import simple
from harness.errors import ContractError

Origin = Literal["sent", "received"]
LEVEL = "*"

# Every form that ``forms`` gives, where its padding is no matter.
PSEUDONYM = re.compile(r"(?i:REDACTED)-?(?i:(sent|received))-?([0-9a-fA-F]{12})")
_WHOLE = re.compile(rf"{PSEUDONYM.pattern}[xX]*")
_LONGEST_PADDED = 2048


def digits() -> str:
    """Make the random part of a pseudonym."""
    return secrets.token_hex(6)


def plain(origin: str, number: str) -> str:
    """Spell a pseudonym as it stands wherever nothing constrains it."""
    return f"{REPLACEMENT}-{origin}-{number}"


def forms(origin: str, number: str, least: int = 0) -> Iterator[str]:
    """Spell a pseudonym in every form, for places whose pattern or length refuses some of them.

    Args:
        origin: ``sent`` or ``received``.
        number: Its random part.
        least: How long the place wants it at least, in characters.
    """
    spelled = plain(origin, number)
    bare = spelled.replace("-", "")
    for form in (spelled, bare, bare.upper(), bare.lower()):
        yield form
        if len(form) < least <= _LONGEST_PADDED:
            yield form + ("X" if form.isupper() else "x") * (least - len(form))


def recognised(text: str) -> str | None:
    """Give a whole text that is a pseudonym in its plain spelling; ``None`` for any other text."""
    found = _WHOLE.fullmatch(text)
    return plain(found.group(1).lower(), found.group(2).lower()) if found else None


def level(text: str) -> str:
    """Say what a pseudonym is for matching: itself where it was received, else the same for all."""
    known = recognised(text)
    return known if known is not None and known.startswith(f"{REPLACEMENT}-received") else LEVEL


def fits(shape: Shape, member: Member | None, value: Any) -> bool:
    """Say whether a value is of a shape's kind and keeps its own constraints."""
    if not has_type(shape, value):
        return False
    return all(keeps(shape, trait, bound, value) for trait, bound in own_constraints(shape, member))


def text_for(shape: Shape | None, member: Member | None, value: str, origin: str, number: str) -> str:
    """Spell a pseudonym so that it may stand where a text stood.

    Args:
        shape: The shape of the place; ``None`` where nothing is known of it.
        member: The member with that shape.
        value: What stood there; its place is only heeded where it heeded it itself.
        origin: ``sent`` or ``received``.
        number: The random part.

    Returns:
        The first form that keeps the constraints, else the smallest value that does, else the plain form.
    """
    if shape is None or not fits(shape, member, value):
        return plain(origin, number)
    bounds = trait_of(shape, member, "length")
    least = int((bounds.min if bounds is not None else None) or 0)
    for form in forms(origin, number, least):
        spelled = _as_blob(form) if shape.type == "blob" else form
        if fits(shape, member, spelled):
            return spelled
    return str(_smallest(shape, member, plain(origin, number)))


def value_for(shape: Shape | None, member: Member | None, value: Any) -> Any:
    """Make a number or boolean that may stand where a secret one stood; the same for every secret."""
    if isinstance(value, bool):
        return False
    if shape is None or not fits(shape, member, value):
        return 0
    made = _smallest(shape, member, 0)
    return float(made) if isinstance(value, float) and isinstance(made, int) else made


def _smallest(shape: Shape, member: Member | None, otherwise: Any) -> Any:
    try:
        return simple(shape, member)
    except ContractError:  # no value is known that keeps its pattern
        return otherwise


def _as_blob(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
