"""Whole services from any source of contracts: what a comparison of two sides reads.

A source fills what it can know; see ``harness.contract.service``.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Protocol

from harness.contract import Shape, Source
from harness.contract.service import Extent, Service
from harness.errors import ContractError, HarnessError
from harness.importers.botocore import BotocoreRelease, InstalledBotocore
from harness.importers.files import ContractFiles, SingleContract
from harness.importers.interface import Importer
from harness.importers.models import MODEL, Folder, ServiceModels
from harness.importers.service_model import contract_from_model
from harness.importers.sources import open_source

ANOTHER = "Install it again, or name another."
PAGINATORS, WAITERS = "paginators-1.json", "waiters-2.json"
OF_THE_SERVICE = frozenset({"version", "metadata", "operations", "shapes", "documentation", "examples"})


class ServiceSource(Protocol):
    """A side of a comparison.

    Attributes:
        label: What a person calls it.
        extent: How much the absence of an operation says.
    """

    label: str
    extent: Extent

    def services(self) -> tuple[str, ...]:
        """Name its services, sorted."""
        ...

    def operations(self, service: str) -> tuple[str, ...]:
        """Name the operations of a service, sorted."""
        ...

    def service(self, name: str, operations: Collection[str]) -> Service:
        """Give a service with the contracts of some operations; those it does not have are left out.

        Raises:
            ContractError: What it holds cannot be read.
        """
        ...

    def title(self, name: str) -> str:
        """Give the full name of a service, for people."""
        ...

    def published(self) -> str | None:
        """Say on which day it was published, ``YYYY-MM-DD``; ``None`` where nobody knows."""
        ...


def service_from_model(
    name: str,
    model: Mapping[str, Any],
    *,
    operations: Collection[str] | None = None,
    paginators: Mapping[str, Any] | None = None,
    waiters: Mapping[str, Any] | None = None,
    label: str = "model",
) -> Service:
    """Make a service of a service model.

    Args:
        name: botocore's name of the service.
        model: The model, as ``service-2.json`` holds it.
        operations: The operations whose contracts are wanted; all when left out.
        paginators: What ``paginators-1.json`` holds under ``pagination``; ``None`` where it is not known.
        waiters: What ``waiters-2.json`` holds under ``waiters``; ``None`` where it is not known.
        label: The version and source of the contracts.
    """
    wanted = model["operations"] if operations is None else [
        each for each in model["operations"] if each in operations
    ]  # fmt: skip
    source, made = (Source(title=label),), dict[str, Shape]()
    return Service(
        name=name,
        operations={each: contract_from_model(name, model, each, label, source, made) for each in wanted},
        metadata=model["metadata"],
        traits={key: value for key, value in model.items() if key not in OF_THE_SERVICE},
        paginators=paginators,
        waiters=waiters,
        wire_names={key: str(spec.get("name", key)) for key, spec in model["operations"].items()},
    )


class ReleasedServices:
    """The services of a botocore release, or of a folder laid out like its data."""

    extent: Extent = "model"

    def __init__(self, models: ServiceModels, label: str, published: str | None = None) -> None:
        self.models, self.label, self._published = models, label, published

    def services(self) -> tuple[str, ...]:
        """Name the services, sorted."""
        return self.models.services()

    def operations(self, service: str) -> tuple[str, ...]:
        """Name the operations of a service, sorted."""
        return tuple(sorted(self.models.model(service)["operations"]))

    def service(self, name: str, operations: Collection[str]) -> Service:
        """Give a service with the contracts of some operations."""
        return service_from_model(
            name,
            self.models.model(name),
            operations=operations,
            paginators=self._aid(name, PAGINATORS, "pagination"),
            waiters=self._aid(name, WAITERS, "waiters"),
            label=self.label,
        )

    def files(self, name: str) -> tuple[bytes | None, ...]:
        """Give the model of a service and the files beside it as they are, for a first comparison."""
        return tuple(self.models.raw(name, file) for file in (MODEL, PAGINATORS, WAITERS))

    def title(self, name: str) -> str:
        """Give the full name of a service."""
        return str(self.models.model(name)["metadata"].get("serviceFullName", name))

    def published(self) -> str | None:
        """Say on which day it was published."""
        return self._published

    def _aid(self, name: str, file: str, key: str) -> Mapping[str, Any]:
        raw = self.models.raw(name, file)
        if raw is None:
            return {}
        problem = f"{file} of {name} cannot be read"
        try:
            found: Mapping[str, Any] = json.loads(raw)[key]
        except (ValueError, KeyError, TypeError) as error:
            raise ContractError(self.label, f"{problem} ({error})", ANOTHER) from error
        if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
            raise ContractError(self.label, f"{problem} (no {key} by name)", ANOTHER)
        return found


class ImportedServices:
    """The services of contract files or of a Smithy model, by way of their importer."""

    def __init__(self, importer: Importer, label: str, extent: Extent, *, authored: bool) -> None:
        self.importer, self.label, self.extent, self.authored = importer, label, extent, authored

    def services(self) -> tuple[str, ...]:
        """Name the services, sorted."""
        return self.importer.services()

    def operations(self, service: str) -> tuple[str, ...]:
        """Name the operations of a service, sorted."""
        return self.importer.operations(service)

    def service(self, name: str, operations: Collection[str]) -> Service:
        """Give a service with the contracts of some operations, each at its newest version."""
        known = [each for each in self.importer.operations(name) if each in operations]
        contracts = {each: self.importer.load(name, each) for each in known}
        newest = max(contracts.values(), key=lambda contract: contract.version, default=None)
        return Service(
            name=name,
            operations=contracts,
            metadata={"protocol": newest.protocol, **newest.metadata} if newest is not None else {},
            extent=self.extent,
            authored=self.authored,
        )

    def title(self, name: str) -> str:
        """Give the full name of a service."""
        return str(self.service(name, self.operations(name)[:1]).metadata.get("serviceFullName", name))

    def published(self) -> str | None:
        """Say on which day it was published: that of the newest contract file of a file alone."""
        return self.importer.contract.version if isinstance(self.importer, SingleContract) else None


def open_services(text: str) -> ServiceSource:
    """Open a side of a comparison by the name a person gives it.

    Args:
        text: What ``open_source`` takes, or a folder laid out like botocore's data.

    Raises:
        UsageError: There is no such source.
        ContractError: It is there and cannot be read.
        RegistryUnreachable: A release is not in the cache and cannot be fetched.
    """
    path = Path(text)
    if text and path.is_dir() and any(path.glob(f"*/*/{MODEL}*")):
        return ReleasedServices(ServiceModels(Folder(path)), text)
    source = InstalledBotocore(fetch=_offline) if text == "botocore" else open_source(text)
    if isinstance(source, (BotocoreRelease, InstalledBotocore)):
        return ReleasedServices(source.models, f"botocore {source.release}", _day(source))
    files = isinstance(source, (ContractFiles, SingleContract))
    extent: Extent = "file" if isinstance(source, SingleContract) else "folder" if files else "model"
    return ImportedServices(source, text, extent, authored=files)


def _offline(version: str, folder: Path) -> str:  # noqa: ARG001
    return "not for the sake of a date"


def _day(source: BotocoreRelease | InstalledBotocore) -> str | None:
    """Say when a release was published, as far as that is known without fetching anything."""
    try:
        return str(source.release_date())
    except HarnessError:
        return None
