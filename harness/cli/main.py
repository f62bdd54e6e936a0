"""The ``harness`` command: finds the subcommand, runs it, and turns every ending into an exit code.

Exit codes: 0 as contracted; 1 findings or differences; 2 usage, selector, configuration or contract; 3 could
not finish.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import click

from harness.cli.group import LazyGroup
from harness.cli.interrupts import heard
from harness.errors import HarnessError

USAGE, UNFINISHED = 2, 3
DEBUG = "HARNESS_DEBUG"

COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("harness.cli.run", "Generate requests, send them, judge every answer."),
    "record": ("harness.cli.run", "Run, and record every exchange as cassettes."),
    "replay": ("harness.cli.replay", "Judge recorded exchanges again, offline."),
    "serve": ("harness.cli.serve", "Run the emulator alone, in the foreground."),
    "compare": ("harness.cli.compare", "Hold two runs, recordings or endpoints against each other."),
    "diff": ("harness.cli.diff", "Compare contracts, and say what each change does to whom."),
    "errors": ("harness.cli.errors", "Show what SDK versions make of every error."),
    "cassette": ("harness.cli.cassette", "List, lint, prune, merge and convert recordings."),
    "import": ("harness.cli.importing", "Write contract files from a botocore release."),
    "lint": ("harness.cli.lint", "Check contract files."),
    "show": ("harness.cli.show", "Print an operation, its constraints, errors and rules."),
}

EPILOG = """\b
Exit codes: 0 as contracted, 1 findings or differences, 2 usage or
configuration, 3 could not finish.
Flags may also stand in harness.toml, in [tool.harness] of pyproject.toml
or in the environment (HARNESS_TARGET for --target).
"""


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from harness import __version__

        click.echo(f"harness {__version__}")
        ctx.exit()


def _without_command() -> int:
    """Show the help; there is nothing else to do."""
    context = click.get_current_context()
    if context.invoked_subcommand is not None:
        return 0
    click.echo(context.get_help(), err=True)
    return USAGE


harness = LazyGroup(
    COMMANDS,
    name="harness",
    callback=_without_command,
    invoke_without_command=True,
    help="Keeps AWS-style APIs, their SDKs and their emulators compatible.",
    epilog=EPILOG,
    params=[
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version,
            help="Show the version and exit.",
        )
    ],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: The words after ``harness``; those of the process when left out.

    Returns:
        The exit code. Nothing is raised, whatever happens.
    """
    _never_fail_to_print()
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with heard():
            code = harness.main(args=words, prog_name="harness", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        place = _place(error, words)
        return _refuse(place, error.format_message(), f"See '{place} --help'.", USAGE)
    except HarnessError as error:
        return _refuse(error.where, error.problem, error.remedy, error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _refuse("harness", "interrupted before there was anything to report", "", UNFINISHED)
    except BrokenPipeError:
        _close_output()
        return UNFINISHED
    except Exception as error:
        return _report(error)


def _never_fail_to_print() -> None:
    """Spell what a terminal's encoding lacks as escapes instead of failing in the middle of a report."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _close_output() -> None:
    """Point stdout at nothing, so that the interpreter does not fail again when it flushes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _place(error: click.ClickException, words: Sequence[str]) -> str:
    """Name the command that refuses; click's parser does not always say."""
    context: click.Context | None = getattr(error, "ctx", None)
    if context is not None:
        return context.command_path
    return f"harness {words[0]}" if words and words[0] in COMMANDS else "harness"


def _refuse(where: str, problem: str, remedy: str, code: int) -> int:
    click.echo(f"error: {where}: {problem}", err=True)
    if remedy:
        click.echo(f"  {remedy}", err=True)
    return code


def _report(error: Exception) -> int:
    """Admit a fault of our own in one sentence."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    problem = f"an unexpected {type(error).__name__}: {error}"
    remedy = f"This is a fault of the harness: please report it with what {DEBUG}=1 prints."
    return _refuse("harness", problem, remedy, UNFINISHED)
