"""Runs: cases made, sent, recorded and judged."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import msgspec

from harness.errors import LiveRefused, UsageError
from harness.importers.library import open_library
from harness.results.model import RunResult
from harness.session.contracts import Reference, select_contracts
from harness.session.judging import Observe, Tally, ignore, open_baseline, open_waivers, result_of, settle
from harness.session.options import RunOptions

if TYPE_CHECKING:
    from harness.cases.model import Case
    from harness.results.journal import Journal
    from harness.runner.work import Work
    from harness.targets.interface import TargetSpec

Announce = Callable[[str], None]
LIVE_REQUESTS_PER_SECOND = 5.0
NAMED_OPERATIONS = 6
MODELLED = "botocore-"  # how versions of operations without a file begin
AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".on.aws")


def run(options: RunOptions, observe: Observe = ignore, announce: Announce = ignore) -> RunResult:
    """Generate cases, send them, record them if asked, and judge every answer.

    Args:
        options: What to do.
        observe: Called with every event.
        announce: Called with sentences for a person, before anything is sent.

    Returns:
        What was found out. An interrupt ends the run early with what is done so far.

    Raises:
        HarnessError: The run cannot start, or its target does not answer.
    """
    _check_options(options)
    baseline, waivers = open_baseline(options), open_waivers(options)
    works = works_of(options)
    if options.target not in ("emulator", "aws"):
        _reach(spec_of(options))
    if options.freeze is not None or options.target != "emulator":
        works = [_planned(work) for work in works]
    if options.freeze is not None:
        _freeze(options.freeze, options.seed, works)
    if options.target != "emulator":
        announce(announcement(options.target, works))
    started = time.monotonic()
    tally = Tally(observe, len(works))
    interrupted = _carry_out(options, works, tally)
    found = result_of("run", options.target, options.seed, options.depth, tally)
    seconds = time.monotonic() - started
    return settle(
        msgspec.structs.replace(found, interrupted=interrupted, seconds=seconds), options, baseline, waivers
    )


def _check_options(options: RunOptions) -> None:
    """Refuse what makes no sense before anything is done."""
    if options.update_baseline and (options.sample is not None or options.case_ids):
        problem = "only some cases would be run, and the accepted findings of the others would be lost"
        raise UsageError("--update-baseline", problem, "Leave --sample and --case out.")
    if options.sample is not None and options.sample < 1:
        raise UsageError("--sample", f"{options.sample} operations are none", "Give 1 or more.")
    if options.workers < 1:
        raise UsageError("--workers", f"{options.workers} workers can do no work", "Give 1 or more.")
    if options.redact:
        from harness.cassettes.redaction import check_patterns

        check_patterns(options.redact)
    check_target(options.target, yes_live=options.yes_live, where=f"--target {options.target}")


def check_target(target: str, *, yes_live: bool, where: str) -> None:
    """Refuse what is no endpoint, and the real service where nobody said that it is meant.

    Args:
        target: ``emulator``, ``aws`` or a URL.
        yes_live: Whether requests to AWS are meant.
        where: What to name in a refusal.

    Raises:
        UsageError: It is none of them.
        LiveRefused: It is AWS, and that was not said to be meant.
    """
    from harness.targets.address import parse_address

    live = target == "aws"
    if target not in ("emulator", "aws"):
        live = _host(target).endswith(AWS_DOMAINS)
        parse_address(target)  # here, since the URL is named in what is said next: it may hold a password
    if live and not yes_live:
        problem = "requests to AWS change real resources and may cost money"
        raise LiveRefused(where, problem, "Add --yes-live if you mean it; nothing was sent.")


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # a port that is no number is found here
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host:
        shown = url.rpartition("@")[2]  # what may stand before it is secret
        problem = f"{shown!r} is neither 'emulator', 'aws' nor an http or https URL"
        raise UsageError("--target", problem, "Give for example http://127.0.0.1:5000.")
    return host


def _reach(spec: TargetSpec) -> None:
    """Find an endpoint on loopback that is not there before cases are made, which takes a while for many.

    Others are not asked before the run has said what it is about to do.
    """
    from harness.targets import open_target

    open_target(spec).close()


def spec_of(options: RunOptions) -> TargetSpec:
    """Say what a worker opens to reach the target."""
    from harness.targets.interface import TargetSpec

    kind: Literal["emulator", "url", "aws"] = "url"
    if options.target == "emulator" or options.target == "aws":
        kind = "emulator" if options.target == "emulator" else "aws"
    rate = options.requests_per_second
    if rate is None and kind == "aws":
        rate = LIVE_REQUESTS_PER_SECOND
    return TargetSpec(
        kind=kind,
        url=options.target if kind == "url" else "",
        region=options.region,
        profile=options.profile,
        timeout=options.timeout,
        requests_per_second=rate,
    )


def works_of(options: RunOptions) -> list[Work]:
    """Make one unit of work for each selected operation and version; contracts are loaded by who does it."""
    from harness.runner.work import Work

    frozen = _frozen(options)
    spec = spec_of(options)
    return [
        Work(
            service=item.service,
            operation=item.operation,
            version=item.version,
            root=options.contracts,
            spec=spec,
            depth=options.depth,
            seed=options.seed,
            cases=frozen[_key(item)] if frozen is not None else None,
            only=options.case_ids,
            record=options.record,
            redact=options.redact,
        )
        for item in _selected(options, frozen)
    ]


def _key(item: Reference) -> tuple[str, str]:
    return f"{item.service}:{item.operation}", item.version or ""


_Frozen = dict[tuple[str, str], tuple["Case", ...]]


def _frozen(options: RunOptions) -> _Frozen | None:
    from harness.results.frozen import read_cases

    if options.cases is None:
        return None
    grouped: _Frozen = {}
    for case in read_cases(Path(options.cases)):
        key = (case.operation, "" if case.version.startswith(MODELLED) else case.version)
        grouped[key] = (*grouped.get(key, ()), case)
    return grouped


def _selected(options: RunOptions, frozen: _Frozen | None) -> tuple[Reference, ...]:
    """Choose what to run: by selector and version, or what frozen cases name."""
    named = frozen is not None or options.among is not None
    version = options.version or ("all" if named else None)
    found = select_contracts(options.selectors, version=version, root=options.contracts)
    if options.among is not None:
        found = tuple(item for item in found if _key(item) in options.among)
    if frozen is not None:
        found = tuple(item for item in found if _key(item) in frozen)
        if not found:
            problem = "no case of the file belongs to a selected operation and version"
            raise UsageError("--cases", problem, "Leave selectors and --version out, or name another file.")
    if options.protocol is not None:
        library = open_library(options.contracts)
        found = tuple(
            item for item in found if library.protocol(item.service, item.operation) == options.protocol
        )
        if not found:
            problem = f"no selected operation speaks {options.protocol!r}"
            raise UsageError("--protocol", problem, "Leave the flag out, or select other operations.")
    if options.sample is None or options.sample >= len(found):
        return found
    chosen = random.Random(options.seed).sample(range(len(found)), options.sample)  # noqa: S311
    return tuple(found[position] for position in sorted(chosen))


def _planned(work: Work) -> Work:
    """Make the cases now, where they must be known before the first is sent."""
    from harness.runner.work import plan

    return msgspec.structs.replace(work, cases=plan(work, work.contract, strict=True).cases)


def _freeze(path: str, seed: int, works: Sequence[Work]) -> None:
    from harness.results.frozen import write_cases

    write_cases(Path(path), [case for work in works for case in work.cases or ()], seed=seed)


def announcement(target: str, works: Sequence[Work]) -> str:
    """Say how many requests will be made, before the first is.

    Errors on demand are sent only to this project's emulator, which may stand behind a URL: "at most" then.
    """
    errors = sum(case.error is not None for work in works for case in work.cases or ())
    total = sum(len(work.cases or ()) for work in works)
    count = f"{total - errors}" if target == "aws" else f"at most {total}"
    names = sorted({f"{work.service}:{work.operation}" for work in works})
    operations = ", ".join(names) if len(names) <= NAMED_OPERATIONS else f"{len(names)} operations"
    return f"about to make {count} requests to {target} for {operations}"


def _carry_out(options: RunOptions, works: Sequence[Work], tally: Tally) -> bool:
    """Do the work, noted in a journal where one is asked for; returns whether it was interrupted."""
    if options.resume is None:
        return _perform(works, options.workers, tally)
    from harness.results.journal import Journal

    journal = Journal(Path(options.resume), _identity(options))
    try:
        left = [work for work in works if not _done(journal, work, tally)]
        return _perform(left, options.workers, journal.noting(tally))
    finally:
        journal.close()


def _identity(options: RunOptions) -> dict[str, str]:
    """What must be the same for a run to be taken up again."""
    return {
        "target": options.target,
        "depth": options.depth,
        "seed": str(options.seed),
        "version": options.version or "",
        "botocore": open_library(options.contracts).release,
    }


def _done(journal: Journal, work: Work, tally: Tally) -> bool:
    """Take in what the journal says of a unit of work, if it says anything."""
    versions = journal.done.get(f"{work.service}:{work.operation}", {})
    for version, events in versions.items():
        if work.version in (None, version):
            for event in events:
                tally(event)
            return True
    return False


def _perform(works: Sequence[Work], workers: int, observe: Observe) -> bool:
    from harness.runner.engines.local import run_in_pool, run_in_process

    try:
        if workers > 1 and len(works) > 1:
            run_in_pool(works, observe, workers)
        else:
            run_in_process(works, observe)
    except KeyboardInterrupt:
        return True
    return False
