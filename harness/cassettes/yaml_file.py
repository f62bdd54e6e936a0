"""A YAML cassette read whole or refused: ours for review, and what stock vcrpy wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.cassettes.files import RESTORE, corrupt
from harness.cassettes.format import CLOSING
from harness.cassettes.interface import Stored
from harness.cassettes.nodes import Document, UnusableError, without_collection
from harness.cassettes.stock import stored_of
from harness.errors import CassetteCorrupt

_OBJECTS = "Record it anew, or put text or !!binary in its place: no code is run to read a cassette."
_ENDINGS = tuple(f"\n{CLOSING}{end}".encode() for end in ("\n", "\r\n"))


def check_whole(path: Path, data: bytes) -> None:
    """Make sure that a file is whole; a cut inside UTF-8 is seen before YAML sees it.

    Raises:
        CassetteCorrupt: It is empty, not UTF-8, or does not end as every cassette does.
    """
    if not data.strip():
        raise CassetteCorrupt(str(path), "is empty", RESTORE)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise corrupt(path, "is not UTF-8", f"byte {error.start}") from None
    if not data.endswith(_ENDINGS):
        line = data.count(b"\n") + 1
        raise corrupt(path, f"is truncated: its last line is not '{CLOSING}'", f"line {line}")


def document_of(path: Path, data: bytes) -> tuple[Document, dict[str, Any]]:
    """Parse a cassette.

    Returns:
        The document, which knows its lines, and its plain values.

    Raises:
        CassetteCorrupt: It is no YAML of a cassette's kind.
    """
    try:
        document = Document(data)
        values = document.values()
    except UnusableError as error:
        refusal = corrupt(path, error.problem, f"line {error.line}")
        if "of kind python/" in error.problem:
            raise CassetteCorrupt(refusal.where, refusal.problem, _OBJECTS) from error
        raise refusal from error
    if not isinstance(values, dict):
        raise corrupt(path, "holds no mapping", "line 1")
    return document, values


def read_yaml(path: Path, data: bytes) -> Stored:
    """Read a cassette, one of ours or one of stock vcrpy.

    Raises:
        CassetteCorrupt: It is neither, or not whole.
    """
    check_whole(path, data)
    with without_collection():
        document, values = document_of(path, data)
        if "harness" in values:
            check_ascii(path, data)
        return stored_of(path, values, lambda *steps: f"line {document.line(*steps)}")


def check_ascii(path: Path, data: bytes) -> None:
    """Make sure that a cassette of ours holds what it was written with: nothing but ASCII.

    Raises:
        CassetteCorrupt: It holds another byte.
    """
    if data.isascii():
        return
    place = next(index for index, byte in enumerate(data) if byte > 127)
    line = data.count(b"\n", 0, place) + 1
    raise corrupt(path, "holds a byte that is not ASCII, which no cassette of ours does", f"line {line}")
