"""The ends of files of lines: what a killed process left half written, and where the next line goes."""

from __future__ import annotations

from harness.cassettes.files import bytes_at
from harness.cassettes.lines import is_ending

# Any last line that is no interaction is shorter than this.
_LONGEST_ENDING = 256
_BLOCK = 65536


def last_line(handle: int, size: int) -> bytes:
    """Return the last line without its end if it is short; nothing when the file stops within a line."""
    tail = bytes_at(handle, _LONGEST_ENDING, max(0, size - _LONGEST_ENDING))
    return tail[:-1].rpartition(b"\n")[2] if tail.endswith(b"\n") else b""


def length_of_parts(handle: int, size: int) -> int:
    """Say where the next line goes: behind the last whole line that is no seal and no note of a fold."""
    end = _length_of_lines(handle, size)
    while is_ending(last := last_line(handle, end)):
        end -= len(last) + 1
    return end


def _length_of_lines(handle: int, size: int) -> int:
    if not size or bytes_at(handle, 1, size - 1) == b"\n":
        return size
    end = size
    while end:
        start = max(0, end - _BLOCK)
        found = bytes_at(handle, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
