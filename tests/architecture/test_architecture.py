"""The house stands as ARCHITECTURE.md says: floors, rooms, sizes, names, documented faces."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "harness"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines_without_tables(path: Path) -> int:
    """Count a module's lines; a table of rows at its top level does not count, it is data."""
    text = path.read_text(encoding="utf-8")
    tables = sum(
        node.end_lineno - node.lineno + 1
        for node in ast.parse(text).body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        and isinstance(node.value, (ast.Tuple, ast.List, ast.Dict, ast.Set, ast.Call))
    )
    return len(text.splitlines()) - tables


def definitions(path: Path):
    """Walk the functions and classes that a module defines at its top and in its classes."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node


def test_every_import_points_down():
    """import-linter keeps every contract of pyproject.toml: floors, loops, one room for each package."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as go; go()",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_outgrows_its_room(path):
    """A module has at most 400 lines, tables apart."""
    assert lines_without_tables(path) <= LONGEST_MODULE


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_function_is_longer_than_a_screen(path):
    """A function has at most 50 lines, its docstring apart."""
    long = []
    for node in definitions(path):
        if isinstance(node, ast.ClassDef):
            continue
        first = node.body[0]
        documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        said = first.end_lineno - first.lineno + 1 if documented else 0
        if node.end_lineno - node.lineno + 1 - said > LONGEST_FUNCTION:
            long.append(node.name)
    assert long == []


def test_no_module_is_a_drawer():
    """A module's name says what is in it."""
    assert [name_of(path) for path in MODULES if path.stem in FORBIDDEN_NAMES] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_what_is_public_is_documented(path):
    """Every module, and every public class and function of it, has a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = [] if ast.get_docstring(tree) else ["the module"]
    public = [node for node in tree.body if hasattr(node, "name") and not node.name.startswith("_")]
    bare += [node.name for node in public if not ast.get_docstring(node)]
    assert bare == []


def test_the_page_shows_the_floors_that_are_checked():
    """ARCHITECTURE.md quotes the layers of pyproject.toml word for word."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    floors = next(
        contract["layers"]
        for contract in configuration["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    quoted = page.partition("```floors\n")[2].partition("```")[0].splitlines()
    assert [line.split("  ")[0].strip() for line in quoted] == floors


def test_every_room_is_on_the_page():
    """ARCHITECTURE.md names every package of the house."""
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists())
    assert [room for room in rooms if f"`{room}/`" not in page] == []


def test_the_command_line_is_imported_in_no_time():
    """``harness --help`` loads none of the heavy packages."""
    heavy = (
        "botocore",
        "schemathesis",
        "hypothesis",
        "vcr",
        "deepdiff",
        "rich",
        "uvicorn",
        "requests",
        "yaml",
    )
    program = (
        "import sys; from harness.cli.main import main; main(['--help']);"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stderr.strip() == "[]"
