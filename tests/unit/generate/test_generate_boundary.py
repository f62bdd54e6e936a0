"""The boundary generator: both sides of every constraint."""

import json

import pytest
from generate_contracts import EVERYTHING, NEWEST, REAL, made, named

from harness.cases.model import Aim
from harness.contract import bites, check, constraints, normalise
from harness.generate import unreachable
from harness.generate.boundary import TOO_MANY, Boundary
from harness.generate.documents import value_at
from harness.generate.interface import Unreachable
from harness.generate.rules import Rules

CONTRACT = {contract.operation: contract for contract in NEWEST}
PUT, SUPPLY = "events:PutEvents#/input", "supplychain:SendDataIntegrationEvent#/input"
ENTRY = f"{PUT}/Entries/member"
NO_LABEL = "the URI has no form without its label"


@pytest.mark.parametrize("contract", [*REAL, EVERYTHING], ids=named)
def test_every_constraint_is_hit_on_both_sides_or_listed(contract):
    """No side of any constraint or rule is missed in silence, and none is both hit and listed."""
    cases = [*Boundary().cases(contract, 0), *Rules().cases(contract, 0)]
    hit = {(aim.constraint, aim.side) for case in cases for aim in case.aims}
    listed = {(each.constraint, each.side) for each in unreachable(contract)}
    sides = {(each.pointer, side) for each in constraints(contract) for side in ("inside", "outside")}
    assert hit | listed == sides
    assert not hit & listed


def test_few_sides_are_unreachable():
    """Over the whole history at most three in a hundred, each for a reason of the wire."""
    listed = [each for contract in REAL for each in unreachable(contract)]
    assert len(listed) <= 0.03 * 2 * sum(len(constraints(contract)) for contract in REAL)
    assert {each.reason for each in listed} == {NO_LABEL, "the URI has no form with an empty label"}


@pytest.mark.parametrize("contract", [*REAL, EVERYTHING], ids=named)
def test_inside_is_valid_and_outside_breaks_its_aim(contract):
    """The oracle agrees with the aim of every case, by constraints and rules."""
    count = 0
    for case in Boundary().cases(contract, 0):
        (aim,) = case.aims
        arriving = normalise(contract, case.input)
        broken = {violation.pointer for violation in check(contract, arriving)}
        if aim.side == "inside":
            assert not broken, case.description
            assert list(bites(contract, arriving)) == [], case.description
        else:
            assert aim.constraint in broken, case.description
        count += 1
    assert count >= len(constraints(contract))


def test_nearly_all_outside_cases_break_nothing_else():
    """One thing at a time; where a bound and a pattern cannot be parted, both break."""
    cases = [case for case in Boundary().cases(EVERYTHING, 0) if case.aims[0].side == "outside"]
    several = [
        case.aims[0].constraint.partition("#/input/")[2]
        for case in cases
        if len({each.pointer for each in check(EVERYTHING, normalise(EVERYTHING, case.input))}) > 1
    ]
    assert several == []


@pytest.mark.parametrize(
    ("pointer", "side", "position", "size"),
    [
        (f"{PUT}/Entries/length/min", "inside", ("Entries",), 1),
        (f"{PUT}/Entries/length/min", "outside", ("Entries",), 0),
        (f"{PUT}/Entries/length/max", "inside", ("Entries",), 10),
        (f"{PUT}/Entries/length/max", "outside", ("Entries",), 11),
        (f"{ENTRY}/TraceHeader/length/max", "inside", ("Entries", 0, "TraceHeader"), 500),
        (f"{ENTRY}/TraceHeader/length/max", "outside", ("Entries", 0, "TraceHeader"), 501),
        (f"{ENTRY}/EventBusName/length/max", "inside", ("Entries", 0, "EventBusName"), 1600),
        (f"{PUT}/EndpointId/length/min", "inside", ("EndpointId",), 3),  # its pattern needs three
        (f"{SUPPLY}/data/length/max", "inside", ("data",), 1048576),
        (f"{SUPPLY}/data/length/max", "outside", ("data",), 1048577),
        (f"{SUPPLY}/data/length/min", "inside", ("data",), 2),  # the shortest JSON object
        (f"{SUPPLY}/clientToken/length/min", "outside", ("clientToken",), 32),
        (f"{SUPPLY}/instanceId/length/max", "outside", ("instanceId",), 37),
    ],
)
def test_lengths_stand_at_the_bound(pointer, side, position, size):
    """Inside is the bound itself, or the nearest that pattern and rules allow; outside is one more."""
    contract = CONTRACT[pointer.split(":")[1].split("#")[0]]
    cases = [case for case in Boundary().cases(contract, 0) if Aim(pointer, side) in case.aims]
    assert {len(value_at(case.input, position)) for case in cases} == {size}


def test_the_longest_data_is_still_json():
    """Stretching keeps the rule that data is JSON text, with one-byte and with four-byte characters."""
    aim = Aim(f"{SUPPLY}/data/length/max", "inside")
    found = [
        case.input["data"]
        for case in Boundary().cases(CONTRACT["SendDataIntegrationEvent"], 0)
        if aim in case.aims
    ]
    assert [type(json.loads(text)) for text in found] == [dict, dict]
    assert [text.isascii() for text in found] == [True, False]


def test_each_enum_value_is_tried_where_it_may_stand():
    """The dataset event type is sent with its target, the others without; strangers are outside."""
    contract = CONTRACT["SendDataIntegrationEvent"]
    pointer = f"{SUPPLY}/eventType/enum"
    found = [
        (case, case.aims[0].side)
        for case in Boundary().cases(contract, 0)
        if case.aims[0].constraint == pointer
    ]
    inside = {
        case.input["eventType"]: "datasetTarget" in case.input for case, side in found if side == "inside"
    }
    assert inside == {
        value: value == "scn.data.dataset" for value in contract.shapes["DataIntegrationEventType"].enum
    }
    outside = [case.input["eventType"] for case, side in found if side == "outside"]
    assert outside == ["scn.data.forecastX", "SCN.DATA.FORECAST"]


@pytest.mark.parametrize(
    ("pointer", "side", "values"),
    [
        ("ratio/range/min", "inside", [0]),
        ("ratio/range/min", "outside", [-1, -0.0009765625]),
        ("ratio/range/max", "outside", [1.5, 0.5009765625]),
        ("limit/range/max", "outside", [101]),
        ("data/length/max", "inside", ["eHh4eHg="]),
        ("data/length/max", "outside", ["eHh4eHh4"]),
        ("counts/length/max", "inside", [3]),
        ("unique/uniqueItems", "outside", [["a1", "a1"]]),
        ("choice/union", "inside", [{"name": "aa"}, {"limit": 1}, {"tree": {"name": "aa"}}]),
        ("choice/union", "outside", [{}, {"name": "aa", "limit": 1}]),
        ("sparse/member/length/max", "inside", [["x" * 20], ["𝄞" * 20]]),
    ],
)
def test_each_trait_has_its_values(pointer, side, values):
    """Ranges, blobs, maps, sets and unions at and beyond their edges."""
    name = pointer.split("/")[0]
    aim = Aim(f"test:Do#/input/{pointer}", side)
    found = [case.input[name] for case in Boundary().cases(EVERYTHING, 0) if aim in case.aims]
    assert [len(value) if name == "counts" else value for value in found] == values


def test_what_the_wire_has_no_place_for_is_listed_with_its_reason():
    """A label cannot be left out, and an empty list leaves no trace in a query."""
    assert unreachable(EVERYTHING) == (
        Unreachable("test:Do#/input/label/required", "outside", NO_LABEL),
        Unreachable(
            "test:Do#/input/tags/length/min",
            "outside",
            "a list or map without entries leaves no trace outside the body",
        ),
    )


def test_a_bound_at_the_edge_of_its_type_cannot_be_passed():
    """One more than a 32-bit integer is another type, not a broken range."""
    contract = made(
        {
            "Input": {"members": {"n": {"target": "N"}}},
            "N": {"type": "integer", "range": {"min": 0, "max": 2147483647}},
        }
    )
    assert unreachable(contract) == (
        Unreachable(
            "test:Do#/input/n/range/max", "outside", "no value that the shape can have lies on this side"
        ),
    )


def test_wanted_sides_alone_are_looked_at():
    every = unreachable(EVERYTHING)
    wanted = {(every[-1].constraint, every[-1].side)}
    assert unreachable(EVERYTHING, wanted) == every[-1:]
    assert unreachable(EVERYTHING, set()) == ()


def test_the_deepest_of_too_many_constraints_are_given_with_that_reason(monkeypatch):
    monkeypatch.setattr("harness.generate.boundary.MOST_CONSTRAINTS", 5)
    listed = [each for each in constraints(EVERYTHING) if each.trait != "rule"]
    dropped = {each.constraint for each in unreachable(EVERYTHING) if each.reason == TOO_MANY}
    depth = {each.pointer: len(each.path) for each in listed}
    kept = depth.keys() - dropped
    assert len(kept) == 5
    assert max(depth[pointer] for pointer in kept) <= min(depth[pointer] for pointer in dropped)
    aimed = {case.aims[0].constraint for case in Boundary().cases(EVERYTHING, 0)}
    assert aimed <= kept
