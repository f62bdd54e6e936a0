"""What of an input arrives, and the made-up values that are meant to arrive whole."""

from __future__ import annotations

import pytest

from harness.contract import Contract, check, normalise, patterns
from harness.contract.checking import has_type
from harness.contract.examples import fullest, smallest
from harness.contract.model import Bounds, Http, Member, Shape


def contract(**members: tuple[Shape, Member]) -> Contract:
    """An operation whose input has these members, each with a shape of its own."""
    shapes = {name: shape for name, (shape, _) in members.items()}
    structure = Shape(members={name: member for name, (_, member) in members.items()})
    return Contract(
        format=1, service="made", operation="Up", version="2020-01-01", sources=(), protocol="rest-json",
        metadata={}, http=Http(), input="Input",
        shapes={"Input": structure, "Text": Shape(type="string"), **shapes},
    )  # fmt: skip


TEXTS = Shape(type="list", member=Member(target="Text"))
MAP = Shape(type="map", key=Member(target="Text"), value=Member(target="Text"))
QUERY = Member(target="it", http_query="it")
HEADERS = Member(target="it", http_prefix_headers="x-")
PAYLOAD = Member(target="it", http_payload=True)
REQUIRED_PAYLOAD = Member(target="it", http_payload=True, required=True)


@pytest.mark.parametrize(
    ("shape", "member", "document", "arriving"),
    [
        (TEXTS, QUERY, {"it": []}, {}),
        (TEXTS, QUERY, {"it": ["a"]}, {"it": ["a"]}),
        (TEXTS, Member(target="it"), {"it": []}, {"it": []}),
        (MAP, HEADERS, {"it": {}}, {}),
        (Shape(type="blob"), PAYLOAD, {"it": ""}, {}),
        (Shape(type="blob"), REQUIRED_PAYLOAD, {}, {"it": ""}),
        (Shape(type="string"), REQUIRED_PAYLOAD, {"it": None}, {"it": ""}),
        (Shape(), PAYLOAD, {"it": {}}, {}),
        (Shape(), REQUIRED_PAYLOAD, {}, {"it": {}}),
        (Shape(type="blob"), Member(target="it", required=True), {}, {}),
    ],
    ids=[
        "empty-list-in-query", "list-in-query", "empty-list-in-body", "no-prefix-headers", "no-bytes",
        "required-bytes", "required-text", "no-members", "required-structure", "blob-in-body",
    ],
)  # fmt: skip
def test_what_the_wire_cannot_tell_from_absence_is_absent(shape, member, document, arriving):
    """A binding without a form for nothing loses it; a required payload of no bytes is there all the same."""
    assert normalise(contract(it=(shape, member)), document) == arriving


@pytest.mark.parametrize(
    ("shape", "made"),
    [
        (Shape(type="blob"), "eA=="),
        (Shape(type="blob", length=Bounds(3, 9)), "eHh4"),
        (Shape(type="blob", length=Bounds(None, 0)), ""),
        (Shape(type="string", media_type="application/json"), "{}"),
        (Shape(type="string", media_type="application/json", length=Bounds(5, None)), "xxxxx"),
        (Shape(type="string", media_type="text/plain"), "x"),
    ],
    ids=["blob", "blob-of-three", "blob-of-none", "json", "long-json", "plain"],
)
def test_made_up_values_are_not_nothing_and_json_is_json(shape, made):
    """A blob has a byte where it may, and text that is JSON by its media type is JSON where it fits."""
    small = contract(it=(shape, Member(target="it", required=True)))
    assert smallest(small, "Input") == fullest(small, "Input") == {"it": made}


@pytest.mark.parametrize(
    ("seconds", "is_moment"),
    [(0, True), (-1.5, True), (float("nan"), False), (float("inf"), False), (10**400, False), (True, False)],
    ids=["epoch", "before", "nan", "infinity", "beyond-floats", "boolean"],
)
def test_a_timestamp_is_a_number_that_names_a_moment(seconds, is_moment):
    """Whole numbers that no float holds are no timestamps, and no crash."""
    assert has_type(Shape(type="timestamp"), seconds) is is_moment
    moment = contract(it=(Shape(type="timestamp"), Member(target="it")))
    assert (check(moment, {"it": seconds}) == ()) is is_moment


def test_a_text_may_be_said_by_a_look_ahead_alone():
    """Where the parts of a pattern say less than its condition, the condition is written."""
    pattern = r"^arn:(?=[^:]+:fsx:[^:]+:\d{12}:)((|[a-z0-9-.]{1,63}):){4}(?!/).{0,1024}$"
    found = patterns.example(pattern, 8, 512)
    assert found == "arn:a:fsx:a:111111111111:"
    assert patterns.matches(pattern, patterns.example_of_length(pattern, 40) or "")
