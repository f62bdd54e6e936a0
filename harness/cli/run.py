"""``harness run`` and ``harness record``."""

from __future__ import annotations

import sys
from typing import Any

import click

from harness.cli.judged import check_before, finish
from harness.cli.parameters import command_line, options_for, settle
from harness.config.options import Options


def _run(command: str, selectors: tuple[str, ...], given: dict[str, Any]) -> int:
    options = settle(command, given)
    check_before(options)
    from harness.reports.progress import progress
    from harness.session import run

    with progress(sys.stderr) as observe:
        result = run(_run_options(options, selectors), observe, _announce)
    return finish(result, options, command_line(options, selectors, always=("seed",)))


def _run_options(options: Options, selectors: tuple[str, ...]) -> Any:
    from harness.session import RunOptions

    renamed = {"case": "case_ids"}
    reports = ("json", "junit", "fail-on")
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
        click.Argument(["selectors"], nargs=-1, required=True, metavar="SELECTOR..."),
        *options_for("record"),
    ],
    help="Run, and record every exchange as cassettes: 'harness run --record cassettes'.",
)
