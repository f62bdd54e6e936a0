"""Where to look for contracts: the source that a person names, and the one that is meant when nobody does."""

from __future__ import annotations

from pathlib import Path

from harness.errors import UsageError
from harness.importers.files import ContractFiles, SingleContract
from harness.importers.interface import Importer

REMEDY = "Name botocore, botocore==X.Y.Z, a folder of contracts, a contract file or a Smithy JSON AST."


def open_source(text: str) -> Importer:
    """Open a source of contracts by the name a person gives it.

    Args:
        text: ``botocore``, ``botocore==X.Y.Z``, a folder of contract files, one contract file, or a file of
            Smithy JSON AST.

    Raises:
        UsageError: There is no such source.
        ContractError: It is there and cannot be read.
        RegistryUnreachable: A release is not in the cache and cannot be fetched.
    """
    if text == "botocore" or text.startswith("botocore=="):
        from harness.importers.botocore import BotocoreRelease, InstalledBotocore

        release = text.removeprefix("botocore").removeprefix("==")
        return BotocoreRelease(release) if "==" in text else InstalledBotocore()
    path = Path(text)
    if text and path.is_dir():
        return ContractFiles(path)
    if path.suffix == ".json" and path.is_file():
        return _open_json(text, path)
    if path.is_file():
        return SingleContract(path)
    raise UsageError(text or "source", "there is no such source of contracts", REMEDY)


def _open_json(text: str, path: Path) -> Importer:
    from harness.importers.smithy import SmithyModel, is_smithy
    from harness.importers.smithy_ast import read_document

    document = read_document(path)
    if not is_smithy(document):
        raise UsageError(text, "the JSON in it is not a Smithy model (no key 'smithy')", REMEDY)
    return SmithyModel(path, document)


def default_contract_root() -> Path:
    """Say which folder of contracts is meant when none is named.

    Returns:
        ``contracts`` in the working directory if it exists, else the contracts that came with the package.
    """
    here = Path("contracts")
    if here.is_dir():
        return here
    package = Path(__file__).resolve().parent.parent
    bundled = package / "bundled" / "contracts"
    return bundled if bundled.is_dir() else package.parent / "contracts"
