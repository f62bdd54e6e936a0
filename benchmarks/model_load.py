"""How long it takes to load one operation's contract, beside botocore's own loading of the service model.

    python benchmarks/model_load.py [SERVICE ...]

One process; every service is loaded fresh on both sides. Quote the ratio.
"""

from __future__ import annotations

import statistics
import sys
import time

from botocore.loaders import Loader
from botocore.model import ServiceModel

from harness.importers.catalogue import Catalogue

SERVICES = (
    "events",
    "supplychain",
    "connectparticipant",
    "iot-managed-integrations",
    "s3",
    "dynamodb",
    "ec2",
)
ROUNDS = 5


def ours(service: str) -> float:
    """Open the catalogue warm, and load the service's first operation from it."""
    started = time.perf_counter()
    catalogue = Catalogue()
    catalogue.contract(service, catalogue.operations(service)[0])
    return (time.perf_counter() - started) * 1000


def theirs(service: str) -> float:
    """Load the same operation as botocore does for a client."""
    started = time.perf_counter()
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service_name=service)
    model.operation_model(sorted(model.operation_names)[0])
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Print the table."""
    ours("sts")  # builds the routing index where there is none, not counted
    print(f"milliseconds to load one operation, median of {ROUNDS} rounds")
    print(f"{'service':<28}{'harness':>9}{'botocore':>10}{'ratio':>7}")
    for service in sys.argv[1:] or SERVICES:
        rounds = [(ours(service), theirs(service)) for _ in range(ROUNDS)]
        mine = statistics.median(pair[0] for pair in rounds)
        other = statistics.median(pair[1] for pair in rounds)
        print(f"{service:<28}{mine:>9.1f}{other:>10.1f}{mine / other:>7.2f}")


if __name__ == "__main__":
    main()
