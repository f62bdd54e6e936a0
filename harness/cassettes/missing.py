"""Words for a request that has no recording: what was asked, what is there, and in which members it differs.

Made only when something is missing; nothing of it is computed for a hit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from harness.cassettes.index import Miss
from harness.cassettes.meaning import Meaning
from harness.contract import Contract

RECORD = "Record it with mode='new', or look what the cassette holds: harness cassette show."
RECORD_FIRST = "Record it with mode='once', or name another file."
_READS = re.compile(
    r"(?:Get|List|Describe|Head|Search|Query|Scan|Lookup|BatchGet|Count|Preview|Estimate)(?![a-z])"
)
_SHOWN, _LISTED = 60, 5
_ABSENT = object()


def only_reads(contract: Contract) -> bool:
    """Say whether an operation changes nothing: by its method, its ``readonly`` trait, or its name."""
    if "readonly" in contract.traits or contract.http.method in ("GET", "HEAD"):
        return True
    return _READS.match(contract.operation) is not None and not _takes_token(contract)


def _takes_token(contract: Contract) -> bool:
    shape = contract.shapes.get(contract.input or "")
    return shape is not None and any(member.idempotency_token for member in shape.members.values())


def explain(
    meaning: Meaning, miss: Miss, candidates: Iterable[Any], holds: Counter[str], expected: str | None
) -> str:
    """Say what is missing.

    Args:
        meaning: The request.
        miss: Why it has no answer.
        candidates: The canonical inputs of the recordings of the same operation; where turns are kept, of
            the one that is next.
        holds: What the cassette holds, by name.
        expected: What the recording has next, where turns are kept.
    """
    name = meaning.name
    if miss.lack == "played":
        return (
            f"{name} was asked for once more than it was recorded with this input ({_times(miss.recorded)})"
        )
    if miss.lack == "more attempts":
        tries = f"{miss.recorded} attempt{'s' if miss.recorded != 1 else ''}"
        return f"{name} was tried once more than it was recorded: its call ended after {tries}"
    nearest = min((list(differences(each, meaning.document)) for each in candidates), key=len, default=None)
    if miss.lack == "out of turn":
        said = f"{name} is out of turn: the recording has {expected} next"
        if nearest:
            return f"{said}, and that differs in {_listed(nearest)}"
        return f"{said}, with another input" if expected == name else said
    if nearest:
        return f"{name} has no recording with this input; the nearest one differs in {_listed(nearest)}"
    if holds[name] and meaning.operation is None:
        return f"{name} has no recording with this query and body, and {_times(holds[name])} with others"
    if holds[name]:
        return f"{name} has no recording with this input, and {_times(holds[name])} with another"
    return f"{name} has no recording; the cassette holds {_contents(holds)}"


def differences(recorded: Any, asked: Any, path: str = "") -> Iterator[str]:
    """Name the members in which two inputs differ, with both values."""
    if isinstance(recorded, dict) and isinstance(asked, dict):
        for key in sorted({*recorded, *asked}):
            below = f"{path}/{key}" if path else str(key)
            yield from differences(recorded.get(key, _ABSENT), asked.get(key, _ABSENT), below)
    elif isinstance(recorded, list) and isinstance(asked, list):
        for place in range(max(len(recorded), len(asked))):
            pair = [each[place] if place < len(each) else _ABSENT for each in (recorded, asked)]
            yield from differences(pair[0], pair[1], f"{path}/{place}")
    elif recorded != asked or type(recorded) is not type(asked):
        told = f"recorded {_shown(recorded, asked)}, asked {_shown(asked, recorded)}"
        yield f"{path or 'the input'} ({told})"


def _shown(value: Any, other: Any) -> str:
    """Spell a value, of a long one the part in which it first differs from another."""
    if value is _ABSENT:
        return "nothing"
    text = repr(value)
    pairs = enumerate(zip(text, repr(other), strict=False))
    alike = next((place for place, (one, another) in pairs if one != another), 0)
    start = 0 if alike < _SHOWN else alike - _SHOWN // 2
    end = start + _SHOWN
    return f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}"


def _listed(found: list[str]) -> str:
    more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    return ", ".join(found[:_LISTED]) + more


def _times(number: int) -> str:
    return "1 recording" if number == 1 else f"{number} recordings"


def _contents(holds: Counter[str]) -> str:
    if not holds:
        return "nothing"
    named = [f"{name} ({number})" for name, number in holds.most_common(_LISTED)]
    return _listed(named) + (f" and {len(holds) - _LISTED} others" if len(holds) > _LISTED else "")
