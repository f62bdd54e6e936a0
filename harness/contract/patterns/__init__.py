"""Patterns of models: what they match, and texts that do or do not fit them.

Models carry ``java.util.regex`` patterns that mean the whole string. Serves the checks of values, the
generators and the boundary cases; callers leave a value unconstrained when its pattern is not supported.
Source: Smithy 2.0, ``pattern`` trait
(https://smithy.io/2.0/spec/constraint-traits.html#pattern-trait).
"""

from __future__ import annotations

from functools import lru_cache

from harness.contract.patterns.assortment import assortment
from harness.contract.patterns.counterexamples import counterexample
from harness.contract.patterns.examples import example, example_of_length
from harness.contract.patterns.java import compile_pattern, fully_matches
from harness.errors import ContractError

__all__ = [
    "assortment",
    "compile_pattern",
    "counterexample",
    "example",
    "example_of_length",
    "is_supported",
    "matches",
]


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern takes a whole text.

    Args:
        pattern: A Java pattern.
        text: The text, of any length.

    Returns:
        The verdict that Java's ``Matcher.matches`` gives.

    Raises:
        ContractError: The pattern is not supported, or matching did not end within two seconds.
    """
    return fully_matches(pattern, text)


@lru_cache(maxsize=8192)
def is_supported(pattern: str) -> bool:
    """Tell whether a pattern can be matched here at all."""
    try:
        compile_pattern(pattern)
    except ContractError:
        return False
    return True
