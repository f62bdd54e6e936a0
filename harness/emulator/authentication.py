"""Who sent this request? The checks that come before anything in the body is looked at.

What is missing or malformed is always refused; keys, signatures and tokens are verified only where the
emulator was given credentials. The age of a signature is not judged: recorded requests stay answerable.

A credentials file is JSON or YAML (JSON is YAML)::

    access_keys:
      AKIDEXAMPLE: the secret of this key
    bearer_tokens: [a token, another token]

Source: Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html).
"""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Any

import msgspec
import yaml

from harness.contract import Answer, Contract
from harness.emulator import signature
from harness.errors import ConfigurationError
from harness.exchange import Request
from harness.routing.reading import OTHER_SIGNING_NAMES

BEARER = "smithy.api#httpBearerAuth"
REMEDY = "Write 'access_keys' as a mapping of key ids to secrets and 'bearer_tokens' as a list of texts."


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The key pairs and bearer tokens that an emulator knows.

    Attributes:
        access_keys: Secrets by access key id.
        bearer_tokens: Tokens that are let in; when empty, every token is.
    """

    access_keys: dict[str, str] = {}
    bearer_tokens: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Count the secrets instead of showing them."""
        return f"Credentials({len(self.access_keys)} access keys, {len(self.bearer_tokens)} bearer tokens)"


def load_credentials(path: Path | str) -> Credentials:
    """Read a credentials file.

    Args:
        path: A JSON or YAML file of the form above.

    Returns:
        The credentials.

    Raises:
        ConfigurationError: The file cannot be read or has another form; the message shows nothing of what
            stands in it.
    """
    where = str(path)
    try:
        document: Any = yaml.safe_load(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        problem = f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}"
        raise ConfigurationError(where, problem, "Name a readable file with credentials.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = "is neither JSON nor YAML" + (f" (line {mark.line + 1})" if mark else "")
        raise ConfigurationError(where, problem, REMEDY) from None
    try:
        return msgspec.convert(document, Credentials)
    except msgspec.ValidationError:
        raise ConfigurationError(where, "does not have the form of credentials", REMEDY) from None


def authenticate(contract: Contract, request: Request, credentials: Credentials | None) -> Answer | None:
    """Check that a request proves who sent it, in the way its operation asks.

    Args:
        contract: The operation.
        request: The request with every header as it came, ``Host`` included.
        credentials: What to verify against; ``None`` to check the form only.

    Returns:
        The error that the request gets, or ``None`` when it may pass.
    """
    if contract.auth.scheme == "bearer":
        return _check_bearer(contract, request, credentials)
    if contract.auth.scheme == "sigv4":
        return _check_signature(contract, request, credentials)
    return None


def _check_bearer(contract: Contract, request: Request, credentials: Credentials | None) -> Answer | None:
    header = contract.auth.header or "Authorization"
    token = (request.headers.get(header) or "").strip()
    if header.lower() == "authorization":
        token = token.removeprefix("Bearer").strip()
    if not token:
        missing = contract.auth.missing
        message = missing.message or f"The header {header} carries no token."
        return msgspec.structs.replace(missing, message=message)
    known = credentials.bearer_tokens if credentials is not None else ()
    sent = token.encode("utf-8", "surrogateescape")
    if known and sum(hmac.compare_digest(sent, each.encode()) for each in known) == 0:  # all, in equal time
        return Answer("AccessDeniedException", 403, "The token is not known.")
    return None


def _check_signature(contract: Contract, request: Request, credentials: Credentials | None) -> Answer | None:
    if BEARER in (contract.traits.get("auth") or contract.metadata.get("auth") or ()):
        header = (request.headers.get("authorization") or "").strip()
        if header.startswith("Bearer "):
            return _check_bearer(contract, request, credentials)
    try:
        claim = signature.read_claim(request)
        if claim is None:
            message = contract.auth.missing.message or "Request is missing Authentication Token"
            return msgspec.structs.replace(contract.auth.missing, message=message)
        signature.check_scope(claim, *signing_names(contract))
    except signature.Refused as refusal:
        return refusal.answer
    if credentials is None:
        return None
    secret = credentials.access_keys.get(claim.access_key)
    if secret is None:
        message = "The security token included in the request is invalid."
        return Answer("UnrecognizedClientException", 403, message)
    if not signature.verify(claim, request, secret):
        return signature.invalid(
            "The request signature we calculated does not match the signature you provided. Check your AWS "
            "Secret Access Key and signing method."
        ).answer
    return None


def signing_names(contract: Contract) -> tuple[str, ...]:
    """Name the service as credential scopes do, the name of its model first."""
    metadata = contract.metadata
    own = str(metadata.get("signingName") or metadata.get("endpointPrefix") or contract.service)
    return (own, *(other for other, name in OTHER_SIGNING_NAMES.items() if name == own))
