"""Secrets that real clients send and receive are in no file and in no message, and replay still succeeds."""

from __future__ import annotations

import base64
import gzip
import json
import re
import warnings
from urllib.parse import quote

import botocore.exceptions
import pytest
import requests
from botocore.config import Config
from client_recordings import ENTRY, SERVICES, endpoint

import harness
from harness.errors import NotRecordedWarning, RecordingMissing
from harness.exchange import Headers, Response

ENDINGS = [pytest.param(".yaml", id="yaml"), pytest.param(".jsonl", id="json-lines")]
PSEUDONYM = re.compile("REDACTED-received-[0-9a-f]{12}")
PASSWORD = "Tr0ub4dor&3-planted"
LOGIN = {"PASSWORD": PASSWORD}
TOKEN = "planted-session-token/+abcdef=="
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
KEY_ID, SECRET_KEY = "AKIAPLANTEDKEY000001", "planted/secret+key0123456789ABCDEF"


def signed(service, served, **config):
    import boto3

    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=served.url,
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET_KEY,
        aws_session_token=TOKEN,
        config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}, **config),
    )


def spelled(secret):
    """Every way in which a secret may stand in a file."""
    raw = secret.encode()
    plain = {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], secret.replace("&", "&amp;")}
    return {*plain, *(base64.b64encode(b"\0" * shift + raw)[4:-4].decode() for shift in range(3))}


def assert_clean(text, *secrets):
    found = {way for secret in secrets for way in spelled(secret) if len(way) > 5 and way in text}
    assert found == set()


@pytest.mark.parametrize("ending", ENDINGS)
def test_credentials_of_the_client_are_nowhere(tmp_path, ending):
    """Headers of every signed request, in every protocol, and of presigned URLs."""
    path = tmp_path / f"x{ending}"
    with endpoint() as served:
        calls = {
            "events": lambda made: made.put_events(Entries=[ENTRY]),
            "sts": lambda made: made.get_caller_identity(),
            "ec2": lambda made: made.describe_vpcs(),
            "s3": lambda made: made.list_buckets(),
            "apigateway": lambda made: made.get_rest_apis(),
            "eventbridgev2": lambda made: made.list_event_buses(),
        }
        calls = {service: call for service, call in calls.items() if service in SERVICES}
        made = {service: signed(service, served) for service in calls}
        link = made["s3"].generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": "a.jpg"})
        with harness.use_cassette(path, mode="once"):
            for service, call in calls.items():
                call(made[service])
            content = requests.get(link).content
        assert_clean(path.read_text(), KEY_ID, SECRET_KEY, TOKEN, re.search(r"Signature=([^&]+)", link)[1])
        again = made["s3"].generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": "a.jpg"})
        with harness.use_cassette(path):
            for service, call in calls.items():
                call(made[service])
            assert requests.get(again).content == content
        assert served.count == len(calls) + 1


# What is asked first, with a secret in it; what comes is sent on by the second call.
LINKED = [
    pytest.param(
        "cognito-idp",
        lambda made: made.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH", ClientId="app", AuthParameters={"USERNAME": "me", **LOGIN}
        ),
        lambda answer: answer["AuthenticationResult"]["AccessToken"],
        lambda made, token: made.get_user(AccessToken=token),
        id="json: an access token",
    ),
    pytest.param(
        "sts",
        lambda made: made.assume_role(RoleArn="arn:aws:iam::111122223333:role/r", RoleSessionName="session"),
        lambda answer: answer["Credentials"]["SecretAccessKey"],
        None,
        id="query: a secret key",
    ),
    pytest.param(
        "iam",
        lambda made: made.create_login_profile(UserName="me", Password=PASSWORD),
        None,
        None,
        id="query: a password",
    ),
    pytest.param(
        "secretsmanager",
        lambda made: made.put_secret_value(
            SecretId="it", SecretString=json.dumps({"password": PASSWORD}), SecretBinary=PASSWORD.encode()
        ),
        None,
        None,
        id="json: texts, and bytes in base64",
    ),
    pytest.param(
        "connectparticipant",
        lambda made: made.create_participant_connection(
            ParticipantToken=TOKEN, Type=["CONNECTION_CREDENTIALS"]
        ),
        lambda answer: answer["ConnectionCredentials"]["ConnectionToken"],
        lambda made, token: made.send_message(
            ConnectionToken=token, ContentType="text/plain", Content="hello"
        ),
        id="rest-json: tokens in headers that no model marks",
    ),
    pytest.param(
        "s3",
        lambda made: made.put_object(
            Bucket="photos",
            Key="k",
            Body=b"content",
            SSECustomerAlgorithm="AES256",
            SSECustomerKey="planted-customer-key-of-32-bytes",
        ),
        None,
        None,
        id="rest-xml: a key in a header",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("service", "first", "taken", "second"), LINKED)
@pytest.mark.parametrize("ending", ENDINGS)
def test_sensitive_members_are_nowhere_and_link(tmp_path, ending, service, first, taken, second):
    path = tmp_path / f"x{ending}"
    planted = [PASSWORD, TOKEN, "planted-customer-key-of-32-bytes"]
    with endpoint() as served:
        made = signed(service, served)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with harness.use_cassette(path, mode="once") as cassette:
                answer = first(made)
                if taken is not None:
                    planted.append(taken(answer))
                if second is not None:
                    second(made, taken(answer))
        assert cassette.refused == []
        assert_clean(path.read_text(), *(secret for secret in planted if len(secret) > 5))
        count = served.count
        with harness.use_cassette(path):
            replayed = first(made)
            if second is not None:
                second(made, taken(replayed))
        assert served.count == count


def test_a_token_of_another_call_does_not_match(tmp_path):
    """Two tokens were returned and sent: each of them finds its own recording."""
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        made = signed("cognito-idp", served)

        for token in ("one-planted-token-0001", "another-planted-token-0002"):
            body = json.dumps({"AuthenticationResult": {"AccessToken": token}}).encode()
            fields = {"Content-Type": "application/x-amz-json-1.1", "Content-Length": str(len(body))}
            served.script.append(Response(200, Headers.of(fields), body))

        def log_in():
            answer = made.initiate_auth(
                AuthFlow="USER_PASSWORD_AUTH", ClientId="app", AuthParameters={"PASSWORD": PASSWORD}
            )
            return answer["AuthenticationResult"]["AccessToken"]

        with harness.use_cassette(path, mode="once"):
            tokens = [log_in(), log_in()]
            names = [made.get_user(AccessToken=token)["ResponseMetadata"]["RequestId"] for token in tokens]
        with harness.use_cassette(path):
            tokens = [log_in(), log_in()]
            again = [
                made.get_user(AccessToken=token)["ResponseMetadata"]["RequestId"] for token in tokens[::-1]
            ]
    assert tokens[0] != tokens[1]
    assert again == names[::-1]


def test_another_password_is_answered_too(tmp_path):
    """What was secret when it was recorded is not compared."""
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        made = signed("iam", served)
        with harness.use_cassette(path, mode="once"):
            made.create_login_profile(UserName="me", Password=PASSWORD)
        with harness.use_cassette(path):
            made.create_login_profile(UserName="me", Password="quite-another-one")


def test_no_message_holds_a_secret(tmp_path):
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        made = signed("iam", served)
        with harness.use_cassette(path, mode="once"):
            made.create_login_profile(UserName="me", Password=PASSWORD)
        with harness.use_cassette(path):
            with pytest.raises(RecordingMissing) as missing:
                made.create_login_profile(UserName="you", Password=PASSWORD, PasswordResetRequired=True)
            assert_clean(str(missing.value), PASSWORD, TOKEN, KEY_ID)
            assert "UserName" in missing.value.problem
            with pytest.raises(RecordingMissing) as missing:
                requests.get(f"{served.url}/?X-Amz-Security-Token={quote(TOKEN)}&X-Amz-Signature={'f' * 64}")
            assert_clean(str(missing.value), TOKEN, "f" * 64)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(json.dumps({"password": PASSWORD, "user": "me"}), JSON, id="json"),
        pytest.param(f"user=me&password={quote(PASSWORD)}", FORM, id="form"),
        pytest.param(b"", {"Authorization": f"Bearer {TOKEN}"}, id="header"),
        pytest.param(b"", {"X-Amz-Bearer": TOKEN}, id="bearer of a participant"),
        pytest.param(
            gzip.compress(json.dumps({"password": PASSWORD}).encode(), mtime=0),
            {**JSON, "Content-Encoding": "gzip"},
            id="gzip",
        ),
    ],
)  # fmt: skip
def test_requests_that_are_no_operation_are_cleaned(tmp_path, body, headers):
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        url = f"{served.url}/_harness/health"
        with harness.use_cassette(path, mode="once") as cassette:
            requests.get(url, data=body, headers=headers)
        assert cassette.refused == []
        text = path.read_text()
        assert_clean(text, PASSWORD, TOKEN)
        for found in re.findall(r"!!binary \"([^\"]*)\"", text):
            raw = base64.b64decode(found)
            assert PASSWORD.encode() not in (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
        with harness.use_cassette(path):
            requests.get(url, data=body, headers=headers)
        assert served.count == 1


def test_patterns_and_values_of_the_user_are_taken_out(tmp_path):
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        made = signed("events", served)
        entry = {**ENTRY, "Detail": json.dumps({"card": "card-4111-1111", "name": "Jane Planted"})}
        given = {"redact": [r"card-[\d-]+"], "secrets": ["Jane Planted"]}
        with harness.use_cassette(path, mode="once", **given):
            made.put_events(Entries=[entry])
        assert_clean(path.read_text(), "card-4111-1111", "Jane Planted")
        with harness.use_cassette(path, **given):
            made.put_events(Entries=[entry])


def test_what_cannot_be_parsed_is_not_recorded(tmp_path):
    path = tmp_path / "x.yaml"
    page = Response(
        502, Headers.of({"Content-Type": "text/html", "Content-Length": "15"}), b"<html>no</html>"
    )
    with endpoint() as served:
        made = signed("events", served)
        served.script.append(page)
        with harness.use_cassette(path, mode="once") as cassette:
            expected = "events:ListRules was not recorded"
            with (
                pytest.warns(NotRecordedWarning, match=expected),
                pytest.raises(botocore.exceptions.ClientError),
            ):
                made.list_rules()
        assert len(cassette.refused) == 1
        assert not path.exists()
        served.script.append(page)
        kept = harness.use_cassette(path, mode="once", keep_unparsed=True)
        with kept, pytest.raises(botocore.exceptions.ClientError):
            made.list_rules()
        with harness.use_cassette(path), pytest.raises(botocore.exceptions.ClientError, match="502"):
            made.list_rules()


JSON_TEXT = json.dumps({"user": "me", "password": PASSWORD})
ENCODED = base64.b64encode(JSON_TEXT.encode()).decode()
PEM = "MIIEplantedplantedplanted"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"

# Where a name says that a value is secret, but no member of a model does.
PLACES = [
    pytest.param(
        "sqs", "send_message", {"QueueUrl": "http://q/1/q", "MessageBody": JSON_TEXT}, id="json in a text"
    ),
    pytest.param(
        "events",
        "put_events",
        {"Entries": [{**ENTRY, "Detail": json.dumps({"sent": JSON_TEXT})}]},
        id="json in json in a text",
    ),
    pytest.param(
        "events",
        "put_events",
        {"Entries": [{**ENTRY, "Detail": json.dumps({"sent": ENCODED})}]},
        id="base64 of json in json in a text",
    ),
    pytest.param(
        "s3", "put_object", {"Bucket": "b", "Key": "k", "Body": JSON_TEXT.encode()}, id="json in a body"
    ),
    pytest.param(
        "s3",
        "put_object",
        {"Bucket": "b", "Key": "k", "Body": b"x", "Metadata": {"db-password": PASSWORD}},
        id="metadata in headers",
    ),
    pytest.param(
        "kinesis",
        "put_record",
        {"StreamName": "s", "PartitionKey": "p", "Data": JSON_TEXT.encode()},
        id="json in bytes",
    ),
    pytest.param(
        "lambda", "invoke", {"FunctionName": "f", "ClientContext": ENCODED}, id="base64 in a header"
    ),
    pytest.param(
        "dynamodb",
        "put_item",
        {"TableName": "users", "Item": {"password": {"S": PASSWORD}}},
        id="a union of a map",
    ),
    pytest.param(
        "dynamodb",
        "put_item",
        {"TableName": "users", "Item": {"password": {"B": PASSWORD.encode()}}},
        id="bytes in a union of a map",
    ),
    pytest.param(
        "cloudformation",
        "create_stack",
        {
            "StackName": "s",
            "TemplateURL": "https://t",
            "Parameters": [{"ParameterKey": "DbPassword", "ParameterValue": PASSWORD}],
        },
        id="a pair of name and value",
    ),
]


@pytest.mark.parametrize(("service", "operation", "given"), PLACES)
@pytest.mark.parametrize("ending", ENDINGS)
def test_names_within_texts_and_bytes_count(tmp_path, ending, service, operation, given):
    path = tmp_path / f"x{ending}"
    with endpoint() as served:
        made = signed(service, served)
        with harness.use_cassette(path, mode="once") as cassette:
            getattr(made, operation)(**given)
        assert cassette.refused == []
        assert_clean(path.read_text(), PASSWORD)
        with harness.use_cassette(path) as cassette:
            getattr(made, operation)(**given)
        assert (cassette.played, served.count) == (1, 1)


def test_members_of_an_error_that_no_model_has_count(tmp_path):
    path = tmp_path / "x.yaml"
    body = json.dumps({"__type": "ValidationException", "message": "no", "password": PASSWORD}).encode()
    fields = {"Content-Type": "application/x-amz-json-1.1", "Content-Length": str(len(body))}
    with endpoint() as served:
        served.script.append(Response(400, Headers.of(fields), body))
        with (
            harness.use_cassette(path, mode="once"),
            pytest.raises(botocore.exceptions.ClientError, match="ValidationException"),
        ):
            signed("events", served).list_rules()
    assert_clean(path.read_text(), PASSWORD)


BARE = [
    pytest.param(
        {"data": {"password": PASSWORD}, "files": {"f": ("a.txt", b"hi")}}, PASSWORD, id="several parts"
    ),
    pytest.param({"data": f"{JSON_TEXT}\n{JSON_TEXT}\n"}, PASSWORD, id="lines of json"),
    pytest.param(
        {"data": f"<a><Password>{PASSWORD.replace('&', '&amp;')}</Password></a>"}, PASSWORD, id="xml"
    ),
    pytest.param(
        {"data": f"-----BEGIN RSA PRIVATE KEY-----\n{PEM}\n-----END RSA PRIVATE KEY-----\n"}, PEM, id="pem"
    ),
    pytest.param({"data": f"x {JWT} y"}, JWT, id="json web token"),
    pytest.param({"params": {"api_key": TOKEN}}, TOKEN, id="query"),
    pytest.param(
        {"headers": {"Referer": f"http://x/?access_token={quote(TOKEN)}"}}, TOKEN, id="url in a header"
    ),
]


@pytest.mark.parametrize(("given", "secret"), BARE)
def test_other_requests_lose_and_find_their_secrets(tmp_path, given, secret):
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        url = f"{served.url}/_harness/health"
        with harness.use_cassette(path, mode="once") as cassette:
            requests.post(url, **given)
        assert cassette.refused == []
        assert_clean(path.read_text(), secret)
        with harness.use_cassette(path):
            requests.post(url, **given)
        assert served.count == 1


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_presigned_forms_lose_their_signature_and_are_found(tmp_path, version):
    """Each presigning has another date, signature and boundary."""
    path = tmp_path / "x.yaml"
    with endpoint() as served:
        made = signed("s3", served, signature_version=version)

        def post(seconds):
            form = made.generate_presigned_post("photos", "k", ExpiresIn=seconds)
            requests.post(form["url"], data=form["fields"], files={"file": ("a.txt", b"hi")})
            return form["fields"]

        with harness.use_cassette(path, mode="once"):
            fields = post(60)
        signature = fields["x-amz-signature" if version == "s3v4" else "signature"]
        assert_clean(path.read_text(), TOKEN, KEY_ID, signature)
        with harness.use_cassette(path):
            post(600)
        assert served.count == 1


ASSUMED = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAPLANTEDKEY000002</AccessKeyId><SecretAccessKey>planted+secret/key</SecretAccessKey>
<SessionToken>planted+session/token==</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration></Credentials>
<AssumedRoleUser><AssumedRoleId>AROAIOSFODNN7EXAMPLE:me</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/r/me</Arn>
</AssumedRoleUser></AssumeRoleResult><ResponseMetadata><RequestId>a</RequestId></ResponseMetadata>
</AssumeRoleResponse>"""


@pytest.mark.parametrize("ending", ENDINGS)
def test_credentials_as_aws_hands_them_out_are_replayed(tmp_path, ending):
    """The id of a key has a pattern, so its answer is written anew; clients count the bytes that they get."""
    path = tmp_path / f"x{ending}"
    fields = {"Content-Type": "text/xml", "Content-Length": str(len(ASSUMED))}
    with endpoint() as served:
        served.script.append(Response(200, Headers.of(fields), ASSUMED))
        made = signed("sts", served)
        with harness.use_cassette(path, mode="once") as cassette:
            made.assume_role(RoleArn="arn:aws:iam::111122223333:role/r", RoleSessionName="session")
        assert cassette.refused == []
        assert_clean(path.read_text(), "ASIAPLANTEDKEY000002", "planted+secret/key", "planted+session/token")
        with harness.use_cassette(path):
            answer = made.assume_role(RoleArn="arn:aws:iam::111122223333:role/r", RoleSessionName="session")
        assert re.fullmatch("REDACTEDreceived[0-9a-f]{12}", answer["Credentials"]["AccessKeyId"])
        assert PSEUDONYM.fullmatch(answer["Credentials"]["SessionToken"])
        assert answer["AssumedRoleUser"]["Arn"] == "arn:aws:sts::1:assumed-role/r/me"


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("text", [b"hello " * 50, JSON_TEXT.encode()], ids=["nothing secret", "a secret"])
def test_a_packed_object_stays_packed_while_it_is_recorded_and_after(tmp_path, ending, text):
    """botocore gives what S3 keeps, coded as it is; whoever records gets the same."""
    path = tmp_path / f"x{ending}"
    packed = gzip.compress(text, mtime=0)
    fields = {"Content-Encoding": "gzip", "Content-Type": "text/plain", "Content-Length": str(len(packed))}
    with endpoint() as served:
        served.script.append(Response(200, Headers.of(fields), packed))
        made = signed("s3", served)
        with harness.use_cassette(path, mode="once"):
            answer = made.get_object(Bucket="photos", Key="a.gz")
            assert (answer["ContentLength"], answer["Body"].read()) == (len(packed), packed)
        with harness.use_cassette(path):
            answer = made.get_object(Bucket="photos", Key="a.gz")
            content = answer["Body"].read()
        assert (answer["ContentLength"], answer["ContentEncoding"]) == (len(content), "gzip")
        kept = gzip.decompress(content)
        assert (kept == text) is (PASSWORD.encode() not in text)
        assert PASSWORD.encode() not in kept
