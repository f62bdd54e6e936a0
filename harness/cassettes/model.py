"""Recorded exchanges as plain frozen values, whatever file they come from.

Read by replay and by comparisons; they know nothing of YAML and nothing of vcrpy.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from harness.cases.model import Case
from harness.exchange import Exchange


class Interaction(msgspec.Struct, frozen=True):
    """One recorded case and what came of it.

    Attributes:
        case: The case without its input, which the recorded request says; a fault of the wire has its
            request, without authentication.
        exchange: What was sent, with ``path?query`` as its target, and what came back; credentials stand
            as ``REDACTED``.
        version: The version of the contract that the case was made from.
        contract: The digest of that contract.
        recorded_at: When the exchange ended, in UTC.
        url: Scheme and authority that the request went to, e.g. ``http://127.0.0.1:4566``.
        after: How many interactions with a response stand before this one.
    """

    case: Case
    exchange: Exchange
    version: str
    contract: str
    recorded_at: datetime
    url: str
    after: int


class Cassette(msgspec.Struct, frozen=True):
    """The recorded exchanges of one operation at one version against one target.

    Attributes:
        path: The file.
        contract: ``service:Operation``.
        version: The contract's version.
        target: ``emulator``, ``aws`` or ``host_port``.
        interactions: The exchanges with a response, in the order of recording.
        failures: The exchanges without one, in the order of recording.
        refused: How many exchanges were not written because a secret could not be taken out of them.
    """

    path: Path
    contract: str
    version: str
    target: str
    interactions: tuple[Interaction, ...] = ()
    failures: tuple[Interaction, ...] = ()
    refused: int = 0

    @property
    def recorded(self) -> tuple[Interaction, ...]:
        """All exchanges, with a response or without, in the order of recording."""
        # A failure stands before the interaction that follows it; the sort keeps the order within each.
        keyed = [(item.after, 0, item) for item in self.failures]
        keyed += [(item.after, 1, item) for item in self.interactions]
        return tuple(item for _, _, item in sorted(keyed, key=lambda entry: entry[:2]))
