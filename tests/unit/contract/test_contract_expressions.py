"""Compiled expressions say what the interpreter of JMESPath says."""

from __future__ import annotations

import jmespath
import pytest
from jmespath.visitor import TreeInterpreter

from harness.contract.expressions import Compiler, is_truthy
from harness.contract.rules import evaluate
from harness.errors import ContractError

VALUES = [
    None, True, False, 0, 1, 1.5, "", "a", "b", [], [1], [0, None], [[1], [2, [3]]], {}, {"a": None},
    {"a": 0},
    {"a": 1, "b": 2}, {"a": "x", "b": "x"}, {"a": [1, None, "x"]}, {"a": {"b": [{"c": 1}, {"c": None}, {}]}},
    {"a": [{"b": 1, "c": [1]}, {"b": 2, "c": []}, {"c": [[3]]}]}, {"a": True, "b": 1}, {"a": False, "b": 0},
]  # fmt: skip
EXPRESSIONS = [
    "@", "a", "a.b", "a.b.c", "a[0]", "a[-1].b", "a[*].b", "a[].c", "a[].c[]", "a.*", "*.b",
    "a[?b > `1`].c",
    "a[:1]", "a == b", "a != b", "a < b", "a <= `1`", "a > `0`", "b >= a", "a == `true`", "a == `1`", "!a",
    "!b",
    "a && b", "a || b", "a && !b || b", "[a, b]", "{x: a, y: b}",
    "a | [0]", "a[*].b | [0]", "`[1, 2]`", "'raw'",
    "type(@)", "not_null(a, b)", "length(a || `[]`) > `1`", "contains(['x', 'y'], a)", "a[].b | length(@)",
    "sort_by(a || `[]`, &to_number(b || `0`))", "sum(a[].b || `[]`)", "map(&b, a || `[]`)", "to_string(a)",
]  # fmt: skip


def outcome(run):
    try:
        return ("value", run())
    except Exception as error:  # whatever the interpreter raises, the function must raise too
        return ("error", type(error))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_compiled_expression_says_what_the_interpreter_says(expression):
    functions = jmespath.functions.Functions()
    interpreter = TreeInterpreter(jmespath.Options(custom_functions=functions))
    parsed = jmespath.compile(expression)
    run = Compiler(interpreter, functions).compile(parsed.parsed)
    for value in VALUES:
        expected = outcome(lambda value=value: parsed.search(value))
        assert repr(outcome(lambda value=value: run(value))) == repr(expected), value


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_truth_is_that_of_the_interpreter(value):
    assert is_truthy(value) == TreeInterpreter()._is_true(value)


def test_a_function_that_does_not_exist_is_named():
    with pytest.raises(ContractError, match="fails: Unknown function: nothing"):
        evaluate("nothing(@)", {}, "here")
