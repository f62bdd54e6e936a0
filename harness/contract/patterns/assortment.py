"""A handful of texts of a pattern, as unlike each other as can be had cheaply.

Serves the comparison of two patterns: a text of one that the other does not take shows that they differ.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, islice

from harness.contract.patterns.examples import Checker
from harness.contract.patterns.generate import Generator
from harness.contract.patterns.lengths import ascending
from harness.contract.patterns.parse import parse

SIZES = (0, 1, 2, 3, 6, 12, 24, 48, 64, 96)
LONGEST_TEXT = 2048
ATTEMPTS = (0, 7, 15, 17, 21)


@lru_cache(maxsize=2048)
def assortment(pattern: str) -> tuple[str, ...]:
    """Make a handful of texts that a pattern takes: short and long ones, plain and mixed ones.

    Args:
        pattern: A Java pattern.

    Returns:
        The texts, each once; none where none was found.

    Raises:
        ContractError: The pattern is not supported.
    """
    generator, checker = Generator(parse(pattern).root), Checker(pattern)
    known = generator.lengths()
    nearest = (islice(ascending(known, size, LONGEST_TEXT), 1) for size in SIZES)
    ends = (each.end for each in known if each.end <= LONGEST_TEXT)
    lengths = dict.fromkeys(chain(chain.from_iterable(nearest), ends))
    made = (generator.build(length, attempt) for length in lengths for attempt in ATTEMPTS)
    return tuple(text for text in dict.fromkeys(made) if text is not None and checker.verdict(text))
