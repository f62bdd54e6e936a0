"""The recorders that are held against each other, behind one face."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

BODY = ("method", "uri", "body")


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One recorder.

    Attributes:
        ending: How its files end.
        use: Opens a cassette: the path, whether it is recorded into, whether bodies are matched.
        refuses: The names of the errors by which it says that a file is damaged.
        count: Counts the interactions of a file.
    """

    ending: str
    use: Callable[[Path, bool, bool], AbstractContextManager[Any]]
    refuses: Sequence[str]
    count: Callable[[Path], int]


def _ours(path: Path, record: bool, _by_body: bool) -> AbstractContextManager[Any]:
    import harness

    return harness.use_cassette(path, mode="new" if record else "none")


def _count_ours(path: Path) -> int:
    from harness.cassettes.stores import open_store

    store = open_store(path)
    return len(store.load().parts) if store.exists() else 0


@contextlib.contextmanager
def _vcrpy(path: Path, record: bool, by_body: bool) -> Any:
    import vcr

    more = {"match_on": BODY} if by_body else {}
    with vcr.use_cassette(str(path), record_mode="new_episodes" if record else "none", **more) as cassette:
        yield cassette


@contextlib.contextmanager
def _cassetter(path: Path, record: bool, by_body: bool) -> Any:
    import cassetter

    mode = cassetter.RecordMode.NEW_EPISODES if record else cassetter.RecordMode.NONE
    more = {"match_on": list(BODY)} if by_body else {}
    with cassetter.use_cassette(str(path), record_mode=mode, **more) as cassette:
        yield cassette


def _count_yaml(path: Path) -> int:
    if not path.exists():
        return 0
    document = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return len(document["interactions"])


TOOLS = {
    "yaml": Tool(ending=".yaml", use=_ours, refuses=("CassetteCorrupt",), count=_count_ours),
    "json lines": Tool(ending=".jsonl", use=_ours, refuses=("CassetteCorrupt",), count=_count_ours),
    "vcrpy": Tool(ending=".yaml", use=_vcrpy, refuses=(), count=_count_yaml),
    "cassetter": Tool(ending=".yaml", use=_cassetter, refuses=("CassetteLoadError",), count=_count_yaml),
}
