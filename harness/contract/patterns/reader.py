"""A cursor over a pattern, and the refusal that names the place where reading stopped.

Serves the three parsers of this package; every error about the form of a pattern is made here.
"""

from __future__ import annotations

import re

from harness.errors import ContractError

SHOWN = 80
REMEDY = "Correct the pattern in the model, or leave the value without a pattern."


def refusal(pattern: str, problem: str) -> ContractError:
    """Make the error for a pattern that cannot be used.

    Args:
        pattern: The pattern; only its beginning is shown when it is long.
        problem: What is wrong with it.

    Returns:
        The error, to be raised by the caller.
    """
    shown = pattern if len(pattern) <= SHOWN else pattern[: SHOWN - 1] + "…"
    return ContractError(f"pattern {shown}", problem, REMEDY)


class Reader:
    r"""Reads a pattern from left to right.

    Attributes:
        pattern: The pattern as given, for errors.
        text: The pattern with its ``\Q..\E`` quotations spelled as escapes.
        position: Where the next character stands, from 0.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern, self.text, self.position = pattern, unquoted(pattern), 0

    def peek(self, ahead: int = 0) -> str:
        """Look at a coming character; the empty text past the end."""
        place = self.position + ahead
        return self.text[place : place + 1]

    def next(self) -> str:
        """Take one character; the pattern must not end here."""
        if self.position >= len(self.text):
            raise self.fail("ends in the middle of an expression")
        self.position += 1
        return self.text[self.position - 1]

    def take(self, expected: str) -> bool:
        """Take a text if it comes next."""
        if not self.text.startswith(expected, self.position):
            return False
        self.position += len(expected)
        return True

    def take_match(self, form: re.Pattern[str]) -> re.Match[str] | None:
        """Take what a form matches at this place."""
        found = form.match(self.text, self.position)
        if found is not None:
            self.position = found.end()
        return found

    def fail(self, problem: str) -> ContractError:
        """Make the error for what stands at this place."""
        return refusal(self.pattern, f"{problem}, at position {self.position}")


def unquoted(pattern: str) -> str:
    r"""Spell every quotation ``\Q..\E`` with single escapes.

    Args:
        pattern: A Java pattern; a quotation that does not end reaches to its end.

    Returns:
        The same pattern without quotations.
    """
    made: list[str] = []
    position = 0
    while position < len(pattern):
        pair = pattern[position : position + 2]
        if pair == r"\Q":
            end = pattern.find(r"\E", position + 2)
            quoted = pattern[position + 2 :] if end < 0 else pattern[position + 2 : end]
            made += [each if each.isalnum() else "\\" + each for each in quoted]
            position = len(pattern) if end < 0 else end + 2
        elif pair.startswith("\\"):
            made.append(pair)
            position += 2
        else:
            made.append(pair[0])
            position += 1
    return "".join(made)
