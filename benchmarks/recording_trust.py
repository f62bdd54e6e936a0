"""What recordings can be trusted with: here, in stock vcrpy and, where it is installed, in cassetter.

    python benchmarks/recording_trust.py [SCALE] [JOB...]

The same jobs for every tool in one run, with its default settings but for one: where all requests go to one
URI, the others are told to match on the body, without which they cannot tell calls apart at all. SCALE is a
share of the full lengths (1 when left out: 20 rounds of three processes, 200 kills, 1,000 damaged files);
JOB is one of boto3, requests, processes, kills, secrets, operations, damage, crossing, all of them when left
out. Each job runs in a process of its own, since a tool may leave its patches behind. The ratio is the share
of what went right here (in YAML) to that in stock vcrpy.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from trust.jobs import JOBS
from trust.tools import TOOLS

LIMIT = 1800


def outcome(job: str, tool: str, scale: float) -> tuple[str, float | None]:
    """Do one job with one tool in a process of its own.

    Returns:
        What came of it in words, and the share of what should have come of it.
    """
    command = [sys.executable, __file__, "--job", job, tool, str(scale)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        reason = (done.stderr.strip().splitlines() or ["no output"])[-1]
        return f"fails: {reason[:60]}", None
    words, share = json.loads(lines[-1])
    return words, share


def table(scale: float, jobs: Sequence[str]) -> None:
    """Print the table, a line for each job and tool."""
    tools = [name for name in TOOLS if name != "cassetter" or importlib.util.find_spec("cassetter")]
    for name in jobs:
        print(JOBS[name].title)
        shares = {}
        for tool in tools:
            words, shares[tool] = outcome(name, tool, scale)
            print(f"  {tool:12} {words}", flush=True)
        ours, theirs = shares["yaml"], shares["vcrpy"]
        if ours is not None and theirs:
            print(f"  {'ratio':12} {ours / theirs:.2f}")
        else:
            print(f"  {'ratio':12} none: vcrpy does nothing of it right")


def main() -> None:
    """Print the table, or do one job of it."""
    if sys.argv[1:2] == ["--job"]:
        with tempfile.TemporaryDirectory() as name:
            job, tool, scale = sys.argv[2:]
            print(json.dumps(JOBS[job].do(TOOLS[tool], Path(name), float(scale))))
        return
    scale, *jobs = sys.argv[1:] or ["1"]
    print(f"{'tool':14} what came of it")
    table(float(scale), jobs or list(JOBS))


if __name__ == "__main__":
    main()
