"""The error matrix: what each SDK version makes of each error, and what changes between versions.

Pure values; a finding's identity is (operation, kind, error), never a version or a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from harness.cases.verdict import SEVERITIES, Severity

ABSENT = "absent"
RETRY_MODES = ("legacy", "standard", "adaptive", "default")  # in the last, nobody chooses


class Row(msgspec.Struct, frozen=True):
    """What a caller of one SDK version is given for one error in one retry mode.

    Attributes:
        sdk: The SDK, e.g. ``botocore==1.44.5``.
        operation: ``service:Operation``.
        error: What was provoked: a declared error's name, a common code, or an answer of the wire by name.
        code: The code that the SDK reports; ``None`` where it reports none.
        status: The HTTP status that the SDK reports.
        class_: The class of the exception; ``None`` for no exception, ``absent`` where the SDK does not have
            the operation.
        modelled: Whether the class is one that the service's model declares.
        fault: Whose fault it is by the SDK's model, else by the answer or its status.
        attempts: How many requests were sent.
        retry_mode: ``legacy``, ``standard``, ``adaptive``, or ``default``; ``None`` for what is absent.
        source: ``declared``, ``common`` or ``wire``.
        wire_code: The code that stands in the answer; ``None`` where there is none.
        delays: The longest that each wait can take, in seconds.
        protocol: What this SDK version speaks with the service.
        message: What the exception says.
    """

    sdk: str
    operation: str
    error: str | None
    code: str | None = None
    status: int | None = None
    class_: str | None = msgspec.field(default=None, name="class")
    modelled: bool = False
    fault: str | None = None
    attempts: int = 0
    retry_mode: str | None = None
    source: str | None = None
    wire_code: str | None = None
    delays: tuple[float, ...] = ()
    protocol: str | None = None
    message: str | None = None


class Change(msgspec.Struct, frozen=True):
    """One value that is another in the next SDK version.

    Attributes:
        old_sdk: The earlier SDK of the two.
        new_sdk: The later one.
        old: Its value.
        new: The later one's.
        retry_modes: Where it is so.
        severity: How bad it is.
    """

    old_sdk: str
    new_sdk: str
    old: Any
    new: Any
    retry_modes: tuple[str, ...]
    severity: Severity


class Finding(msgspec.Struct, frozen=True):
    """What SDK versions disagree about.

    Attributes:
        id: Its stable identity, spelled from the next three.
        operation: ``service:Operation``.
        kind: ``changed-code``, ``changed-status``, ``changed-class`` or ``changed-attempts``.
        error: The row's name.
        severity: The worst of its changes.
        changes: What is another from one version to the next.
    """

    id: str
    operation: str
    kind: str
    error: str
    severity: Severity
    changes: tuple[Change, ...]


def _of_code(old: Row, new: Row) -> Severity:  # noqa: ARG001
    return "high" if old.source == "declared" else "medium"


def _of_status(old: Row, new: Row) -> Severity:  # noqa: ARG001
    return "medium"


def _of_class(old: Row, new: Row) -> Severity:
    """Weigh what an ``except`` clause that worked before does now."""
    if old.class_ == "ClientError" and new.modelled:
        return "low"  # the new class is a ClientError too
    return "high" if old.source == "declared" else "medium"


def _of_attempts(old: Row, new: Row) -> Severity:  # noqa: ARG001
    return "low"


KINDS: dict[str, tuple[str, Callable[[Row, Row], Severity]]] = {
    "changed-code": ("code", _of_code),
    "changed-status": ("status", _of_status),
    "changed-class": ("class_", _of_class),
    "changed-attempts": ("attempts", _of_attempts),
}
"""What is compared: the kind of finding, the attribute of a row, and how bad a difference is."""


def compare(rows: Iterable[Row], sdks: Sequence[str]) -> tuple[Finding, ...]:
    """Find what changes from each SDK version to the next that has the operation.

    Args:
        rows: The rows of all versions.
        sdks: The versions, in the order to compare them in.

    Returns:
        The findings, by operation and error in the order of the rows, and by the order of ``KINDS``.
    """
    cells: dict[tuple[str, str], dict[str, dict[str, Row]]] = {}
    for row in rows:
        if row.error is not None and row.retry_mode is not None:
            by_sdk = cells.setdefault((row.operation, row.error), {})
            by_sdk.setdefault(row.sdk, {})[row.retry_mode] = row
    found = []
    for (operation, error), by_sdk in cells.items():
        present = [sdk for sdk in sdks if sdk in by_sdk]
        for kind in KINDS:
            changes = tuple(
                change
                for old, new in pairwise(present)
                for change in _changes(kind, (old, by_sdk[old]), (new, by_sdk[new]))
            )
            if changes:
                worst = max((change.severity for change in changes), key=SEVERITIES.index)
                identity = f"{kind}@{operation}#/errors/{error}"
                found.append(Finding(identity, operation, kind, error, worst, changes))
    return tuple(found)


_Side = tuple[str, dict[str, Row]]


def _changes(kind: str, before: _Side, after: _Side) -> Iterator[Change]:
    """List how two versions differ in one attribute; retry modes that differ alike are one change."""
    (old_sdk, old), (new_sdk, new) = before, after
    name, weigh = KINDS[kind]
    modes: dict[tuple[Any, Any, Severity], list[str]] = {}
    for mode in old:
        if mode in new and getattr(old[mode], name) != getattr(new[mode], name):
            values = (getattr(old[mode], name), getattr(new[mode], name))
            modes.setdefault((*values, weigh(old[mode], new[mode])), []).append(mode)
    for (one, other, severity), seen in modes.items():
        yield Change(old_sdk, new_sdk, one, other, tuple(seen), severity)


class Matrix(msgspec.Struct, frozen=True):
    """Everything that was found out.

    Attributes:
        sdks: The SDKs, in the order they were asked for.
        default_retry_modes: By SDK, the retry mode used where nobody chooses one.
        rows: By SDK, operation, error and retry mode.
        findings: What changes between versions.
    """

    sdks: tuple[str, ...]
    default_retry_modes: dict[str, str]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
