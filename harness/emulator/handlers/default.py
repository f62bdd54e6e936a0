"""The handler of every operation that needs no other: the contract itself answers."""

from __future__ import annotations

from typing import Any

from harness.emulator.handlers.interface import Call


def answer(call: Call) -> dict[str, Any]:
    """Make the output from its shape, members of the input repeated where the contract says so."""
    return call.outputs.make(call.seeds, call.document)
