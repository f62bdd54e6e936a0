"""``harness cassette``, ``replay --stale`` and ``record --stale`` as a script sees them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from harness.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
SELECTOR = "connectparticipant:SendEvent"
VERSION = "2024-01-12"
FILE = f"emulator/connectparticipant/SendEvent/{VERSION}.yaml"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A smoke recording of one operation."""
    place = tmp_path_factory.mktemp("recorded")
    assert main(["record", SELECTOR, "--depth", "smoke", "--record", str(place / "cassettes")]) == 0
    return place


@pytest.fixture
def place(recorded, tmp_path, monkeypatch):
    """A directory with that recording and contracts of its own, which is the current one."""
    shutil.copytree(recorded / "cassettes", tmp_path / "cassettes")
    shutil.copytree(ROOT / "contracts" / "connectparticipant", tmp_path / "contracts" / "connectparticipant")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def change(place, old, new):
    """Change the contract that the recording was made by."""
    path = place / "contracts" / "connectparticipant" / "SendEvent" / f"{VERSION}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def further_member(place):
    change(
        place,
        "      Id: {target: ChatItemId}\n",
        "      Id: {target: ChatItemId}\n      More: {target: ChatItemId}\n",
    )


def member_gone(place):
    change(place, "      AbsoluteTime: {target: Instant}\n", "")


def accepted(place):
    """How many answers of the recording are successes, and how many there are."""
    text = (place / "cassettes" / FILE).read_text()
    return text.count("code: 200\n"), text.count("    case: ")


def test_what_is_current_fits(place, capsys):
    """Exit 0, one line."""
    assert main(["cassette", "lint"]) == 0
    _, total = accepted(place)
    assert capsys.readouterr().out == (
        f"FITS  0 invalid, 0 changed, {total} current in 1 file; the oldest 0 days old\n"
    )


@pytest.mark.parametrize(
    ("policy", "code", "word"), [("warn", 0, "FITS"), ("ignore", 0, "FITS"), ("fail", 1, "STALE")]
)
def test_a_changed_contract_fails_when_that_is_asked_for(place, capsys, policy, code, word):
    """What still fits is told apart and fails with --stale fail only."""
    further_member(place)
    assert main(["cassette", "lint", "--stale", policy]) == code
    _, total = accepted(place)
    out = capsys.readouterr().out
    assert out.startswith(f"cassettes/{FILE}  {SELECTOR}\n  changed   #1, #2, ")
    assert "\n    contract  connectparticipant:SendEvent#: the contract is not the one that it\n" in out
    assert f"\n{word}  0 invalid, {total} changed, 0 current in 1 file" in out
    assert max(map(len, out.splitlines()[1:])) <= 80


@pytest.mark.parametrize(("policy", "code"), [("warn", 1), ("fail", 1), ("ignore", 0)])
def test_what_no_longer_fits_fails(place, capsys, policy, code):
    """The invalid stand first, with the pointer, and the JSON document says the same."""
    member_gone(place)
    assert main(["cassette", "lint", "cassettes", "--stale", policy, "--json", "lint.json"]) == code
    good, total = accepted(place)
    out = capsys.readouterr().out
    assert out.splitlines()[1].startswith("  invalid   #")
    assert "response-unknown-member" in out
    document = json.loads((place / "lint.json").read_text())
    assert document["format"] == 1
    assert document["summary"] == {
        "invalid": good, "changed": total - good, "unchecked": 0, "current": 0, "too_old": 0, "unreadable": 0,
    }  # fmt: skip
    first = next(item for item in document["interactions"] if item["level"] == "invalid")
    assert first["file"] == f"cassettes/{FILE}"
    assert (first["operation"], first["against"], first["version"]) == (SELECTOR, "emulator", VERSION)
    assert first["reasons"][0] == {
        "kind": "response-unknown-member",
        "pointer": f"{SELECTOR}#/output/AbsoluteTime/unknown",
        "text": first["reasons"][0]["text"],
    }
    assert {"recorded_at", "botocore", "number", "case", "age"} <= set(first)


def test_age_is_counted(place, capsys):
    """--max-age fails with --stale fail, and is told otherwise."""
    path = place / "cassettes" / FILE
    path.write_text(re.sub(r"recorded_at: '\d{4}", "recorded_at: '2020", path.read_text()))
    assert main(["cassette", "lint", "--max-age", "30"]) == 0
    out = capsys.readouterr().out
    _, total = accepted(place)
    assert f"{total} current, {total} too old in 1 file" in out
    assert "days ago, and 30 are allowed" in out
    assert main(["cassette", "lint", "--max-age", "30", "--stale", "fail"]) == 1


def test_an_unreadable_file_is_told_and_the_others_are_linted(place, capsys):
    """Exit 3, whatever else was found."""
    cut = place / "cassettes" / "cut.yaml"
    cut.write_bytes((place / "cassettes" / FILE).read_bytes()[:900])
    assert main(["cassette", "lint"]) == 3
    shown = capsys.readouterr()
    assert re.fullmatch(
        r"UNREADABLE  0 invalid, 0 changed, \d+ current in 1 file, 1 more could not be\s+read; the .*\n",
        shown.out,
    )
    assert shown.err.startswith("error: cassettes/cut.yaml, line ")
    assert "is truncated: its last line is not 'version: 1'\n" in shown.err


def test_options_of_a_subcommand_stand_in_its_own_table(place, capsys):
    """``[cassette.lint]`` serves ``harness cassette lint`` alone."""
    (place / "harness.toml").write_text('[cassette.lint]\nstale = "fail"\nmax-age = 3\n')
    further_member(place)
    assert main(["cassette", "lint"]) == 1
    assert capsys.readouterr().err == (
        "options: stale=fail (harness.toml [cassette lint]), max-age=3 (harness.toml [cassette lint])\n"
    )
    assert main(["replay"]) == 0


def test_show_lists_and_stats_count(place, capsys):
    """One line for each recording; the documents have the same."""
    good, total = accepted(place)
    assert main(["cassette", "show", "--json", "rows.json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"cassettes/{FILE}"
    assert re.fullmatch(
        rf"    1  {SELECTOR}  200  \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d  emulator  case [0-9a-f]{{16}}"
        r"(  botocore [\d.]+)?  \d+\+\d+ bytes",
        lines[1],
    )
    assert lines[-1] == f"{total} recordings"
    rows = json.loads((place / "rows.json").read_text())
    assert rows["format"] == 1
    assert sum(row["status"] == 200 for row in rows["interactions"]) == good
    assert main(["cassette", "stats", "--json", "-"]) == 0
    numbers = json.loads(capsys.readouterr().out)
    assert (numbers["files"], numbers["interactions"], numbers["unkeyed"]) == (1, total, 0)
    assert numbers["operations"] == {SELECTOR: total}
    assert numbers["statuses"]["200"] == good
    assert numbers["targets"] == {"emulator": total}
    assert numbers["bytes"] == (place / "cassettes" / FILE).stat().st_size


def test_prune_drops_what_no_longer_fits(place, capsys):
    """Said one by one; the file is whole afterwards, and a replay judges what is left."""
    member_gone(place)
    good, total = accepted(place)
    before = (place / "cassettes" / FILE).read_bytes()
    assert main(["cassette", "prune", "cassettes", "--invalid", "--dry-run"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0] == f"would drop cassettes/{FILE} #1 {SELECTOR}"
    assert out[-1] == f"would drop {good} recordings"
    assert (place / "cassettes" / FILE).read_bytes() == before
    assert main(["cassette", "prune", "cassettes", "--invalid"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"dropped {good} recordings"
    assert accepted(place) == (0, total - good)
    assert main(["replay", "--stale", "ignore"]) == 0
    assert f"{total - good} cases of 1 operation" in capsys.readouterr().out


def test_prune_removes_a_file_of_which_nothing_is_left(place, capsys):
    """An empty recording would answer nothing and keep anything from being recorded."""
    assert (
        main(["cassette", "prune", "cassettes", "--operation", "connectparticipant", "--older-than", "0"])
        == 0
    )
    assert capsys.readouterr().out == "dropped 0 recordings\n"
    assert main(["cassette", "prune", "cassettes", "--operation", "connectparticipant:Send*"]) == 0
    assert f"removed cassettes/{FILE}: nothing is left of it\n" in capsys.readouterr().out
    assert not (place / "cassettes" / FILE).exists()


REFUSALS = {
    "prune-nothing": (
        ["prune", "cassettes"], 2,
        "prune: nothing says which recordings are to go\n  Give --operation, --older-than or --invalid.",
    ),
    "prune-unknown": (
        ["prune", "cassettes", "--operation", "s3"], 2,
        f"s3: no recording is of such an operation\n  There are {SELECTOR}.",
    ),
    "nowhere": (
        ["lint", "nowhere"], 3,
        "nowhere: there is no such cassette\n  Record it with 'harness record', or name another directory.",
    ),
    "empty": (
        ["stats", "contracts/empty"], 3,
        "contracts/empty: holds no recording\n"
        "  Record it with 'harness record', or name another directory.",
    ),
    "near-miss": (
        ["lnit"], 2, "harness cassette: No such command 'lnit'. Did you mean 'lint'?\n"
        "  See 'harness cassette --help'.",
    ),
    "overwrite": (
        ["convert", f"cassettes/{FILE}", "there.jsonl"], 2,
        "there.jsonl: is there already, and would be lost\n  Name another file, or add --force.",
    ),
    "ending": (
        ["convert", f"cassettes/{FILE}", "there.txt"], 2,
        "there.txt: no recording has the ending '.txt'\n  Use .yaml, .jsonl, .json or .har.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(place, capsys, arguments, code, message):
    """Nothing is changed, and one sentence says why."""
    (place / "contracts" / "empty").mkdir()
    (place / "there.jsonl").write_text("somebody's")
    before = (place / "cassettes" / FILE).read_bytes()
    assert main(["cassette", *arguments]) == code
    assert capsys.readouterr().err == f"error: {message}\n"
    assert (place / "cassettes" / FILE).read_bytes() == before
    assert (place / "there.jsonl").read_text() == "somebody's"


def test_convert_and_merge_keep_every_recording(place, capsys):
    """YAML to lines and back gives the same file; --force replaces, merging twice writes once."""
    _, total = accepted(place)
    file = f"cassettes/{FILE}"
    assert main(["cassette", "convert", file, "x.jsonl"]) == 0
    assert capsys.readouterr().out == f"wrote x.jsonl: {total} recordings\n"
    assert main(["cassette", "convert", "x.jsonl", "x.yaml"]) == 0
    assert (place / "x.yaml").read_bytes() == (place / file).read_bytes()
    assert main(["cassette", "convert", file, "x.jsonl", "--force"]) == 0
    capsys.readouterr()
    assert main(["cassette", "merge", "x.jsonl", "x.yaml", "both.yaml"]) == 0
    assert capsys.readouterr().out == f"wrote both.yaml: {total} recordings\n"
    for ending in ("har", "json"):
        assert main(["cassette", "convert", "x.yaml", f"x.{ending}"]) == 0
    assert main(["cassette", "stats", "x.har", "x.json", "--json", "stats.json"]) == 0
    assert json.loads((place / "stats.json").read_text())["interactions"] == 2 * total


@pytest.mark.parametrize(
    ("policy", "code", "told"), [("warn", 0, True), ("ignore", 0, False), ("fail", 1, True)]
)
def test_a_replay_tells_recordings_of_another_contract(place, capsys, policy, code, told):
    """Counted on stderr; judged all the same."""
    further_member(place)
    assert main(["replay", "--stale", policy]) == code
    _, total = accepted(place)
    shown = capsys.readouterr()
    assert f"PASSED  as contracted; {total} cases of 1 operation" in shown.out
    said = (
        f"stale: cassettes/{FILE}: {total} of {total} recordings of {SELECTOR} were made by another contract "
        f"than {VERSION} is now\n"
        f"stale: {total} recordings are of another contract\n"
        "  'harness cassette lint' says which no longer fit, 'harness record --stale' records them anew.\n"
    )
    assert shown.err == (said if told else "")


def test_record_stale_records_anew_only_what_is_stale(place, capsys):
    """Nothing stale: nothing is done. Then the changed operation alone, with the reason; then nothing."""
    other = "supplychain:SendDataIntegrationEvent"
    shutil.copytree(ROOT / "contracts" / "supplychain", place / "contracts" / "supplychain")
    assert main(["record", other, "--depth", "smoke"]) == 0
    (beside,) = (place / "cassettes" / "emulator" / "supplychain").rglob("*.yaml")
    capsys.readouterr()
    assert main(["record", "--stale"]) == 0
    assert capsys.readouterr().out == "nothing is stale below cassettes\n"
    untouched = beside.read_bytes()
    further_member(place)
    assert main(["record", "--stale", "--depth", "smoke"]) == 0
    shown = capsys.readouterr()
    assert shown.err == f"stale: cassettes/{FILE}: the contract changed\nwrote cassettes\n"
    assert "of 1 operation, seed 0" in shown.out
    assert "again      harness record --depth smoke --seed 0 --stale" in shown.out
    assert beside.read_bytes() == untouched
    assert main(["record", "--stale"]) == 0
    assert main(["cassette", "lint", "--stale", "fail"]) == 0


def test_record_stale_leaves_what_it_cannot_ask_for(place, capsys):
    """A recording of another target is named and left as it is."""
    shutil.move(place / "cassettes" / "emulator", place / "cassettes" / "127.0.0.1_9")
    file = FILE.replace("emulator", "127.0.0.1_9")
    path = place / "cassettes" / file
    path.write_text(path.read_text().replace("  target: emulator\n", "  target: 127.0.0.1_9\n"))
    before = path.read_bytes()
    further_member(place)
    assert main(["record", "--stale"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "nothing that can be recorded anew is stale below cassettes\n"
    assert shown.err == (
        f"stale: cassettes/{file}: the contract changed\n"
        "  left as it is: it was recorded against 127.0.0.1_9; name that with --target\n"
    )
    assert path.read_bytes() == before


def test_record_stale_refuses_a_selector_that_means_no_recording(place, capsys):
    """Else a slip of the pen would say that nothing is stale."""
    assert main(["record", "--stale", SELECTOR]) == 0
    capsys.readouterr()
    assert main(["record", "--stale", "events:PutEvent"]) == 2
    assert capsys.readouterr().err.startswith(
        "error: events:PutEvent: no recording is of such an operation\n"
    )
