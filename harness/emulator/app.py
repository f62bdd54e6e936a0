"""The emulator itself: requests in, responses out, no sockets.

Contract-driven and strict: what a contract refuses is refused with its code and status, and everything else
succeeds. The server, the tests and other programs call ``Emulator.handle``.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from harness.contract import Answer, Bite, Contract, bites, canonical, check, digest, normalise
from harness.emulator import messages
from harness.emulator.authentication import Credentials, authenticate
from harness.emulator.handlers import Call, handler_for
from harness.emulator.ondemand import HEADER, ErrorsOnDemand
from harness.emulator.replies import json_response, plain_error
from harness.emulator.responses import Outputs, Seeds
from harness.emulator.router import JSON_PROTOCOLS, REST_PROTOCOLS, Router, Unrouted
from harness.emulator.state import State
from harness.exchange import Request, Response
from harness.wire import protocol_for
from harness.wire.interface import ErrorReply, Unreadable

BODY_LIMIT = 8 * 1024 * 1024
REMEMBERED_REQUESTS = 10_000
PREFIX = "/_harness/"

_LOGGER = logging.getLogger("harness.emulator")


class Seen(msgspec.Struct, frozen=True):
    """One request as the emulator understood it.

    Attributes:
        service: The service it was taken for; ``None`` where no operation was recognised.
        operation: The operation it was taken for.
        status: The status of the answer.
        violations: Pointers of the constraints and rules that the client broke.
    """

    service: str | None
    operation: str | None
    status: int
    violations: tuple[str, ...] = ()


class _Answered(msgspec.Struct, frozen=True):
    """An output or an error, before it is put on the wire."""

    output: dict[str, Any] | None = None
    error: ErrorReply | None = None
    violations: tuple[str, ...] = ()


class Emulator:
    """Answers requests for the operations of some contracts. Safe to use from many threads.

    Args:
        contracts: What it serves.
        clock: Tells the time in seconds since 1970-01-01T00:00Z.
        credentials: Keys and tokens to verify; ``None`` to check the form of authentication only.
        validation_style: Whose words validation messages use.
        body_limit: The greatest body that is read, in bytes.
        log: Called with one line for each request: the operation it was taken for, the status and what the
            client broke. By default the lines go to the logger ``harness.emulator``.

    Attributes:
        seen: The latest requests, oldest first.
    """

    def __init__(
        self,
        contracts: Iterable[Contract],
        *,
        clock: Callable[[], float] = time.time,
        credentials: Credentials | None = None,
        validation_style: messages.Style = "aws",
        body_limit: int = BODY_LIMIT,
        log: Callable[[str], None] = _LOGGER.info,
    ) -> None:
        self.router = Router(contracts)
        self.state = State(clock)
        self.credentials, self.validation_style, self.body_limit = credentials, validation_style, body_limit
        self.seen: deque[Seen] = deque(maxlen=REMEMBERED_REQUESTS)
        self._clock, self._log = clock, log
        self._errors = ErrorsOnDemand(self.router.contracts)
        self._outputs = {contract.name: Outputs(contract) for contract in self.router.contracts}

    def inject_error(self, code: str, times: int = 1, operation: str | None = None) -> None:
        """Let the next requests fail with an error.

        Args:
            code: The error's code.
            times: How many requests fail.
            operation: Only requests of this operation; ``None`` for any.

        Raises:
            UsageError: There is no such error or operation.
        """
        self._errors.inject(code, times, operation)

    def handle(self, request: Request) -> Response:
        """Answer one request. Never raises; a fault of the emulator's own is logged and answered with 500."""
        answer = self._about_itself if request.path.startswith(PREFIX) else self._handle
        return answer(request)

    def _handle(self, request: Request) -> Response:
        contract: Contract | None = None
        violations: tuple[str, ...] = ()
        try:
            routed = self.router.route(request)
            if isinstance(routed, Unrouted):
                response = self._unrouted(routed)
            else:
                contract = routed
                answered = self._answer(contract, request)
                violations = answered.violations
                response = _written(contract, answered)
        except Exception:
            _LOGGER.exception("%s %s could not be answered", request.method, request.path)
            response = plain_error("InternalFailure", 500, "The emulator failed; its log says why.")
        service, operation = (contract.service, contract.operation) if contract else (None, None)
        self.seen.append(Seen(service, operation, response.status, violations))
        taken_for = contract.name if contract else "no operation"
        broken = f", breaks {', '.join(violations)}" if violations else ""
        self._log(f"{request.method} {request.path} -> {taken_for} {response.status}{broken}")
        return response

    def _about_itself(self, request: Request) -> Response:
        """Answer ``/_harness/health`` and ``/_harness/requests``."""
        if request.method not in ("GET", "HEAD"):
            return json_response({"message": "Only GET is answered here."}, 405)
        if request.path == f"{PREFIX}health":
            return json_response({"status": "ok", "operations": sorted(self._outputs)})
        if request.path == f"{PREFIX}requests":
            return json_response({"requests": [msgspec.to_builtins(seen) for seen in list(self.seen)]})
        return json_response({"message": f"Ask for {PREFIX}health or {PREFIX}requests."}, 404)

    def _unrouted(self, unrouted: Unrouted) -> Response:
        status = 400 if unrouted.json else 404
        error = ErrorReply("UnknownOperationException", status, f"No operation answers to {unrouted.wanted}.")
        spoken = JSON_PROTOCOLS if unrouted.json else REST_PROTOCOLS
        speaker = next((each for each in self.router.contracts if each.protocol in spoken), None)
        if speaker is None:
            return plain_error(error.code, error.status, error.message)
        return protocol_for(speaker).serialize_error(None, error)

    def _answer(self, contract: Contract, request: Request) -> _Answered:
        refusal = self._before_reading(contract, request)
        if refusal is not None:
            return _Answered(error=refusal)
        try:
            document = normalise(contract, protocol_for(contract).parse_request(contract, request))
            return self._refusal(contract, document) or self._effect(contract, document)
        except Unreadable as error:
            return _Answered(error=ErrorReply("SerializationException", 400, error.problem))
        except RecursionError:
            return _Answered(
                error=ErrorReply("SerializationException", 400, "The body is nested too deeply.")
            )

    def _before_reading(self, contract: Contract, request: Request) -> ErrorReply | None:
        if len(request.body) > self.body_limit:
            message = f"The body is longer than {self.body_limit} bytes."
            return ErrorReply("RequestEntityTooLargeException", 413, message)
        refusal = authenticate(contract, request, self.credentials)
        if refusal is not None:
            return _reply(refusal)
        return self._errors.wanted(contract, request.headers.get(HEADER))

    def _refusal(self, contract: Contract, document: Any) -> _Answered | None:
        """Hold an input against its shapes."""
        violations = check(contract, document)
        if not violations:
            return None
        pointers = tuple(violation.pointer for violation in violations)
        wrong_types = [violation for violation in violations if violation.trait == "type"]
        if wrong_types:
            error = ErrorReply("SerializationException", 400, messages.wrong_type(contract, wrong_types[0]))
        else:
            complaint = messages.complain(contract, violations, self.validation_style)
            validation = contract.validation
            error = ErrorReply(validation.code, validation.status, complaint.message, complaint.members)
        return _Answered(error=error, violations=pointers)

    def _effect(self, contract: Contract, document: dict[str, Any]) -> _Answered:
        """Apply the rules, and let the request take effect once for each idempotency token."""
        bitten = tuple(bites(contract, document))
        pointers = tuple(bite.pointer for bite in bitten)
        for bite in bitten:
            if bite.entry is None and bite.rule.then.refuse is not None:
                answer = bite.rule.then.refuse
                return _Answered(error=_reply(answer, bite.rule.summary), violations=pointers)
        idempotency = contract.idempotency
        token = document.get(idempotency.token) if idempotency is not None else None
        if idempotency is None or not token:
            return _Answered(self._take_effect(contract, document, bitten), violations=pointers)
        scope = tuple(canonical(document.get(name)) for name in idempotency.scope)
        key = (contract.name, scope, token)
        payload = _payload_digest(contract, document)
        with self.state.lock:
            remembered = self.state.recall(key, idempotency.window)
            if remembered is None:
                output = self._take_effect(contract, document, bitten)
                self.state.remember(key, payload, output)
                return _Answered(output, violations=pointers)
        if remembered.payload != payload and idempotency.changed is not None:
            message = f"Another payload came with this {idempotency.token} before."
            return _Answered(error=_reply(idempotency.changed, message), violations=pointers)
        return _Answered(remembered.output, violations=pointers)

    def _take_effect(
        self, contract: Contract, document: dict[str, Any], bitten: tuple[Bite, ...]
    ) -> dict[str, Any]:
        steady = f"{contract.name} {_payload_digest(contract, document)}"
        seeds = Seeds(steady, f"{steady} {self.state.next_number()}", self._clock())
        return handler_for(contract)(Call(contract, document, bitten, self._outputs[contract.name], seeds))


def _reply(answer: Answer, message: str = "") -> ErrorReply:
    return ErrorReply(answer.code, answer.status or 400, answer.message or message)


def _written(contract: Contract, answered: _Answered) -> Response:
    protocol = protocol_for(contract)
    if answered.error is not None:
        return protocol.serialize_error(contract, answered.error)
    return protocol.serialize_output(contract, answered.output)


def _payload_digest(contract: Contract, document: dict[str, Any]) -> str:
    """Name what a request asks for: its known members, the token and its scope left out."""
    known = contract.shapes[contract.input].members if contract.input is not None else {}
    aside = {contract.idempotency.token, *contract.idempotency.scope} if contract.idempotency else set()
    return digest({name: value for name, value in document.items() if name in known and name not in aside})
