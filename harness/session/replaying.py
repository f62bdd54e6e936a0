"""Replays of recordings."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.contract import Contract, contract_digest
from harness.errors import CassetteMissing
from harness.importers.library import open_library
from harness.results.model import RunResult
from harness.session.judging import Observe, Tally, ignore, open_baseline, open_waivers, result_of, settle
from harness.session.options import ReplayOptions

if TYPE_CHECKING:
    from harness.cassettes.model import Cassette


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

    baseline, waivers = open_baseline(options), open_waivers(options)
    started = time.monotonic()
    tally = Tally(observe)
    for cassette in find_recordings(options):
        contract = judged_by(cassette, options)
        outdated = _outdated(cassette, contract)
        if outdated is not None:
            report(outdated)
        for event in judge_recorded(cassette, contract):
            tally(event)
    found = result_of("replay", ", ".join(options.directories), 0, "recorded", tally)
    return settle(
        msgspec.structs.replace(found, seconds=time.monotonic() - started), options, baseline, waivers
    )


def _outdated(cassette: Cassette, contract: Contract) -> Outdated | None:
    today = contract_digest(contract)
    count = sum(item.contract != today for item in cassette.recorded)
    if not count:
        return None
    return Outdated(cassette.path, contract.name, contract.version, count, len(cassette.recorded))


def find_recordings(options: ReplayOptions) -> tuple[Cassette, ...]:
    """Read the recordings that are asked for.

    Raises:
        CassetteMissing: There is none.
        CassetteCorrupt: One cannot be read.
    """
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


def judged_by(cassette: Cassette, options: ReplayOptions) -> Contract:
    """Load the contract that a recording is judged by."""
    service, _, operation = cassette.contract.partition(":")
    version = options.version or cassette.version
    return open_library(options.contracts).load(service, operation, version)
