"""The JSON Schema of contract files, for editors."""

from __future__ import annotations

import inspect
import json
import re
import sys
from typing import Any

import msgspec

from harness.contract import Contract


def schema() -> dict[str, Any]:
    """Make the JSON Schema of the contract format, from the model that reads it."""
    made = msgspec.json.schema(Contract)
    for definition in made["$defs"].values():
        _describe(definition)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Contract of one operation at one version",
        "description": "Read by the harness; explained in docs/contracts.md.",
    }
    return {**head, **made}


def schema_text() -> str:
    """Spell the schema as ``docs/contract.schema.json`` publishes it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _describe(definition: dict[str, Any]) -> None:
    """Give the keys the words that the model's docstring has for its attributes."""
    summary, _, attributes = inspect.cleandoc(definition.get("description", "")).partition(
        "\n\nAttributes:\n"
    )
    definition["description"] = summary
    for name, words in re.findall(r"^ {4}(\w+): (.*(?:\n {8,}.*)*)", attributes, flags=re.MULTILINE):
        key = re.sub(r"_(\w)", lambda match: match[1].upper(), name)
        if key in definition.get("properties", {}):
            definition["properties"][key]["description"] = re.sub(r"\s+", " ", words)


if __name__ == "__main__":
    sys.stdout.write(schema_text())
