"""Finding, writing, checking and showing contracts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.contract import Contract
from harness.errors import SelectorError

if TYPE_CHECKING:
    from harness.importers.files import ContractFiles
    from harness.importers.lint import Problem


def contract_files(root: str | None) -> ContractFiles:
    """Open the contract files of a root directory, or of the default one."""
    from harness.importers.files import ContractFiles
    from harness.importers.sources import default_contract_root

    return ContractFiles(Path(root) if root is not None else default_contract_root())


def load_contracts(
    selectors: Sequence[str], *, version: str | None = None, root: str | None = None
) -> tuple[Contract, ...]:
    """Load the contracts that selectors name.

    Args:
        selectors: ``service``, ``service:Operation``, ``service:Put*``; none for every contract file.
        version: ``None`` for each operation's newest, ``all``, or a date.
        root: The contract root; ``None`` for the default one.

    Raises:
        SelectorError: A selector names nothing, or no selected operation has that version.
        ContractError: A file cannot be read.
    """
    from harness.importers.selectors import select

    files = contract_files(root)
    found: list[Contract] = []
    pairs = select(files, tuple(selectors))
    for service, operation in pairs:
        for chosen in _versions(files, service, operation, version):
            found.append(files.load(service, operation, chosen))
    if not found:
        raise _no_version(files, pairs, version)
    return tuple(found)


def _versions(files: ContractFiles, service: str, operation: str, version: str | None) -> tuple[str, ...]:
    known = files.versions(service, operation)
    if version is None:
        return known[-1:]
    return known if version == "all" else tuple(item for item in known if item == version)


def _no_version(files: ContractFiles, pairs: Iterable[tuple[str, str]], version: str | None) -> SelectorError:
    known = sorted({item for service, operation in pairs for item in files.versions(service, operation)})
    problem = f"no selected operation has the version {version!r}"
    return SelectorError("--version", problem, f"Choose one of {', '.join(known)} or 'all'.")


def import_operations(
    source: str, selectors: Sequence[str], *, version: str | None, output: str
) -> tuple[Path, ...]:
    """Write contract files for operations of a botocore release or another source."""
    from harness.importers.sources import open_source
    from harness.importers.writing import import_operations as write

    return write(open_source(source), tuple(selectors), Path(output), version)


def lint(paths: Sequence[str]) -> tuple[Problem, ...]:
    """Check contract files; without paths, all of the default root."""
    from harness.importers.lint import lint as check_files
    from harness.importers.sources import default_contract_root

    return tuple(check_files([Path(path) for path in paths] or [default_contract_root()]))


def show(
    selector: str, *, contracts: str | None, version: str | None
) -> tuple[tuple[Contract, tuple[str, ...]], ...]:
    """Load the contracts a selector names, each with all versions that are known of it."""
    files = contract_files(contracts)
    return tuple(
        (item, files.versions(item.service, item.operation))
        for item in load_contracts([selector], version=version, root=contracts)
    )
