"""Which characters of a set to write: readable ones first, surrogates never.

Serves ``generate``; needs the matching engine, because a set may be a Unicode property.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from functools import lru_cache

from harness.contract.patterns.engine import compile_syntax
from harness.contract.patterns.java import spell_set
from harness.contract.patterns.nodes import CharacterSet, Combined, Span

DIGITS = "1234567890"
MARKS = "-_./:=+@,;~!#$%&()*'?[]{}|^<>`\"\\"
PRINTABLE = string.ascii_letters + DIGITS + MARKS
FURTHER = " éñßøĀΑλЖשع中あ한😀" + "\u0301\u0903\u00a0\u2028\u2029\u200d\ue000"
CONTROLS = "\t\n\r\x0b\f" + "".join(map(chr, (*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0))))
CANDIDATES = PRINTABLE + FURTHER + CONTROLS
KINDS = (string.ascii_lowercase, string.ascii_uppercase, DIGITS, MARKS)
HIGH_SURROGATE, LOW_SURROGATE, LAST_CODE_POINT = 0xD800, 0xDFFF, 0x10FFFF


@lru_cache(maxsize=4096)
def palette(allowed: CharacterSet) -> str:
    """List characters of a set, the most readable first.

    Args:
        allowed: The set.

    Returns:
        Printable ASCII if the set has any; otherwise the first that is found; empty for an empty set.
    """
    compiled = compile_syntax(spell_set(allowed))
    found = "".join(compiled.findall(CANDIDATES))
    readable = "".join(each for each in found if each in PRINTABLE)
    if found:
        return readable or found
    for point in _points(allowed):
        if not HIGH_SURROGATE <= point <= LOW_SURROGATE and compiled.fullmatch(chr(point)):
            return chr(point)
    return ""


def _points(allowed: CharacterSet) -> Iterator[int]:
    """Where to look: the set's own ends first, then everywhere."""
    yield from _ends(allowed)
    yield from range(LAST_CODE_POINT + 1)


def _ends(allowed: CharacterSet) -> Iterator[int]:
    if isinstance(allowed, Span):
        yield from (allowed.first, allowed.last)
    elif isinstance(allowed, Combined):
        for part in allowed.parts:
            yield from _ends(part)


@lru_cache(maxsize=4096)
def mixture(allowed: CharacterSet) -> tuple[str, ...]:
    """Sort the palette of a set by kind: small letters, capitals, digits, marks; without empty kinds."""
    found = palette(allowed)
    kinds = tuple("".join(each for each in kind if each in found) for kind in KINDS)
    return tuple(kind for kind in kinds if kind) or (found,)
