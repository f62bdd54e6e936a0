"""Replay and load of recordings, here and in stock vcrpy (and cassetter, where it is installed), in one run.

    python benchmarks/recordings.py [LARGEST]

Every tool gets the same recorded PutEvents calls, or GETs, and is asked for the last ones of them: what comes
before is marked as played where a tool looks through it. LARGEST bounds the recordings (50,000 when left out;
vcrpy is asked up to 5,000). Quote the ratios: machines differ.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import statistics
import sys
import tempfile
import time
import timeit
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import requests
import vcr
from botocore.config import Config
from vcr.request import Request as StockRequest

import harness
from harness.cassettes.format import BodyPart, Entry, InteractionPart, RequestPart, ResponsePart, Status
from harness.cassettes.stores import open_store

URL = "http://127.0.0.1:4566/"
ANSWER = json.dumps({"FailedEntryCount": 0, "Entries": [{"EventId": "11111111-2222-3333-4444-555555555555"}]})
VCR_LARGEST = 5_000
ROUNDS = 3
HEADERS = {
    "X-Amz-Target": "AWSEvents.PutEvents",
    "Content-Type": "application/x-amz-json-1.1",
    "User-Agent": "Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.1 lang/python#3.11.7",
    "X-Amz-Date": "20260801T120000Z",
    "Authorization": "REDACTED",
    "amz-sdk-invocation-id": "3c1d7f3e-7d2f-4d07-9a2c-000000000000",
    "amz-sdk-request": "attempt=1",
}


def entry(number: int) -> dict[str, str]:
    """One event, different for each number."""
    detail = {"id": number, "items": [{"sku": f"sku-{item}", "count": item} for item in range(8)]}
    return {"Source": "com.example.shop", "DetailType": "order placed", "Detail": json.dumps(detail)}


def put_events(number: int) -> tuple[str, str, str, dict[str, str]]:
    """Method, URI, body and headers of one recorded call."""
    headers = {**HEADERS, "amz-sdk-invocation-id": f"3c1d7f3e-7d2f-4d07-9a2c-{number:012x}"}
    return "POST", URL, json.dumps({"Entries": [entry(number)]}), headers


def get(number: int) -> tuple[str, str, str, dict[str, str]]:
    """Method, URI, body and headers of one recorded GET."""
    return "GET", f"{URL}things/{number}", "", {"Accept": "*/*"}


Make = Callable[[int], tuple[str, str, str, dict[str, str]]]


def write_ours(path: Path, make: Make, count: int) -> None:
    """Record calls in our format; the first opening works the keys out, as recording does."""
    store = open_store(path)
    for number in range(count):
        method, uri, body, headers = make(number)
        request = RequestPart(method, uri, {name: [value] for name, value in headers.items()}, body)
        response = ResponsePart(
            Status(200, "OK"), {"Content-Type": ["application/x-amz-json-1.1"]}, BodyPart(ANSWER)
        )
        operation = "events:PutEvents" if method == "POST" else None
        entry = Entry(operation=operation, key=key_of(request), recorded_at=datetime.now(UTC))
        store.append(InteractionPart(entry, request, response))
    store.close()


def key_of(request: RequestPart) -> str:
    """Work out the key that recording would have stored."""
    from harness.cassettes.format import exchange_of
    from harness.cassettes.meaning import Meanings
    from harness.cassettes.modelled import installed
    from harness.cassettes.redaction import Vault

    global _meanings
    if _meanings is None:
        _meanings = Meanings(Vault(), installed())
    response = ResponsePart(Status(200, "OK"), {}, BodyPart(""))
    url, exchange = exchange_of(InteractionPart(None, request, response))
    host = url.partition("://")[2]
    if request.method == "POST":
        return _meanings.of_name("events:PutEvents", exchange.request, host).key
    return _meanings.of_bare(exchange.request, host).key


_meanings = None


def write_stock(path: Path, make: Make, count: int) -> None:
    """Record calls in stock vcrpy's YAML."""
    from vcr.persisters.filesystem import FilesystemPersister
    from vcr.serializers import yamlserializer

    def response() -> dict[str, object]:  # one each: the same one would be written as an alias
        headers = {"Content-Type": ["application/x-amz-json-1.1"]}
        return {
            "status": {"code": 200, "message": "OK"},
            "headers": headers,
            "body": {"string": ANSWER.encode()},
        }

    stored = [
        StockRequest(method, uri, body, headers) for method, uri, body, headers in map(make, range(count))
    ]
    FilesystemPersister.save_cassette(
        str(path), {"requests": stored, "responses": [response() for _ in stored]}, yamlserializer
    )


@contextlib.contextmanager
def ours(path: Path, _played: int) -> Iterator[None]:
    """Our replay; nothing has to be marked, since nothing is looked through."""
    with harness.use_cassette(path):
        yield


@contextlib.contextmanager
def stock(path: Path, played: int) -> Iterator[None]:
    """Stock vcrpy's replay with its default matching."""
    with vcr.use_cassette(str(path), record_mode="none") as cassette:
        cassette.play_counts.update(range(played))
        yield


@contextlib.contextmanager
def stock_by_body(path: Path, played: int) -> Iterator[None]:
    """Stock vcrpy's replay that tells calls apart, as ours does."""
    with vcr.use_cassette(str(path), record_mode="none", match_on=["method", "uri", "body"]) as cassette:
        cassette.play_counts.update(range(played))
        yield


@contextlib.contextmanager
def cassetter_by_uri(path: Path, _played: int) -> Iterator[None]:
    """Replay by cassetter from the same file."""
    import cassetter

    with cassetter.use_cassette(str(path), record_mode="none"):
        yield


def client() -> object:
    """A client that signs and retries as usual."""
    return boto3.client(
        "events",
        region_name="us-east-1",
        endpoint_url=URL,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="x",
        config=Config(retries={"max_attempts": 0}),
    )


def call_time(
    replay: Callable[..., object], path: Path, count: int, calls: int, ask: Callable[[int], object]
) -> float:
    """Seconds per call, the median over the last calls of a recording."""
    rounds, calls = max(1, calls // count), min(calls, count)
    taken = []
    for _ in range(rounds):
        with replay(path, count - calls):
            for number in range(count - calls, count):
                start = time.perf_counter()
                ask(number)
                taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def best(function: Callable[[], object], rounds: int = 3) -> float:
    """Seconds of the quickest of some rounds; Python's garbage collector runs, as it does for users."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        taken.append(time.perf_counter() - start)
    return min(taken)


def row(what: str, size: int, mine: float, peer: str = "", theirs: float | None = None) -> None:
    """Print one line of the table."""
    ratio = f"{theirs / mine:8.2f}" if theirs is not None else ""
    other = f"{theirs * 1000:10.2f}" if theirs is not None else " " * 10
    print(f"{what:26} {size:>7,} {mine * 1000:9.2f} {other}  {peer:18} {ratio}".rstrip(), flush=True)


def replayed(folder: Path, sizes: list[int], what: str, make: Make, ask: Callable[[int], object]) -> None:
    """Time calls at the end of recordings of several sizes."""
    peers = {"vcrpy": stock}
    if make is put_events:
        peers["vcrpy by body"] = stock_by_body
        if importlib.util.find_spec("cassetter") is not None:
            peers["cassetter"] = cassetter_by_uri
    for size in sizes:
        path = folder / f"{make.__name__}-{size}.jsonl"
        write_ours(path, make, size)
        tools = {"here": (ours, path)}
        if size <= VCR_LARGEST:
            write_stock(path.with_suffix(".yaml"), make, size)
            tools |= {peer: (replay, path.with_suffix(".yaml")) for peer, replay in peers.items()}
        times = in_turns(tools, size, ask)
        if len(times) == 1:
            row(what, size, times["here"])
        for peer, theirs in times.items():
            if peer != "here":
                row(what, size, times["here"], peer, theirs)


def in_turns(
    tools: dict[str, tuple[Callable[..., object], Path]], size: int, ask: Callable[[int], object]
) -> dict[str, float]:
    """Let every tool replay once a round, one after the other, since a machine's speed drifts.

    Returns:
        The best round of each tool, in seconds per call.
    """
    times: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, (replay, path) in tools.items():
            calls = 5 if "vcrpy" in name and size > 100 else 200
            times[name] = min(times.get(name, 1e9), call_time(replay, path, size, calls, ask))
    return times


def loaded(folder: Path, size: int) -> None:
    """Time loading: our formats, and stock vcrpy's YAML."""
    lines, yaml = folder / f"put_events-{size}.jsonl", folder / f"put_events-{size}.yaml"
    theirs = best(lambda: vcr.cassette.Cassette.load(path=str(yaml), record_mode="none"), 2)
    row("load JSON Lines", size, best(lambda: open_store(lines).load()), "vcrpy YAML", theirs)

    def open_whole() -> None:
        with harness.use_cassette(lines):
            pass

    row("open JSON Lines, indexed", size, best(open_whole), "vcrpy YAML", theirs)
    mine = folder / "ours.yaml"
    store = open_store(mine)
    for part in open_store(lines).load().parts:
        store.append(part)
    store.close()
    row("load YAML", size, best(lambda: open_store(mine).load(), 2), "vcrpy YAML", theirs)


def inactive() -> None:
    """Time what the hook costs a botocore call while no cassette is open."""
    from botocore.endpoint import Endpoint

    class Silent(Endpoint):
        def __init__(self) -> None:
            self.http_session = self

        def send(self, _: object) -> None:
            return None

    hooked = Silent()
    number = 200_000
    with_hook = timeit.timeit(lambda: hooked._send(None), number=number) / number
    bare = timeit.timeit(lambda: hooked.http_session.send(None), number=number) / number
    print(f"hook while no cassette is open: {(with_hook - bare) * 1e9:.0f} ns a call")


def main() -> None:
    """Print the table."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    sizes = [size for size in (10, 1_000, 5_000, 50_000) if size <= largest]
    made, session = client(), requests.Session()
    print("milliseconds; ratio: how many times faster than the peer")
    print(f"{'what':26} {'records':>7} {'here':>9} {'peer':>10}  {'':18} {'ratio':>8}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asked = lambda number: made.put_events(Entries=[entry(number)])  # noqa: E731
        replayed(folder, sizes, "boto3 put_events", put_events, asked)
        fetched = lambda number: session.get(f"{URL}things/{number}").content  # noqa: E731
        replayed(folder, [size for size in sizes if size <= 5_000], "requests GET", get, fetched)
        loaded(folder, max(size for size in sizes if size <= VCR_LARGEST))
    inactive()


if __name__ == "__main__":
    main()
