"""From a bare request to its operation."""

import msgspec
import pytest
from emulator_contracts import all_four, make, put_events
from emulator_requests import authorization

from harness.exchange import Headers, Request
from harness.routing.router import Router, Unrouted


def rest(service, operation, uri, method="GET", **fields):
    return make(service, operation, http={"method": method, "uri": uri}, shapes={}, **fields)


REST = [
    rest("one", "List", "/things"),
    rest("one", "ListTwo", "/things?list-type=2"),
    rest("one", "Get", "/things/{id}"),
    rest("one", "GetMine", "/things/mine"),
    rest("one", "GetPart", "/things/{id}/parts/{part}"),
    rest("one", "GetRest", "/things/{rest+}"),
    rest("one", "Put", "/things/{id}", "PUT"),
    rest("two", "Describe", "/things/{id}"),
]


def routed(contracts, request):
    found = Router(contracts).route(request)
    return found if isinstance(found, Unrouted) else found.contract.name


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("method", "target", "service", "expected"),
    [
        ("GET", "/things", None, "one:List"),
        ("GET", "/things?x=1", None, "one:List"),
        ("GET", "/things?list-type=2&x=1", None, "one:ListTwo"),
        ("GET", "/things?list-type=3", None, "one:List"),
        ("GET", "/things/mine", None, "one:GetMine"),
        ("GET", "/things/other", "one", "one:Get"),
        ("GET", "/things/other", "two", "two:Describe"),
        ("GET", "/things/a%2Fb", "one", "one:Get"),
        ("GET", "/things/a/parts/b", None, "one:GetPart"),
        ("GET", "/things/a/b/c/d", None, "one:GetRest"),
        ("PUT", "/things/a", None, "one:Put"),
        ("PUT", "/things/a", "wrong", "one:Put"),
    ],
)
def test_the_most_specific_template_of_the_right_service_wins(backwards, method, target, service, expected):
    headers = Headers.of({"Authorization": authorization(service)} if service else {})
    contracts = REST[::-1] if backwards else REST
    assert routed(contracts, Request(method, target, headers)) == expected


def test_a_presigned_query_names_its_service_too():
    query = "X-Amz-Credential=AKID%2F20250101%2Fus-east-1%2Ftwo%2Faws4_request"
    assert routed(REST, Request("GET", f"/things/a?{query}")) == "two:Describe"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request("DELETE", "/things"), Unrouted(protocol="rest-json", wanted="DELETE /things")),
        (Request("GET", "/nothing?x"), Unrouted(protocol="rest-json", wanted="GET /nothing")),
        (
            Request("POST", "/", Headers.of({"x-amz-target": "AWSEvents.No"})),
            Unrouted(protocol="json", wanted="AWSEvents.No"),
        ),
        (
            Request("POST", "/elsewhere", Headers.of({"x-amz-target": "AWSEvents.PutEvents"})),
            Unrouted(protocol="json", wanted="AWSEvents.PutEvents"),
        ),
        (
            Request("POST", "/", Headers.of({"content-type": "application/x-amz-json-1.1"})),
            Unrouted(protocol="json", wanted="a request without X-Amz-Target"),
        ),
    ],
    ids=["method", "path", "target", "target-elsewhere", "no-target"],
)
def test_what_names_no_operation(request_, expected):
    assert routed([*REST, put_events()], request_) == expected


def test_a_target_that_two_services_share_is_decided_by_the_scope():
    sibling = msgspec.structs.replace(
        put_events(), service="twin", metadata={**put_events().metadata, "signingName": "twin"}
    )
    for service in ("twin", "events"):
        headers = {"X-Amz-Target": "AWSEvents.PutEvents", "Authorization": authorization(service)}
        assert (
            routed([put_events(), sibling], Request("POST", "/", Headers.of(headers)))
            == f"{service}:PutEvents"
        )


def test_of_two_versions_the_newer_one_is_served():
    old, new = put_events(), msgspec.structs.replace(put_events(), version="2026-01-01")
    for contracts in ([old, new], [new, old]):
        request = Request("POST", "/", Headers.of({"X-Amz-Target": "AWSEvents.PutEvents"}))
        assert Router(contracts).route(request).contract is new


def test_unsigned_requests_go_by_their_path():
    assert routed(all_four(), Request("POST", "/participant/event")) == "connectparticipant:SendEvent"
