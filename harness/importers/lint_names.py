"""Checks of names: what a contract refers to must exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.contract import Contract, Member, Shape
from harness.importers.near import did_you_mean
from harness.importers.problem import Check, Fault

_PARTS = ("member", "key", "value")


def parts_of(shape: Shape) -> Iterator[tuple[str, Member]]:
    """List the members and parts of a shape with their places below it."""
    for name, member in shape.members.items():
        yield f"members.{name}", member
    for part in _PARTS:
        member = getattr(shape, part)
        if member is not None:
            yield part, member


def target_at(contract: Contract, root: str | None, pointer: str) -> Member | None:
    """Follow a pointer such as ``Entries/member/EventId`` below a shape."""
    member: Member | None = None
    name = root
    for step in pointer.split("/"):
        shape = contract.shapes.get(name or "")
        if shape is None:
            return None
        member = shape.members.get(step) or (getattr(shape, step) if step in _PARTS else None)
        if member is None:
            return None
        name = member.target
    return member


def dangling(contract: Contract) -> Iterator[Fault]:
    """Names of shapes that the contract does not have."""
    named = [("$.input", contract.input), ("$.output", contract.output)]
    named += [(f"$.errors[{index}]", name) for index, name in enumerate(contract.errors)]
    for owner, shape in contract.shapes.items():
        named += [(f"$.shapes.{owner}.{place}.target", member.target) for place, member in parts_of(shape)]
    for place, name in named:
        if name is not None and name not in contract.shapes:
            problem = f"there is no shape {name!r}"
            yield Fault(place, problem, did_you_mean(name, contract.shapes, "Add the shape under 'shapes'."))


def incomplete(contract: Contract) -> Iterator[Fault]:
    """Lists without an element, maps without key or value."""
    needs = {"list": ("member",), "map": ("key", "value")}
    for name, shape in contract.shapes.items():
        for part in needs.get(shape.type, ()):
            if getattr(shape, part) is None:
                problem = f"a {shape.type} needs a {part}"
                yield Fault(f"$.shapes.{name}", problem, f"Add it: {part}: {{target: ...}}.")


def unused(contract: Contract) -> Iterator[Fault]:
    """Shapes that nothing reaches."""
    reached: set[str] = set()
    waiting = [name for name in (contract.input, contract.output, *contract.errors) if name is not None]
    while waiting:
        name = waiting.pop()
        if name not in reached and name in contract.shapes:
            reached.add(name)
            waiting += [member.target for _, member in parts_of(contract.shapes[name])]
    for name in contract.shapes:
        if name not in reached:
            yield Fault(f"$.shapes.{name}", "nothing uses this shape", "Take it out, or name it as a target.")


def not_errors(contract: Contract) -> Iterator[Fault]:
    """Declared errors whose shape is no error."""
    for index, name in enumerate(contract.errors):
        shape = contract.shapes.get(name)
        if shape is not None and shape.error is None:
            problem = f"the shape {name} is not an error"
            yield Fault(f"$.errors[{index}]", problem, "Give the shape 'error: client' or 'error: server'.")


def _named_members(contract: Contract) -> Iterator[tuple[str, str, str]]:
    """List place, side and pointer of every member that the hand-written part names."""
    if contract.auth.member is not None:
        yield "$.auth.member", "input", contract.auth.member
    if contract.idempotency is not None:
        yield "$.idempotency.token", "input", contract.idempotency.token
        for index, name in enumerate(contract.idempotency.scope):
            yield f"$.idempotency.scope[{index}]", "input", name
    batch = contract.batch
    if batch is not None:
        yield "$.batch.entries", "input", batch.entries
        yield "$.batch.results", "output", batch.results
        for key, member in (
            ("code", batch.code),
            ("message", batch.message),
            ("identifier", batch.identifier),
        ):
            if member is not None:
                yield f"$.batch.{key}", "output", f"{batch.results}/member/{member}"
        if batch.failed_count is not None:
            yield "$.batch.failedCount", "output", batch.failed_count
    for output, source in contract.echo.items():
        yield f"$.echo.{output}", "output", output
        yield f"$.echo.{output}", "input", source
    for index, pointer in enumerate(contract.volatile):
        yield f"$.volatile[{index}]", "output", pointer
    for pointer in contract.values:
        yield f"$.values.{pointer}", "input", pointer


def missing_members(contract: Contract) -> Iterator[Fault]:
    """Members that the hand-written part names and the shapes do not have."""
    for place, side, pointer in _named_members(contract):
        root = contract.input if side == "input" else contract.output
        if target_at(contract, root, pointer) is None:
            shape = contract.shapes.get(root or "")
            hint = did_you_mean(pointer, shape.members if shape is not None else ())
            yield Fault(place, f"the {side} has no member {pointer!r}", hint)


def open_secrets(contract: Contract) -> Iterator[Fault]:
    """Bearer tokens that nothing marks as secret, and bearers without a header."""
    if contract.auth.scheme != "bearer":
        return
    if contract.auth.header is None:
        yield Fault("$.auth", "a bearer token needs a header", "Add it, e.g. 'header: Authorization'.")
    name = contract.auth.member
    member = target_at(contract, contract.input, name) if name is not None else None
    if member is not None and not (member.sensitive or contract.shapes[member.target].sensitive):
        place = f"$.shapes.{contract.input}.members.{name}"
        yield Fault(
            place, "the bearer token is not marked as sensitive", "Add 'sensitive: true' to the member."
        )


def unbound_labels(contract: Contract) -> Iterator[Fault]:
    """Labels of the URI without a member, and members without their label."""
    if not contract.protocol.startswith("rest-"):
        return
    shape = contract.shapes.get(contract.input or "", Shape())
    labels = set(re.findall(r"\{([^}+]+)\+?\}", contract.http.uri))
    bound = {member.http_label for member in shape.members.values() if member.http_label is not None}
    for label in sorted(labels - bound):
        yield Fault(
            "$.http.uri", f"no member fills the label {label!r}", "Give one 'httpLabel' of that name."
        )
    for label in sorted(bound - labels):
        place = f"$.shapes.{contract.input}"
        problem = f"the URI {contract.http.uri} has no label {label!r}"
        yield Fault(place, problem, "Correct 'http.uri' or the member's 'httpLabel'.")


REFERENCES: tuple[Check, ...] = (dangling, incomplete)
"""What must hold before values can be looked at."""

NAMES: tuple[Check, ...] = (unused, not_errors, missing_members, open_secrets, unbound_labels)
