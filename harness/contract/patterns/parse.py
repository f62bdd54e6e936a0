"""Reading a Java regular expression into nodes.

A recursive descent over alternation, sequence, repetition and atom. Serves ``java`` and ``generate``.
Java takes some expressions that look wrong: a repetition behind another one or at the start repeats nothing,
``}`` and ``]`` stand for themselves. An opening brace that begins no repetition stands for itself as well,
where Java itself would refuse it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from harness.contract.patterns.classes import read_class, read_escape
from harness.contract.patterns.nodes import (
    Alternation,
    Anchor,
    Atomic,
    BackReference,
    Character,
    Expression,
    Group,
    Look,
    LookKind,
    Manner,
    Node,
    Repeat,
    Sequence,
    single,
    union,
)
from harness.contract.patterns.properties import ANYTHING, LINE_BREAKS, VERTICAL_SPACE, without_case
from harness.contract.patterns.reader import Reader

COUNTS = re.compile(r"\{(\d+)(,(\d*))?\}")
FLAGS = re.compile(r"\?([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])")
GROUP_NAME = re.compile(r"\?<([a-zA-Z][a-zA-Z0-9]*)>")
REFERENCE_NAME = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)>")
NOTHING = Sequence(())
NEVER = Look(NOTHING, LookKind.NOT_AHEAD)
ANCHORS = {
    "A": Anchor.START,
    "G": Anchor.START,
    "Z": Anchor.END_OR_LAST_LINE_BREAK,
    "z": Anchor.END,
    "b": Anchor.WORD_EDGE,
    "B": Anchor.NO_WORD_EDGE,
}
LINE_BREAK = Atomic(
    Alternation((Sequence((Character(single("\r")), Character(single("\n")))), Character(VERTICAL_SPACE)))
)


@dataclass(frozen=True, slots=True)
class Flags:
    """The inline flags that hold at one place of a pattern."""

    ignore_case: bool = False
    dot_matches_all: bool = False
    lines: bool = False


FLAG_NAMES = {"i": "ignore_case", "s": "dot_matches_all", "m": "lines"}


@lru_cache(maxsize=8192)
def parse(pattern: str) -> Expression:
    """Read a Java pattern.

    Args:
        pattern: The pattern, as a model carries it.

    Returns:
        Its expression.

    Raises:
        ContractError: The pattern is not one, or uses something this package does not know.
    """
    return _Parser(pattern).expression()


class _Parser:
    """One reading of one pattern."""

    def __init__(self, pattern: str) -> None:
        self.reader = Reader(pattern)
        self.flags = Flags()
        self.groups = 0
        self.names: dict[str, int] = {}
        self.referenced: set[int] = set()

    def expression(self) -> Expression:
        """Read the whole pattern."""
        root = self.alternation()
        if self.reader.peek():
            raise self.reader.fail("a closing parenthesis has no opening one")
        return Expression(root, frozenset(self.referenced))

    def alternation(self) -> Node:
        """Read branches up to a closing parenthesis or the end."""
        branches = [self.sequence()]
        while self.reader.take("|"):
            branches.append(self.sequence())
        return branches[0] if len(branches) == 1 else Alternation(tuple(branches))

    def sequence(self) -> Node:
        """Read one branch."""
        parts: list[Node] = []
        while self.reader.peek() not in ("", "|", ")"):
            part = self.repeated(self.atom())
            if part != NOTHING:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def repeated(self, body: Node) -> Node:
        """Read the repetition behind an atom, if there is one."""
        counts = self.counts()
        if counts is None:
            return body
        manner = Manner.GREEDY
        if self.reader.take("?"):
            manner = Manner.LAZY
        elif self.reader.take("+"):
            manner = Manner.POSSESSIVE
        return NOTHING if body == NOTHING else Repeat(body, *counts, manner)

    def counts(self) -> tuple[int, int | None] | None:
        """Read how often, e.g. ``+`` or ``{2,3}``."""
        for sign, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.reader.take(sign):
                return counts
        found = self.reader.take_match(COUNTS)
        if found is None:
            return None
        minimum = int(found[1])
        if found[2] is None:
            return minimum, minimum
        maximum = int(found[3]) if found[3] else None
        if maximum is not None and maximum < minimum:
            raise self.reader.fail(f"the repetition {found[0]} runs backwards")
        return minimum, maximum

    def atom(self) -> Node:
        """Read one thing that can be repeated."""
        reader = self.reader
        if COUNTS.match(reader.text, reader.position):
            return NOTHING
        character = reader.next()
        match character:
            case "(":
                return self.parenthesis()
            case "[":
                return Character(read_class(reader, self.flags.ignore_case))
            case "\\":
                return self.escape()
            case ".":
                return Character(ANYTHING if self.flags.dot_matches_all else union(LINE_BREAKS, negated=True))
            case "^":
                return Anchor.LINE_START if self.flags.lines else Anchor.START
            case "$":
                return Anchor.LINE_END if self.flags.lines else Anchor.END_OR_LAST_LINE_BREAK
            case "*" | "+" | "?":
                raise reader.fail(f"there is nothing for {character} to repeat")
        return self.literal(ord(character))

    def literal(self, point: int) -> Node:
        """Make the node of one code point."""
        span = single(chr(point))
        return Character(without_case(span) if self.flags.ignore_case else span)

    def escape(self) -> Node:
        """Read an escape outside of a class; its backslash is taken."""
        letter = self.reader.peek()
        if letter and letter in ANCHORS:
            return ANCHORS[self.reader.next()]
        if letter == "R":
            self.reader.next()
            return LINE_BREAK
        if letter and letter in "123456789":
            return self.back_reference(int(self.reader.next()))
        if self.reader.take("k"):
            return self.named_reference()
        found = read_escape(self.reader, self.flags.ignore_case)
        return Character(without_case(found) if self.flags.ignore_case else found)

    def back_reference(self, index: int) -> Node:
        """Read on while there is a group of the longer number; a group that has not begun never matches."""
        while self.reader.peek().isdecimal() and index * 10 + int(self.reader.peek()) <= self.groups:
            index = index * 10 + int(self.reader.next())
        if index > self.groups:
            return NEVER
        self.referenced.add(index)
        return BackReference(index)

    def named_reference(self) -> Node:
        r"""Read ``\k<name>``."""
        found = self.reader.take_match(REFERENCE_NAME)
        if found is None or found[1] not in self.names:
            raise self.reader.fail("a reference names no group")
        self.referenced.add(self.names[found[1]])
        return BackReference(self.names[found[1]])

    def parenthesis(self) -> Node:
        """Read a group of any kind; its opening parenthesis is taken."""
        before = self.flags
        flags = self.reader.take_match(FLAGS)
        if flags is not None:
            self.set_flags(flags[1], flags[2] or "")
            if flags[3] == ")":
                return NOTHING
            return self.closed(before)
        for kind in LookKind:
            if self.reader.take(kind.value[1:]):
                return Look(self.closed(before), kind)
        if self.reader.take("?>"):
            return Atomic(self.closed(before))
        name = self.reader.take_match(GROUP_NAME)
        if name is None and self.reader.peek() == "?":
            raise self.reader.fail("a group has an unknown kind")
        self.groups += 1
        index = self.groups
        if name is not None:
            self.names[name[1]] = index
        return Group(self.closed(before), index)

    def closed(self, before: Flags) -> Node:
        """Read the inside of a group; flags set in it end with it."""
        inside = self.alternation()
        if not self.reader.take(")"):
            raise self.reader.fail("a group does not end")
        self.flags = before
        return inside

    def set_flags(self, on: str, off: str) -> None:
        """Set inline flags from here on."""
        for letters, value in ((on, True), (off, False)):
            for letter in letters:
                if letter not in FLAG_NAMES:
                    raise self.reader.fail(f"the flag {letter} is not supported")
                self.flags = replace(self.flags, **{FLAG_NAMES[letter]: value})
