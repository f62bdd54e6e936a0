"""Whether another pattern asks for more."""

from __future__ import annotations

from functools import lru_cache

from harness.contract import patterns
from harness.errors import ContractError


def bare(pattern: str) -> str:
    """Take away the anchors around a pattern: it matches whole texts either way."""
    inner = pattern.removeprefix("^")
    ends = inner.endswith("$") and not inner.endswith("\\$")
    return inner[:-1] if ends else inner


@lru_cache(maxsize=4096)
def pattern_stem(old: str | None, new: str | None) -> str:
    """Name what happened to a pattern.

    Args:
        old: The old pattern, ``None`` for none.
        new: The new pattern.

    Returns:
        ``pattern-added``, ``-removed``, ``-respelled`` (other anchors, the same texts), ``-tightened`` (a
        text was found that only the old one takes), ``-loosened`` (one that only the new one takes),
        ``-replaced`` (one of either kind) or ``-changed`` (neither was found, which proves nothing).
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
