"""Suggestions for names that are not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Say in one sentence which known names are like a word.

    Args:
        word: What was asked for.
        known: The names there are.
        otherwise: The sentence for when none is like it; the first few names are listed when left out.
    """
    names = sorted(known)
    lowered = {name.lower(): name for name in reversed(names)}
    near = difflib.get_close_matches(word.lower(), list(lowered), n=3, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(lowered[name] for name in near)}?"
    if otherwise:
        return otherwise
    listed = ", ".join(names[:5])
    more = ", ..." if len(names) > 5 else ""
    return f"Choose from {listed}{more}." if names else "There is nothing to choose from."
