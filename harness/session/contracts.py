"""Finding, writing, checking and showing contracts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.contract import Contract
from harness.errors import SelectorError
from harness.importers.library import Library, open_library

if TYPE_CHECKING:
    from harness.importers.lint import Problem


class Reference(msgspec.Struct, frozen=True):
    """One operation at one version, not loaded yet.

    Attributes:
        service: botocore's name of the service.
        operation: The operation's name.
        version: A version of its contract files; ``None`` for an operation that only the release models.
    """

    service: str
    operation: str
    version: str | None


def select_contracts(
    selectors: Sequence[str], *, version: str | None = None, root: str | None = None
) -> tuple[Reference, ...]:
    """Find the operations and versions that selectors name.

    Args:
        selectors: ``service``, ``service:Operation``, ``service:Put*``, ``all`` (every modelled operation);
            none for every contract file.
        version: ``None`` for each operation's newest, ``all``, or a date.
        root: The contract root; ``None`` for the default one.

    Raises:
        SelectorError: A selector names nothing, or no selected operation has that version.
    """
    library = open_library(root)
    names = library.select(selectors)
    found: list[Reference] = []
    for service, operation in names:
        if library.has_file(service, operation):
            known = library.files.versions(service, operation)
            chosen = known[-1:] if version is None else [item for item in known if version in ("all", item)]
            found += [Reference(service, operation, item) for item in chosen]
        elif version in (None, "all"):
            found.append(Reference(service, operation, None))
    if not found:
        raise _no_version(library, names, str(version))
    return tuple(found)


def load_contracts(
    selectors: Sequence[str], *, version: str | None = None, root: str | None = None
) -> tuple[Contract, ...]:
    """Load the contracts that selectors name; arguments and errors as in ``select_contracts``.

    Raises:
        ContractError: A file or model cannot be read.
    """
    library = open_library(root)
    return tuple(
        library.load(item.service, item.operation, item.version)
        for item in select_contracts(selectors, version=version, root=root)
    )


def _no_version(library: Library, names: Iterable[tuple[str, str]], version: str) -> SelectorError:
    filed = [name for name in names if library.has_file(*name)]
    known = sorted({item for name in filed for item in library.files.versions(*name)})
    problem = f"no selected operation has the version {version!r}"
    choice = f"Choose one of {', '.join(known)} or 'all'." if known else "Leave --version out."
    return SelectorError("--version", problem, choice)


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
    library = open_library(contracts)
    return tuple(
        (item, library.versions(item.service, item.operation))
        for item in load_contracts([selector], version=version, root=contracts)
    )
