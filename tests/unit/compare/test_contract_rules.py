"""Every row of the table of rules: its example is its documentation, and here its test."""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from pathlib import Path

import pytest

from harness.compare.contracts import RULES, SEVERITIES, compare_services, rule
from harness.compare.contracts.examples import compare_example, example_side
from harness.errors import UsageError


@pytest.mark.parametrize("row", RULES, ids=lambda row: row.id)
def test_the_example_of_a_rule_is_told_by_it_and_by_no_other(row):
    """One edit, one rule; the change carries what the row says."""
    (change,) = compare_example(row)
    assert (change.rule, change.severity, change.direction) == (row.id, row.severity, row.direction)
    assert (change.action, change.harm) == (row.action, row.harm)
    assert change.pointer.startswith(change.operation)


@pytest.mark.parametrize("row", RULES, ids=lambda row: row.id)
def test_neither_side_of_an_example_differs_from_itself(row):
    """What is the same has no changes."""
    for text in (row.before, row.after):
        side = example_side(text, row.id)
        assert side is None or compare_services(side, side) == ()


def test_ids_are_unique_and_harms_are_sentences():
    """The table can be cited and read."""
    assert [name for name, count in Counter(row.id for row in RULES).items() if count > 1] == []
    assert [row.id for row in RULES if not row.harm.endswith(".")] == []
    assert {row.severity for row in RULES} == set(SEVERITIES)


def test_a_rule_for_requests_has_its_partner_for_responses():
    """Whatever can be sent and received is judged in both directions."""
    ids = {row.id for row in RULES}
    alone = sorted(
        name for name in ids
        if name.startswith("request-") and f"response-{name.removeprefix('request-')}" not in ids
    )  # fmt: skip
    assert alone == ["request-compression-changed", "request-required-member-added"]


BOUNDS = [f"{trait}-{side}" for trait in ("length", "range") for side in ("min", "max")]


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize(
    ("action", "request_severity", "response_severity"),
    [
        ("added", "breaking", "compatible"),
        ("tightened", "breaking", "compatible"),
        ("loosened", "compatible", "breaking"),
        ("removed", "compatible", "breaking"),
    ],
)
def test_tightening_a_request_breaks_and_loosening_a_response_breaks(
    bound, action, request_severity, response_severity
):
    """The direction decides."""
    assert rule(f"request-{bound}-{action}").severity == request_severity
    assert rule(f"response-{bound}-{action}").severity == response_severity


def test_an_unknown_rule_is_refused_with_the_nearest():
    """The message names it."""
    with pytest.raises(UsageError) as caught:
        rule("request-member-aded")
    assert str(caught.value).startswith(
        "request-member-aded: there is no such rule\n  Did you mean request-member-added"
    )


def test_the_page_lists_the_rules_of_the_table():
    """docs/diff.md, row for row."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "diff.md").read_text(encoding="utf-8")
    section = page.partition("## Rules\n")[2].partition("\n## ")[0]
    documented = [line for line in section.splitlines() if line.startswith("| `")]
    assert documented == [f"| `{row.id}` | {row.severity} | {row.action} | {row.harm} |" for row in RULES]


def test_the_page_names_only_rules_that_there_are():
    """Every name in the tables of other tools stands for at least one row."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "diff.md").read_text(encoding="utf-8")
    section = page.partition("## What other tools check\n")[2]
    ours = [cell for line in section.splitlines() if line.startswith("|") for cell in line.split("|")[2:]]
    patterns = {name for cell in ours for name in re.findall(r"`([a-z*]+(?:-[a-z*]+)+)`", cell)}
    known = [row.id for row in RULES]
    assert [name for name in sorted(patterns) if not fnmatch.filter(known, name)] == []


# The 29 evaluators of smithy-diff, one of them a stub, and the traits that its TraitBreakingChange looks at.
EVALUATORS = [
    "AddedEntityBinding", "AddedMetadata", "AddedOperationError", "AddedRequiredMember",
    "AddedServiceError", "AddedShape", "AddedTraitDefinition", "ChangedDefault", "ChangedEnumTrait",
    "ChangedLengthTrait", "ChangedMemberOrder", "ChangedMemberTarget", "ChangedMetadata",
    "ChangedNullability", "ChangedOperationInput", "ChangedOperationOutput", "ChangedRangeTrait",
    "ChangedResourceIdentifiers", "ChangedShapeType", "ModifiedTrait",
    "RemovedAuthenticationScheme", "RemovedEntityBinding", "RemovedMetadata",
    "RemovedOperationError", "RemovedServiceError", "RemovedShape", "RemovedTraitDefinition",
    "ServiceRename", "TraitBreakingChange",
]  # fmt: skip
TRAITS = [
    "trait", "protocolDefinition", "authDefinition", "httpBasicAuth", "httpDigestAuth",
    "httpBearerAuth", "httpApiKeyAuth", "addedDefault", "optionalAuth", "error", "retryable",
    "readonly", "idempotent", "idempotency-token", "internal", "jsonName", "xmlAttribute",
    "xmlFlattened", "xmlName", "xmlNamespace", "media-type", "resourceIdentifier", "streaming",
    "requires-length", "enum", "pattern", "property", "notProperty", "nestedProperties", "sparse",
    "unique-items", "paginated", "http", "httpLabel", "httpQuery", "httpQueryParams", "httpHeader",
    "httpPrefixHeaders", "httpPayload", "httpError", "httpResponseCode", "cors", "eventPayload",
    "eventHeader", "timestamp-format", "endpoint", "host-label", "input", "output",
    "request-compression", "awsChunked", "sigv4", "sigv4a", "awsQueryError", "httpChecksum",
    "endpointsModifier", "standardRegionalEndpoints", "standardPartitionalEndpoints",
    "dualStackOnlyEndpoints", "rulesBasedEndpoints", "cfnAdditionalIdentifier", "cfnName",
    "cfnExcludeProperty", "cfnResource", "specificationExtension",
]  # fmt: skip


def test_the_page_accounts_for_every_evaluator_and_trait_of_smithy_diff():
    """With a row or a reason, each once."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "diff.md").read_text(encoding="utf-8")
    section = page.partition("## What other tools check\n")[2].partition("| oasdiff |")[0]
    rows = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("|")][2:]
    named = [
        name for names, _ in rows for name in names.replace(",", " ").replace("(a stub there)", "").split()
    ]
    assert sorted(named) == sorted(EVALUATORS)
    assert all(told.strip() for _, told in rows)
    (traits,) = [told for names, told in rows if "TraitBreakingChange" in names]
    assert [name for name in TRAITS if re.search(rf"(?<![a-zA-Z]){name}(?![a-zA-Z])", traits) is None] == []
