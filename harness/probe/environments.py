"""Other botocore versions, each with its own dependencies in a folder of its own.

``pip install --target`` puts a version and what it asks for (an old botocore an old urllib3) into the cache;
an interpreter without site-packages then sees that folder and nothing else. Only wheels are taken, so nothing
is built and nothing runs while installing. Folders are named for the Python they were made with.

Source: https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-t
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from harness.errors import RegistryUnreachable, UnfinishedError, UsageError
from harness.importers.releases import default_cache, explain

TIMEOUT = 600
"""Seconds that an installation may take."""

INSTALLED = "botocore"
"""What ``--sdk`` calls the release that this interpreter imports."""

OLDEST = [1, 15]
"""The first releases with retry modes."""

MAKING = ".making-{}-"
"""What the names of folders begin with in which an environment is made."""

PARTS = 3
"""How many numbers a release's version has."""

Install = Callable[[str, Path], str | None]
"""Puts a version into a folder; returns ``None``, or in a few words why it could not."""


class Environment(msgspec.Struct, frozen=True):
    """Where one SDK version is.

    Attributes:
        sdk: What was asked for, e.g. ``botocore==1.20.18``; ``botocore`` for the installed one.
        folder: What to import from; ``None`` for this interpreter's own packages.
    """

    sdk: str
    folder: Path | None


def parse_sdk(text: str) -> str:
    """Read the value of ``--sdk``.

    Args:
        text: ``botocore==X.Y.Z``, or ``botocore`` for the installed release.

    Returns:
        The version, as releases are numbered (``1.20`` is ``1.20.0``); ``botocore`` for the installed
        release.

    Raises:
        UsageError: It is another package, no version, or one that has no retry modes.
    """
    if text.strip() == INSTALLED:
        return INSTALLED
    found = re.fullmatch(r"botocore==(\d+(?:\.\d+){1,3})", text.strip())
    if found is None:
        problem = "names no botocore release"
        remedy = "Write it like --sdk botocore==1.44.5, or --sdk botocore for the installed release."
        raise UsageError(f"--sdk {text}", problem, remedy)
    numbers = [int(part) for part in found[1].split(".")]
    if numbers < OLDEST:
        problem = "releases before 1.15 have no retry modes to ask in"
        raise UsageError(f"--sdk {text}", problem, "Name botocore==1.15.0 or a newer one.")
    while len(numbers) > PARTS and not numbers[-1]:
        numbers.pop()
    return ".".join(map(str, numbers + [0] * (PARTS - len(numbers))))


def environment_for(
    version: str,
    cache: Path | None = None,
    install: Install | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Environment:
    """Give the folder of a botocore version, made when the cache does not have it.

    Args:
        version: The version, e.g. ``1.20.18``; ``botocore`` for the installed release, which needs no folder.
        cache: The folder of folders; ``default_cache()/sdk`` when left out.
        install: What installs a version; pip when left out.
        tell: Called with a line before something is installed.

    Raises:
        RegistryUnreachable: The version is not in the cache and could not be installed.
        UnfinishedError: The cache cannot be written.
    """
    if version == INSTALLED:
        return Environment(INSTALLED, None)
    sdk = f"botocore=={version}"
    home = cache if cache is not None else default_cache() / "sdk"
    folder = home / f"botocore-{version}-py{sys.version_info.major}.{sys.version_info.minor}"
    if not folder.is_dir():
        try:
            home.mkdir(parents=True, exist_ok=True)
            with _locked(folder.with_suffix(".lock")) as alone:
                if not folder.is_dir():
                    if alone:
                        _clear(folder)
                    tell(f"{sdk}: installing it into {home}, once")
                    _make(sdk, version, folder, install or pip_install)
        except OSError as error:
            problem = f"its environment cannot be made in {home}: {error.strerror or error}"
            raise UnfinishedError(
                sdk, problem, "Set HARNESS_CACHE to a folder that can be written."
            ) from error
    return Environment(sdk, folder)


def _clear(folder: Path) -> None:
    """Remove what a killed process left of an environment; nobody else may be making it."""
    for left in folder.parent.glob(f"{MAKING.format(folder.name)}*"):
        shutil.rmtree(left, ignore_errors=True)


def _make(sdk: str, version: str, folder: Path, install: Install) -> None:
    """Install beside the place and move the whole in, so that a half environment never counts."""
    prefix = MAKING.format(folder.name)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=folder.parent, ignore_cleanup_errors=True) as place:
        made = Path(place) / "packages"
        reason = install(version, made)
        if reason is None and not (made / "botocore" / "__init__.py").is_file():
            reason = "no botocore came"
        if reason is not None:
            problem = f"the release is not in the cache {folder.parent} and could not be installed ({reason})"
            raise RegistryUnreachable(sdk, problem, "Check the version and the network, then run it again.")
        shutil.rmtree(made / "bin", ignore_errors=True)
        made.rename(folder)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Let one process at a time make an environment; the others wait and then find it.

    Yields:
        Whether this process is alone.
    """
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows; the rename still lets only whole folders in
        yield False
        return
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield True


def pip_install(version: str, folder: Path) -> str | None:
    """Install a botocore release and its dependencies into a folder with pip."""
    command = [
        sys.executable, "-m", "pip", "install", "--target", str(folder), "--only-binary=:all:", "--no-input",
        "--disable-pip-version-check", "--no-warn-conflicts", "--quiet", "--retries", "2", "--timeout", "15",
        f"botocore=={version}",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return f"pip did not end within {TIMEOUT} seconds"
    except OSError as error:
        return f"pip cannot be started: {error.strerror}"
    return None if done.returncode == 0 else explain(done.stderr)
