"""The parts of a Java regular expression, as frozen values.

Made by ``parse``, read by ``java`` (which spells them for the matching engine) and ``generate`` (which builds
text from them). Inline flags leave no node: the parser folds them into the sets and anchors they touch.
Source: ``java.util.regex.Pattern``
(https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/regex/Pattern.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Span:
    """Code points from ``first`` to ``last``, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Property:
    r"""Code points with a Unicode property.

    Attributes:
        spelling: The property as the matching engine spells it, e.g. ``\p{L}``.
    """

    spelling: str


class Operator(Enum):
    """How the parts of a combined set go together."""

    UNION = "union"
    INTERSECTION = "intersection"


@dataclass(frozen=True, slots=True)
class Combined:
    """Several sets as one.

    Attributes:
        parts: What is combined; an empty union holds nothing.
        operator: How.
        negated: Whether the result is everything else.
    """

    parts: tuple[CharacterSet, ...]
    operator: Operator = Operator.UNION
    negated: bool = False


CharacterSet = Span | Property | Combined


@dataclass(frozen=True, slots=True)
class Character:
    """One code point out of a set; a literal is a set of one."""

    allowed: CharacterSet


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after the other; no parts match the empty text."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alternation:
    """One of the branches, tried in order."""

    branches: tuple[Node, ...]


class Manner(Enum):
    """How a repetition gives back what it took; the values are its spelling."""

    GREEDY = ""
    LAZY = "?"
    POSSESSIVE = "+"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A body ``minimum`` to ``maximum`` times; ``None`` for any number."""

    body: Node
    minimum: int
    maximum: int | None
    manner: Manner = Manner.GREEDY


@dataclass(frozen=True, slots=True)
class Group:
    """A capturing group; ``index`` counts opening parentheses from 1."""

    body: Node
    index: int


@dataclass(frozen=True, slots=True)
class Atomic:
    """A body that is never entered again once matched."""

    body: Node


class LookKind(Enum):
    """The four ways of looking around; the values are their openings."""

    AHEAD = "(?="
    NOT_AHEAD = "(?!"
    BEHIND = "(?<="
    NOT_BEHIND = "(?<!"


@dataclass(frozen=True, slots=True)
class Look:
    """A condition on what surrounds this place; it takes no text itself."""

    body: Node
    kind: LookKind


class Anchor(Enum):
    """A place in the text."""

    START = "start"
    END = "end"
    END_OR_LAST_LINE_BREAK = "end or last line break"
    LINE_START = "line start"
    LINE_END = "line end"
    WORD_EDGE = "word edge"
    NO_WORD_EDGE = "no word edge"


@dataclass(frozen=True, slots=True)
class BackReference:
    """The text that a group captured."""

    index: int


Node = Character | Sequence | Alternation | Repeat | Group | Atomic | Look | Anchor | BackReference


@dataclass(frozen=True, slots=True)
class Expression:
    """A whole pattern.

    Attributes:
        root: What has to match the whole text.
        referenced: The indexes of the groups that a back-reference reads.
    """

    root: Node
    referenced: frozenset[int]


def union(*parts: CharacterSet, negated: bool = False) -> Combined:
    """Join sets into one, or into everything outside them."""
    return Combined(parts, negated=negated)


def single(character: str) -> Span:
    """Name the set that holds exactly one character."""
    return Span(ord(character), ord(character))
