"""What recordings show of how an API is used, read with the contracts of the old side of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from harness.cassettes.format import InteractionPart, exchange_of
from harness.cassettes.interface import Part
from harness.cassettes.meaning import BODY_LIMIT, recorded_request, routed_of, spoken
from harness.cassettes.modelled import installed
from harness.cassettes.read import find_cassettes
from harness.cassettes.stores import open_store
from harness.compare.contracts.usage import Evidence, Usage
from harness.contract import Contract
from harness.contract.checking import normalise
from harness.errors import WireError
from harness.routing import reading
from harness.routing.codings import decoded
from harness.wire import protocol_named

Find = Callable[[str], Contract | None]


def usage_of(directories: Iterable[Path], find: Find, find_new: Find = lambda _: None) -> Usage:
    """Read recordings.

    Args:
        directories: Directories of cassettes, or cassettes.
        find: Gives the contract of ``service:Operation`` as clients knew it; ``None`` where there is none.
        find_new: Gives the contract that requests meet now, for what it refuses of them.

    Returns:
        Everything that was sent and received; requests that are no operation of AWS are passed over.

    Raises:
        CassetteMissing: A directory does not exist or holds no cassette.
        CassetteCorrupt: A cassette cannot be read whole.
    """
    usage = Usage()
    for path in find_cassettes(directories):
        stored = open_store(path).load()
        for number, part in enumerate(stored.parts, 1):
            name = _operation_of(part) or stored.head.contract
            contract = find(name) if name is not None else None
            if contract is not None:
                _note(usage, contract, find_new(contract.name), part, Evidence(str(path), number))
    return usage


def _operation_of(part: Part) -> str | None:
    """Name the operation of a client's recording: as recorded, or as its request says."""
    entry = part.harness
    if entry is not None and (entry.operation is not None or entry.case is not None):
        return entry.operation
    plain, _, host = recorded_request(part)
    routed = routed_of(installed(), plain, host)
    return routed.contract.name if routed is not None else None


def _note(usage: Usage, contract: Contract, new: Contract | None, part: Part, evidence: Evidence) -> None:
    """Note one exchange; what cannot be read shows no more than that the operation was asked."""
    usage.note_operation(contract, evidence)
    exchange = exchange_of(part)[1]
    protocol = protocol_named(spoken(contract, exchange.request))
    try:
        plain = decoded(contract, reading.as_modelled(contract, exchange.request), BODY_LIMIT)
        document = protocol.parse_request(contract, plain)
        usage.note_document(contract, "input", normalise(contract, document), evidence)
        if new is not None:
            usage.note_refused(contract, new, document, evidence)
    except (WireError, RecursionError):
        pass
    if isinstance(part, InteractionPart) and exchange.response is not None:
        outcome = protocol.read_response(contract, exchange.response)
        if outcome.kind == "output":
            usage.note_document(contract, "output", outcome.output, evidence)
        elif outcome.code is not None:
            usage.note_error(contract, outcome.code, evidence)
