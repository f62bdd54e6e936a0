"""Verdicts and findings: a case's outcome held against what must come of it.

The words and the severities are pinned in the project's interface page; the table below is their one place.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from harness.cases.model import Case
from harness.exchange import Outcome

Severity = Literal["note", "low", "medium", "high"]
SEVERITIES: tuple[Severity, ...] = ("note", "low", "medium", "high")

SEVERITY_OF: dict[str, Severity] = {
    "crash": "high",
    "response-missing-member": "high",
    "response-type": "high",
    "wrong-entry-result": "high",
    "not-idempotent": "high",
    "accepted-invalid": "medium",
    "rejected-valid": "medium",
    "undeclared-error": "medium",
    "wrong-status": "medium",
    "response-status": "medium",
    "drift": "medium",
    "wrong-error": "low",
    "response-unknown-member": "low",
    "response-header": "low",
    "response-constraint": "note",
}


def at_least(severity: Severity, threshold: Severity) -> bool:
    """Say whether a severity reaches a threshold."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(threshold)


class Suspicion(msgspec.Struct, frozen=True):
    """What one case shows to be wrong, before cases that show the same are put together.

    Attributes:
        kind: A kind of finding.
        severity: How bad it is.
        candidates: The constraints that may be the cause, likeliest first; never empty.
        alternatives: Constraints that are the cause only if another case that got the same answer shows so.
        expected: What should have come, in words.
        got: What came, in words.
    """

    kind: str
    severity: Severity
    candidates: tuple[str, ...]
    expected: str
    got: str
    alternatives: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """What the judge says of one case.

    Attributes:
        result: ``as-contracted``, ``refused-by-state`` (counted apart) or ``finding``.
        suspicions: What is wrong; notes may stand beside any result.
        validators: The names of the checks that really ran; never empty.
    """

    result: Literal["as-contracted", "refused-by-state", "finding"]
    suspicions: tuple[Suspicion, ...] = ()
    validators: tuple[str, ...] = ()


class CaseResult(msgspec.Struct, frozen=True):
    """One case that was sent, what came and what that means.

    Attributes:
        case: The case.
        outcome: The answer, understood.
        verdict: The judge's word.
        sent: The request in one line, shortened, without credentials.
        reproduce: A command that sends it again, without credentials.
        broken: The constraints and rules that the input breaks, as the oracle says.
        accepted: Whether the oracle says that the input must be accepted, entries apart.
    """

    case: Case
    outcome: Outcome
    verdict: Verdict
    sent: str
    reproduce: str
    broken: tuple[str, ...] = ()
    accepted: bool = False


class Finding(msgspec.Struct, frozen=True):
    """What is wrong, said once however many cases show it.

    Attributes:
        id: ``kind@constraint``: the identity, free of versions, messages and seeds.
        operation: ``service:Operation``.
        versions: The contract versions in which it was seen.
        kind: The kind of finding.
        severity: The worst of the severities seen.
        constraint: The pointer of what is not kept.
        case: The id of the smallest case that shows it.
        sent: That case's request in one line.
        expected: What should have come.
        got: What came.
        reproduce: A command that sends the request again.
        seen: How many cases show it.
    """

    id: str
    operation: str
    versions: tuple[str, ...]
    kind: str
    severity: Severity
    constraint: str
    case: str
    sent: str
    expected: str
    got: str
    reproduce: str
    seen: int
