"""The face of the command line: help, near misses, and the flags that other repositories rely on."""

from __future__ import annotations

import subprocess
import sys

import pytest

from harness.cli.cassette import COMMANDS as CASSETTE_COMMANDS
from harness.cli.main import COMMANDS, main

PINNED = {
    "run": (
        "--target", "--depth", "--seed", "--version", "--record", "--freeze", "--cases", "--baseline",
        "--update-baseline", "--workers", "--sample", "--protocol", "--json", "--junit", "--fail-on",
        "--yes-live", "--region", "--profile",
    ),
    "replay": ("--version", "--baseline", "--update-baseline", "--json", "--junit", "--fail-on"),
    "cassette lint": ("--stale", "--max-age", "--json"),
    "compare": ("--against", "--waivers", "--learn-noise", "--yes-live", "--json"),
    "serve": ("--host", "--port", "--version", "--credentials", "--validation-style"),
    "errors": ("--sdk", "--json", "--fail-on"),
    "import": ("--version", "--output"),
}  # fmt: skip


def test_help_names_every_command(capsys):
    """One line each, in the order of a day's work."""
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    listed = text.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in listed] == list(COMMANDS)


HEAVY = {"botocore", "deepdiff", "hypothesis", "pytest", "requests", "rich", "schemathesis", "vcr", "yaml"}
LOADED = (
    "import sys; from harness.cli.main import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
)


def test_help_comes_at_once():
    """``harness --help`` loads none of the packages that take long to load."""
    done = subprocess.run([sys.executable, "-c", LOADED], check=True, capture_output=True, text=True)
    assert "Commands:" in done.stdout
    assert HEAVY & set(done.stderr.split()) == set()


EVERY = (*COMMANDS, *(f"cassette {name}" for name in CASSETTE_COMMANDS))


@pytest.mark.parametrize("command", sorted(EVERY))
def test_every_command_explains_itself(capsys, command):
    """``--help`` of each command loads and shows its usage and, for the pinned ones, every pinned flag."""
    assert main([*command.split(), "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"Usage: harness {command} ")
    assert [flag for flag in PINNED.get(command, ()) if f"{flag} " not in text] == []


def test_without_a_command_there_is_help_and_a_usage_error(capsys):
    """Nothing was done, so the exit code says so."""
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("Usage: harness ")


def test_the_version(capsys):
    """``harness --version`` prints one line."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == "harness 0.1.0\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rnu"], "error: harness: No such command 'rnu'. Did you mean 'run'?\n  See 'harness --help'.\n"),
        (
            ["zzz"],
            "error: harness: No such command 'zzz'. Choose from run, record, replay, serve, compare, "
            "diff, errors, cassette, import, lint, show.\n  See 'harness --help'.\n",
        ),
        (
            ["serve", "--port", "x"],
            "error: harness serve: Invalid value for '--port': 'x' is not a valid integer.",
        ),
        (["record"], "error: harness record: Missing argument 'SELECTOR...'."),
        (["run", "--record"], "error: harness run: Option '--record' requires an argument."),
        (["run", "--workers", "0"], "error: --workers: 0 is too small\n  Give 1 or more.\n"),
    ],
    ids=["near-miss", "far-miss", "type", "missing", "record-has-a-value", "bound"],
)
def test_a_slip_is_one_sentence(capsys, arguments, message):
    """Exit 2, the place, the problem and where to look; nothing on stdout."""
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith(message)
    assert shown.out == ""


def test_an_unknown_flag_brings_the_nearest(capsys):
    """click's own words differ between releases; the suggestion is what counts."""
    assert main(["run", "--tagret", "x"]) == 2
    assert "--target" in capsys.readouterr().err


def test_a_fault_of_our_own_is_admitted_without_a_traceback(capsys, monkeypatch):
    """One sentence and how to report it; HARNESS_DEBUG=1 shows the rest."""
    monkeypatch.setitem(COMMANDS, "show", ("harness.cli.no_such_module", "broken"))
    monkeypatch.delenv("HARNESS_DEBUG", raising=False)
    assert main(["show", "events:PutEvents"]) == 3
    text = capsys.readouterr().err
    assert text == (
        "error: harness: an unexpected ModuleNotFoundError: No module named 'harness.cli.no_such_module'\n"
        "  This is a fault of the harness: please report it with what HARNESS_DEBUG=1 prints.\n"
    )
    monkeypatch.setenv("HARNESS_DEBUG", "1")
    assert main(["show", "events:PutEvents"]) == 3
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_a_closed_pipe_is_no_fault():
    """``harness show ... | head -1`` ends quietly."""
    program = f"{sys.executable} -m harness show iot-managed-integrations | head -1"
    done = subprocess.run(["/bin/sh", "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("iot-managed-integrations:")
    assert done.stderr == ""
