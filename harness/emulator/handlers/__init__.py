"""What accepted requests bring about, one module for each kind of operation."""

from __future__ import annotations

from harness.contract import Contract
from harness.emulator.handlers import batch, default
from harness.emulator.handlers.interface import Call, Handler

__all__ = ["Call", "Handler", "handler_for"]


def handler_for(contract: Contract) -> Handler:
    """Choose the handler of an operation by what its contract says."""
    return batch.answer if contract.batch is not None else default.answer
