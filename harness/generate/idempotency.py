"""Cases that send an idempotency token again.

Serves the plan: first a fresh token, then the same request again, then another payload under the token, then
the token under another scope. Later cases name the first one in ``repeats``; the runner keeps their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.cases.model import Aim, Case, make_case
from harness.contract import Contract, Idempotency, patterns
from harness.contract.constraint import trait_of
from harness.contract.examples import expand
from harness.generate.buildable import needs_raw
from harness.generate.documents import replaced
from harness.generate.foundation import is_valid, starts
from harness.generate.places import Place, places
from harness.generate.tokens import seeded_token


class Repeats:
    """Cases for what a contract says of repeated tokens."""

    def cases(self, contract: Contract, seed: int) -> Iterator[Case]:
        """Make the cases; see ``harness.generate.interface.Generator``."""
        idempotency = contract.idempotency
        if idempotency is None:
            return
        token = seeded_token(contract, idempotency.token, seed, "repeats")
        if token is None:
            return
        document = replaced(starts(contract)[0].document, (idempotency.token,), token)
        first = _case(contract, "a fresh idempotency token", document)
        yield first
        again = "the same request under the same idempotency token"
        yield _case(contract, again, document, "repeated", "inside", first.id)
        changed = _changed(contract, idempotency, document)
        if changed is not None and idempotency.changed is not None:
            other = "another payload under the same idempotency token"
            yield _case(contract, other, changed, "changed", "outside", first.id)
        scoped = _scoped(contract, idempotency, document)
        if scoped is not None:
            yield _case(contract, "the same idempotency token in another scope", scoped, "scope", "inside")


def idempotency_pointer(contract: Contract, promise: str) -> str:
    """Spell the pointer of a promise about tokens: ``repeated``, ``changed`` or ``scope``."""
    return f"{contract.name}#/idempotency/{promise}"


def _case(
    contract: Contract,
    description: str,
    document: Any,
    promise: str = "",
    side: Any = "inside",
    repeats: str | None = None,
) -> Case:
    aims = (Aim(idempotency_pointer(contract, promise), side),) if promise else ()
    raw = needs_raw(contract, document)
    return make_case(
        contract, "idempotency", description, aims=aims, input=document, raw=raw, repeats=repeats
    )


def _changed(contract: Contract, idempotency: Idempotency, document: dict[str, Any]) -> dict[str, Any] | None:
    """Change one member that is neither token nor scope, the body's before others; the input stays valid."""
    kept = {idempotency.token, *idempotency.scope, contract.auth.member}
    top = [place for place in places(contract) if len(place.path) == 1 and place.path[0] not in kept]
    for place in sorted(top, key=lambda place: (not place.in_body, place.path[0] not in document)):
        changed = _with_another(contract, place, document)
        if changed is not None:
            return changed
    return None


def _scoped(contract: Contract, idempotency: Idempotency, document: dict[str, Any]) -> dict[str, Any] | None:
    """Change one scope member; credentials only where the contract gives a second one that is good."""
    for place in places(contract):
        name = place.path[0]
        if len(place.path) > 1 or name not in idempotency.scope:
            continue
        if name == contract.auth.member and len(contract.values.get(name, ())) < 2:
            continue
        changed = _with_another(contract, place, document)
        if changed is not None:
            return changed
    return None


def _with_another(contract: Contract, place: Place, document: dict[str, Any]) -> dict[str, Any] | None:
    current = document.get(place.path[0])
    for value in _others(contract, place, current):
        changed: dict[str, Any] = replaced(document, place.path, value)
        if value != current and is_valid(contract, changed):
            return changed
    return None


def _others(contract: Contract, place: Place, current: Any) -> Iterator[Any]:
    yield from (expand(hint) for hint in contract.values.get(place.path[0], ()))
    yield from trait_of(place.shape, place.member, "enum") or ()
    if not isinstance(current, str) or place.shape.type != "string":
        return
    yield current + "x"
    yield current[:-1] + "x"
    pattern = trait_of(place.shape, place.member, "pattern")
    if pattern is not None and patterns.is_supported(pattern):
        for length in (len(current), len(current) + 1, len(current) - 1):
            found = patterns.example_of_length(pattern, length)
            if found is not None:
                yield found
