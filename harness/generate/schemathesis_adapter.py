"""The only door to schemathesis and Hypothesis: their documents become cases.

Serves the plan. The coverage phase is deterministic, fuzzing is seeded; neither talks to a network. What
schemathesis thinks of a document is kept as the case's description and counts for nothing else: the aims are
what ``harness.contract.check`` finds broken.
Sources: https://schemathesis.readthedocs.io, https://hypothesis.readthedocs.io.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any, TypeVar

import schemathesis
from hypothesis import HealthCheck, Phase, configuration, given, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException
from hypothesis.internal.conjecture import providers
from schemathesis.config import SchemathesisConfig
from schemathesis.errors import SchemathesisError
from schemathesis.generation import GenerationMode

from harness.cases.model import Aim, Case, Origin, make_case
from harness.contract import Contract, check, constraints, digest, normalise
from harness.generate.boundary import MOST_CONSTRAINTS
from harness.generate.carriage import obstacle
from harness.generate.openapi import formats, openapi
from harness.importers.releases import default_cache

MOST_COVERAGE = 400
MOST_LOOKED_AT = 1_000  # of what schemathesis makes; each takes a check of the whole document
MOST_DRAWN = 20_000  # of the coverage phase
MOST_DRAWN_OF_LARGE = 1_000  # where a schema has tens of thousands of places, each further one takes longer
LARGEST_BODY = 100_000  # octets of JSON
FUZZ_ENTRIES = 2
NO_PROBES: dict[str, Any] = {"phases": {"coverage": {"unexpected-methods": []}}}
LOCAL_CONSTANTS = "_get_local_constants"
CONSTANTS = "Constants"
HOME = "__hypothesis_home_directory"

Found = TypeVar("Found")
Documents = Iterator[tuple[str, dict[str, Any]]]


class Coverage:
    """Cases of schemathesis' coverage phase; the seed plays no part in them."""

    def cases(self, contract: Contract, seed: int) -> Iterator[Case]:  # noqa: ARG002  # deterministic by design
        """Make the cases; see ``harness.generate.interface.Generator``."""
        if contract.input is None:
            return
        with _alone():
            found = list(_coverage_documents(contract))
        carried = [pair for pair in found if obstacle(contract, pair[1]) is None]
        for description, document in _spread(carried, MOST_COVERAGE):
            yield _case(contract, "coverage", description, document)


class Fuzz:
    """Cases drawn at random from the schema of the input, valid and invalid, fixed by the seed.

    Attributes:
        examples: How many of each mode are drawn at most.
    """

    def __init__(self, examples: int) -> None:
        self.examples = examples

    def cases(self, contract: Contract, seed: int) -> Iterator[Case]:
        """Make the cases; see ``harness.generate.interface.Generator``."""
        if contract.input is None:
            return
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            with _alone():
                found = list(_fuzz_documents(contract, mode, seed, self.examples))
            for description, document in found:
                if obstacle(contract, document) is None:
                    yield _case(contract, "fuzz", description, document)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep Hypothesis to itself: no warnings, no folder where we stand, nothing learnt from loaded modules.

    Hypothesis mixes constants of the modules around it into what it draws, so that the same seed would give
    other cases in another program.
    """
    home = getattr(configuration, HOME, None)
    configuration.set_hypothesis_home_dir(default_cache() / "hypothesis")
    try:
        with warnings.catch_warnings(), _unlearned():
            warnings.simplefilter("ignore")
            yield
    finally:
        configuration.set_hypothesis_home_dir(home)


@contextmanager
def _unlearned() -> Iterator[None]:
    """Let Hypothesis find no constants around it; releases that do not look for any are left alone."""
    learn = getattr(providers, LOCAL_CONSTANTS, None)
    if learn is None:
        yield
        return
    setattr(providers, LOCAL_CONSTANTS, getattr(providers, CONSTANTS))
    providers.CONSTANTS_CACHE.cache.clear()
    try:
        yield
    finally:
        setattr(providers, LOCAL_CONSTANTS, learn)
        providers.CONSTANTS_CACHE.cache.clear()


def _operation(contract: Contract, entries: int | None = None) -> tuple[Any, Any]:
    """Load a fresh schema: schemathesis remembers on a schema what it has already made."""
    for name, values in formats(contract).items():
        schemathesis.openapi.format(name, st.sampled_from(values))
    config = SchemathesisConfig.from_dict(NO_PROBES)
    schema = schemathesis.openapi.from_dict(openapi(contract, entries), config=config)
    return schema, schema["/"]["post"]


def _coverage_documents(contract: Contract) -> Documents:
    schema, operation = _operation(contract)
    found = schema.iter_coverage_cases(
        operation,
        generation_modes=list(GenerationMode),
        generation_config=schema.config.generation_for(operation=operation, phase="coverage"),
    )
    is_large = len(constraints(contract)) > MOST_CONSTRAINTS
    kept = [
        made
        for made in islice(found, MOST_DRAWN_OF_LARGE if is_large else MOST_DRAWN)
        if isinstance(made.body, dict) and "content_type" not in made.meta.phase.data.scenario.value
    ]
    for made in _spread(kept, MOST_LOOKED_AT):
        data = made.meta.phase.data
        document = _document(contract, made.body)
        if document is not None:
            where = f" at {data.location}" if data.location else ""
            yield f"coverage: {data.description or data.scenario.value}{where}", document


def _fuzz_documents(contract: Contract, mode: GenerationMode, seed: int, examples: int) -> Documents:
    _, operation = _operation(contract, FUZZ_ENTRIES)
    made: list[Any] = []
    own_seed = int(digest([contract.name, contract.version, seed, mode.value]), 16)
    draw = _drawing(operation.as_strategy(generation_mode=mode), own_seed, examples, made.append)
    # A schema may have no such values, e.g. nothing invalid; what was drawn until then is enough.
    with suppress(HypothesisException, SchemathesisError):
        draw()
    for case in made:
        document = _document(contract, case.body)
        if document is not None:
            description = getattr(case.meta.phase.data, "description", None) if case.meta else None
            yield f"fuzz: {description or f'{mode.value} values'}", document


def _drawing(strategy: Any, seed: int, examples: int, collect: Callable[[Any], None]) -> Callable[[], None]:
    """Make the function that draws: the same values for the same seed, and no database of failures."""

    @with_seed(seed)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=False,
    )
    @given(strategy)
    def draw(made: Any) -> None:
        collect(made)

    drawing: Callable[[], None] = draw
    return drawing


def _document(contract: Contract, body: Any) -> dict[str, Any] | None:
    """Take a generated body as an input document; ``None`` for what cannot be one."""
    if not isinstance(body, dict):
        return None
    try:
        spelled = json.dumps(body, allow_nan=False)
    except (TypeError, ValueError):
        return None
    if len(spelled) > LARGEST_BODY:
        return None
    document: dict[str, Any] = json.loads(spelled)
    assert contract.input is not None  # noqa: S101  # there is nothing to generate without an input
    arriving = normalise(contract, document)
    for name, member in contract.shapes[contract.input].members.items():
        if member.bound_as_text and name in document:
            if name in arriving:
                document[name] = arriving[name]
            else:
                del document[name]
    return document


def _spread(found: list[Found], most: int) -> list[Found]:
    """Keep at most so many, spread evenly, the first among them."""
    if len(found) <= most:
        return found
    return [found[index * len(found) // most] for index in range(most)]


def _case(contract: Contract, origin: Origin, description: str, document: dict[str, Any]) -> Case:
    broken = dict.fromkeys(each.pointer for each in check(contract, normalise(contract, document)))
    aims = tuple(Aim(pointer, "outside") for pointer in broken)
    return make_case(contract, origin, description, aims=aims, input=document)
