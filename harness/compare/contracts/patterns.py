"""Whether another pattern asks for more."""

from __future__ import annotations

import re
from functools import lru_cache

from harness.contract import patterns
from harness.errors import ContractError

BACKREFERENCE = re.compile(r"\\(?:[1-9]|k<)")


def bare(pattern: str) -> str:
    """Take away the anchors and groups around a pattern: it matches whole texts either way."""
    while True:
        inner = pattern.removeprefix("^")
        if inner.endswith("$") and not inner.endswith("\\$"):
            inner = inner[:-1]
        inner = _without_group(inner)
        if inner == pattern:
            return pattern
        pattern = inner


def _without_group(pattern: str) -> str:
    """Take away a group around all of a pattern, if there is one and nothing refers to groups by number."""
    opening = next((each for each in ("(?:", "(") if pattern.startswith(each)), "")
    if not opening or pattern.startswith("(?", len(opening) - 1) or BACKREFERENCE.search(pattern):
        return pattern
    depth, inside, place = 0, False, 0
    while place < len(pattern):
        character = pattern[place]
        if character == "\\":
            place += 1
        elif inside or character == "[":
            inside = character != "]"
        elif character in "()":
            depth += 1 if character == "(" else -1
            if depth == 0:
                break
        place += 1
    return pattern[len(opening) : -1] if place == len(pattern) - 1 else pattern


@lru_cache(maxsize=4096)
def pattern_stem(old: str | None, new: str | None) -> str:
    """Name what happened to a pattern.

    Args:
        old: The old pattern, ``None`` for none.
        new: The new pattern.

    Returns:
        ``pattern-added``, ``-removed``, ``-respelled`` (other anchors or groups around it, the same texts),
        ``-tightened`` (a text was found that only the old one takes), ``-loosened`` (one that only the new
        one takes), ``-replaced`` (one of either kind) or ``-changed`` (neither was found, which proves
        nothing).
    """
    if old is None or new is None:
        return "pattern-added" if old is None else "pattern-removed"
    if bare(old) == bare(new):
        return "pattern-respelled"
    words = {
        (True, True): "replaced", (True, False): "tightened", (False, True): "loosened",
        (False, False): "changed",
    }  # fmt: skip
    return f"pattern-{words[_refused(old, new), _refused(new, old)]}"


def _refused(one: str, other: str) -> bool:
    """Say whether some text of one pattern is none of the other."""
    try:
        return any(not patterns.matches(other, text) for text in patterns.assortment(one))
    except ContractError:
        return False
