"""The emulator as a function of requests: what each row of the contract and of the wire-fault table gets."""

import json
import logging
import re
import threading
from datetime import UTC, datetime

import msgspec
import pytest
from emulator_contracts import (
    EIGHT_HOURS,
    INSTANCE,
    TOKEN,
    all_four,
    put_events,
    send_connector_event,
    send_event,
    send_integration_event,
)
from emulator_requests import body_of, error_of, message_of, request_for, signed, with_header

from harness.contract import check
from harness.contract.common_errors import COMMON_ERRORS
from harness.emulator import app
from harness.emulator.app import Emulator
from harness.emulator.authentication import Credentials
from harness.errors import UsageError
from harness.exchange import Headers, Request
from harness.wire import protocol_for

NOON = 1_735_732_800.5  # 2025-01-01T12:00:00.500Z
ENTRY = {"Source": "app", "Detail": "{}"}
DATA = {"instanceId": INSTANCE, "eventType": "scn.data.forecast", "data": "{}", "clientToken": TOKEN}
EVENT = {"ContentType": "text", "ClientToken": "t", "ConnectionToken": "bearer"}
CONNECTOR = {"ConnectorId": "c1", "Operation": "DEVICE_EVENT"}
VALID = [
    pytest.param(put_events(), {"Entries": [ENTRY]}, id="PutEvents"),
    pytest.param(send_integration_event(), DATA, id="SendDataIntegrationEvent"),
    pytest.param(send_event(), EVENT, id="SendEvent"),
    pytest.param(send_connector_event(), CONNECTOR, id="SendConnectorEvent"),
]


class Clock:
    def __init__(self, now=NOON):
        self.now = now

    def __call__(self):
        return self.now


def emulator(**options):
    return Emulator(all_four(), clock=options.pop("clock", Clock()), **options)


def ask(target, contract, document):
    return target.handle(request_for(contract, document))


# --- successes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("contract", "document"), VALID)
def test_a_valid_request_succeeds_with_an_output_that_conforms(contract, document):
    response = ask(emulator(), contract, document)
    outcome = protocol_for(contract).read_response(contract, response)
    assert (outcome.kind, outcome.status, outcome.deviations) == ("output", contract.http.code, ())
    assert check(contract, outcome.output, "output") == ()
    assert response.headers.get("x-amzn-requestid")


def test_results_of_entries_stand_in_the_order_of_the_entries():
    entries = [ENTRY, {**ENTRY, "Source": ""}, {**ENTRY, "Detail": "[]"}, {"Detail": "{}"}, ENTRY]
    output = body_of(ask(emulator(), put_events(), {"Entries": entries}))
    missing = {
        "ErrorCode": "InvalidArgument",
        "ErrorMessage": "Parameter Source is not valid. Reason: Source is a required argument.",
    }
    malformed = {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    assert output["FailedEntryCount"] == 3
    assert output["Entries"][1:4] == [missing, malformed, missing]
    identifiers = [output["Entries"][position] for position in (0, 4)]
    assert [list(each) for each in identifiers] == [["EventId"], ["EventId"]]
    assert identifiers[0] != identifiers[1]


def test_an_answer_repeats_what_the_contract_says_it_repeats():
    response = ask(emulator(), send_connector_event(), {**CONNECTOR, "ConnectorId": "Another1"})
    assert (response.status, body_of(response)) == (202, {"ConnectorId": "Another1"})


def test_a_sent_event_has_an_id_and_the_time_to_the_millisecond():
    output = body_of(ask(emulator(), send_event(), EVENT))
    assert output["AbsoluteTime"] == "2025-01-01T12:00:00.500Z"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", output["Id"])
    assert datetime.fromisoformat(output["AbsoluteTime"]) == datetime.fromtimestamp(NOON, UTC)


@pytest.mark.parametrize(("contract", "document"), VALID)
def test_two_emulators_answer_the_same_requests_alike(contract, document):
    assert ask(emulator(), contract, document) == ask(emulator(), contract, document)


def test_unknown_members_and_nulls_are_no_fault():
    document = {**CONNECTOR, "Unknown": {"x": 1}, "StatusCode": None, "Names": None}
    assert ask(emulator(), send_connector_event(), document).status == 202


# --- refusals --------------------------------------------------------------------------------------


def test_a_broken_constraint_gets_the_validation_error_in_the_words_of_aws():
    response = ask(emulator(), put_events(), {"Entries": [{"Source": "a"}] * 11})
    assert error_of(response) == ("ValidationException", 400)
    shown = ("[" + ", ".join(["{Source=a}"] * 11))[:120]
    assert message_of(response) == (
        f"1 validation error detected: Value '{shown}...' at 'entries' failed to satisfy constraint: "
        "Member must have length less than or equal to 10"
    )


def test_the_smithy_style_carries_a_field_list():
    response = ask(
        emulator(validation_style="smithy"), send_connector_event(), {**CONNECTOR, "StatusCode": 1}
    )
    field = (
        "Value at '/StatusCode' failed to satisfy constraint: Member must be between 100 and 550, inclusive"
    )
    assert error_of(response) == ("ValidationException", 400)
    assert body_of(response) == {
        "message": f"1 validation error detected. {field}",
        "fieldList": [{"message": field, "path": "/StatusCode"}],
    }


def test_a_refusing_rule_gets_its_answer():
    response = ask(emulator(), put_events(), {"Entries": [{**ENTRY, "Detail": '"' + "x" * 262_144 + '"'}]})
    assert error_of(response) == ("ValidationException", 400)
    assert message_of(response) == "Total size of the entries in the request is over the limit."


def raw_json(contract, body):
    return signed(
        Request("POST", contract.http.uri.replace("{ConnectorId}", "c1"), headers_of(contract), body),
        contract.metadata["signingName"],
    )


def headers_of(contract):
    request = protocol_for(contract).encode_request(contract, {"ConnectorId": "c1"})
    return request.headers


@pytest.mark.parametrize("contract", [put_events(), send_connector_event()], ids=["json", "rest-json"])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"Entries": [', id="cut-off"),
        pytest.param(b"{'Entries': []}", id="no-json"),
        pytest.param(b'{"Entries": "\xff"}', id="invalid-utf-8"),
        pytest.param(b"[]", id="an-array"),
        pytest.param(b'"text"', id="a-text"),
        pytest.param(b'{"Entries": {}, "Operation": 5}', id="wrong-type"),
        pytest.param(b'{"Entries": [[]], "Operation": ["x"]}', id="wrong-type-within"),
        pytest.param(b"[" * 100_000, id="endless-depth"),
        pytest.param(b'{"Entries":' * 20_000 + b"1" + b"}" * 20_000, id="great-depth"),
    ],
)
def test_what_cannot_be_read_gets_a_serialization_exception(contract, body):
    assert error_of(emulator().handle(raw_json(contract, body))) == ("SerializationException", 400)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param({"X-Amz-Target": "AWSEvents.NoSuchOperation"}, 400, id="unknown-target"),
        pytest.param({"X-Amz-Target": "PutEvents"}, 400, id="target-without-prefix"),
        pytest.param({"X-Amz-Target": ""}, 400, id="empty-target"),
        pytest.param({"X-Amz-Target": None}, 400, id="no-target"),
        pytest.param(
            {"X-Amz-Target": None, "Content-Type": "text/plain"}, 404, id="nothing-names-a-protocol"
        ),
    ],
)
def test_an_unknown_target_is_an_unknown_operation(change, status):
    request = request_for(put_events(), {"Entries": [ENTRY]})
    for name, value in change.items():
        request = with_header(request, name, value)
    assert error_of(emulator().handle(request)) == ("UnknownOperationException", status)


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", "/no/such/path"),
        ("GET", "/connector-event/c1"),
        ("POST", "/connector-event/"),
        ("POST", "/connector-event/a/b"),
        ("POST", "*"),
        ("POST", ""),
        ("BREW", "/%ff%00"),
    ],
)
def test_an_unknown_path_is_an_unknown_operation(method, target):
    response = emulator().handle(Request(method, target))
    assert error_of(response) == ("UnknownOperationException", 404)
    assert response.headers.get("x-amzn-requestid")


@pytest.mark.parametrize("contracts", [[], [put_events()]], ids=["nothing", "another-protocol"])
def test_a_protocol_that_nobody_speaks_here_still_gets_a_readable_answer(contracts):
    response = Emulator(contracts).handle(Request("POST", "/x"))
    assert error_of(response) == ("UnknownOperationException", 404)


def test_a_body_over_the_limit_is_refused():
    small = emulator(body_limit=300)
    assert ask(small, put_events(), {"Entries": [ENTRY]}).status == 200
    response = ask(small, put_events(), {"Entries": [{**ENTRY, "Detail": json.dumps({"a": "x" * 300})}]})
    assert error_of(response) == ("RequestEntityTooLargeException", 413)


# --- authentication --------------------------------------------------------------------------------


@pytest.mark.parametrize(("contract", "document"), VALID)
def test_without_authentication_a_request_gets_what_the_contract_says(contract, document):
    request = with_header(request_for(contract, document), "Authorization", None)
    response = emulator().handle(with_header(request, "X-Amz-Bearer", None))
    expected = contract.auth.missing
    assert error_of(response) == (expected.code, expected.status)
    assert expected.status == 403


def test_a_bearer_request_needs_no_signature_and_does_not_mind_one():
    request = request_for(send_event(), EVENT)
    assert "Authorization" not in request.headers
    assert emulator().handle(request).status == 200
    assert emulator().handle(with_header(request, "Authorization", "nonsense")).status == 200


def test_given_bearer_tokens_are_the_only_ones_let_in():
    target = emulator(credentials=Credentials(bearer_tokens=("good",)))
    assert ask(target, send_event(), {**EVENT, "ConnectionToken": "good"}).status == 200
    response = ask(target, send_event(), {**EVENT, "ConnectionToken": "bad"})
    assert error_of(response) == ("AccessDeniedException", 403)


def test_authentication_comes_before_the_body_is_read():
    request = with_header(raw_json(put_events(), b"{"), "Authorization", None)
    assert error_of(emulator().handle(request)) == ("MissingAuthenticationTokenException", 403)


# --- errors on demand ------------------------------------------------------------------------------

DECLARED = [
    pytest.param(contract, document, code, shape.http_error or 500, id=f"{contract.operation}-{code}")
    for contract, document in (case.values for case in VALID)
    for code, shape in contract.error_shapes().items()
]


@pytest.mark.parametrize(("contract", "document", "code", "status"), DECLARED)
def test_every_declared_error_can_be_asked_for(contract, document, code, status):
    request = with_header(request_for(contract, document), "x-harness-error", code)
    response = emulator().handle(request)
    outcome = protocol_for(contract).read_response(contract, response)
    assert (outcome.code, outcome.status, outcome.modelled) == (code, status, True)
    assert outcome.deviations == ()


@pytest.mark.parametrize("row", COMMON_ERRORS, ids=lambda row: row.code)
def test_every_common_error_can_be_asked_for(row):
    request = with_header(request_for(put_events(), {"Entries": [ENTRY]}), "x-harness-error", row.code)
    assert error_of(emulator().handle(request)) == (row.code, row.status)


def test_an_error_of_the_same_service_can_be_asked_for():
    sibling = send_integration_event()
    other = msgspec.structs.replace(
        sibling,
        operation="Another",
        errors=("ValidationException",),
        http=msgspec.structs.replace(sibling.http, uri="/another/{instanceId}"),
    )
    request = with_header(request_for(other, DATA), "x-harness-error", "ServiceQuotaExceededException")
    assert error_of(Emulator([sibling, other]).handle(request)) == ("ServiceQuotaExceededException", 402)
    assert error_of(Emulator([other]).handle(request)) == ("UnknownErrorCode", 400)


def test_an_unknown_error_names_the_choices():
    request = with_header(request_for(send_connector_event(), CONNECTOR), "x-harness-error", "NoSuchError")
    response = emulator().handle(request)
    assert error_of(response) == ("UnknownErrorCode", 400)
    assert message_of(response).startswith(
        "iot-managed-integrations:SendConnectorEvent has no error 'NoSuchError'; choose one of AccessDenied, "
    )
    assert "ResourceNotFoundException" in message_of(response)


def test_an_injected_error_lasts_for_its_number_of_requests():
    target = emulator()
    target.inject_error("ThrottlingException", times=2)
    statuses = [ask(target, send_event(), {**EVENT, "ClientToken": str(each)}).status for each in range(3)]
    assert statuses == [429, 429, 200]


@pytest.mark.parametrize("operation", ["SendConnectorEvent", "iot-managed-integrations:SendConnectorEvent"])
def test_an_injected_error_waits_for_its_operation(operation):
    target = emulator()
    target.inject_error("ResourceNotFoundException", operation=operation)
    assert ask(target, put_events(), {"Entries": [ENTRY]}).status == 200
    assert ask(target, send_connector_event(), CONNECTOR).status == 404
    assert ask(target, send_connector_event(), CONNECTOR).status == 202


@pytest.mark.parametrize(
    ("code", "operation", "message"),
    [
        (
            "NoSuchError",
            None,
            "inject_error: no operation served here declares the error 'NoSuchError', nor is it common "
            "to all services\n  Choose one of ResourceNotFoundException.",
        ),
        (
            "ThrottlingException",
            "PutEvents",
            "inject_error: the operation 'PutEvents' is not served here\n"
            "  Choose one of iot-managed-integrations:SendConnectorEvent.",
        ),
    ],
)
def test_what_cannot_be_injected_is_said_at_once(code, operation, message):
    with pytest.raises(UsageError) as caught:
        Emulator([send_connector_event()]).inject_error(code, operation=operation)
    assert str(caught.value) == message


# --- idempotency -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "same"),
    [(0, True), (EIGHT_HOURS - 1, True), (EIGHT_HOURS + 1, False)],
    ids=["at-once", "a-second-before-the-end", "a-second-after"],
)
def test_a_token_gets_its_first_answer_within_the_window(later, same):
    clock = Clock()
    target = emulator(clock=clock)
    first = body_of(ask(target, send_integration_event(), DATA))
    clock.now += later
    second = body_of(ask(target, send_integration_event(), DATA))
    assert (first == second) is same


def test_another_payload_under_a_token_gets_what_the_contract_says():
    target = emulator()
    first = ask(target, send_integration_event(), DATA)
    changed = ask(target, send_integration_event(), {**DATA, "data": "[]"})
    again = ask(target, send_integration_event(), DATA)
    assert error_of(changed) == ("ConflictException", 409)
    assert body_of(again) == body_of(first)


def test_another_payload_gets_the_first_answer_where_nobody_knows_better():
    target = emulator()
    first = ask(target, send_event(), EVENT)
    assert body_of(ask(target, send_event(), {**EVENT, "ContentType": "other"})) == body_of(first)


def test_a_token_is_remembered_within_its_scope():
    target = emulator()
    first = body_of(ask(target, send_event(), EVENT))
    assert body_of(ask(target, send_event(), {**EVENT, "ConnectionToken": "other"})) != first
    assert body_of(ask(target, send_event(), EVENT)) == first


@pytest.mark.parametrize("change", [{"clientToken": "u" * 33}, {"clientToken": None}], ids=["other", "none"])
def test_without_the_same_token_there_is_a_second_effect(change):
    target = emulator()
    first = body_of(ask(target, send_integration_event(), DATA))
    assert body_of(ask(target, send_integration_event(), {**DATA, **change})) != first


def test_a_refused_request_does_not_use_up_its_token():
    target = emulator()
    refused = with_header(
        request_for(send_integration_event(), DATA), "x-harness-error", "ThrottlingException"
    )
    assert target.handle(refused).status == 429
    assert ask(target, send_integration_event(), {**DATA, "data": "[]"}).status == 200


def test_one_token_has_one_effect_however_many_ask_at_once():
    target = emulator()
    request = request_for(send_integration_event(), DATA)
    answers = []
    start = threading.Barrier(8)

    def work():
        start.wait()
        answers.extend(target.handle(request).body for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 400
    assert len(set(answers)) == 1
    assert target.state.next_number() == 2  # one effect was counted


# --- about itself ----------------------------------------------------------------------------------


def test_health_names_the_operations():
    response = emulator().handle(Request("GET", "/_harness/health"))
    assert (response.status, body_of(response)) == (
        200,
        {
            "status": "ok",
            "operations": [
                "connectparticipant:SendEvent",
                "events:PutEvents",
                "iot-managed-integrations:SendConnectorEvent",
                "supplychain:SendDataIntegrationEvent",
            ],
        },
    )


def test_requests_are_told_as_they_were_understood():
    target = emulator()
    ask(target, put_events(), {"Entries": [{"Detail": "{}"}]})
    ask(target, send_connector_event(), {**CONNECTOR, "StatusCode": 1})
    target.handle(Request("GET", "/nothing"))
    assert body_of(target.handle(Request("GET", "/_harness/requests"))) == {
        "requests": [
            {
                "service": "events",
                "operation": "PutEvents",
                "status": 200,
                "violations": ["events:PutEvents#/rules/source-required"],
            },
            {
                "service": "iot-managed-integrations",
                "operation": "SendConnectorEvent",
                "status": 400,
                "violations": ["iot-managed-integrations:SendConnectorEvent#/input/StatusCode/range/min"],
            },
            {"service": None, "operation": None, "status": 404, "violations": []},
        ]
    }


def test_each_request_is_logged_in_a_line():
    lines = []
    target = emulator(log=lines.append)
    ask(target, put_events(), {"Entries": [ENTRY]})
    ask(target, send_connector_event(), {**CONNECTOR, "StatusCode": 1})
    target.handle(Request("GET", "/nothing"))
    assert lines == [
        "POST / -> events:PutEvents 200",
        "POST /connector-event/c1 -> iot-managed-integrations:SendConnectorEvent 400, breaks "
        "iot-managed-integrations:SendConnectorEvent#/input/StatusCode/range/min",
        "GET /nothing -> no operation 404",
    ]


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [("POST", "/_harness/health", 405), ("GET", "/_harness/other", 404), ("GET", "/_harness/health?x", 200)],
)
def test_other_questions_about_itself(method, target, status):
    assert emulator().handle(Request(method, target)).status == status


def test_memory_of_requests_is_bounded(monkeypatch):
    monkeypatch.setattr(app, "REMEMBERED_REQUESTS", 3)
    target = emulator()
    for _ in range(5):
        target.handle(Request("GET", "/"))
    assert len(target.seen) == 3


def test_a_fault_of_its_own_is_a_500_and_is_logged(caplog):
    broken = put_events()
    rule = msgspec.structs.replace(broken.rules[0], when="no_such_function(@)")
    target = Emulator([msgspec.structs.replace(broken, rules=(rule,))])
    with caplog.at_level(logging.ERROR, logger="harness.emulator"):
        response = ask(target, broken, {"Entries": [ENTRY]})
    assert error_of(response) == ("InternalFailure", 500)
    assert "POST / could not be answered" in caplog.text
    assert target.seen[-1].status == 500


@pytest.mark.parametrize(
    "name", ["Authorization", "X-Amz-Date", "X-Amz-Target", "Content-Type", "x-harness-error"]
)
@pytest.mark.parametrize("value", ["", " ", "é\x7f", "a/b/c/d/e", "Credential=////", "=,;", "x" * 10_000])
def test_no_header_makes_it_fail(name, value):
    for contract, document in (case.values for case in VALID):
        request = with_header(request_for(contract, document), name, value)
        assert emulator().handle(request).status < 500


def test_headers_sent_twice_do_no_harm():
    request = request_for(put_events(), {"Entries": [ENTRY]})
    doubled = Request("POST", "/", Headers(request.headers.fields * 2), request.body)
    assert emulator().handle(doubled).status == 200
