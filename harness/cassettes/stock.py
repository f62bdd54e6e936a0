"""Cassettes as plain values, ours and those of stock vcrpy, whatever spelled them.

vcrpy writes a header's value as text, as bytes or as a list of these, and knows no ``harness``.
Source: vcrpy's cassette format, version 1 (https://vcrpy.readthedocs.io/en/latest/usage.html).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from harness.cassettes.decoded import as_decoded
from harness.cassettes.files import corrupt
from harness.cassettes.format import (
    FORMAT,
    FailurePart,
    Head,
    InteractionPart,
    body_bytes,
    check_uri,
    header_lists,
)
from harness.cassettes.interface import Part, Stored
from harness.errors import CassetteCorrupt
from harness.exchange import Headers

Kind = TypeVar("Kind")
_SHAPE = "does not have a cassette's shape: "


def stored_of(path: Path, values: Any, place: Callable[..., str]) -> Stored:
    """Make a cassette of its plain values.

    Args:
        path: The file, for refusals.
        values: The whole document.
        place: Says where the value at a path of keys and positions stands.

    Raises:
        CassetteCorrupt: The values are no cassette's.
    """
    if not isinstance(values, dict) or not isinstance(values.get("interactions"), list):
        raise corrupt(path, "has no list of interactions", place())
    if values.get("version") != 1:
        problem = f"has version {values.get('version')!r} where 1 is expected"
        raise corrupt(path, problem, place("version"))
    head = _head(path, values, place)
    parts = []
    for number, value in enumerate(values["interactions"]):
        try:
            parts.append(_interaction(value))
        except (msgspec.ValidationError, ValueError) as error:
            where = f"interaction {number + 1}, {place('interactions', number)}"
            raise corrupt(path, f"{_SHAPE}{error}", where) from None
    return Stored(msgspec.structs.replace(head, failures=()), in_order(parts, head.failures))


def in_order(interactions: list[InteractionPart], failures: tuple[FailurePart, ...]) -> tuple[Part, ...]:
    """Put failures where they happened, each before the interaction that followed it."""
    if not failures:
        return tuple(interactions)
    keyed: list[tuple[int, int, Part]] = [(part.after, 0, part) for part in failures]
    keyed += [(number, 1, part) for number, part in enumerate(interactions)]
    return tuple(part for _, _, part in sorted(keyed, key=lambda item: item[:2]))


def _head(path: Path, values: dict[str, Any], place: Callable[..., str]) -> Head:
    count = len(values["interactions"])
    if "harness" not in values:
        return Head(format=FORMAT, interactions=count, metadata=values.get("metadata"))
    where = place("harness")
    try:
        head = msgspec.convert(values["harness"], Head)
        for failure in head.failures:
            _check_bodies(failure.request.body)
            check_uri(failure.request.uri)
    except (msgspec.ValidationError, ValueError) as error:
        raise corrupt(path, f"{_SHAPE}{error}", where) from None
    if head.format != FORMAT:
        problem = f"has format {head.format}, and this harness reads {FORMAT}"
        raise CassetteCorrupt(str(path), problem, "Use the harness that recorded it, or record it anew.")
    if head.interactions != count:
        problem = (
            f"holds {count} interaction{'' if count == 1 else 's'} where its head counts {head.interactions}"
        )
        remedy = f"Take the file from version control again; or, if you changed it, count {count} at its top."
        raise CassetteCorrupt(f"{path}, {where}" if where else str(path), problem, remedy)
    return msgspec.structs.replace(head, metadata=values.get("metadata"))


def _interaction(value: Any) -> InteractionPart:
    try:
        part = msgspec.convert(value, InteractionPart)
    except msgspec.ValidationError:
        if not isinstance(value, dict) or "harness" in value:
            raise
        part = msgspec.convert(_like_ours(value), InteractionPart)
    _check_bodies(part.request.body, part.response.body.string)
    check_uri(part.request.uri)
    return part


def _like_ours(value: dict[str, Any]) -> dict[str, Any]:
    made = {"harness": None, **value}
    for side in ("request", "response"):
        message = value.get(side)
        if isinstance(message, dict) and isinstance(message.get("headers"), dict):
            lists = {name: _listed(item) for name, item in message["headers"].items()}
            made[side] = {**message, "headers": lists}
    answer = made.get("response")
    if isinstance(answer, dict) and "status_code" in answer and "status" not in answer:
        made["response"] = _of_old_httpx(answer)
    return made


def _of_old_httpx(answer: dict[str, Any]) -> dict[str, Any]:
    """Restructure what older releases of vcrpy wrote of httpx: decoded bodies, names of its own."""
    content, lists = answer.get("content"), answer.get("headers")
    if isinstance(content, (str, bytes)) and isinstance(lists, dict):
        fields = Headers(tuple((name, each) for name, values in lists.items() for each in values))
        lists = header_lists(as_decoded(fields, body_bytes(content, "response.content")))
    status = {"code": answer["status_code"], "message": None}
    return {"status": status, "headers": lists, "body": {"string": content}}


def _listed(value: Any) -> list[Any]:
    return [_text(item) for item in (value if isinstance(value, list) else [value])]


def _text(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("latin-1")  # as HTTP has them, byte for byte
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _check_bodies(*bodies: Any) -> None:
    for body in bodies:
        if not (body is None or isinstance(body, (str, bytes))):
            raise ValueError("a body is neither text nor binary")
