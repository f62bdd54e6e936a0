"""Sends the cases of one operation in order and judges each answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from harness.cases.judge import Trial, judge
from harness.cases.model import Case
from harness.cases.oracle import expect
from harness.cases.verdict import CaseResult
from harness.contract import Contract
from harness.errors import WireError
from harness.exchange import Exchange, Outcome, Request
from harness.results.model import Skipped
from harness.runner.requests import build, describe, reproduce
from harness.targets.interface import Target
from harness.wire import protocol_for

Record = Callable[[Contract, Case, Exchange], None]
Reason = Callable[[Contract, Request], str | None]
Show = Callable[[CaseResult, Exchange], CaseResult]


class Plan(msgspec.Struct, frozen=True):
    """What there is to send for one operation at one version.

    Attributes:
        contract: The operation, as the endpoint is held against it.
        cases: The cases in the order of sending; a case that repeats another follows it.
        seed: The seed the cases were made with.
        service_codes: The error codes that sibling operations declare.
    """

    contract: Contract
    cases: tuple[Case, ...]
    seed: int = 0
    service_codes: tuple[str, ...] = ()


def execute(
    plan: Plan,
    target: Target,
    record: Record | None = None,
    elsewhere: Reason | None = None,
    show: Show | None = None,
) -> Iterator[CaseResult | Skipped]:
    """Send every case of a plan and judge what comes.

    Args:
        plan: What to send.
        target: Where to.
        record: Called with every exchange as it happened, before it is judged.
        elsewhere: Says why a request is not, or not recognisably, the operation's own.
        show: Takes out of a result what no report may hold.

    Yields:
        One result for each case, in order; a case that no request can carry is skipped with its reason.

    Raises:
        TargetUnreachable: Nothing listens at the target.
    """
    outcomes: dict[str, Outcome] = {}
    repeated = {case.repeats for case in plan.cases if case.repeats is not None}
    for case in plan.cases:
        try:
            request = build(plan.contract, case)
            reason = _stray(plan.contract, case, request, elsewhere)
            if reason is not None:
                yield Skipped(case.operation, case.version, case.id, reason)
                continue
            exchange = target.send(plan.contract, case, request)
        except WireError as error:
            yield Skipped(case.operation, case.version, case.id, error.problem)
            continue
        if record is not None:
            record(plan.contract, case, exchange)
        outcome = _understood(plan.contract, exchange)
        if case.id in repeated:
            outcomes[case.id] = outcome
        earlier = outcomes.get(case.repeats) if case.repeats is not None else None
        result = _judged(plan, target, case, request, outcome, earlier=earlier)
        yield show(result, exchange) if show is not None else result


def _stray(contract: Contract, case: Case, request: Request, elsewhere: Reason | None) -> str | None:
    """Requests of other operations show nothing; faults of the wire may well be such."""
    return elsewhere(contract, request) if elsewhere is not None and case.input is not None else None


def _understood(contract: Contract, exchange: Exchange) -> Outcome:
    if exchange.response is None:
        return Outcome(kind="silent", failure=exchange.failure or "no answer")
    return protocol_for(contract).read_response(contract, exchange.response)


def _judged(
    plan: Plan, target: Target, case: Case, request: Request, outcome: Outcome, earlier: Outcome | None
) -> CaseResult:
    expectation = expect(plan.contract, case)
    trial = Trial(
        contract=plan.contract,
        case=case,
        expectation=expectation,
        outcome=outcome,
        strict=target.strict,
        earlier=earlier,
        service_codes=frozenset(plan.service_codes),
    )
    verdict = judge(trial)
    shown = bool(verdict.suspicions)  # a command for every case would cost more than it serves
    return CaseResult(
        case=case,
        outcome=outcome,
        verdict=verdict,
        sent=describe(case, request) if shown else "",
        reproduce=reproduce(plan.contract, case, request, target.url, plan.seed) if shown else "",
        broken=expectation.broken,
        accepted=expectation.kind in ("accept", "entries"),
    )
