"""Whether a recording still agrees with the contract of its operation, and why not.

A changed contract alone invalidates nothing: the recorded input is checked, and the recorded answer parsed,
as the contract of today says.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from harness.cassettes.format import InteractionPart, response_of
from harness.cassettes.policy import Policy, note
from harness.contract import Contract, check
from harness.errors import RecordingStale, StaleRecordingWarning
from harness.wire import protocol_named

RECORD_ANEW = "Record it anew: harness record --stale, or mode='all'."
# Real services break these on many answers; they say nothing about age.
NOTES = "response-constraint"


def reasons(contract: Contract, protocol: str, document: Any, part: InteractionPart) -> tuple[str, ...]:
    """Say why a recording no longer fits.

    Args:
        contract: The operation as it is today.
        protocol: The protocol of the exchange.
        document: The recorded input; ``None`` where it is not known.
        part: The recording.

    Returns:
        One text for each reason; nothing where it still fits.
    """
    found = [] if document is None else _refused(contract, document)
    outcome = protocol_named(protocol).read_response(contract, response_of(part))
    if outcome.kind == "unreadable":
        found.append(f"its answer cannot be read: {outcome.failure}")
    found += [
        f"{deviation.pointer}: expected {deviation.expected}, recorded {deviation.got}"
        for deviation in outcome.deviations
        if deviation.kind != NOTES
    ]
    return tuple(found)


def _refused(contract: Contract, document: Any) -> list[str]:
    violations = [each for each in check(contract, document) if each.trait == "required"]
    return [f"{each.pointer}: the recorded input no longer keeps this" for each in violations]


def speak(policy: Policy, path: Path, operation: str, found: tuple[str, ...]) -> None:
    """Report a stale recording as the policy says.

    Raises:
        RecordingStale: The policy is ``fail``.
    """
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    problem = f"the recording of {operation} is stale: {found[0]}{more}"
    if policy != "ignore":
        note(str(path), operation, f"{found[0]}{more}")
    if policy == "fail":
        raise RecordingStale(str(path), problem, RECORD_ANEW)
    if policy == "warn":
        warnings.warn(f"{path}: {problem}", StaleRecordingWarning, stacklevel=5)
