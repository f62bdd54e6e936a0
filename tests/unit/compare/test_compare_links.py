"""Linked ids: each side may have values of its own, as long as it repeats them in the same places."""

from __future__ import annotations

import pytest

from harness.compare.interface import Observed
from harness.compare.links import Returned, references
from harness.compare.responses import compare
from harness.contract import Contract, Http, Member, Shape
from harness.exchange import Outcome


def side(*outputs):
    return [
        Observed(f"c{number}", "shop:Buy", "2020-01-01", Outcome("output", 200, output))
        for number, output in enumerate(outputs)
    ]


def found(old, new):
    return [(item.grade, item.case, item.old, item.new) for item in compare(side(*old), side(*new), {})]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([{"Id": "a"}, {"ParentId": "a"}], [{"Id": "x"}, {"ParentId": "x"}], []),
        (
            [{"Id": "a"}, {"ParentId": "a"}],
            [{"Id": "x"}, {"ParentId": "y"}],
            [("value", "c0", "a", "x"), ("value", "c1", "a", "y")],
        ),
        (
            [{"Id": "a"}, {"Id": "b"}, {"Ids": ["a", "b"]}],
            [{"Id": "x"}, {"Id": "y"}, {"Ids": ["y", "x"]}],
            [("order", "c2", ["a", "b"], ["y", "x"])],
        ),
        ([{"Id": "a"}], [{"Id": "x"}], [("value", "c0", "a", "x")]),
        (
            [{"Text": "a"}, {"Text": "a"}],
            [{"Text": "x"}, {"Text": "x"}],
            [("value", "c0", "a", "x"), ("value", "c1", "a", "x")],
        ),
        (
            [{"Id": "a"}, {"Id": "a"}, {"Id": "b"}],
            [{"Id": "b"}, {"Id": "b"}, {"Id": "b"}],
            [("value", "c0", "a", "b"), ("value", "c1", "a", "b")],
        ),
        (
            [{"RoleArn": "arn:1"}, {"Roles": [{"RoleArn": "arn:1", "Path": "/"}]}],
            [{"RoleArn": "arn:2"}, {"Roles": [{"RoleArn": "arn:2", "Path": "/x"}]}],
            [("value", "c1", "/", "/x")],
        ),
        (
            [{"Id": "a", "Text": "a"}, {"Id": "a"}],
            [{"Id": "x", "Text": "x"}, {"Id": "x"}],
            [("value", "c0", "a", "x")],
        ),
        (
            [{"State": {"Name": "on"}}, {"State": {"Name": "on"}}],
            [{"State": {"Name": "off"}}, {"State": {"Name": "off"}}],
            [("value", "c0", "on", "off"), ("value", "c1", "on", "off")],
        ),
        (
            [{"Role": {"RoleName": "a"}}, {"Names": ["a"]}],
            [{"Role": {"RoleName": "x"}}, {"Names": ["x"]}],
            [],
        ),
    ],
    ids=[
        "followed", "broken-link", "swapped", "never-repeated", "plain-text", "shared-value",
        "in-a-list", "text-beside-an-id", "an-attribute", "a-name-elsewhere",
    ],
)  # fmt: skip
def test_a_side_may_have_ids_of_its_own(old, new, expected):
    """Only ids, ARNs and names, only repeated ones, only those that the other side has nowhere."""
    assert found(old, new) == expected


def test_a_reference_names_the_place_where_a_value_stood_first():
    """The number of the answer, then the path."""
    old = [{"Entries": [{"EventId": "a"}]}, {"EventId": "a"}]
    new = [{"Entries": [{"EventId": "x"}]}, {"EventId": "x"}]
    both = references(*([Returned("shop:Buy", None, each) for each in side] for side in (old, new)))
    assert both == ({"a": "<0.Entries.0.EventId>"}, {"x": "<0.Entries.0.EventId>"})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("k-1", "k-2", []),
        ("k-1", "key", ["constraint", "constraint"]),
        ("key", "yek", []),
    ],
    ids=["both-keep-it", "the-new-breaks-it", "both-break-it"],
)
def test_an_id_of_its_own_has_the_form_of_its_shape(old, new, expected):
    """Repeated on both sides, and yet told where only the new side's breaks what the contract says of it."""
    shapes = {
        "Out": Shape(members={"Id": Member(target="KeyId")}),
        "KeyId": Shape(type="string", pattern="^k-[0-9]$"),
    }
    contract = Contract(
        format=1, service="shop", operation="Buy", version="2020-01-01", sources=(),
        protocol="json", metadata={}, http=Http(), output="Out", shapes=shapes,
    )  # fmt: skip
    told = compare(side(*[{"Id": old}] * 2), side(*[{"Id": new}] * 2), {("shop:Buy", "2020-01-01"): contract})
    assert [item.grade for item in told] == expected


def test_a_name_is_followed_from_one_operation_to_another():
    """Created here and described there; one of an enum's values never is."""
    member = {"Name": Member(target="Word")}
    loose = {"Out": Shape(members=member), "Word": Shape(type="string")}
    strict = {"Out": Shape(members=member), "Word": Shape(type="string", enum=("a", "x"))}
    for shapes, expected in ((loose, 0), (strict, 2)):
        contracts, sides = {}, ([], [])
        for operation in ("CreateRole", "GetRole"):
            contract = Contract(
                format=1, service="iam", operation=operation, version="2020-01-01", sources=(),
                protocol="query", metadata={}, http=Http(), output="Out", shapes=shapes,
            )  # fmt: skip
            contracts[contract.name, contract.version] = contract
            for answers, name in zip(sides, ("a", "x"), strict=True):
                outcome = Outcome("output", 200, {"Name": name})
                answers.append(Observed("c", contract.name, contract.version, outcome))
        assert len(compare(*sides, contracts)) == expected
