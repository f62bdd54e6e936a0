"""A cassette that only plays: no connection, thread or fetch of credentials gets past it."""

from __future__ import annotations

import contextlib
import http.client
import multiprocessing
import threading
import urllib.request
from http.client import HTTPConnection as ImportedBefore

import boto3
import botocore.exceptions
import pytest
import requests
import urllib3
from client_recordings import ENTRY, client, endpoint

import harness
from harness.errors import NotRecordedWarning, RecordingMissing, UsageError


def sent_over(connection):
    connection.request("GET", "/")
    return connection.getresponse().status


def address(served):
    return served.url.removeprefix("http://")


def credentials(served):
    return boto3.Session().client("events", region_name="us-east-1", endpoint_url=served.url).list_rules()


# What is made before the block, and what is done with it inside.
WAYS = [
    pytest.param(lambda served: requests.Session(), lambda made, s: made.get(s.url), id="session"),
    pytest.param(lambda served: urllib3.PoolManager(), lambda made, s: made.request("GET", s.url), id="pool"),
    pytest.param(
        lambda served: http.client.HTTPConnection(address(served)),
        lambda made, s: sent_over(made),
        id="connection",
    ),
    pytest.param(
        lambda served: urllib3.connection.HTTPConnection(*address(served).split(":")),
        lambda made, s: sent_over(made),
        id="connection of urllib3",
    ),
    pytest.param(
        lambda served: ImportedBefore,
        lambda made, s: sent_over(made(address(s))),
        id="class imported by name",
    ),
    pytest.param(lambda served: None, lambda made, s: urllib.request.urlopen(s.url), id="urllib"),
    pytest.param(
        lambda served: client("sts", served.url), lambda made, s: made.get_caller_identity(), id="client"
    ),
]


@pytest.fixture
def empty(tmp_path):
    """A cassette in which one call of another operation stands."""
    path = tmp_path / "x.jsonl"
    with endpoint() as served, harness.use_cassette(path, mode="once"):
        client("events", served.url).list_rules()
    return path


@pytest.mark.parametrize("in_thread", [False, True], ids=["here", "in a thread"])
@pytest.mark.parametrize(("make", "ask"), WAYS)
def test_nothing_is_sent(empty, make, ask, in_thread):
    raised = []

    def attempt():
        try:
            ask(made, served)
        except RecordingMissing as missing:
            raised.append(missing)

    with endpoint() as served:
        made = make(served)
        with harness.use_cassette(empty):
            if in_thread:
                thread = threading.Thread(target=attempt)
                thread.start()
                thread.join()
            else:
                attempt()
        assert (len(raised), served.count) == (1, 0)


def test_a_connection_of_before_is_named(empty):
    with endpoint() as served:
        connection = http.client.HTTPConnection(address(served))
        with harness.use_cassette(empty), pytest.raises(RecordingMissing) as missing:
            connection.request("GET", "/")
        assert str(missing.value) == (
            f"{empty}: GET {address(served)} goes out over a connection of before the block, or of "
            "another recorder, which it does not cover\n  "
            "Make the connection inside the block, and name its class by its module: http.client."
        )
        with contextlib.closing(connection):
            connection.request("GET", "/_harness/health")
            assert (connection.getresponse().read()[:1], served.count) == (b"{", 1)


@pytest.mark.parametrize(
    "variable", ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT"]
)
def test_credentials_are_not_fetched(empty, monkeypatch, tmp_path, variable):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with endpoint() as served:
        monkeypatch.setenv(variable, served.url)
        with (
            harness.use_cassette(empty),
            pytest.raises(botocore.exceptions.HTTPClientError, match="has no recording"),
        ):
            credentials(served)
        assert served.count == 0


def test_what_a_forked_process_records_is_told_apart(tmp_path):
    """Equal calls of parent and children are as many recordings, none of them an attempt of another."""
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        made = client("events", served.url)
        with harness.use_cassette(path, mode="new"):
            fork = multiprocessing.get_context("fork")
            children = [fork.Process(target=made.put_events, kwargs={"Entries": [ENTRY]}) for _ in range(2)]
            for child in children:
                child.start()
            made.put_events(Entries=[ENTRY])
            for child in children:
                child.join()
        with harness.use_cassette(path) as cassette:
            for _ in range(3):
                made.put_events(Entries=[ENTRY])
        assert (cassette.played, cassette.unplayed, served.count) == (3, (), 3)


def test_an_answer_that_comes_after_the_block_is_told(tmp_path):
    """It cannot be recorded any more, and that is said."""
    path = tmp_path / "x.yaml"
    asked, ended = threading.Event(), threading.Event()
    with endpoint() as served:
        made, real = client("events", served.url), served.emulator.handle

        class Slow:
            def handle(self, request):
                asked.set()
                ended.wait(10)
                return real(request)

        served.emulator = Slow()
        thread = threading.Thread(target=made.list_rules)
        with harness.use_cassette(path, mode="once") as cassette:
            thread.start()
            asked.wait(10)
        ended.set()
        with pytest.warns(NotRecordedWarning, match="its answer came after the block had ended"):
            thread.join()
        assert cassette.refused == [
            "events:ListRules was not recorded: its answer came after the block had ended"
        ]


def test_waiters_do_not_sleep(tmp_path, slept):
    path = tmp_path / "x.yaml"
    pause = {"Delay": 1, "MaxAttempts": 3}
    with endpoint() as served:
        waiter = client("dynamodb", served.url).get_waiter("table_not_exists")

        def wait():
            with pytest.raises(botocore.exceptions.WaiterError):
                waiter.wait(TableName="orders", WaiterConfig=pause)

        with harness.use_cassette(path, mode="once"):
            wait()
        assert slept.count(1) == 2
        with harness.use_cassette(path):
            wait()
        assert slept.count(1) == 2
        assert served.count == 3


def test_requests_of_no_operation_are_named_alike(tmp_path):
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        with harness.use_cassette(path, mode="once"):
            requests.post(f"{served.url}/_harness/health", data=b"one")
        with harness.use_cassette(path) as cassette, pytest.raises(RecordingMissing) as missing:
            requests.post(f"{served.url}/_harness/health", data=b"two")
    name = f"POST {address(served)}/_harness/health"
    assert (
        missing.value.problem
        == f"{name} has no recording with this query and body, and 1 recording with others"
    )
    assert cassette.unplayed == (name,)


class Tests:
    pass


@pytest.mark.parametrize(
    ("use", "message"),
    [
        pytest.param(
            lambda: harness.use_cassette(lambda: None),
            "path: a function names no file\n  Give the file: use_cassette('orders.yaml').",
            id="without parentheses",
        ),
        pytest.param(
            lambda: harness.use_cassette(""),
            "path: '' names no file\n  Give the file: use_cassette('orders.yaml').",
            id="empty",
        ),
        pytest.param(
            lambda: harness.use_cassette("x.yaml")(Tests),
            "use_cassette: Tests is a class, of which no method would be covered\n  Decorate its methods.",
            id="class",
        ),
    ],
)
def test_wrong_turns_are_refused(use, message):
    with pytest.raises(UsageError) as refused:
        use()
    assert str(refused.value) == message


@pytest.mark.parametrize("mode", ["none", "once"])
def test_a_directory_is_named(tmp_path, mode):
    (tmp_path / "x.yaml").mkdir()
    with (
        pytest.raises(harness.errors.CassetteMissing) as refused,
        harness.use_cassette(tmp_path / "x.yaml", mode),
    ):
        pass
    assert str(refused.value) == f"{tmp_path / 'x.yaml'}: is a directory\n  Name a file."


def test_a_missing_file_says_how_to_record_it(tmp_path):
    with pytest.raises(harness.errors.CassetteMissing) as refused, harness.use_cassette(tmp_path / "x.yaml"):
        pass
    assert str(refused.value) == (
        f"{tmp_path / 'x.yaml'}: there is no such cassette\n  "
        "Record it with mode='once', or name another file."
    )
