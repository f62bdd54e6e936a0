"""The protocol test cases of Smithy, as botocore ships them, run against the server's side of the wire."""

from __future__ import annotations

import base64
import json
import math
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import cbor2
import pytest
import yaml

from harness.contract import Contract, Member
from harness.exchange import Headers, Request, Response
from harness.importers.botocore import contract_from_model
from harness.wire import ErrorReply, protocol_for, sdk

DATA = Path(__file__).parent.parent / "data" / "protocol-tests"
SUITES = (
    "rest-json", "json", "json_1_0", "json_1_0-query-compatible", "rest-xml", "query", "ec2",
    "smithy-rpc-v2-cbor", "smithy-rpc-v2-cbor-query-compatible", "smithy-rpc-v2-cbor-non-query-compatible",
)  # fmt: skip
EXCEPTIONS = yaml.safe_load((Path(__file__).parent / "exceptions.yaml").read_text())


def load(side: str, promise: str, kind: str = "") -> list[Any]:
    """One parameter per case: its contract and the case, named by suite and id.

    Args:
        side: ``input`` or ``output``.
        promise: The key of the exceptions to it.
        kind: ``result`` or ``error``, to choose among the responses.
    """
    found = []
    for suite_name in SUITES:
        reasons = EXCEPTIONS[promise]
        for suite in json.loads((DATA / side / f"{suite_name}.json").read_text()):
            for case in (case for case in suite["cases"] if not kind or kind in case):
                case["base"] = urlsplit(suite.get("clientEndpoint", "")).path
                reason = reasons.get(case["id"])
                marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
                if case["id"] in EXCEPTIONS["by-release"].get(promise, {}):
                    marks = [pytest.mark.xfail(reason=EXCEPTIONS["by-release"][promise][case["id"]])]
                contract = contract_of(suite, case)
                found.append(pytest.param(contract, case, id=f"{suite_name}-{case['id']}", marks=marks))
    return found


def contract_of(suite: dict[str, Any], case: dict[str, Any]) -> Contract:
    """Make a contract of a case's operation; an error that only the case names is declared."""
    given = dict(case["given"])
    name = given.get("name", "Operation")
    errors = [key for key, shape in suite["shapes"].items() if shape.get("exception")]
    given.setdefault("errors", [{"shape": key} for key in errors])
    model = {"metadata": suite["metadata"], "operations": {name: given}, "shapes": suite["shapes"]}
    return contract_from_model("protocol", model, name, "2020-01-01", ())


def document_of(contract: Contract, member: Member, value: Any) -> Any:
    """The suites write blobs as the text that they hold; everything else is as in documents."""
    shape = contract.shapes[member.target]
    if shape.type == "blob" and isinstance(value, str):
        return base64.b64encode(value.encode()).decode()
    if isinstance(value, dict) and shape.type in ("structure", "union"):
        return {k: document_of(contract, shape.members[k], v) for k, v in value.items() if v is not None}
    if isinstance(value, dict) and shape.value is not None:
        return {k: document_of(contract, shape.value, v) for k, v in value.items()}
    if isinstance(value, list) and shape.member is not None:
        return [document_of(contract, shape.member, v) for v in value]
    return value


def without_empty(contract: Contract, name: str | None, document: dict[str, Any]) -> dict[str, Any]:
    """Leave out empty lists and maps outside the body and in forms: the wire has no place for them."""
    members = contract.shapes[name].members if name else {}
    form = contract.protocol in ("query", "ec2")
    return {k: v for k, v in document.items() if not (v in ([], {}) and (form or members[k].bound_as_text))}


@pytest.mark.parametrize(("contract", "case"), load("input", "request-is-read"))
def test_requests_are_read_as_the_parameters_they_were_written_from(contract, case):
    """A published request parses to its published parameters."""
    sent = case["serialized"]
    headers = Headers.of(sent.get("headers", {}))
    uri = sent["uri"].removeprefix(case["base"])
    request = Request(sent.get("method", "POST"), uri, headers, body_of(contract, sent))
    target = Member(target=contract.input) if contract.input else None
    expected = document_of(contract, target, case["params"]) if target else {}
    parsed = protocol_for(contract).parse_request(contract, request)
    without = without_empty(contract, contract.input, parsed)
    assert without == without_empty(contract, contract.input, expected)


@pytest.mark.parametrize(("contract", "case"), load("input", "request-is-written"))
def test_parameters_are_written_as_the_published_request(contract, case):
    """The raw encoder's request has the published target, headers and meaning of the body."""
    sent = case["serialized"]
    target = Member(target=contract.input) if contract.input else None
    document = document_of(contract, target, case["params"]) if target else {}
    request = protocol_for(contract).encode_request(contract, document)
    assert request.method == sent.get("method", "POST")
    path, _, query = sent["uri"].removeprefix(case["base"]).partition("?")
    assert request.path == path
    assert sorted(request.query.split("&")) == sorted(query.split("&"))
    for name, value in sent.get("headers", {}).items():
        found = request.headers.get(name)
        assert found is not None
        assert found.replace(", ", ",") == value.replace(", ", ",")
    if "body" in sent:
        assert meaning(contract, request.body) == meaning(contract, body_of(contract, sent))


def body_of(contract: Contract, message: dict[str, Any]) -> bytes:
    """The body of a published request or response; bytes that are no text are given in base64."""
    body = (message.get("body") or "").encode()
    return base64.b64decode(body) if contract.protocol == "smithy-rpc-v2-cbor" else body


def meaning(contract: Contract, body: bytes) -> Any:
    """JSON and CBOR by value, forms by their parameters, XML by its elements, others by their bytes."""
    if contract.protocol == "smithy-rpc-v2-cbor":
        return repr(cbor2.loads(body)) if body else None  # as text, in which NaN equals itself
    if contract.protocol in ("query", "ec2"):
        return sorted(parse_qsl(body.decode(), keep_blank_values=True))
    try:
        return json.loads(body)
    except ValueError:
        return elements(ElementTree.fromstring(body)) if body.strip().startswith(b"<") else body


def elements(element: ElementTree.Element) -> Any:
    """An element as a value, without the white space between others and their order by name."""
    children = sorted((elements(child) for child in element), key=lambda child: child[0])
    text = element.text or ""
    return element.tag, element.attrib, "" if children else text, children


@pytest.mark.parametrize(("contract", "case"), load("output", "output-is-written", "result"))
def test_outputs_are_written_as_botocore_reads_them(contract, case):
    """What botocore parses from our response is the published result."""
    expected = (
        document_of(contract, Member(target=contract.output), case["result"]) if contract.output else {}
    )
    response = protocol_for(contract).serialize_output(contract, expected)
    parsed = (
        sdk.to_document(contract, contract.output, sdk.parse(contract, response)) if contract.output else {}
    )
    assert same(parsed, expected)


@pytest.mark.parametrize(("contract", "case"), load("output", "output-is-read", "result"))
def test_published_responses_are_read_as_their_results(contract, case):
    """Our own reading of a published response is the published result, without a structural deviation."""
    sent = case["response"]
    headers = Headers.of(sent.get("headers", {}))
    response = Response(sent["status_code"], headers, body_of(contract, sent))
    outcome = protocol_for(contract).read_response(contract, response)
    expected = (
        document_of(contract, Member(target=contract.output), case["result"]) if contract.output else {}
    )
    assert outcome.kind == "output"
    assert same(known(contract, outcome.output), expected)


@pytest.mark.parametrize(("contract", "case"), load("output", "error-is-read", "error"))
def test_published_errors_are_read_by_their_codes(contract, case):
    """A published error has its published code and message."""
    sent = case["response"]
    headers = Headers.of(sent.get("headers", {}))
    response = Response(sent["status_code"], headers, body_of(contract, sent))
    outcome = protocol_for(contract).read_response(contract, response)
    assert (outcome.kind, outcome.code) == ("error", declared(contract, case["errorCode"]))
    assert (outcome.message or "") == (case.get("errorMessage") or "")


@pytest.mark.parametrize(("contract", "case"), load("output", "error-is-written", "error"))
def test_errors_are_written_as_botocore_reads_them(contract, case):
    """What botocore parses from our error is the published code, message and members."""
    code, message = case["errorCode"], case.get("errorMessage") or ""
    status = case["response"]["status_code"]
    members = {k: v for k, v in case["error"].items() if k.lower() != "message"}
    reply = ErrorReply(declared(contract, code), status, message, members)
    response = protocol_for(contract).serialize_error(contract, reply)
    parsed = sdk.parse(contract, response)
    assert response.status == status
    assert (parsed["Error"]["Code"], parsed["Error"]["Message"] or "") == (code, message)
    assert {name: parsed.get(name) for name in members} == members


def declared(contract: Contract, code: str) -> str:
    """What the contract calls an error whose code differs from its name in the query protocol alone."""
    for name, shape in contract.error_shapes().items():
        if shape.query_error is not None and shape.query_error.code == code:
            return name
    return code


def known(contract: Contract, document: Any) -> Any:
    """Leave out unknown members, nulls, and empty maps of headers, as botocore's results do."""
    members = contract.shapes[contract.output].members if contract.output else {}
    return {k: v for k, v in document.items() if k in members and v is not None}


def same(left: Any, right: Any) -> bool:
    """Equality in which a missing map of headers is an empty one and whole floats are integers."""
    if isinstance(left, dict) and isinstance(right, dict):
        keys = {k for k in (*left, *right) if left.get(k) not in (None, {}) or right.get(k) not in (None, {})}
        return all(same(left.get(k), right.get(k)) for k in keys)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, float) and isinstance(right, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    return left == right
