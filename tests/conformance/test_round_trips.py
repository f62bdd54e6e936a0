"""The round-trip laws over the models of the installed botocore: a seeded thousand, or every operation."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from round_trip_laws import (
    BOTOCORE,
    EXCEPTIONS,
    LAWS,
    LISTED,
    Breach,
    breaches,
    contracts_of,
    sample,
    services,
)

from harness.contract import Contract


def judged(contracts: Iterable[Contract]) -> tuple[list[Breach], list[str]]:
    """The breaches that no exception names, and the exceptions that are none."""
    unnamed: list[Breach] = []
    outlived: list[str] = []
    for contract in contracts:
        found = list(breaches(contract))
        named = EXCEPTIONS.get(contract.name, {}).get("laws", ())
        unnamed += [breach for breach in found if breach.law not in named]
        kept = set(named) - {breach.law for breach in found} if BOTOCORE.release == LISTED["botocore"] else ()
        outlived += [f"{contract.name} keeps {law}" for law in sorted(kept)]
    return unnamed, outlived


def test_a_thousand_operations_keep_the_laws():
    """What goes over the wire comes back, in both directions, and errors have their codes and statuses."""
    assert judged(sample(1000)) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("service", services())
def test_every_operation_keeps_the_laws(service):
    """The same for all operations of a service."""
    assert judged(contracts_of(service)) == ([], [])


@pytest.mark.parametrize("operation", EXCEPTIONS)
def test_exceptions_name_a_law_and_a_cause(operation):
    """Every exception is of an operation by service and name, of known laws, with a sentence why."""
    assert EXCEPTIONS[operation].keys() == {"laws", "cause"}
    assert set(EXCEPTIONS[operation]["laws"]) <= LAWS.keys()
    assert EXCEPTIONS[operation]["cause"].endswith(".")
