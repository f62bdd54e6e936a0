"""What a comparison of contracts says: for people, as Markdown, and as the pinned JSON document."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import Any

import msgspec
from rich.console import Console

from harness.compare.contracts import SEVERITIES, Change, Rule, rule
from harness.reports.lines import write_folded, write_line
from harness.reports.printable import printable

MOST_TOLD = 200
"""How many changes of one severity are told one by one; more are told by rule."""

LONGEST = 120
LEAD = 40
"""How many of the characters that two long values share are shown before they part."""

STYLES = {"breaking": "bold red", "warning": "yellow", "compatible": "green"}
FOR_WHOM = {
    "request": "whoever sends requests", "response": "whoever reads answers",
    "both": "whoever uses it",
}  # fmt: skip
VERDICTS = {
    "breaking": "clients made for the old side break as told above",
    "warning": "no client must break; read the warnings",
    "compatible": "a client made for the old side goes on as before",
}


def write_changes(
    changes: Sequence[Change],
    *,
    old: str,
    new: str,
    operations: int,
    failed: bool,
    console: Console,
    used: int | None = None,
    waived: int = 0,
) -> None:
    """Write every change, the breaking ones first, grouped by operation, and a summary.

    Args:
        changes: The changes.
        old: What a person calls the old side.
        new: What a person calls the new side.
        operations: How many operations both sides have.
        failed: Whether a change is as bad as ``--fail-on`` says.
        console: Where to write.
        used: How many operations the recordings use that the changes were held against, if any were.
        waived: How many further changes somebody has accepted.
    """
    for severity in reversed(SEVERITIES):
        chosen = [change for change in changes if change.severity == severity]
        if not chosen:
            continue
        write_line(console, (severity.upper(), STYLES[severity]), f"  {_count(chosen)}")
        if len(chosen) > MOST_TOLD:
            write_line(console, ("  too many to tell one by one: --json FILE holds them all", "dim"))
        else:
            _write_by_operation(chosen, console)
        console.print()
    if len(changes) > MOST_TOLD:
        _write_totals(changes, console)
    worst = worst_of(changes)
    same = "SAME" if used is None else "UNTOUCHED"
    word = ("CHANGED" if changes or waived else same, "bold red" if failed else "bold green")
    totals = Counter(change.severity for change in changes)
    numbers = ", ".join(f"{totals[severity]} {severity}" for severity in reversed(SEVERITIES))
    plural = "" if operations == 1 else "s"
    end = f"; {waived} more waived" if waived else ""
    write_line(console, word, f"  {numbers}; {operations} operation{plural} compared{end}")
    if used is not None:
        more = "" if used == 1 else "s"
        write_line(
            console,
            ("used     ", "dim"),
            f"{used} operation{more} in the recordings; only what touches them is told",
        )
    write_line(console, ("old      ", "dim"), old)
    write_line(console, ("new      ", "dim"), new)
    _write_later(changes, console)
    if worst is not None:
        write_line(console, (f"{worst}  ", STYLES[worst]), VERDICTS[worst])


def _write_later(changes: Sequence[Change], console: Console) -> None:
    """Write how many changes a later state takes back, where one was asked and takes back any."""
    for later, count in Counter(change.taken_back for change in changes).items():
        if later is not None:
            text = f"{printable(later)} takes back {count} of {len(changes)}"
            write_line(console, ("later    ", "dim"), text)


def worst_of(changes: Iterable[Change]) -> str | None:
    """Name the worst severity; ``None`` where nothing changed."""
    return max((change.severity for change in changes), key=SEVERITIES.index, default=None)


def _count(changes: Sequence[Change]) -> str:
    operations = len({change.operation for change in changes})
    one, many = ("" if len(changes) == 1 else "s"), ("" if operations == 1 else "s")
    return f"{len(changes)} change{one} in {operations} operation{many} or service{many}"


def _grouped(changes: Sequence[Change]) -> Iterable[tuple[str, Iterable[tuple[str, list[Change]]]]]:
    """Group by operation, then by rule."""
    ordered = sorted(changes, key=lambda item: (item.operation, item.rule, item.pointer))
    for operation, group in groupby(ordered, key=lambda item: item.operation):
        yield operation, [(name, list(each)) for name, each in groupby(group, key=lambda item: item.rule)]


def _write_by_operation(changes: Sequence[Change], console: Console) -> None:
    for operation, rules in _grouped(changes):
        write_line(console, (operation, "bold"))
        for name, group in rules:
            style = STYLES[group[0].severity]
            write_line(console, (f"  {name}", style), (f"  hits {FOR_WHOM[group[0].direction]}", "dim"))
            write_folded(console, "    ", group[0].harm)
            for change in group:
                _write_change(change, console)
                if change.taken_back is not None:
                    write_line(console, (f"      taken back by {printable(change.taken_back)}", "dim"))


def _write_change(change: Change, console: Console) -> None:
    """Write place and values on one line where they fit, else each on its own."""
    place, values = f"    {place_of(change)}", _values(change)
    if len(place) + 2 + len(values) <= console.width:
        write_line(console, place, (f"  {values}" if values else "", "dim"))
    else:
        write_line(console, place)
        for label, text in zip(("old", "new"), contrasted(change.old, change.new), strict=True):
            if text is not None:
                write_folded(console, f"      {label}  ", text)
    if change.evidence is not None:
        write_folded(console, "      seen in  ", _seen(change))


def _seen(change: Change) -> str:
    """Name the recording that shows a change, and say whether a value of the recordings is refused now."""
    refused = change.refused
    says = {True: "; a recorded value is refused", False: "; no recorded value is refused", None: ""}
    return f"{printable(change.evidence or '')}{says[refused]}"


def _write_totals(changes: Sequence[Change], console: Console) -> None:
    """Write how often each rule was met, the worst first."""
    write_line(console, ("TOTALS", "bold"), "  by rule")
    totals = Counter((change.severity, change.rule) for change in changes)
    for severity in reversed(SEVERITIES):
        for (graded, name), count in sorted(totals.items()):
            if graded == severity:
                write_line(console, f"  {count:6}  ", (f"{severity:10}", STYLES[severity]), f"  {name}")
    console.print()


def place_of(change: Change) -> str:
    """Name a change's place below its operation, e.g. ``input/Entries/length/max``."""
    below = change.pointer.partition("#/")[2] or change.operation
    more = f" and {len(change.also)} more" if change.also else ""
    return printable(below) + more


def _values(change: Change) -> str:
    if change.old is None and change.new is None:
        return ""
    if change.old is None:
        return f"+ {spell(change.new)}"
    return f"- {spell(change.old)}" if change.new is None else f"{spell(change.old)} -> {spell(change.new)}"


def spell(value: Any) -> str:
    """Spell a value on one line, cut where it is very long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return printable(text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}...")


def contrasted(old: Any, new: Any) -> tuple[str | None, str | None]:
    """Spell two values; long ones from shortly before they part, so that what differs is seen."""
    texts = [
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in (old, new)
    ]
    pairs = enumerate(zip(*texts, strict=False))
    shared = next((place for place, pair in pairs if pair[0] != pair[1]), min(map(len, texts)))
    shared = 0 if None in (old, new) else shared
    if max(map(len, texts)) > LONGEST and shared > LEAD:
        texts = [f"...{text[shared - LEAD :]}" for text in texts]
    said = (None if value is None else spell(text) for value, text in zip((old, new), texts, strict=True))
    before, after = said
    return before, after


def changes_document(
    changes: Iterable[Change],
    *,
    old: str,
    new: str,
    operations: int,
    failed: bool,
    used: int | None = None,
    waived: Collection[tuple[str, str, str]] = (),
) -> dict[str, Any]:
    """Make the JSON document of a comparison.

    Returns:
        ``format``, ``summary`` and ``changes[] {rule, severity, direction, operation, pointer, action, old,
        new, harm}``; ``code`` where it is about an error, ``also`` where it stands at further places,
        ``evidence`` where it was held against recordings, ``refused`` beside it where a constraint of
        requests became tighter, and ``waived`` where somebody accepted it.
    """
    rows: list[dict[str, Any]] = [
        {**msgspec.to_builtins(each), **({"waived": True} if _identity(each) in waived else {})}
        for each in changes
    ]
    totals = Counter(row["severity"] for row in rows)
    summary: dict[str, Any] = {
        "old": old, "new": new, "operations": operations, "changes": len(rows),
        **{severity: totals[severity] for severity in SEVERITIES}, "failed": failed,
        **({"used": used} if used is not None else {}),
    }  # fmt: skip
    return {"format": 1, "summary": summary, "changes": rows}


def _identity(change: Change) -> tuple[str, str, str]:
    return change.operation, change.rule, change.pointer


def changes_markdown(changes: Sequence[Change], *, old: str, new: str) -> str:
    """Make a Markdown page of a comparison, e.g. for a pull request."""
    totals = Counter(change.severity for change in changes)
    numbers = ", ".join(f"{totals[severity]} {severity}" for severity in reversed(SEVERITIES))
    lines = [f"## {_cell(old)} → {_cell(new)}", "", numbers, ""]
    for severity in reversed(SEVERITIES):
        chosen = [change for change in changes if change.severity == severity]
        if chosen:
            titles = ["where", "rule", "old", "new", "harm", *(["seen in"] if chosen[0].evidence else [])]
            lines += [f"### {severity.capitalize()}", "", f"| {' | '.join(titles)} |"]
            lines.append(f"|{'---|' * len(titles)}")
            lines += [_row(change) for change in chosen]
            lines.append("")
    return "\n".join(lines)


def _row(change: Change) -> str:
    cells = [f"`{_cell(change.pointer)}`", f"`{change.rule}`"]
    harm = (
        change.harm
        if change.taken_back is None
        else f"{change.harm} Taken back by {_cell(change.taken_back)}."
    )
    cells += ["" if value is None else f"`{_cell(spell(value))}`" for value in (change.old, change.new)]
    seen = [_cell(_seen(change))] if change.evidence else []
    return f"| {' | '.join([*cells, harm, *seen])} |"


def _cell(text: str) -> str:
    return printable(text).replace("|", "\\|").replace("`", "'")


def explanation(name: str) -> str:
    """Explain a rule: what it judges, how, why, and by which example.

    Raises:
        UsageError: There is no rule of that name.
    """
    row: Rule = rule(name)
    return "\n".join([
        row.id,
        "",
        f"severity   {row.severity}",
        f"direction  {row.direction}: {FOR_WHOM[row.direction]}",
        f"aspect     {row.aspect}, {row.action}",
        f"harm       {row.harm}",
        "",
        "before",
        *(f"  {line}" for line in row.before.splitlines()),
        "after",
        *(f"  {line}" for line in row.after.splitlines()),
        "",
    ])  # fmt: skip
