"""Versions are days."""

from __future__ import annotations

import datetime


def is_day(text: str) -> bool:
    """Say whether a text is a day of the calendar, spelled ``YYYY-MM-DD``."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
