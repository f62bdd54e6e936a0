"""Judges recorded exchanges again: by case id, in recorded order, without any socket.

The input of a case is read again from the recorded request by the server side of the wire, so that the
verdict rests on what was really sent.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from harness.cases.model import Case
from harness.cassettes.model import Cassette
from harness.contract import Contract
from harness.exchange import Request
from harness.results.coverage import Hits
from harness.results.model import Event, Finished, Judged, Planned, Skipped
from harness.runner.execute import Plan, execute
from harness.runner.work import covered
from harness.targets.replay import ReplayTarget
from harness.wire import Unreadable, protocol_for


def judge_recorded(cassette: Cassette, contract: Contract) -> Iterator[Event]:
    """Judge one cassette.

    Args:
        cassette: The recording.
        contract: The operation at the version to judge by.

    Yields:
        The events of a run.
    """
    cases = tuple(_restored(contract, item.case, item.exchange.request) for item in cassette.recorded)
    target = ReplayTarget((cassette,))
    yield Planned(contract.name, contract.version, len(cases))
    hits = Hits()
    for result in execute(Plan(contract, cases), target):
        if isinstance(result, Skipped):
            yield result
            continue
        # A result belongs to the version it was judged by, which need not be the recorded one.
        case = msgspec.structs.replace(result.case, version=contract.version)
        judged = msgspec.structs.replace(result, case=case)
        hits.add(judged)
        yield Judged(judged)
    yield Finished(contract.name, contract.version, covered(contract, hits))


def _restored(contract: Contract, case: Case, request: Request) -> Case:
    """Give a case its request, and its input where the request can be read."""
    if case.fault is not None:
        return msgspec.structs.replace(case, request=request)
    try:
        document = protocol_for(contract).parse_request(contract, request)
    except Unreadable:
        document = None  # a value of no readable type: the oracle refuses it as the endpoint must
    return msgspec.structs.replace(case, input=document, request=request)


# What a client adds on the way, or signs with; the endpoint that is asked now gets its own.
TRANSPORT = (
    "Authorization", "Host", "Content-Length", "User-Agent", "Accept-Encoding", "X-Amz-Date",
    "X-Amz-Security-Token", "X-Amz-Content-Sha256",
)  # fmt: skip


def recorded_cases(cassette: Cassette, contract: Contract) -> tuple[Case, ...]:
    """Make the recorded cases ready to be sent again, to any endpoint.

    Args:
        cassette: The recording.
        contract: The operation at the version to judge by.

    Returns:
        The cases in recorded order, of the contract's version, each with the request that was recorded,
        without its authentication and without what belongs to the connection; a fault of the wire keeps its
        request as it is.
    """
    restored = (_restored(contract, item.case, item.exchange.request) for item in cassette.recorded)
    return tuple(
        msgspec.structs.replace(_sendable(case, item.case), version=contract.version)
        for case, item in zip(restored, cassette.recorded, strict=True)
    )


def _sendable(case: Case, recorded: Case) -> Case:
    if case.fault is not None:
        return msgspec.structs.replace(case, request=recorded.request or case.request)
    if case.request is None:
        return case
    headers = case.request.headers
    for name in TRANSPORT:
        headers = headers.replacing(name, None)
    return msgspec.structs.replace(case, request=msgspec.structs.replace(case.request, headers=headers))
