"""Which operations of two service models may differ at all, found without making their contracts.

Serves the comparison of whole releases, where nearly everything is the same. Prose does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

Model = Mapping[str, Any]
PARTS = ("member", "key", "value")
WORDS = ("documentation", "documentationUrl")


def differing_operations(old: Model, new: Model) -> frozenset[str]:
    """Name the operations that are on one side only, or say or reach something that differs.

    Args:
        old: The old service model, as ``service-2.json`` holds it.
        new: The new one.
    """
    before, after = old["operations"], new["operations"]
    changed = _changed_shapes(old.get("shapes", {}), new.get("shapes", {}))
    affected = _reaching(old.get("shapes", {}), changed)
    found = {*before} ^ {*after}
    for name in {*before} & {*after}:
        one, other = before[name], after[name]
        differs = one != other and _operation(one) != _operation(other)
        if differs or any(reference["shape"] in affected for reference in _references(one)):
            found.add(name)
    return frozenset(found)


def _changed_shapes(old: Model, new: Model) -> set[str]:
    """Name the shapes of the old side that the new side lacks, or says something else of."""
    return {
        name for name, shape in old.items()
        if shape != new.get(name) and (name not in new or _shape(shape) != _shape(new[name]))
    }  # fmt: skip


def _reaching(shapes: Model, changed: set[str]) -> set[str]:
    """Name the shapes that reach any of some shapes, those included."""
    users = defaultdict(list)
    for name, shape in shapes.items():
        for part in _parts(shape):
            users[part["shape"]].append(name)
    reached, waiting = set(changed), list(changed)
    while waiting:
        for user in users[waiting.pop()]:
            if user not in reached:
                reached.add(user)
                waiting.append(user)
    return reached


def _parts(shape: Model) -> Iterator[Model]:
    yield from shape.get("members", {}).values()
    for part in PARTS:
        if part in shape:
            yield shape[part]


def _references(operation: Model) -> Iterator[Model]:
    for side in ("input", "output"):
        if side in operation:
            yield operation[side]
    yield from operation.get("errors", ())


def _plain(spec: Model) -> dict[str, Any]:
    return {key: value for key, value in spec.items() if key not in WORDS}


def _shape(shape: Model) -> dict[str, Any]:
    plain = _plain(shape)
    if "members" in plain:
        plain["members"] = {name: _plain(member) for name, member in plain["members"].items()}
    return {**plain, **{part: _plain(plain[part]) for part in PARTS if part in plain}}


def _operation(operation: Model) -> dict[str, Any]:
    plain = _plain(operation)
    for side in ("input", "output"):
        if side in plain:
            plain[side] = _plain(plain[side])
    plain["errors"] = [_plain(error) for error in plain.get("errors", ())]
    return plain
