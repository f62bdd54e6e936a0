"""Unmodified botocore clients against the emulator of everything: each operation's smallest call succeeds.

A seeded choice of services by default; all of them, one test each, are marked slow.
"""

import random
import warnings

import botocore.session
import pytest
from botocore.config import Config

from harness.contract.examples import smallest
from harness.emulator.app import Emulator
from harness.emulator.server import EmulatorServer
from harness.importers.library import open_library
from harness.wire.bindings import is_event_stream
from harness.wire.sdk import params

LIBRARY = open_library()
SERVICES = LIBRARY.catalogue.services()
CHOSEN = sorted(random.Random(7).sample(SERVICES, 25))
AT_MOST = 12  # operations of each chosen service
ONE_TRY = Config(
    retries={"total_max_attempts": 1},
    inject_host_prefix=False,  # no name below 127.0.0.1 resolves
    s3={"addressing_style": "path"},
)

BEARER = "botocore sends bearer tokens over HTTPS alone, and this server has no certificate"

# Calls that do not arrive as the operation's own, or not at all, each with the fact that is in the way.
EXCEPTIONS = {
    "account-access-runtime:*": BEARER,
    "codecatalyst:*": BEARER,
    "cloudfront-keyvaluestore:*": "the client makes a host name of its ARN; the smallest is none",
    "cloudsearchdomain:Search": "a handler of botocore sends a form to another method than the model's",
    "lex-models:ListTagsForResource": "only its ARN tells it from lexv2-models; the smallest is none",
    "machinelearning:Predict": "the client sends it to the address in its input; the smallest is none",
    "neptunedata:GetPropertygraphStream": "its member is the header Accept-Encoding, which the client sets",
    "neptunedata:GetSparqlStream": "its member is the header Accept-Encoding, which the client sets",
    "s3control:*": "the client puts the account before the host; no name below 127.0.0.1 resolves",
    "signin:*": "the client makes a host name of its own; no name below 127.0.0.1 resolves",
}


def is_excepted(name):
    return name in EXCEPTIONS or f"{name.partition(':')[0]}:*" in EXCEPTIONS


@pytest.fixture(scope="module")
def endpoint():
    emulator = Emulator(LIBRARY.newest(), catalogue=LIBRARY.catalogue)
    with EmulatorServer(emulator.handle) as server:
        yield server.url


@pytest.fixture(scope="module")
def session():
    made = botocore.session.Session()
    made.set_credentials("AKIAIOSFODNN7EXAMPLE", "secret")
    return made


def complaints(session, endpoint, service, operations):
    """Call each operation; say which calls did not succeed and parse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated services warn when a client is made
        client = session.create_client(service, "us-east-1", endpoint_url=endpoint, config=ONE_TRY)
    failed = {}
    for operation in operations:
        contract = LIBRARY.load(service, operation)
        streams = any(is_event_stream(contract, name) for name in (contract.input, contract.output) if name)
        if streams or is_excepted(contract.name):
            continue
        given = params(contract, smallest(contract, contract.input)) if contract.input else {}
        try:
            answer = client._make_api_call(operation, given)
            assert answer["ResponseMetadata"]["HTTPStatusCode"] < 300
        except Exception as error:
            failed[f"{service}:{operation}"] = f"{type(error).__name__}: {error}"[:200]
    client.close()
    return failed


@pytest.mark.parametrize("service", CHOSEN)
def test_smallest_calls_succeed(session, endpoint, service):
    """Some operations of a service, through the client that everybody uses."""
    operations = LIBRARY.operations(service)
    some = random.Random(service).sample(operations, min(AT_MOST, len(operations)))
    assert complaints(session, endpoint, service, some) == {}


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_every_smallest_call_succeeds(session, endpoint, service):
    """Every operation of a service."""
    assert complaints(session, endpoint, service, LIBRARY.operations(service)) == {}
