"""``harness replay``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from harness.cli.judged import FAILED, check_before, finish
from harness.cli.outputs import STDOUT, check_outputs, write_json
from harness.cli.parameters import command_line, options_for, settle
from harness.config.options import Options
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.session import Outdated

DEFAULT_DIRECTORY = "cassettes"


def _replay(directories: tuple[str, ...], **given: Any) -> int:
    options = settle("replay", given)
    _check_verification(options)
    if options["verify"]:
        return _verify(directories or (DEFAULT_DIRECTORY,), options)
    check_before(options)
    from harness.reports.progress import progress
    from harness.session import ReplayOptions, replay

    outdated: list[Outdated] = []
    wanted = ReplayOptions(
        directories=directories or (DEFAULT_DIRECTORY,),
        version=options["version"],
        baseline=options["baseline"],
        update_baseline=options["update-baseline"],
        waivers=options["waivers"],
        contracts=options["contracts"],
    )
    with progress(sys.stderr) as observe:
        result = replay(wanted, observe, outdated.append)
    code = finish(result, options, command_line(options, directories))
    if options["stale"] == "ignore" or not outdated:
        return code
    _report(outdated)
    return max(code, FAILED) if options["stale"] == "fail" else code


def _check_verification(options: Options) -> None:
    """Refuse a target that nothing is sent to, and reports that a verification does not make."""
    if not options["verify"]:
        if options["target"] is not None:
            problem = "a replay sends nothing"
            raise UsageError("--target", problem, "Add --verify to send the recorded requests again.")
        return
    if options["target"] is None:
        raise UsageError("--verify", "there is nothing to ask", "Name it with --target, e.g. a URL.")
    for name in ("version", "baseline", "update-baseline", "junit"):
        told = options.settings[name]
        if told.value and told.origin == f"--{name}":
            problem = "a verification compares answers and judges none"
            raise UsageError(f"--{name}", problem, "Leave it out, or leave --verify out.")


def _verify(directories: tuple[str, ...], options: Options) -> int:
    path = options["json"]
    check_outputs({"--json": path}, {})
    from harness.reports.comparison import comparison_document, write_comparison
    from harness.reports.lines import console_for
    from harness.session import RunOptions
    from harness.session.verifying import verify

    names = ("target", "region", "profile", "contracts", "timeout")
    wanted = RunOptions(
        **{name: options[name] for name in names},
        yes_live=options["yes-live"],
        requests_per_second=options["requests-per-second"],
    )
    found = verify(directories, wanted, lambda sentence: click.echo(sentence, err=True))
    for reason, count in found.left_out.items():
        word = "request was" if count == 1 else "requests were"
        click.echo(f"{count} {word} not sent: {reason}", err=True)
    facts: dict[str, Any] = {"compared": found.compared, "regression": found.regression}
    if path is not None:
        document = comparison_document(found.differences, **facts)
        write_json(path, {**document, "left_out": found.left_out})
    console = console_for(sys.stderr if path == STDOUT else sys.stdout)
    write_comparison(found.differences, **facts, console=console)
    return FAILED if found.regression else 0


def _report(outdated: Sequence[Outdated]) -> None:
    for item in outdated:
        click.echo(
            f"stale: {item.path}: {item.count} of {item.total} recordings of {item.operation} were made by "
            f"another contract than {item.version} is now",
            err=True,
        )
    total = sum(item.count for item in outdated)
    word = "recording is" if total == 1 else "recordings are"
    click.echo(
        f"stale: {total} {word} of another contract\n"
        "  'harness cassette lint' says which no longer fit, 'harness record --stale' records them anew.",
        err=True,
    )


replay_command = click.Command(
    "replay",
    callback=_replay,
    params=[click.Argument(["directories"], nargs=-1, metavar="[DIR]..."), *options_for("replay")],
    help="Judge recorded exchanges again, offline.\n\nA DIR holds cassettes; without one, ./cassettes. With "
    "--verify the recorded requests are sent to --target again, and the answers compared with the recorded.",
)
