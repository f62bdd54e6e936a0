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
from harness.emulator import media_types, messages
from harness.emulator.authentication import Credentials, authenticate
from harness.emulator.handlers import Call, handler_for
from harness.emulator.ondemand import HEADER, ErrorsOnDemand
from harness.emulator.replies import json_response, plain_error, unknown_operation
from harness.emulator.responses import Seeds
from harness.emulator.served import Operations, Served
from harness.emulator.state import State
from harness.emulator.unions import unreadable_unions
from harness.emulator.whole_errors import whole
from harness.exchange import Request, Response
from harness.importers.catalogue import Catalogue
from harness.routing.codings import decoded
from harness.routing.router import Routed, Router, Unrouted
from harness.wire import WireProtocol, protocol_named
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
        catalogue: What it serves beside them: every other operation of a release; ``None`` for nothing.
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
        catalogue: Catalogue | None = None,
    ) -> None:
        self.router = Router(contracts, catalogue)
        self.state = State(clock)
        self.credentials, self.validation_style, self.body_limit = credentials, validation_style, body_limit
        self.seen: deque[Seen] = deque(maxlen=REMEMBERED_REQUESTS)
        self._clock, self._log = clock, log
        self._catalogue = catalogue
        self._errors = ErrorsOnDemand(self.router.contracts, catalogue)
        self._operations = Operations()

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
                response = unknown_operation(routed.protocol, routed.wanted)
            else:
                contract = routed.contract
                answered = self._answer(routed, request)
                violations = answered.violations
                response = _written(contract, protocol_named(routed.protocol), answered)
        except Exception:
            _LOGGER.exception("%s %s could not be answered", request.method, request.path)
            response = plain_error("InternalFailure", 500, "The emulator failed; its log says why.")
        if request.method == "HEAD" and response.body:
            response = Response(response.status, response.headers)
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
            return json_response(self._health())
        if request.path == f"{PREFIX}requests":
            return json_response({"requests": [msgspec.to_builtins(seen) for seen in list(self.seen)]})
        return json_response({"message": f"Ask for {PREFIX}health or {PREFIX}requests."}, 404)

    def _health(self) -> dict[str, Any]:
        """Say that it is well, which operations have own contracts, and how many others there are."""
        own = sorted(contract.name for contract in self.router.contracts)
        said: dict[str, Any] = {"status": "ok", "operations": own}
        if self._catalogue is not None:
            counts = [len(entry.operations) for entry in self._catalogue.entries()]
            said |= {"release": self._catalogue.release, "services": len(counts), "modelled": sum(counts)}
        return said

    def _answer(self, routed: Routed, request: Request) -> _Answered:
        served = self._operations.of(routed.contract)
        refusal = self._before_reading(served, request)
        if refusal is not None:
            return _Answered(error=refusal)
        contract, protocol = routed.contract, protocol_named(routed.protocol)
        try:
            plain = decoded(contract, routed.request, self.body_limit)
            document = normalise(contract, protocol.parse_request(contract, plain))
            return self._refusal(contract, document) or self._effect(served, document)
        except Unreadable as error:
            return _Answered(error=ErrorReply("SerializationException", 400, error.problem))
        except RecursionError:
            return _Answered(
                error=ErrorReply("SerializationException", 400, "The body is nested too deeply.")
            )

    def _before_reading(self, served: Served, request: Request) -> ErrorReply | None:
        contract = served.contract
        if len(request.body) > self.body_limit:
            message = f"The body is longer than {self.body_limit} bytes."
            return ErrorReply("RequestEntityTooLargeException", 413, message)
        refusal = authenticate(contract, request, self.credentials)
        if refusal is not None:
            return _reply(refusal)
        if self.validation_style == "smithy":
            wrong_type = media_types.refuse(contract, request)
            if wrong_type is not None:
                return wrong_type
        wanted = self._errors.wanted(contract, request.headers.get(HEADER))
        return wanted if wanted is not None else served.unsupported

    def _refusal(self, contract: Contract, document: Any) -> _Answered | None:
        """Hold an input against its shapes."""
        violations = check(contract, document)
        unreadable = unreadable_unions(contract, document) if self.validation_style == "smithy" else ()
        if not violations and not unreadable:
            return None
        found = [violation.pointer for violation in violations]
        pointers = (*found, *(union.pointer for union in unreadable if union.pointer not in found))
        wrong_types = [violation for violation in violations if violation.trait == "type"] + [*unreadable]
        if wrong_types:
            error = ErrorReply("SerializationException", 400, messages.wrong_type(contract, wrong_types[0]))
        else:
            complaint = messages.complain(contract, violations, self.validation_style)
            validation = contract.validation
            error = ErrorReply(validation.code, validation.status, complaint.message, complaint.members)
        return _Answered(error=error, violations=pointers)

    def _effect(self, served: Served, document: dict[str, Any]) -> _Answered:
        """Apply the rules, and let the request take effect once for each idempotency token."""
        contract = served.contract
        bitten = tuple(bites(contract, document))
        pointers = tuple(bite.pointer for bite in bitten)
        for bite in bitten:
            if bite.entry is None and bite.rule.then.refuse is not None:
                answer = bite.rule.then.refuse
                return _Answered(error=_reply(answer, bite.rule.summary), violations=pointers)
        payload = _payload_digest(served, document)
        token = document.get(served.token) if served.token is not None else None
        if not token:
            output = self._take_effect(served, document, bitten, payload)
            return _Answered(output, violations=pointers)
        idempotency = contract.idempotency
        scope = tuple(canonical(document.get(name)) for name in idempotency.scope) if idempotency else ()
        key = (contract.name, scope, token)
        with self.state.lock:
            remembered = self.state.recall(key, idempotency.window if idempotency is not None else None)
            if remembered is None or (idempotency is None and remembered.payload != payload):
                output = self._take_effect(served, document, bitten, payload)
                self.state.remember(key, payload, output)
                return _Answered(output, violations=pointers)
        if idempotency is not None and remembered.payload != payload and idempotency.changed is not None:
            message = f"Another payload came with this {idempotency.token} before."
            return _Answered(error=_reply(idempotency.changed, message), violations=pointers)
        return _Answered(remembered.output, violations=pointers)

    def _take_effect(
        self, served: Served, document: dict[str, Any], bitten: tuple[Bite, ...], payload: str
    ) -> dict[str, Any]:
        steady = f"{served.contract.name} {payload}"
        seeds = Seeds(steady, f"{steady} {self.state.next_number()}", self._clock())
        return handler_for(served.contract)(Call(served.contract, document, bitten, served.outputs, seeds))


def _reply(answer: Answer, message: str = "") -> ErrorReply:
    return ErrorReply(answer.code, answer.status or 400, answer.message or message)


def _written(contract: Contract, protocol: WireProtocol, answered: _Answered) -> Response:
    if answered.error is not None:
        return protocol.serialize_error(contract, whole(contract, answered.error))
    return protocol.serialize_output(contract, answered.output)


def _payload_digest(served: Served, document: dict[str, Any]) -> str:
    """Name what a request asks for: its known members, the token and its scope left out."""
    counted = served.known - served.aside
    return digest({name: value for name, value in document.items() if name in counted})
