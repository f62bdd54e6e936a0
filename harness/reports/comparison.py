"""What a comparison of two runs says: for people, and as the pinned JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import msgspec
from rich.console import Console

from harness.compare.interface import Difference
from harness.reports.lines import write_line
from harness.reports.printable import printable

LONGEST = 200


def write_comparison(
    differences: Sequence[Difference], *, compared: int, regression: bool, console: Console
) -> None:
    """Write every difference, grouped by operation, and the verdict in one line.

    Args:
        differences: What differs, the worst first.
        compared: How many cases both sides answered.
        regression: Whether one of them is a regression.
        console: Where to write.
    """
    ordered = sorted(differences, key=lambda item: item.operation)  # stable: the worst stay first
    for operation, group in groupby(ordered, key=lambda item: item.operation):
        write_line(console, (operation, "bold"))
        for item in group:
            write_line(
                console, (f"  {item.grade}", "yellow"), f"  {item.pointer}  ", (f"case {item.case}", "dim")
            )
            write_line(console, ("    old  ", "dim"), _spell(item.old))
            write_line(console, ("    new  ", "dim"), _spell(item.new))
        console.print()
    word = ("DIFFERENT", "bold red") if regression else ("SAME", "bold green")
    plural = "" if len(differences) == 1 else "s"
    kind = "a regression" if regression else "no regression"
    write_line(console, word, f"  {len(differences)} difference{plural}, {kind}; {compared} cases compared")


def _spell(value: Any) -> str:
    text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
    return printable(text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}...")


def comparison_document(
    differences: Iterable[Difference], *, compared: int, regression: bool
) -> dict[str, Any]:
    """Make the JSON document of a comparison.

    Returns:
        ``format``, ``summary`` and ``differences[] {operation, case, grade, pointer, old, new}``.
    """
    rows = [msgspec.to_builtins(item) for item in differences]
    summary = {"compared": compared, "differences": len(rows), "regression": regression}
    return {"format": 1, "summary": summary, "differences": rows}
