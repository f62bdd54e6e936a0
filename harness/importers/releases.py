"""Wheels of botocore releases, fetched once with pip into a cache.

Source: ``pip download`` (https://pip.pypa.io/en/stable/cli/pip_download/).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from harness.errors import RegistryUnreachable, SelectorError
from harness.importers.models import Wheel

TIMEOUT = 600
"""Seconds that a download may take."""

Fetch = Callable[[str, Path], str | None]
"""Puts the wheel of a version into a folder; returns ``None``, or in a few words why it could not."""


def default_cache(environment: Mapping[str, str] = os.environ) -> Path:
    """Say where fetched wheels are kept: ``HARNESS_CACHE``, else the platform's place for caches."""
    chosen = environment.get("HARNESS_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "darwin":  # pragma: no cover - other platforms
        place = Path.home() / "Library" / "Caches"
    elif sys.platform == "win32":  # pragma: no cover - other platforms
        place = Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        place = Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return place / "aws-contract-harness"


def open_release(version: str, cache: Path | None = None, fetch: Fetch | None = None) -> Wheel:
    """Open the wheel of a release, fetching it when the cache does not have it.

    Args:
        version: The release, e.g. ``1.20.19``.
        cache: The folder of fetched wheels; ``default_cache()`` when left out.
        fetch: What fetches a wheel; pip when left out.

    Raises:
        SelectorError: ``version`` is not spelled like a release.
        RegistryUnreachable: The wheel is not in the cache and could not be fetched.
        ContractError: The wheel in the cache is damaged.
    """
    if not re.fullmatch(r"\d+(\.\d+){1,3}", version):
        problem = f"{version!r} is not the version of a release"
        raise SelectorError(f"botocore=={version}", problem, "Write it like botocore==1.38.45.")
    folder = cache if cache is not None else default_cache()
    known = _cached(folder, version)
    return Wheel(known if known is not None else _fetched(folder, version, fetch or pip_download))


def _cached(folder: Path, version: str) -> Path | None:
    return next(iter(sorted(folder.glob(f"botocore-{version}-*.whl"))), None)


def _fetched(folder: Path, version: str, fetch: Fetch) -> Path:
    """Fetch into a folder of its own and move the whole file in, so that a half one never counts."""
    reason = _make(folder)
    if reason is None:
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as scratch:
            reason = fetch(version, Path(scratch))
            arrived = _cached(Path(scratch), version) if reason is None else None
            if arrived is not None:
                return arrived.replace(folder / arrived.name)
    why = reason or "no wheel came"
    problem = f"the release is not in the cache {folder} and could not be fetched ({why})"
    remedy = f"Check the version and the network, or put the release's wheel into {folder}."
    raise RegistryUnreachable(f"botocore=={version}", problem, remedy)


def _make(folder: Path) -> str | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"the cache cannot be made: {error.strerror}"
    return None


def pip_download(version: str, folder: Path) -> str | None:
    """Fetch a release's wheel with pip; nothing is built, installed or run."""
    command = [
        sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary=:none:", "--only-binary=:all:",
        "--ignore-requires-python", "--no-input", "--disable-pip-version-check", "--quiet",
        "--retries", "2", "--timeout", "15", "--dest", str(folder), f"botocore=={version}",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return f"pip did not end within {TIMEOUT} seconds"
    except OSError as error:
        return f"pip cannot be started: {error.strerror}"
    return None if done.returncode == 0 else explain(done.stderr)


def explain(said: str) -> str:
    """Say in a few words why pip failed, from what it wrote to stderr."""
    if "No module named pip" in said:
        return "this Python has no pip"
    if "from versions: none" in said or "Retrying" in said or "Could not fetch URL" in said:
        return "the package registry does not answer"
    if "No matching distribution found" in said or "Could not find a version" in said:
        return "the package registry has no such release"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "pip failed and said nothing"
