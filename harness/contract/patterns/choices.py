"""The decisions that make one attempt at a text differ from the next.

Serves ``generate``; a fixed stream of numbers stands in for chance, so every attempt can be repeated.
"""

from __future__ import annotations

from harness.contract.patterns.nodes import CharacterSet
from harness.contract.patterns.samples import mixture, palette

BITS = 4
SYSTEMATIC = 1 << BITS
PLAIN = 6
"""The first attempts write one and the same character of a set; later ones mix."""

BLOCK = 256
"""Long runs of one set repeat a block of so many characters."""


class Choices:
    """A stream of decisions, the same for the same attempt.

    Attempt 0 takes the first choice everywhere. The next ones go through all ways of taking the first or the
    last one at the first few decisions, one bit of the attempt for each; later ones vary everything.
    """

    def __init__(self, attempt: int) -> None:
        self.attempt, self.state = attempt, attempt * 2654435761 + 1
        self.decisions = 0

    def below(self, count: int) -> int:
        """Decide on a number from 0 to ``count - 1``."""
        if count == 1:
            return 0
        if self.attempt < SYSTEMATIC:
            bit = self.attempt >> (self.decisions % BITS) & 1
            self.decisions += 1
            return bit * (count - 1)
        return self.random(count)

    def random(self, count: int) -> int:
        """Decide on a number from 0 to ``count - 1``, by a fixed stream of numbers."""
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        return (self.state >> 33) % count

    def characters(self, allowed: CharacterSet, count: int) -> str:
        """Write ``count`` characters of a set."""
        if self.attempt < PLAIN:
            return palette(allowed)[:1] * count
        kinds = mixture(allowed)
        block = []
        for place in range(min(count, BLOCK)):
            kind = kinds[(place + self.random(len(kinds))) % len(kinds)]
            block.append(kind[(place // len(kinds) + self.random(len(kind))) % len(kind)])
        return "".join(block) if count <= BLOCK else ("".join(block) * (count // BLOCK + 1))[:count]
