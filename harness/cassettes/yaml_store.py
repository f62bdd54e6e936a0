"""Recordings in YAML: appended to a journal beside the file, folded into it when the recording is closed.

The journal ``<name>.jsonl`` has the lines of a recording in JSON Lines. Before the file is replaced the
journal says which file it is being folded into, so that a kill between the two steps neither loses nor
doubles.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import msgspec

from harness.cassettes.files import (
    append_bytes,
    exists,
    locked,
    missing,
    open_to_append,
    read_bytes,
    reading,
    replace_file,
)
from harness.cassettes.format import FORMAT, Head
from harness.cassettes.interface import Part, Stored
from harness.cassettes.json_lines import notice_of, parsed, spelled
from harness.cassettes.kept import Standing
from harness.cassettes.lines import Folding, Lines, folding_line, head_line
from harness.cassettes.tails import last_line, length_of_parts
from harness.cassettes.yaml_file import read_yaml
from harness.errors import CassetteCorrupt, CassetteMissing

_NOTHING = Stored(Head(format=FORMAT))


class _Found(msgspec.Struct, frozen=True):
    """What lies on the disk: the file's bytes, and the journal's lines where they still count."""

    data: bytes | None
    journal: Lines | None


class YamlStore:
    """A file of recordings in YAML.

    Args:
        path: The file, e.g. ``x.yaml``; its directory is made when something is appended.
        head: What stands at the top of a new file.
    """

    def __init__(self, path: Path, head: Head | None = None) -> None:
        self._path = path
        self._head = head or Head(format=FORMAT)
        self._before = Standing()
        self._first = threading.Lock()
        self._appended = False
        self._read: tuple[bytes, Stored] | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def exists(self) -> bool:
        """Say whether there is such a file, or a journal that a killed process left."""
        return exists(self._path) or exists(journal_of(self._path))

    def load(self) -> Stored:
        """Read everything; see ``interface.Store``."""
        with reading(self._path):
            data, lines = _bytes(self._path), _bytes(journal_of(self._path))
        if data is None and lines is None:
            raise missing(self._path)
        stored = self._stored(_found(self._path, data, lines))
        self._before.note(stored.parts)
        return stored

    def check_recordable(self) -> None:
        """Files of this kind are made to be added to; see ``interface.Store``."""

    def append(self, part: Part) -> None:
        """Add a part at the end of the journal; see ``interface.Store``."""
        line = spelled(self._path, part)
        with self._first:
            if not self._before.noted:
                self._look()
        journal = journal_of(self._path)
        with locked(self._path):
            handle = open_to_append(journal)
            try:
                append_bytes(handle, self._ready(handle) + line)
            finally:
                os.close(handle)
        self._appended = True

    def close(self, keep: Callable[[Part], bool] | None = None) -> None:
        """Fold the journal into the file; see ``interface.Store``."""
        if not self.exists() or not (self._appended or keep):
            return
        with locked(self._path):
            self._fold(keep)
        self._appended = False

    def _look(self) -> None:
        if self.exists():
            self.load()
        else:
            self._before.note(())

    def _ready(self, handle: int) -> bytes:
        """Take half a line, or a fold that was not finished, off the journal; say what to write first."""
        size = os.fstat(handle).st_size
        end = length_of_parts(handle, size)
        folding = last_line(handle, size).startswith(b'{"folding"')
        if folding and _found(self._path, _bytes(self._path), _bytes(journal_of(self._path))).journal is None:
            end = 0  # the file has all of it
        if end != size:
            os.ftruncate(handle, end)
        return b"" if end else head_line(self._head)

    def _stored(self, found: _Found) -> Stored:
        """Put together what the file and the journal hold."""
        base = _NOTHING if found.data is None else self._parsed(found.data)
        if found.data is None and found.journal is not None and found.journal.head is not None:
            base = Stored(found.journal.head)
        if found.journal is None:
            return base
        notice = notice_of(journal_of(self._path), found.journal.partial)
        return Stored(base.head, base.parts + found.journal.parts, notice)

    def _parsed(self, data: bytes) -> Stored:
        # The file is seldom another one at the end of a recording than at its beginning.
        if self._read is None or self._read[0] != data:
            self._read = data, read_yaml(self._path, data)
        return self._read[1]

    def _fold(self, keep: Callable[[Part], bool] | None) -> None:
        journal = journal_of(self._path)
        lines = _bytes(journal)
        found = _found(self._path, _bytes(self._path), lines)
        stored = self._stored(found)
        parts = stored.parts if keep is None else self._before.kept(stored.parts, keep)
        if found.journal is not None or len(parts) != len(stored.parts):
            from harness.cassettes import door  # vcrpy is slow to import and not needed before

            data = door.spelled(stored.head, parts)
            if found.journal is not None:
                _announce(journal, Folding(_digest(found.data), _digest(data)))
            replace_file(self._path, data)
        journal.unlink(missing_ok=True)


def journal_of(path: Path) -> Path:
    """Say where the journal of a YAML file lies."""
    return path.with_name(f"{path.name}.jsonl")


def _found(path: Path, data: bytes | None, journal: bytes | None) -> _Found:
    if journal is None:
        return _Found(data, None)
    beside = journal_of(path)
    lines = parsed(beside, journal)
    if lines.sealed:
        problem = "is a closed recording of its own and no journal"
        raise CassetteCorrupt(str(beside), problem, "Give one of the two files another name.")
    if lines.folding is None or _digest(data) == lines.folding.before:
        return _Found(data, lines)
    if _digest(data) != lines.folding.after:
        problem = f"a process was killed while it folded this journal, and {path.name} was changed since"
        remedy = f"Delete the journal if {path.name} holds its interactions; else take {path.name} as it was."
        raise CassetteCorrupt(str(beside), problem, remedy)
    return _Found(data, None)


def _announce(journal: Path, folding: Folding) -> None:
    handle = open_to_append(journal)
    try:
        os.ftruncate(handle, length_of_parts(handle, os.fstat(handle).st_size))
        append_bytes(handle, folding_line(folding))
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest(data: bytes | None) -> str:
    return "" if data is None else sha256(data).hexdigest()


def _bytes(path: Path) -> bytes | None:
    try:
        return read_bytes(path)
    except CassetteMissing:
        if exists(path):
            raise
        return None
