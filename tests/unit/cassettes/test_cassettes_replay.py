"""Replay: recorded answers by case, in recorded order, and not a socket."""

from __future__ import annotations

import socket

import msgspec
import pytest

from harness.cassettes.read import read_cassette
from harness.cassettes.record import Recorder
from harness.errors import RecordingMissing, UsageError
from harness.exchange import Request
from harness.targets.interface import Target
from harness.targets.replay import ReplayTarget, replay_targets

IGNORED = Request("GET", "/ignored")


def test_answers_come_in_recorded_order_failures_included(cassette, contract, case, monkeypatch):
    monkeypatch.setattr(socket, "socket", None)
    target: Target = ReplayTarget([read_cassette(cassette)])
    answers = [target.send(contract, case, IGNORED) for _ in range(4)]
    assert [answer.failure for answer in answers] == [None, None, "connection reset", None]
    assert answers[1].request.body == b"\xff\x00"
    assert (target.name, target.url, target.strict) == ("emulator", "", True)


def test_one_more_than_recorded_is_missing(cassette, contract, case):
    target = ReplayTarget([read_cassette(cassette)])
    for _ in range(4):
        target.send(contract, case, IGNORED)
    with pytest.raises(RecordingMissing) as caught:
        target.send(contract, case, IGNORED)
    assert str(caught.value) == (
        f"events:PutEvents: every recording of case {case.id} of version 2021-03-02 has been replayed\n"
        "  Record it as often as it is sent."
    )


@pytest.mark.parametrize("field", ["id", "version"])
def test_a_case_that_was_not_recorded_names_its_operation(cassette, contract, case, field):
    other = msgspec.structs.replace(case, **{field: "2019-07-11"})
    with pytest.raises(RecordingMissing) as caught:
        ReplayTarget([read_cassette(cassette)]).send(contract, other, IGNORED)
    assert str(caught.value) == (
        f"events:PutEvents: no recording answers case {other.id} of version {other.version}\n"
        "  Record the operation again with 'harness record'."
    )


def test_a_case_may_be_judged_by_a_contract_of_another_version(cassette, contract, case):
    newer = msgspec.structs.replace(contract, version="2025-05-28")
    answer = ReplayTarget([read_cassette(cassette)]).send(newer, case, IGNORED)
    assert answer.response.status == 200


def test_each_recorded_target_is_its_own_and_only_the_emulator_is_strict(
    tmp_path, cassette, contract, case, exchange, noon
):
    recorder = Recorder(tmp_path, "aws")
    recorder.add(contract, case, exchange(), noon)
    both = [read_cassette(cassette), read_cassette(recorder.save(contract))]
    assert [(target.name, target.strict) for target in replay_targets(both)] == [
        ("aws", False),
        ("emulator", True),
    ]
    with pytest.raises(UsageError) as caught:
        ReplayTarget(both)
    assert str(caught.value) == (
        "replay: one replay cannot answer for several targets: aws, emulator\n"
        "  Replay one target's directory at a time."
    )
