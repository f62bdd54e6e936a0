"""Ctrl-C that is not lost.

Python cannot raise inside a callback of the garbage collector or a finalizer: a ``KeyboardInterrupt`` that
arrives there goes to ``sys.unraisablehook`` and is forgotten. hypothesis keeps such a callback, so while it
makes cases that is where an interrupt may well arrive.
Source: https://docs.python.org/3/library/sys.html#sys.unraisablehook.
"""

from __future__ import annotations

import _thread
import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Any

SECONDS = 0.05
"""How long after it was forgotten an interrupt comes again: by then the callback has returned."""


@contextlib.contextmanager
def heard() -> Iterator[None]:
    """Raise an interrupt that was forgotten again, until it is heard or the block ends."""
    before, again = sys.unraisablehook, list[threading.Timer]()

    def take(unraisable: Any) -> None:
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            before(unraisable)
            return
        timer = threading.Timer(SECONDS, _thread.interrupt_main)
        timer.daemon = True
        again.append(timer)
        timer.start()

    sys.unraisablehook = take
    try:
        yield
    finally:
        sys.unraisablehook = before
        for timer in again:
            timer.cancel()
