"""Single edits of shapes: one function or row for each kind of trait that models give to shapes."""

from __future__ import annotations

import random
import re
from functools import partial
from typing import Any

from diff_edits import Edit, Files, changed, users
from diff_mutation import (
    NUMBERS,
    SCALARS,
    SIZED,
    STRANGE,
    XML,
    Mutator,
    backwards,
    flat,
    free,
    inner,
    pick,
    protocols,
    silent,
    spoken,
    spot,
    used,
)

FORMATS = {"iso8601", "rfc822", "unixTimestamp"}


def flag(
    files: Files,
    choice: random.Random,
    *,
    trait: str,
    types: tuple[str, ...],
    stem: str,
    word: str,
    value: Any = True,
) -> Edit | None:
    """Give a shape a trait that it did not have."""
    name = pick(choice, (each for each in used(files, *types) if silent(files, each, trait)))
    if name is None:
        return None
    return Edit(files, changed(files, "shapes", name, **{trait: value}), spots=(spot(name, word, stem),))


def xml_flag(files: Files, choice: random.Random, **row: Any) -> Edit | None:
    """As ``flag``, where bodies are XML."""
    return flag(files, choice, **row) if protocols(files) & XML else None


FLAGS: dict[str, dict[str, Any]] = {
    "sensitive": {
        "types": (*SCALARS, "structure", "list", "map"),
        "stem": "sensitive-added",
        "word": "sensitive",
    },
    "box": {"types": SCALARS, "stem": "nullable-added", "word": "box"},
    "sparse": {"types": ("list", "map"), "stem": "sparse-added", "word": "sparse"},
    "deprecated": {
        "types": (*SCALARS, "structure", "list", "map"),
        "stem": "member-deprecated-added",
        "word": "deprecated",
    },
    "deprecatedMessage": {
        "types": (*SCALARS, "structure", "list"),
        "stem": "deprecation-note-changed",
        "word": "traits/deprecatedMessage",
        "value": "Old.",
    },
    "deprecatedSince": {
        "types": (*SCALARS, "structure", "list"),
        "stem": "deprecation-note-changed",
        "word": "traits/deprecatedSince",
        "value": "2026-01-01",
    },
    "streaming": {"types": ("blob",), "stem": "streaming-added", "word": "streaming"},
    "requiresLength": {"types": ("blob",), "stem": "requires-length-added", "word": "requiresLength"},
    "wrapper": {"types": ("structure",), "stem": "trait-changed", "word": "traits/wrapper"},
    "xmlOrder": {"types": ("structure",), "stem": "trait-changed", "word": "traits/xmlOrder", "value": ["A"]},
    "event": {"types": ("structure",), "stem": "event-binding-changed", "word": "traits/event"},
    "unheardOf": {
        "types": (*SCALARS, "structure", "list", "map"),
        "stem": "trait-changed",
        "word": "traits/unheardOf",
        "value": {"a": 1},
    },
}
XML_FLAGS: dict[str, dict[str, Any]] = {
    "flattened": {"types": ("list", "map"), "stem": "xml-flattened-added", "word": "xmlFlattened"},
    "xmlNamespace": {
        "types": ("structure", "list"),
        "stem": "xml-namespace-changed",
        "word": "xmlNamespace",
        "value": {"uri": "http://example.com/"},
    },
}


def bound(files: Files, choice: random.Random, *, side: str, how: str) -> Edit | None:
    """Set, tighten or loosen a bound of a length or a range."""

    def fits(shape: dict[str, Any]) -> bool:
        other = shape.get("max" if side == "min" else "min")
        if how == "added":
            return side not in shape and (other is None or (other > 1 if side == "min" else True))
        lax = shape.get(side)
        if lax is None:
            return False
        room = shape.get("max", lax + 9) - lax if side == "min" else lax - shape.get("min", 0)
        return bool(room >= 1 and (lax > 0 or shape["type"] in NUMBERS))

    shapes = files.model["shapes"]
    name = pick(choice, (each for each in used(files, *SIZED, *NUMBERS) if fits(shapes[each])))
    if name is None:
        return None
    shape = shapes[name]
    step = 1 if side == "min" else -1
    value = shape[side] + step if how == "tightened" else (1 if side == "min" else shape.get("min", 0) + 70)
    trait = "range" if shape["type"] in NUMBERS else "length"
    told = spot(name, f"{trait}/{side}", f"{trait}-{side}-{how}")
    return Edit(files, changed(files, "shapes", name, **{side: value}), spots=(told,))


def pattern(files: Files, choice: random.Random, *, how: str) -> Edit | None:
    """Set a pattern, or spell, widen or replace one."""
    shapes = files.model["shapes"]
    texts = [name for name in used(files, "string") if "enum" not in shapes[name]]
    if how == "added":
        name, made = pick(choice, (name for name in texts if "pattern" not in shapes[name])), "[a-z]+"
    else:
        name = pick(choice, (name for name in texts if "pattern" in shapes[name] and plain(shapes[name])))
        if name is None:
            return None
        said = shapes[name]["pattern"]
        made = {"respelled": f"^{said}$", "loosened": f"(?:{said})|{STRANGE}", "replaced": STRANGE}[how]
    if name is None:
        return None
    return Edit(
        files, changed(files, "shapes", name, pattern=made), spots=(spot(name, "pattern", f"pattern-{how}"),)
    )


def plain(shape: dict[str, Any]) -> bool:
    """Say whether a pattern is of the plain kind whose edits mean what they look like."""
    said = shape["pattern"]
    if re.search(r"[|^$\\(]|\[\^|\.[*+{]|&&", said) or not said.startswith("["):
        return False
    return re.fullmatch(said, STRANGE) is None


def enum(files: Files, choice: random.Random, *, how: str) -> Edit | None:
    """Set an enum, or add a value."""
    shapes = files.model["shapes"]
    has = how == "value-added"
    name = pick(
        choice,
        (
            each
            for each in used(files, "string")
            if ("enum" in shapes[each]) is has and (has or "pattern" not in shapes[each])
        ),
    )
    if name is None:
        return None
    values = [*shapes[name]["enum"], STRANGE] if has else ["a", "b"]
    if has:
        choice.shuffle(values)
    return Edit(
        files, changed(files, "shapes", name, enum=values), spots=(spot(name, "enum", f"enum-{how}"),)
    )


def timestamp_format(files: Files, choice: random.Random) -> Edit | None:
    """Spell instants in another way than they are spelled where the shape stands."""
    known, shapes = users(files), files.model["shapes"]

    def bodily(name: str) -> bool:
        return all("location" not in member for _, _, member in known.parts.get(name, ()))

    name = pick(choice, (each for each in used(files, "timestamp") if bodily(each)))
    if name is None:
        return None
    xml = spoken(files) in XML
    default = "iso8601" if xml else "unixTimestamp"
    value = pick(choice, sorted(FORMATS - {shapes[name].get("timestampFormat", default)}))
    told = spot(name, "timestampFormat", "timestamp-format-changed")
    return Edit(files, changed(files, "shapes", name, timestampFormat=value), spots=(told,))


def kind(files: Files, choice: random.Random, *, before: str, after: str, stem: str) -> Edit | None:
    """Give a shape another type, where it says nothing that goes with the old one."""
    shapes, known = files.model["shapes"], users(files)
    name = pick(
        choice,
        (
            each
            for each in used(files, before)
            if shapes[each].keys() <= {"type", "box", "sensitive"}
            and inner(files, each)
            and not any(
                part == "key" or {"location", "hostLabel", "jsonvalue", "streaming"} & member.keys()
                for _, part, member in known.parts[each]
            )
            and not any(shapes[user].get("payload") == part for user, part, _ in known.parts[each])
        ),
    )
    if name is None:
        return None
    return Edit(files, changed(files, "shapes", name, type=after), spots=(spot(name, "type", stem),))


def structure_kind(files: Files, choice: random.Random, *, trait: str, stem: str) -> Edit | None:
    """Turn a structure into a union, a stream of events or free-form data."""
    shapes = files.model["shapes"]
    name = pick(choice, (
        each for each in used(files, "structure")
        if inner(files, each) and free(files, each) and "required" not in shapes[each]
        and "payload" not in shapes[each] and (shapes[each]["members"] == {}) is (trait == "document")
    ))  # fmt: skip
    if name is None:
        return None
    return Edit(files, changed(files, "shapes", name, **{trait: True}), spots=(spot(name, "type", stem),))


def shape_location_name(files: Files, choice: random.Random) -> Edit | None:
    """Name a shape on the wire, where those who refer to it do not."""
    known = users(files)
    name = pick(
        choice,
        (
            each
            for each in used(files, *SCALARS, "list", "map")
            if silent(files, each, "locationName")
            and inner(files, each)
            and all(
                "location" not in member and not flat(files, user) for user, _, member in known.parts[each]
            )
            and all(
                part not in ("member", "key", "value") or protocols(files) & XML
                for _, part, _ in known.parts[each]
            )
        ),
    )
    if name is None:
        return None
    new = changed(files, "shapes", name, locationName="strangeName")
    told = tuple(spot(user, "name", "wire-name-changed", part) for user, part, _ in known.parts[name])
    return Edit(files, new, spots=told)


def payload(files: Files, choice: random.Random) -> Edit | None:
    """Make the only member of a body the body itself."""
    if not spoken(files).startswith("rest"):
        return None
    shapes = files.model["shapes"]

    def bodily(name: str) -> list[str]:
        return [key for key, member in shapes[name]["members"].items() if "location" not in member]

    name = pick(
        choice,
        (
            each
            for each in users(files).operations
            if "payload" not in shapes[each]
            and len(bodily(each)) == 1
            and not users(files).parts.get(each)
            and shapes[shapes[each]["members"][bodily(each)[0]]["shape"]]["type"]
            in ("structure", "blob", "string")
            and not {"exception", "error"} & shapes[each].keys()
        ),
    )
    if name is None:
        return None
    member = bodily(name)[0]
    new = changed(files, "shapes", name, payload=member)
    return Edit(files, new, spots=(spot(name, "location", "member-moved", member),))


def _kinds() -> dict[str, Mutator]:
    made: dict[str, Mutator] = {}
    for trait, row in FLAGS.items():
        made[f"shape.{trait}"] = partial(flag, trait=trait, **row)
    for trait, row in XML_FLAGS.items():
        made[f"shape.{trait}"] = partial(xml_flag, trait=trait, **row)
    for side in ("min", "max"):
        for how in ("added", "tightened"):
            made[f"shape.{side}.{how}"] = partial(bound, side=side, how=how)
    for how in ("added", "respelled", "loosened", "replaced"):
        made[f"shape.pattern.{how}"] = partial(pattern, how=how)
    for how in ("added", "value-added"):
        made[f"shape.enum.{how}"] = partial(enum, how=how)
    made["shape.timestampFormat"] = timestamp_format
    for before, after, stem in (
        ("string", "integer", "type-changed"),
        ("string", "blob", "type-changed"),
        ("integer", "long", "type-widened"),
        ("float", "double", "type-widened"),
        ("boolean", "string", "type-changed"),
        ("string", "timestamp", "type-changed"),
    ):
        made[f"shape.type.{before}-{after}"] = partial(kind, before=before, after=after, stem=stem)
    for trait, stem in (
        ("union", "became-union"),
        ("eventstream", "streaming-added"),
        ("document", "type-changed"),
    ):
        made[f"shape.{trait}"] = partial(structure_kind, trait=trait, stem=stem)
    made["shape.locationName"] = shape_location_name
    made["shape.payload"] = payload
    return {**made, **{f"{name}.undone": backwards(mutator) for name, mutator in made.items()}}


KINDS = _kinds()
