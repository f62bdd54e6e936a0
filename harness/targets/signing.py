"""Authentication of requests: SigV4 by botocore, bearer tokens, and deliberately wrong forms of both.

What leaves this machine: the access key id, the signature and, with temporary credentials, the session
token, which is of no use without the secret key. The secret key itself is never sent, so the user's own chain
is used for any endpoint that the user names, over plain HTTP too. On loopback only credentials that lie on
this machine are looked for (environment and files, no role or metadata service is asked); where there are
none, the key pair that AWS prints in its documentation signs.

Source: Signature Version 4
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import msgspec
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import BotoCoreError
from botocore.session import Session
from botocore.utils import validate_region_name

from harness.cases.model import Case
from harness.contract import Contract, check, normalise
from harness.errors import UsageError
from harness.exchange import Headers, Request

BEARER_VARIABLE = "HARNESS_BEARER_TOKEN"
DOCUMENTED_KEY = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
MADE_UP_TOKEN = "made-up-bearer-token"  # noqa: S105  # for emulators; a real endpoint refuses it
MALFORMED_AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=malformed, SignedHeaders, Signature"
WRONG_SERVICE = "wrongservice"
# Of botocore's providers, those that only read this machine's environment and files.
LOCAL_METHODS = frozenset(
    {"env", "shared-credentials-file", "config-file", "ec2-credentials-file", "boto-config"}
)
# These services sign the path as it stands and announce the body's digest.
S3_SIGNING_NAMES = frozenset({"s3", "s3-object-lambda", "s3-outposts"})
# The transport may change these, so they are not signed.
UNSIGNED_FIELDS = frozenset({"content-length", "accept-encoding"})


class KeyPair(msgspec.Struct, frozen=True):
    """Credentials at one moment."""

    access_key: str
    secret_key: str
    token: str | None = None

    def secrets(self) -> Iterator[str]:
        """What of it a recording must not hold."""
        yield from (text for text in (self.secret_key, self.token, self.access_key) if text)


class Chain:
    """botocore's chain of credentials, asked when a request has to be signed and not before.

    Args:
        profile: The profile to use; ``None`` for the default chain.
        where: What to name in an error: the target.
        local: Whether the target is on loopback, see the module's words.
        fixed: Credentials to use instead of any chain.
    """

    def __init__(
        self, profile: str | None, where: str, *, local: bool = False, fixed: KeyPair | None = None
    ) -> None:
        self._profile, self._where, self._local = profile, where, local
        self._fixed = fixed
        self._loaded: Any = None
        self._seen: dict[str, None] = {}

    def current(self) -> KeyPair:
        """Return the credentials to sign with now.

        Raises:
            UsageError: There are none, or the profile cannot be used.
        """
        pair = self._fixed or self._from_botocore()
        self._seen.update(dict.fromkeys(pair.secrets()))
        return pair

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret, token and key id that has signed or would sign now; empty where there is none."""
        with contextlib.suppress(UsageError):  # what cannot be signed cannot be recorded either
            self.current()
        return tuple(self._seen)

    def _from_botocore(self) -> KeyPair:
        try:
            if self._loaded is None:
                self._loaded = self._load()
            if self._loaded is not None:
                frozen = self._loaded.get_frozen_credentials()
                return KeyPair(frozen.access_key, frozen.secret_key, frozen.token)
        except BotoCoreError as error:
            remedy = "Correct the profile or the environment, or name another profile with --profile."
            raise UsageError(self._where, f"credentials cannot be used: {error}", remedy) from error
        if self._local:
            return KeyPair(*DOCUMENTED_KEY)
        remedy = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile."
        raise UsageError(self._where, "no credentials were found to sign requests with", remedy)

    def _load(self) -> Any:
        session = Session(profile=self._profile)
        resolver = session.get_component("credential_provider")
        if self._local:
            for provider in tuple(resolver.providers):
                if provider.METHOD not in LOCAL_METHODS:
                    resolver.remove(provider.METHOD)
        return resolver.load_credentials()


class Endpoint(msgspec.Struct, frozen=True):
    """Where a service is, and how requests to it are signed.

    Attributes:
        url: Scheme and host.
        region: The signing region, where it is not the caller's, e.g. for global services.
        service: The signing name, where it is not the model's.
    """

    url: str
    region: str | None = None
    service: str | None = None


def resolve_endpoint(contract: Contract, region: str, profile: str | None = None) -> Endpoint:
    """Find a service's real endpoint as botocore does, by the service's own rules.

    Rules over single inputs (buckets, account ids, endpoint ids) are not followed: the endpoint is that of a
    request without them.

    Args:
        contract: The operation.
        region: The region.
        profile: The profile whose data path counts; ``None`` for the default.

    Returns:
        The endpoint.

    Raises:
        UsageError: botocore knows no such service, or no endpoint for it in that region.
    """
    try:
        validate_region_name(region)
        loader = Session(profile=profile).get_component("data_loader")
        rules = loader.load_service_model(contract.service, "endpoint-rule-set-1")
        provider = EndpointProvider(rules, loader.load_data("partitions"))
        found = provider.resolve_endpoint(Region=region, UseFIPS=False, UseDualStack=False)
    except BotoCoreError as error:
        problem = f"botocore finds no endpoint of {contract.service} in {region!r}: {error}"
        remedy = "Name another region with --region, or the endpoint's URL with --target."
        raise UsageError("target aws", problem, remedy) from error
    schemes: list[dict[str, Any]] = found.properties.get("authSchemes") or []
    scheme = next((row for row in schemes if row["name"] == "sigv4"), {})
    return Endpoint(found.url, scheme.get("signingRegion"), scheme.get("signingName"))


class Signer:
    """Puts on a request what its case asks for: a signature, a token, nothing, or nonsense.

    Args:
        region: The signing region.
        chain: Where credentials come from.
        bearer: The user's own bearer token, sent in place of a generated one; ``None`` for none.
    """

    def __init__(self, region: str, chain: Chain, bearer: str | None = None) -> None:
        self._region, self._chain, self._bearer = region, chain, bearer or None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What a recording must not hold: secret key, session token, key id, the user's bearer token."""
        return (*self._chain.secrets, *((self._bearer,) if self._bearer else ()))

    def sign(
        self, contract: Contract, case: Case, request: Request, origin: str, endpoint: Endpoint | None = None
    ) -> Request:
        """Authenticate a request as its case asks.

        Args:
            contract: The operation.
            case: The case; its ``authentication`` decides.
            request: The request as it will be sent, ``Host`` included.
            origin: Scheme, host and port of the endpoint.
            endpoint: What botocore says of the service, for ``aws``.

        Returns:
            The request with its authentication; everything else is as it was.

        Raises:
            UsageError: The request has to be signed and there are no credentials.
        """
        if case.authentication == "none":
            return _without_authentication(contract, request)
        request = self._with_own_token(contract, case, request)
        if case.authentication == "malformed":
            return _with_headers(request, request.headers.replacing("Authorization", MALFORMED_AUTHORIZATION))
        service = (endpoint and endpoint.service) or signing_name(contract)
        region = (endpoint and endpoint.region) or self._region
        if case.authentication == "wrong-scope":
            return self._signed(request, origin, WRONG_SERVICE, region)
        if contract.auth.scheme == "bearer" and contract.auth.member is None:
            token = self._bearer or MADE_UP_TOKEN
            return _with_headers(request, request.headers.replacing("Authorization", f"Bearer {token}"))
        if contract.auth.scheme != "sigv4":
            return request
        return self._signed(request, origin, service, region)

    def _with_own_token(self, contract: Contract, case: Case, request: Request) -> Request:
        """Send the user's token where the case is about something else than the token."""
        header = contract.auth.header
        if not self._bearer or contract.auth.scheme != "bearer" or header is None:
            return request
        if header not in request.headers or _concerns_token(contract, case):
            return request
        fields = tuple(
            (name, self._bearer if name.lower() == header.lower() else value)
            for name, value in request.headers
        )
        return _with_headers(request, Headers(fields))

    def _signed(self, request: Request, origin: str, service: str, region: str) -> Request:
        pair = self._chain.current()
        signed = AWSRequest(method=request.method, url=origin + request.target, data=request.body)
        for name, value in request.headers:
            if name.lower() not in UNSIGNED_FIELDS:
                signed.headers[name] = value  # appends: repeated fields stay repeated
        signer = S3SigV4Auth if service in S3_SIGNING_NAMES else SigV4Auth
        signer(Credentials(pair.access_key, pair.secret_key, pair.token), service, region).add_auth(signed)
        unsigned = (pair for pair in request.headers if pair[0].lower() in UNSIGNED_FIELDS)
        return _with_headers(request, Headers.of((*signed.headers.items(), *unsigned)))


def signing_name(contract: Contract) -> str:
    """Name the service that a signature is for, as the model says."""
    metadata = contract.metadata
    return str(metadata.get("signingName") or metadata.get("endpointPrefix") or contract.service)


def _concerns_token(contract: Contract, case: Case) -> bool:
    """Say whether a case is made for the token's sake, or would be refused for the one it brings."""
    member = contract.auth.member
    if member is None:
        return False
    own = f"{contract.name}#/input/{member}/"
    if any(aim.constraint.startswith(own) for aim in case.aims):
        return True
    if not isinstance(case.input, dict):
        return False
    violations = check(contract, normalise(contract, case.input))
    return any(violation.path[:1] == (member,) for violation in violations)


def _without_authentication(contract: Contract, request: Request) -> Request:
    headers = request.headers
    for name in ("Authorization", "X-Amz-Security-Token", contract.auth.header):
        headers = headers.replacing(name, None) if name else headers
    return _with_headers(request, headers)


def _with_headers(request: Request, headers: Headers) -> Request:
    return msgspec.structs.replace(request, headers=headers)
