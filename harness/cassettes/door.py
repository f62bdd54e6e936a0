"""vcrpy's door: cassettes made of its own objects, written in one piece or not at all.

Imported only when something is saved. Stock vcrpy 8 and 9 open the result; they ignore every ``harness``.
Source: vcrpy's serializers and persisters
(https://vcrpy.readthedocs.io/en/latest/advanced.html#register-your-own-serializer).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from vcr.cassette import Cassette
from vcr.request import Request
from vcr.serialize import CASSETTE_FORMAT_VERSION, serialize
from vcr.serializers.compat import convert_to_unicode

from harness.cassettes import spelling
from harness.cassettes.format import FailurePart, Head, InteractionPart, RequestPart
from harness.errors import UnfinishedError


def save(path: Path, head: Head, interactions: Sequence[InteractionPart]) -> None:
    """Write a cassette, replacing the one that is there.

    Args:
        path: Where; its directories are made.
        head: What stands at the top.
        interactions: The redacted interactions, bodies as bytes.

    Raises:
        UnfinishedError: The file cannot be written; what was there before is untouched.
    """
    cassette = Cassette(str(path), serializer=_Serializer(head, interactions), persister=AtomicPersister)
    for part in interactions:
        cassette.append(_request(part.request), msgspec.to_builtins(part.response, builtin_types=(bytes,)))
    recorded = {"requests": cassette.requests, "responses": cassette.responses}
    AtomicPersister.save_cassette(path, recorded, cassette._serializer)


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
        return spelling.spell(document)


def _beside(part: InteractionPart, stock: dict[str, Any]) -> dict[str, Any]:
    # vcrpy's request keeps one value of a repeated header; the file gets them all.
    request = {**stock["request"], "headers": part.request.headers}
    return {
        "harness": msgspec.to_builtins(part.harness),
        "request": {key: request[key] for key in ("method", "uri", "headers", "body")},
        "response": stock["response"],
    }


def _head(head: Head) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(head, failures=()))
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
            "headers": part.request.headers,
            "body": request["body"],
        },
    }


def _request(part: RequestPart) -> Request:
    return Request(part.method, part.uri, part.body, part.headers)


class AtomicPersister:
    """A vcrpy persister whose file appears whole or not at all."""

    @staticmethod
    def save_cassette(path: str | Path, cassette: dict[str, Any], serializer: Any) -> None:
        """Write beside the old file, flush to the disk, and put the new one in its place."""
        path = Path(path)
        text = serialize(cassette, serializer)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                file.write(text.encode("ascii"))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            _flush_directory(path.parent)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            problem = f"the cassette cannot be written: {error.strerror or error}"
            raise UnfinishedError(
                str(path), problem, "Make room or give write permission, and record again."
            ) from error


def _flush_directory(directory: Path) -> None:
    """Make the new name last through a power failure, where the system lets directories be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
