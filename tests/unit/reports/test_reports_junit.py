"""JUnit XML: what fails a run fails there, and nothing else does; it is always XML."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.cases.model import Case
from harness.cases.verdict import CaseResult, Finding, Suspicion, Verdict
from harness.exchange import Outcome
from harness.reports.junit import junit
from harness.reports.printable import printable
from harness.results.model import RunResult

OPERATION = "events:PutEvents"
POINTER = "events:PutEvents#/input/Entries/length/max"


def case_of(number, verdict, suspicions=(), description="ten entries"):
    case = Case(f"case-{number}", OPERATION, "2025-05-28", "boundary", description)
    outcome = Outcome(kind="error", status=429, code="ThrottlingException")
    return CaseResult(case, outcome, Verdict(verdict, suspicions, ("status",)), "sent", "curl x")


def suspicion(kind="accepted-invalid", severity="medium", got="200"):
    return Suspicion(kind, severity, (POINTER,), "a refusal", got)


def result_of(cases, kinds=(("accepted-invalid", "medium"),), accepted=()):
    findings = tuple(
        Finding(
            f"{kind}@{POINTER}",
            OPERATION,
            ("2025-05-28",),
            kind,
            severity,
            POINTER,
            "case-1",
            "",
            "",
            "",
            "",
            1,
        )
        for kind, severity in kinds
    )
    return RunResult(
        "run", "emulator", 0, "coverage", tuple(cases), (), (), findings, accepted=accepted, seconds=1.0
    )


def parsed(result, threshold="low"):
    return Xml.fromstring(junit(result, threshold).encode())


def test_one_suite_for_each_operation_and_version():
    """Counts stand on the suite and on the whole; each case is a test case."""
    cases = [
        case_of(1, "as-contracted"),
        case_of(2, "refused-by-state"),
        case_of(3, "finding", (suspicion(),)),
    ]
    root = parsed(result_of(cases))
    suite = root.find("testsuite")
    assert suite.get("name") == "events:PutEvents 2025-05-28"
    counts = {"tests": "3", "failures": "1", "errors": "0", "skipped": "1"}
    assert {name: suite.get(name) for name in counts} == counts
    assert {name: root.get(name) for name in counts} == counts
    assert suite.find("testcase/failure").get("message") == "accepted-invalid: expected a refusal, got 200"
    assert suite.find("testcase/skipped").get("message") == "refused by state: ThrottlingException (429)"
    assert suite.find("testcase").attrib == {"name": "ten entries [case-1]", "classname": "events:PutEvents"}


def test_what_a_baseline_accepts_is_no_failure():
    """A build server sees the same verdict as the exit code."""
    finding = case_of(1, "finding", (suspicion(),))
    root = parsed(result_of([finding], accepted=(f"accepted-invalid@{POINTER}",)))
    assert root.get("failures") == "0"
    assert "accepted-invalid (medium) at" in root.find("testsuite/testcase/system-out").text


def test_what_is_below_the_threshold_is_no_failure():
    """--fail-on high leaves a medium finding in system-out."""
    root = parsed(result_of([case_of(1, "finding", (suspicion(),))]), "high")
    assert root.get("failures") == "0"


@given(st.text())
@settings(derandomize=True, deadline=None)
def test_any_answer_makes_a_document(text):
    """Control characters and lone surrogates are spelled as escapes, so that every parser reads the file."""
    cases = [case_of(1, "finding", (suspicion(got=text),), description=text)]
    failure = parsed(result_of(cases)).find("testsuite/testcase/failure")
    assert failure.get("message") == f"accepted-invalid: expected a refusal, got {printable(text)}"


@given(st.text())
@settings(derandomize=True, deadline=None)
def test_what_is_shown_fits_one_line_and_moves_no_cursor(text):
    """Printable text stays as it is, everything else becomes an escape."""
    shown = printable(text)
    assert all(part.isprintable() or part == "\u00a0" for part in shown)
    assert shown == text or not text.isprintable()
