"""What stood in a file before it was recorded into anew, so that re-recording drops nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from harness.cassettes.format import FailurePart
from harness.cassettes.interface import Part
from harness.cassettes.lines import part_line


def identity(part: Part) -> bytes:
    """What makes a part the same part in another file: all of it, but not how many stand before it."""
    return part_line(msgspec.structs.replace(part, after=0) if isinstance(part, FailurePart) else part)


class Standing:
    """The parts that stood in a file when it was first looked at."""

    def __init__(self) -> None:
        self._parts: tuple[Part, ...] | None = None

    @property
    def noted(self) -> bool:
        """Whether the file was looked at."""
        return self._parts is not None

    def note(self, parts: tuple[Part, ...]) -> None:
        """Remember what stands there; only the first look counts."""
        if self._parts is None:
            self._parts = parts

    def kept(self, parts: Iterable[Part], keep: Callable[[Part], bool]) -> tuple[Part, ...]:
        """Leave out, of what stands there now, the old parts that nobody wants to keep."""
        old = Counter(identity(part) for part in self._parts or ())
        kept = []
        for part in parts:
            line = identity(part)
            stood = old[line] > 0
            if stood:
                old[line] -= 1
            if not stood or keep(part):
                kept.append(part)
        return tuple(kept)
