"""The contracts that the tests of the generators share: the repository's own, and one with every trait."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness.cases.model import Case
from harness.contract import Contract
from harness.generate import generate
from harness.importers.files import load_contract

ROOT = Path(__file__).parents[3] / "contracts"
REAL = tuple(load_contract(path) for path in sorted(ROOT.glob("*/*/*.yaml")))
NEWEST = tuple({contract.name: contract for contract in REAL}.values())  # paths sort by version


OLDER = tuple(contract for contract in REAL if contract not in NEWEST)
SWEEP = [  # the newest contracts always, the others in longer sweeps
    *(pytest.param(each, id=f"{each.operation}-{each.version}") for each in NEWEST),
    *(pytest.param(each, id=f"{each.operation}-{each.version}", marks=pytest.mark.slow) for each in OLDER),
]
_PLANNED: dict[str, tuple[Case, ...]] = {}


def planned(contract: Contract) -> tuple[Case, ...]:
    """Make the cases of a contract once for all tests: depth coverage, seed 0."""
    name = f"{contract.name}@{contract.version}"
    if name not in _PLANNED:
        _PLANNED[name] = generate(contract, "coverage", 0)
    return _PLANNED[name]


def named(contract: Contract) -> str:
    """Name a contract in a test id."""
    return f"{contract.operation}-{contract.version}"


def made(shapes: dict[str, object], **fields: object) -> Contract:
    """Make a small contract whose input is the shape ``Input``."""
    plain = {
        "format": 1,
        "service": "test",
        "operation": "Do",
        "version": "2025-01-01",
        "sources": [],
        "protocol": "rest-json",
        "metadata": {"serviceId": "Test", "endpointPrefix": "test", "signingName": "test"},
        "http": {"method": "POST", "uri": "/do"},
        "shapes": shapes,
        "input": "Input",
    }
    return msgspec.convert(plain | fields, Contract)


EVERYTHING = made(
    {
        "Input": {
            "members": {
                "label": {"target": "Name", "required": True, "httpLabel": "label"},
                "header": {"target": "Name", "httpHeader": "X-Name"},
                "headers": {"target": "Texts", "httpPrefixHeaders": "X-Meta-"},
                "limit": {"target": "Limit", "httpQuery": "limit"},
                "tags": {"target": "Names", "httpQuery": "tag"},
                "token": {"target": "Token", "idempotencyToken": True},
                "text": {"target": "Text"},
                "flag": {"target": "Flag"},
                "ratio": {"target": "Ratio"},
                "big": {"target": "Big"},
                "data": {"target": "Data"},
                "at": {"target": "Instant"},
                "anything": {"target": "Document"},
                "color": {"target": "Color"},
                "unique": {"target": "UniqueNames"},
                "sparse": {"target": "SparseTexts"},
                "counts": {"target": "Counts"},
                "choice": {"target": "Choice"},
                "tree": {"target": "Tree"},
            }
        },
        "Name": {"type": "string", "length": {"min": 2, "max": 12}, "pattern": "[a-z][a-z0-9-]*"},
        "Names": {"type": "list", "member": {"target": "Name"}, "length": {"min": 1, "max": 3}},
        "Text": {"type": "string", "length": {"min": 1, "max": 20}},
        "Texts": {"type": "map", "key": {"target": "Name"}, "value": {"target": "Name"}},
        "Token": {"type": "string", "length": {"min": 8, "max": 64}, "pattern": "[!-~]+"},
        "Limit": {"type": "integer", "range": {"min": 1, "max": 100}},
        "Flag": {"type": "boolean"},
        "Ratio": {"type": "double", "range": {"min": 0, "max": 0.5}},
        "Big": {"type": "long", "range": {"min": -5}},
        "Data": {"type": "blob", "length": {"min": 2, "max": 5}},
        "Instant": {"type": "timestamp"},
        "Document": {"type": "document"},
        "Color": {"type": "string", "enum": ["RED", "GREEN"]},
        "UniqueNames": {
            "type": "list",
            "member": {"target": "Name"},
            "length": {"max": 4},
            "uniqueItems": True,
        },
        "SparseTexts": {"type": "list", "member": {"target": "Text"}, "sparse": True},
        "Counts": {
            "type": "map",
            "key": {"target": "Name"},
            "value": {"target": "Limit"},
            "length": {"min": 1, "max": 3},
        },
        "Choice": {
            "type": "union",
            "members": {"name": {"target": "Name"}, "limit": {"target": "Limit"}, "tree": {"target": "Tree"}},
        },
        "Tree": {"members": {"name": {"target": "Name", "required": True}, "leaves": {"target": "Trees"}}},
        "Trees": {"type": "list", "member": {"target": "Tree"}, "length": {"max": 2}},
    },
    http={"method": "POST", "uri": "/do/{label}"},
    idempotency={
        "token": "token",
        "scope": ["label"],
        "changed": {"code": "ConflictException", "status": 409},
    },
)
