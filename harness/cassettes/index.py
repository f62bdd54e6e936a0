"""Recorded calls by what their requests mean: found in constant time, each played once.

A call is everything that one call of a client sent: its attempts. Calls of one key wait in the order of
recording, apart for each host, so that the answers of two regions are not mixed up; a host that was never
recorded gets what another host was asked, since an endpoint may have moved.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable
from typing import Generic, Literal, TypeVar

import msgspec

Part = TypeVar("Part")

Lack = Literal["unknown", "played", "out of turn", "more attempts"]


class Call(Generic[Part]):
    """The attempts of one call, in their order."""

    def __init__(self, key: str, host: str) -> None:
        self.key, self.host = key, host
        self.attempts: list[Part] = []
        self.is_taken = False


class Miss(msgspec.Struct, frozen=True):
    """Why nothing could be played.

    Attributes:
        lack: ``unknown``: no recording has this key; ``played``: all that have were played; ``out of turn``:
            another call is the next one in the recording; ``more attempts``: the recorded call ended earlier.
        recorded: How many calls, or attempts of this call, were recorded.
        expected: The key of the call that is next, where turns are kept.
    """

    lack: Lack
    recorded: int = 0
    expected: str | None = None


class _Waiting(Generic[Part]):
    """The calls of one key that were not played yet."""

    def __init__(self) -> None:
        self.hosts: dict[str, deque[Call[Part]]] = {}
        self.count = 0
        self.last: Call[Part] | None = None


class Index(Generic[Part]):
    """Recorded calls, each played once. Safe to use from many threads.

    Args:
        strict_order: Whether calls must come in the order in which they were recorded.
    """

    def __init__(self, *, strict_order: bool = False) -> None:
        self._strict = strict_order
        self._lock = threading.Lock()
        self._keys: dict[str, _Waiting[Part]] = {}
        self._calls: dict[Hashable, Call[Part]] = {}
        self._order: list[Call[Part]] = []
        self._next = 0
        self._running: dict[str, tuple[Call[Part], int]] = {}

    def add(self, key: str, host: str, part: Part, call: Hashable = None) -> None:
        """Put a recorded attempt in.

        Args:
            key: What its request means.
            host: The authority that it went to.
            part: The recording.
            call: What the attempts of one call have in common; ``None`` for a call of one attempt.
        """
        known = self._calls.get((key, call)) if call is not None else None
        if known is None:
            known = Call(key, host)
            self._order.append(known)
            waiting = self._keys.setdefault(key, _Waiting())
            waiting.hosts.setdefault(host, deque()).append(known)
            waiting.count += 1
            if call is not None:
                self._calls[key, call] = known
        known.attempts.append(part)

    def take(self, key: str, host: str, call: str | None = None, *, again: bool = False) -> Part | Miss:
        """Find the answer to a request, and mark it as played.

        Args:
            key: What the request means.
            host: The authority that it goes to.
            call: The live call's id, which its attempts share.
            again: Whether the last answer may be played again when all were played.
        """
        with self._lock:
            running = self._running.get(call) if call is not None else None
            if running is not None and call is not None and running[0].key == key:
                return self._go_on(call, *running)
            found = self._in_turn(key) if self._strict else self._of_host(key, host)
            if isinstance(found, Miss):
                last = self._keys[key].last if key in self._keys else None
                if not again or found.lack != "played" or last is None:
                    return found
                found = last
            found.is_taken = True
            self._keys[key].last = found
            if call is not None:
                self._running[call] = (found, 1)
            return found.attempts[0]

    def count(self, key: str) -> int:
        """Say how many calls of a key were recorded."""
        waiting = self._keys.get(key)
        return waiting.count if waiting is not None else 0

    @property
    def unplayed(self) -> tuple[Part, ...]:
        """The first attempts of the calls that were not played."""
        return tuple(call.attempts[0] for call in self._order if not call.is_taken)

    def _go_on(self, call: str, found: Call[Part], attempt: int) -> Part | Miss:
        if attempt >= len(found.attempts):
            return Miss("more attempts", len(found.attempts))
        self._running[call] = (found, attempt + 1)
        return found.attempts[attempt]

    def _of_host(self, key: str, host: str) -> Call[Part] | Miss:
        waiting = self._keys.get(key)
        if waiting is None:
            return Miss("unknown")
        queue = waiting.hosts.get(host)
        if queue is None:
            queue = next((each for each in waiting.hosts.values() if each), None)
        return queue.popleft() if queue else Miss("played", waiting.count)

    def _in_turn(self, key: str) -> Call[Part] | Miss:
        if key not in self._keys:
            return Miss("unknown")
        if self._next >= len(self._order):
            return Miss("played", self._keys[key].count)
        expected = self._order[self._next]
        if expected.key != key:
            return Miss("out of turn", self._keys[key].count, expected.key)
        self._next += 1
        return expected
