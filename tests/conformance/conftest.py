"""What the tests of whole systems share."""

from __future__ import annotations

import threading
import time

import pytest


@pytest.fixture
def slept(monkeypatch):
    """How long the test's own thread slept each time; it really sleeps."""
    pauses, sleep, here = [], time.sleep, threading.get_ident()

    def counting(seconds):
        if threading.get_ident() == here:
            pauses.append(seconds)
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", counting)
    return pauses
