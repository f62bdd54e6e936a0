"""The wire: one module per protocol, client and server side by side; this face chooses among them.

A protocol is composed of a binding (where each member travels) and a body codec (how values are spelled).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from harness.contract import Contract
from harness.errors import WireError
from harness.wire.interface import ErrorReply, Unreadable, WireProtocol

__all__ = ["ErrorReply", "Unreadable", "WireProtocol", "protocol_for", "protocol_named"]

# botocore's name of each supported protocol, and the module and class that speak it.
PROTOCOLS = {
    "json": ("harness.wire.json_rpc", "JsonRpc"),
    "rest-json": ("harness.wire.rest_json", "RestJson"),
    "rest-xml": ("harness.wire.rest_xml", "RestXml"),
    "query": ("harness.wire.query", "Query"),
    "ec2": ("harness.wire.ec2", "Ec2"),
    "smithy-rpc-v2-cbor": ("harness.wire.rpc_v2_cbor", "RpcV2Cbor"),
}


def protocol_for(contract: Contract) -> WireProtocol:
    """Choose the protocol that an operation speaks.

    Args:
        contract: The operation; its ``protocol`` decides.

    Returns:
        The protocol, the same object for every contract that speaks it.

    Raises:
        WireError: The protocol is not supported.
    """
    if contract.protocol not in PROTOCOLS:
        problem = f"the protocol {contract.protocol!r} is not supported"
        raise WireError(contract.name, problem, f"Choose operations that speak {' or '.join(PROTOCOLS)}.")
    return _protocol(contract.protocol)


def protocol_named(name: str) -> WireProtocol:
    """Give a protocol by its name, for requests that choose another than botocore does.

    Args:
        name: botocore's name of the protocol.

    Returns:
        The protocol, the same object each time.

    Raises:
        WireError: The protocol is not supported.
    """
    if name not in PROTOCOLS:
        problem = f"the protocol {name!r} is not supported"
        raise WireError("protocol", problem, f"Choose one of {', '.join(PROTOCOLS)}.")
    return _protocol(name)


@cache
def _protocol(name: str) -> WireProtocol:
    module, attribute = PROTOCOLS[name]
    protocol: WireProtocol = getattr(import_module(module), attribute)()
    return protocol
