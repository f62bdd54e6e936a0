"""What must come of the faults of the wire, as rows.

The generators spoil requests under these names; the table is the project's interface page put into data.
Against endpoints that are not this project's emulator a fault is judged only as refused and not a crash.
"""

from __future__ import annotations

import msgspec

from harness.cases.model import Expectation
from harness.contract import Answer, Contract

ANY_CODE = "*"


class Fault(msgspec.Struct, frozen=True):
    """One way to spoil a request.

    Attributes:
        name: Stable; the constraint of its findings is ``service:Operation#/wire/<name>``.
        answers: The refusals that count as right, a code of ``*`` for any code; empty where any success or
            client error will do.
    """

    name: str
    answers: tuple[Answer, ...] = ()


_UNREADABLE = (Answer(code="SerializationException", status=400),)
_BAD_SIGNATURE = tuple(
    Answer(code=code, status=status)
    for code in ("IncompleteSignatureException", "InvalidSignatureException")
    for status in (400, 403)
)

FAULTS = {
    fault.name: fault
    for fault in (
        Fault("malformed-json", _UNREADABLE),
        Fault("truncated-json", _UNREADABLE),
        Fault("invalid-utf8", _UNREADABLE),
        Fault("wrong-root-type", _UNREADABLE),
        Fault("unknown-target", (Answer(code="UnknownOperationException", status=400),)),
        Fault("no-authentication"),
        Fault("bearer-missing"),
        Fault("malformed-authorization", _BAD_SIGNATURE),
        Fault("wrong-scope", _BAD_SIGNATURE),
        Fault("body-over-limit", (Answer(code=ANY_CODE, status=413),)),
        Fault("wrong-content-type"),
        Fault("missing-content-type"),
        Fault("duplicate-keys"),
        Fault("empty-body"),
    )
}


def expect_fault(contract: Contract, name: str) -> Expectation:
    """Say what must come of a fault, by its name; an unknown name may get any answer but a crash."""
    broken = (f"{contract.name}#/wire/{name}",)
    if name in ("no-authentication", "bearer-missing"):
        return Expectation("refuse", (contract.auth.missing,), broken=broken)
    if name == "unknown-target" and contract.protocol.startswith("rest"):
        answer = Answer(code="UnknownOperationException", status=404)
        return Expectation("refuse", (answer,), broken=broken)
    fault = FAULTS.get(name, Fault(name))
    return Expectation("refuse" if fault.answers else "any", fault.answers, broken=broken)
