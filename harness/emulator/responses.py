"""Answers made from the shapes of an output, for any operation.

Deterministic: the same seeds give the same output. Members that a contract calls ``volatile`` are made from
the fresh seed and the clock, all others from the steady seed alone. Every value keeps every constraint of
its shape, unless the shape's own bounds contradict its pattern.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from harness.contract import Contract, examples
from harness.contract.checking import keeps
from harness.contract.constraint import own_constraints, trait_of
from harness.contract.model import Member, Shape
from harness.errors import ContractError

# Members that name a next page. Optional ones are left out; required ones are empty where they may be: so do
# the services that require them end their pages.
NEXT_PAGE = re.compile(
    r"(?i)^(next|continuation|pagination|page)\w*(token|marker|key)$|^(next)?marker$|^lastevaluated"
    r"|^position$|^nextrecord(name|type|identifier)$"
)
# Further optional members that a plain success leaves out: the report of what went wrong.
LEFT_OUT = re.compile(r"(?i)^(error|fail|unprocessed)")
# Headers that say something of the very bytes of the body, which a made-up word would belie.
OF_THE_BODY = re.compile(
    r"(?i)^(content-encoding|transfer-encoding|content-range|content-md5|x-amz-checksum-.*)$"
)


class Seeds(msgspec.Struct, frozen=True):
    """What one output is made from.

    Attributes:
        steady: Equal for equal requests.
        fresh: Another one for every effect.
        now: The time in seconds since 1970-01-01T00:00Z.
    """

    steady: str
    fresh: str
    now: float


class _Plan(msgspec.Struct, frozen=True):
    """How one text is made, found out once.

    Attributes:
        volatile: Whether it differs from call to call.
        constraints: What it must keep.
        recipes: What may make it.
        empty: Whether it is the empty text, because it names a next page.
    """

    volatile: bool
    constraints: tuple[tuple[str, Any], ...]
    recipes: tuple[Callable[[_Leaf], Iterator[str]], ...]
    empty: bool


class _Leaf(msgspec.Struct, frozen=True):
    """What a recipe may make a text from."""

    seed: str
    now: float
    contract: Contract


def uuid_of(seed: str) -> str:
    """Make the UUID (version 4 in form) that belongs to a seed."""
    return str(uuid.UUID(bytes=hashlib.sha256(seed.encode("utf-8", "replace")).digest()[:16], version=4))


def iso_text(instant: float) -> str:
    """Spell an instant as ISO 8601 text in UTC with milliseconds, e.g. ``2020-01-01T00:00:00.000Z``."""
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _ids(leaf: _Leaf) -> Iterator[str]:
    text = uuid_of(leaf.seed)
    yield text
    digits = text.replace("-", "")
    yield from (digits, digits[:26], digits[:17], digits[:12], str(int(digits, 16))[:12])


def _arns(leaf: _Leaf) -> Iterator[str]:
    yield f"arn:aws:{leaf.contract.service}:us-east-1:123456789012:resource/{uuid_of(leaf.seed)}"


def _times(leaf: _Leaf) -> Iterator[str]:
    yield iso_text(leaf.now)


# Texts with a meaning that their names give away. Of each recipe's candidates the first that keeps the
# member's constraints is taken; where none does, the plainest text that keeps them.
RECIPES: tuple[tuple[re.Pattern[str], Callable[[_Leaf], Iterator[str]]], ...] = (
    (re.compile(r"(?:^[iI]d|Id|ID|[uU]uid|[tT]oken)$"), _ids),
    (re.compile(r"(?:^[aA]rn|Arn|ARN)$"), _arns),
    (re.compile(r"(?:[tT]ime|[tT]imestamp|Date|[a-z]At)$"), _times),
)


class Outputs:
    """Makes the outputs of one operation.

    Args:
        contract: The operation.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._volatile = frozenset(pointer.strip("/") for pointer in contract.volatile)
        self._plain: dict[tuple[str, ...], Any] = {}  # the costly part of texts, by pointer
        self._plans: dict[tuple[str, ...], _Plan] = {}
        self._made: dict[tuple[Any, ...], tuple[tuple[str, Member], ...]] = {}

    def make(self, seeds: Seeds, given: dict[str, Any], without: str | None = None) -> dict[str, Any]:
        """Make the output of a success.

        Args:
            seeds: What it is made from.
            given: The input, for members that repeat one of it.
            without: A member that the caller makes itself.

        Returns:
            A document with every member but a next page and reports of failures.
        """
        if self.contract.output is None:
            return {}
        try:
            making = _Making(self, seeds, without=without)
            output: dict[str, Any] = making.structure(self.contract.output, (), (), ())
        except ContractError:  # the model asks for what no value can be
            making = _Making(self, seeds, without=without, lenient=True)
            output = making.structure(self.contract.output, (), (), ())
        members = self.contract.shapes[self.contract.output].members
        for name, repeated in self.contract.echo.items():
            if name in members and given.get(repeated) is not None:
                output[name] = given[repeated]
        return output

    def result(self, seeds: Seeds, member: str, position: int) -> Any:
        """Make one element of an output list, e.g. the result of one entry of a batch.

        Args:
            seeds: What it is made from.
            member: The output member that is the list.
            position: The element's place in it.
        """
        shape = self.contract.shapes[self.contract.output or ""]
        listed = self.contract.shapes[shape.members[member].target]
        assert listed.member is not None  # noqa: S101  # lint refuses such a batch
        making = _Making(self, seeds)
        return making.value(listed.member, (member, "member"), (member, position), ())

    def error_members(self, name: str) -> dict[str, Any]:
        """Make what an error structure requires beside its message."""
        shape = self.contract.shapes[name]
        required = {key for key, member in shape.members.items() if member.required}
        making = _Making(self, Seeds(name, name, examples.EPOCH), lenient=True)
        made = making.structure(name, (name,), (name,), ())
        return {key: value for key, value in made.items() if key in required and key.lower() != "message"}

    def plain(self, shape: Shape, member: Member | None, pointer: tuple[str, ...]) -> Any:
        """Return the plainest value of a simple member, made once."""
        if pointer not in self._plain:
            self._plain[pointer] = examples.simple(shape, member)
        return self._plain[pointer]

    def plan(self, shape: Shape, member: Member, pointer: tuple[str, ...]) -> _Plan:
        """Say how a text is made."""
        found = self._plans.get(pointer)
        if found is None:
            name = str(pointer[-1] if pointer else "")
            constraints = tuple(own_constraints(shape, member))
            may_be_empty = all(keeps(shape, *constraint, "") for constraint in constraints)
            found = self._plans[pointer] = _Plan(
                self.is_volatile(pointer),
                constraints,
                tuple(_recipes(name, shape, member)),
                member.required and NEXT_PAGE.search(name) is not None and may_be_empty,
            )
        return found

    def members(
        self, name: str, pointer: tuple[str, ...], above: tuple[str, ...]
    ) -> tuple[tuple[str, Member], ...]:
        """List the members of a structure that a success has; ``above`` are the shapes that it stands in."""
        key = (pointer, name, len(above))
        found = self._made.get(key)
        if found is None:
            members = self.contract.shapes[name].members.items()
            found = self._made[key] = tuple(
                (part, member)
                for part, member in members
                if member.required or (member.target not in above and not _is_left_out(part, member))
            )
        return found

    def is_volatile(self, pointer: tuple[str, ...]) -> bool:
        """Say whether a member differs from call to call."""
        return "/".join(pointer) in self._volatile


def _is_left_out(name: str, member: Member) -> bool:
    header = member.http_header
    if header is not None and OF_THE_BODY.search(header):
        return True
    return bool(NEXT_PAGE.search(name) or LEFT_OUT.search(name))


class _Making:
    """One walk over an output's shapes; holds what stays the same on the way down.

    Where a model contradicts itself so that no value keeps all it asks for, an optional member is left out; a
    required one is an error, or when ``lenient`` the nearest that there is.
    """

    def __init__(
        self, outputs: Outputs, seeds: Seeds, *, without: str | None = None, lenient: bool = False
    ) -> None:
        self.outputs, self.contract, self.seeds, self.lenient = outputs, outputs.contract, seeds, lenient
        self.without = without

    def structure(
        self, name: str, pointer: tuple[str, ...], at: tuple[str | int, ...], above: tuple[str, ...]
    ) -> dict[str, Any]:
        made: dict[str, Any] = {}
        inner = (*above, name)
        shape = self.contract.shapes[name]
        for key, member in self.outputs.members(name, pointer, inner):
            if key == self.without and not pointer:
                continue
            if member.required:
                made[key] = self.value(member, (*pointer, key), (*at, key), inner)
            else:
                making = _Making(self.outputs, self.seeds) if self.lenient else self
                with contextlib.suppress(ContractError):
                    made[key] = making.value(member, (*pointer, key), (*at, key), inner)
            if shape.type == "union" and made:
                break
        return made

    def value(
        self, member: Member, pointer: tuple[str, ...], at: tuple[str | int, ...], above: tuple[str, ...]
    ) -> Any:
        """Make a member's value."""
        shape = self.contract.shapes[member.target]
        inner = (*above, member.target)
        if shape.type in ("structure", "union"):
            return self.structure(member.target, pointer, at, above)
        if shape.type == "list" and shape.member is not None:
            count = self._count(shape, member, shape.member, inner)
            if trait_of(shape, member, "unique_items") and count > 1:
                item = (*pointer, "member")
                return [examples.distinct(self.contract, shape.member, item, place) for place in range(count)]
            return [
                self.value(shape.member, (*pointer, "member"), (*at, place), inner) for place in range(count)
            ]
        if shape.type == "map" and shape.key is not None and shape.value is not None:
            keys = [
                examples.distinct(self.contract, shape.key, (*pointer, "key"), place)
                for place in range(self._count(shape, member, shape.value, inner))
            ]
            return {key: self.value(shape.value, (*pointer, "value"), (*at, key), inner) for key in keys}
        try:
            return self._simple(shape, member, pointer, at)
        except ContractError:
            if not self.lenient:
                raise
            return _nearest(shape, member)

    def _count(self, shape: Shape, member: Member, element: Member, above: tuple[str, ...]) -> int:
        bounds = trait_of(shape, member, "length")
        fewest = int(bounds.min or 0) if bounds is not None else 0
        most = bounds.max if bounds is not None and bounds.max is not None else 1
        return fewest if element.target in above else max(fewest, min(1, int(most)))

    def _simple(
        self, shape: Shape, member: Member, pointer: tuple[str, ...], at: tuple[str | int, ...]
    ) -> Any:
        if member.http_response_code:
            return self.contract.http.code
        if shape.type == "timestamp":
            return round(self.seeds.now, 3) if self.outputs.is_volatile(pointer) else float(examples.EPOCH)
        if shape.type == "string" and trait_of(shape, member, "enum") is None:
            plan = self.outputs.plan(shape, member, pointer)
            if plan.empty:
                return ""
            if plan.recipes:
                found = self._recipe(shape, plan, at)
                if found is not None:
                    return found
        return self.outputs.plain(shape, member, pointer)

    def _recipe(self, shape: Shape, plan: _Plan, at: tuple[str | int, ...]) -> str | None:
        """Make a text with a meaning; ``None`` where none keeps the member's constraints."""
        path = "/".join(str(step) for step in at)
        seed = f"{self.seeds.fresh if plan.volatile else self.seeds.steady}/{path}"
        leaf = _Leaf(seed, self.seeds.now if plan.volatile else float(examples.EPOCH), self.contract)
        for recipe in plan.recipes:
            for candidate in recipe(leaf):
                if all(keeps(shape, *constraint, candidate) for constraint in plan.constraints):
                    return candidate
        return None


def _nearest(shape: Shape, member: Member) -> Any:
    """Make a value that breaks as little as may be: a bound of its length, else its pattern."""
    for trait in ("length", "pattern"):
        free = {trait: None}
        with contextlib.suppress(ContractError):
            return examples.simple(
                msgspec.structs.replace(shape, **free), msgspec.structs.replace(member, **free)
            )
    return ""


def _recipes(name: str, shape: Shape, member: Member) -> Iterator[Callable[[_Leaf], Iterator[str]]]:
    bounds = trait_of(shape, member, "length")
    if bounds is not None and bounds.min == bounds.max == 36:  # the length of a UUID, whatever its name
        yield _ids
    for pattern, recipe in RECIPES:
        if pattern.search(name):
            yield recipe
