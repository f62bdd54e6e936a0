"""Every contract there is: files first, and behind them all that the installed botocore models.

What a selector, a worker or a server asks for is looked up here. Contract files override the model's
operation; the catalogue of the release is opened only when something beyond the files is asked for.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path

from harness.contract import Contract
from harness.errors import SelectorError
from harness.importers.catalogue import Catalogue
from harness.importers.files import ContractFiles
from harness.importers.selectors import select
from harness.importers.sources import default_contract_root

Name = tuple[str, str]


class Library:
    """Contract files and the installed release behind them.

    Args:
        root: The directory of contract files; ``None`` for the default one.

    Attributes:
        files: The contract files.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.files = ContractFiles(root if root is not None else default_contract_root())

    @cached_property
    def catalogue(self) -> Catalogue:
        """Everything the installed release models; opening it reads an index from the cache."""
        return Catalogue(files=self.files)

    @property
    def release(self) -> str:
        """The version of the installed botocore."""
        return importlib.metadata.version("botocore")

    def services(self) -> tuple[str, ...]:
        """Name every service, sorted."""
        return tuple(sorted({*self.files.services(), *self.catalogue.services()}))

    def operations(self, service: str) -> tuple[str, ...]:
        """Name every operation of a service, sorted."""
        known: set[str] = set()
        if service in self.files.services():
            known |= set(self.files.operations(service))
        if service in self.catalogue.services():
            known |= set(self.catalogue.operations(service))
        return tuple(sorted(known))

    def select(self, selectors: Iterable[str]) -> tuple[Name, ...]:
        """Find the operations that selectors name; without any, those that have a contract file.

        Raises:
            SelectorError: A selector names nothing that is known; the remedy lists near names.
        """
        wanted = tuple(selectors)
        if not wanted or all(self._has_file(selector) for selector in wanted):
            return select(self.files, wanted)
        return select(self, wanted)

    def _has_file(self, selector: str) -> bool:
        """Whether a selector spells out one operation that has a file: nothing else need be opened."""
        service, _, operation = selector.partition(":")
        return self.has_file(service, operation)

    def has_file(self, service: str, operation: str) -> bool:
        """Say whether an operation has contract files."""
        return service in self.files.services() and operation in self.files.operations(service)

    def versions(self, service: str, operation: str) -> tuple[str, ...]:
        """Name the versions of an operation, oldest first: those of its files, or the one of the model."""
        if self.has_file(service, operation):
            return self.files.versions(service, operation)
        return (self.load(service, operation).version,)

    def protocol(self, service: str, operation: str) -> str:
        """Name the protocol that an operation is sent in."""
        if self.has_file(service, operation):
            return self.files.load(service, operation).protocol
        return self.catalogue.entry(service).protocol

    def load(self, service: str, operation: str, version: str | None = None) -> Contract:
        """Load one contract.

        Args:
            service: botocore's name of the service.
            operation: The operation's name.
            version: A version of its files; ``None`` for the newest, or what the model says.

        Raises:
            SelectorError: There is no such service, operation or version.
            ContractError: A file or model cannot be read.
        """
        if self.has_file(service, operation):
            return self.files.load(service, operation, version)
        found = self.catalogue.contract(service, operation)
        if version is not None and version != found.version:
            problem = f"there is no contract file of version {version!r}"
            raise SelectorError(found.name, problem, f"Leave the version out, or say {found.version}.")
        return found

    @lru_cache(maxsize=1)  # noqa: B019  # libraries live as long as the process
    def newest(self) -> tuple[Contract, ...]:
        """Load the newest contract file of every operation that has one."""
        names = select(self.files)
        return tuple(self.files.load(service, operation) for service, operation in names)

    def service_errors(self, contract: Contract) -> tuple[str, ...]:
        """Name the errors that siblings of an operation declare, by their code on the wire."""
        if not self.has_file(contract.service, contract.operation):
            return tuple(self.catalogue.errors(contract.service))
        siblings = (each for each in self.newest() if each.service == contract.service)
        return tuple(sorted({code for each in siblings for code in each.error_shapes()}))


def open_library(root: str | None = None) -> Library:
    """Open the library over a root of contract files; the same root gives the same library.

    A relative root, and ``./contracts`` without one, is meant from where the process is now.
    """
    return _opened(root, Path.cwd())


@lru_cache(maxsize=4)
def _opened(root: str | None, place: Path) -> Library:
    """Open a root as it is named from a directory; its name stays as it is, for messages."""
    del place
    return Library(Path(root) if root is not None else None)
