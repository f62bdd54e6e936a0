"""Inputs, outputs and errors of two contracts, walked side by side.

Shapes are paired by where they stand and never by name, so a shape that was merely renamed is no difference.
Each pair is visited once for each direction, at the place nearest to the top; a fact of a shape that stands
at several places is told once, with the other places beside it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import Any, Literal, NamedTuple

import msgspec

from harness.compare.contracts import bindings
from harness.compare.contracts.error_mapping import compare_mapping
from harness.compare.contracts.facts import (
    SHARED_FACTS,
    SPELLING_FACTS,
    Difference,
    Side,
    compare_fact,
    compare_members,
    without_notes,
)
from harness.compare.contracts.model import Found
from harness.compare.contracts.places import Places
from harness.contract import Contract, Member, Shape

# Traits of errors that ``harness.compare.contracts.errors`` tells of; spelling that a protocol brings along.
TOLD_BY_ERRORS = frozenset({"exception", "fault", "retryable", "senderFault"})
MOVED_TRAITS = frozenset({"location", "payload"})

NUMBERS = ("byte", "short", "integer", "long", "bigInteger")
FRACTIONS = ("float", "double", "bigDecimal")

Way = Literal["request", "response"]
Pair = tuple[Way, str, str]


class _Place(NamedTuple):
    """Two shapes that stand at the same place.

    Attributes:
        way: Whether clients send it or get it.
        pointer: Where it stands.
        old: The old side.
        new: The new side.
        part: The place's own name; ``None`` for a whole input, output or error.
        code: The code of the error that it belongs to.
    """

    way: Way
    pointer: str
    old: Side
    new: Side
    part: str | None = None
    code: str | None = None


class Walk:
    """Compares what two contracts of one operation send and get.

    Args:
        old: The old contract.
        new: The new contract.
        moved: Whether the service moved to another protocol: all spelling changed then, and is not held
            against each other.
    """

    def __init__(self, old: Contract, new: Contract, *, moved: bool = False) -> None:
        self.old, self.new, self.moved = old, new, moved
        self.same_uri = bindings.without_label_names(old.http.uri) == bindings.without_label_names(
            new.http.uri
        )
        alike = (old.protocol, old.http.uri) == (
            new.protocol,
            new.http.uri,
        )  # names in bodies and labels in URIs
        self._same: frozenset[str] = _alike(old, new) if alike else frozenset()
        self._first: dict[Pair, str] = {}
        self._seen: set[tuple[Any, ...]] = set()
        self._places = Places()
        self._found: list[tuple[Found, str]] = []  # with the pointer of the shapes that a fact belongs to

    def compare(self, way: Way, root: str, old: str, new: str, code: str | None = None) -> None:
        """Walk a pair of whole shapes.

        Args:
            way: Whether clients send it or get it.
            root: ``input``, ``output`` or ``errors/<code>``.
            old: The old shape's name.
            new: The new shape's name.
            code: The code of the error.
        """
        sides = Side(None, self.old.shapes[old]), Side(None, self.new.shapes[new])
        waiting = deque([(_Place(way, f"{self.new.name}#/{root}", *sides, None, code), old, new)])
        while waiting:
            place, before, after = waiting.popleft()
            if before == after and before in self._same and place.old.member == place.new.member:
                continue
            pair = (place.way, before, after)
            first = pair not in self._first
            self._facts(place, pair)
            if not first:
                self._places.meet(self._first[pair], place.pointer)
                continue
            self._first[pair] = place.pointer
            if place.old.shape.type == place.new.shape.type and place.old.shape.type in (
                "structure",
                "union",
                "list",
                "map",
            ):
                for step in self._below(place):
                    assert step.old.member is not None  # noqa: S101
                    assert step.new.member is not None  # noqa: S101
                    waiting.append((step, step.old.member.target, step.new.member.target))

    def found(self) -> Iterator[Found]:
        """Give what was found, each fact once, with its further places."""
        for item, anchor in self._found:
            also = self._places.further(item.pointer, anchor)
            yield msgspec.structs.replace(item, also=also) if also else item

    def _tell(self, place: _Place, difference: Difference, *, own: bool = False) -> None:
        """Note a difference.

        Args:
            place: The value that it is about.
            difference: What differs.
            own: Whether a member says it, and not the shape, which may stand elsewhere without it.
        """
        pointer = f"{place.pointer}/{difference.trait}" if difference.trait else place.pointer
        anchor = place.pointer.rpartition("/")[0] if own else place.pointer
        rule = f"{place.way}-{difference.stem}"
        self._found.append((Found(rule, pointer, difference.old, difference.new, place.code), anchor))

    def _facts(self, place: _Place, pair: Pair) -> None:
        """Compare what holds for a value itself, and not for what is in it."""
        old, new = place.old, place.new
        if old.shape.type != new.shape.type:
            if self._fresh(pair, "type"):
                self._tell(
                    place, Difference(type_stem(old.shape, new.shape), "type", old.shape.type, new.shape.type)
                )
            return
        found: list[Difference] = []
        told_by_members: list[Difference] = []
        for name in SHARED_FACTS:
            if self.moved and name in SPELLING_FACTS:
                continue
            own = bool(old.own(name) or new.own(name))
            if own or self._fresh(pair, name):
                differences = list(compare_fact(name, *self._said(old, new, name)))
                found += differences
                told_by_members += differences if own else []
        for item in without_notes(found):
            self._tell(place, item, own=item in told_by_members)
        if pair[1] not in self.old.errors and self._fresh(pair, "error"):
            # an error inside a stream of events; those that are declared are told of as such
            mapping = compare_mapping(place.pointer, None, old.shape, new.shape, moved=self.moved)
            self._found += [(item, place.pointer) for item in mapping]
        if place.part is None or place.old.shape.type == "timestamp":
            self._timestamps(place, pair)

    def _said(self, old: Side, new: Side, name: str) -> tuple[Any, Any]:
        """Give what either side says of a trait, without what other comparisons tell."""
        if name != "traits":
            return old.says(name), new.says(name)
        told = set(TOLD_BY_ERRORS)
        told |= MOVED_TRAITS if self.moved else set()
        strangers = set(old.shape.members) ^ set(new.shape.members)
        return tuple(_traits(side, told, strangers) for side in (old, new))  # type: ignore[return-value]

    def _fresh(self, pair: Pair, fact: str) -> bool:
        key = (pair, fact)
        fresh = key not in self._seen
        self._seen.add(key)
        return fresh

    def _timestamps(self, place: _Place, pair: Pair) -> None:
        if self.moved:
            return
        where = bindings.BODY
        if place.part is not None and place.new.member is not None:
            where = bindings.binding(self.new, place.part, place.new).place
        old = bindings.timestamp_format(self.old, where, place.old)
        new = bindings.timestamp_format(self.new, where, place.new)
        own = place.old.own("timestamp_format") or place.new.own("timestamp_format")
        if old != new and (own or self._fresh(pair, f"timestamp in {where}")):
            said = Difference("timestamp-format-changed", "timestampFormat", old, new)
            self._tell(place, said, own=bool(own))

    def _below(self, place: _Place) -> Iterator[_Place]:
        """Pair what two shapes of one type are made of, and tell what has no partner."""
        if place.old.shape.type in ("structure", "union"):
            yield from self._members(place)
            return
        for part in ("member", "key", "value"):
            old: Member | None = getattr(place.old.shape, part)
            new: Member | None = getattr(place.new.shape, part)
            if old is not None and new is not None:
                step = self._step(place, part, old, new)
                for item in self._spelling(step, part, part):
                    self._tell(step, item, own=True)
                yield step

    def _step(self, place: _Place, name: str, old: Member, new: Member) -> _Place:
        sides = Side(old, self.old.shapes[old.target]), Side(new, self.new.shapes[new.target])
        return _Place(place.way, f"{place.pointer}/{name}", *sides, name, place.code)

    def _members(self, place: _Place) -> Iterator[_Place]:
        old, new = place.old.shape.members, place.new.shape.members
        gone, come = set(old) - set(new), set(new) - set(old)
        pairs = bindings.renamed(
            bindings.members_at(self.old, old, gone), bindings.members_at(self.new, new, come)
        )
        kind = "union-member" if place.new.shape.type == "union" else "member"
        for name in old:
            partner = name if name in new else pairs.get(name)
            if partner is None:
                required = place.way == "response" and old[name].required
                stem = "required-member-removed" if required else f"{kind}-removed"
                self._tell(place, Difference(stem, name, describe(self.old, old[name])))
                continue
            step = self._step(place, partner, old[name], new[partner])
            if partner != name:
                self._tell(step, Difference("member-renamed", "", name, partner), own=True)
            self._member(step, name, partner)
            yield step
        for name in new:
            if name in come and name not in pairs.values():
                stem = added_stem(kind, new[name], place.way)
                self._tell(place, Difference(stem, name, None, describe(self.new, new[name])))

    def _member(self, place: _Place, old_name: str, new_name: str) -> None:
        """Compare what only members say."""
        old, new = place.old.member, place.new.member
        assert old is not None  # noqa: S101
        assert new is not None  # noqa: S101
        for item in chain(compare_members(old, new), self._spelling(place, old_name, new_name)):
            self._tell(place, item, own=True)

    def _spelling(self, place: _Place, old_name: str, new_name: str) -> Iterator[Difference]:
        """Compare where a value travels, and its name there."""
        if self.moved:
            return
        old = bindings.binding(self.old, old_name, place.old)
        new = bindings.binding(self.new, new_name, place.new)
        if old.place != new.place:
            yield Difference("member-moved", "location", str(old), str(new))
        elif old.name != new.name and not (old.place == bindings.PATH and not self.same_uri):
            if old_name != new_name and (old.name, new.name) == (old_name, new_name):
                return
            yield Difference("wire-name-changed", "name", old.name, new.name)


def _alike(old: Contract, new: Contract) -> frozenset[str]:
    """Name the shapes that are the same on both sides, and reach only such."""
    users: dict[str, list[str]] = {}
    for name, shape in old.shapes.items():
        for target in _targets(shape):
            users.setdefault(target, []).append(name)
    waiting = [name for name, shape in old.shapes.items() if shape != new.shapes.get(name)]
    differing = set(waiting)
    while waiting:
        for user in users.get(waiting.pop(), ()):
            if user not in differing:
                differing.add(user)
                waiting.append(user)
    return frozenset(old.shapes.keys() - differing)


def _traits(side: Side, told: set[str], strangers: set[str]) -> dict[str, Any]:
    """Give the further traits of a value; ``required`` and ``payload`` may name members that come or go."""
    own = side.member.traits if side.member is not None else {}
    kept = {key: value for key, value in {**side.shape.traits, **own}.items() if key not in told}
    named = [name for name in kept.pop("required", ()) if name not in strangers]
    if kept.get("payload") in strangers:
        del kept["payload"]
    return {**kept, "required": named} if named else kept


def _targets(shape: Shape) -> Iterator[str]:
    for member in (*shape.members.values(), shape.member, shape.key, shape.value):
        if member is not None:
            yield member.target


def type_stem(old: Shape, new: Shape) -> str:
    """Name what happened to a type."""
    before, after = old.type, new.type
    if {before, after} == {"structure", "union"}:
        if old.streaming != new.streaming:  # a stream of events is a union of them
            return "streaming-added" if new.streaming else "streaming-removed"
        return "became-union" if after == "union" else "union-became-structure"
    for family in (NUMBERS, FRACTIONS):
        if before in family and after in family:
            return "type-widened" if family.index(after) > family.index(before) else "type-narrowed"
    return "type-changed"


def added_stem(kind: str, member: Member, way: Way) -> str:
    """Name the coming of a member: a client that does not know it must be able to leave it out."""
    needed = member.required and not member.idempotency_token and member.default is None
    return "required-member-added" if needed and way == "request" else f"{kind}-added"


def describe(contract: Contract, member: Member) -> str:
    """Say in a word or two what a member is."""
    shape = contract.shapes[member.target]
    element = shape.member if shape.type == "list" else shape.value if shape.type == "map" else None
    inner = f" of {contract.shapes[element.target].type}" if element is not None else ""
    return f"{shape.type}{inner}"
