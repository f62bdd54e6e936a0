"""Plain values to contracts, with the exact place of whatever does not fit."""

from __future__ import annotations

from typing import Any

import msgspec

from harness.contract.model import FORMAT, Contract
from harness.errors import ContractError

REMEDY = "Correct it as docs/contracts.md says; docs/contract.schema.json checks it in an editor."
_SOME = "[...]"


def decode_contract(value: Any, where: str) -> Contract:
    """Make a contract of plain values.

    Args:
        value: What a contract file holds.
        where: What to name in an error, e.g. the file's path.

    Raises:
        ContractError: A value has no place in a contract, or the wrong kind; the place is named as in
            ``$.shapes.PutEventsRequestEntryList.length.min``.
    """
    if isinstance(value, dict) and value.get("format", FORMAT) != FORMAT:
        problem = f"$.format is {value['format']!r}, and this harness reads format {FORMAT}"
        raise ContractError(where, problem, "Use the harness that wrote it, or import the operation anew.")
    failure = _failure(value)
    if failure is None:
        return msgspec.convert(value, Contract)
    problem, place = failure
    raise ContractError(where, f"{_locate(value, problem, place)}: {_reworded(problem)}", REMEDY)


def _failure(value: Any) -> tuple[str, str] | None:
    try:
        msgspec.convert(value, Contract)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `")
        return problem, place.rstrip("`") or "$"
    return None


def _reworded(problem: str) -> str:
    """Speak of YAML's kinds: msgspec's words name Python's."""
    problem = problem.replace("Object contains unknown field", "there is no key")
    problem = problem.replace("Object missing required field", "it lacks the key")
    return problem[:1].lower() + problem[1:]


def _locate(value: Any, problem: str, place: str) -> str:
    """Replace each ``[...]``, msgspec's word for any key of a mapping, by the key that is meant."""
    known = "$"
    for part in place.removeprefix("$").split(_SOME)[:-1]:
        known += part
        key = _culprit(value, known, problem, place)
        if key is None:
            return place
        known += f".{key}"
    return known + place.removeprefix("$").split(_SOME)[-1]


def _culprit(value: Any, prefix: str, problem: str, place: str) -> str | None:
    mapping = _at(value, prefix)
    if not isinstance(mapping, dict):
        return None
    for key, item in mapping.items():
        alone = _with_only(value, _steps(prefix), {key: item})
        if _failure(alone) == (problem, place):
            return str(key)
    return None


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    for part in path.removeprefix("$").replace("[", ".[").split("."):
        if part.startswith("["):
            steps.append(int(part[1:-1]))
        elif part:
            steps.append(part)
    return steps


def _at(value: Any, path: str) -> Any:
    for step in _steps(path):
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _with_only(value: Any, steps: list[str | int], mapping: dict[str, Any]) -> Any:
    """Copy a value with another mapping at one place."""
    if not steps:
        return mapping
    step, rest = steps[0], steps[1:]
    if isinstance(value, dict):
        return {**value, step: _with_only(value[step], rest, mapping)}
    inside = [*value]
    inside[int(step)] = _with_only(value[step], rest, mapping)
    return inside
