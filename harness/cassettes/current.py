"""Which open cassette a request belongs to: that of its context, of its thread, else the one opened last.

New threads inherit no context variables (Python 3.11 to 3.13), so a thread is told in which block it was
started, and work that is given to a pool in which block it was given. What started before every block is
answered by the process-wide stack.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.cassettes.open_cassette import OpenCassette

_here: ContextVar[OpenCassette | None] = ContextVar("harness_cassette", default=None)
_passing: ContextVar[bool] = ContextVar("harness_passing", default=False)
_stack: list[OpenCassette] = []
_around: dict[OpenCassette, OpenCassette | None] = {}
_lock = threading.Lock()
_watched = False
_STARTED_IN = "_harness_cassette"


def current() -> OpenCassette | None:
    """Find the cassette that answers here; ``None`` where none is open, or a door lets a request out.

    A thread that was started in a block is answered by that block, or by one that was opened in it since.
    """
    if not _stack or _passing.get():
        return None
    found = _here.get()
    if found is not None and found.is_open:
        return found
    stack, block = tuple(_stack), _block_of_thread()
    if block is not None:
        return next((each for each in reversed(stack) if _lies_in(each, block)), block)
    return stack[-1] if stack else None  # another thread may have closed the last one


def here() -> OpenCassette | None:
    """Give the cassette that was opened in this context."""
    return _here.get()


def enter(cassette: OpenCassette) -> Token[OpenCassette | None]:
    """Make a cassette the one that answers here and, last opened, in threads without one."""
    around = _own()
    with _lock:
        _watch_threads()
        _around[cassette] = around
        _stack.append(cassette)
    return _here.set(cassette)


def leave(cassette: OpenCassette, token: Token[OpenCassette | None]) -> None:
    """Take a cassette back."""
    with _lock:
        _stack.remove(cassette)
        del _around[cassette]
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


def _own() -> OpenCassette | None:
    """Find the block that this context lies in, whatever blocks others have opened."""
    found = _here.get()
    return found if found is not None and found.is_open else _block_of_thread()


def _block_of_thread() -> OpenCassette | None:
    """Find the block in which this thread was started, as long as it is open."""
    block: OpenCassette | None = getattr(threading.current_thread(), _STARTED_IN, None)
    return block if block is not None and block.is_open else None


def _lies_in(cassette: OpenCassette | None, block: OpenCassette) -> bool:
    while cassette is not None and cassette is not block:
        cassette = _around.get(cassette)
    return cassette is block


def _watch_threads() -> None:
    """Note for each thread and each piece of work of a pool the block that it comes from, once for all."""
    global _watched
    if _watched:
        return
    _watched = True
    start: Any = threading.Thread.start
    submit: Any = ThreadPoolExecutor.submit

    @functools.wraps(start)
    def start_in_block(self: threading.Thread) -> None:
        setattr(self, _STARTED_IN, _own())
        start(self)

    @functools.wraps(submit)
    def submit_in_block(self: Any, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        cassette = _own()
        return submit(self, fn if cassette is None else _within(cassette, fn), *args, **kwargs)

    hooked: tuple[tuple[Any, str, Any], ...] = (
        (threading.Thread, "start", start_in_block),
        (ThreadPoolExecutor, "submit", submit_in_block),
    )
    for owner, name, hook in hooked:
        setattr(owner, name, hook)


def _within(cassette: OpenCassette, work: Callable[..., Any]) -> Callable[..., Any]:
    def work_in_block(*args: Any, **kwargs: Any) -> Any:
        token = _here.set(cassette)
        try:
            return work(*args, **kwargs)
        finally:
            _here.reset(token)

    return work_in_block
