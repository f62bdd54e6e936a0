"""Single random edits of real models: each is told by exactly the rule that names it, and by nothing else.

What must be told is written beside each edit (``diff_mutators_*.py``) and worked out from the raw JSON
(``diff_edits.py``), never from the comparison. The default run takes a sample of services and edits; the slow
one takes all services and 1,000 edits of each kind of trait.
"""

from __future__ import annotations

import json
import random
from itertools import cycle

import diff_mutators_errors
import diff_mutators_members
import diff_mutators_operations
import diff_mutators_same
import diff_mutators_services
import diff_mutators_shapes
import pytest
from diff_edits import Edit, load, misses, references, services, told

from harness.importers.unchanged import differing_operations

MUTATORS = {
    **diff_mutators_services.KINDS, **diff_mutators_operations.KINDS, **diff_mutators_errors.KINDS,
    **diff_mutators_shapes.KINDS, **diff_mutators_members.KINDS, **diff_mutators_same.KINDS,
}  # fmt: skip
FEW, MANY = 10, 1000
SAMPLE = (
    "cloudfront",
    "cloudwatch",
    "connectparticipant",
    "dynamodb",
    "ec2",
    "events",
    "glacier",
    "iottwinmaker",
    "kinesis",
    "lambda",
    "lexv2-runtime",
    "omics",
    "polly",
    "rds-data",
    "route53",
    "s3",
    "s3control",
    "ses",
    "sns",
    "sqs",
    "sts",
    "supplychain",
)

# Everything that models say, by level, and the edits that stand for it: the beginnings of their names.
TRAITS: dict[str, dict[str, str]] = {
    "model": {
        "metadata": "metadata.",
        "operations": "operation",
        "shapes": "same.shape-renamed",
        "documentation": "model.documentation",
        "version": "model.version",
        "clientContextParams": "model.clientContextParams",
        "deprecated": "model.deprecated",
        "deprecatedMessage": "model.deprecatedMessage",
        "examples": "model.examples",
    },
    "metadata": {
        key: f"metadata.{key}"
        for key in (
            "apiVersion",
            "endpointPrefix",
            "protocol",
            "serviceFullName",
            "serviceId",
            "signatureVersion",
            "uid",
            "auth",
            "protocols",
            "signingName",
            "jsonVersion",
            "targetPrefix",
            "serviceAbbreviation",
            "xmlNamespace",
            "protocolSettings",
            "globalEndpoint",
            "awsQueryCompatible",
            "checksumFormat",
            "ripServiceName",
        )
    },
    "operation": {
        "http": "http.",
        "authtype": "operation.auth.",
        "documentation": "same.words-at-documentation",
        **{
            key: f"operation.{key}"
            for key in (
                "name",
                "input",
                "output",
                "errors",
                "auth",
                "idempotent",
                "readonly",
                "endpoint",
                "staticContextParams",
                "deprecated",
                "deprecatedMessage",
                "deprecatedSince",
                "endpointdiscovery",
                "httpChecksumRequired",
                "httpChecksum",
                "unsignedPayload",
                "operationContextParams",
                "endpointoperation",
                "requestcompression",
            )
        },
    },
    "http": {"method": "http.method", "requestUri": "http.path", "responseCode": "http.status"},
    "input": {
        "shape": "same.shape-renamed",
        "locationName": "operation.input.locationName",
        "xmlNamespace": "operation.input.xmlNamespace",
        "documentation": "same.words-at-input",
    },
    "output": {
        "shape": "same.shape-renamed",
        "resultWrapper": "operation.output.resultWrapper",
        "documentation": "same.words-at-output",
    },
    "error": {
        "shape": "operation.errors",
        "documentation": "same.words-at-errors",
        "exception": "same.words-at-errors",
        "error": "error.",
    },
    "shape": {
        "members": "shape.members",
        "member": "element.member",
        "key": "element.key",
        "value": "element.value",
        "documentation": "same.documentation-of-shape",
        "error": "error.",
        "exception": "error.exception",
        "fault": "error.fault",
        "retryable": "error.retryable",
        "synthetic": "same.synthetic",
        **{
            key: f"shape.{key}"
            for key in (
                "type",
                "required",
                "max",
                "min",
                "enum",
                "pattern",
                "box",
                "sensitive",
                "union",
                "payload",
                "timestampFormat",
                "deprecated",
                "deprecatedMessage",
                "deprecatedSince",
                "wrapper",
                "event",
                "document",
                "flattened",
                "eventstream",
                "streaming",
                "locationName",
                "sparse",
                "xmlOrder",
                "requiresLength",
                "xmlNamespace",
            )
        },
    },
    "shape.error": {
        "httpStatusCode": "error.status",
        "senderFault": "same.senderFault",
        "code": "error.code",
    },
    "shape.retryable": {"throttling": "error.throttling"},
    "member": {
        "documentation": "same.documentation-of-member",
        **{
            key: f"member.{key}"
            for key in (
                "shape",
                "locationName",
                "location",
                "idempotencyToken",
                "box",
                "contextParam",
                "deprecated",
                "deprecatedMessage",
                "deprecatedSince",
                "hostLabel",
                "xmlNamespace",
                "jsonvalue",
                "flattened",
                "eventpayload",
                "streaming",
                "enum",
                "queryName",
                "xmlAttribute",
                "sensitive",
            )
        },
    },
    "element": {
        "shape": "element.shape",
        "locationName": "element.",
        "documentation": "same.documentation-of-member",
        "jsonvalue": "element.jsonvalue",
    },
    "paginator": {
        key: f"paginator.{key}"
        for key in (
            "input_token",
            "output_token",
            "result_key",
            "limit_key",
            "non_aggregate_keys",
            "more_results",
        )
    },
    "waiter": {key: f"waiter.{key}" for key in ("delay", "maxAttempts", "operation", "description")}
    | {"acceptors": "acceptor."},
    "acceptor": {key: f"acceptor.{key}" for key in ("matcher", "state", "expected", "argument")},
}


def said(name):
    """List what the files of a service say, as levels and keys."""
    files = load(name)
    found = {("model", key) for key in files.model} | {("metadata", key) for key in files.model["metadata"]}
    for operation in files.model["operations"].values():
        found |= {("operation", key) for key in operation} | {("http", key) for key in operation["http"]}
        found |= {(side, key) for side in ("input", "output") for key in operation.get(side, ())}
        found |= {("error", key) for error in operation.get("errors", ()) for key in error}
    for shape in files.model["shapes"].values():
        found |= {("shape", key) for key in shape}
        level = "member" if "members" in shape else "element"
        found |= {(level, key) for _, part in references(shape) for key in part}
        found |= {(f"shape.{part}", key) for part in ("error", "retryable") for key in shape.get(part, ())}
    found |= {("paginator", key) for spec in files.paginators.values() for key in spec}
    for waiter in files.waiters.values():
        found |= {("waiter", key) for key in waiter}
        found |= {("acceptor", key) for acceptor in waiter["acceptors"] for key in acceptor}
    return found


def check_traits(names):
    unknown = {
        (name, level, key) for name in names for level, key in said(name)
        if key not in TRAITS[level] or not any(mutator.startswith(TRAITS[level][key]) for mutator in MUTATORS)
    }  # fmt: skip
    assert unknown == set()


def group(name):
    """Name the kind of trait that an edit is about; its ways there and back share the edits."""
    return ".".join(name.removesuffix(".undone").split(".")[:2])


GROUPS = sorted({group(name) for name in MUTATORS})


def check_edits(kind, names, count):
    """Make edits of one kind of trait to services picked at random, and hold what is told against them."""
    choice = random.Random(kind)
    wrong, made, barren = [], 0, {}
    mutators = {name: mutator for name, mutator in MUTATORS.items() if group(name) == kind}
    for name, mutator in cycle(mutators.items()):
        if made >= count or len(wrong) > 5:
            break
        able = [each for each in names if each not in barren.setdefault(name, set())]
        if not able and all(len(names) == len(barren.get(each, ())) for each in mutators):
            break
        for _ in able:
            service = choice.choice(able)
            edit = mutator(load(service), choice)
            if edit is not None:
                made += 1
                wrong += [f"{name} of {service}: {text}" for text in misses(edit, choice)]
                break
            barren[name].add(service)
            able = [each for each in able if each != service]
            if not able:
                break
    assert wrong == []
    return made


# A mutator that finds no place in a service may find one at the next try only where it throws dice itself.
ABLE = tuple(name for name in SAMPLE if name in services())


def test_every_trait_of_the_sample_has_its_edits():
    """Nothing that these models say goes without a mutator."""
    check_traits(ABLE)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_trait_of_every_model_has_its_edits():
    """Nothing that any model says goes without a mutator."""
    assert len(services()) > 400
    check_traits(services())


@pytest.mark.parametrize("kind", GROUPS)
def test_an_edit_is_told_by_the_rule_that_names_it(kind):
    """Once in every operation and either way that reaches it, at the edited place, and nothing else."""
    variants = sum(group(name) == kind for name in MUTATORS)
    assert check_edits(kind, ABLE, max(FEW, variants)) > 0


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", GROUPS)
def test_a_thousand_edits_are_told_by_the_rules_that_name_them(kind):
    """The same over all services."""
    assert check_edits(kind, services(), MANY) == MANY


def shuffled(value, choice):
    """Write a JSON value with its keys in another order."""
    if isinstance(value, dict):
        keys = list(value)
        choice.shuffle(keys)
        return {key: shuffled(value[key], choice) for key in keys}
    return [shuffled(each, choice) for each in value] if isinstance(value, list) else value


def check_nothing_differs(name, most):
    files, choice = load(name), random.Random(name)
    again = files._replace(
        **{
            part: shuffled(json.loads(json.dumps(getattr(files, part))), choice)
            for part in ("model", "paginators", "waiters")
        }
    )
    assert differing_operations(files.model, again.model) == frozenset()
    operations = sorted(files.model["operations"])
    picked = frozenset(choice.sample(operations, min(len(operations), most)))
    assert told(Edit(files, again), picked) == []


@pytest.mark.parametrize("name", ABLE)
def test_a_service_does_not_differ_from_itself(name):
    """Written out and read again with its keys in another order."""
    check_nothing_differs(name, 12)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", services())
def test_no_service_differs_from_itself(name):
    """Every operation of every service."""
    check_nothing_differs(name, 10_000)
