"""run, record, replay and compare as a script sees them: exit codes, stdout, stderr, files."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

ROOT = Path(__file__).resolve().parents[2]
SELECTOR = "connectparticipant:SendEvent"


def harness(*arguments, cwd=ROOT, **environment):
    """Run the command in a process of its own, with only the variables named here beside the system's."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HARNESS_")}
    clean |= {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"} | environment
    command = [sys.executable, "-m", "harness", *arguments]
    return subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, timeout=240)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """One recorded smoke run with all its files."""
    place = tmp_path_factory.mktemp("recorded")
    done = harness(
        "record", SELECTOR, "--depth", "smoke", "--record", "cassettes", "--json", "out/run.json",
        "--junit", "out/run.xml", "--freeze", "cases.json", cwd=place,
    )  # fmt: skip
    return place, done


def test_a_run_against_the_emulator_is_as_contracted(recorded):
    """Exit 0; the summary on stdout, the talk on stderr, no bar and no colours in a pipe."""
    _, done = recorded
    assert done.returncode == 0, done.stderr
    assert "\nPASSED  as contracted; " in done.stdout
    assert done.stderr == ("wrote out/run.json\nwrote out/run.xml\nwrote cassettes\nwrote cases.json\n")
    assert "\x1b" not in done.stdout


def test_the_files_hold_the_pinned_keys(recorded):
    """--json and --junit tell the same story as the summary."""
    place, _ = recorded
    document = json.loads((place / "out/run.json").read_text())
    assert document["format"] == 1
    assert {"operations", "cases", "findings", "validators_run", "refused_by_state", "seed"} <= set(
        document["summary"]
    )
    assert {"constraints", "inside", "outside", "missed"} <= set(document["coverage"])
    suites = Xml.parse(place / "out/run.xml").getroot()
    assert suites.get("tests") == str(document["summary"]["cases"])
    assert suites.get("failures") == "0"


def test_a_recording_lies_where_others_look_for_it(recorded):
    """cassettes/<target>/<service>/<Operation>/<version>.yaml."""
    place, _ = recorded
    files = [path.relative_to(place) for path in (place / "cassettes").rglob("*.yaml")]
    assert [path.parent.as_posix() for path in files] == ["cassettes/emulator/connectparticipant/SendEvent"]


def test_a_replay_finds_what_the_run_found(recorded):
    """The same cases and verdicts, without a network."""
    place, _ = recorded
    done = harness("replay", "--json", "-", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "PASSED" in done.stderr
    again = json.loads(done.stdout)
    before = json.loads((place / "out/run.json").read_text())
    verdicts = [(item["case"], item["verdict"]) for item in before["results"]]
    assert [(item["case"], item["verdict"]) for item in again["results"]] == verdicts


def test_a_run_and_its_recording_are_the_same(recorded):
    """compare takes a run's JSON and a directory of cassettes."""
    place, _ = recorded
    done = harness("compare", "out/run.json", "cassettes", "--json", "differences.json", cwd=place)
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stdout.startswith("SAME  0 differences, no regression; ")
    assert json.loads((place / "differences.json").read_text())["differences"] == []


def test_frozen_cases_run_again(recorded):
    """--cases runs what --freeze wrote: the same ids."""
    place, _ = recorded
    done = harness("run", SELECTOR, "--cases", "cases.json", "--json", "-", cwd=place)
    assert done.returncode == 0, done.stderr
    before = json.loads((place / "out/run.json").read_text())
    ids = [item["case"] for item in before["results"]]
    assert [item["case"] for item in json.loads(done.stdout)["results"]] == ids


def test_options_from_elsewhere_are_said(tmp_path):
    """What a file or the environment decided is named on stderr, and in the command that runs again."""
    (tmp_path / "harness.toml").write_text("depth = 'smoke'\n")
    done = harness("run", SELECTOR, cwd=tmp_path, HARNESS_SEED="7")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "options: depth=smoke (harness.toml), seed=7 (HARNESS_SEED)\n"
    assert done.stdout.endswith(f"again      harness run {SELECTOR} --depth smoke --seed 7\n")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


REFUSALS = {
    "bad-selector": (["run", "evnts"], 2, "events"),
    "bad-version": (["run", "events", "--version", "1999-01-01"], 2, "2025-05-28"),
    "bad-target": (["run", "--target", "ftp://x"], 2, "--target"),
    "live-without-consent": (["run", "--target", "aws"], 2, "--yes-live"),
    "nobody-there": (["run", "events", "--target", f"http://127.0.0.1:{free_port()}"], 3, "correct the URL"),
    "no-baseline": (["run", "--baseline", "none.yaml"], 2, "--update-baseline"),
    "no-recording": (["replay", "nowhere"], 3, "record"),
    "no-run-to-compare": (["compare", "a.json", "b.json"], 2, "--json"),
    "no-case": (["run", SELECTOR, "--case", "nosuchcase"], 2, "--case"),
    "output-below-a-file": (["run", "--json", "file/x.json"], 2, "file/x.json"),
    "output-is-a-directory": (["run", "--junit", "."], 2, "--junit"),
    "record-into-a-file": (["run", "--record", "file"], 2, "--record"),
    "two-outputs-one-stdout": (["run", "--json", "-", "--junit", "-"], 2, "--junit"),
    "update-without-baseline": (["replay", "--update-baseline"], 2, "--baseline"),
    "bad-contract-file": (["lint", "broken.yaml"], 2, "broken.yaml"),
    "bad-source": (["import", "nosuch", "events:PutEvents"], 2, "botocore"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "hint"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_is_short_helpful_and_harmless(tmp_path, arguments, code, hint):
    """The pinned exit code, a sentence with a remedy, no traceback, nothing written."""
    (tmp_path / "file").write_text("kept")
    (tmp_path / "broken.yaml").write_text("format: 1\nservice: [\n")
    done = harness(*arguments, cwd=tmp_path)
    said = done.stderr + done.stdout
    assert done.returncode == code, said
    assert hint in said
    assert "Traceback" not in said
    assert "unexpected" not in said
    assert "error: " in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.yaml", "file"]
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.parametrize("damage", ["truncated", "emptied"])
def test_a_damaged_recording_is_refused_and_kept(recorded, tmp_path, damage):
    """Exit 3; the file stays as it was."""
    place, _ = recorded
    original = next((place / "cassettes").rglob("*.yaml"))
    cassette = tmp_path / "cassettes" / original.relative_to(place / "cassettes")
    cassette.parent.mkdir(parents=True)
    content = original.read_bytes()
    cassette.write_bytes(content[: len(content) // 2] if damage == "truncated" else b"")
    before = cassette.read_bytes()
    done = harness("replay", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert done.stderr.startswith("error: cassettes/emulator/")
    assert "Traceback" not in done.stderr
    assert cassette.read_bytes() == before


def test_an_interrupt_ends_a_run_with_what_is_done():
    """Ctrl-C: the summary of what was judged so far, exit 3, no traceback."""
    command = [sys.executable, "-m", "harness", "run", "iot-managed-integrations", "--depth", "deep"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        time.sleep(5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 3, err
    assert "INTERRUPTED" in out or "interrupted" in err
    assert "Traceback" not in err


INTERRUPTED_IN_A_CALLBACK = """
import gc, os, signal, sys, threading
from harness.cli.main import main

def callback(phase, info):
    if due.is_set():
        due.clear()
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):  # here it is raised, and Python has to forget it
            pass

due = threading.Event()
timer = threading.Timer(3, due.set)
timer.daemon = True
timer.start()
gc.callbacks.append(callback)
sys.exit(main(["run", "iot-managed-integrations", "--depth", "deep"]))
"""


def test_an_interrupt_that_python_has_to_forget_comes_again():
    """Inside a callback of the garbage collector nothing can be raised; the run ends all the same."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_IN_A_CALLBACK],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 3, done.stderr
    assert "INTERRUPTED" in done.stdout or "interrupted" in done.stderr
    assert "Exception ignored" not in done.stderr
    assert "Traceback" not in done.stderr
