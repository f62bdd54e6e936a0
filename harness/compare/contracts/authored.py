"""What people add to contracts: rules, idempotency, batches, the refusal of broken constraints.

Compared only where both sides are contract files, because no model can say any of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

from harness.compare.contracts.authentication import spoken_auth
from harness.compare.contracts.model import Found
from harness.contract import Contract, Rule, rule_pointer
from harness.contract.digests import plain
from harness.contract.expressions import is_truthy
from harness.contract.model import Answer
from harness.contract.rules import evaluate
from harness.errors import HarnessError

NAME = re.compile(r"'[^']*'|`[^`]*`|\"[^\"]*\"|(?<![\w.\])])[A-Za-z_]\w*(?!\w*\s*\()")
MOST_COMBINATIONS = 4096
WORDS = frozenset({"note", "source", "changedSource"})
PARTS = (
    ("idempotency", "idempotency-changed"),
    ("batch", "batch-changed"),
    ("validation", "validation-error-changed"),
)


def compare_authored(old: Contract, new: Contract) -> Iterator[Found]:
    """Compare what only contract files say."""
    before, after = spoken_auth(old), spoken_auth(new)
    if before != after:
        yield Found("auth-changed", f"{new.name}#/auth", before, after)
    refused = _codes(old.auth.missing), _codes(new.auth.missing)
    if refused[0] != refused[1]:
        yield Found("auth-error-changed", f"{new.name}#/auth/missing", refused[0], refused[1])
    for attribute, rule in PARTS:
        said = [_without_words(plain(getattr(side, attribute))) for side in (old, new)]
        if said[0] != said[1]:
            yield Found(rule, f"{new.name}#/{attribute}", said[0], said[1])
    yield from _rules(old, new)


def _without_words(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: item for key, item in value.items() if key not in WORDS}
    return value


def _rules(old: Contract, new: Contract) -> Iterator[Found]:
    before, after = ({rule.id: rule for rule in side.rules} for side in (old, new))
    for name in sorted({*before, *after}):
        one, other = before.get(name), after.get(name)
        pointer = rule_pointer(new, name)
        if one is None and other is not None:
            kind = "rule-added-for-new" if concerns_only_new(old, new, other) else "rule-added"
            yield Found(kind, pointer, None, other.summary)
        elif other is None and one is not None:
            yield Found("rule-removed", pointer, one.summary, None)
        elif one is not None and other is not None:
            yield from _changed(pointer, one, other)


def _changed(pointer: str, old: Rule, new: Rule) -> Iterator[Found]:
    """Compare when two rules bite, and what they answer then."""
    if old.when != new.when:
        yield Found("rule-changed", pointer, old.when, new.when)
    before, after = _answers(old), _answers(new)
    if before != after:
        yield Found("rule-answer-changed", pointer, before, after)


def _answers(rule: Rule) -> dict[str, Any]:
    answers = {"refuse": rule.then.refuse, "entry": rule.then.entry}
    return {where: _codes(answer) for where, answer in answers.items() if answer is not None}


def _codes(answer: Answer) -> dict[str, Any]:
    """Give what an answer is recognised by; a message is never part of a verdict."""
    return {key: item for key, item in plain(answer).items() if key != "message"}


def concerns_only_new(old: Contract, new: Contract, rule: Rule) -> bool:
    """Say whether a new rule can bite no request that the old contract allows.

    Sure only where the rule speaks of top-level members that are new, or whose values are enumerated: then
    every combination of old values is tried.

    Args:
        old: The contract without the rule.
        new: The contract with it.
        rule: The rule.
    """
    scope_old, scope_new = _scope(old, rule), _scope(new, rule)
    if scope_old is None or scope_new is None:
        return False
    names = {name for name in NAME.findall(rule.when) if name[0] not in "'`\""}
    if not names or not names <= set(scope_new):
        return False
    choices: list[tuple[Any, ...]] = []
    for name in sorted(names):
        values = scope_old.get(name, (None,))
        if values is None:
            return False
        choices.append(values)
    combinations = list(islice(product(*choices), MOST_COMBINATIONS + 1))
    if len(combinations) > MOST_COMBINATIONS:
        return False
    documents = (
        {n: v for n, v in zip(sorted(names), each, strict=True) if v is not None} for each in combinations
    )
    try:
        return not any(is_truthy(evaluate(rule.when, document, rule.id)) for document in documents)
    except HarnessError:
        return False


def _scope(contract: Contract, rule: Rule) -> dict[str, tuple[Any, ...] | None] | None:
    """List the members that a rule speaks of with the values they can have; ``None`` for too many to list."""
    name = contract.input
    if rule.then.entry is not None and contract.batch is not None and name is not None:
        entries = contract.shapes[contract.shapes[name].members[contract.batch.entries].target].member
        name = entries.target if entries is not None else None
    if name is None:
        return None
    scope: dict[str, tuple[Any, ...] | None] = {}
    for member_name, member in contract.shapes[name].members.items():
        shape = contract.shapes[member.target]
        values: tuple[Any, ...] | None = member.enum or shape.enum
        if shape.type == "boolean":
            values = (True, False)
        scope[member_name] = None if values is None else (*values, *(() if member.required else (None,)))
    return scope
