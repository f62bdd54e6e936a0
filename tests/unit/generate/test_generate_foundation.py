"""Valid inputs to start from, and the way to a constraint."""

import pytest
from generate_contracts import EVERYTHING, NEWEST, REAL, made, named

from harness.contract import bites, check, constraints, normalise
from harness.generate.documents import value_at
from harness.generate.foundation import (
    FULLEST,
    fullest_start,
    is_valid,
    reach,
    reaches,
    smallest_start,
    starts,
)

CONTRACT = {contract.operation: contract for contract in NEWEST}


@pytest.mark.parametrize("contract", [*REAL, EVERYTHING], ids=named)
def test_every_start_is_valid(contract):
    """What generators start from keeps all constraints and rules, and examples come first."""
    found = starts(contract)
    assert found[0].vouched is bool(contract.examples)
    for start in found:
        arriving = normalise(contract, start.document)
        assert check(contract, arriving) == ()
        assert list(bites(contract, arriving)) == []


@pytest.mark.parametrize("contract", [*REAL, EVERYTHING], ids=named)
def test_every_constraint_is_reached_in_a_valid_input(contract):
    """At the position of each constraint stands a value, and the input is valid."""
    for constraint in constraints(contract):
        reached = next(reaches(contract, starts(contract), constraint.path))
        assert is_valid(contract, reached.document), constraint.pointer
        if constraint.path:
            assert value_at(reached.document, reached.position) is not None, constraint.pointer


@pytest.mark.parametrize(
    ("operation", "document", "path", "position", "value"),
    [
        (
            "PutEvents",
            {"Entries": [{"Source": "s", "DetailType": "t", "Detail": "{}"}]},
            ("Entries", "member", "TraceHeader"),
            ("Entries", 0, "TraceHeader"),
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
        ),
        (
            "PutEvents",
            {"Entries": [{"Source": "s", "DetailType": "t", "Detail": "{}", "Resources": []}]},
            ("Entries", "member", "Resources", "member"),
            ("Entries", 0, "Resources", 0),
            "arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0",
        ),
        (
            "SendEvent",
            {"ConnectionToken": "c", "ContentType": "application/vnd.amazonaws.connect.event.typing"},
            ("Content",),
            ("Content",),
            '{"messageId":"11111111-aaaa-bbbb-cccc-EXAMPLE01234"}',
        ),
    ],
    ids=["member-from-hint", "list-entry-from-hint", "top-level"],
)
def test_missing_members_on_the_way_are_filled_in(operation, document, path, position, value):
    """Hints go before smallest values; the rest of the input stays as it was."""
    reached = reach(CONTRACT[operation], document, path)
    assert (reached.position, reached.added) == (position, 1)
    assert value_at(reached.document, position) == value
    assert is_valid(CONTRACT[operation], reached.document)


def test_a_start_is_chosen_in_which_the_member_may_stand():
    """datasetTarget goes with one event type only, so the example that has both is taken."""
    contract = CONTRACT["SendDataIntegrationEvent"]
    found = next(reaches(contract, starts(contract), ("datasetTarget", "operationType")))
    assert found.document["eventType"] == "scn.data.dataset"
    assert found.added == 0


def test_a_member_of_a_union_takes_the_place_of_the_other():
    """A union has one member at a time."""
    reached = reach(EVERYTHING, {"label": "ab", "choice": {"name": "ab"}}, ("choice", "limit"))
    assert reached.document == {"label": "ab", "choice": {"limit": 1}}


def test_the_smallest_and_the_fullest_input():
    """The smallest has what is required, the fullest every member."""
    assert smallest_start(EVERYTHING).keys() == {"label"}
    assert fullest_start(EVERYTHING).keys() == EVERYTHING.shapes["Input"].members.keys()


def test_an_operation_without_input_starts_from_nothing():
    """There is one start, the empty input."""
    contract = made({}, input=None)
    assert [start.document for start in starts(contract)] == [{}]


def test_the_fullest_of_very_large_inputs_ends_at_a_level(monkeypatch):
    contract = EVERYTHING
    whole = [start.document for start in starts(contract) if start.title == FULLEST]
    monkeypatch.setattr(
        "harness.generate.foundation.MOST_VALUES", len(contract.shapes[contract.input].members)
    )
    monkeypatch.setattr("harness.generate.foundation._known", {})
    less = [start.document for start in starts(contract) if start.title == FULLEST]
    assert [document.keys() for document in less] == [document.keys() for document in whole]
    assert len(str(less)) < len(str(whole))
    assert all(is_valid(contract, document) for document in less)
