"""Which recordings of runs are stale, and why: what ``harness record --stale`` records anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.importers.library import open_library
from harness.session.cassettes import LintReport, check_recorded, lint_recordings

if TYPE_CHECKING:
    from harness.cassettes.linting import Linted

STALE = ("invalid", "changed")


class StaleRecording(msgspec.Struct, frozen=True):
    """One stale file of recordings.

    Attributes:
        file: The file.
        operation: ``service:Operation``; empty for a file of a client's recordings.
        version: The contract version that it was made by; empty where only the release models the operation.
        why: What is stale about it, in words.
        hindrance: Why it cannot be recorded anew here; ``None`` where it can.
    """

    file: str
    operation: str
    version: str
    why: str
    hindrance: str | None = None


def stale_recordings(
    directory: str, target: str, *, selectors: Sequence[str] = (), contracts: str | None = None
) -> tuple[StaleRecording, ...]:
    """Find what is stale below a directory.

    Args:
        directory: Where recordings lie.
        target: What can be asked: ``emulator``, ``aws`` or a URL.
        selectors: The operations that are meant; none for all.
        contracts: The contract root.

    Returns:
        The stale files, in the order of their paths.

    Raises:
        CassetteMissing: There is no recording.
        CassetteCorrupt: One cannot be read whole.
        SelectorError: A selector means no recording.
    """
    from harness.importers.selectors import matches

    report = lint_recordings([directory], contracts=contracts)
    if report.unreadable:
        raise report.unreadable[0]
    check_recorded(selectors, [item.operation for item in report.interactions])
    name = _directory_of(target)
    found = []
    for file, group in groupby(report.interactions, key=lambda item: item.file):
        items = [item for item in group if not selectors or matches(item.operation, selectors)]
        if any(item.level in STALE for item in items) and not _is_superseded(items, report, contracts):
            found.append(_stale(file, items, name, contracts))
    return tuple(found)


def _is_superseded(items: Sequence[Linted], report: LintReport, contracts: str | None) -> bool:
    """Say whether an operation that only the release models was recorded again under a later release."""
    first = items[0]
    if first.case is None or open_library(contracts).has_file(*first.operation.split(":", 1)):
        return False
    beside = [item for item in report.interactions if Path(item.file).parent == Path(first.file).parent]
    later = [item for item in beside if item.file != first.file]
    return bool(later) and all(item.level not in STALE for item in later)


def _stale(file: str, items: Sequence[Linted], target: str, contracts: str | None) -> StaleRecording:
    first = items[0]
    why = _why(items)
    if first.case is None:
        return StaleRecording(file, "", "", why, "a client's recordings are made anew with mode='all'")
    library = open_library(contracts)
    filed = library.has_file(*first.operation.split(":", 1))
    version = (first.version or "") if filed else ""
    hindrance = None
    if first.against != target:
        hindrance = f"it was recorded against {first.against}; name that with --target"
    elif any(
        reason.kind == "contract" and item.level == "invalid" for item in items for reason in item.reasons
    ):
        gone = [reason.text for item in items for reason in item.reasons if reason.kind == "contract"]
        if filed and version not in library.versions(*first.operation.split(":", 1)):
            hindrance = gone[0]
    return StaleRecording(file, first.operation, version, why, hindrance)


def _why(items: Iterable[Linted]) -> str:
    listed = list(items)
    invalid = [item for item in listed if item.level == "invalid"]
    if not invalid:
        return "the contract changed"
    reason = invalid[0].reasons[0]
    place = f"{reason.pointer}: " if reason.pointer else ""
    return f"{len(invalid)} of {len(listed)} recordings no longer fit, e.g. {place}{reason.text}"


def _directory_of(target: str) -> str:
    if target in ("emulator", "aws"):
        return target
    from harness.targets.address import parse_address

    return parse_address(target).directory
