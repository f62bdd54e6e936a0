"""Runs units of work in this process or in a pool of processes on this machine.

Both give the same results in the same order for the same work.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import active_children, get_context

from harness.results.model import Event
from harness.runner.work import Stage, Work, perform, perform_alone


def run_in_process(works: Iterable[Work], observe: Callable[[Event], None]) -> None:
    """Run units one after the other, sharing a target where they would open equal ones.

    Args:
        works: The units in order.
        observe: Called with every event as it happens.
    """
    stage = Stage()
    try:
        for work in works:
            perform(work, stage, observe)
    finally:
        stage.close()


def run_in_pool(works: Iterable[Work], observe: Callable[[Event], None], workers: int) -> None:
    """Run units in several processes; the events of a unit come together when it is done.

    Args:
        works: The units; they are taken one by one, a few more than there are workers at a time.
        observe: Called in this process.
        workers: How many processes.
    """
    # Processes are spawned, not forked: a forked copy would share sockets and locks of running servers.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_ignore_interrupts)
    waiting = iter(works)
    running: set[Future[tuple[Event, ...]]] = set()
    try:
        while True:
            running |= {
                pool.submit(perform_alone, work) for work in islice(waiting, 2 * workers - len(running))
            }
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                for event in future.result():
                    observe(event)
    except BaseException:
        # Whoever interrupts wants an end now; what the workers are at is given up.
        pool.shutdown(wait=False, cancel_futures=True)
        for process in active_children():
            process.terminate()
        raise
    pool.shutdown()


def _ignore_interrupts() -> None:
    """Ctrl-C reaches every process of the terminal; only the first of them shall answer it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
