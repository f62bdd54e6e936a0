"""What differs between two calls of the same side, as proposals and as what nobody can propose."""

from __future__ import annotations

import pytest

from harness.compare.interface import Difference
from harness.compare.noise import Noise, Unsteady, noise_of

OPERATION = "events:DescribeArchive"
STATE = f"{OPERATION}#/output/State"


def difference(grade, pointer):
    return Difference(OPERATION, "c1", grade, pointer, 1, 2)


@pytest.mark.parametrize(
    ("grade", "pointer", "members", "unsteady"),
    [
        ("value", STATE, ("State",), ()),
        ("constraint", STATE, ("State",), ()),
        ("type", STATE, ("State",), ()),
        ("text", f"{OPERATION}#/output/Message", ("Message",), ()),
        ("member", STATE, (), (Unsteady("member", STATE),)),
        ("order", f"{OPERATION}#/output/Tags", (), (Unsteady("order", f"{OPERATION}#/output/Tags"),)),
        ("status-class", f"{OPERATION}#/status", (), (Unsteady("status-class", f"{OPERATION}#/status"),)),
        (
            "text",
            f"{OPERATION}#/errors/message",
            (),
            (Unsteady("text", f"{OPERATION}#/errors/message"),),
        ),
    ],
    ids=["value", "constraint", "type", "text", "came-or-went", "order", "sometimes-an-error", "message"],
)
def test_whatever_differs_is_told(grade, pointer, members, unsteady):
    """As a line for the contract where it can be one; nothing that differed is called alike."""
    twice = [difference(grade, pointer)] * 2
    assert noise_of(twice, {OPERATION: ["a.yaml"]}) == (Noise(OPERATION, ("a.yaml",), members, unsteady),)


def test_equal_answers_are_no_noise():
    """Nothing differed, nothing is said."""
    assert noise_of([], {}) == ()
