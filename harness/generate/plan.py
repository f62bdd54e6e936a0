"""Which generators make an operation's cases at which depth, and how their streams become one.

Serves the session. The plan is the one place that knows all generators; the schemathesis ones are imported
only when a depth asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from harness.cases.model import Case
from harness.contract import Contract
from harness.generate import boundary
from harness.generate.boundary import Boundary, Wanted
from harness.generate.errors import Errors
from harness.generate.faults import Faults
from harness.generate.idempotency import Repeats
from harness.generate.interface import Depth, Generator, Unreachable
from harness.generate.rules import Rules, unreachable_rules
from harness.generate.smoke import Examples, OneOfEach
from harness.generate.tokens import finished
from harness.generate.variety import Variety

FUZZ_EXAMPLES: dict[Depth, int] = {"coverage": 20, "deep": 200}


def generate(contract: Contract, depth: Depth = "coverage", seed: int = 0) -> tuple[Case, ...]:
    """Make the cases of an operation.

    Args:
        contract: The operation.
        depth: ``smoke`` (whole inputs, one case of each kind, rules), ``coverage`` (both sides of every
            constraint and rule, wire faults, idempotency, errors, schemathesis' coverage phase, a little
            fuzzing) or ``deep`` (more fuzzing).
        seed: Fixes tokens and fuzzing; the same seed gives the same cases in the same order.

    Returns:
        Cases with distinct ids. A request that several generators make is one case with all their aims, under
        the first one's description.
    """
    merged: dict[str, Case] = {}
    for generator in generators(depth):
        for case in generator.cases(contract, seed):
            _merge(merged, finished(contract, seed, case))
    return tuple(merged.values())


def generators(depth: Depth) -> Iterator[Generator]:
    """List the generators of a depth in the order in which their cases stand."""
    yield Examples()
    if depth == "smoke":
        yield from (OneOfEach(), Rules())
        return
    yield from (Boundary(), Variety(), Rules(), Repeats(), Errors(), Faults())
    from harness.generate.schemathesis_adapter import Coverage, Fuzz  # lazy: it takes about two seconds

    yield from (Coverage(), Fuzz(FUZZ_EXAMPLES[depth]))


def unreachable(contract: Contract, wanted: Wanted | None = None) -> tuple[Unreachable, ...]:
    """List the sides of constraints and rules that no case can be made for, each with its reason.

    Args:
        contract: The operation.
        wanted: The only sides to look at, each with its constraint's pointer; ``None`` for all.
    """
    rules = (
        item
        for item in unreachable_rules(contract)
        if wanted is None or (item.constraint, item.side) in wanted
    )
    return (*boundary.unreachable(contract, wanted), *rules)


def _merge(merged: dict[str, Case], case: Case) -> None:
    known = merged.get(case.id)
    if known is None:
        merged[case.id] = case
        return
    aims = tuple(dict.fromkeys((*known.aims, *case.aims)))
    merged[case.id] = msgspec.structs.replace(known, aims=aims, vouched=known.vouched or case.vouched)
