"""Two sources of contracts held against each other, service by service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import msgspec

from harness.compare.contracts import Change, compare_services, service_added, service_removed
from harness.compare.contracts.api_changes import api_changes
from harness.compare.contracts.comparing import operations_of
from harness.compare.contracts.usage import Usage, used_changes
from harness.contract import Contract
from harness.contract.service import Service
from harness.errors import SelectorError, UsageError
from harness.importers.near import did_you_mean
from harness.importers.selectors import matches
from harness.importers.services import ReleasedServices, ServiceSource, open_services
from harness.importers.unchanged import differing_operations


class ServiceDifference(msgspec.Struct, frozen=True):
    """What differs between two states of one service.

    Attributes:
        name: botocore's name of the service.
        title: Its full name.
        changes: The changes, the worst first.
        entry: The changes as the AWS API changelog tells them, where that was asked for.
    """

    name: str
    title: str
    changes: tuple[Change, ...]
    entry: str = ""


class Differences(msgspec.Struct, frozen=True):
    """What a comparison of two sources found.

    Attributes:
        old: What a person calls the old side.
        new: What a person calls the new side.
        services: How many services were compared.
        operations: How many operations were on both sides.
        found: The services that differ, by name.
        used: How many operations the recordings show that changes were held against, if any were.
    """

    old: str
    new: str
    services: int
    operations: int
    found: tuple[ServiceDifference, ...]
    used: int | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change, service by service."""
        return tuple(chain.from_iterable(service.changes for service in self.found))


class _Sides:
    """Two opened sides, narrowed by selectors."""

    def __init__(
        self, old: ServiceSource, new: ServiceSource, selectors: Sequence[str], *, entries: bool
    ) -> None:
        self.old, self.new, self.selectors, self.entries = old, new, tuple(selectors), entries
        self.before, self.after = frozenset(old.services()), frozenset(new.services())

    def names(self) -> list[str]:
        """Name the services to look at: those of both sides, and those whose absence means something."""
        wanted = {selector.partition(":")[0] for selector in self.selectors}
        known = self.before | self.after
        for name in sorted(wanted - known - {"all"}):
            problem = "neither side has such a service" if name else "the selector names no service"
            raise SelectorError(name or "selector", problem, did_you_mean(name, known))
        every = not wanted or "all" in wanted
        return sorted(name for name in known if every or name in wanted)

    def operations(self, name: str) -> frozenset[str]:
        """Name the operations of a service that the selectors mean."""
        both = frozenset(
            operation
            for side, known in ((self.old, self.before), (self.new, self.after))
            if name in known
            for operation in side.operations(name)
        )
        if not self.selectors:
            return both
        meant = frozenset(each for each in both if matches(f"{name}:{each}", self.selectors))
        if not meant:
            raise SelectorError(
                " ".join(self.selectors), f"{name} has no such operation on either side", did_you_mean(
                    next(item for item in self.selectors if item.startswith(name)).partition(":")[2], both
                ),
            )  # fmt: skip
        return meant

    def whole(self, name: str) -> bool:
        """Say whether all of a service is meant."""
        return not self.selectors or any(item in ("all", name) for item in self.selectors)


def diff(
    old: str,
    new: str,
    selectors: Sequence[str] = (),
    *,
    entries: bool = False,
    used_by: Sequence[str] = (),
) -> Differences:
    """Hold two sources of contracts against each other.

    Args:
        old: The source that clients were made for: what ``open_services`` takes.
        new: The source that they meet.
        selectors: ``service``, ``service:Operation``, ``service:Put*``; none for everything.
        entries: Whether the changes are wanted as the AWS API changelog tells them, too.
        used_by: Directories of recordings; only changes that touch what they show are kept.

    Raises:
        CassetteMissing: A directory of recordings does not exist or is empty.
        CassetteCorrupt: A recording cannot be read.
        UsageError: There is no such source, or the sides have nothing in common to compare.
        SelectorError: A selector names nothing on either side.
        ContractError: A source cannot be read.
        RegistryUnreachable: A release cannot be fetched.
    """
    sides = _Sides(open_services(old), open_services(new), selectors, entries=entries)
    usage = _usage(sides.old, used_by) if used_by else None
    services = operations = 0
    found: list[ServiceDifference] = []
    for name in sides.names():
        if name not in sides.before or name not in sides.after:
            found += _one_sided(sides, name)
            continue
        services += 1
        shared = frozenset(sides.old.operations(name)) & frozenset(sides.new.operations(name))
        operations += len(shared & sides.operations(name))
        found += _compared(sides, name)
    if not operations and not found:
        remedy = "Name sides that hold the same service, or a folder instead of a file."
        raise UsageError(f"{old} {new}", "the two sides have no operation in common", remedy)
    if usage is not None:
        found = [each for each in (_used(each, usage) for each in found) if each.changes]
    return Differences(
        old=sides.old.label, new=sides.new.label, services=services, operations=operations,
        found=tuple(found), used=len(usage.operations) if usage is not None else None,
    )  # fmt: skip


def _usage(old: ServiceSource, directories: Sequence[str]) -> Usage:
    """Read recordings with the contracts that clients were made for."""
    from harness.session.usage import usage_of

    services = frozenset(old.services())
    contracts: dict[str, Contract | None] = {}

    def find(name: str) -> Contract | None:
        if name not in contracts:
            service, _, operation = name.partition(":")
            known = service in services and operation in old.operations(service)
            found = old.service(service, frozenset({operation})).operations if known else {}
            contracts[name] = found.get(operation)
        return contracts[name]

    return usage_of([Path(each) for each in directories], find)


def _used(difference: ServiceDifference, usage: Usage) -> ServiceDifference:
    return msgspec.structs.replace(difference, changes=used_changes(difference.changes, usage))


def _one_sided(sides: _Sides, name: str) -> Iterator[ServiceDifference]:
    """Tell of a service that only one side has, where the other would have it: both are of one kind."""
    here, there = (sides.old, sides.new) if name in sides.before else (sides.new, sides.old)
    alike = type(here) is type(there) and here.extent == there.extent != "file"
    if sides.whole(name) and alike:
        change = service_removed(name) if here is sides.old else service_added(name)
        title, told = here.title(name), operations_of(change, here.operations(name))
        day = sides.new.published()
        entry = api_changes(name, title, day, told, None, None) if sides.entries else ""
        yield ServiceDifference(name, title, (change,), entry)


def _compared(sides: _Sides, name: str) -> Iterator[ServiceDifference]:
    """Compare a service that both sides have."""
    wanted = sides.operations(name)
    if isinstance(sides.old, ReleasedServices) and isinstance(sides.new, ReleasedServices):
        if sides.old.files(name) == sides.new.files(name):
            return
        wanted &= differing_operations(sides.old.models.model(name), sides.new.models.model(name))
    else:
        wanted = _told(sides, name, wanted)
    old, new = sides.old.service(name, wanted), sides.new.service(name, wanted)
    changes = compare_services(old, new)
    if not sides.whole(name):
        changes = tuple(change for change in changes if _meant(change, old, new, sides))
    if changes:
        yield _difference(sides, name, sides.new.title(name), changes, old, new)


def _difference(
    sides: _Sides,
    name: str,
    title: str,
    changes: tuple[Change, ...],
    old: Service | None,
    new: Service | None,
) -> ServiceDifference:
    entry = api_changes(name, title, sides.new.published(), changes, old, new) if sides.entries else ""
    return ServiceDifference(name, title, changes, entry)


def _told(sides: _Sides, name: str, wanted: frozenset[str]) -> frozenset[str]:
    """Leave out operations that one side lacks where that means nothing."""
    before, after = frozenset(sides.old.operations(name)), frozenset(sides.new.operations(name))
    folders = (sides.old.extent, sides.new.extent) == ("folder", "folder")
    if sides.new.extent != "model" and not folders:
        wanted &= after
    if sides.old.extent != "model" and not folders:
        wanted &= before
    return wanted


def _meant(change: Change, old: Service, new: Service, sides: _Sides) -> bool:
    """Say whether a change is of an operation that the selectors mean, or of the service around it."""
    if ":" in change.operation:
        return matches(change.operation, sides.selectors)
    place = change.pointer.partition("#/")[2].split("/")
    if place[0] != "waiters":
        return True
    waiters = [(side.waiters or {}).get(place[1], {}) for side in (old, new)]
    return any(matches(f"{old.name}:{waiter.get('operation')}", sides.selectors) for waiter in waiters)
