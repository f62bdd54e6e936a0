"""JMESPath expressions as Python functions: what its interpreter does, node by node, without asking again.

A rule is evaluated for every request and every entry of a batch, and the interpreter spends most of its time
on finding the method for a node. A node without a row here is left to the interpreter, so nothing is lost.
Source: JMESPath (https://jmespath.org/specification.html) and its reference implementation in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Number
from typing import Any

from jmespath.visitor import TreeInterpreter

Compiled = Callable[[Any], Any]
Node = Mapping[str, Any]


class Compiler:
    """Makes functions of parsed expressions.

    Args:
        interpreter: Evaluates the nodes that have no row here.
        functions: The functions that expressions may call.
    """

    def __init__(self, interpreter: TreeInterpreter, functions: Any) -> None:
        self._interpreter, self._functions = interpreter, functions
        self._rows: dict[str, Callable[[Node], Compiled]] = {
            "field": _field,
            "literal": _literal,
            "current": lambda _: _same,
            "identity": lambda _: _same,
            "subexpression": self._chain,
            "index_expression": self._chain,
            "pipe": self._chain,
            "comparator": self._comparator,
            "and_expression": self._and,
            "or_expression": self._or,
            "not_expression": self._not,
            "function_expression": self._function,
            "multi_select_list": self._select,
            "flatten": self._flatten,
            "projection": self._projection,
        }

    def compile(self, node: Node) -> Compiled:
        """Make the function of a node: from the value that it is applied to, to its result."""
        row = self._rows.get(node["type"])
        if row is None:
            visit = self._interpreter.visit
            return lambda value: visit(node, value)
        return row(node)

    def _children(self, node: Node) -> list[Compiled]:
        return [self.compile(child) for child in node["children"]]

    def _chain(self, node: Node) -> Compiled:
        steps = self._children(node)

        def run(value: Any) -> Any:
            for step in steps:
                value = step(value)
            return value

        return run

    def _comparator(self, node: Node) -> Compiled:
        left, right = self._children(node)
        compare = TreeInterpreter.COMPARATOR_FUNC[node["value"]]
        if node["value"] in ("eq", "ne"):
            return lambda value: compare(left(value), right(value))

        def run(value: Any) -> Any:
            first, second = left(value), right(value)
            return compare(first, second) if _is_ordered(first) and _is_ordered(second) else None

        return run

    def _and(self, node: Node) -> Compiled:
        left, right = self._children(node)

        def run(value: Any) -> Any:
            found = left(value)
            return right(value) if is_truthy(found) else found

        return run

    def _or(self, node: Node) -> Compiled:
        left, right = self._children(node)

        def run(value: Any) -> Any:
            found = left(value)
            return found if is_truthy(found) else right(value)

        return run

    def _not(self, node: Node) -> Compiled:
        (inner,) = self._children(node)

        def run(value: Any) -> Any:
            found = inner(value)
            return False if _is_number(found) and found == 0 else not found

        return run

    def _function(self, node: Node) -> Compiled:
        arguments, name = self._children(node), node["value"]
        functions = self._functions
        row = functions.FUNCTION_TABLE.get(name, {})
        signature = row.get("signature", ({"types": ["any"]},))
        if len(signature) == len(arguments) and not any(
            part.get("types") or part.get("variadic") for part in signature
        ):
            call = row["function"]  # it takes any value, so there is nothing to check
            return lambda value: call(functions, *[argument(value) for argument in arguments])
        return lambda value: functions.call_function(name, [argument(value) for argument in arguments])

    def _select(self, node: Node) -> Compiled:
        parts = self._children(node)
        return lambda value: None if value is None else [part(value) for part in parts]

    def _flatten(self, node: Node) -> Compiled:
        (inner,) = self._children(node)

        def run(value: Any) -> Any:
            found = inner(value)
            if not isinstance(found, list):
                return None
            merged: list[Any] = []
            for element in found:
                merged.extend(element) if isinstance(element, list) else merged.append(element)
            return merged

        return run

    def _projection(self, node: Node) -> Compiled:
        source, step = self._children(node)

        def run(value: Any) -> Any:
            found = source(value)
            if not isinstance(found, list):
                return None
            return [made for made in map(step, found) if made is not None]

        return run


def is_truthy(value: Any) -> bool:
    """Say whether JMESPath counts a value as true; zero is true there."""
    return value is not None and value is not False and value not in ("", [], {})


def _field(node: Node) -> Compiled:
    name = node["value"]
    return lambda value: value.get(name) if isinstance(value, dict) else None


def _literal(node: Node) -> Compiled:
    constant = node["value"]
    return lambda _: constant


def _same(value: Any) -> Any:
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, Number) and not isinstance(value, bool)


def _is_ordered(value: Any) -> bool:
    return _is_number(value) or isinstance(value, str)
