"""From the table of flags to click's options, and from what was given to a command's settled options."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from harness.config.flags import Flag, flags_of
from harness.config.options import DEFAULT, Options, Told, resolve

WRITES = ("json", "junit", "freeze", "record", "update-baseline")


def options_for(command: str) -> list[click.Parameter]:
    """Make click's options of a command; the defaults are filled in later, when all sources are known."""
    return [_option(flag) for flag in flags_of(command)]


def _option(flag: Flag) -> click.Option:
    shown = flag.default is not None and flag.kind not in ("switch", "texts")
    text = f"{flag.help}  [default: {_plain(flag.default)}]" if shown else flag.help
    kinds: dict[str, Any] = {"integer": int, "number": float, "choice": click.Choice(flag.choices)}
    return click.Option(
        [flag.spelling, flag.name.replace("-", "_")],
        type=None if flag.kind == "switch" else kinds.get(flag.kind, str),
        is_flag=flag.kind == "switch",
        multiple=flag.kind == "texts",
        default=() if flag.kind == "texts" else None,
        metavar=flag.metavar,
        help=text,
    )


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def settle(command: str, given: Mapping[str, Any]) -> Options:
    """Merge what was given with file and environment, and say on stderr what came from there.

    Args:
        command: The command's name.
        given: click's values by parameter name; what was not given is ``None`` or empty.

    Raises:
        ConfigurationError: A file or variable cannot be used.
    """
    flags = {
        flag.name: given[flag.name.replace("-", "_")]
        for flag in flags_of(command)
        if given.get(flag.name.replace("-", "_")) not in (None, ())
    }
    options = resolve(command, flags, os.environ, Path.cwd())
    elsewhere = [
        f"{name}={told.value} ({told.origin})"
        for name, told in options.changed().items()
        if name not in flags
    ]
    if elsewhere:
        click.echo(f"options: {', '.join(elsewhere)}", err=True)
    return options


def command_line(options: Options, arguments: Sequence[str], *, always: Sequence[str] = ()) -> str:
    """Spell the command that asks the same again, wherever its options came from; it writes no file.

    Args:
        options: The settled options.
        arguments: The positional arguments.
        always: The flags to spell even where they have their defaults.
    """
    words = ["harness", options.command, *arguments]
    for name, told in options.settings.items():
        if name not in WRITES and (told.origin != DEFAULT or name in always):
            words += _spell(name, told)
    return shlex.join(words)


def _spell(name: str, told: Told) -> list[str]:
    if isinstance(told.value, bool):
        return [f"--{name}"] if told.value else []
    if isinstance(told.value, tuple):
        return [word for item in told.value for word in (f"--{name}", item)]
    return [f"--{name}", _plain(told.value)]
