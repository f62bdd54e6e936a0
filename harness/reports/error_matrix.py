"""What SDKs make of errors: a table for each operation, changes in words, and the pinned JSON document."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cases.verdict import SEVERITIES, Severity, at_least
from harness.compare.error_matrix import ABSENT, RETRY_MODES, Change, Finding, Matrix, Row
from harness.reports.lines import write_folded, write_line
from harness.reports.printable import printable

FORMAT = 1
SAME = "="
NOTHING = "-"
NAMED_ERRORS = 8  # that one change lists by name
WIDEST_ERROR = 29
COLUMNS = {"code": 8, "http": 4, "class": 11, "fault": 6}
FILLED_IN = "status"  # shown for the code where an SDK takes the status for want of one
OWN_CLASS = "its own"


def matrix_document(matrix: Matrix, waived: Collection[str] = ()) -> dict[str, Any]:
    """Make the JSON document of a matrix.

    Args:
        matrix: What was found out.
        waived: The ids of findings that somebody has accepted.

    Returns:
        ``format``, ``sdks[] {sdk, default_retry_mode}``, ``rows[] {sdk, operation, error, code, status,
        class, modelled, fault, attempts, retry_mode, ...}`` and ``findings[]``, with ``waived`` where it is.
    """
    sdks = [{"sdk": sdk, "default_retry_mode": matrix.default_retry_modes[sdk]} for sdk in matrix.sdks]
    return {
        "format": FORMAT,
        "sdks": sdks,
        "rows": msgspec.to_builtins(matrix.rows),
        "findings": [
            {**msgspec.to_builtins(each), **({"waived": True} if each.id in waived else {})}
            for each in matrix.findings
        ],
    }


def write_matrix(matrix: Matrix, fail_on: Severity, console: Console) -> None:
    """Write a table for each operation, then what changes, then the verdict in one line.

    Args:
        matrix: What was found out.
        fail_on: The least severity that fails.
        console: Where to write.
    """
    for operation in dict.fromkeys(row.operation for row in matrix.rows):
        _write_operation(
            operation, [row for row in matrix.rows if row.operation == operation], matrix, console
        )
    modes = ", ".join(f"{_version(sdk)} {mode}" for sdk, mode in matrix.default_retry_modes.items())
    write_folded(
        console, "", f"'{SAME}': what the answer says. Code '{FILLED_IN}': the SDK fills in the HTTP status. "
        f"Right: attempts by retry mode, legacy, standard, adaptive, default. The default: {modes}.",
    )  # fmt: skip
    console.print()
    _write_findings(matrix, console)
    failing = sum(at_least(finding.severity, fail_on) for finding in matrix.findings)
    word = ("CHANGED", "bold red") if failing else ("SAME", "bold green")
    if len(matrix.sdks) < 2:
        word = ("SHOWN", "bold")
    rows = sum(row.class_ != ABSENT for row in matrix.rows)
    plural = "" if failing == 1 else "s"
    compared = f"{failing} change{plural} at {fail_on} or above; " if len(matrix.sdks) > 1 else ""
    write_line(
        console, word, f"  {compared}{rows} rows of {len(matrix.sdks)} SDK{'s' * (len(matrix.sdks) > 1)}"
    )


def _write_operation(operation: str, rows: Sequence[Row], matrix: Matrix, console: Console) -> None:
    write_line(console, (operation, "bold"))
    modes = tuple(dict.fromkeys(row.retry_mode for row in rows if row.retry_mode is not None))
    for row in rows:
        if row.class_ == ABSENT:
            write_line(console, ("  absent", "yellow"), f"  {row.sdk}")
    if modes:
        console.print(_table(rows, modes, len(matrix.sdks) > 1))
    console.print()


def _table(rows: Sequence[Row], modes: Sequence[str], several: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    table.add_column("error", overflow="fold", min_width=WIDEST_ERROR)
    if several:
        table.add_column("sdk", overflow="fold")
    for name, width in COLUMNS.items():
        table.add_column(name, overflow="fold", max_width=width + (0 if several else 4))
    for mode in modes:
        table.add_column(mode[0], justify="right")
    errors: dict[str, list[Row]] = {}
    for row in rows:
        if row.error is not None:
            errors.setdefault(row.error, []).append(row)
    for error, found in errors.items():
        for first, (sdks, cells) in enumerate(_lines(found, modes)):
            head = Text(error if not first else "", style="" if found[0].source == "declared" else "dim")
            table.add_row(head, *([sdks] if several else []), *cells)
    return table


def _lines(rows: Sequence[Row], modes: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Spell one line for all SDKs that say the same, in the order of the SDKs."""
    said: dict[tuple[str, ...], list[str]] = {}
    for sdk, group in groupby(rows, key=lambda row: row.sdk):
        said.setdefault(tuple(_cells({row.retry_mode: row for row in group}, modes)), []).append(
            _version(sdk)
        )
    if len(said) == 1:
        return [("all", list(cells)) for cells in said]
    return [("\n".join(sdks), list(cells)) for cells, sdks in said.items()]


def _cells(rows: dict[str | None, Row], modes: Sequence[str]) -> list[str]:
    one = next(iter(rows.values()))
    code = FILLED_IN if one.code is not None and one.code == str(one.status) else _spell(one.code)
    if one.code is not None and one.code == one.wire_code:
        code = SAME
    named = one.modelled and one.class_ in (one.error, one.wire_code)
    class_ = SAME if named else _spell(one.class_)
    attempts = [str(rows[mode].attempts) if mode in rows else NOTHING for mode in modes]
    return [code, _spell(one.status), class_, _spell(one.fault), *attempts]


def _spell(value: object) -> str:
    return NOTHING if value is None else printable(str(value)) or "''"


def _version(sdk: str) -> str:
    return sdk.partition("==")[2] or sdk


class _Alike(msgspec.Struct, frozen=True, order=True):
    """What all errors of one line have in common; lines stand in this order."""

    versions: int
    kind: str
    severity: Severity
    retry_modes: tuple[str, ...]
    old: str
    new: str


def _write_findings(matrix: Matrix, console: Console) -> None:
    """Write what changes, the worst first, one paragraph for all errors of an operation that change alike."""
    sdks = matrix.sdks
    for operation in dict.fromkeys(row.operation for row in matrix.rows):
        found = [finding for finding in matrix.findings if finding.operation == operation]
        groups: dict[_Alike, list[str]] = {}
        for finding in found:
            for change in finding.changes:
                groups.setdefault(_alike(finding, change, sdks), []).append(finding.error)
        if found:
            write_line(console, (operation, "bold"))
            for alike in sorted(groups, key=_by_severity):
                write_folded(console, f"  {alike.severity:<6}  ", _in_words(alike, groups[alike], sdks))
            console.print()


def _by_severity(alike: _Alike) -> tuple[int, int, _Alike]:
    return alike.versions, -SEVERITIES.index(alike.severity), alike


def _alike(finding: Finding, change: Change, sdks: Sequence[str]) -> _Alike:
    new = change.new if change.new != finding.error else OWN_CLASS
    old = change.old if change.old != finding.error else OWN_CLASS
    at = sdks.index(change.new_sdk)
    return _Alike(at, finding.kind, change.severity, change.retry_modes, _named(old), _named(new))


def _named(value: object) -> str:
    return "none" if value is None else _spell(value)


def _in_words(alike: _Alike, errors: Sequence[str], sdks: Sequence[str]) -> str:
    more = f" and {len(errors) - NAMED_ERRORS} more" if len(errors) > NAMED_ERRORS else ""
    where = f" ({', '.join(alike.retry_modes)})" if len(alike.retry_modes) < len(RETRY_MODES) else ""
    what = f"{alike.kind} from {alike.old} to {alike.new}{where}"
    return f"{_version(sdks[alike.versions])}: {what}: {', '.join(errors[:NAMED_ERRORS])}{more}"
