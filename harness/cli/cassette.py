"""``harness cassette``: commands on files of recordings."""

from __future__ import annotations

import sys
from typing import Any

import click

from harness.cli.group import LazyGroup
from harness.cli.outputs import STDOUT, check_outputs, write_json
from harness.cli.parameters import options_for, settle
from harness.errors import UnfinishedError

COMMANDS = {
    "show": (__name__, "List recordings."),
    "stats": (__name__, "Count recordings."),
    "lint": (__name__, "Hold recordings against the contracts of today."),
    "prune": (__name__, "Drop recordings."),
}
PLACES = "A PATH is a recording or a directory of them; without one, ./cassettes."


def _console(path: str | None = None) -> Any:
    from harness.reports.lines import console_for

    return console_for(sys.stderr if path == STDOUT else sys.stdout)


def _show(paths: tuple[str, ...], **given: Any) -> int:
    options = settle("cassette show", given)
    path = options["json"]
    check_outputs({"--json": path}, {})
    from harness.reports.recordings import rows_document, write_rows
    from harness.session.cassettes import list_recordings

    rows = list_recordings(paths, contracts=options["contracts"])
    if path is not None:
        write_json(path, rows_document(rows))
    write_rows(rows, _console(path))
    return 0


def _stats(paths: tuple[str, ...], **given: Any) -> int:
    options = settle("cassette stats", given)
    path = options["json"]
    check_outputs({"--json": path}, {})
    from harness.reports.recordings import statistics_document, write_statistics
    from harness.session.cassettes import count_recordings

    numbers = count_recordings(paths, contracts=options["contracts"])
    if path is not None:
        write_json(path, statistics_document(numbers))
    write_statistics(numbers, _console(path))
    return 0


def _lint(paths: tuple[str, ...], **given: Any) -> int:
    options = settle("cassette lint", given)
    path = options["json"]
    check_outputs({"--json": path}, {})
    from harness.reports.recordings import lint_document, write_lint
    from harness.session.cassettes import lint_recordings

    found = lint_recordings(paths, max_age=options["max-age"], contracts=options["contracts"])
    failed = found.fails(options["stale"])
    if path is not None:
        write_json(path, lint_document(found.interactions, found.unreadable))
    write_lint(found.interactions, files=found.files, failed=failed, console=_console(path))
    for error in found.unreadable:
        click.echo(f"error: {error.where}: {error.problem}\n  {error.remedy}", err=True)
    if found.unreadable:
        return UnfinishedError.exit_code
    return 1 if failed else 0


def _prune(paths: tuple[str, ...], **given: Any) -> int:
    options = settle("cassette prune", given)
    from harness.session.cassettes import prune_recordings

    dry_run = options["dry-run"]
    pruned = prune_recordings(
        paths,
        operations=options["operation"],
        older_than=options["older-than"],
        invalid=options["invalid"],
        dry_run=dry_run,
        contracts=options["contracts"],
    )
    word = "would drop" if dry_run else "dropped"
    for each in pruned:
        for item in each.dropped:
            click.echo(f"{word} {each.file} #{item.number} {item.operation}")
        if not each.kept:
            click.echo(f"{'would remove' if dry_run else 'removed'} {each.file}: nothing is left of it")
    total = sum(len(each.dropped) for each in pruned)
    click.echo(f"{word} {total} {'recording' if total == 1 else 'recordings'}")
    return 0


def _paths(*, required: bool) -> click.Argument:
    return click.Argument(
        ["paths"], nargs=-1, required=required, metavar="PATH..." if required else "[PATH]..."
    )


show_command = click.Command(
    "show",
    callback=_show,
    params=[_paths(required=False), *options_for("cassette show")],
    help=f"List recordings: operation, answer, when, against what, size.\n\n{PLACES}",
)

stats_command = click.Command(
    "stats",
    callback=_stats,
    params=[_paths(required=False), *options_for("cassette stats")],
    help=f"Count recordings by operation, status, target and release.\n\n{PLACES}",
)

lint_command = click.Command(
    "lint",
    callback=_lint,
    params=[_paths(required=False), *options_for("cassette lint")],
    help="Hold recordings against the contracts of today: what no longer fits, what merely changed, how old it "
    f"is.\n\n{PLACES} The exit code is 1 when a recording no longer fits; with --stale fail also when the "
    "contract of one changed or --max-age is exceeded.",
)

prune_command = click.Command(
    "prune",
    callback=_prune,
    params=[_paths(required=True), *options_for("cassette prune")],
    help="Drop the recordings that have every property that is asked for.\n\n"
    "A PATH is a recording or a directory of them. Each file is replaced in one step; one of which nothing is "
    "left is removed.",
)

cassette_command = LazyGroup(COMMANDS, name="cassette", help="Work on files of recordings.")
