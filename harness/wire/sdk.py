"""What botocore makes of a contract: the requests it builds, and how it reads responses.

The only module of the wire that knows botocore. It is an oracle beside the harness's own reading and
writing, so nothing here corrects what botocore does. Credentials, hosts and retries are not its matter, nor
are the handlers that a client runs beside its serializer: idempotency tokens stay as they are, and
``events:PutEvents`` with an ``EndpointId`` is built here without the CRT package that a real client needs to
sign it.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import math
from collections import OrderedDict
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from botocore.awsrequest import HeadersDict, prepare_request_dict
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from botocore.validate import ParamValidator

from harness.contract import Contract, Member, Shape
from harness.errors import WireError
from harness.exchange import Headers, Request, Response
from harness.wire import timestamps
from harness.wire.interface import Unreadable
from harness.wire.service_models import REST_PROTOCOLS, service_model_of
from harness.wire.texts import INTEGERS, WORDS, header_text, is_media_text

_ENDPOINT = "https://endpoint"
_CACHE_SIZE = 512
# Contracts are not hashable; the model is found by identity, and the contract is kept so that the identity
# stays its own.
_models: OrderedDict[tuple[int, str], tuple[Contract, Contract, Any]] = OrderedDict()


class SdkRefuses(WireError):
    """botocore, or Python's HTTP below it, refuses to build or send such a request."""


def service_model(contract: Contract, protocol: str | None = None) -> Any:
    """Make botocore's model of the service that has this one operation.

    Args:
        contract: The operation.
        protocol: The protocol that the service speaks; the contract's own when left out.

    Returns:
        A ``botocore.model.ServiceModel``; the same one each time for the same contract and protocol.
    """
    return _spoken(contract, protocol)[1]


def _spoken(contract: Contract, protocol: str | None) -> tuple[Contract, Any]:
    """Give a contract as one that speaks a protocol, with botocore's model of it."""
    key = (id(contract), protocol or contract.protocol)
    if key not in _models:
        is_own = key[1] == contract.protocol
        spoken = contract if is_own else msgspec.structs.replace(contract, protocol=key[1])
        _models[key] = (contract, spoken, ServiceModel(service_model_of(spoken), contract.service))
        while len(_models) > _CACHE_SIZE:
            _models.popitem(last=False)
    _, spoken, model = _models[key]
    return spoken, model


def params(contract: Contract, document: Any) -> Any:
    """Turn an input document into the keyword arguments that a user of boto3 passes.

    Args:
        contract: The operation.
        document: The input; what does not fit its shape stays as it is.

    Returns:
        The arguments: timestamps as aware datetimes in UTC, blobs as bytes, JSON header values as values.

    Raises:
        SdkRefuses: A timestamp is no number or out of range, a blob no base64, a JSON header value no JSON.
    """
    if contract.input is None:
        return {} if document is None else document
    return _to_python(contract, Member(target=contract.input), document, f"{contract.name}#/input")


def serialize(contract: Contract, document: Any, *, protocol: str | None = None) -> Request:
    """Build the request that botocore builds for an input.

    Args:
        contract: The operation.
        document: The input.
        protocol: One that the service offers; the contract's own when left out.

    Returns:
        The request without ``Host`` and authentication.

    Raises:
        SdkRefuses: botocore's validation or serializer refuses the input, or the request would be another
            one on the wire (an empty label, a header that HTTP cannot carry).
    """
    contract, model = _spoken(contract, protocol)
    operation = model.operation_model(contract.operation)
    arguments = params(contract, document)
    try:
        _validate(contract, operation, arguments)
        serializer = create_serializer(contract.protocol, include_validation=False)
        built = serializer.serialize_to_request(arguments, operation)
        prepare_request_dict(built, _ENDPOINT)
    except SdkRefuses:
        raise
    except Exception as error:
        # botocore's serializers raise whatever a wrong value makes Python raise.
        raise _refusal(contract, str(error) or type(error).__name__) from error
    _refuse_empty_labels(contract, document)
    return Request(
        method=built["method"],
        target=_target(built),
        headers=_headers(contract, built["headers"]),
        body=_body(built["body"]),
        host_prefix=built.get("host_prefix") or "",
    )


def parse(contract: Contract, response: Response, *, protocol: str | None = None) -> dict[str, Any]:
    """Read a response with botocore's parser, modelled members of an error included.

    Args:
        contract: The operation.
        response: The response.
        protocol: The protocol of the response; the contract's own when left out.

    Returns:
        What botocore's client returns, or finds in the ``ClientError`` that it raises.

    Raises:
        Unreadable: botocore's parser fails on the response.
    """
    contract, model = _spoken(contract, protocol)
    operation = model.operation_model(contract.operation)
    parser = create_parser(contract.protocol)
    received = _received(contract, operation, response)
    try:
        parsed = dict(parser.parse(received, operation.output_shape))
        error_shape = _error_shape(model, parsed) if response.status >= 300 else None
        if error_shape is not None:
            parsed.update(parser.parse(received, error_shape))
    except Exception as error:
        # botocore's parsers raise whatever a wrong value makes Python raise.
        problem = f"botocore's parser fails: {type(error).__name__}: {error}"
        raise Unreadable(contract.name, problem, "Answer in the form of the protocol.") from error
    return {key: item.read() if isinstance(item, io.BytesIO) else item for key, item in parsed.items()}


def error_of(
    contract: Contract, response: Response, *, protocol: str | None = None
) -> tuple[str | None, str | None]:
    """Read the code and the message of an error response as an SDK's user sees them.

    Returns:
        The code, which is the digits of the status where the response names none, and the message; each
        ``None`` when it is empty or no text.

    Raises:
        Unreadable: botocore's parser fails on the response.
    """
    contract, model = _spoken(contract, protocol)
    operation = model.operation_model(contract.operation)
    try:
        received = _received(contract, operation, response)
        error = create_parser(contract.protocol).parse(received, operation.output_shape)["Error"]
        code, message = error.get("Code"), error.get("Message")
    except Exception as failure:
        # As above; a body of the wrong type makes the parser raise what Python raises.
        problem = f"botocore's parser fails: {type(failure).__name__}: {failure}"
        raise Unreadable(contract.name, problem, "Answer in the form of the protocol.") from failure
    return _text_or_none(code), _text_or_none(message)


def to_document(contract: Contract, name: str, value: Any) -> Any:
    """Turn Python values of botocore into a document.

    Args:
        contract: Where the shapes are.
        name: The name of the value's shape; botocore's ``ResponseMetadata`` is left out of a structure.
        value: What botocore parsed.

    Returns:
        The document value.
    """
    if isinstance(value, dict) and "ResponseMetadata" not in contract.shapes[name].members:
        value = {key: item for key, item in value.items() if key != "ResponseMetadata"}
    return _from_python(contract, Member(target=name), value)


def _validate(contract: Contract, operation: Any, arguments: Any) -> None:
    if operation.input_shape is None:
        return
    errors = ParamValidator().validate(arguments, operation.input_shape)
    if errors.has_errors():
        raise _refusal(contract, errors.generate_report().splitlines()[0])


def _refusal(contract: Contract, reason: str) -> SdkRefuses:
    problem = f"botocore refuses to build the request: {reason[:300]}"
    return SdkRefuses(f"{contract.name}#/input", problem, "Send it with the raw encoder instead.")


def _refuse_empty_labels(contract: Contract, document: Any) -> None:
    if contract.input is None or contract.protocol not in REST_PROTOCOLS:
        return
    for name, member in contract.shapes[contract.input].members.items():
        if member.http_label is not None and document.get(name) == "":
            raise _refusal(contract, f"the label {name!r} is empty, which names another path")


def _body(built: Any) -> bytes:
    if isinstance(built, dict):  # parameters of a form, which botocore writes when it sends the request
        return urlencode(built, doseq=True).encode()
    return built.encode() if isinstance(built, str) else bytes(built)


def _target(built: dict[str, Any]) -> str:
    after_scheme = str(built["url"]).partition("://")[2]
    return "/" + after_scheme.partition("/")[2]


def _headers(contract: Contract, headers: Any) -> Headers:
    try:
        return Headers.of(
            (name, header_text(str(value), f"{contract.name}#/input")) for name, value in headers.items()
        )  # fmt: skip
    except WireError as error:
        raise SdkRefuses(error.where, error.problem, error.remedy) from error


def _received(contract: Contract, operation: Any, response: Response) -> dict[str, Any]:
    body: Any = response.body
    if response.status < 300 and operation.has_streaming_output:
        body = io.BytesIO(response.body)
    headers = HeadersDict()
    for name, value in response.headers:
        present = headers.get(name)
        headers[name] = value if present is None else f"{present}, {value}"
    return {
        "status_code": response.status,
        "headers": headers,
        "body": body,
        "context": {"operation_name": contract.operation},
    }


def _error_shape(model: Any, parsed: dict[str, Any]) -> Any:
    code = parsed.get("Error", {}).get("Code")
    return model.shape_for_error_code(code) if isinstance(code, str) else None


def _text_or_none(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _to_python(contract: Contract, member: Member, value: Any, where: str) -> Any:
    shape = contract.shapes[member.target]
    if shape.type in ("structure", "union") and isinstance(value, dict):
        return {
            key: item if item is None or key not in shape.members
            else _to_python(contract, shape.members[key], item, f"{where}/{key}")
            for key, item in value.items()
        }  # fmt: skip
    if shape.type == "list" and shape.member is not None and isinstance(value, list):
        return [_to_python(contract, shape.member, item, f"{where}/member") for item in value]
    if shape.type == "map" and shape.value is not None and isinstance(value, dict):
        element = shape.value
        return {key: _to_python(contract, element, item, f"{where}/value") for key, item in value.items()}
    return _simple_to_python(contract, member, shape, value, where)


def _simple_to_python(contract: Contract, member: Member, shape: Shape, value: Any, where: str) -> Any:
    if value is None:
        return None
    if shape.type == "timestamp":
        return _to_datetime(value, where)
    if shape.type == "blob" and isinstance(value, str):
        return _to_bytes(value, where)
    if shape.type in INTEGERS and isinstance(value, float) and value.is_integer():
        return int(value)
    if shape.type in ("float", "double", "bigDecimal") and value in WORDS:
        return float(value)
    if isinstance(value, str) and _is_json_header(contract, member):
        return _to_json_value(value, where)
    return value


def _to_datetime(value: Any, where: str) -> datetime:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        # botocore would take text and guess; a document's timestamp is a number.
        raise SdkRefuses(where, f"{value!r} is no timestamp", "Pass a number of seconds.")
    try:
        return timestamps.moment(value)
    except (ValueError, OverflowError) as error:
        raise SdkRefuses(where, f"no datetime holds {value!r}", "Pass a nearer timestamp.") from error


def _to_bytes(value: str, where: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SdkRefuses(where, f"{value[:60]!r} is no base64", "Pass the blob as base64 text.") from error


def _is_json_header(contract: Contract, member: Member) -> bool:
    """Say whether botocore takes and gives a value where the document has JSON text."""
    is_header = contract.protocol in REST_PROTOCOLS and member.http_header is not None
    return is_header and is_media_text(contract, member, "header")


def _to_json_value(value: str, where: str) -> Any:
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise SdkRefuses(where, f"{value[:60]!r} is no JSON text", "Pass JSON text.") from error
    if parsed is None:
        raise SdkRefuses(where, "botocore sends no header for a JSON null", "Leave the member out.")
    return parsed


def _from_python(contract: Contract, member: Member, value: Any) -> Any:
    shape = contract.shapes[member.target]
    if shape.type in ("structure", "union") and isinstance(value, dict):
        return {
            key: _from_python(contract, shape.members[key], item) if key in shape.members else item
            for key, item in value.items()
        }
    if shape.type == "list" and shape.member is not None and isinstance(value, list):
        return [_from_python(contract, shape.member, item) for item in value]
    if shape.type == "map" and shape.value is not None and isinstance(value, dict):
        element = shape.value
        return {key: _from_python(contract, element, item) for key, item in value.items()}
    return _simple_from_python(contract, member, shape, value)


def _simple_from_python(contract: Contract, member: Member, shape: Shape, value: Any) -> Any:
    if isinstance(value, datetime):
        return timestamps.seconds_of(value)
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    if shape.type == "blob" and isinstance(value, str):
        return base64.b64encode(value.encode()).decode("ascii")  # a payload that botocore read as text
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else WORDS[1 if value > 0 else 2]
    if _is_json_header(contract, member):
        return json.dumps(value, separators=(",", ":"))
    return value
