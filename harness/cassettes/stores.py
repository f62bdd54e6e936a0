"""Files of recordings, opened by the ending of their name."""

from __future__ import annotations

from pathlib import Path

from harness.cassettes.foreign import ForeignStore
from harness.cassettes.format import Head
from harness.cassettes.interface import Part, Store, Stored
from harness.cassettes.json_lines import JsonLinesStore
from harness.cassettes.yaml_store import YamlStore
from harness.errors import UsageError

__all__ = ["Part", "Store", "Stored", "open_store"]


def open_store(path: Path, head: Head | None = None) -> Store:
    """Open a file of recordings; nothing is read or written yet.

    Args:
        path: The file; ``.yaml`` and ``.yml`` for review, ``.jsonl`` for size; ``.json`` (stock vcrpy) and
            ``.har`` are read only.
        head: What stands at the top of a file that does not exist yet.

    Raises:
        UsageError: The name has another ending, or is that of a journal.
    """
    ending = path.suffix.lower()
    if ending in (".yaml", ".yml"):
        return YamlStore(path, head)
    beside = path.with_suffix("")
    if ending == ".jsonl" and beside.suffix.lower() in (".yaml", ".yml"):
        raise UsageError(str(path), f"is the journal of {beside.name}", f"Name {beside.name} instead.")
    if ending == ".jsonl":
        return JsonLinesStore(path, head)
    if ending in (".json", ".har"):
        return ForeignStore(path)
    problem = f"no recording has the ending {ending!r}"
    raise UsageError(str(path), problem, "Use .yaml, .jsonl, .json or .har.")
