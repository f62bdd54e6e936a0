"""Building a text of an exact length from the nodes of a pattern.

Serves ``examples``. A text is built to fit the nodes' lengths and sets; anchors, conditions and references
are left to the caller's check, which asks for another attempt when they do not hold.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.contract.patterns.choices import Choices
from harness.contract.patterns.lengths import (
    COUNTED_COPIES,
    ZERO,
    Lengths,
    Progression,
    joined,
    plus,
    repeated,
    splits,
)
from harness.contract.patterns.nodes import (
    Alternation,
    Atomic,
    BackReference,
    Character,
    Group,
    Node,
    Repeat,
    Sequence,
)
from harness.contract.patterns.samples import palette

SINGLE: Lengths = (Progression(1, 1),)


class Generator:
    """Builds texts from one tree of nodes.

    Attributes:
        root: The tree; it is kept alive because lengths are remembered by the identity of its nodes.
    """

    def __init__(self, root: Node) -> None:
        self.root = root
        self._lengths: dict[int, Lengths] = {}
        self._rests: dict[int, tuple[Lengths, ...]] = {}
        self._copies: dict[tuple[int, int], Lengths] = {}
        self._groups: dict[int, Node] = {}
        self._captured: dict[int, str] = {}

    def lengths(self) -> Lengths:
        """Say which lengths the whole tree can have."""
        return self._of(self.root)

    def build(self, length: int, attempt: int) -> str | None:
        """Build a text.

        Args:
            length: How many code points it has to have; one of ``lengths()``.
            attempt: Which text, from 0; the same attempt builds the same text.

        Returns:
            A text that fits the nodes apart from anchors, conditions and references; ``None`` when this
            attempt came to nothing.
        """
        self._captured.clear()
        made = self._build(self.root, length, Choices(attempt))
        return made if made is not None and len(made) == length else None

    def _of(self, node: Node) -> Lengths:
        key = id(node)
        if key not in self._lengths:
            self._lengths[key] = self._compute(node)
        return self._lengths[key]

    def _compute(self, node: Node) -> Lengths:
        match node:
            case Character(allowed):
                return SINGLE if palette(allowed) else ()
            case Sequence():
                return self._rest(node)[0]
            case Alternation(branches):
                return joined(each for branch in branches for each in self._of(branch))
            case Repeat(body, minimum, maximum):
                return repeated(self._of(body), minimum, maximum)
            case Group(body, index):
                self._groups[index] = body
                return self._of(body)
            case Atomic(body):
                return self._of(body)
            case BackReference(index):
                return self._of(self._groups[index]) if index in self._groups else ZERO
        return ZERO

    def _rest(self, node: Sequence) -> tuple[Lengths, ...]:
        """The lengths of a sequence from its first part on, from its second part on, …, of nothing."""
        key = id(node)
        if key not in self._rests:
            own = [self._of(part) for part in node.parts]
            rests = [ZERO]
            for each in reversed(own):
                rests.append(plus(each, rests[-1]))
            self._rests[key] = tuple(reversed(rests))
        return self._rests[key]

    def _build(self, node: Node, length: int, choices: Choices) -> str | None:
        match node:
            case Character(allowed):
                return choices.characters(allowed, 1)
            case Sequence(parts):
                return self._sequence(parts, self._rest(node), length, choices)
            case Alternation(branches):
                fitting = [each for each in branches if any(length in part for part in self._of(each))]
                return self._build(fitting[choices.below(len(fitting))], length, choices) if fitting else None
            case Repeat():
                return self._repeat(node, length, choices)
            case Group(body, index):
                made = self._build(body, length, choices)
                if made is not None:
                    self._captured[index] = made
                return made
            case Atomic(body):
                return self._build(body, length, choices)
            case BackReference(index):
                return self._captured.get(index)
        return ""

    def _sequence(
        self, parts: tuple[Node, ...], rests: tuple[Lengths, ...], length: int, choices: Choices
    ) -> str | None:
        made: list[str] = []
        for index, part in enumerate(parts):
            own = _choose(self._of(part), length, rests[index + 1], choices)
            text = None if own is None else self._build(part, own, choices)
            if own is None or text is None:
                return None
            made.append(text)
            length -= own
        return "".join(made)

    def _repeat(self, node: Repeat, length: int, choices: Choices) -> str | None:
        if isinstance(node.body, Character):
            return choices.characters(node.body.allowed, length)
        most = COUNTED_COPIES if node.maximum is None else min(node.maximum, COUNTED_COPIES)
        counts = [
            count
            for count in range(node.minimum, most + 1)
            if any(length in each for each in self._total(node, count))
        ]
        if counts:
            count = counts[choices.below(len(counts))]
            rests = tuple(self._total(node, left) for left in range(count, -1, -1))
            return self._sequence((node.body,) * count, rests, length, choices)
        return self._many(node, length, choices)

    def _total(self, node: Repeat, count: int) -> Lengths:
        key = (id(node), count)
        if key not in self._copies:
            body = self._of(node.body)
            self._copies[key] = plus(self._total(node, count - 1), body) if count else ZERO
        return self._copies[key]

    def _many(self, node: Repeat, length: int, choices: Choices) -> str | None:
        """Many copies: one of any length, the others out of one progression and filled in turn."""
        body = self._of(node.body)
        for odd in (None, *(each for part in body for each in (part.start, part.at(1), part.end))):
            for part in body:
                sizes = _sizes(part, length - (odd or 0), node, 0 if odd is None else 1)
                if sizes is None:
                    continue
                made = [] if odd is None else [self._build(node.body, odd, choices)]
                made += [
                    text if text is None else text * count
                    for size, count in sizes
                    if count
                    for text in (self._build(node.body, size, choices),)
                ]
                if None not in made:
                    return "".join(filter(None, made))
        return None


def _sizes(part: Progression, length: int, node: Repeat, used: int) -> list[tuple[int, int]] | None:
    """Divide a length among copies: how large, how many of them; ``None`` when it cannot be."""
    if not part.end or length < 0:
        return None
    fewest = max(node.minimum - used, -(-length // part.end))
    most = length if node.maximum is None else node.maximum - used
    for count in range(fewest, min(most, fewest + part.step) + 1):
        surplus = length - count * part.start
        if surplus < 0 or surplus % part.step or length > count * part.end:
            continue
        width = part.end - part.start
        full, left = divmod(surplus, width) if width else (0, 0)
        partial = 1 if left else 0
        return [(part.end, full), (part.start + left, partial), (part.start, count - full - partial)]
    return None


def _choose(own: Lengths, total: int, rest: Lengths, choices: Choices) -> int | None:
    """Choose how long a part is, so that the rest can still fill up the total."""
    found = sorted(_fitting(own, total, rest))
    if not found:
        return None
    index = choices.below(sum(each.count for each in found))
    for each in found:
        if index < each.count:
            return each.at(index)
        index -= each.count
    return None


def _fitting(own: Lengths, total: int, rest: Lengths) -> Iterator[Progression]:
    for one in own:
        for other in rest:
            choice = splits(one, total, other)
            if choice is not None:
                yield choice
