"""Inputs, outputs and errors of two contracts, walked side by side.

Shapes are paired by where they stand and never by name, so a shape that was merely renamed is no difference.
Each pair is visited once for each direction, at the place nearest to the top; a fact of a shape that stands
at several places is told once, with the other places beside it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from itertools import chain
from typing import Any, NamedTuple

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
from harness.compare.contracts.places import Held, Pair, Places, Way
from harness.contract import Contract, Member, Shape

# Traits of errors that ``harness.compare.contracts.errors`` tells of; spelling that a protocol brings along.
TOLD_BY_ERRORS = frozenset({"exception", "fault", "retryable", "senderFault"})
MOVED_TRAITS = frozenset({"location", "payload"})

NUMBERS = ("byte", "short", "integer", "long", "bigInteger")
FRACTIONS = ("float", "double", "bigDecimal")


class _Place(NamedTuple):
    """Two shapes that stand at the same place.

    Attributes:
        pair: Whether clients send it or get it, and the names of the shapes.
        pointer: Where it stands.
        held: What holds it there.
        old: The old side.
        new: The new side.
        code: The code of the error that it belongs to.
    """

    pair: Pair
    pointer: str
    held: Held
    old: Side
    new: Side
    code: str | None = None

    @property
    def way(self) -> Way:
        """Whether clients send it or get it."""
        return self.pair[0]

    @property
    def part(self) -> str | None:
        """The place's own name; ``None`` for a whole input, output or error."""
        return self.held.name if self.held.holder is not None else None


class _Told(NamedTuple):
    """A difference, and all that it holds for.

    Attributes:
        found: The difference.
        pair: The shapes that it belongs to.
        helds: Where these stand when it holds: members may say otherwise of themselves; ``None`` for
            wherever they stand.
        end: What follows the pointer of the shapes in its own.
    """

    found: Found
    pair: Pair
    helds: dict[Held, None] | None
    end: str


class Walk:
    """Compares what two contracts of one operation send and get.

    Args:
        old: The old contract.
        new: The new contract.
        moved: Whether the service moved to another protocol: all spelling changed then, and is not held
            against each other.
        shown: Pointers of the operation that recordings show: those of a change are named, however many.
    """

    def __init__(
        self, old: Contract, new: Contract, *, moved: bool = False, shown: Collection[str] = ()
    ) -> None:
        self.old, self.new, self.moved = old, new, moved
        self.same_uri = bindings.without_label_names(old.http.uri) == bindings.without_label_names(
            new.http.uri
        )
        alike = (old.protocol, old.http.uri) == (
            new.protocol,
            new.http.uri,
        )  # names in bodies and labels in URIs
        self._same: frozenset[str] = _alike(old, new) if alike else frozenset()
        self._visited: set[Pair] = set()
        self._holding: dict[tuple[Pair, str], dict[Held, None]] = {}  # where a fact of a pair holds
        self._places = Places(shown)
        self._told: list[_Told] = []

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
        pointer = f"{self.new.name}#/{root}"
        waiting = deque([_Place((way, old, new), pointer, Held(None, pointer), *sides, code)])
        while waiting:
            place = waiting.popleft()
            _, before, after = place.pair
            if before == after and before in self._same and place.old.member == place.new.member:
                continue
            self._places.meet(place.pair, place.held)
            self._facts(place)
            if place.pair in self._visited:
                continue
            self._visited.add(place.pair)
            if place.old.shape.type == place.new.shape.type and place.old.shape.type in (
                "structure",
                "union",
                "list",
                "map",
            ):
                waiting.extend(self._below(place))

    def found(self) -> Iterator[Found]:
        """Give what was found, each fact once, with its further places."""
        for item, pair, helds, end in self._told:
            places = self._places.further(pair, helds, item.pointer.removesuffix(end))
            also = tuple(f"{place}{end}" for place in places)
            yield msgspec.structs.replace(item, also=also) if also else item

    def _tell(self, place: _Place, difference: Difference, fact: str | None = None) -> None:
        """Note a difference.

        Args:
            place: The value that it is about.
            difference: What differs.
            fact: What of the shape it is about; nothing where a member says it, and not the shape, which may
                stand elsewhere without it.
        """
        pointer = f"{place.pointer}/{difference.trait}" if difference.trait else place.pointer
        found = Found(f"{place.way}-{difference.stem}", pointer, difference.old, difference.new, place.code)
        self._note(place, found, fact)

    def _note(self, place: _Place, found: Found, fact: str | None) -> None:
        pair, helds, start = place.pair, None, place.pointer
        if fact is not None:
            helds = self._holding.get((pair, fact))
        elif place.held.holder is not None:
            pair, start = place.held.holder, start.removesuffix(f"/{place.held.name}")
        self._told.append(_Told(found, pair, helds, found.pointer.removeprefix(start)))

    def _facts(self, place: _Place) -> None:
        """Compare what holds for a value itself, and not for what is in it."""
        old, new = place.old, place.new
        if old.shape.type != new.shape.type:
            if self._fresh(place, "type"):
                stem = type_stem(old.shape, new.shape)
                self._tell(place, Difference(stem, "type", old.shape.type, new.shape.type), "type")
            return
        found: list[tuple[Difference, str | None]] = []
        for name in SHARED_FACTS:
            if self.moved and name in SPELLING_FACTS:
                continue
            own = bool(old.own(name) or new.own(name))
            if own or self._fresh(place, name):
                differences = compare_fact(name, *self._said(old, new, name))
                found += [(each, None if own else name) for each in differences]
        for item, fact in without_notes(found):
            self._tell(place, item, fact)
        if place.pair[1] not in self.old.errors and self._fresh(place, "error"):
            # an error inside a stream of events; those that are declared are told of as such
            for mapped in compare_mapping(place.pointer, None, old.shape, new.shape, moved=self.moved):
                self._note(place, mapped, "error")
        if place.part is None or place.old.shape.type == "timestamp":
            self._timestamps(place)

    def _said(self, old: Side, new: Side, name: str) -> tuple[Any, Any]:
        """Give what either side says of a trait, without what other comparisons tell."""
        if name != "traits":
            return old.says(name), new.says(name)
        told = set(TOLD_BY_ERRORS)
        told |= MOVED_TRAITS if self.moved else set()
        strangers = set(old.shape.members) ^ set(new.shape.members)
        return tuple(_traits(side, told, strangers) for side in (old, new))  # type: ignore[return-value]

    def _fresh(self, place: _Place, fact: str) -> bool:
        """Note that a fact of two shapes holds at a place; say whether it is the first one."""
        helds = self._holding.setdefault((place.pair, fact), {})
        helds[place.held] = None
        return len(helds) == 1

    def _timestamps(self, place: _Place) -> None:
        if self.moved:
            return
        where = bindings.BODY
        if place.part is not None and place.new.member is not None:
            where = bindings.binding(self.new, place.part, place.new).place
        old = bindings.timestamp_format(self.old, where, place.old)
        new = bindings.timestamp_format(self.new, where, place.new)
        own = place.old.own("timestamp_format") or place.new.own("timestamp_format")
        fact = None if own else f"timestamp in {where}"
        if old != new and (fact is None or self._fresh(place, fact)):
            self._tell(place, Difference("timestamp-format-changed", "timestampFormat", old, new), fact)

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
                    self._tell(step, item)
                yield step

    def _step(self, place: _Place, name: str, old: Member, new: Member) -> _Place:
        sides = Side(old, self.old.shapes[old.target]), Side(new, self.new.shapes[new.target])
        pair = place.way, old.target, new.target
        return _Place(pair, f"{place.pointer}/{name}", Held(place.pair, name), *sides, place.code)

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
                self._tell(place, Difference(stem, name, describe(self.old, old[name])), "members")
                continue
            step = self._step(place, partner, old[name], new[partner])
            if partner != name:
                self._tell(step, Difference("member-renamed", "", name, partner))
            self._member(step, name, partner)
            yield step
        for name in new:
            if name in come and name not in pairs.values():
                stem = added_stem(kind, new[name], place.way)
                self._tell(place, Difference(stem, name, None, describe(self.new, new[name])), "members")

    def _member(self, place: _Place, old_name: str, new_name: str) -> None:
        """Compare what only members say."""
        old, new = place.old.member, place.new.member
        assert old is not None  # noqa: S101
        assert new is not None  # noqa: S101
        for item in chain(compare_members(old, new), self._spelling(place, old_name, new_name)):
            self._tell(place, item)

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
    """Name the coming of a member: a client that does not know it must be able to leave it out.

    That SDKs fill an idempotency token in helps nobody here: those of the old model do not know it.
    """
    needed = member.required and member.default is None
    return "required-member-added" if needed and way == "request" else f"{kind}-added"


def describe(contract: Contract, member: Member) -> str:
    """Say in a word or two what a member is."""
    shape = contract.shapes[member.target]
    element = shape.member if shape.type == "list" else shape.value if shape.type == "map" else None
    inner = f" of {contract.shapes[element.target].type}" if element is not None else ""
    return f"{shape.type}{inner}"
