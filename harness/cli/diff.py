"""``harness diff``."""

from __future__ import annotations

import sys
from typing import Any

import click

from harness.cli.outputs import STDOUT, check_outputs, write_json
from harness.cli.parameters import options_for, settle
from harness.errors import UsageError


def _diff(old: str | None, new: str | None, selectors: tuple[str, ...], **given: Any) -> int:
    options = settle("diff", given)
    if options["explain"] is not None:
        from harness.reports.changes import explanation

        click.echo(explanation(options["explain"]), nl=False)
        return 0
    if old is None or new is None:
        raise UsageError("harness diff", "two sides are needed", "See 'harness diff --help'.")
    path = options["json"]
    check_outputs({"--json": path}, {})
    if options["markdown"] and options["format"] != "terminal":
        remedy = "Give one of them."
        raise UsageError("--markdown", f"stdout cannot also have --format {options['format']}", remedy)
    from harness.reports.changes import changes_document
    from harness.reports.waivers import waivers_document
    from harness.session import diff
    from harness.session.waiving import open_waivers, waived

    waivers = open_waivers(options["waivers"])
    entries = options["format"] == "api-changes"
    found = diff(old, new, selectors, entries=entries, used_by=options["used-by"])
    if options["later"] is not None:
        from harness.session.taking_back import take_back

        found = take_back(found, old, options["later"], selectors)
    looked_at = [each.operation for each in waivers if found.looked_at(each.operation)]
    identities = [(each.operation, each.rule, each.pointer) for each in found.changes]
    applied = waived(waivers, identities, looked_at)
    left = [
        each for each in found.changes if (each.operation, each.rule, each.pointer) not in applied.identities
    ]
    failed = bool(applied.expired) or any(
        SEVERITY_RANK[change.severity] >= SEVERITY_RANK[options["fail-on"]] for change in left
    )
    if path is not None:
        facts: dict[str, Any] = {"old": found.old, "new": found.new, "operations": found.operations}
        facts["used"] = found.used
        document = changes_document(found.changes, failed=failed, waived=applied.identities, **facts)
        write_json(path, {**document, **waivers_document(applied)})
    _print(found, left, applied, options, failed, sys.stderr if path == STDOUT else sys.stdout)
    return 1 if failed else 0


SEVERITY_RANK = {"compatible": 0, "warning": 1, "breaking": 2}


def _print(found: Any, left: Any, applied: Any, options: Any, failed: bool, stream: Any) -> None:
    from harness.reports.changes import changes_markdown, write_changes
    from harness.reports.lines import console_for
    from harness.reports.waivers import write_waivers

    if options["format"] == "api-changes":
        stream.write("\n".join(service.entry for service in found.found))
        write_waivers(applied, console_for(sys.stderr))
    elif options["markdown"]:
        stream.write(changes_markdown(left, old=found.old, new=found.new))
        write_waivers(applied, console_for(sys.stderr))
    else:
        write_waivers(applied, console_for(stream))
        write_changes(
            left, old=found.old, new=found.new, operations=found.operations, failed=failed,
            used=found.used, waived=len(found.changes) - len(left), console=console_for(stream),
        )  # fmt: skip


diff_command = click.Command(
    "diff",
    callback=_diff,
    params=[
        click.Argument(["old"], metavar="OLD", required=False),
        click.Argument(["new"], metavar="NEW", required=False),
        click.Argument(["selectors"], nargs=-1, metavar="[SELECTOR]..."),
        *options_for("diff"),
    ],
    help="Compare contracts, and say what each change does to whom.\n\n"
    "A side is a contract file, a directory of them, 'botocore' (the installed release), 'botocore==X.Y.Z' "
    "(fetched, read as data) or a Smithy JSON AST. The exit code is 1 on a change at or above --fail-on.",
)
