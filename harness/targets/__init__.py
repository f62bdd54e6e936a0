"""What answers requests, opened by what was asked for; implementations are imported only when needed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from harness.contract import Contract
from harness.errors import UsageError
from harness.exchange import Response
from harness.targets.interface import Target, TargetSpec

if TYPE_CHECKING:
    from harness.importers.library import Library
    from harness.targets.live import LiveTarget

__all__ = ["HEALTH", "Target", "TargetSpec", "open_target"]

HEALTH = "/_harness/health"
HEALTH_TIMEOUT = 5.0


def open_target(
    spec: TargetSpec, contracts: Sequence[Contract] = (), library: Library | None = None
) -> Target:
    """Open what a spec names.

    Args:
        spec: What to open.
        contracts: What an embedded emulator emulates.
        library: What it emulates beside them: all that the installed release models.

    Returns:
        The target; the caller closes it.

    Raises:
        UsageError: The URL names no endpoint.
        TargetUnreachable: The URL is on loopback and nothing listens there.
        CassetteMissing: There is no recording to replay.
    """
    if spec.kind == "emulator":
        from harness.targets.embedded import EmbeddedTarget

        return EmbeddedTarget(contracts, spec=spec, library=library)
    if spec.kind in ("url", "aws"):
        from harness.targets.live import LiveTarget

        return LiveTarget(spec, strict=spec.kind == "url" and _is_own_emulator(spec))
    raise UsageError("target replay", "a replay sends nothing", "Use harness replay DIR.")


def _is_own_emulator(spec: TargetSpec) -> bool:
    """Ask a loopback endpoint whether it is this project's emulator; others are never asked."""
    from harness.targets.address import parse_address
    from harness.targets.live import LiveTarget

    if not parse_address(spec.url).is_loopback:
        return False
    quick = msgspec.structs.replace(spec, timeout=min(spec.timeout, HEALTH_TIMEOUT))
    asked: LiveTarget = LiveTarget(quick)
    try:
        return _is_healthy(asked.get(HEALTH))
    finally:
        asked.close()


def _is_healthy(response: Response | None) -> bool:
    """Say whether an answer is the emulator's: status ``ok`` and the operations that it serves."""
    if response is None or response.status != 200:
        return False
    try:
        document = json.loads(response.body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(document, dict):
        return False
    return document.get("status") == "ok" and isinstance(document.get("operations"), list)
