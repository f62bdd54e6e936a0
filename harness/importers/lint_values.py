"""Checks of examples and of hints for values: they must keep their own contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.contract import Bite, Contract, Violation, bites, check, check_shape, normalise
from harness.contract.checking import keeps
from harness.contract.constraint import own_constraints
from harness.contract.examples import expand
from harness.errors import ContractError
from harness.importers.lint_names import target_at
from harness.importers.problem import Check, Fault

CORRECT = "Correct the value, or the contract if the value is right."


def spell(path: tuple[str | int, ...]) -> str:
    """Spell the path of a violation: ``Entries[0].Source``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".") or "the whole value"


def broken(violation: Violation) -> str:
    """Say in words which constraint is broken, where."""
    return f"{spell(violation.path)} breaks {violation.trait} {_short(violation.expected)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def bites_of(contract: Contract, document: Any) -> tuple[Bite, ...]:
    """Find the rules that bite; one that cannot be evaluated is reported elsewhere and bites nothing."""
    try:
        return tuple(bites(contract, document))
    except ContractError:
        return ()


def bad_examples(contract: Contract) -> Iterator[Fault]:
    """Examples that break a shape or a rule, and titles that stand twice."""
    titles = [example.title for example in contract.examples]
    for index, example in enumerate(contract.examples):
        place = f"$.examples[{index}]"
        if titles.index(example.title) != index:
            problem = f"the title {example.title!r} stands twice"
            yield Fault(f"{place}.title", problem, "Give each example a title of its own.")
        document = normalise(contract, expand(example.input))
        violations = check(contract, document)
        for violation in violations:
            yield Fault(f"{place}.input", broken(violation), CORRECT)
        yield from _unknown_members(contract, f"{place}.input", document)
        for bite in bites_of(contract, document) if not violations else ():
            yield Fault(f"{place}.input", f"the rule {bite.rule.id} refuses it", CORRECT)
        if example.output is not None:
            for violation in check(contract, expand(example.output), "output"):
                yield Fault(f"{place}.output", broken(violation), CORRECT)


def _unknown_members(contract: Contract, place: str, document: Any) -> Iterator[Fault]:
    """An endpoint ignores what it does not know; in an example it is a slip."""
    if contract.input is None:
        return
    for violation in check_shape(contract, contract.input, document, "output"):
        if violation.trait == "unknown":
            yield Fault(place, f"the input has no member {spell(violation.path)}", CORRECT)


def bad_hints(contract: Contract) -> Iterator[Fault]:
    """Hints whose values are not valid where they are meant for."""
    for pointer, hints in contract.values.items():
        member = target_at(contract, contract.input, pointer)
        if member is None:
            continue
        shape = contract.shapes[member.target]
        for index, hint in enumerate(hints):
            value = expand(hint)
            place = f"$.values.{pointer}[{index}]"
            violations = check_shape(contract, member.target, value, "input")
            for violation in violations:
                yield Fault(place, broken(violation), CORRECT)
            for trait, expected in own_constraints(shape, member) if not violations else ():
                if not keeps(shape, trait, expected, value):
                    yield Fault(place, f"the whole value breaks {trait} {_short(expected)}", CORRECT)


VALUES: tuple[Check, ...] = (bad_examples, bad_hints)
