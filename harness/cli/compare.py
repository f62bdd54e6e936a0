"""``harness compare``."""

from __future__ import annotations

import sys
from typing import Any

import click

from harness.cli.outputs import STDOUT, check_outputs, write_json
from harness.cli.parameters import options_for, settle
from harness.config.options import Options
from harness.errors import UsageError

ASKED = ("depth", "seed", "version", "waivers", "learn-noise", "yes-live", "region", "profile", "contracts",
         "timeout", "requests-per-second")  # fmt: skip


def _compare(words: tuple[str, ...], **given: Any) -> int:
    options = settle("compare", given)
    sides = _sides(words, options["against"])
    path = options["json"]
    check_outputs({"--json": path}, {})
    from harness.reports.comparison import comparison_document, write_comparison
    from harness.reports.lines import console_for
    from harness.session import compare

    found = compare(_wanted(sides, options), _announce)
    facts: dict[str, Any] = {
        "compared": found.compared,
        "regression": found.regression,
        "waivers": found.waivers,
        "noise": found.noise,
    }
    if path is not None:
        write_json(path, comparison_document(found.differences, **facts))
    console = console_for(sys.stderr if path == STDOUT else sys.stdout)
    write_comparison(found.differences, **facts, console=console)
    return 1 if found.regression or found.waivers.expired else 0


def _sides(words: tuple[str, ...], against: str | None) -> tuple[str, str, tuple[str, ...]]:
    """Tell the two sides from the selectors: OLD NEW [SELECTOR...], or OLD [SELECTOR...] with --against."""
    sides = (words[0], against, *words[1:]) if words and against is not None else words
    if len(sides) < 2 or not all(sides[:2]):
        raise UsageError("harness compare", "two sides are needed", "See 'harness compare --help'.")
    return str(sides[0]), str(sides[1]), tuple(str(word) for word in sides[2:])


def _wanted(sides: tuple[str, str, tuple[str, ...]], options: Options) -> Any:
    from harness.session import CompareOptions

    old, new, selectors = sides
    fields = {name.replace("-", "_"): options[name] for name in ASKED}
    return CompareOptions(old=old, new=new, selectors=selectors, **fields)


def _announce(sentence: str) -> None:
    click.echo(sentence, err=True)


compare_command = click.Command(
    "compare",
    callback=_compare,
    params=[
        click.Argument(["words"], nargs=-1, metavar="OLD [NEW] [SELECTOR]..."),
        *options_for("compare"),
    ],
    help="Hold two sides' answers to the same cases against each other.\n\n"
    "A side is a run's JSON file, a cassette or a directory of them, or an endpoint: a URL, 'emulator' or "
    "'aws'. An endpoint is sent the cases that the other side has answers to; two endpoints are sent those "
    "that the SELECTORs name. NEW may be given with --against. The exit code is 1 on a regression.",
)
