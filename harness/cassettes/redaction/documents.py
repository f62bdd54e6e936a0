"""Messages as documents and back: what redaction knows of the wire.

A document stands beside its message; the message is only written anew where its text cannot be changed in
place. Bodies without a contract are read as JSON or as a form where they are such.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from harness.cassettes.redaction.plan import Node, Plan, plan_of
from harness.contract import Contract
from harness.errors import WireError
from harness.exchange import Headers, Outcome, Request, Response
from harness.routing import reading
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
        kind: How the document is written again: ``wire``, ``error``, ``json``, ``form`` or ``never``.
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
        bucket = self._bucket(request)
        plain = reading.with_bucket(request, bucket) if bucket else request
        return Reading(self._plan.input, self._wire.parse_request(self.contract, plain), "wire")

    def _bucket(self, request: Request) -> str:
        """Read the bucket that S3's clients put into the host."""
        is_s3 = self.contract is not None and self.contract.service == "s3"
        return reading.virtual_bucket(reading.signs_of(request)) if is_s3 else ""

    def write_request(self, request: Request, understood: Reading, document: Any) -> Request:
        """Write a request whose document has changed; what is not of the document stays.

        Raises:
            WireError: The document has no place on the wire.
        """
        if self.contract is None:
            return msgspec.structs.replace(request, body=_written_freely(understood, document))
        written = self._wire.encode_request(self.contract, document)
        headers = _merged(request.headers, written.headers)
        target = written.target
        if self.name in ("query", "ec2"):
            target = request.path  # an input in the query of a GET moves into the body
        bucket = self._bucket(request)
        if bucket and f"{target}/".startswith((f"/{bucket}/", f"/{bucket}?")):
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
    if body[:1] in (b"{", b"[") or "json" in media_type:
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return None
        return Reading(None, document, "json")
    return None


def _pairs(body: bytes) -> list[dict[str, str]]:
    pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=10_000)
    return [{name: value} for name, value in pairs]


def _written_freely(reading: Reading, document: Any) -> bytes:
    if reading.kind == "form":
        return urlencode([pair for each in document["form"] for pair in each.items()]).encode()
    return json.dumps(document, separators=(",", ":")).encode()
