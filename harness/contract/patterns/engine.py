"""The matching engine: the ``regex`` package, behind the two calls that this package needs.

Serves ``java``, ``properties`` and ``samples``; no other module imports ``regex``.
"""

from __future__ import annotations

from typing import Protocol, cast

import regex  # type: ignore[import-untyped, unused-ignore]


class Compiled(Protocol):
    """A compiled pattern, as far as it is used here."""

    def fullmatch(self, text: str, *, timeout: float | None = None) -> object | None:
        """Match a whole text; TimeoutError when ``timeout`` seconds were not enough."""

    def findall(self, text: str) -> list[str]:
        """List all matches of a pattern without groups."""


def compile_syntax(spelling: str) -> Compiled:
    """Compile a pattern in the engine's own syntax.

    Args:
        spelling: The pattern, in the syntax of ``regex`` version 1.

    Returns:
        The compiled pattern.

    Raises:
        ValueError: The engine does not take it.
    """
    try:
        return cast(Compiled, regex.compile(spelling, regex.VERSION1))
    except (regex.error, RecursionError, OverflowError) as error:
        raise ValueError(str(error)) from error
