"""Unmodified boto3 clients against the emulator's server: every example succeeds, every error arrives.

Signatures are verified. 402 arrives as ServiceQuotaExceededException by its code. A PutEvents request with
``EndpointId`` needs botocore's CRT extra to be signed, so botocore's serializer writes that one and SigV4
signs it.
"""

import http.client
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials as Pair
from botocore.exceptions import ClientError

from harness.contract import check
from harness.contract.examples import expand
from harness.emulator.app import Emulator
from harness.emulator.authentication import Credentials
from harness.emulator.server import EmulatorServer
from harness.importers.files import load_contract

ROOT = Path(__file__).parents[2] / "contracts"
CONTRACTS = [load_contract(path) for path in sorted(ROOT.glob("*/*/*.yaml"))]
NEWEST = list({contract.name: contract for contract in CONTRACTS}.values())
KEY, SECRET = "AKIDEXAMPLE", "a secret of nobody"
CREDENTIALS = Credentials({KEY: SECRET})
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class Switch:
    """One server for many emulators."""

    emulator = None

    def __call__(self, request):
        return self.emulator.handle(request)


@pytest.fixture(scope="module")
def switch():
    return Switch()


@pytest.fixture(scope="module")
def url(switch):
    with EmulatorServer(switch) as server:
        yield server.url


@pytest.fixture(scope="module")
def clients(url):
    """The clients of all services, made once: it takes a while."""
    session = boto3.Session(KEY, SECRET, region_name="us-east-1")
    config = Config(retries={"max_attempts": 0})
    services = {contract.service for contract in CONTRACTS}
    made = {service: session.client(service, endpoint_url=url, config=config) for service in services}
    yield made
    for client in made.values():
        client.close()


def call(clients, contract, document):
    client = clients[contract.service]
    return getattr(client, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", contract.operation).lower())(**document)


def inputs(contract):
    return [(each.title, expand(each.input)) for each in contract.examples if "EndpointId" not in each.input]


def test_the_table_is_whole():
    assert len(CONTRACTS) == 13
    assert sorted(contract.operation for contract in NEWEST) == [
        "PutEvents",
        "SendConnectorEvent",
        "SendDataIntegrationEvent",
        "SendEvent",
    ]


@pytest.mark.parametrize(
    ("contract", "document"),
    [
        pytest.param(
            contract, document, id=f"{contract.operation}-{contract.version}-{title.replace(' ', '-')}"
        )
        for contract in CONTRACTS
        for title, document in inputs(contract)
    ],
)
def test_every_example_succeeds(switch, clients, contract, document):
    switch.emulator = Emulator([contract], credentials=CREDENTIALS)
    output = call(clients, contract, document)
    metadata = output.pop("ResponseMetadata")
    assert (metadata["HTTPStatusCode"], metadata["RetryAttempts"]) == (contract.http.code, 0)
    assert re.fullmatch(UUID, metadata["RequestId"])
    assert check(contract, output, "output") == ()
    assert sorted(output) == sorted(contract.shapes[contract.output].members)
    assert switch.emulator.seen[-1].violations == ()


ERRORS = [
    pytest.param(contract, code, shape, id=f"{contract.operation}-{code}")
    for contract in NEWEST
    for code, shape in contract.error_shapes().items()
]


@pytest.mark.parametrize(("contract", "code", "shape"), ERRORS)
def test_every_declared_error_arrives_as_its_class(switch, clients, contract, code, shape):
    switch.emulator = Emulator(NEWEST, credentials=CREDENTIALS)
    client = clients[contract.service]

    def ask(request, **_):
        request.headers["x-harness-error"] = code

    client.meta.events.register("before-send", ask)
    try:
        with pytest.raises(ClientError) as caught:
            call(clients, contract, inputs(contract)[0][1])
    finally:
        client.meta.events.unregister("before-send", ask)
    expected = 500 if shape.http_error is None else shape.http_error
    assert type(caught.value) is getattr(client.exceptions, code)
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == expected
    assert caught.value.operation_name == contract.operation


def test_statuses_are_those_of_the_documents():
    """The table above takes them from the contracts; here they stand once more, by hand."""
    statuses = {
        contract.operation: {code: shape.http_error for code, shape in contract.error_shapes().items()}
        for contract in NEWEST
    }
    assert statuses == {
        "PutEvents": {"InternalException": None},
        "SendDataIntegrationEvent": {
            "AccessDeniedException": 403,
            "ConflictException": 409,
            "InternalServerException": 500,
            "ResourceNotFoundException": 404,
            "ServiceQuotaExceededException": 402,
            "ThrottlingException": 429,
            "ValidationException": 400,
        },
        "SendEvent": {
            "AccessDeniedException": 403,
            "ConflictException": 409,
            "InternalServerException": 500,
            "ThrottlingException": 429,
            "ValidationException": 400,
        },
        "SendConnectorEvent": {
            "AccessDeniedException": 403,
            "InternalServerException": 500,
            "ResourceNotFoundException": 404,
            "ServiceUnavailableException": 503,
            "ThrottlingException": 429,
            "ValidationException": 400,
        },
    }


def newest(operation):
    return next(contract for contract in NEWEST if contract.operation == operation)


def test_failed_entries_arrive_inside_a_success(switch, clients):
    switch.emulator = Emulator(NEWEST, credentials=CREDENTIALS)
    good = {"Source": "app", "DetailType": "t", "Detail": "{}"}
    entries = [
        good,
        {**good, "Detail": "[]"},
        {"DetailType": "t", "Detail": "{}"},
        {**good, "Source": "aws.ec2"},
        good,
    ]
    output = call(clients, newest("PutEvents"), {"Entries": entries})
    assert output["FailedEntryCount"] == 3
    assert [entry.get("ErrorCode") for entry in output["Entries"]] == [
        None, "MalformedDetail", "InvalidArgument", "NotAuthorizedForSourceException", None,
    ]  # fmt: skip
    assert all(("EventId" in entry) != ("ErrorCode" in entry) for entry in output["Entries"])


def test_too_many_entries_arrive_as_a_validation_exception(switch, clients):
    switch.emulator = Emulator(NEWEST, credentials=CREDENTIALS)
    entry = {"Source": "app", "DetailType": "t", "Detail": "{}"}
    with pytest.raises(ClientError) as caught:
        call(clients, newest("PutEvents"), {"Entries": [entry] * 11})
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert caught.value.response["Error"]["Message"].endswith(
        "at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10"
    )


def test_a_repeated_token_gets_the_first_answer(switch, clients):
    switch.emulator = Emulator(NEWEST, credentials=CREDENTIALS)
    contract = newest("SendDataIntegrationEvent")
    document = {**inputs(contract)[0][1], "clientToken": "t" * 36}
    first, second = (call(clients, contract, document)["eventId"] for _ in range(2))
    assert first == second
    with pytest.raises(clients["supplychain"].exceptions.ConflictException):
        call(clients, contract, {**document, "data": "[]"})
    assert call(clients, contract, {**document, "clientToken": "u" * 36})["eventId"] != first


@pytest.mark.parametrize("operation", ["PutEvents", "SendDataIntegrationEvent", "SendConnectorEvent"])
@pytest.mark.parametrize(
    ("key", "secret", "code"),
    [("AKIDOTHER", SECRET, "UnrecognizedClientException"), (KEY, "wrong", "InvalidSignatureException")],
    ids=["unknown-key", "wrong-secret"],
)
def test_signatures_are_verified(switch, url, clients, operation, key, secret, code):
    switch.emulator = Emulator(NEWEST, credentials=CREDENTIALS)
    contract = newest(operation)
    config = Config(retries={"max_attempts": 0})
    client = boto3.client(
        contract.service,
        endpoint_url=url,
        config=config,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )
    with pytest.raises(ClientError) as caught:
        call({contract.service: client}, contract, inputs(contract)[0][1])
    client.close()
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.parametrize(
    "example", [each for each in newest("PutEvents").examples if "EndpointId" in each.input]
)
def test_an_endpoint_id_is_accepted(switch, url, clients, example):
    switch.emulator = Emulator(NEWEST, credentials=CREDENTIALS)
    client = clients["events"]
    model = client.meta.service_model.operation_model("PutEvents")
    serialized = client._serializer.serialize_to_request(expand(example.input), model)
    request = AWSRequest(serialized["method"], url + "/", serialized["headers"], serialized["body"])
    SigV4Auth(Pair(KEY, SECRET), "events", "us-east-1").add_auth(request)
    prepared = request.prepare()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request(prepared.method, "/", prepared.body, dict(prepared.headers))
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["FailedEntryCount"]) == (200, 0)
    connection.close()
