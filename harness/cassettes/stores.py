"""Files of recordings, opened by the ending of their name."""

from __future__ import annotations

from pathlib import Path

from harness.cassettes.interface import Part, Store, Stored
from harness.cassettes.json_lines import JsonLinesStore
from harness.errors import UsageError

__all__ = ["Part", "Store", "Stored", "open_store"]


def open_store(path: Path) -> Store:
    """Open a file of recordings; nothing is read or written yet.

    Args:
        path: The file; ``.yaml`` and ``.yml`` for review, ``.jsonl`` for size; ``.json`` (stock vcrpy) and
            ``.har`` are read only.

    Raises:
        UsageError: The name has another ending.
    """
    ending = path.suffix.lower()
    if ending == ".jsonl":
        return JsonLinesStore(path)
    raise UsageError(
        str(path), f"no recording has the ending {ending!r}", "Use .yaml, .jsonl, .json or .har."
    )
