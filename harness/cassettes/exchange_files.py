"""Recordings moved between files: from one ending to another, and many into one.

What other tools recorded loses its secrets on the way (``imports``); ours has none. Files are
written whole or not at all, and none is written over unless that is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from harness.cassettes.files import locked, replace_file
from harness.cassettes.format import FORMAT, FailurePart, Head
from harness.cassettes.imports import cleaned
from harness.cassettes.interface import Part, Stored
from harness.cassettes.json_lines import mark_of
from harness.cassettes.kept import identity
from harness.cassettes.lines import whole_file
from harness.cassettes.redaction import Vault
from harness.cassettes.stores import open_store
from harness.cassettes.yaml_store import journal_of
from harness.errors import UsageError

_BEGINNING = datetime.min.replace(tzinfo=UTC)


class Written(msgspec.Struct, frozen=True):
    """What came of writing a file.

    Attributes:
        path: The file.
        interactions: How many interactions it holds.
        failures: How many requests without a response it holds.
        left_out: How many of these it could not hold: stock vcrpy has no place for them.
        notices: What was recovered from files that killed processes had left.
        refused: What other tools recorded and was not written, since a secret could not be taken out of it.
    """

    path: Path
    interactions: int
    failures: int
    left_out: int
    notices: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def convert(
    source: Path,
    destination: Path,
    *,
    overwrite: bool = False,
    plain: bool = False,
    vault: Vault | None = None,
) -> Written:
    """Write the recordings of one file into another, in the form of its ending.

    Args:
        source: A file of any ending.
        destination: ``.yaml``, ``.yml``, ``.jsonl``, ``.json`` (stock vcrpy) or ``.har``.
        overwrite: Whether a file that is there may go.
        plain: Whether YAML is to hold nothing that stock vcrpy does not know.
        vault: What is secret in it; ``None`` for what models, names and forms say.

    Raises:
        CassetteMissing: There is no source.
        CassetteCorrupt: The source is not whole.
        UsageError: The destination is there, or its form cannot hold a body.
        UnfinishedError: The destination cannot be written.
    """
    clean = cleaned([(source, open_store(source).load())], vault or Vault())
    written = write(destination, clean.stored[0], overwrite=overwrite, plain=plain)
    return msgspec.structs.replace(written, refused=clean.refused)


def merge(
    sources: Sequence[Path], destination: Path, *, overwrite: bool = False, vault: Vault | None = None
) -> Written:
    """Write the recordings of many files into one, in the order of recording.

    Of interactions that several files hold alike, to the byte and the moment, one remains; what one file
    holds twice stays twice.

    Args:
        sources: The files; one of them may be the destination.
        destination: ``.yaml``, ``.yml``, ``.jsonl``, ``.json`` or ``.har``.
        overwrite: Whether a file that is there may go.
        vault: As for ``convert``.

    Raises:
        HarnessError: As for ``convert``.
    """
    clean = cleaned([(source, open_store(source).load()) for source in sources], vault or Vault())
    stored = clean.stored
    notices = tuple(each.notice for each in stored if each.notice is not None)
    merged = Stored(_common_head([each.head for each in stored]), _merged([each.parts for each in stored]))
    written = write(destination, merged, overwrite=overwrite)
    return msgspec.structs.replace(written, notices=notices, refused=clean.refused)


def write(path: Path, stored: Stored, *, overwrite: bool = False, plain: bool = False) -> Written:
    """Write recordings into a file, in the form of its ending; the arguments are those of ``convert``."""
    data = _spelled(path, stored, plain)
    with locked(path):
        if not overwrite and open_store(path).exists():
            problem = "is there already, and would be lost"
            raise UsageError(str(path), problem, "Name another file, or ask for it to be overwritten.")
        replace_file(path, data)
        for leftover in (journal_of(path), mark_of(path)):
            leftover.unlink(missing_ok=True)
    failures = sum(isinstance(part, FailurePart) for part in stored.parts)
    left_out = failures if plain or path.suffix.lower() == ".json" else 0
    interactions = len(stored.parts) - failures
    notices = () if stored.notice is None else (stored.notice,)
    return Written(path, interactions, failures - left_out, left_out, notices)


def _spelled(path: Path, stored: Stored, plain: bool) -> bytes:
    ending = open_store(path).path.suffix.lower()  # refuses what is no recording's ending
    if ending == ".jsonl":
        return whole_file(stored.head, stored.parts)
    if ending == ".har":
        from harness.cassettes.har import archive_of

        return archive_of(stored.parts)
    from harness.cassettes import door  # vcrpy is slow to import and not needed before

    if ending != ".json" and not plain:
        return door.spelled(stored.head, stored.parts)
    try:
        return door.stock(stored.parts, "json" if ending == ".json" else "yaml", stored.head.metadata)
    except UsageError as error:
        raise UsageError(f"{path}, {error.where}", error.problem, error.remedy) from None


def _common_head(heads: Sequence[Head]) -> Head:
    """Keep of the heads what all say; a sum of what was refused."""
    if not heads:
        return Head(format=FORMAT)
    first, same = heads[0], dict[str, Any]()
    for name in ("contract", "version", "target", "metadata"):
        value = getattr(first, name)
        same[name] = value if all(getattr(head, name) == value for head in heads) else None
    return Head(format=FORMAT, refused=sum(head.refused for head in heads), **same)


def _merged(sources: Sequence[Sequence[Part]]) -> tuple[Part, ...]:
    have: Counter[bytes] = Counter()
    keyed: list[tuple[datetime, Part]] = []
    for parts in sources:
        here: Counter[bytes] = Counter()
        latest = _BEGINNING
        for part in parts:
            # A part that does not say when it was recorded stays behind the one that it follows.
            if part.harness is not None:
                latest = max(latest, part.harness.recorded_at)
            line = identity(part)
            here[line] += 1
            if here[line] > have[line]:
                have[line] += 1
                keyed.append((latest, part))
    return tuple(part for _, part in sorted(keyed, key=lambda item: item[0]))
