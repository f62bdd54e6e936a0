"""Noise: what differs between two calls of the same side, as lines that a person may put into a contract.

Nothing is ignored because of it: a line counts once it stands under ``volatile:`` in the contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from harness.compare.interface import Difference, Grade

NOISY = frozenset({"value", "constraint", "type", "text"})


class Unsteady(msgspec.Struct, frozen=True, order=True):
    """What differed from one call to the next and no contract can call volatile."""

    grade: Grade
    pointer: str


class Noise(msgspec.Struct, frozen=True):
    """What differed in the answers of one operation from one call to the next.

    Attributes:
        operation: ``service:Operation``.
        files: The contract files to put them into; none where the operation has no file yet.
        members: Pointers below the output, as ``volatile`` spells them.
        unsteady: What else differed: members that came or went, other errors.
    """

    operation: str
    files: tuple[str, ...]
    members: tuple[str, ...]
    unsteady: tuple[Unsteady, ...] = ()


def noise_of(differences: Iterable[Difference], files: Mapping[str, Iterable[str]]) -> tuple[Noise, ...]:
    """Propose volatile members.

    Args:
        differences: What differed between two calls of the same side.
        files: The contract files of each operation, in the versions that were asked.

    Returns:
        One entry for each operation that differed, sorted. Members that came or went, and other errors, are
        told apart: no contract can call those volatile.
    """
    members: dict[str, set[str]] = {}
    unsteady: dict[str, set[Unsteady]] = {}
    for item in differences:
        head, _, member = item.pointer.partition("#/output/")
        if item.grade in NOISY and head == item.operation and member:
            members.setdefault(item.operation, set()).add(member)
        else:
            unsteady.setdefault(item.operation, set()).add(Unsteady(item.grade, item.pointer))
    return tuple(
        Noise(
            operation=operation,
            files=tuple(files.get(operation, ())),
            members=tuple(sorted(members.get(operation, ()))),
            unsteady=tuple(sorted(unsteady.get(operation, ()))),
        )
        for operation in sorted(members.keys() | unsteady.keys())
    )
