"""Two sources of contracts held against each other, service by service."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
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
        selectors: What was compared of both sides; nothing for everything.
        shown: The operations that the recordings show, if changes were held against any.
    """

    old: str
    new: str
    services: int
    operations: int
    found: tuple[ServiceDifference, ...]
    selectors: tuple[str, ...] = ()
    shown: frozenset[str] | None = None

    @property
    def used(self) -> int | None:
        """How many operations the recordings show, if there were any recordings."""
        return len(self.shown) if self.shown is not None else None

    def looked_at(self, operation: str) -> bool:
        """Say whether changes of an operation, or of a service, would have been told."""
        selectors, shown = self.selectors, self.shown
        if ":" not in operation:
            selectors = tuple(each.partition(":")[0] for each in selectors)
            shown = frozenset(each.partition(":")[0] for each in shown) if shown is not None else None
        meant = not selectors or matches(operation, selectors)
        return meant and (shown is None or operation in shown)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every change, service by service."""
        return tuple(chain.from_iterable(service.changes for service in self.found))


class _Sides:
    """Two opened sides, narrowed by selectors."""

    def __init__(
        self,
        old: ServiceSource,
        new: ServiceSource,
        selectors: Sequence[str],
        *,
        entries: bool,
        usage: Usage | None = None,
    ) -> None:
        self.old, self.new, self.selectors, self.entries = old, new, tuple(selectors), entries
        self.usage = usage
        self.shown = usage.shown() if usage is not None else {}
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

    def touched(self, name: str) -> bool:
        """Say whether a change of a service may matter: recordings, if there are any, show the service."""
        shown = self.usage.operations if self.usage is not None else None
        return shown is None or any(each.startswith(f"{name}:") for each in shown)

    def used(
        self, changes: tuple[Change, ...], old: Service | None = None, new: Service | None = None
    ) -> tuple[Change, ...]:
        """Keep what touches the recordings; everything where there are none."""
        if self.usage is None:
            return changes
        return used_changes(changes, self.usage, _waits(old, new))


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
        UsageError: There is no such source, the sides have nothing in common to compare, or the recordings
            show nothing of the old side.
        SelectorError: A selector names nothing on either side.
        ContractError: A source cannot be read.
        RegistryUnreachable: A release cannot be fetched.
    """
    before, after = open_services(old), open_services(new)
    usage = _usage(before, after, used_by) if used_by else None
    sides = _Sides(before, after, selectors, entries=entries, usage=usage)
    services = operations = 0
    found: list[ServiceDifference] = []
    for name in sides.names():
        if name not in sides.before or name not in sides.after:
            found += _one_sided(sides, name)
            continue
        services += 1
        shared = frozenset(sides.old.operations(name)) & frozenset(sides.new.operations(name))
        operations += len(shared & sides.operations(name))
        if sides.touched(name):
            found += _compared(sides, name)
    if not operations and not found:
        remedy = "Name sides that hold the same service, or a folder instead of a file."
        raise UsageError(f"{old} {new}", "the two sides have no operation in common", remedy)
    return Differences(
        old=sides.old.label, new=sides.new.label, services=services, operations=operations,
        found=tuple(found), selectors=tuple(selectors),
        shown=frozenset(usage.operations) if usage is not None else None,
    )  # fmt: skip


def _usage(old: ServiceSource, new: ServiceSource, directories: Sequence[str]) -> Usage:
    """Read recordings with the contracts of the old side, and hold them against those of the new."""
    from harness.session.usage import usage_of

    usage = usage_of([Path(each) for each in directories], _finder(old), _finder(new))
    if not usage.operations:
        problem = f"they show no operation that {old.label} knows, so nothing was held against them"
        remedy = "Name recordings of what the old side describes."
        raise UsageError(f"--used-by {' '.join(directories)}", problem, remedy)
    return usage


def _finder(source: ServiceSource) -> Callable[[str], Contract | None]:
    """Make what gives the contract of ``service:Operation`` in a source, read once."""
    services = frozenset(source.services())

    @functools.cache
    def find(name: str) -> Contract | None:
        service, _, operation = name.partition(":")
        known = service in services and operation in source.operations(service)
        found = source.service(service, frozenset({operation})).operations if known else {}
        return found.get(operation)

    return find


def _waits(*sides: Service | None) -> dict[str, set[str]]:
    """Name the operations that each waiter of either side asks, by the waiter's pointer."""
    found: dict[str, set[str]] = {}
    for side in sides:
        for name, waiter in ((side.waiters or {}) if side is not None else {}).items():
            pointer = f"{side.name}#/waiters/{name}" if side is not None else ""
            found.setdefault(pointer, set()).add(f"{pointer.partition('#')[0]}:{waiter.get('operation')}")
    return found


def _one_sided(sides: _Sides, name: str) -> Iterator[ServiceDifference]:
    """Tell of a service that only one side has, where the other would have it: both are of one kind."""
    here, there = (sides.old, sides.new) if name in sides.before else (sides.new, sides.old)
    alike = type(here) is type(there) and here.extent == there.extent != "file"
    if sides.whole(name) and alike:
        change = service_removed(name) if here is sides.old else service_added(name)
        used = sides.used((change,))
        if not used:
            return
        title, told = here.title(name), operations_of(change, here.operations(name))
        day = sides.new.published()
        entry = api_changes(name, title, day, told, None, None) if sides.entries else ""
        yield ServiceDifference(name, title, used, entry)


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
    changes = compare_services(old, new, sides.shown)
    if not sides.whole(name):
        changes = tuple(change for change in changes if _meant(change, old, new, sides))
    changes = sides.used(changes, old, new)
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
