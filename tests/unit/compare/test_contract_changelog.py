"""Changes in the form of the AWS API changelog, and what that form leaves out beneath them."""

from __future__ import annotations

import pytest

from harness.compare.contracts import compare_services
from harness.compare.contracts.api_changes import api_changes
from harness.compare.contracts.examples import example_side

NAME = "Name: {type: string, required: true}"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("input: {}", "input: {Name: string}", ["Act (updated)", "Changes (request)", "{'Name': 'string'}"]),
        ("input: {}", f"input: {{{NAME}}}",
         ["Act (updated)", "Changes (request)", "{'Name': 'string'}", "Requiredness (request)",
          "{'Name': {'required': '+ True'}}"]),
        ("input: null", f"input: {{{NAME}, Other: string}}",
         ["Act (updated)", "Changes (request)", "{'Name': 'string', 'Other': 'string'}",
          "Requiredness (request)", "{'Name': {'required': '+ True'}}"]),
        ("input: null", "input: {Names: {type: list, member: {type: string}}}",
         ["Act (updated)", "Changes (request)", "{'Names': ['string']}"]),
        ("output: null", "output: {Count: integer}",
         ["Act (updated)", "Changes (response)", "{'Count': 'integer'}"]),
        ("output: {Count: integer}", "output: null",
         ["Act (also changed)", "Removals (response)", "{'Count': '- integer'}"]),
        ("input: {Name: string}", "input: null",
         ["Act (also changed)", "Removals (request)", "{'Name': '- string'}"]),
        ("input: {Name: string}", f"input: {{{NAME}}}",
         ["Act (also changed)", "Requiredness (request)", "{'Name': {'required': 'False -> True'}}"]),
    ],
    ids=[
        "member", "required-member", "whole-input", "input-of-lists", "whole-output", "output-gone",
        "input-gone", "became-required",
    ],
)  # fmt: skip
def test_an_entry_tells_what_came_what_must_be_sent_and_what_went(before, after, told):
    """Each under a title of its own."""
    old, new = example_side(before, "old"), example_side(after, "new")
    entry = api_changes("things", "Things", "2026-01-02", compare_services(old, new), old, new)
    assert entry.splitlines()[4:] == told
