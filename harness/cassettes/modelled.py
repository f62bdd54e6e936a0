"""Contracts as the installed botocore models them, for requests of clients.

A client's requests follow its own model, not the contract files, so recordings of clients are named, matched
and aged by the model. Made once for each operation of the process.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import msgspec

from harness.contract import Contract, contract_digest
from harness.errors import ContractError, SelectorError
from harness.importers.botocore import InstalledBotocore
from harness.importers.catalogue import Catalogue
from harness.importers.service_model import contract_from_model
from harness.routing.router import Router

VERSION = "model"


class Modelled:
    """The contracts of the installed release. Safe to use from many threads."""

    def __init__(self) -> None:
        self._models = InstalledBotocore()
        self._contracts: dict[str, Contract | None] = {}
        self._digests: dict[int, tuple[Contract, str]] = {}
        self._lock = threading.Lock()

    @cached_property
    def catalogue(self) -> Catalogue:
        """Everything that the release models; opening it reads an index from the cache."""
        return Catalogue()

    @cached_property
    def router(self) -> Router:
        """Finds the operation of a bare request."""
        return Router((), self.catalogue)

    @property
    def release(self) -> str:
        """The version of botocore."""
        return self._models.release

    def of_client(self, service: str, model: Mapping[str, Any], operation: str) -> Contract:
        """Give the contract of an operation that a client asks for.

        Args:
            service: botocore's name of the service.
            model: The model that the client holds. botocore changes it (S3's buckets are taken out of its
                URIs), so it is used only where the release has no such operation: a model of the user's.
            operation: The operation's name.
        """
        name = f"{service}:{operation}"
        found = self.named(name)
        if found is None:
            found = self._contracts[name] = contract_from_model(service, model, operation, VERSION, ())
        return found

    def named(self, name: str) -> Contract | None:
        """Look an operation up by ``service:Operation``; ``None`` where the release has none of that name."""
        with self._lock:
            if name not in self._contracts:
                service, _, operation = name.partition(":")
                try:
                    self._contracts[name] = self._models.load(service, operation)
                except (SelectorError, ContractError):
                    self._contracts[name] = None
            return self._contracts[name]

    def digest(self, contract: Contract) -> str:
        """Name what the model says of an operation; another release that says the same has the same name."""
        with self._lock:
            known = self._digests.get(id(contract))
            if known is not None and known[0] is contract:
                return known[1]
            made = contract_digest(msgspec.structs.replace(contract, version=VERSION, sources=()))
            self._digests[id(contract)] = (contract, made)
            return made


_installed: Modelled | None = None
_lock = threading.Lock()


def installed() -> Modelled:
    """Give the contracts of the installed release, the same object each time."""
    global _installed
    with _lock:
        if _installed is None:
            _installed = Modelled()
        return _installed
