"""Grades of values that differ, from the place where they stand: bounds, codes, texts for people."""

from __future__ import annotations

import re
from typing import Any

from harness.compare.interface import Grade
from harness.compare.pointers import Path, step_into
from harness.contract import Contract, Member, Shape
from harness.contract.checking import has_type, keeps
from harness.contract.constraint import constraints_of

_MESSAGE = re.compile(r"error_?message$", re.IGNORECASE)
# What the entries of lists call their own errors, both of them together.
_ENTRY_CODE = re.compile(r"(error_?)?code", re.IGNORECASE)
_ENTRY_MESSAGE = re.compile(r"(error_?)?message", re.IGNORECASE)


def graded(contract: Contract | None, path: Path, old: Any, new: Any) -> Grade:
    """Grade a changed value of one JSON type.

    Args:
        contract: The operation; ``None`` where it is not known.
        path: Where it stands in the new output.
        old: What stood there.
        new: What stands there now.

    Returns:
        ``text`` for words to a person; ``error-code`` for the code of a failed entry; ``type`` where the new
        value lost the form of its shape and ``constraint`` where it broke a bound that the old one kept;
        else ``value``.
    """
    if _is_message(contract, path):
        return "text"
    if contract is None:
        return "value"
    if _is_code(contract, path):
        return "error-code"
    name, member = _element(contract, path)
    if name is None or name not in contract.shapes:
        return "value"
    shape = contract.shapes[name]
    if not has_type(shape, new):
        return "type" if has_type(shape, old) else "value"
    broken = broken_by(contract, name, member, new)
    return "constraint" if broken - broken_by(contract, name, member, old) else "value"


def _is_message(contract: Contract | None, path: Path) -> bool:
    last = path[-1] if path else None
    if contract is not None and contract.batch is not None and len(path) == 3:
        batch = contract.batch
        if (path[0], last) == (batch.results, batch.message):
            return True
    if isinstance(last, str) and _MESSAGE.search(last) is not None:
        return True
    return contract is not None and _tells_an_error(contract, path, _ENTRY_MESSAGE)


def _is_code(contract: Contract, path: Path) -> bool:
    batch = contract.batch
    if batch is not None and len(path) == 3 and (path[0], path[2]) == (batch.results, batch.code):
        return True
    return _tells_an_error(contract, path, _ENTRY_CODE)


def _tells_an_error(contract: Contract, path: Path, wanted: re.Pattern[str]) -> bool:
    """Say whether this is the code or the message of a list's item that has a member for each."""
    if len(path) < 2 or not isinstance(path[-2], int) or wanted.fullmatch(str(path[-1])) is None:
        return False
    item = contract.shapes.get(_element(contract, path[:-1])[0] or "")
    if item is None or item.type != "structure":
        return False
    return all(any(map(word.fullmatch, item.members)) for word in (_ENTRY_CODE, _ENTRY_MESSAGE))


def _element(contract: Contract, path: Path) -> tuple[str | None, Member | None]:
    """Find the shape in a place, and the member that leads to it."""
    name, member = contract.output, None
    for step in path:
        shape = contract.shapes.get(name or "")
        member = _member(shape, step)
        name = step_into(shape, step)[1]
    return name, member


def _member(shape: Shape | None, step: str | int) -> Member | None:
    if shape is None:
        return None
    if shape.type == "map":
        return shape.value
    return shape.member if isinstance(step, int) else shape.members.get(step)


def broken_by(contract: Contract, name: str, member: Member | None, value: Any) -> set[str]:
    """Name the constraints of a shape, and of the member that leads to it, that a value does not keep."""
    shape = contract.shapes[name]
    if not has_type(shape, value):
        return set()
    return {
        trait
        for trait, expected in constraints_of(contract, name, member)
        if trait != "uniqueItems" and not keeps(shape, trait, expected, value)
    }
