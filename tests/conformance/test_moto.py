"""A real emulator that others wrote: the run ends with findings that are its own, and without a traceback."""

import json
import socket
import subprocess
import sys
import time

import pytest

EVENTS = "events:PutEvents"

# Each was checked by hand against the contract: moto really accepts, refuses or answers so.
CHECKED = {
    f"accepted-invalid@{EVENTS}#/input/Entries/length/min",  # an empty batch is a success
    f"accepted-invalid@{EVENTS}#/input/Entries/member/TraceHeader/length/max",
    f"accepted-invalid@{EVENTS}#/input/Entries/member/EventBusName/length/min",
    f"accepted-invalid@{EVENTS}#/input/Entries/member/Resources/member/length/max",
    f"accepted-invalid@{EVENTS}#/input/EndpointId/pattern",
    f"wrong-entry-result@{EVENTS}#/rules/detail-is-json-object",  # arrays are taken for objects
    f"wrong-entry-result@{EVENTS}#/rules/aws-source-reserved",
    f"crash@{EVENTS}#/wire/malformed-json",  # an HTML page with status 500
    f"crash@{EVENTS}#/input/Entries/required",
}
# moto validates little and refuses nothing that is valid; these kinds would be ours to blame.
NEVER = {
    "rejected-valid",
    "response-type",
    "response-missing-member",
    "response-unknown-member",
    "not-idempotent",
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def moto():
    """moto's server in a process of its own: here its warnings would be errors, and change its answers."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()


def test_moto_is_judged_fairly(moto, tmp_path):
    """Findings, no traceback, and none of a kind that only a fault of ours could make."""
    report = tmp_path / "moto.json"
    done = subprocess.run(
        [sys.executable, "-m", "harness", "run", EVENTS, "--target", moto, "--json", str(report)],
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "requests to http://" in done.stderr  # said before the first is sent
    found = json.loads(report.read_text())["findings"]
    assert {finding["id"] for finding in found} >= CHECKED
    assert not {finding["kind"] for finding in found} & NEVER


def test_moto_and_the_emulator_are_held_together(moto, tmp_path):
    """compare emulator against moto: both get the same cases, every difference is graded, nothing fails."""
    report = tmp_path / "differences.json"
    done = subprocess.run(
        [sys.executable, "-m", "harness", "compare", "emulator", moto, EVENTS, "--json", str(report)],
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    document = json.loads(report.read_text())
    assert document["summary"]["compared"] > 200
    found = {(item["grade"], item["pointer"]) for item in document["differences"]}
    # moto takes what the contract refuses, and a source that is reserved; it has other words for the rest.
    assert found >= {
        ("status-class", f"{EVENTS}#/status"),
        ("value", f"{EVENTS}#/output/FailedEntryCount"),
        ("member", f"{EVENTS}#/output/Entries/member/ErrorCode"),
        ("text", f"{EVENTS}#/errors/message"),
    }
    assert "missing-case" not in {grade for grade, _ in found}  # both were sent the same
    assert ("value", f"{EVENTS}#/output/Entries/member/EventId") not in found  # volatile by contract
