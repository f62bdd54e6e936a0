"""Texts of an exact length for one place in an input, likeliest to be valid first.

Serves the boundary recipes. A plain run of one letter is only the last resort: a text whose meaning matters
(JSON in a string, an ARN) is stretched or cut so that it keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from harness.contract import patterns

PADDING = '"padding":"'
ASTRAL = "\N{MUSICAL SYMBOL G CLEF}"  # one code point, two UTF-16 units, four octets in UTF-8
MOST_ASTRAL = 256


def of_length(length: int, models: list[str], pattern: str | None) -> Iterator[str]:
    """Make texts of exactly so many code points.

    Args:
        length: How many; none are made for a negative one.
        models: Texts that are good at this place.
        pattern: The pattern that the text should match, if any.

    Yields:
        Candidates; none is promised to be valid.
    """
    if length < 0:
        return
    for model in models:
        if len(model) == length:
            yield model
    for model in models:
        stretched = stretched_json(model, length)
        if stretched is not None:
            yield stretched
    if pattern is not None and patterns.is_supported(pattern):
        found = patterns.example_of_length(pattern, length)
        if found is not None:
            yield found
    yield from plain(length, models)


def plain(length: int, models: list[str]) -> Iterator[str]:
    """Cut the models or add letters to them, whatever they mean."""
    for model in models:
        if model:
            yield (model + "x" * (length - len(model)))[:length]
            yield (model + model[-1] * (length - len(model)))[:length]
    yield "x" * length


def stretched_json(model: str, length: int, padding: str = "x") -> str | None:
    """Write a text that spells a JSON object or array with exactly so many characters.

    Returns:
        The model with a padding member where there is room for one, else with spaces, else an empty object
        or array; ``None`` when the model spells neither, or the length has no room for one.
    """
    brackets = model[:1] + model[-1:]
    if brackets not in ("{}", "[]") or length < 2 or not _is_json(model):
        return None
    missing = length - len(model)
    if missing < 0:
        return brackets[0] + " " * (length - 2) + brackets[1]
    comma = "" if model[1:-1].strip() == "" else ","
    room = missing - len(comma) - len(PADDING) - 1
    if brackets == "[]" or room < 0:
        return model[:-1] + " " * missing + model[-1]
    return f'{model[:-1]}{comma}{PADDING}{padding * room}"}}'


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def astral(length: int, models: list[str]) -> Iterator[str]:
    """Make texts of exactly so many code points, many of which lie beyond the Basic Multilingual Plane."""
    count = min(length, MOST_ASTRAL)
    yield ASTRAL * count + "x" * (length - count)
    for model in models:
        stretched = stretched_json(model, length) or ""
        room = len(stretched) - len(model) - len(PADDING) - 2
        if room > 0 and stretched.endswith('x"}'):
            count = min(room, MOST_ASTRAL)
            yield stretched[: -2 - count] + ASTRAL * count + stretched[-2:]
