"""Cases that ask the emulator for each declared error.

Serves the plan: a valid input with ``x-harness-error``, so that every error is seen with its code and status.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.cases.model import Aim, Case, make_case
from harness.contract import Contract
from harness.generate.foundation import starts


class Errors:
    """One case for each error that the operation declares."""

    def cases(self, contract: Contract, seed: int) -> Iterator[Case]:  # noqa: ARG002  # nothing random here
        """Make the cases; see ``harness.generate.interface.Generator``."""
        document = starts(contract)[0].document
        for code in contract.error_shapes():
            yield make_case(
                contract,
                "error",
                f"the declared error {code}",
                aims=(Aim(error_pointer(contract, code), "outside"),),
                input=document,
                error=code,
            )


def error_pointer(contract: Contract, code: str) -> str:
    """Spell the pointer of a declared error, e.g. ``events:PutEvents#/errors/InternalException``."""
    return f"{contract.name}#/errors/{code}"
