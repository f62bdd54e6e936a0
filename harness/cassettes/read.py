"""Reading cassettes: everything is checked, and what does not hold is refused with its place.

A cassette is never read as empty or as fewer interactions than it held, and never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from harness.cassettes import format as layout
from harness.cassettes.files import RECORD, corrupt, exists, files_below, is_directory, read_bytes
from harness.cassettes.json_lines import JsonLinesStore
from harness.cassettes.model import Cassette, Interaction
from harness.cassettes.nodes import Document, without_collection
from harness.cassettes.yaml_file import check_ascii, check_whole, document_of
from harness.errors import CassetteCorrupt, CassetteMissing

Part = TypeVar("Part")

_SHAPE = "does not have a cassette's shape: "


def find_cassettes(directories: Iterable[Path]) -> tuple[Path, ...]:
    """Find the cassettes in directories, in the order of their paths.

    Args:
        directories: Directories, searched to the bottom, or single files.

    Raises:
        CassetteMissing: A directory does not exist or holds no cassette.
    """
    found: dict[Path, None] = {}
    for directory in directories:
        is_searched = is_directory(directory)
        paths = sorted(_within(directory)) if is_searched else [directory] * exists(directory)
        if not paths:
            problem = "holds no cassette" if is_searched else "there is no such directory"
            raise CassetteMissing(str(directory), problem, RECORD)
        found.update(dict.fromkeys(paths))
    return tuple(found)


def _within(directory: Path) -> Iterator[Path]:
    for path in files_below(directory):
        # What begins with a dot is being written; lines beside a YAML file are its journal.
        is_hidden = path.name.startswith(".") or path.with_suffix("").suffix in (".yaml", ".yml")
        if path.suffix in (".yaml", ".jsonl") and not is_hidden:
            yield path


def read_cassette(path: Path) -> Cassette:
    """Read a cassette.

    Args:
        path: A cassette that this harness wrote, in YAML or in JSON Lines.

    Returns:
        Every recorded exchange.

    Raises:
        CassetteMissing: There is no such file, or it cannot be opened.
        CassetteCorrupt: It is empty, cut, not YAML, of another shape, a cassette without ``harness``, or one
            of clients.
    """
    if path.suffix.lower() == ".jsonl":
        return _of_lines(path)
    data = read_bytes(path)
    check_whole(path, data)
    with without_collection():
        return _cassette(path, data)


def _of_lines(path: Path) -> Cassette:
    stored = JsonLinesStore(path).load()
    head = stored.head
    _check_complete(path, head, ("contract", "version", "target"), "line 1")
    interactions: list[Interaction] = []
    failures: list[Interaction] = []
    for number, part in enumerate(stored.parts, 2):
        made = _rebuilt(path, head, part, len(interactions), f"line {number}")
        (failures if isinstance(part, layout.FailurePart) else interactions).append(made)
    return _made(path, head, interactions, failures)


def _cassette(path: Path, data: bytes) -> Cassette:
    document, values = document_of(path, data)
    _check_kind(path, values)
    check_ascii(path, data)
    head = _part(path, layout.Head, values["harness"], f"line {document.line('harness')}")
    if head.format != layout.FORMAT:
        problem = f"has format {head.format}, and this harness reads {layout.FORMAT}"
        raise CassetteCorrupt(str(path), problem, "Use the harness that recorded it, or record it anew.")
    _check_complete(path, head, layout.RUN_HEAD, f"line {document.line('harness')}")
    interactions = _interactions(path, head, values["interactions"], document)
    failures = [
        _rebuilt(path, head, part, part.after, f"failure {number}")
        for number, part in enumerate(head.failures, 1)
    ]
    return _made(path, head, interactions, failures)


def _made(
    path: Path, head: layout.Head, interactions: list[Interaction], failures: list[Interaction]
) -> Cassette:
    about = (head.contract or "", head.version or "", head.target or "")
    return Cassette(path, *about, tuple(interactions), tuple(failures), head.refused)


def _check_complete(path: Path, head: layout.Head, names: tuple[str, ...], place: str) -> None:
    if head.contract is None and head.version is None and head.target is None:
        raise CassetteCorrupt(
            str(path),
            "is a recording of a client: its interactions do not say which cases they answer",
            "Play it with harness.use_cassette, or ask a target again with 'harness replay --verify'.",
        )
    lacking = layout.missing(head, names)
    if lacking is not None:
        raise corrupt(path, f"{_SHAPE}Object missing required field `{lacking}`", place)


def _check_kind(path: Path, values: dict[str, Any]) -> None:
    if not isinstance(values.get("interactions"), list):
        raise corrupt(path, "has no list of interactions", "line 1")
    if values.get("version") != 1:
        raise corrupt(path, f"has version {values.get('version')!r} where 1 is expected", "last line")
    if "harness" not in values:
        raise CassetteCorrupt(
            str(path),
            "is a cassette of stock vcrpy: its interactions do not say which cases they answer",
            "Record the operation with 'harness record'; stock cassettes cannot be judged.",
        )


def _interactions(path: Path, head: layout.Head, values: list[Any], document: Document) -> list[Interaction]:
    if len(values) != head.interactions:
        problem = f"holds {len(values)} interactions where its head counts {head.interactions}"
        raise corrupt(path, problem, f"line {document.line('harness', 'interactions')}")
    made = []
    for number, value in enumerate(values):
        place = f"interaction {number + 1}"
        try:
            part = _part(path, layout.InteractionPart, value, place)
            made.append(_rebuilt(path, head, part, number, place))
        except CassetteCorrupt as error:
            line = document.line("interactions", number)
            raise CassetteCorrupt(f"{error.where}, line {line}", error.problem, error.remedy) from error
    return made


def _rebuilt(
    path: Path, head: layout.Head, part: layout.InteractionPart | layout.FailurePart, after: int, place: str
) -> Interaction:
    try:
        made = layout.interaction_of(head.contract or "", part, after)
    except layout.IncompleteError as error:
        raise corrupt(path, f"{_SHAPE}{error}", place) from None
    except ValueError as error:
        raise corrupt(path, str(error), place) from None
    if made.version != head.version:
        problem = f"is of version {made.version[:40]!r} in a cassette of {head.version!r}"
        raise corrupt(path, problem, place)
    return made


def _part(path: Path, kind: type[Part], value: Any, place: str) -> Part:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise corrupt(path, f"{_SHAPE}{error}", place) from None
