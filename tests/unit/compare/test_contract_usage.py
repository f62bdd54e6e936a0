"""A change is told where recordings show what it touches, and nowhere else."""

from __future__ import annotations

import pytest

from harness.compare.contracts import RULES, compare_services
from harness.compare.contracts.examples import compare_example, example_side
from harness.compare.contracts.usage import Evidence, Usage, used_changes
from harness.contract.service import Service
from harness.importers.decoding import decode_contract

SEEN = Evidence("cassettes/x.yaml", 3)
NEVER_SENT = "the operation is asked, and nothing of what changed is there"


def usage_of(rule_id, sent=None, received=None, code=None):
    """The usage of the old side of a rule's example by one exchange."""
    rule = next(rule for rule in RULES if rule.id == rule_id)
    usage = Usage()
    contract = example_side(rule.before, rule.id).operations["Act"]
    usage.note_operation(contract, SEEN)
    if sent is not None:
        usage.note_document(contract, "input", sent, SEEN)
    if received is not None:
        usage.note_document(contract, "output", received, SEEN)
    if code is not None:
        usage.note_error(contract, code, SEEN)
    return [change.rule for change in used_changes(compare_example(rule), usage)]


@pytest.mark.parametrize(
    ("rule", "used", "not_used"),
    [
        pytest.param("request-member-removed", {"sent": {"Name": "a"}}, {"sent": {}}, id="member sent"),
        pytest.param("response-member-removed", {"received": {"Name": "a"}}, {"received": {}}, id="received"),
        pytest.param("request-length-max-tightened", {"sent": {"Value": "a"}}, {"sent": {}}, id="constraint"),
        pytest.param("request-wire-name-changed", {"sent": {"Name": "a"}}, {"sent": {}}, id="wire name"),
        pytest.param("request-member-became-required", {"sent": {}}, {"sent": {"Name": "a"}}, id="left out"),
        pytest.param("request-required-member-added", {"sent": {}}, {}, id="new and required"),
        *(
            pytest.param(
                f"request-default-{what}", {"sent": {}}, {"sent": {"Count": 5}}, id=f"default {what}"
            )
            for what in ("added", "changed", "removed")
        ),
        pytest.param("request-member-renamed", {"sent": {"Name": "a"}}, {"sent": {}}, id="renamed"),
        pytest.param(
            "request-enum-value-removed", {"sent": {"Value": "c"}}, {"sent": {"Value": "a"}}, id="value sent"
        ),
        pytest.param("error-status-changed", {"code": "Gone"}, {"code": "Other"}, id="error received"),
        pytest.param("error-removed", {"code": "Gone"}, {}, id="error gone"),
    ],
)
def test_only_what_was_seen_is_told(rule, used, not_used):
    assert rule in usage_of(rule, **used)
    assert rule not in usage_of(rule, **not_used)


@pytest.mark.parametrize("rule", ["http-method-changed", "success-code-changed", "pagination-removed"])
def test_what_concerns_every_call_is_told_of_operations_that_were_asked(rule):
    assert usage_of(rule) == [rule]


def test_an_operation_that_nobody_asked_is_not_told():
    rule = next(rule for rule in RULES if rule.id == "http-method-changed")
    assert used_changes(compare_example(rule), Usage()) == ()


def test_each_change_names_the_recording():
    rule = next(rule for rule in RULES if rule.id == "http-method-changed")
    usage = Usage(operations={"things:Act": SEEN})
    assert [change.evidence for change in used_changes(compare_example(rule), usage)] == [
        "cassettes/x.yaml, interaction 3"
    ]


def test_who_fills_in_a_token_is_not_told_by_a_recording():
    """A token that the SDK filled in looks like one that code sent; without the trait it may be missing."""
    rule = "request-idempotency-token-removed"
    assert rule in usage_of(rule, sent={"Token": "a"})
    assert rule in usage_of(rule, sent={})
    assert rule not in usage_of(rule)


@pytest.mark.parametrize("rule", [each.id for each in RULES if each.id.startswith("waiter-")])
def test_a_waiter_is_told_where_its_operation_was_asked(rule):
    changes = compare_example(next(each for each in RULES if each.id == rule))
    usage = Usage(operations={"things:Act": SEEN})
    assert used_changes(changes, usage, {"things#/waiters/Done": {"things:Act"}})
    assert not used_changes(changes, usage, {"things#/waiters/Done": {"things:Rest"}})


def refused_by(rule_id, *sent):
    """Whether each change of a rule's example says that one of the values sent is refused now."""
    rule = next(rule for rule in RULES if rule.id == rule_id)
    old, new = (example_side(side, rule.id).operations["Act"] for side in (rule.before, rule.after))
    usage = Usage()
    usage.note_operation(old, SEEN)
    for number, value in enumerate(sent, 1):
        usage.note_document(old, "input", {"Value": value}, Evidence("x.yaml", number))
        usage.note_refused(old, new, {"Value": value}, Evidence("x.yaml", number))
    return {
        each.rule: (each.refused, each.evidence) for each in used_changes(compare_example(rule), usage)
    }.get(rule_id)


TIGHTER = {
    "request-length-min-added": ("12345", "1"),
    "request-length-min-tightened": ("12345", "123"),
    "request-length-max-added": ("1", "x" * 33),
    "request-length-max-tightened": ("1", "x" * 33),
    "request-range-min-added": (5, 1),
    "request-range-min-tightened": (5, 3),
    "request-range-max-added": (5, 33),
    "request-range-max-tightened": (5, 33),
    "request-pattern-added": ("a", "1"),
    "request-pattern-tightened": ("abc", "a1"),
    "request-enum-value-removed": (None, "c"),
}


@pytest.mark.parametrize(("rule", "kept", "broken"), [(rule, *values) for rule, values in TIGHTER.items()])
def test_a_tighter_constraint_says_whether_a_recorded_value_is_refused(rule, kept, broken):
    """The recording named is the one that holds the value."""
    if kept is None:
        assert refused_by(rule, broken) == (True, "x.yaml, interaction 1")
        return
    assert refused_by(rule, kept) == (False, "x.yaml, interaction 1")
    assert refused_by(rule, kept, broken) == (True, "x.yaml, interaction 2")


@pytest.mark.parametrize(
    ("rule", "value"),
    [("request-length-max-tightened", "x" * 65), ("request-range-max-tightened", 65)],
)
def test_what_the_old_side_refused_too_is_not_refused_anew(rule, value):
    """Runs send values that are refused on purpose."""
    assert refused_by(rule, value) == (False, "x.yaml, interaction 1")


@pytest.mark.parametrize("rule", ["request-length-max-loosened", "request-enum-value-added"])
def test_what_did_not_become_tighter_refuses_nothing(rule):
    assert refused_by(rule, "a") == (None, "x.yaml, interaction 1")


def recursive(bound):
    """An operation whose input holds a shape that holds itself."""
    tree = {"Text": {"target": "Text"}, "Below": {"target": "Tree"}}
    return decode_contract(
        {
            "format": 1, "service": "things", "operation": "Act", "version": "2024-01-01", "sources": [],
            "protocol": "rest-json", "metadata": {}, "http": {}, "errors": [], "input": "Input",
            "shapes": {
                "Input": {"type": "structure", "members": {"Tree": {"target": "Tree"}}},
                "Tree": {"type": "structure", "members": tree},
                "Text": {"type": "string", "length": {"max": bound}},
            },
        },
        "things",
    )  # fmt: skip


def test_a_value_deep_in_a_shape_within_itself_is_found():
    """Changes are told where the shape stood first."""
    old, new = recursive(64), recursive(3)
    usage = Usage()
    document = {"Tree": {"Text": "a", "Below": {"Text": "b", "Below": {"Text": "abcd"}}}}
    usage.note_refused(old, new, document, SEEN)
    assert usage.refused == {"things:Act#/input/Tree/Text/length/max": SEEN}


def contract(shapes, **facts):
    """An operation of some shapes; ``Input`` is what is sent."""
    return decode_contract(
        {
            "format": 1, "service": "things", "operation": "Act", "version": "2024-01-01", "sources": [],
            "protocol": "json", "metadata": {"targetPrefix": "T"}, "http": {}, "errors": [], "input": "Input",
            "shapes": shapes, **facts,
        },
        "things",
    )  # fmt: skip


def used_between(old, new, usage):
    """The changes between two contracts that a usage shows, and what was told of each."""
    sides = (Service(each.service, {"Act": each}, each.metadata) for each in (old, new))
    return used_changes(compare_services(*sides, usage.shown()), usage)


@pytest.mark.parametrize("sent", ["M0", "M59", "Box"])
def test_a_shape_at_many_places_is_told_wherever_it_was_sent(sent):
    """Also where a change would not name the place any more."""

    def many(bound):
        members = {f"M{number}": {"target": "Text"} for number in range(60)}
        return contract({
            "Input": {"type": "structure", "members": {**members, "Box": {"target": "Box"}}},
            "Box": {"type": "structure", "members": {"Texts": {"target": "Texts"}}},
            "Texts": {"type": "list", "member": {"target": "Text"}},
            "Text": {"type": "string", "length": {"max": bound}},
        })  # fmt: skip

    old, usage = many(9), Usage()
    usage.note_operation(old, SEEN)
    usage.note_document(old, "input", {sent: {"Texts": ["a"]} if sent == "Box" else "a"}, SEEN)
    (change,) = used_between(old, many(5), usage)
    place = "Box/Texts/member" if sent == "Box" else sent
    assert f"things:Act#/input/{place}/length/max" in (change.pointer, *change.also)
    assert used_between(old, many(5), Usage(operations={"things:Act": SEEN})) == ()


@pytest.mark.parametrize("code", ["Gone", "Lost"])
def test_what_several_errors_hold_is_told_whichever_was_received(code):
    """The members of errors share their shapes."""

    def failing(bound):
        error = {"type": "structure", "error": "client", "members": {"message": {"target": "Text"}}}
        return contract(
            {
                "Input": {"type": "structure"}, "Gone": error, "Lost": error,
                "Text": {"type": "string", "length": {"max": bound}},
            },
            errors=["Gone", "Lost"],
        )  # fmt: skip

    usage = Usage(operations={"things:Act": SEEN}, codes={("things:Act", code): SEEN})
    (change,) = used_between(failing(5), failing(9), usage)
    assert change.rule == "response-length-max-loosened"
    assert used_between(failing(5), failing(9), Usage(operations={"things:Act": SEEN})) == ()


def test_what_is_in_a_member_that_is_new_by_name_is_told_by_its_old_one():
    """Recordings call it what the old side calls it."""

    def holding(name, bound):
        return contract({
            "Input": {"type": "structure", "members": {name: {"target": "Box", "jsonName": "box"}}},
            "Box": {"type": "structure", "members": {"Text": {"target": "Text"}}},
            "Text": {"type": "string", "length": {"max": bound}},
        })  # fmt: skip

    old, usage = holding("Box", 9), Usage()
    usage.note_operation(old, SEEN)
    usage.note_document(old, "input", {"Box": {"Text": "a"}}, SEEN)
    told = {each.rule: each.pointer for each in used_between(old, holding("Crate", 5), usage)}
    assert told == {
        "request-length-max-tightened": "things:Act#/input/Crate/Text/length/max",
        "request-member-renamed": "things:Act#/input/Crate",
    }


def test_what_events_of_a_stream_hold_is_told():
    """Each event that was received, one after the other, and no other."""

    def streaming(**more):
        structures = {"Data": {"type": "structure", "members": {"Bytes": {"target": "Text"}, **more}}}
        return contract(
            {
                "Input": {"type": "structure"}, "Text": {"type": "string"},
                "Output": {"type": "structure", "members": {"Payload": {"target": "Events"}}},
                "Events": {
                    "type": "union", "streaming": True,
                    "members": {"Data": {"target": "Data"}, "End": {"target": "Data"}},
                },
                **structures,
            },
            output="Output",
        )  # fmt: skip

    old, usage = streaming(Note={"target": "Text"}), Usage()
    usage.note_operation(old, SEEN)
    usage.note_document(old, "output", {"Payload": [{"End": {}}, {"Data": {"Bytes": "a"}}]}, SEEN)
    assert used_between(old, streaming(), usage) == ()
    usage.note_document(old, "output", {"Payload": [{"Data": {"Note": "a"}}]}, SEEN)
    (change,) = used_between(old, streaming(), usage)
    assert change.pointer == "things:Act#/output/Payload/Data/Note"
