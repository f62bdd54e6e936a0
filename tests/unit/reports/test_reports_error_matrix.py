"""The matrix on paper: one line for what all versions say, words for what changes."""

from __future__ import annotations

import io
import json

import pytest

from harness.compare.error_matrix import Matrix, Row, compare
from harness.reports.error_matrix import matrix_document, write_matrix
from harness.reports.lines import console_for

OLD, NEW = "botocore==1.20.18", "botocore==1.44.5"


def rows(sdk, default, **given):
    usual = {
        "operation": "events:PutEvents", "error": "InternalException", "code": "InternalException",
        "wire_code": "InternalException", "status": 500, "class_": "InternalException", "modelled": True,
        "fault": "server", "source": "declared",
    }  # fmt: skip
    attempts = {"legacy": 5, "standard": 3, "adaptive": 3, "default": default}
    return [
        Row(sdk, retry_mode=mode, attempts=count, **{**usual, **given}) for mode, count in attempts.items()
    ]


ABSENT = Row(OLD, "supplychain:Send", None, class_="absent", message="the SDK does not have this service")
UNREADABLE = {
    "error": "html-200", "code": None, "wire_code": None, "status": None, "class_": "Parser\x1b[31mError",
    "modelled": False, "fault": None, "source": "wire",
}  # fmt: skip


def matrix(found, sdks):
    modes = {OLD: "legacy", NEW: "standard"}
    return Matrix(sdks, {sdk: modes[sdk] for sdk in sdks}, tuple(found), compare(found, sdks))


def written(found, sdks, fail_on="low"):
    stream = io.StringIO()
    write_matrix(matrix(found, sdks), fail_on, console_for(stream))
    return stream.getvalue()


def test_one_version_is_shown():
    """No column for the SDK, nothing compared."""
    text = written(rows(NEW, 3), (NEW,))
    assert text == (
        "events:PutEvents\n"
        "error                         code http class fault  l s a d\n"
        "────────────────────────────────────────────────────────────\n"
        "InternalException             =    500  =     server 5 3 3 3\n"
        "\n"
        "'=': what the answer says. Code 'status': the SDK fills in the HTTP status.\n"
        "Right: attempts by retry mode, legacy, standard, adaptive, default. The default:\n"
        "1.44.5 standard.\n"
        "\n"
        "SHOWN  4 rows of 1 SDK\n"
    )


def test_versions_that_say_the_same_share_a_line_and_changes_are_words():
    """Absent operations are named; what fails is counted; an answer's control characters do nothing."""
    old = [*rows(OLD, 5), *rows(OLD, 5, **UNREADABLE), ABSENT]
    text = written([*old, *rows(NEW, 3), *rows(NEW, 5, **UNREADABLE)], (OLD, NEW))
    assert "InternalException             1.20.18 =    500  =" in text
    assert "html-200                      all     -    -    Parser\\x1b[" in text
    assert "supplychain:Send\n  absent  botocore==1.20.18\n" in text
    assert "  low     1.44.5: changed-attempts from 5 to 3 (default): InternalException\n" in text
    assert text.endswith("\nCHANGED  1 change at low or above; 16 rows of 2 SDKs\n")
    assert "\x1b" not in text


@pytest.mark.parametrize(("fail_on", "ending"), [
    ("low", "CHANGED  1 change at low or above; 8 rows of 2 SDKs\n"),
    ("medium", "SAME  0 changes at medium or above; 8 rows of 2 SDKs\n"),
])  # fmt: skip
def test_only_what_is_bad_enough_fails(fail_on, ending):
    """The line at the end goes with the exit code."""
    assert written([*rows(OLD, 5), *rows(NEW, 3)], (OLD, NEW), fail_on).endswith(ending)


def test_a_class_of_its_own_is_told_once_for_all_errors():
    """Errors that change alike stand in one line."""
    names = ("AException", "BException")
    unknown = {"class_": "ClientError", "modelled": False}
    plain = [row for name in names for row in rows(OLD, 5, error=name, code=name, **unknown)]
    own = [row for name in names for row in rows(NEW, 5, error=name, code=name, class_=name)]
    text = written([*plain, *own], (OLD, NEW))
    assert (
        "  low     1.44.5: changed-class from ClientError to its own: AException,\n          BException\n"
        in text
    )


def test_the_worst_change_is_told_first():
    """What an ``except`` clause may no longer catch stands above what merely takes longer."""
    text = written([*rows(OLD, 5), *rows(NEW, 3, code="Other", class_="ClientError")], (OLD, NEW))
    told = [line.split()[0] for line in text.splitlines() if " 1.44.5: changed-" in line]
    assert told == ["high", "high", "low"]


def test_the_document_spells_the_pinned_keys():
    """``class``, not a Python word for it."""
    document = json.loads(json.dumps(matrix_document(matrix([*rows(OLD, 5), *rows(NEW, 3)], (OLD, NEW)))))
    assert document["format"] == 1
    assert document["sdks"] == [
        {"sdk": OLD, "default_retry_mode": "legacy"}, {"sdk": NEW, "default_retry_mode": "standard"},
    ]  # fmt: skip
    assert document["rows"][0]["class"] == "InternalException"
    assert document["findings"] == [
        {
            "id": "changed-attempts@events:PutEvents#/errors/InternalException",
            "operation": "events:PutEvents", "kind": "changed-attempts", "error": "InternalException",
            "severity": "low",
            "changes": [{"old_sdk": OLD, "new_sdk": NEW, "old": 5, "new": 3, "retry_modes": ["default"],
                         "severity": "low"}],
        }
    ]  # fmt: skip
