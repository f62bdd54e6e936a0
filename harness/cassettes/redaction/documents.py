"""Messages as documents and back: what redaction knows of the wire.

A document stands beside its message; the message is only written anew where its text cannot be changed in
place. Bodies without a contract are read as JSON or as a form where they are such.
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from harness.cassettes.redaction.plan import Node, Plan, plan_of
from harness.contract import Contract
from harness.errors import WireError
from harness.exchange import Headers, Outcome, Request, Response
from harness.routing.reading import as_modelled, bucket_in_host
from harness.wire import ErrorReply, WireProtocol, bindings, protocol_named

REMEDY = "keep_unparsed keeps it, searched as text"


class UnsearchableError(Exception):
    """An exchange holds a secret where it cannot be taken out; the text says where, not what."""


class Reading(msgspec.Struct, frozen=True):
    """A message understood.

    Attributes:
        node: The place of the document in its contract; ``None`` where only names decide.
        document: What the message says.
        outcome: What a response means.
        kind: How the document is written again: ``wire``, ``error``, ``json``, ``form``; ``parts`` and
            ``never``: not at all.
    """

    node: Node | None
    document: Any
    kind: str
    outcome: Outcome | None = None

    @property
    def members(self) -> Any:
        """The part of the document that ``node`` describes."""
        return self.document["members"] if self.kind == "error" else self.document


class Speaker:
    """One operation's wire.

    Args:
        contract: The operation; ``None`` for a request of no operation.
        protocol: The protocol that is really spoken; the contract's own where it is ``None``.
    """

    def __init__(self, contract: Contract | None, protocol: str | None) -> None:
        self.contract = contract
        self.name = protocol or (contract.protocol if contract is not None else "")

    @property
    def _wire(self) -> WireProtocol:
        return protocol_named(self.name)

    @property
    def _plan(self) -> Plan:
        assert self.contract is not None  # noqa: S101  # asked by the callers
        return plan_of(self.contract)

    def read_request(self, request: Request) -> Reading | None:
        """Read a request; ``None`` where nothing reads it but its bytes.

        Raises:
            WireError: It is not of the operation's protocol.
        """
        if self.contract is None:
            return _read_freely(request.headers, request.body)
        if bindings.is_event_stream(self.contract, self.contract.input):
            return None
        plain = as_modelled(self.contract, request)
        document = self._wire.parse_request(self.contract, plain)
        return Reading(self._plan.input, document, "wire")

    def write_request(self, request: Request, reading: Reading, document: Any) -> Request:
        """Write a request whose document has changed; what is not of the document stays.

        Raises:
            WireError: The document has no place on the wire.
        """
        if self.contract is None:
            return msgspec.structs.replace(request, body=_written_freely(reading, document))
        written = self._wire.encode_request(self.contract, document)
        headers = _merged(request.headers, written.headers)
        target = written.target
        if self.name in ("query", "ec2"):
            target = request.path  # an input in the query of a GET moves into the body
        bucket = bucket_in_host(self.contract.service, request)
        if bucket:
            target = target.removeprefix(f"/{bucket}")
            target = target if target.startswith("/") else f"/{target}"
        return msgspec.structs.replace(
            request, target=target, headers=headers, body=written.body, host_prefix=written.host_prefix
        )

    def read_response(self, response: Response) -> Reading | None:
        """Read a response; ``None`` where nothing reads it but its bytes.

        Raises:
            WireError: It is not of the operation's protocol.
        """
        if self.contract is None:
            return _read_freely(response.headers, response.body)
        outcome = self._wire.read_response(self.contract, response)
        if outcome.kind == "output":
            is_stream = bindings.is_event_stream(self.contract, self.contract.output)
            return Reading(self._plan.output, outcome.output, "never" if is_stream else "wire", outcome)
        if outcome.kind == "unreadable":
            if not response.body.strip():
                return None
            raise WireError(self.contract.name, outcome.failure or "unreadable", REMEDY)
        return self._read_error(response, outcome)

    def _read_error(self, response: Response, outcome: Outcome) -> Reading:
        """Read the members of an error: by its structure where it has secrets, else code and message."""
        assert self.contract is not None  # noqa: S101
        name = self._error_name(outcome.code)
        members: dict[str, Any] = {}
        if name is not None:
            from harness.wire import sdk  # imports botocore, which takes its time

            parsed = sdk.parse(self.contract, response, protocol=self.name)
            shape = self.contract.shapes[name]
            values = {key: item for key, item in parsed.items() if key in shape.members}
            members = sdk.to_document(self.contract, name, values)
        node = self._plan.errors.get(name) if name is not None else None
        document = {"code": outcome.code, "message": outcome.message, "members": members}
        return Reading(node, document, "error", outcome)

    def _error_name(self, code: str | None) -> str | None:
        assert self.contract is not None  # noqa: S101
        for name in self.contract.errors:
            if code == (self.contract.shapes[name].error_code or name):
                return name
        return None

    def write_response(self, response: Response, reading: Reading, document: Any) -> Response:
        """Write a response whose document has changed.

        Raises:
            WireError: The document has no place on the wire.
        """
        if self.contract is None:
            return msgspec.structs.replace(response, body=_written_freely(reading, document))
        if reading.kind == "error":
            members = {
                key: item for key, item in document["members"].items() if key.lower() != "message"
            }  # fmt: skip
            error = ErrorReply(document["code"] or "", response.status, document["message"] or "", members)
            written = self._wire.serialize_error(self.contract, error)
        else:
            written = self._wire.serialize_output(self.contract, document)
        return msgspec.structs.replace(
            response, headers=_merged(response.headers, written.headers), body=written.body
        )


def _merged(before: Headers, written: Headers) -> Headers:
    """Give the fields of a message the values that were written anew, where they have any."""
    fields = []
    for name, value in before:
        anew = written.get(name) if not name.lower().startswith(("content-", "x-amzn-requestid")) else None
        fields.append((name, value if anew is None else anew))
    return Headers(tuple(fields))


def _read_freely(headers: Headers, body: bytes) -> Reading | None:
    """Read a body that no contract describes."""
    media_type = (headers.get("content-type") or "").partition(";")[0].strip().lower()
    if media_type == "application/x-www-form-urlencoded":
        try:
            return Reading(None, {"form": _pairs(body)}, "form")
        except (ValueError, UnicodeDecodeError):
            return None
    if media_type == "multipart/form-data":
        return Reading(None, {"form": _fields(headers, body)}, "parts")
    if body[:1] in (b"{", b"[") or "json" in media_type:
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return _lines(body)
        return Reading(None, document, "json")
    if body[:1] == b"<" or "xml" in media_type:
        return Reading(None, {"form": _elements(body)}, "parts")
    return None


def _lines(body: bytes) -> Reading | None:
    """Read JSON of which each line is a document."""
    try:
        return Reading(None, [json.loads(line) for line in body.splitlines() if line.strip()], "parts")
    except (ValueError, RecursionError):
        return None


def _elements(body: bytes) -> list[dict[str, str]]:
    """The elements of XML that hold nothing but text; found by their form, so that no entity is expanded."""
    text = body.decode("utf-8", "replace")
    return [{found[1].rpartition(":")[2]: unescape(found[2])} for found in _ELEMENT.finditer(text)]


_ELEMENT = re.compile(r"<([\w:.-]+)(?:\s[^<>]*)?>([^<>]+)</\1>")


def _pairs(body: bytes) -> list[dict[str, str]]:
    pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=10_000)
    return [{name: value} for name, value in pairs]


def _fields(headers: Headers, body: bytes) -> list[dict[str, str]]:
    """The fields of a form in several parts; files among them are no fields.

    Source: RFC 7578 (https://www.rfc-editor.org/rfc/rfc7578).
    """
    from email.parser import BytesParser

    head = f"Content-Type: {headers.get('content-type')}\r\n\r\n".encode("latin-1", "replace")
    parsed = BytesParser().parsebytes(head + body)
    found = []
    for part in parsed.walk():
        name = part.get_param("name", header="content-disposition")
        raw = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(raw, bytes) and part.get_filename() is None:
            found.append({_SIGNED.get(name.lower(), name): raw.decode("utf-8", "replace")})
    return found


# S3's forms of Signature Version 2 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTForms.html).
_SIGNED = {"signature": "X-Amz-Signature"}


def _written_freely(reading: Reading, document: Any) -> bytes:
    if reading.kind == "parts":
        raise WireError("the body", "cannot be written anew", REMEDY)
    if reading.kind == "form":
        return urlencode([pair for each in document["form"] for pair in each.items()]).encode()
    return json.dumps(document, separators=(",", ":")).encode()
