"""Selectors: which operations of a source are meant.

``service``, ``service:Operation``, ``service:Put*``, ``all``; none at all means every operation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from harness.errors import SelectorError
from harness.importers.interface import Importer
from harness.importers.near import did_you_mean

ALL = "all"


def select(importer: Importer, selectors: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
    """Find the operations that selectors name.

    Args:
        importer: The source that knows them.
        selectors: The selectors, in any order.

    Returns:
        Pairs of service and operation, each once, in the order of the selectors, then by name.

    Raises:
        SelectorError: A selector names nothing that the source knows; the remedy lists near names.
    """
    chosen = tuple(selectors) or (ALL,)
    found = (pair for selector in chosen for pair in _select(importer, selector))
    return tuple(dict.fromkeys(found))


def matches(name: str, selectors: Iterable[str]) -> bool:
    """Say whether any of some selectors means an operation.

    Args:
        name: The operation, as ``service:Operation``.
        selectors: The selectors.
    """
    service, _, operation = name.partition(":")
    for selector in selectors:
        wanted, colon, pattern = selector.partition(":")
        if selector == ALL or (wanted == service and (not colon or fnmatchcase(operation, pattern))):
            return True
    return False


def _select(importer: Importer, selector: str) -> Iterator[tuple[str, str]]:
    if selector == ALL:
        for service in importer.services():
            yield from ((service, operation) for operation in importer.operations(service))
        return
    service, colon, pattern = selector.partition(":")
    known = importer.services()
    if service not in known:
        problem = f"there is no service {service!r}" if service else "the selector names no service"
        raise SelectorError(selector, problem, did_you_mean(service, known))
    operations = importer.operations(service)
    matching = [name for name in operations if not colon or fnmatchcase(name, pattern)]
    if not matching:
        problem = f"{service} has no operation {pattern!r}" if pattern else "the selector names no operation"
        raise SelectorError(selector, problem, did_you_mean(pattern, operations))
    yield from ((service, name) for name in matching)
