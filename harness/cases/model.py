"""Cases: one request to make, where it came from and what it aims at.

Made by the generators, sent by the runner, kept beside recordings. What must come of a case is not part of
it: the oracle says that from the contract, so that one case can be held against any version.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from harness.contract import Answer, Contract, digest
from harness.exchange import Request

Origin = Literal[
    "example", "boundary", "rule", "coverage", "fuzz", "wire", "idempotency", "error"
]  # fmt: skip
Side = Literal["inside", "outside"]
Authentication = Literal["contract", "none", "malformed", "wrong-scope"]


class Aim(msgspec.Struct, frozen=True):
    """A constraint that a case is made for, and the side of it where the case should fall."""

    constraint: str
    side: Side


class Case(msgspec.Struct, frozen=True, omit_defaults=True):
    """One request to make.

    Attributes:
        id: Stable across runs, machines and library upgrades: a digest of operation, version and request.
        operation: ``service:Operation``.
        version: The version of the contract it was made from.
        origin: Which generator made it.
        description: What is special about it, in a few words.
        aims: What it was made for.
        input: The input document; ``None`` for a fault of the wire.
        raw: Whether it is sent as the raw encoder writes it; else botocore's serializer writes it.
        fault: The wire fault's name (see ``harness.cases.faults``); ``None`` for a case with an input.
        request: The request of a wire fault, complete but for authentication.
        authentication: How the request is authenticated.
        error: The error code asked of the emulator with ``x-harness-error``.
        repeats: The id of the earlier case whose idempotency token this one sends again.
        vouched: Whether an example or a rule stands behind the input.
    """

    id: str
    operation: str
    version: str
    origin: Origin
    description: str
    aims: tuple[Aim, ...] = ()
    input: Any = None
    raw: bool = False
    fault: str | None = None
    request: Request | None = None
    authentication: Authentication = "contract"
    error: str | None = None
    repeats: str | None = None
    vouched: bool = False

    @property
    def size(self) -> int:
        """How much there is to look at: the length of the input's or the request's spelling."""
        if self.input is None and self.request is not None:
            return len(self.request.body) + len(self.request.target)
        return len(msgspec.json.encode(self.input))


def make_case(contract: Contract, origin: Origin, description: str, **fields: Any) -> Case:
    """Make a case and give it its id.

    Args:
        contract: The operation.
        origin: Which generator makes it.
        description: What is special about it.
        fields: Further attributes of ``Case``.

    Returns:
        A case whose id digests what is sent, so that it never means another request later.
    """
    case = Case(
        id="",
        operation=contract.name,
        version=contract.version,
        origin=origin,
        description=description,
        **fields,
    )
    sent = {
        "operation": case.operation,
        "version": case.version,
        "input": case.input,
        "raw": case.raw,
        "request": msgspec.to_builtins(case.request),
        "authentication": case.authentication,
        "error": case.error,
        "repeats": case.repeats,
    }
    return msgspec.structs.replace(case, id=digest(sent))


class Expectation(msgspec.Struct, frozen=True, omit_defaults=True):
    """What must come of a case, by its contract.

    Attributes:
        kind: ``accept``; ``refuse`` (with one of ``answers``); ``entries`` (a success in which the entries
            named in ``entries`` fail); ``any`` (a success or a client error, only a crash is a finding).
        answers: The errors that count as the right refusal.
        entries: For each entry of the batch the error it fails with, or ``None`` where it succeeds.
        broken: The pointers of the constraints and rules that the input breaks.
        source: The weakest word this rests on.
    """

    kind: Literal["accept", "refuse", "entries", "any"]
    answers: tuple[Answer, ...] = ()
    entries: tuple[Answer | None, ...] = ()
    broken: tuple[str, ...] = ()
    source: Literal["documented", "observed", "assumed"] = "documented"
