"""Checking contract files: every fault with its file, its place and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.contract import Contract
from harness.errors import ContractError
from harness.importers.files import check_path, load_contract
from harness.importers.lint_names import NAMES, REFERENCES
from harness.importers.lint_rules import RULES
from harness.importers.lint_shapes import SHAPES
from harness.importers.lint_values import VALUES
from harness.importers.problem import Fault, Problem

__all__ = ["Problem", "lint", "lint_contract"]


def lint(paths: Iterable[Path]) -> tuple[Problem, ...]:
    """Check contract files.

    Args:
        paths: Files, and folders whose ``.yaml`` files are all checked.

    Returns:
        The problems in the order of the files; empty when there are none.

    Raises:
        ContractError: A path does not exist, or a folder holds no contract file at all.
    """
    return tuple(problem for path in _files(paths) for problem in _lint_file(path))


def lint_contract(contract: Contract) -> Iterator[Fault]:
    """Find the faults of a contract, wherever it comes from.

    Values and rules are only looked at where all names lead somewhere.
    """
    broken = [fault for check in REFERENCES for fault in check(contract)]
    yield from broken
    for check in (*NAMES, *SHAPES):
        yield from check(contract)
    if not broken:
        for check in (*VALUES, *RULES):
            yield from check(contract)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_file():
            yield path
            continue
        found = sorted(path.rglob("*.yaml")) if path.is_dir() else []
        if not found:
            problem = (
                "there are no contract files in it" if path.is_dir() else "there is no such file or folder"
            )
            raise ContractError(str(path), problem, "Name contract files, or a folder of them.")
        yield from found


def _lint_file(path: Path) -> Iterator[Problem]:
    try:
        contract = load_contract(path)
    except ContractError as error:
        yield _unreadable(path, error)
        return
    try:
        check_path(path.resolve(), contract)
    except ContractError as error:
        yield Problem(str(path), "$", error.problem, error.remedy)
    for fault in lint_contract(contract):
        yield Problem(str(path), fault.place, fault.problem, fault.remedy, fault.severity)


def _unreadable(path: Path, error: ContractError) -> Problem:
    place, colon, problem = error.problem.partition(": ")
    if colon and place.startswith(("$", "line ")):
        return Problem(str(path), place, problem, error.remedy)
    return Problem(str(path), "$", error.problem, error.remedy)
