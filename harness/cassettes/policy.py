"""What stale recordings do where nobody says otherwise, and which were met; one for the process.

The pytest plugin sets it for a test run and reports what was met. Importing this costs nothing.
"""

from __future__ import annotations

from typing import Literal, get_args

Policy = Literal["fail", "warn", "ignore"]
POLICIES: tuple[Policy, ...] = get_args(Policy)
WARN: Policy = "warn"

_default: Policy = WARN
_met: dict[tuple[str, str], str] = {}


def default() -> Policy:
    """Give the policy of recordings whose user names none."""
    return _default


def set_default(policy: Policy) -> None:
    """Set the policy of recordings whose user names none, and forget what was met."""
    global _default
    _default = policy
    _met.clear()


def note(path: str, operation: str, problem: str) -> None:
    """Remember a stale recording that was played; the first problem of an operation counts."""
    _met.setdefault((path, operation), problem)


def met() -> tuple[tuple[str, str, str], ...]:
    """List the stale recordings that were played: file, operation, problem."""
    return tuple((*place, problem) for place, problem in sorted(_met.items()))
