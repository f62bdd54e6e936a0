"""One small contract, and a short way to make an exchange of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harness.cases.model import Aim, make_case
from harness.contract import Contract, Http, Shape
from harness.exchange import Exchange, Headers, Request, Response

NOON = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def contract():
    return Contract(
        format=1,
        service="events",
        operation="PutEvents",
        version="2021-03-02",
        sources=(),
        protocol="json",
        metadata={},
        http=Http(),
        shapes={"PutEventsRequest": Shape()},
    )


@pytest.fixture
def case(contract):
    aim = Aim("events:PutEvents#/input/Entries/length/max", "inside")
    document = {"Entries": []}
    return make_case(contract, "boundary", "Entries: 10 items", aims=(aim,), input=document, vouched=True)


@pytest.fixture
def noon():
    return NOON


@pytest.fixture
def exchange():
    def make(
        body=b'{"Entries":[]}',
        answer=b'{"FailedEntryCount":0}',
        *,
        target="/",
        headers=(),
        answer_headers=(),
        failure=None,
    ):
        request = Request("POST", target, Headers.of((("Host", "127.0.0.1:4566"), *headers)), body)
        response = None if failure else Response(200, Headers.of(answer_headers), answer)
        return Exchange(request, response, failure)

    return make


@pytest.fixture
def cassette(tmp_path, contract, case, exchange, noon):
    """A cassette of three interactions and, between the second and the third, one failure."""
    from harness.cassettes.record import Recorder

    recorder = Recorder(tmp_path, "emulator")
    for each in (
        exchange(),
        exchange(b"\xff\x00"),
        exchange(failure="connection reset"),
        exchange('{"é": "🎈"}'.encode()),
    ):
        recorder.add(contract, case, each, noon)
    return recorder.save(contract)
