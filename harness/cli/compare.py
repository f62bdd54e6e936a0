"""``harness compare``."""

from __future__ import annotations

import sys
from typing import Any

import click

from harness.cli.outputs import STDOUT, check_outputs, write_json
from harness.cli.parameters import options_for, settle


def _compare(old: str, new: str, **given: Any) -> int:
    options = settle("compare", given)
    path = options["json"]
    check_outputs({"--json": path}, {})
    from harness.reports.comparison import comparison_document, write_comparison
    from harness.reports.lines import console_for
    from harness.session import compare

    found = compare(old, new, contracts=options["contracts"])
    facts: dict[str, Any] = {"compared": found.compared, "regression": found.regression}
    if path is not None:
        write_json(path, comparison_document(found.differences, **facts))
    console = console_for(sys.stderr if path == STDOUT else sys.stdout)
    write_comparison(found.differences, **facts, console=console)
    return 1 if found.regression else 0


compare_command = click.Command(
    "compare",
    callback=_compare,
    params=[
        click.Argument(["old"], metavar="OLD"),
        click.Argument(["new"], metavar="NEW"),
        *options_for("compare"),
    ],
    help="Hold two runs or recordings against each other.\n\n"
    "A side is a run's JSON file, a directory of cassettes, or a URL. The exit code is 1 on a regression.",
)
