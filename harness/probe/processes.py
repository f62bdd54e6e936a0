"""One interpreter for each SDK version: given the plan, asked for rows, and never trusted to end well.

The only room that starts other interpreters of SDKs; they run at the same time, two by default.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from harness.compare.error_matrix import ABSENT, Row
from harness.errors import UnfinishedError
from harness.probe.environments import Environment
from harness.probe.plan import Asked, Plan

SCRIPT = Path(__file__).with_name("script.py")
AT_ONCE = 2
TIMEOUT = 3600
"""Seconds that one SDK may take over the whole plan."""

FOREIGN = (
    "AWS_",
    "BOTO",
    "PYTHON",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
)


class Answered(msgspec.Struct, frozen=True):
    """What one SDK said.

    Attributes:
        sdk: Its name and real version.
        default_retry_mode: What it retries with where nobody chooses.
        rows: A row for each probe and retry mode.
    """

    sdk: str
    default_retry_mode: str
    rows: tuple[Row, ...]


def ask_all(
    environments: Sequence[Environment], plan: Plan, tell: Callable[[str], None]
) -> tuple[Answered, ...]:
    """Give the plan to every SDK.

    Args:
        environments: Where the SDKs are.
        plan: What to ask.
        tell: Called with a line when an SDK is done.

    Returns:
        What each said, in the same order.

    Raises:
        UnfinishedError: A probe crashed or did not end.
    """

    def one(environment: Environment) -> Answered:
        answered = ask(environment, plan)
        tell(f"{answered.sdk}: {len(answered.rows)} rows")
        return answered

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return tuple(pool.map(one, environments))


def ask(environment: Environment, plan: Plan) -> Answered:
    """Give the plan to one SDK; arguments and errors as in ``ask_all``."""
    own = environment.folder is None
    paths = tuple(sys.path[1:] if own else [str(environment.folder)])
    plan = msgspec.structs.replace(plan, paths=tuple(path for path in paths if path))
    flags = ["-P"] if own else ["-I", "-S"]  # without site-packages there is only the folder
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, *flags, str(SCRIPT)],
            input=msgspec.json.encode(plan), capture_output=True, timeout=TIMEOUT, check=False,
            env=_surroundings(),
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        problem = f"the probe did not end within {TIMEOUT} seconds"
        raise UnfinishedError(environment.sdk, problem, "Select fewer operations.") from error
    except OSError as error:
        problem = f"no interpreter can be started: {error.strerror}"
        raise UnfinishedError(environment.sdk, problem, "Check the installation of Python.") from error
    lines = _lines(done.stdout)
    if done.returncode != 0 or len(lines) < 2 or lines[-1].get("done") != len(lines) - 2:
        raise _crashed(environment, done.stderr.decode("utf-8", "replace"), done.returncode)
    return _answered(lines, plan)


def _surroundings() -> dict[str, str]:
    """Keep what a machine or a user has set for other AWS clients away from the probe."""
    kept = {name: text for name, text in os.environ.items() if not name.upper().startswith(FOREIGN)}
    return {
        **kept,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def _lines(stdout: bytes) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in stdout.splitlines()]
    except ValueError:
        return []


def _crashed(environment: Environment, said: str, code: int) -> UnfinishedError:
    """Say in one sentence what the probe's interpreter died of."""
    words = [line.strip() for line in said.splitlines() if line.strip()]
    problem = f"the probe ended early (exit {code}): {words[-1][:200] if words else 'it said nothing'}"
    place = environment.folder
    if place is None:
        return UnfinishedError(
            environment.sdk, problem, "Install botocore again, or name a release with --sdk."
        )
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    remedy = f"If this release works under {python}, delete {place}; it is made again."
    return UnfinishedError(environment.sdk, problem, remedy)


def _answered(lines: list[dict[str, Any]], plan: Plan) -> Answered:
    head, rows = lines[0], lines[1:-1]
    probes = {
        (f"{asked.service}:{asked.operation}", probe.error): probe
        for asked in plan.operations
        for probe in asked.probes
    }
    made = []
    for row in rows:
        if ABSENT in row:
            words = f"the SDK does not have this {row[ABSENT]}"
            made.append(Row(head["sdk"], row["operation"], None, class_=ABSENT, message=words))
            continue
        probe = probes[row["operation"], row["error"]]
        extra = {"sdk": head["sdk"], "source": probe.source, "wire_code": probe.wire_code}
        made.append(msgspec.convert({**row, **extra}, Row))
    return Answered(head["sdk"], head["default_retry_mode"], tuple(made))


def count_probes(operations: Sequence[Asked]) -> int:
    """Count what is provoked, retry modes apart."""
    return sum(len(asked.probes) for asked in operations)
