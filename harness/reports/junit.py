"""A run as JUnit XML: one test suite for each operation and version, one test case for each case.

A finding that fails the run is a failure of every case that shows it. A case that was refused by the
endpoint's state is skipped: it could not show what it was made for. Accepted and lesser findings are written
to ``system-out`` and do not fail.

Source: the JUnit XML dialect that build servers read (https://github.com/testmoapp/junitxml).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from harness.cases.findings import failing
from harness.cases.verdict import CaseResult, Finding, Severity, Suspicion
from harness.reports.printable import printable
from harness.results.model import RunResult

_Key = tuple[str, str]


def junit(result: RunResult, threshold: Severity) -> str:
    """Write a run as JUnit XML.

    Args:
        result: What was found out.
        threshold: The least severity that fails.

    Returns:
        A document to be stored as UTF-8; characters that XML cannot hold are spelled as escapes.
    """
    failed = {item.id: item for item in failing(result.findings, threshold, result.excused)}
    root = Xml.Element("testsuites", name="harness", time=f"{result.seconds:.3f}")
    totals = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for (operation, version), cases in _suites(result).items():
        suite = Xml.SubElement(root, "testsuite", name=f"{operation} {version}")
        _properties(suite, {"seed": str(result.seed), "target": result.target, "version": version})
        for item in cases:
            _case(suite, item, failed)
        counts = _counts(suite)
        _set_all(suite, counts)
        totals = {name: totals[name] + counts[name] for name in totals}
    _set_all(root, totals)
    Xml.indent(root)
    body = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def _suites(result: RunResult) -> dict[_Key, list[CaseResult]]:
    suites: dict[_Key, list[CaseResult]] = defaultdict(list)
    for item in result.results:
        suites[(item.case.operation, item.case.version)].append(item)
    return suites


def _properties(suite: Xml.Element, values: dict[str, str]) -> None:
    properties = Xml.SubElement(suite, "properties")
    for name, value in values.items():
        Xml.SubElement(properties, "property", name=name, value=printable(value))


def _case(suite: Xml.Element, item: CaseResult, failed: dict[str, Finding]) -> None:
    name = printable(f"{item.case.description} [{item.case.id}]")
    test = Xml.SubElement(suite, "testcase", name=name, classname=item.case.operation)
    ours = [suspicion for suspicion in item.verdict.suspicions if _names(suspicion) & failed.keys()]
    rest = [suspicion for suspicion in item.verdict.suspicions if suspicion not in ours]
    if ours:
        message = f"{ours[0].kind}: expected {ours[0].expected}, got {ours[0].got}"
        failure = Xml.SubElement(test, "failure", type=ours[0].kind, message=printable(message))
        failure.text = _text(ours, item)
    elif item.verdict.result == "refused-by-state":
        message = f"refused by state: {item.outcome.code} ({item.outcome.status})"
        Xml.SubElement(test, "skipped", message=printable(message))
    if rest:
        Xml.SubElement(test, "system-out").text = _text(rest, item)


def _names(suspicion: Suspicion) -> set[str]:
    """The identities of the findings that a suspicion may have become part of."""
    return {f"{suspicion.kind}@{constraint}" for constraint in suspicion.candidates}


def _text(suspicions: Sequence[Suspicion], item: CaseResult) -> str:
    lines = []
    for suspicion in suspicions:
        lines.append(f"{suspicion.kind} ({suspicion.severity}) at {suspicion.candidates[0]}")
        lines += [f"  expected: {suspicion.expected}", f"  got: {suspicion.got}"]
    lines += [f"sent: {item.sent}", f"reproduce: {item.reproduce}"]
    return "\n".join(printable(line) for line in lines)


def _counts(suite: Xml.Element) -> dict[str, int]:
    return {
        "tests": len(suite.findall("testcase")),
        "failures": len(suite.findall("testcase/failure")),
        "errors": 0,
        "skipped": len(suite.findall("testcase/skipped")),
    }


def _set_all(element: Xml.Element, counts: dict[str, int]) -> None:
    for name, number in counts.items():
        element.set(name, str(number))
