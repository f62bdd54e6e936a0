"""Waivers: accepted findings with a reason, a name and a last day."""

from __future__ import annotations

from datetime import date

import pytest

from harness.errors import ConfigurationError, UsageError
from harness.results.waivers import Waiver, apply_waivers, read_waivers

EVENTS = "events:PutEvents"
WAIVER = Waiver(
    EVENTS, "accepted-invalid", f"{EVENTS}#/input/Entries/length/min", "known", "ann", "2027-03-31"
)
TODAY = date(2027, 3, 31)
FILE = """\
waivers:
  - operation: events:PutEvents
    kind: accepted-invalid
    constraint: events:PutEvents#/input/Entries/length/min
    reason: known
    who: ann
    until: 2027-03-31
"""
EVERY = "Every waiver has operation, kind, constraint, reason, who and until; see docs/waivers.md."


@pytest.mark.parametrize("word", ["kind", "grade", "rule"])
def test_reads_what_a_person_writes(tmp_path, word):
    """An unquoted day is a day, and a kind may be called by what it is the kind of."""
    path = tmp_path / "waivers.yaml"
    path.write_text(FILE.replace("kind:", f"{word}:"))
    assert read_waivers(path) == (WAIVER,)


def test_a_file_may_waive_nothing(tmp_path):
    """An empty list is a list."""
    path = tmp_path / "waivers.yaml"
    path.write_text("waivers: []\n")
    assert read_waivers(path) == ()


SECOND = FILE.partition("\n")[2]
WRONG = {
    "empty": ("", "it is empty", "Begin it with 'waivers:' and a list; see docs/waivers.md."),
    "no-mapping": ("- a\n", "line 1: it is no mapping", "Begin it with 'waivers:' and a list."),
    "another-key": (
        FILE + "waiver: 1\n",
        "line 8: 'waiver' is unknown here",
        "The one key of the file is 'waivers'.",
    ),
    "no-list": ("waivers: 3\n", "line 1: 'waivers' is no list", "Begin each waiver with '- operation:'."),
    "no-yaml": (
        "waivers: [\n",
        "line 2: it is no YAML: expected the node content, but found '<stream end>'",
        "Correct the YAML; see docs/waivers.md.",
    ),
    "deep": ("[" * 2000, "it is nested too deep", "Begin it with 'waivers:' and a list."),
    "text": ("waivers:\n  - all of them\n", "line 2: a waiver is no mapping", EVERY),
    "nobody": (FILE.replace("    who: ann\n", ""), "line 2: a waiver has no 'who'", EVERY),
    "no-kind": (FILE.replace("    kind: accepted-invalid\n", ""), "line 2: a waiver has no 'kind'", EVERY),
    "empty-reason": (FILE.replace("known", ""), "line 5: 'reason' is no text", EVERY),
    "misspelt": (FILE.replace("reason", "raeson"), "line 5: 'raeson' is no part of a waiver", EVERY),
    "twice-a-key": (
        FILE + "    who: bob\n",
        "line 8: 'who' stands twice",
        "Keep one of them.",
    ),
    "two-kinds": (
        FILE + "    grade: text\n",
        "line 8: a waiver has both 'kind' and 'grade'",
        "They mean the same; keep one.",
    ),
    "no-day": (
        FILE.replace("2027-03-31", "2027-02-30"),
        "line 7: 'until' is '2027-02-30', which is no day",
        "Write it as YYYY-MM-DD, e.g. 2027-03-31.",
    ),
    "forever": (
        FILE.replace("2027-03-31", "never"),
        "line 7: 'until' is 'never', which is no day",
        "Write it as YYYY-MM-DD, e.g. 2027-03-31.",
    ),
    "another-operation": (
        FILE.replace("operation: events:PutEvents", "operation: events:PutRule"),
        "line 4: 'constraint' 'events:PutEvents#/input/Entries/length/min' is not of the operation "
        "'events:PutRule'",
        "Copy the pointer from the report; it begins with the operation and '#'.",
    ),
    "same-twice": (
        FILE + SECOND,
        "line 8: accepted-invalid at events:PutEvents#/input/Entries/length/min is waived in line 2 too",
        "Keep one of the two.",
    ),
}


@pytest.mark.parametrize(("text", "problem", "remedy"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_with_its_line(tmp_path, text, problem, remedy):
    """Where, what and what to do; nothing is half read."""
    path = tmp_path / "waivers.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        read_waivers(path)
    assert (caught.value.where, caught.value.problem, caught.value.remedy) == (str(path), problem, remedy)


def test_a_missing_file_is_a_usage_error(tmp_path):
    """The flag is named."""
    with pytest.raises(UsageError, match="there is no such file\n  Correct --waivers"):
        read_waivers(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("identities", "today", "operations", "expected"),
    [
        ([WAIVER.identity], TODAY, None, "waived"),
        ([tuple(WAIVER.identity)], TODAY, {EVENTS}, "waived"),
        ([WAIVER.identity], date(2027, 4, 1), None, "expired"),
        ([], date(2027, 4, 1), set(), "expired"),
        ([], TODAY, None, "unused"),
        ([], TODAY, {EVENTS}, "unused"),
        ([], TODAY, {"sqs:SendMessage"}, None),
        ([(EVENTS, "crash", WAIVER.constraint)], TODAY, None, "unused"),
        ([(EVENTS, WAIVER.kind, f"{EVENTS}#/input/Entries/length/max")], TODAY, None, "unused"),
    ],
    ids=[
        "holds-on-its-last-day", "plain-tuples", "expired-though-needed", "expired-anywhere", "unused",
        "unused-of-what-ran", "not-run", "another-kind", "another-place",
    ],
)  # fmt: skip
def test_a_waiver_holds_expires_or_is_unused(identities, today, operations, expected):
    """Exactly one of the three, or nothing for an operation that was not looked at."""
    applied = apply_waivers([WAIVER], identities, today, operations)
    assert {name for name, value in applied._asdict().items() if value} == ({expected} if expected else set())
    assert (WAIVER.identity in applied.identities) == (expected == "waived")
