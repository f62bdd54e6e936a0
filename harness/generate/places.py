"""Every place in an input where a value can stand, with the shape that it has there.

Serves the generators that go beyond constraints. A shape that contains itself is walked down to its first
repetition, as ``harness.contract.constraints`` does.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from harness.contract import Contract, Member, Shape

JSON_BODIES = ("json", "rest-json", "smithy-rpc-v2-cbor")  # protocols whose bodies know types

MOST_PLACES = 3_000  # of one operation; of eight operations in twenty thousand there are more


class Place(msgspec.Struct, frozen=True):
    """One place.

    Attributes:
        path: The way to it below the input: member names, ``member``, ``key``, ``value``.
        shape: The shape of the value.
        member: The member, element, key or map value through which it stands there.
        in_body: Whether the value travels inside a structured body.
        required: Whether it must be present; elements never are.
    """

    path: tuple[str, ...]
    shape: Shape
    member: Member
    in_body: bool
    required: bool


def places(contract: Contract) -> Iterator[Place]:
    """List the places of an input in the order of the model, outermost first; the deepest of too many not."""
    listed = list(_places(contract))
    ranked = sorted(range(len(listed)), key=lambda index: len(listed[index].path))
    yield from (listed[index] for index in sorted(ranked[:MOST_PLACES]))


def _places(contract: Contract) -> Iterator[Place]:
    if contract.input is None:
        return
    root = contract.shapes[contract.input]
    for name, member in root.members.items():
        shape = contract.shapes[member.target]
        is_whole_body = member.http_payload and shape.type not in ("structure", "union")
        in_body = not (member.bound_as_text or is_whole_body or member.host_label is not None)
        yield from _walk(contract, (name,), member, (contract.input,), in_body=in_body)


def _walk(
    contract: Contract, path: tuple[str, ...], member: Member, above: tuple[str, ...], *, in_body: bool
) -> Iterator[Place]:
    shape = contract.shapes[member.target]
    yield Place(path, shape, member, in_body, member.required)
    if member.target in above:
        return
    inner = (*above, member.target)
    parts = [*shape.members.items(), ("member", shape.member), ("key", shape.key), ("value", shape.value)]
    for name, part in parts:
        if part is not None:
            yield from _walk(contract, (*path, name), part, inner, in_body=in_body)


def has_structured_body(contract: Contract) -> bool:
    """Say whether an unknown member at the top would travel in the body, beside the known ones."""
    if contract.input is None:
        return False
    if contract.protocol in ("json", "query", "ec2", "smithy-rpc-v2-cbor"):
        return True
    members = contract.shapes[contract.input].members.values()
    return not any(member.http_payload for member in members) and any(
        not member.bound_as_text for member in members
    )
