"""The shipped contracts: the whole history of four operations, and the facts that must not be lost."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from harness.contract import bites, check, normalise, patterns
from harness.contract.constraint import constraints
from harness.contract.edges import values_at
from harness.contract.examples import vary
from harness.importers.botocore import InstalledBotocore
from harness.importers.decoding import decode_contract
from harness.importers.files import ContractFiles
from harness.importers.lint import lint_contract
from harness.importers.merging import merge, same_shape
from harness.importers.schema import schema, schema_text
from harness.importers.yaml_reading import read_yaml

ROOT = Path(__file__).parents[3]
FILES = ContractFiles(ROOT / "contracts")
PUT = ("events", "PutEvents")
SCN = ("supplychain", "SendDataIntegrationEvent")
SEND = ("connectparticipant", "SendEvent")
CONNECTOR = ("iot-managed-integrations", "SendConnectorEvent")
HISTORY = {
    PUT: ("2019-07-11", "2020-11-19", "2021-03-02", "2022-04-07", "2025-05-28"),
    SCN: ("2024-04-10", "2025-05-12"),
    SEND: ("2019-11-21", "2022-12-21", "2024-01-12"),
    CONNECTOR: ("2025-06-26", "2025-10-30", "2026-02-06"),
}
RELEASES = {
    "2019-07-11": "1.12.187", "2020-11-19": "1.19.22", "2021-03-02": "1.20.19", "2022-04-07": "1.24.36",
    "2025-05-28": "1.38.25", "2024-04-10": "1.34.82", "2025-05-12": "1.38.14", "2019-11-21": "1.13.24",
    "2022-12-21": "1.29.35", "2024-01-12": "1.34.18", "2025-06-26": "1.38.45", "2025-10-30": "1.40.63",
    "2026-02-06": "1.42.44",
}  # fmt: skip
ALL = [(*operation, version) for operation, versions in HISTORY.items() for version in versions]
each_contract = pytest.mark.parametrize(
    ("service", "operation", "version"), ALL, ids=[":".join(row) for row in ALL]
)


def put_events(version):
    return FILES.load(*PUT, version)


def test_the_whole_history_is_there():
    found = {
        (service, operation): FILES.versions(service, operation)
        for service in FILES.services()
        for operation in FILES.operations(service)
    }
    assert found == HISTORY


@each_contract
def test_each_contract_names_the_release_it_was_taken_from(service, operation, version):
    contract = FILES.load(service, operation, version)
    titles = {source.title: source.published for source in contract.sources}
    assert titles[f"botocore {RELEASES[version]}"] == version
    assert len(titles) >= 2  # a document besides


@each_contract
def test_each_version_differs_from_the_one_before(service, operation, version):
    versions = HISTORY[service, operation]
    before = versions.index(version) - 1
    if before >= 0:
        older = FILES.load(service, operation, versions[before])
        assert not same_shape(FILES.load(service, operation, version), older)


def as_numbers(release):
    return tuple(int(part) for part in release.split("."))


@pytest.mark.parametrize("operation", list(HISTORY), ids=":".join)
def test_the_newest_file_is_what_the_installed_release_says(operation):
    """The shapes have not changed since; when AWS changes them, the import is still a contract."""
    installed = as_numbers(InstalledBotocore().release)
    known = [version for version in HISTORY[operation] if as_numbers(RELEASES[version]) <= installed]
    newest = FILES.load(*operation, known[-1])
    imported = merge(InstalledBotocore().load(*operation), newest)
    if InstalledBotocore().release == "1.44.5":
        assert same_shape(imported, newest)
    assert {fault.place for fault in lint_contract(imported)} <= {"$.version"}


@each_contract
def test_every_input_member_is_reached_from_an_example(service, operation, version):
    """Deep members included: what an example reaches is vouched for."""
    contract = FILES.load(service, operation, version)
    inputs = [normalise(contract, example.input) for example in contract.examples]
    paths = {item.path for item in constraints(contract) if item.trait != "rule"}
    missed = {path for path in paths if not any(list(values_at(document, path)) for document in inputs)}
    token = contract.idempotency.token if contract.idempotency else None
    not_in_an_example = {path for path in missed if path[0] not in (token, "Content")}
    assert not_in_an_example == set()


# ---------------------------------------------------------------------------------------------------
# PutEvents
# ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "members", "bus"),
    [
        ("2019-07-11", [], 256),
        ("2020-11-19", [], 1600),
        ("2021-03-02", ["TraceHeader"], 1600),
        ("2022-04-07", ["TraceHeader"], 1600),
        ("2025-05-28", ["TraceHeader"], 1600),
    ],
)
def test_put_events_grew_as_the_documents_say(version, members, bus):
    contract = put_events(version)
    entry = contract.shapes["PutEventsRequestEntry"].members
    assert list(entry) == ["Time", "Source", "Resources", "DetailType", "Detail", "EventBusName", *members]
    assert contract.shapes[entry["EventBusName"].target].length.max == bus
    assert ("EndpointId" in contract.shapes["PutEventsRequest"].members) is (version >= "2022-04-07")
    entries = contract.shapes["PutEventsRequestEntryList"].length
    assert (entries.min, entries.max) == (1, 10)
    assert (contract.protocol, contract.metadata["jsonVersion"]) == ("json", "1.1")
    assert contract.metadata["targetPrefix"] == "AWSEvents"
    assert [rule.id for rule in contract.rules] == [
        "total-size", "source-required", "detail-type-required", "detail-required", "detail-is-json-object",
        "aws-source-reserved",
    ]  # fmt: skip


def entry(**changes):
    made = {"Source": "com.example", "DetailType": "T", "Detail": "{}", **changes}
    return {key: value for key, value in made.items() if value is not None}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry()], []),
        ([entry(EventBusName="no-such-bus")], []),
        ([entry(Source=None)], [(0, "InvalidArgument")]),
        (
            [entry(), entry(DetailType=None), entry(Detail=None)],
            [(1, "InvalidArgument"), (2, "InvalidArgument")],
        ),
        ([entry(Source=None, Detail="[]")], [(0, "InvalidArgument")]),
        ([entry(Detail="[]")], [(0, "MalformedDetail")]),
        ([entry(Detail=json.dumps("{}"))], [(0, "MalformedDetail")]),
        (
            [entry(Detail="null"), entry(), entry(Detail="{")],
            [(0, "MalformedDetail"), (2, "MalformedDetail")],
        ),
        ([entry(Detail='{"a": NaN}')], [(0, "MalformedDetail")]),
        ([entry(Detail=' {"a": 1}\n')], []),
        ([entry(Source="aws.ec2")], [(0, "NotAuthorizedForSourceException")]),
        ([entry(Source="aws"), entry(Source="AWS.ec2"), entry(Source="my.aws.ec2")], []),
        ([entry(Source="aws.ec2", Detail="[]")], [(0, "MalformedDetail")]),
    ],
    ids=[
        "right", "any-bus", "no-source", "no-type-no-detail", "first-rule-wins", "array", "quoted-twice",
        "null-and-broken", "nan", "spaces", "aws", "not-quite-aws", "malformed-before-aws",
    ],
)  # fmt: skip
@pytest.mark.parametrize("version", HISTORY[PUT])
def test_entries_fail_inside_a_success(version, entries, expected):
    contract = put_events(version)
    assert check(contract, {"Entries": entries}) == ()
    found = [(bite.entry, bite.rule.then.entry.code) for bite in bites(contract, {"Entries": entries})]
    assert found == expected


def size_of(entries):
    """AWS's published formula, written once more."""
    size = 0
    for item in entries:
        size += 14 if "Time" in item else 0
        texts = [
            item.get("Source", ""),
            item.get("DetailType", ""),
            item.get("Detail", ""),
            *item.get("Resources", []),
        ]
        size += sum(len(text.encode()) for text in texts)
    return size


@pytest.mark.parametrize("version", HISTORY[PUT])
def test_the_size_rule_counts_as_aws_publishes(version):
    contract = put_events(version)
    rule = contract.rules[0]
    inside, outside = vary(contract, rule.inside[0]), vary(contract, rule.outside[0])
    assert (size_of(inside["Entries"]), size_of(outside["Entries"])) == (262144, 262145)
    assert list(bites(contract, inside)) == []
    assert [bite.rule.then.refuse.code for bite in bites(contract, outside)] == ["ValidationException"]
    assert rule.then.refuse.message == "Total size of the entries in the request is over the limit."


@pytest.mark.parametrize(
    ("entries", "bitten"),
    [
        ([entry(Detail='{"a":"' + "x" * (262144 - 12 - 8) + '"}')], False),
        ([entry(Detail='{"a":"' + "x" * (262144 - 12 - 7) + '"}')], True),
        ([entry(Time=0, Detail='{"a":"' + "x" * (262144 - 12 - 8 - 13) + '"}')], True),
        ([entry(TraceHeader="x" * 500, Detail='{"a":"' + "x" * (262144 - 12 - 8) + '"}')], False),
        ([entry(Resources=["é" * 1000] * 132)], True),
        ([entry(Resources=["é" * 1000] * 13)] * 10, False),
    ],
    ids=["exact", "one-over", "time-is-14", "trace-is-free", "utf-8", "together"],
)
def test_every_part_of_the_formula_counts(entries, bitten):
    contract = put_events("2021-03-02")
    assert [bite.rule.id for bite in bites(contract, {"Entries": entries})] == ["total-size"] * bitten


# ---------------------------------------------------------------------------------------------------
# The others
# ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", HISTORY[SCN])
def test_send_data_integration_event_keeps_its_facts(version):
    contract = FILES.load(*SCN, version)
    newer = version == "2025-05-12"
    statuses = {code: shape.http_error for code, shape in contract.error_shapes().items()}
    assert statuses == {
        "AccessDeniedException": 403, "ConflictException": 409, "InternalServerException": 500,
        "ResourceNotFoundException": 404, "ServiceQuotaExceededException": 402, "ThrottlingException": 429,
        "ValidationException": 400,
    }  # fmt: skip
    lengths = {
        name: (contract.shapes[member.target].length.min, contract.shapes[member.target].length.max)
        for name, member in contract.shapes["SendDataIntegrationEventRequest"].members.items()
        if contract.shapes[member.target].length is not None
    }
    assert lengths == {
        "instanceId": (36, 36), "data": (1, 1048576), "eventGroupId": (1, 255), "clientToken": (33, 126),
    }  # fmt: skip
    assert contract.http.uri == "/api-data/data-integration/instance/{instanceId}/data-integration-events"
    assert len(contract.shapes["DataIntegrationEventType"].enum) == (16 if newer else 15)
    idempotency = contract.idempotency
    assert (idempotency.token, idempotency.window, idempotency.source) == (
        "clientToken",
        8 * 3600,
        "documented",
    )
    assert (idempotency.changed.code, idempotency.changed_source) == ("ConflictException", "assumed")
    rules = ["data-is-json-object-or-array", "dataset-target-goes-with-dataset"]
    assert [rule.id for rule in contract.rules] == rules[: 2 if newer else 1]


TARGET = {
    "datasetIdentifier": "arn:aws:scn:us-east-1:123456789012:instance/8928ae12-15e5-4441-825d-ec2184f0a43a"
    "/namespaces/asc/datasets/product",
    "operationType": "APPEND",
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"data": "[]"}, []),
        ({"data": "{"}, ["data-is-json-object-or-array"]),
        ({"data": '"text"'}, ["data-is-json-object-or-array"]),
        ({"datasetTarget": TARGET}, ["dataset-target-goes-with-dataset"]),
        ({"eventType": "scn.data.dataset"}, ["dataset-target-goes-with-dataset"]),
        ({"eventType": "scn.data.dataset", "datasetTarget": TARGET}, []),
    ],
    ids=["right", "array", "broken", "text", "target-alone", "dataset-alone", "both"],
)
def test_send_data_integration_events_rules(change, expected):
    contract = FILES.load(*SCN)
    document = {**contract.examples[0].input, **change}
    assert check(contract, document) == ()
    assert [bite.rule.id for bite in bites(contract, document)] == expected


@pytest.mark.parametrize(
    ("version", "content", "types", "conflict"),
    [("2019-11-21", 1024, 2, False), ("2022-12-21", 16384, 2, False), ("2024-01-12", 16384, 4, True)],
)
def test_send_event_keeps_its_facts(version, content, types, conflict):
    contract = FILES.load(*SEND, version)
    members = contract.shapes["SendEventRequest"].members
    assert contract.shapes[members["Content"].target].length.max == content
    assert contract.shapes[members["ClientToken"].target].length.max == 500
    assert len(contract.values["ContentType"]) == types
    assert ("ConflictException" in contract.error_shapes()) is conflict
    auth = contract.auth
    assert (auth.scheme, auth.header, auth.member) == ("bearer", "X-Amz-Bearer", "ConnectionToken")
    assert (auth.missing.code, auth.missing.status) == ("AccessDeniedException", 403)
    assert (members["ConnectionToken"].http_header, members["ConnectionToken"].sensitive) == (
        "X-Amz-Bearer",
        True,
    )
    assert (contract.idempotency.scope, contract.idempotency.window) == (("ConnectionToken",), None)
    supported = re.findall(r'"([^"]+)"', contract.rules[0].when)
    assert tuple(supported) == contract.values["ContentType"]


@pytest.mark.parametrize("version", HISTORY[CONNECTOR])
def test_send_connector_event_keeps_its_facts(version):
    contract = FILES.load(*CONNECTOR, version)
    assert (contract.http.code, contract.http.uri) == (202, "/connector-event/{ConnectorId}")
    status = contract.shapes["ConnectorEventStatusCode"]
    assert (status.range.min, status.range.max) == (100, 550)
    assert len(contract.errors) == 6
    assert contract.echo == {"ConnectorId": "ConnectorId"}
    assert patterns.matches(contract.shapes["ActionName"].pattern, "a-b") is (version > "2025-06-26")
    sensitive = [
        contract.shapes[name].sensitive for name in ("ConnectorEventOperationVersion", "ConnectorDeviceName")
    ]
    assert (status.sensitive, *sensitive) == (version < "2026",) * 3
    documents = {name for name, shape in contract.shapes.items() if shape.type == "document"}
    assert {"DeviceMetadata", "MatterAttributes", "MatterFields", "ValidationSchema"} <= documents


# ---------------------------------------------------------------------------------------------------
# What is published about the format
# ---------------------------------------------------------------------------------------------------


def test_the_published_schema_is_current():
    """Run ``python -m harness.importers.schema > docs/contract.schema.json`` after a change of the model."""
    assert (ROOT / "docs" / "contract.schema.json").read_text(encoding="utf-8") == schema_text()


@each_contract
def test_an_editor_accepts_every_shipped_file(service, operation, version):
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    path = ROOT / "contracts" / service / operation / f"{version}.yaml"
    document = read_yaml(path.read_text(encoding="utf-8"), str(path))
    assert jsonschema_rs.is_valid(schema(), document)
    document["shapes"]["Extra"] = {"type": "text"}
    assert not jsonschema_rs.is_valid(schema(), document)


def test_the_schema_explains_its_keys():
    definitions = schema()["$defs"]
    assert (
        definitions["Idempotency"]["properties"]["changedSource"]["description"] == "How sure ``changed`` is."
    )
    assert (
        definitions["Member"]["properties"]["httpLabel"]["description"]
        == "The label of the URI template that it fills."
    )


def test_the_documented_example_is_a_contract():
    text = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(# yaml-language-server.*?)```", text, re.DOTALL)
    assert example is not None
    contract = decode_contract(read_yaml(example[1], "docs/contracts.md"), "docs/contracts.md")
    assert list(lint_contract(contract)) == []
