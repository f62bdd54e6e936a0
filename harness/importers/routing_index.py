"""The routing index of a release: what tells the requests of its operations apart, and nothing else.

Built from the models with just these keys decoded, once for each release, and kept in the cache. Used by the
catalogue; the emulator's router reads its entries.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from harness.contract import Contract
from harness.errors import ContractError
from harness.importers.models import MODEL, Tree
from harness.importers.service_model import PROTOCOLS, resolve_protocol

INDEX_FORMAT = 1
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
        raw = read_model(tree, path)
        model: Any = parse_model(tree, path, raw, outline)
        protocol = resolve_protocol(model.metadata)
        shapes: dict[str, _Shape] = {}
        if protocol in REST:
            shapes = parse_model(tree, path, raw, whole).shapes
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


def read_model(tree: Tree, path: str) -> bytes:
    """Read the JSON text of one model.

    Raises:
        ContractError: It cannot be read.
    """
    try:
        raw = tree.read(path)
        return gzip.decompress(raw) if path.endswith(".gz") else raw
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(tree, path, error) from error


def parse_model(tree: Tree, path: str, raw: bytes, decoder: msgspec.json.Decoder[Any]) -> Any:
    """Parse one model as far as a decoder asks.

    Raises:
        ContractError: It is not what the decoder asks for.
    """
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(tree, path, error) from error


def _unreadable(tree: Tree, path: str, error: Exception) -> ContractError:
    problem = f"the model {path} cannot be read ({error})"
    return ContractError(tree.where, problem, "Install it again, or name another.")
