"""A progress bar on a terminal, driven by the events of a run; silent everywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from harness.results.model import Event, Finished, Judged, Planned, Skipped


def _ignore(event: Event) -> None:  # noqa: ARG001  # the form of every observer
    return None


@contextmanager
def progress(stream: TextIO) -> Iterator[Callable[[Event], None]]:
    """Show how far a run is while the block lasts; nothing is left on the screen.

    Args:
        stream: Where to draw; only a terminal is drawn on.

    Yields:
        What takes the run's events.
    """
    if not stream.isatty():
        yield _ignore
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        yield _Bars(bar).take


class _Bars:
    """One bar for each operation and version that is being worked on."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._tasks: dict[tuple[str, str], TaskID] = {}
        self._suspected: dict[tuple[str, str], int] = {}

    def take(self, event: Event) -> None:
        """Move the bars by one event."""
        match event:
            case Planned():
                key = (event.operation, event.version)
                name = f"{event.operation.partition(':')[2]} {event.version}"
                self._tasks[key] = self._bar.add_task(name, total=event.cases, note="")
            case Judged():
                self._judged(event)
            case Skipped():
                self._advance((event.operation, event.version))
            case Finished():
                task = self._tasks.pop((event.operation, event.version), None)
                if task is not None:
                    self._bar.remove_task(task)

    def _judged(self, event: Judged) -> None:
        key = (event.result.case.operation, event.result.case.version)
        self._suspected[key] = self._suspected.get(key, 0) + (event.result.verdict.result == "finding")
        self._advance(key)

    def _advance(self, key: tuple[str, str]) -> None:
        task, count = self._tasks.get(key), self._suspected.get(key, 0)
        if task is not None:
            self._bar.update(task, advance=1, note=f"{count} suspicious" if count else "")
