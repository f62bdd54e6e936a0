"""Changes in the form of the AWS API changelog, and beneath it what that leaves out.

The changelog tells of members and enum values that came. An entry here begins with just that; removals,
requiredness, constraints and errors follow under titles of their own.
Source: the entries of https://awsapichanges.com, e.g. of EventBridge on 2021/03/02.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from harness.compare.contracts.model import Change
from harness.contract import Contract, Member
from harness.contract.service import Service

MEMBERS = frozenset({"member-added", "required-member-added", "union-member-added"})
VALUES = frozenset({"enum-value-added"})
PARTS = ("member", "key", "value")


def api_changes(
    name: str,
    title: str,
    published: str | None,
    changes: Sequence[Change],
    old: Service | None,
    new: Service | None,
) -> str:
    """Write the entry of one service.

    Args:
        name: botocore's name of the service.
        title: Its full name.
        published: The day of the new side, ``YYYY-MM-DD``; ``None`` where it is not known.
        changes: Its changes.
        old: The old state.
        new: The new state.

    Returns:
        The entry, with a line break at its end.
    """
    operations = [(each, list(group)) for each, group in groupby(_sorted(changes), key=lambda item: item.operation)]
    kinds = {each: kind_of(group) for each, group in operations}
    counts = [f"{list(kinds.values()).count(kind)} {kind}" for kind in ("new", "updated", "removed") if kind in kinds.values()]
    date = (published or "date unknown").replace("-", "/")
    lines = [f"{date} - {title} - {' '.join(counts) or '0 updated'} api methods", ""]
    lines += [f"Changes  Update {name} client to latest version", ""]
    order = ("new", "updated", "removed", "also changed")
    for each, group in sorted(operations, key=lambda item: order.index(kinds[item[0]])):
        lines += [f"{each.partition(':')[2] or name} ({kinds[each]})", *_told(group, old, new), ""]
    return "\n".join(lines)


def _sorted(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda item: (item.operation, item.pointer))


def kind_of(changes: Sequence[Change]) -> str:
    """Say in the changelog's word what happened to an operation."""
    rules = {change.rule for change in changes}
    if "operation-added" in rules:
        return "new"
    if "operation-removed" in rules:
        return "removed"
    return "updated" if any(_listed(change) for change in changes) else "also changed"


def _listed(change: Change) -> bool:
    """Say whether the changelog itself would tell of a change."""
    stem = change.rule.partition("-")[2]
    return change.code is None and change.direction != "both" and (stem in MEMBERS or stem in VALUES)


def _told(changes: Sequence[Change], old: Service | None, new: Service | None) -> Iterator[str]:
    listed = {
        way: _tree([change for change in changes if _listed(change) and change.direction == way], new)
        for way in ("request", "response")
    }
    said = [way for way, tree in listed.items() if tree]
    if len(said) == 1:
        yield f"Changes ({said[0]})"
        yield repr(listed[said[0]])
    elif said and listed["request"] == listed["response"]:
        yield "Changes (both)"
        yield repr(listed["request"])
    elif said:
        yield "Changes (request, response)"
        for way in said:
            yield f"{way.capitalize()}"
            yield repr(listed[way])
    rest = [change for change in changes if not _listed(change) and change.rule not in ("operation-added", "operation-removed")]
    for change in sorted(rest, key=lambda item: (heading(item), item.pointer)):
        below = change.pointer.partition("#/")[2]
        yield f"{heading(change)}: {change.rule} {below} {_said(change)}".rstrip()


def heading(change: Change) -> str:
    return change.rule


def _said(change: Change) -> str:
    return f"{change.old!r} -> {change.new!r}"


def _tree(changes: Sequence[Change], new: Service | None) -> dict[str, Any]:
    return {}


__all__ = ["Contract", "Iterator", "Member", "api_changes"]
