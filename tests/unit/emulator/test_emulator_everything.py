"""An emulator of a whole release: how requests find their operation, and what the contract alone answers."""

from __future__ import annotations

import gzip
import json

import msgspec
import pytest
from emulator_contracts import put_events
from emulator_requests import DATE, authorization, error_of, request_for

from harness.contract import check, examples
from harness.emulator.app import Emulator
from harness.exchange import Headers, Request
from harness.importers.catalogue import Catalogue
from harness.routing.router import Router, Unrouted
from harness.wire import protocol_for, protocol_named, sdk

FORM = "application/x-www-form-urlencoded"
ELB = "elasticloadbalancing"
METRICS = "GraniteServiceVersion20100801"
STS = "AssumeRoleWithWebIdentity"
STREAMS = "DynamoDBStreams_20120810"
ROLE = "/federation/credentials?role_name=r&account_id=1"
LIFECYCLE = "/v20180820/bucket/photos/lifecycleconfiguration"


@pytest.fixture(scope="module")
def catalogue():
    return Catalogue()


@pytest.fixture(scope="module")
def router(catalogue):
    return Router((), catalogue)


@pytest.fixture
def emulator(catalogue):
    return Emulator((), catalogue=catalogue, log=lambda line: None, clock=lambda: 0.0)


def request(method, target, scope=None, body=b"", **headers):
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    if scope is not None:
        fields |= {"Authorization": authorization(scope), "X-Amz-Date": DATE}
    return Request(method, target, Headers.of(fields), body)


def own(catalogue, name, document=None, **headers):
    """The request that botocore builds for an operation's smallest input, or for another one."""
    contract = catalogue.contract(*name.split(":"))
    if document is None:
        document = examples.smallest(contract, contract.input) if contract.input is not None else {}
    built = sdk.serialize(contract, document)
    fields = built.headers.replacing("X-Amz-Date", DATE)
    entry = catalogue.entry(contract.service)
    if contract.auth.scheme == "sigv4":
        fields = fields.replacing("Authorization", authorization(entry.signing_name))
    for field, value in headers.items():
        fields = fields.replacing(field.replace("_", "-"), value)
    return Request(built.method, built.target, fields, built.body)


def form(action, version="", scope=None, **headers):
    body = f"Action={action}" + (f"&Version={version}" if version else "")
    return request("POST", "/", scope, body.encode(), Content_Type=FORM, **headers)


def cbor(path, scope=None):
    return request(
        "POST", path, scope, b"\xa0", Content_Type="application/cbor", smithy_protocol="rpc-v2-cbor"
    )


def target(name, scope=None):
    headers = {"Content_Type": "application/x-amz-json-1.0", "X_Amz_Target": name}
    return request("POST", "/", scope, b"{}", **headers)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param(form("DescribeTags", "2012-06-01", ELB), "elb:DescribeTags", id="elb"),
        pytest.param(
            form("DescribeTags", "2015-12-01", ELB), "elbv2:DescribeTags", id="elbv2"
        ),
        pytest.param(form("DescribeInstances", "2016-11-15", "ec2"), "ec2:DescribeInstances", id="ec2"),
        pytest.param(form("DescribeInstances", scope="ec2"), "ec2:DescribeInstances", id="no-version"),
        pytest.param(
            request("GET", "/?Action=GetUser&Version=2010-05-08", "iam"), "iam:GetUser", id="query-in-the-url"
        ),
        pytest.param(
            form(STS, "2011-06-15"), f"sts:{STS}", id="unsigned-form"
        ),
        pytest.param(target("DynamoDB_20120810.GetItem", "dynamodb"), "dynamodb:GetItem", id="target"),
        pytest.param(
            target(f"{STREAMS}.GetRecords", "dynamodb"), "dynamodbstreams:GetRecords", id="sibling"
        ),
        pytest.param(
            target("AWSCognitoIdentityService.GetId"), "cognito-identity:GetId", id="unsigned-target"
        ),
        pytest.param(
            request("GET", ROLE), "sso:GetRoleCredentials", id="sso"
        ),
        pytest.param(cbor(f"/service/{METRICS}/operation/ListMetrics", "monitoring"),
                     "cloudwatch:ListMetrics", id="cbor"),
        pytest.param(
            form("ListMetrics", "2010-08-01", "monitoring"), "cloudwatch:ListMetrics", id="old-client"
        ),
        pytest.param(
            target(f"{METRICS}.ListMetrics", "monitoring"), "cloudwatch:ListMetrics", id="json"
        ),
        pytest.param(request("GET", "/tags/x", "bedrock"), "bedrock-agent:ListTagsForResource", id="bedrock"),
    ],
)  # fmt: skip
def test_what_a_request_says_finds_its_operation(catalogue, router, sent, expected):
    listed = catalogue.entry("cloudwatch").protocols
    wanted = {"application/cbor": "smithy-rpc-v2-cbor", "application/x-amz-json-1.0": "json"}
    if (
        expected.startswith("cloudwatch")
        and wanted.get(sent.headers.get("content-type"), "query") not in listed
    ):
        assert router.route(sent).protocol in wanted.values()  # older releases list query alone
        return
    assert router.route(sent).contract.name == expected


@pytest.mark.parametrize(
    ("method", "path", "headers", "expected"),
    [
        ("GET", "/", {}, "s3:ListBuckets"),
        ("GET", "/?x-id=ListDirectoryBuckets", {}, "s3:ListDirectoryBuckets"),
        ("GET", "/photos", {}, "s3:ListObjects"),
        ("GET", "/photos/", {}, "s3:ListObjects"),
        ("GET", "/photos?list-type=2", {}, "s3:ListObjectsV2"),
        ("GET", "/photos?acl", {}, "s3:GetBucketAcl"),
        ("GET", "/photos?acl=", {}, "s3:GetBucketAcl"),
        ("GET", "/photos?analytics", {}, "s3:ListBucketAnalyticsConfigurations"),
        ("GET", "/photos?analytics&id=1", {}, "s3:GetBucketAnalyticsConfiguration"),
        ("GET", "/photos/a/b.jpg", {}, "s3:GetObject"),
        ("GET", "/photos/a?partNumber=1", {}, "s3:GetObject"),
        ("GET", "/photos/a?uploadId=1", {}, "s3:ListParts"),
        ("GET", "/photos/a?tagging", {}, "s3:GetObjectTagging"),
        ("PUT", "/photos/a", {}, "s3:PutObject"),
        ("PUT", "/photos/a", {"x-amz-copy-source": "b/c"}, "s3:CopyObject"),
        ("PUT", "/photos/a?partNumber=1&uploadId=2", {}, "s3:UploadPart"),
        ("PUT", "/photos/a?partNumber=1", {}, "s3:UploadPart"),
        (
            "PUT", "/photos/a?partNumber=1&uploadId=2", {"x-amz-copy-source": "b/c"}, "s3:UploadPartCopy",
        ),
        ("GET", "/", {"Host": "photos.localhost:4566"}, "s3:ListObjects"),
        ("GET", "/?acl", {"Host": "photos.s3.us-east-1.amazonaws.com"}, "s3:GetBucketAcl"),
        ("GET", "/a/b", {"Host": "my.photos.s3.localhost"}, "s3:GetObject"),
        ("GET", "/photos", {"Host": "s3.localhost:4566"}, "s3:ListObjects"),
        ("GET", "/photos/a", {"Host": "127.0.0.1:4566"}, "s3:GetObject"),
        ("POST", "/WriteGetObjectResponse", {"Host": "route.localhost"}, "s3:WriteGetObjectResponse"),
        ("GET", LIFECYCLE, {"x-amz-account-id": "1"}, "s3control:GetBucketLifecycleConfiguration"),
        ("GET", LIFECYCLE, {"Host": "123456789012.localhost"}, "s3control:GetBucketLifecycleConfiguration"),
    ],
)  # fmt: skip
def test_what_s3_means_by_paths_hosts_and_parameters(router, method, path, headers, expected):
    sent = Request(method, path, Headers.of({**headers, "Authorization": authorization("s3")}))
    assert router.route(sent).contract.name == expected


def test_a_bucket_in_the_host_is_read_as_one_in_the_path(router):
    headers = {"Host": "photos.localhost:80", "Authorization": authorization("s3")}
    routed = router.route(Request("GET", "/a%20b?versionId=1", Headers.of(headers)))
    assert routed.request.target == "/photos/a%20b?versionId=1"
    read = protocol_named("rest-xml").parse_request(routed.contract, routed.request)
    assert read == {"Bucket": "photos", "Key": "a b", "VersionId": "1"}


@pytest.mark.parametrize(
    ("sent", "protocol"),
    [
        (form("DescribeInstances", "2016-11-15", "ec2"), "ec2"),
        (form("ListMetrics", "2010-08-01", "monitoring"), "query"),
        (cbor("/service/GraniteServiceVersion20100801/operation/ListMetrics"), "smithy-rpc-v2-cbor"),
        (target("GraniteServiceVersion20100801.ListMetrics"), "json"),
        (request("GET", "/photos", "s3"), "rest-xml"),
    ],
    ids=["ec2", "query", "cbor", "json", "rest-xml"],
)
def test_each_request_is_read_in_the_protocol_it_speaks(router, sent, protocol):
    assert router.route(sent).protocol == protocol


def test_hosts_and_clients_tell_twins_apart(router):
    for headers, expected in (
        ({}, "chime:ListPhoneNumbers"),
        ({"Host": "voice-chime.us-east-1.amazonaws.com"}, "chime-sdk-voice:ListPhoneNumbers"),
        ({"Host": "chime.us-east-1.amazonaws.com"}, "chime:ListPhoneNumbers"),
        ({"User-Agent": "aws-sdk-java/2.0 api/Chime_SDK_Voice#2.0"}, "chime-sdk-voice:ListPhoneNumbers"),
        ({"Host": "chime-sdk-voice.localhost:80"}, "chime-sdk-voice:ListPhoneNumbers"),
    ):
        fields = Headers.of({**headers, "Authorization": authorization("chime")})
        assert router.route(Request("GET", "/phone-numbers", fields)).contract.name == expected


def test_the_last_word_has_the_body(router):
    """Both are POST /imports/ of the same signing name."""
    for body, expected in (
        (b'{"botId": "x", "sortBy": {}}', "lexv2-models:ListImports"),
        (b'{"payload": "eA==", "resourceType": "BOT", "mergeStrategy": "FAIL_ON_CONFLICT"}',
         "lex-models:StartImport"),
    ):  # fmt: skip
        sent = request("POST", "/imports/", "lex", body, Content_Type="application/json")
        assert router.route(sent).contract.name == expected


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        pytest.param(target("DynamoDB_20120810.No", "dynamodb"), 400, "UnknownOperationException", id="json"),
        pytest.param(
            request("GET", "/no/such/path", "apigateway"), 404, "UnknownOperationException", id="rest-json"
        ),
        pytest.param(
            request("PATCH", "/2013-04-01/no", "route53"), 404, "UnknownOperationException", id="rest-xml"
        ),
        pytest.param(form("No", "2010-05-08", "iam"), 400, "InvalidAction", id="query"),
        pytest.param(form("GetUser", "1999-01-01", "iam"), 400, "InvalidAction", id="query-version"),
        pytest.param(form("No", "2016-11-15", "ec2"), 400, "InvalidAction", id="ec2"),
        pytest.param(
            cbor("/service/GraniteServiceVersion20100801/operation/No"), 404, "UnknownOperationException",
            id="cbor",
        ),
    ],
)  # fmt: skip
def test_what_names_no_operation_is_told_so_in_its_own_protocol(emulator, sent, status, code):
    response = emulator.handle(sent)
    assert response.status == status
    assert code.encode() in response.body or response.headers.get("x-amzn-errortype") == code
    assert emulator.seen[-1].operation is None


@pytest.mark.parametrize(
    ("name", "document", "status", "code"),
    [
        ("iam:CreateUser", {"UserName": "no spaces"}, 400, b"<Code>ValidationError</Code>"),
        ("dynamodb:GetItem", {"TableName": "x" * 1025, "Key": {}}, 400, b"ValidationException"),
        ("lambda:GetFunction", {"FunctionName": "no such name!"}, 400, b"failed to satisfy constraint"),
        ("route53:ListHostedZones", {"DelegationSetId": "x" * 33}, 400, b"failed to satisfy constraint"),
    ],
)
def test_what_breaks_a_constraint_is_refused_in_the_words_of_its_protocol(
    catalogue, emulator, name, document, status, code
):
    response = emulator.handle(own(catalogue, name, document))
    assert (response.status, code in response.body) == (status, True), response.body
    assert emulator.seen[-1].violations


@pytest.mark.parametrize(
    "name",
    [
        "events:ListRules", "dynamodb:ListTables", "iam:ListUsers", "ec2:DescribeInstances", "s3:ListBuckets",
        "s3:ListObjectsV2", "lambda:ListFunctions", "route53:ListHostedZones", "cloudwatch:ListMetrics",
        "apigateway:GetRestApis", "opensearch:ListVpcEndpoints", "sts:AssumeRoleWithWebIdentity",
        "sqs:SendMessage", "iot:DescribeThing", "s3:GetObject", "s3:HeadObject", "polly:SynthesizeSpeech",
    ],
)  # fmt: skip
def test_the_contract_alone_answers_and_botocore_reads_it(catalogue, emulator, name):
    """Equal requests are answered alike, within every constraint, and no answer names a next page."""
    contract, sent = catalogue.contract(*name.split(":")), own(catalogue, name)
    response = emulator.handle(sent)
    assert response.status == contract.http.code, response.body
    assert emulator.handle(sent) == response
    outcome = protocol_for(contract).read_response(contract, response)
    assert (outcome.kind, outcome.deviations) == ("output", ())
    parsed = sdk.parse(contract, response)
    assert not [key for key in parsed if key.startswith("Next") and parsed[key]]
    assert not parsed.get("IsTruncated")
    assert check(contract, outcome.output, "output") == ()


def test_contracts_given_go_before_the_catalogue(catalogue):
    emulator = Emulator([put_events()], catalogue=catalogue, log=lambda line: None)
    emulator.handle(request_for(put_events(), {"Entries": []}))
    emulator.handle(own(catalogue, "events:ListRules"))
    assert [(seen.operation, seen.violations) for seen in emulator.seen] == [
        ("PutEvents", ("events:PutEvents#/input/Entries/length/min",)),
        ("ListRules", ()),
    ]
    health = json.loads(emulator.handle(Request("GET", "/_harness/health")).body)
    assert (health["operations"], health["services"]) == (["events:PutEvents"], len(catalogue.services()))


def test_streams_of_events_are_refused_in_a_sentence(catalogue, emulator):
    response = emulator.handle(own(catalogue, "bedrock-runtime:ConverseStream"))
    assert (response.status, error_of(response)[0]) == (501, "NotImplemented")
    assert json.loads(response.body)["message"] == (
        "The output of bedrock-runtime:ConverseStream is a stream of events, which is not supported here."
    )


def test_a_head_request_gets_no_body_even_when_it_is_refused(catalogue, emulator):
    unsigned = own(catalogue, "s3:HeadObject", Authorization=None)
    for sent, status in ((own(catalogue, "s3:HeadObject"), 200), (unsigned, 403)):
        response = emulator.handle(sent)
        assert (response.status, response.body) == (status, b"")


def test_a_token_and_its_payload_get_the_same_answer_again(catalogue, emulator):
    document = {"clientToken": "t" * 36, "name": "one", "dataSources": []}
    first = own(catalogue, "frauddetector:ListTagsForResource")
    assert emulator.handle(first) == emulator.handle(first)
    volatile = msgspec.structs.replace(
        catalogue.contract("supplychain", "CreateInstance"), volatile=("instance/instanceId",)
    )
    own_emulator = Emulator([volatile], log=lambda line: None)
    sent = own(catalogue, "supplychain:CreateInstance", {"clientToken": document["clientToken"]})
    other = own(catalogue, "supplychain:CreateInstance", {"clientToken": "u" * 36})
    answers = [own_emulator.handle(each) for each in (sent, sent, other)]
    ids = [json.loads(each.body)["instance"]["instanceId"] for each in answers]
    assert ids[0] == ids[1] != ids[2]


def test_errors_of_the_service_can_be_asked_for(catalogue, emulator):
    response = emulator.handle(
        own(catalogue, "dynamodb:ListTables", x_harness_error="TableNotFoundException")
    )
    assert error_of(response) == ("TableNotFoundException", 400)
    emulator.inject_error("ResourceNotFoundException", operation="dynamodb:ListTables")
    assert error_of(emulator.handle(own(catalogue, "dynamodb:ListTables")))[0] == "ResourceNotFoundException"
    unknown = emulator.handle(own(catalogue, "dynamodb:ListTables", x_harness_error="NoSuchCode"))
    assert "choose one of" in json.loads(unknown.body)["message"]


def test_other_signing_names_of_a_service_are_accepted(emulator):
    sent = request("GET", "/photos?list-type=2", "s3express")
    assert emulator.handle(sent).status == 200


def test_a_compressed_body_is_read_where_the_operation_declares_it(catalogue, emulator):
    document = {"Namespace": "n", "MetricData": []}
    sent = own(catalogue, "cloudwatch:PutMetricData", document)
    packed = Request(
        sent.method, sent.target, sent.headers.replacing("Content-Encoding", "gzip"), gzip.compress(sent.body)
    )
    assert emulator.handle(packed).status == emulator.handle(sent).status == 200
    bomb = Request(
        packed.method, packed.target, packed.headers, gzip.compress(b" " * (emulator.body_limit + 1))
    )
    assert emulator.handle(bomb).status == 400


def test_chunks_of_a_signed_stream_are_joined(catalogue):
    seen = Emulator((), catalogue=catalogue, log=lambda line: None)
    sent = own(catalogue, "s3:PutObject", Content_Encoding="aws-chunked")
    for body, status in (
        (b"5;chunk-signature=00\r\nhello\r\n0;chunk-signature=00\r\n\r\n", 200),
        (b"5\r\nhel", 400),
        (b"zz", 400),
    ):
        assert seen.handle(Request(sent.method, sent.target, sent.headers, body)).status == status


def test_an_unrouted_request_names_what_it_wanted(router):
    assert router.route(form("No", "2010-05-08", "iam")) == Unrouted("query", "No of version '2010-05-08'")


def test_what_bears_a_token_is_not_taken_for_s3s(router):
    """S3's templates match any path; a path of nobody with a token in its own header is nobody's."""
    bearer = request("POST", "/participant/nothing", x_amz_bearer="token", content_type="application/json")
    assert router.route(bearer) == Unrouted("rest-json", "POST /participant/nothing")
    bare = router.route(request("PUT", "/photos/a.jpg"))
    assert bare.contract.name == "s3:PutObject"
