"""Processes that record into one file, and processes that are killed while they record."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from trust.endpoint import ENTRY, Endpoint, client
from trust.tools import Tool

PROCESSES, CALLS, ROUNDS, KILLS, BLOCK = 3, 20, 20, 200, 5


def processes(tool: Tool, folder: Path, scale: float) -> tuple[str, float]:
    """Three processes, each in one block, all at once."""
    kept = []
    with Endpoint() as endpoint:
        made = client("events", endpoint.url)
        for turn in range(max(1, round(ROUNDS * scale))):
            path = folder / f"{turn}{tool.ending}"
            children = [_forked(partial(_record, tool, path, made, name)) for name in "abc"]
            for child in children:
                os.waitpid(child, 0)
            kept.append(_counted(tool, path))
    expected = PROCESSES * CALLS
    return f"{min(kept)} of {expected} kept in the worst of {len(kept)} rounds", min(kept) / expected


def _record(tool: Tool, path: Path, made: Any, name: str) -> None:
    with tool.use(path, True, True):
        for number in range(CALLS):
            made.put_events(Entries=[{**ENTRY, "Source": name, "DetailType": str(number)}])


def kills(tool: Tool, folder: Path, scale: float) -> tuple[str, float]:
    """A process that records blocks of one to five calls is killed at a random moment, again and again."""
    chance, opened, missing, confirmed = random.Random(7), 0, 0, 0
    turns = max(1, round(KILLS * scale))
    with Endpoint() as endpoint:
        made = client("events", endpoint.url)
        for turn in range(turns):
            path = folder / f"{turn}{tool.ending}"
            told = _killed(tool, path, made, chance.random() * 0.15)
            found = _counted(tool, path)
            opened += found >= 0
            missing += max(0, told - max(found, 0))
            confirmed += told
    words = f"{opened} of {turns} files open, {missing} of {confirmed} confirmed calls missing"
    return words, 1 - missing / confirmed


def _killed(tool: Tool, path: Path, made: Any, seconds: float) -> int:
    """Let a process record until it is killed; returns how many calls had returned by then."""
    reading, writing = os.pipe()

    def record() -> None:
        chance, number = random.Random(seconds), 0
        while True:
            with tool.use(path, True, True):
                for _ in range(chance.randint(1, BLOCK)):
                    made.put_events(Entries=[{**ENTRY, "DetailType": str(number)}])
                    number += 1
                    os.write(writing, b".")

    child = _forked(record)
    os.close(writing)
    first = os.read(reading, 1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with open(reading, "rb") as pipe:
        return len(first + pipe.read())


def _counted(tool: Tool, path: Path) -> int:
    """How many interactions a file holds; -1 where it does not open."""
    try:
        return tool.count(path)
    except Exception:  # whatever a tool raises, the file does not open
        return -1


def _forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        with _ended():
            work()
    return child


@contextmanager
def _ended() -> Iterator[None]:
    """End a forked process without the parent's clean-up."""
    try:
        yield
        os._exit(0)
    except BaseException:
        os._exit(1)
