"""From a case to the request that is sent, and to the line that shows it to a person."""

from __future__ import annotations

import shlex

from harness.cases.model import Case
from harness.contract import Contract, canonical
from harness.errors import WireError
from harness.exchange import Request
from harness.wire import protocol_for
from harness.wire.sdk import SdkRefuses, serialize

ERROR_HEADER = "x-harness-error"
LONGEST_COMMAND = 2000
CLIENTS_HEADERS = frozenset({"accept-encoding"})  # sent whether or not a member says so
SIGNATURES_HEADERS = frozenset({"x-amz-content-sha256"})  # the digest of the body, signed


def build(contract: Contract, case: Case) -> Request:
    """Make the request of a case.

    Args:
        contract: The operation.
        case: The case; a wire fault brings its request along.

    Returns:
        The request without ``Host`` and authentication: as botocore's serializer writes it, or as the raw
        encoder does where a client library would refuse or alter the input.

    Raises:
        WireError: The protocol has no place for the input.
    """
    if case.request is not None:
        return case.request
    request = _encode(contract, case)
    if case.error is None:
        return request
    headers = request.headers.replacing(ERROR_HEADER, case.error)
    return Request(request.method, request.target, headers, request.body, request.host_prefix)


def _refuse_what_the_client_says(contract: Contract, case: Case) -> None:
    """Leave out what a case cannot decide: the value of a header that the client or the signature sets.

    Raises:
        WireError: A member is bound to such a header.
    """
    if contract.input is None or not isinstance(case.input, dict):
        return
    for name, member in contract.shapes[contract.input].members.items():
        header = (member.http_header or "").lower()
        if header in SIGNATURES_HEADERS or (header in CLIENTS_HEADERS and name not in case.input):
            problem = f"the header {member.http_header} is the client's own"
            raise WireError(contract.name, problem, "Give an example that agrees with it.")


def _encode(contract: Contract, case: Case) -> Request:
    _refuse_what_the_client_says(contract, case)
    if not case.raw:
        try:
            return serialize(contract, case.input)
        except SdkRefuses:
            pass  # what the SDK refuses is sent raw: the endpoint must refuse it too
    return protocol_for(contract).encode_request(contract, case.input)


def describe(case: Case, request: Request) -> str:
    """Say in one line what was sent: the input where there is one, else the request."""
    if case.input is not None:
        text = canonical(case.input).decode("utf-8", "replace")
    else:
        text = f"{request.method} {request.target} {request.body[:200]!r}"
    line = f"{case.description}: {text}" if case.description else text
    return line if len(line) <= 300 else f"{line[:297]}..."


def reproduce(contract: Contract, case: Case, request: Request, url: str, seed: int) -> str:
    """Spell a command that sends a request again, without any credential.

    Args:
        contract: The operation, for how requests are authenticated.
        case: The case, named where the request is too long or not text.
        request: The request without authentication.
        url: The endpoint; empty for a replay.
        seed: The run's seed.

    Returns:
        A curl command that takes credentials from the environment, or a ``harness run`` of this one case.
    """
    again = f"harness run {contract.name} --version {case.version} --seed {seed} --case {case.id}"
    try:
        body = request.body.decode("utf-8")
    except UnicodeDecodeError:
        return again
    if not url or "\x00" in body or len(body) > LONGEST_COMMAND or case.authentication == "malformed":
        return again if not url else f"{again} --target {shlex.quote(url)}"
    words = ["curl", "-sS", "-i", "--path-as-is", "-X", request.method]
    if contract.auth.scheme == "sigv4" and case.authentication != "none":
        name = contract.metadata.get("signingName") or contract.metadata.get("endpointPrefix")
        service = "wrongservice" if case.authentication == "wrong-scope" else name
        words += ["--aws-sigv4", f"aws:amz:us-east-1:{service}"]
        words += ["--user", "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"]
    for header, value in request.headers:
        words += ["-H", f"{header}: {value}" if value else f"{header};"]
    if body:
        words += ["--data-binary", body]
    words.append(url.rstrip("/") + request.target)
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    """Quote a word for the shell, but let the variables of credentials be filled in."""
    return f'"{word}"' if word.startswith("$AWS_") else shlex.quote(word)
