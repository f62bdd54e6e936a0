"""The disk of results: files appear whole or not at all, and what is no such file is refused.

Used by the documents, the baselines and the frozen cases of this package.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from pathlib import Path
from typing import Any

from harness.errors import ResultsCorrupt, UsageError


def write_text(path: Path, text: str) -> None:
    """Put a text in the place of a file, in one step: a reader sees the old file or the new one.

    Args:
        path: The file; missing directories above it are made.
        text: What it holds afterwards, in UTF-8.

    Raises:
        UsageError: Nothing can be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _mode(path))  # mkstemp makes files that only their owner reads
        os.replace(name, path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        Path(name).unlink(missing_ok=True)


def read_text(path: Path, remedy: str) -> str:
    """Read a file that a person named.

    Args:
        path: The file.
        remedy: What to do when there is none.

    Returns:
        Its text.

    Raises:
        UsageError: There is no such file, or it is a directory.
        ResultsCorrupt: It cannot be read, or is no UTF-8.
    """
    try:
        return path.read_text("utf-8")
    except IsADirectoryError as error:
        raise UsageError(str(path), "is a directory", "Name a file in it.") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(str(path), "there is no such file", remedy) from error
    except OSError as error:
        raise corrupt(path, f"it cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise corrupt(path, f"it is no UTF-8 text (byte {error.start})") from error


def to_json(document: Any) -> str:
    """Spell a document for people and programs: indented, one trailing newline.

    Lone surrogates, which answers may hold, are escaped; numbers that JSON does not have become their names.
    """
    return json.dumps(_finite(document), indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def from_json(path: Path, text: str) -> Any:
    """Read a document that ``to_json`` wrote.

    Raises:
        ResultsCorrupt: It is no JSON, e.g. because it ends too early.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise corrupt(path, f"it is no JSON: {error.msg} (line {error.lineno})") from error
    except (ValueError, RecursionError) as error:
        raise corrupt(path, f"it is no JSON: {error}") from error


def corrupt(path: Path, problem: str, remedy: str = "") -> ResultsCorrupt:
    """Make the error for a file that is not what it should be; the file is left as it is."""
    return ResultsCorrupt(
        str(path), problem, remedy or "Make the file anew, or restore it; it is left as it is."
    )


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _mode(path: Path) -> int:
    """The mode of the file that is replaced; of a new one, what the user's mask allows."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _unwritable(path: Path, error: OSError) -> UsageError:
    problem = f"it cannot be written: {error.strerror or error}"
    return UsageError(str(path), problem, "Name a file in a directory that you may write to.")
