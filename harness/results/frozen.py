"""Frozen cases: a run's requests in a file, to be run again exactly as they are.

``--freeze FILE`` writes it, ``--cases FILE`` reads it; a later generator or library changes nothing in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, cast

import msgspec

from harness.cases.model import Case, make_case
from harness.contract import Contract
from harness.results.store import corrupt, from_json, read_text, to_json, write_text

FORMAT: Literal[1] = 1
REMEDY = "Freeze the cases anew with 'harness run --freeze FILE'; the file is left as it is."


class Frozen(msgspec.Struct, frozen=True):
    """A file of cases.

    Attributes:
        format: The format's number.
        seed: The seed that the cases were made with.
        cases: The cases in the order of sending.
    """

    format: Literal[1]
    seed: int
    cases: tuple[Case, ...]


class _Named(msgspec.Struct, frozen=True):
    """What of a contract a case's id needs."""

    name: str
    version: str


def write_cases(path: Path, cases: Iterable[Case], *, seed: int) -> None:
    """Freeze cases, whole or not at all.

    Args:
        path: The file.
        cases: The cases in the order of sending.
        seed: The seed that they were made with.

    Raises:
        UsageError: Nothing can be written there.
    """
    write_text(Path(path), to_json(msgspec.to_builtins(Frozen(FORMAT, seed, tuple(cases)))))


def read_frozen(path: Path) -> Frozen:
    """Read frozen cases with their seed.

    Args:
        path: The file.

    Returns:
        Cases of which every id fits what is sent.

    Raises:
        UsageError: There is no such file.
        ResultsCorrupt: The file is truncated, no file of cases, or was edited by hand.
    """
    path = Path(path)
    found = from_json(path, read_text(path, "Name the file that 'harness run --freeze FILE' wrote."))
    if isinstance(found, dict) and found.get("format") not in (None, FORMAT):
        raise corrupt(path, f"its format is {found['format']!r}, and this version reads {FORMAT}", REMEDY)
    try:
        frozen = msgspec.convert(found, Frozen)
    except msgspec.ValidationError as error:
        raise corrupt(path, f"it is no file of cases: {error}", REMEDY) from error
    for position, case in enumerate(frozen.cases):
        expected = identity(case)
        if case.id != expected:
            problem = f"case {position} is called {case.id!r}, and what it sends is called {expected!r}"
            raise corrupt(path, problem, REMEDY)
    return frozen


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read frozen cases; see ``read_frozen``."""
    return read_frozen(path).cases


def identity(case: Case) -> str:
    """Say the id that a case must have, by what it sends."""
    fields = msgspec.structs.asdict(case)
    for name in ("id", "operation", "version"):
        del fields[name]
    named = cast(Contract, _Named(case.operation, case.version))
    return make_case(named, fields.pop("origin"), fields.pop("description"), **fields).id
