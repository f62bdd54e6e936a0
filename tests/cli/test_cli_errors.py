"""``harness errors`` as it is typed: tables, the document, exit codes, refusals."""

from __future__ import annotations

import json
import sys

import pytest

from harness.cli.main import main

PINNED = {
    "sdk", "operation", "error", "code", "status", "class", "modelled", "fault", "attempts", "retry_mode",
}  # fmt: skip
OPERATION = "connectparticipant:SendEvent"


def test_one_line_for_each_error_and_the_pinned_rows(capsys, tmp_path):
    """80 columns on stdout, talk on stderr, the document in the file; nothing to compare is exit 0."""
    path = tmp_path / "matrix.json"
    assert main(["errors", OPERATION, "--json", str(path)]) == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert lines[0] == OPERATION
    assert max(len(line) for line in lines) <= 80
    assert sum(line.startswith("ValidationException ") for line in lines) == 1
    assert shown.err.splitlines()[-1] == f"wrote {path}"
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["format"] == 1
    assert document["findings"] == []
    assert all(row.keys() >= PINNED for row in document["rows"])
    assert lines[-1] == f"SHOWN  {len(document['rows'])} rows of 1 SDK"


def test_the_document_alone_on_stdout(capsys):
    """``--json -`` moves the tables to stderr."""
    assert main(["errors", OPERATION, "--json", "-"]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["sdks"][0]["sdk"].startswith("botocore==")
    assert f"{OPERATION}\n" in shown.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--sdk", "boto==1"],
            "error: --sdk boto==1: names no botocore release\n  Write it like --sdk botocore==1.44.5.\n",
        ),
        (
            ["evnts:PutEvents"],
            "error: evnts:PutEvents: there is no service 'evnts'\n  Did you mean events",
        ),
        (
            ["events:PutEvent"],
            "error: events:PutEvent: events has no operation 'PutEvent'\n  Did you mean PutEvents or ",
        ),
        (
            ["--fail-on", "awful"],
            "error: harness errors: Invalid value for '--fail-on': 'awful' is not one of ",
        ),
        (["--json", "/"], "error: --json /: is a directory\n  Name a file in it.\n"),
    ],
    ids=["no-botocore", "service", "operation", "severity", "output"],
)
def test_a_slip_is_one_sentence(capsys, arguments, message):
    """Exit 2 before anything is installed or asked."""
    assert main(["errors", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith(message)
    assert shown.out == ""


def test_a_release_that_cannot_be_had_is_one_sentence(capsys, monkeypatch, tmp_path):
    """pip is really asked; without an index it finds nothing."""
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert main(["errors", OPERATION, "--sdk", "botocore==99.0.0"]) == 3
    shown = capsys.readouterr()
    assert shown.err == (
        f"botocore==99.0.0: installing it into {tmp_path / 'sdk'}, once\n"
        f"error: botocore==99.0.0: the release is not in the cache {tmp_path / 'sdk'} and could not be "
        "installed (the package registry does not answer)\n"
        "  Check the version and the network, then run it again.\n"
    )
    assert shown.out == ""


def test_a_broken_environment_is_one_sentence(capsys, monkeypatch, tmp_path):
    """Exit 3, which release, where it lies."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    folder = tmp_path / "sdk" / f"botocore-1.2.3-py{python}"
    (folder / "botocore").mkdir(parents=True)
    (folder / "botocore" / "__init__.py").write_text("import no_such_module\n")
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    assert main(["errors", OPERATION, "--sdk", "botocore==1.2.3"]) == 3
    shown = capsys.readouterr()
    assert shown.err.partition("retry modes\n")[2] == (
        "error: botocore==1.2.3: the probe ended early (exit 1): "
        "ModuleNotFoundError: No module named 'no_such_module'\n"
        f"  If this release works under Python {python}, delete {folder}; it is made again.\n"
    )
    assert shown.out == ""
