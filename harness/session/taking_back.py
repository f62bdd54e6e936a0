"""A third side of a comparison: which changes a later state takes back."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from harness.compare.contracts import mark_taken_back
from harness.session.differing import Differences, diff


def take_back(found: Differences, old: str, later: str, selectors: Sequence[str] = ()) -> Differences:
    """Mark the changes of a comparison that a later state takes back.

    Args:
        found: What differs between the old side and the new one.
        old: The old side, as ``diff`` took it.
        later: The later side, likewise.
        selectors: The selectors, likewise.

    Returns:
        The same differences; those whose old state holds again in the later side say so.

    Raises:
        HarnessError: As ``diff``.
    """
    since = diff(old, later, selectors)
    changes = {service.name: service.changes for service in since.found}
    marked = tuple(
        msgspec.structs.replace(
            service,
            changes=tuple(mark_taken_back(service.changes, changes.get(service.name, ()), since.new)),
        )
        for service in found.found
    )
    return msgspec.structs.replace(found, found=marked)
