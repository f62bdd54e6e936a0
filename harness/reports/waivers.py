"""What waivers did, as people and programs read it; the same in every report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from rich.console import Console

from harness.reports.lines import write_folded, write_line
from harness.reports.printable import printable
from harness.results.waivers import Applied, Waiver


def write_waivers(applied: Applied, console: Console) -> None:
    """Write which waivers were needed, which have expired and which matched nothing.

    Args:
        applied: What the waivers did.
        console: Where to write.
    """
    _write("waived", f"by {_counted(applied.waived)}", applied.waived, console)
    words = f"{_counted(applied.expired)}: renew or remove, until then the exit code is 1"
    _write("expired", words, applied.expired, console)
    _write("unused", f"{_counted(applied.unused)} that matched nothing", applied.unused, console)


def _write(label: str, words: str, waivers: Sequence[Waiver], console: Console) -> None:
    if not waivers:
        return
    write_line(console, (f"{label:<11}", "bold red" if label == "expired" else "dim"), words)
    for item in waivers:
        write_line(console, (f"  {item.kind} {item.constraint}", "dim"))
        words = f"until {item.until}, {printable(item.who)}: {printable(item.reason)}"
        write_folded(console, "    ", words)
    console.print()


def _counted(waivers: Sequence[Waiver]) -> str:
    return "1 waiver" if len(waivers) == 1 else f"{len(waivers)} waivers"


def waivers_document(applied: Applied) -> dict[str, Any]:
    """Make the JSON of what waivers did.

    Returns:
        ``waived[]``, ``expired_waivers[]`` and ``unused_waivers[]``, each ``{operation, kind, constraint,
        reason, who, until}``.
    """
    return {
        "waived": [msgspec.to_builtins(item) for item in applied.waived],
        "expired_waivers": [msgspec.to_builtins(item) for item in applied.expired],
        "unused_waivers": [msgspec.to_builtins(item) for item in applied.unused],
    }
