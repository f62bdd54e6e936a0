"""Cases beyond constraints: variety, rules, repeated tokens, declared errors, faults of the wire."""

import json
from collections import Counter

import msgspec
import pytest
from generate_contracts import EVERYTHING, NEWEST, REAL, made, named

from harness.cases.model import Aim
from harness.contract import bites, check, normalise
from harness.generate.errors import Errors
from harness.generate.faults import FAULTS, Faults
from harness.generate.idempotency import Repeats
from harness.generate.places import places
from harness.generate.rules import Rules, unreachable_rules
from harness.generate.variety import DOCUMENTS, Variety
from harness.wire import protocol_for

CONTRACT = {contract.operation: contract for contract in NEWEST}
JSON_FAULTS = ("malformed-json", "truncated-json", "invalid-utf8", "wrong-root-type")


def broken(contract, case):
    return {violation.pointer for violation in check(contract, normalise(contract, case.input))}


# Variety


@pytest.mark.parametrize("contract", [*REAL, EVERYTHING], ids=named)
def test_variety_keeps_its_word(contract):
    """What aims outside breaks its aim; everything else keeps the shapes."""
    for case in Variety().cases(contract, 0):
        outside = {aim.constraint for aim in case.aims if aim.side == "outside"}
        assert broken(contract, case) == outside, case.description


@pytest.mark.parametrize("contract", [*REAL, EVERYTHING], ids=named)
def test_every_body_member_is_sent_with_a_wrong_type(contract):
    """Documents apart, each place in the body is tried with a value of another JSON type."""
    aimed = {aim.constraint for case in Variety().cases(contract, 0) for aim in case.aims}
    wanted = {
        f"{contract.name}#/input/{'/'.join(place.path)}/type"
        for place in places(contract)
        if place.in_body and place.path[-1] != "key" and place.shape.type != "document"
    }
    assert {pointer for pointer in aimed if pointer.endswith("/type")} == wanted


def test_values_outside_the_body_have_no_wrong_type():
    """Text in the URI, a header or the query has no JSON type."""
    found = {place.path[0] for place in places(EVERYTHING) if not place.in_body}
    assert found == {"label", "header", "headers", "limit", "tags"}


@pytest.mark.parametrize(
    ("contains", "count"),
    [
        ("null, which is absence", 14),
        ("an unknown member", 2),
        ("as a document", len(DOCUMENTS)),
        ("the epoch", 2),
        ("a text beyond ASCII", 2),
        ("left out of a full input", 17),
        ("the only optional member", 18),
        ("no idempotency token", 1),
    ],
)
def test_each_kind_of_variety_is_there(contains, count):
    """Counted on the contract with one member of everything."""
    found = [case.description for case in Variety().cases(EVERYTHING, 0) if contains in case.description]
    assert len(found) == count, found


def test_unknown_members_go_to_the_top_and_into_the_first_structure():
    """They are sent raw, for no client library builds them, and are valid."""
    found = [
        case for case in Variety().cases(CONTRACT["PutEvents"], 0) if "unknown member" in case.description
    ]
    assert [case.raw for case in found] == [True, True]
    assert found[0].input["HarnessUnknownMember"] == "text"
    assert found[1].input["Entries"][0]["HarnessUnknownMember"] == {"key": "value"}


# Rules


@pytest.mark.parametrize("contract", REAL, ids=named)
def test_rules_fall_where_they_aim(contract):
    """Outside the rule bites and inside it does not; all shapes are kept, and a rule vouches for it."""
    for case in Rules().cases(contract, 0):
        bitten = {bite.pointer for bite in bites(contract, normalise(contract, case.input))}
        (aim,) = case.aims
        assert broken(contract, case) == set(), case.description
        assert (aim.constraint in bitten) is (aim.side == "outside"), case.description
        assert case.vouched
    assert unreachable_rules(contract) == ()


def test_a_failing_entry_stands_first_in_the_middle_and_last():
    """One failing entry in a full batch of ten, for each rule on entries."""
    contract = CONTRACT["PutEvents"]
    found = Counter(
        tuple(bite.entry for bite in bites(contract, case.input))
        for case in Rules().cases(contract, 0)
        if len(case.input["Entries"]) == 10
    )
    entry_rules = [rule for rule in contract.rules if rule.then.entry is not None]
    assert found == {(0,): len(entry_rules), (5,): len(entry_rules), (9,): len(entry_rules)}


def test_a_rule_without_variations_is_listed():
    """The reason says what to add."""
    contract = made(
        {"Input": {"members": {"a": {"target": "Text"}}}, "Text": {"type": "string"}},
        rules=[{"id": "r", "summary": "s", "source": "assumed", "when": "a", "then": {}}],
    )
    listed = unreachable_rules(contract)
    assert [(each.constraint, each.side) for each in listed] == [
        ("test:Do#/rules/r", "inside"),
        ("test:Do#/rules/r", "outside"),
    ]
    assert (
        listed[0].reason == "the contract gives no variation that falls on this side; add one under the rule"
    )


# Repeated tokens


def test_a_token_is_repeated_then_changed_then_moved():
    """One token in four requests; later ones name the first."""
    contract = CONTRACT["SendDataIntegrationEvent"]
    first, again, changed, scoped = Repeats().cases(contract, 7)
    assert {case.input["clientToken"] for case in (first, again, changed, scoped)} == {
        first.input["clientToken"]
    }
    assert (again.input, again.repeats) == (first.input, first.id)
    assert changed.repeats == first.id
    assert changed.input["instanceId"] == first.input["instanceId"]
    assert changed.input != first.input
    assert scoped.input == {**first.input, "instanceId": scoped.input["instanceId"]}
    assert scoped.input["instanceId"] != first.input["instanceId"]
    assert [case.aims for case in (first, again, changed, scoped)] == [
        (),
        (Aim(f"{contract.name}#/idempotency/repeated", "inside"),),
        (Aim(f"{contract.name}#/idempotency/changed", "outside"),),
        (Aim(f"{contract.name}#/idempotency/scope", "inside"),),
    ]
    assert len({case.id for case in (first, again, changed, scoped)}) == 4


def test_another_bearer_is_not_made_up():
    """The scope of SendEvent is a credential, so only the repetition is sent."""
    first, again = Repeats().cases(CONTRACT["SendEvent"], 7)
    assert again.repeats == first.id


def test_the_seed_makes_the_token():
    """Two seeds never meet under one token."""
    contract = CONTRACT["SendDataIntegrationEvent"]
    tokens = [next(Repeats().cases(contract, seed)).input["clientToken"] for seed in (1, 1, 2)]
    assert tokens[0] == tokens[1] != tokens[2]


# Declared errors


@pytest.mark.parametrize("contract", NEWEST, ids=named)
def test_every_declared_error_is_asked_for(contract):
    """On a valid input, by its code."""
    found = list(Errors().cases(contract, 0))
    assert [case.error for case in found] == list(contract.error_shapes())
    assert [case.aims[0].constraint for case in found] == [
        f"{contract.name}#/errors/{case.error}" for case in found
    ]
    assert not any(broken(contract, case) for case in found)


# Faults of the wire


def sent(contract, name):
    return next((case for case in Faults().cases(contract, 0) if case.fault == name), None)


def is_json(body):
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("contract", NEWEST, ids=named)
def test_each_operation_gets_the_faults_that_make_sense(contract):
    """All rows but those of the other kind of authentication."""
    skipped = {"bearer-missing"} if contract.auth.scheme == "sigv4" else {
        "no-authentication", "malformed-authorization", "wrong-scope"
    }  # fmt: skip
    found = list(Faults().cases(contract, 0))
    assert [case.fault for case in found] == [fault.name for fault in FAULTS if fault.name not in skipped]
    assert all(case.aims == (Aim(f"{contract.name}#/wire/{case.fault}", "outside"),) for case in found)
    assert len({case.id for case in found}) == len(found)


@pytest.mark.parametrize("name", JSON_FAULTS)
@pytest.mark.parametrize("contract", NEWEST, ids=named)
def test_spoiled_bodies_are_no_objects(contract, name):
    """No JSON, no UTF-8, or another root."""
    body = sent(contract, name).request.body
    assert not is_json(body) or isinstance(json.loads(body), list)


def test_what_is_spoiled_and_nothing_else():
    """Each fault differs from a good request in one place."""
    contract = CONTRACT["PutEvents"]
    assert sent(contract, "unknown-target").request.headers.get("X-Amz-Target") == "AWSEvents.NoSuchOperation"
    assert sent(contract, "empty-body").request.body == b""
    assert sent(contract, "body-over-limit").request.headers.get("Content-Length") == "999999999"
    assert sent(contract, "missing-content-type").request.headers.get("Content-Type") is None
    assert sent(contract, "wrong-content-type").request.headers.get("Content-Type") == "text/csv"
    twice = sent(contract, "duplicate-keys").request
    assert twice.body.count(b'"Entries":') == 2
    assert protocol_for(contract).parse_request(contract, twice) == contract.examples[0].input
    unknown = sent(CONTRACT["SendEvent"], "unknown-target").request
    assert unknown.target == "/no-such-path/no-such-operation"
    assert "X-Amz-Bearer" not in sent(CONTRACT["SendEvent"], "bearer-missing").request.headers


@pytest.mark.parametrize("name", ["no-authentication", "malformed-authorization", "wrong-scope"])
def test_faults_of_authentication_have_a_good_request(name):
    """The request itself is read as the example; only how it is signed differs."""
    contract = CONTRACT["PutEvents"]
    case = sent(contract, name)
    assert protocol_for(contract).parse_request(contract, case.request) == contract.examples[0].input
    assert case.authentication == {"no-authentication": "none", "malformed-authorization": "malformed"}.get(
        name, name
    )


def test_faults_never_share_a_token():
    """Those that a lenient endpoint takes as good must not meet under one idempotency token."""
    contract = CONTRACT["SendDataIntegrationEvent"]
    tokens = [
        msgspec.json.decode(case.request.body)["clientToken"]
        for case in Faults().cases(contract, 0)
        if is_json(case.request.body) and b"clientToken" in case.request.body
    ]
    assert len(tokens) == len(set(tokens)) == 7


def test_every_row_says_what_it_is():
    """Names are unique, descriptions one line."""
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) == 14
    assert all(fault.description and "\n" not in fault.description for fault in FAULTS)
