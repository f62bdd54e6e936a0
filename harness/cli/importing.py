"""``harness import``."""

from __future__ import annotations

from typing import Any

import click

from harness.cli.outputs import check_outputs
from harness.cli.parameters import options_for, settle


def _import(source: str, selectors: tuple[str, ...], **given: Any) -> int:
    options = settle("import", given)
    check_outputs({}, {"--output": options["output"]})
    from harness.session import import_operations

    paths = import_operations(source, selectors, version=options["version"], output=options["output"])
    for path in paths:
        click.echo(str(path))
    return 0


import_command = click.Command(
    "import",
    callback=_import,
    params=[
        click.Argument(["source"], metavar="SOURCE"),
        click.Argument(["selectors"], nargs=-1, required=True, metavar="SELECTOR..."),
        *options_for("import"),
    ],
    help="Write contract files for operations; what a person added to a file stays.\n\n"
    "A SOURCE is 'botocore' (the installed release), 'botocore==X.Y.Z' (fetched, read as data), a contract "
    "file or a directory of them.",
)
