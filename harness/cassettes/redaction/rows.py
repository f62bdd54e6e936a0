"""What is secret because of its name or its form, one row each.

Models leave out much: the ``ParticipantToken`` of Connect and the ``AuthToken`` of ElastiCache are not marked
``sensitive``. Rows for names hold for members, headers, query parameters, form parameters and keys of JSON.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec

REPLACEMENT = "REDACTED"


class SecretHeader(msgspec.Struct, frozen=True):
    """A header whose whole value is always taken out.

    Attributes:
        name: In lower case.
        secret: The part of its value that is removed from the rest of the exchange too, as group 1.
        why: What it carries.
    """

    name: str
    secret: str
    why: str


class SecretForm(msgspec.Struct, frozen=True):
    """A text that is secret by its form, wherever it stands.

    Attributes:
        id: Stable name of the row.
        pattern: What to look for; group 1, if there is one, is kept.
        why: What it is.
        hints: Texts in lower case of which one stands in every match, whatever its case; searched first,
            since that is quick.
        linked: Whether each such text gets a pseudonym of its own, so that it still links two exchanges.
        marks: Texts by which a match is found where it stands in base64, in their usual spelling.
    """

    id: str
    pattern: str
    why: str
    hints: tuple[str, ...] = ()
    linked: bool = False
    marks: tuple[str, ...] = ()


class SecretName(msgspec.Struct, frozen=True):
    """A name whose value is secret, or is not although it looks so.

    Attributes:
        id: Stable name of the row.
        pattern: What a whole name must match, in lower case and without anything but letters and digits.
        why: What it names.
        part: What of the value is secret: all of it, the ``query`` of a URL, or ``none``.
    """

    id: str
    pattern: str
    why: str
    part: Literal["whole", "query", "none"] = "whole"


HEADERS = (
    SecretHeader(
        "authorization", r"Signature=([0-9a-f]{64})|^(?:Bearer|Basic) (\S{8,})", "signature or token"
    ),
    SecretHeader("proxy-authorization", r"^(?:Bearer|Basic) (\S{8,})", "credentials of a proxy"),
    SecretHeader("x-amz-security-token", r"^(.{8,})$", "session token"),
    SecretHeader("cookie", r"=([^;]{8,})", "session of a user"),
    SecretHeader("set-cookie", r"^[^=;]*=([^;]{8,})", "session of a user"),
)

HEADER_SECRETS = {row.name: re.compile(row.secret) for row in HEADERS}

_SIGNED_NAME = "X-Amz-(?:Signature|Credential|Security-Token)"
_SIGNED_HINTS = ("x-amz-",)

FORMS = (
    SecretForm(
        "presigned-query",
        rf"(?i)({_SIGNED_NAME}=)[^&\s\"'<>\\#]+",
        "signature of a presigned URL",
        hints=_SIGNED_HINTS,
        marks=("X-Amz-Signature=", "X-Amz-Credential=", "X-Amz-Security-Token="),
    ),
    SecretForm(
        "presigned-query-encoded",
        rf"(?i)({_SIGNED_NAME}%3D)(?:(?!%26)[^&\s\"'<>\\])+",
        "the same, encoded",
        hints=_SIGNED_HINTS,
    ),
    SecretForm(
        "presigned-query-version-2",
        r"([?&](?:Signature|AWSAccessKeyId)=)[^&\s\"'<>\\#]+",
        "the same of Signature Version 2, which S3 still presigns with",
        hints=("signature=", "awsaccesskeyid="),
    ),
    SecretForm(
        "url-password",
        r"(\bhttps?://)[^\s/?#@:\"'<>\\]*:[^\s/?#@\"'<>\\]+(?=@)",
        "user and password of a URL",
        hints=("://",),
    ),
    SecretForm(
        "token-in-query",
        r"(?i)([?&;](?:access|id|refresh|auth|session|security)_?token=)[^&\s\"'<>\\#]+",
        "a token in the query of a URL",
        hints=("token=",),
    ),
    SecretForm(
        "private-key",
        r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^-]+(?=-----END)",
        "a private key in PEM",
        hints=("private key-----",),
        marks=("PRIVATE KEY-----",),
    ),
    SecretForm(
        "json-web-token",
        r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}",
        "a signed JSON Web Token",
        hints=("eyj",),
        linked=True,
        marks=("eyJhbGciOi", "eyJ0eXAiOi", "eyJraWQiOi"),
    ),
    SecretForm(
        "access-key-id",
        r"(?:AKIA|ASIA)[A-Z0-9]{16}",
        "AWS access key id",
        hints=("akia", "asia"),
        linked=True,
        marks=("AKIA", "ASIA"),
    ),
)

# The first row that fits decides.
NAMES = (
    SecretName(
        "page",
        r".*(next|page|pagination|continuation|starting|chunk|message|forward|backward|marker|sequence)token"
        r"|marker|nextmarker",
        "where a list goes on: it must come back as it was, and opens nothing without credentials",
        part="none",
    ),
    SecretName(
        "idempotency",
        r".*(client|clientrequest|idempotency|idempotence|creation|request|uniquerequest)token",
        "a mark of one attempt, which the client made up",
        part="none",
    ),
    SecretName(
        "task",
        r".*(task|change|lock|update|version|conditional|block|checkpoint|job|result)token",
        "a handle on work or on a version: using it takes credentials, and tests compare it",
        part="none",
    ),
    SecretName(
        "who-asks",
        r".*chimebearer|(crossaccount|source)authorization|removeprivatekey",
        "an ARN or id of who asks, of who may, or of what goes",
        part="none",
    ),
    SecretName(
        "password", r".*(password|passwd|passphrase|passcode)s?|.+pwd|otp|onetimecode", "a password"
    ),
    SecretName(
        "secret",
        r".*(secret|secretaccesskey|secretkey|secrethash|secretstring|secretbinary|secretvalue)",
        "a secret key or text",
    ),
    SecretName(
        "code",
        r".*(activationcode|activationkey|authcode|authorizationcode)",
        "a code that lets in who has it, as a password does",
    ),
    SecretName(
        "credential-token",
        r".*(access|refresh|id|session|security|bearer|auth|authorization|authentication|oauth|participant"
        r"|connection|webidentity|identity|api|jwt|hec|grafana|gateway|signed|registration|import|export"
        r"|device|billing|verification|retrieval|push|secret)token|token|tokenvalue",
        "who has it is let in",
    ),
    SecretName(
        "signed-part",
        r"xamzsignature|xamzcredential|awsaccesskeyid",
        "who signed a form, and the signature that lets in whoever has it",
    ),
    SecretName("bearer", r".*(bearer|authorization)", "a bearer token"),
    SecretName(
        "key",
        r".*(privatekey|apikey|apikeyvalue|authkey|presharedkey|statickeyvalue|keytab)|tokenkey",
        "a private or shared key, or the key of an API",
    ),
    SecretName("assertion", r".*samlassertion", "a signed statement of who somebody is"),
    SecretName(
        "signed-url",
        r".*(presigned.*url|signedurl|signedbiurl|authorizedurl|uploadurl|presignedurl)",
        "an address that lets in whoever knows its query",
        part="query",
    ),
)  # fmt: skip

# Digests of a body that was changed would make clients refuse it.
CHECKSUMS = ("content-md5", "x-amz-crc32")
CHECKSUM_PREFIX = "x-amz-checksum-"
NO_CHECKSUMS = ("x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type")


def is_checksum(header: str) -> bool:
    """Say whether a header, in lower case, carries a digest of the body."""
    return header in CHECKSUMS or (header.startswith(CHECKSUM_PREFIX) and header not in NO_CHECKSUMS)


def is_of_body(header: str) -> bool:
    """Say whether a header, in lower case, follows from the bytes of the body."""
    return header == "content-length" or is_checksum(header)


# Headers that say how a message is to be read: what is secret elsewhere is not looked for in them.
STRUCTURAL_HEADERS = frozenset({
    "accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "date",
    "smithy-protocol", "transfer-encoding", "x-amz-date", "x-amz-target", "x-amzn-errortype",
    "x-amzn-query-mode",
})  # fmt: skip

_ROWS = tuple((re.compile(row.pattern), row) for row in NAMES)


@lru_cache(maxsize=4096)
def secret_part(name: str) -> Literal["whole", "query"] | None:
    """Say which part of the value under a name is secret; ``None`` for none of it."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    for pattern, row in _ROWS:
        if pattern.fullmatch(plain):
            return None if row.part == "none" else row.part
    return None
