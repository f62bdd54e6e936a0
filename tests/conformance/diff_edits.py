"""Real models, single edits of them, and what must be told of an edit.

Everything here is worked out from the raw JSON of botocore's files: which operations reach a shape, which
way, and what a pointer means. The comparison itself is only called, so that what it says can be held against
this.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter, OrderedDict, defaultdict, deque
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import botocore
import msgspec

from harness.compare.contracts import compare_services
from harness.importers.service_model import contract_from_model
from harness.importers.services import service_from_model
from harness.importers.unchanged import differing_operations

DATA = Path(botocore.__file__).parent / "data"
PARTS = ("member", "key", "value")
MOST_OPERATIONS = 6
"""How many of the operations that an edit reaches are compared one by one; all are named."""
MOST_PLACES = 40


class Files(NamedTuple):
    """What botocore knows of a service."""

    name: str
    model: dict[str, Any]
    paginators: dict[str, Any]
    waiters: dict[str, Any]


class Spot(NamedTuple):
    """A place inside a shape, and what must be told wherever an operation reaches it.

    Attributes:
        shape: The shape that holds it.
        member: A member of the structure, or ``member``, ``key``, ``value``; ``None`` for the shape itself.
        word: The end of the pointer, e.g. ``length/max``.
        request: The rule for what is sent; ``None`` where nothing is to be told.
        response: The rule for what is received.
    """

    shape: str
    member: str | None
    word: str
    request: str | None
    response: str | None


class Edit(NamedTuple):
    """One edit: both sides, and all that must be told of it, as rules at pointers or at spots."""

    old: Files
    new: Files
    exact: tuple[tuple[str, str], ...] = ()
    spots: tuple[Spot, ...] = ()


@cache
def services() -> tuple[str, ...]:
    """Name the services."""
    return tuple(sorted({path.parent.parent.name for path in DATA.glob("*/*/service-2.json*")}))


@cache
def load(name: str) -> Files:
    """Read the newest files of a service, without their prose."""
    folder = sorted({path.parent for path in DATA.glob(f"{name}/*/service-2.json*")})[-1]
    aids = _read(folder, "paginators-1").get("pagination", {}), _read(folder, "waiters-2").get("waiters", {})
    return Files(name, _without_prose(_read(folder, "service-2")), *aids)


def _read(folder: Path, stem: str) -> dict[str, Any]:
    for path in folder.glob(f"{stem}.json*"):
        raw = path.read_bytes()
        return json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)  # type: ignore[no-any-return]
    return {}


def _without_prose(model: dict[str, Any]) -> dict[str, Any]:
    model.pop("documentation", None)
    for operation in model["operations"].values():
        operation.pop("documentation", None)
        for reference in [
            operation.get("input", {}),
            operation.get("output", {}),
            *operation.get("errors", ()),
        ]:
            reference.pop("documentation", None)
    for shape in model["shapes"].values():
        shape.pop("documentation", None)
        for part in [*shape.get("members", {}).values(), *(shape[part] for part in PARTS if part in shape)]:
            part.pop("documentation", None)
    return model


class Users(NamedTuple):
    """Who refers to the shapes of a model."""

    parts: dict[str, list[tuple[str, str, dict[str, Any]]]]
    operations: dict[str, list[tuple[str, str]]]


_USERS: dict[int, tuple[Files, Users]] = {}
_EDITED: OrderedDict[int, tuple[Files, Users]] = OrderedDict()


def users(files: Files) -> Users:
    """Say for each shape which shapes and which operations refer to it; kept for models as they are."""
    known = _USERS.get(id(files.model)) or _EDITED.get(id(files.model))
    if known is not None:
        return known[1]
    made = _users(files)
    if load(files.name).model is files.model:
        _USERS[id(files.model)] = files, made
    else:
        _EDITED[id(files.model)] = files, made
        while len(_EDITED) > 2:
            _EDITED.popitem(last=False)
    return made


def _users(files: Files) -> Users:
    parts, operations = defaultdict(list), defaultdict(list)
    for name, shape in files.model["shapes"].items():
        for part, reference in references(shape):
            parts[reference["shape"]].append((name, part, reference))
    for name, operation in files.model["operations"].items():
        for side in ("input", "output"):
            if side in operation:
                operations[operation[side]["shape"]].append((name, side))
        for error in {each["shape"] for each in operation.get("errors", ())}:  # models repeat some
            operations[error].append((name, "errors"))
    return Users(parts, operations)


def references(shape: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """List the references of a shape with the name of each in a pointer."""
    return [*shape.get("members", {}).items(), *((part, shape[part]) for part in PARTS if part in shape)]


def reaching(files: Files, shape: str) -> dict[tuple[str, str], None]:
    """List operations and ways (``request``, ``response``) in which they reach a shape."""
    known, found = users(files), {}
    for name in ancestors(files, shape):
        for operation, side in known.operations.get(name, ()):
            found[operation, "request" if side == "input" else "response"] = None
    return found


def ancestors(files: Files, shape: str) -> dict[str, None]:
    """List the shapes that reach a shape, itself first."""
    known, waiting = {shape: None}, deque([shape])
    while waiting:
        for user, _, _ in users(files).parts.get(waiting.popleft(), ()):
            if user not in known:
                known[user] = None
                waiting.append(user)
    return known


def resolve(files: Files, pointer: str) -> tuple[str | None, str | None, str | None]:
    """Follow a pointer to what it stands for.

    Returns:
        The shape that holds the last step, the step (``None`` for a whole input, output or error), and the
        shape it leads to; ``(None, None, None)`` where the pointer leads nowhere.
    """
    operation, _, path = pointer.partition("#/")
    spec = files.model["operations"].get(operation.partition(":")[2], {})
    steps = path.split("/")
    here = None
    if steps[0] in ("input", "output"):
        here, steps = spec.get(steps[0], {}).get("shape"), steps[1:]
    elif steps[0] == "errors":
        shapes = [error["shape"] for error in spec.get("errors", ())]
        codes = {files.model["shapes"][name].get("error", {}).get("code", name): name for name in shapes}
        here, steps = codes.get(steps[1]) or (steps[1] if steps[1] in shapes else None), steps[2:]
    holder = step = None
    for step in steps:
        if here is None or here not in files.model["shapes"]:
            return None, None, None
        holder = here
        here = dict(references(files.model["shapes"][here])).get(step, {}).get("shape")
    return holder, step, here


def stands_for(edit: Edit, pointer: str, spot: Spot) -> bool:
    """Say whether a pointer names a spot."""
    if spot.word:
        if not pointer.endswith(f"/{spot.word}"):
            return False
        pointer = pointer[: -len(spot.word) - 1]
    for side in (edit.new, edit.old):
        holder, step, target = resolve(side, pointer)
        if (target == spot.shape) if spot.member is None else (holder, step) == (spot.shape, spot.member):
            return True
    return False


def places(files: Files, operation: str, way: str, spot: Spot) -> set[str] | None:
    """List every pointer at which an operation holds a spot; ``None`` for more than a change can name.

    Ways down that come through the same shape twice are left out.
    """
    spec, wanted = files.model["operations"][operation], ancestors(files, spot.shape)
    roots = [
        (side, spec[side]["shape"])
        for side in ("input", "output")
        if side in spec and (side == "input") == (way == "request")
    ]
    if way == "response":
        roots += [
            (f"errors/{code_of(files, error['shape'])}", error["shape"]) for error in spec.get("errors", ())
        ]
    tail = "/".join(part for part in (spot.member, spot.word) if part)
    found: set[str] = set()
    waiting = [
        (f"{files.name}:{operation}#/{root}", name, frozenset([name]))
        for root, name in roots
        if name in wanted
    ]
    while waiting and len(found) <= MOST_PLACES and len(waiting) < 2000:
        pointer, name, above = waiting.pop()
        if name == spot.shape:
            found.add(f"{pointer}/{tail}" if tail else pointer)
        for part, reference in references(files.model["shapes"][name]):
            target = reference["shape"]
            if target in wanted and target not in above:
                waiting.append((f"{pointer}/{part}", target, above | {target}))
    return None if waiting or len(found) > MOST_PLACES else found


def code_of(files: Files, error: str) -> str:
    """Give the code of an error on the wire: its own where the older protocols say one."""
    code = files.model["shapes"][error].get("error", {}).get("code", error)
    return error if "awsQueryCompatible" in files.model["metadata"] else str(code)


_CONTRACTS: OrderedDict[tuple[str, str], Any] = OrderedDict()


def told(edit: Edit, operations: frozenset[str]) -> list[Any]:
    """Let the comparison say what differs, in some operations and around them."""
    return list(compare_services(_service(edit.old, operations), _service(edit.new, operations)))


def _service(files: Files, operations: frozenset[str]) -> Any:
    pristine = load(files.name).model
    if files.model is not pristine:
        return service_from_model(
            files.name, files.model, operations=operations, paginators=files.paginators, waiters=files.waiters
        )
    around = service_from_model(
        files.name, files.model, operations=(), paginators=files.paginators, waiters=files.waiters
    )
    return msgspec.structs.replace(
        around,
        operations={
            name: _contract(files, name) for name in sorted(operations) if name in files.model["operations"]
        },
    )


def _contract(files: Files, operation: str) -> Any:
    key = files.name, operation
    if key not in _CONTRACTS:
        _CONTRACTS[key] = contract_from_model(files.name, files.model, operation, "model", ())
        if len(_CONTRACTS) > 3000:
            _CONTRACTS.popitem(last=False)
    return _CONTRACTS[key]


def misses(edit: Edit, choice: random.Random) -> list[str]:
    """Hold what is told of an edit against what must be told.

    Args:
        edit: The edit.
        choice: Picks the operations that are compared, where an edit reaches many.

    Returns:
        What is missing, too much or at the wrong place; empty if all is as it should be.
    """
    named = differing_operations(edit.old.model, edit.new.model)
    wanted = Counter()
    for spot in edit.spots:
        for operation, way in {**reaching(edit.old, spot.shape), **reaching(edit.new, spot.shape)}:
            rule = spot.request if way == "request" else spot.response
            if rule is not None:
                wanted[operation, way, rule, spot] += 1
    wrong = [f"not compared at all: {key[0]}" for key in wanted if key[0] not in named]
    exact = Counter(edit.exact)
    around = choice.sample(
        sorted(edit.old.model["operations"].keys() & edit.new.model["operations"].keys()), 1
    )
    own = {pointer.partition("#")[0].partition(":")[2] for _, pointer in exact} & named
    picked = (
        frozenset(choice.sample(sorted(named), min(len(named), MOST_OPERATIONS))) | own | frozenset(around)
    )
    wanted = Counter({key: count for key, count in wanted.items() if key[0] in picked})
    for change in told(edit, picked):
        if exact[change.rule, change.pointer] > 0:
            exact[change.rule, change.pointer] -= 1
            continue
        operation = change.operation.partition(":")[2]
        match = next((
            key for key, count in wanted.items()
            if count and (key[0], key[2]) == (operation, change.rule)
            and stands_for(edit, change.pointer, key[3])
        ), None)  # fmt: skip
        if match is None:
            wrong.append(f"too much: {change.rule} {change.pointer} {change.old!r} -> {change.new!r}")
            continue
        wanted[match] -= 1
        wrong += _misplaced(edit, change, match)
    wrong += [f"missing: {rule} {pointer}" for (rule, pointer), count in exact.items() if count > 0]
    return wrong + [f"missing: {key}" for key, count in wanted.items() if count > 0]


def _misplaced(edit: Edit, change: Any, match: tuple[str, str, str, Spot]) -> list[str]:
    operation, way, _, spot = match
    said = {change.pointer, *change.also}
    wrong = [f"no such place: {pointer}" for pointer in said if not stands_for(edit, pointer, spot)]
    side = edit.new if operation in edit.new.model["operations"] else edit.old
    expected = places(side, operation, way, spot)
    if expected is not None and expected != said:
        wrong.append(
            f"places of {change.pointer}: {sorted(expected - said)[:3]} {sorted(said - expected)[:3]}"
        )
    return wrong


# Editing: nothing below changes a model that it is given.


def changed(files: Files, *path: str, **facts: Any) -> Files:
    """Copy a model with some facts of one place changed; ``None`` as a value takes the fact away.

    Args:
        files: The model.
        path: The place, e.g. ``shapes``, ``Name``.
        facts: What it says now.
    """
    return files._replace(model=_put(files.model, path, facts))


def _put(here: dict[str, Any], path: tuple[str, ...], facts: dict[str, Any]) -> dict[str, Any]:
    if path:
        return {**here, path[0]: _put(here.get(path[0], {}), path[1:], facts)}
    return {key: value for key, value in {**here, **facts}.items() if value is not None}


def swapped(edit: Edit, rules: dict[str, str]) -> Edit:
    """Read an edit backwards.

    Args:
        edit: The edit.
        rules: What each of its rules is called the other way round.
    """

    def turned(rule: str | None) -> str | None:
        return None if rule is None else rules[rule]

    return Edit(
        edit.new,
        edit.old,
        tuple((rules[rule], pointer) for rule, pointer in edit.exact),
        tuple(
            spot._replace(request=turned(spot.request), response=turned(spot.response)) for spot in edit.spots
        ),
    )
