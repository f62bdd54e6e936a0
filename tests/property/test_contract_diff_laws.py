"""Laws of comparing contracts, over the models of the installed botocore."""

from __future__ import annotations

import copy

import pytest

from harness.compare.contracts import compare_services
from harness.importers.botocore import InstalledBotocore
from harness.importers.services import service_from_model

SERVICES = (
    "bedrock-agent-runtime", "cloudwatch", "connectparticipant", "events", "glacier", "kinesis",
    "lex-runtime", "s3", "s3control", "sqs", "sts", "supplychain", "timestream-query",
)  # fmt: skip
MOST_PLACES = 4
BINDINGS = {"uri", "header", "headers", "querystring", "statusCode"}


@pytest.fixture(scope="module")
def models():
    return InstalledBotocore().models


def edited(model, path, value):
    """Copy a model with one value set, or taken away for ``None``; what is not on the way is shared."""
    new = copy.copy(model)
    place = new
    for step in path[:-1]:
        place[step] = copy.copy(place[step])
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return new


def reached(model):
    """Name the shapes that operations reach."""
    waiting = [
        reference["shape"]
        for operation in model["operations"].values()
        for reference in (
            *(operation[side] for side in ("input", "output") if side in operation),
            *operation.get("errors", ()),
        )
    ]  # fmt: skip
    found = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            shape = model["shapes"][name]
            parts = [*shape.get("members", {}).values(), *(shape[part] for part in PARTS if part in shape)]
            waiting += [part["shape"] for part in parts]
    return sorted(found)


PARTS = ("member", "key", "value")


def places(model, where, key):
    """List the paths of a key among operations, shapes, members, errors or metadata."""
    if where == "metadata":
        return [("metadata", key)] if key in model["metadata"] else []
    if where == "operation":
        return [("operations", name, key) for name, spec in model["operations"].items() if key in spec]
    if where == "http":
        return [
            ("operations", name, "http", key)
            for name, spec in model["operations"].items()
            if key in spec["http"]
        ]
    names = reached(model)
    shapes = model["shapes"]
    if where == "shape":
        return [("shapes", name, key) for name in names if key in shapes[name]]
    if where == "error":
        return [("shapes", name, "error", key) for name in names if key in shapes[name].get("error", {})]
    return [
        ("shapes", name, "members", member, key)
        for name in names
        for member, spec in shapes[name].get("members", {}).items()
        if key in spec
    ]


def value_at(model, path):
    for step in path:
        model = model[step]
    return model


# Where a word stands, the word, what becomes of it, and the stems that may name it; "" for silence.
EDITS = [
    ("metadata", "endpointPrefix", lambda old: f"{old}x", {"endpoint-changed"}),
    ("metadata", "signatureVersion", lambda _: "bearer", {"auth-changed"}),
    ("metadata", "targetPrefix", lambda old: f"{old}x", {"target-prefix-changed"}),
    ("metadata", "serviceId", lambda old: f"{old}x", {"service-id-changed"}),
    ("metadata", "auth", lambda _: ["smithy.api#httpBearerAuth"], {"auth-changed"}),
    ("metadata", "auth", None, {"", "auth-scheme-removed"}),
    ("http", "method", lambda old: "PUT" if old != "PUT" else "GET", {"http-method-changed"}),
    ("http", "requestUri", lambda old: f"{old}/x", {"http-uri-changed"}),
    ("http", "responseCode", lambda old: old + 1, {"success-code-changed"}),
    ("operation", "name", lambda old: f"{old}x", {"", "operation-name-changed"}),
    ("operation", "idempotent", None, {"operation-idempotent-removed"}),
    ("operation", "readonly", None, {"operation-readonly-removed"}),
    ("operation", "deprecated", None, {"operation-deprecated-removed"}),
    ("operation", "endpoint", None, {"host-prefix-changed"}),
    ("operation", "errors", None, {"error-removed"}),
    ("operation", "httpChecksumRequired", None, {"checksum-required-removed"}),
    ("operation", "httpChecksum", None, {"checksum-changed"}),
    ("operation", "staticContextParams", None, {"operation-endpoint-parameter-changed"}),
    ("operation", "endpointdiscovery", None, {"endpoint-discovery-changed"}),
    ("shape", "max", lambda old: old + 1, {"length-max-loosened", "range-max-loosened"}),
    ("shape", "max", None, {"length-max-removed", "range-max-removed"}),
    ("shape", "min", lambda old: old + 1,
     {"length-min-tightened", "range-min-tightened", "length-min-added", "range-min-added"}),
    ("shape", "pattern", None, {"pattern-removed"}),
    ("shape", "enum", None, {"enum-removed"}),
    ("shape", "enum", lambda old: [*old, "another"], {"enum-value-added"}),
    ("shape", "enum", lambda old: old[1:], {"enum-value-removed"}),
    ("shape", "required", None, {"member-became-optional"}),
    ("shape", "sensitive", None, {"sensitive-removed"}),
    ("shape", "streaming", None, {"streaming-removed"}),
    ("shape", "eventstream", None, {"streaming-removed"}),
    ("shape", "event", None, {"event-binding-changed"}),
    ("shape", "union", None, {"union-became-structure"}),
    ("shape", "document", None, {"type-changed"}),
    ("shape", "exception", None, {"error-exception-changed"}),
    ("shape", "fault", None, {"error-fault-changed", "error-fault-stated"}),
    ("shape", "retryable", None, {"error-retryable-removed"}),
    ("shape", "unheardOf", lambda _: 1, {"trait-changed"}),
    ("error", "httpStatusCode", lambda old: old + 1, {"error-status-changed"}),
    ("error", "code", lambda old: f"{old}x", {"error-code-changed", "error-query-code-changed"}),
    ("member", "location", None, {"member-moved"}),
    ("member", "locationName", lambda old: f"{old}x", {"wire-name-changed"}),
    ("member", "idempotencyToken", None, {"idempotency-token-removed"}),
    ("member", "jsonvalue", None, {"media-type-changed"}),
    ("member", "deprecated", None, {"member-deprecated-removed"}),
    ("member", "hostLabel", None, {"host-label-changed"}),
    ("member", "contextParam", None, {"endpoint-parameter-changed"}),
    ("member", "documentation", lambda _: "Other words.", {""}),
]  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_differs_from_itself(models, service):
    """However often its model is read."""
    one = service_from_model(service, models.model(service))
    other = service_from_model(service, copy.deepcopy(models.model(service)))
    assert compare_services(one, other) == ()


# What the oldest supported release does not say yet.
NEWER = frozenset({"readonly"})


@pytest.mark.parametrize(
    ("where", "key", "edit", "stems"),
    EDITS,
    ids=[f"{row[0]}-{row[1]}-{number}" for number, row in enumerate(EDITS)],
)  # fmt: skip
def test_one_edit_is_told_by_one_rule(models, where, key, edit, stems):
    """The rule that names it, in requests, in responses or in both, and no other."""
    seen = []
    for service in SERVICES:
        model = models.model(service)
        found = places(model, where, key)
        if key == "unheardOf":
            found = [("shapes", name, key) for name in reached(model) if "members" in model["shapes"][name]]
        elif key == "location":
            found = [path for path in found if value_at(model, path) in BINDINGS]
        for path in found[:: max(1, len(found) // MOST_PLACES)][:MOST_PLACES]:
            old = None if key == "unheardOf" else value_at(model, path)
            value = edit(old) if edit is not None else None
            before, after = (
                service_from_model(service, each) for each in (model, edited(model, path, value))
            )
            rules = {change.rule for change in compare_services(before, after)}
            told = {rule.removeprefix("request-").removeprefix("response-") for rule in rules} or {""}
            assert told <= stems, (service, path)
            assert len(told) == 1, (service, path)
            seen.append(path)
    assert seen or key in NEWER, "no model of these services says it"
