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
from harness.importers.catalogue import Catalogue
from harness.importers.service_model import contract_from_model
from harness.routing.router import Router

VERSION = "model"


class Modelled:
    """The contracts of one release. Safe to use from many threads."""

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        self._given = catalogue
        self._contracts: dict[tuple[str, str, str], Contract] = {}
        self._digests: dict[int, tuple[Contract, str]] = {}
        self._lock = threading.Lock()

    @cached_property
    def catalogue(self) -> Catalogue:
        """Everything that the release models; opening it reads an index from the cache."""
        return self._given if self._given is not None else Catalogue()

    @cached_property
    def router(self) -> Router:
        """Finds the operation of a bare request."""
        return Router((), self.catalogue)

    @property
    def release(self) -> str:
        """The version of botocore."""
        return self.catalogue.release

    def of_model(self, service: str, model: Mapping[str, Any], operation: str) -> Contract:
        """Make the contract of an operation from the model that a client holds."""
        key = (service, str(model["metadata"].get("apiVersion", "")), operation)
        found = self._contracts.get(key)
        if found is None:
            found = self._contracts[key] = contract_from_model(service, model, operation, VERSION, ())
        return found

    def named(self, name: str) -> Contract | None:
        """Look an operation up by ``service:Operation``; ``None`` where the release has none of that name."""
        service, _, operation = name.partition(":")
        try:
            return self.catalogue.contract(service, operation)
        except (SelectorError, ContractError):
            return None

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
