"""A fault planted in an endpoint is found: exactly that finding, and exit code 1."""

import json
import subprocess
import sys
import uuid

import msgspec
import pytest

from harness.contract import Bounds
from harness.emulator.app import Emulator
from harness.emulator.server import EmulatorServer
from harness.exchange import Response
from harness.session import load_contracts

EVENTS = "events:PutEvents"
SUPPLY = "supplychain:SendDataIntegrationEvent"


def newest(name):
    (contract,) = load_contracts([name])
    return contract


def with_length(contract, shape, **bounds):
    changed = msgspec.structs.replace(contract.shapes[shape], length=Bounds(**bounds))
    return msgspec.structs.replace(contract, shapes={**contract.shapes, shape: changed})


def answering(contract, change):
    """An emulator of one operation whose every answer passes through `change(request, response)`."""
    emulator = Emulator((contract,))
    return lambda request: change(request, emulator.handle(request))


def spoiled(response, change):
    """The response with its JSON body changed; anything else is left alone."""
    body = json.loads(response.body)
    change(body)
    return Response(response.status, response.headers, json.dumps(body).encode())


def bound_one_higher():
    contract = with_length(newest(SUPPLY), "DataIntegrationEventGroupId", min=1, max=256)
    return Emulator((contract,)).handle


def bound_one_lower():
    contract = with_length(newest(SUPPLY), "DataIntegrationEventGroupId", min=1, max=254)
    return Emulator((contract,)).handle


def quota_as_400():
    def change(_, response):
        return response if response.status != 402 else Response(400, response.headers, response.body)

    return answering(newest(SUPPLY), change)


def no_event_id():
    def change(request, response):
        if response.status != 200 or "_harness" in request.target:
            return response
        return spoiled(response, lambda body: body.pop("eventId", None))

    return answering(newest(SUPPLY), change)


def misspelt_type():
    def change(_, response):
        return Response(response.status, response.headers, response.body.replace(b'"__type"', b'"__tpye"'))

    return answering(newest(EVENTS), change)


def second_event_for_a_token():
    known = set()

    def change(request, response):
        token = (
            json.loads(request.body).get("clientToken") if response.status == 200 and request.body else None
        )
        if token is None or token not in known:
            known.add(token)
            return response
        return spoiled(response, lambda body: body.update(eventId=str(uuid.uuid4())))

    return answering(newest(SUPPLY), change)


def entry_errors_in_reverse():
    def change(request, response):
        if response.status != 200 or "_harness" in request.target:
            return response
        return spoiled(response, lambda body: body["Entries"].reverse())

    return answering(newest(EVENTS), change)


@pytest.mark.parametrize(
    ("plant", "operation", "expected"),
    [
        (bound_one_higher, SUPPLY, f"accepted-invalid@{SUPPLY}#/input/eventGroupId/length/max"),
        (bound_one_lower, SUPPLY, f"rejected-valid@{SUPPLY}#/input/eventGroupId/length/max"),
        (quota_as_400, SUPPLY, f"wrong-status@{SUPPLY}#/errors/ServiceQuotaExceededException"),
        (no_event_id, SUPPLY, f"response-missing-member@{SUPPLY}#/output/eventId/required"),
        (misspelt_type, EVENTS, f"undeclared-error@{EVENTS}#/errors"),
        (second_event_for_a_token, SUPPLY, f"not-idempotent@{SUPPLY}#/idempotency/clientToken"),
        (entry_errors_in_reverse, EVENTS, f"wrong-entry-result@{EVENTS}#/output/Entries"),
    ],
    ids=lambda value: value.__name__.replace("_", "-") if callable(value) else "",
)
def test_exactly_the_planted_fault_is_found(plant, operation, expected, tmp_path):
    """One finding, whatever the number of cases that show it."""
    report = tmp_path / "run.json"
    with EmulatorServer(plant()) as server:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "harness",
                "run",
                operation,
                "--target",
                server.url,
                "--json",
                str(report),
            ],
            capture_output=True,
            text=True,
            timeout=120,
        )
    found = json.loads(report.read_text())["findings"]
    assert [finding["id"] for finding in found] == [expected], done.stdout + done.stderr
    assert done.returncode == 1
    assert found[0]["seen"] >= 1
    assert found[0]["reproduce"]
