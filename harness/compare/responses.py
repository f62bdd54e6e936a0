"""Two runs held against each other, answer by answer. The only room that knows deepdiff.

Stages, the cheap ones first: equality, the error mapping as data, values levelled by shape and linked ids
replaced by references, lists paired by what names their items, and deepdiff on what remains.
Source: deepdiff (https://zepworks.com/deepdiff/current/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

import msgspec
from deepdiff import DeepDiff

from harness.compare.errors import mapping_differences
from harness.compare.grading import graded
from harness.compare.interface import Difference, Grade, Observed
from harness.compare.links import References, Returned, references
from harness.compare.normal import levelled, look_up, same
from harness.compare.pointers import Path, output_pointer, place_of
from harness.compare.remains import Remaining, remains
from harness.contract import Contract, digest

GRADES: tuple[str, ...] = get_args(Grade)
NO_REGRESSION = frozenset({"text", "missing-case"})
# deepdiff's reports of structures, and what each is called here; what is left is a changed value.
REPORTS: dict[str, Grade] = {
    "dictionary_item_added": "member",
    "dictionary_item_removed": "member",
    "iterable_item_added": "member",
    "iterable_item_removed": "member",
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
LONGEST_TEXT = 1000  # characters

Key = tuple[str, str, str, int]
_Pair = tuple[Observed, Observed]


class OutputDifference(msgspec.Struct, frozen=True):
    """One way in which two outputs differ; attributes as in ``Difference``, paths instead of a pointer."""

    grade: Grade
    path: Path
    old: Any
    new: Any
    place: str = ""
    note: str = ""


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
    pairs, found = [], []
    for key, before in _keyed(old):
        if key not in after:
            found.append(_missing(before))
        else:
            pairs.append((before, after[key]))
    differing = [both for both in pairs if not _equal(*both)]
    linked = _linked(pairs, contracts) if differing else ({}, {})
    for before, answer in differing:
        contract = contracts.get((before.operation, before.version))
        found += _differences(before, answer, contract, linked)
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


def _equal(old: Observed, new: Observed) -> bool:
    before, after = old.outcome, new.outcome
    if before.kind == after.kind == "output":
        return before.status == after.status and same(before.output, after.output)
    return False  # errors have few facts, and no output to walk through


def _linked(
    pairs: Sequence[_Pair], contracts: Mapping[tuple[str, str], Contract]
) -> tuple[References, References]:
    """Find the linked ids of both sides, over all answers that both have: a shared value is no own one."""
    outputs = [both for both in pairs if both[0].outcome.kind == both[1].outcome.kind == "output"]
    known = [contracts.get((before.operation, before.version)) for before, _ in outputs]
    returned = [
        [
            Returned(both[side].operation, contract, both[side].outcome.output)
            for contract, both in zip(known, outputs, strict=True)
        ]
        for side in (0, 1)
    ]
    return references(returned[0], returned[1])


def _differences(
    old: Observed, new: Observed, contract: Contract | None, linked: tuple[References, References]
) -> Iterator[Difference]:
    yield from mapping_differences(old, new)
    if old.outcome.kind == "output" and new.outcome.kind == "output":
        before, after = old.outcome.output, new.outcome.output
        for item in output_differences(before, after, contract, linked):
            pointer = _pointer(new.operation, contract, item.path)
            yield Difference(
                new.operation, new.case, item.grade, pointer, item.old, item.new, item.place, item.note
            )


def output_differences(
    old: Any,
    new: Any,
    contract: Contract | None,
    linked: tuple[References, References] = ({}, {}),
) -> tuple[OutputDifference, ...]:
    """Compare two outputs of one operation.

    Args:
        old: One output document.
        new: The other.
        contract: The operation; ``None`` where it is not known.
        linked: What stands for the linked ids of each side.

    Returns:
        What differs, in the order of the old output's paths; ``None`` stands for nothing.
    """
    before, after = levelled(contract, old, linked[0]), levelled(contract, new, linked[1])
    if same(before, after):
        return ()
    shapes = contract.shapes if contract is not None else {}
    left = list(remains(shapes, contract.output if contract is not None else None, before, after))
    found = [_structural(item, old, new) for item in left if item.kind != "differs"]
    found += _deep([item for item in left if item.kind == "differs"], old, new, contract)
    return tuple(sorted(found, key=_by_place))


def _by_place(item: OutputDifference) -> list[tuple[bool, int | str]]:
    return [(isinstance(step, str), step) for step in item.path]


def _structural(item: Remaining, old: Any, new: Any) -> OutputDifference:
    """What the walk settled: members and items that one side lacks, and reordered lists."""
    was, now = look_up(old, item.old_path), look_up(new, item.new_path)
    if item.kind == "reordered":
        if item.key is not None:
            was, now = [each[item.key] for each in was], [each[item.key] for each in now]
        return OutputDifference("order", item.old_path, was, now, place_of(item.old_path), item.note)
    if item.kind == "gone":
        return OutputDifference("member", item.old_path, was, None, place_of(item.old_path), item.note)
    return OutputDifference("member", item.new_path, None, now, place_of(item.new_path), item.note)


def _deep(
    left: Sequence[Remaining], old: Any, new: Any, contract: Contract | None
) -> Iterator[OutputDifference]:
    """Hand all values that remain to deepdiff at once; it is asked nothing where nothing remains."""
    if not left:
        return
    before = {number: _brief(item.old) for number, item in enumerate(left)}
    after = {number: _brief(item.new) for number, item in enumerate(left)}
    for report, levels in DeepDiff(before, after, **OPTIONS).items():
        for level in levels:
            number, *below = level.path(output_format="list")
            item = left[number]
            old_path, new_path = (*item.old_path, *below), (*item.new_path, *below)
            was, now = look_up(old, old_path), look_up(new, new_path)
            grade = REPORTS.get(report, "value")
            if grade == "value" or (_is_number(level.t1) and _is_number(level.t2)):
                grade = graded(contract, new_path, was, now)
            yield OutputDifference(grade, old_path, was, now, place_of(old_path), item.note)


def _brief(value: Any) -> Any:
    """Stand a digest for a long text, of which deepdiff would look for the lines that differ."""
    return digest(value) if isinstance(value, str) and len(value) > LONGEST_TEXT else value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _pointer(operation: str, contract: Contract | None, path: Path) -> str:
    if contract is not None:
        return output_pointer(contract, path)
    parts = ("member" if isinstance(step, int) else step for step in path)
    return "/".join((f"{operation}#/output", *parts))
