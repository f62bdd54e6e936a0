"""Reading: every cassette that is not whole is refused with its place, and left as it is."""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec
import pytest

from harness.cassettes.exchange_files import convert, write
from harness.cassettes.format import Head
from harness.cassettes.interface import Stored
from harness.cassettes.listing import find_recordings
from harness.cassettes.read import find_cassettes, read_cassette
from harness.cassettes.stores import open_store
from harness.errors import CassetteCorrupt, CassetteMissing

RESTORE = "Take the file from version control again, or delete it and record anew."
SHAPE = "does not have a cassette's shape: "
RECORD = "Record it with 'harness record', or name another directory."

STOCK = b"""\
interactions:
- request: {method: GET, uri: 'http://127.0.0.1/', body: null, headers: {}}
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: hello}}
version: 1
"""


def refusal(path):
    before = path.read_bytes()
    with pytest.raises(CassetteCorrupt) as caught:
        read_cassette(path)
    assert path.read_bytes() == before
    return caught.value


@pytest.mark.parametrize(
    ("content", "place", "problem"),
    [
        pytest.param(b"", "", "is empty", id="empty"),
        pytest.param(b" \n\n", "", "is empty", id="blank"),
        pytest.param(b"\xff\xfe", ", byte 0", "is not UTF-8", id="not text"),
        pytest.param(
            b"version: 1\n", ", line 2", "is truncated: its last line is not 'version: 1'", id="too short"
        ),
        pytest.param(b"\nversion: 1\n", ", line 1", "has no list of interactions", id="no interactions"),
        pytest.param(
            b"- a\nversion: 1\n", ", line 2", "not YAML: did not find expected '-' indicator", id="not YAML"
        ),
        pytest.param(
            b"interactions: []\ninteractions: []\nversion: 1\n",
            ", line 1",
            "a key stands twice in one mapping",
            id="doubled",
        ),
        pytest.param(
            b"a: !x b\nversion: 1\n",
            ", line 1",
            "a value of kind !x has no place in a cassette",
            id="another kind",
        ),
        pytest.param(b"a: &a [*a]\nversion: 1\n", ", line 1", "nested too deeply", id="endless"),
        pytest.param(b"[" * 200 + b"\nversion: 1\n", ", line 1", "not YAML: nested too deeply", id="deep"),
        pytest.param(b"? [a]\n: b\nversion: 1\n", ", line 1", "a key is not text", id="a list as key"),
    ],
)
def test_what_is_no_cassette_is_refused_with_its_place(tmp_path, content, place, problem):
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    error = refusal(path)
    assert error.remedy == RESTORE
    assert (error.where, error.problem) == (f"{path}{place}", problem)


def test_a_file_that_is_nested_without_end_is_refused_before_it_ends_the_process(tmp_path):
    """Newer releases of PyYAML stop by themselves, in their own words."""
    path = tmp_path / "x.yaml"
    path.write_bytes(b"[" * 200_000 + b"\nversion: 1\n")
    error = refusal(path)
    assert error.where == f"{path}, line 1"
    assert re.fullmatch(r"not YAML: .*nest.*", error.problem)


def test_a_python_object_is_refused_and_never_made(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: !!python/object/apply:os.system [id]\nversion: 1\n")
    error = refusal(path)
    assert str(error) == (
        f"{path}, line 1: a value of kind python/object/apply:os.system has no place in a cassette\n"
        "  Record it anew, or put text or !!binary in its place: no code is run to read a cassette."
    )


def test_a_stock_cassette_is_called_by_its_name(tmp_path):
    path = tmp_path / "stock.yaml"
    path.write_bytes(STOCK)
    error = refusal(path)
    assert error.where == str(path)
    assert (
        error.problem == "is a cassette of stock vcrpy: its interactions do not say which cases they answer"
    )
    assert error.remedy == "Record the operation with 'harness record'; stock cassettes cannot be judged."


@pytest.mark.parametrize(
    ("old", "new", "place", "problem"),
    [
        pytest.param(
            "  interactions: 3\n",
            "  interactions: 4\n",
            "line 6",
            "holds 3 interactions where its head counts 4",
            id="an interaction lost",
        ),
        pytest.param(
            "    method: POST\n    uri: http://127.0.0.1:4566/\n",
            "    method: POST\n",
            "interaction 1, line 30",
            SHAPE + "Object missing required field `uri` - at `$.request`",
            id="no uri",
        ),
        pytest.param(
            "    body: '{\"Entries\":[]}'\n  response",
            "    body: []\n  response",
            "interaction 1, line 30",
            "`$.request.body` is neither text nor binary",
            id="a list for a body",
        ),
        pytest.param(
            "    uri: http://127.0.0.1:4566/\n    headers",
            "    uri: nowhere\n    headers",
            "interaction 1, line 30",
            "`$.request.uri` is no URL: 'nowhere'",
            id="no URL",
        ),
        pytest.param(
            "      message: OK\n",
            "      message: \u00d6K\n",
            "line 52",
            "holds a byte that is not ASCII, which no cassette of ours does",
            id="not ASCII",
        ),
        pytest.param(
            "      code: 200\n",
            "      code: 20\n",
            "interaction 1, line 30",
            SHAPE + "Expected `int` >= 100 - at `$.response.status.code`",
            id="no status",
        ),
        pytest.param(
            "  recorded_at: '2026-08-01T12:00:00Z'",
            "  recorded_at: yesterday",
            "line 2",
            SHAPE + "Invalid RFC3339 encoded datetime - at `$.failures[0].harness.recorded_at`",
            id="no time",
        ),
        pytest.param(
            "interactions:\n- harness:\n    case: ",
            "interactions:\n- other:\n    case: ",
            "interaction 1, line 30",
            SHAPE + "Object missing required field `harness`",
            id="one stock interaction",
        ),
        pytest.param(
            "interactions:\n- harness:\n    case: ",
            "interactions:\n- harness:\n    case: a\n    case: ",
            "line 31",
            "a key stands twice in one mapping",
            id="a merge gone wrong",
        ),
        pytest.param(
            "/wA=",
            "/w=A",
            None,
            "'/w=A' is no binary",
            id="spoilt base64",
        ),
    ],
)
def test_a_spoilt_cassette_is_refused_with_its_place(cassette, old, new, place, problem):
    text = cassette.read_text()
    assert old in text
    cassette.write_text(text.replace(old, new, 1))
    error = refusal(cassette)
    assert error.problem == problem
    assert error.remedy == RESTORE
    if place is not None:
        assert error.where == f"{cassette}, {place}"


def test_a_newer_format_is_refused_by_its_number(cassette):
    cassette.write_text(cassette.read_text().replace("  format: 1\n", "  format: 2\n"))
    error = refusal(cassette)
    assert error.problem == "has format 2, and this harness reads 1"


def test_two_cassettes_in_one_file_are_not_read_as_one(cassette):
    cassette.write_bytes(cassette.read_bytes() * 2)
    assert refusal(cassette).problem == "a key stands twice in one mapping"


def test_every_proper_beginning_of_a_cassette_is_refused(cassette):
    whole = cassette.read_bytes()
    accepted = []
    for length in range(len(whole)):
        cassette.write_bytes(whole[:length])
        try:
            read_cassette(cassette)
        except CassetteCorrupt:
            assert cassette.stat().st_size == length
        else:
            accepted.append(length)
    assert accepted == []


def test_line_ends_of_another_system_do_not_matter(cassette):
    whole = read_cassette(cassette)
    cassette.write_bytes(cassette.read_bytes().replace(b"\n", b"\r\n"))
    assert read_cassette(cassette) == whole


def test_keys_that_a_later_harness_adds_are_passed_over(cassette):
    whole = read_cassette(cassette)
    text = re.sub(r"^(\s*)origin: ", r"\1attempts: 2\n\1origin: ", cassette.read_text(), flags=re.MULTILINE)
    cassette.write_text(text)
    assert read_cassette(cassette) == whole


def test_a_missing_cassette_is_missing_and_not_corrupt(tmp_path):
    with pytest.raises(CassetteMissing) as caught:
        read_cassette(tmp_path / "no.yaml")
    assert str(caught.value) == f"{tmp_path / 'no.yaml'}: there is no such cassette\n  {RECORD}"
    with pytest.raises(CassetteMissing, match="is a directory"):
        read_cassette(tmp_path)


def test_cassettes_are_found_in_the_order_of_their_paths(tmp_path, cassette):
    other = tmp_path / "aws/events/PutEvents/2021-03-02.yaml"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"")
    (cassette.parent / ".2021-03-02.yaml.77.tmp").write_bytes(b"")
    assert find_cassettes([tmp_path]) == (other, cassette)
    assert find_cassettes([cassette, tmp_path / "emulator"]) == (cassette,)


@pytest.mark.parametrize(
    ("name", "problem"), [("empty", "holds no cassette"), ("missing", "there is no such directory")]
)
def test_a_directory_without_cassettes_is_said_to_be_one(tmp_path, name, problem):
    (tmp_path / "empty").mkdir()
    with pytest.raises(CassetteMissing) as caught:
        find_cassettes([Path(tmp_path / name)])
    assert str(caught.value) == f"{tmp_path / name}: {problem}\n  {RECORD}"


def test_a_cassette_in_json_lines_is_the_same_cassette(cassette):
    lines = cassette.with_suffix(".jsonl")
    convert(cassette, lines)
    read, expected = read_cassette(lines), read_cassette(cassette)
    assert msgspec.structs.replace(read, path=cassette) == expected
    assert find_cassettes([cassette.parent]) == (lines, cassette)


@pytest.mark.parametrize(
    ("head", "part", "place", "problem"),
    [
        pytest.param(
            {"contract": "events:PutEvents", "target": "emulator"},
            {},
            "line 1",
            SHAPE + "Object missing required field `version`",
            id="a head without a version",
        ),
        pytest.param(
            {"contract": "events:PutEvents", "version": "2021-03-02", "target": "emulator"},
            {"case": None},
            "line 2",
            SHAPE + "Object missing required field `case` - at `$.harness`",
            id="an interaction of a client",
        ),
        pytest.param(
            {"contract": "events:PutEvents", "version": "2021-03-02", "target": "emulator"},
            {"version": "1"},
            "line 2",
            "is of version '1' in a cassette of '2021-03-02'",
            id="another version",
        ),
    ],
)
def test_what_is_not_of_a_run_is_refused(cassette, head, part, place, problem):
    stored = open_store(cassette).load()
    parts = [
        msgspec.structs.replace(each, harness=msgspec.structs.replace(each.harness, **part))
        for each in stored.parts
    ]
    path = cassette.with_suffix(".jsonl")
    write(path, Stored(Head(format=1, **head), tuple(parts)))
    error = refusal(path)
    assert (error.where, error.problem) == (f"{path}, {place}", problem)


def test_shipped_cassettes_are_written_as_they_are_read(tmp_path):
    shipped = sorted((Path(__file__).resolve().parents[3] / "cassettes").rglob("*.yaml"))
    assert shipped
    for path in shipped:
        convert(path, tmp_path / "x.jsonl", overwrite=True)
        convert(tmp_path / "x.jsonl", tmp_path / "x.yaml", overwrite=True)
        assert (tmp_path / "x.yaml").read_bytes() == path.read_bytes()


UNREADABLE = [
    pytest.param("x" * 300, "File name too long", id="name too long"),
    pytest.param("a\0b", "embedded null byte", id="no name"),
    pytest.param("loop", "Too many levels of symbolic links", id="a link to itself"),
]


@pytest.mark.parametrize(("name", "problem"), UNREADABLE)
@pytest.mark.parametrize("find", [find_cassettes, find_recordings], ids=["to judge", "to list"])
def test_what_cannot_be_looked_at_is_refused_and_not_taken_for_absent(tmp_path, find, name, problem):
    """An error of this project's kind, from every way into a file."""
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    path = tmp_path / f"{name}.yaml"
    for look in (lambda: find([path]), open_store(path).exists, open_store(path).load):
        with pytest.raises(CassetteMissing) as caught:
            look()
        assert (caught.value.where, caught.value.problem) == (str(path), f"cannot be read: {problem}")


@pytest.mark.parametrize("find", [find_cassettes, find_recordings], ids=["to judge", "to list"])
def test_a_directory_that_cannot_be_read_is_refused_and_not_taken_for_empty(cassette, find):
    """Else a search would say that all fits, or that all passed, of recordings that it never saw."""
    top = cassette.parents[2]
    handles = [os.open(top, os.O_RDONLY)]
    for _ in range(25):  # deeper than any path may be long, which not even root can read
        os.mkdir("d" * 200, dir_fd=handles[-1])
        handles.append(os.open("d" * 200, os.O_RDONLY, dir_fd=handles[-1]))
    for handle in handles:
        os.close(handle)
    with pytest.raises(CassetteMissing, match="cannot be read: File name too long"):
        find([top])
