"""Options of one command: defaults < file < environment < flags, each value with its origin.

The file is ``harness.toml`` in the current directory, else the table ``[tool.harness]`` of ``pyproject.toml``
there. A key at its top serves every command that has the flag; a key in a table named after a command
(``[run]``) serves that command and goes first.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from harness.config.flags import FLAGS, Flag, Setting, commands_with_flags, flags_of
from harness.errors import ConfigurationError

DEFAULT = "default"
FILE = "harness.toml"
PROJECT_FILE = "pyproject.toml"
PREFIX = "HARNESS_"


class Told(msgspec.Struct, frozen=True):
    """A value and who said it: ``default``, a file, an environment variable or a flag."""

    value: Setting
    origin: str


class Options(msgspec.Struct, frozen=True):
    """The options of one command.

    Attributes:
        command: The command's name.
        settings: Each flag's name, its value and where that came from.
    """

    command: str
    settings: dict[str, Told]

    def __getitem__(self, name: str) -> Any:
        return self.settings[name].value

    def changed(self) -> dict[str, Told]:
        """The settings that anybody but the defaults has set."""
        return {name: told for name, told in self.settings.items() if told.origin != DEFAULT}


def resolve(
    command: str, flags: Mapping[str, Setting], environment: Mapping[str, str], directory: Path
) -> Options:
    """Merge the four sources of options for one command.

    Args:
        command: The command's name.
        flags: The flags that were given, by name, already of the right type.
        environment: The environment variables.
        directory: Where to look for a configuration file.

    Returns:
        One setting for each flag of the command.

    Raises:
        ConfigurationError: A key or variable is unknown, or its value has the wrong form.
    """
    told: dict[str, Told] = {flag.name: Told(flag.default, DEFAULT) for flag in flags_of(command)}
    told |= _from_file(command, directory)
    told |= _from_environment(command, environment)
    told |= _from_flags(command, flags)
    return Options(command, told)


def _from_flags(command: str, flags: Mapping[str, Setting]) -> dict[str, Told]:
    rows = {flag.name: flag for flag in flags_of(command)}
    return {
        name: Told(_within(rows[name], value, rows[name].spelling), rows[name].spelling)
        for name, value in flags.items()
    }


# --- the file --------------------------------------------------------------------------------------


def _from_file(command: str, directory: Path) -> dict[str, Told]:
    where, table = _read_table(directory)
    _check_tables(where, table)
    general = {key: value for key, value in table.items() if not isinstance(value, dict)}
    own = table.get(command, {})
    told = {}
    for flag in flags_of(command):
        for keys, place in ((general, where), (own, f"{where} [{command}]")):
            if flag.configurable and flag.name in keys:
                told[flag.name] = Told(_typed(flag, keys[flag.name], f"{place}: {flag.name}"), place)
    return told


def _read_table(directory: Path) -> tuple[str, dict[str, Any]]:
    own = _parse(directory / FILE)
    if own is not None:
        return FILE, _by_command(own)
    project = _parse(directory / PROJECT_FILE) or {}
    tool = project.get("tool")
    table = tool.get("harness") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        problem = "tool.harness is not a table"
        raise ConfigurationError(PROJECT_FILE, problem, "Write [tool.harness] and keys below it.")
    return f"{PROJECT_FILE} [tool.harness]", _by_command(table or {})


def _by_command(table: Mapping[str, Any]) -> dict[str, Any]:
    """Name the tables of subcommands as the commands are: ``[cassette.lint]`` is ``cassette lint``'s."""
    found: dict[str, Any] = {}
    groups = {command.partition(" ")[0] for command in commands_with_flags() if " " in command}
    for key, value in table.items():
        if key in groups and isinstance(value, dict):
            found |= {f"{key} {name}": below for name, below in value.items()}
        else:
            found[key] = value
    return found


def _parse(path: Path) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:  # ValueError: not TOML, or not UTF-8
        remedy = "Correct the file, or move it away."
        raise ConfigurationError(path.name, f"cannot be read: {error}", remedy) from error


def _check_tables(where: str, table: Mapping[str, Any]) -> None:
    """Refuse keys that nobody reads, whichever command runs."""
    names = {flag.name for flag in FLAGS if flag.configurable}
    for key, value in table.items():
        if key in commands_with_flags() and isinstance(value, dict):
            _check_keys(f"{where} [{key}]", value, {flag.name for flag in flags_of(key) if flag.configurable})
        else:
            _check_keys(where, {key: value}, names)


def _check_keys(where: str, keys: Mapping[str, Any], known: set[str]) -> None:
    for key in keys:
        if key in known:
            continue
        if any(flag.name == key for flag in FLAGS):
            problem = f"{key!r} cannot be set here"
            raise ConfigurationError(where, problem, f"Give --{key} on the command line.")
        choices = [*sorted(known), *commands_with_flags()]
        raise ConfigurationError(where, f"there is no option {key!r}", _suggest(key, choices))


def _suggest(word: str, choices: list[str]) -> str:
    near = difflib.get_close_matches(word, choices, n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Choose from {', '.join(choices)}."


def _typed(flag: Flag, value: Any, where: str) -> Setting:
    """Accept a value of a TOML file that has the flag's form."""
    if flag.kind == "texts" and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    fits = {
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, (int, float)) and not isinstance(value, bool),
        "texts": False,
    }.get(flag.kind, isinstance(value, str))
    if not fits:
        raise ConfigurationError(where, f"{value!r} is not {_form(flag)}", f"Give {_form(flag)}.")
    return _within(flag, float(value) if flag.kind == "number" else value, where)


def _form(flag: Flag) -> str:
    forms = {"integer": "a whole number", "number": "a number", "texts": "a list of texts"}
    return forms.get(flag.kind, "a text")


def _within(flag: Flag, value: Any, where: str) -> Setting:
    """Hold a value of the right type against the flag's choices and bounds."""
    if flag.choices and value not in flag.choices:
        near = difflib.get_close_matches(value, flag.choices, n=1)
        remedy = f"Did you mean {near[0]!r}?" if near else f"Choose one of {', '.join(flag.choices)}."
        raise ConfigurationError(where, f"{value!r} is not a choice", remedy)
    if flag.minimum is not None and value < flag.minimum:
        raise ConfigurationError(where, f"{value} is too small", f"Give {flag.minimum} or more.")
    if flag.maximum is not None and value > flag.maximum:
        raise ConfigurationError(where, f"{value} is too great", f"Give {flag.maximum} or less.")
    if flag.kind == "number" and not 0 < value < math.inf:
        raise ConfigurationError(where, f"{value} is out of range", "Give a number above 0.")
    accepted: Setting = value
    return accepted


# --- the environment -------------------------------------------------------------------------------


def _from_environment(command: str, environment: Mapping[str, str]) -> dict[str, Told]:
    _check_variables(environment)
    told = {}
    for flag in flags_of(command):
        text = environment.get(flag.variable, "")
        if flag.configurable and text:  # an empty variable is one that a script cleared
            told[flag.name] = Told(_spelled(flag, text), flag.variable)
    return told


def _check_variables(environment: Mapping[str, str]) -> None:
    """Refuse a variable that is nearly one of ours; others under the prefix belong to somebody else."""
    known = sorted(set(_variables()))
    for name in environment:
        if not name.startswith(PREFIX) or name in known:
            continue
        flag_only = next((flag for flag in FLAGS if flag.variable == name), None)
        if flag_only is not None:
            problem = "cannot be set in the environment"
            raise ConfigurationError(name, problem, f"Give {flag_only.spelling} on the command line.")
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.9)
        if near:
            raise ConfigurationError(name, "there is no such variable", f"Did you mean {near[0]}?")


def _variables() -> Iterator[str]:
    return (flag.variable for flag in FLAGS if flag.configurable)


def _spelled(flag: Flag, text: str) -> Setting:
    """Read a value from the text of a variable; of several texts each has a line."""
    if flag.kind == "texts":
        return tuple(line for line in text.splitlines() if line)
    readers: dict[str, type] = {"integer": int, "number": float}
    try:
        value: Any = readers.get(flag.kind, str)(text)
    except ValueError as error:
        problem = f"{text!r} is not {_form(flag)}"
        raise ConfigurationError(flag.variable, problem, f"Give {_form(flag)}, or unset it.") from error
    return _within(flag, value, flag.variable)
