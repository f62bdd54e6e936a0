"""A change is told where recordings show what it touches, and nowhere else."""

from __future__ import annotations

import pytest

from harness.compare.contracts import RULES
from harness.compare.contracts.examples import compare_example, example_side
from harness.compare.contracts.usage import Evidence, Usage, used_changes

SEEN = Evidence("cassettes/x.yaml", 3)
NEVER_SENT = "the operation is asked, and nothing of what changed is there"


def usage_of(rule_id, sent=None, received=None, code=None):
    """The usage of the old side of a rule's example by one exchange."""
    rule = next(rule for rule in RULES if rule.id == rule_id)
    usage = Usage()
    contract = example_side(rule.before, rule.id).operations["Act"]
    usage.note_operation(contract, SEEN)
    if sent is not None:
        usage.note_document(contract, "input", sent, SEEN)
    if received is not None:
        usage.note_document(contract, "output", received, SEEN)
    if code is not None:
        usage.note_error(contract, code, SEEN)
    return [change.rule for change in used_changes(compare_example(rule), usage)]


@pytest.mark.parametrize(
    ("rule", "used", "not_used"),
    [
        pytest.param("request-member-removed", {"sent": {"Name": "a"}}, {"sent": {}}, id="member sent"),
        pytest.param("response-member-removed", {"received": {"Name": "a"}}, {"received": {}}, id="received"),
        pytest.param("request-length-max-tightened", {"sent": {"Value": "a"}}, {"sent": {}}, id="constraint"),
        pytest.param("request-wire-name-changed", {"sent": {"Name": "a"}}, {"sent": {}}, id="wire name"),
        pytest.param("request-member-became-required", {"sent": {}}, {"sent": {"Name": "a"}}, id="left out"),
        pytest.param("request-required-member-added", {"sent": {}}, {}, id="new and required"),
        pytest.param("request-member-renamed", {"sent": {"Name": "a"}}, {"sent": {}}, id="renamed"),
        pytest.param(
            "request-enum-value-removed", {"sent": {"Value": "c"}}, {"sent": {"Value": "a"}}, id="value sent"
        ),
        pytest.param("error-status-changed", {"code": "Gone"}, {"code": "Other"}, id="error received"),
        pytest.param("error-removed", {"code": "Gone"}, {}, id="error gone"),
    ],
)
def test_only_what_was_seen_is_told(rule, used, not_used):
    assert rule in usage_of(rule, **used)
    assert rule not in usage_of(rule, **not_used)


@pytest.mark.parametrize("rule", ["http-method-changed", "success-code-changed", "pagination-removed"])
def test_what_concerns_every_call_is_told_of_operations_that_were_asked(rule):
    assert usage_of(rule) == [rule]


def test_an_operation_that_nobody_asked_is_not_told():
    rule = next(rule for rule in RULES if rule.id == "http-method-changed")
    assert used_changes(compare_example(rule), Usage()) == ()


def test_each_change_names_the_recording():
    rule = next(rule for rule in RULES if rule.id == "http-method-changed")
    usage = Usage(operations={"things:Act": SEEN})
    assert [change.evidence for change in used_changes(compare_example(rule), usage)] == [
        "cassettes/x.yaml, interaction 3"
    ]
