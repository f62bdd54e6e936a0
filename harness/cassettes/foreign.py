"""Files that other tools wrote and that are only read here: stock vcrpy's JSON, and HTTP archives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from harness.cassettes.files import corrupt, exists, read_bytes
from harness.cassettes.har import read_archive
from harness.cassettes.interface import Part, Stored
from harness.cassettes.nodes import without_collection
from harness.cassettes.stock import stored_of
from harness.errors import UsageError


class ForeignStore:
    """A file that is read and never recorded into.

    Args:
        path: A file that ends with ``.json`` or ``.har``.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def exists(self) -> bool:
        """Say whether there is such a file."""
        return exists(self._path)

    def load(self) -> Stored:
        """Read everything; see ``interface.Store``."""
        data = read_bytes(self._path)
        if not data.strip():
            raise corrupt(self._path, "is empty")
        read = read_archive if self._path.suffix.lower() == ".har" else read_json
        with without_collection():
            return read(self._path, data)

    def check_recordable(self) -> None:
        """Refuse.

        Raises:
            UsageError: Always.
        """
        raise self._refusal()

    def append(self, part: Part) -> None:  # noqa: ARG002
        """Refuse.

        Raises:
            UsageError: Always.
        """
        raise self._refusal()

    def close(self, keep: Callable[[Part], bool] | None = None) -> None:
        """Do nothing; or refuse to drop anything.

        Raises:
            UsageError: Something was to go.
        """
        if keep is not None:
            raise self._refusal()

    def _refusal(self) -> UsageError:
        problem = f"files that end with {self._path.suffix} are read and not recorded into"
        remedy = "Convert it to .yaml or .jsonl with 'harness cassette convert', and record into that."
        return UsageError(str(self._path), problem, remedy)


def read_json(path: Path, data: bytes) -> Stored:
    """Read a cassette that stock vcrpy wrote as JSON.

    Raises:
        CassetteCorrupt: It is cut, or no cassette.
    """
    try:
        values: Any = msgspec.json.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise corrupt(path, f"is no JSON, or was cut: {error}") from error
    return stored_of(path, values, lambda *steps: "/".join(("$", *map(str, steps))))
