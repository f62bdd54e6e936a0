"""Puts runs together: the one place that names concrete classes.

The command line and the pytest plugin are thin over this package. Heavy rooms are imported where they are
needed, so that a command pays only for what it uses.
"""

from harness.session.comparing import Comparison, compare
from harness.session.contracts import import_operations, lint, load_contracts, show
from harness.session.differing import Differences, diff
from harness.session.judging import verify_case
from harness.session.options import CompareOptions, ReplayOptions, RunOptions
from harness.session.probing import errors
from harness.session.replaying import Outdated, replay
from harness.session.running import run
from harness.session.serving import serve

__all__ = [
    "CompareOptions", "Comparison", "Differences", "Outdated", "ReplayOptions", "RunOptions", "compare",
    "diff", "errors", "import_operations", "lint", "load_contracts", "replay", "run", "serve", "show",
    "verify_case",
]  # fmt: skip
