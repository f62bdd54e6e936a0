"""Who answers what a cassette does not hold, where the endpoint that a client is set to shall not."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from harness.cassettes.modelled import installed
from harness.errors import TargetUnreachable, UsageError
from harness.exchange import Headers, Request, Response
from harness.session.contracts import load_contracts

if TYPE_CHECKING:
    from harness.cassettes.open_cassette import Send
    from harness.emulator.app import Emulator

# What belongs to one connection and not to the message (RFC 9110, section 7.6.1).
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "host", "content-length", "expect"})


def open_sender(target: str) -> tuple[Send, str]:
    """Open what answers.

    Args:
        target: ``emulator``, or the URL of an endpoint.

    Returns:
        What sends a request there, and what recordings call it.

    Raises:
        UsageError: It is neither.
    """
    if target == "emulator":
        return _ask_emulator, "emulator"
    from harness.targets.address import parse_address

    if "://" not in target:
        problem = f"{target!r} is neither 'emulator' nor a URL"
        raise UsageError(
            "target", problem, "Leave it out to record from the endpoint that the client is set to."
        )
    address = parse_address(target)

    def send(request: Request, origin: str) -> Response:  # noqa: ARG001 - the origin is what is replaced
        return _send(address.url, request)

    return send, address.directory


def _ask_emulator(request: Request, origin: str) -> Response:  # noqa: ARG001
    answered = _emulator().handle(request)
    # As its server does: a modelled length is an example's, not the body's.
    headers = answered.headers.replacing("content-length", str(len(answered.body)))
    return Response(answered.status, headers, answered.body)


@cache
def _emulator() -> Emulator:
    from harness.emulator.app import Emulator

    return Emulator(load_contracts(()), catalogue=installed().catalogue)


def _send(url: str, request: Request) -> Response:
    import urllib3

    fields = urllib3.HTTPHeaderDict()
    for name, value in request.headers:
        if name.lower() not in HOP_BY_HOP:
            fields.add(name, value)
    try:
        with urllib3.PoolManager(retries=False) as pool:
            answered = pool.request(
                request.method, url + request.target, body=request.body, headers=fields, decode_content=False
            )
    except urllib3.exceptions.HTTPError as error:
        raise TargetUnreachable(
            url, f"gave no answer: {error}", "Start the endpoint, or name another."
        ) from error
    return Response(answered.status, Headers(tuple(answered.headers.items())), answered.data)
