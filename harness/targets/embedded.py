"""This project's emulator, started in this process and reached over a loopback socket.

The default target: needs no network and no credentials. Every embedded emulator gets a key pair of its own,
so that signatures are really verified.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable

import msgspec

from harness.cases.model import Case
from harness.contract import Contract
from harness.emulator.app import Emulator
from harness.emulator.authentication import Credentials
from harness.emulator.server import EmulatorServer
from harness.exchange import Exchange, Request
from harness.importers.library import Library
from harness.targets.interface import TargetSpec
from harness.targets.live import LiveTarget
from harness.targets.signing import KeyPair

LOOPBACK = "127.0.0.1"


class EmbeddedTarget:
    """An emulator of some contracts, and the way to it.

    Args:
        contracts: What it emulates; one version of each operation.
        spec: Region and timeout; the rest of it does not matter here.
        library: Where it finds every other operation; ``None`` for nowhere.
        clock: The emulator's clock: seconds since 1970-01-01T00:00Z, for idempotency windows.
    """

    name = "emulator"
    strict = True

    def __init__(
        self,
        contracts: Iterable[Contract],
        *,
        spec: TargetSpec | None = None,
        library: Library | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        pair = _generated_pair()
        known = Credentials({pair.access_key: pair.secret_key})
        self._emulator = Emulator(
            tuple(contracts), clock=clock, credentials=known, catalogue=library.catalogue if library else None
        )
        self._server = EmulatorServer(self._emulator.handle, LOOPBACK, 0)
        self._server.start()
        self.url = self._server.url
        spec = msgspec.structs.replace(spec or TargetSpec("emulator"), kind="url", url=self.url)
        self._live = LiveTarget(spec, name=self.name, strict=True, credentials=pair)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What a recording must not hold: the generated key pair."""
        return self._live.secrets

    def send(self, contract: Contract, case: Case, request: Request) -> Exchange:
        """Send one request over the socket; see ``Target.send``."""
        return self._live.send(contract, case, request)

    def close(self) -> None:
        """Stop the emulator and give its port back."""
        self._live.close()
        self._server.stop()


def _generated_pair() -> KeyPair:
    """Make a key pair that nobody has: marked as such, and new at every start."""
    return KeyPair(f"AKIDHARNESS{secrets.token_hex(6).upper()}", secrets.token_urlsafe(30))
