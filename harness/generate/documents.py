"""Changing one thing in a document without touching the original.

Serves every generator. A position names a place in a document: member names, map keys and list indexes, e.g.
``("Entries", 0, "Source")``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Position = tuple[str | int, ...]


def value_at(document: Any, position: Position) -> Any:
    """Return the value at a position; ``None`` when there is none."""
    for step in position:
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and isinstance(step, int) and step < len(document):
            document = document[step]
        else:
            return None
    return document


def replaced(document: Any, position: Position, value: Any) -> Any:
    """Return a document with another value at a position; its container must exist."""

    def place(container: Any, step: str | int) -> None:
        if isinstance(container, list) and step == len(container):
            container.append(value)
        else:
            container[step] = value

    return _edited(document, position, place) if position else value


def removed(document: Any, position: Position) -> Any:
    """Return a document without the member or entry at a position."""

    def drop(container: Any, step: Any) -> None:
        if isinstance(container, list) or step in container:
            del container[step]

    return _edited(document, position, drop)


def renamed(document: Any, position: Position, key: str) -> Any:
    """Return a document in which the map entry at a position has another key; the order stays."""

    def rename(container: Any, step: str | int) -> None:
        entries = [(key if name == step else name, value) for name, value in container.items()]
        container.clear()
        container.update(entries)

    return _edited(document, position, rename)


def _edited(document: Any, position: Position, edit: Callable[[Any, Any], None]) -> Any:
    """Copy the containers on the way to a position and edit the last of them."""
    copied: Any = dict(document) if isinstance(document, dict) else list(document)
    step = position[0]
    if len(position) == 1:
        edit(copied, step)
    else:
        copied[step] = _edited(copied[step], position[1:], edit)
    return copied


def values(document: Any) -> Iterator[Any]:
    """Walk a document: itself and everything in it, map keys and member names included."""
    waiting = [document]
    while waiting:  # not by recursion, which takes its time with the depth
        value = waiting.pop()
        yield value
        if isinstance(value, dict):
            for name, item in reversed(value.items()):
                waiting += (item, name)
        elif isinstance(value, list):
            waiting += reversed(value)
