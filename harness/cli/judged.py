"""What run, record and replay share: outputs, the summary and the exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from harness.cli.outputs import STDOUT, check_outputs, write, write_json
from harness.config.options import Options
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.results.model import RunResult

PASSED, FAILED, UNFINISHED = 0, 1, 3


def check_before(options: Options) -> None:
    """Refuse what could not be written or accepted, before any work is done."""
    baseline = options["baseline"]
    if options["update-baseline"] and baseline is None:
        raise UsageError("--update-baseline", "there is no file to update", "Name one with --baseline FILE.")
    files = {"--json": options["json"], "--junit": options["junit"]}
    if options["update-baseline"]:
        files["--baseline"] = baseline
    directories = {}
    if "record" in options.settings:
        files["--freeze"] = options["freeze"]
        directories["--record"] = options["record"]
    check_outputs(files, directories)


def finish(result: RunResult, options: Options, again: str) -> int:
    """Write every report of a result and say how the command ends.

    Args:
        result: What was found out.
        options: The command's options.
        again: The command that does the same again.

    Returns:
        The exit code: 3 interrupted, 1 findings that fail, 0 otherwise.

    Raises:
        UsageError: No case was judged: a run that checks nothing proves nothing.
    """
    from harness.cases.findings import failing

    if not any(item.cases for item in result.counts) and not result.interrupted:
        raise UsageError("harness", "no case was run", "Widen the selectors, or correct --case or --cases.")
    _write_files(result, options)
    _write_summary(result, options, again)
    if result.interrupted:
        return UNFINISHED
    failed = failing(result.findings, options["fail-on"], result.excused)
    return FAILED if failed or result.waivers.expired else PASSED


def _write_files(result: RunResult, options: Options) -> None:
    if options["json"] is not None:
        from harness.results.document import document

        write_json(options["json"], document(result))
    if options["junit"] is not None:
        from harness.reports.junit import junit

        write(options["junit"], junit(result, options["fail-on"]))
    for flag in ("json", "junit", "record", "freeze"):
        if flag in options.settings and options[flag] not in (None, STDOUT):
            click.echo(f"wrote {options[flag]}", err=True)
    if options["update-baseline"]:
        click.echo(f"wrote {options['baseline']}", err=True)


def _write_summary(result: RunResult, options: Options, again: str) -> None:
    """Write the summary to stdout, or to stderr where stdout carries a document."""
    from harness.reports.lines import console_for
    from harness.reports.terminal import Ending, write_summary

    stream = sys.stderr if STDOUT in (options["json"], options["junit"]) else sys.stdout
    write_summary(result, Ending(options["fail-on"], again), console_for(stream))
