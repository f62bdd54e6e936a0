"""Recordings survive kills, processes that record at once, damage, and stock vcrpy's company."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
import vcr.cassette
from recording_process import numbered
from vcr.serializers import jsonserializer, yamlserializer

from harness.cassettes.exchange_files import convert, write
from harness.cassettes.format import FORMAT, Head, exchange_of
from harness.cassettes.interface import Stored
from harness.cassettes.stores import open_store
from harness.errors import CassetteCorrupt

ENDINGS = pytest.mark.parametrize("ending", [".jsonl", ".yaml"])
SCRIPT = Path(__file__).with_name("recording_process.py")


def amount(name, short, full):
    """A test at its short length, and at its full length where slow tests run."""
    return pytest.mark.parametrize(
        name,
        [pytest.param(short, id="short"), pytest.param(full, id="full", marks=pytest.mark.slow)],
    )


def started(path, name, first, count, rounds):
    command = [sys.executable, str(SCRIPT), str(path), name, str(first), str(count), str(rounds)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def go(process):
    process.stdin.write("\n")
    process.stdin.flush()


def calls(path):
    return [part.harness.call for part in open_store(path).load().parts]


@ENDINGS
@amount("rounds", 2, 20)
def test_three_processes_lose_nothing(tmp_path, ending, rounds):
    """Three processes record twenty interactions each into one cassette: sixty are there."""
    path = tmp_path / f"x{ending}"
    for turn in range(rounds):
        processes = [started(path, f"{turn}{name}", 0, 20, 1) for name in "abc"]
        for process in processes:
            go(process)
        for process in processes:
            process.communicate(timeout=120)
            assert process.returncode == 0
        found = calls(path)
        assert len(found) == 60 * (turn + 1)
        assert sorted(found[60 * turn :]) == sorted(f"{turn}{name}-{n}" for name in "abc" for n in range(20))
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@ENDINGS
@amount("kills", 6, 200)
def test_a_kill_loses_at_most_the_interaction_that_was_being_written(tmp_path, ending, kills):
    """What was confirmed is there, in order, once; the next session goes on behind it."""
    chance, first = random.Random(7), 0
    path = tmp_path / f"x{ending}"
    for turn in range(kills):
        if turn % 10 == 0:
            path, first = tmp_path / f"{turn}{ending}", 0
        process = started(path, "a", first, 0, 0)
        go(process)
        time.sleep(chance.random() * 0.12)
        process.kill()
        output, _ = process.communicate()
        confirmed = output.rpartition("\n")[0].split()
        last = int(confirmed[-1]) + 1 if confirmed else first
        found = calls(path) if open_store(path).exists() else []
        assert found == [f"a-{number}" for number in range(len(found))]
        assert last <= len(found) <= last + 1
        first = len(found)


def read_or_refused(path):
    try:
        return open_store(path).load()
    except CassetteCorrupt as error:
        return error


FOREIGN = (b"<html>\n", b"\x89PNG\r\n\x1a\n", b"a: 1\n", b"[]\n", b"{}\n", b"\x1f\x8b\x08")


def damaged(data, chance):
    """A file that somebody or something changed, and what was done to it."""
    at, length = chance.randrange(len(data)), chance.randrange(1, 40)
    kind = chance.choice(("cut", "flipped", "removed", "doubled", "filled", "headless", "empty", "foreign"))
    changed = {
        "cut": data[:at],
        "flipped": data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :],
        "removed": data[:at] + data[at + length :],
        "doubled": data[:at] + data[at : at + length] + data[at:],
        "filled": data[:at] + b"\0" * length + data[at + length :],
        "headless": data[at + 1 :],
        "empty": b"\n" * chance.randrange(3),
        "foreign": chance.choice(FOREIGN) + data[:length],
    }[kind]
    return kind, changed


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The same six interactions in a file of each ending."""
    directory = tmp_path_factory.mktemp("whole")
    parts = tuple(numbered("a", number) for number in range(6))
    for ending in (".jsonl", ".yaml", ".json", ".har"):
        write(directory / f"x{ending}", Stored(Head(format=FORMAT), parts))
    return directory


@pytest.mark.parametrize("ending", [".jsonl", ".yaml", ".json", ".har"])
@amount("files", 150, 1000)
def test_a_damaged_file_is_refused_with_its_place_and_left_as_it_is(tmp_path, whole, ending, files):
    """Each is refused, for reading and for recording; only an edited text in YAML or JSON is an edit."""
    data = (whole / f"x{ending}").read_bytes()
    chance, path = random.Random(11), tmp_path / f"x{ending}"
    refused = 0
    for _ in range(files):
        kind, changed = damaged(data, chance)
        if changed == data:
            continue
        path.write_bytes(changed)
        outcome = read_or_refused(path)
        if isinstance(outcome, CassetteCorrupt):
            refused += 1
            assert str(path) in outcome.where
            assert outcome.problem
            assert outcome.remedy
            if ending in (".jsonl", ".yaml"):
                with pytest.raises(CassetteCorrupt):
                    open_store(path).append(numbered("b", 0))
        else:
            # No line of ours passes; in the other forms the text of a value may be another one.
            assert ending != ".jsonl"
            assert kind not in ("cut", "headless", "empty", "foreign")
            assert len(outcome.parts) == 6
        assert path.read_bytes() == changed
        assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert refused >= files // 3


@pytest.mark.parametrize("ending", [".jsonl", ".yaml", ".json", ".har"])
def test_every_beginning_of_a_file_is_refused(tmp_path, whole, ending):
    """A file may be cut at any byte; none of its beginnings passes for a shorter recording."""
    data = (whole / f"x{ending}").read_bytes()
    path = tmp_path / f"x{ending}"
    whitespace = len(data) - len(data.rstrip())
    ends = [*range(0, len(data), 13), *range(len(data) - 60, len(data) - whitespace)]
    for end in ends:
        path.write_bytes(data[:end])
        with pytest.raises(CassetteCorrupt):
            open_store(path).load()


@ENDINGS
def test_a_beginning_left_by_a_killed_process_keeps_its_whole_lines(tmp_path, whole, ending):
    """Cut at any byte while it was recorded, a recording opens with all interactions before the cut."""
    data = (whole / "x.jsonl").read_bytes()
    data = data[: data.rindex(b'{"sealed"')]
    path = tmp_path / f"x{ending}"
    journal = path if ending == ".jsonl" else tmp_path / "x.yaml.jsonl"
    for end in range(0, len(data), 97):
        if ending == ".jsonl":
            (tmp_path / ".x.jsonl.recording").touch()
        journal.write_bytes(data[:end])
        lines = data[:end].count(b"\n")
        stored = open_store(path).load()
        assert len(stored.parts) == max(0, lines - 1)
        cut = not data[:end].endswith(b"\n") and end > 0
        assert (stored.notice is not None) == cut
        store = open_store(path)
        store.append(numbered("b", 0))
        store.close()
        assert calls(path) == [f"a-{number}" for number in range(max(0, lines - 1))] + ["b-0"]
        assert [file.name for file in tmp_path.iterdir()] == [path.name]
        path.unlink()


BODIES = [
    b"",
    b"plain",
    b'{"a": "\xc3\xa9\xe2\x80\xa8\xf0\x9f\x8e\x88"}',
    b"a\r\nb\rc\n\n",
    b"\xff\x00\xfe" * 9,
    b"  \n x: y\n",
    bytes(range(256)),
    b"\x1f\x8b\x08\x00garbled",
    "\x85\u2028\ufeff\ufffe\0\x7f".encode(),
]


def with_bodies():
    parts = []
    for number, body in enumerate(BODIES):
        part = numbered("a", number)
        body_part = msgspec.structs.replace(part.response.body, string=body[::-1])
        parts.append(
            msgspec.structs.replace(
                part,
                request=msgspec.structs.replace(part.request, body=body),
                response=msgspec.structs.replace(part.response, body=body_part),
            )
        )
    return tuple(parts)


def bodies_of(path):
    exchanges = [exchange_of(part)[1] for part in open_store(path).load().parts]
    return [(each.request.body, each.response.body) for each in exchanges]


EXPECTED = [(body, body[::-1]) for body in BODIES]


@pytest.mark.parametrize("plain", [False, True], ids=["ours", "plain"])
def test_stock_vcrpy_reads_our_yaml_to_the_byte(tmp_path, plain):
    """What is written here opens in stock vcrpy with the same bodies, headers and statuses."""
    path = tmp_path / "x.yaml"
    write(path, Stored(Head(format=FORMAT), with_bodies()), plain=plain)
    opened = vcr.cassette.Cassette.load(path=str(path), serializer=yamlserializer)
    assert [(request.body, response["body"]["string"]) for request, response in opened.data] == EXPECTED
    assert opened.requests[0].headers["X-Amz-Target"] == "AWSEvents.PutEvents"
    assert (b"harness" in path.read_bytes()) is not plain


@pytest.mark.parametrize(
    ("ending", "serializer"), [(".yaml", yamlserializer), (".json", jsonserializer)], ids=["yaml", "json"]
)
@pytest.mark.parametrize("destination", [".yaml", ".jsonl", ".har", ".json"])
def test_what_stock_vcrpy_wrote_is_read_and_converted_to_the_byte(tmp_path, ending, serializer, destination):
    """A cassette that stock vcrpy saved is opened here, and keeps its bodies in every form."""
    path = tmp_path / f"stock{ending}"
    # libyaml writes a carriage return so that it comes back as a line feed: vcrpy alone loses these.
    safe = [body for body in BODIES if b"\r" not in body or not _is_text(body)]
    if ".json" in (ending, destination):
        safe = [body for body in safe if _is_text(body)]
    cassette = vcr.cassette.Cassette(str(path), serializer=serializer)
    accept = b"*/*" if ending == ".yaml" else "*/*"
    for body in safe:
        request = vcr.request.Request("POST", "http://127.0.0.1:4566/", body, {"Accept": accept})
        status = {"code": 200, "message": "OK"}
        response = {"status": status, "headers": {"A": ["b"]}, "body": {"string": body}}
        cassette.append(request, response)
    cassette._save(force=True)
    expected = [(body, body) for body in safe]
    before = path.read_bytes()
    assert bodies_of(path) == expected
    convert(path, tmp_path / f"y{destination}")
    assert bodies_of(tmp_path / f"y{destination}") == expected
    assert path.read_bytes() == before


def _is_text(body):
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
