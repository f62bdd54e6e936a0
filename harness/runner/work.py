"""One unit of work: an operation at a version, planned and run against a target of its own.

Works on plain values, so that it runs the same in this process and in another.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from harness.cases.model import Case
from harness.contract import Contract
from harness.exchange import Exchange
from harness.importers.library import open_library
from harness.results.coverage import Hits, coverage
from harness.results.model import Event, Finished, Judged, OperationCoverage, Planned, Skipped
from harness.runner.execute import Plan, Reason, Show, execute
from harness.targets import open_target
from harness.targets.interface import Target, TargetSpec
from harness.wire.bindings import is_event_stream

if TYPE_CHECKING:
    from harness.runner.elsewhere import Elsewhere

OVER_LIMIT = "body-over-limit"
STREAMS = "streams of events are not supported"
Depth = Literal["smoke", "coverage", "deep"]


class Work(msgspec.Struct, frozen=True):
    """What a worker is given.

    Attributes:
        service: botocore's name of the service.
        operation: The operation's name.
        version: The contract's version; ``None`` for the newest file, or what the installed release models.
        root: The directory of contract files; ``None`` for the default one.
        spec: The target to open.
        depth: How many cases to make.
        seed: What they are made from.
        cases: Frozen cases to send instead of making new ones.
        only: Ids of the only cases to send; empty for all.
        record: The directory of cassettes, or ``None``.
        redact: Regular expressions of what cassettes must not hold, beside what is secret by itself.
    """

    service: str
    operation: str
    spec: TargetSpec
    version: str | None = None
    root: str | None = None
    depth: Depth = "coverage"
    seed: int = 0
    cases: tuple[Case, ...] | None = None
    only: tuple[str, ...] = ()
    record: str | None = None
    redact: tuple[str, ...] = ()

    @property
    def contract(self) -> Contract:
        """The contract, from the library of this process."""
        return open_library(self.root).load(self.service, self.operation, self.version)


class Stage:
    """Where units of work are performed: one open target at a time, shared by units that can share it."""

    def __init__(self) -> None:
        self._target: Target | None = None
        self._opened: tuple[object, ...] = ()
        self._elsewhere: Elsewhere | None = None

    def target_for(self, work: Work, contract: Contract) -> Target:
        """Open the target of a unit, or give the one that is open when it serves the unit as well.

        An embedded emulator serves the newest contract files, and behind them what the installed release
        models if an operation without a file asks for it. An older version needs an emulator of its own.
        """
        library = open_library(work.root)
        newest = {each.name: each for each in library.newest()}
        modelled = contract.name not in newest
        older = None if modelled or newest[contract.name].version == contract.version else contract.version
        key = (work.spec, work.root, modelled, older and (contract.name, older))
        if self._target is None or key != self._opened:
            self.close()
            served = newest if modelled else {**newest, contract.name: contract}
            behind = library if modelled else None
            self._target, self._opened = open_target(work.spec, tuple(served.values()), behind), key
        return self._target

    def elsewhere(self, work: Work, contract: Contract) -> Reason | None:
        """Give what tells the requests of other operations; those with contract files need no telling."""
        library = open_library(work.root)
        if library.has_file(contract.service, contract.operation):
            return None
        if self._elsewhere is None:
            from harness.runner.elsewhere import Elsewhere

            self._elsewhere = Elsewhere(library)
        return self._elsewhere.reason

    def close(self) -> None:
        """Close the open target, if any."""
        if self._target is not None:
            self._target.close()
            self._target = None


def plan(work: Work, contract: Contract, strict: bool) -> Plan:
    """Make or choose the cases of a unit of work.

    Args:
        work: The unit.
        contract: Its contract.
        strict: Whether the target is this project's emulator. Only there can errors be asked for, and only
            there is a limit of the body known: elsewhere a server may rightly wait for the promised body.
    """
    from harness.generate.plan import generate

    cases = work.cases if work.cases is not None else generate(contract, work.depth, work.seed)
    if not strict:
        cases = tuple(case for case in cases if case.error is None and case.fault != OVER_LIMIT)
    if work.only:
        cases = _chosen(cases, work.only)
    codes = tuple(open_library(work.root).service_errors(contract))
    return Plan(contract, cases, work.seed, codes)


def _chosen(cases: tuple[Case, ...], only: tuple[str, ...]) -> tuple[Case, ...]:
    """The named cases, and those they repeat."""
    wanted = set(only) | {case.repeats for case in cases if case.id in only}
    return tuple(case for case in cases if case.id in wanted)


def perform(work: Work, stage: Stage, observe: Callable[[Event], None]) -> None:
    """Run one unit of work.

    Args:
        work: The unit.
        stage: Where targets are opened.
        observe: Called with every event.
    """
    contract = work.contract
    target = stage.target_for(work, contract)
    planned = plan(work, contract, target.strict)
    observe(Planned(contract.name, contract.version, len(planned.cases)))
    if _speaks_in_streams(contract):
        for case in planned.cases:
            observe(Skipped(case.operation, case.version, case.id, STREAMS))
        observe(Finished(contract.name, contract.version, covered(contract, Hits())))
        return
    recorder = _recorder(work, target)
    hits = Hits()
    record = recorder.add if recorder is not None else None
    show = _showing(work, contract, target)
    for result in execute(planned, target, record, stage.elsewhere(work, contract), show):
        if isinstance(result, Skipped):
            observe(result)
        else:
            hits.add(result)
            observe(Judged(result))
    if recorder is not None:
        recorder.save(contract)
    observe(Finished(contract.name, contract.version, covered(contract, hits, work.depth)))


def _showing(work: Work, contract: Contract, target: Target) -> Show | None:
    """Give what takes secrets out of results; those of this project's emulator are made up."""
    if target.strict:
        return None
    from harness.runner.showing import Showing

    return Showing(contract, getattr(target, "secrets", ()), work.redact).of


def _speaks_in_streams(contract: Contract) -> bool:
    return any(is_event_stream(contract, name) for name in (contract.input, contract.output) if name)


def covered(contract: Contract, hits: Hits, depth: Depth = "coverage") -> OperationCoverage:
    """Count what was hit, with the reasons of what no request can carry.

    Reasons take a search for each side that was missed. At depth ``smoke`` most sides are missed because
    nobody aimed at them, and no other reason is looked for.
    """
    found = coverage(contract, hits, {})
    if depth == "smoke" or not found.missed:
        return found
    from harness.generate.plan import unreachable

    wanted = {(item.constraint, item.side) for item in found.missed}
    reasons = {(item.constraint, item.side): item.reason for item in unreachable(contract, wanted)}
    return coverage(contract, hits, reasons)


class _Recording:
    """Adds the time to every exchange that is recorded."""

    def __init__(self, directory: str, target: Target, patterns: tuple[str, ...]) -> None:
        from harness.cassettes.record import Recorder

        # The emulator's port is another one each time and would change every line of a recording.
        self._anonymous = target.name == "emulator"
        secrets = tuple(getattr(target, "secrets", ()))
        url = "" if self._anonymous else target.url
        self._recorder = Recorder(Path(directory), target.name, secrets=secrets, patterns=patterns, url=url)

    def add(self, contract: Contract, case: Case, exchange: Exchange) -> None:
        if self._anonymous:
            headers = exchange.request.headers.replacing("Host", None)
            request = msgspec.structs.replace(exchange.request, headers=headers)
            exchange = msgspec.structs.replace(exchange, request=request)
        self._recorder.add(contract, case, exchange, datetime.now(UTC))

    def save(self, contract: Contract) -> None:
        self._recorder.save(contract)


def _recorder(work: Work, target: Target) -> _Recording | None:
    return _Recording(work.record, target, work.redact) if work.record is not None else None


_STAGE = Stage()  # of a worker process: it lives as long as the process


def perform_alone(work: Work) -> tuple[Event, ...]:
    """Run one unit of work in a worker process, whose target stays open for the next.

    Returns:
        Every event, in order.
    """
    events: list[Event] = []
    perform(work, _STAGE, events.append)
    return tuple(events)
