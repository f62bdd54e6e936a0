"""Recordings of other tools on their way into our files: their secrets stay behind.

What the harness recorded was cleaned when it was recorded and is passed on to the byte. What stock vcrpy, a
browser or a proxy recorded was not.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from harness.cassettes.format import (
    FailurePart,
    InteractionPart,
    exchange_of,
    header_lists,
    pairs_if_needed,
    request_part,
)
from harness.cassettes.interface import Part, Stored
from harness.cassettes.meaning import Meaning, Meanings
from harness.cassettes.modelled import installed
from harness.cassettes.redaction import UnsearchableError, Vault
from harness.exchange import Response


class Cleaned(msgspec.Struct, frozen=True):
    """What may be written of the recordings of other tools.

    Attributes:
        stored: The recordings of each file, in the order of the files.
        refused: What cannot be written, one text each: file, place, name, and why, without the secret.
    """

    stored: tuple[Stored, ...]
    refused: tuple[str, ...] = ()


def cleaned(files: Sequence[tuple[Path, Stored]], vault: Vault) -> Cleaned:
    """Take the secrets out of what other tools recorded.

    Args:
        files: Files and what they hold, all of which goes into one file.
        vault: What is secret in it.

    Returns:
        The same recordings without secrets; those of ours, and files without others, unchanged.
    """
    if not any(is_foreign(part) for _, stored in files for part in stored.parts):
        return Cleaned(tuple(_with_metadata(stored, vault) for _, stored in files))
    meanings = Meanings(vault, installed())
    known = -1
    while True:  # what a later recording shows to be a secret may stand in an earlier one
        known, done = vault.count, [_cleaned_file(path, stored, meanings, vault) for path, stored in files]
        if vault.count == known:
            break
    refused = tuple(text for _, texts in done for text in texts)
    return Cleaned(tuple(_with_metadata(stored, vault) for stored, _ in done), refused)


def is_foreign(part: Part) -> bool:
    """Say whether another tool recorded it: ours names a case or a key; of an archive, only the time is."""
    return part.harness is None or (part.harness.case is None and part.harness.key is None)


def _cleaned_file(path: Path, stored: Stored, meanings: Meanings, vault: Vault) -> tuple[Stored, list[str]]:
    kept: list[Part] = []
    refused: list[str] = []
    for number, part in enumerate(stored.parts, 1):
        if not is_foreign(part):
            kept.append(part)
            continue
        meaning = meanings.of_recording(part)
        try:
            kept.append(_cleaned_part(part, meaning, vault))
        except UnsearchableError as refusal:
            refused.append(vault.text(f"{path}, interaction {number}: {meaning.name}: {refusal}"))
    head = msgspec.structs.replace(stored.head, refused=stored.head.refused + len(refused))
    return msgspec.structs.replace(stored, head=head, parts=tuple(kept)), refused


def _cleaned_part(part: Part, meaning: Meaning, vault: Vault) -> Part:
    url, exchange = exchange_of(part)
    kept = vault.exchange(exchange, meaning.contract, meaning.protocol)
    clean_url = vault.text(url)
    if kept == exchange and clean_url == url:
        return part
    entry = part.harness
    if entry is not None:
        answered = pairs_if_needed(kept.response.headers) if kept.response is not None else None
        pairs = pairs_if_needed(kept.request.headers)
        entry = msgspec.structs.replace(entry, request_headers=pairs, response_headers=answered)
    request = request_part(kept.request, clean_url)
    if isinstance(part, FailurePart):
        failure = kept.failure or part.failure
        return msgspec.structs.replace(part, harness=entry, request=request, failure=failure)
    if kept.response is not None:
        part = _answering(part, kept.response)
    return msgspec.structs.replace(part, harness=entry, request=request)


def _answering(part: InteractionPart, response: Response) -> InteractionPart:
    """Put a clean answer in; what else vcrpy says of it, such as the reason phrase, stays."""
    body = msgspec.structs.replace(part.response.body, string=response.body)
    replaced = msgspec.structs.replace(part.response, headers=header_lists(response.headers), body=body)
    return msgspec.structs.replace(part, response=replaced)


def _with_metadata(stored: Stored, vault: Vault) -> Stored:
    """Clean what vcrpy's users keep beside the interactions."""
    if stored.head.metadata is None:
        return stored
    head = msgspec.structs.replace(stored.head, metadata=_texts(stored.head.metadata, vault))
    return msgspec.structs.replace(stored, head=head)


def _texts(value: Any, vault: Vault) -> Any:
    if isinstance(value, dict):
        return {key: _texts(item, vault) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item, vault) for item in value]
    return vault.text(value) if isinstance(value, str) else value
