"""Single edits of members, and of what structures say of them."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

from diff_edits import Edit, Files, Spot, changed, users
from diff_mutation import (
    SCALARS,
    XML,
    Mutator,
    backwards,
    flat,
    free,
    pick,
    spoken,
    spot,
    used,
)


def structures(files: Files) -> list[str]:
    """Name the structures in use."""
    return used(files, "structure")


def members(
    files: Files, *types: str, without: str | None = None, where: Any = None
) -> list[tuple[str, str]]:
    """List structures and members whose shapes are of some types."""
    shapes = files.model["shapes"]
    return [
        (name, key) for name in structures(files) for key, member in shapes[name]["members"].items()
        if (not types or shapes[member["shape"]]["type"] in types)
        and (without is None or (without not in member and without not in shapes[member["shape"]]))
        and (where is None or where(shapes[name], key, member))
    ]  # fmt: skip


def flag(
    files: Files, choice: random.Random, *, trait: str, types: tuple[str, ...], stem: str, word: str,
    value: Any = True, languages: frozenset[str] | None = None, bodily: bool = False,
) -> Edit | None:  # fmt: skip
    """Give a member a trait that neither it nor its shape had."""
    if languages is not None and spoken(files) not in languages:
        return None
    found = pick(
        choice,
        members(
            files, *types, without=trait, where=lambda _, __, member: not bodily or "location" not in member
        ),
    )
    if found is None:
        return None
    new = changed(files, "shapes", found[0], "members", found[1], **{trait: value})
    return Edit(files, new, spots=(spot(found[0], word, stem, found[1]),))


ANY = (*SCALARS, "structure", "list", "map")
FLAGS: dict[str, dict[str, Any]] = {
    "box": {"types": SCALARS, "stem": "nullable-added", "word": "box"},
    "sensitive": {"types": ANY, "stem": "sensitive-added", "word": "sensitive"},
    "deprecated": {"types": ANY, "stem": "member-deprecated-added", "word": "deprecated"},
    "deprecatedMessage": {
        "types": ANY,
        "stem": "deprecation-note-changed",
        "word": "traits/deprecatedMessage",
        "value": "Old.",
    },
    "deprecatedSince": {
        "types": ANY,
        "stem": "deprecation-note-changed",
        "word": "traits/deprecatedSince",
        "value": "2026-01-01",
    },
    "idempotencyToken": {"types": ("string",), "stem": "idempotency-token-added", "word": "idempotencyToken"},
    "jsonvalue": {"types": ("string",), "stem": "media-type-changed", "word": "mediaType"},
    "hostLabel": {"types": ("string",), "stem": "host-label-changed", "word": "hostLabel"},
    "contextParam": {
        "types": ("string",),
        "stem": "endpoint-parameter-changed",
        "word": "traits/contextParam",
        "value": {"name": "Strange"},
    },
    "eventpayload": {
        "types": ("blob", "string", "structure"),
        "stem": "event-binding-changed",
        "word": "traits/eventpayload",
    },
    "eventheader": {"types": ("string",), "stem": "event-binding-changed", "word": "traits/eventheader"},
    "streaming": {"types": ("blob",), "stem": "streaming-added", "word": "streaming"},
    "enum": {"types": ("string",), "stem": "enum-added", "word": "enum", "value": ["a", "b"]},
    "unheardOf": {"types": ANY, "stem": "trait-changed", "word": "traits/unheardOf", "value": [1]},
    "flattened": {
        "types": ("list", "map"),
        "stem": "xml-flattened-added",
        "word": "xmlFlattened",
        "languages": XML,
    },
    "xmlAttribute": {
        "types": ("string",),
        "stem": "xml-attribute-added",
        "word": "xmlAttribute",
        "languages": XML,
        "bodily": True,
    },
    "xmlNamespace": {
        "types": ("structure", "string"),
        "stem": "xml-namespace-changed",
        "word": "xmlNamespace",
        "languages": XML,
        "bodily": True,
        "value": {"uri": "http://example.com/"},
    },
}


def wire_name(files: Files, choice: random.Random, *, to: str) -> Edit | None:
    """Name a member of a body on the wire."""

    def bodily(_: Any, key: str, member: dict[str, Any]) -> bool:
        return (
            "location" not in member
            and "locationName" not in files.model["shapes"][member["shape"]]
            and (to == "strangeName" or "locationName" not in member)
        )

    found = pick(choice, members(files, where=bodily))
    if found is None:
        return None
    shape, key = found
    if to == "own":
        if spoken(files) in ("ec2",):  # where a name in lower case is written with a capital
            return None
        return Edit(files, changed(files, "shapes", shape, "members", key, locationName=key))
    new = changed(files, "shapes", shape, "members", key, locationName="strangeName")
    return Edit(files, new, spots=(spot(shape, "name", "wire-name-changed", key),))


def bound_name(files: Files, choice: random.Random, *, location: str, case: bool = False) -> Edit | None:
    """Name a header or a parameter of the query otherwise."""
    if not spoken(files).startswith("rest"):
        return None
    known, shapes = users(files), files.model["shapes"]

    def bound(name: str) -> bool:
        return name in known.operations and not known.parts.get(name)

    found = pick(
        choice,
        (
            (name, key)
            for name, key in members(files, where=lambda _, __, member: member.get("location") == location)
            if bound(name)
            and not (
                location == "querystring" and shapes[shapes[name]["members"][key]["shape"]]["type"] == "map"
            )
        ),
    )
    if found is None:
        return None
    said = shapes[found[0]]["members"][found[1]].get("locationName", found[1])
    made = said.swapcase() if case else "strange-name"
    new = changed(files, "shapes", found[0], "members", found[1], locationName=made)
    return Edit(files, new, spots=() if case else (spot(found[0], "name", "wire-name-changed", found[1]),))


def location(files: Files, choice: random.Random, *, to: str) -> Edit | None:
    """Send a member of a body elsewhere."""
    if not spoken(files).startswith("rest"):
        return None
    known, shapes = users(files), files.model["shapes"]

    def movable(name: str) -> bool:
        sides = {side for _, side in known.operations.get(name, ())}
        fits = {"input"} if to == "querystring" else {"output"} if to == "statusCode" else {"input", "output"}
        return bool(sides) and sides <= fits and not known.parts.get(name) and "payload" not in shapes[name]

    kinds = ("integer",) if to == "statusCode" else ("string", "integer", "boolean")
    found = pick(
        choice,
        (
            (name, key)
            for name, key in members(
                files,
                *kinds,
                where=lambda _, __, member: "location" not in member and not member.get("jsonvalue"),
            )
            if movable(name)
        ),
    )
    if found is None:
        return None
    new = changed(files, "shapes", found[0], "members", found[1], location=to)
    return Edit(files, new, spots=(spot(found[0], "location", "member-moved", found[1]),))


def element_name(files: Files, choice: random.Random, *, part: str) -> Edit | None:
    """Name the elements of a list or map, where bodies are XML."""
    if spoken(files) not in XML:
        return None
    shapes = files.model["shapes"]
    name = pick(
        choice,
        (
            each
            for each in used(files, "list", "map")
            if part in shapes[each]
            and not flat(files, each)
            and "locationName" not in shapes[shapes[each][part]["shape"]]
        ),
    )
    if name is None:
        return None
    new = changed(files, "shapes", name, part, locationName="strangeName")
    return Edit(files, new, spots=(spot(name, "name", "wire-name-changed", part),))


def element(files: Files, choice: random.Random, *, how: str) -> Edit | None:
    """Let a list hold elements of another type, or JSON documents as texts."""
    shapes = files.model["shapes"]
    name = pick(
        choice,
        (
            each
            for each in used(files, "list")
            if shapes[shapes[each]["member"]["shape"]]["type"] == "string"
            and shapes[each]["member"].keys() == {"shape"}
            and "locationName" not in shapes[shapes[each]["member"]["shape"]]
        ),
    )
    target = pick(
        choice, (each for each in used(files, "boolean", "structure") if "locationName" not in shapes[each])
    )
    if name is None or target is None:
        return None
    if how == "shape":
        new = changed(files, "shapes", name, "member", shape=target)
        return Edit(files, new, spots=(spot(name, "type", "type-changed", "member"),))
    new = changed(files, "shapes", name, "member", jsonvalue=True)
    return Edit(files, new, spots=(spot(name, "mediaType", "media-type-changed", "member"),))


def query_name(files: Files, choice: random.Random) -> Edit | None:
    """Name a member in the query protocol of EC2."""
    if spoken(files) != "ec2":
        return None
    found = pick(choice, members(files, without="queryName"))
    if found is None:
        return None
    new = changed(files, "shapes", found[0], "members", found[1], queryName="StrangeName")
    return Edit(files, new, spots=(spot(found[0], "name", "wire-name-changed", found[1]),))


def required(files: Files, choice: random.Random) -> Edit | None:
    """Require a member."""
    shapes = files.model["shapes"]
    found = pick(
        choice, ((name, key) for name, key in members(files) if key not in shapes[name].get("required", ()))
    )
    if found is None:
        return None
    new = changed(files, "shapes", found[0], required=[*shapes[found[0]].get("required", ()), found[1]])
    return Edit(files, new, spots=(spot(found[0], "required", "member-became-required", found[1]),))


def added(files: Files, choice: random.Random, *, how: str) -> Edit | None:
    """Give a structure or union one more member."""
    shapes = files.model["shapes"]
    union = how == "union"
    name = pick(
        choice,
        (
            each
            for each in structures(files)
            if bool(shapes[each].get("union")) is union
            and (union or free(files, each))
            and "payload" not in shapes[each]
            and not (union and shapes[each].get("eventstream"))
        ),
    )
    target = pick(choice, used(files, "string", "integer", "structure", "list"))
    if name is None or target is None:
        return None
    facts: dict[str, Any] = {"members": {**shapes[name]["members"], "StrangeMember": {"shape": target}}}
    stem = "union-member-added" if union else "member-added"
    told = spot(name, "", stem, "StrangeMember")
    if how in ("required", "token"):
        facts["required"] = [*shapes[name].get("required", ()), "StrangeMember"]
        # A token too: SDKs of the old model do not fill it in, since they do not know it.
        told = told._replace(request="request-required-member-added")
    if how == "token":
        facts["members"]["StrangeMember"]["idempotencyToken"] = True
    return Edit(files, changed(files, "shapes", name, **facts), spots=(told,))


def removed(files: Files, choice: random.Random) -> Edit | None:
    """Take a member away that nothing else of the request depends on."""
    shapes = files.model["shapes"]

    def loose(name: str, key: str) -> bool:
        member = shapes[name]["members"][key]
        return (
            member.get("location") != "uri"
            and not member.get("hostLabel")
            and not shapes[name].get("document")
        )

    found = pick(choice, ((name, key) for name, key in members(files) if loose(name, key)))
    if found is None:
        return None
    name, key = found
    needed = [each for each in shapes[name].get("required", ()) if each != key]
    left = {each: member for each, member in shapes[name]["members"].items() if each != key}
    facts: dict[str, Any] = {"members": left, "required": needed or None}
    if shapes[name].get("payload") == key:
        facts["payload"] = None
    union = shapes[name].get("union") or shapes[name].get("eventstream")
    told = spot(name, "", "union-member-removed" if union else "member-removed", key)
    if key in shapes[name].get("required", ()):
        told = told._replace(response="response-required-member-removed")
    return Edit(files, changed(files, "shapes", name, **facts), spots=(told,))


def renamed(files: Files, choice: random.Random, *, kept: bool) -> Edit | None:
    """Call a member otherwise in code, keeping its name on the wire or not."""
    shapes = files.model["shapes"]

    def fits(name: str, key: str) -> bool:
        member = shapes[name]["members"][key]
        union = shapes[name].get("union") or shapes[name].get("eventstream") or shapes[name].get("document")
        plain = (
            "location" not in member
            and "locationName" not in shapes[member["shape"]]
            and not member.get("hostLabel")
        )
        return plain and not union and shapes[name].get("payload") != key and "queryName" not in member

    found = pick(choice, ((name, key) for name, key in members(files) if fits(name, key)))
    if found is None or spoken(files) == "ec2":
        return None
    name, key = found
    member = shapes[name]["members"][key]
    named = (
        {**member, "locationName": member.get("locationName", key)}
        if kept
        else {each: value for each, value in member.items() if each != "locationName"}
    )
    left = {
        ("StrangeMember" if each == key else each): (named if each == key else item)
        for each, item in shapes[name]["members"].items()
    }
    was = key in shapes[name].get("required", ())
    facts: dict[str, Any] = {"members": left}
    if was:
        facts["required"] = ["StrangeMember" if each == key else each for each in shapes[name]["required"]]
    new = changed(files, "shapes", name, **facts)
    if kept:
        return Edit(files, new, spots=(spot(name, "", "member-renamed", "StrangeMember"),))
    gone, come = spot(name, "", "member-removed", key), spot(name, "", "member-added", "StrangeMember")
    if was:
        gone = gone._replace(response="response-required-member-removed")
        come = come._replace(
            request="request-member-added"
            if member.get("idempotencyToken")
            else "request-required-member-added"
        )
    return Edit(files, new, spots=(gone, come))


def retargeted(files: Files, choice: random.Random) -> Edit | None:
    """Let a member be of another type."""
    shapes = files.model["shapes"]
    found = pick(
        choice,
        members(
            files,
            "string",
            where=lambda shape, key, member: (
                "location" not in member
                and shape.get("payload") != key
                and not {"jsonvalue", "hostLabel", "streaming", "eventpayload"} & member.keys()
            ),
        ),
    )
    target = pick(
        choice,
        (name for name in used(files, "boolean", "list", "structure") if "locationName" not in shapes[name]),
    )
    if (
        found is None
        or target is None
        or "locationName" in shapes[shapes[found[0]]["members"][found[1]]["shape"]]
    ):
        return None
    new = changed(files, "shapes", found[0], "members", found[1], shape=target)
    return Edit(
        files, new, spots=(Spot(found[0], found[1], "type", "request-type-changed", "response-type-changed"),)
    )


def required_added(files: Files, choice: random.Random) -> Edit | None:
    """Take a required member away again."""
    edit = added(files, choice, how="required")
    if edit is None:
        return None
    (told,) = edit.spots
    return Edit(
        edit.new,
        edit.old,
        spots=(told._replace(request="request-member-removed", response="response-required-member-removed"),),
    )


def _kinds() -> dict[str, Mutator]:
    made: dict[str, Mutator] = {
        f"member.{trait}": partial(flag, trait=trait, **row) for trait, row in FLAGS.items()
    }
    made["member.locationName"] = partial(wire_name, to="strangeName")
    made["member.location.header"] = partial(location, to="header")
    made["member.location.querystring"] = partial(location, to="querystring")
    made["member.location.statusCode"] = partial(location, to="statusCode")
    for place in ("header", "querystring", "headers"):
        made[f"member.locationName.{place}"] = partial(bound_name, location=place)
    for part in ("member", "key", "value"):
        made[f"element.{part}.locationName"] = partial(element_name, part=part)
    made["element.shape"] = partial(element, how="shape")
    made["element.jsonvalue"] = partial(element, how="jsonvalue")
    made["member.queryName"] = query_name
    made["shape.required"] = required
    made["member.shape"] = retargeted
    made["shape.members.optional"] = partial(added, how="optional")
    made["shape.members.union"] = partial(added, how="union")
    both = {**made, **{f"{name}.undone": backwards(mutator) for name, mutator in made.items()}}
    return {
        **both,
        "shape.members.renamed": partial(renamed, kept=True),
        "shape.members.required": partial(added, how="required"),
        "shape.members.required.undone": required_added,
        "shape.members.token": partial(added, how="token"),
        "shape.members.removed": removed,
        "shape.members.replaced": partial(renamed, kept=False),
        "same.name-of-header-in-other-case": partial(bound_name, location="header", case=True),
        "same.locationName-is-the-member": partial(wire_name, to="own"),
        "same.locationName-is-the-member.undone": backwards(partial(wire_name, to="own")),
    }


KINDS = _kinds()
