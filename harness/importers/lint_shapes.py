"""Checks of shapes and of the contract's head: what can hold for no value, and what nothing here knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from harness.contract import Contract, Member, Shape, patterns
from harness.contract.constraint import trait_of
from harness.importers.days import is_day
from harness.importers.lint_names import parts_of
from harness.importers.problem import Check, Fault

KNOWN_TRAITS = frozenset({
    "contextParam", "deprecatedMessage", "deprecatedSince", "event", "eventheader", "eventpayload",
    "eventstream", "location", "senderFault", "smithy.api#enum", "synthetic", "wrapper", "xmlOrder",
})  # fmt: skip
"""What models say of shapes and members beyond a contract's fields, and something here heeds."""

KNOWN_OPERATION_TRAITS = frozenset({
    "auth", "authtype", "deprecated", "deprecatedMessage", "deprecatedSince", "endpoint", "endpointdiscovery",
    "endpointoperation", "httpChecksum", "httpChecksumRequired", "input", "operationContextParams", "output",
    "readonly", "requestcompression", "staticContextParams", "unsignedPayload",
})  # fmt: skip
"""What botocore's models say of operations beyond a contract's fields."""


def head(contract: Contract) -> Iterator[Fault]:
    """A version that is no day, a contract without sources."""
    if not is_day(contract.version):
        yield Fault("$.version", f"{contract.version!r} is not a day", "Write it like '2021-03-02'.")
    if not contract.sources:
        yield Fault(
            "$.sources", "the contract names no source", "Say where it comes from, with a title at least."
        )


def _spots(contract: Contract) -> Iterator[tuple[str, Shape, Member | None]]:
    """List every shape, and every member with its target, under its place."""
    for name, shape in contract.shapes.items():
        yield f"$.shapes.{name}", shape, None
        for place, member in parts_of(shape):
            if member.target in contract.shapes:
                yield f"$.shapes.{name}.{place}", contract.shapes[member.target], member


def bounds(contract: Contract) -> Iterator[Fault]:
    """Bounds that leave no value between them."""
    for place, shape, member in _spots(contract):
        for name in ("length", "range"):
            found = getattr(shape if member is None else member, name)
            if found is None:
                continue
            if found.min is not None and found.max is not None and found.min > found.max:
                problem = f"min {found.min} is greater than max {found.max}"
                yield Fault(f"{place}.{name}", problem, "Exchange or correct the bounds.")
            if name == "length" and found.max is not None and found.max < 0:
                problem = f"no length is {found.max} or less"
                yield Fault(f"{place}.{name}", problem, "Correct the bound.")


def unmatched_patterns(contract: Contract) -> Iterator[Fault]:
    """Patterns that cannot be matched here, and patterns that no text of the right length fits."""
    for place, shape, member in _spots(contract):
        own = shape.pattern if member is None else member.pattern
        if own is None:
            continue
        if not patterns.is_supported(own):
            problem = f"the pattern {own!r} is not supported, so no value is held against it"
            yield Fault(f"{place}.pattern", problem, "Write it in another way that means the same.")
            continue
        limits = trait_of(shape, member, "length")
        low = int(limits.min or 0) if limits is not None else 0
        high = int(limits.max) if limits is not None and limits.max is not None else None
        if (high is None or low <= high) and patterns.example(own, low, high) is None:
            most = "any number of" if high is None else high
            problem = f"no text of {low} to {most} characters was found that fits the pattern {own!r}"
            severity: Literal["error", "note"] = "note" if "(?" in own else "error"  # the search has limits
            yield Fault(f"{place}.pattern", problem, "Correct the pattern or the length.", severity)


def empty_enums(contract: Contract) -> Iterator[Fault]:
    """Enums without values, or with one value twice."""
    for place, shape, member in _spots(contract):
        own = shape.enum if member is None else member.enum
        if own is not None and len(set(own)) != len(own):
            twice = next(value for value in own if own.count(value) > 1)
            yield Fault(f"{place}.enum", f"the value {twice!r} stands twice", "Keep one of them.")
        if own is not None and not own:
            yield Fault(f"{place}.enum", "the enum has no values", "Add its values, or take it out.")


def strange_traits(contract: Contract) -> Iterator[Fault]:
    """Traits that nothing here knows: kept, and worth a look."""
    for place, shape, member in _spots(contract):
        own = shape.traits if member is None else member.traits
        if "timestampFormat" in own:
            problem = f"the timestamp format {own['timestampFormat']!r} is not known"
            remedy = "Write 'timestampFormat: date-time', 'http-date' or 'epoch-seconds' beside 'traits'."
            yield Fault(f"{place}.traits.timestampFormat", problem, remedy)
        for name in own:
            if name not in KNOWN_TRAITS and name != "timestampFormat":
                yield _unknown(f"{place}.traits.{name}", name)
    for name in contract.traits:
        if name not in KNOWN_OPERATION_TRAITS:
            yield _unknown(f"$.traits.{name}", name)


def _unknown(place: str, name: str) -> Fault:
    problem = f"nothing here knows the trait {name!r}; it is kept and has no effect"
    return Fault(place, problem, "Leave it, or correct its name.", "note")


SHAPES: tuple[Check, ...] = (head, bounds, unmatched_patterns, empty_enums, strange_traits)
