"""serve, show, lint and import as a script sees them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from harness.cli.main import main

ROOT = Path(__file__).resolve().parents[2]


def test_serve_says_where_it_listens_and_stops_on_an_interrupt():
    """One line on stdout when ready; Ctrl-C is its normal end."""
    command = [sys.executable, "-m", "harness", "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        ready = process.stdout.readline()
        url = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", ready)[1]
        with urllib.request.urlopen(f"{url}/_harness/health", timeout=10) as answer:
            healthy = answer.status
        with urllib.request.urlopen(f"{url}/_harness/requests", timeout=10) as answer:
            requests = json.load(answer)["requests"]
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate(timeout=30)
    assert (healthy, requests, rest, process.returncode) == (200, [], "", 0), err
    assert "Traceback" not in err


def test_show_prints_the_contract(capsys):
    """Operation, constraints with pointers, errors, rules and versions."""
    assert main(["show", "events:PutEvents", "--contracts", str(ROOT / "contracts")]) == 0
    text = capsys.readouterr().out
    for line in (
        "events:PutEvents 2025-05-28",
        "  #/input/Entries/length/max  10",
        "  #/rules/total-size  documented",
    ):
        assert f"{line}\n" in text


def test_show_prints_every_version_when_asked(capsys):
    """``--version all`` prints them oldest first."""
    assert main(["show", "events:PutEvents", "--version", "all", "--contracts", str(ROOT / "contracts")]) == 0
    text = capsys.readouterr().out
    titles = re.findall(r"^events:PutEvents (\S+)$", text, re.MULTILINE)
    assert titles == ["2019-07-11", "2020-11-19", "2021-03-02", "2022-04-07", "2025-05-28"]


def test_the_shipped_contracts_are_clean(capsys):
    """``harness lint`` has nothing to say about the repository's own contracts."""
    assert main(["lint", str(ROOT / "contracts")]) == 0
    assert "0 errors" in (text := capsys.readouterr().out) or text == "no problems\n"


def test_import_writes_the_installed_operation(tmp_path, capsys):
    """One file for the operation; its path is the result."""
    arguments = [
        "import",
        "botocore",
        "sqs:SendMessage",
        "--version",
        "2024-01-01",
        "--output",
        str(tmp_path),
    ]
    assert main(arguments) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path == tmp_path / "sqs" / "SendMessage" / "2024-01-01.yaml"
    assert main(["lint", str(path)]) == 0
