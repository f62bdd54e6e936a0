"""Imports: models of a source written as contract files, what a person added kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec

from harness.contract import Contract
from harness.errors import SelectorError, UsageError
from harness.importers.days import is_day
from harness.importers.files import ContractFiles, contract_path, write_contract
from harness.importers.interface import Importer
from harness.importers.merging import merge, same_shape, with_secrets
from harness.importers.selectors import select


@runtime_checkable
class Dated(Protocol):
    """A source that knows when what it holds was published."""

    def release_date(self) -> str:
        """Say the day, ``YYYY-MM-DD``."""
        ...


def import_operations(
    source: Importer, selectors: Iterable[str], output: Path, version: str | None = None
) -> tuple[Path, ...]:
    """Write the contracts of a source as files.

    A shape that a file already has keeps that file's version, and the file stays as it is. Any other shape
    gets the version asked for, else the day its source was published, and inherits what a person added to
    the nearest earlier version.

    Args:
        source: Where the models come from.
        selectors: Which operations.
        output: The root of the contract files; made when it does not exist.
        version: The version of the new files, ``YYYY-MM-DD``; found out when left out.

    Returns:
        The files that hold the operations now, one for each, in the order of the selectors.

    Raises:
        UsageError: ``version`` is no date.
        SelectorError: A selector names nothing.
        ContractError: A model or file cannot be read, or the day of a new shape cannot be found out.
    """
    if version is not None and not is_day(version):
        raise UsageError("--version", f"{version!r} is not a date", "Write it like 2021-03-02.")
    return tuple(
        _import(source, service, operation, output, version)
        for service, operation in select(source, selectors)
    )


def _import(source: Importer, service: str, operation: str, output: Path, version: str | None) -> Path:
    imported = source.load(service, operation)
    existing = _existing(output, service, operation)
    if version is None:
        for contract in reversed(existing):
            if same_shape(merge(imported, contract), contract):
                return contract_path(output, contract)
    dated = version or (source.release_date() if isinstance(source, Dated) else imported.version)
    imported = msgspec.structs.replace(imported, version=dated)
    nearest = _nearest(existing, dated)
    merged = merge(imported, nearest) if nearest is not None else with_secrets(imported)
    path = contract_path(output, merged)
    if merged not in existing:
        write_contract(path, merged)
    return path


def _existing(output: Path, service: str, operation: str) -> list[Contract]:
    """Read the files there are of an operation, oldest first."""
    if not output.is_dir():
        return []
    files = ContractFiles(output)
    try:
        versions = files.versions(service, operation)
    except SelectorError:
        return []
    return [files.load(service, operation, version) for version in versions]


def _nearest(existing: list[Contract], version: str) -> Contract | None:
    """Choose the file of this version, else the newest earlier one, else the oldest."""
    earlier = [contract for contract in existing if contract.version <= version]
    return earlier[-1] if earlier else next(iter(existing), None)
