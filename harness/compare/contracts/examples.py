"""The examples of rules, from YAML to services that can be compared.

A side says only what matters. ``input`` and ``output`` are members by name, each with its shape's and its own
traits in one mapping under the names of contract files (docs/contracts.md), a type alone for short; ``null``
is none at all. ``errors`` are error structures by name. ``http``, ``operation``, ``rules``, ``batch``,
``idempotency``, ``validation``, ``auth`` are parts of the contract; ``metadata``, ``traits``, ``paginators``,
``waiters``, ``names`` are facts of the service; ``operations`` its operations, ``service: absent`` none.
"""

from __future__ import annotations

from typing import Any

from harness.compare.contracts.comparing import compare_services, service_added, service_removed
from harness.compare.contracts.model import Change, Rule
from harness.contract.service import Service
from harness.importers.decoding import decode_contract
from harness.importers.yaml_reading import read_yaml

SERVICE, OPERATION = "things", "Act"
METADATA = {"protocol": "rest-json", "endpointPrefix": "things", "signatureVersion": "v4"}
CONTRACT_PARTS = ("rules", "batch", "idempotency", "validation", "auth", "http")
MEMBER_ONLY = frozenset({
    "required", "default", "idempotencyToken", "httpLabel", "httpHeader", "httpPrefixHeaders", "httpQuery",
    "httpQueryParams", "httpPayload", "httpResponseCode", "hostLabel", "queryName", "jsonName", "xmlName",
    "xmlAttribute",
})  # fmt: skip


def compare_example(rule: Rule) -> tuple[Change, ...]:
    """Compare the two sides of a rule's example."""
    old, new = example_side(rule.before, rule.id), example_side(rule.after, rule.id)
    if old is None:
        return (service_added(SERVICE),)
    return (service_removed(SERVICE),) if new is None else compare_services(old, new)


def example_side(text: str, where: str) -> Service | None:
    """Make the service that one side of an example stands for.

    Args:
        text: The side, as YAML.
        where: What to name in an error.

    Returns:
        The service; ``None`` where the example says that there is none.

    Raises:
        ContractError: The text is no example.
    """
    said: dict[str, Any] = read_yaml(text, where)
    if said.get("service") == "absent":
        return None
    metadata = {**METADATA, **said.get("metadata", {})}
    names = said.get("operations", [OPERATION])
    return Service(
        name=SERVICE,
        operations={name: decode_contract(_contract(name, said, metadata), where) for name in names},
        metadata=metadata,
        traits=said.get("traits", {}),
        paginators=said.get("paginators", {}),
        waiters=said.get("waiters", {}),
        wire_names=said.get("names", {}),
        authored=True,
    )


def _contract(name: str, said: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    shapes: dict[str, Any] = {}
    contract: dict[str, Any] = {
        "format": 1,
        "service": SERVICE,
        "operation": name,
        "version": "2024-01-01",
        "sources": [],
        "protocol": metadata.get("protocols", [metadata["protocol"]])[0],
        "metadata": metadata,
        "http": {},
        **{part: said[part] for part in CONTRACT_PARTS if part in said},
        **said.get("operation", {}),
    }
    for side in ("input", "output"):
        if side in said and said[side] is None:
            continue
        contract[side] = side.capitalize()
        _shape(contract[side], {"type": "structure", "members": said.get(side, {})}, shapes)
    contract["errors"] = list(said.get("errors", {}))
    for error, spec in said.get("errors", {}).items():
        _shape(error, {"type": "structure", **spec}, shapes)
    return {**contract, "shapes": shapes}


def _shape(name: str, spec: dict[str, Any], shapes: dict[str, Any]) -> None:
    """Add a shape and those below it, each named for its place."""
    shape = dict(spec)
    if "members" in shape:
        shape["members"] = {
            key: _member(f"{name}{key}", item, shapes) for key, item in shape["members"].items()
        }
    for part in ("member", "key", "value"):
        if part in shape:
            shape[part] = _member(f"{name}{part.capitalize()}", shape[part], shapes)
    shapes[name] = shape


def _member(name: str, said: str | dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = {"type": said} if isinstance(said, str) else dict(said)
    own = {key: spec.pop(key) for key in list(spec) if key in MEMBER_ONLY}
    _shape(name, spec, shapes)
    return {"target": name, **own}
