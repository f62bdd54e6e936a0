"""The handler of operations that answer for each entry, and may fail entries inside a success."""

from __future__ import annotations

from typing import Any

from harness.contract import Answer, Batch
from harness.emulator.handlers.interface import Call


def answer(call: Call) -> dict[str, Any]:
    """Answer each entry in its place: an identifier where it is taken in, code and message where it fails.

    Args:
        call: A request of an operation whose contract has a ``batch``.

    Returns:
        The output: one result for each entry, in the order of the entries, and the count of failed ones.
    """
    batch = call.contract.batch
    assert batch is not None  # noqa: S101  # chosen by it
    failed = {
        bite.entry: bite.rule.then.entry
        for bite in call.bites
        if bite.entry is not None and bite.rule.then.entry is not None
    }
    entries = call.document.get(batch.entries) or []
    results = [
        _failure(batch, failed[position]) if position in failed else _success(call, batch, position)
        for position in range(len(entries))
    ]
    output = call.outputs.make(call.seeds, call.document, without=batch.results)
    output[batch.results] = results
    if batch.failed_count is not None:
        output[batch.failed_count] = len(failed)
    return output


def _success(call: Call, batch: Batch, position: int) -> dict[str, Any]:
    result: dict[str, Any] = call.outputs.result(call.seeds, batch.results, position)
    return {name: value for name, value in result.items() if name not in (batch.code, batch.message)}


def _failure(batch: Batch, error: Answer) -> dict[str, Any]:
    return {batch.code: error.code, batch.message: error.message or error.code}
