"""Which changes a later state takes back: a release that breaks may be followed by one that mends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from harness.compare.contracts.model import Change


def mark_taken_back(changes: Iterable[Change], since: Iterable[Change], later: str) -> Iterator[Change]:
    """Mark the changes that a later state takes back.

    A change is taken back where the later state says again what the old one said, at each of its places.
    Where it cannot say so -
    the operation or the member is gone by then, or all is spelled anew in another protocol - it is not.

    Args:
        changes: What differs between the old state and the new one.
        since: What differs between the old state and the later one.
        later: What a person calls the later state.
    """
    still: set[str] = set()
    moved: set[str] = set()
    for change in since:
        still.update((change.pointer, *change.also))
        if change.pointer.endswith("/type"):  # nothing below it is compared
            still.update(pointer.removesuffix("/type") for pointer in (change.pointer, *change.also))
        if change.pointer.endswith(("#/metadata/protocol", "#/protocol")):
            moved.add(change.operation)
    for change in changes:
        places = (change.pointer, *change.also)
        gone = not moved.isdisjoint((change.operation, change.operation.partition(":")[0])) or any(
            at in still for place in places for at in _above(place)
        )
        yield change if gone else msgspec.structs.replace(change, taken_back=later)


def _above(pointer: str) -> Iterator[str]:
    """Give a pointer and everything that it stands in: members, the operation, the service."""
    yield pointer
    place, _, path = pointer.partition("#/")
    steps = path.split("/")
    for count in range(len(steps) - 1, 0, -1):
        yield f"{place}#/{'/'.join(steps[:count])}"
    yield place
    yield place.partition(":")[0]
