"""The error matrix: operations chosen, SDKs found, two servers started, everything asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from harness.session.contracts import load_contracts

if TYPE_CHECKING:
    from harness.compare.error_matrix import Matrix


def errors(
    selectors: Sequence[str],
    *,
    sdks: Sequence[str] = (),
    contracts: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Matrix:
    """Find out what SDK versions make of every error of some operations.

    Args:
        selectors: As in ``select_contracts``.
        sdks: ``botocore==X.Y.Z`` each, ``botocore`` for the installed one; none for that alone.
        contracts: The contract root.
        tell: Called with lines for a person while it works.

    Returns:
        The rows of every SDK, and what changes from each to the next.

    Raises:
        UsageError: An SDK is spelled wrong.
        SelectorError: A selector names nothing.
        RegistryUnreachable: A version is not in the cache and cannot be installed.
        UnfinishedError: A probe crashed.
    """
    from harness.compare.error_matrix import RETRY_MODES, Matrix, compare
    from harness.emulator.app import Emulator
    from harness.emulator.server import EmulatorServer
    from harness.importers.library import open_library
    from harness.probe.earlier_codes import with_query_codes
    from harness.probe.environments import INSTALLED, environment_for, parse_sdk
    from harness.probe.plan import Plan, plan_operations
    from harness.probe.processes import ask_all, count_probes
    from harness.probe.raw_server import RawServer

    versions = _distinct([parse_sdk(text) for text in sdks or (INSTALLED,)])
    chosen = load_contracts(selectors, root=contracts)
    places = [environment_for(version, tell=tell) for version in versions]
    chosen = with_query_codes(chosen, places)
    operations = plan_operations(chosen)
    emulator = Emulator(chosen, catalogue=open_library(contracts).catalogue, log=lambda _: None)
    who = f"{len(places)} SDK{'s' * (len(places) > 1)}"
    tell(f"asking {who} for {count_probes(operations)} errors in {len(RETRY_MODES)} retry modes")
    with EmulatorServer(emulator.handle) as served, RawServer() as raw:
        plan = Plan(operations, {"emulator": served.url, "raw": raw.url})
        answered = ask_all(places, plan, tell)
    rows = tuple(row for said in answered for row in said.rows)
    names = tuple(said.sdk for said in answered)
    modes = {said.sdk: said.default_retry_mode for said in answered}
    return Matrix(names, modes, rows, compare(rows, names))


def _distinct(versions: Sequence[str]) -> list[str]:
    """Leave out what was named before, the installed release also by its number."""
    from importlib.metadata import version as installed_version

    from harness.probe.environments import INSTALLED

    real = installed_version(INSTALLED) if INSTALLED in versions else ""
    kept: dict[str, str] = {}
    for each in versions:
        kept.setdefault(real if each == INSTALLED else each, each)
    return list(kept.values())
