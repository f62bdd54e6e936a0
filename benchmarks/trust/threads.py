"""Eight threads that record and replay at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests as library

from trust.endpoint import ENTRY, Endpoint, client
from trust.tools import Tool

THREADS, CALLS = 8, 10
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260801/us-east-1/events/aws4_request, "
    f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
)
HEADERS = {
    "X-Amz-Target": "AWSEvents.PutEvents",
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Date": "20260801T000000Z",
    "Authorization": SIGNED,
}
Ask = Callable[[str], Any]


def boto3(tool: Tool, folder: Path, _scale: float) -> tuple[str, float]:
    """Through botocore clients."""

    def asking(url: str) -> Ask:
        made = client("events", url)
        return lambda source: made.put_events(Entries=[{**ENTRY, "Source": source}])["Entries"]

    return _both_ways(tool, folder, asking)


def requests(tool: Tool, folder: Path, _scale: float) -> tuple[str, float]:
    """Through sessions of requests."""

    def asking(url: str) -> Ask:
        session = library.Session()

        def ask(source: str) -> Any:
            answer = session.post(url, json={"Entries": [{**ENTRY, "Source": source}]}, headers=HEADERS)
            return answer.json()["Entries"]

        return ask

    return _both_ways(tool, folder, asking)


def _both_ways(tool: Tool, folder: Path, asking: Callable[[str], Ask]) -> tuple[str, float]:
    path = folder / f"x{tool.ending}"
    with Endpoint() as endpoint:
        asks = [asking(endpoint.url) for _ in range(THREADS)]

        def ten(place: int) -> list[Any]:
            return [_tried(asks[place], f"{place}-{number}") for number in range(CALLS)]

        with tool.use(path, True, True), ThreadPoolExecutor(THREADS) as pool:
            first = [each for part in pool.map(ten, range(THREADS)) for each in part]
        recorded, before = tool.count(path), endpoint.count
        with tool.use(path, False, True), ThreadPoolExecutor(THREADS) as pool:
            second = [each for part in pool.map(ten, range(THREADS)) for each in part]
        reached = endpoint.count - before
    right = sum(one == other and one is not None for one, other in zip(first, second, strict=True))
    calls = THREADS * CALLS
    share = (recorded + right + calls - reached) / (3 * calls)
    return f"{recorded} recorded, {right} replayed, {reached} reached the server", share


def _tried(ask: Ask, source: str) -> Any:
    try:
        return ask(source)
    except Exception:  # whatever a tool raises, the call was not answered
        return None
