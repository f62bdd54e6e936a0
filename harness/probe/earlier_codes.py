"""Codes of errors that only earlier SDKs know: what a service sent while it spoke query.

The query protocol lets an error have a code that is not its name, and a service that moved on goes on sending
it, in its own place, for callers who wait for it. Models of today often leave it out; those of the SDKs that
spoke query have it.

Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from harness.contract import Contract
from harness.contract.model import QueryError, Shape
from harness.errors import ContractError, UnfinishedError
from harness.importers.models import Folder, ServiceModels
from harness.probe.environments import Environment

QUERY_PROTOCOLS = ("query", "ec2")


def with_query_codes(
    contracts: Iterable[Contract], environments: Sequence[Environment]
) -> tuple[Contract, ...]:
    """Give errors the codes that SDKs which speak query have for them, where the contract has none.

    Args:
        contracts: One version of each operation.
        environments: The SDKs that are asked; the first that knows a code is believed.

    Raises:
        UnfinishedError: The models of an environment cannot be read.
    """
    found = tuple(contracts)
    for environment in environments:
        if environment.folder is not None:
            found = _completed(found, environment)
    return found


def _completed(contracts: tuple[Contract, ...], environment: Environment) -> tuple[Contract, ...]:
    try:
        models = ServiceModels(Folder(environment.folder / "botocore" / "data"))  # type: ignore[operator]
        known = set(models.services())
        return tuple(
            _with_codes(contract, models.model(contract.service))
            if contract.service in known and contract.protocol not in QUERY_PROTOCOLS
            else contract
            for contract in contracts
        )
    except ContractError as error:
        remedy = f"Delete {environment.folder}; it is made again."
        problem = f"its environment is damaged: {error.problem}"
        raise UnfinishedError(environment.sdk, problem, remedy) from error


def _with_codes(contract: Contract, model: Mapping[str, Any]) -> Contract:
    if model["metadata"].get("protocol") not in QUERY_PROTOCOLS:
        return contract
    changed: dict[str, Shape] = {}
    for name in contract.errors:
        shape, error = contract.shapes[name], model["shapes"].get(name, {}).get("error", {})
        code = error.get("code")
        if shape.query_error is None and shape.error_code is None and code not in (None, name):
            query_error = QueryError(code, error.get("httpStatusCode"))
            changed[name] = msgspec.structs.replace(shape, query_error=query_error)
    return msgspec.structs.replace(contract, shapes={**contract.shapes, **changed}) if changed else contract
