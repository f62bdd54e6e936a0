"""Changes in the form of the AWS API changelog, and beneath it what that leaves out.

The changelog tells of operations, members and enum values that came. An entry here says just that in just its
words; removals, requiredness, constraints, errors and the rest follow under titles of their own, and
operations in which nothing else changed follow as ``also changed``.
Source: the entries of https://awsapichanges.com, e.g. that of EventBridge of 2021/03/02.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from msgspec import structs

from harness.compare.contracts.model import Change
from harness.compare.contracts.table import rule
from harness.compare.contracts.walk import describe
from harness.contract import Contract, Member
from harness.contract.service import Service

MEMBERS = frozenset({"member-added", "required-member-added", "union-member-added"})
VALUES = "enum-value-added"
WHOLES = frozenset({"input-added", "required-input-added", "output-added"})
GONE = ("input-removed", "output-removed")
NEEDED = frozenset({"request-required-member-added", "required-input-added"})
KINDS = ("new", "updated", "removed", "also changed")
EXISTENCE = {
    "operation-added": "new",
    "operation-removed": "removed",
    "service-added": "new",
    "service-removed": "removed",
}
TITLES = {"existence": "Removals", "requiredness": "Requiredness"}
WIDTH = 100


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
        old: The old state; ``None`` for a service that is new.
        new: The new state; ``None`` for a service that is gone.

    Returns:
        The entry, with a line break at its end.
    """
    ordered = sorted(changes, key=lambda item: (item.operation, item.pointer))
    groups = {each: list(group) for each, group in groupby(ordered, key=lambda item: item.operation)}
    kinds = {each: kind_of(group) for each, group in groups.items()}
    date = published.replace("-", "/") if published is not None else "date unknown"
    lines = [f"{date} - {title} - {_counts(list(kinds.values()))}", ""]
    lines += [f"Changes  Update {name} client to latest version", ""]
    for each in sorted(groups, key=lambda item: KINDS.index(kinds[item])):
        _, _, operation = each.partition(":")
        sides = [side.operations.get(operation) if side is not None else None for side in (old, new)]
        lines += [f"{operation or each} ({kinds[each]})", *_told(groups[each], *sides), ""]
    return "\n".join(lines)


def _counts(kinds: Sequence[str]) -> str:
    counted = [f"{kinds.count(kind)} {kind}" for kind in KINDS[:3] if kind in kinds]
    return f"{' '.join(counted) or 'no updated'} api methods"


def kind_of(changes: Sequence[Change]) -> str:
    """Say in the changelog's word what happened to an operation."""
    for change in changes:
        if change.rule in EXISTENCE:
            return EXISTENCE[change.rule]
    return "updated" if any(_is_listed(change) for change in changes) else "also changed"


def _is_listed(change: Change) -> bool:
    """Say whether the changelog itself would tell of a change."""
    stem = change.rule.removeprefix(f"{change.direction}-")
    return change.code is None and (stem in MEMBERS or stem == VALUES or change.rule in WHOLES)


def _needed(change: Change, new: Contract | None) -> Iterator[Change]:
    """Tell of what came and must be sent as the changelog's own form does not."""
    pointers = [change.pointer]
    if change.rule in WHOLES:
        shape = new.shapes.get(new.input or "") if new is not None else None
        members = shape.members if shape is not None else {}
        pointers = [f"{change.pointer}/{name}" for name, member in members.items() if member.required]
    for pointer in pointers:
        place = f"{pointer}/required"
        yield structs.replace(change, rule="request-member-became-required", pointer=place, new=True)


def _told(changes: Sequence[Change], old: Contract | None, new: Contract | None) -> Iterator[str]:
    listed = {
        way: _tree([each for each in changes if _is_listed(each) and each.direction == way], old, new)
        for way in ("request", "response")
    }
    said = [way for way, tree in listed.items() if tree]
    if len(said) == 1:
        yield f"Changes ({said[0]})"
        yield spell(listed[said[0]])
    elif said and listed["request"] == listed["response"]:
        yield "Changes (both)"
        yield spell(listed["request"])
    elif said:
        yield "Changes (request, response)"
        for way in said:
            yield f"{way.capitalize()}"
            yield spell(listed[way])
    rest = [each for each in changes if not _is_listed(each) and each.rule not in EXISTENCE]
    rest += [needed for each in changes if each.rule in NEEDED for needed in _needed(each, new)]
    for heading, group in groupby(sorted(rest, key=_heading), key=_heading):
        yield heading
        yield spell(_tree(list(group), old, new))


def _heading(change: Change) -> str:
    aspect = rule(change.rule).aspect
    if change.code is not None:
        return "Errors"
    title = "Constraints" if aspect.startswith("constraints/") else TITLES.get(aspect, "Other changes")
    return title if change.direction == "both" else f"{title} ({change.direction})"


class Came(frozenset[str]):
    """Enum values that came, spelled in one order only."""

    def __repr__(self) -> str:
        return f"{{{', '.join(repr(value) for value in sorted(self))}}}"


def spell(tree: Any, margin: int = 0) -> str:
    """Spell a tree as Python would, on one line where it fits; texts are never broken.

    Args:
        tree: Dicts, lists, values that came, texts.
        margin: How far the first line stands from the left.
    """
    line = _line(tree)
    if len(line) + margin <= WIDTH or not isinstance(tree, (dict, list)):
        return line
    between = ",\n" + " " * (margin + 1)
    if isinstance(tree, list):
        return f"[{between.join(spell(item, margin + 1) for item in tree)}]"
    items = (f"{key!r}: {spell(tree[key], margin + len(repr(key)) + 3)}" for key in sorted(tree))
    return f"{{{between.join(items)}}}"


def _line(tree: Any) -> str:
    if isinstance(tree, dict):
        return f"{{{', '.join(f'{key!r}: {_line(tree[key])}' for key in sorted(tree))}}}"
    return f"[{', '.join(_line(item) for item in tree)}]" if isinstance(tree, list) else repr(tree)


def _tree(changes: Sequence[Change], old: Contract | None, new: Contract | None) -> dict[str, Any]:
    """Put changes below one another as their members stand; lists and maps have no level of their own."""
    tree: dict[str, Any] = {}
    for change in changes:
        contract = new if change.action != "removed" else old
        steps, member = _steps(change.pointer.partition("#/")[2].split("/"), contract)
        stem = change.rule.removeprefix(f"{change.direction}-")
        if change.rule in (*WHOLES, *GONE) and contract is not None:
            tree.update(_members(change, contract))
        elif stem == VALUES:
            _put(tree, steps[:-1], Came(change.new))
        elif stem in MEMBERS and member is not None and contract is not None:
            _put(tree, steps, what_is(contract, member))
        else:
            _put(tree, steps, _values(change))
    return tree


def _members(change: Change, contract: Contract) -> dict[str, Any]:
    """Spell a whole input or output that came, or name the members of one that is gone."""
    name = str(contract.input if change.direction == "request" else contract.output)
    if change.rule in WHOLES:
        return dict(what_is(contract, Member(target=name)))
    return {each: f"- {describe(contract, part)}" for each, part in contract.shapes[name].members.items()}


def _values(change: Change) -> str:
    if change.old is None:
        return f"+ {change.new}"
    return f"- {change.old}" if change.new is None else f"{change.old} -> {change.new}"


def _steps(steps: list[str], contract: Contract | None) -> tuple[list[str], Member | None]:
    """Follow a pointer: its steps without side, lists and maps, and the member at its end."""
    if contract is None or steps[0] not in ("input", "output"):
        return [step for step in steps if step], None
    name = contract.input if steps[0] == "input" else contract.output
    kept: list[str] = []
    member: Member | None = None
    for place, step in enumerate(steps[1:], start=1):
        shape = contract.shapes.get(name or "")
        if shape is None:
            return [*kept, *steps[place:]], None
        inside = shape.type in ("list", "map")
        found: Member | None = getattr(shape, step, None) if inside else shape.members.get(step)
        if not isinstance(found, Member):
            return [*kept, *steps[place:]], None
        kept += [] if inside else [step]
        member, name = found, found.target
    return kept, member


def _put(tree: dict[str, Any], steps: Sequence[str], leaf: Any) -> None:
    for step in steps[:-1]:
        below = tree.get(step)
        if not isinstance(below, dict):
            below = tree[step] = {} if below is None else {"": below}
        tree = below
    last = steps[-1] if steps else ""
    if isinstance(tree.get(last), dict) and tree[last]:
        tree[last][""] = leaf
    else:
        tree[last] = leaf


def what_is(contract: Contract, member: Member, above: tuple[str, ...] = ()) -> Any:
    """Spell what a member is as the changelog does: type names, the values of an enum, and what is inside.

    Args:
        contract: The operation.
        member: The member.
        above: The shapes that it stands in, so that a shape inside itself comes to an end.
    """
    shape, inner = contract.shapes[member.target], (*above, member.target)
    if member.target in above:
        return "(recursive)"
    if shape.type in ("structure", "union"):
        return {name: what_is(contract, each, inner) for name, each in shape.members.items()}
    if shape.type == "list" and shape.member is not None:
        return [what_is(contract, shape.member, inner)]
    if shape.type == "map" and shape.key is not None and shape.value is not None:
        key = what_is(contract, shape.key, inner)
        return {key if isinstance(key, str) else "string": what_is(contract, shape.value, inner)}
    values = member.enum or shape.enum
    return " | ".join(values) if values else shape.type
