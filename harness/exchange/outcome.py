"""A response understood: an output, an error, or neither.

Made by the client side of the wire, held against cases by the judge.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Deviation(msgspec.Struct, frozen=True):
    """One way in which a response does not have the form its contract gives it.

    Attributes:
        kind: A kind of finding: ``response-missing-member``, ``response-type``, ``response-unknown-member``,
            ``response-header``, ``response-status`` or ``response-constraint``.
        pointer: The constraint that is not kept, e.g. ``events:PutEvents#/output/Entries/required``.
        expected: What the contract asks for, in words.
        got: What stood there, shortened.
    """

    kind: str
    pointer: str
    expected: str
    got: str


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a response means.

    Attributes:
        kind: ``output`` (a success), ``error`` (the service refused), ``unreadable`` (no parser of the
            protocol reads it) or ``silent`` (no response at all).
        status: The HTTP status; 0 when there was no response.
        output: The output as a document value; ``None`` unless ``kind`` is ``output``.
        code: The error code as an SDK sees it; ``None`` when the response names none.
        message: The error's message as an SDK sees it.
        modelled: Whether the operation declares this code.
        fault: ``client`` or ``server``, from the contract where it models the code, else from the status.
        retryable: Whether the contract or the status says that the same request may succeed later.
        deviations: How the response differs from the form that the contract gives it.
        failure: Why there is no readable answer, in words.
    """

    kind: Literal["output", "error", "unreadable", "silent"]
    status: int = 0
    output: Any = None
    code: str | None = None
    message: str | None = None
    modelled: bool = False
    fault: Literal["client", "server"] | None = None
    retryable: bool = False
    deviations: tuple[Deviation, ...] = ()
    failure: str | None = None
