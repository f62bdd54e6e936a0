"""Which changes touch what was really sent and received.

A usage is what recordings show: operations, places in inputs and outputs, enumerated values, error codes,
each with the first recording that shows it. A change that touches none of it is none of the user's business.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

import msgspec

from harness.compare.contracts.model import Change
from harness.contract import Contract, Shape
from harness.contract.checking import Violation, check_shape, normalise
from harness.contract.model import Member

# Rules about members that hit whoever leaves them out.
HIT_BY_ABSENCE = frozenset({
    "request-required-member-added", "request-member-became-required", "request-default-added",
    "request-default-changed", "request-default-removed", "response-union-member-added",
})  # fmt: skip
# Who filled in a token that was sent, code or SDK, no recording tells.
OF_WHOLE_STRUCTURES = frozenset({"request-idempotency-token-removed"})
# Rules whose pointer is the member itself; that of all others ends with a trait.
OF_MEMBERS = ("-member-added", "-member-removed", "-member-renamed")
# Traits that take two steps of a pointer.
TWO_STEPS = frozenset({"length", "range", "traits"})
# Rules about values that somebody must have sent to be hit.
OF_VALUES = frozenset({"request-enum-value-removed"})
# Rules by which a value that was taken may be refused; which ones are, recordings tell.
TIGHTER = re.compile(
    r"request-(?:(?:length|range)-(?:min|max)-(?:added|tightened)"
    r"|pattern-(?:added|tightened|replaced|changed)|enum-(?:added|value-removed))"
)


class Evidence(msgspec.Struct, frozen=True):
    """A recording that shows something.

    Attributes:
        file: The cassette.
        interaction: Its number in the file, from 1.
    """

    file: str
    interaction: int

    def __str__(self) -> str:
        return f"{self.file}, interaction {self.interaction}"


class Usage(msgspec.Struct, frozen=True):
    """What recordings show.

    Attributes:
        operations: ``service:Operation`` of what was asked.
        places: Pointers of members that were sent or received, e.g. ``events:PutEvents#/input/Entries``.
        lacking: Pointers of members that a structure was sent or received without.
        values: Pointers of enumerated members, and a value that they had.
        codes: Operations, and a code of an error that they answered with.
        refused: Pointers of constraints of the new side that a value broke, which the old side took.
    """

    operations: dict[str, Evidence] = {}
    places: dict[str, Evidence] = {}
    lacking: dict[str, Evidence] = {}
    values: dict[tuple[str, str], Evidence] = {}
    codes: dict[tuple[str, str], Evidence] = {}
    refused: dict[str, Evidence] = {}

    def shown(self) -> dict[str, set[str]]:
        """Give the pointers of everything that was sent or received, by operation."""
        found: dict[str, set[str]] = {}
        for pointer in self.places:
            found.setdefault(pointer.partition("#")[0], set()).add(pointer)
        return found

    def note_operation(self, contract: Contract, evidence: Evidence) -> None:
        """Note that an operation was asked."""
        self.operations.setdefault(contract.name, evidence)

    def note_error(self, contract: Contract, code: str, evidence: Evidence) -> None:
        """Note that an operation answered with an error."""
        self.codes.setdefault((contract.name, code), evidence)

    def note_document(self, contract: Contract, side: str, document: object, evidence: Evidence) -> None:
        """Note every place of an ``input`` or ``output``."""
        name = contract.input if side == "input" else contract.output
        if name is not None:
            _Walk(self, contract, evidence).value(name, None, f"{contract.name}#/{side}", document, {})

    def note_refused(self, old: Contract, new: Contract, document: object, evidence: Evidence) -> None:
        """Note which constraints of the new side an input breaks that it kept on the old one."""
        before = {(each.pointer, each.path) for each in _violations(old, document)}
        for each in _violations(new, document):
            if (each.pointer, each.path) not in before:
                self.refused.setdefault(_folded(new, each.pointer), evidence)


def _violations(contract: Contract, document: object) -> Iterable[Violation]:
    if contract.input is None:
        return ()
    return check_shape(contract, contract.input, normalise(contract, document), "input")


def _folded(contract: Contract, pointer: str) -> str:
    """Bring a pointer into a shape within itself to where the shape stood first: changes are told there."""
    operation, _, below = pointer.partition("#/")
    side, *steps = below.split("/")
    here, name, above = f"{operation}#/{side}", contract.input, dict[str, str]()
    for number, step in enumerate(steps):
        shape = contract.shapes.get(name or "")
        here = above.get(name or "", here)
        if shape is None:
            return "/".join((here, *steps[number:]))
        if shape.type in ("structure", "union"):
            above = {**above, str(name): here}
        parts = {"member": shape.member, "key": shape.key, "value": shape.value, **shape.members}
        member = parts.get(step)
        here, name = f"{here}/{step}", member.target if member is not None else None
    return here


class _Walk:
    """One walk over one document."""

    def __init__(self, usage: Usage, contract: Contract, evidence: Evidence) -> None:
        self._usage, self._shapes, self._evidence = usage, contract.shapes, evidence

    def value(
        self, name: str, member: Member | None, pointer: str, value: object, above: Mapping[str, str]
    ) -> None:
        shape = self._shapes.get(name)
        # A shape within itself is noted where it stood first, as changes are told there.
        pointer = above.get(name, pointer)
        self._usage.places.setdefault(pointer, self._evidence)
        if shape is None:
            return
        below = {**above, name: pointer} if shape.type in ("structure", "union") else above
        if isinstance(value, dict) and shape.type == "map":
            self._map(shape, pointer, value, below)
        elif isinstance(value, dict):
            self._structure(shape, pointer, value, below)
        elif isinstance(value, list):
            self._list(shape, pointer, value, below)
        elif isinstance(value, str) and (shape.enum or (member is not None and member.enum)):
            self._usage.values.setdefault((pointer, value), self._evidence)

    def _structure(
        self, shape: Shape, pointer: str, value: Mapping[str, object], above: Mapping[str, str]
    ) -> None:
        for key, member in shape.members.items():
            if value.get(key) is None:
                self._usage.lacking.setdefault(f"{pointer}/{key}", self._evidence)
            else:
                self.value(member.target, member, f"{pointer}/{key}", value[key], above)
        for key in value.keys() - shape.members.keys():
            self._usage.places.setdefault(f"{pointer}/{key}", self._evidence)

    def _list(self, shape: Shape, pointer: str, items: Iterable[object], above: Mapping[str, str]) -> None:
        for item in items:
            if shape.member is not None:
                self.value(shape.member.target, shape.member, f"{pointer}/member", item, above)
            elif isinstance(item, dict):  # a stream of events stands for its union, one after the other
                self._structure(shape, pointer, item, above)

    def _map(self, shape: Shape, pointer: str, value: Mapping[str, object], above: Mapping[str, str]) -> None:
        for key, item in value.items():
            if shape.key is not None:
                self.value(shape.key.target, shape.key, f"{pointer}/key", key, above)
            if shape.value is not None:
                self.value(shape.value.target, shape.value, f"{pointer}/value", item, above)


def used_changes(
    changes: Iterable[Change], usage: Usage, waits: Mapping[str, Collection[str]] | None = None
) -> tuple[Change, ...]:
    """Keep the changes that touch a usage, each with its evidence.

    Args:
        changes: All changes.
        usage: What was sent and received.
        waits: Pointers of waiters, and the operations that they ask.
    """
    told = tuple(changes)
    names = _old_names(told)
    found = ((change, evidence_for(change, usage, waits or {}, names)) for change in told)
    return tuple(_used(change, evidence, usage) for change, evidence in found if evidence is not None)


def _old_names(changes: Iterable[Change]) -> dict[str, str]:
    """Give the pointers of members that are new by name, and how recordings of the old side call them."""
    return {
        pointer: f"{_above(pointer)}/{change.old}"
        for change in changes
        if change.rule.endswith("-member-renamed")
        for pointer in (change.pointer, *change.also)
    }


def _used(change: Change, evidence: Evidence, usage: Usage) -> Change:
    """Say which recording shows it; where a value is refused now, the one that holds the value."""
    refused = None
    if TIGHTER.fullmatch(change.rule) is not None:
        pointers = (change.pointer, *change.also)
        shown = next((usage.refused[each] for each in pointers if each in usage.refused), None)
        refused, evidence = shown is not None, shown or evidence
    return msgspec.structs.replace(change, evidence=str(evidence), refused=refused)


def evidence_for(
    change: Change,
    usage: Usage,
    waits: Mapping[str, Collection[str]] | None = None,
    names: Mapping[str, str] | None = None,
) -> Evidence | None:
    """Give the first recording that a change touches; ``None`` where it touches none.

    Args:
        change: The change.
        usage: What was sent and received.
        waits: Pointers of waiters, and the operations that they ask.
        names: Pointers of members that are new by name, and those of the same members in recordings.
    """
    if ":" not in change.operation:
        asked_by = (waits or {}).get("/".join(change.pointer.split("/")[:3]))
        if asked_by is not None:
            return next((usage.operations[each] for each in asked_by if each in usage.operations), None)
        prefix = f"{change.operation}:"
        return next((seen for name, seen in usage.operations.items() if name.startswith(prefix)), None)
    asked = usage.operations.get(change.operation)
    if asked is None:
        return None
    if _side(change.pointer) not in ("input", "output", "errors") or change.rule in WHOLE_SIDES:
        return asked
    pointers = (_recorded(pointer, names or {}) for pointer in (change.pointer, *change.also))
    seen = (_at(change, pointer, usage) for pointer in pointers)
    return next((each for each in seen if each is not None), None)


def _recorded(pointer: str, names: Mapping[str, str]) -> str:
    """Spell a pointer with the names that members have in recordings."""
    if not names:
        return pointer
    steps = pointer.split("/")
    for count in range(len(steps), 1, -1):  # from the end, so that the beginning is still spelled anew
        here = "/".join(steps[:count])
        if here in names:
            steps[count - 1] = names[here].rpartition("/")[2]
    return "/".join(steps)


def _side(pointer: str) -> str:
    return pointer.partition("#/")[2].partition("/")[0]


WHOLE_SIDES = frozenset({
    "input-added", "required-input-added", "input-removed", "output-added", "output-removed",
    "request-root-changed", "response-root-changed",
})  # fmt: skip


def _at(change: Change, pointer: str, usage: Usage) -> Evidence | None:
    """Give the recording that shows a change's place: that it was there, or was left out if that matters."""
    if _side(pointer) == "errors":
        codes = [pointer.partition("#/errors/")[2].partition("/")[0]]
        codes += [each for each in (change.code, change.old) if isinstance(each, str)]
        received = (usage.codes.get((change.operation, code)) for code in codes)
        return next((each for each in received if each is not None), None)
    place = _member_of(change, pointer)
    if change.rule in OF_WHOLE_STRUCTURES:
        return usage.places.get(_above(place))
    if change.rule in HIT_BY_ABSENCE:
        lacking = usage.lacking.get(place)
        return lacking if lacking is not None or place in usage.places else usage.places.get(_above(place))
    if change.rule in OF_VALUES and isinstance(change.old, list):
        return next((usage.values[place, each] for each in change.old if (place, each) in usage.values), None)
    return usage.places.get(place)


def _member_of(change: Change, pointer: str) -> str:
    if change.rule.endswith(OF_MEMBERS):
        return pointer
    above = _above(pointer)
    return _above(above) if above.rpartition("/")[2] in TWO_STEPS else above


def _above(pointer: str) -> str:
    return pointer.rpartition("/")[0]
