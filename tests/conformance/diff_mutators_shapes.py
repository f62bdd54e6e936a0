"""Single edits of shapes: one function or row for each kind of trait that models give to shapes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from diff_edits import Edit, Files, Spot, changed, references, swapped, users

Mutator = Callable[[Files, random.Random], Edit | None]

SCALARS = ("string", "blob", "integer", "long", "float", "double", "boolean", "timestamp")
SIZED = ("string", "blob", "list", "map")
NUMBERS = ("integer", "long", "float", "double")
XML = frozenset({"rest-xml", "query", "ec2"})
OPPOSITE = {"added": "removed", "removed": "added", "tightened": "loosened", "loosened": "tightened", "changed": "changed", "replaced": "replaced", "respelled": "respelled", "moved": "moved", "renamed": "renamed"}  # fmt: skip
STRANGE = "%%%strange%%%"
FORMATS = {"iso8601", "rfc822", "unixTimestamp"}


def pick(choice: random.Random, items: Any) -> Any:
    """Pick one item; ``None`` of none."""
    items = list(items)
    return choice.choice(items) if items else None


def protocols(files: Files) -> set[str]:
    """Name the protocols that a service offers."""
    metadata = files.model["metadata"]
    return {metadata["protocol"], *metadata.get("protocols", ())}


def opposite(rule: str) -> str:
    """Name a rule the other way round."""
    special = {
        "became-union": "union-became-structure", "union-became-structure": "became-union",
        "member-became-required": "member-became-optional", "member-became-optional": "member-became-required",
        "type-widened": "type-narrowed", "type-narrowed": "type-widened",
    }  # fmt: skip
    way, _, stem = rule.partition("-")
    if stem in special:
        return f"{way}-{special[stem]}"
    head, _, action = rule.rpartition("-")
    return f"{head}-{OPPOSITE[action]}"


def backwards(mutator: Mutator, rules: Callable[[str], str] = opposite) -> Mutator:
    """Make the mutator that undoes what another does."""

    def undo(files: Files, choice: random.Random) -> Edit | None:
        edit = mutator(files, choice)
        if edit is None:
            return None
        said = [rule for rule, _ in edit.exact] + [rule for spot in edit.spots for rule in (spot.request, spot.response) if rule]
        return swapped(edit, {rule: rules(rule) for rule in said})

    return undo


def spot(shape: str, word: str, stem: str, member: str | None = None) -> Spot:
    """Expect a rule for either way."""
    return Spot(shape, member, word, f"request-{stem}", f"response-{stem}")


def used(files: Files, *types: str) -> list[str]:
    """Name the shapes of some types that an operation or another shape refers to."""
    known = users(files)
    return [
        name for name, shape in files.model["shapes"].items()
        if shape["type"] in types and (known.parts.get(name) or known.operations.get(name))
    ]  # fmt: skip


def silent(files: Files, name: str, trait: str) -> bool:
    """Say whether neither a shape nor anybody who refers to it says a trait."""
    return trait not in files.model["shapes"][name] and not any(trait in member for _, _, member in users(files).parts.get(name, ()))


def inner(files: Files, name: str) -> bool:
    """Say whether a shape is never a whole input, output or error."""
    return name not in users(files).operations


def free(files: Files, name: str) -> bool:
    """Say whether a structure is neither a union, a stream of events nor free-form."""
    return not {"union", "eventstream", "document", "exception"} & files.model["shapes"][name].keys()


def flag(files: Files, choice: random.Random, *, trait: str, types: tuple[str, ...], stem: str, word: str, value: Any = True) -> Edit | None:
    """Give a shape a trait that it did not have."""
    name = pick(choice, (each for each in used(files, *types) if silent(files, each, trait)))
    if name is None:
        return None
    return Edit(files, changed(files, "shapes", name, **{trait: value}), spots=(spot(name, word, stem),))


def xml_flag(files: Files, choice: random.Random, **row: Any) -> Edit | None:
    """As ``flag``, where bodies are XML."""
    return flag(files, choice, **row) if protocols(files) & XML else None


FLAGS: dict[str, dict[str, Any]] = {
    "sensitive": {"types": (*SCALARS, "structure", "list", "map"), "stem": "sensitive-added", "word": "sensitive"},
    "box": {"types": SCALARS, "stem": "nullable-added", "word": "box"},
    "sparse": {"types": ("list", "map"), "stem": "sparse-added", "word": "sparse"},
    "deprecated": {"types": (*SCALARS, "structure", "list", "map"), "stem": "member-deprecated-added", "word": "deprecated"},
    "deprecatedMessage": {"types": (*SCALARS, "structure", "list"), "stem": "deprecation-note-changed", "word": "traits/deprecatedMessage", "value": "Old."},
    "deprecatedSince": {"types": (*SCALARS, "structure", "list"), "stem": "deprecation-note-changed", "word": "traits/deprecatedSince", "value": "2026-01-01"},
    "streaming": {"types": ("blob",), "stem": "streaming-added", "word": "streaming"},
    "requiresLength": {"types": ("blob",), "stem": "requires-length-added", "word": "requiresLength"},
    "synthetic": {"types": ("structure",), "stem": "trait-changed", "word": "traits/synthetic"},
    "wrapper": {"types": ("structure",), "stem": "trait-changed", "word": "traits/wrapper"},
    "xmlOrder": {"types": ("structure",), "stem": "trait-changed", "word": "traits/xmlOrder", "value": ["A"]},
    "event": {"types": ("structure",), "stem": "event-binding-changed", "word": "traits/event"},
    "unheardOf": {"types": (*SCALARS, "structure", "list", "map"), "stem": "trait-changed", "word": "traits/unheardOf", "value": {"a": 1}},
}  # fmt: skip
XML_FLAGS: dict[str, dict[str, Any]] = {
    "flattened": {"types": ("list", "map"), "stem": "xml-flattened-added", "word": "xmlFlattened"},
    "xmlNamespace": {"types": ("structure", "list"), "stem": "xml-namespace-changed", "word": "xmlNamespace", "value": {"uri": "http://example.com/"}},
}  # fmt: skip


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
    return Edit(files, changed(files, "shapes", name, pattern=made), spots=(spot(name, "pattern", f"pattern-{how}"),))


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
    name = pick(choice, (each for each in used(files, "string") if ("enum" in shapes[each]) is has and (has or "pattern" not in shapes[each])))
    if name is None:
        return None
    values = [*shapes[name]["enum"], STRANGE] if has else ["a", "b"]
    if has:
        choice.shuffle(values)
    return Edit(files, changed(files, "shapes", name, enum=values), spots=(spot(name, "enum", f"enum-{how}"),))


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


def spoken(files: Files) -> str:
    """Name the protocol that clients speak."""
    known = ("json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2")
    metadata = files.model["metadata"]
    return next((name for name in known if name in metadata.get("protocols", ())), metadata["protocol"])


def kind(files: Files, choice: random.Random, *, before: str, after: str, stem: str) -> Edit | None:
    """Give a shape another type, where it says nothing that goes with the old one."""
    shapes, known = files.model["shapes"], users(files)
    name = pick(choice, (
        each for each in used(files, before)
        if shapes[each].keys() <= {"type", "box", "sensitive"} and inner(files, each)
        and not any(part == "key" or {"location", "hostLabel", "jsonvalue", "streaming"} & member.keys() for _, part, member in known.parts[each])
        and not any(shapes[user].get("payload") == part for user, part, _ in known.parts[each])
    ))  # fmt: skip
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
    name = pick(choice, (
        each for each in used(files, *SCALARS, "list", "map")
        if silent(files, each, "locationName") and inner(files, each)
        and all("location" not in member and not flat(files, user) for user, _, member in known.parts[each])
        and all(part not in ("member", "key", "value") or protocols(files) & XML for _, part, _ in known.parts[each])
    ))  # fmt: skip
    if name is None:
        return None
    new = changed(files, "shapes", name, locationName="strangeName")
    told = tuple(spot(user, "name", "wire-name-changed", part) for user, part, _ in known.parts[name])
    return Edit(files, new, spots=told)


def flat(files: Files, name: str) -> bool:
    """Say whether a list or map is written without an element around it."""
    return bool(files.model["shapes"][name].get("flattened")) or any(member.get("flattened") for _, _, member in users(files).parts.get(name, ()))


def payload(files: Files, choice: random.Random) -> Edit | None:
    """Make the only member of a body the body itself."""
    if not spoken(files).startswith("rest"):
        return None
    shapes = files.model["shapes"]

    def bodily(name: str) -> list[str]:
        return [key for key, member in shapes[name]["members"].items() if "location" not in member]

    name = pick(choice, (
        each for each in users(files).operations
        if "payload" not in shapes[each] and len(bodily(each)) == 1 and not users(files).parts.get(each)
        and shapes[shapes[each]["members"][bodily(each)[0]]["shape"]]["type"] in ("structure", "blob", "string")
        and not {"exception", "error"} & shapes[each].keys()
    ))  # fmt: skip
    if name is None:
        return None
    member = bodily(name)[0]
    new = changed(files, "shapes", name, payload=member)
    return Edit(files, new, spots=(spot(name, "location", "member-moved", member),))


def clone(files: Files, choice: random.Random) -> Edit | None:
    """Give a shape another name everywhere: no change."""
    name = pick(choice, (each for each in used(files, *SCALARS, "list", "map", "structure") if inner(files, each)))
    if name is None:
        return None
    shapes = {("StrangeName" if key == name else key): value for key, value in files.model["shapes"].items()}
    for user, part, member in users(files).parts[name]:
        user = "StrangeName" if user == name else user
        shape = shapes[user]
        if part in shape.get("members", {}):
            shapes[user] = {**shape, "members": {**shape["members"], part: {**member, "shape": "StrangeName"}}}
        else:
            shapes[user] = {**shape, part: {**member, "shape": "StrangeName"}}
    return Edit(files, files._replace(model={**files.model, "shapes": shapes}))


def said_by_members(files: Files, choice: random.Random, *, trait: str) -> Edit | None:
    """Let every member say what its shape said: no change."""
    known = users(files)
    name = pick(choice, (each for each in used(files, *SCALARS) if files.model["shapes"][each].get(trait) and inner(files, each)))
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


def default_format(files: Files, choice: random.Random) -> Edit | None:
    """Spell out how instants are spelled anyway: no change."""
    known = users(files)
    name = pick(choice, (
        each for each in used(files, "timestamp")
        if silent(files, each, "timestampFormat") and all("location" not in member for _, _, member in known.parts.get(each, ()))
    ))  # fmt: skip
    if name is None:
        return None
    return Edit(files, changed(files, "shapes", name, timestampFormat="iso8601" if spoken(files) in XML else "unixTimestamp"))


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
        ("string", "integer", "type-changed"), ("string", "blob", "type-changed"), ("integer", "long", "type-widened"),
        ("float", "double", "type-widened"), ("boolean", "string", "type-changed"), ("string", "timestamp", "type-changed"),
    ):  # fmt: skip
        made[f"shape.type.{before}-{after}"] = partial(kind, before=before, after=after, stem=stem)
    for trait, stem in (("union", "became-union"), ("eventstream", "streaming-added"), ("document", "type-changed")):
        made[f"shape.{trait}"] = partial(structure_kind, trait=trait, stem=stem)
    made["shape.locationName"] = shape_location_name
    made["shape.payload"] = payload
    both = {**made, **{f"{name}.undone": backwards(mutator) for name, mutator in made.items()}}
    neutral: dict[str, Mutator] = {
        "same.shape-renamed": clone,
        "same.min-0": min_zero,
        "same.timestampFormat-default": default_format,
        **{f"same.{trait}-said-by-members": partial(said_by_members, trait=trait) for trait in ("sensitive", "box")},
        **{f"same.{trait}-false": partial(untrue, trait=trait) for trait in ("sensitive", "box", "deprecated")},
        **{f"same.order-of-{of}": partial(order, of=of) for of in ("members", "enum", "required")},
        **{f"same.documentation-of-{at}": partial(words, at=at) for at in ("shape", "member")},
    }
    return {**both, **neutral, **{f"{name}.undone": backwards(mutator) for name, mutator in neutral.items()}}


KINDS = _kinds()
