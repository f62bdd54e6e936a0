# ruff: noqa: E501  # one row of the table is one line
"""The lint: each fault with its place and its remedy, and silence over what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ContractError
from harness.importers.decoding import decode_contract
from harness.importers.files import load_contract, write_contract
from harness.importers.lint import Problem, lint, lint_contract
from harness.importers.yaml_reading import read_yaml

ROOT = Path(__file__).parents[3]
SHIPPED = sorted((ROOT / "contracts").glob("*/*/*.yaml"))

GOOD = """\
format: 1
service: shop
operation: PutOrders
version: '2024-01-01'
sources: [{title: a document}]
protocol: rest-json
metadata: {}
http: {method: POST, uri: '/shops/{shop}', code: 200}
auth: {scheme: bearer, header: X-Token, member: token, missing: {code: Denied, status: 403}}
validation: {code: Invalid, status: 400}
idempotency: {token: key, scope: [shop], changed: {code: Clash, status: 409}}
batch: {entries: orders, results: results, failedCount: failed, identifier: id}
volatile: [results/member/id]
echo: {shop: shop}
examples:
- title: one
  input: {shop: s1, token: t, orders: [{name: a, at: 1}]}
  output: {shop: s1, failed: 0, results: [{id: x}]}
- title: two
  input: {shop: s1, token: t, orders: [{name: a}, {name: b}]}
values:
  orders/member/name: [a, b]
  shop: [s1]
rules:
- id: few
  summary: Few.
  source: assumed
  when: length(orders) > `2`
  then: {refuse: {code: Invalid, status: 400}}
  inside: [{set: {orders: [{name: a}, {name: b}]}}]
  outside: [{set: {orders: [{name: a}, {name: b}, {name: c}]}}]
- id: no-x
  summary: No x.
  source: assumed
  when: name == 'x'
  then: {entry: {code: NoX}}
  inside: [{set: {'orders[0].name': y}}]
  outside: [{set: {'orders[0].name': x}}, {set: {'orders[1].name': x}, of: two}]
input: In
output: Out
errors: [Invalid, Denied, Clash]
shapes:
  In:
    type: structure
    members:
      shop: {target: Word, required: true, httpLabel: shop}
      token: {target: Text, required: true, httpHeader: X-Token, sensitive: true}
      key: {target: Text, idempotencyToken: true}
      orders: {target: Orders}
  Word: {type: string, length: {min: 1, max: 5}, pattern: '[a-z0-9]+'}
  Text: {type: string}
  Orders: {type: list, length: {min: 1, max: 10}, member: {target: Order}}
  Order:
    type: structure
    members:
      name: {target: Word, required: true}
      size: {target: Size}
      at: {target: Time}
  Size: {type: string, enum: [small, big]}
  Time: {type: timestamp, timestampFormat: epoch-seconds}
  Out:
    type: structure
    members:
      shop: {target: Word}
      failed: {target: Count}
      results: {target: Results}
  Count: {type: integer, range: {min: 0, max: 10}}
  Results: {type: list, member: {target: Result}}
  Result:
    type: structure
    members:
      id: {target: Text}
      ErrorCode: {target: Text}
      ErrorMessage: {target: Text}
  Invalid: {type: structure, error: client, httpError: 400}
  Denied: {type: structure, error: client, httpError: 403}
  Clash: {type: structure, error: client, httpError: 409}
"""


def faults(text):
    return list(lint_contract(decode_contract(read_yaml(text, "x"), "x")))


def test_a_right_contract_has_no_faults():
    assert faults(GOOD) == []


FAULTS = [
    ("no-sources", "sources: [{title: a document}]", "sources: []", "$.sources", "the contract names no source"),
    ("version", "'2024-01-01'", "'2024-02-30'", "$.version", "'2024-02-30' is not a day"),
    ("dangling-input", "input: In\n", "input: Im\n", "$.input", "there is no shape 'Im'"),
    ("dangling-error", "Denied, Clash]", "Deny, Clash]", "$.errors[1]", "there is no shape 'Deny'"),
    ("dangling-member", "{target: Size}", "{target: Sze}", "$.shapes.Order.members.size.target", "there is no shape 'Sze'"),
    ("dangling-element", "member: {target: Order}", "member: {target: Odre}", "$.shapes.Orders.member.target", "there is no shape 'Odre'"),
    ("no-element", ", member: {target: Result}", "", "$.shapes.Results", "a list needs a member"),
    ("unused", "      size: {target: Size}\n", "", "$.shapes.Size", "nothing uses this shape"),
    ("no-error", "Clash: {type: structure, error: client, httpError: 409}", "Clash: {type: structure}", "$.errors[2]", "the shape Clash is not an error"),
    ("length", "length: {min: 1, max: 5}", "length: {min: 6, max: 5}", "$.shapes.Word.length", "min 6 is greater than max 5"),
    ("range", "range: {min: 0, max: 10}", "range: {min: 11, max: 10}", "$.shapes.Count.range", "min 11 is greater than max 10"),
    ("pattern", "pattern: '[a-z0-9]+'", "pattern: '[a-z'", "$.shapes.Word.pattern", "the pattern '[a-z' is not supported, so no value is held against it"),
    ("unfit", "pattern: '[a-z0-9]+'", "pattern: '[a-z0-9]{6}'", "$.shapes.Word.pattern", "no text of 1 to 5 characters was found that fits the pattern '[a-z0-9]{6}'"),
    ("enum", "enum: [small, big]", "enum: [small, small]", "$.shapes.Size.enum", "the value 'small' stands twice"),
    ("no-enum", "enum: [small, big]", "enum: []", "$.shapes.Size.enum", "the enum has no values"),
    ("timestamp", "timestampFormat: epoch-seconds", "traits: {timestampFormat: lunar}", "$.shapes.Time.traits.timestampFormat", "the timestamp format 'lunar' is not known"),
    ("trait", "Text: {type: string}", "Text: {type: string, traits: {shiny: 1}}", "$.shapes.Text.traits.shiny", "nothing here knows the trait 'shiny'; it is kept and has no effect"),
    ("operation-trait", "input: In\n", "traits: {shiny: 1}\ninput: In\n", "$.traits.shiny", "nothing here knows the trait 'shiny'; it is kept and has no effect"),
    ("label", "'/shops/{shop}'", "'/shops/{id}'", "$.http.uri", "no member fills the label 'id'"),
    ("no-label", "'/shops/{shop}'", "/shops", "$.shapes.In", "the URI /shops has no label 'shop'"),
    ("auth-member", "member: token,", "member: tokn,", "$.auth.member", "the input has no member 'tokn'"),
    ("auth-secret", ", sensitive: true", "", "$.shapes.In.members.token", "the bearer token is not marked as sensitive"),
    ("auth-header", " header: X-Token,", "", "$.auth", "a bearer token needs a header"),
    ("token", "token: key,", "token: kee,", "$.idempotency.token", "the input has no member 'kee'"),
    ("scope", "scope: [shop]", "scope: [shp]", "$.idempotency.scope[0]", "the input has no member 'shp'"),
    ("entries", "entries: orders", "entries: order", "$.batch.entries", "the input has no member 'order'"),
    ("results", "results: results,", "results: result,", "$.batch.results", "the output has no member 'result'"),
    ("failed-count", "failedCount: failed", "failedCount: fail", "$.batch.failedCount", "the output has no member 'fail'"),
    ("identifier", "identifier: id", "identifier: ident", "$.batch.identifier", "the output has no member 'results/member/ident'"),
    ("volatile", "[results/member/id]", "[results/id]", "$.volatile[0]", "the output has no member 'results/id'"),
    ("echo", "echo: {shop: shop}", "echo: {shop: store}", "$.echo.shop", "the input has no member 'store'"),
    ("hint-place", "  shop: [s1]", "  store: [s1]", "$.values.store", "the input has no member 'store'"),
    ("hint", "  shop: [s1]", "  shop: [s1, S!]", "$.values.shop[1]", "the whole value breaks pattern '[a-z0-9]+'"),
    ("hint-kind", "  shop: [s1]", "  shop: [[s1]]", "$.values.shop[0]", "the whole value breaks type 'string'"),
    ("example", "{name: a, at: 1}", "{name: toolong}", "$.examples[0].input", "orders[0].name breaks length/max 5"),
    ("example-member", "{name: a, at: 1}", "{name: a, att: 1}", "$.examples[0].input", "the input has no member orders[0].att"),
    ("example-output", "failed: 0", "failed: none", "$.examples[0].output", "failed breaks type 'integer'"),
    ("example-rule", "{name: a, at: 1}", "{name: x}", "$.examples[0].input", "the rule no-x refuses it"),
    ("title", "title: two", "title: one", "$.examples[1].title", "the title 'one' stands twice"),
    ("rule-id", "id: no-x", "id: few", "$.rules[1].id", "there is another rule 'few'"),
    ("condition", "when: name == 'x'", "when: name === 'x'", "$.rules[1].when", "the JMESPath expression \"name === 'x'\" fails: Bad jmespath expression: Unknown token '=':"),
    ("function", "when: name == 'x'", "when: shout(name)", "$.rules[1].when", "the JMESPath expression 'shout(name)' fails: Unknown function: shout()"),
    ("no-answer", "then: {entry: {code: NoX}}", "then: {}", "$.rules[1].then", "a rule refuses the request or fails an entry"),
    ("status", "then: {refuse: {code: Invalid, status: 400}}", "then: {refuse: {code: Invalid, status: 402}}", "$.rules[0].then.refuse", "Invalid comes with 400, not with 402"),
    ("validation", "validation: {code: Invalid, status: 400}", "validation: {code: Invalid, status: 422}", "$.validation", "Invalid comes with 400, not with 422"),
    ("changed", "changed: {code: Clash, status: 409}", "changed: {code: Clash, status: 400}", "$.idempotency.changed", "Clash comes with 409, not with 400"),
    ("missing", "missing: {code: Denied, status: 403}", "missing: {code: Denied, status: 401}", "$.auth.missing", "Denied comes with 403, not with 401"),
    ("inside-bites", "{'orders[0].name': y}", "{'orders[0].name': x}", "$.rules[1].inside[0]", "the rule no-x bites"),
    ("inside-breaks", "{'orders[0].name': y}", "{'orders[0].name': Y}", "$.rules[1].inside[0]", "orders[0].name breaks pattern '[a-z0-9]+'"),
    ("outside-tame", "{'orders[0].name': x}", "{'orders[0].name': y}", "$.rules[1].outside[0]", "the rule no-x does not bite"),
    ("outside-wide", "{orders: [{name: a}, {name: b}, {name: c}]}", "{orders: [{name: a}, {name: b}, {name: x}]}", "$.rules[0].outside[0]", "the rule no-x bites"),
    ("variation-path", "{set: {'orders[1].name': x}, of: two}", "{set: {'orders[5].name': x}, of: two}", "$.rules[1].outside[1]", "the path 'orders[5].name' of a variation leads nowhere"),
    ("variation-of", "of: two", "of: three", "$.rules[1].outside[1]", "a variation starts from the example 'three', which does not exist"),
    ("no-inside", "  inside: [{set: {'orders[0].name': y}}]\n", "", "$.rules[1]", "the rule no-x has no variation inside"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "place", "problem"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_each_fault_is_found_at_its_place(old, new, place, problem):
    assert GOOD.count(old) == 1, "the row must change one place"
    found = faults(GOOD.replace(old, new))
    assert (place, problem) in [(fault.place, fault.problem) for fault in found]
    assert all(fault.remedy.endswith((".", "?")) for fault in found)


NOTES = {"trait", "operation-trait", "no-inside"}


@pytest.mark.parametrize("row", FAULTS, ids=[row[0] for row in FAULTS])
def test_only_what_is_merely_worth_a_look_is_a_note(row):
    name, old, new, place, problem = row
    (fault,) = [
        item for item in faults(GOOD.replace(old, new)) if (item.place, item.problem) == (place, problem)
    ]
    assert (fault.severity == "note") is (name in NOTES)


def test_one_wrong_condition_is_one_fault():
    """Nothing is said of variations that could not be evaluated."""
    assert len(faults(GOOD.replace("when: name == 'x'", "when: name === 'x'"))) == 1


def test_a_batch_rule_needs_a_batch():
    text = GOOD.replace(
        "batch: {entries: orders, results: results, failedCount: failed, identifier: id}\n", ""
    )
    assert ("$.rules[1].then", "there is no batch whose entry could fail") in [
        (fault.place, fault.problem) for fault in faults(text)
    ]


# ---------------------------------------------------------------------------------------------------
# Files
# ---------------------------------------------------------------------------------------------------


def place(tmp_path, text, name="shop/PutOrders/2024-01-01.yaml"):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_files_and_folders_are_checked(tmp_path):
    path = place(tmp_path, GOOD)
    assert lint([path]) == lint([tmp_path]) == ()


def test_a_problem_names_file_place_and_remedy(tmp_path):
    path = place(tmp_path, GOOD.replace("failed: 0", "failed: 11"))
    assert lint([tmp_path]) == (
        Problem(
            str(path),
            "$.examples[0].output",
            "failed breaks range/max 10",
            "Correct the value, or the contract if the value is right.",
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "where", "problem"),
    [
        ("format: 1", "format: one", "$", "$.format is 'one', and this harness reads format 1"),
        ("type: timestamp", "type: time", "$.shapes.Time.type", "invalid enum value 'time'"),
        (
            "echo: {shop: shop}",
            "echo: {shop: shop, shop: shop}",
            "line 14, column 20",
            "the key 'shop' stands twice",
        ),
    ],
    ids=["format", "kind", "twice"],
)
def test_a_file_that_cannot_be_read_is_a_problem_among_others(tmp_path, old, new, where, problem):
    place(tmp_path, GOOD.replace(old, new))
    place(tmp_path, GOOD.replace("2024-01-01", "2025-01-01"), "shop/PutOrders/2025-01-01.yaml")
    (found,) = lint([tmp_path])
    assert found.place == where
    assert found.problem.startswith(problem)
    assert found.severity == "error"


def test_a_file_in_the_wrong_place_is_a_problem(tmp_path):
    path = place(tmp_path, GOOD, "shop/PutOrder/2024-01-01.yaml")
    assert lint([path]) == (
        Problem(
            str(path),
            "$",
            "the file says it is shop:PutOrders at 2024-01-01",
            "Move it to shop/PutOrders/2024-01-01.yaml or correct its contents.",
        ),
    )


@pytest.mark.parametrize(
    ("name", "problem"),
    [("none", "there is no such file or folder"), ("empty", "there are no contract files in it")],
)
def test_nothing_to_check_is_refused(tmp_path, name, problem):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ContractError) as caught:
        lint([tmp_path / name])
    assert str(caught.value) == f"{tmp_path / name}: {problem}\n  Name contract files, or a folder of them."


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: "/".join(path.parts[-3:]))
def test_the_shipped_contracts_are_clean(path):
    assert lint([path]) == ()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: "/".join(path.parts[-3:]))
def test_the_lint_has_teeth_on_each_shipped_contract(path, tmp_path):
    """An example without its first required member is noticed."""
    contract = load_contract(path)
    required = next(
        name for name, member in contract.shapes[contract.input].members.items() if member.required
    )
    contract.examples[0].input.pop(required)
    copy = tmp_path / contract.service / contract.operation / path.name
    write_contract(copy, contract)
    assert f"{required} breaks required True" in [problem.problem for problem in lint([copy])]
