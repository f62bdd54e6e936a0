"""botocore's service models as a source of contracts: the installed release, or any other.

Both read model files as data; the package itself is not imported, so no credentials, plugins or user data
paths have a say.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path
from typing import Any

from harness.contract import Contract, Source
from harness.errors import ConfigurationError, ContractError, RegistryUnreachable, SelectorError
from harness.importers.models import Folder, ServiceModels, Wheel
from harness.importers.near import did_you_mean
from harness.importers.releases import Fetch, default_cache, open_release
from harness.importers.service_model import contract_from_model, resolve_protocol

__all__ = [
    "BotocoreRelease", "InstalledBotocore", "contract_from_model", "default_cache", "resolve_protocol",
]  # fmt: skip


class InstalledBotocore:
    """The service models of the installed botocore.

    Attributes:
        release: Its version, e.g. ``1.44.5``.
    """

    def __init__(self, cache_dir: Path | None = None, fetch: Fetch | None = None) -> None:
        self._cache_dir, self._fetch = cache_dir, fetch
        found = importlib.util.find_spec("botocore")
        if found is None or found.origin is None:
            problem = "the package is not installed"
            raise ConfigurationError("botocore", problem, "Install it, or name a release: botocore==1.38.45.")
        self.release = importlib.metadata.version("botocore")
        self._models = ServiceModels(Folder(Path(found.origin).parent / "data"))

    @property
    def models(self) -> ServiceModels:
        """The service models, for whoever reads more of them than contracts."""
        return self._models

    def services(self) -> tuple[str, ...]:
        """Name the services, sorted."""
        return self._models.services()

    def operations(self, service: str) -> tuple[str, ...]:
        """Name the operations of a service, sorted."""
        return tuple(sorted(self._models.model(service)["operations"]))

    def load(self, service: str, operation: str, version: str | None = None) -> Contract:
        """Make the contract of one operation.

        Args:
            service: botocore's name of the service.
            operation: The operation's name.
            version: The contract's version; ``botocore-X.Y.Z`` when left out, because an installed package
                does not say when it was published.
        """
        label = version if version is not None else f"botocore-{self.release}"
        return _load(self._models, service, operation, label, Source(title=f"botocore {self.release}"))

    def release_date(self) -> str:
        """Say when the installed release was published: the newest date inside its wheel.

        Raises:
            ContractError: The wheel is not in the cache and cannot be fetched.
        """
        try:
            return open_release(self.release, self._cache_dir, self._fetch).newest
        except (RegistryUnreachable, SelectorError) as error:
            problem = f"the day the installed release was published is not known ({error.problem})"
            raise ContractError(f"botocore {self.release}", problem, "Say it with --version DATE.") from error


class BotocoreRelease:
    """The service models of any botocore release, from its wheel.

    Attributes:
        release: Its version.
    """

    def __init__(self, version: str, cache_dir: Path | None = None, fetch: Fetch | None = None) -> None:
        self.release = version
        self._wheel: Wheel = open_release(version, cache_dir, fetch)
        self._models = ServiceModels(self._wheel)

    @property
    def models(self) -> ServiceModels:
        """The service models, for whoever reads more of them than contracts."""
        return self._models

    def services(self) -> tuple[str, ...]:
        """Name the services, sorted."""
        return self._models.services()

    def operations(self, service: str) -> tuple[str, ...]:
        """Name the operations of a service, sorted."""
        return tuple(sorted(self._models.model(service)["operations"]))

    def load(self, service: str, operation: str, version: str | None = None) -> Contract:
        """Make the contract of one operation; its version is the release's day when left out."""
        source = Source(title=f"botocore {self.release}", published=self.release_date())
        return _load(self._models, service, operation, version or self.release_date(), source)

    def release_date(self) -> str:
        """Say when the release was published: the newest date inside its wheel, ``YYYY-MM-DD``."""
        return self._wheel.newest


def _load(models: ServiceModels, service: str, operation: str, version: str, source: Source) -> Contract:
    model: dict[str, Any] = models.model(service)
    if operation not in model["operations"]:
        hint = did_you_mean(operation, model["operations"])
        problem = f"{service} has no such operation in {source.title}"
        raise SelectorError(f"{service}:{operation}", problem, hint)
    return contract_from_model(service, model, operation, version, (source,))
