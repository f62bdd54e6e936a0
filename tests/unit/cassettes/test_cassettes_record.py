"""Recording: the file as published, what is kept of a case, and when nothing is written."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from textwrap import dedent

import botocore
import msgspec
import pytest

from harness.cases.model import make_case
from harness.cassettes.read import read_cassette
from harness.cassettes.record import Recorder, Refusal
from harness.contract import contract_digest
from harness.errors import UnfinishedError, UsageError
from harness.exchange import Exchange, Headers, Request, Response


def test_a_cassette_reads_as_documented(tmp_path, contract, case, exchange, noon):
    recorder = Recorder(tmp_path, "emulator")
    answer_headers = [
        ("Content-Type", "application/x-amz-json-1.1"),
        ("Set-Cookie", "a=b"),
        ("Set-Cookie", "c=d"),
    ]
    recorder.add(contract, case, exchange(answer_headers=answer_headers), noon)
    recorder.add(contract, case, exchange(failure="no answer in 30 s"), noon)
    path = recorder.save(contract)
    assert path == tmp_path / "emulator/events/PutEvents/2021-03-02.yaml"
    assert path.read_text() == dedent(f"""\
        harness:
          format: 1
          contract: events:PutEvents
          version: '2021-03-02'
          target: emulator
          interactions: 1
          failures:
          - harness:
              case: {_scalar(case.id)}
              version: '2021-03-02'
              contract: {_scalar(contract_digest(contract))}
              recorded_at: '2026-08-01T12:00:00Z'
              origin: boundary
              description: 'Entries: 10 items'
              aims:
              - constraint: events:PutEvents#/input/Entries/length/max
                side: inside
              vouched: true
              botocore: '{botocore.__version__}'
            failure: 'no answer in 30 s'
            after: 1
            request:
              method: POST
              uri: http://127.0.0.1:4566/
              headers:
                Host:
                - '127.0.0.1:4566'
              body: '{{"Entries":[]}}'
        interactions:
        - harness:
            case: {_scalar(case.id)}
            version: '2021-03-02'
            contract: {_scalar(contract_digest(contract))}
            recorded_at: '2026-08-01T12:00:00Z'
            origin: boundary
            description: 'Entries: 10 items'
            aims:
            - constraint: events:PutEvents#/input/Entries/length/max
              side: inside
            vouched: true
            botocore: '{botocore.__version__}'
          request:
            method: POST
            uri: http://127.0.0.1:4566/
            headers:
              Host:
              - '127.0.0.1:4566'
            body: '{{"Entries":[]}}'
          response:
            status:
              code: 200
              message: OK
            headers:
              Content-Type:
              - application/x-amz-json-1.1
              Set-Cookie:
              - REDACTED
              - REDACTED
            body:
              string: '{{"FailedEntryCount":0}}'
        version: 1
        """)


def _scalar(digest):
    return digest if digest[0].isalpha() else f"'{digest}'"


def test_lines_of_a_body_stay_lines(tmp_path, contract, case, exchange, noon):
    recorder = Recorder(tmp_path, "emulator")
    recorder.add(contract, case, exchange(b'{\n  "Entries": []\n}\n'), noon)
    text = recorder.save(contract).read_text()
    assert '    body: |\n      {\n        "Entries": []\n      }\n  response:' in text


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="an input"),
        pytest.param({"raw": True, "vouched": True}, id="raw"),
        pytest.param({"error": "ThrottlingException"}, id="an error asked for"),
        pytest.param({"repeats": "0123456789abcdef"}, id="a repeated token"),
        pytest.param({"authentication": "wrong-scope"}, id="a wrong scope"),
    ],
)
def test_a_case_comes_back_without_its_input(tmp_path, contract, exchange, noon, fields):
    case = make_case(contract, "fuzz", "it's 10 % odd: \ud800", input={"a": 1}, **fields)
    recorder = Recorder(tmp_path, "emulator")
    recorder.add(contract, case, exchange(), noon)
    read = read_cassette(recorder.save(contract)).interactions[0]
    assert read.case == msgspec.structs.replace(case, input=None, description="it's 10 % odd: \\ud800")
    assert (read.version, read.contract) == ("2021-03-02", contract_digest(contract))
    assert read.recorded_at == noon
    assert read.url == "http://127.0.0.1:4566"


def test_a_fault_comes_back_with_its_request_but_for_authentication(tmp_path, contract, noon):
    request = Request("POST", "/a?b", Headers.of([("Content-Type", "text/plain")]), b"{")
    case = make_case(contract, "wire", "malformed", fault="malformed-json", request=request)
    sent = msgspec.structs.replace(
        request,
        headers=Headers(
            (*request.headers.fields, ("X-Amz-Date", "20260801T120000Z"), ("Authorization", "x"))
        ),
    )
    recorder = Recorder(tmp_path, "emulator", url="http://127.0.0.1:1/prefix")
    recorder.add(contract, case, Exchange(sent, Response(400)), noon)
    read = read_cassette(recorder.save(contract)).interactions[0]
    assert read.case == case
    assert read.exchange.request == msgspec.structs.replace(
        sent, headers=sent.headers.replacing("Authorization", "REDACTED")
    )
    assert read.url == "http://127.0.0.1:1"


def test_failures_keep_their_place_among_the_interactions(cassette):
    read = read_cassette(cassette)
    assert [item.exchange.failure for item in read.recorded] == [None, None, "connection reset", None]
    assert [item.exchange.request.body for item in read.interactions] == [
        b'{"Entries":[]}',
        b"\xff\x00",
        '{"é": "🎈"}'.encode(),
    ]


def test_a_new_recording_replaces_the_old_one_whole(tmp_path, cassette, contract, case, exchange, noon):
    recorder = Recorder(tmp_path, "emulator")
    recorder.add(contract, case, exchange(b"new"), noon)
    assert recorder.save(contract) == cassette
    assert [item.exchange.request.body for item in read_cassette(cassette).recorded] == [b"new"]
    assert [path.name for path in cassette.parent.iterdir()] == [cassette.name]


def test_nothing_exchanged_overwrites_nothing(tmp_path, cassette, contract):
    before = cassette.read_bytes()
    assert Recorder(tmp_path, "emulator").save(contract) is None
    assert cassette.read_bytes() == before


def test_an_unfinished_operation_is_named_and_leaves_the_old_cassette(
    tmp_path, cassette, contract, case, exchange, noon
):
    before = cassette.read_bytes()
    recorder = Recorder(tmp_path, "emulator")
    recorder.add(contract, case, exchange(b"new"), noon)
    assert recorder.close() == ("events:PutEvents 2021-03-02",)
    assert recorder.save(contract) is None
    assert cassette.read_bytes() == before


def test_what_cannot_be_cleaned_is_counted_and_told_and_not_written(tmp_path, contract, case, exchange, noon):
    recorder = Recorder(tmp_path, "emulator", secrets=("open-sesame",))
    recorder.add(contract, case, exchange(b"\xff open-sesame"), noon)
    assert recorder.save(contract) is None
    recorder.add(contract, case, exchange(), noon)
    path = recorder.save(contract)
    assert recorder.refused == (
        Refusal("events:PutEvents", "2021-03-02", case.id, "a body that is no text holds a secret"),
    )
    assert read_cassette(path).refused == 1
    assert b"sesame" not in path.read_bytes()


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".."])
def test_no_name_leaves_the_directory(tmp_path, contract, case, exchange, noon, name):
    recorder = Recorder(tmp_path, name)
    recorder.add(contract, case, exchange(), noon)
    with pytest.raises(UsageError) as caught:
        recorder.save(contract)
    assert caught.value.problem == f"{name!r} cannot name a cassette"


def test_a_directory_that_is_a_file_is_one_clear_sentence(tmp_path, contract, case, exchange, noon):
    (tmp_path / "emulator").write_text("a file")
    recorder = Recorder(tmp_path, "emulator")
    recorder.add(contract, case, exchange(), noon)
    with pytest.raises(UnfinishedError, match="the cassette cannot be written") as caught:
        recorder.save(contract)
    assert caught.value.remedy == "Make room or give write permission, and record again."
    assert (tmp_path / "emulator").read_text() == "a file"


def test_stock_vcrpy_replays_the_cassette_to_a_client_with_no_server(tmp_path, contract, case, noon):
    import vcr

    body = '{\r\n"a": " \u2028\x85🎈"}'.encode()
    answer = b"\x00\xff\r\n " + body
    headers = Headers.of([("X-A", "1"), ("Content-Length", str(len(answer)))])
    request = Request("POST", "/path?x=%2F", Headers.of([("Content-Type", "text/plain")]), body)
    recorder = Recorder(tmp_path, "127.0.0.1_9", url="http://127.0.0.1:9")
    recorder.add(contract, case, Exchange(request, Response(402, headers, answer)), noon)
    path = recorder.save(contract)
    before = path.read_bytes()
    with vcr.use_cassette(str(path), record_mode="none", match_on=["method", "uri", "body"]):
        connection = http.client.HTTPConnection("127.0.0.1", 9)
        connection.request("POST", "/path?x=%2F", body=body)
        response = connection.getresponse()
        assert (response.status, response.read(), response.getheader("X-A")) == (402, answer, "1")
    assert path.read_bytes() == before


def test_stock_vcrpy_adds_to_our_cassette_without_losing_an_exchange(cassette):
    import vcr
    from vcr.cassette import Cassette

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(204)
            self.end_headers()

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    with vcr.use_cassette(str(cassette), record_mode="new_episodes"):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
        connection.request("GET", "/new")
        assert connection.getresponse().status == 204
        connection.close()
    thread.join()
    server.server_close()
    assert len(Cassette.load(path=str(cassette))) == 4


def test_recorder_reader_and_replay_do_not_import_vcrpy():
    code = (
        "import sys, harness.cassettes.record, harness.cassettes.read, harness.targets.replay;"
        "sys.exit('vcr' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
