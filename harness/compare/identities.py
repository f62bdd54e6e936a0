"""Which members name a thing: told from the shapes, so that lists can be paired and ids followed.

Used by the pairing of lists and by the following of linked ids; both ask for names, never for plain text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from harness.contract import Shape

ENDINGS = ("id", "arn", "name")
# InstanceId, instanceIds, ID, roleArn, Names - and neither "paid" nor "Grid" nor "rename".
_NAMES_A_THING = re.compile(r"(?:^|[a-z0-9_])(?:Id|ID|Arn|ARN|Name)s?$|^(?:id|arn|name)s?$")


@lru_cache(maxsize=4096)
def names_a_thing(member: str) -> bool:
    """Say whether a member of this name, or a shape of it, holds an id, an ARN or a name."""
    return _NAMES_A_THING.search(member) is not None


def identity_keys(shape_name: str | None, shape: Shape | None, items: list[Any]) -> tuple[str, ...]:
    """Name the members that may tell the items of a list apart, the surest first.

    Args:
        shape_name: The name of the items' shape; ``None`` where it is not known.
        shape: The shape itself.
        items: Some items, for their members where the shape is not known.

    Returns:
        Members in this order: required ones before others; ``Id``, ``<Shape>Id``, ``Arn``, ``<Shape>Arn``,
        ``Name``, ``<Shape>Name``, ``Key``; then other ids, ARNs and names.
    """
    if shape is not None and shape.type == "structure":
        known = {name: member.required for name, member in shape.members.items()}
    else:
        known = dict.fromkeys((name for item in items[:1] if isinstance(item, dict) for name in item), False)
    wanted = _candidates((shape_name or "").lower())
    ranked = [
        (not required, wanted.get(name.lower(), len(wanted)), position, name)
        for position, (name, required) in enumerate(known.items())
        if name.lower() in wanted or names_a_thing(name)
    ]
    return tuple(name for *_, name in sorted(ranked))


@lru_cache(maxsize=1024)
def _candidates(shape: str) -> Mapping[str, int]:
    ordered = [word for ending in ENDINGS for word in (ending, f"{shape}{ending}")]
    return {word: rank for rank, word in enumerate(dict.fromkeys([*ordered, "key"]))}
