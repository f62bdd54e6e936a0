"""What one generated case costs, beside schemathesis' own coverage phase on the same schema.

    python benchmarks/generation_cost.py [SERVICE:OPERATION ...]

Both make cases for the same operation in one process, in turn; importing schemathesis is not counted. Quote
the ratio. Ours counts everything that a case of the coverage depth needs: boundaries, rules, wire faults,
errors, schemathesis' coverage phase itself and a little fuzzing.
"""

from __future__ import annotations

import statistics
import sys
import time

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from harness.contract import Contract
from harness.generate.openapi import openapi
from harness.generate.plan import generate
from harness.importers.library import open_library

OPERATIONS = (
    "events:PutEvents",
    "supplychain:SendDataIntegrationEvent",
    "dynamodb:PutItem",
    "sqs:SendMessage",
)
ROUNDS = 3


def ours(contract: Contract) -> int:
    """Make the cases of the coverage depth."""
    return len(generate(contract, "coverage", 0))


def theirs(contract: Contract) -> int:
    """Make schemathesis' coverage cases, and nothing of them."""
    config = SchemathesisConfig.from_dict({"phases": {"coverage": {"unexpected-methods": []}}})
    schema = schemathesis.openapi.from_dict(openapi(contract), config=config)
    operation = schema["/"]["post"]
    made = schema.iter_coverage_cases(
        operation,
        generation_modes=list(GenerationMode),
        generation_config=schema.config.generation_for(operation=operation, phase="coverage"),
    )
    return sum(1 for _ in made)


def per_case(make: object, contract: Contract) -> tuple[float, int]:
    """Say how many milliseconds one case costs, and how many there are."""
    started = time.perf_counter()
    count = make(contract)  # type: ignore[operator]
    return (time.perf_counter() - started) * 1000 / max(count, 1), count


def main() -> None:
    """Print the table."""
    print(f"milliseconds for each case, median of {ROUNDS} rounds")
    print(f"{'operation':<42}{'harness':>9}{'cases':>7}{'schemathesis':>14}{'cases':>7}{'ratio':>7}")
    for name in sys.argv[1:] or OPERATIONS:
        contract = open_library().load(*name.split(":"))
        per_case(ours, contract)  # warm-up, not counted
        rounds = [(per_case(ours, contract), per_case(theirs, contract)) for _ in range(ROUNDS)]
        mine = statistics.median(pair[0][0] for pair in rounds)
        other = statistics.median(pair[1][0] for pair in rounds)
        counts = rounds[0][0][1], rounds[0][1][1]
        print(f"{name:<42}{mine:>9.2f}{counts[0]:>7}{other:>14.2f}{counts[1]:>7}{mine / other:>7.2f}")


if __name__ == "__main__":
    main()
