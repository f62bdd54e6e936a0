"""Violations in words, in both styles."""

import time

import pytest
from emulator_contracts import INSTANCE, put_events, send_connector_event, send_event, send_integration_event

from harness.contract import Violation, check
from harness.emulator.messages import complain, wrong_type

CONNECTOR = {"ConnectorId": "c1", "Operation": "DEVICE_EVENT"}
DATA = {"instanceId": INSTANCE, "eventType": "scn.data.forecast", "data": "{}"}


def said(contract, document, style="aws"):
    return complain(contract, check(contract, document), style)


@pytest.mark.parametrize(
    ("contract", "document", "sentence"),
    [
        pytest.param(
            put_events(),
            {"Entries": []},
            "Value '[]' at 'entries' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
            id="length-min",
        ),
        pytest.param(
            put_events(),
            {"Entries": [{"Source": "a", "Detail": "secret"}, {"TraceHeader": "x" * 501}]},
            f"Value '{'x' * 120}...' at 'entries.2.member.traceHeader' failed to satisfy constraint: "
            "Member must have length less than or equal to 500",
            id="position-from-1-and-a-long-value",
        ),
        pytest.param(
            put_events(),
            {},
            "Value null at 'entries' failed to satisfy constraint: Member must not be null",
            id="required",
        ),
        pytest.param(
            send_connector_event(),
            {**CONNECTOR, "StatusCode": 99},
            "Value '99' at 'statusCode' failed to satisfy constraint: "
            "Member must have value greater than or equal to 100",
            id="range-min",
        ),
        pytest.param(
            send_connector_event(),
            {**CONNECTOR, "StatusCode": 551},
            "Value '551' at 'statusCode' failed to satisfy constraint: "
            "Member must have value less than or equal to 550",
            id="range-max",
        ),
        pytest.param(
            send_connector_event(),
            {**CONNECTOR, "Operation": "NONE"},
            "Value 'NONE' at 'operation' failed to satisfy constraint: "
            "Member must satisfy enum value set: [DEVICE_EVENT, DEVICE_DISCOVERY]",
            id="enum",
        ),
        pytest.param(
            send_connector_event(),
            {**CONNECTOR, "ConnectorId": "a b"},
            "Value 'a b' at 'connectorId' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [A-Za-z0-9]+",
            id="pattern",
        ),
        pytest.param(
            send_connector_event(),
            {**CONNECTOR, "Names": ["a", "a"]},
            "Value '[a, a]' at 'names' failed to satisfy constraint: Member must have unique values",
            id="unique-items",
        ),
        pytest.param(
            send_connector_event(),
            {**CONNECTOR, "Tags": {"a": "long"}},
            "Value 'long' at 'tags.a' failed to satisfy constraint: "
            "Member must have length less than or equal to 3",
            id="map-value",
        ),
        pytest.param(
            send_connector_event(),
            {**CONNECTOR, "Tags": {"A": "x"}},
            "Value 'A' at 'tags.A' failed to satisfy constraint: Map keys must satisfy constraint: "
            "[Member must satisfy regular expression pattern: [a-z]+]",
            id="map-key",
        ),
        pytest.param(
            send_connector_event(),
            {**CONNECTOR, "Either": {"one": "a", "two": "b"}},
            "Value '{one=a, two=b}' at 'either' failed to satisfy constraint: "
            "Member must have exactly one of the members [one, two] set",
            id="union",
        ),
    ],
)
def test_one_violation_in_the_words_of_aws(contract, document, sentence):
    assert said(contract, document).message == f"1 validation error detected: {sentence}"


def test_several_violations_are_counted_and_joined():
    assert said(send_connector_event(), {"StatusCode": 99}).message == (
        "3 validation errors detected: "
        "Value null at 'connectorId' failed to satisfy constraint: Member must not be null; "
        "Value null at 'operation' failed to satisfy constraint: Member must not be null; "
        "Value '99' at 'statusCode' failed to satisfy constraint: "
        "Member must have value greater than or equal to 100"
    )


@pytest.mark.parametrize(
    ("contract", "document"),
    [
        pytest.param(send_integration_event(), {**DATA, "data": ""}, id="sensitive-itself-empty"),
        pytest.param(send_integration_event(), {**DATA, "data": "secret" * 200_000}, id="sensitive-itself"),
        pytest.param(put_events(), {"Entries": [{"Detail": "secret"}] * 11}, id="sensitive-within"),
        pytest.param(put_events(), {"Entries": [{"Other": "secret"}] * 11}, id="unknown-member-within"),
        pytest.param(
            send_event(),
            {"ContentType": "x", "ConnectionToken": "secret" * 200},
            id="the-bearer-token-which-no-model-marks",
        ),
    ],
)
@pytest.mark.parametrize("style", ["aws", "smithy"])
def test_secrets_are_never_printed(contract, document, style):
    message = said(contract, document, style).message
    assert "secret" not in message
    assert ("***" in message) is (style == "aws")


def test_of_a_huge_value_only_the_beginning_is_written():
    started = time.monotonic()
    shown = ("[" + "{Source=a}, " * 12)[:120]
    message = said(put_events(), {"Entries": [{"Source": "a"}] * 20_000}).message
    assert message.startswith(f"1 validation error detected: Value '{shown}...' at 'entries'")
    assert time.monotonic() - started < 5


def test_half_a_surrogate_pair_is_shown_escaped():
    message = said(send_connector_event(), {**CONNECTOR, "Operation": "\ud800"}).message
    assert r"Value '\ud800' at 'operation'" in message
    assert message.encode()


@pytest.mark.parametrize(
    ("document", "sentence", "path"),
    [
        (
            {"Operation": "x"},
            "Value at '/Operation' failed to satisfy constraint: "
            "Member must satisfy enum value set: [DEVICE_EVENT, DEVICE_DISCOVERY]",
            "/Operation",
        ),
        (
            {"ConnectorId": "c" * 65},
            "Value with length 65 at '/ConnectorId' failed to satisfy constraint: "
            "Member must have length between 1 and 64, inclusive",
            "/ConnectorId",
        ),
        (
            {"StatusCode": 1},
            "Value at '/StatusCode' failed to satisfy constraint: "
            "Member must be between 100 and 550, inclusive",
            "/StatusCode",
        ),
        (
            {"Tags": {"a": "long"}},
            "Value with length 4 at '/Tags/a' failed to satisfy constraint: "
            "Member must have length less than or equal to 3",
            "/Tags/a",
        ),
        (
            {"Tags": {"A": "x"}},
            "Value at '/Tags' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-z]+",
            "/Tags",
        ),
        (
            {"Names": ["a", "1"]},
            "Value at '/Names/1' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-z]+",
            "/Names/1",
        ),
    ],
    ids=["enum", "length", "range", "map-value", "map-key", "list"],
)
def test_the_words_of_smithy_servers(document, sentence, path):
    complaint = said(send_connector_event(), {**CONNECTOR, **document}, "smithy")
    assert complaint.message == f"1 validation error detected. {sentence}"
    assert complaint.members == {"fieldList": [{"message": sentence, "path": path}]}


@pytest.mark.parametrize(
    ("value", "token"),
    [
        ("a", "STRING_VALUE"),
        (1, "NUMBER_VALUE"),
        (1.5, "NUMBER_VALUE"),
        (True, "TRUE_VALUE"),
        (False, "FALSE_VALUE"),
        (None, "NULL_VALUE"),
        ({}, "Start of structure or map"),
        ([], "Start of list"),
    ],
)
def test_a_wrong_type_is_named_and_its_value_is_not(value, token):
    violation = Violation("p", ("Entries", 0, "Time"), "type", "timestamp", value)
    assert wrong_type(put_events(), violation) == (
        f"{token} can not be converted to a value of type timestamp at 'entries.1.member.time'"
    )
