"""The judge: an outcome held against what must come of its case.

One function per expectation, chosen by a table. Error codes are the contract, statuses a weaker word: nearly
every client error of these protocols is a 400.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from harness.cases.culprits import blamed, culprits
from harness.cases.faults import ANY_CODE
from harness.cases.model import Case, Expectation
from harness.cases.verdict import SEVERITY_OF, Severity, Suspicion, Verdict
from harness.contract import Answer, Contract, normalise
from harness.contract.common_errors import category_of, is_common
from harness.exchange import Outcome

VALIDITY = ("validity",)
PASSING_STATES = ("access", "throttling")  # these may meet any request, a wrong one too


class Trial(msgspec.Struct, frozen=True):
    """All that a judgement rests on.

    Attributes:
        contract: The operation.
        case: What was sent.
        expectation: What must come of it.
        outcome: What came.
        strict: Whether the endpoint is this project's emulator.
        earlier: The outcome of the case that this one repeats, if any.
        service_codes: The error codes that sibling operations of the service declare.
    """

    contract: Contract
    case: Case
    expectation: Expectation
    outcome: Outcome
    strict: bool = False
    earlier: Outcome | None = None
    service_codes: frozenset[str] = frozenset()


class _Notes:
    """Collects what one trial shows: which checks ran, and what they found."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.validators: list[str] = []
        self.suspicions: list[Suspicion] = []
        self.state = False

    def ran(self, validator: str) -> None:
        self.validators.append(validator)

    def suspect(
        self,
        kind: str,
        candidates: tuple[str, ...],
        expected: str,
        got: str,
        alternatives: tuple[str, ...] = (),
    ) -> None:
        severity = self._severity(kind)
        self.suspicions.append(Suspicion(kind, severity, candidates, expected, got, alternatives))

    def _severity(self, kind: str) -> Severity:
        trial = self.trial
        if kind == "rejected-valid" and not trial.case.vouched:
            return "low"
        rests_on_guess = trial.expectation.source == "assumed" and not trial.strict
        if rests_on_guess and not kind.startswith("response-") and kind != "crash":
            return "low"
        return SEVERITY_OF[kind]


def judge(trial: Trial) -> Verdict:
    """Hold an outcome against its expectation.

    Args:
        trial: The case, its expectation and what came.

    Returns:
        The verdict; its validators name every check that really ran, at least one.
    """
    notes = _Notes(trial)
    notes.ran("answered")
    if not _crashed(notes):
        _JUDGES[trial.expectation.kind](notes)
        _judge_form(notes)
    if any(suspicion.severity != "note" for suspicion in notes.suspicions):
        result = "finding"
    else:
        result = "refused-by-state" if notes.state else "as-contracted"
    return Verdict(result, tuple(notes.suspicions), tuple(notes.validators))  # type: ignore[arg-type]


def _crashed(notes: _Notes) -> bool:
    """A dropped connection, a body no parser reads, or a 5xx that nobody asked for."""
    outcome, trial = notes.trial.outcome, notes.trial
    notes.ran("no-crash")
    if outcome.kind in ("silent", "unreadable"):
        got = f"{outcome.status} {outcome.failure}" if outcome.status else str(outcome.failure)
        notes.suspect("crash", _aims(trial), _wanted(trial), got)
        return True
    wanted = any(answer.status and answer.status >= 500 for answer in trial.expectation.answers)
    if outcome.status >= 500 and not outcome.modelled and not wanted:
        notes.suspect("crash", _aims(trial), _wanted(trial), _seen(outcome))
        return True
    return False


def _judge_accept(notes: _Notes) -> None:
    trial, outcome = notes.trial, notes.trial.outcome
    notes.ran("accepted")
    if outcome.kind == "output":
        _judge_entries(notes)
        _judge_repeat(notes)
    elif _grade(trial, outcome.code) == "unknown":
        notes.suspect(
            "undeclared-error", (_error_pointer(trial, outcome.code),), _wanted(trial), _seen(outcome)
        )
    elif _is_validity(trial, outcome):
        _suspect_rejection(notes)
    else:
        notes.state = True
        _judge_status(notes)


def _judge_refuse(notes: _Notes) -> None:
    trial, outcome = notes.trial, notes.trial.outcome
    notes.ran("refused")
    if outcome.kind == "output":
        kind = "wrong-error" if trial.case.error is not None else "accepted-invalid"
        notes.suspect(kind, trial.expectation.broken, _wanted(trial), _seen(outcome))
    elif trial.strict or trial.case.fault is None:
        _judge_error(notes)


def _judge_error(notes: _Notes) -> None:
    """The right code is asked for; the status belongs to the code."""
    trial, outcome = notes.trial, notes.trial.outcome
    notes.ran("error-code")
    codes: tuple[str | None, ...] = (outcome.code, ANY_CODE)
    if trial.contract.http.method == "HEAD" and outcome.code is None:  # there is no body to hold a code
        codes = tuple(answer.code for answer in trial.expectation.answers)
    fitting = [answer for answer in trial.expectation.answers if answer.code in codes]
    if fitting:
        notes.ran("status")
        if outcome.status not in [answer.status for answer in fitting]:
            pointer = _error_pointer(trial, outcome.code)
            notes.suspect("wrong-status", (pointer,), _wanted(trial), _seen(outcome))
    elif _grade(trial, outcome.code) == "unknown":
        notes.suspect(
            "undeclared-error", (_error_pointer(trial, outcome.code),), _wanted(trial), _seen(outcome)
        )
    elif outcome.code is not None and category_of(outcome.code) in PASSING_STATES and not trial.strict:
        notes.state = True
    else:
        notes.suspect("wrong-error", trial.expectation.broken, _wanted(trial), _seen(outcome))


def _judge_status(notes: _Notes) -> None:
    """A modelled error that nobody asked for still has to come with its own status."""
    trial, outcome = notes.trial, notes.trial.outcome
    shape = trial.contract.error_shapes().get(outcome.code or "")
    if shape is None or shape.http_error is None:
        return
    notes.ran("status")
    if outcome.status != shape.http_error:
        pointer = _error_pointer(trial, outcome.code)
        notes.suspect("wrong-status", (pointer,), f"{shape.http_error} {outcome.code}", _seen(outcome))


def _judge_batch(notes: _Notes) -> None:
    trial, outcome = notes.trial, notes.trial.outcome
    notes.ran("entries")
    if outcome.kind == "output":
        _judge_entries(notes)
        return
    if outcome.code is not None and category_of(outcome.code) in (*PASSING_STATES, "state"):
        notes.state = True
    elif _grade(trial, outcome.code) == "unknown":
        notes.suspect(
            "undeclared-error", (_error_pointer(trial, outcome.code),), _wanted(trial), _seen(outcome)
        )
    elif blamed(trial.contract, outcome):  # the shapes of the request are to blame, not its entries
        _suspect_rejection(notes)
    else:
        notes.suspect("wrong-entry-result", trial.expectation.broken, _wanted(trial), _seen(outcome))


def _suspect_rejection(notes: _Notes) -> None:
    trial, outcome = notes.trial, notes.trial.outcome
    for candidates, alternatives in culprits(trial.contract, trial.case, outcome):
        notes.suspect("rejected-valid", candidates, _wanted(trial), _seen(outcome), alternatives)


def _judge_entries(notes: _Notes) -> None:
    """Each entry of a batch has a result of its own, in its own place."""
    trial, batch = notes.trial, notes.trial.contract.batch
    if batch is None or trial.expectation.kind not in ("accept", "entries"):
        return
    notes.ran("entry-results")
    sent = len(normalise(trial.contract, trial.case.input).get(batch.entries) or ())
    wanted: list[str | None] = [None] * sent
    for position, answer in enumerate(trial.expectation.entries):
        wanted[position] = answer.code if answer is not None else None
    output = trial.outcome.output if isinstance(trial.outcome.output, dict) else {}
    results = output.get(batch.results)
    listed = results if isinstance(results, list) else []
    got = [result.get(batch.code) if isinstance(result, dict) else None for result in listed]
    order = f"{trial.contract.name}#/output/{batch.results}"
    expected, seen = f"entry results {_short(wanted)}", f"entry results {_short(got)}"
    if got == wanted:
        _judge_failed_count(notes, output, wanted)
    elif len(got) != sent or sorted(map(str, got)) == sorted(map(str, wanted)):
        notes.suspect("wrong-entry-result", (order,), expected, seen)
    else:
        notes.suspect("wrong-entry-result", trial.expectation.broken or (order,), expected, seen)


def _judge_failed_count(notes: _Notes, output: dict[str, Any], wanted: list[str | None]) -> None:
    batch, trial = notes.trial.contract.batch, notes.trial
    if batch is None or batch.failed_count is None:
        return
    failed = sum(code is not None for code in wanted)
    if output.get(batch.failed_count, 0) != failed:
        pointer = f"{trial.contract.name}#/output/{batch.failed_count}"
        got = f"{batch.failed_count} {output.get(batch.failed_count)}"
        notes.suspect("wrong-entry-result", (pointer,), f"{batch.failed_count} {failed}", got)


def _judge_repeat(notes: _Notes) -> None:
    """A repeated idempotency token gets the first answer again, whole."""
    trial, idempotency = notes.trial, notes.trial.contract.idempotency
    if trial.case.repeats is None or idempotency is None:
        return
    if trial.earlier is None or trial.earlier.kind != "output":
        return
    notes.ran("same-answer")
    if trial.outcome.output != trial.earlier.output:
        pointer = f"{trial.contract.name}#/idempotency/{idempotency.token}"
        expected = f"the first answer again: {_short(trial.earlier.output)}"
        notes.suspect("not-idempotent", (pointer,), expected, _short(trial.outcome.output))


def _judge_any(notes: _Notes) -> None:
    notes.ran("success-or-client-error")


def _judge_form(notes: _Notes) -> None:
    """The response has the form its contract gives it, whatever it says."""
    notes.ran("response-form")
    for deviation in notes.trial.outcome.deviations:
        notes.suspect(deviation.kind, (deviation.pointer,), deviation.expected, deviation.got)


_JUDGES: dict[str, Callable[[_Notes], None]] = {
    "accept": _judge_accept,
    "refuse": _judge_refuse,
    "entries": _judge_batch,
    "any": _judge_any,
}


def _grade(trial: Trial, code: str | None) -> str:
    """Grade a code: declared by the ``operation``, by the ``service``, ``common`` to all, or ``unknown``."""
    if code is None:
        return "unknown"
    if code in trial.contract.error_shapes():
        return "operation"
    if code in trial.service_codes or code == trial.contract.validation.code:
        return "service"
    return "common" if is_common(code) else "unknown"


def _is_validity(trial: Trial, outcome: Outcome) -> bool:
    if outcome.code == trial.contract.validation.code:
        return True
    return outcome.code is not None and category_of(outcome.code) in VALIDITY


def _aims(trial: Trial) -> tuple[str, ...]:
    aimed = tuple(aim.constraint for aim in trial.case.aims)
    return aimed or trial.expectation.broken or (f"{trial.contract.name}#/input",)


def _error_pointer(trial: Trial, code: str | None) -> str:
    return f"{trial.contract.name}#/errors" + (f"/{code}" if code is not None else "")


def _wanted(trial: Trial) -> str:
    expectation = trial.expectation
    if expectation.kind == "accept":
        return f"{trial.contract.http.code} and a conforming output"
    if expectation.kind == "entries":
        codes = [entry.code if entry is not None else None for entry in expectation.entries]
        return f"{trial.contract.http.code} with entry results {_short(codes)}"
    if expectation.kind == "any":
        return "a success or a client error"
    return " or ".join(_answer(answer) for answer in expectation.answers)


def _answer(answer: Answer) -> str:
    return f"{answer.status or ''} {'' if answer.code == ANY_CODE else answer.code}".strip()


def _seen(outcome: Outcome) -> str:
    if outcome.kind == "output":
        return f"{outcome.status} {_short(outcome.output)}"
    message = f": {outcome.message}" if outcome.message else ""
    return f"{outcome.status} {outcome.code or '(no error code)'}{message}"[:400]


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else f"{text[:197]}..."
