"""Idempotency tokens of cases: seeded, each its own, so that cases never collide under one token.

Serves the plan, which gives each finished case its token, and the generators of repeated tokens. A token is
derived from what it must be unique for; the clock and the operating system's randomness are not asked.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from harness.cases.model import Case, make_case
from harness.contract import Contract, check, digest, pointer_of
from harness.contract.checking import Violation
from harness.generate.buildable import needs_raw, tokens

KEPT = tuple(name for name in Case.__struct_fields__ if name not in ("id", "operation", "version"))
SPELLED_LENGTHS = (36, 32, 64, 40, 33, 24, 16, 12, 8)


def seeded_token(contract: Contract, member: str, seed: int, purpose: Any) -> str | None:
    """Make a token that the member's shape takes.

    Args:
        contract: The operation.
        member: The token's top-level member.
        seed: The run's seed.
        purpose: What the token is for, as a document; another purpose gets another token.

    Returns:
        The token; ``None`` when no spelling of it fits the shape.
    """
    material = digest([contract.name, contract.version, seed, member, purpose], 64)
    spellings = _spellings(material)
    return next((text for text in spellings if not broken_by(contract, member, text)), None)


def _spellings(material: str) -> Iterator[str]:
    yield str(uuid.UUID(material[:32], version=4))
    for length in SPELLED_LENGTHS:
        yield material[:length]
    yield material + material
    yield from (str(int(material, 16))[:length] for length in (30, 18, 9))


def broken_by(contract: Contract, member: str, value: Any) -> list[Violation]:
    """List what a value breaks of one top-level member's own constraints."""
    return [each for each in check(contract, {member: value}) if each.path[:1] == (member,)]


def finished(contract: Contract, seed: int, case: Case) -> Case:
    """Give a case its own tokens, the way it is sent, and its id after that.

    Tokens are left alone where a case is about them: where it repeats one, aims at a token's own constraints,
    or has an invalid one. A token that is left out is filled in, as a client does.
    """
    if case.fault is not None or case.input is None:
        return case
    document = case.input
    if isinstance(document, dict) and case.origin != "idempotency":
        for member in tokens(contract):
            if not _keeps_its_own(contract, case, member):
                token = _own_token(contract, seed, case, member)
                document = document if token is None else {**document, member: token}
    raw = case.raw or needs_raw(contract, document)
    if document is case.input and raw == case.raw:
        return case
    return remade(contract, case, input=document, raw=raw)


def remade(contract: Contract, case: Case, **changes: Any) -> Case:
    """Make a case anew with some attributes changed, and with the id that belongs to it then."""
    fields: dict[str, Any] = {name: getattr(case, name) for name in KEPT}
    return make_case(contract, **(fields | changes))


def _keeps_its_own(contract: Contract, case: Case, member: str) -> bool:
    about = pointer_of(contract, "input", (member,)) + "/"
    if any(aim.constraint.startswith(about) for aim in case.aims):
        return True
    if member not in case.input:
        return False
    value = case.input[member]
    return value is None or bool(broken_by(contract, member, value))


def _own_token(contract: Contract, seed: int, case: Case, member: str) -> str | None:
    rest = {name: value for name, value in case.input.items() if name not in tokens(contract)}
    sent = [rest, case.raw, case.error, case.authentication]
    return seeded_token(contract, member, seed, sent)
