"""The rules about constraints: bounds, patterns, enumerated values, unique items.

What is sent may be held to less and not to more; what is received to more and not to less.
"""

from __future__ import annotations

from itertools import chain

from harness.compare.contracts.model import Rule
from harness.compare.contracts.pairs import pair

REFUSED = "Values that an old client sends are refused now."
STILL_TAKEN = "Whatever an old client sends is still taken."
STILL_FITS = "Whatever comes still fits what an old client expects."
UNEXPECTED = (
    "Values may come that an old client does not expect: columns, buffers and checks made by the old bound."
)

RESPELLED = "Only anchors or a group around it come or go, and a pattern means the whole value."

# Trait and side, the type that has it, a bound that is lax and one that is strict.
BOUNDS = (
    ("length", "min", "string", 2, 5),
    ("length", "max", "string", 64, 32),
    ("range", "min", "integer", 2, 5),
    ("range", "max", "integer", 64, 32),
)


def _bounded(trait: str, side: str, kind: str, lax: int, strict: int) -> tuple[Rule, ...]:
    """Make the rows of one bound: newly set, tightened, loosened, removed; sent and received."""

    def body(bound: int | None) -> str:
        said = "" if bound is None else f", {trait}: {{{side}: {bound}}}"
        return f"BODY: {{Value: {{type: {kind}{said}}}}}"

    stem, aspect = f"{trait}-{side}", f"constraints/{trait}"
    tighter = {"request": ("breaking", REFUSED), "response": ("compatible", STILL_FITS)}
    looser = {"request": ("compatible", STILL_TAKEN), "response": ("breaking", UNEXPECTED)}
    return (
        *pair(f"{stem}-added", aspect, "added", body(None), body(strict), **tighter),  # type: ignore[arg-type]
        *pair(f"{stem}-tightened", aspect, "tightened", body(lax), body(strict), **tighter),  # type: ignore[arg-type]
        *pair(f"{stem}-loosened", aspect, "loosened", body(strict), body(lax), **looser),  # type: ignore[arg-type]
        *pair(f"{stem}-removed", aspect, "removed", body(strict), body(None), **looser),  # type: ignore[arg-type]
    )


ROWS: tuple[Rule, ...] = (*chain(
    *(_bounded(*bound) for bound in BOUNDS),
    pair(
        "pattern-added", "constraints/pattern", "added",
        "BODY: {Value: {type: string}}", "BODY: {Value: {type: string, pattern: '[a-z]+'}}",
        request=("breaking", REFUSED), response=("compatible", STILL_FITS),
    ),
    pair(
        "pattern-tightened", "constraints/pattern", "tightened",
        "BODY: {Value: {type: string, pattern: '[a-z0-9]+'}}",
        "BODY: {Value: {type: string, pattern: '[a-z]{3,}'}}",
        request=("breaking", REFUSED), response=("compatible", STILL_FITS),
    ),
    pair(
        "pattern-loosened", "constraints/pattern", "loosened",
        "BODY: {Value: {type: string, pattern: '[a-z]{3,}'}}",
        "BODY: {Value: {type: string, pattern: '[a-z0-9]+'}}",
        request=("compatible", "More values are taken, and no value was found that is refused now."),
        response=("breaking", UNEXPECTED),
    ),
    pair(
        "pattern-replaced", "constraints/pattern", "changed",
        "BODY: {Value: {type: string, pattern: '[a-z]+'}}",
        "BODY: {Value: {type: string, pattern: '[0-9]+'}}",
        request=("breaking", REFUSED), response=("breaking", UNEXPECTED),
    ),
    pair(
        "pattern-changed", "constraints/pattern", "changed",
        "BODY: {Value: {type: string, pattern: '[a-z]{1,9}'}}",
        "BODY: {Value: {type: string, pattern: '([a-z]){1,9}'}}",
        request=("warning",
        "No value was found that only one pattern takes, which proves nothing: compare them."),
        response=("warning",
        "No value was found that only one pattern takes, which proves nothing: compare them."),
    ),
    pair(
        "pattern-respelled", "constraints/pattern", "changed",
        "BODY: {Value: {type: string, pattern: '[a-z]+'}}",
        "BODY: {Value: {type: string, pattern: '^[a-z]+$'}}",
        request=("compatible", RESPELLED),
        response=("compatible", RESPELLED),
    ),
    pair(
        "pattern-removed", "constraints/pattern", "removed",
        "BODY: {Value: {type: string, pattern: '[a-z]+'}}", "BODY: {Value: {type: string}}",
        request=("compatible", STILL_TAKEN), response=("breaking", UNEXPECTED),
    ),
    pair(
        "enum-added", "constraints/enum", "added",
        "BODY: {Value: {type: string}}", "BODY: {Value: {type: string, enum: [a, b]}}",
        request=("breaking", "Values outside the list, which an old client may send, are refused now."),
        response=("compatible", STILL_FITS),
    ),
    pair(
        "enum-removed", "constraints/enum", "removed",
        "BODY: {Value: {type: string, enum: [a, b]}}", "BODY: {Value: {type: string}}",
        request=("compatible", STILL_TAKEN),
        response=("warning",
        "Any value may come; clients that keep the list of old must have a way for others."),
    ),
    pair(
        "enum-value-added", "constraints/enum", "added",
        "BODY: {Value: {type: string, enum: [a, b]}}", "BODY: {Value: {type: string, enum: [a, b, c]}}",
        request=("compatible", "An old client goes on with the values it knows."),
        response=("warning",
        "Enums are open in responses; a client without a way for unknown values fails now."),
    ),
    pair(
        "enum-value-removed", "constraints/enum", "removed",
        "BODY: {Value: {type: string, enum: [a, b, c]}}", "BODY: {Value: {type: string, enum: [a, b]}}",
        request=("breaking", "An old client that sends the value is refused."),
        response=("compatible", "A client waits in vain for a value that it can do without."),
    ),
    pair(
        "unique-items-added", "constraints/uniqueItems", "tightened",
        "BODY: {Names: {type: list, member: {type: string}}}",
        "BODY: {Names: {type: list, member: {type: string}, uniqueItems: true}}",
        request=("breaking", "Lists with repeated items are refused now."),
        response=("compatible", STILL_FITS),
    ),
    pair(
        "unique-items-removed", "constraints/uniqueItems", "loosened",
        "BODY: {Names: {type: list, member: {type: string}, uniqueItems: true}}",
        "BODY: {Names: {type: list, member: {type: string}}}",
        request=("compatible", STILL_TAKEN), response=("breaking", "Items may be repeated."),
    ),
),)  # fmt: skip
