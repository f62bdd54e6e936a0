"""``harness errors`` as it is typed: tables, the document, exit codes, refusals."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

import pytest

from harness.cli.main import main
from harness.errors import UnfinishedError
from harness.probe.environments import Environment
from harness.probe.plan import Plan, plan_operations
from harness.probe.processes import Interpreters, ask
from harness.session.contracts import load_contracts

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
            "error: --sdk boto==1: names no botocore release\n"
            "  Write it like --sdk botocore==1.44.5, or --sdk botocore for the installed release.\n",
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
    folder = tmp_path / "sdk" / f"botocore-9.2.3-py{python}"
    model = folder / "botocore" / "data" / "sqs" / "2012-11-05" / "service-2.json"
    model.parent.mkdir(parents=True)
    model.write_text("{}")
    (folder / "botocore" / "__init__.py").write_text("import no_such_module\n")
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    assert main(["errors", OPERATION, "--sdk", "botocore==9.2.3"]) == 3
    shown = capsys.readouterr()
    assert shown.err.partition("retry modes\n")[2] == (
        "error: botocore==9.2.3: the probe ended early (exit 1): "
        "ModuleNotFoundError: No module named 'no_such_module'\n"
        f"  If this release works under Python {python}, delete {folder}; it is made again.\n"
    )
    assert shown.out == ""


def test_the_installed_release_goes_by_its_name(capsys, monkeypatch, tmp_path):
    """Nothing is fetched, and named twice, once by its number, it is asked once."""
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    number = f"botocore=={version('botocore')}"
    assert main(["errors", OPERATION, "--sdk", "botocore", "--sdk", number, "--json", "-"]) == 0
    assert [each["sdk"] for each in json.loads(capsys.readouterr().out)["sdks"]] == [number]
    assert not list(tmp_path.rglob("botocore"))


def test_very_many_probes_are_given_no_more_time_than_can_be_waited_for(monkeypatch):
    """The longest wait that the operating system takes is three weeks."""
    waited = []
    monkeypatch.setattr(
        Interpreters, "run", lambda *words: waited.append(words[-1]) or (1, b"", b"not asked")
    )
    probe = next(iter(plan_operations(load_contracts([OPERATION]))))
    many = Plan((probe,) * 100_000, {})
    with pytest.raises(UnfinishedError, match="not asked"):
        ask(Environment("botocore", None), many)
    assert waited == [7 * 24 * 3600]


WAIVER = """\
waivers:
  - operation: {operation}
    kind: changed-attempts
    constraint: {operation}#/errors/InternalException
    reason: Attempts do not matter to anybody here, and this line is much longer than a terminal is wide.
    who: ann@example.com
    until: {until}
"""


@pytest.mark.parametrize(("until", "code"), [("2999-01-01", 0), ("2020-01-01", 1)])
def test_a_waiver_of_an_operation_that_was_not_asked_is_not_called_unused(capsys, tmp_path, until, code):
    """Unless it has expired; no line is wider than a terminal, but for pointers, which are copied."""
    path = tmp_path / "waivers.yaml"
    path.write_text(WAIVER.format(operation="events:PutEvents", until=until))
    assert main(["errors", OPERATION, "--waivers", str(path)]) == code
    out = capsys.readouterr().out
    assert "unused" not in out
    assert ("expired    1 waiver" in out) == bool(code)
    assert max(len(line) for line in out.splitlines()) <= 80
