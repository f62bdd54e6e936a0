"""``harness lint``."""

from __future__ import annotations

import click

from harness.errors import ContractError

SCHEMA_ERROR = "error"


def _lint(paths: tuple[str, ...]) -> int:
    from harness.session import lint

    problems = lint(paths)
    for problem in problems:
        click.echo(f"{problem.severity}: {problem.path}: {problem.place}: {problem.problem}")
        click.echo(f"  {problem.remedy}")
    errors = sum(problem.severity == SCHEMA_ERROR for problem in problems)
    click.echo(f"{errors} errors, {len(problems) - errors} notes" if problems else "no problems")
    return ContractError.exit_code if errors else 0


lint_command = click.Command(
    "lint",
    callback=_lint,
    params=[click.Argument(["paths"], nargs=-1, metavar="[PATH]...")],
    help="Check contract files and say file, place and remedy for each fault.\n\n"
    "A PATH is a file or a directory; without one, every contract is checked. The exit code is 2 when there "
    "are errors.",
)
