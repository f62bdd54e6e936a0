"""What README and docs tell people to type does what they say.

Fenced ``sh`` blocks are run, in order, page by page, in a copy of the repository's data. The info string of
a block says what else there is to know: ``background`` (a server, up for the rest of the page), ``exit=N``,
``twice``, ``install`` (sets a machine up: ``.ci/run`` runs that very line), ``network`` (only its flags are
checked).
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest

from harness.cases.verdict import SEVERITY_OF
from harness.cli.cassette import COMMANDS as CASSETTE_COMMANDS
from harness.cli.main import COMMANDS, harness, main
from harness.wire import PROTOCOLS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLE_PORT = "4571"


def blocks(page, language):
    """List the info string and the text of every block in a language."""
    text = page.read_text(encoding="utf-8")
    return [(info.strip(), body) for found, info, body in BLOCK.findall(text) if found == language]


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def workshop(tmp_path):
    """A copy of the repository's data, and an environment in which ``harness`` is this interpreter's."""
    place = tmp_path / "clone"
    place.mkdir()
    for name in ("contracts", "cassettes"):
        shutil.copytree(ROOT / name, place / name)
    commands = tmp_path / "bin"
    commands.mkdir()
    shim = commands / "harness"
    shim.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m harness "$@"\n')
    shim.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HARNESS_")}
    environment |= {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    return place, environment


def start(command, place, environment):
    """Start a server of a ``background`` block and wait until it says that it listens."""
    process = subprocess.Popen(
        ["/bin/sh", "-c", f"exec {command}"], cwd=place, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout.readline().startswith("listening on ")
    return process


def expected_code(info):
    found = re.search(r"exit=(\d)", info)
    return int(found[1]) if found else 0


def agree(shown, real):
    """Hold a shown output against a real one: ``...`` stands for left-out lines or the rest of a line."""
    position = 0
    for line in shown.splitlines():
        if line == "..." or not line:
            continue
        wanted = line.removesuffix(" ...")
        wanted = re.sub(r"\d+\.\d s$", "", wanted)
        while position < len(real) and not real[position].startswith(wanted):
            position += 1
        if position == len(real):
            return line
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_says_to_type_works(page, workshop, port):
    """Every block ends with the code the page says, and prints what the page shows."""
    place, environment = workshop
    servers, printed = [], ""
    try:
        for info, body in blocks(page, "sh"):
            script = body.replace(EXAMPLE_PORT, port)
            if "install" in info or "network" in info:
                continue
            if "background" in info:
                servers.append(start(script.strip(), place, environment))
                continue
            for _ in range(2 if "twice" in info else 1):
                done = subprocess.run(
                    ["/bin/bash", "-c", script if expected_code(info) else f"set -e\n{script}"],
                    cwd=place, env=environment, capture_output=True, text=True, timeout=280,
                )  # fmt: skip
                assert done.returncode == expected_code(info), script + done.stdout + done.stderr
                printed += done.stdout
    finally:
        for server in servers:
            server.send_signal(signal.SIGINT)
            server.communicate(timeout=30)
    for info, shown in blocks(page, "text"):
        if info == "output":
            assert agree(shown.replace(EXAMPLE_PORT, port), printed.splitlines()) is None, printed


def typed_commands():
    """Every ``harness ...`` line of every page, in whatever kind of block it stands."""
    for page in PAGES:
        text = "".join(body for _, _, body in BLOCK.findall(page.read_text(encoding="utf-8")))
        for line in text.replace("\\\n", " ").splitlines():
            for part in (
                line.split("#")[0].split("; ") if line.strip().startswith(("if ", "harness ")) else ()
            ):
                words = part.strip().removeprefix("then ").strip()
                if words.startswith("harness "):
                    yield pytest.param(words, id=f"{page.name}: {words[:60]}")


def command_named(words):
    """Find the command that words begin with, below a group too."""
    known = harness.get_command(click.Context(harness), words[0])
    return known.get_command(click.Context(known), words[1]) if isinstance(known, click.Group) else known


GROUPED = [f"cassette {name}" for name in CASSETTE_COMMANDS]
EVERY = [name for name in COMMANDS if name != "cassette"] + GROUPED


@pytest.mark.parametrize("command", list(typed_commands()))
def test_every_command_of_a_page_exists(command):
    """The command is there and knows every flag, those of commands that the tests cannot run included."""
    words = shlex.split(command)[1:]
    assert words[0] in COMMANDS
    known = command_named(words)
    flags = {flag for parameter in known.params for flag in parameter.opts}
    assert [word for word in words if word.startswith("--") and word not in flags] == []


def install_lines():
    return [body.strip() for info, body in blocks(ROOT / "README.md", "sh") if "install" in info]


def test_the_build_runs_the_very_line_of_the_readme():
    """``.ci/run`` calls the README's second command as it stands."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    main_job, tests = install_lines()
    assert tests in script
    assert main_job.endswith(".venv/bin/harness run")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_two_commands_stand_on_the_first_screen():
    """Nobody scrolls for them."""
    first_screen = "\n".join(README.splitlines()[:24])
    assert all(line in first_screen for line in install_lines())


def rows_of(heading):
    """Read the rows of the table below a heading, cells stripped."""
    section = README.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines
    ]


@pytest.mark.parametrize("command", EVERY)
def test_the_table_of_options_says_what_help_says(capsys, command, monkeypatch):
    """Flags, values, defaults and meanings, for every command and in both directions."""
    monkeypatch.setenv("COLUMNS", "300")
    assert main([*command.split(), "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    rows = [row for row in rows_of("Options") if command in row[1].split(", ")]
    documented = [row[0].strip("`").split()[0] for row in rows]
    known = command_named(command.split())
    offered = [option.opts[0] for option in known.params if isinstance(option, click.Option)]
    assert documented == offered
    for spelling, _, default, meaning in rows:
        flag, _, value = spelling.strip("`").partition(" ")
        shown = f"{flag} [{value}]" if "|" in value and f"[{value}]" in text else f"{flag} {value}".strip()
        assert f"{shown} {meaning}" in text
        if default:
            assert f"{meaning} [default: {default.strip('`')}]" in text


def test_the_table_of_kinds_is_the_table_of_the_code():
    """Kinds and severities, in the same order."""
    documented = [(kind.strip("`"), severity) for kind, severity, _ in rows_of("Kinds of finding")]
    assert documented == list(SEVERITY_OF.items())


def test_the_protocols_are_those_of_the_code():
    """What is not spoken is not promised."""
    line = next(line for line in README.splitlines() if "Protocols spoken:" in line)
    assert re.findall(r"`([\w-]+)`", line) == list(PROTOCOLS)


def test_the_plugin_example_passes(tmp_path):
    """The README's Python block is a test file that works."""
    ((_, example),) = blocks(ROOT / "README.md", "python")
    (tmp_path / "test_example.py").write_text(example)
    installed = [entry.value for entry in importlib.metadata.entry_points(group="pytest11")]
    plugin = [] if "harness.pytest_plugin" in installed else ["-p", "harness.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, "test_example.py"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_the_example_of_a_recorded_client_works(tmp_path):
    """The Python block of the page on clients is a script that works; the second time it only plays."""
    ((_, example),) = blocks(ROOT / "docs/clients.md", "python")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "AWS_EC2_METADATA_DISABLED": "true"}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", example],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["orders.yaml"]


def test_every_link_of_a_page_leads_somewhere():
    """Relative links name files that exist."""
    missing = [
        f"{page.name}: {link}"
        for page in [*PAGES, ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md"]
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert missing == []
