"""A group of commands that are imported when they are invoked."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

Table = Mapping[str, tuple[str, str]]
"""By a command's name: the module that has it as ``<name>_command``, and what it is for."""


class LazyGroup(click.Group):
    """A group that reads its commands from a table.

    Args:
        table: The commands, in the order of listing.
        options: As for ``click.Group``.
    """

    def __init__(self, table: Table, **options: Any) -> None:
        super().__init__(**options)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Name the commands in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command; ``None`` when there is none of that name."""
        if cmd_name not in self.table:
            return None
        module = import_module(self.table[cmd_name][0])
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Refuse an unknown command with the nearest one that exists."""
        name = args[0]
        if name not in self.table and not name.startswith("-"):
            near = difflib.get_close_matches(name, self.table, n=1)
            advice = f" Did you mean '{near[0]}'?" if near else f" Choose from {', '.join(self.table)}."
            ctx.fail(f"No such command '{name}'.{advice}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.table.items()])
