"""What a comparison of two sides says: for people, and as the pinned JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec
from rich.console import Console

from harness.compare.interface import Difference
from harness.compare.noise import Noise
from harness.reports.lines import write_folded, write_line
from harness.reports.printable import printable
from harness.reports.waivers import waivers_document, write_waivers
from harness.results.waivers import Applied

LONGEST = 200
SHOWN = 20  # differences of one operation at one pointer and grade


def write_comparison(
    differences: Sequence[Difference],
    *,
    compared: int,
    regression: bool,
    console: Console,
    waivers: Applied = Applied(),  # noqa: B008  # a frozen value
    noise: Sequence[Noise] | None = None,
) -> None:
    """Write every difference, grouped by operation, and the verdict in one line.

    Args:
        differences: What differs, the worst first.
        compared: How many cases both sides answered.
        regression: Whether one of them is a regression.
        console: Where to write.
        waivers: What the waivers did; what they waive is listed apart.
        noise: What differed when the old side was asked twice; ``None`` where it was not.
    """
    left = [item for item in differences if not _is_waived(item, waivers)]
    ordered = sorted(left, key=lambda item: item.operation)  # stable: the worst stay first
    for operation, group in groupby(ordered, key=lambda item: item.operation):
        write_line(console, (operation, "bold"))
        _write_group(list(group), console)
        console.print()
    write_waivers(waivers, console)
    if noise is not None:
        _write_noise(noise, console)
    word = ("DIFFERENT", "bold red") if regression else ("SAME", "bold green")
    plural = "" if len(left) == 1 else "s"
    kind = "a regression" if regression else "no regression"
    waived = len(differences) - len(left)
    end = f"; {waived} more waived" if waived else ""
    write_line(console, word, f"  {len(left)} difference{plural}, {kind}; {_cases(compared)} compared{end}")


def _write_group(group: Sequence[Difference], console: Console) -> None:
    """Write the differences of one operation; of very many alike, the first ones and their number."""
    times: dict[tuple[str, str], int] = {}
    for item in group:
        alike = (item.grade, item.pointer)
        times[alike] = times.get(alike, 0) + 1
        if times[alike] <= SHOWN:
            _write_difference(item, console)
    for (grade, pointer), number in times.items():
        if number > SHOWN:
            more = f"  and {number - SHOWN} more at {pointer}; --json lists them"
            write_line(console, (f"  {grade}", "yellow"), more)


def _write_difference(item: Difference, console: Console) -> None:
    place = f"  {printable(item.place)}" if item.place else ""
    head, case = f"  {item.grade}  {item.pointer}", f"case {item.case}{place}"
    fits = len(head) + 2 + len(case) <= console.width
    end = (f"  {case}", "dim") if fits else ""
    write_line(console, (f"  {item.grade}", "yellow"), f"  {item.pointer}", end)
    if not fits:
        write_line(console, (f"    {case}", "dim"))
    write_folded(console, "    old  ", _spell(item.old))
    write_folded(console, "    new  ", _spell(item.new))
    if item.note:
        write_folded(console, "    note ", item.note)


def _write_noise(noise: Sequence[Noise], console: Console) -> None:
    """Write the lines that a person may put into a contract; nothing is ignored before that."""
    if not noise:
        write_line(console, "# the old side answered twice alike: nothing to propose under volatile:")
    for item in noise:
        if item.members:
            _write_proposal(item, console)
        for each in item.unsteady:
            words = (
                f"# {each.grade} {printable(each.pointer)}: differed from call to call and cannot be volatile"
            )
            write_line(console, words)
    console.print()


def _write_proposal(item: Noise, console: Console) -> None:
    for name in item.files:
        write_line(console, f"# {printable(name)}: review, then put under volatile:")
    if not item.files:
        words = f"'harness import botocore {item.operation}' writes its contract file"
        write_line(console, f"# {item.operation}: {words}; review, then put under volatile:")
    for member in item.members:
        write_line(console, f"- {printable(member)}")


def _is_waived(item: Difference, waivers: Applied) -> bool:
    return (item.operation, item.grade, item.pointer) in waivers.identities


def _cases(number: int) -> str:
    return "1 case" if number == 1 else f"{number} cases"


def _spell(value: Any) -> str:
    text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
    return printable(text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}...")


def comparison_document(
    differences: Iterable[Difference],
    *,
    compared: int,
    regression: bool,
    waivers: Applied = Applied(),  # noqa: B008  # a frozen value
    noise: Sequence[Noise] | None = None,
) -> dict[str, Any]:
    """Make the JSON document of a comparison.

    Returns:
        ``format``, ``summary``, ``differences[] {operation, case, grade, pointer, old, new}`` (with
        ``place``, ``note`` and ``waived`` where there is something to say), ``waived[]``,
        ``expired_waivers[]``, ``unused_waivers[]``; ``noise[] {operation, files, members,
        unsteady[] {grade, pointer}}`` where the old side was asked twice.
    """
    rows = list(_rows(differences, waivers))
    summary = {"compared": compared, "differences": len(rows), "regression": regression}
    document = {"format": 1, "summary": summary, "differences": rows, **waivers_document(waivers)}
    if noise is not None:
        document["noise"] = [msgspec.to_builtins(item) for item in noise]
    return document


def _rows(differences: Iterable[Difference], waivers: Applied) -> Iterator[dict[str, Any]]:
    for item in differences:
        row: dict[str, Any] = msgspec.to_builtins(item)
        yield {**row, "waived": True} if _is_waived(item, waivers) else row
