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

Origin = Literal["sent", "received"]
LEVEL = "*"

# Every form that ``forms`` gives, where its padding is no matter.
PSEUDONYM = re.compile(
    r"(?i:REDACTED)-?(?i:(sent|received))-?([0-9a-fA-F]{12})|(?i:00000000-0000-4000-([89])000-([0-9a-f]{12}))"
)
# One of these stands in every pseudonym, in lower case.
MARKS = ("redacted", "00000000-0000-4000-")
_WHOLE = re.compile(rf"(?:{PSEUDONYM.pattern})[xX]*")
_UUIDS = {"8": "sent", "9": "received"}
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
    yield f"00000000-0000-4000-{'8' if origin == 'sent' else '9'}000-{number}"


def recognised(text: str) -> str | None:
    """Give a whole text that is a pseudonym in its plain spelling; ``None`` for any other text."""
    found = _WHOLE.fullmatch(text)
    if found is None:
        return None
    origin, number, variant, of_uuid = found.groups()
    return plain(_UUIDS[variant] if variant else origin.lower(), (number or of_uuid).lower())


def level(text: str) -> str:
    """Say what a pseudonym is for matching: itself where it was received, else the same for all."""
    known = recognised(text)
    return known if known is not None and known.startswith(f"{REPLACEMENT}-received") else LEVEL


def fits(shape: Shape, member: Member | None, value: Any) -> bool:
    """Say whether a value is of a shape's kind and keeps its own constraints."""
    if not has_type(shape, value):
        return False
    return all(keeps(shape, trait, bound, value) for trait, bound in own_constraints(shape, member))


def text_for(shape: Shape, member: Member | None, value: str, origin: str, number: str) -> str | None:
    """Spell a pseudonym so that it may stand where a text stood.

    Args:
        shape: The shape of the place.
        member: The member with that shape.
        value: What stood there; its place is only heeded where it heeded it itself.
        origin: ``sent`` or ``received``.
        number: The random part.

    Returns:
        The first form that keeps the place's constraints; ``None`` where none does.
    """
    spell = _as_blob if shape.type == "blob" else str
    if not fits(shape, member, value):
        return spell(plain(origin, number))
    bounds = trait_of(shape, member, "length")
    least = int((bounds.min if bounds is not None else None) or 0)
    return next(
        (spell(form) for form in forms(origin, number, least) if fits(shape, member, spell(form))), None
    )


def _as_blob(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
