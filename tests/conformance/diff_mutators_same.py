"""Edits of shapes that change nothing on the wire, of which nothing must be told."""

from __future__ import annotations

import random
from functools import partial

from diff_edits import Edit, Files, changed, references, users
from diff_mutation import SCALARS, SIZED, XML, Mutator, backwards, inner, pick, silent, spoken, used


def clone(files: Files, choice: random.Random) -> Edit | None:
    """Give a shape another name everywhere: no change."""
    name = pick(
        choice, (each for each in used(files, *SCALARS, "list", "map", "structure") if inner(files, each))
    )
    if name is None:
        return None
    shapes = {("StrangeName" if key == name else key): value for key, value in files.model["shapes"].items()}
    for user, part, member in users(files).parts[name]:
        user = "StrangeName" if user == name else user
        shape = shapes[user]
        if part in shape.get("members", {}):
            shapes[user] = {
                **shape,
                "members": {**shape["members"], part: {**member, "shape": "StrangeName"}},
            }
        else:
            shapes[user] = {**shape, part: {**member, "shape": "StrangeName"}}
    return Edit(files, files._replace(model={**files.model, "shapes": shapes}))


def said_by_members(files: Files, choice: random.Random, *, trait: str) -> Edit | None:
    """Let every member say what its shape said: no change."""
    known = users(files)
    name = pick(
        choice,
        (
            each
            for each in used(files, *SCALARS)
            if files.model["shapes"][each].get(trait) and inner(files, each)
        ),
    )
    if name is None:
        return None
    new = changed(files, "shapes", name, **{trait: None})
    for user, part, _ in known.parts[name]:
        members = ("members", part) if part in files.model["shapes"][user].get("members", {}) else (part,)
        new = changed(new, "shapes", user, *members, **{trait: True})
    return Edit(files, new)


def order(files: Files, choice: random.Random, *, of: str) -> Edit | None:
    """Write members, enum values or required names in another order: no change."""
    name = pick(choice, (each for each, shape in files.model["shapes"].items() if len(shape.get(of, ())) > 1))
    if name is None:
        return None
    said = files.model["shapes"][name][of]
    turned = dict(reversed(said.items())) if isinstance(said, dict) else said[::-1]
    return Edit(files, changed(files, "shapes", name, **{of: turned}))


def min_zero(files: Files, choice: random.Random) -> Edit | None:
    """Say that a length is at least 0: no change."""
    name = pick(choice, (each for each in used(files, *SIZED) if "min" not in files.model["shapes"][each]))
    return None if name is None else Edit(files, changed(files, "shapes", name, min=0))


def words(files: Files, choice: random.Random, *, at: str) -> Edit | None:
    """Write prose: no change."""
    shapes = files.model["shapes"]
    name = pick(choice, (each for each in shapes if at == "shape" or references(shapes[each])))
    if name is None:
        return None
    if at == "shape":
        return Edit(files, changed(files, "shapes", name, documentation="<p>Words.</p>"))
    part, _ = pick(choice, references(shapes[name]))
    members = ("members", part) if part in shapes[name].get("members", {}) else (part,)
    return Edit(files, changed(files, "shapes", name, *members, documentation="<p>Words.</p>"))


def untrue(files: Files, choice: random.Random, *, trait: str) -> Edit | None:
    """Spell out that a flag is not set: no change."""
    name = pick(choice, (each for each in used(files, *SCALARS) if silent(files, each, trait)))
    return None if name is None else Edit(files, changed(files, "shapes", name, **{trait: False}))


def aside(files: Files, choice: random.Random, *, trait: str, at: str) -> Edit | None:
    """Say what is no part of a request or a response: no change."""
    names = used(files, "structure") if at == "shapes" else files.model["operations"]
    name = pick(choice, (each for each in names if trait not in files.model[at][each]))
    return None if name is None else Edit(files, changed(files, at, name, **{trait: True}))


def default_format(files: Files, choice: random.Random) -> Edit | None:
    """Spell out how instants are spelled anyway: no change."""
    known = users(files)
    name = pick(
        choice,
        (
            each
            for each in used(files, "timestamp")
            if silent(files, each, "timestampFormat")
            and all("location" not in member for _, _, member in known.parts.get(each, ()))
        ),
    )
    if name is None:
        return None
    return Edit(
        files,
        changed(
            files, "shapes", name, timestampFormat="iso8601" if spoken(files) in XML else "unixTimestamp"
        ),
    )


NEUTRAL: dict[str, Mutator] = {
    "same.shape-renamed": clone,
    "same.min-0": min_zero,
    "same.timestampFormat-default": default_format,
    "same.synthetic": partial(aside, trait="synthetic", at="shapes"),
    "same.alias": partial(aside, trait="alias", at="operations"),
    **{
        f"same.{trait}-said-by-members": partial(said_by_members, trait=trait)
        for trait in ("sensitive", "box")
    },
    **{f"same.{trait}-false": partial(untrue, trait=trait) for trait in ("sensitive", "box", "deprecated")},
    **{f"same.order-of-{of}": partial(order, of=of) for of in ("members", "enum", "required")},
    **{f"same.documentation-of-{at}": partial(words, at=at) for at in ("shape", "member")},
}
KINDS = {**NEUTRAL, **{f"{name}.undone": backwards(mutator) for name, mutator in NEUTRAL.items()}}
