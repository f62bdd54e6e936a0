"""Every flag of the command line, one row each.

The command line makes its parsers from these rows, configuration files and environment variables are held
against them, and the table in the README is checked against what ``--help`` prints of them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["text", "texts", "integer", "number", "choice", "switch"]
Setting = str | int | float | bool | tuple[str, ...] | None

RUNS = ("run", "record")
ASKS = (*RUNS, "compare")
SENDS = (*ASKS, "replay")
JUDGES = ("run", "record", "replay")
LINTS = ("cassette lint",)
CASSETTE_READERS = ("cassette show", "cassette stats", "cassette lint")


class Flag(msgspec.Struct, frozen=True):
    """One flag of one or more commands.

    Attributes:
        name: The flag without its dashes, which is also the key in a configuration file.
        commands: The commands that have it.
        help: What it does, in one line.
        kind: The form of its value; ``texts`` may be given repeatedly.
        default: Its value where nothing says otherwise.
        metavar: What the value is called in help texts.
        choices: The values of a ``choice``.
        minimum: The least value of an ``integer``; a ``number`` is always above 0.
        maximum: The greatest value of an ``integer``.
        configurable: Whether files and the environment may set it. What changes real resources, overwrites a
            file of a person's decisions or picks single cases must be said on the command line each time.
    """

    name: str
    commands: tuple[str, ...]
    help: str
    kind: Kind = "text"
    default: Setting = None
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    configurable: bool = True

    @property
    def spelling(self) -> str:
        """The flag as it is typed."""
        return f"--{self.name}"

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"HARNESS_{self.name.upper().replace('-', '_')}"


FLAGS: tuple[Flag, ...] = (
    Flag(
        "target", RUNS, "What to ask: the built-in emulator, an endpoint, or the real service.",
        default="emulator", metavar="emulator|URL|aws",
    ),
    Flag("against", ("compare",), "The new side, in place of NEW.", metavar="URL", configurable=False),
    Flag(
        "verify", ("replay",), "Send the recorded requests again and compare the answers; needs --target.",
        kind="switch", default=False, configurable=False,
    ),
    Flag(
        "target", ("replay",), "What --verify asks: the built-in emulator, an endpoint, or the real service.",
        metavar="emulator|URL|aws", configurable=False,
    ),
    Flag(
        "depth", ASKS, "How many cases to make.",
        kind="choice", default="coverage", choices=("smoke", "coverage", "deep"),
    ),
    Flag("seed", ASKS, "The number that fixes every generated case.", kind="integer", default=0, metavar="N"),
    Flag(
        "version", (*JUDGES, "compare"), "The contract version: a date, or 'all'; without it the newest, "
        "for a replay the recorded one.", metavar="DATE|all",
    ),
    Flag("record", ("run",), "Record every exchange as cassettes below this directory.", metavar="DIR"),
    Flag(
        "record", ("record",), "Record every exchange as cassettes below this directory.",
        default="cassettes", metavar="DIR",
    ),
    Flag(
        "stale", ("record",), "Record anew only what is stale below the directory.",
        kind="switch", default=False, configurable=False,
    ),
    Flag(
        "redact", RUNS, "A regular expression of what recordings must not hold; may be repeated.",
        kind="texts", default=(), metavar="PATTERN",
    ),
    Flag("freeze", RUNS, "Write the cases to a file.", metavar="FILE", configurable=False),
    Flag("cases", RUNS, "Run the cases of a file that --freeze wrote.", metavar="FILE", configurable=False),
    Flag(
        "case", RUNS, "Run only the case with this id; may be repeated.",
        kind="texts", default=(), metavar="ID", configurable=False,
    ),
    Flag("baseline", JUDGES, "A file of accepted findings; only others fail.", metavar="FILE"),
    Flag(
        "update-baseline", JUDGES, "Accept all findings of this run in the baseline.",
        kind="switch", default=False, configurable=False,
    ),
    Flag(
        "waivers", (*JUDGES, "compare", "diff", "errors"),
        "A reviewed file of accepted findings, each until a day.", metavar="FILE",
    ),
    Flag(
        "resume", RUNS, "Note what is done in this file, and leave out what it notes already.",
        metavar="FILE", configurable=False,
    ),
    Flag(
        "workers", RUNS, "How many processes share the work.",
        kind="integer", default=1, metavar="N", minimum=1,
    ),
    Flag(
        "sample", RUNS, "Run only N of the selected operations, chosen by the seed.",
        kind="integer", metavar="N", minimum=1,
    ),
    Flag("protocol", RUNS, "Run only operations of this protocol, e.g. rest-json.", metavar="P"),
    Flag("json", JUDGES, "Write the result as JSON; '-' for stdout.", metavar="FILE"),
    Flag("junit", JUDGES, "Write the result as JUnit XML; '-' for stdout.", metavar="FILE"),
    Flag(
        "fail-on", JUDGES, "The least severity that makes the exit code 1.",
        kind="choice", default="low", choices=("note", "low", "medium", "high"),
    ),
    Flag(
        "yes-live", SENDS, "Really send requests to AWS.",
        kind="switch", default=False, configurable=False,
    ),
    Flag("region", SENDS, "The signing region.", default="us-east-1", metavar="NAME"),
    Flag("profile", SENDS, "The AWS profile that holds the credentials.", metavar="NAME"),
    Flag(
        "timeout", SENDS, "How long to wait for one answer, in seconds.",
        kind="number", default=30.0, metavar="SECONDS",
    ),
    Flag(
        "requests-per-second", SENDS, "At most this many requests a second; 5 for aws unless given.",
        kind="number", metavar="N",
    ),
    Flag("host", ("serve",), "The address to listen on.", default="127.0.0.1", metavar="ADDRESS"),
    Flag(
        "port", ("serve",), "The port to listen on; 0 for any free one.",
        kind="integer", default=0, metavar="N", minimum=0, maximum=65535,
    ),
    Flag(
        "version", ("serve",), "The contract version to serve; the newest where an operation lacks it.",
        metavar="DATE", configurable=False,
    ),
    Flag(
        "credentials", ("serve",), "Key pairs and tokens; with them signatures are verified.", metavar="FILE"
    ),
    Flag(
        "validation-style", ("serve",), "Whose words a ValidationException uses.",
        kind="choice", default="aws", choices=("aws", "smithy"),
    ),
    Flag(
        "learn-noise", ("compare",), "Ask the old side twice, and propose volatile members for the contract.",
        kind="switch", default=False, configurable=False,
    ),
    Flag(
        "json", ("compare",), "Write the differences as JSON; '-' for stdout.",
        metavar="FILE", configurable=False,
    ),
    Flag(
        "stale", ("replay", *LINTS), "What stale recordings do: fail, be reported, or pass.",
        kind="choice", default="warn", choices=("fail", "warn", "ignore"),
    ),
    Flag(
        "max-age", LINTS, "The greatest age of a recording, in days.",
        kind="integer", metavar="DAYS", minimum=0,
    ),
    Flag(
        "json", CASSETTE_READERS, "Write the result as JSON; '-' for stdout.",
        metavar="FILE", configurable=False,
    ),
    Flag(
        "operation", ("cassette prune",), "Drop only recordings of these operations; may be repeated.",
        kind="texts", default=(), metavar="SELECTOR", configurable=False,
    ),
    Flag(
        "older-than", ("cassette prune",), "Drop only recordings that are older, in days.",
        kind="integer", metavar="DAYS", minimum=0, configurable=False,
    ),
    Flag(
        "invalid", ("cassette prune",), "Drop only recordings that no longer fit today's contract.",
        kind="switch", default=False, configurable=False,
    ),
    Flag(
        "dry-run", ("cassette prune",), "Say what would be dropped, and drop nothing.",
        kind="switch", default=False, configurable=False,
    ),
    Flag(
        "force", ("cassette merge", "cassette convert"), "Replace the destination if it exists.",
        kind="switch", default=False, configurable=False,
    ),
    Flag(
        "redact", ("cassette merge", "cassette convert"),
        "A regular expression of what recordings of other tools must lose; may be repeated.",
        kind="texts", default=(), metavar="PATTERN",
    ),
    Flag(
        "keep-unparsed", ("cassette merge", "cassette convert"),
        "Write what no parser of its operation reads, searched for secrets as text.",
        kind="switch", default=False, configurable=False,
    ),
    Flag(
        "plain", ("cassette convert",), "Write YAML that holds nothing but what stock vcrpy knows.",
        kind="switch", default=False, configurable=False,
    ),
    Flag(
        "json", ("diff",), "Write the changes as JSON; '-' for stdout.", metavar="FILE", configurable=False,
    ),
    Flag("markdown", ("diff",), "Print Markdown.", kind="switch", default=False, configurable=False),
    Flag(
        "format", ("diff",), "How to print: for a terminal, or as the AWS API changelog does.",
        kind="choice", default="terminal", choices=("terminal", "api-changes"), configurable=False,
    ),
    Flag(
        "used-by", ("diff",), "Tell only what touches these recordings, a directory; may be repeated.",
        kind="texts", default=(), metavar="DIR", configurable=False,
    ),
    Flag(
        "explain", ("diff",), "Explain a rule by its example, and compare nothing.",
        metavar="RULE", configurable=False,
    ),
    Flag(
        "fail-on", ("diff",), "The least severity that makes the exit code 1.",
        kind="choice", default="breaking", choices=("compatible", "warning", "breaking"), configurable=False,
    ),
    Flag(
        "later", ("diff",), "A third side, later than NEW: say which changes it takes back.",
        metavar="SIDE", configurable=False,
    ),
    Flag(
        "version", ("import",), "The day the shape was published; without it the release's own date.",
        metavar="DATE", configurable=False,
    ),
    Flag(
        "output", ("import",), "The directory of contracts to write to.", default="contracts", metavar="DIR"
    ),
    Flag(
        "version", ("show",), "The contract version: a date, or 'all'; without it the newest.",
        metavar="DATE|all", configurable=False,
    ),
    Flag(
        "sdk", ("errors",), "An SDK to ask: botocore==X.Y.Z, or botocore, the installed one; repeatable.",
        kind="texts", default=(), metavar="SDK",
    ),
    Flag(
        "json", ("errors",), "Write the matrix as JSON; '-' for stdout.",
        metavar="FILE", configurable=False,
    ),
    Flag(
        "fail-on", ("errors",), "The least severity of a change that makes the exit code 1.",
        kind="choice", default="low", choices=("note", "low", "medium", "high"),
    ),
    Flag(
        "contracts", (*JUDGES, "serve", "compare", "errors", "show", *CASSETTE_READERS, "cassette prune"),
        "The directory of contracts; without it ./contracts, else the bundled ones.", metavar="DIR",
    ),
)  # fmt: skip


def flags_of(command: str) -> tuple[Flag, ...]:
    """List the flags of a command, in the order of the table."""
    return tuple(flag for flag in FLAGS if command in flag.commands)


def commands_with_flags() -> tuple[str, ...]:
    """List the commands that have flags, each once."""
    return tuple(dict.fromkeys(command for flag in FLAGS for command in flag.commands))
