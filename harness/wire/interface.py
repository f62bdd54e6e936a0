"""What every protocol can do, on both sides of the wire.

One module per protocol implements this; ``harness.wire`` chooses. Documents are as in
``harness.contract.model``.
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from harness.contract import Contract
from harness.errors import WireError
from harness.exchange import Outcome, Request, Response


class Unreadable(WireError):
    """A request that no parser of the protocol reads; answered with ``SerializationException``."""


class ErrorReply(msgspec.Struct, frozen=True):
    """An error to put on the wire.

    Attributes:
        code: The error code.
        status: The HTTP status.
        message: The message.
        members: Further members of the error structure, as a document.
    """

    code: str
    status: int
    message: str = ""
    members: dict[str, Any] = {}


class WireProtocol(Protocol):
    """One protocol: the raw client, the server, and the reading of answers."""

    name: str

    def encode_request(self, contract: Contract, document: Any) -> Request:
        """Write an input as a request, valid or not: values of the wrong type are written as they are.

        Raises:
            WireError: The protocol has no place for such a value, e.g. a missing label.
        """
        ...

    def parse_request(self, contract: Contract, request: Request) -> Any:
        """Read a request as a server does: the input document, every member in its place.

        Values of the wrong JSON type are kept as they are, for ``contract.check`` to report; nulls and
        unknown members are kept too.

        Raises:
            Unreadable: The body is no document of the protocol, or text cannot be read as its shape.
        """
        ...

    def serialize_output(self, contract: Contract, document: Any) -> Response:
        """Write an output as the response of a success."""
        ...

    def serialize_error(self, contract: Contract | None, error: ErrorReply) -> Response:
        """Write an error as a response; ``contract`` is ``None`` when no operation was recognised."""
        ...

    def read_response(self, contract: Contract, response: Response) -> Outcome:
        """Understand a response: the output or the error as an SDK sees it, and every deviation of form."""
        ...
