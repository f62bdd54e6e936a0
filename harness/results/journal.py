"""The journal of a run: what is done so far, so that a stopped run can be taken up again.

One JSON line for each operation that is finished, appended and flushed as it happens; a line that was being
written when the run was killed is left out and its operation run again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from harness.errors import ResultsCorrupt, UsageError
from harness.results.model import Event, Finished, Judged, Planned, Skipped

FORMAT = 1
Events = tuple[Event, ...]


class _Header(msgspec.Struct, frozen=True):
    """The first line: which run this is; only the same run may go on."""

    format: int
    run: dict[str, Any]


class _Line(msgspec.Struct, frozen=True):
    """One finished operation."""

    operation: str
    version: str
    events: tuple[Planned | Judged | Skipped | Finished, ...]


class Journal:
    """What a run has done, on disk.

    Args:
        path: The file; it is made when missing.
        run: What makes the run the same run: target, depth, seed and so on.

    Attributes:
        done: The events of what an earlier part of the run finished, by operation, then by version.

    Raises:
        UsageError: The file belongs to another run, or nothing can be written there.
        ResultsCorrupt: It is no journal.
    """

    def __init__(self, path: Path, run: Mapping[str, Any]) -> None:
        self._path = path
        self._header = _Header(FORMAT, dict(run))
        self.done: dict[str, dict[str, Events]] = {}
        self._open: dict[tuple[str, str], list[Event]] = {}
        whole = self._read() if path.exists() else 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("r+b" if path.exists() else "w+b")
        except OSError as error:
            problem = f"it cannot be written ({error.strerror})"
            raise UsageError(str(path), problem, "Name another file with --resume.") from error
        self._file.truncate(whole)
        self._file.seek(whole)
        if whole == 0:
            self._append(self._header)

    def _read(self) -> int:
        """Take in the finished lines; returns how many bytes of the file are whole lines."""
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        lines = content[:whole].splitlines()
        if not lines:
            if content:
                raise self._corrupt("its first line is cut off")
            return 0
        try:
            header = msgspec.json.decode(lines[0], type=_Header)
            finished = [msgspec.json.decode(line, type=_Line) for line in lines[1:]]
        except msgspec.MsgspecError as error:
            raise self._corrupt(f"a line of it is none of a journal ({error})") from error
        if header != self._header:
            changed = sorted(key for key in self._header.run if header.run.get(key) != self._header.run[key])
            problem = f"it belongs to a run with another {', '.join(changed) or 'format'}"
            raise UsageError(str(self._path), problem, "Give the same flags as then, or name another file.")
        for line in finished:
            self.done.setdefault(line.operation, {})[line.version] = line.events
        return whole

    def _corrupt(self, problem: str) -> ResultsCorrupt:
        return ResultsCorrupt(
            str(self._path), problem, "Name another file with --resume; it is left as it is."
        )

    def noting(self, observe: Callable[[Event], None]) -> Callable[[Event], None]:
        """Wrap an observer: every operation is written down when its last event has passed."""

        def take(event: Event) -> None:
            observe(event)
            case = event.result.case if isinstance(event, Judged) else event
            key = (case.operation, case.version)
            self._open.setdefault(key, []).append(event)
            if isinstance(event, Finished):
                self._append(_Line(*key, tuple(self._open.pop(key))))

        return take

    def _append(self, line: _Header | _Line) -> None:
        self._file.write(msgspec.json.encode(line) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()
