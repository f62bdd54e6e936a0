"""The summary of a run: what a person reads, in 80 columns, without colours in a pipe."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from harness.cases.model import Case
from harness.cases.verdict import CaseResult, Finding, Verdict
from harness.exchange import Outcome
from harness.reports.lines import console_for
from harness.reports.terminal import Ending, write_summary
from harness.results.model import Missed, OperationCount, OperationCoverage, RunResult, Skipped

OPERATION = "iot-managed-integrations:SendConnectorEvent"
VERSION = "2026-02-06"
CURL = "curl -sS -i -X POST --data-binary '" + "x" * 200 + "' http://127.0.0.1:41231/connector-event/1"


def result_of(number: int, verdict: str = "as-contracted") -> CaseResult:
    case = Case(id=f"case-{number}", operation=OPERATION, version=VERSION, origin="boundary", description="d")
    return CaseResult(case, Outcome(kind="output", status=202), Verdict(verdict, (), ("status",)), "", "")


def finding_of(kind: str, member: str, severity: str = "medium") -> Finding:
    constraint = f"{OPERATION}#/input/{member}/length/max"
    return Finding(
        f"{kind}@{constraint}", OPERATION, (VERSION,), kind, severity, constraint, "case-1",
        "65 characters: {}", "400 ValidationException", 'answer "\x1b[31m"', CURL, 2,
    )  # fmt: skip


def run_of(findings=(), accepted=(), **fields) -> RunResult:
    missed = Missed(f"{OPERATION}#/input/ConnectorId/required", "outside", "the path needs it", VERSION)
    return RunResult(
        command="run",
        target=fields.pop("target", "emulator"),
        seed=7,
        depth="coverage",
        results=(result_of(1), result_of(2, "refused-by-state")),
        counts=(OperationCount(OPERATION, VERSION, 2, 1, 1, 4),),
        coverage=(OperationCoverage(OPERATION, VERSION, 40, 40, 39, (missed,)),),
        findings=tuple(findings),
        accepted=tuple(accepted),
        seconds=1.25,
        **fields,
    )


def summary(result: RunResult, threshold="low") -> str:
    stream = io.StringIO()
    write_summary(result, Ending(threshold, "harness run --seed 7"), console_for(stream))
    return stream.getvalue()


def test_a_run_as_contracted_reads_like_this():
    """Counts, coverage with the reason for each gap, one line of verdict, one line to run again."""
    assert summary(run_of()) == (
        "                                cases  as contracted  refused by state  findings\n"
        "iot-managed-integrations:SendConnectorEvent\n"
        "  2026-02-06                        2              1                 1         0\n"
        "\n"
        "coverage   40 constraints and rules: 40 hit inside, 39 outside\n"
        "not hit    outside: the path needs it\n"
        "  iot-managed-integrations:SendConnectorEvent#/input/ConnectorId/required\n"
        "\n"
        "PASSED  as contracted; 2 cases of 1 operation, seed 7, 1.2 s\n"
        "again      harness run --seed 7\n"
    )


def test_a_finding_says_what_to_do_about_it():
    """What was sent, expected and got, and a command on one line, ready to copy."""
    text = summary(run_of([finding_of("accepted-invalid", "UserId")]))
    assert (
        "1. medium  accepted-invalid\n"
        "at         iot-managed-integrations:SendConnectorEvent#/input/UserId/length/max\n"
        "sent       65 characters: {}\n"
        "expected   400 ValidationException\n"
        'got        answer "\\x1b[31m"\n'
        "seen       in 2 cases of 2026-02-06; the smallest is case-1\n"
        "reproduce  while this runs: harness serve --port 41231\n"
        f"{CURL}\n"
    ) in text
    assert "FAILED  1 finding at low or above; 2 cases of 1 operation, seed 7, 1.2 s\n" in text


def test_another_endpoint_is_still_there_to_be_asked():
    """Only the built-in emulator ends with its run."""
    text = summary(run_of([finding_of("crash", "UserId", "high")], target="http://127.0.0.1:41231"))
    assert f"reproduce\n{CURL}\n" in text


def test_accepted_findings_are_listed_and_do_not_fail():
    """What a baseline accepts stays in sight, in two lines."""
    known = finding_of("accepted-invalid", "UserId")
    text = summary(run_of([known], [known.id]))
    assert "accepted   1 finding by the baseline\n  accepted-invalid " in text
    assert CURL not in text
    assert "PASSED  nothing that fails among 1 finding; " in text


@pytest.mark.parametrize(
    ("severity", "threshold", "word"),
    [("note", "low", "PASSED"), ("note", "note", "FAILED"), ("medium", "high", "PASSED")],
)
def test_the_threshold_decides(severity, threshold, word):
    """A finding below --fail-on is shown and does not fail."""
    text = summary(run_of([finding_of("response-constraint", "UserId", severity)]), threshold)
    assert f"\n{word}  " in text
    assert f"1. {severity}" in text


def test_an_interrupted_run_says_so():
    """Half a run is no verdict."""
    assert "INTERRUPTED  0 findings so far; 2 cases" in summary(run_of(interrupted=True))


def test_cases_that_were_not_sent_are_counted_by_reason():
    """No request can carry them, so they are neither hit nor missed."""
    skipped = tuple(Skipped(OPERATION, VERSION, f"c{n}", "a header holds no line break") for n in range(2))
    assert "not sent   2 cases: a header holds no line break\n" in summary(run_of(skipped=skipped))


def test_nothing_but_what_is_copied_leaves_80_columns():
    """Texts fold at the width; commands and pointers stay whole."""
    lines = summary(run_of([finding_of("crash", "UserId", "high")])).splitlines()
    assert [line for line in lines if len(line) > 80 and line != CURL and "#/" not in line] == []


def test_a_pipe_gets_no_escape_sequence():
    """Neither ours nor those of an answer."""
    assert "\x1b" not in summary(run_of([finding_of("crash", "UserId", "high")]))


def test_a_terminal_gets_colours_and_still_not_those_of_an_answer(monkeypatch):
    """The verdict is coloured; an escape sequence in an answer is spelled out."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=80, color_system="standard", highlight=False)
    write_summary(run_of([finding_of("crash", "UserId", "high")]), Ending("low", "harness run"), console)
    assert "\x1b[1;31mFAILED" in stream.getvalue()
    assert 'answer "\\x1b[31m"' in stream.getvalue()


def test_long_lists_of_gaps_are_counted():
    """A smoke run leaves most sides out: the summary says how many and where they are listed."""
    gaps = tuple(Missed(f"{OPERATION}#/input/M{n}/enum", "outside", "no case", VERSION) for n in range(40))
    coverage = (OperationCoverage(OPERATION, VERSION, 40, 40, 0, gaps),)
    text = summary(RunResult("run", "emulator", 0, "smoke", run_of().results, run_of().counts, coverage, ()))
    assert "not hit    outside: no case (40 times; --json lists them)\n" in text
    assert "#/input/M1/" not in text


def test_long_lists_of_findings_are_shortened():
    """The worst are shown in full, the others by name."""
    text = summary(run_of([finding_of("crash", f"M{number}", "high") for number in range(23)]))
    assert text.count(CURL) == 20
    assert "and        3 more findings; --json has them whole\n  high  crash  " in text
