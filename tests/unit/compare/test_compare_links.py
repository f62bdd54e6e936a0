"""Linked ids: each side may have values of its own, as long as it repeats them in the same places."""

from __future__ import annotations

import pytest

from harness.compare.interface import Observed
from harness.compare.links import references
from harness.compare.responses import compare
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
    ],
    ids=[
        "followed", "broken-link", "swapped", "never-repeated", "plain-text", "shared-value",
        "in-a-list", "text-beside-an-id",
    ],
)  # fmt: skip
def test_a_side_may_have_ids_of_its_own(old, new, expected):
    """Only ids, ARNs and names, only repeated ones, only those that the other side has nowhere."""
    assert found(old, new) == expected


def test_a_reference_names_the_place_where_a_value_stood_first():
    """The number of the answer, then the path."""
    old = [{"Entries": [{"EventId": "a"}]}, {"EventId": "a"}]
    new = [{"Entries": [{"EventId": "x"}]}, {"EventId": "x"}]
    both = references([(None, each) for each in old], [(None, each) for each in new])
    assert both == ({"a": "<0.Entries.0.EventId>"}, {"x": "<0.Entries.0.EventId>"})
