"""The face of the comparison: differences with the rules that name them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from types import MappingProxyType

from harness.compare.contracts.client_aids import compare_paginators, compare_waiters
from harness.compare.contracts.model import SEVERITIES, Change, Found
from harness.compare.contracts.services import Shown, find_differences
from harness.compare.contracts.table import rule
from harness.contract.service import Service

NOTHING_SHOWN: Shown = MappingProxyType({})


def compare_services(old: Service, new: Service, shown: Shown = NOTHING_SHOWN) -> tuple[Change, ...]:
    """Hold two states of one service against each other.

    Args:
        old: The state that clients were made for.
        new: The state that they meet.
        shown: Pointers that recordings show, by ``service:Operation``: a change names all of its places
            among them.

    Returns:
        Every difference once, the worst first, then by pointer.
    """
    found = chain(find_differences(old, new, shown), compare_paginators(old, new), compare_waiters(old, new))
    return ordered(tuple(_named(item) for item in found))


def service_removed(name: str) -> Change:
    """Make the change of a service that the new side does not have."""
    return _named(Found("service-removed", name, name, None))


def service_added(name: str) -> Change:
    """Make the change of a service that only the new side has."""
    return _named(Found("service-added", name, None, name))


def operations_of(change: Change, operations: Iterable[str]) -> tuple[Change, ...]:
    """Tell of a service that came or went operation by operation, as the API changelog does.

    Args:
        change: What ``service_added`` or ``service_removed`` made.
        operations: The service's operations.
    """
    rule_id = "operation-added" if change.rule == "service-added" else "operation-removed"
    return tuple(_named(Found(rule_id, f"{change.operation}:{name}")) for name in operations)


def ordered(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Put the worst first, then sort by pointer and rule."""
    return tuple(
        sorted(changes, key=lambda item: (-SEVERITIES.index(item.severity), item.pointer, item.rule))
    )


def _named(found: Found) -> Change:
    row = rule(found.rule)
    return Change(
        rule=row.id,
        severity=row.severity,
        direction=row.direction,
        operation=found.pointer.partition("#")[0],
        pointer=found.pointer,
        action=row.action,
        old=found.old,
        new=found.new,
        harm=row.harm,
        code=found.code,
        also=found.also,
    )
