"""``harness serve``."""

from __future__ import annotations

from typing import Any

import click

from harness.cli.parameters import options_for, settle


def _serve(**given: Any) -> int:
    options = settle("serve", given)
    from harness.session import serve

    try:
        serve(
            host=options["host"],
            port=options["port"],
            version=options["version"],
            credentials=options["credentials"],
            validation_style=options["validation-style"],
            contracts=options["contracts"],
            on_ready=_ready,
            log=_log,
        )
    except KeyboardInterrupt:  # how a server in the foreground is meant to end
        click.echo("stopped", err=True)
    return 0


def _ready(url: str) -> None:
    click.echo(f"listening on {url}")


def _log(line: str) -> None:
    click.echo(line, err=True)


serve_command = click.Command(
    "serve",
    callback=_serve,
    params=options_for("serve"),
    help="Run the emulator alone, in the foreground.\n\n"
    "Prints 'listening on http://127.0.0.1:PORT' when it answers; Ctrl-C ends it.",
)
