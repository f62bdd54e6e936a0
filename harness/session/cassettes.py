"""Work on files of recordings: listing, counting, linting, pruning."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.errors import HarnessError, SelectorError, UsageError

if TYPE_CHECKING:
    from harness.cassettes.exchange_files import Written
    from harness.cassettes.interface import Stored
    from harness.cassettes.linting import Linted
    from harness.cassettes.listing import Row, Statistics
    from harness.cassettes.policy import Policy
    from harness.cassettes.redaction import Vault
    from harness.cassettes.today import Subject, Today

DEFAULT_PLACES = ("cassettes",)


class LintReport(msgspec.Struct, frozen=True):
    """What lint says of files of recordings.

    Attributes:
        interactions: Every recording, in the order of files and places in them.
        unreadable: Why files could not be read.
        files: How many files were read.
    """

    interactions: tuple[Linted, ...]
    unreadable: tuple[HarnessError, ...] = ()
    files: int = 0

    def fails(self, policy: Policy) -> bool:
        """Say whether this is to fail.

        Args:
            policy: ``fail``: whatever is invalid, changed or too old fails; ``warn``: only what is invalid;
                ``ignore``: nothing.
        """
        levels = {"fail": ("invalid", "changed"), "warn": ("invalid",), "ignore": ()}[policy]
        return any(item.level in levels or (item.too_old and policy == "fail") for item in self.interactions)


class Pruned(msgspec.Struct, frozen=True):
    """What was, or would be, dropped from one file.

    Attributes:
        file: The file.
        dropped: The recordings.
        kept: How many stay.
    """

    file: str
    dropped: tuple[Linted, ...]
    kept: int


def list_recordings(paths: Sequence[str], *, contracts: str | None = None) -> tuple[Row, ...]:
    """List every recording of files and directories.

    Raises:
        CassetteMissing: There is none.
        CassetteCorrupt: One cannot be read whole.
    """
    from harness.cassettes.listing import row_of

    today = _today(contracts)
    return tuple(row_of(each) for path, stored in _files(paths) for each in today.subjects(path, stored))


def count_recordings(paths: Sequence[str], *, contracts: str | None = None) -> Statistics:
    """Count the recordings of files and directories; errors as in ``list_recordings``."""
    from harness.cassettes.listing import row_of, statistics

    today = _today(contracts)
    files = tuple(_files(paths))
    rows = [row_of(each) for path, stored in files for each in today.subjects(path, stored)]
    return statistics(files, rows)


def lint_recordings(
    paths: Sequence[str], *, max_age: int | None = None, contracts: str | None = None
) -> LintReport:
    """Hold every recording against the contract of today.

    Args:
        paths: Files, and directories that are searched to the bottom; none for ``cassettes``.
        max_age: The greatest age, in days.
        contracts: The contract root.

    Returns:
        What was found; files that cannot be read are told apart, and the others are linted all the same.
    """
    from harness.cassettes.linting import lint
    from harness.cassettes.listing import find_recordings

    today, now = _today(contracts), datetime.now(UTC)
    found: list[Linted] = []
    unreadable: list[HarnessError] = []
    files = 0
    for path in find_recordings([Path(item) for item in paths or DEFAULT_PLACES]):
        try:
            subjects = tuple(today.subjects(path, _load(path)))
        except HarnessError as error:
            unreadable.append(error)
            continue
        files += 1
        found += [lint(each, today, now, max_age) for each in subjects]
    return LintReport(tuple(found), tuple(unreadable), files)


def prune_recordings(
    paths: Sequence[str],
    *,
    operations: Sequence[str] = (),
    older_than: int | None = None,
    invalid: bool = False,
    dry_run: bool = False,
    contracts: str | None = None,
) -> tuple[Pruned, ...]:
    """Drop recordings that have every property that is asked for; each file is replaced in one step.

    Args:
        paths: Files, and directories that are searched to the bottom.
        operations: Selectors; only recordings of these operations.
        older_than: Only recordings of more days than this.
        invalid: Only recordings that no longer fit.
        dry_run: Whether to leave everything as it is.
        contracts: The contract root.

    Returns:
        The files from which something goes. A file of which nothing is left is removed.

    Raises:
        UsageError: Nothing says what is to go.
        CassetteMissing: There is no recording.
        CassetteCorrupt: One cannot be read whole; then no file was changed.
    """
    if not (operations or older_than is not None or invalid):
        problem = "nothing says which recordings are to go"
        raise UsageError("prune", problem, "Give --operation, --older-than or --invalid.")
    wanted = _Wanted(tuple(operations), older_than, invalid)
    today, now = _today(contracts), datetime.now(UTC)
    planned = [_planned(path, stored, wanted, today, now) for path, stored in tuple(_files(paths))]
    check_recorded(wanted.operations, [name for _, _, names in planned for name in names])
    chosen = [(path, pruned) for path, pruned, _ in planned if pruned.dropped]
    if not dry_run:
        for path, pruned in chosen:
            _drop(path, pruned)
    return tuple(pruned for _, pruned in chosen)


class _Wanted(msgspec.Struct, frozen=True):
    operations: tuple[str, ...]
    older_than: int | None
    invalid: bool

    def takes(self, linted: Linted) -> bool:
        from harness.importers.selectors import matches

        if self.operations and not matches(linted.operation, self.operations):
            return False
        if self.older_than is not None and (linted.age is None or linted.age <= self.older_than):
            return False
        return not self.invalid or linted.level == "invalid"


def _planned(
    path: Path, stored: Stored, wanted: _Wanted, today: Today, now: datetime
) -> tuple[Path, Pruned, set[str]]:
    from harness.cassettes.linting import lint

    linted = [lint(each, today, now) for each in today.subjects(path, stored)]
    dropped = tuple(each for each in linted if wanted.takes(each))
    return path, Pruned(str(path), dropped, len(linted) - len(dropped)), {each.operation for each in linted}


def check_recorded(selectors: Sequence[str], names: Sequence[str]) -> None:
    """Refuse a selector that means no recording: it is more likely a slip than a wish.

    Args:
        selectors: Which operations are meant.
        names: The operations that are recorded.

    Raises:
        SelectorError: One of the selectors means none of them.
    """
    from harness.importers.selectors import matches

    for selector in selectors:
        if not any(matches(name, [selector]) for name in names):
            held = ", ".join(sorted(set(names))[:8])
            raise SelectorError(selector, "no recording is of such an operation", f"There are {held}.")


def _drop(path: Path, pruned: Pruned) -> None:
    """Rewrite a file without some of its recordings."""
    from harness.cassettes.files import locked
    from harness.cassettes.lines import part_line
    from harness.cassettes.stores import open_store

    store = open_store(path)
    parts = store.load().parts
    gone = {each.number for each in pruned.dropped}
    if len(gone) == len(parts):
        store.close(lambda _: True)  # folds what a killed process left; refuses what is only read
        with locked(path):
            path.unlink()
        return
    lines = {part_line(part) for number, part in enumerate(parts, 1) if number in gone}
    store.close(lambda part: part_line(part) not in lines)


def merge_recordings(
    sources: Sequence[str],
    destination: str,
    *,
    force: bool = False,
    redact: Sequence[str] = (),
    keep_unparsed: bool = False,
) -> Written:
    """Write the recordings of many files into one; see ``exchange_files.merge``.

    Args:
        sources: The files.
        destination: The file to write.
        force: Whether a file that is there may go.
        redact: Regular expressions of what recordings of other tools must lose, beside what is known for a
            secret.
        keep_unparsed: Whether what no parser of its operation reads is written, searched as text.
    """
    from harness.cassettes.exchange_files import merge

    vault = _vault(redact, keep_unparsed)
    with _asking_for_force():
        return merge([Path(item) for item in sources], Path(destination), overwrite=force, vault=vault)


def convert_recordings(
    source: str,
    destination: str,
    *,
    force: bool = False,
    plain: bool = False,
    redact: Sequence[str] = (),
    keep_unparsed: bool = False,
) -> Written:
    """Write the recordings of a file in the form of another ending; arguments as in ``merge_recordings``."""
    from harness.cassettes.exchange_files import convert

    vault = _vault(redact, keep_unparsed)
    with _asking_for_force():
        return convert(Path(source), Path(destination), overwrite=force, plain=plain, vault=vault)


def _vault(redact: Sequence[str], keep_unparsed: bool) -> Vault:
    from harness.cassettes.redaction import Vault

    return Vault(patterns=tuple(redact), keep_unparsed=keep_unparsed)


@contextlib.contextmanager
def _asking_for_force() -> Iterator[None]:
    """Say with which flag a file may be overwritten."""
    try:
        yield
    except UsageError as error:
        if "overwritten" not in error.remedy:
            raise
        raise UsageError(error.where, error.problem, "Name another file, or add --force.") from None


def _today(contracts: str | None) -> Today:
    from harness.cassettes.modelled import installed
    from harness.cassettes.today import Today
    from harness.importers.library import open_library

    return Today(installed(), open_library(contracts))


def _files(paths: Sequence[str]) -> Iterator[tuple[Path, Stored]]:
    from harness.cassettes.listing import find_recordings

    for path in find_recordings([Path(item) for item in paths or DEFAULT_PLACES]):
        yield path, _load(path)


def _load(path: Path) -> Stored:
    from harness.cassettes.stores import open_store

    return open_store(path).load()


def subjects_of(paths: Sequence[str], *, contracts: str | None = None) -> Iterator[Subject]:
    """Read every recording of files and directories; errors as in ``list_recordings``."""
    today = _today(contracts)
    for path, stored in _files(paths):
        yield from today.subjects(path, stored)
