"""``harness replay``."""

from __future__ import annotations

import sys
from typing import Any

import click

from harness.cli.judged import check_before, finish
from harness.cli.parameters import command_line, options_for, settle

DEFAULT_DIRECTORY = "cassettes"


def _replay(directories: tuple[str, ...], **given: Any) -> int:
    options = settle("replay", given)
    check_before(options)
    from harness.reports.progress import progress
    from harness.session import ReplayOptions, replay

    wanted = ReplayOptions(
        directories=directories or (DEFAULT_DIRECTORY,),
        version=options["version"],
        baseline=options["baseline"],
        update_baseline=options["update-baseline"],
        waivers=options["waivers"],
        contracts=options["contracts"],
    )
    with progress(sys.stderr) as observe:
        result = replay(wanted, observe)
    return finish(result, options, command_line(options, directories))


replay_command = click.Command(
    "replay",
    callback=_replay,
    params=[click.Argument(["directories"], nargs=-1, metavar="[DIR]..."), *options_for("replay")],
    help="Judge recorded exchanges again, offline.\n\nA DIR holds cassettes; without one, ./cassettes.",
)
