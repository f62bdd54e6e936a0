"""Waivers: findings that named people have accepted, for a reason and until a day.

A waivers file is YAML, because it is read and argued about in reviews::

    waivers:
      - operation: events:PutEvents
        kind: accepted-invalid
        constraint: events:PutEvents#/input/Entries/length/min
        reason: The emulator takes empty batches; reported upstream.
        who: ann@example.com
        until: 2027-03-31

``kind`` may be written ``grade`` (of a comparison) or ``rule`` (of a change). A waiver holds to the end of
its day; an expired one fails, an unused one is reported. Works over plain identities, so that every command
that finds something can use it: ``read_waivers`` before the work, ``apply_waivers`` after it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from harness.errors import ConfigurationError
from harness.results.store import read_text

KIND_WORDS = ("kind", "grade", "rule")
FIELDS = ("operation", "kind", "constraint", "reason", "who", "until")
EVERY_FIELD = f"Every waiver has {', '.join(FIELDS[:-1])} and {FIELDS[-1]}; see docs/waivers.md."
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Identity(NamedTuple):
    """What is waived: an operation, what was found there (kind, grade or rule), and the place's pointer."""

    operation: str
    kind: str
    constraint: str


class Waiver(msgspec.Struct, frozen=True):
    """One accepted finding.

    Attributes:
        operation: ``service:Operation``.
        kind: The kind of a finding, the grade of a difference or the rule of a change.
        constraint: The pointer of the place, as the report shows it.
        reason: Why it is accepted.
        who: Who accepts it.
        until: The last day on which it holds, ``YYYY-MM-DD``.
    """

    operation: str
    kind: str
    constraint: str
    reason: str
    who: str
    until: str

    @property
    def identity(self) -> Identity:
        """What it waives."""
        return Identity(self.operation, self.kind, self.constraint)


class Applied(NamedTuple):
    """What waivers did.

    Attributes:
        waived: The waivers that hold and were needed.
        expired: The waivers whose day has passed; their findings are not waived, and they fail by themselves.
        unused: The waivers that hold and matched nothing.
    """

    waived: tuple[Waiver, ...] = ()
    expired: tuple[Waiver, ...] = ()
    unused: tuple[Waiver, ...] = ()

    @property
    def identities(self) -> frozenset[Identity]:
        """What does not fail."""
        return frozenset(waiver.identity for waiver in self.waived)


def apply_waivers(
    waivers: Iterable[Waiver],
    identities: Iterable[tuple[str, str, str]],
    today: date,
    operations: Collection[str] | None = None,
) -> Applied:
    """Hold waivers against what was found.

    Args:
        waivers: The waivers.
        identities: Operation, kind and pointer of everything that was found.
        today: The day it is.
        operations: The operations that were looked at; a waiver of another one is not called unused. Without
            it every operation counts as looked at.

    Returns:
        Which waivers were needed, which have expired and which matched nothing, in the file's order.
    """
    found = {Identity(*item) for item in identities}
    waived, expired, unused = [], [], []
    for waiver in waivers:
        if date.fromisoformat(waiver.until) < today:
            expired.append(waiver)
        elif waiver.identity in found:
            waived.append(waiver)
        elif operations is None or waiver.operation in operations:
            unused.append(waiver)
    return Applied(tuple(waived), tuple(expired), tuple(unused))


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """Read a waivers file.

    Args:
        path: The file.

    Returns:
        Its waivers, in its order.

    Raises:
        UsageError: There is no such file.
        ConfigurationError: The file says something that no waiver says; the error names the line.
    """
    path = Path(path)
    text = read_text(path, "Correct --waivers, or write the file; see docs/waivers.md.")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark is not None else ""
        problem = f"{line}it is no YAML: {getattr(error, 'problem', None) or 'unreadable'}"
        raise ConfigurationError(str(path), problem, "Correct the YAML; see docs/waivers.md.") from error
    except RecursionError as error:
        problem = "it is nested too deep"
        raise ConfigurationError(str(path), problem, "Begin it with 'waivers:' and a list.") from error
    return _Reading(path).file(root)


class _Reading:
    """One reading of one file; holds its name for the errors."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def file(self, root: yaml.Node | None) -> tuple[Waiver, ...]:
        if root is None:
            raise self.wrong(None, "it is empty", "Begin it with 'waivers:' and a list; see docs/waivers.md.")
        if not isinstance(root, yaml.MappingNode):
            raise self.wrong(root, "it is no mapping", "Begin it with 'waivers:' and a list.")
        parts = self.members(root)
        for key, (node, _) in parts.items():
            if key != "waivers":
                raise self.wrong(node, f"{key!r} is unknown here", "The one key of the file is 'waivers'.")
        if "waivers" not in parts:
            raise self.wrong(root, "it has no 'waivers'", "Begin it with 'waivers:' and a list.")
        found = parts["waivers"][1]
        if not isinstance(found, yaml.SequenceNode):
            raise self.wrong(found, "'waivers' is no list", "Begin each waiver with '- operation:'.")
        return self.distinct([(node, self.waiver(node)) for node in found.value])

    def distinct(self, waivers: list[tuple[yaml.Node, Waiver]]) -> tuple[Waiver, ...]:
        seen: dict[Identity, int] = {}
        for node, waiver in waivers:
            if waiver.identity in seen:
                problem = (
                    f"{waiver.kind} at {waiver.constraint} is waived in line {seen[waiver.identity]} too"
                )
                raise self.wrong(node, problem, "Keep one of the two.")
            seen[waiver.identity] = node.start_mark.line + 1
        return tuple(waiver for _, waiver in waivers)

    def waiver(self, node: yaml.Node) -> Waiver:
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, "a waiver is no mapping", EVERY_FIELD)
        parts = self.members(node)
        words = [word for word in KIND_WORDS if word in parts]
        if len(words) > 1:
            problem = f"a waiver has both {words[0]!r} and {words[1]!r}"
            raise self.wrong(parts[words[1]][0], problem, "They mean the same; keep one.")
        fields: dict[str, str] = {}
        for key, (key_node, value) in parts.items():
            name = "kind" if key in KIND_WORDS else key
            if name not in FIELDS:
                raise self.wrong(key_node, f"{key!r} is no part of a waiver", EVERY_FIELD)
            fields[name] = self.text(key, value)
        for name in FIELDS:
            if name not in fields:
                raise self.wrong(node, f"a waiver has no {name!r}", EVERY_FIELD)
        self.check(
            fields, {("kind" if key in KIND_WORDS else key): value for key, (_, value) in parts.items()}
        )
        return Waiver(**fields)

    def check(self, fields: dict[str, str], nodes: dict[str, yaml.Node]) -> None:
        day = fields["until"]
        if not _is_day(day):
            problem = f"'until' is {day!r}, which is no day"
            raise self.wrong(nodes["until"], problem, "Write it as YYYY-MM-DD, e.g. 2027-03-31.")
        if not fields["constraint"].startswith(f"{fields['operation']}#"):
            problem = f"'constraint' {fields['constraint']!r} is not of the operation {fields['operation']!r}"
            remedy = "Copy the pointer from the report; it begins with the operation and '#'."
            raise self.wrong(nodes["constraint"], problem, remedy)

    def members(self, node: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """The key node and the value of each key of a mapping."""
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in found:
                raise self.wrong(key, f"{name!r} stands twice", "Keep one of them.")
            found[name] = (key, value)
        return found

    def text(self, key: str, node: yaml.Node) -> str:
        """The text of a field; an unquoted date is the text it looks like."""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip() or node.tag.endswith(":null"):
            raise self.wrong(node, f"{key!r} is no text", EVERY_FIELD)
        return str(node.value).strip()

    def wrong(self, node: Any, problem: str, remedy: str) -> ConfigurationError:
        line = f"line {node.start_mark.line + 1}: " if node is not None else ""
        return ConfigurationError(str(self.path), f"{line}{problem}", remedy)


def _is_day(text: str) -> bool:
    if _DAY.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
