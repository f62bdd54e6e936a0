"""Sweeps over what botocore models: no finding against the emulator, and one that was stopped goes on."""

import json
import signal
import subprocess
import sys
import time

from harness.importers.library import open_library

COMMAND = [sys.executable, "-m", "harness"]


def run(*arguments):
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=280)


def test_a_seeded_sample_of_everything_is_as_contracted(tmp_path):
    """Operations of every protocol, whole inputs and broken ones, without a finding that fails."""
    report = tmp_path / "all.json"
    flags = ["--sample", 250, "--seed", 3, "--depth", "smoke", "--workers", 2]
    done = run("run", "all", *flags, "--json", report)
    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads(report.read_text())
    assert document["summary"]["operations"] == 250
    assert document["summary"]["cases"] > 1000
    assert {finding["severity"] for finding in document["findings"]} <= {"note"}


def test_a_protocol_can_be_chosen(tmp_path):
    """The catalogue knows the protocol without loading a contract."""
    report = tmp_path / "query.json"
    done = run("run", "sns", "dynamodb", "--protocol", "query", "--depth", "smoke", "--json", report)
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(report.read_text())["coverage"]["operations"]
    assert {row["operation"].partition(":")[0] for row in results} == {"sns"}


def test_a_stopped_sweep_goes_on(tmp_path):
    """Interrupted it ends with what is done so far; taken up again it ends with all, each operation once."""
    journal = tmp_path / "journal.jsonl"
    flags = ["run", "ec2", "--depth", "smoke", "--resume", str(journal)]
    process = subprocess.Popen([*COMMAND, *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and (not journal.exists() or journal.read_bytes().count(b"\n") < 20):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "INTERRUPTED" in out
    noted = journal.read_bytes().count(b"\n") - 1
    assert 0 < noted < len(open_library().operations("ec2"))
    done = run(*flags, "--json", tmp_path / "whole.json")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads((tmp_path / "whole.json").read_text())["coverage"]["operations"]
    names = [row["operation"] for row in rows]
    assert len(names) == len(set(names)) == len(open_library().operations("ec2"))
    assert journal.read_bytes().count(b"\n") - 1 == len(names)


def test_an_unknown_service_gets_near_matches():
    """One sentence, and what may have been meant."""
    done = run("run", "dynamodbb", "--depth", "smoke")
    assert done.returncode == 2
    assert done.stderr.startswith("error: dynamodbb: there is no service 'dynamodbb'\n")
    assert "dynamodb" in done.stderr.splitlines()[1]
