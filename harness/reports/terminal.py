"""The summary of a run or replay that a person reads and acts on.

Fits 80 columns; commands to copy are never wrapped. Colours only where the stream is a terminal and
``NO_COLOR`` is not set (https://no-color.org).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TextIO

import msgspec
from rich.console import Console
from rich.text import Text

from harness.cases.findings import failing
from harness.cases.verdict import Finding, Severity
from harness.reports.printable import printable
from harness.results.model import Missed, OperationCoverage, RunResult

WIDTH_WITHOUT_TERMINAL = 80
LABEL = 11  # the columns that labels take
SHOWN_MISSED = 12
COLOURS = {"high": "bold red", "medium": "red", "low": "yellow", "note": "cyan"}
COLUMNS = ("cases", "as contracted", "refused by state", "findings")


class Ending(msgspec.Struct, frozen=True):
    """What the command line adds to a result for its summary.

    Attributes:
        threshold: The least severity that fails.
        again: The command that makes the same run again.
    """

    threshold: Severity
    again: str


def console_for(stream: TextIO) -> Console:
    """Make a console that writes plain text of 80 columns where the stream is no terminal."""
    width = None if stream.isatty() else WIDTH_WITHOUT_TERMINAL
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def write_summary(result: RunResult, ending: Ending, console: Console) -> None:
    """Write the whole summary: counts, coverage, findings, the verdict in one line.

    Args:
        result: What was found out.
        ending: What counts as a failure, and how to run again.
        console: Where to write.
    """
    _write_counts(result, console)
    _write_coverage(result.coverage, console)
    accepted = frozenset(result.accepted)
    for position, finding in enumerate((item for item in result.findings if item.id not in accepted), 1):
        _write_finding(position, finding, console)
    _write_accepted([item for item in result.findings if item.id in accepted], console)
    _write_verdict(result, ending, console)


# --- counts ----------------------------------------------------------------------------------------


def _write_counts(result: RunResult, console: Console) -> None:
    counts = _count(result)
    widths = [max(len(name), 6) for name in COLUMNS]
    first = max(80, console.width) - sum(widths) - 2 * len(widths)
    first = min(first, 46)
    heading = Text(" " * first, style="dim")
    for name, width in zip(COLUMNS, widths, strict=True):
        heading.append(f"  {name:>{width}}")
    console.print(heading)
    for operation, versions in counts.items():
        console.print(Text(operation, style="bold"))
        for version, numbers in versions.items():
            row = Text(f"  {version:<{first - 2}}")
            for name, width in zip(COLUMNS, widths, strict=True):
                style = "bold red" if name == "findings" and numbers[name] else ""
                row.append(f"  {numbers[name]:>{width}}", style=style)
            console.print(row)
    console.print()


def _count(result: RunResult) -> dict[str, dict[str, Counter[str]]]:
    """Count the cases by operation, version and verdict; findings are counted as findings, not as cases."""
    counts: dict[str, dict[str, Counter[str]]] = defaultdict(dict)
    for covered in result.coverage:
        counts[covered.operation][covered.version] = Counter()
    for item in result.results:
        numbers = counts[item.case.operation].setdefault(item.case.version, Counter())
        numbers["cases"] += 1
        numbers[item.verdict.result.replace("-", " ")] += 1
    for numbers in (number for versions in counts.values() for number in versions.values()):
        numbers["findings"] = 0
    for finding in result.findings:
        for version in finding.versions:
            counts[finding.operation].setdefault(version, Counter())["findings"] += 1
    return counts


# --- coverage --------------------------------------------------------------------------------------


def _write_coverage(coverage: Iterable[OperationCoverage], console: Console) -> None:
    covered = tuple(coverage)
    total = sum(item.constraints for item in covered)
    inside, outside = sum(item.inside for item in covered), sum(item.outside for item in covered)
    _labelled("coverage", f"{total} constraints and rules: {inside} hit inside, {outside} outside", console)
    missed = _grouped(missed for item in covered for missed in item.missed)
    for reason, places in missed.items():
        _labelled("not hit", printable(reason), console)
        for place in places[:SHOWN_MISSED]:
            _print(Text(" " * LABEL + place, style="dim"), console)
        if len(places) > SHOWN_MISSED:
            _labelled("", f"and {len(places) - SHOWN_MISSED} more; --json lists them all", console)
    console.print()


def _grouped(missed: Iterable[Missed]) -> dict[str, list[str]]:
    """Put what was missed together by reason; a side missed in several versions is one line."""
    versions: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for item in missed:
        versions[(item.reason, item.constraint, item.side)].append(item.version)
    grouped: dict[str, list[str]] = defaultdict(list)
    for (reason, constraint, side), seen in versions.items():
        times = f" ({len(seen)} versions)" if len(seen) > 1 else ""
        grouped[reason].append(f"{constraint} {side}{times}")
    return grouped


# --- findings --------------------------------------------------------------------------------------


def _write_finding(position: int, finding: Finding, console: Console) -> None:
    title = Text(f"{position}. ")
    title.append(finding.severity, style=COLOURS[finding.severity])
    title.append(f"  {finding.kind}", style="bold")
    _print(title, console)
    for label, text in _facts(finding):
        _labelled(label, printable(text), console)
    # Copied from here, so it stays one line: the terminal may fold it, a paste will not.
    _print(Text(printable(finding.reproduce)), console)
    console.print()


def _facts(finding: Finding) -> Iterator[tuple[str, str]]:
    cases = "1 case" if finding.seen == 1 else f"{finding.seen} cases"
    yield "at", finding.constraint
    yield "sent", finding.sent
    yield "expected", finding.expected
    yield "got", finding.got
    yield "seen", f"in {cases} of {', '.join(finding.versions)}; the smallest is {finding.case}"
    yield "reproduce", ""


def _write_accepted(findings: list[Finding], console: Console) -> None:
    if not findings:
        return
    _labelled("accepted", f"{_counted(len(findings), 'finding')} by the baseline", console)
    for finding in findings:
        _print(Text(f"{' ' * LABEL}{finding.kind} {finding.constraint}", style="dim"), console)
    console.print()


# --- the verdict -----------------------------------------------------------------------------------


def _write_verdict(result: RunResult, ending: Ending, console: Console) -> None:
    _print(_verdict(result, ending), console)
    _labelled("again", "", console, f"{' ' * (LABEL - 5)}{ending.again}")


def _verdict(result: RunResult, ending: Ending) -> Text:
    failed = failing(result.findings, ending.threshold, result.accepted)
    operations = {item.case.operation for item in result.results}
    work = f"{_counted(len(result.results), 'case')} of {_counted(len(operations), 'operation')}"
    seed = "" if result.command == "replay" else f", seed {result.seed}"
    end = f"{work}{seed}, {result.seconds:.1f} s"
    if result.interrupted:
        words = ("INTERRUPTED", "bold yellow", f"{_counted(len(failed), 'finding')} so far")
    elif failed:
        words = ("FAILED", "bold red", f"{_counted(len(failed), 'finding')} at {ending.threshold} or above")
    else:
        words = ("PASSED", "bold green", _passed(result))
    return Text.assemble((words[0], words[1]), f"  {words[2]}; {end}")


def _passed(result: RunResult) -> str:
    if not result.findings:
        return "as contracted"
    return f"nothing that fails among {_counted(len(result.findings), 'finding')}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


# --- lines -----------------------------------------------------------------------------------------


def _labelled(label: str, text: str, console: Console) -> None:
    """Write a label and a text that folds below itself."""
    line = Text(f"{label:<{LABEL}}", style="dim")
    body = Text(text, overflow="fold")
    for position, part in enumerate(body.wrap(console, max(console.width - LABEL, 20))):
        part.rstrip()
        console.print(Text.assemble(line if position == 0 else Text(" " * LABEL), part), soft_wrap=True)


def _print(text: Text, console: Console) -> None:
    console.print(text, soft_wrap=True)
