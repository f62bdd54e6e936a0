"""Recordings in JSON Lines: appended line by line, so that a kill at any moment loses at most its last line.

While a file is being recorded a mark lies beside it, ``.<name>.recording``. A file without a seal at its end
and with the mark was left by a killed process, and all its whole lines count; one without the mark was cut.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from harness.cassettes.files import (
    append_bytes,
    corrupt,
    exists,
    flush_directory,
    locked,
    open_to_append,
    read_bytes,
    reading,
    replace_file,
)
from harness.cassettes.format import FORMAT, Head, check_uri
from harness.cassettes.interface import Part, Stored
from harness.cassettes.kept import Standing
from harness.cassettes.lines import (
    LineError,
    Lines,
    check_line,
    head_line,
    is_seal,
    part_line,
    read_lines,
    seal_line,
    whole_file,
)
from harness.cassettes.tails import last_line, length_of_parts
from harness.errors import CassetteCorrupt, UsageError


class JsonLinesStore:
    """A file of recordings in JSON Lines.

    Args:
        path: The file, e.g. ``x.jsonl``; its directory is made when something is appended.
        head: What stands at the top of a new file.
    """

    def __init__(self, path: Path, head: Head | None = None) -> None:
        self._path = path
        self._head = head or Head(format=FORMAT)
        self._before = Standing()
        self._first = threading.Lock()
        self._appended = False

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def exists(self) -> bool:
        """Say whether there is such a file."""
        return exists(self._path)

    def load(self) -> Stored:
        """Read everything; see ``interface.Store``."""
        with reading(self._path):
            data, recording = read_bytes(self._path), mark_of(self._path).exists()
        lines = _checked(self._path, data, recording)
        stored = Stored(lines.head or self._head, lines.parts, notice_of(self._path, lines.partial))
        self._before.note(stored.parts)
        return stored

    def check_recordable(self) -> None:
        """Files of this kind are made to be added to; see ``interface.Store``."""

    def append(self, part: Part) -> None:
        """Add a part at the end; see ``interface.Store``."""
        line = spelled(self._path, part)
        with self._first:
            if not self._before.noted:
                self._look()
        with locked(self._path):
            known = self._path.exists()
            handle = open_to_append(self._path)
            try:
                beginning = self._ready(handle, known)
                append_bytes(handle, beginning + line)
            finally:
                os.close(handle)
        self._appended = True

    def close(self, keep: Callable[[Part], bool] | None = None) -> None:
        """Seal the file; see ``interface.Store``."""
        if not self._path.exists() or not (self._appended or keep):
            return
        with locked(self._path):
            data, recording = read_bytes(self._path), mark_of(self._path).exists()
            if keep is not None and self._rewritten(data, recording, keep):
                pass
            elif recording:
                self._seal(data)
            mark_of(self._path).unlink(missing_ok=True)
        self._appended = False

    def _look(self) -> None:
        """Make sure, before the first append, that what is there is whole; know what stood there."""
        if self.exists():
            self.load()
        else:
            self._before.note(())

    def _ready(self, handle: int, known: bool) -> bytes:
        """Mark the file as being recorded, take off its seal or half a line; say what to write first."""
        mark, size = mark_of(self._path), os.fstat(handle).st_size
        recording = mark.exists()
        if known and not recording and not is_seal(last_line(handle, size)):
            raise corrupt(self._path, "is truncated: it has no seal at its end")
        if not recording:
            mark.touch()
        end = length_of_parts(handle, size)
        if end != size:
            os.ftruncate(handle, end)
        return b"" if end else head_line(self._head)

    def _rewritten(self, data: bytes, recording: bool, keep: Callable[[Part], bool]) -> bool:
        lines = _checked(self._path, data, recording)
        kept = self._before.kept(lines.parts, keep)
        if len(kept) == len(lines.parts):
            return False
        replace_file(self._path, whole_file(lines.head or self._head, kept))
        return True

    def _seal(self, data: bytes) -> None:
        handle = open_to_append(self._path)
        try:
            end = length_of_parts(handle, len(data))
            os.ftruncate(handle, end)
            first = b"" if end else head_line(self._head)
            count = data.count(b"\n", 0, end) - 1 if end else 0
            append_bytes(handle, first + seal_line(count))
            os.fsync(handle)
        finally:
            os.close(handle)
        flush_directory(self._path.parent)


def mark_of(path: Path) -> Path:
    """Say which file marks that another is being recorded."""
    return path.with_name(f".{path.name}.recording")


def spelled(path: Path, part: Part) -> bytes:
    """Spell a part as a line that can be read again.

    Raises:
        UsageError: It holds something that no file can hold.
    """
    try:
        line = part_line(part)
        check_line(line)
        check_uri(part.request.uri)
    except (msgspec.MsgspecError, ValueError, TypeError) as error:
        problem = f"an interaction cannot be written: {error}"
        raise UsageError(
            str(path), problem, "Record HTTP as it was: URLs, headers, bytes or text."
        ) from error
    return line


def notice_of(path: Path, partial: int | None) -> str | None:
    """Say what a killed process left half written."""
    if partial is None:
        return None
    return f"{path}, line {partial}: a process was killed while it wrote this line; it is left out"


def parsed(path: Path, data: bytes) -> Lines:
    """Read the lines of a file.

    Raises:
        CassetteCorrupt: A line is damaged.
    """
    try:
        return read_lines(data)
    except LineError as error:
        raise corrupt(path, error.problem, f"line {error.line}") from error


def _checked(path: Path, data: bytes, recording: bool) -> Lines:
    if not data and not recording:
        raise CassetteCorrupt(str(path), "is empty", "Take it from version control again, or delete it.")
    lines = parsed(path, data)
    if not recording and (not lines.sealed or lines.partial is not None):
        line = data.count(b"\n") + (not data.endswith(b"\n"))
        raise corrupt(path, "is truncated: it has no seal at its end", f"line {line}")
    return lines
