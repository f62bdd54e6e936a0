"""``harness errors``."""

from __future__ import annotations

import sys
from typing import Any

import click
import msgspec

from harness.cli.outputs import STDOUT, check_outputs, write_json
from harness.cli.parameters import options_for, settle


def _errors(selectors: tuple[str, ...], **given: Any) -> int:
    options = settle("errors", given)
    path = options["json"]
    check_outputs({"--json": path}, {})
    from harness.cases.verdict import at_least
    from harness.reports.error_matrix import matrix_document, write_matrix
    from harness.reports.lines import console_for
    from harness.reports.waivers import waivers_document, write_waivers
    from harness.session import errors
    from harness.session.waiving import open_waivers, waived

    waivers = open_waivers(options["waivers"])
    matrix = errors(selectors, sdks=options["sdk"], contracts=options["contracts"], tell=_tell)
    asked = {row.operation for row in matrix.rows}
    applied = waived(waivers, [_identity(finding) for finding in matrix.findings], asked)
    if path is not None:
        accepted = [finding.id for finding in matrix.findings if _identity(finding) in applied.identities]
        write_json(path, {**matrix_document(matrix, accepted), **waivers_document(applied)})
        if path != STDOUT:
            click.echo(f"wrote {path}", err=True)
    console = console_for(sys.stderr if path == STDOUT else sys.stdout)
    left = tuple(each for each in matrix.findings if _identity(each) not in applied.identities)
    write_waivers(applied, console)
    write_matrix(msgspec.structs.replace(matrix, findings=left), options["fail-on"], console)
    failed = any(at_least(finding.severity, options["fail-on"]) for finding in left)
    return int(failed or bool(applied.expired))


def _identity(finding: Any) -> tuple[str, str, str]:
    """Operation, kind and pointer of a finding, as waivers name it."""
    return finding.operation, finding.kind, f"{finding.operation}#/errors/{finding.error}"


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
