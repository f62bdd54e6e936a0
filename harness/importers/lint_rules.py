"""Checks of rules: they can be evaluated, and their variations fall on the side they are meant for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.contract import Answer, Contract, Rule, Variation, check, normalise
from harness.contract.examples import expand, vary
from harness.contract.rules import evaluate
from harness.errors import ContractError
from harness.importers.lint_values import bites_of, broken
from harness.importers.problem import Check, Fault

NARROW = "Change the variation so that it breaks this rule and nothing else."
KEEP = "Change the variation so that it keeps every rule and every shape."


def repeated_ids(contract: Contract) -> Iterator[Fault]:
    """Two rules of one name."""
    ids = [rule.id for rule in contract.rules]
    for index, rule_id in enumerate(ids):
        if ids.index(rule_id) != index:
            problem = f"there is another rule {rule_id!r}"
            yield Fault(f"$.rules[{index}].id", problem, "Give each rule an id of its own.")


def unclear_answers(contract: Contract) -> Iterator[Fault]:
    """Rules that answer in no way, in two ways, or against the model's own statuses."""
    for index, rule in enumerate(contract.rules):
        place = f"$.rules[{index}].then"
        if (rule.then.refuse is None) == (rule.then.entry is None):
            yield Fault(
                place, "a rule refuses the request or fails an entry", "Give 'refuse' or 'entry', not both."
            )
        if rule.then.entry is not None and contract.batch is None:
            yield Fault(place, "there is no batch whose entry could fail", "Add 'batch', or use 'refuse'.")
        if rule.then.refuse is not None:
            yield from _wrong_status(contract, f"{place}.refuse", rule.then.refuse)
    yield from _wrong_status(contract, "$.auth.missing", contract.auth.missing)
    if contract.idempotency is not None and contract.idempotency.changed is not None:
        yield from _wrong_status(contract, "$.idempotency.changed", contract.idempotency.changed)
    validation = Answer(code=contract.validation.code, status=contract.validation.status)
    yield from _wrong_status(contract, "$.validation", validation)


def _wrong_status(contract: Contract, place: str, answer: Answer) -> Iterator[Fault]:
    shape = contract.error_shapes().get(answer.code)
    if shape is None or shape.http_error is None or shape.http_error == answer.status:
        return
    problem = f"{answer.code} comes with {shape.http_error}, not with {answer.status}"
    yield Fault(place, problem, f"Write 'status: {shape.http_error}', or correct the error's shape.")


def unusable_conditions(contract: Contract) -> Iterator[Fault]:
    """Conditions that do not parse, or that fail on the contract's own examples."""
    for index, rule in enumerate(contract.rules):
        for value in _subjects(contract, rule):
            try:
                evaluate(rule.when, value, rule.id)
            except ContractError as error:
                yield Fault(f"$.rules[{index}].when", error.problem, error.remedy)
                break


def _subjects(contract: Contract, rule: Rule) -> Iterator[Any]:
    inputs = [normalise(contract, expand(example.input)) for example in contract.examples]
    if rule.then.entry is None or contract.batch is None:
        yield from inputs or [{}]
        return
    entries = [entry for value in inputs for entry in value.get(contract.batch.entries) or ()]
    yield from entries or [{}]


def wrong_variations(contract: Contract) -> Iterator[Fault]:
    """Variations on the wrong side of their rule, and rules with no variation on a side.

    As long as a condition cannot be evaluated, nothing can be said of any variation.
    """
    if any(True for _ in unusable_conditions(contract)):
        return
    for index, rule in enumerate(contract.rules):
        for side, variations in (("inside", rule.inside), ("outside", rule.outside)):
            for position, variation in enumerate(variations):
                place = f"$.rules[{index}].{side}[{position}]"
                yield from _wrong_variation(contract, rule, place, variation, inside=side == "inside")
            if not variations:
                problem = f"the rule {rule.id} has no variation {side}"
                yield Fault(
                    f"$.rules[{index}]",
                    problem,
                    f"Add one under '{side}', or its {side} is not tried.",
                    "note",
                )


def _wrong_variation(
    contract: Contract, rule: Rule, place: str, variation: Variation, *, inside: bool
) -> Iterator[Fault]:
    try:
        document = normalise(contract, vary(contract, variation))
    except ContractError as error:
        yield Fault(place, error.problem, error.remedy)
        return
    remedy = KEEP if inside else NARROW
    violations = check(contract, document)
    for violation in violations:
        yield Fault(place, broken(violation), remedy)
    if violations:
        return
    found = {bite.rule.id for bite in bites_of(contract, document)}
    for other in sorted(found - ({rule.id} if not inside else set())):
        yield Fault(place, f"the rule {other} bites", remedy)
    if not inside and rule.id not in found:
        yield Fault(place, f"the rule {rule.id} does not bite", remedy)


RULES: tuple[Check, ...] = (repeated_ids, unclear_answers, unusable_conditions, wrong_variations)
