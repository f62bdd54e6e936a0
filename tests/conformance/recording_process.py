"""Records interactions, numbered, until it is done or killed; run as a process of its own.

``recording_process.py FILE NAME FIRST COUNT ROUNDS``: COUNT interactions in each of ROUNDS sessions (0: for
ever, of one to five interactions each). Each number is printed when its interaction is on the disk.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime
from pathlib import Path

from harness.cassettes import door  # noqa: F401 - imported now, so that no time goes into it later
from harness.cassettes.format import BodyPart, Entry, InteractionPart, RequestPart, ResponsePart, Status
from harness.cassettes.stores import open_store


def numbered(name: str, number: int) -> InteractionPart:
    """An interaction of PutEvents, about 1.7 KB of YAML, that knows who recorded it as which."""
    entry = Entry(
        contract="299572a2a869d12c",
        recorded_at=datetime.now(UTC),
        operation="events:PutEvents",
        key="ab" * 16,
        botocore="1.44.5",
        against="emulator",
        call=f"{name}-{number}",
        attempt=1,
    )
    sent = {
        "X-Amz-Target": ["AWSEvents.PutEvents"],
        "Content-Type": ["application/x-amz-json-1.1"],
        "User-Agent": ["Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux md/arch#x86_64 lang/python#3.11"],
        "X-Amz-Date": ["20261121T000000Z"],
        "Authorization": ["REDACTED"],
        "amz-sdk-invocation-id": ["2b1f0a3e-7c6d-4d1b-9f52-0a6f6d0c9b11"],
        "amz-sdk-request": ["attempt=1"],
        "Content-Length": ["560"],
    }
    received = {
        "x-amzn-RequestId": ["5b7d0c1e-90f1-4a8e-8f3c-7f1c1d2e3f40"],
        "Content-Type": ["application/x-amz-json-1.1"],
        "Content-Length": ["85"],
    }
    detail = "x" * 480 + str(number)
    body = '{"Entries":[{"Source":"shop","DetailType":"order","Detail":"' + detail + '"}]}'
    answer = '{"FailedEntryCount":0,"Entries":[{"EventId":"11710aed-b79e-4468-a20b-bb3c0c3b4860"}]}'
    request = RequestPart("POST", "http://127.0.0.1:4566/", sent, body.encode())
    return InteractionPart(
        entry, request, ResponsePart(Status(200, "OK"), received, BodyPart(answer.encode()))
    )


def main(path: Path, name: str, first: int, count: int, rounds: int) -> None:
    """Record; see above."""
    chance, number = random.Random(first), first
    print("ready", flush=True)
    sys.stdin.readline()
    session = 0
    while not rounds or session < rounds:
        session += 1
        store = open_store(path)
        for _ in range(count or chance.randrange(1, 6)):
            store.append(numbered(name, number))
            print(number, flush=True)
            number += 1
        store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))
