"""Base64 within texts: which runs may hold what is secret by form, or a pseudonym; how they are changed."""

from __future__ import annotations

from collections.abc import Callable

from harness.cassettes.redaction import pseudonyms
from harness.cassettes.redaction.pseudonyms import LEVEL, PSEUDONYM
from harness.cassettes.redaction.rows import FORMS, REPLACEMENT
from harness.cassettes.redaction.spellings import base64_cores, edited_run, levelled_run

Place = tuple[int, int, str]
Edit = Callable[[str], str]

_SHORTEST_MARK = 4
# By these a form shows in base64, and by these a pseudonym.
ENCODED_FORMS = tuple(
    core for row in FORMS for mark in row.marks for core in base64_cores(mark.encode(), _SHORTEST_MARK)
)
ENCODED_PSEUDONYMS = tuple(base64_cores(REPLACEMENT.encode()))


def without_secrets(run: str, edit: Edit, *, is_level: bool) -> str | None:
    """Change what a run of base64 says.

    Args:
        run: The run; what stands before it, such as a path, may have been taken for a part of it.
        edit: Changes its bytes, seen as one character each.
        is_level: Whether it is made for matching, where its alphabet and padding do not count.

    Returns:
        The new run; ``None`` where nothing of it changes.
    """
    for start in range(min(4, len(run))):
        edited = edited_run(run[start:], lambda raw: edit(raw.decode("latin-1")).encode("latin-1"))
        if edited is not None:
            return levelled_run(run[:start] + edited) if is_level else run[:start] + edited
    return None


def levels_of_pseudonyms(text: str) -> list[Place]:
    """Say what the pseudonyms of a text are for matching."""
    places = [(at.start(), at.end(), pseudonyms.level(at.group())) for at in PSEUDONYM.finditer(text)]
    start = text.find(REPLACEMENT)
    while start >= 0:
        if not any(first <= start < last for first, last, _ in places):
            places.append((start, start + len(REPLACEMENT), LEVEL))
        start = text.find(REPLACEMENT, start + 1)
    return places
