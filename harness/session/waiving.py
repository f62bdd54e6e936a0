"""Waivers held against what a command found, on the day it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from harness.results.waivers import Applied, apply_waivers, read_waivers

if TYPE_CHECKING:
    from harness.results.waivers import Waiver


def open_waivers(path: str | None) -> tuple[Waiver, ...]:
    """Read a file of waivers before any work is done; without a file there are none.

    Raises:
        ConfigurationError: It is missing, or not a file of waivers.
    """
    return read_waivers(Path(path)) if path is not None else ()


def waived(
    waivers: Iterable[Waiver],
    identities: Iterable[tuple[str, str, str]],
    operations: Collection[str] | None = None,
) -> Applied:
    """Say which waivers were needed, which have expired and which matched nothing.

    Args:
        waivers: The waivers.
        identities: Operation, kind (or rule, or grade) and pointer of everything that was found.
        operations: The operations that were looked at; all where it is left out.
    """
    return apply_waivers(waivers, identities, datetime.now(UTC).date(), operations)
