"""Files of recordings: what goes in comes out, whoever else records, and whatever killed a process."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
import pytest

from harness.cassettes.exchange_files import Written, convert, merge, write
from harness.cassettes.format import (
    FORMAT,
    BodyPart,
    Entry,
    FailurePart,
    Head,
    InteractionPart,
    RequestPart,
    ResponsePart,
    Status,
    exchange_of,
)
from harness.cassettes.interface import Stored
from harness.cassettes.lines import Folding, folding_line, head_line, part_line
from harness.cassettes.stores import open_store
from harness.errors import CassetteCorrupt, CassetteMissing, UsageError

RESTORE = "Take the file from version control again, or delete it and record anew."
HEAD = Head(format=FORMAT)
ENDINGS = pytest.mark.parametrize("ending", [".jsonl", ".yaml", ".yml"])


def request_of(body="{}"):
    return RequestPart("POST", "http://127.0.0.1:4566/", {"X-Amz-Target": ["AWSEvents.PutEvents"]}, body)


def interaction(call, body="{}", answer="{}", second=0):
    entry = Entry(
        recorded_at=datetime(2026, 8, 1, 12, 0, second, tzinfo=UTC),
        operation="events:PutEvents",
        key="ab12",
        botocore="1.44.5",
        against="emulator",
        call=call,
        attempt=1,
    )
    response = ResponsePart(Status(200, "OK"), {"A": ["b", "c"]}, BodyPart(answer))
    return InteractionPart(entry, request_of(body), response)


def replaced(part, side, **values):
    changed = msgspec.structs.replace(getattr(part, side), **values)
    return msgspec.structs.replace(part, **{side: changed})


def failure(call, after):
    entry = Entry(recorded_at=datetime(2026, 8, 1, 12, tzinfo=UTC), call=call)
    return FailurePart(entry, request_of(), "connection reset", after)


def record(path, *parts, keep=None):
    store = open_store(path)
    for part in parts:
        store.append(part)
    store.close(keep)


def calls(path):
    return [part.harness.call if part.harness else None for part in open_store(path).load().parts]


def names(directory):
    return sorted(file.name for file in directory.iterdir())


@ENDINGS
def test_what_is_appended_is_loaded_in_its_order(tmp_path, ending):
    path = tmp_path / "deep" / f"x{ending}"
    parts = (interaction("a"), failure("b", 1), interaction("c", body=b"\xff\0", answer=None))
    store = open_store(path)
    assert not store.exists()
    store.append(parts[0])
    assert store.exists()
    assert open_store(path).load().parts == parts[:1]
    store.append(parts[1])
    store.append(parts[2])
    store.close()
    stored = open_store(path).load()
    assert (stored.parts, stored.notice) == (parts, None)
    assert names(path.parent) == [path.name]


@ENDINGS
def test_the_next_session_goes_on_behind_the_last(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    for call in "abc":
        record(path, interaction(call))
    assert calls(path) == ["a", "b", "c"]


@ENDINGS
def test_a_missing_file_is_named_and_not_made(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    with pytest.raises(CassetteMissing) as caught:
        open_store(path).load()
    assert str(caught.value) == (
        f"{path}: there is no such cassette\n  Record it with 'harness record', or name another directory."
    )
    open_store(path).close()
    assert names(tmp_path) == []


@ENDINGS
def test_loading_and_closing_leave_a_file_as_it_is(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    record(path, interaction("a"))
    before = path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino
    store = open_store(path)
    store.load()
    store.close()
    store.close(keep=lambda part: True)
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) == before


@ENDINGS
def test_the_head_of_a_run_is_kept(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    head = Head(format=FORMAT, contract="events:PutEvents", version="2021-03-02", target="aws", refused=2)
    store = open_store(path, head)
    store.append(interaction("a"))
    store.close()
    record(path, interaction("b"))
    read = msgspec.structs.replace(open_store(path).load().head, interactions=None)
    assert read == head


@ENDINGS
def test_threads_lose_nothing(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    shared = open_store(path)

    def work(name):
        own = open_store(path)
        for number in range(10):
            (own if number % 2 else shared).append(interaction(f"{name}{number}"))
        own.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shared.close()
    assert sorted(calls(path)) == sorted(f"{name}{number}" for name in "abcd" for number in range(10))
    assert names(tmp_path) == [path.name]


@ENDINGS
def test_recording_anew_drops_what_stood_there_and_nothing_else(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    record(path, interaction("old"), interaction("kept"))
    store, other = open_store(path), open_store(path)
    store.append(interaction("old", body="new"))
    other.append(interaction("old", body="of another process"))
    other.close()
    asked = []

    def keep(part):
        asked.append(part.harness.call)
        return part.harness.call != "old"

    store.close(keep)
    assert asked == ["old", "kept"]
    bodies = [part.request.body for part in open_store(path).load().parts]
    assert bodies == ["{}", "new", "of another process"]
    assert names(tmp_path) == [path.name]


@ENDINGS
def test_old_failures_go_though_others_closed_the_file_meanwhile(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    record(path, interaction("a"))
    other = open_store(path)
    other.append(failure("old", 7))
    store = open_store(path)
    store.append(failure("new", 0))
    other.close()
    store.close(lambda part: part.harness.call != "old")
    assert calls(path) == ["a", "new"]


@ENDINGS
def test_readers_see_a_whole_file_while_others_record(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    record(path, interaction("first"))
    done = threading.Event()

    def work(name):
        for number in range(12):
            record(path, interaction(f"{name}{number}"))
        done.set()

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    seen = []
    while not done.is_set() or not seen:
        stored = open_store(path).load()
        assert stored.notice is None
        seen.append(len(stored.parts))
    for thread in threads:
        thread.join()
    assert seen == sorted(seen)
    assert len(calls(path)) == 25


def test_a_line_is_vcrpys_mapping_with_a_checksum(tmp_path):
    path = tmp_path / "x.jsonl"
    record(path, interaction("a", body=b"\xff"))
    assert path.read_text() == (
        '{"harness":{"format":1},"check":"f9697f74"}\n'
        '{"harness":{"recorded_at":"2026-08-01T12:00:00Z","operation":"events:PutEvents","key":"ab12",'
        '"botocore":"1.44.5","against":"emulator","call":"a","attempt":1},'
        '"request":{"method":"POST","uri":"http://127.0.0.1:4566/",'
        '"headers":{"X-Amz-Target":["AWSEvents.PutEvents"]},"body":{"base64":"/w=="}},'
        '"response":{"status":{"code":200,"message":"OK"},"headers":{"A":["b","c"]},"body":{"string":"{}"}},'
        '"check":"9529bb4d"}\n'
        '{"sealed":1,"check":"54d6baad"}\n'
    )


@pytest.mark.parametrize(
    ("change", "place", "problem"),
    [
        pytest.param(lambda data: b"", "", "is empty", id="empty"),
        pytest.param(
            lambda data: data.replace(b"127.0.0.1", b"127.0.0.2"),
            ", line 2",
            "is damaged: what it holds does not match its checksum",
            id="edited",
        ),
        pytest.param(
            lambda data: data[:-33], ", line 3", "is truncated: it has no seal at its end", id="no seal"
        ),
        pytest.param(lambda data: data[:-1], ", line 4", "is truncated: it has no seal at its end", id="cut"),
        pytest.param(
            lambda data: b"".join(data.splitlines(True)[i] for i in (0, 1, 3)),
            ", line 3",
            "does not have a cassette's shape: the seal counts 2 interactions, and 1 stand before it",
            id="a line lost",
        ),
        pytest.param(lambda data: data + data, ", line 5", "goes on after its end", id="doubled"),
        pytest.param(
            lambda data: data.replace(b"\n", b"\r\n"),
            ", line 1",
            "ends with a carriage return: the line ends of the file were changed",
            id="line ends",
        ),
        pytest.param(
            lambda data: b'{"a":1}\n{"a":2}\n',
            ", line 1",
            "is no recording in JSON Lines: the first line is another one",
            id="foreign",
        ),
        pytest.param(
            lambda data: data.replace(b"\n", b"\n\n", 1), ", line 2", "is an empty line", id="an empty line"
        ),
        pytest.param(
            lambda data: head_line(Head(format=7)) + data,
            ", line 1",
            "does not have a cassette's shape: format 7, and this harness reads 1",
            id="another format",
        ),
    ],
)
def test_damaged_lines_are_refused_with_their_place(tmp_path, change, place, problem):
    path = tmp_path / "x.jsonl"
    record(path, interaction("a"), interaction("b"))
    changed = change(path.read_bytes())
    path.write_bytes(changed)
    for act in (lambda store: store.load(), lambda store: store.append(interaction("c"))):
        with pytest.raises(CassetteCorrupt) as caught:
            act(open_store(path))
        assert (caught.value.where, caught.value.problem) == (f"{path}{place}", problem)
        assert path.read_bytes() == changed
        assert names(tmp_path) == ["x.jsonl"]


def test_what_a_killed_process_left_half_written_is_named_and_left_out(tmp_path):
    path = tmp_path / "x.yaml"
    open_store(path).append(interaction("a"))
    journal = tmp_path / "x.yaml.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"harness":{"rec')
    stored = open_store(path).load()
    assert stored.notice == (
        f"{journal}, line 3: a process was killed while it wrote this line; it is left out"
    )
    assert calls(path) == ["a"]
    record(path, interaction("b"))
    assert calls(path) == ["a", "b"]
    assert names(tmp_path) == ["x.yaml"]


def folding(tmp_path, *, replaced):
    """The two states in which a kill during a fold leaves the files."""
    path, journal = tmp_path / "x.yaml", tmp_path / "x.yaml.jsonl"
    record(path, interaction("a"))
    before = path.read_bytes()
    record(path, interaction("b"))
    after = path.read_bytes()
    digests = [sha256(data).hexdigest() for data in (before, after)]
    lines = head_line(HEAD) + part_line(interaction("b")) + folding_line(Folding(*digests))
    journal.write_bytes(lines)
    path.write_bytes(after if replaced else before)
    return path


@pytest.mark.parametrize("replaced", [False, True], ids=["before the file was replaced", "after it"])
def test_a_kill_while_a_journal_is_folded_neither_loses_nor_doubles(tmp_path, replaced):
    path = folding(tmp_path, replaced=replaced)
    assert calls(path) == ["a", "b"]
    record(path, interaction("c"))
    assert calls(path) == ["a", "b", "c"]
    assert names(tmp_path) == ["x.yaml"]


def test_a_file_that_was_changed_while_its_journal_waits_is_refused(tmp_path):
    path = folding(tmp_path, replaced=True)
    path.write_bytes(path.read_bytes().replace(b"127.0.0.1", b"127.0.0.2"))
    with pytest.raises(CassetteCorrupt) as caught:
        open_store(path).load()
    assert str(caught.value) == (
        f"{path}.jsonl: a process was killed while it folded this journal, and x.yaml was changed since\n"
        "  Delete the journal if x.yaml holds its interactions; else take x.yaml as it was."
    )


def test_yaml_is_ascii_and_says_where_it_is_not(tmp_path):
    path = tmp_path / "x.yaml"
    record(path, interaction("a", body='{"é": "🎈"}', answer="line 1\nline 2\n"))
    text = path.read_bytes().decode("ascii")
    assert "\n      string: |\n        line 1\n        line 2\n" in text
    assert text.endswith("\nversion: 1\n")
    path.write_text(text.replace("\\xE9", "é"), encoding="utf-8")
    with pytest.raises(CassetteCorrupt) as caught:
        open_store(path).load()
    assert str(caught.value) == (
        f"{path}, line 19: holds a byte that is not ASCII, which no cassette of ours does\n  {RESTORE}"
    )


STOCK = b"""\
interactions:
- request:
    body: !!python/object/new:_io.BytesIO
      state: !!python/tuple
      - !!binary |
        /wBo
      - 0
      - null
    headers:
      Accept: '*/*'
      X-Amz-Date:
      - !!binary |
        MjAyNjExMjFUMDAwMDAwWg==
      Content-Length: [3]
    method: PUT
    uri: http://127.0.0.1:4566/bucket/key
  response:
    body: {string: !!binary H4sI}
    headers: {ETag: ['"a"']}
    status: {code: 200, message: null}
metadata: {seed: 7}
version: 1
"""


def test_a_stock_cassette_is_read_and_becomes_ours_when_recorded_into(tmp_path):
    import vcr.cassette

    path = tmp_path / "x.yaml"
    path.write_bytes(STOCK)
    (part,) = open_store(path).load().parts
    url, exchange = exchange_of(part)
    assert (url, exchange.request.target, exchange.request.body) == (
        "http://127.0.0.1:4566",
        "/bucket/key",
        b"\xff\0h",
    )
    assert exchange.request.headers.fields == (
        ("Accept", "*/*"),
        ("X-Amz-Date", "20261121T000000Z"),
        ("Content-Length", "3"),
    )
    assert exchange.response.body == b"\x1f\x8b\x08"
    assert part.harness is None
    record(path, interaction("b"))
    assert calls(path) == [None, "b"]
    opened = vcr.cassette.Cassette.load(path=str(path))
    assert [request.body for request in opened.requests] == [b"\xff\0h", b"{}"]
    assert opened.get_metadata("seed", None) == 7


@pytest.mark.parametrize(
    ("content", "expected"),
    [("'{\"a\": 1}'", b'{"a": 1}'), ("!!binary AP8=", b"\0\xff"), ("''", b"")],
    ids=["text", "bytes", "nothing"],
)
def test_answers_of_httpx_as_older_vcrpy_kept_them_are_read(tmp_path, content, expected):
    """Newer vcrpy plays them; the body was saved decoded, beside headers that say gzip."""
    path = tmp_path / "x.yaml"
    path.write_text(
        "interactions:\n- request: {body: '', headers: {accept: ['*/*']}, method: GET, uri: http://h/}\n"
        f"  response:\n    content: {content}\n    headers: {{Content-Encoding: [gzip], ETag: [a, b]}}\n"
        "    http_version: HTTP/1.1\n    status_code: 203\nversion: 1\n"
    )
    (part,) = open_store(path).load().parts
    answer = exchange_of(part)[1].response
    assert (answer.status, answer.body) == (203, expected)
    assert answer.headers.fields == (("ETag", "a"), ("ETag", "b"))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param(
            b"http://127.0.0.1:4566/bucket/key",
            b"nowhere",
            "`$.request.uri` is no URL: 'nowhere'",
            id="no URL",
        ),
        pytest.param(b"http://127.0.0.1:4566", b"http://[::1", "Invalid IPv6 URL", id="half an address"),
        pytest.param(
            b"!!binary H4sI",
            b"[1]",
            "a body is neither text nor binary",
            id="a list for a body",
        ),
        pytest.param(
            b"{ETag: ['\"a\"']}",
            b"{ETag: [[]]}",
            "Expected `str`, got `array` - at `$.response.headers[...][0]`",
            id="a list for a value",
        ),
        pytest.param(
            b"code: 200",
            b"code: 2",
            "Expected `int` >= 100 - at `$.response.status.code`",
            id="no status",
        ),
    ],
)
def test_a_damaged_stock_cassette_is_refused_with_its_line(tmp_path, old, new, problem):
    path = tmp_path / "x.yaml"
    path.write_bytes(STOCK.replace(old, new))
    with pytest.raises(CassetteCorrupt) as caught:
        open_store(path).load()
    assert str(caught.value) == (
        f"{path}, interaction 1, line 2: does not have a cassette's shape: {problem}\n  {RESTORE}"
    )


def test_a_header_without_a_value_is_no_header(tmp_path):
    import vcr.cassette

    path = tmp_path / "x.yaml"
    path.write_bytes(STOCK.replace(b"[3]", b"[]"))
    convert(path, path, overwrite=True)
    (request,) = vcr.cassette.Cassette.load(path=str(path)).requests
    assert dict(request.headers) == {"Accept": "*/*", "X-Amz-Date": "20261121T000000Z"}


def test_only_known_endings_are_opened(tmp_path):
    with pytest.raises(UsageError) as caught:
        open_store(tmp_path / "x.toml")
    assert str(caught.value) == (
        f"{tmp_path / 'x.toml'}: no recording has the ending '.toml'\n  Use .yaml, .jsonl, .json or .har."
    )


def test_a_journal_is_not_opened_by_its_own_name(tmp_path):
    with pytest.raises(UsageError) as caught:
        open_store(tmp_path / "x.yaml.jsonl")
    assert str(caught.value) == (
        f"{tmp_path / 'x.yaml.jsonl'}: is the journal of x.yaml\n  Name x.yaml instead."
    )


@pytest.mark.parametrize("ending", [".json", ".har"])
def test_what_other_tools_wrote_is_not_recorded_into(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    write(path, Stored(HEAD, (interaction("a"),)))
    store = open_store(path)
    store.load()
    store.close()
    with pytest.raises(UsageError) as caught:
        store.append(interaction("b"))
    assert str(caught.value) == (
        f"{path}: files that end with {ending} are read and not recorded into\n"
        "  Convert it to .yaml or .jsonl with 'harness cassette convert', and record into that."
    )


@pytest.mark.parametrize("ending", [".jsonl", ".yaml", ".har"])
def test_a_conversion_there_and_back_changes_nothing(tmp_path, ending):
    source, between, back = tmp_path / "x.jsonl", tmp_path / f"y{ending}", tmp_path / "z.jsonl"
    parts = (interaction("a", body=b"\xff"), failure("b", 1), interaction("c", answer="é\r\n"))
    record(source, *parts)
    convert(source, between)
    assert convert(between, back) == Written(back, 2, 1, 0)
    found = [exchange_of(part) for part in open_store(back).load().parts]
    assert found == [exchange_of(part) for part in parts]
    assert [part.harness for part in open_store(back).load().parts] == [part.harness for part in parts]


def test_stock_forms_leave_out_what_they_cannot_hold(tmp_path):
    source = tmp_path / "x.jsonl"
    record(source, interaction("a"), failure("b", 1), interaction("c", body=b"\xff"))
    plain = tmp_path / "plain.yaml"
    assert convert(source, plain, plain=True) == Written(plain, 2, 0, 1)
    with pytest.raises(UsageError) as caught:
        convert(source, tmp_path / "x.json")
    assert str(caught.value) == (
        f"{tmp_path / 'x.json'}, interaction 2: "
        "holds a body that is not text, which vcrpy's JSON cannot hold\n"
        "  Write .yaml, .jsonl or .har instead."
    )
    assert not (tmp_path / "x.json").exists()


def test_no_file_is_written_over_unasked(tmp_path):
    source, there = tmp_path / "x.jsonl", tmp_path / "y.yaml"
    record(source, interaction("a"))
    open_store(there).append(interaction("b"))
    with pytest.raises(UsageError) as caught:
        convert(source, there)
    assert str(caught.value) == (
        f"{there}: is there already, and would be lost\n  Name another file, or ask for it to be overwritten."
    )
    assert calls(there) == ["b"]
    convert(source, there, overwrite=True)
    assert calls(there) == ["a"]


def test_shards_are_merged_in_the_order_of_recording(tmp_path):
    first, second, whole = tmp_path / "a.jsonl", tmp_path / "b.yaml", tmp_path / "c.jsonl"
    record(first, interaction("a", second=1), interaction("same", second=3), interaction("same", second=3))
    record(second, interaction("b", second=2), interaction("same", second=3), interaction("d", second=4))
    assert merge([first, second], whole) == Written(whole, 5, 0, 0)
    assert calls(whole) == ["a", "b", "same", "same", "d"]
    merge([whole, first], whole, overwrite=True)
    assert calls(whole) == ["a", "b", "same", "same", "d"]


def archive(tmp_path, **response):
    entry = {
        "startedDateTime": "2026-08-01T12:00:00.000+02:00",
        "request": {
            "method": "POST",
            "url": "http://127.0.0.1:4566/?a=b",
            "headers": [{"name": ":authority", "value": "x"}, {"name": "Accept", "value": "*/*"}],
            "postData": {"mimeType": "text/plain", "params": [{"name": "Action", "value": "a b"}]},
        },
        "response": {"status": 200, "statusText": "OK", "headers": [], "content": {"size": 0}, **response},
    }
    path = tmp_path / "x.har"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"log": {"version": "1.2", "entries": [entry]}}).encode())
    return path


@pytest.mark.parametrize(
    "url", ["data:image/png;base64,AA==", "blob:http://h/1-2", "about:blank", "chrome-extension://abc/x.js"]
)
def test_what_a_browser_asked_itself_is_left_out_of_its_archive_and_told(tmp_path, url):
    path = archive(tmp_path)
    document = json.loads(path.read_bytes())
    entry = document["log"]["entries"][0]
    document["log"]["entries"] += [{**entry, "request": {**entry["request"], "url": url}}]
    path.write_text(json.dumps(document))
    stored = open_store(path).load()
    assert len(stored.parts) == 1
    assert stored.notice == f"{path}: 1 entry is of data: and the like, which go to nobody; they are left out"
    assert convert(path, tmp_path / "x.yaml").notices == (stored.notice,)


def test_a_browsers_archive_is_read(tmp_path):
    headers = [{"name": "content-encoding", "value": "gzip"}, {"name": "content-length", "value": "99"}]
    content = {"size": 6, "mimeType": "text/plain", "text": "aGVsbG8h", "encoding": "base64"}
    (part,) = open_store(archive(tmp_path, headers=headers, content=content)).load().parts
    url, exchange = exchange_of(part)
    assert (url, exchange.request.target, exchange.request.body) == (
        "http://127.0.0.1:4566",
        "/?a=b",
        b"Action=a+b",
    )
    assert exchange.request.headers.fields == (("Accept", "*/*"),)
    # The body was saved decoded, so it is no gzip any more.
    assert exchange.response.headers.fields == (("content-length", "6"),)
    assert exchange.response.body == b"hello!"
    assert part.harness == Entry(recorded_at=datetime(2026, 8, 1, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("content", "problem", "remedy"),
    [
        pytest.param(
            {"size": 6},
            "the archive was saved without the body of this response",
            "Save the archive again with the content of its responses ('Save all as HAR with content').",
            id="no content",
        ),
        pytest.param({"text": "?", "encoding": "base64"}, "a body is no base64", RESTORE, id="no base64"),
        pytest.param(
            {"text": "?", "encoding": "rot13"},
            "a body has the encoding 'rot13' where base64 is expected",
            RESTORE,
            id="another encoding",
        ),
    ],
)
def test_an_archive_without_exact_bodies_is_refused(tmp_path, content, problem, remedy):
    path = archive(tmp_path, content=content)
    with pytest.raises(CassetteCorrupt) as caught:
        open_store(path).load()
    assert (caught.value.where, caught.value.problem, caught.value.remedy) == (
        f"{path}, entry 1",
        problem,
        remedy,
    )


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        pytest.param(interaction("a", body=7), "a body is neither text nor binary", id="a number for a body"),
        pytest.param(
            interaction("a", body="\ud800"),
            "'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed",
            id="half a character",
        ),
        pytest.param(
            replaced(interaction("a"), "response", status=Status(1000, "")),
            "Expected `int` <= 999 - at `$.response.status.code`",
            id="no status",
        ),
        pytest.param(
            replaced(interaction("a"), "request", uri="http://[::1/"), "Invalid IPv6 URL", id="no URL"
        ),
    ],
)
@ENDINGS
def test_what_cannot_be_read_again_is_not_written(tmp_path, ending, part, problem):
    path = tmp_path / f"x{ending}"
    with pytest.raises(UsageError) as caught:
        open_store(path).append(part)
    assert str(caught.value) == (
        f"{path}: an interaction cannot be written: {problem}\n"
        "  Record HTTP as it was: URLs, headers, bytes or text."
    )
    assert names(tmp_path) == []
