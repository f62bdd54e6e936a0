"""vcrpy's door for files: cassettes spelled by its serializers from its own requests.

Imported only when something is written. Stock vcrpy 8 and 9 open the result; they ignore every ``harness``.
Source: vcrpy's serializers
(https://vcrpy.readthedocs.io/en/latest/advanced.html#register-your-own-serializer).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from vcr.request import Request
from vcr.serialize import CASSETTE_FORMAT_VERSION, serialize
from vcr.serializers import jsonserializer
from vcr.serializers.compat import convert_to_unicode

from harness.cassettes import spelling
from harness.cassettes.format import FailurePart, Head, InteractionPart, RequestPart
from harness.cassettes.interface import Part
from harness.errors import UsageError


def spelled(head: Head, parts: Sequence[Part]) -> bytes:
    """Spell a cassette as YAML.

    Args:
        head: What stands at the top; its counts and failures are taken from the parts.
        parts: The interactions and failures in the order of recording.

    Returns:
        The whole file, ASCII.
    """
    interactions, failures = _parted(parts)
    head = msgspec.structs.replace(head, interactions=len(interactions), failures=failures)
    return str(serialize(_mapping(interactions), _Serializer(head, interactions))).encode("ascii")


def stock(parts: Sequence[Part], kind: str, metadata: Any = None) -> bytes:
    """Spell a cassette as stock vcrpy does, with nothing of ours; failures have no place in it.

    Args:
        parts: The interactions; failures are passed over.
        kind: ``yaml`` or ``json``.
        metadata: What vcrpy's users keep beside the interactions.

    Raises:
        UsageError: ``json`` cannot hold a body that is not text.
    """
    interactions, _ = _parted(parts)
    mapping = _mapping(interactions) | ({"metadata": metadata} if metadata else {})
    try:
        return str(serialize(mapping, _StockSerializer(interactions, kind))).encode("ascii")
    except TypeError:
        number = next(number for number, part in enumerate(interactions, 1) if not _is_text(part))
        problem = "holds a body that is not text, which vcrpy's JSON cannot hold"
        raise UsageError(f"interaction {number}", problem, "Write .yaml, .jsonl or .har instead.") from None


class _StockSerializer:
    """A vcrpy serializer of stock cassettes.

    JSON is vcrpy's own. YAML is not: libyaml writes a carriage return so that it comes back as a line feed.
    """

    def __init__(self, interactions: Sequence[InteractionPart], kind: str) -> None:
        self._interactions, self._kind = interactions, kind

    def serialize(self, cassette: dict[str, Any]) -> str:
        """Spell vcrpy's mapping of a cassette."""
        pairs = zip(self._interactions, cassette["interactions"], strict=True)
        interactions = [_beside(msgspec.structs.replace(part, harness=None), stock) for part, stock in pairs]
        document = {**cassette, "interactions": interactions}
        if self._kind == "json":
            return str(jsonserializer.serialize(document))
        return spelling.spell({key: document[key] for key in sorted(document)})


class _Serializer:
    """A vcrpy serializer that puts what vcrpy does not know beside what it does."""

    def __init__(self, head: Head, interactions: Sequence[InteractionPart]) -> None:
        self._head, self._interactions = head, interactions

    def serialize(self, cassette: dict[str, Any]) -> str:
        """Spell vcrpy's mapping of a cassette, the head first and the version last."""
        interactions = [
            _beside(part, stock)
            for part, stock in zip(self._interactions, cassette["interactions"], strict=True)
        ]
        document = {
            "harness": _head(self._head),
            "interactions": interactions,
            "version": CASSETTE_FORMAT_VERSION,
        }
        if self._head.metadata:
            document = {"metadata": self._head.metadata} | document
        return spelling.spell(document)


def _parted(parts: Sequence[Part]) -> tuple[list[InteractionPart], tuple[FailurePart, ...]]:
    """Interactions and failures apart; each failure says how many interactions came before it."""
    interactions: list[InteractionPart] = []
    failures = []
    for part in parts:
        if isinstance(part, FailurePart):
            failures.append(msgspec.structs.replace(part, after=len(interactions)))
        else:
            interactions.append(part)
    return interactions, tuple(failures)


def _mapping(interactions: Sequence[InteractionPart]) -> dict[str, Any]:
    responses = [msgspec.to_builtins(part.response, builtin_types=(bytes,)) for part in interactions]
    return {"requests": [_request(part.request) for part in interactions], "responses": responses}


def _beside(part: InteractionPart, stock: dict[str, Any]) -> dict[str, Any]:
    # vcrpy's request keeps one value of a repeated header; the file gets them all.
    request = {**stock["request"], "headers": _filled(part.request.headers)}
    ours = {} if part.harness is None else {"harness": msgspec.to_builtins(part.harness)}
    return {
        **ours,
        "request": {key: request[key] for key in ("method", "uri", "headers", "body")},
        "response": stock["response"],
    }


def _head(head: Head) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(head, failures=(), metadata=None))
    if head.failures:
        plain["failures"] = [_failure(part) for part in head.failures]
    return plain


def _failure(part: FailurePart) -> dict[str, Any]:
    request = convert_to_unicode(_request(part.request)._to_dict())
    return {
        "harness": msgspec.to_builtins(part.harness),
        "failure": part.failure,
        "after": part.after,
        "request": {
            "method": request["method"],
            "uri": request["uri"],
            "headers": _filled(part.request.headers),
            "body": request["body"],
        },
    }


def _request(part: RequestPart) -> Request:
    return Request(part.method, part.uri, part.body, _filled(part.headers))


def _filled(headers: dict[str, list[str]]) -> dict[str, list[str]]:
    """The header fields that were sent: vcrpy fails on a name without a value."""
    return {name: values for name, values in headers.items() if values}


def _is_text(part: InteractionPart) -> bool:
    try:
        for body in (part.request.body, part.response.body.string):
            if isinstance(body, bytes):
                body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
