"""What is asked: every declared error, what any service may answer, every spelling of the wire."""

from __future__ import annotations

import msgspec
import pytest

from harness.contract.common_errors import is_common
from harness.contract.model import QueryError
from harness.emulator.ondemand import HEADER as EMULATOR_HEADER
from harness.importers.library import open_library
from harness.probe.answers import ANSWERS
from harness.probe.answers import HEADER as RAW_HEADER
from harness.probe.plan import COMMON, Plan, ordinary_code, plan_operations

LIBRARY = open_library()
CONTRACTS = LIBRARY.newest()


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_every_declared_error_is_provoked(contract):
    """By its code, on the emulator; common ones that are declared are not asked for twice."""
    (asked,) = plan_operations([contract])
    declared = [probe for probe in asked.probes if probe.source == "declared"]
    assert [probe.error for probe in declared] == sorted(contract.errors)
    assert {probe.headers[EMULATOR_HEADER] for probe in declared} == set(contract.error_shapes())
    names = [probe.error for probe in asked.probes]
    assert set(COMMON) <= set(names) | set(contract.error_shapes())
    assert len({(probe.error, probe.protocols) for probe in asked.probes}) == len(names)


def test_every_answer_of_the_wire_is_provoked():
    """With the protocol left open: the SDK says what it speaks."""
    (asked,) = plan_operations([LIBRARY.load("events", "PutEvents")])
    wire = [probe for probe in asked.probes if probe.source == "wire"]
    assert [probe.error for probe in wire] == [answer.name for answer in ANSWERS]
    assert all("{protocol}" in probe.headers[RAW_HEADER] for probe in wire)


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("connectparticipant", "SendEvent", "ValidationException"),
        ("events", "PutEvents", "ValidationException"),
        ("sqs", "SendMessage", "InvalidAddress"),
        ("ec2", "DescribeInstances", "ValidationException"),
    ],
)
def test_spellings_are_tried_with_an_error_that_nobody_retries(service, operation, code):
    """A declared client error where there is one; the commonest of all else."""
    assert ordinary_code(LIBRARY.load(service, operation)) == code


def test_codes_of_the_query_protocols_stay_theirs():
    """An SDK that speaks query is answered with, and held to, the code that query has."""
    contract = LIBRARY.load("events", "PutEvents")
    shape = msgspec.structs.replace(
        contract.shapes["InternalException"], query_error=QueryError("InternalServiceError")
    )
    contract = msgspec.structs.replace(
        contract,
        shapes={**contract.shapes, "InternalException": shape},
        metadata={**contract.metadata, "protocols": ["json", "query"]},
    )
    (asked,) = plan_operations([contract])
    fault = asked.probes[0]
    assert (fault.wire_code, fault.query_code) == ("InternalException", "InternalServiceError")
    assert fault.otherwise == {RAW_HEADER: "asked;{protocol};InternalServiceError;500"}
    assert asked.spoken == ("json", "query")


def test_common_codes_are_common():
    """None of them would be an undeclared error of a service."""
    assert [code for code in COMMON if not is_common(code)] == []


def test_a_plan_is_plain_data():
    """It crosses to another interpreter as JSON and comes back equal."""
    plan = Plan(plan_operations(CONTRACTS), {"emulator": "http://127.0.0.1:1", "raw": "http://127.0.0.1:2"})
    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan
