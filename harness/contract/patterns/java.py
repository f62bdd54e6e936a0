"""Matching text against a Java pattern: nodes in, the matching engine's syntax out.

Every set is spelled with code points or Unicode properties, so no flag of the engine changes its meaning.
"""

from __future__ import annotations

from functools import lru_cache

from harness.contract.patterns.engine import Compiled, compile_syntax
from harness.contract.patterns.nodes import (
    Alternation,
    Anchor,
    Atomic,
    BackReference,
    Character,
    CharacterSet,
    Combined,
    Expression,
    Group,
    Look,
    Node,
    Operator,
    Property,
    Repeat,
    Sequence,
    Span,
)
from harness.contract.patterns.parse import parse
from harness.contract.patterns.reader import refusal
from harness.errors import ContractError

PATIENCE = 2.0
"""Seconds after which one match is given up: the pattern backtracks without end."""

WORD = "[0-9A-Z_a-z]"
BREAK = r"(?:\r\n|(?<!\r)\n|[\r\x85\u2028\u2029])"
ANCHORS = {
    Anchor.START: r"\A",
    Anchor.END: r"(?![\s\S])",
    Anchor.END_OR_LAST_LINE_BREAK: rf"(?={BREAK}?(?![\s\S]))",
    Anchor.LINE_START: r"(?:\A|(?<=[\n\x85\u2028\u2029]|\r(?!\n))(?=[\s\S]))",
    Anchor.LINE_END: rf"(?={BREAK}|(?![\s\S]))",
    Anchor.WORD_EDGE: rf"(?:(?<={WORD})(?!{WORD})|(?<!{WORD})(?={WORD}))",
    Anchor.NO_WORD_EDGE: rf"(?:(?<={WORD})(?={WORD})|(?<!{WORD})(?!{WORD}))",
}


@lru_cache(maxsize=8192)
def compile_pattern(pattern: str) -> Compiled:
    """Make a Java pattern ready for matching.

    Args:
        pattern: The pattern, as a model carries it.

    Returns:
        The compiled pattern; use its ``fullmatch``, for models mean the whole text.

    Raises:
        ContractError: The pattern is not one, or uses something this package does not know.
    """
    try:
        return compile_syntax(translate(parse(pattern)))
    except (ValueError, RecursionError) as error:
        raise refusal(pattern, f"the matching engine does not take it ({error})") from error


def fully_matches(pattern: str, text: str, patience: float = PATIENCE) -> bool:
    """Tell whether a pattern matches a whole text.

    Args:
        pattern: A Java pattern.
        text: The text, of any length.
        patience: Seconds to wait for a verdict.

    Returns:
        The verdict of ``java.util.regex.Matcher.matches``.

    Raises:
        ContractError: The pattern cannot be compiled, or there was no verdict in time.
    """
    compiled = compile_pattern(pattern)
    try:
        return compiled.fullmatch(text, timeout=patience) is not None
    except (TimeoutError, MemoryError) as error:
        raise _endless(pattern, text) from error


def _endless(pattern: str, text: str) -> ContractError:
    return refusal(pattern, f"matching a text of {len(text)} characters did not end in time")


def translate(expression: Expression) -> str:
    """Spell an expression in the syntax of the ``regex`` package, version 1.

    Args:
        expression: A parsed Java pattern.

    Returns:
        The spelling; only groups that are referred to capture.
    """
    return _spell(expression.root, expression.referenced)


def _spell(node: Node, referenced: frozenset[int]) -> str:
    match node:
        case Character(allowed):
            return spell_set(allowed)
        case Sequence(parts):
            return "".join(_spell(part, referenced) for part in parts)
        case Alternation(branches):
            return "(?:" + "|".join(_spell(branch, referenced) for branch in branches) + ")"
        case Repeat(body, minimum, maximum, manner):
            upper = "" if maximum is None else maximum
            return f"(?:{_spell(body, referenced)}){{{minimum},{upper}}}{manner.value}"
        case Group(body, index):
            opening = f"(?P<g{index}>" if index in referenced else "(?:"
            return f"{opening}{_spell(body, referenced)})"
        case Atomic(body):
            return f"(?>{_spell(body, referenced)})"
        case Look(body, kind):
            return f"{kind.value}{_spell(body, referenced)})"
        case BackReference(index):
            return f"(?P=g{index})"
    return ANCHORS[node]


def spell_set(allowed: CharacterSet) -> str:
    """Spell a set as one bracketed class.

    Args:
        allowed: The set.

    Returns:
        A class that can stand alone or inside of another one.
    """
    match allowed:
        case Span(first, last):
            return f"[{_span(first, last)}]"
        case Property(spelling):
            return f"[{spelling}]"
    return _spell_combined(allowed)


def _spell_combined(allowed: Combined) -> str:
    opening = "[^" if allowed.negated else "["
    if allowed.operator is Operator.INTERSECTION:
        return opening + "&&".join(spell_set(part) for part in allowed.parts) + "]"
    return opening + "".join(_spell_part(part) for part in allowed.parts) + "]"


def _spell_part(part: CharacterSet) -> str:
    match part:
        case Span(first, last):
            return _span(first, last)
        case Property(spelling):
            return spelling
    return spell_set(part)


def _span(first: int, last: int) -> str:
    return f"\\U{first:08X}" if first == last else f"\\U{first:08X}-\\U{last:08X}"
