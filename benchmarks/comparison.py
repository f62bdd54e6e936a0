"""What it costs to hold two sets of answers against each other, beside deepdiff alone.

    python benchmarks/comparison.py [ITEMS]

Three jobs: 1,000 answers that are equal; a list of 2,200 items of which a tenth changed, in the same order;
the same list shuffled. deepdiff alone takes long for the last, so it is given a tenth of the items there (the
column says how many) and its time is multiplied by ten, as if it were linear: its own growth is worse, so
the true ratio is higher. The ratio says how many times longer deepdiff takes; quote it.
"""

from __future__ import annotations

import copy
import random
import sys
import time
from collections.abc import Callable
from typing import Any

from deepdiff import DeepDiff

from harness.compare.interface import Observed
from harness.compare.responses import compare
from harness.contract import Contract
from harness.exchange import Outcome
from harness.importers.library import open_library

OPERATION = ("ec2", "DescribeInstances")
ANSWERS, ITEMS, CUT = 1000, 2200, 10
ROUNDS = 3


def instances(count: int) -> list[dict[str, Any]]:
    """Make the items of a list, each with an id of its own."""
    return [
        {
            "InstanceId": f"i-{number:017x}",
            "ImageId": f"ami-{number % 40:08x}",
            "InstanceType": "t3.micro",
            "PrivateIpAddress": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
            "LaunchTime": 1_614_643_200 + number,
            "State": {"Code": 16, "Name": "running"},
            "Tags": [{"Key": "Name", "Value": f"host-{number}"}, {"Key": "team", "Value": "shop"}],
        }
        for number in range(count)
    ]


def answer(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Make an output that holds the items."""
    return {"Reservations": [{"ReservationId": "r-1", "Instances": items}]}


def changed(items: list[dict[str, Any]], *, shuffled: bool) -> list[dict[str, Any]]:
    """Change one member of every tenth item."""
    other = copy.deepcopy(items)
    for item in other[::10]:
        item["State"] = {"Code": 80, "Name": "stopped"}
    if shuffled:
        random.Random(7).shuffle(other)
    return other


def milliseconds(job: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Say how long a job takes, the best of some rounds."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        job()
        taken.append(time.perf_counter() - started)
    return min(taken) * 1000


def ours(contract: Contract, old: list[Any], new: list[Any]) -> Callable[[], object]:
    """Make the job of comparing outputs here."""
    sides = [
        [
            Observed(str(number), contract.name, contract.version, Outcome("output", 200, output))
            for number, output in enumerate(side)
        ]
        for side in (old, new)
    ]
    return lambda: compare(sides[0], sides[1], {(contract.name, contract.version): contract})


def row(name: str, mine: float, theirs: float, size: str) -> None:
    """Print one row of the table."""
    print(f"{name:<44}{mine:>9.1f}{theirs:>14.1f}{size:>16}{theirs / mine:>9.2f}")


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ITEMS
    contract = open_library().load(*OPERATION)
    items = instances(count)
    few = items[: max(count // CUT, 1)]
    compare((), (), {})  # warm-up, not counted
    print(f"milliseconds, the best of {ROUNDS} rounds; {contract.name}")
    print(f"{'job':<44}{'harness':>9}{'deepdiff':>14}{'deepdiff read':>16}{'ratio':>9}")
    each = [answer(instances(2)) for _ in range(ANSWERS)]
    again = copy.deepcopy(each)
    alone = milliseconds(lambda: [DeepDiff(old, new) for old, new in zip(each, again, strict=True)], 1)
    row(f"{ANSWERS} equal answers", milliseconds(ours(contract, each, again)), alone, "all")
    for words, shuffled in (("a tenth changed", False), ("a tenth changed, shuffled", True)):
        new = answer(changed(items, shuffled=shuffled))
        mine = milliseconds(ours(contract, [answer(items)], [new]))
        cut = few if shuffled else items
        old_part, new_part = answer(cut), answer(changed(cut, shuffled=shuffled))
        options: dict[str, Any] = {"threshold_to_diff_deeper": 0, "ignore_order": shuffled}
        alone = milliseconds(lambda a=old_part, b=new_part, o=options: DeepDiff(a, b, **o), 1)
        scale = count / len(cut)
        row(f"{count} items, {words}", mine, alone * scale, f"{len(cut)} of {count}")


if __name__ == "__main__":
    main()
