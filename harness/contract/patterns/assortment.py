"""A handful of texts of a pattern, as unlike each other as can be had cheaply.

Serves the comparison of two patterns: a text of one that the other does not take shows that they differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


def assortment(pattern: str) -> Iterator[str]:
    """Make a handful of texts that a pattern takes: short and long ones, plain and mixed ones.

    Args:
        pattern: A Java pattern.

    Yields:
        The texts, those that cost least first; none where none was found.

    Raises:
        ContractError: The pattern is not supported.
    """
    yield from _plain(pattern)
    yield from _rare(pattern)


@lru_cache(maxsize=2048)
def _plain(pattern: str) -> tuple[str, ...]:
    return _taken(pattern, _texts(parse(pattern).root, SIZES, ATTEMPTS))


@lru_cache(maxsize=2048)
def _rare(pattern: str) -> tuple[str, ...]:
    branched = _branched(parse(pattern).root)
    return _taken(pattern, chain.from_iterable(_texts(each, (0,), BRANCH_ATTEMPTS) for each in branched))


def _taken(pattern: str, made: Iterable[str | None]) -> tuple[str, ...]:
    checker = Checker(pattern)
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
    """Give the pattern with each alternative taken alone, and each part that may be left out taken."""
    yield from islice(_alone(root), MOST_BRANCHES)


def _alone(node: Node) -> Iterator[Node]:
    """Take each way that chance may never take."""
    match node:
        case Alternation(branches):
            for branch in branches:
                yield branch
                yield from _alone(branch)
        case Sequence(parts):
            for place, part in enumerate(parts):
                for each in _alone(part):
                    yield Sequence((*parts[:place], each, *parts[place + 1 :]))
        case Repeat(body, least):
            if least == 0:
                yield replace(node, minimum=1)
            for each in _alone(body):
                yield replace(node, body=each, minimum=max(least, 1))
        case Group(body) | Atomic(body):
            for each in _alone(body):
                yield replace(node, body=each)
