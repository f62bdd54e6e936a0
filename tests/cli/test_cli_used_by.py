"""``harness diff --used-by`` and ``--waivers``: what touches recordings, and what somebody accepted."""

from __future__ import annotations

import contextlib
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
    waived = [each for each in said["changes"] if "waived" in each]
    assert [each["pointer"] for each in waived] == ([] if failed else [gone["pointer"]])


def test_waivers_are_told_beside_every_form(recordings, tmp_path, capsys):
    """The other forms hold changes alone; what fails the exit code, and does not, is said on stderr."""
    _, everything = changes(capsys)
    (gone,) = [each for each in everything["changes"] if each["pointer"].endswith("#/input/EndpointId")]
    file = waivers(tmp_path / "waivers.yaml", gone, "2020-01-01")
    for form in (["--markdown"], ["--format", "api-changes"]):
        assert main(["diff", *sides(), "--waivers", file, *form, "--fail-on", "breaking"]) == 1
        shown = capsys.readouterr()
        assert "expired    1 waiver: renew or remove" in shown.err
        assert "expired" not in shown.out


def test_a_waiver_of_what_was_not_looked_at_is_not_called_unused(recordings, tmp_path, capsys):
    """By selectors, or because no recording shows it; a whole service is looked at with any of it."""
    other = {"operation": "supplychain:SendDataIntegrationEvent", "rule": "rule-removed"}
    other["pointer"] = f"{other['operation']}#/rules/x"
    whole = {"operation": "events", "rule": "auth-changed", "pointer": "events#/metadata/auth"}
    for waived, arguments, unused in (
        (other, [], 1),
        (other, ["events"], 0),
        (other, ["--used-by", str(recordings)], 0),
        (whole, ["events:PutEvents"], 1),
        (whole, ["--used-by", str(recordings)], 1),
    ):
        file = waivers(tmp_path / "waivers.yaml", waived, "2999-01-01")
        _, said = changes(capsys, "--waivers", file, *arguments)
        assert len(said["unused_waivers"]) == unused, (waived, arguments)


def test_nothing_is_the_same_where_everything_is_waived(tmp_path, capsys, monkeypatch):
    """The one change between the files and the model of the day."""
    monkeypatch.chdir(ROOT)
    one = sides()[0], sides()[0].replace("2025-05-28", "2021-03-02")
    path = tmp_path / "waivers.yaml"
    main(["diff", *one, "--json", "-"])
    found = json.loads(capsys.readouterr().out)["changes"]
    text = "".join(
        waivers(path, each, "2999-01-01") and path.read_text().removeprefix("waivers:\n") for each in found
    )
    path.write_text("waivers:\n" + text)
    assert main(["diff", *one, "--waivers", str(path)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert (
        f"CHANGED  0 breaking, 0 warning, 0 compatible; 1 operation compared; {len(found)} more waived" in out
    )


def test_the_changelog_form_and_markdown_tell_only_what_is_used(recordings, capsys):
    assert main(["diff", *sides(), "--used-by", str(recordings), "--format", "api-changes"]) in (0, 1)
    assert "EndpointId" not in capsys.readouterr().out
    main(["diff", *sides(), "--used-by", str(recordings), "--markdown"])
    out = capsys.readouterr().out
    assert "| harm | seen in |" in out
    assert "x.jsonl, interaction 1" in out
    assert "EndpointId" not in out


def test_recordings_that_show_nothing_of_the_old_side_are_refused(tmp_path, capsys, monkeypatch):
    """Nothing would have been held against them, which is no answer to whether an upgrade is safe."""
    monkeypatch.chdir(ROOT)
    made = boto3.client("sts", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with harness.use_cassette(tmp_path / "own/x.jsonl", mode="once", target="emulator"):
        made.get_caller_identity()
    own = tmp_path / "own"
    assert main(["diff", *sides(), "--used-by", str(own)]) == 2
    assert capsys.readouterr().err == (
        f"error: --used-by {own}: they show no operation that {sides()[0]} knows, so nothing was held "
        "against them\n  Name recordings of what the old side describes.\n"
    )


@pytest.mark.parametrize("length", [3, 2049], ids=["kept", "refused"])
def test_a_tighter_bound_says_whether_a_recorded_value_is_refused(tmp_path, capsys, monkeypatch, length):
    """2048 characters are the bound that came."""
    monkeypatch.chdir(ROOT)
    made = boto3.client("events", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    entry = {"Source": "shop", "DetailType": "sale", "Detail": "{}"}
    with harness.use_cassette(tmp_path / "own/x.jsonl", mode="all", target="emulator"):
        made.put_events(Entries=[{**entry, "Resources": ["a"]}])
        with contextlib.suppress(made.exceptions.ClientError):
            made.put_events(Entries=[{**entry, "Resources": ["a", "x" * length]}])
    arguments = ["diff", *reversed(sides()), "--used-by", str(tmp_path / "own")]
    assert main([*arguments, "--json", "-"]) == 1
    found = json.loads(capsys.readouterr().out)["changes"]
    (bound,) = [each for each in found if each["rule"] == "request-length-max-added"]
    assert bound["refused"] == (length > 2048)
    assert bound["evidence"].endswith("interaction 2" if length > 2048 else "interaction 1")
    assert all("refused" not in each for each in found if each["severity"] == "compatible")
    main(arguments)
    said = " ".join(capsys.readouterr().out.split())
    assert f"; {'a' if length > 2048 else 'no'} recorded value is refused" in said


def test_what_touches_nothing_is_not_called_the_same(recordings, capsys):
    """Something may have changed, and none of it was used."""
    newest, _ = sides()
    assert main(["diff", newest, newest, "--used-by", str(recordings)]) == 0
    assert capsys.readouterr().out.startswith("UNTOUCHED  0 breaking, 0 warning, 0 compatible; 1 operation ")
