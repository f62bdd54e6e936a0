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
        versions: The versions of the contract in which they did.
        members: Their pointers below the output, as ``volatile`` spells them.
    """

    operation: str
    versions: tuple[str, ...]
    members: tuple[str, ...]


def noise_of(differences: Iterable[Difference], versions: Mapping[str, Iterable[str]]) -> tuple[Noise, ...]:
    """Propose volatile members.

    Args:
        differences: What differed between two calls of the same side.
        versions: The versions of each operation that were asked.

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
        Noise(operation, tuple(sorted(set(versions.get(operation, ())))), tuple(sorted(members)))
        for operation, members in sorted(found.items())
    )
