"""Recorded requests sent again, and the answers held against the recorded ones by contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from harness.contract import Contract
from harness.errors import CassetteMissing, WireError
from harness.exchange import Exchange, Outcome
from harness.importers.library import open_library
from harness.session.cassettes import subjects_of
from harness.session.judging import ignore
from harness.session.options import RunOptions
from harness.session.running import MODELLED, Announce, check_target, spec_of

if TYPE_CHECKING:
    from harness.cassettes.resending import Resend
    from harness.cassettes.today import Subject
    from harness.compare.interface import Difference, Observed
    from harness.targets.interface import Target

NAMED_OPERATIONS = 6


class Verification(msgspec.Struct, frozen=True):
    """What came of asking again.

    Attributes:
        differences: How the answers differ from the recorded ones, the worst first.
        regression: Whether one of these differences is a regression.
        compared: How many answers were compared.
        left_out: How many requests were not sent, by reason.
    """

    differences: tuple[Difference, ...]
    regression: bool
    compared: int
    left_out: dict[str, int]


def verify(
    paths: Sequence[str],
    options: RunOptions,
    announce: Announce = ignore,
) -> Verification:
    """Send recorded requests again and compare the answers with the recorded ones.

    Of the attempts of one call the last is sent. Nothing is written.

    Args:
        paths: Files of recordings, and directories that are searched to the bottom.
        options: The target, and how it is reached.
        announce: Called with a sentence for a person before anything is sent.

    Returns:
        What differs.

    Raises:
        LiveRefused: The target is AWS, and that real requests are meant was not said.
        CassetteMissing: There is no recording, or none that can be sent.
        CassetteCorrupt: A recording cannot be read whole.
        TargetUnreachable: Nothing listens at the target.
    """
    from harness.compare.responses import compare, is_regression

    check_target(options.target, yes_live=options.yes_live, where=f"--target {options.target}")
    left_out: Counter[str] = Counter()
    subjects = tuple(_last_attempts(subjects_of(paths, contracts=options.contracts), left_out))
    ready = tuple(_ready(subjects, options, left_out))
    if not ready:
        reasons = "; ".join(f"{count} because {reason}" for reason, count in left_out.items())
        problem = f"none of the recorded requests can be sent: {reasons or 'there are none'}"
        raise CassetteMissing(", ".join(paths), problem, "Name other recordings.")
    if options.target != "emulator":
        announce(_announcement(options.target, ready))
    targets = _Targets(options)
    try:
        pairs = list(_asked(ready, targets, left_out))
    finally:
        targets.close()
    before, after = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    differences = compare(before, after, _contracts(ready, options))
    return Verification(differences, is_regression(differences), len(pairs), dict(left_out))


def _last_attempts(subjects: Iterable[Subject], left_out: Counter[str]) -> Iterator[Subject]:
    """Leave out attempts that the client itself repeated."""
    held: dict[tuple[str, str], Subject] = {}
    listed = list(subjects)
    for subject in listed:
        entry = subject.part.harness
        if entry is not None and entry.call is not None:
            if (str(subject.file), entry.call) in held:
                left_out["a later attempt of the same call was recorded"] += 1
            held[str(subject.file), entry.call] = subject
    for subject in listed:
        entry = subject.part.harness
        call = (str(subject.file), entry.call or "") if entry is not None else None
        if call is None or held.get(call, subject) is subject:
            yield subject


def _ready(subjects: Iterable[Subject], options: RunOptions, left_out: Counter[str]) -> Iterator[Resend]:
    from harness.cassettes.resending import resend
    from harness.runner.work import OVER_LIMIT

    own = options.target == "emulator"
    for subject in subjects:
        made = resend(subject, strict=own)
        if isinstance(made, str):
            left_out[made] += 1
        elif made.case.fault == OVER_LIMIT and not own:
            left_out["only of this project's emulator is the greatest body known"] += 1
        else:
            yield made


def _announcement(target: str, ready: Sequence[Resend]) -> str:
    names = sorted({item.contract.name for item in ready})
    operations = ", ".join(names) if len(names) <= NAMED_OPERATIONS else f"{len(names)} operations"
    return f"about to make {len(ready)} requests to {target} for {operations}"


class _Targets:
    """What is asked: one endpoint for everything, or an emulator of each contract's version."""

    def __init__(self, options: RunOptions) -> None:
        from harness.runner.work import Stage
        from harness.targets import open_target

        self._spec, self._root, self._stage = spec_of(options), options.contracts, Stage()
        self._endpoint = open_target(self._spec) if self._spec.kind != "emulator" else None

    def of(self, contract: Contract) -> Target:
        from harness.runner.work import Work

        if self._endpoint is not None:
            return self._endpoint
        if contract.version.startswith(MODELLED):  # a client's recording: the emulator as it would be served
            contract = open_library(self._root).load(contract.service, contract.operation)
        work = Work(
            service=contract.service,
            operation=contract.operation,
            version=contract.version,
            root=self._root,
            spec=self._spec,
        )
        return self._stage.target_for(work, contract)

    def close(self) -> None:
        self._stage.close()
        if self._endpoint is not None:
            self._endpoint.close()


def _asked(
    ready: Iterable[Resend], targets: _Targets, left_out: Counter[str]
) -> Iterator[tuple[Observed, Observed]]:
    """Ask each request again; give the recorded answer and the new one."""
    from harness.compare.interface import Observed

    for item in ready:
        contract = item.contract
        try:
            exchange = targets.of(contract).send(contract, item.case, item.request)
        except WireError as error:
            left_out[error.problem] += 1
            continue
        about = (item.case.id, contract.name, item.version)
        protocol = item.subject.protocol or contract.protocol
        recorded = _understood(contract, protocol, item.subject.shown)
        live = _levelled(contract, protocol, recorded, exchange)
        yield Observed(*about, recorded), Observed(*about, live)


def _understood(contract: Contract, protocol: str, exchange: Exchange) -> Outcome:
    from harness.wire import protocol_named

    if exchange.response is None:
        return Outcome(kind="silent", failure=exchange.failure or "no answer")
    return protocol_named(protocol).read_response(contract, exchange.response)


def _levelled(contract: Contract, protocol: str, recorded: Outcome, exchange: Exchange) -> Outcome:
    """Understand a live answer; where the recording has lost a secret it cannot differ."""
    from harness.cassettes.resending import with_redactions
    from harness.cassettes.today import without_secrets

    live = _understood(contract, protocol, exchange)
    redacted = _understood(contract, protocol, without_secrets(contract, protocol, exchange))
    return msgspec.structs.replace(
        live,
        output=with_redactions(recorded.output, live.output, redacted.output),
        message=with_redactions(recorded.message, live.message, redacted.message),
    )


def _contracts(ready: Iterable[Resend], options: RunOptions) -> dict[tuple[str, str], Contract]:
    """Give the contracts to compare by; what no model says of volatile members, a contract file may."""
    library = open_library(options.contracts)
    found: dict[tuple[str, str], Contract] = {}
    for item in ready:
        contract = item.contract
        key = (contract.name, item.version)
        if key in found:
            continue
        if not contract.volatile and library.has_file(contract.service, contract.operation):
            newest = library.files.load(contract.service, contract.operation)
            contract = msgspec.structs.replace(contract, volatile=newest.volatile)
        found[key] = contract
    return found
