"""One interpreter for each SDK version: given the plan, asked for rows, and never trusted to end well.

The only room that starts other interpreters of SDKs; they run at the same time, two by default.
"""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from harness.compare.error_matrix import ABSENT, Row
from harness.errors import ConfigurationError, UnfinishedError
from harness.probe.environments import Environment
from harness.probe.plan import Asked, Plan, Probe

SCRIPT = Path(__file__).with_name("script.py")
AT_ONCE = 2
HOST = "127.0.0.1"  # in messages, so that the same run says the same
START_SECONDS, PROBE_SECONDS, LONGEST_SECONDS = 60, 1, 7 * 24 * 3600
"""What an SDK may take to start, for each probe in each retry mode (the usual is a hundredth), and in all."""

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
    interpreters = Interpreters()

    def one(environment: Environment) -> Answered:
        answered = ask(environment, plan, interpreters)
        tell(f"{answered.sdk}: {len(answered.rows)} rows")
        return answered

    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            return tuple(pool.map(one, environments))
        except BaseException:  # an interrupt, too, waits for no probe
            interpreters.stop()
            raise


class Interpreters:
    """The interpreters that are at work, so that the end of one run is the end of all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def run(self, command: Sequence[str], given: bytes, seconds: float) -> tuple[int, bytes, bytes]:
        """Run one to its end; returns its exit code and what it wrote to stdout and stderr.

        Raises:
            OSError: It cannot be started.
            subprocess.TimeoutExpired: It did not end in time, and was ended.
        """
        pipe = subprocess.PIPE
        with self._lock:
            if self._stopped:
                raise OSError(errno.ECANCELED, "the run is over")
            process = subprocess.Popen(  # noqa: S603
                command, stdin=pipe, stdout=pipe, stderr=pipe, env=_surroundings()
            )
            self._running.add(process)
        try:
            with process:
                try:
                    stdout, stderr = process.communicate(given, seconds)
                except subprocess.TimeoutExpired:
                    process.kill()
                    raise
                return process.returncode, stdout, stderr
        finally:
            with self._lock:
                self._running.discard(process)

    def stop(self) -> None:
        """End all that run, and start no more."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                process.kill()


def ask(environment: Environment, plan: Plan, interpreters: Interpreters | None = None) -> Answered:
    """Give the plan to one SDK; arguments and errors as in ``ask_all``."""
    folder = environment.folder
    plan = msgspec.structs.replace(plan, paths=(str(folder if folder is not None else _installed()),))
    flags = ["-I"] if folder is None else ["-I", "-S"]  # without site-packages there is only the folder
    usual = START_SECONDS + PROBE_SECONDS * count_probes(plan.operations) * len(plan.retry_modes)
    seconds = min(usual, LONGEST_SECONDS)
    try:
        command = [sys.executable, *flags, str(SCRIPT)]
        code, stdout, stderr = (interpreters or Interpreters()).run(
            command, msgspec.json.encode(plan), seconds
        )
    except subprocess.TimeoutExpired as error:
        problem = f"the probe did not end within {seconds} seconds"
        raise UnfinishedError(environment.sdk, problem, "Select fewer operations.") from error
    except OSError as error:
        problem = f"no interpreter can be started: {error.strerror}"
        raise UnfinishedError(environment.sdk, problem, "Check the installation of Python.") from error
    lines = _lines(stdout)
    if code != 0 or len(lines) < 2 or lines[-1].get("done") != len(lines) - 2:
        raise _crashed(environment, stderr.decode("utf-8", "replace"), code)
    answered = _answered(lines, plan)
    if folder is not None and answered.sdk != environment.sdk:
        problem = f"its environment is damaged: it holds {answered.sdk}"
        raise UnfinishedError(environment.sdk, problem, f"Delete {folder}; it is made again.")
    return answered


def _installed() -> Path:
    """Find the folder that the installed botocore is imported from, without importing it."""
    found = importlib.util.find_spec("botocore")
    if found is None or found.origin is None:
        problem = "the package is not installed"
        raise ConfigurationError("botocore", problem, "Install it, or name one with --sdk.")
    return Path(found.origin).parent.parent


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
        extra = {"sdk": head["sdk"], "source": probe.source, "wire_code": _wire_code(probe, row["protocol"])}
        said = row["message"]
        for endpoint in plan.endpoints.values():
            said = said and said.replace(endpoint.partition("//")[2], HOST)
        made.append(msgspec.convert({**row, **extra, "message": said}, Row))
    return Answered(head["sdk"], head["default_retry_mode"], tuple(made))


def _wire_code(probe: Probe, protocol: str) -> str | None:
    return probe.query_code if probe.query_code and protocol in ("query", "ec2") else probe.wire_code


def count_probes(operations: Sequence[Asked]) -> int:
    """Count what is provoked, retry modes apart."""
    return sum(len(asked.probes) for asked in operations)
