"""Query, ec2 and rest-xml at their seams: what stands on the wire, what is refused, what an answer means."""

from __future__ import annotations

from typing import Any

import pytest

from harness.contract import Contract
from harness.errors import WireError
from harness.exchange import Deviation, Headers, Request, Response
from harness.importers.botocore import InstalledBotocore
from harness.wire import ErrorReply, Unreadable, protocol_for
from harness.wire.bodies import elements
from harness.wire.bodies.elements import Element

SOURCE = InstalledBotocore()
RUN, TOPIC, TAGS, ZONE, BUCKET, LOCATION = (
    SOURCE.load(*name.split(":"))
    for name in (
        "ec2:CreateTags", "sns:SetTopicAttributes", "elbv2:AddTags", "route53:CreateHostedZone",
        "s3:CreateBucket", "s3:GetBucketLocation",
    )
)  # fmt: skip
GRANT = SOURCE.load("s3", "PutBucketAcl")
PLATFORM = SOURCE.load("sns", "CreatePlatformApplication")
ZONES = SOURCE.load("route53", "GetHostedZoneCount")


def form(body: str) -> Request:
    return Request(
        "POST", "/", Headers.of({"Content-Type": "application/x-www-form-urlencoded"}), body.encode()
    )


def read(contract: Contract, request: Request) -> Any:
    return protocol_for(contract).parse_request(contract, request)


def refusal(contract: Contract, request: Request) -> str:
    with pytest.raises(Unreadable) as caught:
        read(contract, request)
    return str(caught.value)


@pytest.mark.parametrize(
    ("contract", "document", "body"),
    [
        (
            RUN,
            {"Resources": ["a", "b"], "Tags": [{"Key": "k", "Value": ""}]},
            "Action=CreateTags&Version=2016-11-15&ResourceId.1=a&ResourceId.2=b&Tag.1.Key=k&Tag.1.Value=",
        ),
        (
            TAGS,
            {"ResourceArns": ["a b"], "Tags": [{"Key": "k"}]},
            "Action=AddTags&Version=2015-12-01&ResourceArns.member.1=a%20b&Tags.member.1.Key=k",
        ),
        (TAGS, {"ResourceArns": []}, "Action=AddTags&Version=2015-12-01&ResourceArns="),
        (
            PLATFORM,
            {"Name": "n", "Attributes": {"x": "1"}},
            "Action=CreatePlatformApplication&Version=2010-03-31&Name=n&Attributes.entry.1.key=x"
            "&Attributes.entry.1.value=1",
        ),
        (
            TOPIC,
            {"TopicArn": {"not": "text"}, "Extra": [1], "AttributeName": None},
            "Action=SetTopicAttributes&Version=2010-03-31&TopicArn=%7B%22not%22%3A%20%22text%22%7D&Extra=%5B1%5D",
        ),
    ],
    ids=[
        "ec2-lists-and-names",
        "query-members",
        "query-empty-list",
        "query-map",
        "wrong-types-and-strangers",
    ],
)
def test_a_form_spells_the_way_to_each_value(contract, document, body):
    assert protocol_for(contract).encode_request(contract, document) == form(body)


@pytest.mark.parametrize(
    ("contract", "body", "document"),
    [
        (TAGS, "Action=AddTags&Tags.member.2.Key=b&Tags.member.10.Key=c&Tags.member.1.Key=a",
         {"Tags": [{"Key": "a"}, {"Key": "b"}, {"Key": "c"}]}),
        (TAGS, "Action=AddTags&Tags.Key=a&Nobody=1", {"Tags.Key": "a", "Nobody": "1"}),
        (TAGS, "Action=AddTags&Tags=", {"Tags": []}),
        (RUN, "Action=CreateTags&Tags.1.Key=k&DryRun=true", {"DryRun": True, "Tags.1.Key": "k"}),
        (RUN, "Action=CreateTags&ResourceId=", {}),
    ],
    ids=["by-position", "unknown-kept", "empty-list", "ec2-name-of-a-member", "ec2-has-no-empty-list"],
)  # fmt: skip
def test_a_form_is_read_by_its_names(contract, body, document):
    assert read(contract, form(body)) == document


def test_parameters_of_a_get_are_read_from_its_query():
    request = Request("GET", "/?Action=AddTags&ResourceArns.member.1=a&X-Amz-Signature=0")
    assert read(TAGS, request) == {"ResourceArns": ["a"], "X-Amz-Signature": "0"}


@pytest.mark.parametrize(
    ("contract", "body", "problem"),
    [
        (TAGS, "", "there is no parameter Action\n  Send Action=AddTags."),
        (TAGS, '{"a": 1}', "there is no parameter Action\n  Send Action=AddTags."),
        (TAGS, "Action=Other", "the parameters are of 'Other'\n  Send Action=AddTags."),
        (TAGS, "Action=AddTags&A=1&A=2", 'the parameter "A" comes twice\n  Send it once.'),
        (RUN, "Action=CreateTags&DryRun=yes", '"yes" is not true or false\n  Send true or false.'),
        (
            TAGS,
            "Action=AddTags&Tags.member.x.Key=1",
            '"x" below Tags.member is no position\n  Number the entries from 1.',
        ),
        (
            TAGS,
            "Action=AddTags&Tags=1",
            '"1" stands for a list, which has no text of its own\n  Name each of its parts.',
        ),
        (
            TOPIC,
            "Action=SetTopicAttributes&TopicArn.1=1",
            "TopicArn has parts, but is a string\n  Send text.",
        ),
        (
            TOPIC,
            "Action=SetTopicAttributes&TopicArn=%80",
            '"\\udc80" is not text in UTF-8\n  Send text in UTF-8.',
        ),
        (
            PLATFORM,
            "Action=CreatePlatformApplication&Attributes.entry.1.key=a",
            "Attributes.entry.1 has no key or no value\n  Send both for each entry.",
        ),
        (
            TAGS,
            "Action=AddTags&" + "a." * 200 + "b=1",
            "the name of a parameter has more than 128 steps\n  Send the parameters of the operation.",
        ),
    ],
    ids=[
        "empty",
        "json",
        "another",
        "twice",
        "boolean",
        "position",
        "text-for-list",
        "parts-for-text",
        "utf-8",
        "map-entry",
        "deep",
    ],
)
def test_a_form_that_cannot_be_read_is_refused(contract, body, problem):
    found = refusal(contract, form(body))
    assert found.partition(": ")[2] == problem
    assert found.startswith(f"{contract.name}#/input")


def xml(contract: Contract, target: str, body: str) -> Request:
    return Request(contract.http.method, target, Headers(), body.encode())


NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


def test_a_rest_body_has_the_names_and_namespaces_of_its_model():
    grantee = {"Type": "Group", "URI": "http://x?a&b"}
    document = {
        "Bucket": "b",
        "AccessControlPolicy": {"Grants": [{"Grantee": grantee, "Permission": "READ"}]},
    }
    request = protocol_for(GRANT).encode_request(GRANT, document)
    assert (request.target, request.headers.get("content-type")) == ("/b?acl", "application/xml")
    assert request.body.decode() == (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<AccessControlPolicy {NAMESPACE}><AccessControlList><Grant>'
        '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">'
        "<URI>http://x?a&amp;b</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList>"
        "</AccessControlPolicy>"
    )
    assert read(GRANT, request) == document


BOMB = (
    '<!DOCTYPE a [<!ENTITY b "bbbb">]><CreateBucketConfiguration><LocationConstraint>&b;</LocationConstraint>'
    "</CreateBucketConfiguration>"
)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (BOMB, "the body declares a document type, which is not allowed"),
        (
            '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
            "the body declares a document type, which is not allowed",
        ),
        ("<a>&b;</a>", "the body is not XML: undefined entity: line 1, column 3"),
        ("<a>", "the body is not XML: no element found: line 1, column 3"),
        ("{}", "the body is not XML: not well-formed (invalid token): line 1, column 0"),
        ("<a>\x01</a>", "the body is not XML: not well-formed (invalid token): line 1, column 3"),
        ("<b:a/>", "the body is not XML: unbound prefix: line 1, column 0"),
        ("<a>" * 200, "the body is nested deeper than 128 levels"),
        ("<Other/>", "the root is Other instead of CreateBucketConfiguration"),
    ],
    ids=["entity", "external", "undefined", "open", "json", "control", "prefix", "deep", "root"],
)
def test_xml_that_cannot_be_read_is_refused(body, problem):
    found = refusal(BUCKET, xml(BUCKET, "/b", body))
    assert found.partition(": ")[2].partition("\n")[0] == problem


def test_bytes_that_are_not_utf_8_are_refused():
    request = Request("PUT", "/b", Headers(), "<a>é</a>".encode("latin-1"))
    assert "the body is not XML: not well-formed (invalid token)" in refusal(BUCKET, request)


CONFIG = "HostedZoneConfig"


@pytest.mark.parametrize(
    ("inside", "problem"),
    [
        ("<Name><x/></Name>", "the element Name holds elements where text is asked for"),
        ("<Name>a</Name><Name>b</Name>", "the element Name comes 2 times"),
        (f"<{CONFIG}>x</{CONFIG}>", f"the element {CONFIG} holds text where a structure is asked for"),
        (f"<{CONFIG}><PrivateZone>1</PrivateZone></{CONFIG}>", '"1" is not true or false'),
    ],
    ids=["elements-for-text", "twice", "text-for-structure", "boolean"],
)
def test_an_element_of_another_form_is_refused(inside, problem):
    body = f"<CreateHostedZoneRequest>{inside}</CreateHostedZoneRequest>"
    found = refusal(ZONE, xml(ZONE, "/2013-04-01/hostedzone", body))
    assert found.partition(": ")[2].partition("\n")[0] == problem


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({"Name": "\x01"}, "XML cannot hold the character U+0001"),
        ({"Name": "\ud800"}, "XML cannot hold the character U+D800"),
        ({"no name": "x"}, '"no name" is no name of an XML element'),
    ],
    ids=["control", "surrogate", "name"],
)
def test_what_xml_cannot_hold_is_said(document, problem):
    with pytest.raises(WireError) as caught:
        protocol_for(ZONE).encode_request(ZONE, document)
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    ("contract", "document", "problem"),
    [
        (TAGS, {"Tags": [None]}, "a list or map holds a null, for which a form has no place"),
        (TAGS, [], "a form has no place for an input that is no structure"),
        (TAGS, {"ResourceArns": ["\ud800"]}, "a parameter holds half a surrogate pair, which has no UTF-8"),
        (GRANT, {"Bucket": "b", "AccessControlPolicy": {"Grants": [None]}},
         "a list or map holds a null, for which XML has no form"),
    ],
    ids=["null-in-form", "no-structure", "surrogate", "null-in-xml"],
)  # fmt: skip
def test_what_has_no_form_is_said(contract, document, problem):
    with pytest.raises(WireError) as caught:
        protocol_for(contract).encode_request(contract, document)
    assert caught.value.problem == problem


@pytest.mark.parametrize("contract", [TOPIC, ZONE], ids=["query", "rest-xml"])
def test_a_document_without_end_is_refused(contract):
    deep: Any = "x"
    for _ in range(100_000):
        deep = {"x": deep}
    with pytest.raises(WireError) as caught:
        protocol_for(contract).encode_request(contract, {"Name": deep, "TopicArn": deep, "Other": deep})
    assert caught.value.problem == "the value is nested too deep"


def body_of(contract: Contract, error: ErrorReply) -> Element:
    return elements.decode(protocol_for(contract).serialize_error(contract, error).body, "error")


@pytest.mark.parametrize(
    ("contract", "way", "parts"),
    [
        (TAGS, ["ErrorResponse", "Error"], ["Type", "Code", "Message"]),
        (RUN, ["Response", "Errors", "Error"], ["Code", "Message"]),
        (ZONE, ["ErrorResponse", "Error"], ["Type", "Code", "Message"]),
        (BUCKET, ["Error"], ["Code", "Message", "RequestId"]),
    ],
    ids=["query", "ec2", "rest-xml", "s3"],
)
def test_each_protocol_has_its_form_of_an_error(contract, way, parts):
    """The wrapper differs; the code, the message and the request id of the header stand in all of them."""
    response = protocol_for(contract).serialize_error(contract, ErrorReply("Odd", 400, "\x00 & co"))
    element = elements.decode(response.body, "error")
    for name, below in zip(way, [*way[1:], None], strict=True):
        assert element.name == name
        element = element.child(below) if below is not None else element
    assert [part.name for part in element.children] == parts
    assert element.child("Message").text == "\ufffd & co"
    assert response.headers.get("x-amzn-requestid").encode() in response.body


@pytest.mark.parametrize(("status", "kind"), [(400, "Sender"), (503, "Receiver")])
def test_an_error_says_whose_fault_it_is(status, kind):
    assert body_of(TAGS, ErrorReply("Odd", status, "")).child("Error").child("Type").text == kind


def test_errors_of_no_operation_have_the_form_of_the_protocol():
    response = protocol_for(TAGS).serialize_error(None, ErrorReply("InvalidAction", 400, "no"))
    assert b"<ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code>" in response.body


def answer(contract: Contract, body: str, status: int = 200) -> Any:
    return protocol_for(contract).read_response(contract, Response(status, Headers(), body.encode()))


@pytest.mark.parametrize(
    ("body", "output", "deviations"),
    [
        ("<R><HostedZoneCount>7</HostedZoneCount></R>", {"HostedZoneCount": 7}, []),
        ("<R><HostedZoneCount>many</HostedZoneCount></R>", {"HostedZoneCount": "many"},
         [("response-type", "HostedZoneCount/type", "many")]),
        ("<R><New><a>1</a><a>2</a></New><HostedZoneCount>7</HostedZoneCount></R>",
         {"HostedZoneCount": 7, "New": {"a": ["1", "2"]}},
         [("response-unknown-member", "New/unknown", '{"a": ["1", "2"]}')]),
        ("<R/>", {}, [("response-missing-member", "HostedZoneCount/required", "nothing")]),
    ],
    ids=["fits", "wrong-type", "unknown", "missing"],
)  # fmt: skip
def test_an_answer_is_read_with_its_deviations(body, output, deviations):
    outcome = answer(ZONES, body)
    found = [(item.kind, item.pointer, item.got) for item in outcome.deviations]
    assert outcome.output == output
    assert found == [(kind, f"{ZONES.name}#/output/{path}", got) for kind, path, got in deviations]
    assert all(isinstance(item, Deviation) for item in outcome.deviations)


@pytest.mark.parametrize(
    ("contract", "status", "body", "failure"),
    [
        (
            TAGS,
            200,
            "<AddTagsResponse/>",
            "elbv2:AddTags#/output: the element AddTagsResponse holds no AddTagsResult",
        ),
        (RUN, 200, "<html/>", "ec2:CreateTags#/output: the root is html instead of CreateTagsResponse"),
        (
            TAGS,
            400,
            "<AddTagsResponse/>",
            "elbv2:AddTags#/errors: the root AddTagsResponse of the error holds no element Error",
        ),
        (
            ZONES,
            502,
            "<html></html>",
            "route53:GetHostedZoneCount#/errors: the body of the error 502 is a page of HTML",
        ),
        (ZONES, 500, "", "route53:GetHostedZoneCount#/errors: the body of the error 500 is empty"),
    ],
    ids=["no-result", "page", "no-error", "proxy", "empty"],
)
def test_an_answer_of_no_protocol_is_unreadable(contract, status, body, failure):
    assert (answer(contract, body, status).kind, answer(contract, body, status).failure) == (
        "unreadable",
        failure,
    )


@pytest.mark.parametrize(
    ("body", "output"),
    [
        (
            f"<LocationConstraint {NAMESPACE}>eu-west-1</LocationConstraint>",
            {"LocationConstraint": "eu-west-1"},
        ),
        (f"<LocationConstraint {NAMESPACE}/>", {}),
    ],
    ids=["region", "none"],
)
def test_the_location_of_a_bucket_is_the_root_itself(body, output):
    assert answer(LOCATION, body).output == output
    written = protocol_for(LOCATION).serialize_output(LOCATION, output)
    assert elements.decode(written.body, "output").text == output.get("LocationConstraint", "")
    assert protocol_for(LOCATION).read_response(LOCATION, written).output == output
