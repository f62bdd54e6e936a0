"""Options: which source wins, where a value came from, and what is refused."""

from __future__ import annotations

import pytest

from harness.cases.verdict import SEVERITIES
from harness.config.flags import FLAGS, flags_of
from harness.config.options import Told, resolve
from harness.errors import ConfigurationError


def write(directory, name, text):
    (directory / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("flags", "environment", "file", "expected"),
    [
        ({}, {}, "", Told(0, "default")),
        ({}, {}, "seed = 1", Told(1, "harness.toml")),
        ({}, {}, "seed = 1\n[run]\nseed = 2", Told(2, "harness.toml [run]")),
        ({}, {}, "[replay]\nversion = 'all'", Told(0, "default")),
        ({}, {"HARNESS_SEED": "3"}, "seed = 1", Told(3, "HARNESS_SEED")),
        ({}, {"HARNESS_SEED": ""}, "seed = 1", Told(1, "harness.toml")),
        ({"seed": 4}, {"HARNESS_SEED": "3"}, "seed = 1", Told(4, "--seed")),
    ],
    ids=["default", "file", "own-table-first", "table-of-another", "environment", "cleared", "flag"],
)
def test_the_nearer_source_wins_and_is_named(tmp_path, flags, environment, file, expected):
    """defaults < file < environment < flags, and a value says who said it."""
    write(tmp_path, "harness.toml", file)
    assert resolve("run", flags, environment, tmp_path).settings["seed"] == expected


def test_a_project_file_serves_where_there_is_no_own_one(tmp_path):
    """[tool.harness] of pyproject.toml is read, and harness.toml goes before it."""
    write(tmp_path, "pyproject.toml", "[tool.harness]\ntarget = 'http://127.0.0.1:1'\n")
    told = resolve("run", {}, {}, tmp_path).settings["target"]
    assert told == Told("http://127.0.0.1:1", "pyproject.toml [tool.harness]")
    write(tmp_path, "harness.toml", "")
    assert resolve("run", {}, {}, tmp_path)["target"] == "emulator"


def test_only_what_was_set_counts_as_changed(tmp_path):
    """A report can list the settings that are not the defaults."""
    options = resolve("run", {"depth": "smoke"}, {"HARNESS_TIMEOUT": "2.5"}, tmp_path)
    assert options.changed() == {
        "depth": Told("smoke", "--depth"),
        "timeout": Told(2.5, "HARNESS_TIMEOUT"),
    }


def test_one_name_may_have_another_default_elsewhere(tmp_path):
    """``record`` records below ./cassettes where ``run`` records nothing."""
    assert resolve("run", {}, {}, tmp_path)["record"] is None
    assert resolve("record", {}, {}, tmp_path)["record"] == "cassettes"


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("sede = 1", "harness.toml: there is no option 'sede'\n  Did you mean 'seed'?"),
        ("[runn]\nseed = 1", "harness.toml: there is no option 'runn'\n  Did you mean 'run'?"),
        (
            "[run]\nport = 1",
            "harness.toml [run]: 'port' cannot be set here\n  Give --port on the command line.",
        ),
        (
            "yes-live = true",
            "harness.toml: 'yes-live' cannot be set here\n  Give --yes-live on the command line.",
        ),
        ("seed = '1'", "harness.toml: seed: '1' is not a whole number\n  Give a whole number."),
        ("redact = 'a'", "harness.toml: redact: 'a' is not a list of texts\n  Give a list of texts."),
        ("seed = true", "harness.toml: seed: True is not a whole number\n  Give a whole number."),
        ("target = 1", "harness.toml: target: 1 is not a text\n  Give a text."),
        ("workers = 0", "harness.toml: workers: 0 is too small\n  Give 1 or more."),
        ("[serve]\nport = 65536", None),
        ("depth = 'coverag'", "harness.toml: depth: 'coverag' is not a choice\n  Did you mean 'coverage'?"),
        (
            "fail-on = '?'",
            "harness.toml: fail-on: '?' is not a choice\n  Choose one of note, low, medium, high.",
        ),
        ("timeout = nan", "harness.toml: timeout: nan is out of range\n  Give a number above 0."),
        (
            "seed = ",
            "harness.toml: cannot be read: Invalid value (at end of document)\n"
            "  Correct the file, or move it away.",
        ),
    ],
)
def test_refuses_a_file_that_cannot_be_meant(tmp_path, file, message):
    """The place, what stands there, and the way out; of other commands' tables the keys are checked."""
    write(tmp_path, "harness.toml", file)
    if message is None:
        assert resolve("run", {}, {}, tmp_path)["workers"] == 1
        return
    with pytest.raises(ConfigurationError) as caught:
        resolve("run", {}, {}, tmp_path)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("HARNESS_SEED", "x", "HARNESS_SEED: 'x' is not a whole number\n  Give a whole number, or unset it."),
        ("HARNESS_TARGTE", "x", "HARNESS_TARGTE: there is no such variable\n  Did you mean HARNESS_TARGET?"),
        (
            "HARNESS_YES_LIVE",
            "1",
            "HARNESS_YES_LIVE: cannot be set in the environment\n  Give --yes-live on the command line.",
        ),
    ],
)
def test_refuses_a_variable_that_cannot_be_meant(tmp_path, name, value, message):
    """Nearly a variable of ours is a slip; live requests are asked for on the command line alone."""
    with pytest.raises(ConfigurationError) as caught:
        resolve("run", {}, {name: value}, tmp_path)
    assert str(caught.value) == message


def test_leaves_the_variables_of_others_alone(tmp_path):
    """Another product uses the same prefix."""
    environment = {"HARNESS_ACCOUNT_ID": "x", "HARNESS_DEBUG": "1"}
    assert resolve("run", {}, environment, tmp_path).changed() == {}


def test_a_bound_holds_for_flags_too(tmp_path):
    """A flag is held against the same row as a file."""
    with pytest.raises(ConfigurationError) as caught:
        resolve("serve", {"port": 70000}, {}, tmp_path)
    assert str(caught.value) == "--port: 70000 is too great\n  Give 65535 or less."


def test_the_table_agrees_with_the_severities():
    """The choices of --fail-on are the severities of findings."""
    row = next(flag for flag in flags_of("run") if flag.name == "fail-on")
    assert row.choices == SEVERITIES


def test_no_command_has_a_flag_twice():
    """A name stands for one thing in each command."""
    pairs = [(command, flag.name) for flag in FLAGS for command in flag.commands]
    assert len(pairs) == len(set(pairs))


def test_several_texts_are_a_list_in_a_file_and_lines_in_a_variable(tmp_path):
    write(tmp_path, "harness.toml", "redact = ['a+', 'b']")
    assert resolve("run", {}, {}, tmp_path)["redact"] == ("a+", "b")
    assert resolve("run", {}, {"HARNESS_REDACT": "c d\ne"}, tmp_path)["redact"] == ("c d", "e")
    assert resolve("run", {"redact": ("f",)}, {"HARNESS_REDACT": "c"}, tmp_path)["redact"] == ("f",)
