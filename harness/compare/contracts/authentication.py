"""How requests prove who sent them: what holds for a whole service, and for an operation of its own.

Sources: Smithy's ``auth`` trait (https://smithy.io/2.0/spec/authentication-traits.html), ``signatureVersion``
and ``authtype`` as botocore reads them (https://github.com/boto/botocore/blob/develop/botocore/client.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.compare.contracts.model import Found
from harness.contract import Contract
from harness.contract.digests import plain

SCHEMES = {
    "aws.auth#sigv4": "v4", "aws.auth#sigv4a": "v4a", "smithy.api#httpBearerAuth": "bearer",
    "smithy.api#noAuth": "none", "aws.auth#sigv4s3express": "v4-s3express",
}  # fmt: skip
ONE_FAMILY = {"s3": "v4", "s3v4": "v4", "v4-unsigned-body": "v4"}
NONE = "none"


def schemes(spec: Mapping[str, Any], kind: str) -> tuple[str, ...] | None:
    """List the schemes that a service or operation offers, the preferred one first.

    Args:
        spec: Metadata, or the traits of an operation.
        kind: The key of the older spelling: ``signatureVersion`` or ``authtype``.

    Returns:
        The schemes; ``None`` where nothing is said.
    """
    if spec.get("auth"):
        return tuple(SCHEMES.get(name, str(name)) for name in spec["auth"])
    said = spec.get(kind)
    return None if said is None else (ONE_FAMILY.get(str(said), str(said)),)


def rule_for(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    """Name what happened to the schemes on offer."""
    if old[0] == NONE or new[0] == NONE:
        return "auth-required" if old[0] == NONE else "auth-dropped"
    if set(old) < set(new):
        return "auth-scheme-added"
    return "auth-scheme-removed" if set(new) < set(old) else "auth-changed"


def service_auth(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Found]:
    """Compare the authentication of two services, by their metadata."""
    before, after = (schemes(side, "signatureVersion") or (NONE,) for side in (old, new))
    pointer = f"{name}#/metadata/auth"
    if before != after:
        yield Found(rule_for(before, after), pointer, list(before), list(after))
    elif old.get("signatureVersion") != new.get("signatureVersion"):
        said = old.get("signatureVersion"), new.get("signatureVersion")
        yield Found("auth-changed", f"{name}#/metadata/signatureVersion", *said)


def operation_auth(old: Contract, new: Contract) -> Iterator[Found]:
    """Compare the authentication of two operations, where it is not that of their services."""
    pointer = f"{new.name}#/auth"
    before, after = (
        schemes(side.traits, "authtype") or schemes(side.metadata, "signatureVersion") or (NONE,)
        for side in (old, new)
    )
    own = any(schemes(side.traits, "authtype") for side in (old, new))
    if own and before != after:
        yield Found(rule_for(before, after), pointer, list(before), list(after))
        return
    unsigned = [side.traits.get("authtype") == "v4-unsigned-body" for side in (old, new)]
    declared = [side.traits.get("unsignedPayload") for side in (old, new)]
    if unsigned[0] != unsigned[1] and declared[0] == declared[1]:
        yield Found(
            "payload-signing-changed", pointer, old.traits.get("authtype"), new.traits.get("authtype")
        )
    elif own and old.traits.get("authtype") != new.traits.get("authtype") and not any(unsigned):
        said = old.traits.get("authtype"), new.traits.get("authtype")
        if None not in said:
            yield Found("auth-changed", pointer, *said)


def spoken_auth(contract: Contract) -> dict[str, Any]:
    """Give what a contract file says of authentication, without words about it."""
    said: dict[str, Any] = plain(contract.auth)
    return {key: value for key, value in said.items() if key not in ("note", "missing")}
