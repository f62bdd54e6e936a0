"""What an emulator remembers, and for how long."""

import threading

import pytest

from harness.emulator import state as state_module
from harness.emulator.state import State


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.mark.parametrize(
    ("later", "remembered"),
    [(0, True), (28_799, True), (28_800, False), (28_801, False)],
    ids=["at-once", "a-second-before", "at-the-end", "a-second-after"],
)
def test_a_token_is_remembered_for_its_window(later, remembered):
    clock = Clock()
    state = State(clock)
    state.remember("key", "digest", {"a": 1})
    clock.now += later
    found = state.recall("key", 28_800)
    assert (found is not None) is remembered
    if found is not None:
        assert (found.payload, found.output, found.at) == ("digest", {"a": 1}, 1_000.0)


def test_without_a_window_a_token_is_remembered_for_good():
    clock = Clock()
    state = State(clock)
    state.remember("key", "digest", {})
    clock.now += 10**9
    assert state.recall("key", None) is not None


def test_memory_is_bounded_and_the_oldest_goes_first(monkeypatch):
    monkeypatch.setattr(state_module, "CAPACITY", 3)
    state = State(Clock())
    for key in "abcd":
        state.remember(key, "", {})
    assert [key for key in "abcd" if state.recall(key, None)] == ["b", "c", "d"]


def test_numbers_are_given_once():
    state = State(Clock())
    taken = []
    threads = [
        threading.Thread(target=lambda: taken.extend(state.next_number() for _ in range(200)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 1601))
