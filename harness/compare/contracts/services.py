"""Two services held against each other: the face of this package's comparison."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from harness.compare.contracts.authentication import service_auth
from harness.compare.contracts.facts import spoken_of
from harness.compare.contracts.model import Found
from harness.compare.contracts.operation import compare_operations
from harness.contract import Contract
from harness.contract.service import Service

Shown = Mapping[str, Collection[str]]

PROTOCOLS = ("json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2")
TARGETED = frozenset({"json", "smithy-rpc-v2-cbor"})
VERSIONED = frozenset({"query", "ec2"})
NAMING = TARGETED | VERSIONED
XML = frozenset({"rest-xml", "query", "ec2"})
# Metadata with a rule of its own, compared as it stands.
METADATA = {
    "globalEndpoint": "endpoint-changed",
    "serviceId": "service-id-changed",
    "serviceFullName": "service-label-changed",
    "serviceAbbreviation": "service-label-changed",
    "uid": "service-label-changed",
    "protocolSettings": "protocol-settings-changed",
}
# What other comparisons look at.
ELSEWHERE = frozenset({
    "protocol", "protocols", "auth", "signatureVersion", "jsonVersion", "targetPrefix", "apiVersion",
    "endpointPrefix", "signingName", "xmlNamespace", "awsQueryCompatible",
})  # fmt: skip
# How SDKs find an endpoint is theirs to say, as tests of it are.
ENDPOINT_RULES = frozenset({
    "smithy.rules#endpointRuleSet", "smithy.rules#endpointBdd", "smithy.rules#endpointTests",
})  # fmt: skip


def find_differences(old: Service, new: Service, shown: Shown) -> Iterator[Found]:
    """Find what differs between two states of one service.

    Args:
        old: The old state.
        new: The new state, of the same name.
        shown: Pointers that recordings show, by operation.
    """
    moved = spoken(old.metadata) != spoken(new.metadata)
    yield from _metadata(old, new)
    yield from _service_traits(old, new)
    yield from _existence(old, new)
    authors = old.authored and new.authored
    for name in sorted({*old.operations} & {*new.operations}):
        before, after = old.operations[name], new.operations[name]
        if not moved and before.protocol != after.protocol:
            yield _protocol_of(before, after)
        yield from compare_operations(
            before,
            after,
            moved=moved or before.protocol != after.protocol,
            authors=authors,
            shown=shown.get(after.name, ()),
        )
    yield from _wire_names(old, new)


def _protocol_of(old: Contract, new: Contract) -> Found:
    """Tell of another protocol that a contract says for itself, and not by its metadata."""
    rule = "protocol-preference-changed" if old.protocol in offered(new.metadata) else "protocol-changed"
    return Found(rule, f"{new.name}#/protocol", old.protocol, new.protocol)


def spoken(metadata: Mapping[str, Any]) -> str:
    """Say which protocol clients speak with a service: the first of these that it offers."""
    offered = metadata.get("protocols") or ()
    return next((name for name in PROTOCOLS if name in offered), str(metadata.get("protocol", "")))


def offered(metadata: Mapping[str, Any]) -> frozenset[str]:
    """List every protocol that a service offers; ``protocols`` may repeat ``protocol``."""
    return frozenset({str(metadata.get("protocol", "")), *(metadata.get("protocols") or ())})


def _existence(old: Service, new: Service) -> Iterator[Found]:
    """Tell which operations are gone or new, as far as their absence on a side means anything."""
    if new.extent == "model" or (new.extent, old.extent) == ("folder", "folder"):
        for name in sorted({*old.operations} - {*new.operations}):
            yield Found("operation-removed", f"{new.name}:{name}", name, None)
    if old.extent == "model" or (new.extent, old.extent) == ("folder", "folder"):
        for name in sorted({*new.operations} - {*old.operations}):
            yield Found("operation-added", f"{new.name}:{name}", None, name)


def _wire_names(old: Service, new: Service) -> Iterator[Found]:
    """Compare what operations are called in ``X-Amz-Target``, ``Action`` and paths of CBOR requests."""
    before, after = old.wire_names, new.wire_names
    if before is None or after is None or not offered(old.metadata) & offered(new.metadata) & NAMING:
        return
    for name in sorted({*before} & {*after}):
        if before[name] != after[name]:
            yield Found("operation-name-changed", f"{new.name}:{name}#/name", before[name], after[name])


def _service_traits(old: Service, new: Service) -> Iterator[Found]:
    if old.traits is None or new.traits is None:
        return
    turned = bool(old.traits.get("deprecated")) != bool(new.traits.get("deprecated"))
    for key in sorted({*old.traits, *new.traits}):
        before, after = _without_words(old.traits.get(key)), _without_words(new.traits.get(key))
        if before == after or (turned and key in ("deprecatedMessage", "deprecatedSince")):
            continue
        rule = "service-trait-changed"
        if key == "deprecated":
            rule = f"service-deprecated-{'added' if after else 'removed'}"
        elif key in ("deprecatedMessage", "deprecatedSince"):
            rule = "service-deprecation-note-changed"
        yield Found(rule, f"{new.name}#/traits/{key}", before, after)


def _without_words(value: Any) -> Any:
    """Leave documentation out of a trait that holds parameters."""
    if isinstance(value, Mapping):
        return {key: _without_words(item) for key, item in value.items() if key != "documentation"}
    return value


def _metadata(old: Service, new: Service) -> Iterator[Found]:
    before, after, place = old.metadata, new.metadata, f"{new.name}#/metadata"
    yield from _protocol(place, before, after)
    yield from service_auth(new.name, before, after)
    yield from _words_of_protocols(place, before, after)
    yield from _endpoint(place, before, after)
    for key in spoken_of(
        before.keys() - ELSEWHERE - ENDPOINT_RULES, after.keys() - ELSEWHERE - ENDPOINT_RULES
    ):
        if before.get(key) != after.get(key):
            yield Found(
                METADATA.get(key, "metadata-changed"), f"{place}/{key}", before.get(key), after.get(key)
            )


def _protocol(place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Found]:
    before, after = spoken(old), spoken(new)
    if before != after:
        rule = "protocol-preference-changed" if before in offered(new) else "protocol-changed"
        yield Found(rule, f"{place}/protocol", before, after)
        return
    if old.get("protocol") != new.get("protocol") and offered(old) == offered(new):
        said = old.get("protocol"), new.get("protocol")
        yield Found("protocol-preference-changed", f"{place}/protocol", *said)
    for name in sorted(offered(new) - offered(old)):
        yield Found("protocol-offered", f"{place}/protocols/{name}", None, name)
    for name in sorted(offered(old) - offered(new)):
        yield Found("protocol-withdrawn", f"{place}/protocols/{name}", name, None)


def _words_of_protocols(place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Found]:
    """Compare what only some protocols say on the wire, where both sides speak them."""
    both = offered(old) & offered(new)
    compatible = old.get("awsQueryCompatible"), new.get("awsQueryCompatible")
    if compatible[0] != compatible[1]:
        rule = "query-compatibility-removed" if compatible[1] is None else "query-compatibility-added"
        yield Found(rule, f"{place}/awsQueryCompatible", *compatible)
    version = str(old.get("jsonVersion", "1.0")), str(new.get("jsonVersion", "1.0"))
    if "json" in both and version[0] != version[1]:
        yield Found("json-version-changed", f"{place}/jsonVersion", *version)
    prefix = old.get("targetPrefix"), new.get("targetPrefix")
    if both & TARGETED and prefix[0] != prefix[1]:
        yield Found("target-prefix-changed", f"{place}/targetPrefix", *prefix)
    api = old.get("apiVersion"), new.get("apiVersion")
    if api[0] != api[1]:
        rule = "api-version-changed" if both & VERSIONED else "api-version-label-changed"
        yield Found(rule, f"{place}/apiVersion", *api)
    namespace = old.get("xmlNamespace"), new.get("xmlNamespace")
    if both & XML and namespace[0] != namespace[1]:
        yield Found("service-xml-namespace-changed", f"{place}/xmlNamespace", *namespace)


def _endpoint(place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Found]:
    prefix = old.get("endpointPrefix"), new.get("endpointPrefix")
    if prefix[0] != prefix[1]:
        yield Found("endpoint-changed", f"{place}/endpointPrefix", *prefix)
    signing = old.get("signingName"), new.get("signingName")
    if signing[0] == signing[1]:
        return
    effective = signing[0] or old.get("endpointPrefix"), signing[1] or new.get("endpointPrefix")
    if effective[0] != effective[1]:
        yield Found("signing-name-changed", f"{place}/signingName", *effective)
