"""Lists held against each other: by what names their items, by equality, by likeness, in order."""

from __future__ import annotations

import random

import pytest

from harness.compare.identities import identity_keys, names_a_thing
from harness.compare.lists import MOST_LIKENED, pair
from harness.compare.responses import output_differences
from harness.contract import Batch, Bounds, Contract, Http, Member, Shape

TEXT, NUMBER = Member(target="Text"), Member(target="Number")
CONTRACT = Contract(
    format=1,
    service="ec2",
    operation="DescribeInstances",
    version="2020-01-01",
    sources=(),
    protocol="ec2",
    metadata={},
    http=Http(),
    output="Out",
    volatile=("Sessions/member/SessionId",),
    batch=Batch(entries="In", results="Results", code="Code", message="Reason"),
    shapes={
        "Out": Shape(
            members={
                "Instances": Member(target="Instances"),
                "Sessions": Member(target="Sessions"),
                "Results": Member(target="Results"),
                "Numbers": Member(target="Numbers"),
                "Tags": Member(target="Tags"),
            }
        ),
        "Instances": Shape(type="list", member=Member(target="Instance")),
        "Instance": Shape(
            members={"ImageId": TEXT, "InstanceId": TEXT, "State": TEXT, "Size": Member(target="Size")}
        ),
        "Sessions": Shape(type="list", member=Member(target="Session")),
        "Session": Shape(members={"SessionId": TEXT, "Host": TEXT}),
        "Results": Shape(type="list", member=Member(target="Result")),
        "Result": Shape(members={"Code": TEXT, "Reason": TEXT}),
        "Numbers": Shape(type="list", member=NUMBER),
        "Tags": Shape(type="list", member=Member(target="Tag")),
        "Tag": Shape(members={"Key": TEXT, "Value": TEXT}),
        "Text": Shape(type="string"),
        "Number": Shape(type="integer"),
        "Size": Shape(type="integer", range=Bounds(min=1, max=9)),
    },
)


def found(old, new):
    """Differences in short: grade, place, old, new."""
    return [(item.grade, item.place or item.path, item.old, item.new) for item in differences_of(old, new)]


def differences_of(old, new):
    return output_differences(old, new, CONTRACT)


A, B, C = ({"InstanceId": name, "ImageId": "ami", "State": "running"} for name in "abc")


@pytest.mark.parametrize(
    ("member", "old", "new", "expected"),
    [
        ("Instances", [A, B], [B, A], [("order", ("Instances",), ["a", "b"], ["b", "a"])]),
        (
            "Instances",
            [A, B],
            [{**B, "State": "stopped"}, A],
            [
                ("order", ("Instances",), ["a", "b"], ["b", "a"]),
                ("value", "Instances[1].State", "running", "stopped"),
            ],
        ),
        ("Instances", [A, B], [B], [("member", "Instances[0]", A, None)]),
        ("Instances", [B], [B, C], [("member", "Instances[1]", None, C)]),
        (
            "Instances",
            [A, B],
            [A, C],
            [("member", "Instances[1]", B, None), ("member", "Instances[1]", None, C)],
        ),
        ("Instances", [A], [C], [("value", "Instances[0].InstanceId", "a", "c")]),
        (
            "Instances",
            [{**A, "Size": 9}, {**B, "Size": 9}],
            [{**A, "Size": 10}, {**B, "Size": 8}],
            [("constraint", "Instances[0].Size", 9, 10), ("value", "Instances[1].Size", 9, 8)],
        ),
        ("Numbers", [1, 2, 2], [1, 1, 2], [("value", "Numbers[2]", 2, 1)]),
        ("Numbers", [1, 1], [1], [("member", "Numbers[1]", 1, None)]),
        ("Numbers", [1, 2, 3], [3, 1, 2], [("order", ("Numbers",), [1, 2, 3], [3, 1, 2])]),
        ("Numbers", [1, 2], [1, True], [("type", "Numbers[1]", 2, True)]),
        ("Numbers", [1, None], [1, 2], [("type", "Numbers[1]", None, 2)]),
        (
            "Sessions",
            [{"SessionId": "1", "Host": "x"}, {"SessionId": "2", "Host": "y"}],
            [{"SessionId": "3", "Host": "x"}, {"SessionId": "4", "Host": "y"}],
            [],
        ),
        (
            "Tags",
            [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}],
            [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "3"}],
            [("order", ("Tags",), ["a", "b"], ["b", "a"]), ("value", "Tags[0].Value", "1", "3")],
        ),
        (
            "Results",
            [{"Code": "A", "Reason": "x"}],
            [{"Code": "B", "Reason": "y"}],
            [("error-code", "Results[0].Code", "A", "B"), ("text", "Results[0].Reason", "x", "y")],
        ),
    ],
    ids=[
        "reordered", "reordered-and-changed", "gone", "new", "replaced", "only-one-and-renamed",
        "bound-broken", "duplicates", "one-duplicate-less", "numbers-reordered", "true-is-not-a-number",
        "null-item", "volatile-ids-do-not-pair", "tags-by-key", "entries-of-a-batch",
    ],
)  # fmt: skip
def test_a_list_is_told_once_and_as_little_as_possible(member, old, new, expected):
    """What was moved is ``order``, what came or went ``member``, what changed stands where it is."""
    assert found({member: old}, {member: new}) == expected


def test_required_members_and_the_shapes_own_id_go_first():
    """The order of candidates is that of the contract's word on what is required, then of the names."""
    needed = Member(target="Text", required=True)
    shape = Shape(
        members={"Name": TEXT, "ImageId": TEXT, "InstanceId": TEXT, "Note": TEXT, "Arn": needed}
    )  # fmt: skip
    assert identity_keys("Instance", shape, []) == ("Arn", "InstanceId", "Name", "ImageId")
    assert identity_keys(None, None, [{"text": "", "id": "1", "jobArn": "2"}]) == ("id", "jobArn")


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("Id", True), ("InstanceId", True), ("instanceIds", True), ("roleArn", True), ("Name", True),
        ("id", True), ("arn", True), ("VPCID", False), ("paid", False), ("Grid", False), ("rename", False),
        ("Description", False), ("DisplayName", True), ("user_Id", True), ("Hidden", False),
    ],
)  # fmt: skip
def test_what_names_a_thing_is_told_by_its_last_word(member, expected):
    """``Id``, ``Arn`` and ``Name`` as a word of their own, singular or plural."""
    assert names_a_thing(member) is expected


def test_leftovers_are_paired_by_likeness_when_there_are_few():
    """Items without a name find the one they share most members with."""
    old = [{"a": 1, "b": 2, "c": 3}, {"a": 7, "b": 8, "c": 9}]
    new = [{"a": 7, "b": 8, "c": 0}, {"a": 1, "b": 2, "c": 0}]
    assert pair(old, new, ()).pairs == ((0, 1), (1, 0))


def test_many_leftovers_are_paired_in_order_which_is_said():
    """Beyond the limit nothing is searched, and every difference below the list says so."""
    count = MOST_LIKENED + 1
    old = [{"Host": f"old-{number}"} for number in range(count)]
    new = [{"Host": f"new-{number}"} for number in range(count)]
    told = differences_of({"Sessions": old}, {"Sessions": new})
    assert [item.grade for item in told] == ["value"] * count
    assert {item.note for item in told} == {f"{count} items that nothing names were paired in order"}


def test_what_has_nothing_to_be_paired_with_is_gone_or_new_and_no_more():
    """Nothing is paired in order where one side has no items left, and nothing is said of it."""
    items = [{"InstanceId": f"i-{number}"} for number in range(MOST_LIKENED + 1)]
    for old, new in ((items, []), ([], items)):
        told = differences_of({"Instances": old}, {"Instances": new})
        assert {(item.grade, item.note) for item in told} == {("member", "")}
        assert len(told) == len(items)


@pytest.mark.parametrize("named", [True, False], ids=["with-ids", "without-ids"])
def test_a_long_list_is_told_item_by_item(named):
    """2,200 shuffled items of which a tenth changed: each change once, and that the order is another one."""
    names = {"InstanceId": "i-{}"} if named else {"State": "s-{}"}
    ((key, form),) = names.items()
    old = [{key: form.format(number), "ImageId": "ami"} for number in range(2200)]
    new = [{**item, "ImageId": "other"} if place % 10 == 0 else item for place, item in enumerate(old)]
    random.Random(3).shuffle(new)
    told = differences_of({"Instances": old}, {"Instances": new})
    assert [item.grade for item in told] == ["order"] + ["value"] * (len(told) - 1)
    if named:
        assert len(told) == 221
