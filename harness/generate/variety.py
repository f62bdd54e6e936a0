"""What constraints do not name: wrong JSON types, nulls, unknown members, instants, texts of the wide world.

Serves the plan beside the boundary generator. Each case changes one thing in a valid input; an outside case
was seen to break what it aims at, an inside one to be valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from harness.cases.model import Aim, Case, make_case
from harness.contract import Contract, check, normalise, pointer_of
from harness.contract.checking import has_type
from harness.contract.model import SIMPLE_TYPES
from harness.generate.boundary_texts import stretched_json
from harness.generate.buildable import tokens
from harness.generate.carriage import obstacle
from harness.generate.documents import removed, replaced, value_at
from harness.generate.foundation import (
    SMALLEST,
    Reached,
    Start,
    fullest_start,
    is_valid,
    reaches,
    smallest_start,
    starts,
)
from harness.generate.places import JSON_BODIES, Place, has_structured_body, places

UNKNOWN_MEMBER = "HarnessUnknownMember"
WIDE_TEXT = "Zażółć – 漢字 \N{MUSICAL SYMBOL G CLEF} e\u0301"
JSON_KINDS: tuple[tuple[str, Any], ...] = (
    ("a number", 7),
    ("a text", "text"),
    ("an object", {"key": "value"}),
    ("an array", ["text"]),
    ("a boolean", True),
    ("a fraction", 0.5),
    ("a text that is not base64", "%%%"),
    ("null", None),
)
DOCUMENTS: tuple[tuple[str, Any], ...] = (
    ("an object", {"name": {"deep": [1, None, "x"]}}),
    ("an array", [1, "two", {"three": 3}]),
    ("a text", "text"),
    ("a number", -1.25),
    ("a boolean", True),
    ("an empty object", {}),
    ("an empty array", []),
)
READ_FROM_TEXT = frozenset(SIMPLE_TYPES) - {"string", "blob", "document"}
INSTANTS: tuple[tuple[str, int | float], ...] = (
    ("the epoch", 0),
    ("a fraction of a second", 1577836800.5),
    ("before the epoch", -1),
    ("the last second of the year 9999", 253402300799),
)


class Change(msgspec.Struct, frozen=True):
    """One changed input.

    Attributes:
        description: What was changed.
        document: The input.
        broken: The pointer that it was made to break; ``None`` for an input that must be valid.
        kept: The pointer of what it was made to use without breaking it.
        raw: Whether it must be sent raw though the SDK would build something of it.
        lenient: Whether it is sent whatever the contract says of it.
    """

    description: str
    document: Any
    broken: str | None = None
    kept: str | None = None
    raw: bool = False
    lenient: bool = False


class Variety:
    """Cases beyond the constraints of the shapes."""

    def cases(self, contract: Contract, seed: int) -> Iterator[Case]:  # noqa: ARG002  # nothing random here
        """Make the cases; see ``harness.generate.interface.Generator``."""
        if contract.input is None:
            return
        beginnings = starts(contract)
        for kind in KINDS:
            for change in kind(contract, beginnings):
                if _holds(contract, change):
                    yield make_case(
                        contract,
                        "boundary",
                        change.description,
                        aims=_aims(change),
                        input=change.document,
                        raw=change.raw,
                    )


def _aims(change: Change) -> tuple[Aim, ...]:
    if change.broken is not None:
        return (Aim(change.broken, "outside"),)
    return (Aim(change.kept, "inside"),) if change.kept is not None else ()


def _holds(contract: Contract, change: Change) -> bool:
    if obstacle(contract, change.document) is not None:
        return False
    if change.lenient:
        return True
    if change.broken is None:
        return is_valid(contract, change.document)
    broken = check(contract, normalise(contract, change.document))
    return any(violation.pointer == change.broken for violation in broken)


def _first(contract: Contract, beginnings: tuple[Start, ...], place: Place) -> Reached | None:
    return next(reaches(contract, beginnings, place.path), None)


def _wrong_types(contract: Contract, beginnings: tuple[Start, ...]) -> Iterator[Change]:
    """One wrong JSON type for each member of the body, and all of them for the first member of each kind."""
    shown: set[str] = set()
    for place in places(contract):
        if not place.in_body or place.path[-1] == "key" or place.shape.type == "document":
            continue
        reached = _first(contract, beginnings, place)
        wrong = _wrong_values(contract, place)
        if reached is None or not wrong:
            continue
        pointer = pointer_of(contract, "input", place.path, "type")
        for kind, value in wrong if place.shape.type not in shown else wrong[:1]:
            description = f"{'/'.join(place.path)}: {kind} instead of a {place.shape.type}"
            yield Change(description, replaced(reached.document, reached.position, value), pointer)
        shown.add(place.shape.type)


def _wrong_values(contract: Contract, place: Place) -> list[tuple[str, Any]]:
    if contract.protocol not in JSON_BODIES:  # everything is text there; only some text is read as more
        return [("a text", "text")] if place.shape.type in READ_FROM_TEXT else []
    is_element = place.path[-1] in ("member", "value")
    wrong = [(kind, value) for kind, value in JSON_KINDS if not has_type(place.shape, value)]
    return [(kind, value) for kind, value in wrong if value is not None or is_element]


def _nulls(contract: Contract, beginnings: tuple[Start, ...]) -> Iterator[Change]:
    for place in places(contract):
        if len(place.path) == 1 and place.in_body and not place.required and contract.protocol in JSON_BODIES:
            document = replaced(beginnings[0].document, place.path, None)
            yield Change(f"{place.path[0]}: null, which is absence", document, raw=True, lenient=True)


def _unknown_members(contract: Contract, beginnings: tuple[Start, ...]) -> Iterator[Change]:
    if has_structured_body(contract):
        document = replaced(beginnings[0].document, (UNKNOWN_MEMBER,), "text")
        yield Change("an unknown member at the top, to be ignored", document, raw=True)
    nested = (place for place in places(contract) if place.in_body and place.shape.type == "structure")
    for place in nested:
        reached = _first(contract, beginnings, place)
        if reached is not None:
            document = replaced(reached.document, (*reached.position, UNKNOWN_MEMBER), {"key": "value"})
            yield Change(f"{'/'.join(place.path)}: an unknown member, to be ignored", document, raw=True)
            return


def _documents(contract: Contract, beginnings: tuple[Start, ...]) -> Iterator[Change]:
    for place in places(contract):
        reached = _first(contract, beginnings, place) if place.shape.type == "document" else None
        if reached is None:
            continue
        for kind, value in DOCUMENTS:
            document = replaced(reached.document, reached.position, value)
            yield Change(f"{'/'.join(place.path)}: {kind} as a document", document)


def _wide_texts(contract: Contract, beginnings: tuple[Start, ...]) -> Iterator[Change]:
    for place in places(contract):
        if place.shape.type != "string" or not place.in_body or place.path[-1] == "key":
            continue
        reached = _first(contract, beginnings, place)
        if reached is None:
            continue
        model = value_at(reached.document, reached.position)
        for text in (WIDE_TEXT, _wide_json(model)):
            document = replaced(reached.document, reached.position, text)
            if text is not None and is_valid(contract, document):
                yield Change(f"{'/'.join(place.path)}: a text beyond ASCII", document)
                break


def _wide_json(model: Any) -> str | None:
    """A JSON text with the wide text in a padding member."""
    if not isinstance(model, str):
        return None
    stretched = stretched_json(model, len(model) + len(WIDE_TEXT) + 16)
    return stretched.replace("xxxx", WIDE_TEXT, 1) if stretched is not None else None


def _instants(contract: Contract, beginnings: tuple[Start, ...]) -> Iterator[Change]:
    for place in places(contract):
        reached = _first(contract, beginnings, place) if place.shape.type == "timestamp" else None
        if reached is None:
            continue
        for kind, value in INSTANTS:
            document = replaced(reached.document, reached.position, value)
            yield Change(f"{'/'.join(place.path)}: {kind}", document)


def _optional_members(contract: Contract, beginnings: tuple[Start, ...]) -> Iterator[Change]:
    """Each optional top-level member left out of a full input, and each alone beside the required ones."""
    full = fullest_start(contract) or beginnings[0].document
    small = smallest_start(contract)
    for place in places(contract):
        if len(place.path) > 1 or place.required:
            continue
        name = place.path[0]
        if name in full and name not in tokens(contract):
            yield Change(f"{name}: left out of a full input", removed(full, (name,)))
        if small is not None:
            alone = next(reaches(contract, (Start(SMALLEST, small),), (name,)), None)
            if alone is not None:
                yield Change(f"{name}: the only optional member", alone.document)


def _missing_tokens(contract: Contract, beginnings: tuple[Start, ...]) -> Iterator[Change]:
    for name in tokens(contract):
        document = removed(beginnings[0].document, (name,))
        kept = pointer_of(contract, "input", (name,), "idempotencyToken")
        yield Change(f"{name}: no idempotency token", document, kept=kept, raw=True, lenient=True)


KINDS: tuple[Callable[[Contract, tuple[Start, ...]], Iterator[Change]], ...] = (
    _wrong_types,
    _nulls,
    _unknown_members,
    _documents,
    _wide_texts,
    _instants,
    _optional_members,
    _missing_tokens,
)
