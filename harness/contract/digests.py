"""Digests: short stable names for contracts and requests.

A digest changes when what it names changes on the wire or in its judgement, and not when words about it do.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

from harness.contract.model import Contract

# Words about a contract; a change of these changes no request, answer or verdict.
WORDS = frozenset({"documentation", "sources", "note", "notes", "url", "summary", "title", "source"})


def canonical(value: Any) -> bytes:
    """Spell a document in one way only: sorted keys, no spaces, UTF-8, whole floats as integers."""
    return json.dumps(
        _whole(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode("utf-8", "surrogatepass")  # fmt: skip


def digest(value: Any, length: int = 16) -> str:
    """Name a document by the first hexadecimal digits of the SHA-256 of its canonical spelling."""
    return hashlib.sha256(canonical(value)).hexdigest()[:length]


def contract_digest(contract: Contract) -> str:
    """Name a contract by everything in it but the words about it."""
    return digest(_without_words(plain(contract), at_shapes=False))


def plain(value: Any) -> Any:
    """Spell a value of the model as its file does: camel-case keys, whatever equals its default left out.

    msgspec leaves out only what *is* the default, so that equal contracts would be spelled in two ways.
    """
    if isinstance(value, msgspec.Struct):
        return {
            field.encode_name: plain(getattr(value, field.name))
            for field in msgspec.structs.fields(value)
            if field.required or getattr(value, field.name) != _default(field)
        }
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def _default(field: Any) -> Any:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_whole(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _without_words(value: Any, *, at_shapes: bool) -> Any:
    """Drop words, but never a member or shape that happens to bear such a name."""
    if isinstance(value, dict):
        return {
            key: _without_words(item, at_shapes=key in ("members", "shapes"))
            for key, item in value.items()
            if at_shapes or key not in WORDS
        }
    if isinstance(value, (list, tuple)):
        return [_without_words(item, at_shapes=False) for item in value]
    return value
