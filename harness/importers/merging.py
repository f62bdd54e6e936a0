"""A model imported again over what a person added by hand.

The model owns the wire and the shapes; the person owns everything else. One word is said by neither: the
member that carries a bearer token is a secret, so it is always marked ``sensitive``, whatever the model says.
"""

from __future__ import annotations

from typing import Any

import msgspec

from harness.contract import Contract, Source, digest
from harness.contract.digests import plain
from harness.contract.model import Auth, Validation

WIRE_METADATA = (
    "targetPrefix", "jsonVersion", "apiVersion", "xmlNamespace", "endpointPrefix", "signingName",
    "awsQueryCompatible",
)  # fmt: skip
BY_HAND = (
    "rules", "examples", "values", "idempotency", "batch", "volatile", "echo", "notes",
    "documentation",
)  # fmt: skip


def merge(imported: Contract, existing: Contract) -> Contract:
    """Put what a person added to a contract file onto a newly imported model.

    Args:
        imported: What the model says now; its version is kept.
        existing: A file of the same operation, of the same or of another version.

    Returns:
        The imported wire and shapes with the existing rules, examples, values, authentication, validation,
        idempotency, batch, volatile and echoed members, notes and documents.
    """
    kept: dict[str, Any] = {name: getattr(existing, name) for name in BY_HAND}
    kept["auth"] = existing.auth if existing.auth != Auth() else imported.auth
    kept["validation"] = existing.validation if existing.validation != Validation() else imported.validation
    same_version = imported.version == existing.version
    kept["sources"] = _sources(imported.sources, existing.sources, same_version=same_version)
    return with_secrets(msgspec.structs.replace(imported, **kept))


def _sources(new: tuple[Source, ...], old: tuple[Source, ...], *, same_version: bool) -> tuple[Source, ...]:
    """Keep the documents; a release is kept only where it is a source of this very version."""
    fresh = {source.title: source for source in new}
    known = {source.title for source in old}
    kept = [
        fresh.get(source.title, source)
        for source in old
        if same_version or source.title in fresh or not source.title.startswith("botocore ")
    ]
    return (*(source for source in new if source.title not in known), *kept)


def with_secrets(contract: Contract) -> Contract:
    """Mark the member that carries the bearer token as sensitive."""
    name, member = contract.input or "", contract.auth.member
    shape = contract.shapes.get(name)
    if shape is None or member is None or member not in shape.members:
        return contract
    secret = msgspec.structs.replace(shape.members[member], sensitive=True)
    changed = msgspec.structs.replace(shape, members={**shape.members, member: secret})
    return msgspec.structs.replace(contract, shapes={**contract.shapes, name: changed})


def same_shape(one: Contract, other: Contract) -> bool:
    """Say whether two contracts of an operation say the same about the wire, prose and hand-work apart."""
    return model_digest(one) == model_digest(other)


def model_digest(contract: Contract) -> str:
    """Name what a model says of an operation: its wire binding, shapes and errors."""
    wire = {key: contract.metadata[key] for key in WIRE_METADATA if key in contract.metadata}
    facts = {
        "protocol": contract.protocol,
        "metadata": wire,
        "http": plain(contract.http),
        "shapes": plain(contract.shapes),
        "input": contract.input,
        "output": contract.output,
        "errors": sorted(contract.errors),
        "idempotent": contract.idempotent,
        "endpoint": contract.endpoint,
        "traits": contract.traits,
    }
    return digest(facts)
