"""What may have led to the refusal of an input that the contract accepts?

The endpoint's own words go first: AWS's validation messages name the member and the constraint. Where they do
not, what the case was made for is the likeliest cause, then the bounds that a value reaches exactly.
"""

from __future__ import annotations

import re

from harness.cases.model import Case
from harness.contract import Contract, constraints, normalise, rule_pointer
from harness.contract.edges import exercised
from harness.exchange import Outcome

Pointers = tuple[str, ...]

_COMPLAINT = re.compile(r" at '([^']+)' failed to satisfy constraint: (.*?)(?=; Value|$)", re.DOTALL)

# The constraint that each of AWS's sentences is about.
_SENTENCES = (
    ("Member must not be null", "required"),
    ("Member must have length greater than or equal to", "length/min"),
    ("Member must have length less than or equal to", "length/max"),
    ("Member must have value greater than or equal to", "range/min"),
    ("Member must have value less than or equal to", "range/max"),
    ("Member must satisfy regular expression pattern", "pattern"),
    ("Member must satisfy enum value set", "enum"),
    ("Member must have unique", "uniqueItems"),
)


def culprits(contract: Contract, case: Case, outcome: Outcome) -> tuple[tuple[Pointers, Pointers], ...]:
    """Name the constraints that may have led to a refusal.

    Args:
        contract: The operation.
        case: The refused case, valid by the contract.
        outcome: The refusal.

    Returns:
        For each fault that the refusal shows, at least one: the likeliest causes; and others, to be believed
        only where a case that was made for one of them got the very same answer.
    """
    named = blamed(contract, outcome)
    if named:
        return tuple(((pointer,), ()) for pointer in named)
    edges, _ = exercised(contract, normalise(contract, case.input))
    rules = tuple(rule_pointer(contract, rule.id) for rule in contract.rules)
    aimed = tuple(aim.constraint for aim in case.aims if aim.side == "inside")
    candidates = aimed or edges or (f"{contract.name}#/input",)
    alternatives = () if set(aimed) & set(rules) else tuple(rule for rule in rules if rule not in candidates)
    return ((candidates, alternatives),)


def blamed(contract: Contract, outcome: Outcome) -> Pointers:
    """Name the constraints that an endpoint says were broken, in a validation message of AWS's form.

    Args:
        contract: The operation.
        outcome: A refusal.

    Returns:
        Pointers; none where the message is of another form or names what the contract does not have.
    """
    named = {
        (_plain(path.split(".")), trait)
        for path, complaint in _COMPLAINT.findall(outcome.message or "")
        for start, trait in _SENTENCES
        if complaint.startswith(start)
    }
    if not named:
        return ()
    return tuple(
        constraint.pointer
        for constraint in constraints(contract)
        if (_plain(constraint.path), constraint.trait) in named
    )


def _plain(path: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Reduce a path to what both spellings share: member names without case, no positions, no list parts."""
    parts = [step.lower() for step in path if not step.isdigit()]
    return tuple(step for step in parts if step not in ("member", "key", "value"))
