"""Which media types a request may come in, and which it must let its answer come in: the strict rules.

Servers made from Smithy models refuse a body of another type with 415, and a client that accepts none of the
types that the operation answers with 406. AWS's own services take almost anything, so the emulator asks here
only in its ``smithy`` style.

Source: AWS restJson1, "Content-Type header" (https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html),
the same chapter of its sister protocols, and RFC 9110, ``Accept``
(https://www.rfc-editor.org/rfc/rfc9110#name-accept).
"""

from __future__ import annotations

import re

from harness.contract import Contract
from harness.exchange import Request
from harness.wire import bindings
from harness.wire.interface import ErrorReply

# What a body of structures comes in, by protocol; the json protocol adds its version.
DOCUMENT_TYPES = {
    "rest-json": "application/json",
    "rest-xml": "application/xml",
    "json": "application/x-amz-json-",
    "query": "application/x-www-form-urlencoded",
    "ec2": "application/x-www-form-urlencoded",
    "smithy-rpc-v2-cbor": "application/cbor",
}
RESPONSE_TYPES = {**DOCUMENT_TYPES, "query": "text/xml", "ec2": "text/xml"}
REST_PROTOCOLS = ("rest-json", "rest-xml")
ANY = "*/*"


def refuse(contract: Contract, request: Request) -> ErrorReply | None:
    """Check the media types of a request.

    Args:
        contract: The operation.
        request: The request with its headers as they came.

    Returns:
        ``UnsupportedMediaTypeException`` for a body of another type than the operation takes,
        ``NotAcceptableException`` for a client that wants none of the types it answers in, else ``None``.
    """
    taken = body_type(contract, contract.input, DOCUMENT_TYPES)
    sent = request.headers.get("content-type")
    if request.body and taken != ANY and essence(sent) != taken:
        asked = f"comes in {taken}" if taken is not None else "has no body that could have a content type"
        if taken is not None or sent is not None:
            message = f"The input of {contract.operation} {asked}."
            return ErrorReply("UnsupportedMediaTypeException", 415, message)
    given = body_type(contract, contract.output, RESPONSE_TYPES)
    accepted = request.headers.all("accept")
    if given not in (None, ANY) and accepted and not accepts(",".join(accepted), str(given)):
        message = f"The output of {contract.operation} comes in {given}."
        return ErrorReply("NotAcceptableException", 406, message)
    return None


def body_type(contract: Contract, name: str | None, documents: dict[str, str]) -> str | None:
    """Say which media type the body of an input or output has.

    Args:
        contract: The operation.
        name: Its input or output.
        documents: What structures come in, by protocol.

    Returns:
        The type in lower case; ``*/*`` where any will do, ``None`` where nothing is left for a body.
    """
    document = documents.get(contract.protocol, ANY)
    if contract.protocol == "json":
        document += str(contract.metadata.get("jsonVersion", "1.0"))
    if contract.protocol not in REST_PROTOCOLS:
        return document
    shape = bindings.shape_of(contract, name)
    if bindings.is_event_stream(contract, name):
        return ANY
    payload = bindings.payload_of(shape)
    if payload is None:
        return document if bindings.body_members(shape) else None
    target = contract.shapes[payload[1].target]
    modelled = payload[1].media_type or target.media_type
    if target.type not in ("string", "blob"):
        return document
    implied = "text/plain" if target.type == "string" else ANY
    return essence(modelled) if modelled else implied


def accepts(field: str, media_type: str) -> bool:
    """Say whether an ``Accept`` field lets a media type through; a weight of nought does not.

    The most specific range that fits decides, as in RFC 9110.
    """
    kind = media_type.partition("/")[0]
    ranges = [part for part in field.split(",") if essence(part)]
    weights = {essence(part): not _is_nought(part) for part in ranges}
    for wanted in (media_type, f"{kind}/*", ANY):
        if wanted in weights:
            return weights[wanted]
    return not ranges


def essence(field: str | None) -> str | None:
    """Take a media type without its parameters, in lower case; ``None`` where there is none."""
    text = (field or "").partition(";")[0].strip().lower()
    return text or None


def _is_nought(part: str) -> bool:
    for parameter in part.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            return re.fullmatch(r"0(?:\.0{0,3})?", value.strip()) is not None
    return False
