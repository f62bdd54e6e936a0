"""What two sides say of one value: traits held against each other, one fact at a time.

Each function here yields *differences*: the stem of a rule (``length-max-tightened``), the trait's word in a
pointer (``length/max``), and what either side says. The walk puts direction and place before them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from harness.compare.contracts.patterns import pattern_stem
from harness.contract import Bounds, Member, Shape
from harness.contract.digests import plain


class Side(NamedTuple):
    """One side of a value: its shape, and the member that it is the value of where there is one."""

    member: Member | None
    shape: Shape

    def own(self, name: str) -> Any:
        """Give what the member itself says; ``None`` where it is silent."""
        said = getattr(self.member, name) if self.member is not None else None
        return None if said is False else said

    def says(self, name: str) -> Any:
        """Give what holds: the member's word, else its shape's."""
        own = self.own(name)
        return getattr(self.shape, name) if own is None else own


class Difference(NamedTuple):
    """A rule's stem, the trait's word in a pointer, and what either side says."""

    stem: str
    trait: str
    old: Any = None
    new: Any = None


# Traits that are there or not, and their stems; the pointer's word is Smithy's.
FLAGS = {
    "unique_items": ("unique-items", "uniqueItems"),
    "sparse": ("sparse", "sparse"),
    "sensitive": ("sensitive", "sensitive"),
    "streaming": ("streaming", "streaming"),
    "requires_length": ("requires-length", "requiresLength"),
    "box": ("nullable", "box"),
    "deprecated": ("member-deprecated", "deprecated"),
}
XML_FLAGS = {
    "xml_attribute": ("xml-attribute", "xmlAttribute"),
    "xml_flattened": ("xml-flattened", "xmlFlattened"),
}
# Further traits with a rule of their own; everything else is a change of an unknown trait.
KNOWN_TRAITS = {
    "deprecatedMessage": "deprecation-note",
    "deprecatedSince": "deprecation-note",
    "contextParam": "endpoint-parameter",
    "event": "event-binding",
    "eventpayload": "event-binding",
    "eventheader": "event-binding",
    "eventstream": "event-binding",
}
SHARED_FACTS = (
    *FLAGS,
    *XML_FLAGS,
    "length",
    "range",
    "pattern",
    "enum",
    "media_type",
    "xml_namespace",
    "traits",
)
# Traits that say nothing of requests and responses: words, marks of those who make models, and tests of SDKs.
ASIDE = frozenset({
    "documentationUrl", "synthetic", "alias", "smithy.api#examples", "smithy.api#tags", "smithy.api#since",
    "smithy.api#references",
})  # fmt: skip
TESTS = "smithy.test#"
SPELLING_FACTS = frozenset({*XML_FLAGS, "xml_namespace"})


def compare_fact(name: str, old: Any, new: Any) -> Iterator[Difference]:
    """Hold one trait of both sides against each other.

    Args:
        name: The trait's attribute in the model.
        old: What holds on the old side.
        new: What holds on the new side.
    """
    if old == new:
        return
    if name in FLAGS or name in XML_FLAGS:
        stem, trait = (FLAGS | XML_FLAGS)[name]
        yield Difference(f"{stem}-{'added' if new else 'removed'}", trait, bool(old), bool(new))
    elif name in ("length", "range"):
        yield from compare_bounds(name, old, new)
    elif name == "pattern":
        yield Difference(pattern_stem(old, new), "pattern", old, new)
    elif name == "enum":
        yield from compare_enums(old, new)
    elif name == "media_type":
        yield Difference("media-type-changed", "mediaType", old, new)
    elif name == "xml_namespace":
        yield Difference("xml-namespace-changed", "xmlNamespace", plain(old), plain(new))
    else:
        yield from compare_traits(old or {}, new or {})


def compare_members(old: Member, new: Member) -> Iterator[Difference]:
    """Hold what only members say against each other, but for their names and bindings."""
    if old.required != new.required:
        stem = "member-became-required" if new.required else "member-became-optional"
        yield Difference(stem, "required", old.required, new.required)
    if old.idempotency_token != new.idempotency_token:
        stem = f"idempotency-token-{'added' if new.idempotency_token else 'removed'}"
        yield Difference(stem, "idempotencyToken", old.idempotency_token, new.idempotency_token)
    if old.default != new.default:
        word = "added" if old.default is None else "removed" if new.default is None else "changed"
        yield Difference(f"default-{word}", "default", old.default, new.default)
    if bool(old.host_label) != bool(new.host_label):
        yield Difference("host-label-changed", "hostLabel", bool(old.host_label), bool(new.host_label))


def compare_bounds(name: str, old: Bounds | None, new: Bounds | None) -> Iterator[Difference]:
    """Hold lengths or ranges against each other, one side of them at a time."""
    for side in ("min", "max"):
        before, after = _bound(name, side, old), _bound(name, side, new)
        if before == after:
            continue
        if before is None or after is None:
            action = "added" if before is None else "removed"
        else:
            action = "tightened" if (after > before) is (side == "min") else "loosened"
        yield Difference(f"{name}-{side}-{action}", f"{name}/{side}", before, after)


def _bound(name: str, side: str, bounds: Bounds | None) -> int | float | None:
    """Give one bound; a length of at least 0 bounds nothing."""
    value: int | float | None = getattr(bounds, side) if bounds is not None else None
    return None if name == "length" and side == "min" and value is not None and value <= 0 else value


def compare_enums(old: Iterable[str] | None, new: Iterable[str] | None) -> Iterator[Difference]:
    """Hold the values of an enum against each other; their order means nothing on the wire."""
    if old is None or new is None:
        word = "added" if old is None else "removed"
        yield Difference(f"enum-{word}", "enum", _listed(old), _listed(new))
        return
    before, after = tuple(old), tuple(new)
    added = [value for value in after if value not in before]
    removed = [value for value in before if value not in after]
    if added:
        yield Difference("enum-value-added", "enum", None, added)
    if removed:
        yield Difference("enum-value-removed", "enum", removed, None)


def _listed(values: Iterable[str] | None) -> list[str] | None:
    return None if values is None else list(values)


def compare_traits(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    """Hold the traits that the model has no attribute for against each other, one by one."""
    for key in spoken_of(old, new):
        before, after = old.get(key), new.get(key)
        if before != after and not {str(before), str(after)} <= {"False", "None"}:  # a flag that is not set
            stem = KNOWN_TRAITS.get(key, "trait")
            yield Difference(f"{stem}-changed", f"traits/{key}", before, after)


def spoken_of(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """Name the traits of either side that are worth comparing, in order."""
    return sorted(key for key in {*old, *new} if key not in ASIDE and not key.startswith(TESTS))


def without_notes(
    found: list[tuple[Difference, str | None]],
) -> Iterator[tuple[Difference, str | None]]:
    """Leave out the words about a deprecation where the deprecation itself is new or gone.

    Args:
        found: Differences of one value, each with what of the shape it is about.
    """
    turned = any(item.trait == "deprecated" for item, _ in found)
    for item, fact in found:
        if not (turned and item.stem == "deprecation-note-changed"):
            yield item, fact
