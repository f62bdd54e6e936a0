"""``harness replay``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from harness.cli.judged import FAILED, check_before, finish
from harness.cli.parameters import command_line, options_for, settle

if TYPE_CHECKING:
    from harness.session import Outdated

DEFAULT_DIRECTORY = "cassettes"


def _replay(directories: tuple[str, ...], **given: Any) -> int:
    options = settle("replay", given)
    check_before(options)
    from harness.reports.progress import progress
    from harness.session import ReplayOptions, replay

    outdated: list[Outdated] = []
    wanted = ReplayOptions(
        directories=directories or (DEFAULT_DIRECTORY,),
        version=options["version"],
        baseline=options["baseline"],
        update_baseline=options["update-baseline"],
        contracts=options["contracts"],
    )
    with progress(sys.stderr) as observe:
        result = replay(wanted, observe, outdated.append)
    code = finish(result, options, command_line(options, directories))
    if options["stale"] == "ignore" or not outdated:
        return code
    _report(outdated)
    return max(code, FAILED) if options["stale"] == "fail" else code


def _report(outdated: Sequence[Outdated]) -> None:
    for item in outdated:
        click.echo(
            f"stale: {item.path}: {item.count} of {item.total} recordings of {item.operation} were made by "
            f"another contract than {item.version} is now",
            err=True,
        )
    total = sum(item.count for item in outdated)
    word = "recording is" if total == 1 else "recordings are"
    click.echo(
        f"stale: {total} {word} of another contract\n"
        "  'harness cassette lint' says which no longer fit, 'harness record --stale' records them anew.",
        err=True,
    )


replay_command = click.Command(
    "replay",
    callback=_replay,
    params=[click.Argument(["directories"], nargs=-1, metavar="[DIR]..."), *options_for("replay")],
    help="Judge recorded exchanges again, offline.\n\nA DIR holds cassettes; without one, ./cassettes.",
)
