"""What every source of contracts can do.

Implemented by contract files, by the installed botocore and by any of its releases; used by the session, the
command line and the lint.
"""

from __future__ import annotations

from typing import Protocol

from harness.contract import Contract


class Importer(Protocol):
    """A source of contracts."""

    def services(self) -> tuple[str, ...]:
        """Name the services it knows, by botocore's names, sorted."""
        ...

    def operations(self, service: str) -> tuple[str, ...]:
        """Name the operations of a service, sorted.

        Raises:
            SelectorError: It does not know the service.
        """
        ...

    def load(self, service: str, operation: str, version: str | None = None) -> Contract:
        """Make the contract of one operation.

        Args:
            service: botocore's name of the service.
            operation: The operation's name.
            version: The version wanted, ``YYYY-MM-DD``; ``None`` for the newest. A source that holds one
                version only gives its contract this version.

        Raises:
            SelectorError: It does not know the service, the operation or the version.
            ContractError: What it holds cannot be read.
        """
        ...
