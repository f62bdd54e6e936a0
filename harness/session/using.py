"""``harness.use_cassette``: one call for users, as a block, an asynchronous block or a decorator."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Coroutine, Iterable
from contextvars import Token
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from harness.cassettes import current
from harness.cassettes.modelled import installed
from harness.cassettes.open_cassette import OpenCassette, Settings, check_mode
from harness.cassettes.policy import POLICIES, Policy, default
from harness.cassettes.redaction import Vault
from harness.cassettes.stores import open_store
from harness.errors import UsageError
from harness.session.senders import open_sender

Function = TypeVar("Function", bound=Callable[..., Any])


class use_cassette:  # noqa: N801 - it is called like a function, as in vcrpy
    """Answer the requests of a block from a cassette, or record them into it.

    Covers every botocore client, those made before the block too, and what vcrpy patches: ``requests``,
    urllib3, http.client, httpx, aiohttp, httplib2, tornado. Threads started in the block belong to it.

    Args:
        path: The cassette: ``.yaml`` for review, ``.jsonl`` for size; stock vcrpy's are read too.
        mode: ``none`` replays only; ``once`` replays what is there and records where there is no file;
            ``new`` replays what it knows and records the rest; ``all`` records everything anew.
        target: Who answers what is recorded: ``None`` for the endpoint that the client is set to,
            ``"emulator"`` for the built-in one, or a URL.
        strict_order: Whether requests must come in the order of the recording.
        repeats: ``"read-only"`` lets an operation that changes nothing be answered with its last recording
            again; by default every recording is played once.
        redact: Further secrets: regular expressions, whose group 1, if there is one, is kept.
        secrets: Further secrets as they stand.
        ignore: Hosts whose requests are let through, neither answered nor recorded: a name, or a name and a
            port.
        keep_unparsed: Whether to record what the operation's protocol cannot parse; only texts are searched
            for secrets then.
        stale: What to do where a recording no longer agrees with today's model: ``fail``, ``warn``,
            ``ignore``; ``None`` for ``warn``, or what the test run was told with ``--harness-stale``. It is
            never recorded anew in silence.

    Raises:
        UsageError: An argument makes no sense.
        CassetteMissing: It is to be replayed only, and there is none.
        CassetteCorrupt: It cannot be read whole.
    """

    def __init__(
        self,
        path: str | Path,
        mode: str = "none",
        *,
        target: str | None = None,
        strict_order: bool = False,
        repeats: str | None = None,
        redact: Iterable[str] = (),
        secrets: Iterable[str] = (),
        ignore: Iterable[str] = (),
        keep_unparsed: bool = False,
        stale: Policy | None = None,
    ) -> None:
        self._path, self._target = _path_of(path), target
        self._vault = partial(
            Vault, secrets=tuple(secrets), patterns=_texts(redact), keep_unparsed=keep_unparsed
        )
        if repeats not in (None, "read-only"):
            raise UsageError(
                "repeats", f"there is no policy {repeats!r}", "Say 'read-only', or leave it out."
            )
        if stale is not None and stale not in POLICIES:
            raise UsageError("stale", f"there is no policy {stale!r}", "Choose one of fail, warn, ignore.")
        self._stale = stale
        self._settings = Settings(
            mode=check_mode(mode),
            strict_order=strict_order,
            repeats=repeats is not None,
            ignore=frozenset(map(_host_of, _texts(ignore))),
        )
        self._opened: list[tuple[OpenCassette, Token[OpenCassette | None]]] = []

    def __enter__(self) -> OpenCassette:
        from harness.cassettes import botocore_door, vcr_door

        modelled = installed()
        settings = msgspec.structs.replace(self._settings, stale=self._stale or default())
        if self._target is not None:
            send, against = open_sender(self._target)
            settings = msgspec.structs.replace(settings, send=send, against=against)
        cassette = OpenCassette(open_store(self._path), self._vault(), modelled, settings)
        botocore_door.install(modelled)
        vcr_door.enter()
        self._opened.append((cassette, current.enter(cassette)))
        return cassette

    def __exit__(self, *raised: object) -> None:
        from harness.cassettes import vcr_door

        here = current.here()  # another thread or task may have opened a block of this object since
        opened = next((each for each in reversed(self._opened) if each[0] is here), self._opened[-1])
        self._opened.remove(opened)
        cassette, token = opened
        current.leave(cassette, token)
        vcr_door.leave()
        cassette.close()

    async def __aenter__(self) -> OpenCassette:
        return self.__enter__()

    async def __aexit__(self, *raised: object) -> None:
        self.__exit__(*raised)

    def __call__(self, function: Function) -> Function:
        """Run every call of a function within the cassette; coroutine functions too."""
        if inspect.isclass(function):
            raise UsageError(
                "use_cassette", f"{function.__name__} is a class, of which no method would be covered",
                "Decorate its methods.",
            )  # fmt: skip
        if inspect.isasyncgenfunction(function) or inspect.isgeneratorfunction(function):
            raise UsageError("use_cassette", "a generator cannot be decorated", "Use it as a block inside.")
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def run_async(*args: Any, **kwargs: Any) -> Any:
                with self._anew():
                    return await function(*args, **kwargs)

            return run_async  # type: ignore[return-value]

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with self._anew():
                answer = function(*args, **kwargs)
            return self._awaited(answer) if inspect.iscoroutine(answer) else answer

        return run  # type: ignore[return-value]

    async def _awaited(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Cover a coroutine that a function made without being a coroutine function itself."""
        with self._anew():
            return await coroutine

    def _anew(self) -> use_cassette:
        """Make another of the same, so that calls may overlap."""
        made = object.__new__(use_cassette)
        made.__dict__.update(self.__dict__, _opened=[])
        return made


def _path_of(path: Any) -> Path:
    if isinstance(path, (str, os.PathLike)) and str(path) not in ("", "."):
        return Path(path)
    given = "a function" if callable(path) else repr(path)
    raise UsageError("path", f"{given} names no file", "Give the file: use_cassette('orders.yaml').")


def _host_of(text: str) -> str:
    if not text or "/" in text or "@" in text:
        remedy = "Give a name, or a name and a port: ignore=['localhost:8000']."
        raise UsageError("ignore", f"{text!r} names no host", remedy)
    return text.lower()


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)
