"""Recorded requests made fit to be sent again: without what was taken out, signed away or of one connection.

Who sends them signs them anew. A request whose recording lacks a secret cannot be sent: it would be another.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import msgspec

from harness.cases.model import Case
from harness.cassettes.format import (
    ADDED_BY_TARGETS,
    RUN_ENTRY,
    FailurePart,
    interaction_of,
    missing,
)
from harness.cassettes.meaning import BODY_LIMIT
from harness.cassettes.redaction.encoded import ENCODED_PSEUDONYMS
from harness.cassettes.redaction.pseudonyms import MARKS
from harness.cassettes.today import Subject
from harness.contract import Contract
from harness.errors import WireError
from harness.exchange import Headers, Request
from harness.routing.codings import CHUNKED, decoded
from harness.wire import Unreadable, protocol_for

# What an SDK, or a connection, adds to each attempt.
OF_AN_ATTEMPT = (
    "amz-sdk-invocation-id", "amz-sdk-request", "connection", "content-length", "expect", "keep-alive",
    "transfer-encoding",
)  # fmt: skip
OF_CHUNKS = ("x-amz-decoded-content-length", "x-amz-trailer", "content-encoding")
_SIGNED_PARTS = re.compile(
    r"X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token)"
)
_LABEL = re.compile(r"\{(\w+)\}")


class Resend(msgspec.Struct, frozen=True):
    """A recorded request, ready to be sent again.

    Attributes:
        subject: The recording.
        case: What to say of it to a target.
        contract: The operation.
        version: The version it was recorded by, or of the model.
        request: The request without ``Host`` and authentication.
    """

    subject: Subject
    case: Case
    contract: Contract
    version: str
    request: Request


def resend(subject: Subject, *, strict: bool = False) -> Resend | str:
    """Make a recorded request fit to be sent again.

    Args:
        subject: The recording.
        strict: Whether it goes to this project's emulator, of which errors may be asked for.

    Returns:
        The request; or why it cannot be sent, in words that fit every request of the kind.
    """
    contract = subject.contract
    if contract is None:
        return subject.problem or "they are no operations of AWS"
    try:
        made = _of_run(subject, contract) if subject.is_of_a_run else _of_client(subject, contract)
    except Unreadable as error:
        return f"their bodies cannot be read: {error.problem}"
    if made.case.error is not None and not strict:
        return "they ask this project's emulator for an error"
    if is_redacted(made.request):
        return "they hold a secret that the recording does not have"
    return made


def is_redacted(request: Request) -> bool:
    """Say whether something was taken out of a request."""
    texts = (request.target, *(value for _, value in request.headers), request.body.decode("latin-1"))
    return any(holds_redaction(text) for text in texts)


def holds_redaction(text: str) -> bool:
    """Say whether something that was taken out stood in a text, in base64 too."""
    lower = text.lower()
    return any(mark in lower for mark in MARKS) or any(core in text for core in _ENCODED)


def with_redactions(recorded: Any, live: Any, redacted: Any) -> Any:
    """Put what stands for secrets into a live value: nothing can differ where the recorded one has it, too.

    Args:
        recorded: A document of a recording, or a part of one.
        live: The same of a live answer.
        redacted: The live answer's as recording it would leave it.

    Returns:
        The live value with what the recording has in each place from which it lost something; elsewhere
        without its secrets, since it is shown.
    """
    if isinstance(recorded, dict) and isinstance(live, dict):
        below = redacted if isinstance(redacted, dict) else live
        return {
            key: with_redactions(recorded[key], item, below.get(key))
            if key in recorded
            else below.get(key, item)
            for key, item in live.items()
        }
    if isinstance(recorded, list) and isinstance(live, list):
        listed = redacted if isinstance(redacted, list) and len(redacted) == len(live) else live
        triples = zip(recorded, live, listed, strict=False)
        return [with_redactions(*triple) for triple in triples] + listed[len(recorded) :]
    if isinstance(recorded, str) and isinstance(live, str) and holds_redaction(recorded):
        return recorded
    return live if redacted is None or live == recorded else redacted


_ENCODED = tuple(core if isinstance(core, str) else core.decode("ascii") for core in ENCODED_PSEUDONYMS)


def _of_run(subject: Subject, contract: Contract) -> Resend:
    """As the run sent it, a lying length included: the verdict rests on these bytes."""
    part = subject.part
    assert part.harness is not None  # noqa: S101  # what makes it a run's
    lacking = missing(part.harness, RUN_ENTRY)
    if lacking is not None:
        raise Unreadable(str(subject.file), f"the recording lacks {lacking!r}", "Record it anew.")
    after = part.after if isinstance(part, FailurePart) else 0
    case = interaction_of(subject.operation, part, after).case
    request = _without(subject.exchange.request, ADDED_BY_TARGETS)
    case = msgspec.structs.replace(case, request=request, input=_input(contract, request))
    return Resend(subject, case, contract, case.version, request)


def _input(contract: Contract, request: Request) -> Any:
    try:
        return protocol_for(contract).parse_request(contract, request)
    except WireError:
        return None


def _of_client(subject: Subject, contract: Contract) -> Resend:
    """As the client meant it: chunks joined, and what belonged to one attempt left out."""
    request = subject.request or subject.exchange.request
    request = _without(_unsigned(request), (*ADDED_BY_TARGETS, *OF_AN_ATTEMPT))
    if CHUNKED in (request.headers.get("content-encoding") or ""):
        request = _without(decoded(contract, request, BODY_LIMIT), OF_CHUNKS)
    request = msgspec.structs.replace(request, host_prefix=_host_prefix(contract, subject.document))
    case = Case(
        id=f"{subject.file.name}#{subject.number}",
        operation=contract.name,
        version=contract.version,
        origin="example",
        description=f"recording {subject.number}",
        request=request,
    )
    return Resend(subject, case, contract, contract.version, request)


def _without(request: Request, names: tuple[str, ...]) -> Request:
    kept = tuple(pair for pair in request.headers if pair[0].lower() not in names)
    return msgspec.structs.replace(request, headers=Headers(kept))


def _unsigned(request: Request) -> Request:
    """Take the signature out of a presigned request; it is signed in its header instead."""
    if "X-Amz-Signature=" not in request.query:
        return request
    kept = [part for part in request.query.split("&") if not _SIGNED_PARTS.fullmatch(part.partition("=")[0])]
    target = f"{request.path}?{'&'.join(kept)}" if kept else request.path
    return msgspec.structs.replace(request, target=target)


def _host_prefix(contract: Contract, document: Any) -> str:
    """What the operation puts before the host, with its labels filled in from the input."""
    values = document if isinstance(document, dict) else {}
    return _LABEL.sub(lambda found: quote(str(values.get(found[1], "")), safe=""), contract.endpoint or "")
