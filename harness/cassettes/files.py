"""Files of recordings on the disk: whole or not at all, and one writer at a time.

The lock lies on the directory itself, so that no lock files are left behind. A system without ``fcntl``
(Windows) has no such lock: there one process at a time may record into a file.
Source: flock(2), rename(2).
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from harness.errors import CassetteCorrupt, CassetteMissing, UnfinishedError

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]

RECORD = "Record it with 'harness record', or name another directory."
RESTORE = "Take the file from version control again, or delete it and record anew."
_ROOM = "Make room or give write permission, and record again."


def corrupt(path: Path, problem: str, place: str | None = None) -> CassetteCorrupt:
    """Make the refusal of a damaged file; ``place`` is e.g. ``line 7``."""
    return CassetteCorrupt(str(path) if place is None else f"{path}, {place}", problem, RESTORE)


def missing(path: Path) -> CassetteMissing:
    """Make the refusal of a file that is not there."""
    return CassetteMissing(str(path), "there is no such cassette", RECORD)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep everybody else, thread or process, from writing in a file's directory; not reentrant.

    Args:
        path: The file; its directory is made.

    Raises:
        UnfinishedError: The directory cannot be made or locked, or an operation inside fails for the system's
            reasons.
    """
    with _as_unfinished(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if fcntl is None:  # pragma: no cover - Windows
            yield
            return
        # A handle of its own each time: the lock belongs to the handle, so threads exclude one another too.
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            # Closing is not enough when another thread forked meanwhile: the child holds the handle as well.
            fcntl.flock(handle, fcntl.LOCK_UN)
            os.close(handle)


@contextlib.contextmanager
def _as_unfinished(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        problem = f"the cassette cannot be written: {error.strerror or error}"
        raise UnfinishedError(str(path), problem, _ROOM) from error


def exists(path: Path) -> bool:
    """Say whether there is something of this name.

    Raises:
        CassetteMissing: That cannot be known, e.g. for lack of permission: it is not taken for absent.
    """
    return _mode(path) is not None


def is_directory(path: Path) -> bool:
    """Say whether this is a directory; errors as for ``exists``."""
    mode = _mode(path)
    return mode is not None and stat.S_ISDIR(mode)


def files_below(directory: Path) -> Iterator[Path]:
    """Find the files of a directory, searched to the bottom.

    Raises:
        CassetteMissing: A directory cannot be read: it is not taken for empty.
    """

    def refuse(error: OSError) -> None:
        raise _unreadable(Path(error.filename or directory), error) from None

    for place, _, names in os.walk(directory, onerror=refuse):
        yield from (Path(place, name) for name in names)


def _mode(path: Path) -> int | None:
    try:
        return os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:  # a name that no file can have is a ValueError
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError | ValueError) -> CassetteMissing:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return CassetteMissing(
        str(path), f"cannot be read: {reason}", "Give read permission, or name another file."
    )


def read_bytes(path: Path) -> bytes:
    """Read a file whole.

    Raises:
        CassetteMissing: There is no such file, or it cannot be opened.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise missing(path) from None
    except IsADirectoryError:
        raise CassetteMissing(str(path), "is a directory", "Name a file.") from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


@contextlib.contextmanager
def reading(path: Path) -> Iterator[None]:
    """Keep writers away while files are read; where the directory cannot be locked, read all the same."""
    if fcntl is None or not path.parent.is_dir():
        yield
        return
    try:
        handle = os.open(path.parent, os.O_RDONLY)
    except OSError:
        yield
        return
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_UN)
        os.close(handle)


def replace_file(path: Path, data: bytes) -> None:
    """Write beside the old file, flush, and put the new one in its place; the caller holds the lock.

    Raises:
        OSError: It cannot be written; what was there before is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    flush_directory(path.parent)
    _remove_leftovers(path)


def write_atomically(path: Path, data: bytes) -> None:
    """Put a whole file in its place, under the lock.

    Raises:
        UnfinishedError: It cannot be written; what was there before is untouched.
    """
    with locked(path):
        replace_file(path, data)


def open_to_append(path: Path) -> int:
    """Open a file, made if it is not there, so that what is written goes to its end; the caller closes it."""
    return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)


def bytes_at(handle: int, length: int, start: int) -> bytes:
    """Read some bytes from a place of an open file; the caller holds the lock."""
    os.lseek(handle, start, os.SEEK_SET)
    return os.read(handle, length)


def append_bytes(handle: int, data: bytes) -> None:
    """Write at the end in one piece or not at all.

    Raises:
        OSError: It cannot be written; the file is as long as it was.
    """
    size = os.fstat(handle).st_size
    try:
        if os.write(handle, data) != len(data):
            raise OSError(28, "No space left on device")
    except OSError:
        os.ftruncate(handle, size)
        raise


def flush_directory(directory: Path) -> None:
    """Make names last through a power failure, where the system lets directories be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_leftovers(path: Path) -> None:
    """Remove what killed processes were writing: nobody else writes while the lock is held."""
    beginning = f".{path.name}."
    with contextlib.suppress(OSError):
        for name in os.listdir(path.parent):
            middle = name[len(beginning) : -len(".tmp")]
            if name.startswith(beginning) and name.endswith(".tmp") and middle.isdigit():
                path.with_name(name).unlink(missing_ok=True)
