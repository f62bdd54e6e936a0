"""What a recording is once it is read, and what a file of recordings can do, whatever its ending.

``stores.open_store`` hands out what is described here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from harness.cassettes.format import FailurePart, Head, InteractionPart

Part = InteractionPart | FailurePart


class Stored(msgspec.Struct, frozen=True):
    """All that a file of recordings holds.

    Attributes:
        head: What stands at the top; its failures are among the parts, so ``head.failures`` is empty.
        parts: The interactions and failures in the order of recording. Bodies are text where the bytes are
            UTF-8, else bytes, and ``None`` where stock vcrpy wrote none; see ``format.exchange_of``.
        notice: What was left out, in words: half a line of a process that was killed, or what goes to nobody;
            ``None`` when nothing was.
    """

    head: Head
    parts: tuple[Part, ...] = ()
    notice: str | None = None


class Store(Protocol):
    """A file of recordings that is read and appended to; safe for threads and processes.

    Attributes:
        path: The file.
    """

    @property
    def path(self) -> Path:
        """The file."""

    def exists(self) -> bool:
        """Say whether anything was recorded: the file is there, or a journal that a crash left."""

    def load(self) -> Stored:
        """Read everything.

        Raises:
            CassetteMissing: There is no such file.
            CassetteCorrupt: It is truncated, malformed or something else; it is left as it is.
        """

    def check_recordable(self) -> None:
        """Make sure that something can be added.

        Raises:
            UsageError: Files of this kind are only read.
        """

    def append(self, part: Part) -> None:
        """Add a part at the end; once this returned it outlasts a kill of the process.

        Raises:
            CassetteCorrupt: What is there is no whole recording; it is left as it is.
            UnfinishedError: The file cannot be written.
        """

    def close(self, keep: Callable[[Part], bool] | None = None) -> None:
        """Seal the file; does nothing when nothing was appended and nothing is to go.

        Args:
            keep: Asked for each part that stood there before this store was first loaded or appended to;
                a part goes when the answer is false. What was appended since, by whomever, stays.
        """
