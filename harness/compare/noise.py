"""Noise: what differs between two calls of the same side, as lines that a person may put into a contract.

Nothing is ignored because of it: a line counts once it stands under ``volatile:`` in the contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from harness.compare.interface import Difference

NOISY = frozenset({"value", "constraint", "type", "text"})


class Noise(msgspec.Struct, frozen=True):
    """Output members of one operation that differed from one call to the next.

    Attributes:
        operation: ``service:Operation``.
        files: The contract files to put them into; none where the operation has no file yet.
        members: Their pointers below the output, as ``volatile`` spells them.
    """

    operation: str
    files: tuple[str, ...]
    members: tuple[str, ...]


def noise_of(differences: Iterable[Difference], files: Mapping[str, Iterable[str]]) -> tuple[Noise, ...]:
    """Propose volatile members.

    Args:
        differences: What differed between two calls of the same side.
        files: The contract files of each operation, in the versions that were asked.

    Returns:
        One entry for each operation with such members, sorted. Members that came or went, and other errors,
        are not among them: no contract can call those volatile.
    """
    found: dict[str, set[str]] = {}
    for item in differences:
        head, _, member = item.pointer.partition("#/output/")
        if item.grade in NOISY and head == item.operation and member:
            found.setdefault(item.operation, set()).add(member)
    return tuple(
        Noise(operation, tuple(files.get(operation, ())), tuple(sorted(members)))
        for operation, members in sorted(found.items())
    )
