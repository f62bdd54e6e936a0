"""Service models as files: an installed package, or a release's wheel opened as data.

A wheel is read and never imported or installed. Used by the botocore importers only.
"""

from __future__ import annotations

import gzip
import json
import zipfile
import zlib
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from harness.errors import ContractError, SelectorError
from harness.importers.near import did_you_mean

DATA = "botocore/data/"
MODEL = "service-2.json"


class Tree(Protocol):
    """Files below ``botocore/data/``, by their names there."""

    where: str

    def names(self) -> tuple[str, ...]:
        """Name every file, e.g. ``events/2015-10-07/service-2.json.gz``."""
        ...

    def read(self, name: str) -> bytes:
        """Read one file as it is stored."""
        ...

    def has(self, name: str) -> bool:
        """Say whether there is such a file, a model or not."""
        ...


class Folder:
    """The data of an installed package."""

    def __init__(self, root: Path) -> None:
        self.root, self.where = root, str(root)

    def names(self) -> tuple[str, ...]:
        """Name the model files; nothing else is looked at."""
        found = self.root.glob(f"*/*/{MODEL}*")
        return tuple(sorted(path.relative_to(self.root).as_posix() for path in found))

    def read(self, name: str) -> bytes:
        """Read one file."""
        return (self.root / name).read_bytes()

    def has(self, name: str) -> bool:
        """Say whether there is such a file."""
        return (self.root / name).is_file()


class Wheel:
    """The data of a release's wheel.

    Raises:
        ContractError: The file is no wheel that can be read to its end.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.where = path, str(path)
        self._archive: zipfile.ZipFile | None = None  # opened at the first reading: its index is long
        try:
            with zipfile.ZipFile(path) as archive:
                entries = archive.infolist()
                broken = archive.testzip()
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise self._corrupt(str(error)) from error
        if broken is not None or not entries:
            raise self._corrupt(f"its member {broken} is damaged" if broken else "it is empty")
        self._names = tuple(sorted(entry.filename for entry in entries))
        self._known = frozenset(self._names)
        year, month, day = max(entry.date_time for entry in entries)[:3]
        self.newest = f"{year:04d}-{month:02d}-{day:02d}"

    def _corrupt(self, reason: str) -> ContractError:
        problem = f"the wheel cannot be read ({reason})"
        return ContractError(self.where, problem, "Delete it; it is fetched again when it is needed.")

    def names(self) -> tuple[str, ...]:
        """Name the files below ``botocore/data/``."""
        return tuple(name.removeprefix(DATA) for name in self._names if name.startswith(DATA))

    def read(self, name: str) -> bytes:
        """Read one file."""
        try:
            if self._archive is None:
                self._archive = zipfile.ZipFile(BytesIO(self.path.read_bytes()))
            return self._archive.read(DATA + name)
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise self._corrupt(str(error)) from error

    def has(self, name: str) -> bool:
        """Say whether there is such a file."""
        return DATA + name in self._known


class ServiceModels:
    """The service models in a tree, each service at its newest API version."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._paths: dict[str, str] = {}
        for name in tree.names():  # sorted, so the newest API version comes last
            parts = name.split("/")
            if len(parts) == 3 and parts[2].removesuffix(".gz") == MODEL:
                self._paths[parts[0]] = name
        if not self._paths:
            problem = "there are no service models in it"
            raise ContractError(tree.where, problem, "Name a botocore package or one of its wheels.")
        self._load = lru_cache(maxsize=2)(self._read)

    def services(self) -> tuple[str, ...]:
        """Name the services, sorted."""
        return tuple(sorted(self._paths))

    def model(self, service: str) -> dict[str, Any]:
        """Give the model of a service as parsed JSON; the last two are kept."""
        if service not in self._paths:
            hint = did_you_mean(service, self._paths)
            raise SelectorError(service, f"there is no such service in {self._tree.where}", hint)
        return self._load(service)

    def raw(self, service: str, file: str = MODEL) -> bytes | None:
        """Give the JSON of one of a service's files, uncompressed.

        Args:
            service: botocore's name of the service.
            file: The file's name beside the model, e.g. ``paginators-1.json``.

        Returns:
            Its bytes; ``None`` where the service has no such file.

        Raises:
            ContractError: It is there and cannot be read.
        """
        folder = self._paths[service].rpartition("/")[0]
        for name in (f"{folder}/{file}", f"{folder}/{file}.gz"):
            if self._tree.has(name):
                return self._unpacked(name)
        return None

    def _unpacked(self, name: str) -> bytes:
        stored = self._tree.read(name)
        try:
            return gzip.decompress(stored) if name.endswith(".gz") else stored
        except (OSError, EOFError, zlib.error) as error:
            raise self._unreadable(name, error) from error

    def _unreadable(self, name: str, error: Exception) -> ContractError:
        problem = f"the model {name} cannot be read ({error})"
        return ContractError(self._tree.where, problem, "Install it again, or name another.")

    def _read(self, service: str) -> dict[str, Any]:
        name = self._paths[service]
        try:
            model = json.loads(self._unpacked(name))
        except ValueError as error:
            raise self._unreadable(name, error) from error
        if not _is_model(model):
            problem = f"{name} is not a service model"
            raise ContractError(self._tree.where, problem, "Install it again, or name another.")
        return model  # type: ignore[no-any-return]


def _is_model(model: Any) -> bool:
    """Say whether a document has the parts of a service model, whatever these say."""
    if not isinstance(model, dict):
        return False
    metadata, operations, shapes = (model.get(part) for part in ("metadata", "operations", "shapes"))
    if not (isinstance(metadata, dict) and isinstance(operations, dict) and isinstance(shapes, dict)):
        return False
    return all(isinstance(each, dict) for each in operations.values()) and all(
        map(_is_shape, shapes.values())
    )


def _is_shape(shape: Any) -> bool:
    if not isinstance(shape, dict) or not isinstance(shape.get("type"), str):
        return False
    members = shape.get("members", {})
    return isinstance(members, dict) and all(
        isinstance(part, dict) and isinstance(part.get("shape"), str)
        for part in (*members.values(), *(shape[key] for key in ("member", "key", "value") if key in shape))
    )
