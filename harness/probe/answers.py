"""Answers that no contract has: what proxies, broken connections and old spellings make of an error.

One row each. ``CODE`` in a body or header stands for an error that the operation declares, so that a row
shows whether an SDK finds it there.

Sources: the error headers of Smithy's protocols
(https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization), the query-
compatible trait (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait)
and what recorded answers of services, load balancers and proxies look like.
"""

from __future__ import annotations

import gzip
import json
import re
from http import HTTPStatus

import msgspec

from harness.wire.bodies import cbor

HEADER = "x-harness-answer"
ASKED = "asked"  # a plain error of any code and status
UNKNOWN = "NeverDeclaredException"
URI = "http://internal.amazon.com/coral/com.amazonaws.example/"
NAMESPACE = "com.amazonaws.example#"
OTHER = "SomeOtherException"

TYPES = {
    "json": "application/x-amz-json-1.1",
    "rest-json": "application/json",
    "query": "text/xml",
    "ec2": "text/xml",
    "rest-xml": "application/xml",
    "smithy-rpc-v2-cbor": "application/cbor",
}
JSON, XML = ("json", "rest-json"), ("query", "ec2", "rest-xml")
HTML = "<html><head><title>STATUS</title></head><body><h1>STATUS</h1><hr>proxy</body></html>"


class Answer(msgspec.Struct, frozen=True):
    """One row of the table.

    Attributes:
        name: Its stable name, which is also that of the matrix's row.
        status: The HTTP status.
        code: The code that it carries for those who can read it; ``None`` where there is none.
        protocols: Where it makes sense; empty for all.
        body: The body; ``None`` for the protocol's own form of an error with this code.
        headers: Headers beside ``Content-Type`` and ``Content-Length``.
        media_type: The content type; ``None`` for the protocol's.
        encoding: What the text of the body is encoded with.
        gzipped: Whether the body is compressed and says so.
        keep: The share of the body that the answer has; the rest is missing without a sign.
        promise: How many bytes more than there are ``Content-Length`` announces.
        silent: Whether the connection is closed without an answer.
    """

    name: str
    status: int = 400
    code: str | None = None
    protocols: tuple[str, ...] = ()
    body: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str | None = None
    encoding: str = "utf-8"
    gzipped: bool = False
    keep: float = 1.0
    promise: int = 0
    silent: bool = False


def _spelt(name: str, headers: tuple[tuple[str, str], ...], body: str, *protocols: str) -> Answer:
    return Answer(name, 400, "CODE", protocols, body, headers)


ANSWERS: tuple[Answer, ...] = (
    Answer("unknown-code-400", 400, UNKNOWN),
    Answer("unknown-code-500", 500, UNKNOWN),
    Answer("no-code-400", 400),
    Answer("no-code-404", 404),
    Answer("no-code-429", 429),
    Answer("no-code-500", 500),
    Answer("no-code-503", 503),
    Answer("retry-after-503", 503, headers=(("x-amz-retry-after", "1500"), ("Retry-After", "2"))),
    Answer("empty-body-400", 400, body=""),
    Answer("empty-body-500", 500, body=""),
    Answer("html-200", 200, body=HTML, media_type="text/html"),
    Answer("html-403", 403, body=HTML, media_type="text/html"),
    Answer("html-502", 502, body=HTML, media_type="text/html"),
    Answer("html-503", 503, body=HTML, media_type="text/html"),
    Answer("html-504", 504, body=HTML, media_type="text/html"),
    Answer("truncated-200", 200, code="CODE", keep=0.5),
    Answer("truncated-400", 400, code="CODE", keep=0.8),
    Answer("truncated-500", 500, code="CODE", keep=0.8),
    Answer("cut-off-400", 400, code="CODE", promise=64),
    Answer("cut-off-500", 500, code="CODE", promise=64),
    Answer("no-answer", silent=True),
    Answer("gzip-400", 400, code="CODE", gzipped=True),
    Answer("not-utf8-400", 400, code="CODE", protocols=JSON + XML, encoding="latin-1"),
    _spelt("type-namespaced", (), '{"__type":"com.amazonaws.example#CODE","message":"m"}', *JSON),
    _spelt("type-uri", (), f'{{"__type":"CODE:{URI}","message":"m"}}', *JSON),
    _spelt("type-namespaced-uri", (), f'{{"__type":"{NAMESPACE}CODE:{URI}","message":"m"}}', *JSON),
    _spelt("code-key", (), '{"code":"CODE","message":"m"}', *JSON),
    _spelt("capital-code-key", (), '{"Code":"CODE","Message":"m"}', *JSON),
    _spelt("header-only", (("x-amzn-errortype", "CODE"),), '{"message":"m"}', *JSON),
    _spelt("header-uri", (("x-amzn-errortype", f"CODE:{URI}"),), '{"message":"m"}', *JSON),
    _spelt("header-namespaced", (("x-amzn-errortype", f"{NAMESPACE}CODE"),), '{"message":"m"}', *JSON),
    _spelt(
        "header-namespaced-uri", (("x-amzn-errortype", f"{NAMESPACE}CODE:{URI}"),), '{"message":"m"}', *JSON
    ),
    _spelt("header-capitals", (("X-AMZN-ERRORTYPE", "CODE"),), '{"message":"m"}', *JSON),
    _spelt("header-empty-body", (("x-amzn-errortype", "CODE"),), "", *JSON),
    _spelt("header-against-body", (("x-amzn-errortype", "CODE"),), f'{{"__type":"{OTHER}"}}', *JSON),
    _spelt("body-type-against-code", (), f'{{"__type":"CODE","code":"{OTHER}"}}', *JSON),
    _spelt(
        "query-error-header", (("x-amzn-query-error", "AWS.Example.Compatible;Sender"),),
        '{"__type":"CODE","message":"m"}', *JSON,
    ),
    _spelt(
        "query-error-header-broken", (("x-amzn-query-error", "AWS.Example.Compatible"),),
        '{"__type":"CODE","message":"m"}', *JSON,
    ),
    Answer("type-is-number", 400, protocols=JSON, body='{"__type":5,"message":"m"}'),
    Answer("type-is-null", 400, protocols=JSON, body='{"__type":null,"message":"m"}'),
    Answer("body-is-list", 400, protocols=JSON, body="[]"),
    Answer("body-is-text", 400, protocols=JSON, body='"CODE"'),
    Answer("body-is-null", 400, protocols=JSON, body="null"),
    Answer("message-is-object", 400, "CODE", JSON, '{"__type":"CODE","message":{"deep":1}}'),
    _spelt("error-at-root", (), "<Error><Code>CODE</Code><Message>m</Message></Error>", *XML),
    _spelt(
        "error-response", (),
        "<ErrorResponse><Error><Type>Sender</Type><Code>CODE</Code><Message>m</Message></Error>"
        "<RequestId>r</RequestId></ErrorResponse>", *XML,
    ),
    _spelt(
        "errors-list", (),
        "<Response><Errors><Error><Code>CODE</Code><Message>m</Message></Error></Errors>"
        "<RequestID>r</RequestID></Response>", *XML,
    ),
    _spelt(
        "error-with-namespace", (),
        '<ErrorResponse xmlns="http://example.amazonaws.com/doc/2020-01-01/"><Error><Type>Receiver</Type>'
        "<Code>CODE</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>", *XML,
    ),
    _spelt(
        "blanks-around-code", (),
        "<ErrorResponse><Error><Code>\n  CODE\n</Code></Error><RequestId>r</RequestId></ErrorResponse>", *XML,
    ),
    Answer(
        "query-error-header", 400, "CODE", ("smithy-rpc-v2-cbor",),
        headers=(("x-amzn-query-error", "AWS.Example.Compatible;Sender"),),
    ),
)  # fmt: skip


_BY_NAME = {(answer.name, protocol): answer for answer in ANSWERS for protocol in answer.protocols or TYPES}


class Bytes(msgspec.Struct, frozen=True):
    """An answer as it goes over the wire.

    Attributes:
        status: The HTTP status.
        headers: All headers, ``Content-Length`` included.
        body: What is sent of the body.
        silent: Whether nothing at all is sent.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    silent: bool = False


def answer_for(wanted: str) -> Bytes | None:
    """Make the answer that a request asks for.

    Args:
        wanted: The value of ``HEADER``, parted by semicolons: the answer's name, the protocol and the code;
            for the name ``ASKED`` also the status.

    Returns:
        The answer; ``None`` when there is no such answer in that protocol.
    """
    name, protocol, code, status = [*wanted.split(";"), "", "", ""][:4]
    if name == ASKED and protocol in TYPES and re.fullmatch("[45][0-9][0-9]", status):
        return _made(Answer(ASKED, int(status), "CODE"), protocol, code)
    answer = _BY_NAME.get((name, protocol))
    return _made(answer, protocol, code) if answer is not None else None


def _made(answer: Answer, protocol: str, code: str) -> Bytes:
    body, headers = _body(answer, protocol, code)
    if answer.gzipped:
        body, headers = gzip.compress(body, mtime=0), (*headers, ("Content-Encoding", "gzip"))
    body = body[: int(len(body) * answer.keep)]
    own = tuple((name, text.replace("CODE", code)) for name, text in answer.headers)
    media_type = answer.media_type or TYPES[protocol]
    length = str(len(body) + answer.promise)
    head = (("Content-Type", media_type), ("Content-Length", length), *headers, *own)
    return Bytes(answer.status, head, body, answer.silent)


def _body(answer: Answer, protocol: str, code: str) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    if answer.body is not None:
        title = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        text = answer.body.replace("CODE", code).replace("STATUS", title)
        return text.encode(answer.encoding), ()
    said = None if answer.code is None else answer.code.replace("CODE", code)
    return _ordinary(protocol, said, answer.encoding)


def _ordinary(protocol: str, code: str | None, encoding: str) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """Write an error in the protocol's own form; without a code there is only a message."""
    message = "refus\u00e9 by the probe"
    if protocol == "smithy-rpc-v2-cbor":
        value = {"message": message} if code is None else {"__type": code, "message": message}
        return cbor.encode(value, "probe"), (("smithy-protocol", "rpc-v2-cbor"),)
    if protocol in JSON:
        in_body = {} if code is None or protocol == "rest-json" else {"__type": code}
        headers = (("x-amzn-errortype", code),) if code is not None and protocol == "rest-json" else ()
        text = json.dumps({**in_body, "message": message}, ensure_ascii=False)
        return text.encode(encoding), headers
    named = "" if code is None else f"<Code>{code}</Code>"
    error = f"<Error>{named}<Message>{message}</Message></Error>"
    around = {
        "ec2": f"<Response><Errors>{error}</Errors><RequestID>r</RequestID></Response>",
        "query": f"<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>",
    }
    text = around.get(protocol, f"<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>")
    return text.encode(encoding), ()
