"""Changing one thing in a document, and texts of an exact length."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.generate.boundary_texts import ASTRAL, astral, of_length, stretched_json
from harness.generate.documents import removed, renamed, replaced, value_at

DOCUMENT = {"a": [{"b": 1}, {"b": 2}], "m": {"k": "v", "l": "w"}}
JSON_OBJECTS = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=4)


@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        (replaced(DOCUMENT, ("a", 1, "b"), 3), {"a": [{"b": 1}, {"b": 3}], "m": {"k": "v", "l": "w"}}),
        (replaced(DOCUMENT, ("a", 2), 0), {"a": [{"b": 1}, {"b": 2}, 0], "m": {"k": "v", "l": "w"}}),
        (replaced(DOCUMENT, ("n",), None), {**DOCUMENT, "n": None}),
        (replaced(DOCUMENT, (), 1), 1),
        (removed(DOCUMENT, ("a", 0)), {"a": [{"b": 2}], "m": {"k": "v", "l": "w"}}),
        (removed(DOCUMENT, ("m", "k")), {"a": [{"b": 1}, {"b": 2}], "m": {"l": "w"}}),
        (removed(DOCUMENT, ("absent",)), DOCUMENT),
        (renamed(DOCUMENT, ("m", "k"), "z"), {"a": [{"b": 1}, {"b": 2}], "m": {"z": "v", "l": "w"}}),
    ],
    ids=["deep", "append", "new-member", "whole", "list-entry", "map-entry", "absent", "key"],
)
def test_one_thing_changes_and_the_original_stays(edited, expected):
    """An edit gives the edited document; the original is as it was."""
    assert edited == expected
    assert DOCUMENT == {"a": [{"b": 1}, {"b": 2}], "m": {"k": "v", "l": "w"}}


def test_an_edit_shares_nothing_on_its_way():
    """Containers on the way are copied, so that a document that was handed out never changes."""
    before = copy.deepcopy(DOCUMENT)
    edited = replaced(DOCUMENT, ("a", 0, "b"), 9)
    edited["a"][0]["b"] = 10
    edited["a"].append(1)
    assert before == DOCUMENT


@pytest.mark.parametrize(
    ("position", "expected"),
    [(("a", 1, "b"), 2), (("a", 7), None), (("m", "x"), None), (("m", "k", "deeper"), None), ((), DOCUMENT)],
)
def test_a_value_is_found_at_its_position(position, expected):
    """What is not there is None."""
    assert value_at(DOCUMENT, position) == expected


@pytest.mark.parametrize(
    ("model", "length", "expected"),
    [
        ('{"id": 1}', 9, '{"id": 1}'),
        ('{"id": 1}', 25, '{"id": 1,"padding":"xxx"}'),
        ("{}", 16, '{"padding":"xx"}'),
        ('{"id": 1}', 12, '{"id": 1   }'),
        ('{"id": 1}', 4, "{  }"),
        ("[1]", 6, "[1   ]"),
        ("[1]", 2, "[]"),
        ('{"id": 1}', 1, None),
        ("plain", 9, None),
        ("{nonsense}", 12, None),
    ],
)
def test_json_texts_are_stretched_to_the_character(model, length, expected):
    """Padding goes into a member where it fits, else into spaces; what is no JSON is left alone."""
    assert stretched_json(model, length) == expected


@given(JSON_OBJECTS, st.integers(2, 200))
@settings(derandomize=True, deadline=None)
def test_a_stretched_json_text_keeps_its_length_and_kind(value, length):
    """Every stretched text has the length asked for and is an object, with all its members where it grew."""
    model = json.dumps(value)
    text = stretched_json(model, length)
    assert len(text) == length
    spelled = json.loads(text)
    assert isinstance(spelled, dict)
    if length >= len(model):
        assert {**value, **spelled} == {**spelled, **value}


@given(st.lists(st.text(max_size=20), max_size=3), st.integers(0, 60))
@settings(derandomize=True, deadline=None)
def test_texts_have_the_length_asked_for(models, length):
    """No candidate is longer or shorter, whatever the models are."""
    found = [*of_length(length, models, None), *of_length(length, models, "[a-c]*"), *astral(length, models)]
    assert {len(text) for text in found} == {length}


def test_astral_texts_count_code_points():
    """Half a kilobyte of clefs is 128 characters to a contract."""
    text = next(astral(128, []))
    assert (len(text), len(text.encode()), text) == (128, 512, ASTRAL * 128)
