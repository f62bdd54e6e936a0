"""Errors as whole as their structures ask: required members filled in, words within their bounds."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec

from harness.contract import Contract, Shape, check_shape
from harness.contract.examples import value_of_member
from harness.errors import ContractError
from harness.wire.interface import ErrorReply

MESSAGES = ("message", "Message", "errorMessage")


def whole(contract: Contract, error: ErrorReply) -> ErrorReply:
    """Give an error what its structure requires.

    Args:
        contract: The operation that refuses.
        error: The error as it was made.

    Returns:
        The error with every required member; its message is put into words that keep the bounds of its shape
        where they did not.
    """
    shape = contract.error_shapes().get(error.code)
    if shape is None:
        return error
    filled = {
        name: value
        for name, value in _required(_Key(contract, error.code)).items()
        if name not in error.members and name not in MESSAGES
    }
    message = _fitting(contract, shape, error.message)
    if not filled and message == error.message:
        return error
    return msgspec.structs.replace(error, message=message, members={**error.members, **filled})


class _Key:
    """A contract and a code as a key: contracts cannot be hashed, but each is one object."""

    def __init__(self, contract: Contract, code: str) -> None:
        self.contract, self.code = contract, code

    def __hash__(self) -> int:
        return hash((self.contract.name, self.contract.version, self.code))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and (self.contract is other.contract) and self.code == other.code


@lru_cache(maxsize=2048)
def _required(key: _Key) -> dict[str, Any]:
    shape = key.contract.error_shapes()[key.code]
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        if member.required:
            try:
                found[name] = value_of_member(key.contract, member, ())
            except ContractError:
                continue  # no value keeps the bounds of this member: then there is none to give
    return found


def _fitting(contract: Contract, shape: Shape, message: str) -> str:
    """Keep a message if its shape allows it, else as many of its words as it does, else any fitting text."""
    name = next((each for each in MESSAGES if each in shape.members), None)
    if name is None:
        return message
    member = shape.members[name]
    plain = re.sub(r"[^\w\s]", "", message)
    for candidate in (message, plain, plain[:100], plain[:20]):
        if not check_shape(contract, member.target, candidate):
            return candidate
    try:
        made = value_of_member(contract, member, ())
    except ContractError:
        return message
    return made if isinstance(made, str) else message
