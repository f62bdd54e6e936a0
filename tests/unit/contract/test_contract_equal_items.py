"""When are two items of a list the same, and what is base64?"""

from __future__ import annotations

import pytest

from harness.contract import check
from harness.contract.checking import blob_length
from harness.importers.service_model import contract_from_model

ITEMS = {
    "string": {"type": "string"},
    "float": {"type": "float"},
    "blob": {"type": "blob"},
    "boolean": {"type": "boolean"},
    "document": {"type": "structure", "document": True, "members": {}},
    "list": {"type": "list", "member": {"shape": "float"}},
    "map": {"type": "map", "key": {"shape": "string"}, "value": {"shape": "blob"}},
    "structure": {"type": "structure", "members": {"a": {"shape": "string"}, "b": {"shape": "float"}}},
    "union": {
        "type": "structure",
        "union": True,
        "members": {"a": {"shape": "string"}, "b": {"shape": "float"}},
    },
}


@pytest.mark.parametrize(
    ("kind", "items", "unique"),
    [
        ("string", ["a", "A"], True),
        ("string", ["a", "a"], False),
        ("float", [1, 1.0], False),
        ("float", [1, 1.5, "NaN"], True),
        ("boolean", [True, False], True),
        ("boolean", [True, True], False),
        ("blob", ["YQ==", "YR=="], False),
        ("blob", ["YQ==", "Yg=="], True),
        ("list", [[1, 2], [2, 1]], True),
        ("list", [[1, 2], [1.0, 2]], False),
        ("map", [{"a": "YQ=="}, {"b": "YQ=="}], True),
        ("map", [{"a": "YQ=="}, {"a": "YR=="}], False),
        ("structure", [{"a": "x", "b": 1}, {"b": 1.0, "a": "x"}], False),
        ("structure", [{"a": "x"}, {"a": "x", "b": None}], False),
        ("structure", [{"a": "x"}, {"a": "x", "unknown": 1}], False),
        ("structure", [{"a": "x"}, {"a": "x", "b": 1}], True),
        ("union", [{"a": "x"}, {"b": 1}], True),
        ("union", [{"a": "x"}, {"a": "x"}], False),
        ("document", [{"x": 1}, {"x": 1}], False),
        ("document", [1, True], True),
    ],
)
def test_items_are_compared_by_what_they_mean(kind, items, unique):
    """Numbers and blobs by value; what is absent or unknown says nothing."""
    shapes = {
        **ITEMS,
        "Set": {"type": "list", "uniqueItems": True, "member": {"shape": kind}},
        "Input": {"type": "structure", "members": {"set": {"shape": "Set"}}},
    }
    operation = {"name": "Do", "http": {}, "input": {"shape": "Input"}}
    model = {"metadata": {"protocol": "json"}, "operations": {"Do": operation}, "shapes": shapes}
    contract = contract_from_model("s", model, "Do", "2020-01-01", ())
    found = [violation.pointer for violation in check(contract, {"set": items})]
    assert found == ([] if unique else ["s:Do#/input/set/uniqueItems"])


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("YQ==", 1), ("YWI=", 2), ("YWJj", 3), ("YWJj=", None), ("YWJj==", None), ("YWJ", None),
     ("YQ=", None), ("Y Q=", None), ("-_==", None)],
)  # fmt: skip
def test_padding_is_part_of_base64(text, length):
    """Neither too little nor too much of it passes."""
    assert blob_length(text) == length
