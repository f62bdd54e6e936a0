"""``harness diff --used-by`` and ``--waivers``: what touches recordings, and what somebody accepted."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest

import harness
from harness.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
EVENTS = "contracts/events/PutEvents"


@pytest.fixture
def recordings(tmp_path, monkeypatch):
    """A client that sends one entry with a source and nothing else that is optional."""
    monkeypatch.chdir(ROOT)
    made = boto3.client("events", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with harness.use_cassette(tmp_path / "own/x.jsonl", mode="once", target="emulator"):
        made.put_events(Entries=[{"Source": "shop", "DetailType": "sale", "Detail": "{}"}])
    return tmp_path / "own"


def versions():
    return sorted(path.name for path in (ROOT / EVENTS).glob("*.yaml"))


def sides():
    """The newest contract first: going back takes members away."""
    names = versions()
    return f"{EVENTS}/{names[-1]}", f"{EVENTS}/{names[0]}"


def changes(capsys, *arguments):
    code = main(["diff", *sides(), "--json", "-", *arguments])
    return code, json.loads(capsys.readouterr().out)


def test_only_what_the_recordings_touch_is_told(recordings, capsys):
    _, everything = changes(capsys)
    code, used = changes(capsys, "--used-by", str(recordings))
    assert 0 < len(used["changes"]) < len(everything["changes"])
    gone = [each["pointer"] for each in everything["changes"] if each["rule"] == "request-member-removed"]
    assert "events:PutEvents#/input/EndpointId" in gone
    assert "events:PutEvents#/input/EndpointId" not in [each["pointer"] for each in used["changes"]]
    assert {each["evidence"] for each in used["changes"]} == {f"{recordings}/x.jsonl, interaction 1"}
    assert used["summary"]["used"] == 1
    assert code == 0 or any(each["severity"] == "breaking" for each in used["changes"])


def test_a_folder_without_recordings_is_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert main(["diff", *sides(), "--used-by", str(tmp_path / "none")]) == 3
    assert "none: there is no such directory" in capsys.readouterr().err


def waivers(path, change, until):
    path.write_text(
        "waivers:\n"
        f"- operation: {change['operation']}\n"
        f"  kind: {change['rule']}\n"
        f"  constraint: {change['pointer']}\n"
        "  reason: nobody sends it\n"
        "  who: jane@example.com\n"
        f"  until: {until}\n"
    )
    return str(path)


@pytest.mark.parametrize(("until", "failed"), [("2999-01-01", False), ("2020-01-01", True)])
def test_a_waived_change_does_not_fail_until_its_day(recordings, tmp_path, capsys, until, failed):
    _, everything = changes(capsys)
    (gone,) = [each for each in everything["changes"] if each["pointer"].endswith("#/input/EndpointId")]
    file = waivers(tmp_path / "waivers.yaml", gone, until)
    code = main(["diff", *sides(), "--waivers", file, "--json", str(tmp_path / "x.json")])
    said = json.loads((tmp_path / "x.json").read_text())
    others = [each for each in everything["changes"] if each["severity"] == "breaking" and each != gone]
    assert code == int(failed or bool(others))
    assert [each["who"] for each in said["expired_waivers" if failed else "waived"]] == ["jane@example.com"]
    assert ("expired" if failed else "waived") in capsys.readouterr().out
