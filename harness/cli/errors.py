"""``harness errors``."""

from __future__ import annotations

import sys
from typing import Any

import click

from harness.cli.outputs import STDOUT, check_outputs, write_json
from harness.cli.parameters import options_for, settle


def _errors(selectors: tuple[str, ...], **given: Any) -> int:
    options = settle("errors", given)
    path = options["json"]
    check_outputs({"--json": path}, {})
    from harness.cases.verdict import at_least
    from harness.reports.error_matrix import matrix_document, write_matrix
    from harness.reports.lines import console_for
    from harness.session import errors

    matrix = errors(selectors, sdks=options["sdk"], contracts=options["contracts"], tell=_tell)
    if path is not None:
        write_json(path, matrix_document(matrix))
        if path != STDOUT:
            click.echo(f"wrote {path}", err=True)
    write_matrix(matrix, options["fail-on"], console_for(sys.stderr if path == STDOUT else sys.stdout))
    return int(any(at_least(finding.severity, options["fail-on"]) for finding in matrix.findings))


def _tell(line: str) -> None:
    click.echo(line, err=True)


errors_command = click.Command(
    "errors",
    callback=_errors,
    params=[click.Argument(["selectors"], nargs=-1, metavar="[SELECTOR]..."), *options_for("errors")],
    help="Show what SDK versions make of every error.\n\n"
    "Every declared error is provoked on the emulator and received through a real botocore client, in every "
    "retry mode; so is what only the wire brings. With several --sdk the exit code is 1 where one version "
    "makes something else of an error than the one before.",
)
