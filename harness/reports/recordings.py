"""What files of recordings hold and how well they have kept: for people, and as JSON documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import msgspec
from rich.console import Console

from harness.cassettes.linting import LEVELS, Linted
from harness.cassettes.listing import Row, Statistics
from harness.reports.lines import write_folded, write_line
from harness.reports.printable import printable

STYLES = {"invalid": "bold red", "changed": "yellow", "unchecked": "dim", "current": "green"}
LISTED = 12


def write_lint(
    interactions: Sequence[Linted], *, files: int, failed: bool, unreadable: int = 0, console: Console
) -> None:
    """Write what is not current, the invalid first, and a summary in one line.

    Args:
        interactions: What lint says of each recording.
        files: How many files were read.
        failed: Whether a recording makes the command fail.
        unreadable: How many files could not be read.
        console: Where to write.
    """
    shown = [item for item in interactions if item.level != "current" or item.reasons]
    worst: dict[tuple[str, str], int] = {}
    for item in shown:
        place = (item.file, item.operation)
        worst[place] = min(worst.get(place, len(LEVELS)), LEVELS.index(item.level))
    ordered = sorted(shown, key=lambda item: (worst[item.file, item.operation], *_rank(item)))
    for (file, operation), group in groupby(ordered, key=lambda item: (item.file, item.operation)):
        write_line(console, (printable(file), "bold"), f"  {printable(operation)}")
        _write_group(list(group), console)
        console.print()
    word = ("STALE", "bold red") if failed else ("FITS", "bold green")
    if unreadable:
        word = ("UNREADABLE", "bold red")
    write_line(console, word, f"  {summary_line(interactions, files, unreadable)}")


def _rank(item: Linted) -> tuple[str, str, int, int]:
    return item.file, item.operation, LEVELS.index(item.level), item.number


def _write_group(group: Sequence[Linted], console: Console) -> None:
    """One entry for all recordings of which the same is said."""
    alike: dict[tuple[Any, ...], list[Linted]] = {}
    for item in group:
        alike.setdefault((item.level, item.reasons), []).append(item)
    for (level, reasons), items in alike.items():
        numbers = ", ".join(f"#{item.number}" for item in items[:LISTED])
        more = f" and {len(items) - LISTED} more" if len(items) > LISTED else ""
        style = STYLES[level]
        write_folded(console, f"  {level:<10}", f"{numbers}{more}{_when(items)}", style=style)
        for reason in reasons:
            pointer = f"{reason.pointer}: " if reason.pointer else ""
            write_folded(console, "    ", printable(f"{reason.kind}  {pointer}{reason.text}"))


def _when(items: Sequence[Linted]) -> str:
    known = [item for item in items if item.recorded_at is not None]
    if not known:
        return ""
    oldest = min(known, key=lambda item: item.recorded_at or datetime.max)
    against = f" against {oldest.against}" if oldest.against else ""
    assert oldest.recorded_at is not None  # noqa: S101  # only those are looked at
    return f"  recorded {oldest.recorded_at:%Y-%m-%d}{against}, {_days(oldest.age or 0)} ago"


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"


def summary_line(interactions: Sequence[Linted], files: int, unreadable: int = 0) -> str:
    """Count recordings by level, in one line."""
    counts = [(level, sum(item.level == level for item in interactions)) for level in LEVELS]
    old = sum(item.too_old for item in interactions)
    told = [f"{count} {level}" for level, count in counts if count or level != "unchecked"]
    ages = [item.age for item in interactions if item.age is not None]
    oldest = f"; the oldest {_days(max(ages))} old" if ages else ""
    too_old = f", {old} too old" if old else ""
    place = "1 file" if files == 1 else f"{files} files"
    unread = f", {unreadable} more could not be read" if unreadable else ""
    return f"{', '.join(told)}{too_old} in {place}{unread}{oldest}"


def lint_document(interactions: Iterable[Linted], unreadable: Iterable[Any]) -> dict[str, Any]:
    """Make the JSON document of a lint.

    Returns:
        ``format``, ``summary`` (a count for each level, ``too_old``, ``unreadable``), ``interactions[] {file,
        operation, number, level, reasons[] {kind, pointer, text}, recorded_at, against, botocore, version,
        case, age, too_old}`` and ``unreadable[] {where, problem, remedy}``.
    """
    rows = [msgspec.to_builtins(item) for item in interactions]
    broken = [{"where": item.where, "problem": item.problem, "remedy": item.remedy} for item in unreadable]
    summary: dict[str, Any] = {level: sum(row["level"] == level for row in rows) for level in LEVELS}
    summary |= {"too_old": sum(row["too_old"] for row in rows), "unreadable": len(broken)}
    return {"format": 1, "summary": summary, "interactions": rows, "unreadable": broken}


def write_rows(rows: Sequence[Row], console: Console) -> None:
    """Write every recording in one line, below its file."""
    for file, group in groupby(rows, key=lambda row: row.file):
        write_line(console, (printable(file), "bold"))
        for row in group:
            write_line(console, "  ".join(item for item in _told(row) if item))
    write_line(console, "1 recording" if len(rows) == 1 else f"{len(rows)} recordings")


def _told(row: Row) -> Iterator[str]:
    yield f"{row.number:>5}  {printable(row.operation)}"
    yield printable(row.failure or f"{row.status} {row.code or ''}".strip())
    yield f"{row.recorded_at:%Y-%m-%d %H:%M:%S}" if row.recorded_at is not None else ""
    yield row.against or ""
    yield f"case {row.case}" if row.case else ""
    yield f"botocore {row.botocore}" if row.botocore else ""
    yield f"attempt {row.attempt}" if (row.attempt or 1) > 1 else ""
    yield f"{row.request_bytes}+{row.response_bytes} bytes"


def rows_document(rows: Iterable[Row]) -> dict[str, Any]:
    """Make the JSON document of a listing: ``format`` and ``interactions[]``, the fields of ``Row``."""
    return {"format": 1, "interactions": [msgspec.to_builtins(row) for row in rows]}


def write_statistics(numbers: Statistics, console: Console) -> None:
    """Write the numbers, and each count below its heading."""
    facts = (
        ("files", numbers.files), ("bytes", numbers.bytes), ("recordings", numbers.interactions),
        ("without an answer", numbers.failures), ("further attempts", numbers.retries),
        ("unkeyed", numbers.unkeyed), ("refused", numbers.refused),
        ("oldest", f"{numbers.oldest:%Y-%m-%d}" if numbers.oldest else "unknown"),
        ("newest", f"{numbers.newest:%Y-%m-%d}" if numbers.newest else "unknown"),
    )  # fmt: skip
    for name, value in facts:
        write_line(console, (f"{name:<18}", "dim"), str(value))
    headings = (
        ("operations", numbers.operations), ("statuses", numbers.statuses), ("targets", numbers.targets),
        ("botocore", numbers.releases),
    )  # fmt: skip
    for heading, counts in headings:
        write_line(console, (heading, "bold"))
        for name, count in counts.items():
            write_line(console, f"{count:>7}  {printable(name)}")


def statistics_document(numbers: Statistics) -> dict[str, Any]:
    """Make the JSON document of the numbers: ``format`` and the fields of ``Statistics``."""
    found: dict[str, Any] = {"format": 1, **msgspec.to_builtins(numbers)}
    return found
