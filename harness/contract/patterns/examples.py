"""Finding texts that a pattern takes, and texts that it does not.

Every text that leaves this module was checked against the pattern. Serves the oracle's boundary cases and
the generators; the same arguments give the same text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice

from harness.contract.patterns.generate import Generator
from harness.contract.patterns.java import fully_matches
from harness.contract.patterns.lengths import LONGEST, ascending
from harness.contract.patterns.nodes import Look, LookKind, Sequence
from harness.contract.patterns.parse import parse
from harness.errors import ContractError

PATIENCE = 0.25
"""Seconds for the check of one candidate."""

MOST_ENDLESS = 3
"""After so many checks without a verdict a search is given up."""

ROUNDS = ((16, range(8)), (40, range(8, 20)), (8, range(20, 300)))
"""How an example is searched: how many lengths from the shortest on, with which attempts each."""

EXACT_ATTEMPTS = 400


class Checker:
    """Checks candidates against one pattern, and loses patience once.

    Attributes:
        pattern: The Java pattern.
        endless: How many checks had no verdict so far.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern, self.endless = pattern, 0

    @property
    def exhausted(self) -> bool:
        """Whether the search should be given up."""
        return self.endless >= MOST_ENDLESS

    def verdict(self, text: str) -> bool | None:
        """Tell whether the pattern takes a text; ``None`` without a verdict in time."""
        if self.exhausted:
            return None
        try:
            return fully_matches(self.pattern, text, PATIENCE)
        except ContractError:
            self.endless += 1
            return None

    def first(self, candidates: Iterable[str | None], wanted: bool) -> str | None:
        """Take the first candidate with the wanted verdict."""
        for candidate in candidates:
            if candidate is not None and self.verdict(candidate) is wanted:
                return candidate
            if self.exhausted:
                return None
        return None


@lru_cache(maxsize=1024)
def _generator(pattern: str) -> Generator:
    return Generator(parse(pattern).root)


@lru_cache(maxsize=1024)
def _foreseen(pattern: str) -> tuple[Generator, ...]:
    """Read a look ahead as the text itself, in place of what follows it or of a beginning of that.

    No attempt at the parts finds ``arn:(?=[^:]+:fsx:).*``, for all of the text is said in the condition.
    """
    root = parse(pattern).root
    if not isinstance(root, Sequence):
        return ()
    return tuple(
        Generator(Sequence((*root.parts[:place], part.body, *root.parts[after:])))
        for place, part in enumerate(root.parts)
        if isinstance(part, Look) and part.kind is LookKind.AHEAD
        for after in range(len(root.parts), place, -1)
    )


@lru_cache(maxsize=8192)
def example(pattern: str, minimum: int = 0, maximum: int | None = None) -> str | None:
    """Find a text that a pattern takes, as short and as plain as possible.

    Args:
        pattern: A Java pattern.
        minimum: The fewest code points.
        maximum: The most code points; ``None`` for any number.

    Returns:
        The text; ``None`` when none was found.

    Raises:
        ContractError: The pattern is not supported.
    """
    checker = Checker(pattern)
    texts = (_texts(each, minimum, maximum) for each in (_generator(pattern), *_foreseen(pattern)))
    return checker.first(chain.from_iterable(texts), True)


def _texts(generator: Generator, minimum: int, maximum: int | None) -> Iterator[str | None]:
    high = LONGEST if maximum is None else maximum
    for count, attempts in ROUNDS:
        for length in islice(ascending(generator.lengths(), minimum, high), count):
            for attempt in attempts:
                yield generator.build(length, attempt)


@lru_cache(maxsize=8192)
def example_of_length(pattern: str, length: int) -> str | None:
    """Find a text of an exact length that a pattern takes.

    Args:
        pattern: A Java pattern.
        length: How many code points.

    Returns:
        The text; ``None`` when none was found, e.g. because the pattern has no text of this length.

    Raises:
        ContractError: The pattern is not supported.
    """
    if length < 0 or not any(length in each for each in _generator(pattern).lengths()):
        return None
    fitting = [
        each for each in (_generator(pattern), *_foreseen(pattern))
        if any(length in part for part in each.lengths())
    ]  # fmt: skip
    attempts = (each.build(length, attempt) for each in fitting for attempt in range(EXACT_ATTEMPTS))
    return Checker(pattern).first(attempts, True)
