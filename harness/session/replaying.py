"""Replays of recordings, and comparisons of runs and recordings."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from harness.contract import Contract, contract_digest
from harness.errors import CassetteMissing
from harness.importers.library import open_library
from harness.results.model import RunResult
from harness.session.contracts import load_contracts
from harness.session.judging import Observe, Tally, ignore, open_baseline, result_of, settle
from harness.session.options import ReplayOptions, RunOptions
from harness.session.running import run

if TYPE_CHECKING:
    from harness.cassettes.model import Cassette
    from harness.compare.interface import Difference, Observed


class Comparison(msgspec.Struct, frozen=True):
    """What a comparison of two sides says; ``compared`` counts the cases that both sides answered."""

    differences: tuple[Difference, ...]
    regression: bool
    compared: int


class Outdated(msgspec.Struct, frozen=True):
    """A run's recording that was made by another contract than it is judged by.

    Attributes:
        path: The file.
        operation: ``service:Operation``.
        version: The version that it is judged by.
        count: How many of its exchanges were made by another contract.
        total: How many exchanges it holds.
    """

    path: Path
    operation: str
    version: str
    count: int
    total: int


def replay(
    options: ReplayOptions,
    observe: Observe = ignore,
    report: Callable[[Outdated], None] = ignore,
) -> RunResult:
    """Judge recorded exchanges again, offline.

    Args:
        options: Which recordings, and the contract version to judge them by.
        observe: Called with every event.
        report: Called with every recording that was made by another contract than it is judged by.

    Returns:
        What was found out.

    Raises:
        CassetteMissing: There is no recording.
        CassetteCorrupt: A recording cannot be read.
    """
    from harness.runner.replay import judge_recorded

    baseline = open_baseline(options)
    started = time.monotonic()
    tally = Tally(observe)
    for cassette in _cassettes(options):
        contract = _judged_by(cassette, options)
        outdated = _outdated(cassette, contract)
        if outdated is not None:
            report(outdated)
        for event in judge_recorded(cassette, contract):
            tally(event)
    found = result_of("replay", ", ".join(options.directories), 0, "recorded", tally)
    return settle(msgspec.structs.replace(found, seconds=time.monotonic() - started), options, baseline)


def _outdated(cassette: Cassette, contract: Contract) -> Outdated | None:
    today = contract_digest(contract)
    count = sum(item.contract != today for item in cassette.recorded)
    if not count:
        return None
    return Outdated(cassette.path, contract.name, contract.version, count, len(cassette.recorded))


def _cassettes(options: ReplayOptions) -> tuple[Cassette, ...]:
    from harness.cassettes.read import find_cassettes, read_cassette
    from harness.importers.selectors import matches

    read = [read_cassette(path) for path in find_cassettes([Path(item) for item in options.directories])]
    chosen = [
        cassette
        for cassette in read
        if not options.selectors or matches(cassette.contract, options.selectors)
    ]
    if not chosen:
        problem = f"no recording of {', '.join(options.selectors) or 'any operation'}"
        raise CassetteMissing(", ".join(options.directories), problem, "Record one: harness record SELECTOR.")
    return tuple(chosen)


def _judged_by(cassette: Cassette, options: ReplayOptions) -> Contract:
    service, _, operation = cassette.contract.partition(":")
    version = options.version or cassette.version
    return open_library(options.contracts).load(service, operation, version)


def compare(old: str, new: str, *, contracts: str | None = None) -> Comparison:
    """Hold two runs or sets of recordings against each other.

    Args:
        old: A run's JSON file, a cassette directory or a cassette.
        new: The same.
        contracts: The contract root, for volatile members.

    Returns:
        The differences, the worst first.
    """
    from harness.compare.responses import compare as compare_responses
    from harness.compare.responses import is_regression

    before, after = _observed(old, contracts), _observed(new, contracts)
    known = {(item.name, item.version): item for item in load_contracts((), version="all", root=contracts)}
    differences = compare_responses(before, after, known)
    both = {(item.operation, item.version, item.case) for item in before}
    both &= {(item.operation, item.version, item.case) for item in after}
    return Comparison(differences, is_regression(differences), len(both))


def _observed(side: str, contracts: str | None) -> tuple[Observed, ...]:
    from harness.compare.interface import Observed

    path = Path(side)
    if path.is_dir() or path.suffix in (".yaml", ".yml"):
        replayed = replay(ReplayOptions(directories=(side,), contracts=contracts))
        return tuple(
            Observed(item.case.id, item.case.operation, item.case.version, item.outcome)
            for item in replayed.results
        )
    if urlsplit(side).scheme in ("http", "https"):
        return _observed_live(side, contracts)
    from harness.results.document import observed, read_document

    return tuple(Observed(*item) for item in observed(read_document(path)))


def _observed_live(url: str, contracts: str | None) -> tuple[Observed, ...]:
    from harness.compare.interface import Observed

    found = run(RunOptions(target=url, contracts=contracts))
    return tuple(
        Observed(item.case.id, item.case.operation, item.case.version, item.outcome) for item in found.results
    )
