"""Runs units of work in this process or in a pool of processes on this machine.

Both give the same results in the same order for the same work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from harness.results.model import Event
from harness.runner.work import Work, perform, perform_alone
from harness.targets import open_target
from harness.targets.interface import Target, TargetSpec


def run_in_process(works: Sequence[Work], observe: Callable[[Event], None]) -> None:
    """Run units one after the other, sharing a target where they would open equal ones.

    Args:
        works: The units in order.
        observe: Called with every event as it happens.
    """
    target: Target | None = None
    opened: tuple[TargetSpec, tuple[str, ...]] | None = None
    try:
        for work in works:
            key = (work.spec, tuple(f"{sibling.name}@{sibling.version}" for sibling in work.siblings))
            if target is None or key != opened:
                if target is not None:
                    target.close()
                target, opened = open_target(work.spec, work.siblings), key
            perform(work, target, observe)
    finally:
        if target is not None:
            target.close()


def run_in_pool(works: Sequence[Work], observe: Callable[[Event], None], workers: int) -> None:
    """Run units in several processes; the events of a unit come together when it is done.

    Args:
        works: The units in order.
        observe: Called in this process.
        workers: How many processes.
    """
    # Processes are spawned, not forked: a forked copy would share sockets and locks of running servers.
    with ProcessPoolExecutor(max_workers=workers, mp_context=get_context("spawn")) as pool:
        futures: list[Future[tuple[Event, ...]]] = [pool.submit(perform_alone, work) for work in works]
        try:
            for future in as_completed(futures):
                for event in future.result():
                    observe(event)
        except BaseException:
            for future in futures:
                future.cancel()
            raise
