"""The jobs of the table: a title, and what does them with one tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from trust import damage, matching, secrets, survival, threads
from trust.tools import Tool

Outcome = tuple[str, float]
"""What came of it in words, and the share of what should have come of it, 0 to 1."""


@dataclass(frozen=True)
class Job:
    """One job.

    Attributes:
        title: What is done, and what is counted.
        do: Does it with a tool in an empty folder at a scale.
    """

    title: str
    do: Callable[[Tool, Path, float], Outcome]


JOBS = {
    "boto3": Job(
        "8 threads of boto3, 10 calls each: recorded, replayed right, reached the server", threads.boto3
    ),
    "requests": Job(
        "8 threads of requests, 10 calls each: recorded, replayed right, reached the server", threads.requests
    ),
    "processes": Job(
        "3 processes, 20 new interactions each, into one cassette: the fewest kept", survival.processes
    ),
    "kills": Job("killed while recording: files that open, confirmed calls that are missing", survival.kills),
    "secrets": Job("planted secrets: found in the file, in messages; replayed calls", secrets.planted),
    "operations": Job("one operation recorded, another one asked for, every protocol", matching.operations),
    "damage": Job("damaged files: refused with a reason, refused otherwise, opened; changed", damage.damaged),
    "crossing": Job(
        "nine bodies with every kind of byte: opened by stock vcrpy, and from stock vcrpy", damage.crossing
    ),
}
