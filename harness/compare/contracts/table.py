"""The table of rules: every kind of difference that is told, one row each."""

from __future__ import annotations

from difflib import get_close_matches

from harness.compare.contracts import (
    rows_constraints,
    rows_errors,
    rows_members,
    rows_operations,
    rows_services,
)
from harness.compare.contracts.model import Rule
from harness.errors import UsageError

RULES: tuple[Rule, ...] = (
    *rows_services.ROWS, *rows_operations.ROWS, *rows_members.ROWS, *rows_constraints.ROWS, *rows_errors.ROWS,
)  # fmt: skip
_BY_ID = {row.id: row for row in RULES}


def rule(name: str) -> Rule:
    """Look a rule up.

    Raises:
        UsageError: There is no rule of that name.
    """
    found = _BY_ID.get(name)
    if found is None:
        near = get_close_matches(name, _BY_ID, n=3)
        remedy = f"Did you mean {' or '.join(near)}?" if near else "docs/diff.md lists them all."
        raise UsageError(name, "there is no such rule", remedy)
    return found
