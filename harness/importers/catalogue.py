"""Every operation of a botocore release, found without reading its contract.

The routing index says of each service and operation what a server must know to recognise a request of it,
and nothing else. It is built once for each release, kept in the cache and read back in a moment. Contracts
are made only when they are asked for: one operation costs the parsing of one service model. Used by the
emulator, which serves all of it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from harness.contract import Contract, Source
from harness.errors import ConfigurationError, SelectorError
from harness.importers.files import ContractFiles
from harness.importers.models import Folder, Tree
from harness.importers.near import did_you_mean
from harness.importers.releases import default_cache
from harness.importers.routing_index import ServiceEntry, load_index, parse_model, read_model
from harness.importers.service_model import contract_from_model

MODELS_KEPT = 2  # parsed service models: the biggest takes some 60 MB
CONTRACTS_KEPT = 512
_WHOLE = msgspec.json.Decoder(dict[str, Any])


class Catalogue:
    """The operations of a release, with contract files in the place of those that have one.

    Safe to use from many threads.

    Args:
        tree: The release's data; that of the installed botocore when left out.
        release: The release's version, which names the cached index.
        files: Contract files; an operation's newest file goes before its model.
        cache: The folder of cached indexes; ``default_cache()`` when left out.

    Attributes:
        release: The release's version.

    Raises:
        ConfigurationError: botocore is to be used and not installed.
        ContractError: A model cannot be read.
    """

    def __init__(
        self,
        tree: Tree | None = None,
        release: str | None = None,
        *,
        files: ContractFiles | None = None,
        cache: Path | None = None,
    ) -> None:
        self._tree = tree if tree is not None else Folder(_installed_data())
        self.release = release if release is not None else importlib.metadata.version("botocore")
        self._files = files
        self._lock = threading.RLock()
        self._models: OrderedDict[str, Mapping[str, Any]] = OrderedDict()
        self._contracts: OrderedDict[tuple[str, str], Contract] = OrderedDict()
        entries = load_index(self._tree, self.release, cache if cache is not None else default_cache())
        self._services = {entry.name: entry for entry in entries}

    def services(self) -> tuple[str, ...]:
        """Name the services, sorted."""
        return tuple(self._services)

    def operations(self, service: str) -> tuple[str, ...]:
        """Name the operations of a service, sorted."""
        return tuple(operation.name for operation in self.entry(service).operations)

    def entries(self) -> tuple[ServiceEntry, ...]:
        """Give what is known of each service, sorted by name."""
        return tuple(self._services.values())

    def entry(self, service: str) -> ServiceEntry:
        """Give what is known of one service.

        Raises:
            SelectorError: There is no such service.
        """
        found = self._services.get(service)
        if found is None:
            hint = did_you_mean(service, self._services)
            raise SelectorError(service, f"there is no such service in botocore {self.release}", hint)
        return found

    def contract(self, service: str, operation: str) -> Contract:
        """Give the contract of one operation: its newest file, else what the model says.

        Raises:
            SelectorError: There is no such service or operation.
            ContractError: The file or the model cannot be read.
        """
        key = (service, operation)
        with self._lock:
            found = self._contracts.get(key)
            if found is not None:
                self._contracts.move_to_end(key)
                return found
            made = self._from_file(service, operation) or self._from_model(service, operation)
            self._contracts[key] = made
            while len(self._contracts) > CONTRACTS_KEPT:
                self._contracts.popitem(last=False)
            return made

    def errors(self, service: str) -> Mapping[str, tuple[str, str]]:
        """Name the errors that the operations of a service declare.

        Returns:
            By its code on the wire, the name of each error's shape and of an operation that declares it.

        Raises:
            SelectorError: There is no such service.
            ContractError: The model cannot be read.
        """
        with self._lock:
            model = self._model(service)
        shapes: Mapping[str, Any] = model.get("shapes", {})
        found: dict[str, tuple[str, str]] = {}
        for operation, spec in sorted(model["operations"].items()):
            for error in spec.get("errors", ()):
                name = str(error["shape"])
                code = shapes.get(name, {}).get("error", {}).get("code")
                named = code if code and "awsQueryCompatible" not in model["metadata"] else name
                found.setdefault(str(named), (name, operation))
        return found

    def load(self, service: str, operation: str, version: str | None = None) -> Contract:
        """Give a contract as every importer does; ``version`` renames one that comes from the model."""
        found = self.contract(service, operation)
        return found if version is None else msgspec.structs.replace(found, version=version)

    def _from_file(self, service: str, operation: str) -> Contract | None:
        if self._files is None or not (self._files.root / service / operation).is_dir():
            return None
        return self._files.load(service, operation)

    def _from_model(self, service: str, operation: str) -> Contract:
        if operation not in self.operations(service):
            hint = did_you_mean(operation, self.operations(service))
            problem = f"{service} has no such operation in botocore {self.release}"
            raise SelectorError(f"{service}:{operation}", problem, hint)
        source = Source(title=f"botocore {self.release}")
        model = self._model(service)
        return contract_from_model(service, model, operation, f"botocore-{self.release}", (source,))

    def _model(self, service: str) -> Mapping[str, Any]:
        found = self._models.get(service)
        if found is None:
            path = self.entry(service).path
            found = parse_model(self._tree, path, read_model(self._tree, path), _WHOLE)
            self._models[service] = found
            while len(self._models) > MODELS_KEPT:
                self._models.popitem(last=False)
        else:
            self._models.move_to_end(service)
        return found


def _installed_data() -> Path:
    found = importlib.util.find_spec("botocore")
    if found is None or found.origin is None:
        problem = "the package is not installed"
        raise ConfigurationError("botocore", problem, "Install it: pip install botocore.")
    return Path(found.origin).parent / "data"
