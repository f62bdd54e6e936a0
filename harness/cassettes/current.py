"""Which open cassette a request belongs to: that of its context, else the one opened last in the process.

New threads inherit no context variables (Python 3.11 to 3.13), so a cassette opened around them is found on
the process-wide stack.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.cassettes.open_cassette import OpenCassette

_here: ContextVar[OpenCassette | None] = ContextVar("harness_cassette", default=None)
_passing: ContextVar[bool] = ContextVar("harness_passing", default=False)
_stack: list[OpenCassette] = []
_lock = threading.Lock()


def current() -> OpenCassette | None:
    """Find the cassette that answers here; ``None`` where none is open, or a door lets a request out."""
    if not _stack or _passing.get():
        return None
    found = _here.get()
    if found is not None and found.is_open:
        return found
    try:
        return _stack[-1]
    except IndexError:  # another thread closed the last one
        return None


def enter(cassette: OpenCassette) -> Token[OpenCassette | None]:
    """Make a cassette the one that answers here and, last opened, in threads without one."""
    with _lock:
        _stack.append(cassette)
    return _here.set(cassette)


def leave(cassette: OpenCassette, token: Token[OpenCassette | None]) -> None:
    """Take a cassette back."""
    with _lock:
        _stack.remove(cassette)
    try:
        _here.reset(token)
    except ValueError:  # closed in another context than it was opened in
        _here.set(None)


@contextmanager
def passing() -> Iterator[None]:
    """Let the requests of this context out, whatever cassette is open."""
    token = _passing.set(True)
    try:
        yield
    finally:
        _passing.reset(token)
