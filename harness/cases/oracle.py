"""The oracle: what must come of a case, by its contract and by nothing else.

No generator's opinion enters here. The stages are those of a real endpoint: authentication, reading, shapes,
rules on the request, rules on entries; the first stage that objects names the error.
"""

from __future__ import annotations

from typing import Any, Literal

from harness.cases.faults import expect_fault
from harness.cases.model import Case, Expectation
from harness.contract import Answer, Bite, Contract, Violation, bites, check, normalise
from harness.contract.common_errors import status_of

SERIALIZATION = Answer(code="SerializationException", status=400)
Source = Literal["assumed", "observed", "documented"]
SOURCES: tuple[Source, ...] = ("assumed", "observed", "documented")  # weakest first
CHANGED = "#/idempotency/changed"


def expect(contract: Contract, case: Case) -> Expectation:
    """Say what must come of a case.

    Args:
        contract: The operation at the version the endpoint is held against; it need not be the version that
            the case was made from.
        case: The case.

    Returns:
        The expectation. It rests on ``contract.check`` and the rules; for wire faults on their table.
    """
    if case.error is not None:
        pointer = f"{contract.name}#/errors/{case.error}"
        answer = Answer(code=case.error, status=error_status(contract, case.error))
        return Expectation("refuse", (answer,), broken=(pointer,))
    if case.fault is not None:
        return expect_fault(contract, case.fault)
    document = normalise(contract, case.input)
    violations = check(contract, document)
    if violations:
        return _expect_refusal(contract, violations)
    changed = contract.idempotency.changed if contract.idempotency is not None else None
    if changed is not None and any(aim.constraint.endswith(CHANGED) for aim in case.aims):
        assert contract.idempotency is not None  # noqa: S101  # it has the answer
        source = contract.idempotency.changed_source
        return Expectation("refuse", (changed,), broken=(contract.name + CHANGED,), source=source)
    return _expect_rules(contract, document, tuple(bites(contract, document)))


def error_status(contract: Contract, code: str) -> int:
    """Say which status an error has: the modelled one, else 500 for faults, else the common one or 400."""
    shape = contract.error_shapes().get(code)
    if shape is not None:
        return shape.http_error or (500 if shape.error == "server" else 400)
    return status_of(code) or 400


def _expect_refusal(contract: Contract, violations: tuple[Violation, ...]) -> Expectation:
    broken = tuple(dict.fromkeys(violation.pointer for violation in violations))
    if any(_leaves_bearer_out(contract, violation) for violation in violations):
        return Expectation("refuse", (contract.auth.missing,), broken=broken)
    if any(violation.trait == "type" for violation in violations):
        return Expectation("refuse", (SERIALIZATION,), broken=broken)
    answer = Answer(code=contract.validation.code, status=contract.validation.status)
    return Expectation("refuse", (answer,), broken=broken, source=contract.validation.source)


def _leaves_bearer_out(contract: Contract, violation: Violation) -> bool:
    """An absent or empty bearer token is missing authentication before it is an invalid input."""
    bears = contract.auth.scheme == "bearer" and violation.path[:1] == (contract.auth.member,)
    return bears and violation.value in (None, "")


def _expect_rules(contract: Contract, document: Any, found: tuple[Bite, ...]) -> Expectation:
    broken = tuple(dict.fromkeys(bite.pointer for bite in found))
    refusals = [bite.rule for bite in found if bite.entry is None]
    source = _weakest(found)
    if refusals:
        answers = tuple(rule.then.refuse for rule in refusals if rule.then.refuse is not None)
        return Expectation("refuse", answers, broken=broken, source=source)
    if not found or contract.batch is None:
        return Expectation("accept")
    entries: list[Answer | None] = [None] * len(document[contract.batch.entries])
    for bite in found:
        if bite.entry is not None:
            entries[bite.entry] = bite.rule.then.entry
    return Expectation("entries", entries=tuple(entries), broken=broken, source=source)


def _weakest(found: tuple[Bite, ...]) -> Source:
    """The weakest word that any of the rules rests on."""
    words = {bite.rule.source for bite in found}
    return next((word for word in SOURCES if word in words), "documented")
