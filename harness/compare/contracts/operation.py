"""Two contracts of one operation held against each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from harness.compare.contracts import authored, bindings
from harness.compare.contracts.authentication import operation_auth
from harness.compare.contracts.errors import compare_errors
from harness.compare.contracts.facts import KNOWN_TRAITS, spoken_of
from harness.compare.contracts.model import Found
from harness.compare.contracts.walk import Walk, added_stem
from harness.contract import Contract

# Traits of operations with a rule of their own; the rest is a change of an unknown trait.
CHANGED_TRAITS = {
    "endpointdiscovery": "endpoint-discovery-changed",
    "endpointoperation": "endpoint-discovery-changed",
    "staticContextParams": "operation-endpoint-parameter-changed",
    "operationContextParams": "operation-endpoint-parameter-changed",
    "httpChecksum": "checksum-changed",
    "requestcompression": "request-compression-changed",
    "unsignedPayload": "payload-signing-changed",
    "smithy.api#paginated": "pagination-changed",
    "smithy.waiters#waitable": "waiter-changed",
    "deprecatedMessage": "operation-deprecation-note-changed",
    "deprecatedSince": "operation-deprecation-note-changed",
}
FLAG_TRAITS = {
    "deprecated": "operation-deprecated",
    "readonly": "operation-readonly",
    "httpChecksumRequired": "checksum-required",
    "smithy.api#deprecated": "operation-deprecated",
    "smithy.api#readonly": "operation-readonly",
}
AUTH_TRAITS = frozenset({"auth", "authtype"})


def compare_operations(
    old: Contract, new: Contract, *, moved: bool, authors: bool, shown: Collection[str] = ()
) -> Iterator[Found]:
    """Compare two contracts of one operation.

    Args:
        old: The old contract.
        new: The new contract.
        moved: Whether the service moved to another protocol.
        authors: Whether both sides can know what a person adds to a contract.
        shown: Pointers that recordings show.
    """
    if not moved:
        yield from _addresses(old, new)
    yield from _host(old, new)
    yield from _operation_traits(old, new, moved=moved)
    yield from operation_auth(old, new)
    walk = Walk(old, new, moved=moved, shown=shown)
    yield from _bodies(old, new, walk)
    yield from compare_errors(old, new, walk, moved=moved)
    yield from walk.found()
    if authors:
        yield from authored.compare_authored(old, new)


def _addresses(old: Contract, new: Contract) -> Iterator[Found]:
    """Compare method, URI and success code; the names of labels are no part of a request."""
    name = new.name
    if old.http.method != new.http.method:
        yield Found("http-method-changed", f"{name}#/http/method", old.http.method, new.http.method)
    if bindings.without_label_names(old.http.uri) != bindings.without_label_names(new.http.uri):
        yield Found("http-uri-changed", f"{name}#/http/uri", old.http.uri, new.http.uri)
    if old.http.code != new.http.code:
        yield Found("success-code-changed", f"{name}#/http/code", old.http.code, new.http.code)


def _host(old: Contract, new: Contract) -> Iterator[Found]:
    """Compare the prefix of the host, which no protocol spells in its own way."""
    hosts = [bindings.without_label_names(side.endpoint or "") for side in (old, new)]
    if hosts[0] != hosts[1]:
        yield Found("host-prefix-changed", f"{new.name}#/endpoint", old.endpoint, new.endpoint)


def _operation_traits(old: Contract, new: Contract, *, moved: bool) -> Iterator[Found]:
    name = new.name
    if old.idempotent != new.idempotent:
        rule = f"operation-idempotent-{'added' if new.idempotent else 'removed'}"
        yield Found(rule, f"{name}#/idempotent", old.idempotent, new.idempotent)
    turned = bool(old.traits.get("deprecated")) != bool(new.traits.get("deprecated"))
    for key in spoken_of(old.traits.keys() - AUTH_TRAITS, new.traits.keys() - AUTH_TRAITS):
        before, after = old.traits.get(key), new.traits.get(key)
        if before == after or (turned and KNOWN_TRAITS.get(key) == "deprecation-note"):
            continue
        pointer = f"{name}#/traits/{key}"
        if key in ("input", "output"):
            there = None not in (getattr(old, key), getattr(new, key))
            yield from () if moved or not there else _roots(name, key, before or {}, after or {})
        elif key in FLAG_TRAITS:
            if _is_set(before) != _is_set(after):
                word = "added" if _is_set(after) else "removed"
                yield Found(f"{FLAG_TRAITS[key]}-{word}", pointer, before, after)
        else:
            yield Found(CHANGED_TRAITS.get(key, "operation-trait-changed"), pointer, before, after)


def _is_set(value: Any) -> bool:
    """Say whether a trait that is said by being there is there."""
    return value is not None and value is not False


def _roots(name: str, side: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Found]:
    """Compare what stands beside the reference to an input or output: the names around the body."""
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            rule = "request-root-changed" if side == "input" else "response-root-changed"
            yield Found(rule, f"{name}#/{side}/{key}", old.get(key), new.get(key))


def _bodies(old: Contract, new: Contract, walk: Walk) -> Iterator[Found]:
    if old.input is not None and new.input is not None:
        walk.compare("request", "input", old.input, new.input)
    elif _says_something(old, old.input) or _says_something(new, new.input):
        added = new.shapes[new.input].members.values() if new.input is not None else ()
        needed = any(added_stem("member", member, "request") == "required-member-added" for member in added)
        rule = "input-removed" if new.input is None else "required-input-added" if needed else "input-added"
        yield Found(rule, f"{new.name}#/input", old.input, new.input)
    if old.output is not None and new.output is not None:
        walk.compare("response", "output", old.output, new.output)
    elif _says_something(old, old.output) or _says_something(new, new.output):
        rule = "output-removed" if new.output is None else "output-added"
        yield Found(rule, f"{new.name}#/output", old.output, new.output)


def _says_something(contract: Contract, shape: str | None) -> bool:
    return shape is not None and bool(contract.shapes[shape].members)
