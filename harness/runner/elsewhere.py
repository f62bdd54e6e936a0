"""Requests that are not, or not recognisably, the operation's own.

``PUT /bucket/key`` without its copy source is no CopyObject that lacks a member: it is a PutObject. Such a
request cannot show whether an endpoint checks the member, so it is not sent. A few operations are never told
from a sibling by anything on the wire; that each other one is, is the routing table's test.
"""

from __future__ import annotations

from harness.contract import Contract
from harness.exchange import Request
from harness.importers.library import Library
from harness.routing.router import Router, Unrouted
from harness.targets.live import user_agent


class Elsewhere:
    """Says of a request which operation it would be taken for.

    Args:
        library: What there is to be taken for.
    """

    def __init__(self, library: Library) -> None:
        self._router = Router(library.newest(), library.catalogue)

    def reason(self, contract: Contract, request: Request) -> str | None:
        """Say why a request is not the operation's own; ``None`` when it is."""
        name = contract.metadata.get("signingName") or contract.metadata.get("endpointPrefix")
        scope = f"AWS4-HMAC-SHA256 Credential=A/20200101/us-east-1/{name}/aws4_request"
        headers = request.headers.replacing("Authorization", scope)
        headers = headers.replacing("User-Agent", user_agent(contract))
        routed = self._router.route(
            Request(request.method, request.target, headers, request.body, request.host_prefix)
        )
        if isinstance(routed, Unrouted):
            return "as it stands it is a request of no operation"
        if routed.contract.name != contract.name:
            return f"as it stands it is a request of {routed.contract.name}"
        return None
