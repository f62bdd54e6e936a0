"""What every generator of cases is.

Implemented by the modules beside this one, put in order by ``harness.generate.plan``. A generator decides
what to send and what it aims at; what must come of it is the oracle's word, never a generator's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

import msgspec

from harness.cases.model import Case, Side
from harness.contract import Contract

Depth = Literal["smoke", "coverage", "deep"]


class Generator(Protocol):
    """A source of cases for one operation."""

    def cases(self, contract: Contract, seed: int) -> Iterator[Case]:
        """Make cases.

        Args:
            contract: The operation.
            seed: Any number; the same one gives the same cases.

        Yields:
            Cases in a fixed order; the same id may come twice, with other aims.
        """
        ...


class Unreachable(msgspec.Struct, frozen=True):
    """A side of a constraint that no request can be made for.

    Attributes:
        constraint: The constraint's pointer.
        side: ``inside`` or ``outside``.
        reason: Why, in words for the report.
    """

    constraint: str
    side: Side
    reason: str
