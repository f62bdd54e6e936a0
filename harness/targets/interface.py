"""What answers requests: a live URL, the embedded emulator, a cassette."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from harness.cases.model import Case
from harness.contract import Contract
from harness.exchange import Exchange, Request


class Target(Protocol):
    """Something that answers requests.

    Attributes:
        name: Its directory below ``cassettes``: ``emulator``, ``aws`` or ``host_port``.
        url: Where its requests go, for reproducing them; empty for a cassette.
        strict: Whether it is this project's emulator, of which the exact code of every wire fault can be
            demanded and every declared error be asked for.
    """

    name: str
    url: str
    strict: bool

    def send(self, contract: Contract, case: Case, request: Request) -> Exchange:
        """Send one request and wait for its answer.

        Args:
            contract: The operation, for signing and host names.
            case: The case, for its authentication and id.
            request: The request without ``Host`` and authentication.

        Returns:
            The exchange as it happened, authentication included; a dropped or silent connection is an
            exchange without a response.

        Raises:
            TargetUnreachable: Nothing listens there at all.
        """
        ...

    def close(self) -> None:
        """Give connections, servers and threads back."""
        ...


class TargetSpec(msgspec.Struct, frozen=True):
    """What a worker process needs to open a target of its own.

    Attributes:
        kind: Which implementation.
        url: For ``url``: scheme, host, port and an optional path prefix.
        region: The signing region.
        profile: The botocore profile for credentials; ``None`` for the default chain.
        timeout: How long to wait for an answer, in seconds.
        requests_per_second: The rate limit for ``aws``; ``None`` for no limit.
        directories: For ``replay``: where the cassettes are.
    """

    kind: Literal["emulator", "url", "aws", "replay"]
    url: str = ""
    region: str = "us-east-1"
    profile: str | None = None
    timeout: float = 30.0
    requests_per_second: float | None = None
    directories: tuple[str, ...] = ()
