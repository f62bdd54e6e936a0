"""What is said of a request that has no recording, to the letter."""

from __future__ import annotations

from collections import Counter

import pytest

from harness.cassettes.index import Miss
from harness.cassettes.meaning import Meaning
from harness.cassettes.missing import differences, explain, only_reads
from harness.cassettes.modelled import installed
from harness.exchange import Headers, Request

REQUEST = Request("POST", "/orders?x=1", Headers(()), b"")
PUT = Meaning("1:a", "events.example", REQUEST, "events:PutEvents", {"Entries": [{"Source": "shop"}]})
BARE = Meaning("1:b", "shop.example", REQUEST)

SAID = [
    pytest.param(
        PUT,
        Miss("played", 1),
        [],
        {},
        None,
        "events:PutEvents was asked for once more than it was recorded with this input (1 recording)",
        id="played once",
    ),
    pytest.param(
        PUT,
        Miss("played", 3),
        [],
        {},
        None,
        "events:PutEvents was asked for once more than it was recorded with this input (3 recordings)",
        id="played thrice",
    ),
    pytest.param(
        PUT,
        Miss("more attempts", 1),
        [],
        {},
        None,
        "events:PutEvents was tried once more than it was recorded: its call ended after 1 attempt",
        id="one attempt",
    ),
    pytest.param(
        PUT,
        Miss("more attempts", 2),
        [],
        {},
        None,
        "events:PutEvents was tried once more than it was recorded: its call ended after 2 attempts",
        id="two attempts",
    ),
    pytest.param(
        PUT,
        Miss("out of turn", 1, "1:c"),
        [],
        {},
        "events:ListRules",
        "events:PutEvents is out of turn: the recording has events:ListRules next",
        id="out of turn",
    ),
    pytest.param(
        PUT,
        Miss("out of turn", 1, "1:c"),
        [{"Entries": [{"Source": "bank"}]}],
        {},
        "events:PutEvents",
        "events:PutEvents is out of turn: the recording has events:PutEvents next, and that differs in "
        "Entries/0/Source (recorded 'bank', asked 'shop')",
        id="out of turn, of the same operation",
    ),
    pytest.param(
        BARE,
        Miss("out of turn", 1, "1:c"),
        [],
        {},
        "POST shop.example/orders",
        "POST shop.example/orders is out of turn: the recording has POST shop.example/orders next, "
        "with another input",
        id="out of turn, of no operation",
    ),
    pytest.param(
        PUT,
        Miss("unknown"),
        [{"Entries": [{"Source": "bank"}]}, {"Entries": []}],
        {},
        None,
        "events:PutEvents has no recording with this input; the nearest one differs in "
        "Entries/0/Source (recorded 'bank', asked 'shop')",
        id="the nearest, and the first of equals",
    ),
    pytest.param(
        PUT,
        Miss("unknown"),
        [],
        {"events:PutEvents": 2},
        None,
        "events:PutEvents has no recording with this input, and 2 recordings with another",
        id="others that cannot be compared",
    ),
    pytest.param(
        BARE,
        Miss("unknown"),
        [],
        {"POST shop.example/orders": 1},
        None,
        "POST shop.example/orders has no recording with this query and body, and 1 recording with others",
        id="no operation",
    ),
    pytest.param(
        PUT,
        Miss("unknown"),
        [],
        {},
        None,
        "events:PutEvents has no recording; the cassette holds nothing",
        id="empty",
    ),
    pytest.param(
        PUT,
        Miss("unknown"),
        [],
        {"sqs:SendMessage": 2, "GET a/": 1},
        None,
        "events:PutEvents has no recording; the cassette holds sqs:SendMessage (2), GET a/ (1)",
        id="other operations",
    ),
    pytest.param(
        PUT,
        Miss("unknown"),
        [],
        {f"s:O{number}": 9 - number for number in range(7)},
        None,
        "events:PutEvents has no recording; the cassette holds s:O0 (9), s:O1 (8), s:O2 (7), s:O3 (6), "
        "s:O4 (5) and 2 others",
        id="many other operations",
    ),
]


@pytest.mark.parametrize(("meaning", "miss", "candidates", "holds", "expected", "said"), SAID)
def test_it_is_said_what_is_missing(meaning, miss, candidates, holds, expected, said):
    assert explain(meaning, miss, candidates, Counter(holds), expected) == said


DIFFERENT = [
    pytest.param({"a": 1}, {"a": 1}, [], id="nothing"),
    pytest.param({}, {"a": None}, ["a (recorded nothing, asked None)"], id="absent is not null"),
    pytest.param({"a": 1}, {"a": 1.0}, ["a (recorded 1, asked 1.0)"], id="types count"),
    pytest.param({"a": 1}, {"a": True}, ["a (recorded 1, asked True)"], id="a boolean is no number"),
    pytest.param({"a": [1, 2]}, {"a": [1]}, ["a/1 (recorded 2, asked nothing)"], id="an element"),
    pytest.param(
        {"b": 1, "a": {"c": 2}},
        {"a": {"d": 2}},
        [
            "a/c (recorded 2, asked nothing)",
            "a/d (recorded nothing, asked 2)",
            "b (recorded 1, asked nothing)",
        ],
        id="in the order of names",
    ),
    pytest.param("a", "b", ["the input (recorded 'a', asked 'b')"], id="the whole input"),
    pytest.param(
        "a" * 99, "b", [f"the input (recorded '{'a' * 59}..., asked 'b')"], id="long values are cut"
    ),
    pytest.param(
        "a" * 99 + "b",
        "a" * 99 + "c",
        [f"the input (recorded ...{'a' * 30}b', asked ...{'a' * 30}c')"],
        id="long values are cut where they differ",
    ),
]


@pytest.mark.parametrize(("recorded", "asked", "said"), DIFFERENT)
def test_members_that_differ_are_named(recorded, asked, said):
    assert list(differences(recorded, asked)) == said


@pytest.mark.parametrize(
    ("operation", "reads"),
    [
        pytest.param("events:ListRules", True, id="by its name"),
        pytest.param("events:PutEvents", False, id="a change"),
        pytest.param("s3:HeadObject", True, id="by its method"),
        pytest.param("dynamodb:Query", True, id="a query"),
        pytest.param("dynamodb:BatchWriteItem", False, id="a batch"),
        pytest.param("sqs:ReceiveMessage", False, id="a receipt"),
        pytest.param("sts:GetSessionToken", True, id="a get that is a post"),
    ],
)
def test_operations_that_only_read_are_told(operation, reads):
    assert only_reads(installed().named(operation)) is reads
