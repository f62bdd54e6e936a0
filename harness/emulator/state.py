"""What one emulator remembers between requests: idempotency tokens and a counter.

One lock guards it all; whoever must look and act in one step holds it meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any

import msgspec

CAPACITY = 100_000  # remembered tokens; beyond it the oldest are forgotten, so that memory stays bounded


class Remembered(msgspec.Struct, frozen=True):
    """The first answer under a token.

    Attributes:
        payload: The digest of the input that came with it, token and scope left out.
        output: The output that was given.
        at: When, in seconds by the emulator's clock.
    """

    payload: str
    output: Any
    at: float


class State:
    """The memory of one emulator.

    Args:
        clock: Tells the time in seconds since 1970-01-01T00:00Z.

    Attributes:
        lock: To be held while a token is looked up and its effect takes place.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self._number = 0
        self._tokens: dict[Hashable, Remembered] = {}

    def next_number(self) -> int:
        """Count one further: 1, 2, 3 and so on, each number once."""
        with self.lock:
            self._number += 1
            return self._number

    def recall(self, key: Hashable, window: int | None) -> Remembered | None:
        """Look a token up.

        Args:
            key: Operation, scope and token.
            window: How long a token is remembered, in seconds; ``None`` for as long as the emulator lives.

        Returns:
            What was remembered, or ``None`` for a new token or one whose window is over; that one is
            forgotten.
        """
        with self.lock:
            found = self._tokens.get(key)
            if found is None or window is None or self.clock() - found.at < window:
                return found
            del self._tokens[key]
            return None

    def remember(self, key: Hashable, payload: str, output: Any) -> None:
        """Keep the first answer under a token, with the time."""
        with self.lock:
            self._tokens[key] = Remembered(payload, output, self.clock())
            while len(self._tokens) > CAPACITY:
                del self._tokens[next(iter(self._tokens))]
