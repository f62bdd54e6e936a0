"""What a run promises: the same seed is the same run, and a recording judges like the run that made it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import vcr

ROOT = Path(__file__).resolve().parents[2]

# An audit hook cannot be taken off again: whatever would touch a socket ends the process. urllib3, which
# botocore brings along, tries at its import whether the machine has IPv6; that is out of the way before.
CUT_NETWORK = """
import sys
import urllib3

def cut(event, arguments):
    if event.startswith("socket."):
        raise SystemExit(f"the network was touched: {event} {arguments}")

sys.addaudithook(cut)
from harness.__main__ import main
sys.exit(main())
"""


def harness(*arguments, cut=False, seed="random"):
    """Run the command in a process of its own and give its exit code and talk."""
    start = ["-c", CUT_NETWORK] if cut else ["-m", "harness"]
    return subprocess.run(
        [sys.executable, *start, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=200,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": seed, "HOME": "/nonexistent"},
    )


def judged(report):
    """What a report says of every case: id, version and verdict, and every finding."""
    document = json.loads(report.read_text())
    verdicts = [
        (row["case"], row["operation"], row["version"], row["verdict"]) for row in document["results"]
    ]
    findings = [(row["id"], row["severity"], row["case"], row["seen"]) for row in document["findings"]]
    return verdicts, findings, document


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """One run of everything, recorded, with its report."""
    folder = tmp_path_factory.mktemp("recorded")
    report = folder / "run.json"
    done = harness("run", "--record", folder / "cassettes", "--json", report, "--seed", 7, seed="1")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "cassettes", report


def test_the_run_finds_nothing_and_misses_little(recorded):
    """No finding against the emulator; at most 3 % of the sides are out of the wire's reach, and listed."""
    _, _, document = judged(recorded[1])
    coverage, summary = document["coverage"], document["summary"]
    assert (summary["operations"], summary["findings"], summary["refused_by_state"]) == (4, 0, 0)
    assert summary["validators_run"] >= summary["cases"] > 1000
    sides = 2 * coverage["constraints"]
    assert coverage["inside"] + coverage["outside"] + len(coverage["missed"]) == sides
    assert len(coverage["missed"]) <= 0.03 * sides
    assert {row["reason"] for row in coverage["missed"]} == {
        "the URI has no form without its label",
        "the URI has no form with an empty label",
    }


def test_replay_judges_alike_with_the_network_cut(recorded, tmp_path):
    """The same cases, verdicts and coverage, and not one socket."""
    cassettes, report = recorded
    done = harness("replay", cassettes, "--json", tmp_path / "replay.json", cut=True)
    assert done.returncode == 0, done.stdout + done.stderr
    ran, replayed = judged(report), judged(tmp_path / "replay.json")
    assert sorted(replayed[0]) == sorted(ran[0])
    assert replayed[1] == ran[1]
    assert replayed[2]["coverage"] == ran[2]["coverage"]


def test_replay_judges_by_another_version(tmp_path):
    """Today's answers held against yesterday's contract: the new event type was not to be accepted."""
    recording = harness("record", "supplychain:SendDataIntegrationEvent", "--record", tmp_path / "today")
    assert recording.returncode == 0, recording.stderr
    report = tmp_path / "yesterday.json"
    done = harness("replay", tmp_path / "today", "--version", "2024-04-10", "--json", report, cut=True)
    assert done.returncode == 1, done.stdout
    _, findings, document = judged(report)
    assert "accepted-invalid@supplychain:SendDataIntegrationEvent#/input/eventType/enum" in {
        finding[0] for finding in findings
    }
    assert {version for row in document["findings"] for version in row["versions"]} == {"2024-04-10"}


def test_one_seed_is_one_run(recorded, tmp_path):
    """Another process with other hash seeds and two workers sends the same cases and judges alike."""
    again = harness("run", "--seed", 7, "--workers", 2, "--json", tmp_path / "again.json", seed="2")
    assert again.returncode == 0, again.stdout + again.stderr
    assert judged(tmp_path / "again.json")[:2] == judged(recorded[1])[:2]


def test_frozen_cases_are_the_same_cases(tmp_path):
    """--cases sends what --freeze wrote, whatever the generators would make by then."""
    operation = "supplychain:SendDataIntegrationEvent"
    frozen = tmp_path / "cases.json"
    first = harness("run", operation, "--freeze", frozen, "--json", tmp_path / "1.json")
    second = harness("run", "--cases", frozen, "--seed", 99, "--json", tmp_path / "2.json")
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert judged(tmp_path / "1.json")[0] == judged(tmp_path / "2.json")[0]


def test_shipped_recordings_are_as_contracted():
    """The repository's own cassettes are judged by its own contracts, offline."""
    done = harness("replay", cut=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "path", sorted((ROOT / "cassettes").rglob("*.yaml")), ids=lambda path: path.parent.name
)
def test_stock_vcrpy_opens_shipped_recordings(path):
    """Every interaction is there for stock vcrpy, request and response."""
    with vcr.use_cassette(str(path), record_mode="none") as cassette:
        assert len(cassette) > 50
        assert all(response["status"]["code"] for response in cassette.responses)


def test_compare_holds_runs_and_recordings_together(recorded, tmp_path):
    """A run equals its recording; another version's answers differ, and that is a regression."""
    cassettes, report = recorded
    same = harness("compare", report, cassettes)
    assert same.returncode == 0, same.stdout
    document = json.loads(report.read_text())
    row = next(row for row in document["results"] if row["outcome"]["code"] == "ValidationException")
    row["outcome"].update(status=500, code="InternalServerException", fault="server")
    (tmp_path / "changed.json").write_text(json.dumps(document))
    changed = harness("compare", report, tmp_path / "changed.json")
    assert changed.returncode == 1
    assert row["case"] in changed.stdout
    assert "InternalServerException" in changed.stdout
