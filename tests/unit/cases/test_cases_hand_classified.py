"""Inputs classified by hand from the published documents: the oracle must agree with each.

The table was written from the API references and release notes that the contract files name, not from the
contracts or the code; it is what keeps the oracle from being the emulator's echo.
"""

import json

import pytest

from harness.cases.model import make_case
from harness.cases.oracle import expect
from harness.session import load_contracts

EVENTS = "events:PutEvents"
SUPPLY = "supplychain:SendDataIntegrationEvent"
CHAT = "connectparticipant:SendEvent"
CONNECTOR = "iot-managed-integrations:SendConnectorEvent"

GOOD = {"Source": "com.example.app", "DetailType": "order placed", "Detail": '{"id": 1}'}
INSTANCE = "8928ae12-15e5-4441-825d-ec2184f0a43a"
ARN = f"arn:aws:scn:us-east-1:123456789012:instance/{INSTANCE}/namespaces/default/datasets/orders"
TYPING = "application/vnd.amazonaws.connect.event.typing"
DELIVERED = "application/vnd.amazonaws.connect.event.message.delivered"

ACCEPT = ("accept", ())
INVALID = ("refuse", (("ValidationException", 400),))
UNREADABLE = ("refuse", (("SerializationException", 400),))
DENIED = ("refuse", (("AccessDeniedException", 403),))


def fails(*codes):
    return ("entries", codes)


def entry(**changes):
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not ...}


def entries(*items):
    return {"Entries": list(items)}


def sized(total, **more):
    """One entry whose size by the published formula is exactly `total` bytes."""
    rest = len("com.example.app") + len("order placed") + (14 if "Time" in more else 0)
    return entries(entry(Detail=json_of_length(total - rest), **more))


def json_of_length(length):
    return '{"x":"' + "y" * (length - 8) + '"}'


def data_event(**changes):
    document = {
        "instanceId": INSTANCE,
        "eventType": "scn.data.supplyplan",
        "data": '{"id": "1"}',
        "eventGroupId": "g",
    }
    return {name: value for name, value in {**document, **changes}.items() if value is not ...}


def target(**changes):
    document = {"datasetIdentifier": ARN, "operationType": "APPEND"}
    return {name: value for name, value in {**document, **changes}.items() if value is not ...}


def chat(**changes):
    document = {"ContentType": TYPING, "ConnectionToken": "token-1", "ClientToken": "c"}
    return {name: value for name, value in {**document, **changes}.items() if value is not ...}


def connector(**changes):
    return {
        name: value
        for name, value in {"ConnectorId": "c-1", "Operation": "DEVICE_EVENT", **changes}.items()
        if value is not ...
    }


def device(cluster=None, **changes):
    endpoint = {
        "id": "1",
        "deviceTypes": ["lamp"],
        "clusters": [{"id": "0x0006", "revision": 1, **(cluster or {})}],
    }
    document = {
        "ConnectorDeviceId": "d-1",
        "CapabilityReport": {"version": "1.0.0", "endpoints": [endpoint]},
        **changes,
    }
    return connector(Devices=[{name: value for name, value in document.items() if value is not ...}])


def matter(*clusters):
    return connector(MatterEndpoint={"id": "1", "clusters": list(clusters)})


def bus(name):
    return entries(entry(EventBusName=name))


def arn_of_bus(region):
    return f"arn:aws:events:{region}:123456789012:event-bus/orders"


TABLE = [
    # PutEvents
    ("one complete entry", EVENTS, None, entries(entry()), ACCEPT),
    ("ten entries", EVENTS, None, entries(*[entry()] * 10), ACCEPT),
    ("eleven entries", EVENTS, None, entries(*[entry()] * 11), INVALID),
    ("no entry at all", EVENTS, None, entries(), INVALID),
    ("Entries left out", EVENTS, None, {}, INVALID),
    ("Entries null", EVENTS, None, {"Entries": None}, INVALID),
    ("an empty entry", EVENTS, None, entries({}), fails("InvalidArgument")),
    ("lone entry without Source", EVENTS, None, entries(entry(Source=...)), fails("InvalidArgument")),
    ("lone entry without Detail", EVENTS, None, entries(entry(Detail=...)), fails("InvalidArgument")),
    ("lone entry without DetailType", EVENTS, None, entries(entry(DetailType=...)), fails("InvalidArgument")),
    (
        "second entry without Source",
        EVENTS,
        None,
        entries(entry(), entry(Source=...)),
        fails(None, "InvalidArgument"),
    ),
    ("Detail is a JSON array", EVENTS, None, entries(entry(Detail="[1]")), fails("MalformedDetail")),
    ("Detail is doubly quoted", EVENTS, None, entries(entry(Detail='"{}"')), fails("MalformedDetail")),
    ("Detail is prose", EVENTS, None, entries(entry(Detail="hello")), fails("MalformedDetail")),
    ("Detail is an empty object", EVENTS, None, entries(entry(Detail="{}")), ACCEPT),
    (
        "Source of AWS",
        EVENTS,
        None,
        entries(entry(Source="aws.ec2")),
        fails("NotAuthorizedForSourceException"),
    ),
    ("Source aws without a dot", EVENTS, None, entries(entry(Source="aws")), ACCEPT),
    ("Source awesome.app", EVENTS, None, entries(entry(Source="awesome.app")), ACCEPT),
    ("unknown bus", EVENTS, None, bus("no-such-bus"), ACCEPT),
    ("bus with a space", EVENTS, None, bus("my bus"), INVALID),
    ("bus with an empty name", EVENTS, None, bus(""), INVALID),
    ("bus ARN in 2019", EVENTS, "2019-07-11", bus(arn_of_bus("us-east-1")), INVALID),
    ("bus ARN in 2020", EVENTS, "2020-11-19", bus(arn_of_bus("us-east-1")), ACCEPT),
    ("bus of 257 characters in 2019", EVENTS, "2019-07-11", bus("b" * 257), INVALID),
    ("bus of 257 characters in 2020", EVENTS, "2020-11-19", bus("b" * 257), ACCEPT),
    ("bus of 1601 characters in 2020", EVENTS, "2020-11-19", bus("b" * 1601), INVALID),
    (
        "bus in a region of four letters, 2022",
        EVENTS,
        "2022-04-07",
        bus(arn_of_bus("eusc-de-east-1")),
        INVALID,
    ),
    (
        "bus in a region of four letters, 2025",
        EVENTS,
        "2025-05-28",
        bus(arn_of_bus("eusc-de-east-1")),
        ACCEPT,
    ),
    ("trace header of 500", EVENTS, "2021-03-02", entries(entry(TraceHeader="t" * 500)), ACCEPT),
    ("trace header of 501", EVENTS, "2021-03-02", entries(entry(TraceHeader="t" * 501)), INVALID),
    ("empty trace header", EVENTS, "2021-03-02", entries(entry(TraceHeader="")), INVALID),
    ("trace header before it existed", EVENTS, "2020-11-19", entries(entry(TraceHeader="t" * 501)), ACCEPT),
    ("endpoint id", EVENTS, "2022-04-07", {**entries(entry()), "EndpointId": "abcde.veo"}, ACCEPT),
    ("endpoint id without a dot", EVENTS, "2022-04-07", {**entries(entry()), "EndpointId": "abcde"}, INVALID),
    ("resource of 2049 in 2021", EVENTS, "2021-03-02", entries(entry(Resources=["r" * 2049])), ACCEPT),
    ("resource of 2049 in 2022", EVENTS, "2022-04-07", entries(entry(Resources=["r" * 2049])), INVALID),
    ("no resources", EVENTS, None, entries(entry(Resources=[])), ACCEPT),
    ("Time as a number", EVENTS, None, entries(entry(Time=1614643200)), ACCEPT),
    ("Time as a word", EVENTS, None, entries(entry(Time="now")), UNREADABLE),
    ("Entries is an object", EVENTS, None, {"Entries": {}}, UNREADABLE),
    ("Source is a number", EVENTS, None, entries(entry(Source=5)), UNREADABLE),
    ("unknown members are ignored", EVENTS, None, {**entries(entry(New=1)), "More": True}, ACCEPT),
    ("null of an optional member is absence", EVENTS, None, entries(entry(EventBusName=None)), ACCEPT),
    (
        "null of a required entry member is absence",
        EVENTS,
        None,
        entries(entry(Source=None)),
        fails("InvalidArgument"),
    ),
    ("262,130 bytes in all", EVENTS, "2021-03-02", sized(262130), ACCEPT),
    ("262,145 bytes in all", EVENTS, "2021-03-02", sized(262145), INVALID),
    ("a time counts 14 bytes", EVENTS, "2021-03-02", sized(262145, Time=1614643200), INVALID),
    # SendDataIntegrationEvent
    ("smallest data event", SUPPLY, None, data_event(), ACCEPT),
    ("data is a JSON array", SUPPLY, None, data_event(data='[{"id": "1"}]'), ACCEPT),
    ("data is a JSON number", SUPPLY, None, data_event(data="1"), INVALID),
    ("data is prose", SUPPLY, None, data_event(data="hello"), INVALID),
    ("data is empty", SUPPLY, None, data_event(data=""), INVALID),
    ("data of 1,048,576", SUPPLY, None, data_event(data=json_of_length(1048576)), ACCEPT),
    ("data of 1,048,577", SUPPLY, None, data_event(data=json_of_length(1048577)), INVALID),
    ("data is an object, not a text", SUPPLY, None, data_event(data={"id": "1"}), UNREADABLE),
    ("group id of 255", SUPPLY, None, data_event(eventGroupId="g" * 255), ACCEPT),
    ("group id of 256", SUPPLY, None, data_event(eventGroupId="g" * 256), INVALID),
    ("group id left out", SUPPLY, None, data_event(eventGroupId=...), INVALID),
    ("instance id in capitals", SUPPLY, None, data_event(instanceId=INSTANCE.upper()), INVALID),
    ("instance id of 35", SUPPLY, None, data_event(instanceId=INSTANCE[:-1]), INVALID),
    ("token of 32", SUPPLY, None, data_event(clientToken="t" * 32), INVALID),
    ("token of 33", SUPPLY, None, data_event(clientToken="t" * 33), ACCEPT),
    ("token of 126", SUPPLY, None, data_event(clientToken="t" * 126), ACCEPT),
    ("token of 127", SUPPLY, None, data_event(clientToken="t" * 127), INVALID),
    ("event type in capitals", SUPPLY, None, data_event(eventType="SCN.DATA.FORECAST"), INVALID),
    (
        "dataset type before it existed",
        SUPPLY,
        "2024-04-10",
        data_event(eventType="scn.data.dataset"),
        INVALID,
    ),
    (
        "dataset with its target",
        SUPPLY,
        None,
        data_event(eventType="scn.data.dataset", datasetTarget=target()),
        ACCEPT,
    ),
    ("target with another type", SUPPLY, None, data_event(datasetTarget=target()), INVALID),
    ("target before it existed is ignored", SUPPLY, "2024-04-10", data_event(datasetTarget=target()), ACCEPT),
    (
        "target without operation type",
        SUPPLY,
        None,
        data_event(eventType="scn.data.dataset", datasetTarget=target(operationType=...)),
        INVALID,
    ),
    (
        "target with an operation type in small letters",
        SUPPLY,
        None,
        data_event(eventType="scn.data.dataset", datasetTarget=target(operationType="append")),
        INVALID,
    ),
    ("timestamp in epoch seconds", SUPPLY, None, data_event(eventTimestamp=1515531081.123), ACCEPT),
    ("timestamp as a date", SUPPLY, None, data_event(eventTimestamp="2018-01-09"), UNREADABLE),
    # SendEvent
    ("typing", CHAT, None, chat(), ACCEPT),
    ("delivered receipt today", CHAT, None, chat(ContentType=DELIVERED), ACCEPT),
    ("delivered receipt in 2019", CHAT, "2019-11-21", chat(ContentType=DELIVERED), INVALID),
    ("a content type of its own", CHAT, None, chat(ContentType="text/plain"), INVALID),
    ("content type left out", CHAT, None, chat(ContentType=...), INVALID),
    ("content of 1024 in 2019", CHAT, "2019-11-21", chat(Content="c" * 1024), ACCEPT),
    ("content of 1025 in 2019", CHAT, "2019-11-21", chat(Content="c" * 1025), INVALID),
    ("content of 16384 in 2022", CHAT, "2022-12-21", chat(Content="c" * 16384), ACCEPT),
    ("content of 16385 in 2022", CHAT, "2022-12-21", chat(Content="c" * 16385), INVALID),
    ("length counts code points", CHAT, "2019-11-21", chat(Content="\U0001d11e" * 1024), ACCEPT),
    ("client token of 500", CHAT, None, chat(ClientToken="t" * 500), ACCEPT),
    ("client token of 501", CHAT, None, chat(ClientToken="t" * 501), INVALID),
    ("connection token left out", CHAT, None, chat(ConnectionToken=...), DENIED),
    ("connection token empty", CHAT, None, chat(ConnectionToken=""), DENIED),
    ("connection token of 1000", CHAT, None, chat(ConnectionToken="t" * 1000), ACCEPT),
    ("connection token of 1001", CHAT, None, chat(ConnectionToken="t" * 1001), INVALID),
    # SendConnectorEvent
    ("smallest connector event", CONNECTOR, None, connector(), ACCEPT),
    ("status 99", CONNECTOR, None, connector(StatusCode=99), INVALID),
    ("status 100", CONNECTOR, None, connector(StatusCode=100), ACCEPT),
    ("status 550", CONNECTOR, None, connector(StatusCode=550), ACCEPT),
    ("status 551", CONNECTOR, None, connector(StatusCode=551), INVALID),
    ("status as text", CONNECTOR, None, connector(StatusCode="200"), UNREADABLE),
    ("status with a fraction", CONNECTOR, None, connector(StatusCode=200.5), UNREADABLE),
    ("unknown operation word", CONNECTOR, None, connector(Operation="DEVICE_PARTY"), INVALID),
    ("message with an exclamation mark", CONNECTOR, None, connector(Message="hello!"), INVALID),
    ("version of seven characters", CONNECTOR, None, connector(OperationVersion="1.0.0.0"), INVALID),
    ("connector id of 65", CONNECTOR, None, connector(ConnectorId="c" * 65), INVALID),
    ("connector id with a dot", CONNECTOR, None, connector(ConnectorId="c.1"), INVALID),
    ("a device", CONNECTOR, None, device(), ACCEPT),
    ("no devices", CONNECTOR, None, connector(Devices=[]), ACCEPT),
    ("a device without its report", CONNECTOR, None, device(CapabilityReport=...), INVALID),
    (
        "a report of another version",
        CONNECTOR,
        None,
        device(CapabilityReport={"version": "1.0.1", "endpoints": []}),
        INVALID,
    ),
    ("cluster id in decimal", CONNECTOR, None, device({"id": "6"}), ACCEPT),
    ("cluster id that is no number", CONNECTOR, None, device({"id": "0xZZ"}), INVALID),
    (
        "capability name with a hyphen, June 2025",
        CONNECTOR,
        "2025-06-26",
        device({"name": "on-off"}),
        INVALID,
    ),
    (
        "capability name with a hyphen, October 2025",
        CONNECTOR,
        "2025-10-30",
        device({"name": "on-off"}),
        ACCEPT,
    ),
    ("device name beyond ASCII", CONNECTOR, None, device(ConnectorDeviceName="Küche 1"), ACCEPT),
    ("feature map of 32 bits", CONNECTOR, None, device({"featureMap": 4294967295}), ACCEPT),
    ("feature map of 33 bits", CONNECTOR, None, device({"featureMap": 4294967296}), INVALID),
    ("five matter clusters", CONNECTOR, None, matter(*[{}] * 5), ACCEPT),
    ("six matter clusters", CONNECTOR, None, matter(*[{}] * 6), INVALID),
    ("no matter cluster", CONNECTOR, None, matter(), INVALID),
    ("attributes are any document", CONNECTOR, None, matter({"attributes": {"on": [True, None]}}), ACCEPT),
    ("command id that is no number", CONNECTOR, None, matter({"commands": {"on": {}}}), INVALID),
]


@pytest.fixture(scope="module")
def contracts():
    loaded = load_contracts((), version="all")
    newest = {contract.name: contract for contract in loaded}
    return {(contract.name, contract.version): contract for contract in loaded} | {
        (name, None): contract for name, contract in newest.items()
    }


@pytest.mark.parametrize(
    ("operation", "version", "document", "expected"),
    [row[1:] for row in TABLE],
    ids=[row[0].replace(" ", "-") for row in TABLE],
)
def test_oracle_agrees_with_the_documents(contracts, operation, version, document, expected):
    """Every input of the table is classified as a reader of the documents classifies it."""
    contract = contracts[operation, version]
    expectation = expect(contract, make_case(contract, "boundary", "by hand", input=document))
    kind, answers = expected
    assert expectation.kind == kind
    if kind == "entries":
        assert tuple(item.code if item is not None else None for item in expectation.entries) == answers
    else:
        assert {(item.code, item.status) for item in expectation.answers} == set(answers)


def test_the_table_is_large_enough():
    """At least sixty inputs, each described once, stand behind the oracle."""
    assert len({row[0] for row in TABLE}) == len(TABLE) >= 60
    assert json.loads(json_of_length(100)) == {"x": "y" * 92}
