"""Two runs held against each other, answer by answer. The only room that knows deepdiff.

Stages, the cheap ones first: equality, the error mapping as data, volatile members levelled, reordered lists,
and deepdiff on what remains.
Source: deepdiff (https://zepworks.com/deepdiff/current/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from deepdiff import DeepDiff

from harness.compare.errors import mapping_differences
from harness.compare.interface import Difference, Grade, Observed
from harness.compare.normal import levelled, look_up, put, reorderings, same
from harness.compare.pointers import Path, output_pointer
from harness.contract import Contract, check

GRADES: tuple[str, ...] = get_args(Grade)
NO_REGRESSION = frozenset({"text", "missing-case"})
# deepdiff's reports of structures, and what each is called here; what is left is a changed value.
REPORTS: dict[str, Grade] = {
    "dictionary_item_added": "member",
    "dictionary_item_removed": "member",
    "iterable_item_added": "value",
    "iterable_item_removed": "value",
    "type_changes": "type",
    "values_changed": "value",
}
OPTIONS: dict[str, Any] = {
    "view": "tree",
    "verbose_level": 2,
    # By default structures that share few members are reported as one change,
    "threshold_to_diff_deeper": 0,
    # and names such as __type are passed over. ignore_numeric_type_changes is not used: it takes true for 1
    # and rounds; whole numbers are spelled in one way before.
    "ignore_private_variables": False,
}
SHAPE_TRAITS = ("type", "unknown", "required")

Key = tuple[str, str, str, int]


def compare(
    old: Iterable[Observed], new: Iterable[Observed], contracts: Mapping[tuple[str, str], Contract]
) -> tuple[Difference, ...]:
    """Hold two sides' answers to the same cases against each other.

    Args:
        old: One side's answers. A case that was sent several times is paired in the order of sending.
        new: The other side's answers; cases that only it has are no difference.
        contracts: The contracts by operation and version, for volatile members and pointers; answers of
            operations that are not among them are compared as they stand.

    Returns:
        The differences, worst grade first, in the old side's order within a grade.
    """
    after = dict(_keyed(new))
    found: list[Difference] = []
    for key, before in _keyed(old):
        if key not in after:
            found.append(_missing(before))
        else:
            contract = contracts.get((before.operation, before.version))
            found += _differences(before, after[key], contract)
    return tuple(sorted(found, key=lambda difference: GRADES.index(difference.grade)))


def is_regression(differences: Iterable[Difference]) -> bool:
    """Say whether differences are more than other words or cases that were not sent."""
    return any(difference.grade not in NO_REGRESSION for difference in differences)


def _keyed(side: Iterable[Observed]) -> Iterator[tuple[Key, Observed]]:
    times: dict[tuple[str, str, str], int] = {}
    for answer in side:
        key = (answer.operation, answer.version, answer.case)
        times[key] = times.get(key, 0) + 1
        yield (*key, times[key]), answer


def _missing(answer: Observed) -> Difference:
    outcome = answer.outcome
    said = {"kind": outcome.kind, "status": outcome.status, "code": outcome.code}
    return Difference(answer.operation, answer.case, "missing-case", f"{answer.operation}#", said, None)


def _differences(old: Observed, new: Observed, contract: Contract | None) -> Iterator[Difference]:
    yield from mapping_differences(old, new)
    if old.outcome.kind == "output" and new.outcome.kind == "output":
        before, after = old.outcome.output, new.outcome.output
        if not same(before, after):
            for grade, path, was, now in output_differences(before, after, contract):
                pointer = _pointer(new.operation, contract, path)
                yield Difference(new.operation, new.case, grade, pointer, was, now)


def output_differences(
    old: Any, new: Any, contract: Contract | None
) -> Iterator[tuple[Grade, Path, Any, Any]]:
    """Compare two outputs of one operation.

    Args:
        old: One output document.
        new: The other.
        contract: The operation; ``None`` where it is not known.

    Yields:
        Grade, path, and what stood there on each side (``None`` for nothing), in the order of the paths.
    """
    before, after = levelled(contract, old), levelled(contract, new)
    if same(before, after):
        return
    broken = _breaks(contract, new) - _breaks(contract, old)
    found: list[tuple[Grade, Path]] = [("order", path) for path in reorderings(before, after)]
    for _, path in found:
        after = put(after, path, look_up(before, path))
    found += [
        ("constraint" if grade == "value" and path in broken else grade, path)
        for grade, path in _deep(before, after)
    ]
    for grade, path in sorted(found, key=_place):
        yield grade, path, look_up(old, path), look_up(new, path)


def _place(item: tuple[Grade, Path]) -> list[tuple[bool, int | str]]:
    return [(isinstance(step, str), step) for step in item[1]]


def _breaks(contract: Contract | None, output: Any) -> set[Path]:
    """The places in an output whose values break a bound, a pattern or the like."""
    violations = check(contract, output, "output") if contract is not None else ()
    return {item.path for item in violations if item.trait not in SHAPE_TRAITS}


def _deep(old: Any, new: Any) -> Iterator[tuple[Grade, Path]]:
    if same(old, new):
        return
    for report, levels in DeepDiff(old, new, **OPTIONS).items():
        for level in levels:
            numbers = _is_number(level.t1) and _is_number(level.t2)
            grade: Grade = "value" if numbers else REPORTS.get(report, "value")
            yield grade, tuple(level.path(output_format="list"))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _pointer(operation: str, contract: Contract | None, path: Path) -> str:
    if contract is not None:
        return output_pointer(contract, path)
    parts = ("member" if isinstance(step, int) else step for step in path)
    return "/".join((f"{operation}#/output", *parts))
