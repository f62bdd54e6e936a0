"""Contracts as YAML text: readable, stable, small.

What a person writes stands first, the shapes last; what fits on a line stands on one line. The same contract
always gives the same text.
"""

from __future__ import annotations

import json
from typing import Any

import yaml

from harness.contract import Contract
from harness.contract.digests import plain

WIDTH = 110
INLINE = 96
"""The longest list or mapping of scalars that is written on one line."""

CONTRACT_KEYS = (
    "format", "service", "operation", "version", "sources", "notes", "documentation", "protocol", "metadata",
    "http", "endpoint", "idempotent", "auth", "validation", "idempotency", "batch", "volatile", "echo",
    "examples", "values", "rules", "traits", "input", "output", "errors", "shapes",
)  # fmt: skip
IDEMPOTENCY_KEYS = ("token", "window", "source", "changed", "changedSource", "scope")
FIRST_KEYS = ("type", "error", "httpError", "target", "required")
LAST_KEYS = ("traits", "members", "member", "key", "value")

_Fast: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Fast):  # type: ignore[misc]  # PyYAML's C classes carry no types
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # PyYAML asks
        """Write everything out."""
        return True


def _is_short(value: Any) -> bool:
    """Say whether a list or mapping is better read on one line."""
    inner = value.values() if isinstance(value, dict) else value
    plain = all(
        not isinstance(item, (list, dict)) or (len(item) <= 3 and not any(map(_is_nested, _inside(item))))
        for item in inner
    )
    return plain and len(json.dumps(value, ensure_ascii=False)) <= INLINE


def _inside(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else list(value)


def _is_nested(value: Any) -> bool:
    return isinstance(value, (list, dict)) and bool(value)


def _write_list(dumper: Any, value: list[Any]) -> Any:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=_is_short(value))


def _write_mapping(dumper: Any, value: dict[str, Any]) -> Any:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=_is_short(value))


_Dumper.add_representer(list, _write_list)
_Dumper.add_representer(dict, _write_mapping)


def dump_contract(contract: Contract) -> str:
    """Spell a contract as YAML.

    Args:
        contract: The contract.

    Returns:
        The text of a contract file; reading it gives an equal contract.
    """
    built = plain(contract) | _in_full(contract)
    built["shapes"] = {name: _ordered_shape(shape) for name, shape in built["shapes"].items()}
    ordered = {key: built[key] for key in CONTRACT_KEYS if key in built}
    header = (
        "# yaml-language-server: $schema=../../../docs/contract.schema.json\n"
        f"# {contract.name} as of {contract.version}; docs/contracts.md explains the format.\n"
    )
    return header + "".join(_section(key, value) for key, value in ordered.items())


def _section(key: str, value: Any) -> str:
    text: str = yaml.dump(
        _Block({key: _spread(value)}), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH
    )
    return f"\n{text}" if "\n" in text.rstrip("\n") and key not in ("format",) else text


class _Block(dict[str, Any]):
    """A mapping that is never written on one line."""


class _BlockList(list[Any]):
    """A list that is never written on one line."""


def _spread(value: Any) -> Any:
    """Give each entry of a list of mappings a line of its own."""
    mappings = isinstance(value, list) and any(isinstance(item, dict) for item in value)
    return _BlockList(value) if mappings else value


_Dumper.add_representer(
    _BlockList,
    lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=False),
)
_Dumper.add_representer(
    _Block,
    lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=False),
)


def _in_full(contract: Contract) -> dict[str, Any]:
    """What a reader should not have to know the defaults of."""
    validation, batch, idempotency = contract.validation, contract.batch, contract.idempotency
    full: dict[str, Any] = {
        "format": contract.format,
        "http": {"method": contract.http.method, "uri": contract.http.uri, "code": contract.http.code},
        "validation": {
            "code": validation.code,
            "status": validation.status,
            "source": validation.source,
            **plain(validation),
        },
    }
    if batch is not None:
        full["batch"] = {**plain(batch), "code": batch.code, "message": batch.message}
    if idempotency is not None:
        said = {**plain(idempotency), "source": idempotency.source}
        if idempotency.changed is not None:
            said["changedSource"] = idempotency.changed_source
        full["idempotency"] = {key: said[key] for key in IDEMPOTENCY_KEYS if key in said}
    return full


def _ordered_shape(shape: dict[str, Any]) -> dict[str, Any]:
    """Put a shape's kind first and its members last; the kind is written even where it is the usual one."""
    ordered = _ordered({"type": "structure", **shape})
    for part in ("member", "key", "value"):
        if part in ordered:
            ordered[part] = _ordered(ordered[part])
    if "members" in ordered:
        ordered["members"] = _Block({name: _ordered(member) for name, member in ordered["members"].items()})
    return ordered


def _ordered(attributes: dict[str, Any]) -> dict[str, Any]:
    first = [key for key in FIRST_KEYS if key in attributes]
    last = [key for key in LAST_KEYS if key in attributes]
    between = [key for key in attributes if key not in FIRST_KEYS and key not in LAST_KEYS]
    return {key: attributes[key] for key in (*first, *between, *last)}
