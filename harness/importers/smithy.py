"""Smithy models as a source of contracts: a file of JSON AST, version 1.0 or 2.0.

A service goes by botocore's name, so that its contracts stand beside the ones that come from botocore.

Source: https://smithy.io/2.0/spec/json-ast.html.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from harness.contract import Contract, Source
from harness.errors import ContractError, SelectorError
from harness.importers.near import did_you_mean
from harness.importers.service_model import contract_from_model
from harness.importers.smithy_ast import Ast, pointer, read_document
from harness.importers.smithy_model import service_model
from harness.importers.smithy_names import botocore_name
from harness.importers.smithy_traits import SERVICE

__all__ = ["SmithyModel", "is_smithy"]


def is_smithy(document: Any) -> bool:
    """Say whether a JSON document means to be a Smithy model."""
    return isinstance(document, dict) and "smithy" in document


class SmithyModel:
    """The services of one file of JSON AST.

    Args:
        path: The file.
        document: What it holds, where it was read already.

    Raises:
        ContractError: The file cannot be read or is no model; file and JSON pointer are named.
    """

    def __init__(self, path: Path, document: Any = None) -> None:
        self.path = path
        document = read_document(path) if document is None else document
        if not is_smithy(document):
            problem = "the file is no Smithy model: it has no key 'smithy'"
            raise ContractError(
                str(path), problem, "Name a JSON AST, as the Smithy CLI writes it (smithy ast)."
            )
        self._ast = Ast(str(path), document)
        self._models: dict[str, dict[str, Any]] = {}

    @cached_property
    def _services(self) -> dict[str, str]:
        """The ids of the services by botocore's names; by their ids where a name is taken."""
        found: dict[str, str] = {}
        for shape_id in self._ast.ids:
            shape = (
                self._ast.shape(shape_id, pointer("shapes", shape_id)) if self._is_service(shape_id) else None
            )
            if shape is not None:
                about = shape["traits"].get(SERVICE)
                sdk_id = about.get("sdkId") if isinstance(about, dict) else None
                name = botocore_name(str(sdk_id or shape_id.partition("#")[2]))
                found[shape_id if name in found else name] = shape_id
        return found

    def _is_service(self, shape_id: str) -> bool:
        return self._ast.type_of(shape_id) == "service"

    def services(self) -> tuple[str, ...]:
        """Name the services of the file, by botocore's names, sorted."""
        return tuple(sorted(self._services))

    def operations(self, service: str) -> tuple[str, ...]:
        """Name the operations of a service and of its resources, sorted."""
        return tuple(sorted(self._model(service)["operations"]))

    def load(self, service: str, operation: str, version: str | None = None) -> Contract:
        """Make the contract of one operation.

        Args:
            service: botocore's name of the service.
            operation: The operation's name.
            version: The contract's version; ``smithy-`` and the service's own version when left out, because
                a model does not say when it was published.
        """
        model = self._model(service)
        if operation not in model["operations"]:
            problem = f"{service} has no such operation in {self.path}"
            raise SelectorError(
                f"{service}:{operation}", problem, did_you_mean(operation, model["operations"])
            )
        label = version or f"smithy-{model['metadata']['apiVersion']}"
        source = Source(title=f"Smithy model {self._services[service]}")
        return contract_from_model(service, model, operation, label, (source,))

    def release_date(self) -> str:
        """Refuse to say when the model was published.

        Raises:
            ContractError: Always.
        """
        problem = "a Smithy model does not say when it was published"
        raise ContractError(str(self.path), problem, "Say it with --version DATE.")

    def _model(self, service: str) -> dict[str, Any]:
        if service not in self._services:
            problem = f"there is no such service in {self.path}"
            raise SelectorError(service, problem, did_you_mean(service, self._services))
        if service not in self._models:
            self._models[service] = service_model(self._ast, self._services[service])
        return self._models[service]
