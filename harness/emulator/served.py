"""What the emulator knows of an operation that it has served: made once, kept while it is in use."""

from __future__ import annotations

import threading
from collections import OrderedDict

import msgspec

from harness.contract import Contract
from harness.emulator.responses import Outputs
from harness.wire.bindings import is_event_stream
from harness.wire.interface import ErrorReply

KEPT = 1024  # operations; the others are made again when they are asked for


class Served(msgspec.Struct, frozen=True):
    """One operation, ready to be answered.

    Attributes:
        contract: The operation.
        outputs: Makes its outputs.
        known: The members of its input.
        aside: The members that do not count when two payloads are compared.
        token: The member that is its idempotency token, where answers would differ without one.
        unsupported: The answer to every request, where the operation speaks in streams of events.
    """

    contract: Contract
    outputs: Outputs
    known: frozenset[str]
    aside: frozenset[str]
    token: str | None
    unsupported: ErrorReply | None


class Operations:
    """The operations that were served last. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Served] = OrderedDict()

    def of(self, contract: Contract) -> Served:
        """Give what is known of an operation; the same object while its contract stays the same."""
        with self._lock:
            found = self._kept.get(contract.name)
            if found is not None and found.contract is contract:
                self._kept.move_to_end(contract.name)
                return found
            made = _served(contract)
            self._kept[contract.name] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return made


def _served(contract: Contract) -> Served:
    members = contract.shapes[contract.input].members if contract.input is not None else {}
    idempotency = contract.idempotency
    token = idempotency.token if idempotency is not None else None
    if idempotency is None and contract.volatile:  # without them equal requests are answered alike anyway
        token = next((name for name, member in members.items() if member.idempotency_token), None)
    aside = {idempotency.token, *idempotency.scope} if idempotency is not None else {token} - {None}
    return Served(
        contract,
        Outputs(contract),
        frozenset(members),
        frozenset(name for name in aside if name is not None),
        token,
        _unsupported(contract),
    )


def _unsupported(contract: Contract) -> ErrorReply | None:
    for side, name in (("input", contract.input), ("output", contract.output)):
        if is_event_stream(contract, name):
            message = f"The {side} of {contract.name} is a stream of events, which is not supported here."
            return ErrorReply("NotImplemented", 501, message)
    return None
