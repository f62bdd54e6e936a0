"""What recordings hold, as rows and in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from harness.cassettes.files import exists, files_below, is_directory
from harness.cassettes.interface import Part, Stored
from harness.cassettes.today import Subject
from harness.errors import CassetteMissing

ENDINGS = (".yaml", ".yml", ".jsonl")
JOURNALS = (".yaml.jsonl", ".yml.jsonl")


class Row(msgspec.Struct, frozen=True):
    """One recording, to be read by a person.

    Attributes:
        file: The file.
        number: Its place in the file, from one.
        operation: ``service:Operation``, or method and URL of a request that is no operation of AWS.
        method: The HTTP method.
        status: The HTTP status; ``None`` without an answer.
        code: The error code; ``None`` for a success.
        failure: Why there was no answer.
        recorded_at: When it was recorded.
        against: Who answered.
        botocore: The release that sent the request.
        version: The contract version of a run's recording.
        case: The case of a run's recording.
        attempt: Which attempt of its call it was, from one.
        keyed: Whether it says which request it answers, so that it need not be worked out.
        request_bytes: The length of the request's body.
        response_bytes: The length of the answer's body.
    """

    file: str
    number: int
    operation: str
    method: str
    status: int | None
    code: str | None
    failure: str | None
    recorded_at: datetime | None
    against: str | None
    botocore: str | None
    version: str | None
    case: str | None
    attempt: int | None
    keyed: bool
    request_bytes: int
    response_bytes: int


class Statistics(msgspec.Struct, frozen=True):
    """Recordings in numbers; the mappings are sorted by count, the greatest first.

    Attributes:
        files: How many files there are.
        bytes: How long they are together.
        interactions: How many requests are recorded, those without an answer included.
        failures: How many of them have no answer.
        retries: How many are a further attempt of a call.
        unkeyed: How many have to be read to know which request they answer; stock vcrpy's are.
        refused: How many exchanges were left out because a secret could not be taken out of them.
        operations, statuses, targets, releases: Counts by name.
        oldest, newest: When the first and the last were recorded.
    """

    files: int
    bytes: int
    interactions: int
    failures: int
    retries: int
    unkeyed: int
    refused: int
    operations: dict[str, int]
    statuses: dict[str, int]
    targets: dict[str, int]
    releases: dict[str, int]
    oldest: datetime | None
    newest: datetime | None


def find_recordings(places: Iterable[Path]) -> tuple[Path, ...]:
    """Find the files of recordings, in the order of their paths.

    Args:
        places: Files, and directories that are searched to the bottom.

    Raises:
        CassetteMissing: There is no such place, or a directory holds no recording.
    """
    found: dict[Path, None] = {}
    for place in places:
        remedy = "Record it with 'harness record', or name another directory."
        if not is_directory(place):
            if not (exists(place) or exists(place.with_name(f"{place.name}.jsonl"))):
                raise CassetteMissing(str(place), "there is no such cassette", remedy)
            found[place] = None
            continue
        files = sorted(path for path in files_below(place) if path.suffix in ENDINGS and _is_shown(path))
        if not files:
            raise CassetteMissing(str(place), "holds no recording", remedy)
        found.update(dict.fromkeys(_of_journal(path) for path in files))
    return tuple(found)


def _is_shown(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".")


def _of_journal(path: Path) -> Path:
    """A journal that a killed process left belongs to the file that it would have been folded into."""
    return path.with_suffix("") if path.name.endswith(JOURNALS) else path


def row_of(subject: Subject) -> Row:
    """Put one recording into words."""
    entry, exchange, outcome = subject.part.harness, subject.exchange, subject.outcome
    response = exchange.response
    return Row(
        file=str(subject.file),
        number=subject.number,
        operation=subject.operation,
        method=exchange.request.method,
        status=response.status if response is not None else None,
        code=outcome.code if outcome is not None and outcome.kind == "error" else None,
        failure=subject.shown.failure,
        recorded_at=entry.recorded_at if entry is not None else None,
        against=subject.target,
        botocore=entry.botocore if entry is not None else None,
        version=entry.version if entry is not None else None,
        case=entry.case if entry is not None else None,
        attempt=entry.attempt if entry is not None else None,
        keyed=_is_keyed(subject.part),
        request_bytes=len(exchange.request.body),
        response_bytes=len(response.body) if response is not None else 0,
    )


def _is_keyed(part: Part) -> bool:
    entry = part.harness
    return entry is not None and (entry.case is not None or entry.key is not None)


def statistics(files: Iterable[tuple[Path, Stored]], rows: Iterable[Row]) -> Statistics:
    """Count recordings.

    Args:
        files: Every file and what it holds.
        rows: Every recording of them.
    """
    read, listed = tuple(files), tuple(rows)
    times = sorted(row.recorded_at for row in listed if row.recorded_at is not None)
    return Statistics(
        files=len(read),
        bytes=sum(path.stat().st_size for path, _ in read if path.exists()),
        interactions=len(listed),
        failures=sum(row.status is None for row in listed),
        retries=sum((row.attempt or 1) > 1 for row in listed),
        unkeyed=sum(not row.keyed for row in listed),
        refused=sum(stored.head.refused for _, stored in read),
        operations=_counted(row.operation for row in listed),
        statuses=_counted("no answer" if row.status is None else str(row.status) for row in listed),
        targets=_counted(row.against or "unknown" for row in listed),
        releases=_counted(row.botocore or "unknown" for row in listed),
        oldest=times[0] if times else None,
        newest=times[-1] if times else None,
    )


def _counted(names: Iterable[Any]) -> dict[str, int]:
    counts = Counter(names)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
