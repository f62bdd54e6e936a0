"""Every operation of a botocore release, found without reading its contract.

The routing index says of each service and operation what a server must know to recognise a request of it,
and nothing else. It is built once for each release, kept in the cache and read back in a moment. Contracts
are made only when they are asked for: one operation costs the parsing of one service model. Used by the
emulator, which serves all of it.
"""

from __future__ import annotations

import contextlib
import gzip
import importlib.metadata
import importlib.util
import os
import tempfile
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from harness.contract import Contract, Source
from harness.errors import ConfigurationError, ContractError, SelectorError
from harness.importers.files import ContractFiles
from harness.importers.models import MODEL, Folder, Tree
from harness.importers.near import did_you_mean
from harness.importers.releases import default_cache
from harness.importers.service_model import PROTOCOLS, contract_from_model, resolve_protocol

INDEX_FORMAT = 1
MODELS_KEPT = 2  # parsed service models: the biggest takes some 60 MB
CONTRACTS_KEPT = 512
REST = frozenset({"rest-json", "rest-xml"})

Scheme = Literal["sigv4", "bearer", "none"]


class OperationEntry(msgspec.Struct, frozen=True, array_like=True):
    """What tells the requests of one operation from all others.

    Attributes:
        name: The operation's name.
        method: Its HTTP method.
        uri: Its URI template.
        host_prefix: What stands before the endpoint's host, as a template.
        scheme: How its requests are authenticated.
        deprecated: Whether the model calls it so: where two operations cannot be told apart, the other one
            is meant.
        required: What must stand outside the body of its requests: ``?name`` for a query parameter, else
            the name of a header in lower case.
        query: The query parameters that it knows.
        open_query: Whether it takes any query parameter.
    """

    name: str
    method: str = "POST"
    uri: str = "/"
    host_prefix: str = ""
    scheme: Scheme = "sigv4"
    deprecated: bool = False
    required: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    open_query: bool = False


class ServiceEntry(msgspec.Struct, frozen=True, array_like=True):
    """What tells the requests of one service from those of others.

    Attributes:
        name: botocore's name of the service.
        path: Its model below ``botocore/data/``; empty when it is not of a release.
        service_id: What clients call it.
        signing_name: What credential scopes call it.
        endpoint_prefix: What its host names begin with.
        api_version: The version of its interface, ``YYYY-MM-DD``, which the query protocols name.
        protocol: The protocol that botocore speaks.
        protocols: Every protocol that its model lists.
        target_prefix: What ``X-Amz-Target`` begins with.
        json_version: The version of the json protocol.
        operations: Its operations, sorted by name.
    """

    name: str
    path: str
    service_id: str
    signing_name: str
    endpoint_prefix: str
    api_version: str
    protocol: str
    protocols: tuple[str, ...]
    target_prefix: str
    json_version: str
    operations: tuple[OperationEntry, ...]


class _Index(msgspec.Struct, frozen=True, array_like=True):
    """The whole index as the cache holds it."""

    format: int
    release: str
    services: tuple[ServiceEntry, ...]


class _Reference(msgspec.Struct, frozen=True):
    """The reference of an operation to a shape."""

    shape: str = ""


class _Http(msgspec.Struct, frozen=True):
    method: str = "POST"
    requestUri: str = "/"  # noqa: N815  # the model's own word, as below


class _Operation(msgspec.Struct, frozen=True):
    """What is read of an operation."""

    http: _Http = _Http()
    input: _Reference = _Reference()
    endpoint: dict[str, Any] = {}
    authtype: str = ""
    auth: tuple[str, ...] = ()
    deprecated: bool = False


class _Member(msgspec.Struct, frozen=True):
    shape: str = ""
    location: str = ""
    locationName: str | None = None  # noqa: N815


class _Shape(msgspec.Struct, frozen=True):
    """What is read of a shape."""

    type: str = ""
    members: dict[str, _Member] = {}
    required: tuple[str, ...] = ()


class _Model(msgspec.Struct, frozen=True):
    """What is read of a REST service's model."""

    metadata: dict[str, Any]
    operations: dict[str, _Operation]
    shapes: dict[str, _Shape] = {}


class _Outline(msgspec.Struct, frozen=True):
    """What is read of any other model: shapes say nothing about how its requests are recognised."""

    metadata: dict[str, Any]
    operations: dict[str, _Operation]


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
            found = _decoded(self._tree, path, msgspec.json.Decoder(dict[str, Any]))
            self._models[service] = found
            while len(self._models) > MODELS_KEPT:
                self._models.popitem(last=False)
        else:
            self._models.move_to_end(service)
        return found


def load_index(tree: Tree, release: str, cache: Path) -> tuple[ServiceEntry, ...]:
    """Read the routing index of a release from the cache, or build it and put it there.

    A cached index that cannot be read, or is of another format, is built anew; a cache that cannot be written
    costs the building each time and nothing else.

    Args:
        tree: The release's data.
        release: Its version.
        cache: The folder of cached indexes.

    Returns:
        What is known of each service, sorted by name.

    Raises:
        ContractError: A model cannot be read.
    """
    path = cache / f"routing-{release}-{INDEX_FORMAT}.msgpack"
    with contextlib.suppress(OSError, msgspec.DecodeError):
        found = msgspec.msgpack.decode(path.read_bytes(), type=_Index)
        if (found.format, found.release) == (INDEX_FORMAT, release) and found.services:
            return found.services
    services = tuple(_services(tree))
    if not services:
        problem = "there are no service models in it"
        raise ContractError(tree.where, problem, "Name a botocore package or one of its wheels.")
    with contextlib.suppress(OSError):
        _write(path, msgspec.msgpack.encode(_Index(INDEX_FORMAT, release, services)))
    return services


def entry_of(contract: Contract) -> ServiceEntry:
    """Say of one contract what the index says of a service: the service with this one operation."""
    members = contract.shapes[contract.input].members.values() if contract.input is not None else ()
    query = tuple(member.http_query for member in members if member.http_query is not None)
    required = [f"?{each.http_query}" for each in members if each.required and each.http_query is not None]
    required += [each.http_header.lower() for each in members if each.required and each.http_header]
    operation = OperationEntry(
        contract.operation,
        contract.http.method,
        contract.http.uri,
        contract.endpoint or "",
        contract.auth.scheme,
        bool(contract.traits.get("deprecated")),
        tuple(required),
        query,
        any(member.http_query_params for member in members),
    )
    return _service(contract.service, "", contract.metadata, contract.protocol, (operation,))


def _installed_data() -> Path:
    found = importlib.util.find_spec("botocore")
    if found is None or found.origin is None:
        problem = "the package is not installed"
        raise ConfigurationError("botocore", problem, "Install it: pip install botocore.")
    return Path(found.origin).parent / "data"


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _services(tree: Tree) -> Iterator[ServiceEntry]:
    """Read every service at its newest API version."""
    paths: dict[str, str] = {}
    for name in tree.names():  # sorted, so the newest API version comes last
        parts = name.split("/")
        if len(parts) == 3 and parts[2].removesuffix(".gz") == MODEL:
            paths[parts[0]] = name
    outline, whole = msgspec.json.Decoder(_Outline), msgspec.json.Decoder(_Model)
    for service, path in sorted(paths.items()):
        raw = _raw(tree, path)
        model: Any = _parsed(tree, path, raw, outline)
        protocol = resolve_protocol(model.metadata)
        shapes: dict[str, _Shape] = {}
        if protocol in REST:
            shapes = _parsed(tree, path, raw, whole).shapes
        operations = tuple(
            _operation(name, each, model.metadata, shapes) for name, each in sorted(model.operations.items())
        )
        yield _service(service, path, model.metadata, protocol, operations)


def _service(
    name: str,
    path: str,
    metadata: Mapping[str, Any],
    protocol: str,
    operations: tuple[OperationEntry, ...],
) -> ServiceEntry:
    prefix = str(metadata.get("endpointPrefix") or name)
    listed = (protocol, *(str(each) for each in metadata.get("protocols") or ()))
    return ServiceEntry(
        name,
        path,
        str(metadata.get("serviceId") or name),
        str(metadata.get("signingName") or prefix),
        prefix,
        str(metadata.get("apiVersion") or ""),
        protocol,
        tuple(each for each in PROTOCOLS if each in listed),
        str(metadata.get("targetPrefix") or ""),
        str(metadata.get("jsonVersion") or ""),
        operations,
    )


def _operation(
    name: str, spec: _Operation, metadata: Mapping[str, Any], shapes: Mapping[str, _Shape]
) -> OperationEntry:
    shape = shapes.get(spec.input.shape, _Shape())
    bound = {key: (each.location, each.locationName or key) for key, each in shape.members.items()}
    maps = {key for key, each in shape.members.items() if shapes.get(each.shape, _Shape()).type == "map"}
    query = tuple(said for key, (where, said) in bound.items() if where == "querystring" and key not in maps)
    required = [bound[key] for key in shape.required if key in bound and key not in maps]
    return OperationEntry(
        name,
        spec.http.method,
        spec.http.requestUri,
        str(spec.endpoint.get("hostPrefix") or ""),
        _scheme(spec, metadata),
        spec.deprecated,
        tuple(
            f"?{said}" if where == "querystring" else said.lower()
            for where, said in required
            if where in ("querystring", "header")
        ),
        query,
        any(bound[key][0] == "querystring" for key in maps),
    )


def _scheme(spec: _Operation, metadata: Mapping[str, Any]) -> Scheme:
    """Say how an operation is authenticated, as its contract will."""
    kind = spec.authtype or metadata.get("signatureVersion")
    first = next(iter(spec.auth or metadata.get("auth") or ()), "")
    if kind == "none" or first == "smithy.api#noAuth":
        return "none"
    return "bearer" if kind == "bearer" or first == "smithy.api#httpBearerAuth" else "sigv4"


def _decoded(tree: Tree, path: str, decoder: msgspec.json.Decoder[Any]) -> Any:
    return _parsed(tree, path, _raw(tree, path), decoder)


def _raw(tree: Tree, path: str) -> bytes:
    try:
        raw = tree.read(path)
        return gzip.decompress(raw) if path.endswith(".gz") else raw
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(tree, path, error) from error


def _parsed(tree: Tree, path: str, raw: bytes, decoder: msgspec.json.Decoder[Any]) -> Any:
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(tree, path, error) from error


def _unreadable(tree: Tree, path: str, error: Exception) -> ContractError:
    problem = f"the model {path} cannot be read ({error})"
    return ContractError(tree.where, problem, "Install it again, or name another.")
