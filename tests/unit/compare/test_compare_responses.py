"""Two sides' answers to the same cases, held against each other."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.compare.interface import Difference, Observed
from harness.compare.normal import same
from harness.compare.responses import compare, is_regression, output_differences
from harness.contract import Bounds, Contract, Http, Member, Shape
from harness.exchange import Outcome

OPERATION = "events:PutEvents"
CONTRACT = Contract(
    format=1,
    service="events",
    operation="PutEvents",
    version="2021-03-02",
    sources=(),
    protocol="json",
    metadata={},
    http=Http(),
    output="Out",
    volatile=("Entries/member/EventId", "Tags/value"),
    shapes={
        "Out": Shape(
            members={
                "FailedEntryCount": Member(target="Integer"),
                "Entries": Member(target="Entries"),
                "Tags": Member(target="Tags"),
                "Note": Member(target="Note"),
                "When": Member(target="When"),
            }
        ),
        "Entries": Shape(type="list", member=Member(target="Entry")),
        "Entry": Shape(members={"EventId": Member(target="String"), "ErrorCode": Member(target="String")}),
        "Tags": Shape(type="map", key=Member(target="String"), value=Member(target="String")),
        "Note": Shape(type="string", length=Bounds(max=3)),
        "When": Shape(type="double"),
        "Integer": Shape(type="integer"),
        "String": Shape(type="string"),
    },
)
CONTRACTS = {(OPERATION, "2021-03-02"): CONTRACT}


def answer(outcome: Outcome, case: str = "c1") -> Observed:
    return Observed(case, OPERATION, "2021-03-02", outcome)


def output(status: int = 200, **members) -> Outcome:
    return Outcome(kind="output", status=status, output=members)


def error(**fields) -> Outcome:
    given = {"status": 400, "code": "ValidationException", "message": "m", "fault": "client", **fields}
    return Outcome(kind="error", **given)


def difference(grade, part, old, new, place="") -> Difference:
    return Difference(OPERATION, "c1", grade, f"{OPERATION}#{part}", old, new, place)


OK = {"kind": "output", "status": 200, "code": None}
REFUSED = {"kind": "error", "status": 400, "code": "ValidationException"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            output(),
            error(),
            [difference("status-class", "/status", OK, REFUSED)],
        ),
        (
            output(),
            Outcome(kind="silent", failure="connection reset"),
            [difference("status-class", "/status", OK, {"kind": "silent", "status": 0, "code": None})],
        ),
        (
            output(),
            Outcome(kind="unreadable", status=200),
            [difference("status-class", "/status", OK, {"kind": "unreadable", "status": 200, "code": None})],
        ),
        (
            error(status=500, fault="server"),
            error(),
            [
                difference(
                    "status-class",
                    "/status",
                    {"kind": "error", "status": 500, "code": "ValidationException"},
                    REFUSED,
                )
            ],
        ),
        (
            error(),
            error(code="BadRequestException"),
            [difference("error-code", "/errors/code", "ValidationException", "BadRequestException")],
        ),
        (error(status=402), error(), [difference("status", "/errors/status", 402, 400)]),
        (error(), error(fault="server"), [difference("error-code", "/errors/fault", "client", "server")]),
        (error(), error(retryable=True), [difference("error-code", "/errors/retryable", False, True)]),
        (error(), error(message="other"), [difference("text", "/errors/message", "m", "other")]),
        (output(), output(status=202), [difference("status", "/status", 200, 202)]),
        (
            output(FailedEntryCount=0),
            output(),
            [difference("member", "/output/FailedEntryCount", 0, None)],
        ),
        (output(), output(New="x"), [difference("member", "/output/New", None, "x")]),
        (
            output(FailedEntryCount=0),
            output(FailedEntryCount="0"),
            [difference("type", "/output/FailedEntryCount", 0, "0")],
        ),
        (
            output(FailedEntryCount=0),
            output(FailedEntryCount=1),
            [difference("value", "/output/FailedEntryCount", 0, 1)],
        ),
        (output(When=1), output(When=1.5), [difference("value", "/output/When", 1, 1.5)]),
        (
            output(FailedEntryCount=1),
            output(FailedEntryCount=True),
            [difference("type", "/output/FailedEntryCount", 1, True)],
        ),
        (output(Note="abc"), output(Note="abcd"), [difference("constraint", "/output/Note", "abc", "abcd")]),
        (output(Note="abcd"), output(Note="abce"), [difference("value", "/output/Note", "abcd", "abce")]),
        (
            output(Entries=[{"ErrorCode": "A"}, {"ErrorCode": "B"}]),
            output(Entries=[{"ErrorCode": "B"}, {"ErrorCode": "A"}]),
            [
                difference(
                    "order",
                    "/output/Entries",
                    [{"ErrorCode": "A"}, {"ErrorCode": "B"}],
                    [{"ErrorCode": "B"}, {"ErrorCode": "A"}],
                )
            ],
        ),
        (
            output(Entries=[{"ErrorCode": "A"}]),
            output(Entries=[{"ErrorCode": "B"}]),
            [difference("value", "/output/Entries/member/ErrorCode", "A", "B", "Entries[0].ErrorCode")],
        ),
        (
            output(Entries=[{"EventId": "1"}]),
            output(Entries=[{"ErrorCode": "B"}]),
            [
                difference("member", "/output/Entries/member/ErrorCode", None, "B", "Entries[0].ErrorCode"),
                difference("member", "/output/Entries/member/EventId", "1", None, "Entries[0].EventId"),
            ],
        ),
        (
            output(Entries=[{"EventId": "1"}]),
            output(Entries=[{"EventId": 1}]),
            [difference("type", "/output/Entries/member/EventId", "1", 1, "Entries[0].EventId")],
        ),
        (output(Tags={"a": "1"}), output(Tags={}), [difference("member", "/output/Tags/value", "1", None)]),
        (output(Extra={"__type": "a"}), output(Extra={"__type": "b"}), [
            difference("value", "/output/Extra/__type", "a", "b")
        ]),
    ],
    ids=[
        "refused-now", "silent-now", "unreadable-now", "other-class", "code", "status-of-error", "fault",
        "retryable", "message-only", "success-status", "member-missing", "member-new", "type", "value",
        "whole-to-fraction", "true-is-not-1", "constraint-broken-now", "constraint-broken-before", "order",
        "in-a-list", "volatile-missing", "volatile-type", "map-entry-gone", "private-looking-name",
    ],
)  # fmt: skip
def test_grades_what_differs(old, new, expected):
    """Each kind of difference is found once, graded, and named by its pointer."""
    assert list(compare([answer(old)], [answer(new)], CONTRACTS)) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (output(FailedEntryCount=0, Note="a"), output(Note="a", FailedEntryCount=0)),
        (output(When=1), output(When=1.0)),
        (output(Note=None), output()),
        (output(Entries=[{"EventId": "1"}]), output(Entries=[{"EventId": "2"}])),
        (output(Tags={"a": "1"}), output(Tags={"a": "2"})),
        (error(), error()),
    ],
    ids=["order-of-members", "whole-float", "null-is-absence", "volatile", "volatile-map-value", "errors"],
)
def test_passes_over_what_is_the_same(old, new):
    """What means the same, or may differ from call to call by contract, is no difference."""
    assert compare([answer(old)], [answer(new)], CONTRACTS) == ()


def test_a_case_that_only_the_old_side_has_is_told_and_is_no_regression():
    """What was not sent this time is listed; a case that only the new side has is not."""
    found = compare([answer(output(), "gone")], [answer(output(), "new")], CONTRACTS)
    assert found == (Difference(OPERATION, "gone", "missing-case", f"{OPERATION}#", OK, None),)
    assert not is_regression(found)


def test_a_repeated_case_is_paired_in_the_order_of_sending():
    """The second answer is held against the second answer."""
    both = [answer(output(FailedEntryCount=0)), answer(output(FailedEntryCount=1))]
    assert compare(both, both, CONTRACTS) == ()
    assert [item.grade for item in compare(both, both[:1], CONTRACTS)] == ["missing-case"]


def test_versions_are_not_mixed():
    """The same case id at another version is another case."""
    other = Observed("c1", OPERATION, "2022-04-07", output())
    assert [item.grade for item in compare([answer(output())], [other], CONTRACTS)] == ["missing-case"]


def test_an_operation_without_a_contract_is_compared_as_it_stands():
    """Without a contract positions are still levelled in pointers, and nothing is volatile."""
    old, new = output(Entries=[{"EventId": "1"}]), output(Entries=[{"EventId": "2"}])
    assert compare([answer(old)], [answer(new)], {}) == (
        difference("value", "/output/Entries/member/EventId", "1", "2", "Entries[0].EventId"),
    )


def test_the_worst_comes_first():
    """Differences are in the order of their grades."""
    old = [answer(output(Note="a"), "c1"), answer(error(), "c2"), answer(output(), "c3")]
    new = [answer(output(Note="b"), "c1"), answer(error(message="x"), "c2"), answer(error(), "c3")]
    assert [(item.case, item.grade) for item in compare(old, new, CONTRACTS)] == [
        ("c3", "status-class"), ("c1", "value"), ("c2", "text"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("grades", "regression"),
    [
        ([], False), (["text"], False), (["text", "missing-case"], False), (["text", "value"], True),
        (["member"], True), (["order"], True), (["status-class"], True),
    ],
    ids=["nothing", "text", "text-and-missing", "value", "member", "order", "status-class"],
)  # fmt: skip
def test_what_counts_as_a_regression(grades, regression):
    """Other words and cases not sent are none; everything else is."""
    found = [Difference(OPERATION, "c1", grade, f"{OPERATION}#", None, None) for grade in grades]
    assert is_regression(found) is regression


def test_a_long_list_in_another_order_is_one_difference():
    """Two thousand reordered items are told in one line."""
    items = [{"ErrorCode": f"code-{number}"} for number in range(2000)]
    mixed = items[:]
    random.Random(1).shuffle(mixed)
    found = compare([answer(output(Entries=items))], [answer(output(Entries=mixed))], CONTRACTS)
    assert [item.grade for item in found] == ["order"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(max_size=4), JSON, max_size=4)


def without_nulls(value):
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


@settings(derandomize=True, deadline=None, max_examples=200)
@given(OBJECTS, OBJECTS)
def test_nothing_that_differs_is_passed_over(old, new):
    """Differences are found exactly where the outputs, nulls apart, do not say the same."""
    found = list(output_differences(old, new, None))
    assert bool(found) != same(without_nulls(old), without_nulls(new))


def entries(*members):
    """A contract whose output is a list of items with these members, all of them text."""
    item = Shape(members={name: Member(target="String") for name in members})
    shapes = {
        "Out": Shape(members={"Failed": Member(target="Items")}),
        "Items": Shape(type="list", member=Member(target="Item")),
        "Item": item,
        "String": Shape(type="string"),
    }
    return msgspec.structs.replace(CONTRACT, shapes=shapes, volatile=())


@pytest.mark.parametrize(
    ("members", "member", "grade"),
    [
        (("Id", "Code", "Message"), "Code", "error-code"),
        (("Id", "Code", "Message"), "Message", "text"),
        (("ErrorCode", "ErrorMessage", "Id"), "ErrorCode", "error-code"),
        (("ErrorCode", "ErrorMessage", "Id"), "ErrorMessage", "text"),
        (("code", "message"), "message", "text"),
        (("Id", "Code"), "Code", "value"),
        (("Id", "Message"), "Message", "value"),
        (("ZipCode", "Code", "Message"), "ZipCode", "value"),
    ],
)
def test_a_failed_entry_is_told_by_a_code_beside_a_message(members, member, grade):
    """In any list, with or without a ``batch`` in the contract; one of the two alone is a value."""
    old = dict.fromkeys(members, "same")
    told = output_differences({"Failed": [old]}, {"Failed": [{**old, member: "other"}]}, entries(*members))
    assert [item.grade for item in told] == [grade]
