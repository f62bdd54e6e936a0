"""The OpenAPI document of each modelled operation loads in schemathesis, and names its one operation.

A seeded choice by default; all of them, one test for each service, are marked slow.
"""

import random

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig

from harness.generate.openapi import openapi
from harness.importers.library import open_library

LIBRARY = open_library()
NAMES = [
    (service, operation)
    for service in LIBRARY.catalogue.services()
    for operation in LIBRARY.catalogue.operations(service)
]
CHOSEN = sorted(random.Random(11).sample(NAMES, 150))


def load(service, operation):
    contract = LIBRARY.load(service, operation)
    if contract.input is None:
        return None  # there is nothing to generate
    schema = schemathesis.openapi.from_dict(openapi(contract), config=SchemathesisConfig())
    return schema["/"]["post"]


def test_seeded_documents_load():
    """Each has the one operation that schemathesis makes cases for."""
    loaded = [(name, load(*name)) for name in CHOSEN]
    assert all(operation is None or operation.method == "post" for _, operation in loaded)
    assert sum(operation is not None for _, operation in loaded) > 100


@pytest.mark.slow
@pytest.mark.parametrize("service", LIBRARY.catalogue.services())
def test_every_document_loads(service):
    """Every operation of a service."""
    for operation in LIBRARY.catalogue.operations(service):
        load(service, operation)
