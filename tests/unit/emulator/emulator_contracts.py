"""Four small contracts, each with what the emulator must honour; not the shipped ones."""

import msgspec

from harness.contract import Contract

UUID = "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}"
EIGHT_HOURS = 8 * 3600
TOKEN = "t" * 33
INSTANCE = "12345678-1234-1234-1234-123456789abc"


def error(status, fault="client", **members):
    return {
        "type": "structure",
        "members": {"message": {"target": "Text"}, **members},
        "error": fault,
        **({"httpError": status} if status else {}),
    }


def make(service, operation, **fields):
    document = {
        "format": 1,
        "service": service,
        "operation": operation,
        "version": "2025-01-01",
        "sources": [{"title": "made for the tests"}],
        "protocol": "rest-json",
        "metadata": {"signingName": service, "serviceId": service},
        **fields,
    }
    return msgspec.convert(document, Contract)


def put_events(**fields):
    missing = {
        "entry": {
            "code": "InvalidArgument",
            "message": "Parameter Source is not valid. Reason: Source is a required argument.",
        }
    }
    malformed = {"entry": {"code": "MalformedDetail", "message": "Detail is malformed."}}
    too_large = {
        "refuse": {
            "code": "ValidationException",
            "status": 400,
            "message": "Total size of the entries in the request is over the limit.",
        }
    }
    return make(
        "events",
        "PutEvents",
        protocol="json",
        metadata={
            "signingName": "events",
            "targetPrefix": "AWSEvents",
            "jsonVersion": "1.1",
            "protocol": "json",
        },
        http={"method": "POST", "uri": "/", "code": 200},
        shapes={
            "Text": {"type": "string"},
            "Flag": {"type": "boolean"},
            "Count": {"type": "integer"},
            "Time": {"type": "timestamp"},
            "Input": {"members": {"Entries": {"target": "Entries", "required": True}}},
            "Entries": {
                "type": "list",
                "length": {"min": 1, "max": 10},
                "member": {"target": "Entry"},
            },
            "Entry": {
                "members": {
                    "Time": {"target": "Time"},
                    "Source": {"target": "Text"},
                    "Detail": {"target": "Detail"},
                    "TraceHeader": {"target": "Trace"},
                }
            },
            "Detail": {"type": "string", "sensitive": True},
            "Trace": {"type": "string", "length": {"min": 1, "max": 500}},
            "Output": {
                "members": {"FailedEntryCount": {"target": "Count"}, "Entries": {"target": "Results"}}
            },
            "Results": {"type": "list", "member": {"target": "Result"}},
            "Result": {
                "members": {
                    "EventId": {"target": "EventId"},
                    "ErrorCode": {"target": "Text"},
                    "ErrorMessage": {"target": "Text"},
                }
            },
            "EventId": {"type": "string", "length": {"max": 64}},
            "InternalException": error(None, "server"),
        },
        input="Input",
        output="Output",
        errors=["InternalException"],
        batch={
            "entries": "Entries",
            "results": "Entries",
            "failedCount": "FailedEntryCount",
            "identifier": "EventId",
        },
        rules=[
            {
                "id": "total-size",
                "summary": "The entries are too large.",
                "source": "documented",
                "when": "sum(Entries[].utf8_length(Detail)) > `262144`",
                "then": too_large,
            },
            {
                "id": "source-required",
                "summary": "An entry needs a source.",
                "source": "observed",
                "when": "Source == null || Source == ''",
                "then": missing,
            },
            {
                "id": "detail-object",
                "summary": "A detail is an object.",
                "source": "observed",
                "when": "json_kind(Detail) != 'object'",
                "then": malformed,
            },
        ],
        volatile=["Entries/member/EventId"],
        **fields,
    )


def send_integration_event(**fields):
    return make(
        "supplychain",
        "SendDataIntegrationEvent",
        metadata={"signingName": "scn", "serviceId": "SupplyChain"},
        http={
            "method": "POST",
            "uri": "/api-data/data-integration/instance/{instanceId}/data-integration-events",
            "code": 200,
        },
        shapes={
            "Text": {"type": "string"},
            "Uuid": {"type": "string", "length": {"min": 36, "max": 36}, "pattern": UUID},
            "Kind": {"type": "string", "enum": ["scn.data.forecast", "scn.data.supplyplan"]},
            "Data": {"type": "string", "length": {"min": 1, "max": 1048576}, "sensitive": True},
            "Token": {"type": "string", "length": {"min": 33, "max": 126}},
            "Time": {"type": "timestamp"},
            "Input": {
                "members": {
                    "instanceId": {"target": "Uuid", "required": True, "httpLabel": "instanceId"},
                    "eventType": {"target": "Kind", "required": True},
                    "data": {"target": "Data", "required": True},
                    "eventTimestamp": {"target": "Time"},
                    "clientToken": {"target": "Token", "idempotencyToken": True},
                }
            },
            "Output": {"members": {"eventId": {"target": "Uuid", "required": True}}},
            "AccessDeniedException": error(403),
            "ConflictException": error(409),
            "InternalServerException": error(500, "server"),
            "ResourceNotFoundException": error(404),
            "ServiceQuotaExceededException": error(402),
            "ThrottlingException": error(429),
            "ValidationException": error(400, reason={"target": "Text", "required": True}),
        },
        input="Input",
        output="Output",
        errors=[
            "AccessDeniedException",
            "ConflictException",
            "InternalServerException",
            "ResourceNotFoundException",
            "ServiceQuotaExceededException",
            "ThrottlingException",
            "ValidationException",
        ],
        idempotency={
            "token": "clientToken",
            "window": EIGHT_HOURS,
            "changed": {"code": "ConflictException", "status": 409},
        },
        volatile=["eventId"],
        **fields,
    )


def send_event(**fields):
    return make(
        "connectparticipant",
        "SendEvent",
        metadata={"signingName": "execute-api", "serviceId": "ConnectParticipant"},
        http={"method": "POST", "uri": "/participant/event", "code": 200},
        shapes={
            "Text": {"type": "string"},
            "Bearer": {"type": "string", "length": {"min": 1, "max": 1000}},
            "ContentType": {"type": "string", "length": {"min": 1, "max": 100}},
            "ClientToken": {"type": "string", "length": {"max": 500}},
            "ChatItemId": {"type": "string", "length": {"min": 1, "max": 256}},
            "Instant": {"type": "string", "length": {"min": 1, "max": 100}},
            "Input": {
                "members": {
                    "ContentType": {"target": "ContentType", "required": True},
                    "ClientToken": {"target": "ClientToken", "idempotencyToken": True},
                    "ConnectionToken": {
                        "target": "Bearer",
                        "required": True,
                        "httpHeader": "X-Amz-Bearer",
                    },
                }
            },
            "Output": {"members": {"Id": {"target": "ChatItemId"}, "AbsoluteTime": {"target": "Instant"}}},
            "AccessDeniedException": error(403),
            "ThrottlingException": error(429),
        },
        input="Input",
        output="Output",
        errors=["AccessDeniedException", "ThrottlingException"],
        auth={
            "scheme": "bearer",
            "header": "X-Amz-Bearer",
            "member": "ConnectionToken",
            "missing": {"code": "AccessDeniedException", "status": 403},
        },
        idempotency={"token": "ClientToken", "scope": ["ConnectionToken"]},
        volatile=["Id", "AbsoluteTime"],
        **fields,
    )


def send_connector_event(**fields):
    return make(
        "iot-managed-integrations",
        "SendConnectorEvent",
        metadata={"signingName": "iotmanagedintegrations", "serviceId": "IoT Managed Integrations"},
        http={"method": "POST", "uri": "/connector-event/{ConnectorId}", "code": 202},
        shapes={
            "Text": {"type": "string"},
            "ConnectorId": {"type": "string", "length": {"min": 1, "max": 64}, "pattern": "[A-Za-z0-9]+"},
            "Operation": {"type": "string", "enum": ["DEVICE_EVENT", "DEVICE_DISCOVERY"]},
            "Status": {"type": "integer", "range": {"min": 100, "max": 550}},
            "Names": {"type": "list", "uniqueItems": True, "member": {"target": "Name"}},
            "Name": {"type": "string", "pattern": "[a-z]+"},
            "Tags": {"type": "map", "key": {"target": "Name"}, "value": {"target": "Tag"}},
            "Tag": {"type": "string", "length": {"max": 3}},
            "Either": {
                "type": "union",
                "members": {"one": {"target": "Text"}, "two": {"target": "Text"}},
            },
            "Anything": {"type": "document"},
            "Input": {
                "members": {
                    "ConnectorId": {
                        "target": "ConnectorId",
                        "required": True,
                        "httpLabel": "ConnectorId",
                    },
                    "Operation": {"target": "Operation", "required": True},
                    "StatusCode": {"target": "Status"},
                    "Names": {"target": "Names"},
                    "Tags": {"target": "Tags"},
                    "Either": {"target": "Either"},
                    "Anything": {"target": "Anything"},
                }
            },
            "Output": {"members": {"ConnectorId": {"target": "ConnectorId", "required": True}}},
            "ResourceNotFoundException": error(404),
        },
        input="Input",
        output="Output",
        errors=["ResourceNotFoundException"],
        echo={"ConnectorId": "ConnectorId"},
        **fields,
    )


def all_four():
    return [put_events(), send_integration_event(), send_event(), send_connector_event()]
