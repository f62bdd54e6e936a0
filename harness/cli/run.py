"""``harness run`` and ``harness record``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click
import msgspec

from harness.cli.judged import check_before, finish
from harness.cli.parameters import command_line, options_for, settle
from harness.config.options import Options

if TYPE_CHECKING:
    from harness.session import RunOptions


def _run(command: str, selectors: tuple[str, ...], given: dict[str, Any]) -> int:
    options = settle(command, given)
    check_before(options)
    from harness.reports.progress import progress
    from harness.session import run

    wanted: RunOptions | None = _run_options(options, selectors)
    if command == "record" and wanted is not None:
        wanted = _stale_only(wanted, options) if options["stale"] else _of_selectors(wanted)
    if wanted is None:
        return 0
    with progress(sys.stderr) as observe:
        result = run(wanted, observe, _announce)
    return finish(result, options, command_line(options, selectors, always=("seed",)))


def _of_selectors(wanted: RunOptions) -> RunOptions:
    if not wanted.selectors:
        context = click.get_current_context()
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    return wanted


def _stale_only(wanted: RunOptions, options: Options) -> RunOptions | None:
    """Narrow a run down to what is stale, saying what and why; ``None`` when that is nothing."""
    from harness.session.stale import stale_recordings

    stale = stale_recordings(
        options["record"], wanted.target, selectors=wanted.selectors, contracts=wanted.contracts
    )
    again = []
    for item in stale:
        click.echo(f"stale: {item.file}: {item.why}", err=True)
        if item.hindrance is not None:
            click.echo(f"  left as it is: {item.hindrance}", err=True)
        elif wanted.version in (None, "all", item.version):
            again.append((item.operation, item.version))
    if not again:
        nothing = "nothing that can be recorded anew" if stale else "nothing"
        click.echo(f"{nothing} is stale below {options['record']}")
        return None
    return msgspec.structs.replace(wanted, selectors=tuple(dict(again)), among=tuple(again))


def _run_options(options: Options, selectors: tuple[str, ...]) -> RunOptions:
    from harness.session import RunOptions

    renamed = {"case": "case_ids"}
    reports = ("json", "junit", "fail-on", "stale")
    fields: dict[str, Any] = {
        renamed.get(name, name.replace("-", "_")): told.value
        for name, told in options.settings.items()
        if name not in reports
    }
    return RunOptions(selectors=selectors, **fields)


def _announce(sentence: str) -> None:
    click.echo(sentence, err=True)


def _callback(command: str) -> Any:
    def callback(selectors: tuple[str, ...], **given: Any) -> int:
        return _run(command, selectors, given)

    return callback


_SELECTORS = """A SELECTOR is a service (events), an operation (events:PutEvents) or a pattern
(events:Put*); without one, every operation that has a contract file is run."""

run_command = click.Command(
    "run",
    callback=_callback("run"),
    params=[click.Argument(["selectors"], nargs=-1, metavar="[SELECTOR]..."), *options_for("run")],
    help=f"Generate requests, send them, judge every answer.\n\n{_SELECTORS}",
)

record_command = click.Command(
    "record",
    callback=_callback("record"),
    params=[
        click.Argument(["selectors"], nargs=-1, metavar="SELECTOR..."),
        *options_for("record"),
    ],
    help="Run, and record every exchange as cassettes: 'harness run --record cassettes'.\n\n"
    "With --stale only those recordings are made anew whose contract changed or which no longer fit; then a "
    "SELECTOR may be left out.",
)
