"""The table of verdicts: what each kind of answer to each kind of case means."""

import msgspec
import pytest

from harness.cases.findings import failing, findings
from harness.cases.judge import Trial, judge
from harness.cases.model import Aim, Expectation, make_case
from harness.cases.oracle import expect
from harness.cases.verdict import CaseResult
from harness.contract import Answer
from harness.exchange import Deviation, Outcome
from harness.session import load_contracts

SUPPLY = "supplychain:SendDataIntegrationEvent"
EVENTS = "events:PutEvents"
VALIDATION = Answer(code="ValidationException", status=400)


@pytest.fixture(scope="module")
def supply():
    return load_contracts([SUPPLY])[0]


@pytest.fixture(scope="module")
def events():
    return load_contracts([EVENTS])[0]


def accepted(contract, **fields):
    document = contract.examples[0].input
    return make_case(contract, "example", "an example", input=document, vouched=True, **fields)


def output(**fields):
    return Outcome(kind="output", status=200, **fields)


def error(code, status=400, **fields):
    return Outcome(kind="error", status=status, code=code, **fields)


REFUSE = Expectation("refuse", (VALIDATION,), broken=(f"{SUPPLY}#/input/data/length/min",))
ACCEPT = Expectation("accept")
ANY = Expectation("any")


@pytest.mark.parametrize(
    ("expectation", "outcome", "result", "kinds"),
    [
        (ACCEPT, output(output={"eventId": "x"}), "as-contracted", []),
        (ACCEPT, error("ValidationException"), "finding", ["rejected-valid"]),
        (ACCEPT, error("ResourceNotFoundException", 404), "refused-by-state", []),
        (ACCEPT, error("ServiceQuotaExceededException", 402), "refused-by-state", []),
        (ACCEPT, error("ServiceQuotaExceededException", 400), "finding", ["wrong-status"]),
        (ACCEPT, error("ThrottlingException", 429), "refused-by-state", []),
        (ACCEPT, error("ZebraException"), "finding", ["undeclared-error"]),
        (ACCEPT, error(None), "finding", ["undeclared-error"]),
        (ACCEPT, error("InternalServerException", 500, modelled=True), "refused-by-state", []),
        (ACCEPT, error("Zebra", 500), "finding", ["crash"]),
        (ACCEPT, Outcome(kind="silent", failure="connection reset"), "finding", ["crash"]),
        (ACCEPT, Outcome(kind="unreadable", status=200, failure="not JSON"), "finding", ["crash"]),
        (REFUSE, error("ValidationException", 400), "as-contracted", []),
        (REFUSE, error("ValidationException", 422), "finding", ["wrong-status"]),
        (REFUSE, error("ConflictException", 409), "finding", ["wrong-error"]),
        (REFUSE, error("ZebraException"), "finding", ["undeclared-error"]),
        (REFUSE, error("ThrottlingException", 429), "refused-by-state", []),
        (REFUSE, output(output={"eventId": "x"}), "finding", ["accepted-invalid"]),
        (ANY, output(), "as-contracted", []),
        (ANY, error("SerializationException"), "as-contracted", []),
        (ANY, error("Zebra", 503), "finding", ["crash"]),
    ],
)
def test_verdict_table(supply, expectation, outcome, result, kinds):
    """The verdict follows from expectation and outcome; something was always checked."""
    verdict = judge(Trial(supply, accepted(supply), expectation, outcome))
    assert (verdict.result, [item.kind for item in verdict.suspicions]) == (result, kinds)
    assert verdict.validators


@pytest.mark.parametrize(
    ("results", "failed", "kinds"),
    [
        ([None, "InvalidArgument"], 1, []),
        (["InvalidArgument", None], 1, ["wrong-entry-result"]),
        ([None, None], 0, ["wrong-entry-result"]),
        ([None], 0, ["wrong-entry-result"]),
        ([None, "MalformedDetail"], 1, ["wrong-entry-result"]),
        ([None, "InvalidArgument"], 2, ["wrong-entry-result"]),
    ],
    ids=["right", "misplaced", "not-failed", "missing", "other-code", "miscounted"],
)
def test_batch_results(events, results, failed, kinds):
    """Each entry has its own result in its own place, and the failures are counted."""
    good = {"Source": "com.example", "DetailType": "t", "Detail": "{}"}
    bad = {"DetailType": "t", "Detail": "{}"}
    case = make_case(events, "rule", "second entry without Source", input={"Entries": [good, bad]})
    listed = [
        {"EventId": "1"} if code is None else {"ErrorCode": code, "ErrorMessage": "m"} for code in results
    ]
    outcome = output(output={"FailedEntryCount": failed, "Entries": listed})
    verdict = judge(Trial(events, case, expect(events, case), outcome))
    assert [item.kind for item in verdict.suspicions] == kinds


@pytest.mark.parametrize(
    ("code", "result"),
    [("ResourceNotFoundException", "refused-by-state"), ("ValidationException", "finding")],
)
def test_batch_refused_whole(events, code, result):
    """State may refuse any request; validity may not refuse one whose entries fail inside a success."""
    case = make_case(events, "rule", "no Source", input={"Entries": [{"DetailType": "t", "Detail": "{}"}]})
    assert judge(Trial(events, case, expect(events, case), error(code))).result == result


def test_repeated_token_must_give_the_first_answer(supply):
    """Another answer to the same token is a second effect."""
    case = accepted(supply, repeats="0123456789abcdef")
    first, second = output(output={"eventId": "1"}), output(output={"eventId": "2"})
    assert judge(Trial(supply, case, ACCEPT, first, earlier=first)).result == "as-contracted"
    verdict = judge(Trial(supply, case, ACCEPT, second, earlier=first))
    assert [item.kind for item in verdict.suspicions] == ["not-idempotent"]


def test_response_constraint_is_a_note(supply):
    """Real services break the bounds of their responses; that alone fails nothing."""
    deviation = Deviation("response-constraint", f"{SUPPLY}#/output/eventId/pattern", "a UUID", "x")
    verdict = judge(Trial(supply, accepted(supply), ACCEPT, output(output={}, deviations=(deviation,))))
    assert verdict.result == "as-contracted"
    assert [item.severity for item in verdict.suspicions] == ["note"]


def test_assumed_rules_weigh_little_outside_the_emulator(supply):
    """What rests on an assumption is low at most against other endpoints."""
    assumed = msgspec.structs.replace(REFUSE, source="assumed")
    strict = judge(Trial(supply, accepted(supply), assumed, output(output={}), strict=True))
    foreign = judge(Trial(supply, accepted(supply), assumed, output(output={})))
    assert [item.severity for item in strict.suspicions] == ["medium"]
    assert [item.severity for item in foreign.suspicions] == ["low"]


def test_wire_faults_elsewhere_are_only_refused_or_not(supply):
    """Another endpoint may refuse a spoiled request with any error."""
    case = make_case(supply, "wire", "malformed", fault="malformed-json")
    expectation = expect(supply, case)
    assert judge(Trial(supply, case, expectation, error("Zebra"))).result == "as-contracted"
    assert judge(Trial(supply, case, expectation, error("Zebra"), strict=True)).result == "finding"
    assert judge(Trial(supply, case, expectation, output(output={}))).result == "finding"


def rejected(contract, number, *aims):
    case = accepted(contract, aims=tuple(Aim(aim, "inside") for aim in aims))
    case = msgspec.structs.replace(case, id=f"{number:016x}")
    outcome = error("ValidationException")
    verdict = judge(Trial(contract, case, ACCEPT, outcome))
    return CaseResult(case, outcome, verdict, sent="sent", reproduce="curl")


def test_one_cause_is_one_finding(supply):
    """Cases without an aim join the finding that an aimed case has made."""
    pointer = f"{SUPPLY}#/input/eventGroupId/length/max"
    shared = f"{SUPPLY}#/input/data/required"
    found = findings(
        [rejected(supply, 1, pointer, shared), rejected(supply, 2, shared), rejected(supply, 3, shared)]
    )
    assert [(item.id, item.seen) for item in found] == [(f"rejected-valid@{shared}", 3)]


def test_failing_knows_severity_and_baseline(supply):
    """A finding below the threshold, or accepted, fails nothing."""
    found = findings([rejected(supply, 1, f"{SUPPLY}#/input/data/required")])
    assert len(failing(found, "medium")) == 1
    assert failing(found, "high") == ()
    assert failing(found, "low", accepted=[found[0].id]) == ()


MESSAGE = "1 validation error detected: Value 'x' at '{}' failed to satisfy constraint: {}"


@pytest.mark.parametrize(
    ("message", "pointers"),
    [
        (
            MESSAGE.format("eventGroupId", "Member must have length less than or equal to 9"),
            ["eventGroupId/length/max"],
        ),
        (
            MESSAGE.format("datasetTarget.operationType", "Member must satisfy enum value set: [APPEND]"),
            ["datasetTarget/operationType/enum"],
        ),
        (
            "2 validation errors detected: Value null at 'data' failed to satisfy constraint: Member must "
            "not be null; Value 'x' at 'instanceId' failed to satisfy constraint: Member must satisfy "
            "regular expression pattern: a",
            ["instanceId/pattern", "data/required"],
        ),
    ],
    ids=["length", "nested-enum", "two-at-once"],
)
def test_the_endpoint_says_what_it_refuses(supply, message, pointers):
    """Whatever the case was made for, each constraint that the message names is a finding of its own."""
    case = accepted(supply, aims=(Aim(f"{SUPPLY}#/input/data/length/max", "inside"),))
    verdict = judge(Trial(supply, case, ACCEPT, error("ValidationException", message=message)))
    assert [item.candidates for item in verdict.suspicions] == [
        (f"{SUPPLY}#/input/{tail}",) for tail in pointers
    ]


def test_entries_masked_by_a_refused_shape(events):
    """A batch refused for a bound of its request is no wrong entry result."""
    case = make_case(events, "rule", "no Source", input={"Entries": [{"DetailType": "t", "Detail": "{}"}]})
    message = MESSAGE.format("entries.1.member.detailType", "Member must not be null")
    assert [
        item.kind
        for item in judge(
            Trial(events, case, expect(events, case), error("ValidationException", message=message))
        ).suspicions
    ] == ["wrong-entry-result"]  # the contract has no such constraint
    message = MESSAGE.format("entries", "Member must have length greater than or equal to 2")
    verdict = judge(Trial(events, case, expect(events, case), error("ValidationException", message=message)))
    assert [item.candidates for item in verdict.suspicions] == [(f"{EVENTS}#/input/Entries/length/min",)]


def test_the_same_answer_joins_a_rule(supply):
    """A case made for something else joins the rule that another case shows, if both got the same answer."""
    rule = f"{SUPPLY}#/rules/{supply.rules[0].id}"
    other = f"{SUPPLY}#/input/data/required"
    found = findings([rejected(supply, 1, rule), rejected(supply, 2, other)])
    assert [(item.constraint, item.seen) for item in found] == [(rule, 2)]
