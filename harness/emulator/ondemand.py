"""Errors on demand: any error that an operation may answer with, when somebody asks for it.

A request asks with the header ``x-harness-error: CODE``; tests ask through ``Emulator.inject_error``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

from harness.contract import Contract
from harness.contract.common_errors import COMMON_ERRORS, category_of, is_common, status_of
from harness.contract.model import Shape
from harness.emulator.responses import Outputs
from harness.errors import UsageError
from harness.importers.catalogue import Catalogue
from harness.wire.interface import ErrorReply

HEADER = "x-harness-error"
MESSAGE = "This error was asked for."


class ErrorsOnDemand:
    """The errors that can be asked for, and those that are waiting for their request.

    Args:
        contracts: What is served.
        catalogue: What is served beside it.
    """

    def __init__(self, contracts: Iterable[Contract], catalogue: Catalogue | None = None) -> None:
        self._lock = threading.Lock()
        self._catalogue = catalogue
        self._waiting: list[tuple[str, str | None]] = []
        self._by_service: dict[str, dict[str, tuple[Contract, str]]] = {}
        self._operations: set[str] = set()
        for contract in contracts:
            declared = self._by_service.setdefault(contract.service, {})
            self._operations |= {contract.name, contract.operation}
            for name in contract.errors:
                declared.setdefault(contract.shapes[name].error_code or name, (contract, name))

    def inject(self, code: str, times: int, operation: str | None) -> None:
        """Let the next requests fail.

        Args:
            code: A code declared by something served, or common to all services; one that only an operation
                of the catalogue declares together with this operation, as ``service:Operation``.
            times: How many requests fail.
            operation: Which ones, as ``Operation`` or ``service:Operation``; ``None`` for any.

        Raises:
            UsageError: Nothing served can answer with this code, or there is no such operation.
        """
        declared = {each for codes in self._by_service.values() for each in codes}
        catalogued = self._is_catalogued(operation)
        if catalogued and operation is not None:
            declared |= self._catalogue_errors(operation.partition(":")[0]).keys()
        if code not in declared and not is_common(code):
            problem = (
                f"no operation served here declares the error {code!r}, nor is it common to all services"
            )
            raise UsageError("inject_error", problem, f"Choose one of {', '.join(sorted(declared))}.")
        if operation is not None and operation not in self._operations and not catalogued:
            problem = f"the operation {operation!r} is not served here"
            choices = ", ".join(sorted(name for name in self._operations if ":" in name))
            raise UsageError("inject_error", problem, f"Choose one of {choices}.")
        with self._lock:
            self._waiting += [(code, operation)] * times

    def _is_catalogued(self, operation: str | None) -> bool:
        service, _, name = (operation or "").partition(":")
        if self._catalogue is None or service not in self._catalogue.services():
            return False
        return name in self._catalogue.operations(service)

    def _catalogue_errors(self, service: str) -> Mapping[str, tuple[str, str]]:
        if self._catalogue is None or service not in self._catalogue.services():
            return {}
        return self._catalogue.errors(service)

    def wanted(self, contract: Contract, header: str | None) -> ErrorReply | None:
        """Return the error that a request of this operation is to get, if any."""
        code = header.strip() if header else self._next(contract)
        return self._reply(contract, code) if code else None

    def _next(self, contract: Contract) -> str | None:
        with self._lock:
            for position, (code, operation) in enumerate(self._waiting):
                if operation in (None, contract.name, contract.operation):
                    del self._waiting[position]
                    return code
        return None

    def _reply(self, contract: Contract, code: str) -> ErrorReply:
        own = {contract.shapes[name].error_code or name: (contract, name) for name in contract.errors}
        declaring, name = own.get(code) or self._of_service(contract.service, code)
        if declaring is not None:
            members = Outputs(declaring).error_members(name)
            return ErrorReply(code, status_of_shape(declaring.shapes[name], code), MESSAGE, members)
        if is_common(code):
            return ErrorReply(code, status_of(code) or 400, MESSAGE)
        service = {*self._by_service.get(contract.service, {}), *self._catalogue_errors(contract.service)}
        choices = sorted({*own, *service, *(row.code for row in COMMON_ERRORS)})
        message = f"{contract.name} has no error {code!r}; choose one of {', '.join(choices)}"
        return ErrorReply("UnknownErrorCode", 400, message)

    def _of_service(self, service: str, code: str) -> tuple[Contract | None, str]:
        """Find the operation of a service that declares an error, and the error's shape."""
        found = self._by_service.get(service, {}).get(code)
        if found is not None or self._catalogue is None or is_common(code):
            return found or (None, "")
        name, operation = self._catalogue_errors(service).get(code, ("", ""))
        return (self._catalogue.contract(service, operation), name) if operation else (None, "")


def status_of_shape(shape: Shape, code: str) -> int:
    """Return the status of a modelled error: its own, else 500 for a fault, else 400."""
    if shape.http_error is not None:
        return shape.http_error
    is_fault = shape.error == "server" or (shape.error is None and category_of(code) == "fault")
    return 500 if is_fault else 400
