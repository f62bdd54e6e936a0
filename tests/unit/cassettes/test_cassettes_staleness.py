"""Why a recording no longer agrees with its operation's contract, and what is done with that."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from harness.cassettes import policy
from harness.cassettes.format import InteractionPart, request_part, response_part
from harness.cassettes.modelled import installed
from harness.cassettes.staleness import reasons, speak
from harness.errors import RecordingStale, StaleRecordingWarning
from harness.exchange import Headers, Request, Response

TYPE = Headers.of({"Content-Type": "application/x-amz-json-1.1"})
GIVEN = {"Entries": [{"Source": "shop"}]}
FITS = b'{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}'


def recording(body, status=200):
    request = request_part(Request("POST", "/", TYPE, b"{}"), "http://x")
    return InteractionPart(None, request, response_part(Response(status, TYPE, body)))


@pytest.mark.parametrize(
    ("document", "body", "status", "said"),
    [
        pytest.param(GIVEN, FITS, 200, (), id="it fits"),
        pytest.param(None, FITS, 200, (), id="its input is not known"),
        pytest.param(
            {},
            FITS,
            200,
            ("events:PutEvents#/input/Entries/required: the recorded input no longer keeps this",),
            id="a member has become required",
        ),
        pytest.param({"Entries": []}, FITS, 200, (), id="other constraints say nothing about age"),
        pytest.param(
            GIVEN,
            b'{"FailedEntryCount":"none"}',
            200,
            ("events:PutEvents#/output/FailedEntryCount/type: expected type integer, recorded none",),
            id="a member of another type",
        ),
        pytest.param(
            GIVEN,
            b"<html>",
            200,
            (
                "its answer cannot be read: events:PutEvents#/output: "
                "the body is not JSON: Expecting value: line 1 column 1 (char 0)",
            ),
            id="another protocol",
        ),
        pytest.param(GIVEN, b'{"__type":"InternalException","message":"no"}', 500, (), id="a declared error"),
    ],
)
def test_reasons_name_what_no_longer_fits(document, body, status, said):
    contract = installed().named("events:PutEvents")
    assert reasons(contract, "json", document, recording(body, status)) == said


PLACE, FOUND = Path("orders.yaml"), ("one thing", "another", "a third")
SAID = "the recording of events:PutEvents is stale: one thing and 2 more"


@pytest.fixture
def met():
    """What was met, empty before and after."""
    policy.set_default("warn")
    yield policy.met
    policy.set_default("warn")


def test_a_warning_names_the_file_and_the_first_reason(met):
    with pytest.warns(StaleRecordingWarning) as warned:
        speak("warn", PLACE, "events:PutEvents", FOUND)
    assert [str(each.message) for each in warned] == [f"orders.yaml: {SAID}"]
    assert met() == (("orders.yaml", "events:PutEvents", "one thing and 2 more"),)


def test_a_failure_says_how_to_record_anew(met):
    with pytest.raises(RecordingStale) as stale:
        speak("fail", PLACE, "events:PutEvents", FOUND)
    remedy = "Record it anew: harness record --stale, or mode='all'."
    assert str(stale.value) == f"orders.yaml: {SAID}\n  {remedy}"
    assert met() == (("orders.yaml", "events:PutEvents", "one thing and 2 more"),)


def test_ignored_is_neither_said_nor_noted(met):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        speak("ignore", PLACE, "events:PutEvents", FOUND[:1])
    assert met() == ()
