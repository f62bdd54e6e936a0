"""Ten releases of botocore that broke somebody: each change found, rated and explained.

The models are real and trimmed (``tests/data/history``); the table of cases beside them holds all that must
be told.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from harness.cli.main import main
from harness.compare.contracts import rule
from harness.session import diff

HISTORY = Path(__file__).resolve().parents[1] / "data" / "history"
CASES = yaml.safe_load((HISTORY / "cases.yaml").read_text(encoding="utf-8"))
EMAIL = "guardduty:CreateMembers#/input/AccountDetails/member/Email"


def side(release):
    return str(HISTORY / release)


def changes_of(case):
    return diff(side(case["old"]), side(case["new"]), (case["service"],)).changes


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_release_is_told_change_by_change(case):
    """Severity, action, rule and pointer of every change, and of nothing else, the worst first."""
    told = [f"{each.severity} {each.action} {each.rule} {each.pointer}" for each in changes_of(case)]
    assert told == case["changes"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_change_says_whom_it_harms(case, capsys):
    """In the words of its rule, which --explain shows with an example."""
    for each in changes_of(case):
        assert each.harm == rule(each.rule).harm
        assert main(["diff", "--explain", each.rule]) == 0
        said = capsys.readouterr().out
        assert each.harm in said
        assert {"before", "after"} <= set(said.splitlines())


def test_there_are_ten_breaking_releases_of_every_kind():
    """Removals, requiredness, protocol, method, URI, type, enum, errors, and more."""
    breaking = {case["new"] for case in CASES if case["changes"][0].startswith("breaking ")}
    changes = [change.split() for case in CASES for change in case["changes"]]
    rules = {rule for severity, _, rule, _ in changes if severity == "breaking"}
    assert len(breaking) >= 10
    assert rules >= {
        "service-removed", "operation-removed", "request-member-removed",
        "response-required-member-removed", "request-member-became-required",
        "request-required-member-added", "protocol-changed", "http-method-changed",
        "http-uri-changed", "request-member-moved", "response-type-changed",
        "request-enum-value-removed", "error-status-changed", "error-fault-changed",
        "success-code-changed", "host-prefix-changed", "request-pattern-added",
        "request-wire-name-changed", "response-sparse-added",
    }  # fmt: skip
    assert all(case["what"].endswith(".") for case in CASES)


def marks(capsys, *words):
    code = main(["diff", *words, "guardduty", "--json", "-"])
    document = json.loads(capsys.readouterr().out)
    return code, {each["pointer"]: each.get("taken_back") for each in document["changes"]}


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ("1.40.63", {f"{EMAIL}/length/min": None, f"{EMAIL}/pattern": "1.40.63"}),
        ("1.44.5", {f"{EMAIL}/length/min": "1.44.5", f"{EMAIL}/pattern": "1.44.5"}),
        ("1.38.45", {f"{EMAIL}/length/min": None, f"{EMAIL}/pattern": None}),
    ],
    ids=["half-of-it", "all-of-it", "nothing-yet"],
)
def test_a_breaking_release_that_is_taken_back_shows_as_such(capsys, later, expected):
    """The pattern that fitted no address went in one later release, the raised bound in another."""
    code, told = marks(capsys, side("1.38.25"), side("1.38.45"), "--later", side(later))
    assert code == 1
    assert told == {pointer: label and side(label) for pointer, label in expected.items()}


def test_what_is_taken_back_is_told_to_people(capsys):
    """Below each change, and once in the summary."""
    later = side("1.44.5")
    assert main(["diff", side("1.38.25"), side("1.38.45"), "guardduty", "--later", later]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert said.count("taken back by") == 2
    assert "takes back 2 of 2" in said


def test_a_mend_is_a_change_of_its_own():
    """Seen from the release that broke, the one that mends is compatible."""
    changes = diff(side("1.38.45"), side("1.40.63"), ("guardduty",)).changes
    assert [(each.rule, each.severity) for each in changes] == [("request-pattern-removed", "compatible")]


def test_what_is_gone_is_not_taken_back(capsys):
    """An operation that no longer exists does not say again what it said."""
    words = [side("1.34.95"), side("1.34.96"), "sesv2", "--later", side("1.42.44"), "--json", "-"]
    assert main(["diff", *words]) == 1
    assert all("taken_back" not in each for each in json.loads(capsys.readouterr().out)["changes"])
