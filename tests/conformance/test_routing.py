"""Every operation's own request reaches its own operation, whatever the thousands beside it look like."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from harness.contract import examples
from harness.exchange import Request
from harness.importers.catalogue import Catalogue
from harness.routing.router import Router, Unrouted
from harness.wire import sdk

SEED, SAMPLE = 20250101, 1000
RELEASE = "1.44.8"
EXCEPTIONS = yaml.safe_load((Path(__file__).parent / "exceptions_routing.yaml").read_text("utf-8"))
# Operations that clients sign with another name of their service.
SIGNED_AS = {"s3:ListDirectoryBuckets": "s3express"}
# By what the request shows beside its bytes: the exceptions that remain.
UNDECIDED = {"bare": ("host", "client", "nothing"), "host": ("client", "nothing"), "client": ("nothing",)}


@pytest.fixture(scope="module")
def catalogue():
    return Catalogue()


@pytest.fixture(scope="module")
def router(catalogue):
    return Router((), catalogue)


def exceptions(shown: str) -> dict[str, str]:
    """What each operation of the list is taken for."""
    found = {}
    for row in EXCEPTIONS:
        for name in row["operations"]:
            same_service = row["service"] == "s3"
            other = f"s3:{row['taken_for']}" if same_service else f"{row['taken_for']}:{name}"
            if row["decided_by"] in UNDECIDED[shown]:
                found[f"{row['service']}:{name}"] = other
    return found


def own_request(contract, entry, operation, shown: str) -> Request:
    """The request of the smallest valid input, as botocore builds it, with the scope of its service."""
    document = examples.smallest(contract, contract.input) if contract.input is not None else {}
    request = sdk.serialize(contract, document)
    scope = SIGNED_AS.get(contract.name, entry.signing_name)
    headers = request.headers
    if operation.scheme == "sigv4":
        headers = headers.replacing(
            "Authorization",
            f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20250101/us-east-1/{scope}/aws4_request, "
            f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
        )
    elif operation.scheme == "bearer":
        headers = headers.replacing("Authorization", "Bearer token")
    if shown == "host":
        host = f"{request.host_prefix}{entry.endpoint_prefix}.us-east-1.amazonaws.com"
        headers = headers.replacing("Host", host)
    if shown == "client":
        headers = headers.replacing("User-Agent", f"aws-sdk-example/1.0 ua/2.1 api/{entry.name}#1.0")
    return Request(request.method, request.target, headers, request.body)


def taken_for(router, request: Request) -> str:
    found = router.route(request)
    return "no operation" if isinstance(found, Unrouted) else found.contract.name


def mistaken(catalogue, router, names: Iterable[tuple[str, str]], *shown: str) -> dict[str, dict[str, str]]:
    """What operations are taken for, where it is not themselves."""
    wrong: dict[str, dict[str, str]] = {each: {} for each in shown}
    for service, name in names:
        entry = catalogue.entry(service)
        operation = next(each for each in entry.operations if each.name == name)
        contract = catalogue.contract(service, name)
        for each in shown:
            found = taken_for(router, own_request(contract, entry, operation, each))
            if found != contract.name:
                wrong[each][contract.name] = found
    return wrong


def all_names(catalogue) -> list[tuple[str, str]]:
    return [(entry.name, each.name) for entry in catalogue.entries() for each in entry.operations]


def unexcused(wrong: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Take away what the list of exceptions says."""
    return {
        shown: {name: other for name, other in found.items() if exceptions(shown).get(name) != other}
        for shown, found in wrong.items()
    }


def test_a_thousand_operations_are_not_mistaken_for_others(catalogue, router):
    """Seeded: the same thousand each time."""
    names = sorted(random.Random(SEED).sample(all_names(catalogue), SAMPLE))
    assert unexcused(mistaken(catalogue, router, names, "bare")) == {"bare": {}}


@pytest.mark.slow
def test_no_operation_is_mistaken_for_another(catalogue, router):
    """All of them, in one table."""
    names = all_names(catalogue)
    wrong = mistaken(catalogue, router, names, *UNDECIDED)
    assert unexcused(wrong) == {"bare": {}, "host": {}, "client": {}}
    if catalogue.release == RELEASE:  # the list is of this release, and says nothing that is not so
        assert len(names) == 20_027
        assert wrong == {shown: exceptions(shown) for shown in UNDECIDED}


def test_every_exception_has_a_cause():
    assert all(row["cause"] and row["decided_by"] in UNDECIDED["bare"] for row in EXCEPTIONS)
