"""The summary of a run or replay that a person reads and acts on.

Fits 80 columns; commands to copy are never wrapped.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from rich.console import Console
from rich.text import Text

from harness.cases.findings import failing
from harness.cases.verdict import Finding, Severity
from harness.reports.lines import write_folded, write_line
from harness.reports.printable import printable
from harness.reports.waivers import write_waivers
from harness.results.model import Missed, OperationCoverage, RunResult, Skipped

LABEL = 11  # the columns that labels take
SHOWN_MISSED = 12
SHOWN_OPERATIONS = 60
RATE_FROM = 2.0  # seconds
LISTED_FINDINGS = 60
SHOWN_FINDINGS = 20
LONGEST_TEXT = 240  # the JSON document has it whole
_LOOPBACK = re.compile(r"http://127\.0\.0\.1:(\d+)/")
COLOURS = {"high": "bold red", "medium": "red", "low": "yellow", "note": "cyan"}
FIRST_COLUMN = 30
COLUMNS = ("cases", "as contracted", "refused by state", "findings")


class Ending(msgspec.Struct, frozen=True):
    """What the command line adds to a result for its summary.

    Attributes:
        threshold: The least severity that fails.
        again: The command that makes the same run again.
    """

    threshold: Severity
    again: str


def write_summary(result: RunResult, ending: Ending, console: Console) -> None:
    """Write the whole summary: counts, coverage, findings, the verdict in one line.

    Args:
        result: What was found out.
        ending: What counts as a failure, and how to run again.
        console: Where to write.
    """
    _write_counts(result, console)
    if not result.interrupted:  # half a run leaves most sides out, which says nothing
        _write_coverage(result.coverage, console)
    accepted, excused = frozenset(result.accepted), frozenset(result.excused)
    _write_skipped(result.skipped, console)
    _write_findings([item for item in result.findings if item.id not in excused], result, console)
    _write_accepted([item for item in result.findings if item.id in accepted], console)
    write_waivers(result.waivers, console)
    _write_verdict(result, ending, console)


# --- counts ----------------------------------------------------------------------------------------


def _write_counts(result: RunResult, console: Console) -> None:
    heading = Text(" " * FIRST_COLUMN, style="dim")
    for name in COLUMNS:
        heading.append(f"  {name}")
    write_line(console, heading)
    counted = _count(result)
    if len(counted) > SHOWN_OPERATIONS:
        _write_sums(counted, console)
        return
    for operation, versions in counted.items():
        write_line(console, (operation, "bold"))
        for version, numbers in versions.items():
            write_line(console, _row(version, numbers))
    console.print()


def _write_sums(counted: Mapping[str, Mapping[str, Counter[str]]], console: Console) -> None:
    """Of very many operations, show the services that something is to be said of, and the sum of all."""
    services: dict[str, Counter[str]] = defaultdict(Counter)
    for operation, versions in counted.items():
        for numbers in versions.values():
            services[operation.partition(":")[0]] += numbers
    for service, numbers in sorted(services.items()):
        if numbers["findings"] or numbers["refused by state"]:
            write_line(console, _row(service, numbers))
    write_line(console, _row(_counted(len(services), "service"), sum(services.values(), Counter())))
    console.print()


def _row(version: str, numbers: Mapping[str, int]) -> Text:
    row = Text(f"  {version}".ljust(FIRST_COLUMN))
    for name in COLUMNS:
        alarm = name == "findings" and numbers[name] > 0
        row.append(f"  {numbers[name]:>{len(name)}}", style=COLOURS["high"] if alarm else "")
    return row


def _count(result: RunResult) -> dict[str, dict[str, Counter[str]]]:
    """Count the cases by operation, version and verdict; findings are counted as findings, not as cases."""
    counts: dict[str, dict[str, Counter[str]]] = defaultdict(dict)
    for item in result.counts:
        numbers = {
            "cases": item.cases,
            "as contracted": item.as_contracted,
            "refused by state": item.refused_by_state,
        }
        counts[item.operation][item.version] = Counter(numbers)
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
    for (side, reason), places in missed.items():
        words = f"{side}: {printable(reason)}"
        if len(places) > SHOWN_MISSED:
            _labelled("not hit", f"{words} ({len(places)} times; --json lists them)", console)
            continue
        _labelled("not hit", words, console)
        for place in places:
            write_line(console, (f"  {place}", "dim"))
    console.print()


def _grouped(missed: Iterable[Missed]) -> dict[tuple[str, str], list[str]]:
    """Put what was missed together by side and reason; what several versions miss is one line."""
    versions: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for item in missed:
        versions[(item.side, item.reason, item.constraint)].append(item.version)
    grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (side, reason, constraint), seen in versions.items():
        times = f" ({len(seen)} versions)" if len(seen) > 1 else ""
        grouped[(side, reason)].append(f"{constraint}{times}")
    return grouped


def _write_skipped(skipped: Sequence[Skipped], console: Console) -> None:
    """Say which cases were not sent, by reason; they count as neither hit nor missed."""
    if not skipped:
        return
    for reason, number in Counter(item.reason for item in skipped).items():
        _labelled("not sent", f"{_counted(number, 'case')}: {printable(reason)}", console)
    console.print()


# --- findings --------------------------------------------------------------------------------------


def _write_findings(findings: Sequence[Finding], result: RunResult, console: Console) -> None:
    """Write the worst findings in full and the rest as a list: nobody reads a thousand in a terminal."""
    for position, finding in enumerate(findings[:SHOWN_FINDINGS], 1):
        _write_finding(position, finding, console, embedded=result.target == "emulator")
    rest = findings[SHOWN_FINDINGS:]
    if rest:
        _labelled("and", f"{_counted(len(rest), 'more finding')}; --json has them whole", console)
        for finding in rest[:LISTED_FINDINGS]:
            write_line(console, f"  {finding.severity}  {finding.kind}  {finding.constraint}")
        if len(rest) > LISTED_FINDINGS:
            write_line(console, "  ...")
        console.print()


def _write_finding(position: int, finding: Finding, console: Console, *, embedded: bool) -> None:
    title = Text(f"{position}. ")
    title.append(finding.severity, style=COLOURS[finding.severity])
    title.append(f"  {finding.kind}", style="bold")
    write_line(console, title)
    write_line(console, ("at".ljust(LABEL), "dim"), finding.constraint)
    for label, text in _facts(finding):
        _labelled(label, _cut(printable(text)), console)
    _labelled("reproduce", _precondition(finding.reproduce) if embedded else "", console)
    # To be copied, so it stays one line: the terminal may fold it, a paste will not.
    write_line(console, printable(finding.reproduce))
    console.print()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 3]}..."


def _precondition(command: str) -> str:
    """Say how to bring the built-in emulator back, which ended with the run, for a command that asks it."""
    address = _LOOPBACK.search(command)
    return f"while this runs: harness serve --port {address[1]}" if address is not None else ""


def _facts(finding: Finding) -> Iterator[tuple[str, str]]:
    cases = "1 case" if finding.seen == 1 else f"{finding.seen} cases"
    yield "sent", finding.sent
    yield "expected", finding.expected
    yield "got", finding.got
    yield "seen", f"in {cases} of {', '.join(finding.versions)}; the smallest is {finding.case}"


def _write_accepted(findings: list[Finding], console: Console) -> None:
    if not findings:
        return
    _labelled("accepted", f"{_counted(len(findings), 'finding')} by the baseline", console)
    for finding in findings:
        write_line(console, (f"  {finding.kind} {finding.constraint}", "dim"))
    console.print()


# --- the verdict -----------------------------------------------------------------------------------


def _write_verdict(result: RunResult, ending: Ending, console: Console) -> None:
    write_line(console, _verdict(result, ending))
    write_line(console, ("again".ljust(LABEL), "dim"), ending.again)


def _verdict(result: RunResult, ending: Ending) -> Text:
    failed = failing(result.findings, ending.threshold, result.excused)
    operations = {item.operation for item in result.counts}
    cases = sum(item.cases for item in result.counts)
    work = f"{_counted(cases, 'case')} of {_counted(len(operations), 'operation')}"
    seed = "" if result.command == "replay" else f", seed {result.seed}"
    end = f"{work}{seed}, {result.seconds:.1f} s{_rate(cases, result.seconds)}"
    if result.interrupted:
        words = ("INTERRUPTED", "bold yellow", f"{_counted(len(failed), 'finding')} so far")
    elif failed:
        words = ("FAILED", "bold red", f"{_counted(len(failed), 'finding')} at {ending.threshold} or above")
    elif result.waivers.expired:
        words = ("FAILED", "bold red", f"{_counted(len(result.waivers.expired), 'expired waiver')}")
    else:
        words = ("PASSED", "bold green", _passed(result))
    return Text.assemble((words[0], words[1]), f"  {words[2]}; {end}")


def _rate(cases: int, seconds: float) -> str:
    """Say how quick a run was, where it was long enough for that to mean something."""
    return f", {cases / seconds:.0f} cases/s" if seconds >= RATE_FROM else ""


def _passed(result: RunResult) -> str:
    if not result.findings:
        return "as contracted"
    return f"nothing that fails among {_counted(len(result.findings), 'finding')}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _labelled(label: str, text: str, console: Console) -> None:
    write_folded(console, f"{label:<{LABEL}}", text)
