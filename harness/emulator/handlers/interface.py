"""What a handler is: the effect of one accepted request, as an output.

Requests reach a handler only after authentication, validation and refusing rules; idempotency is kept
around it. A handler holds no state of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from harness.contract import Bite, Contract
from harness.emulator.responses import Outputs, Seeds


class Call(msgspec.Struct, frozen=True):
    """One accepted request.

    Attributes:
        contract: The operation.
        document: The normalised input; its shapes are valid and no refusing rule bites.
        bites: Where rules fail single entries.
        outputs: Makes values of the operation's output shapes.
        seeds: What they are made from.
    """

    contract: Contract
    document: dict[str, Any]
    bites: tuple[Bite, ...]
    outputs: Outputs
    seeds: Seeds


Handler = Callable[[Call], dict[str, Any]]
