"""Finding texts that a pattern does not take, though their length is allowed.

Serves the boundary cases: a request that breaks a pattern and nothing else. A text that stays in headers and
labels unharmed is preferred: printable ASCII without spaces at its ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from harness.contract.patterns.examples import Checker, example
from harness.contract.patterns.samples import CONTROLS

MARKS = "!~*^|$#@&;,+=()'<>[]{}`\"\\%?:._-/"
LETTERS = "zZ0aA9bcdefghijklmnopqrstuvwxyBCDEFGHIJKLMNOPQRSTUVWXY12345678"
FAR = "é☃中😀\u00a0\u0301\ue000"
BROKEN_LINES = (".\n.", " \n \n ", "\n<\n", "\n\x01\n")
FEW_PLACES = 12
LONG = 2048
"""In longer texts only the first and the last character are replaced."""


@lru_cache(maxsize=8192)
def counterexample(pattern: str, minimum: int, maximum: int | None) -> str | None:
    """Find a text of an allowed length that a pattern does not take.

    Args:
        pattern: A Java pattern.
        minimum: The fewest code points.
        maximum: The most code points; ``None`` for any number.

    Returns:
        The text, best an example with one character replaced; ``None`` when none was found, which is so for
        a pattern that takes everything.

    Raises:
        ContractError: The pattern is not supported.
    """
    high = max(minimum, 0) + 64 if maximum is None else maximum
    if high < minimum:
        return None
    bases = _bases(pattern, minimum, maximum)
    return Checker(pattern).first(_candidates(bases, minimum, high), False)


def _bases(pattern: str, minimum: int, maximum: int | None) -> list[str]:
    """Texts that the pattern takes: one with characters to replace, and the shortest."""
    shortest = example(pattern, minimum, maximum)
    found = [] if shortest is None else [example(pattern, max(minimum, least), maximum) for least in (1, 3)]
    return list(dict.fromkeys(each for each in (*found, shortest) if each is not None))


def _candidates(bases: list[str], minimum: int, maximum: int) -> Iterator[str]:
    for base in bases:
        yield from _replaced(base, MARKS + LETTERS)
    for base in bases:
        yield from _resized(base, minimum, maximum)
    most = min(maximum, max(minimum, LONG))
    for mark in MARKS + LETTERS:
        yield from (mark * length for length in sorted({max(minimum, 1), most}) if length <= most)
    for base in bases:
        yield from _replaced(base, " ", inner=True)
        yield from _replaced(base, FAR)
    yield from (mark * max(minimum, 1) for mark in FAR if maximum)
    if minimum <= 0:
        yield ""
    for base in bases:
        yield from _replaced(base, CONTROLS, inner=True)
    for base in bases:
        yield from _replaced(base, " " + CONTROLS)
    yield from (text for text in BROKEN_LINES if minimum <= len(text) <= maximum)


def _replaced(base: str, marks: str, inner: bool = False) -> Iterator[str]:
    """A text with one character replaced; ``inner`` leaves its ends alone."""
    places = range(1, len(base) - 1) if inner else range(len(base))
    few = FEW_PLACES if len(places) <= LONG else 1
    chosen = [*places[:few], *places[-few:]] if len(places) > 2 * few else list(places)
    for mark in marks:
        for place in chosen:
            if base[place] != mark:
                yield base[:place] + mark + base[place + 1 :]


def _resized(base: str, minimum: int, maximum: int) -> Iterator[str]:
    """A text with something added or taken away at its end."""
    if len(base) < maximum:
        yield from (base + mark for mark in "!a0-")
    if len(base) > max(minimum, 1):
        yield base[:-1]
