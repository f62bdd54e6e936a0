"""Which changes a later state takes back."""

from __future__ import annotations

import pytest

from harness.compare.contracts import compare_services, mark_taken_back
from harness.compare.contracts.examples import example_side
from harness.importers.services import service_from_model

LAX = "input: {A: {type: structure, members: {B: {type: string, length: {max: 9}}}}}"
STRICT = LAX.replace("9", "5")


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (LAX, "later"),
        (STRICT, None),
        (LAX.replace("9", "7"), None),
        (LAX.replace("{max: 9}", "{min: 1, max: 9}"), "later"),
        ("input: {A: {type: structure, members: {}}}", None),
        ("input: {A: string}", None),
        ("input: {}", None),
        ("input: null", None),
        ("operations: [Rest]", None),
        (f"metadata: {{protocol: query}}\n{LAX}", None),
    ],
    ids=[
        "all-the-way", "not-at-all", "half-the-way", "with-another-change", "its-member-gone",
        "another-type-around",
        "what-holds-it-gone", "no-input", "its-operation-gone", "all-spelled-anew",
    ],
)  # fmt: skip
def test_a_change_is_taken_back_where_the_old_word_holds_again(later, expected):
    """And not where the later state has no place for it."""
    old, new, last = (example_side(text, "side") for text in (LAX, STRICT, later))
    marked = list(mark_taken_back(compare_services(old, new), compare_services(old, last), "later"))
    assert [(each.rule, each.taken_back) for each in marked] == [("request-length-max-tightened", expected)]


def test_what_came_and_went_is_taken_back():
    """An operation that a release adds and a later one lacks."""
    old, new = example_side("operations: [Act]", "old"), example_side("operations: [Act, Rest]", "new")
    (marked,) = mark_taken_back(compare_services(old, new), compare_services(old, old), "later")
    assert (marked.rule, marked.taken_back) == ("operation-added", "later")


def bounds(**members):
    """An operation whose input holds texts, each with the greatest length that its shape is named for."""
    shapes = {f"Text{bound}": {"type": "string", "max": bound} for bound in members.values()}
    held = {name: {"shape": f"Text{bound}"} for name, bound in members.items()}
    return service_from_model(
        "t",
        {
            "metadata": {"protocol": "json", "targetPrefix": "T"},
            "operations": {"Act": {"name": "Act", "http": {}, "input": {"shape": "In"}}},
            "shapes": {"In": {"type": "structure", "members": held}, **shapes},
        },
    )


@pytest.mark.parametrize(
    ("later", "expected"),
    [({"A": 9, "B": 9}, "later"), ({"A": 9, "B": 5}, None), ({"A": 5, "B": 9}, None), ({"A": 9}, None)],
    ids=["everywhere", "not-at-the-second", "not-at-the-first", "the-second-gone"],
)
def test_a_fact_of_several_places_is_taken_back_at_all_of_them(later, expected):
    """Two members share a shape, and may part later."""
    old, new = bounds(A=9, B=9), bounds(A=5, B=5)
    told = compare_services(old, new)
    assert [each.also for each in told] == [("t:Act#/input/B/length/max",)]
    (marked,) = mark_taken_back(told, compare_services(old, bounds(**later)), "later")
    assert marked.taken_back == expected
