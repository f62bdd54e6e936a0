"""What mutators are, and what they need: picking a place in a model, and reading an edit backwards."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from diff_edits import Edit, Files, Spot, swapped, users

Mutator = Callable[[Files, random.Random], Edit | None]
SCALARS = ("string", "blob", "integer", "long", "float", "double", "boolean", "timestamp")
SIZED = ("string", "blob", "list", "map")
NUMBERS = ("integer", "long", "float", "double")
XML = frozenset({"rest-xml", "query", "ec2"})
OPPOSITE = {
    "added": "removed",
    "removed": "added",
    "tightened": "loosened",
    "loosened": "tightened",
    "changed": "changed",
    "replaced": "replaced",
    "respelled": "respelled",
    "moved": "moved",
    "renamed": "renamed",
}
STRANGE = "%%%strange%%%"


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
        "became-union": "union-became-structure",
        "union-became-structure": "became-union",
        "member-became-required": "member-became-optional",
        "member-became-optional": "member-became-required",
        "type-widened": "type-narrowed",
        "type-narrowed": "type-widened",
    }
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
        said = [rule for rule, _ in edit.exact] + [
            rule for spot in edit.spots for rule in (spot.request, spot.response) if rule
        ]
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
    return trait not in files.model["shapes"][name] and not any(
        trait in member for _, _, member in users(files).parts.get(name, ())
    )


def inner(files: Files, name: str) -> bool:
    """Say whether a shape is never a whole input, output or error."""
    return name not in users(files).operations


def free(files: Files, name: str) -> bool:
    """Say whether a structure is neither a union, a stream of events nor free-form."""
    return not {"union", "eventstream", "document", "exception"} & files.model["shapes"][name].keys()


def spoken(files: Files) -> str:
    """Name the protocol that clients speak."""
    known = ("json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2")
    metadata = files.model["metadata"]
    return next((name for name in known if name in metadata.get("protocols", ())), metadata["protocol"])


def flat(files: Files, name: str) -> bool:
    """Say whether a list or map is written without an element around it."""
    return bool(files.model["shapes"][name].get("flattened")) or any(
        member.get("flattened") for _, _, member in users(files).parts.get(name, ())
    )
