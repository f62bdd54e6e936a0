"""What is another operation's request is left out, and said so; what needs a service's name carries it."""

import pytest

from harness.exchange import Headers, Request
from harness.importers.library import open_library
from harness.runner.elsewhere import Elsewhere
from harness.targets.live import user_agent
from harness.wire import protocol_for


@pytest.fixture(scope="module")
def elsewhere():
    return Elsewhere(open_library())


@pytest.mark.parametrize(
    ("name", "document", "reason"),
    [
        ("s3:CopyObject", {"Bucket": "b", "Key": "k", "CopySource": "b/k"}, None),
        ("s3:CopyObject", {"Bucket": "b", "Key": "k"}, "as it stands it is a request of s3:PutObject"),
        (
            "s3:GetBucketNotification",
            {"Bucket": "b"},
            "as it stands it is a request of s3:GetBucketNotificationConfiguration",
        ),
        ("neptune:DescribeDBClusters", {}, None),
        ("rds:DescribeDBClusters", {}, None),
    ],
)
def test_a_request_is_its_own_operations_or_not(elsewhere, name, document, reason):
    """Only what the wire tells apart is sent."""
    contract = open_library().load(*name.split(":"))
    request = protocol_for(contract).encode_request(contract, document)
    assert elsewhere.reason(contract, request) == reason


def test_a_request_of_nothing(elsewhere):
    """Without its path a request belongs to no operation."""
    contract = open_library().load("lambda", "ListFunctions")
    stray = Request("GET", "/no/such/path/at/all", Headers(), b"")
    assert elsewhere.reason(contract, stray) == "as it stands it is a request of no operation"


def test_the_agent_names_the_service():
    """As SDKs name it: the service id in small letters, words joined."""
    assert user_agent(open_library().load("iot-managed-integrations", "SendConnectorEvent")).endswith(
        " api/iot_managed_integrations"
    )
