"""Values by shape: what says the same has one spelling, and a change of form stays one."""

from __future__ import annotations

import math

import pytest

from harness.compare.responses import output_differences
from harness.contract import Contract, Http, Member, Shape

KINDS = ("timestamp", "blob", "float", "double", "integer", "string", "bigDecimal", "document")
CONTRACT = Contract(
    format=1,
    service="shop",
    operation="Buy",
    version="2020-01-01",
    sources=(),
    protocol="json",
    metadata={},
    http=Http(),
    output="Out",
    shapes={
        "Out": Shape(
            members={
                **{kind: Member(target=kind) for kind in KINDS},
                "sparse": Member(target="Sparse"),
                "dense": Member(target="Dense"),
            }
        ),
        **{kind: Shape(type=kind) for kind in KINDS},
        "Sparse": Shape(type="map", key=Member(target="string"), value=Member(target="string"), sparse=True),
        "Dense": Shape(type="map", key=Member(target="string"), value=Member(target="string")),
    },
)


def grades(member, old, new):
    return [item.grade for item in output_differences({member: old}, {member: new}, CONTRACT)]


@pytest.mark.parametrize(
    ("member", "old", "new"),
    [
        ("timestamp", 1614643200, 1614643200.0),
        ("timestamp", 1614643200.1231, 1614643200.1234),
        ("timestamp", "2021-03-02T00:00:00Z", "2021-03-02T00:00:00.000+00:00"),
        ("timestamp", "2021-03-02T00:00:00Z", "Tue, 02 Mar 2021 00:00:00 GMT"),
        ("blob", "YQ==", "YQ"),
        ("blob", "YWJj", "YW\nJj"),
        ("float", 0.1, 0.10000000149011612),
        ("double", math.nan, "NaN"),
        ("double", math.inf, "Infinity"),
        ("double", math.nan, math.nan),
        ("bigDecimal", 1, 1.0),
        ("dense", {"a": "1", "b": "2"}, {"b": "2", "a": "1"}),
        ("dense", {"a": None}, {}),
        ("document", {"a": [1.0]}, {"a": [1]}),
    ],
    ids=[
        "whole-second", "below-a-millisecond", "two-zones", "two-forms-of-text", "padding", "folded",
        "single-precision", "nan-by-name", "infinity-by-name", "nan", "decimal", "map-order", "null-entry",
        "document",
    ],
)  # fmt: skip
def test_says_the_same(member, old, new):
    """Two spellings of one value are no difference, from either side."""
    assert grades(member, old, new) == grades(member, new, old) == []


@pytest.mark.parametrize(
    ("member", "old", "new", "grade"),
    [
        ("timestamp", 1614643200, 1614643201, "value"),
        ("timestamp", 1614643200.123, 1614643200.124, "value"),
        ("timestamp", 1614643200, "2021-03-02T00:00:00Z", "type"),
        ("timestamp", "2021-03-02T00:00:00Z", "2021-03-02T00:00:01Z", "value"),
        ("blob", "YQ==", "Yg==", "value"),
        ("blob", "YQ==", "no base64!", "type"),
        ("float", 0.1, 0.2, "value"),
        ("double", 0.1, 0.10000000149011612, "value"),
        ("double", math.nan, math.inf, "value"),
        ("integer", 1, 1.5, "type"),
        ("integer", 1, True, "type"),
        ("string", "YQ==", "YQ", "value"),
        ("sparse", {"a": None}, {}, "member"),
        ("sparse", {"a": None}, {"a": "1"}, "type"),
        ("dense", {"a": "1"}, {"A": "1"}, "member"),
    ],
    ids=[
        "another-second", "another-millisecond", "number-to-text", "another-moment", "other-bytes",
        "no-longer-base64", "another-number", "double-precision", "nan-to-infinity", "no-longer-whole",
        "truth", "text-is-text", "null-in-sparse-map", "null-filled", "keys-with-case",
    ],
)  # fmt: skip
def test_says_something_else(member, old, new, grade):
    """What a shape tells apart is told, and a lost form is ``type``."""
    assert grades(member, old, new)[0] == grade


def test_a_long_text_is_compared_whole_and_at_once():
    """A difference at the end of megabytes of lines is one difference."""
    text = "line\n" * 200_000
    (item,) = output_differences({"string": text + "a"}, {"string": text + "b"}, CONTRACT)
    assert (item.grade, item.new[-1]) == ("value", "b")
