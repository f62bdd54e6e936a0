"""Outputs made from shapes: within every constraint, deterministic, with ids and times of the right form."""

import re

import pytest
from emulator_contracts import UUID, all_four, make
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.contract import check
from harness.emulator.responses import Outputs, Seeds, iso_text, uuid_of

SEEDS = Seeds("steady", "fresh", 1_735_732_800.5)


def contract_with(volatile=(), echo=None, **members):
    """Build an operation with an output of these members: (shape, member traits)."""
    shapes = {f"{name}Shape": shape for name, (shape, _) in members.items()}
    output = {name: {"target": f"{name}Shape", **traits} for name, (_, traits) in members.items()}
    return make(
        "any",
        "Make",
        http={},
        shapes={
            **shapes,
            "Text": {"type": "string"},
            "Output": {"members": output},
            "Input": {"members": {"Name": {"target": "Text"}}},
        },
        input="Input",
        output="Output",
        volatile=list(volatile),
        echo=echo or {},
    )


def made(seeds=SEEDS, given_=None, **parts):
    contract = contract_with(**parts)
    output = Outputs(contract).make(seeds, given_ or {})
    assert check(contract, output, "output") == ()
    return output


def text(**traits):
    return ({"type": "string", **traits}, {})


@pytest.mark.parametrize(
    ("name", "member", "pattern"),
    [
        ("eventId", text(), UUID),
        ("Id", text(length={"min": 1, "max": 256}), UUID),
        ("anything", text(length={"min": 36, "max": 36}, pattern=UUID), UUID),
        ("requestToken", text(), UUID),
        ("shortId", text(length={"max": 12}), "[0-9a-f]{12}"),
        ("hexId", text(pattern="[0-9a-f]{32}"), "[0-9a-f]{32}"),
        ("numberId", text(pattern="[0-9]{12}"), "[0-9]{12}"),
        ("strangeId", text(pattern="vpc-[a-z]{3}"), "vpc-[a-z]{3}"),
        ("Arn", text(), f"arn:aws:any:us-east-1:123456789012:resource/{UUID}"),
        ("roleArn", text(length={"min": 20}, pattern="arn:aws:iam::.+"), "arn:aws:iam::.+"),
        ("Name", text(), "x"),
        ("Kind", text(enum=["a", "b"]), "a"),
        ("CreatedAt", text(), r"2020-01-01T00:00:00\.000Z"),
    ],
)
def test_texts_have_the_form_that_their_names_promise(name, member, pattern):
    assert re.fullmatch(pattern, made(**{name: member})[name])


def test_equal_seeds_make_equal_outputs_and_volatile_members_differ():
    parts = {"volatile": ["aId", "at"], "aId": text(), "bId": text(), "at": ({"type": "timestamp"}, {})}
    first, same = made(**parts), made(**parts)
    other = made(Seeds("steady", "fresher", 1_735_732_801.25), **parts)
    assert first == same
    assert first["aId"] != other["aId"]
    assert first["bId"] == other["bId"]
    assert (first["at"], other["at"]) == (1_735_732_800.5, 1_735_732_801.25)


def test_a_next_page_and_reports_of_failures_are_left_out():
    parts = {name: text() for name in ("nextToken", "NextMarker", "ErrorCode", "Failed", "Name")}
    assert made(**parts) == {"Name": "x"}


def test_a_required_member_is_never_left_out():
    assert list(made(nextToken=({"type": "string"}, {"required": True}))) == ["nextToken"]


def test_an_echoed_member_is_left_as_made_when_the_input_lacks_it():
    parts = {"echo": {"Copy": "Name"}, "Copy": text()}
    assert made(given_={"Name": "n"}, **parts) == {"Copy": "n"}
    assert made(given_={}, **parts) == {"Copy": "x"}


def test_a_status_code_member_says_the_status():
    assert made(Code=({"type": "integer"}, {"httpResponseCode": True})) == {"Code": 200}


def test_an_operation_without_an_output_answers_with_nothing():
    assert Outputs(make("any", "Nothing", http={}, shapes={})).make(SEEDS, {}) == {}


def test_shapes_within_themselves_end():
    contract = make(
        "any",
        "Recursive",
        http={},
        shapes={
            "Node": {
                "members": {"Id": {"target": "Text"}, "Next": {"target": "Node"}, "All": {"target": "Nodes"}}
            },
            "Nodes": {"type": "list", "member": {"target": "Node"}},
            "Text": {"type": "string"},
        },
        output="Node",
    )
    output = Outputs(contract).make(SEEDS, {})
    assert check(contract, output, "output") == ()
    assert list(output) == ["Id", "All"]


@given(
    low=st.integers(0, 5),
    extra=st.integers(0, 5),
    kind=st.sampled_from(["list", "map"]),
    unique=st.booleans(),
    element=st.sampled_from(
        [{"type": "string"}, {"type": "integer"}, {"type": "string", "pattern": "[a-z0-9]{2}"}]
    ),
)
@settings(derandomize=True, deadline=None)
def test_aggregates_keep_their_bounds(low, extra, kind, unique, element):
    shape = {
        "type": kind,
        "length": {"min": low, "max": low + extra},
        "uniqueItems": unique and kind == "list",
    }
    parts = {"member": {"target": "Element"}} if kind == "list" else {
        "key": {"target": "Text"}, "value": {"target": "Element"}
    }  # fmt: skip
    contract = make(
        "any",
        "Bounded",
        http={},
        shapes={
            "Many": {**shape, **parts},
            "Element": element,
            "Text": {"type": "string"},
            "Output": {"members": {"Many": {"target": "Many"}}},
        },
        output="Output",
    )
    output = Outputs(contract).make(SEEDS, {})
    assert check(contract, output, "output") == ()
    assert len(output["Many"]) == (max(low, 1) if low + extra else 0)


@pytest.mark.parametrize("contract", all_four(), ids=lambda each: each.operation)
def test_every_output_conforms(contract):
    output = Outputs(contract).make(SEEDS, {})
    assert check(contract, output, "output") == ()


@pytest.mark.parametrize(
    ("instant", "expected"),
    [(0, "1970-01-01T00:00:00.000Z"), (1_735_732_800.5, "2025-01-01T12:00:00.500Z")],
)
def test_times_are_spelled_to_the_millisecond(instant, expected):
    assert iso_text(instant) == expected


def test_a_uuid_is_version_4_in_form_and_belongs_to_its_seed():
    assert re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", uuid_of("a"))
    assert uuid_of("a") == uuid_of("a") != uuid_of("b")
