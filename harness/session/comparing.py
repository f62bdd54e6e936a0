"""Comparisons of runs, recordings and endpoints: each side brought to answers, then held together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import msgspec

from harness.contract import Contract
from harness.errors import HarnessError, UsageError
from harness.importers.library import open_library
from harness.results.waivers import Applied, Waiver, apply_waivers, read_waivers
from harness.session.judging import ignore
from harness.session.options import CompareOptions, ReplayOptions, RunOptions

if TYPE_CHECKING:
    from harness.cases.model import Case
    from harness.compare.interface import Difference, Observed
    from harness.compare.noise import Noise
    from harness.results.model import Event
    from harness.runner.work import Work

Announce = Callable[[str], None]
Kind = Literal["endpoint", "recording", "run"]


class Comparison(msgspec.Struct, frozen=True):
    """What a comparison of two sides says.

    Attributes:
        differences: What differs, the worst first, waived ones included.
        regression: Whether one of them that is not waived is a regression.
        compared: How many cases both sides answered.
        waivers: What the waivers did.
        noise: What differed when the old side was asked twice; ``None`` where it was not.
    """

    differences: tuple[Difference, ...]
    regression: bool
    compared: int
    waivers: Applied = Applied()
    noise: tuple[Noise, ...] | None = None


class _Answers(msgspec.Struct, frozen=True):
    """One side's answers, and the units of work that put the same cases to an endpoint."""

    observed: tuple[Observed, ...]
    works: Callable[[], list[Work]]
    demanded: frozenset[str] = frozenset()


def compare(options: CompareOptions, announce: Announce = ignore) -> Comparison:
    """Hold two sides against each other.

    Args:
        options: The sides, and how an endpoint among them is asked.
        announce: Called with sentences for a person, before anything is sent.

    Returns:
        The differences, the worst first.

    Raises:
        UsageError: The sides cannot be held together as asked.
        HarnessError: A side cannot be read, or does not answer.
    """
    waivers = read_waivers(Path(options.waivers)) if options.waivers is not None else ()
    _check(options)
    old, new, again = _both(options, announce)
    if not {_key(item) for item in old} & {_key(item) for item in new}:
        problem = "no case was answered by both, so nothing was compared"
        remedy = "Make both sides from the same operations, versions, depth and seed."
        raise UsageError(f"{options.old} and {options.new}", problem, remedy)
    contracts = _contracts((*old, *new), options.contracts)
    old, new = _without_secrets(old, contracts), _without_secrets(new, contracts)
    again = _without_secrets(again, contracts) if again is not None else None
    return _comparison(old, new, contracts, waivers, _noise(old, again, contracts, options.contracts))


def _check(options: CompareOptions) -> None:
    """Refuse what makes no sense, for both sides, before anything is sent."""
    from harness.session.running import check_target

    if options.learn_noise and kind_of(options.old) != "endpoint":
        problem = f"{options.old} is a {kind_of(options.old)}, which cannot be asked again"
        raise UsageError("--learn-noise", problem, "Make the old side 'emulator', 'aws' or a URL.")
    for side in (options.old, options.new):
        if kind_of(side) == "endpoint":
            check_target(side, yes_live=options.yes_live, where=side)


def kind_of(side: str) -> Kind:
    """Say what a side is: an endpoint, a recording (a directory or a cassette) or a run's JSON."""
    if side in ("emulator", "aws") or urlsplit(side).scheme in ("http", "https"):
        return "endpoint"
    path = Path(side)
    return "recording" if path.is_dir() or path.suffix in (".yaml", ".yml", ".jsonl") else "run"


def _both(
    options: CompareOptions, announce: Announce
) -> tuple[tuple[Observed, ...], tuple[Observed, ...], tuple[Observed, ...] | None]:
    """Bring both sides to answers; what an endpoint is asked is what the other side has answers to."""
    sides = (options.old, options.new)
    read = [_read(side, options) if kind_of(side) != "endpoint" else None for side in sides]
    known = next((item for item in read if item is not None), None)
    works = [] if all(read) else known.works() if known is not None else _made(options)
    demanded = known.demanded if known is not None else frozenset()
    asked = [
        item.observed if item is not None else _asked(side, works, options, announce)
        for side, item in zip(sides, read, strict=True)
    ]
    again = _asked(options.old, works, options, announce) if options.learn_noise else None
    old, new = asked
    return _without_demands(old, new, demanded), _without_demands(new, old, demanded), again


def _without_demands(
    side: tuple[Observed, ...], other: tuple[Observed, ...], demanded: frozenset[str]
) -> tuple[Observed, ...]:
    """Leave out errors on demand that the other side was never asked for: no endpoint knows them."""
    known = {item.case for item in other}
    return tuple(item for item in side if item.case not in demanded or item.case in known)


def _key(item: Observed) -> tuple[str, str, str]:
    return item.operation, item.version, item.case


# --- sides that are read ---------------------------------------------------------------------------


def _read(side: str, options: CompareOptions) -> _Answers:
    return _read_recording(side, options) if kind_of(side) == "recording" else _read_run(side, options)


def _read_recording(side: str, options: CompareOptions) -> _Answers:
    from harness.runner.replay import judge_recorded, recorded_cases
    from harness.session.replaying import find_recordings, judged_by

    wanted = ReplayOptions((side,), options.selectors, options.version, contracts=options.contracts)
    cassettes = find_recordings(wanted)
    found = _Collected()
    for cassette in cassettes:
        for event in judge_recorded(cassette, judged_by(cassette, wanted)):
            found(event)

    def works() -> list[Work]:
        made = []
        for cassette in cassettes:
            contract = judged_by(cassette, wanted)
            made.append((contract, recorded_cases(cassette, contract)))
        return _with_cases(made, options)

    return _Answers(tuple(found.observed), works, frozenset(found.demanded))


def _with_cases(made: Iterable[tuple[Contract, tuple[Case, ...]]], options: CompareOptions) -> list[Work]:
    from harness.runner.work import Work
    from harness.targets.interface import TargetSpec

    library = open_library(options.contracts)
    return [
        Work(
            service=contract.service,
            operation=contract.operation,
            spec=TargetSpec(kind="emulator"),  # in its place comes the endpoint that is asked
            version=contract.version if library.has_file(contract.service, contract.operation) else None,
            root=options.contracts,
            cases=cases,
        )
        for contract, cases in made
    ]


def _read_run(side: str, options: CompareOptions) -> _Answers:
    from harness.compare.interface import Observed
    from harness.importers.selectors import matches
    from harness.results.document import observed, read_document

    path = Path(side)
    if ":" in side and not path.exists():
        shown = side.rpartition("@")[2]  # what may stand before it is secret
        raise UsageError(shown, "there is no such file", f"If it is an endpoint, write http://{shown}.")
    document = read_document(path)
    kept, made = len(document["results"]), document["summary"]["cases"]
    if kept < made:
        problem = (
            f"it holds {kept} of {made} answers: a run of many operations keeps what is not as contracted"
        )
        raise UsageError(side, problem, "Record such runs with --record DIR, and compare the recordings.")
    answers = tuple(
        item
        for item in (Observed(*each) for each in observed(document))
        if not options.selectors or matches(item.operation, options.selectors)
    )
    demanded = frozenset(row["case"] for row in document["results"] if row["origin"] == "error")

    def works() -> list[Work]:
        if document["depth"] not in ("smoke", "coverage", "deep"):
            problem = "it is the result of a replay, which does not say how its requests are made"
            raise UsageError(side, problem, "Name the recording itself, or the JSON of a run.")
        again = msgspec.structs.replace(options, depth=document["depth"], seed=document["summary"]["seed"])
        sent = {(item.operation, item.version, item.case) for item in answers}
        return [
            msgspec.structs.replace(work, cases=_of(work.cases or (), sent))
            for each in _versions(answers)
            for work in _made(again, *each)
        ]

    return _Answers(answers, works, demanded)


def _of(cases: tuple[Case, ...], sent: set[tuple[str, str, str]]) -> tuple[Case, ...]:
    """The cases that a run has answers to, and no others: a run may have been of some cases only."""
    return tuple(case for case in cases if (case.operation, case.version, case.id) in sent)


def _versions(answers: Iterable[Observed]) -> list[tuple[str, str]]:
    return sorted({(item.operation, item.version) for item in answers})


# --- sides that are asked --------------------------------------------------------------------------


def _made(options: CompareOptions, operation: str | None = None, version: str | None = None) -> list[Work]:
    """Make the cases for endpoints, once for both: those that every endpoint can be asked."""
    from harness.runner.work import plan
    from harness.session.running import MODELLED, works_of

    selectors = (operation,) if operation is not None else options.selectors
    dated = None if version is not None and version.startswith(MODELLED) else version or options.version
    run = RunOptions(
        selectors=selectors,
        depth=options.depth,
        seed=options.seed,
        version=dated,
        contracts=options.contracts,
    )
    strict = operation is not None  # a run's answers may hold errors on demand
    return [
        msgspec.structs.replace(work, cases=plan(work, work.contract, strict).cases) for work in works_of(run)
    ]


def _asked(
    side: str, works: Sequence[Work], options: CompareOptions, announce: Announce
) -> tuple[Observed, ...]:
    from harness.runner.engines.local import run_in_process
    from harness.session.running import announcement, spec_of

    run = RunOptions(
        target=side,
        region=options.region,
        profile=options.profile,
        timeout=options.timeout,
        requests_per_second=options.requests_per_second,
    )
    if side != "emulator":
        announce(announcement(side, works))
    found = _Collected()
    run_in_process([msgspec.structs.replace(work, spec=spec_of(run)) for work in works], found)
    return tuple(found.observed)


class _Collected:
    """Keeps the answer of every judged case; the verdicts are of no concern here."""

    def __init__(self) -> None:
        self.observed: list[Observed] = []
        self.demanded: set[str] = set()

    def __call__(self, event: Event) -> None:
        from harness.compare.interface import Observed
        from harness.results.model import Judged

        if isinstance(event, Judged):
            case = event.result.case
            self.observed.append(Observed(case.id, case.operation, case.version, event.result.outcome))
            if case.error is not None:
                self.demanded.add(case.id)


# --- what comes of it ------------------------------------------------------------------------------


def _contracts(answers: Iterable[Observed], root: str | None) -> dict[tuple[str, str], Contract]:
    """Load the contracts of all answers; an operation that nobody knows is compared without one."""
    library = open_library(root)
    found: dict[tuple[str, str], Contract] = {}
    for name, version in _versions(answers):
        service, _, operation = name.partition(":")
        try:
            found[name, version] = library.load(service, operation, version)
        except HarnessError:
            continue
    return found


def _without_secrets(
    side: Sequence[Observed], contracts: dict[tuple[str, str], Contract]
) -> tuple[Observed, ...]:
    """Make secrets alike on both sides: a recording has lost them, and what differs is shown."""
    from harness.cassettes.redaction import Vault

    vault, made = Vault(), []
    for item in side:
        outcome, contract = item.outcome, contracts.get((item.operation, item.version))
        output = vault.alike(contract, outcome.output)
        message = vault.alike(None, outcome.message)
        shown = msgspec.structs.replace(outcome, output=output, message=message)
        made.append(msgspec.structs.replace(item, outcome=shown))
    return tuple(made)


def _noise(
    old: Sequence[Observed],
    again: Sequence[Observed] | None,
    contracts: dict[tuple[str, str], Contract],
    root: str | None,
) -> tuple[Noise, ...] | None:
    if again is None:
        return None
    from harness.compare.noise import noise_of
    from harness.compare.responses import compare as compare_responses

    return noise_of(compare_responses(old, again, contracts), _files(old, root))


def _files(answers: Iterable[Observed], root: str | None) -> dict[str, list[str]]:
    """The contract files of the operations that were asked; those without a file are left out."""
    files = open_library(root).files
    found: dict[str, list[str]] = {}
    for name, version in _versions(answers):
        path = files.root.joinpath(*name.split(":"), f"{version}.yaml")
        if path.is_file():
            found.setdefault(name, []).append(str(path))
    return found


def _comparison(
    old: Sequence[Observed],
    new: Sequence[Observed],
    contracts: dict[tuple[str, str], Contract],
    waivers: Sequence[Waiver],
    noise: tuple[Noise, ...] | None,
) -> Comparison:
    from harness.compare.responses import compare as compare_responses
    from harness.compare.responses import is_regression

    differences = compare_responses(old, new, contracts)
    identities: list[Any] = [(item.operation, item.grade, item.pointer) for item in differences]
    today = datetime.now(UTC).date()
    applied = apply_waivers(waivers, identities, today, {item.operation for item in old})
    left = [
        item
        for item, identity in zip(differences, identities, strict=True)
        if identity not in applied.identities
    ]
    both = {_key(item) for item in old} & {_key(item) for item in new}
    return Comparison(differences, is_regression(left), len(both), applied, noise)
