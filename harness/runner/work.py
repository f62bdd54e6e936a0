"""One unit of work: an operation at a version, planned and run against a target of its own.

Works on plain values, so that it runs the same in this process and in another.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from harness.cases.model import Case
from harness.contract import Contract
from harness.exchange import Exchange
from harness.results.model import Event, Finished, Judged, Planned, Skipped
from harness.runner.execute import Plan, execute
from harness.targets.interface import Target, TargetSpec

OVER_LIMIT = "body-over-limit"
Depth = Literal["smoke", "coverage", "deep"]


class Work(msgspec.Struct, frozen=True):
    """What a worker is given.

    Attributes:
        contract: The operation at one version.
        siblings: The contracts that the emulator serves beside it; the operation itself included.
        spec: The target to open.
        depth: How many cases to make.
        seed: What they are made from.
        cases: Frozen cases to send instead of making new ones.
        only: Ids of the only cases to send; empty for all.
        record: The directory of cassettes, or ``None``.
    """

    contract: Contract
    siblings: tuple[Contract, ...]
    spec: TargetSpec
    depth: Depth = "coverage"
    seed: int = 0
    cases: tuple[Case, ...] | None = None
    only: tuple[str, ...] = ()
    record: str | None = None


def plan(work: Work, strict: bool) -> Plan:
    """Make or choose the cases of a unit of work.

    Args:
        work: The unit.
        strict: Whether the target is this project's emulator. Only there can errors be asked for, and only
            there is a limit of the body known: elsewhere a server may rightly wait for the promised body.
    """
    from harness.generate.plan import generate, unreachable

    cases = work.cases if work.cases is not None else generate(work.contract, work.depth, work.seed)
    if not strict:
        cases = tuple(case for case in cases if case.error is None and case.fault != OVER_LIMIT)
    if work.only:
        cases = _chosen(cases, work.only)
    sides = tuple((item.constraint, item.side, item.reason) for item in unreachable(work.contract))
    codes = {code for sibling in work.siblings for code in sibling.error_shapes()}
    return Plan(work.contract, cases, sides, work.seed, tuple(sorted(codes)))


def _chosen(cases: tuple[Case, ...], only: tuple[str, ...]) -> tuple[Case, ...]:
    """The named cases, and those they repeat."""
    wanted = set(only) | {case.repeats for case in cases if case.id in only}
    return tuple(case for case in cases if case.id in wanted)


def perform(work: Work, target: Target, observe: Callable[[Event], None]) -> None:
    """Run one unit of work against an open target.

    Args:
        work: The unit.
        target: The open target.
        observe: Called with every event.
    """
    planned = plan(work, target.strict)
    contract = planned.contract
    observe(Planned(contract.name, contract.version, len(planned.cases)))
    recorder = _recorder(work, target)
    for result in execute(planned, target, recorder.add if recorder is not None else None):
        observe(result if isinstance(result, Skipped) else Judged(result))
    if recorder is not None:
        recorder.save(contract)
    observe(Finished(contract.name, contract.version))


class _Recording:
    """Adds the time to every exchange that is recorded."""

    def __init__(self, directory: str, target: Target) -> None:
        from harness.cassettes.record import Recorder

        # The emulator's port is another one each time and would change every line of a recording.
        self._anonymous = target.name == "emulator"
        secrets = tuple(getattr(target, "secrets", ()))
        url = "" if self._anonymous else target.url
        self._recorder = Recorder(Path(directory), target.name, secrets=secrets, url=url)

    def add(self, contract: Contract, case: Case, exchange: Exchange) -> None:
        if self._anonymous:
            headers = exchange.request.headers.replacing("Host", None)
            request = msgspec.structs.replace(exchange.request, headers=headers)
            exchange = msgspec.structs.replace(exchange, request=request)
        self._recorder.add(contract, case, exchange, datetime.now(UTC))

    def save(self, contract: Contract) -> None:
        self._recorder.save(contract)


def _recorder(work: Work, target: Target) -> _Recording | None:
    return _Recording(work.record, target) if work.record is not None else None


def perform_alone(work: Work) -> tuple[Event, ...]:
    """Run one unit of work in a process of its own: open the target, run, close it.

    Returns:
        Every event, in order.
    """
    from harness.targets import open_target

    target = open_target(work.spec, work.siblings)
    events: list[Event] = []
    try:
        perform(work, target, events.append)
    finally:
        target.close()
    return tuple(events)
