"""What clients record through ``harness.use_cassette`` survives processes side by side, and kills.

The files alone are put to this test at its full length in ``test_recordings_survive.py``.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest
from client_process import entry

import harness
from harness.cassettes.stores import open_store

SCRIPT = Path(__file__).with_name("client_process.py")
ENDINGS = pytest.mark.parametrize("ending", [".jsonl", ".yaml"])


def amount(name, short, full):
    """A test at its short length, and at its full length where slow tests run."""
    return pytest.mark.parametrize(
        name, [pytest.param(short, id="short"), pytest.param(full, id="full", marks=pytest.mark.slow)]
    )


def started(path, name, first, count):
    command = [sys.executable, str(SCRIPT), str(path), name, str(first), str(count)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def go(*processes):
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()


def recorded(path):
    """Who made each recorded call as which, in the order of recording."""
    entries = [json.loads(part.request.body)["Entries"][0] for part in open_store(path).load().parts]
    return [(each["Source"], int(each["DetailType"])) for each in entries]


@ENDINGS
@amount("rounds", 1, 10)
def test_three_processes_lose_nothing(tmp_path, ending, rounds):
    """Three processes make twenty calls each into one cassette: sixty are there, and all are played."""
    path = tmp_path / f"x{ending}"
    for turn in range(rounds):
        processes = [started(path, f"{turn}{name}", 0, 20) for name in "abc"]
        go(*processes)
        for process in processes:
            process.communicate(timeout=120)
            assert process.returncode == 0
        expected = sorted((f"{turn}{name}", number) for name in "abc" for number in range(20))
        assert sorted(recorded(path)[60 * turn :]) == expected
    made = boto3.client("events", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with harness.use_cassette(path) as cassette:
        for name, number in recorded(path):
            made.put_events(Entries=[entry(name, number)])
    assert (cassette.played, cassette.unplayed) == (60 * rounds, ())


@ENDINGS
@amount("kills", 3, 50)
def test_a_kill_loses_at_most_the_call_that_was_being_made(tmp_path, ending, kills):
    """Every call that returned is there, in order, once; the next process goes on behind it."""
    path, chance, first = tmp_path / f"x{ending}", random.Random(11), 0
    for turn in range(kills):
        process = started(path, "a", first, 0)
        go(process)
        time.sleep(0.05 + chance.random() * 0.15)
        process.kill()
        confirmed = [int(line) for line in process.communicate(timeout=60)[0].split()]
        numbers = [number for _, number in recorded(path)] if path_exists(path) else []
        assert numbers == list(range(len(numbers)))
        told = confirmed[-1] + 1 if confirmed else first
        assert told <= len(numbers) <= told + 1, f"turn {turn}"
        first = len(numbers)
    assert first > 0


def path_exists(path):
    return open_store(path).exists()
