"""Files that a command writes: found to be writable before any work is done, then written whole or not."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from harness.errors import UsageError

STDOUT = "-"


def check_outputs(files: dict[str, str | None], directories: dict[str, str | None]) -> None:
    """Refuse an output that could not be written, before anything is sent.

    Args:
        files: Flags and the files they name; ``-`` is stdout; ``None`` was not given.
        directories: Flags and the directories they name.

    Raises:
        UsageError: A path cannot be written, or two outputs want stdout.
    """
    to_stdout = [flag for flag, path in files.items() if path == STDOUT]
    if len(to_stdout) > 1:
        problem = "only one of them can have stdout"
        raise UsageError(" and ".join(to_stdout), problem, "Give one of them a file.")
    for flag, path in files.items():
        if path is not None and path != STDOUT:
            _check_file(flag, Path(path))
    for flag, path in directories.items():
        if path is not None:
            _check_directory(flag, path, Path(path))


def _check_file(flag: str, path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"{flag} {path}", "is a directory", "Name a file in it.")
    _check_directory(flag, str(path), path.parent)


def _check_directory(flag: str, named: str, directory: Path) -> None:
    """Make a file in the nearest directory that exists and take it away: the only sure proof."""
    existing = next(place for place in (directory, *directory.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        problem = f"cannot be written: {error.strerror or error}"
        raise UsageError(f"{flag} {named}", problem, "Name a place that can be written.") from error


def write_json(path: str, document: dict[str, Any]) -> None:
    """Write a JSON document to a file, whole or not at all, or to stdout."""
    from harness.results.store import to_json

    write(path, to_json(document))


def write(path: str, text: str) -> None:
    """Write a text to a file, whole or not at all, or to stdout for ``-``."""
    from harness.results.store import write_text

    if path == STDOUT:
        sys.stdout.write(text)
    else:
        write_text(Path(path), text)
