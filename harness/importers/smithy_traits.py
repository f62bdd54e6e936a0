"""Smithy's traits in the words of a service model, as rows.

What has no row keeps its absolute shape id, so nothing is lost; prose has no place in a contract.

Sources: the traits of Smithy 2.0 (https://smithy.io/2.0/trait-index.html) and of AWS
(https://smithy.io/2.0/aws/index.html); their names in botocore's models as
https://github.com/boto/botocore/blob/develop/botocore/model.py reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PRELUDE = "smithy.api#"
PROSE = frozenset({f"{PRELUDE}documentation", f"{PRELUDE}externalDocumentation"})

# Traits that are said by being there.
FLAGS = {
    f"{PRELUDE}sensitive": "sensitive",
    f"{PRELUDE}streaming": "streaming",
    f"{PRELUDE}requiresLength": "requiresLength",
    f"{PRELUDE}sparse": "sparse",
    f"{PRELUDE}uniqueItems": "uniqueItems",
    f"{PRELUDE}box": "box",
    f"{PRELUDE}deprecated": "deprecated",
    f"{PRELUDE}xmlAttribute": "xmlAttribute",
    f"{PRELUDE}xmlFlattened": "flattened",
    f"{PRELUDE}idempotencyToken": "idempotencyToken",
    f"{PRELUDE}hostLabel": "hostLabel",
    f"{PRELUDE}eventPayload": "eventpayload",
    f"{PRELUDE}eventHeader": "eventheader",
}
# Traits whose value is the same in both, with the JSON types that it may have.
VALUES: dict[str, tuple[str, tuple[type, ...]]] = {
    f"{PRELUDE}pattern": ("pattern", (str,)),
    f"{PRELUDE}mediaType": ("mediaType", (str,)),
    f"{PRELUDE}xmlNamespace": ("xmlNamespace", (dict,)),
    "smithy.rules#contextParam": ("contextParam", (dict,)),
}
BOUNDS = (f"{PRELUDE}length", f"{PRELUDE}range")
TIMESTAMP_FORMAT = f"{PRELUDE}timestampFormat"
TIMESTAMP_FORMATS = {"date-time": "iso8601", "http-date": "rfc822", "epoch-seconds": "unixTimestamp"}
ENUM, ENUM_VALUE = f"{PRELUDE}enum", f"{PRELUDE}enumValue"
REQUIRED, DEFAULT, PAYLOAD = f"{PRELUDE}required", f"{PRELUDE}default", f"{PRELUDE}httpPayload"
JSON_NAME, XML_NAME = f"{PRELUDE}jsonName", f"{PRELUDE}xmlName"
EC2_NAME, QUERY_ERROR = "aws.protocols#ec2QueryName", "aws.protocols#awsQueryError"
ERROR, HTTP_ERROR, RETRYABLE = f"{PRELUDE}error", f"{PRELUDE}httpError", f"{PRELUDE}retryable"
HTTP, ENDPOINT, IDEMPOTENT = f"{PRELUDE}http", f"{PRELUDE}endpoint", f"{PRELUDE}idempotent"

# Where a member travels; whether the trait's value is the name there, or the member's own name is.
LOCATIONS = {
    f"{PRELUDE}httpLabel": ("uri", False),
    f"{PRELUDE}httpHeader": ("header", True),
    f"{PRELUDE}httpPrefixHeaders": ("headers", True),
    f"{PRELUDE}httpQuery": ("querystring", True),
    f"{PRELUDE}httpQueryParams": ("querystring", False),
    f"{PRELUDE}httpResponseCode": ("statusCode", False),
}
# Traits of operations that a client acts on, in botocore's words.
OPERATION_TRAITS = {
    f"{PRELUDE}httpChecksumRequired": "httpChecksumRequired",
    f"{PRELUDE}requestCompression": "requestcompression",
    f"{PRELUDE}auth": "auth",
    "aws.protocols#httpChecksum": "httpChecksum",
    "smithy.rules#staticContextParams": "staticContextParams",
    "smithy.rules#operationContextParams": "operationContextParams",
}
OPTIONAL_AUTH, UNSIGNED = f"{PRELUDE}optionalAuth", "aws.auth#unsignedPayload"

# The protocols by their traits, in the order in which botocore prefers them, and the version of AWS JSON.
PROTOCOLS = {
    "aws.protocols#awsJson1_0": ("json", "1.0"),
    "aws.protocols#awsJson1_1": ("json", "1.1"),
    "aws.protocols#restJson1": ("rest-json", None),
    "aws.protocols#restXml": ("rest-xml", None),
    "smithy.protocols#rpcv2Cbor": ("smithy-rpc-v2-cbor", None),
    "aws.protocols#awsQuery": ("query", None),
    "aws.protocols#ec2Query": ("ec2", None),
}
QUERY_COMPATIBLE = "aws.protocols#awsQueryCompatible"
SERVICE, SIGV4, TITLE, AUTH = "aws.api#service", "aws.auth#sigv4", f"{PRELUDE}title", f"{PRELUDE}auth"
XML_NAMESPACE = f"{PRELUDE}xmlNamespace"
# The traits that say how requests prove who sent them.
AUTH_SCHEMES = (
    "aws.auth#sigv4", "aws.auth#sigv4a", f"{PRELUDE}httpApiKeyAuth", f"{PRELUDE}httpBasicAuth",
    f"{PRELUDE}httpBearerAuth", f"{PRELUDE}httpDigestAuth",
)  # fmt: skip


def kept(traits: Mapping[str, Any], spoken: frozenset[str]) -> dict[str, Any]:
    """Keep what has no other words under its absolute shape id; prose is left out."""
    return {name: value for name, value in traits.items() if name not in spoken and name not in PROSE}
