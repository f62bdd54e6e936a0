"""Contract files: one operation at one version per YAML file, ``<service>/<Operation>/<version>.yaml``."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from harness.contract import Contract
from harness.errors import ContractError, SelectorError
from harness.importers.decoding import decode_contract
from harness.importers.lint_names import dangling, incomplete
from harness.importers.merging import merge
from harness.importers.near import did_you_mean
from harness.importers.yaml_reading import read_yaml
from harness.importers.yaml_writing import dump_contract

__all__ = [
    "ContractFiles", "SingleContract", "contract_path", "dump_contract", "load_contract", "merge",
    "write_contract",
]  # fmt: skip


def load_contract(path: Path) -> Contract:
    """Read one contract file.

    Raises:
        ContractError: It cannot be read or is no contract; the message names the place inside.
    """
    where = str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ContractError(where, "the file is not UTF-8", "Save it as UTF-8.") from error
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror})"
        raise ContractError(where, problem, "Check the path and its permissions.") from error
    return decode_contract(read_yaml(text, where), where)


def contract_path(root: Path, contract: Contract) -> Path:
    """Say where below a root a contract belongs."""
    return root / contract.service / contract.operation / f"{contract.version}.yaml"


def write_contract(path: Path, contract: Contract) -> None:
    """Write one contract file, whole or not at all.

    Raises:
        ContractError: The file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(dump_contract(contract))
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        problem = f"the file cannot be written ({error.strerror})"
        raise ContractError(str(path), problem, "Check the folder and its permissions.") from error


class ContractFiles:
    """A folder of contract files as a source of contracts.

    Raises:
        ContractError: The folder does not exist.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        if not root.is_dir():
            problem = "there is no such folder of contracts"
            raise ContractError(
                str(root), problem, "Name one that holds <service>/<Operation>/<version>.yaml."
            )

    def services(self) -> tuple[str, ...]:
        """Name the services that have a contract file, sorted."""
        return tuple(sorted({path.parent.parent.name for path in self.root.glob("*/*/*.yaml")}))

    def operations(self, service: str) -> tuple[str, ...]:
        """Name the operations of a service that have a contract file, sorted."""
        found = {path.parent.name for path in (self.root / service).glob("*/*.yaml")}
        if not found:
            problem = f"there are no contracts of this service in {self.root}"
            raise SelectorError(service, problem, did_you_mean(service, self.services()))
        return tuple(sorted(found))

    def versions(self, service: str, operation: str) -> tuple[str, ...]:
        """Name the versions of an operation that have a file, oldest first."""
        known = self.operations(service)
        if operation not in known:
            problem = f"there is no contract of this operation in {self.root}"
            raise SelectorError(f"{service}:{operation}", problem, did_you_mean(operation, known))
        return tuple(sorted(path.stem for path in (self.root / service / operation).glob("*.yaml")))

    def load(self, service: str, operation: str, version: str | None = None) -> Contract:
        """Read the contract of one operation, the newest one when no version is given.

        Raises:
            SelectorError: There is no such file.
            ContractError: The file is no contract, or of another operation or version than its path says.
        """
        versions = self.versions(service, operation)
        if version is not None and version not in versions:
            problem = f"there is no version {version} in {self.root}"
            raise SelectorError(f"{service}:{operation}", problem, f"There are: {', '.join(versions)}.")
        path = self.root / service / operation / f"{version or versions[-1]}.yaml"
        contract = load_contract(path)
        check_path(path, contract)
        check_shapes(path, contract)
        return contract


def check_path(path: Path, contract: Contract) -> None:
    """Refuse a file whose path and contents name different operations or versions.

    Raises:
        ContractError: They do.
    """
    said = (contract.service, contract.operation, contract.version)
    if (path.parent.parent.name, path.parent.name, path.stem) != said:
        problem = f"the file says it is {contract.name} at {contract.version}"
        remedy = f"Move it to {contract_path(Path('.'), contract).as_posix()} or correct its contents."
        raise ContractError(str(path), problem, remedy)


def check_shapes(path: Path, contract: Contract) -> None:
    """Refuse a contract whose shapes cannot be followed to their end; the rest is for ``harness lint``.

    Raises:
        ContractError: A shape that it names is missing, or a list or map says nothing of its contents.
    """
    for fault in (*dangling(contract), *incomplete(contract)):
        raise ContractError(str(path), f"{fault.place}: {fault.problem}", fault.remedy)


class SingleContract:
    """One contract file, wherever it lies, as a source of contracts."""

    def __init__(self, path: Path) -> None:
        self.contract = load_contract(path)
        check_shapes(path, self.contract)

    def services(self) -> tuple[str, ...]:
        """Name its service."""
        return (self.contract.service,)

    def operations(self, service: str) -> tuple[str, ...]:
        """Name its operation."""
        if service != self.contract.service:
            problem = "the contract file is not of this service"
            raise SelectorError(service, problem, f"It is {self.contract.name}.")
        return (self.contract.operation,)

    def load(self, service: str, operation: str, version: str | None = None) -> Contract:
        """Give the contract, if it is the one that was asked for."""
        wanted = (service, operation, version or self.contract.version)
        if wanted != (self.contract.service, self.contract.operation, self.contract.version):
            problem = f"the contract file is not this operation{f' at {version}' if version else ''}"
            remedy = f"It is {self.contract.name} at {self.contract.version}."
            raise SelectorError(f"{service}:{operation}", problem, remedy)
        return self.contract
