"""One cassette while it is in use: asked by the doors, played from its index, recorded into its store.

Knows no client library; the doors translate. Source for the modes: vcrpy's record modes
(https://vcrpy.readthedocs.io/en/latest/usage.html#record-modes), of which ``new`` is ``new_episodes``.
"""

from __future__ import annotations

import threading
import warnings
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec

from harness.cassettes import missing, staleness
from harness.cassettes.format import (
    Entry,
    FailurePart,
    InteractionPart,
    pairs_if_needed,
    request_part,
    response_part,
)
from harness.cassettes.index import Index, Miss
from harness.cassettes.meaning import INVOCATION, KEYS, Meaning, Meanings
from harness.cassettes.modelled import Modelled
from harness.cassettes.policy import Policy
from harness.cassettes.redaction import UnsearchableError, Vault
from harness.cassettes.stores import Store
from harness.errors import CassetteMissing, NotRecordedWarning, RecordingMissing, UsageError
from harness.exchange import Exchange, Request, Response
from harness.routing.reading import PORT

Mode = Literal["none", "once", "new", "all"]
Part = InteractionPart | FailurePart
Send = Callable[[Request, str], Response]
"""Sends a request to an authority, ``scheme://host``, and waits for the answer."""

MODES: tuple[Mode, ...] = get_args(Mode)


class Settings(msgspec.Struct, frozen=True):
    """How a cassette is used.

    Attributes:
        mode: ``none`` replays only; ``once`` replays what is there and records where there is no file;
            ``new`` replays what it knows and records the rest; ``all`` records everything anew.
        strict_order: Whether requests must come in the order of the recording.
        repeats: Whether an operation that only reads may be answered with its last recording again.
        stale: What to do where today's model no longer agrees with a recording that is played.
        send: Who answers what is not replayed; ``None`` for the endpoint that the client is set to.
        against: What ``send`` is, in a recording: ``emulator`` or ``host_port``.
        ignore: Hosts, with or without a port, whose requests are let through and not recorded.
    """

    mode: Mode = "none"
    strict_order: bool = False
    repeats: bool = False
    stale: Policy = "warn"
    send: Send | None = None
    against: str | None = None
    ignore: frozenset[str] = frozenset()


class OpenCassette:
    """A cassette in use. Safe to use from many threads.

    Args:
        store: Where it is kept.
        vault: What is secret in it.
        modelled: The contracts of the installed release.
        settings: How it is used.

    Attributes:
        mode: The mode.
        is_open: Whether its block has not ended yet.
        replays_only: Whether nothing is recorded, so that no request may leave.
        played: How many requests were answered from it.
        recorded: How many exchanges were added to it.
        refused: Why exchanges were not recorded, one text each, without the secret.

    Raises:
        CassetteMissing: It is to be replayed only, and there is none.
        CassetteCorrupt: It cannot be read whole.
        UsageError: It is to be recorded into, and files of its kind are only read.
    """

    def __init__(self, store: Store, vault: Vault, modelled: Modelled, settings: Settings) -> None:
        self.mode, self.settings, self.vault = settings.mode, settings, vault
        self._store, self._modelled = store, modelled
        self._is_checked = store.path.suffix == ".jsonl"
        self.meanings = Meanings(vault, modelled)
        exists = store.exists()
        if not exists and self.mode == "none":
            raise CassetteMissing(str(store.path), "there is no such cassette", missing.RECORD_FIRST)
        self.replays_only = self.mode == "none" or (self.mode == "once" and exists)
        if not self.replays_only:
            store.check_recordable()
        self.is_open = True
        self.played = self.recorded = 0
        self.refused: list[str] = []
        self._index: Index[Part] = Index(strict_order=settings.strict_order)
        self._holds: Counter[str] = Counter()
        self._parts: tuple[Part, ...] = ()
        self._operation: str | None = None  # that of all of a run's recordings
        self._lock = threading.Lock()
        self._live_calls: dict[str, tuple[str, int]] = {}
        self._again: set[str] = set()
        self._aged: set[str] = set()
        if exists:
            self._load()

    @property
    def path(self) -> Path:
        """The file."""
        return self._store.path

    @property
    def unplayed(self) -> tuple[str, ...]:
        """The operations, or methods, hosts and paths, of the recorded calls that were not played."""
        return tuple(_name_of(part) for part in self._index.unplayed)

    def lets_through(self, host: str) -> bool:
        """Say whether requests to a host are nobody's business here.

        Args:
            host: The authority of a URL.
        """
        ignore = self.settings.ignore
        name = host.rpartition("@")[2].lower() if ignore else ""
        return bool(ignore) and (name in ignore or PORT.sub("", name) in ignore)

    def find(self, meaning: Meaning) -> Part | None:
        """Take the recorded answer to a request.

        Args:
            meaning: The request.

        Returns:
            The recording; ``None`` where the request is to be sent and recorded.

        Raises:
            RecordingMissing: There is none, and nothing may be recorded.
            RecordingStale: The recording no longer fits, and that is to fail.
        """
        if self.mode == "all" or (self.mode == "once" and not self.replays_only):
            return None
        again = (
            self.settings.repeats and meaning.contract is not None and missing.only_reads(meaning.contract)
        )
        call = meaning.request.headers.get(INVOCATION)
        found = self._index.take(meaning.key, meaning.host, call, again=again)
        if isinstance(found, Miss):
            if self.replays_only or found.lack in ("more attempts", "out of turn"):
                raise self._missing(meaning, found)
            return None
        with self._lock:
            self.played += 1
        self._look_at_age(meaning, found)
        return found

    def uncovered(self, method: str, host: str) -> RecordingMissing:
        """Say why a request that no door saw may not leave."""
        problem = (
            f"{method} {host} goes out over a connection of before the block, or of another recorder, "
            "which it does not cover"
        )
        remedy = "Make the connection inside the block, and name its class by its module: http.client."
        return RecordingMissing(str(self.path), problem, remedy)

    def record(self, meaning: Meaning, url: str, exchange: Exchange) -> None:
        """Put an exchange on the disk, without its secrets; what cannot be redacted is not recorded.

        Args:
            meaning: The request.
            url: Scheme and authority that it went to.
            exchange: What was sent and what came.
        """
        if not self.is_open:
            self._refuse(meaning, "its answer came after the block had ended")
            return
        try:
            kept = self.vault.exchange(exchange, meaning.contract, meaning.protocol)
        except UnsearchableError as refusal:
            self._refuse(meaning, str(refusal))
            return
        stored = msgspec.structs.replace(kept.request, host_prefix="")
        entry = self._entry(meaning, Exchange(stored, kept.response), exchange.request)
        request = request_part(stored, self.vault.text(url))
        part: Part
        if kept.response is not None:
            part = InteractionPart(entry, request, response_part(kept.response))
        else:
            part = FailurePart(entry, request, kept.failure or "no answer", 0)
        self._store.append(part)
        with self._lock:
            self.recorded += 1
            if self.mode == "all" and entry.key is not None:
                self._again.add(entry.key)

    def close(self) -> None:
        """End its use: seal the file. Recordings that were made anew replace the old ones."""
        self.is_open = False
        if self.recorded:
            self._store.close(self._is_kept if self.mode == "all" else None)

    def _is_kept(self, part: Part) -> bool:
        return self._key_of(part)[0] not in self._again

    def _load(self) -> None:
        if self.mode == "all":
            return
        stored = self._store.load()
        if stored.notice is not None and not self.replays_only:
            warnings.warn(f"{self.path}: {stored.notice}", NotRecordedWarning, stacklevel=6)
        self._parts, self._operation = stored.parts, stored.head.contract
        for part in stored.parts:
            self._holds[_name_of(part)] += 1
            key, host = self._key_of(part)
            self._index.add(key, host, part, _call_of(part))

    def _key_of(self, part: Part) -> tuple[str, str]:
        """Say what a recorded request means; a key that was stored is believed where lines are checked."""
        entry = part.harness
        if entry is not None and self._is_checked and (entry.key or "").startswith(f"{KEYS}:"):
            return entry.key or "", urlsplit(part.request.uri).netloc.rpartition("@")[2]
        found = self.meanings.of_recording(part, self._operation)
        return found.key, found.host

    def _entry(self, meaning: Meaning, kept: Exchange, live: Request) -> Entry:
        host = meaning.host
        contract = meaning.contract
        if contract is None:
            key = self.meanings.of_bare(kept.request, host).key
        else:
            key = self.meanings.of_operation(contract, meaning.protocol or "", kept.request, host).key
        call, attempt = self._attempt_of(live)
        return Entry(
            operation=meaning.operation,
            key=key,
            contract=self._modelled.digest(contract) if contract is not None else None,
            botocore=self._modelled.release,
            against=self.settings.against or _label(host),
            call=call,
            attempt=attempt,
            request_headers=pairs_if_needed(kept.request.headers),
            response_headers=pairs_if_needed(kept.response.headers) if kept.response else None,
            recorded_at=datetime.now(UTC),
        )

    def _attempt_of(self, request: Request) -> tuple[str, int]:
        """Name the call that a request is an attempt of, and count its attempts."""
        live = request.headers.get(INVOCATION)
        with self._lock:
            call, attempt = self._live_calls.get(live or "", ("", 0))
            if not call:
                call = uuid4().hex[:12]  # made up anew: a forked process must not use its parent's names
            if live:
                self._live_calls[live] = (call, attempt + 1)
            return call, attempt + 1

    def _refuse(self, meaning: Meaning, reason: str) -> None:
        said = self.vault.text(f"{meaning.name} was not recorded: {reason}")
        self.refused.append(said)
        warnings.warn(f"{self.path}: {said}", NotRecordedWarning, stacklevel=4)

    def _missing(self, meaning: Meaning, miss: Miss) -> RecordingMissing:
        following = None
        if miss.expected is not None:
            following = next(part for part in self._parts if self._key_of(part)[0] == miss.expected)
        compared = self._parts if following is None else (following,)
        candidates = []
        if miss.lack in ("unknown", "out of turn") and meaning.document is not None:
            candidates = [
                found.document
                for part in compared
                if _operation_of(part) in (meaning.operation, None)
                and (found := self.meanings.of_recording(part, self._operation)).operation
                == meaning.operation
            ]
        expected = _name_of(following) if following is not None else None
        said = missing.explain(meaning, miss, candidates, self._holds, expected)
        return RecordingMissing(str(self.path), self.vault.text(said), missing.RECORD)

    def _look_at_age(self, meaning: Meaning, part: Part) -> None:
        entry, contract = part.harness, meaning.contract
        if self.settings.stale == "ignore" or contract is None or isinstance(part, FailurePart):
            return
        if entry is None or not entry.contract or entry.contract == self._modelled.digest(contract):
            return
        reasons = staleness.reasons(contract, meaning.protocol or contract.protocol, meaning.document, part)
        if not reasons or contract.name in self._aged:
            return
        self._aged.add(contract.name)
        staleness.speak(self.settings.stale, self.path, contract.name, reasons)


def check_mode(mode: str) -> Mode:
    """Read a mode.

    Raises:
        UsageError: There is no such mode.
    """
    for known in MODES:
        if mode == known:
            return known
    raise UsageError("mode", f"there is no record mode {mode!r}", f"Choose one of {', '.join(MODES)}.")


def _operation_of(part: Part) -> str | None:
    return part.harness.operation if part.harness is not None else None


def _name_of(part: Part) -> str:
    """Name a recording as ``Meaning.name`` names its request."""
    if (operation := _operation_of(part)) is not None:
        return operation
    url = urlsplit(part.request.uri)
    return f"{part.request.method} {url.netloc.rpartition('@')[2]}{url.path or '/'}"


def _call_of(part: Part) -> str | None:
    entry = part.harness
    if entry is not None and entry.call is not None:
        return entry.call
    lists = {name.lower(): values for name, values in part.request.headers.items()}
    return next(iter(lists.get(INVOCATION, ())), None)


def _label(host: str) -> str:
    name, _, port = host.partition(":")
    if name.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws")):
        return "aws"
    return f"{name}_{port}" if port else name
