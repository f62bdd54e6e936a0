"""One exchange on its way into a recording: read, learned from, changed or written anew, and read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeVar
from urllib.parse import parse_qsl

import msgspec

from harness.cassettes.redaction import messages
from harness.cassettes.redaction.documents import Reading, Speaker, UnsearchableError
from harness.cassettes.redaction.known import Known
from harness.cassettes.redaction.leaves import Leaves
from harness.cassettes.redaction.plan import plan_of, rewritten
from harness.cassettes.redaction.rows import HEADER_SECRETS, REPLACEMENT, STRUCTURAL_HEADERS, secret_part
from harness.contract import Contract
from harness.errors import WireError
from harness.exchange import Exchange, Headers, Request, Response
from harness.routing.codings import decoded
from harness.wire.replies import ERROR_MESSAGES

_MOST_BYTES = 256 * 1024 * 1024
_Message = TypeVar("_Message", Request, Response)
_NOTHING: frozenset[str] = frozenset()


Ours = Literal["nothing", "requests", "exchanges"]


class Rules(msgspec.Struct, frozen=True):
    """What holds for every exchange of a recording.

    Attributes:
        keep_unparsed: Whether what no parser reads is recorded, searched as text.
        issued: Values that are no secrets wherever they stand.
        ours: What the harness generated, whose values are kept: ``nothing``, ``requests`` or ``exchanges``.
    """

    keep_unparsed: bool = False
    issued: frozenset[str] = _NOTHING
    ours: Ours = "nothing"


class Redaction:
    """Takes the secrets out of one exchange.

    Args:
        known: The secrets so far; grows.
        rules: What holds for every exchange.
        contract: The operation, if the request is of one.
        protocol: The protocol that was spoken; the contract's own where it is ``None``.
    """

    def __init__(self, known: Known, rules: Rules, contract: Contract | None, protocol: str | None) -> None:
        self._known, self._rules = known, rules
        self._speaker = Speaker(contract, protocol)
        self._plan = plan_of(contract) if contract is not None else None
        self._common = self._plan.common if self._plan is not None else _NOTHING
        self._ours = rules.ours != "nothing"
        self._carried: tuple[str, ...] = ()

    def of(self, exchange: Exchange) -> Exchange:
        """Redact an exchange; see ``Vault.exchange``."""
        try:
            return self._redacted(exchange)
        except RecursionError:
            raise UnsearchableError("a message is nested too deep to be searched") from None

    def _redacted(self, exchange: Exchange) -> Exchange:
        request, answer = self._opened(exchange.request), exchange.response
        content = _unpacked(answer) if answer is not None else None
        asked = self._read(request, self._speaker.read_request, "request")
        answered = self._read(content, self._speaker.read_response, "response") if content else None
        said = _open_texts(asked, request, is_ours=self._ours)
        common = self._common or frozenset(_names(asked, answered))
        issued = self._rules.issued
        if self._ours:
            issued |= set(said)  # of this exchange alone: a run makes endlessly many
        else:
            self._known.note_open(said)
        sent = Leaves(self._known, "sent", issued, common)
        received = Leaves(self._known, "received", issued, common)
        self._learn(request, content, asked, answered, sent, received)
        kept = self._request(request, None if self._ours else asked, sent)
        failure = exchange.failure
        return Exchange(
            _closed(exchange.request, request, kept),
            _closed(answer, content, self._response(content, answered, received))
            if answer is not None and content is not None
            else None,
            None if failure is None else self._text(failure, "sent"),
        )

    # --- reading ------------------------------------------------------------------------------------

    def _opened(self, request: Request) -> Request:
        """Undo the codings of a request's transport."""
        if self._speaker.contract is not None:
            try:
                request = decoded(self._speaker.contract, request, _MOST_BYTES)
            except WireError:
                return request
        return _unpacked(request)

    def _read(self, message: Any, read: Callable[[Any], Reading | None], side: str) -> Reading | None:
        if self._rules.ours == "exchanges":
            return None
        try:
            return read(message)
        except WireError as error:
            if self._rules.keep_unparsed:
                return None
            name = self._speaker.contract.name if self._speaker.contract is not None else "any operation"
            problem = f"the {side} is not of {name} in {self._speaker.name}; keep_unparsed would keep it"
            raise UnsearchableError(problem) from error

    # --- learning -----------------------------------------------------------------------------------

    def _learn(
        self,
        request: Request,
        response: Response | None,
        asked: Reading | None,
        answered: Reading | None,
        sent: Leaves,
        received: Leaves,
    ) -> None:
        """Get to know what is secret, before anything is taken out: it may stand anywhere."""
        heads = [(request.headers, sent)]
        if response is not None:
            heads.append((response.headers, received))
        carried = [(*found, leaves) for headers, leaves in heads for found in _carried(headers)]
        if self._ours:
            alone = {text for text, _, _ in carried}
            heads, asked = heads[1:] if self._rules.ours == "requests" else [], None
        else:
            alone = {text for text, is_signature, _ in carried if is_signature}
            for text, is_signature, leaves in carried:
                if not is_signature:
                    leaves.learn(text)
            for name, value in parse_qsl(request.query):
                if secret_part(name):
                    sent.learn(value)
        self._carried = sent.carried = received.carried = tuple(sorted(alone, key=len, reverse=True))
        for headers, leaves in heads:
            for text in _by_name(headers):
                leaves.learn(text)
        for reading, leaves in ((asked, sent), (answered, received)):
            if reading is not None:
                rewritten(reading.node, reading.members, leaves.standing, leaves.text)
        if response is not None and answered is not None and answered.kind == "error":
            received.learn_within(response.body.decode("utf-8", "replace"))  # members of no model

    # --- taking out ---------------------------------------------------------------------------------

    def _request(self, request: Request, reading: Reading | None, leaves: Leaves) -> Request:
        edited = messages.edited_request(
            request,
            lambda text: self._text(text, "sent"),
            lambda name, value: self._field(name, value, "sent"),
            lambda body: self._body(body, "sent", reading),
        )
        if reading is None:
            return edited
        wanted = self._wanted(reading, leaves)
        if wanted.document == reading.document and edited.body == request.body:
            return edited
        if self._says(self._speaker.read_request, edited, wanted):
            return edited
        try:
            written = self._speaker.write_request(edited, reading, wanted.document)
        except WireError as error:
            raise _cannot("request") from error
        written = _with_length_of(edited, written)
        if not self._says(self._speaker.read_request, written, wanted):
            raise _cannot("request")
        return written

    def _response(self, response: Response, reading: Reading | None, leaves: Leaves) -> Response:
        edited = messages.edited_response(
            response,
            lambda name, value: self._field(name, value, "received"),
            lambda body: self._body(body, "received", reading),
        )
        if reading is None:
            return edited
        wanted = self._wanted(reading, leaves)
        if wanted.document == reading.document and edited.body == response.body:
            return edited
        if self._says(self._speaker.read_response, edited, wanted):
            return edited
        if reading.kind == "never":
            raise UnsearchableError("a stream of events holds a secret")
        try:
            written = self._speaker.write_response(edited, reading, wanted.document)
        except WireError as error:
            raise _cannot("response") from error
        written = _with_length_of(edited, written)
        if not self._says(self._speaker.read_response, written, wanted):
            raise _cannot("response")
        return written

    def _says(
        self, read: Callable[[Any], Reading | None], message: Request | Response, wanted: Reading
    ) -> bool:
        """Say whether a message means what it shall mean, digests of its body aside."""
        try:
            found = read(message)
        except WireError:
            return False
        if found is None:
            return False
        if self._plan is None or wanted.kind == "error":
            return bool(found.document == wanted.document)
        root: Literal["input", "output"] = "input" if isinstance(message, Request) else "output"
        meant = (_present(self._plan.without_digests(each.document, root)) for each in (found, wanted))
        return bool(next(meant) == next(meant))

    def _wanted(self, reading: Reading, leaves: Leaves) -> Reading:
        made = rewritten(reading.node, reading.members, leaves.standing, leaves.text)
        if reading.kind != "error":
            return msgspec.structs.replace(reading, document=made)
        document = {**reading.document, "members": made, "message": self._message(reading, made)}
        return msgspec.structs.replace(reading, document=document)

    def _message(self, reading: Reading, made: Any) -> str | None:
        """Give an error's message as it shall stand: as the member that carries it, where one does."""
        message: str | None = reading.document["message"]
        if message is None:
            return None
        carrier = next((key for key in ERROR_MESSAGES if reading.members.get(key) == message), None)
        return str(made[carrier]) if carrier is not None else self._text(message, "received")

    def _text(self, text: str, origin: str) -> str:
        return self._known.text(text, origin, self._carried)

    def _field(self, name: str, value: str, origin: str) -> str:
        if name in HEADER_SECRETS:
            return REPLACEMENT
        if name == "" or name in STRUCTURAL_HEADERS:
            return self._known.supplied(value)
        return self._text(value, origin)

    def _body(self, body: bytes, origin: str, reading: Reading | None) -> bytes:
        return messages.edited_body(
            body, lambda text: self._text(text, origin), lambda raw: self._raw(raw, origin, reading)
        )

    def _raw(self, raw: bytes, origin: str, reading: Reading | None) -> bytes:
        edited = self._known.of_bytes(raw, origin, self._carried)
        is_read = self._speaker.contract is not None or (reading is not None and reading.kind == "parts")
        if edited != raw and (self._ours or not is_read):
            raise UnsearchableError("a body that is no text holds a secret")
        return edited


def _present(value: Any) -> Any:
    """Leave nulls out, which services write for absent members and no protocol writes anew."""
    if isinstance(value, dict):
        return {key: _present(item) for key, item in value.items() if item is not None}
    return [_present(item) for item in value] if isinstance(value, list) else value


def _with_length_of(edited: _Message, written: _Message) -> _Message:
    """Give what was written anew its own length: its fields are those of the edited message."""
    return messages.with_body(msgspec.structs.replace(written, body=edited.body), written.body)


def _cannot(side: str) -> UnsearchableError:
    return UnsearchableError(f"a secret cannot be taken out of the {side}")


def _unpacked(message: _Message) -> _Message:
    content = messages.unpacked(message.body)
    return message if content is None else msgspec.structs.replace(message, body=content)


def _closed(before: _Message, opened: _Message, done: _Message) -> _Message:
    """Give a redacted message the packing that it came in; one without secrets stays as it came."""
    if done == opened:
        return before
    if opened.body != done.body and messages.unpacked(before.body) == opened.body:
        done = messages.with_body(msgspec.structs.replace(done, body=before.body), messages.packed(done.body))
    elif opened.body == done.body:
        done = msgspec.structs.replace(done, body=before.body, headers=_coded(before.headers, done.headers))
    return done


def _coded(before: Headers, headers: Headers) -> Headers:
    """Say again of which coding a body is that was opened to be read and stays as it came."""
    coding = before.get("content-encoding")
    if coding is None or "content-encoding" in headers:
        return headers
    place = next(at for at, (name, _) in enumerate(before) if name.lower() == "content-encoding")
    fields = headers.fields
    return Headers((*fields[:place], before.fields[place], *fields[place:]))


def _carried(headers: Headers) -> Iterator[tuple[str, bool]]:
    """The secret parts of the headers that always carry one; whether it is the signature of a request."""
    for name, value in headers:
        pattern = HEADER_SECRETS.get(name.lower())
        if pattern is None or value == REPLACEMENT:
            continue
        for match in pattern.finditer(value):
            yield from ((text, match.group().startswith("Signature=")) for text in match.groups() if text)


def _names(*readings: Reading | None) -> Iterator[str]:
    """The names in messages of no operation: whoever takes a word of these for a password changes no name."""
    waiting = [reading.document for reading in readings if reading is not None]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield from item
        if isinstance(item, (dict, list)):
            waiting += item.values() if isinstance(item, dict) else item


def _by_name(headers: Headers) -> Iterator[str]:
    for name, value in headers:
        lower = name.lower()
        if lower not in HEADER_SECRETS and lower not in STRUCTURAL_HEADERS and secret_part(name):
            yield value.strip()


def _open_texts(reading: Reading | None, request: Request, *, is_ours: bool) -> Iterator[str]:
    """Every text that a request says where nothing marks it as secret; every text of a request of ours."""
    found: list[str] = []

    def note(_node: Any, value: str) -> str:
        found.append(value)
        return value

    def note_secret(_node: Any, value: Any, _part: Any) -> Any:
        if is_ours and isinstance(value, str):
            found.append(value)
        return value

    if reading is not None:
        rewritten(reading.node, reading.members, note_secret, note)
    if is_ours:
        found += [value for _, value in request.headers]
    yield from found
