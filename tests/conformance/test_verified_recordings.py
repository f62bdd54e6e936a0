"""``harness replay --verify``: recorded requests sent again to real servers, sound or with a fault."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import botocore.exceptions
import pytest
import requests
from client_recordings import ENTRY, SERVICES, client, endpoint

import harness
from harness.cli.main import main
from harness.exchange import Response

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = str(ROOT / "contracts")
# One of each protocol that the installed release models, and a second one of two.
CALLS = 8 if "eventbridgev2" in SERVICES else 7


@pytest.fixture(autouse=True)
def credentials(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def recorded(tmp_path):
    """Calls of six protocols, an error among them, by a client."""
    path = tmp_path / "calls.yaml"
    with endpoint() as served, harness.use_cassette(path, mode="once"):
        client("events", served.url).put_events(Entries=[ENTRY, {**ENTRY, "Source": "é 🎈"}])
        client("apigateway", served.url).get_rest_apis()
        client("sts", served.url).get_caller_identity()
        client("ec2", served.url).describe_vpcs()
        s3 = client("s3", served.url)
        s3.put_object(Bucket="photos", Key="a b/ü.jpg", Body=b"\x00\xff")
        s3.list_buckets()
        if "eventbridgev2" in SERVICES:
            client("eventbridgev2", served.url).list_event_buses()
        with contextlib.suppress(botocore.exceptions.ClientError):
            client("events", served.url).put_events(Entries=[ENTRY] * 11)
    return path


def verify(served, *paths, **options):
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    return main(
        ["replay", "--verify", "--target", served.url, "--contracts", CONTRACTS, *flags, *map(str, paths)]
    )


def test_a_sound_server_answers_as_recorded(recorded, capsys):
    """Every protocol is sent again, freshly signed, and nothing differs by contract; nothing is written."""
    before = recorded.read_bytes()
    with endpoint() as served:
        assert verify(served, recorded) == 0
        assert served.count == CALLS + 1  # the first question is whether it is the harness's own emulator
        signed = [seen for seen in served.emulator.seen if seen.violations]
        assert len(signed) == 1  # the eleven entries, which the recording has as well
    shown = capsys.readouterr()
    assert shown.out == f"SAME  0 differences, no regression; {CALLS} cases compared\n"
    assert f"about to make {CALLS} requests to http://127.0.0.1:" in shown.err
    assert recorded.read_bytes() == before
    assert [path.name for path in recorded.parent.iterdir()] == ["calls.yaml"]


def spoiled(answer):
    """Leave the entries of PutEvents out of its answer."""
    document = json.loads(answer.body)
    if "Entries" not in document:
        return answer
    del document["Entries"]
    body = json.dumps(document).encode()
    return Response(answer.status, answer.headers.replacing("content-length", str(len(body))), body)


def test_a_server_with_a_fault_is_a_regression(recorded, capsys, tmp_path):
    """What it leaves out is found at its pointer; the JSON document says the same."""
    with endpoint() as served:
        sound = served.emulator.handle

        def handle(request):
            answer = sound(request)
            return spoiled(answer) if "PutEvents" in str(request.headers) else answer

        served.emulator.handle = handle
        assert verify(served, recorded, json=str(tmp_path / "found.json")) == 1
    out = capsys.readouterr().out
    assert "events:PutEvents#/output/Entries  case calls.yaml#1" in out
    assert out.endswith(f"DIFFERENT  1 difference, a regression; {CALLS} cases compared\n")
    document = json.loads((tmp_path / "found.json").read_text())
    assert document["summary"] == {"compared": CALLS, "differences": 1, "regression": True}
    assert [item["pointer"] for item in document["differences"]] == ["events:PutEvents#/output/Entries"]


def test_what_cannot_be_sent_is_counted_with_the_reason(tmp_path, capsys):
    """A request without its secret would be another one; what is no operation has no contract."""
    path = tmp_path / "mixed.jsonl"
    with endpoint() as served, harness.use_cassette(path, mode="once"):
        client("secretsmanager", served.url).create_secret(Name="db", SecretString="hunter2hunter2")
        requests.get(f"{served.url}/_harness/health", timeout=5)
        served.fail(500, times=1)
        client("events", served.url, retries={"max_attempts": 2, "mode": "standard"}).put_events(
            Entries=[ENTRY]
        )
    with endpoint() as served:
        assert verify(served, path) == 0
        assert served.count == 2  # the first question is whether it is the harness's own emulator
    shown = capsys.readouterr()
    assert shown.out.startswith("SAME  0 differences, no regression; 1 case")
    assert set(shown.err.splitlines()[1:]) == {
        "1 request was not sent: a later attempt of the same call was recorded",
        "1 request was not sent: they hold a secret that the recording does not have",
        "1 request was not sent: they are no operations of AWS",
    }


def test_recordings_of_runs_are_sent_by_case(capsys, tmp_path):
    """The repository's own recordings, faults of the wire included, at the embedded emulator."""
    place = ROOT / "cassettes" / "emulator" / "events"
    assert main(["replay", "--verify", "--target", "emulator", "--contracts", CONTRACTS, str(place)]) == 0
    shown = capsys.readouterr()
    assert shown.out == "SAME  0 differences, no regression; 233 cases compared\n"
    assert shown.err == ""


LIVE = (
    "requests to AWS change real resources and may cost money\n  "
    "Add --yes-live if you mean it; nothing was sent."
)
QUEUES = "https://sqs.us-east-1.amazonaws.com"
REFUSALS = {
    "target-alone": (
        ["--target", "emulator"], 2,
        "--target: a replay sends nothing\n  Add --verify to send the recorded requests again.",
    ),
    "verify-alone": (
        ["--verify"], 2, "--verify: there is nothing to ask\n  Name it with --target, e.g. a URL."
    ),
    "aws": (["--verify", "--target", "aws"], 2, f"--target aws: {LIVE}"),
    "aws-url": (["--verify", "--target", QUEUES], 2, f"--target {QUEUES}: {LIVE}"),
    "junit": (
        ["--verify", "--target", "emulator", "--junit", "x.xml"], 2,
        "--junit: a verification compares answers and judges none\n  Leave it out, or leave --verify out.",
    ),
    "missing": (
        ["--verify", "--target", "emulator", "nowhere.yaml"], 3,
        "nowhere.yaml: there is no such cassette\n"
        "  Record it with 'harness record', or name another directory.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "code", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(arguments, code, message, capsys):
    """Nothing is sent, and one sentence says why."""
    assert main(["replay", *arguments]) == code
    assert capsys.readouterr().err == f"error: {message}\n"


def test_a_client_that_recorded_the_emulator_is_answered_alike(tmp_path, capsys):
    """Recorded from the emulator and asked of it again: one emulator, contract files before the models."""
    path = tmp_path / "own.yaml"
    with harness.use_cassette(path, mode="once", target="emulator"):
        client("events", None).put_events(Entries=[ENTRY])
        client("sts", None).get_caller_identity()
    assert main(["replay", "--verify", "--target", "emulator", str(path)]) == 0
    assert capsys.readouterr().out == "SAME  0 differences, no regression; 2 cases compared\n"
