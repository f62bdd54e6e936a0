"""A handful of texts of a pattern, as unlike each other as can be had cheaply.

Serves the comparison of two patterns: a text of one that the other does not take shows that they differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain, islice

from harness.contract.patterns.examples import Checker
from harness.contract.patterns.generate import Generator
from harness.contract.patterns.lengths import ascending
from harness.contract.patterns.nodes import Alternation, Atomic, Group, Node, Repeat, Sequence
from harness.contract.patterns.parse import parse

SIZES = (0, 1, 2, 3, 6, 12, 24, 48, 64, 96)
LONGEST_TEXT = 2048
ATTEMPTS = (0, 7, 15, 17, 21)
MOST_BRANCHES = 24
BRANCH_ATTEMPTS = (0, 17)


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
    root, checker = parse(pattern).root, Checker(pattern)
    made = chain(
        _texts(root, SIZES, ATTEMPTS), *(_texts(each, (0,), BRANCH_ATTEMPTS) for each in _branched(root))
    )
    return tuple(text for text in dict.fromkeys(made) if text is not None and checker.verdict(text))


def _texts(root: Node, sizes: tuple[int, ...], attempts: tuple[int, ...]) -> Iterator[str | None]:
    """Build texts near some lengths, and of the lengths at which the pattern ends."""
    generator = Generator(root)
    known = generator.lengths()
    nearest = (islice(ascending(known, size, LONGEST_TEXT), 1) for size in sizes)
    ends = (each.end for each in known if each.end <= LONGEST_TEXT)
    lengths = dict.fromkeys(chain(chain.from_iterable(nearest), ends))
    return (generator.build(length, attempt) for length in lengths for attempt in attempts)


def _branched(root: Node) -> Iterator[Node]:
    """Give the pattern with each of its alternatives taken alone, which chance may never take."""
    yield from islice(_alone(root), MOST_BRANCHES)


def _alone(node: Node) -> Iterator[Node]:
    match node:
        case Alternation(branches):
            for branch in branches:
                yield branch
                yield from _alone(branch)
        case Sequence(parts):
            for place, part in enumerate(parts):
                for each in _alone(part):
                    yield Sequence((*parts[:place], each, *parts[place + 1 :]))
        case Repeat(body) | Group(body) | Atomic(body):
            for each in _alone(body):
                yield replace(node, body=each)
