"""``harness.use_cassette`` with real clients: boto3 through botocore's door, requests through vcrpy's."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import http.server
import json
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import botocore.exceptions
import pytest
import requests
import vcr
from client_recordings import ENTRY, SERVICES, client, endpoint

import harness
from harness.cassettes.stores import open_store
from harness.errors import CassetteMissing, HarnessError, RecordingMissing, UsageError

ROOT = Path(__file__).resolve().parents[2]
ENDINGS = [pytest.param(".yaml", id="yaml"), pytest.param(".jsonl", id="json-lines")]
BUS = "arn:aws:events:us-east-1:111122223333:event-bus/orders"

# One operation of each protocol that is recorded, and another one that is asked for afterwards.
PROTOCOLS = [
    pytest.param("events", "put_events", {"Entries": [ENTRY]}, "list_rules", {}, id="json"),
    pytest.param("apigateway", "get_rest_apis", {}, "get_domain_names", {}, id="rest-json"),
    pytest.param("sts", "get_caller_identity", {}, "get_session_token", {}, id="query"),
    pytest.param("ec2", "describe_vpcs", {}, "describe_subnets", {}, id="ec2"),
    pytest.param("s3", "list_buckets", {}, "list_objects_v2", {"Bucket": "photos"}, id="rest-xml"),
    pytest.param(
        "eventbridgev2", "list_event_buses", {}, "list_event_sources", {}, id="rpc-v2-cbor"
    ),
][: None if "eventbridgev2" in SERVICES else -1]  # fmt: skip


def plain(answer):
    """An answer without what a connection adds."""
    kept = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    return {**kept, "status": answer["ResponseMetadata"]["HTTPStatusCode"]}


class Holder(http.server.BaseHTTPRequestHandler):
    """An endpoint that says how long an object is, as S3 does where only its head is asked for."""

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("Content-Length", "330")
        self.end_headers()

    def log_message(self, *_words):
        pass


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_length_of_what_is_not_sent_is_played(tmp_path, ending):
    """An answer to HEAD names the length of a body that does not follow."""
    with http.server.HTTPServer(("127.0.0.1", 0), Holder) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        made = client("s3", f"http://127.0.0.1:{server.server_port}")
        for mode in ("once", "none"):
            with harness.use_cassette(tmp_path / f"head{ending}", mode=mode):
                assert made.head_object(Bucket="photos", Key="cat")["ContentLength"] == 330
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_recorded_is_played(tmp_path, ending):
    """Old clients and new ones, one thread and others: all are covered, and nothing reaches the endpoint."""
    path = tmp_path / f"put{ending}"
    with endpoint() as served:
        early = client("events", served.url)
        with harness.use_cassette(path, mode="once") as cassette:
            recorded = [plain(early.put_events(Entries=[{**ENTRY, "Source": name}])) for name in ("a", "b")]
        assert cassette.recorded == 2
        assert served.count == 2
        with harness.use_cassette(path) as cassette:
            again = [plain(early.put_events(Entries=[{**ENTRY, "Source": name}])) for name in ("b", "a")]
            assert cassette.unplayed == ()
        assert again == recorded[::-1]
        assert served.count == 2
    with harness.use_cassette(path):
        late = client("events", served.url)
        assert plain(late.put_events(Entries=[{**ENTRY, "Source": "b"}])) == recorded[1]


@pytest.mark.parametrize(("service", "recorded", "given", "asked", "with_"), PROTOCOLS)
def test_another_operation_is_a_miss(tmp_path, service, recorded, given, asked, with_):
    """No protocol lets one operation's recording answer another's request."""
    path = tmp_path / "one.yaml"
    with endpoint() as served:
        made = client(service, served.url)
        with harness.use_cassette(path, mode="once"):
            expected = plain(getattr(made, recorded)(**given))
        with harness.use_cassette(path):
            with pytest.raises(RecordingMissing) as missing:
                getattr(made, asked)(**with_)
            assert plain(getattr(made, recorded)(**given)) == expected
        assert served.count == 1
    name = made.meta.method_to_api_mapping
    assert f"{service}:{name[asked]} has no recording" in missing.value.problem
    assert f"{service}:{name[recorded]} (1)" in missing.value.problem
    assert not isinstance(missing.value, botocore.exceptions.BotoCoreError)


def test_a_miss_names_the_members_that_differ(tmp_path):
    path = tmp_path / "put.yaml"
    with endpoint() as served:
        made = client("events", served.url)
        with harness.use_cassette(path, mode="once"):
            made.put_events(Entries=[ENTRY])
            made.put_events(Entries=[ENTRY, ENTRY])
        with harness.use_cassette(path), pytest.raises(RecordingMissing) as missing:
            made.put_events(Entries=[{**ENTRY, "Source": "shop2", "EventBusName": BUS}])
    assert missing.value.problem == (
        "events:PutEvents has no recording with this input; the nearest one differs in "
        f"Entries/0/EventBusName (recorded nothing, asked '{BUS}'), "
        "Entries/0/Source (recorded 'shop', asked 'shop2')"
    )


def test_what_was_played_is_gone_unless_reading_may_repeat(tmp_path):
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        made = client("events", served.url)
        with harness.use_cassette(path, mode="once"):
            made.list_rules()
            made.put_events(Entries=[ENTRY])
        with harness.use_cassette(path):
            made.list_rules()
            with pytest.raises(RecordingMissing, match="once more than it was recorded"):
                made.list_rules()
        with harness.use_cassette(path, repeats="read-only"):
            first = plain(made.list_rules())
            assert plain(made.list_rules()) == first
            made.put_events(Entries=[ENTRY])
            with pytest.raises(RecordingMissing):
                made.put_events(Entries=[ENTRY])


def test_strict_order_is_kept(tmp_path):
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        made = client("events", served.url)
        with harness.use_cassette(path, mode="once"):
            made.put_events(Entries=[ENTRY])
            made.list_rules()
        with harness.use_cassette(path, strict_order=True):
            with pytest.raises(
                RecordingMissing, match=r"events:ListRules is out of turn: .* events:PutEvents next"
            ):
                made.list_rules()
            made.put_events(Entries=[ENTRY])
            made.list_rules()


@pytest.mark.parametrize("ending", ENDINGS)
def test_new_records_only_what_it_does_not_know(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    with endpoint() as served:
        made = client("events", served.url)
        with harness.use_cassette(path, mode="new"):
            made.put_events(Entries=[ENTRY])
        with harness.use_cassette(path, mode="new") as cassette:
            made.put_events(Entries=[ENTRY])
            made.list_rules()
        assert (cassette.played, cassette.recorded, served.count) == (1, 1, 2)
        with harness.use_cassette(path, mode="once") as cassette:
            made.list_rules()
            with pytest.raises(RecordingMissing):
                made.list_event_buses()
        assert served.count == 2


@pytest.mark.parametrize("ending", ENDINGS)
def test_all_records_anew_and_keeps_the_rest(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    with endpoint() as served:
        made = client("events", served.url)
        with harness.use_cassette(path, mode="once"):
            made.put_events(Entries=[ENTRY])
            made.list_rules()
        with harness.use_cassette(path, mode="all"):
            served.fail(500)
            with pytest.raises(botocore.exceptions.ClientError):
                made.put_events(Entries=[ENTRY])
        with harness.use_cassette(path) as cassette:
            made.list_rules()
            with pytest.raises(botocore.exceptions.ClientError):
                made.put_events(Entries=[ENTRY])
            assert cassette.unplayed == ()


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_retries_are_played_without_sleeping(tmp_path, slept, mode):
    path = tmp_path / f"{mode}.yaml"
    with endpoint() as served:
        made = client("events", served.url, retries={"mode": mode, "total_max_attempts": 3})
        with harness.use_cassette(path, mode="once"):
            served.fail(503, times=2)
            retried = made.list_rules()
            served.fail(503, times=3)
            with pytest.raises(botocore.exceptions.ClientError) as failed:
                made.list_rules()
        assert len(slept) >= 4
        count = served.count
        made = client("events", served.url, retries={"mode": mode, "total_max_attempts": 3})
        with harness.use_cassette(path):
            slept.clear()
            assert made.list_rules()["ResponseMetadata"]["RetryAttempts"] == 2
            with pytest.raises(botocore.exceptions.ClientError) as again:
                made.list_rules()
            assert slept == []
        assert served.count == count == 6
    assert retried["ResponseMetadata"]["RetryAttempts"] == 2
    assert again.value.response["Error"] == failed.value.response["Error"]


def test_silence_is_recorded_and_played(tmp_path):
    path = tmp_path / "silent.yaml"
    made = client("events", "http://127.0.0.1:9")
    said = []
    for mode in ("once", "none"):
        with harness.use_cassette(path, mode):
            with pytest.raises(botocore.exceptions.EndpointConnectionError) as failed:
                made.list_rules()
            said.append(str(failed.value))
    assert said == ['Could not connect to the endpoint URL: "http://127.0.0.1:9/"'] * 2


@pytest.mark.parametrize("ending", ENDINGS)
def test_threads_lose_nothing_through_botocore(tmp_path, ending):
    path = tmp_path / f"threads{ending}"
    with endpoint() as served:
        made = [client("events", served.url) for _ in range(8)]

        def ten(place):
            return [
                plain(made[place].put_events(Entries=[{**ENTRY, "Source": f"{place}-{number}"}]))
                for number in range(10)
            ]

        with harness.use_cassette(path, mode="once") as cassette, ThreadPoolExecutor(8) as pool:
            recorded = list(pool.map(ten, range(8)))
        assert (cassette.recorded, served.count) == (80, 80)
        with harness.use_cassette(path) as cassette, ThreadPoolExecutor(8) as pool:
            assert list(pool.map(ten, range(8))) == recorded
        assert (cassette.played, served.count) == (80, 80)


@pytest.mark.parametrize("ending", ENDINGS)
def test_threads_lose_nothing_through_vcrpy(tmp_path, ending):
    path = tmp_path / f"threads{ending}"
    with endpoint() as served:

        def ten(place):
            with requests.Session() as session:
                return [
                    session.get(f"{served.url}/_harness/health?of={place}-{number}").json()
                    for number in range(10)
                ]

        with harness.use_cassette(path, mode="once") as cassette, ThreadPoolExecutor(8) as pool:
            recorded = list(pool.map(ten, range(8)))
        assert (cassette.recorded, served.count) == (80, 80)
        with harness.use_cassette(path) as cassette, ThreadPoolExecutor(8) as pool:
            assert list(pool.map(ten, range(8))) == recorded
        assert (cassette.played, served.count) == (80, 80)


def test_two_threads_have_two_cassettes(tmp_path):
    with endpoint() as served:
        made = client("events", served.url)

        def use(name):
            with harness.use_cassette(tmp_path / f"{name}.yaml", mode="new"):
                return [plain(made.put_events(Entries=[{**ENTRY, "Source": name}])) for _ in range(20)]

        with ThreadPoolExecutor(2) as pool:
            recorded = list(pool.map(use, ("a", "b")))
            assert served.count == 40
            assert list(pool.map(use, ("a", "b"))) == recorded
        assert served.count == 40
        requests.get(f"{served.url}/_harness/health")
        assert served.count == 41
    import urllib3.connection

    assert "vcr" not in urllib3.connection.HTTPConnection.__module__


def test_sessions_with_open_connections_are_covered(tmp_path):
    """A pool that holds a live connection from before the block does not use it in replay."""
    path = tmp_path / "x.yaml"
    with endpoint() as served, requests.Session() as session:
        session.get(f"{served.url}/_harness/health")
        with harness.use_cassette(path, mode="once"):
            session.get(f"{served.url}/_harness/health")
        session.get(f"{served.url}/_harness/health")
        with harness.use_cassette(path):
            session.get(f"{served.url}/_harness/health")
            with pytest.raises(RecordingMissing, match=r"GET .*/_harness/requests has no recording"):
                session.get(f"{served.url}/_harness/requests")
        assert served.count == 3
        session.get(f"{served.url}/_harness/health")
        assert served.count == 4


def test_bare_requests_of_an_operation_match_by_meaning(tmp_path):
    """What another client signs and spells in its own way means the same."""
    path = tmp_path / "x.jsonl"
    with endpoint() as served:
        with harness.use_cassette(path, mode="once"):
            made = client("events", served.url).put_events(Entries=[ENTRY])
        headers = {"X-Amz-Target": "AWSEvents.PutEvents", "Content-Type": "application/x-amz-json-1.1"}
        entry = dict(reversed(ENTRY.items()))
        with harness.use_cassette(path):
            body = json.dumps({"Entries": [entry]}, indent=2)
            answered = requests.post(served.url, data=body, headers=headers)
        assert answered.json()["Entries"] == made["Entries"]
        assert served.count == 1


def test_plain_http_clients_are_covered(tmp_path):
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        address = served.url.removeprefix("http://")

        def ask():
            connection = http.client.HTTPConnection(address)
            connection.request("GET", "/_harness/health")
            with contextlib.closing(connection):
                return connection.getresponse().read()

        with harness.use_cassette(path, mode="once"):
            recorded = ask()
        with harness.use_cassette(path):
            assert ask() == recorded
        assert served.count == 1


def test_tls_connections_are_made_and_refused(tmp_path):
    """http.client's own TLS connections can be made while a cassette is open, and replay lets none out."""
    with harness.use_cassette(tmp_path / "x.yaml", mode="new"):
        connection = http.client.HTTPSConnection("127.0.0.1", 9, timeout=2)
        connection.request("GET", "/")
        with pytest.raises(OSError):
            connection.getresponse()


def test_functions_and_coroutines_are_decorated(tmp_path):
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        made = client("events", served.url)

        @harness.use_cassette(path, mode="new")
        def ask():
            return plain(made.list_rules())

        @harness.use_cassette(path)
        async def ask_later():
            return await asyncio.to_thread(lambda: plain(made.list_rules()))

        async def ask_in_block():
            async with harness.use_cassette(path):
                return plain(made.list_rules())

        recorded = ask()
        assert ask() == recorded
        assert asyncio.run(ask_later()) == recorded
        assert asyncio.run(ask_in_block()) == recorded
        assert served.count == 1


def test_threads_of_a_block_belong_to_it(tmp_path):
    path = tmp_path / "x.yaml"
    answers = []
    with endpoint() as served:
        made = client("events", served.url)
        with harness.use_cassette(path, mode="once"):
            thread = threading.Thread(target=lambda: answers.append(plain(made.list_rules())))
            thread.start()
            thread.join()
        with harness.use_cassette(path):
            thread = threading.Thread(target=lambda: answers.append(plain(made.list_rules())))
            thread.start()
            thread.join()
        assert answers[0] == answers[1]
        assert served.count == 1


def test_the_emulator_can_be_asked_instead(tmp_path):
    """``target="emulator"``: a client of the real service is recorded without leaving the process."""
    path = tmp_path / "x.yaml"
    made = client("events", None)
    with harness.use_cassette(path, mode="once", target="emulator"):
        recorded = plain(made.put_events(Entries=[ENTRY]))
    with harness.use_cassette(path):
        assert plain(made.put_events(Entries=[ENTRY])) == recorded
    assert "against: emulator" in path.read_text()


def test_another_endpoint_can_be_asked_instead(tmp_path):
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        made = client("events", None)
        with harness.use_cassette(path, mode="once", target=served.url):
            recorded = plain(made.put_events(Entries=[ENTRY]))
        assert served.count == 1
    with harness.use_cassette(path):
        assert plain(made.put_events(Entries=[ENTRY])) == recorded


def test_bodies_that_stream_are_played(tmp_path):
    path = tmp_path / "x.yaml"
    content = bytes(range(256)) * 64
    with endpoint() as served:
        made = client("s3", served.url)
        with harness.use_cassette(path, mode="once"):
            made.put_object(Bucket="photos", Key="a/b.jpg", Body=content)
            recorded = made.get_object(Bucket="photos", Key="a/b.jpg")["Body"].read()
        with harness.use_cassette(path):
            made.put_object(Bucket="photos", Key="a/b.jpg", Body=content)
            assert made.get_object(Bucket="photos", Key="a/b.jpg")["Body"].read() == recorded
            with pytest.raises(RecordingMissing):
                made.put_object(Bucket="photos", Key="a/b.jpg", Body=content + b"!")
        assert served.count == 2


@pytest.mark.parametrize("ending", ENDINGS)
def test_idempotency_tokens_do_not_count(tmp_path, ending):
    path = tmp_path / f"x{ending}"
    with endpoint() as served:
        made = client("supplychain", served.url)
        given = {
            "instanceId": "12345678-1234-1234-1234-123456789012",
            "eventType": "scn.data.supplyplan",
            "data": "{}",
            "eventGroupId": "g",
        }
        with harness.use_cassette(path, mode="once"):
            recorded = plain(made.send_data_integration_event(**given))
        with harness.use_cassette(path):
            assert plain(made.send_data_integration_event(**given)) == recorded


def test_stock_vcrpy_plays_what_was_recorded(tmp_path):
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        with harness.use_cassette(path, mode="once"):
            recorded = requests.get(f"{served.url}/_harness/health").content
        with vcr.use_cassette(str(path), record_mode="none"):
            assert requests.get(f"{served.url}/_harness/health").content == recorded
        assert served.count == 1


def test_stock_recordings_are_played(tmp_path):
    path = tmp_path / "stock.yaml"
    with endpoint() as served:
        made = client("events", served.url)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with vcr.use_cassette(str(path)):
                recorded = plain(made.put_events(Entries=[ENTRY]))
                page = requests.get(f"{served.url}/_harness/health").content
        with harness.use_cassette(path):
            assert requests.get(f"{served.url}/_harness/health").content == page
            assert plain(made.put_events(Entries=[ENTRY])) == recorded
            with pytest.raises(RecordingMissing):
                made.list_rules()
        assert served.count == 2


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        pytest.param({"mode": "record"}, UsageError, "there is no record mode 'record'", id="mode"),
        pytest.param({"repeats": "always"}, UsageError, "there is no policy 'always'", id="repeats"),
        pytest.param({"stale": "maybe"}, UsageError, "there is no policy 'maybe'", id="stale"),
        pytest.param(
            {"ignore": ["http://localhost"]},
            UsageError,
            "'http://localhost' names no host",
            id="ignored host",
        ),
        pytest.param({"target": "moto"}, UsageError, "'moto' is neither 'emulator' nor a URL", id="target"),
        pytest.param(
            {"path": "x.har", "mode": "new"},
            UsageError,
            "files that end with .har are read and not recorded into",
            id="ending",
        ),
        pytest.param({}, CassetteMissing, "there is no such cassette", id="missing"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path, arguments, kind, message):
    arguments = dict(arguments)
    path = tmp_path / arguments.pop("path", "x.yaml")
    with pytest.raises(kind) as refused, harness.use_cassette(path, **arguments):
        pass
    assert refused.value.problem == message
    assert isinstance(refused.value, HarnessError)
    assert list(tmp_path.iterdir()) == []


def test_recordings_of_runs_answer_clients(tmp_path):
    """What a run recorded is found by the input, whoever asks."""
    path = ROOT / "cassettes/emulator/events/PutEvents/2025-05-28.yaml"
    stored = next(part for part in open_store(path).load().parts if part.response.status.code == 200)
    made = client("events", None)
    with harness.use_cassette(path) as cassette:
        answer = made.put_events(**json.loads(stored.request.body))
        with pytest.raises(RecordingMissing, match="events:ListRules has no recording"):
            made.list_rules()
    assert plain(answer)["Entries"] == json.loads(stored.response.body.string)["Entries"]
    assert cassette.played == 1


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_bucket_in_the_host_is_the_bucket_of_the_path(tmp_path, ending):
    """A presigned link is recorded as it was sent, and answers for the client's own call too."""
    path = tmp_path / f"x{ending}"
    made = client("s3", None, signature_version="s3v4", s3={"addressing_style": "virtual"})
    link = made.generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": "a.jpg"})
    with harness.use_cassette(path, mode="once", target="emulator"):
        recorded = requests.get(link).content
    assert "//photos.s3.amazonaws.com/a.jpg?" in path.read_text()
    with harness.use_cassette(path):
        assert requests.get(link).content == recorded
    with harness.use_cassette(path):
        assert made.get_object(Bucket="photos", Key="a.jpg")["Body"].read() == recorded


@pytest.mark.parametrize("ending", ENDINGS)
def test_clients_of_the_real_s3_are_recorded(tmp_path, ending):
    """They put the bucket into the host, where no parser looks for it."""
    path = tmp_path / f"x{ending}"
    made = client("s3", None, s3={"addressing_style": "auto"})

    def ask():
        made.put_object(
            Bucket="photos", Key="a.jpg", Body=b"hi", SSECustomerAlgorithm="AES256", SSECustomerKey="k" * 32
        )
        made.list_objects_v2(Bucket="photos")
        return made.get_object(Bucket="photos", Key="a.jpg")["Body"].read()

    with harness.use_cassette(path, mode="once", target="emulator") as cassette:
        recorded = ask()
    assert (cassette.recorded, cassette.refused) == (3, [])
    assert "//photos.s3.amazonaws.com/a.jpg" in path.read_text()
    assert "k" * 32 not in path.read_text()
    with harness.use_cassette(path) as cassette:
        assert ask() == recorded
    assert cassette.unplayed == ()


@pytest.mark.parametrize("target", ["k?x", "a/b c", "k"], ids=["with-a-mark", "with-a-blank", "plain"])
def test_a_bucket_in_the_host_is_recorded_and_found(tmp_path, target):
    """As S3's clients ask unless told otherwise; a secret key leaves no trace."""
    path = tmp_path / "x.yaml"
    made = client("s3", None, s3={"addressing_style": "auto"})
    asked = {"Bucket": "photos", "Key": target, "Body": b"light", "SSECustomerKey": "k" * 32}
    with harness.use_cassette(path, mode="once", target="emulator"):
        made.put_object(**asked)
        made.list_objects_v2(Bucket="photos")
    assert "k" * 32 not in path.read_text()
    with harness.use_cassette(path) as cassette:
        made.put_object(**asked)
        made.list_objects_v2(Bucket="photos")
        assert (cassette.played, cassette.unplayed) == (2, ())
