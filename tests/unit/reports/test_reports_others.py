"""Comparisons, contracts and progress, as people and programs read them."""

from __future__ import annotations

import io

from harness.cases.model import Case
from harness.cases.verdict import CaseResult, Verdict
from harness.compare.interface import Difference
from harness.compare.noise import Noise, Unsteady
from harness.contract import Answer, Contract, Http, Rule, Shape, Source, Then
from harness.contract.model import Bounds, Member
from harness.exchange import Outcome
from harness.reports.comparison import comparison_document, write_comparison
from harness.reports.contract import write_contract
from harness.reports.lines import console_for
from harness.reports.progress import progress
from harness.results.model import Finished, Judged, OperationCoverage, Planned, Skipped

DIFFERENCE = Difference("events:PutEvents", "abc", "error-code", "events:PutEvents#/errors/code", "A", None)

CONTRACT = Contract(
    format=1,
    service="shop",
    operation="Buy",
    version="2024-01-01",
    sources=(Source("The shop's manual", "https://example.com/shop", "2024-01-01"),),
    protocol="rest-json",
    metadata={},
    http=Http(method="POST", uri="/buy/{item}", code=202),
    input="BuyInput",
    errors=("SoldOut",),
    rules=(
        Rule(
            id="no-debt", summary="A buyer in debt is refused.", source="observed", when="debt",
            then=Then(refuse=Answer(code="InDebt", status=402)),
        ),
    ),
    shapes={
        "BuyInput": Shape(members={"item": Member(target="Item", required=True, http_label="item")}),
        "Item": Shape(type="string", length=Bounds(min=1, max=36), pattern="[a-z]+"),
        "SoldOut": Shape(error="client", http_error=409),
    },
)  # fmt: skip


def written(write, *arguments, **named):
    stream = io.StringIO()
    write(*arguments, console=console_for(stream), **named)
    return stream.getvalue()


def test_a_comparison_shows_both_sides():
    """Grade, pointer and case, old and new, and whether it is a regression."""
    assert written(write_comparison, [DIFFERENCE], compared=3, regression=True) == (
        "events:PutEvents\n"
        "  error-code  events:PutEvents#/errors/code  case abc\n"
        '    old  "A"\n'
        "    new  null\n"
        "\n"
        "DIFFERENT  1 difference, a regression; 3 cases compared\n"
    )


def test_many_alike_are_cut_and_nothing_is_hidden():
    """The place and the note of each, the first twenty of a kind, and how many more there are."""
    many = [
        Difference("a:B", f"c{number}", "value", "a:B#/output/X/member", 1, 2, f"X[{number}]", "in order")
        for number in range(23)
    ]
    text = written(write_comparison, many, compared=1, regression=True)
    assert text.startswith(
        "a:B\n  value  a:B#/output/X/member  case c0  X[0]\n    old  1\n    new  2\n    note in order\n"
    )
    assert text.count("    old  ") == 20
    assert "  value  and 3 more at a:B#/output/X/member; --json lists them\n" in text
    assert text.endswith("DIFFERENT  23 differences, a regression; 1 case compared\n")


def test_noise_of_an_operation_without_a_file_says_how_to_get_one():
    """Lines to copy, below a comment that says where they belong."""
    noise = [Noise("sqs:SendMessage", (), ("MessageId",))]
    assert written(write_comparison, [], compared=1, regression=False, noise=noise) == (
        "# sqs:SendMessage: 'harness import botocore sqs:SendMessage' writes its contract file; review, then "
        "put under volatile:\n- MessageId\n\nSAME  0 differences, no regression; 1 case compared\n"
    )


def test_what_differs_and_cannot_be_volatile_is_told_too():
    """Not as a line to copy, and never as two answers alike."""
    noise = [Noise("a:B", ("a.yaml",), (), (Unsteady("member", "a:B#/output/X"),))]
    assert written(write_comparison, [], compared=1, regression=False, noise=noise) == (
        "# member a:B#/output/X: differed from call to call and cannot be volatile\n\n"
        "SAME  0 differences, no regression; 1 case compared\n"
    )


def test_equal_sides_are_one_line():
    """Nothing to act on, nothing to read."""
    text = written(write_comparison, [], compared=3, regression=False)
    assert text == "SAME  0 differences, no regression; 3 cases compared\n"


def test_the_document_of_a_comparison_has_the_pinned_keys():
    """format, and differences with operation, case, grade, pointer, old, new."""
    document = comparison_document([DIFFERENCE], compared=3, regression=True)
    assert document["format"] == 1
    assert list(document["differences"][0]) == ["operation", "case", "grade", "pointer", "old", "new"]


def test_a_contract_reads_like_this():
    """Wire, authentication, constraints with their bounds, errors, rules, sources, versions."""
    assert written(write_contract, CONTRACT, ["2023-01-01", "2024-01-01"]) == (
        "shop:Buy 2024-01-01\n"
        "  wire        rest-json: POST /buy/{item} -> 202\n"
        "  auth        SigV4; without it MissingAuthenticationTokenException (403)\n"
        "  validation  ValidationException (400), assumed\n"
        "  versions    2023-01-01, 2024-01-01\n"
        "\n"
        "constraints\n"
        "  #/input/item/required\n"
        "  #/input/item/length/min  1\n"
        "  #/input/item/length/max  36\n"
        "  #/input/item/pattern  [a-z]+\n"
        "\n"
        "errors\n"
        "  SoldOut  409  client fault\n"
        "\n"
        "rules\n"
        "  #/rules/no-debt  observed\n"
        "    A buyer in debt is refused.\n"
        "    refused with InDebt (402)\n"
        "\n"
        "sources\n"
        "  The shop's manual, 2024-01-01\n"
        "    https://example.com/shop\n"
    )


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def events():
    case = Case("a", "shop:Buy", "2024-01-01", "boundary", "")
    yield Planned("shop:Buy", "2024-01-01", 2)
    yield Skipped("shop:Buy", "2024-01-01", "b", "no request can carry it")
    yield Judged(CaseResult(case, Outcome(kind="output"), Verdict("finding", (), ("x",)), "", ""))
    yield Finished("shop:Buy", "2024-01-01", OperationCoverage("shop:Buy", "2024-01-01", 0, 0, 0))


def test_progress_is_drawn_on_a_terminal_only(monkeypatch):
    """A log file gets no bar."""
    monkeypatch.setenv("TERM", "xterm")
    terminal, log = Terminal(), io.StringIO()
    for stream in (terminal, log):
        with progress(stream) as observe:
            for event in events():
                observe(event)
    assert "Buy 2024-01-01" in terminal.getvalue()
    assert log.getvalue() == ""
