"""Recorded calls are found by their key, each once, apart for each host, attempts together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.cassettes.index import Index, Miss


def index_of(*rows, strict_order=False):
    made = Index(strict_order=strict_order)
    for key, host, part, call in rows:
        made.add(key, host, part, call)
    return made


def test_calls_of_one_key_are_played_in_their_order():
    index = index_of(("put", "a", 1, None), ("list", "a", 2, None), ("put", "a", 3, None))
    assert [index.take("put", "a"), index.take("list", "a"), index.take("put", "a")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("key", "again", "expected"),
    [
        pytest.param("list", False, Miss("unknown"), id="never recorded"),
        pytest.param("put", False, Miss("played", 1), id="played already"),
        pytest.param("put", True, 1, id="may be repeated"),
        pytest.param("list", True, Miss("unknown"), id="never recorded, may be repeated"),
    ],
)
def test_what_is_not_there_is_a_miss(key, again, expected):
    index = index_of(("put", "a", 1, None))
    index.take("put", "a")
    assert index.take(key, "a", again=again) == expected


def test_each_host_has_its_own_recordings():
    index = index_of(("put", "east", 1, None), ("put", "west", 2, None))
    assert index.take("put", "west") == 2
    assert index.take("put", "west") == Miss("played", 2)
    assert index.take("put", "east") == 1


def test_a_host_that_was_never_recorded_gets_what_there_is():
    index = index_of(("put", "east", 1, None), ("put", "west", 2, None))
    assert [index.take("put", "local"), index.take("put", "local")] == [1, 2]
    assert index.take("put", "local") == Miss("played", 2)


def test_attempts_of_one_call_stay_together():
    rows = [
        ("put", "a", "a1", "A"),
        ("put", "a", "b1", "B"),
        ("put", "a", "a2", "A"),
        ("put", "a", "b2", "B"),
    ]
    index = index_of(*rows)
    played = [index.take("put", "a", call) for call in ("x", "y", "y", "x")]
    assert played == ["a1", "b1", "b2", "a2"]
    assert index.take("put", "a", "x") == Miss("more attempts", 2)


def test_strict_order_names_what_is_next():
    index = index_of(("put", "a", 1, None), ("list", "a", 2, None), strict_order=True)
    assert index.take("list", "a") == Miss("out of turn", 1, "put")
    assert [index.take("put", "a"), index.take("list", "a")] == [1, 2]
    assert index.take("list", "a") == Miss("played", 1)


def test_what_was_not_played_is_known():
    index = index_of(("put", "a", 1, None), ("list", "a", 2, None))
    index.take("list", "a")
    assert index.unplayed == (1,)


@settings(derandomize=True, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=30), st.randoms(use_true_random=False))
def test_every_recording_is_played_exactly_once(keys, random):
    """Whatever the order of asking, each key gives its recordings in their order and then none."""
    index = index_of(*((key, "h", place, None) for place, key in enumerate(keys)))
    asked = list(keys)
    random.shuffle(asked)
    played = {key: [] for key in "abc"}
    for key in asked:
        played[key].append(index.take(key, "h"))
    assert played == {key: [place for place, each in enumerate(keys) if each == key] for key in "abc"}
    assert all(isinstance(index.take(key, "h"), Miss) for key in "abc")
