"""Records calls of a boto3 client through ``harness.use_cassette``, until it is done or killed.

``client_process.py FILE NAME FIRST COUNT``: COUNT calls in one block (0: for ever, in blocks of one to five
calls). The number of each call is printed when the call has returned.
"""

from __future__ import annotations

import random
import sys

import boto3

import harness


def entry(name: str, number: int) -> dict[str, str]:
    """What a call sends, so that its recording tells who made it as which."""
    return {"Source": name, "DetailType": str(number), "Detail": '{"filling":"' + "x" * 400 + '"}'}


def main(path: str, name: str, first: int, count: int) -> None:
    """Record; see above."""
    made = boto3.client("events", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    chance, number = random.Random(first), first
    # The models are read and the emulator is made now, so that no time goes into it later.
    with harness.use_cassette(f"{path}.{name}.warm.jsonl", mode="all", target="emulator"):
        made.put_events(Entries=[entry(name, -1)])
    print("ready", flush=True)
    sys.stdin.readline()
    while True:
        with harness.use_cassette(path, mode="new", target="emulator"):
            for _ in range(count or chance.randrange(1, 6)):
                made.put_events(Entries=[entry(name, number)])
                print(number, flush=True)
                number += 1
        if count:
            return


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
