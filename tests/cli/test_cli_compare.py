"""compare and waivers as a script sees them: sides, exit codes, exact words, files."""

from __future__ import annotations

import json
import re
import shutil
import socket
from pathlib import Path

import boto3
import pytest

from harness import use_cassette
from harness.cli.main import main
from harness.emulator.app import Emulator
from harness.emulator.server import EmulatorServer
from harness.importers.library import open_library

ROOT = Path(__file__).resolve().parents[2]
SELECTOR = "connectparticipant:SendEvent"
RULE = f"{SELECTOR}#/rules/content-type-supported"


@pytest.fixture
def harness(capsys, monkeypatch, tmp_path):
    """Run a command in an empty directory; returns its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = main([str(word) for word in words])
        done = capsys.readouterr()
        assert "Traceback" not in done.out + done.err
        return code, done.out, done.err

    return run


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def served(*operation):
    """Serve one operation, whoever signs."""
    server = EmulatorServer(Emulator((open_library().load(*operation),)).handle, "127.0.0.1", 0)
    server.start()
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def older():
    """An emulator of the version before read receipts."""
    yield from served("connectparticipant", "SendEvent", "2022-12-21")


@pytest.fixture(scope="module")
def events():
    """An emulator whose event ids differ from call to call."""
    yield from served("events", "PutEvents")


def differences(path):
    return [(item["grade"], item["pointer"]) for item in json.loads(Path(path).read_text())["differences"]]


SMOKE = ("--depth", "smoke")
SHOWN = {("status-class", f"{SELECTOR}#/status"), ("text", f"{SELECTOR}#/errors/message")}


@pytest.mark.parametrize("form", ["two-words", "against"])
def test_two_endpoints_get_the_same_cases(harness, older, form):
    """A newer emulator and an older one: what the older refuses, and nothing that both do alike."""
    sides = (
        ("emulator", older, SELECTOR) if form == "two-words" else ("emulator", SELECTOR, "--against", older)
    )
    code, out, err = harness("compare", *sides, *SMOKE, "--json", "d.json")
    assert code == 1
    assert re.fullmatch(rf"about to make at most \d+ requests to {older} for {SELECTOR}\n", err)
    assert set(differences("d.json")) == SHOWN
    assert re.search(r"^DIFFERENT  \d+ differences, a regression; \d+ cases compared$", out, re.MULTILINE)


def test_recordings_are_sent_again(harness, older):
    """The recorded cases, faults of the wire included, go to the endpoint as they were recorded."""
    shutil.copytree(ROOT / "cassettes/emulator/connectparticipant", "cassettes/emulator/connectparticipant")
    recorded = json.dumps(sorted(Path("cassettes").rglob("*.yaml"))[0].read_text().count("\n  request:"))
    code, out, _ = harness("compare", "cassettes", "emulator")
    assert (code, out) == (0, f"SAME  0 differences, no regression; {recorded} cases compared\n")
    code, _, _ = harness("compare", "cassettes", older, "--json", "d.json")
    assert code == 1
    assert set(differences("d.json")) >= SHOWN
    assert {grade for grade, _ in differences("d.json")} <= {"status-class", "error-code", "status", "text"}


def test_recordings_can_be_held_against_another_version(harness):
    """With --version both sides are read, and the emulator asked, at that version."""
    shutil.copytree(ROOT / "cassettes/emulator/connectparticipant", "cassettes/emulator/connectparticipant")
    older = "2022-12-21"
    code, _, _ = harness("compare", "cassettes", "emulator", "--version", older, "--json", "d.json")
    assert code == 1
    assert json.loads(Path("d.json").read_text())["summary"]["compared"] > 50
    assert set(differences("d.json")) >= SHOWN


def test_a_runs_cases_are_made_again_from_its_seed_and_depth(harness, older):
    """Only those that the run has answers to; errors on demand are no difference."""
    assert harness("run", SELECTOR, "--seed", 5, *SMOKE, "--json", "run.json")[0] == 0
    cases = len({row["case"] for row in json.loads(Path("run.json").read_text())["results"]})
    code, out, _ = harness("compare", "run.json", "emulator")
    assert (code, out) == (0, f"SAME  0 differences, no regression; {cases} cases compared\n")
    assert harness("compare", "run.json", older, "--json", "d.json")[0] == 1
    assert set(differences("d.json")) == SHOWN


@pytest.mark.parametrize(
    "words",
    [
        ("compare", "emulator", "URL", SELECTOR),
        ("compare", "URL", "emulator", SELECTOR),
        ("run", SELECTOR, "--target", "URL"),
        ("replay", str(ROOT / "cassettes/emulator/connectparticipant"), "--verify", "--target", "URL"),
    ],
    ids=["new-side", "old-side", "run", "verify"],
)
@pytest.mark.parametrize(
    "url",
    ["http://u:s3cr3t@example.invalid", "http://u:s3cr3t@127.0.0.1:1", "https://u:s3cr3t@sqs.amazonaws.com",
     "http://u:s3cr3t@:80x", "u:s3cr3t@example.invalid"],
    ids=["elsewhere", "loopback", "aws", "no-url", "no-scheme"],
)  # fmt: skip
def test_a_password_in_a_url_is_refused_and_not_shown(harness, words, url):
    """Before a word is said of what is about to be asked."""
    code, out, err = harness(*(url if word == "URL" else word for word in words))
    assert code == 2
    assert "s3cr3t" not in out + err


REFUSALS = {
    "nothing": (["compare"], 2, "error: harness compare: two sides are needed\n  See 'harness compare"),
    "one-side": (["compare", "emulator"], 2, "error: harness compare: two sides are needed\n  See"),
    "an-empty-side": (["compare", "emulator", ""], 2, "error: harness compare: two sides are needed\n  See"),
    "url-without-scheme": (
        ["compare", "emulator", "localhost:4571"],
        2,
        "error: localhost:4571: there is no such file\n  If it is an endpoint, write http://localhost:4571.\n",
    ),
    "live": (
        ["compare", "emulator", "aws", SELECTOR],
        2,
        "error: aws: requests to AWS change real resources and may cost money\n"
        "  Add --yes-live if you mean it; nothing was sent.\n",
    ),
    "live-by-url": (
        ["compare", "https://events.us-east-1.amazonaws.com", "emulator", SELECTOR],
        2,
        "error: https://events.us-east-1.amazonaws.com: requests to AWS change real resources and may cost "
        "money\n  Add --yes-live if you mean it; nothing was sent.\n",
    ),
    "noise-of-a-file": (
        ["compare", "run.json", "emulator", "--learn-noise"],
        2,
        "error: --learn-noise: run.json is a run, which cannot be asked again\n"
        "  Make the old side 'emulator', 'aws' or a URL.\n",
    ),
    "no-run": (
        ["compare", "none.json", "emulator"],
        2,
        "error: none.json: there is no such file\n  Name the file that 'harness run --json FILE' wrote.\n",
    ),
    "part-of-a-run": (
        ["compare", "part.json", "a.json"],
        2,
        "error: part.json: it holds 1 of 2 answers: "
        "a run of many operations keeps what is not as contracted\n"
        "  Record such runs with --record DIR, and compare the recordings.\n",
    ),
    "no-recording": (
        ["compare", "empty", "emulator"],
        3,
        "error: empty: holds no cassette\n  Record it with 'harness record', or name another directory.\n",
    ),
    "nobody-there": (["compare", "emulator", f"http://127.0.0.1:{free_port()}", SELECTOR], 3, "error: "),
    "nothing-in-common": (
        ["compare", "a.json", "b.json"],
        2,
        "error: a.json and b.json: no case was answered by both, so nothing was compared\n"
        "  Make both sides from the same operations, versions, depth and seed.\n",
    ),
    "no-waivers": (
        ["compare", "a.json", "a.json", "--waivers", "none.yaml"],
        2,
        "error: none.yaml: there is no such file\n"
        "  Correct --waivers, or write the file; see docs/waivers.md.\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message"), REFUSALS.values(), ids=REFUSALS)
def test_a_side_that_cannot_be_used_is_refused(harness, words, code, message):
    """Exit code and words, before anything is sent."""
    Path("empty").mkdir()
    for name, version in (("a", "2022-12-21"), ("b", "2019-11-21")):
        if name in " ".join(words):
            harness("run", SELECTOR, *SMOKE, "--version", version, "--json", f"{name}.json")
    if "part.json" in words:
        part = json.loads(Path("a.json").read_text())
        part["summary"]["cases"] = 2
        Path("part.json").write_text(json.dumps({**part, "results": part["results"][:1]}))
    found, out, err = harness(*words)
    assert (found, out) == (code, "")
    assert message in err


@pytest.mark.parametrize("command", ["compare", "replay"])
def test_a_recording_of_clients_says_what_can_be_done_with_it(harness, command):
    """It is whole, so nobody should delete it."""
    made = boto3.client("events", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with use_cassette("own/x.jsonl", mode="once", target="emulator"):
        made.put_events(Entries=[{"Source": "shop", "DetailType": "sale", "Detail": "{}"}])
    code, _, err = harness(command, "own/x.jsonl", *(["emulator"] if command == "compare" else []))
    assert (code, err) == (
        3,
        "error: own/x.jsonl: is a recording of a client: its interactions do not say which cases they "
        "answer\n"
        "  Play it with harness.use_cassette, or ask a target again with 'harness replay --verify'.\n",
    )


def test_noise_is_proposed_and_never_ignored(harness, events):
    """Lines to put under ``volatile:``; the differences are told all the same until a person did."""
    volatile = "volatile: [Entries/member/EventId]\n"
    for name in ("bare", "told"):
        shutil.copytree(ROOT / "contracts/events", f"{name}/events")
    path = Path("bare/events/PutEvents/2025-05-28.yaml")
    assert volatile in path.read_text()
    path.write_text(path.read_text().replace(volatile, ""))
    two, words = (
        ("compare", events, events),
        ("events:PutEvents", *SMOKE, "--learn-noise", "--json", "d.json"),
    )
    asked = (*two, *words)
    code, out, _ = harness(*asked, "--contracts", "bare")
    assert code == 1
    assert f"# {path}: review, then put under volatile:\n- Entries/member/EventId\n" in out
    assert set(differences("d.json")) == {("value", "events:PutEvents#/output/Entries/member/EventId")}
    (noise,) = json.loads(Path("d.json").read_text())["noise"]
    assert (noise["operation"], noise["files"]) == ("events:PutEvents", [str(path)])
    assert (noise["members"], noise["unsteady"]) == (["Entries/member/EventId"], [])
    code, out, _ = harness(*asked, "--contracts", "told")
    assert code == 0
    assert "# the old side answered twice alike: nothing to propose under volatile:\n" in out


# --- waivers ---------------------------------------------------------------------------------------


def waivers(*rows, until="2999-12-31"):
    """Write a waivers file of pairs of kind and pointer."""
    lines = ["waivers:"]
    for kind, pointer in rows:
        lines += [
            f"  - operation: {pointer.partition('#')[0]}",
            f"    kind: {kind}",
            f"    constraint: {pointer}",
        ]
        lines += ["    reason: known", "    who: ann", f"    until: {until}"]
    Path("waivers.yaml").write_text("\n".join(lines) + "\n")
    return ("--waivers", "waivers.yaml")


def test_a_waived_finding_is_listed_and_does_not_fail(harness, older):
    """run says so, with who and until; record and the replay of what was recorded too."""
    run = (SELECTOR, *SMOKE, "--target", older)
    assert harness("run", *run)[0] == 1
    flag = waivers(
        ("rejected-valid", RULE), ("crash", RULE), ("crash", "events:PutEvents#/wire/malformed-json")
    )
    for command in (("run", *run), ("record", *run), ("replay",)):
        code, out, _ = harness(*command, *flag, "--json", "run.json")
        assert code == 0, out
        assert f"waived     by 1 waiver\n  rejected-valid {RULE}\n    until 2999-12-31, ann: known\n" in out
        assert f"unused     1 waiver that matched nothing\n  crash {RULE}\n" in out
        assert "malformed-json" not in out  # that operation was not in the run
        document = json.loads(Path("run.json").read_text())
        assert [item["waived"] for item in document["findings"]] == [True]
        assert document["waived"] == [
            {
                "operation": SELECTOR, "kind": "rejected-valid", "constraint": RULE, "reason": "known",
                "who": "ann", "until": "2999-12-31",
            }
        ]  # fmt: skip
        assert [item["kind"] for item in document["unused_waivers"]] == ["crash"]


def test_an_expired_waiver_fails_by_itself(harness):
    """Even where nothing is wrong, and whatever operation it is of."""
    flag = waivers(("crash", "events:PutEvents#/wire/malformed-json"), until="2020-01-31")
    code, out, _ = harness("run", SELECTOR, *SMOKE, *flag)
    assert code == 1
    assert "expired    1 waiver: renew or remove, until then the exit code is 1\n" in out
    assert "FAILED  1 expired waiver; " in out
    assert harness("compare", "emulator", "emulator", SELECTOR, *SMOKE, *flag)[0] == 1


def test_what_is_waived_stays_out_of_the_baseline(harness, older):
    """A baseline would accept it for good."""
    run = ("run", SELECTOR, *SMOKE, "--target", older, "--baseline", "accepted.yaml")
    flag = waivers(("rejected-valid", RULE))
    assert harness(*run, *flag, "--update-baseline")[0] == 0
    assert RULE not in Path("accepted.yaml").read_text()
    assert harness(*run)[0] == 1
    assert harness(*run, "--update-baseline")[0] == 0
    assert RULE in Path("accepted.yaml").read_text()


def test_a_waived_finding_is_no_failure_for_build_servers(harness, older):
    """JUnit counts what fails."""
    run = ("run", SELECTOR, *SMOKE, "--target", older, "--junit", "run.xml")
    for flag, fails in (((), True), (waivers(("rejected-valid", RULE)), False)):
        harness(*run, *flag)
        assert (' failures="0" ' not in Path("run.xml").read_text()) is fails


def test_a_difference_is_waived_by_its_grade(harness, older):
    """A waived difference is no regression; it stays in the document, marked."""
    flag = waivers(("status-class", f"{SELECTOR}#/status"), ("order", f"{SELECTOR}#/output/Id"))
    code, out, _ = harness("compare", "emulator", older, SELECTOR, *SMOKE, *flag, "--json", "d.json")
    assert code == 0
    assert (
        f"waived     by 1 waiver\n  status-class {SELECTOR}#/status\n    until 2999-12-31, ann: known\n"
        in out
    )
    assert f"unused     1 waiver that matched nothing\n  order {SELECTOR}#/output/Id\n" in out
    assert re.search(
        r"^SAME  \d+ differences, no regression; \d+ cases compared; \d+ more waived$", out, re.MULTILINE
    )
    document = json.loads(Path("d.json").read_text())
    waived = {item["grade"] for item in document["differences"] if item.get("waived")}
    assert waived == {"status-class"}
    assert [item["kind"] for item in document["waived"]] == ["status-class"]
    assert document["summary"]["regression"] is False


def test_a_wrong_waivers_file_costs_no_run(harness):
    """Refused with its line before anything is done."""
    Path("waivers.yaml").write_text("waivers:\n  - operation: a:B\n")
    for command in (("run",), ("replay",), ("compare", "emulator", "emulator")):
        code, out, err = harness(*command, "--waivers", "waivers.yaml", "--json", "x.json")
        assert (code, out) == (2, "")
        assert err == (
            "error: waivers.yaml: line 2: a waiver has no 'kind'\n"
            "  Every waiver has operation, kind, constraint, reason, who and until; see docs/waivers.md.\n"
        )
        assert not Path("x.json").exists()
