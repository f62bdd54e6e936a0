"""Which block a request belongs to: that in which its thread, its task or its work was started."""

from __future__ import annotations

import asyncio
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from client_recordings import answering, client

import harness

NAMES = ("one", "other")


def in_thread(work):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(work()))
    thread.start()
    thread.join()
    return answers[0]


def in_pool(work):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def in_thread_of_pool(work):
    return in_pool(lambda: in_thread(work))


@pytest.fixture
def recorded(tmp_path):
    """A client, and for each name a cassette of the same request with an answer of its own."""
    numbers = itertools.count()

    def answer(*_):
        content = b'{"NextToken":"%d"}' % next(numbers)
        return 200, {"Content-Length": str(len(content))}, content

    with answering(answer) as served:
        made = client("events", served.url)
        for name in NAMES:
            with harness.use_cassette(tmp_path / f"{name}.yaml", mode="once"):
                asked(made)
        yield made, lambda name: tmp_path / f"{name}.yaml"
        assert len(served.asked) == len(NAMES)


def asked(made):
    return made.list_event_buses(Limit=1)["NextToken"]


@pytest.mark.parametrize("run", [in_thread, in_pool, in_thread_of_pool], ids=lambda run: run.__name__)
def test_threads_of_blocks_that_are_open_at_once_keep_apart(recorded, run):
    """Work of one block is answered by its cassette, although another was opened later."""
    made, path = recorded
    together, answers = threading.Barrier(len(NAMES), timeout=10), {}

    def block(name):
        with harness.use_cassette(path(name)) as cassette:
            together.wait()
            answers[name] = run(lambda: asked(made)), cassette.played
            together.wait()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(block, NAMES))
    assert answers == {"one": ("0", 1), "other": ("1", 1)}


def test_an_inner_block_answers_threads_of_the_outer_one(recorded):
    """Work that was started around it and goes on inside is answered by the inner block until it ends."""
    made, path = recorded
    ask, answered = threading.Event(), []

    def wait_and_ask():
        ask.wait(10)
        answered.append(asked(made))

    with harness.use_cassette(path("one")):
        thread = threading.Thread(target=wait_and_ask)
        thread.start()
        with harness.use_cassette(path("other")) as inner:
            ask.set()
            thread.join()
            assert (len(answered), inner.played) == (1, 1)


def test_tasks_may_share_one_object(recorded):
    """Whichever block ends first, each closes its own cassette."""
    made, path = recorded
    shared = harness.use_cassette(path("one"))

    async def task(before, inside):
        await before.wait()
        async with shared as cassette:
            inside.set()
            await asyncio.sleep(0.05 if before is inside else 0.1)
            await asyncio.to_thread(asked, made)
            return cassette.played

    async def both():
        first, second = asyncio.Event(), asyncio.Event()
        first.set()
        return await asyncio.gather(task(first, first), task(first, second))

    assert asyncio.run(both()) == [1, 1]


class Asking:
    """An object that is called like a coroutine function, and is none."""

    def __init__(self, made):
        self.made = made

    async def __call__(self):
        return await asyncio.to_thread(asked, self.made)


@pytest.mark.parametrize("make", [Asking, lambda made: lambda: Asking(made)()], ids=["object", "function"])
def test_what_returns_a_coroutine_is_covered_while_it_runs(recorded, make):
    """No request leaves, although the function that was decorated returned long before."""
    made, path = recorded
    assert asyncio.run(harness.use_cassette(path("one"))(make(made))())
