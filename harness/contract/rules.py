"""Rules: the facts of a contract that shapes cannot say, evaluated over a document.

Used by the oracle and the emulator alike. A rule bites where its ``when`` is truthy.
Source: JMESPath (https://jmespath.org/specification.html); the functions beyond it are defined here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jmespath
import jmespath.exceptions
import jmespath.functions
import msgspec
from jmespath.visitor import TreeInterpreter

from harness.contract import patterns
from harness.contract.constraint import rule_pointer
from harness.contract.expressions import Compiled, Compiler, is_truthy
from harness.contract.model import Contract, Rule
from harness.errors import ContractError


class Bite(msgspec.Struct, frozen=True):
    """One place where a rule bites.

    Attributes:
        rule: The rule.
        pointer: Its stable name.
        entry: The position in the batch of the entry that fails; ``None`` when the request is refused.
    """

    rule: Rule
    pointer: str
    entry: int | None = None


class _Functions(jmespath.functions.Functions):  # type: ignore[misc]  # jmespath carries no types
    """The functions that rules have beyond the standard ones; each is total over any JSON value."""

    @jmespath.functions.signature({"types": []})  # type: ignore[untyped-decorator]
    def _func_json_kind(self, text: Any) -> str:
        """Name the kind of JSON value that a text spells: ``object``, ``array``, ... or ``invalid``."""
        if not isinstance(text, str):
            return "invalid"
        try:
            value = json.loads(text, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            return "invalid"
        kinds = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
        return kinds.get(type(value), "number")

    @jmespath.functions.signature({"types": []})  # type: ignore[untyped-decorator]
    def _func_utf8_length(self, text: Any) -> int:
        """Count the bytes of a text in UTF-8; anything but a text has none."""
        return len(text.encode("utf-8", "surrogatepass")) if isinstance(text, str) else 0

    @jmespath.functions.signature({"types": ["string"]}, {"types": []})  # type: ignore[untyped-decorator]
    def _func_matches(self, pattern: str, text: Any) -> bool:
        """Say whether a whole text matches a Java pattern."""
        return isinstance(text, str) and patterns.matches(pattern, text)


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


_FUNCTIONS = _Functions()
_COMPILER = Compiler(TreeInterpreter(jmespath.Options(custom_functions=_FUNCTIONS)), _FUNCTIONS)


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> Compiled:
    return _COMPILER.compile(jmespath.compile(expression).parsed)


def evaluate(expression: str, value: Any, where: str) -> Any:
    """Evaluate a JMESPath expression with the functions that rules have.

    Args:
        expression: The expression.
        value: The document it is applied to.
        where: What to name in an error, e.g. the rule's pointer.

    Returns:
        The result, a document value.

    Raises:
        ContractError: The expression does not parse or asks a function for what it cannot do.
    """
    try:
        return _compiled(expression)(value)
    except jmespath.exceptions.JMESPathError as error:
        problem = f"the JMESPath expression {expression!r} fails: {str(error).splitlines()[0]}"
        raise ContractError(where, problem, "Correct the expression; see docs/contracts.md.") from error


def bites(contract: Contract, document: Any) -> Iterator[Bite]:
    """Find where the rules of a contract bite.

    Args:
        contract: The operation.
        document: A normalised input whose shapes are valid.

    Yields:
        Bites on the whole request first, then bites on entries, each in the contract's order; at most one
        bite for each entry, the first rule's.
    """
    for rule in contract.rules:
        if rule.then.refuse is not None and _bites(contract, rule, document):
            yield Bite(rule, rule_pointer(contract, rule.id))
    if contract.batch is None or not isinstance(document, dict):
        return
    for position, entry in enumerate(document.get(contract.batch.entries) or ()):
        for rule in contract.rules:
            if rule.then.entry is not None and _bites(contract, rule, entry):
                yield Bite(rule, rule_pointer(contract, rule.id), position)
                break


def _bites(contract: Contract, rule: Rule, value: Any) -> bool:
    return is_truthy(evaluate(rule.when, value, rule_pointer(contract, rule.id)))
