"""``harness cassette``: commands on files of recordings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from harness.cli.group import LazyGroup
from harness.cli.outputs import STDOUT, check_outputs, write_json
from harness.cli.parameters import options_for, settle
from harness.errors import UnfinishedError

if TYPE_CHECKING:
    from harness.cassettes.exchange_files import Written

COMMANDS = {
    "show": (__name__, "List recordings."),
    "stats": (__name__, "Count recordings."),
    "lint": (__name__, "Hold recordings against the contracts of today."),
    "prune": (__name__, "Drop recordings."),
    "merge": (__name__, "Write the recordings of many files into one."),
    "convert": (__name__, "Write the recordings of a file in another form: vcrpy's or HAR."),
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
    write_lint(
        found.interactions,
        files=found.files,
        failed=failed,
        unreadable=len(found.unreadable),
        console=_console(path),
    )
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


def _merge(sources: tuple[str, ...], destination: str, **given: Any) -> int:
    options = settle("cassette merge", given)
    from harness.session.cassettes import merge_recordings

    return _tell(
        merge_recordings(
            sources,
            destination,
            force=options["force"],
            redact=options["redact"],
            keep_unparsed=options["keep-unparsed"],
        )
    )


def _convert(source: str, destination: str, **given: Any) -> int:
    options = settle("cassette convert", given)
    from harness.session.cassettes import convert_recordings

    return _tell(
        convert_recordings(
            source,
            destination,
            force=options["force"],
            plain=options["plain"],
            redact=options["redact"],
            keep_unparsed=options["keep-unparsed"],
        )
    )


def _tell(written: Written) -> int:
    for notice in written.notices:
        click.echo(notice, err=True)
    count = written.interactions + written.failures
    click.echo(f"wrote {written.path}: {count} {'recording' if count == 1 else 'recordings'}")
    if written.left_out:
        answers = "1 request" if written.left_out == 1 else f"{written.left_out} requests"
        click.echo(f"  left out {answers} without an answer: this form has no place for them")
    if written.refused:
        number = len(written.refused)
        some = "1 recording, of which a secret" if number == 1 else f"{number} recordings, of which secrets"
        click.echo(f"  left out {some} cannot be taken out with certainty")
        for refusal in written.refused:
            click.echo(f"left out {refusal}", err=True)
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
    help="Hold recordings against the contracts of today: what no longer fits, what merely changed, how "
    f"old it is.\n\n{PLACES} The exit code is 1 when a recording no longer fits; with --stale fail also "
    "when the contract of one changed or --max-age is exceeded.",
)

prune_command = click.Command(
    "prune",
    callback=_prune,
    params=[_paths(required=True), *options_for("cassette prune")],
    help="Drop the recordings that have every property that is asked for.\n\n"
    "A PATH is a recording or a directory of them. Each file is replaced in one step; one of which nothing "
    "is left is removed.",
)

merge_command = click.Command(
    "merge",
    callback=_merge,
    params=[
        click.Argument(["sources"], nargs=-1, required=True, metavar="SOURCE..."),
        click.Argument(["destination"], metavar="DESTINATION"),
        *options_for("cassette merge"),
    ],
    help="Write the recordings of many files into one, in the order of recording.\n\n"
    "What several files hold alike, to the byte and the moment, is written once. What other tools recorded "
    "loses its secrets.",
)

convert_command = click.Command(
    "convert",
    callback=_convert,
    params=[
        click.Argument(["source"], metavar="SOURCE"),
        click.Argument(["destination"], metavar="DESTINATION"),
        *options_for("cassette convert"),
    ],
    help="Write the recordings of a file in the form of another ending.\n\n"
    "Read and written: .yaml (vcrpy's, with what the harness adds), .jsonl, .json (stock vcrpy), .har. What "
    "other tools recorded loses its secrets.",
)

cassette_command = LazyGroup(COMMANDS, name="cassette", help="Work on files of recordings.")
