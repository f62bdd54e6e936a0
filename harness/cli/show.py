"""``harness show``."""

from __future__ import annotations

import sys
from typing import Any

import click

from harness.cli.parameters import options_for, settle


def _show(selector: str, **given: Any) -> int:
    options = settle("show", given)
    from harness.reports.contract import write_contract
    from harness.reports.lines import console_for
    from harness.session import show

    console = console_for(sys.stdout)
    shown = show(selector, contracts=options["contracts"], version=options["version"])
    for position, (contract, versions) in enumerate(shown):
        if position:
            console.print()
        write_contract(contract, versions, console)
    return 0


show_command = click.Command(
    "show",
    callback=_show,
    params=[click.Argument(["selector"], metavar="SELECTOR"), *options_for("show")],
    help="Print an operation: its wire form, authentication, constraints, errors, rules and versions.",
)
