"""What requests mean: pairs that mean the same, pairs that do not, and laws."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.cassettes.format import Entry, InteractionPart, request_part, response_part
from harness.cassettes.meaning import Meanings, recorded_request, request_of, spoken
from harness.cassettes.modelled import installed
from harness.cassettes.redaction import Vault
from harness.exchange import Exchange, Headers, Request, Response
from harness.wire import protocol_for

EVENTS = {"X-Amz-Target": "AWSEvents.PutEvents", "Content-Type": "application/x-amz-json-1.1"}
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
AT = "http://127.0.0.1:4566"
LAMBDA = "https://lambda.us-east-1.amazonaws.com"
OF_LAMBDA = {"Authorization": "AWS4-HMAC-SHA256 Credential=a/20260801/us-east-1/lambda/aws4_request"}


def asked(method="POST", url=f"{AT}/", headers=None, body=b""):
    """What a request means to a cassette of its own."""
    body = body.encode() if isinstance(body, str) else body
    plain, _, host = request_of(method, url, Headers.of({"Authorization": "AWS4-x", **(headers or {})}), body)
    return Meanings(Vault(), installed()).of_bare(plain, host)


def put(entries, **headers):
    body = entries if isinstance(entries, (str, bytes)) else json.dumps({"Entries": entries})
    return asked(headers={**EVENTS, **headers}, body=body)


def form(**values):
    return asked(url="https://sts.amazonaws.com/", headers=FORM, body=urlencode(values))


def ec2(**values):
    return asked(
        url="https://ec2.us-east-1.amazonaws.com/",
        headers=FORM,
        body=urlencode({"Version": "2016-11-15", "Action": "DescribeVpcs", **values}),
    )


def s3(method="GET", path="/photos/a.jpg", host="s3.amazonaws.com", headers=None, body=b""):
    return asked(method, f"https://{host}{path}", headers, body)


def coded(operation, **document):
    """A request of RPC v2 CBOR, with its members in the order in which they are given."""
    contract = installed().named(operation)
    request = protocol_for(contract).encode_request(contract, document)
    return Meanings(Vault(), installed()).of_bare(
        msgspec.structs.replace(
            request, headers=Headers((*request.headers, ("Authorization", "AWS4-x"), ("Host", "x")))
        ),
        "x",
    )


def bare(method="GET", url="http://shop.example/a", headers=None, body=b""):
    plain, _, host = request_of(method, url, Headers.of(headers or {}), body)
    return Meanings(Vault(), installed()).of_bare(plain, host)


def presigned(signature, at):
    signed = urlencode({"X-Amz-Date": at, "X-Amz-Expires": "60", "X-Amz-Signature": signature})
    identity = "Action=GetCallerIdentity&Version=2011-06-15"
    return bare(url=f"https://sts.us-east-1.amazonaws.com/?{identity}&{signed}")


def parts(boundary, text="hi"):
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n{text}\r\n--{boundary}--\r\n'
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return bare("POST", headers=headers, body=body.encode())


IDENTITY = {"Action": "AssumeRole", "Version": "2011-06-15", "RoleSessionName": "s"}
API = "https://apigateway.us-east-1.amazonaws.com"
METRIC = {
    "X-Amz-Target": "GraniteServiceVersion20100801.PutMetricData",
    "Content-Type": "application/x-amz-json-1.0",
}
SDK = {"User-Agent": "x", "X-Amz-Date": "y", "amz-sdk-request": "attempt=2"}
TAG = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
TAG_AGAIN = b"<Tagging>\n<TagSet>\n<Tag><Value>b</Value><Key>a</Key></Tag>\n</TagSet></Tagging>"
PACKED = {"Content-Encoding": "gzip"}
NAMED = b'{"Namespace":"n"}'
SIGNED = "X-Amz-Signature=aa&X-Amz-Date=20260101T000000Z"

SAME = [
    pytest.param(
        lambda: asked("GET", f"{LAMBDA}/2015-03-31/functions?MaxItems=5", OF_LAMBDA),
        lambda: asked("GET", f"{LAMBDA}/2015-03-31/functions/?MaxItems=5", OF_LAMBDA),
        id="rest-json: the last slash, which releases of botocore write or leave out",
    ),
    pytest.param(
        lambda: put([{"Source": "a", "Detail": "{}"}]),
        lambda: put('{ "Entries" : [ {"Detail":"{}", "Source":"\\u0061", "EventBusName": null} ] }'),
        id="json: order, spaces, escapes, nulls",
    ),
    pytest.param(
        lambda: put([{"Time": 1700000000}]), lambda: put('{"Entries":[{"Time":1.7e9}]}'), id="json: numbers"
    ),
    pytest.param(
        lambda: put([{"Source": "a"}]),
        lambda: put([{"Source": "a"}], **SDK),
        id="json: headers of the SDK",
    ),
    pytest.param(
        lambda: asked(headers=METRIC, body=NAMED),
        lambda: asked(headers=METRIC | PACKED, body=gzip.compress(NAMED)),
        id="json: gzip",
    ),
    pytest.param(
        lambda: form(**IDENTITY, RoleArn="r"), lambda: form(RoleArn="r", **IDENTITY), id="query: order"
    ),
    pytest.param(
        lambda: form(**IDENTITY, RoleArn="r", DurationSeconds="900"),
        lambda: form(**IDENTITY, RoleArn="r", DurationSeconds="0900"),
        id="query: numbers",
    ),
    pytest.param(
        lambda: ec2(**{"VpcId.1": "vpc-1", "DryRun": "true"}),
        lambda: ec2(**{"DryRun": "true", "VpcId.1": "vpc-1"}),
        id="ec2: order",
    ),
    pytest.param(
        lambda: s3(host="photos.s3.amazonaws.com", path="/a.jpg"),
        lambda: s3(),
        id="rest-xml: a bucket in the host",
    ),
    pytest.param(lambda: s3(path=f"/photos/a.jpg?{SIGNED}"), lambda: s3(), id="rest-xml: presigned"),
    pytest.param(lambda: presigned("a", "1"), lambda: presigned("b", "2"), id="query: presigned"),
    pytest.param(
        lambda: s3("PUT", body=b"x", headers={"Content-MD5": "abc", "x-amz-checksum-crc32": "AAAAAA=="}),
        lambda: s3("PUT", body=b"x"),
        id="rest-xml: checksums",
    ),
    pytest.param(
        lambda: s3("PUT", path="/photos?tagging", body=TAG),
        lambda: s3("PUT", path="/photos?tagging", body=TAG_AGAIN),
        id="rest-xml: order and spaces",
    ),
    pytest.param(
        lambda: asked("GET", f"{API}/restapis?limit=5&position=a"),
        lambda: asked("GET", f"{API}/restapis?position=%61&limit=5"),
        id="rest-json: order and encoding of the query",
    ),
    pytest.param(
        lambda: coded("eventbridgev2:ListEventSources", maxResults=5, namePrefix="a"),
        lambda: coded("eventbridgev2:ListEventSources", namePrefix="a", maxResults=5),
        id="cbor: order",
    ),
    pytest.param(
        lambda: bare(url="http://shop.example/a%20b?b=1&a=2", headers={"Date": "x"}),
        lambda: bare(url="http://shop.example/a b?a=2&b=1"),
        id="no operation: encoding, order, headers",
    ),
    pytest.param(lambda: parts("1f2e"), lambda: parts("other"), id="no operation: boundaries"),
    pytest.param(
        lambda: bare(url="http://shop.example/a?api_key=one-of-mine"),
        lambda: bare(url="http://shop.example/a?api_key=another-one"),
        id="no operation: secrets",
    ),
]

OTHER = [
    *(
        pytest.param(
            lambda host=host: bare(url=f"https://{host}/prod/items?id=1"),
            lambda host=host: bare(url=f"https://{host}/prod/items?id=2"),
            id=f"no operation: a query of {host}",
        )
        for host in (
            "a1.execute-api.us-east-1.amazonaws.com",
            "shop-1.us-east-1.elb.amazonaws.com",
            "search-shop.us-east-1.es.amazonaws.com",
            "ec2-1-2-3-4.compute-1.amazonaws.com",
        )
    ),
    pytest.param(lambda: s3(path="/b/k"), lambda: s3(path="/b/k/"), id="rest-xml: the last slash of a key"),
    pytest.param(lambda: put([{"Source": "a"}]), lambda: put([{"Source": "b"}]), id="json: a value"),
    pytest.param(lambda: put([{"Source": "a"}]), lambda: put([{"Source": "a"}] * 2), id="json: a length"),
    pytest.param(
        lambda: put([{"Source": "a"}, {"Source": "b"}]),
        lambda: put([{"Source": "b"}, {"Source": "a"}]),
        id="json: the order of a list",
    ),
    pytest.param(lambda: put([{"Source": ""}]), lambda: put([{}]), id="json: empty is not absent"),
    pytest.param(lambda: put(b"{"), lambda: put(b"["), id="json: what cannot be read"),
    pytest.param(
        lambda: form(**IDENTITY, RoleArn="r"), lambda: form(**IDENTITY, RoleArn="s"), id="query: a value"
    ),
    pytest.param(lambda: ec2(), lambda: ec2(**{"VpcId.1": "vpc-1"}), id="ec2: a value"),
    pytest.param(
        lambda: ec2(**{"VpcId.1": "a", "VpcId.2": "b"}),
        lambda: ec2(**{"VpcId.1": "b", "VpcId.2": "a"}),
        id="ec2: the order of a list",
    ),
    pytest.param(lambda: s3(), lambda: s3(path="/photos/b.jpg"), id="rest-xml: a key"),
    pytest.param(lambda: s3(), lambda: s3(path="/others/a.jpg"), id="rest-xml: a bucket"),
    pytest.param(lambda: s3(), lambda: s3(headers={"Range": "bytes=0-1"}), id="rest-xml: a range"),
    pytest.param(lambda: s3(), lambda: s3("HEAD"), id="rest-xml: another operation"),
    pytest.param(lambda: s3("PUT", body=b"x"), lambda: s3("PUT", body=b"y"), id="rest-xml: a body"),
    pytest.param(
        lambda: s3(path="/photos"),
        lambda: s3(path="/photos?newer"),
        id="rest-xml: an operation of a newer release",
    ),
    pytest.param(
        lambda: asked("GET", f"{API}/restapis?limit=5"),
        lambda: asked("GET", f"{API}/restapis?limit=6"),
        id="rest-json: a query",
    ),
    pytest.param(
        lambda: coded("eventbridgev2:ListEventSources", namePrefix="a"),
        lambda: coded("eventbridgev2:ListEventSources", namePrefix="b"),
        id="cbor: a value",
    ),
    pytest.param(
        lambda: bare(), lambda: bare(url="https://other.example/a"), id="no operation: another host"
    ),
    pytest.param(lambda: bare(), lambda: bare("POST"), id="no operation: a method"),
    pytest.param(lambda: bare(), lambda: bare(url="http://shop.example/a?b"), id="no operation: a query"),
    pytest.param(lambda: bare(body=b"a"), lambda: bare(body=b"b"), id="no operation: a body"),
    pytest.param(lambda: parts("x"), lambda: parts("x", "ho"), id="no operation: a part"),
]


# Older releases model no service that speaks RPC v2 CBOR.
if installed().named("eventbridgev2:ListEventSources") is None:
    SAME, OTHER = ([row for row in rows if not row.id.startswith("cbor")] for rows in (SAME, OTHER))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_they_mean_the_same(one, other):
    one, other = one(), other()
    assert (one.operation, one.document) == (other.operation, other.document)
    assert one.key == other.key


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_they_mean_something_else(one, other):
    assert one().key != other().key


def scoped(service):
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/{service}/aws4_request"}


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        pytest.param("a1b2.execute-api.us-east-1.amazonaws.com", {}, id="an API of somebody's own"),
        pytest.param("a1b2.execute-api.us-east-1.amazonaws.com", scoped("execute-api"), id="a signed one"),
        pytest.param("lb-1.us-east-1.elb.amazonaws.com", {}, id="a load balancer"),
        pytest.param("1111.dkr.ecr.us-east-1.amazonaws.com", {}, id="a registry of images"),
        pytest.param("a1.gr7.us-east-1.eks.amazonaws.com", {}, id="a cluster"),
        pytest.param("photos.s3-website-us-east-1.amazonaws.com", {}, id="a web site"),
        pytest.param("s.x.vpc-lattice-svcs.us-east-1.on.aws", scoped("vpc-lattice-svcs"), id="a lattice"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_what_others_run_on_hosts_of_aws_is_no_operation(host, headers, method):
    """S3's templates match any path, but such a request is none of S3's: its query and its host count."""
    urls = [
        f"https://{name}/prod/orders?id={number}" for name, number in ((host, 1), (host, 2), (f"x{host}", 1))
    ]
    asked = [bare(method, url, headers) for url in urls]
    assert [each.operation for each in asked] == [None] * 3
    assert len({each.key for each in asked}) == 3


@pytest.mark.parametrize(
    ("method", "url", "operation"),
    [
        pytest.param("GET", "https://photos.s3.amazonaws.com/a.jpg", "s3:GetObject", id="a bucket"),
        pytest.param("GET", "https://s3-us-west-2.amazonaws.com/photos/a", "s3:GetObject", id="an old host"),
        pytest.param(
            "GET", "https://photos.s3.dualstack.us-east-1.amazonaws.com/a", "s3:GetObject", id="dual stack"
        ),
        pytest.param(
            "POST", "https://participant.connect.us-east-1.amazonaws.com/participant/event",
            "connectparticipant:SendEvent", id="a bearer token",
        ),
        pytest.param(
            "GET", "https://portal.sso.us-east-1.amazonaws.com/federation/credentials?role_name=a&account_id=1",
            "sso:GetRoleCredentials", id="single sign-on",
        ),
    ],
)  # fmt: skip
def test_unsigned_requests_are_of_the_service_that_their_host_names(method, url, operation):
    assert bare(method, url).operation == operation


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {"Source": TEXTS},
        optional={
            "DetailType": TEXTS,
            "Detail": st.one_of(
                TEXTS, st.dictionaries(st.sampled_from(["password", "id", "note"]), TEXTS).map(json.dumps)
            ),
            "Time": st.integers(0, 2_000_000_000),
            "Resources": st.lists(TEXTS, max_size=3),
        },
    ),
    min_size=1,
    max_size=3,
)


def respelled(value, draw):
    """The same JSON, its members in another order, spaces and escapes elsewhere."""
    if isinstance(value, dict):
        members = [
            f"{spelled(key, draw)}:{respelled(item, draw)}"
            for key, item in draw(st.permutations([*value.items()]))
        ]
        return "{" + f"{draw(st.sampled_from(['', ' ', chr(10)]))},".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(respelled(item, draw) for item in value) + "]"
    if isinstance(value, str):
        return spelled(value, draw)
    return draw(st.sampled_from([str(value), f"{value}.0", f"{value}e0"]))


def spelled(text, draw):
    return json.dumps(text, ensure_ascii=draw(st.booleans()))


@settings(derandomize=True, deadline=None, max_examples=100)
@given(ENTRIES, st.data())
def test_json_spelled_otherwise_means_the_same(entries, data):
    assert put(entries).key == put(respelled({"Entries": entries}, data.draw)).key


SECRET_TEXTS = st.text("abcXYZ019-/+", min_size=6, max_size=20)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(ENTRIES, SECRET_TEXTS)
def test_a_recording_means_what_was_asked(entries, password):
    """Secrets are gone from it, and a cassette that has not seen them finds it all the same."""
    entries = [*entries, {"Source": "s", "Detail": json.dumps({"password": password})}]
    live = put(entries)
    answered = Response(200, Headers.of({"Content-Type": EVENTS["Content-Type"]}), b'{"Entries":[]}')
    kept = Vault().exchange(Exchange(live.request, answered), live.contract, live.protocol)
    part = InteractionPart(
        Entry(operation=live.operation, recorded_at=datetime.now(UTC)),
        request_part(kept.request, AT),
        response_part(kept.response),
    )
    found = Meanings(Vault(), installed()).of_recording(part)
    assert (found.key, found.operation, found.host) == (live.key, "events:PutEvents", "127.0.0.1:4566")


@pytest.mark.parametrize(
    ("operation", "headers", "target", "protocol"),
    [
        pytest.param("sqs:SendMessage", {"X-Amz-Target": "AmazonSQS.SendMessage"}, "/", "json", id="json"),
        pytest.param("sqs:SendMessage", FORM, "/", "query", id="an older release's query"),
        pytest.param("sts:GetCallerIdentity", FORM, "/", "query", id="query"),
        pytest.param("ec2:DescribeVpcs", FORM, "/", "ec2", id="ec2"),
        pytest.param(
            "dynamodb:ListTables",
            {"smithy-protocol": "rpc-v2-cbor"},
            "/service/DynamoDB_20120810/operation/ListTables",
            "smithy-rpc-v2-cbor",
            id="cbor",
        ),
        pytest.param("s3:GetObject", {}, "/photos/a", "rest-xml", id="the contract's own"),
    ],
)
def test_the_protocol_that_was_spoken_is_seen(operation, headers, target, protocol):
    request = Request("POST", target, Headers.of(headers), b"")
    assert spoken(installed().named(operation), request) == protocol


def test_a_recorded_request_has_its_host_without_its_password():
    """Stock vcrpy writes no Host for requests of botocore."""
    request = request_part(Request("GET", "/a", Headers(()), b""), "http://me:word@photos.example:80")
    part = InteractionPart(None, request, response_part(Response(200, Headers(()), b"")))
    found, scheme, host = recorded_request(part)
    assert (scheme, host) == ("http", "photos.example:80")
    assert found.headers.get("host") == "photos.example:80"


@pytest.mark.parametrize("path", ["/2015-03-31/functions", "/2015-03-31/functions/"])
def test_a_request_of_another_release_is_read_and_cleaned(path):
    """The operation is known; its path has the last slash as the release that sent it wrote it."""
    contract = installed().named("lambda:ListFunctions")
    vault = Vault()
    request = Request("GET", f"{path}?Marker=AKIAIOSFODNN7PLANTED", Headers.of({"Host": "h"}))
    kept = vault.exchange(Exchange(request), contract).request
    assert kept.target.startswith(f"{path}?Marker=REDACTED-sent-")
    meanings = Meanings(vault, installed())
    one, other = (meanings.of_operation(contract, "rest-json", each, "h") for each in (request, kept))
    assert one.document is not None
    assert one.key == other.key


SIGNED_AT = [
    ("https://a1.execute-api.us-east-1.amazonaws.com/prod/items?id=1", "execute-api", None),
    ("https://search-shop.us-east-1.es.amazonaws.com/items/_search?q=a", "es", None),
    ("https://lattice.shop.example/items?id=1", "vpc-lattice-svcs", None),
    ("https://aps-workspaces.us-east-1.amazonaws.com/workspaces/w/api/v1/query?query=up", "aps", None),
    (f"{LAMBDA}/2015-03-31/functions", "lambda", "lambda:ListFunctions"),
    ("https://lambda-fips.us-east-1.amazonaws.com/2015-03-31/functions", "lambda", "lambda:ListFunctions"),
    ("https://photos.s3.us-east-1.amazonaws.com/a.jpg", "s3", "s3:GetObject"),
    ("https://x.data.mediastore.us-east-1.amazonaws.com/a/b", "mediastore", "mediastore-data:GetObject"),
]


@pytest.mark.parametrize(("url", "scope", "operation"), SIGNED_AT, ids=[row[0][8:40] for row in SIGNED_AT])
def test_a_signed_request_means_the_same_without_its_signature(url, scope, operation):
    """A recording has lost the scope, which says whose API a request is for; the host still does."""
    credential = f"Credential=AKIAIOSFODNN7EXAMPLE/20260801/us-east-1/{scope}/aws4_request"
    fields = Headers.of({"Authorization": f"AWS4-HMAC-SHA256 {credential}, Signature={'0a' * 32}"})
    request, _, host = request_of("GET", url, fields, b"")
    vault = Vault()
    meanings = Meanings(vault, installed())
    live = meanings.of_bare(request, host)
    kept = vault.exchange(Exchange(request), live.contract, live.protocol).request
    assert kept.headers.get("Authorization") == "REDACTED"
    assert live.operation == operation
    assert meanings.of_bare(kept, host).key == live.key
