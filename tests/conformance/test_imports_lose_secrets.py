"""Recordings of stock vcrpy and archives of browsers lose their secrets on the way into our files."""

from __future__ import annotations

import base64
import json
import re
import warnings

import pytest
import requests
import vcr
from client_recordings import endpoint
from test_planted_secrets import KEY_ID, PASSWORD, SECRET_KEY, TOKEN, assert_clean, signed

import harness
from harness.cassettes.exchange_files import convert, merge
from harness.cassettes.stores import open_store
from harness.cli.main import main
from harness.exchange import Headers, Response

FORMS = [pytest.param(form, id=form[1:]) for form in (".yaml", ".jsonl", ".har")]
LINK = f"https://files.example.com/a?X-Amz-Signature={'f' * 64}&X-Amz-Credential={KEY_ID}%2Fx"


def archive(tmp_path):
    """What a browser saves: a log-in whose token is sent on, a presigned link, a password of an operation."""
    encoded = base64.b64encode(json.dumps({"user": {"password": PASSWORD}}).encode()).decode()
    exchanges = [
        # The token stands here before anything says that it is one.
        ("GET", f"http://example.com/start?state={TOKEN}", [], None, {"text": "<html></html>"}),
        (
            "POST",
            "http://example.com/login",
            [{"name": "Content-Type", "value": "application/json"}],
            {"text": json.dumps({"password": PASSWORD})},
            {"text": json.dumps({"access_token": TOKEN}), "mimeType": "application/json"},
        ),
        ("GET", LINK, [{"name": "Cookie", "value": f"sid={TOKEN}"}], None, {"text": ""}),
        (
            "POST",
            "https://iam.amazonaws.com/",
            [{"name": "Content-Type", "value": "application/x-www-form-urlencoded"}],
            {
                "text": "Action=CreateLoginProfile&Version=2010-05-08&UserName=me"
                "&Password=Tr0ub4dor%263-planted"
            },
            {
                "text": "<CreateLoginProfileResponse><CreateLoginProfileResult><LoginProfile>"
                "<UserName>me</UserName><CreateDate>2026-01-01T00:00:00Z</CreateDate>"
                "</LoginProfile></CreateLoginProfileResult></CreateLoginProfileResponse>"
            },
        ),
        (
            "POST",
            "http://example.com/data",
            [{"name": "Content-Type", "value": "application/json"}],
            None,
            {"text": encoded, "encoding": "base64"},
        ),
    ]
    entries = [
        {
            "startedDateTime": "2026-01-01T00:00:00.000Z",
            "request": {"method": method, "url": url, "headers": headers}
            | ({"postData": sent} if sent else {}),
            "response": {"status": 200, "statusText": "Fine", "headers": [], "content": content},
        }
        for method, url, headers, sent, content in exchanges
    ]
    path = tmp_path / "saved.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return path, len(entries)


@pytest.mark.parametrize("form", FORMS)
def test_an_archive_loses_its_secrets(tmp_path, form):
    source, count = archive(tmp_path)
    written = convert(source, tmp_path / f"clean{form}")
    assert (written.interactions, written.refused) == (count, ())
    assert_clean(written.path.read_text(), PASSWORD, TOKEN, KEY_ID, "f" * 64)
    statuses = [part.response.status.code for part in open_store(written.path).load().parts]
    assert statuses == [200] * count


def stock(path):
    """A recording of stock vcrpy in which credentials, a token and a password stand."""
    with endpoint() as served, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with vcr.use_cassette(str(path)):
            signed("iam", served).create_login_profile(UserName="me", Password=PASSWORD)
            signed("events", served).list_rules()
            requests.post(f"{served.url}/_harness/health", json={"token": TOKEN})
    assert PASSWORD.replace("&", "%26") in path.read_text()
    assert TOKEN in path.read_text()
    return path


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("act", ["convert", "merge"])
def test_a_stock_recording_loses_its_secrets_and_is_still_played(tmp_path, form, act):
    source, clean = stock(tmp_path / "stock.yaml"), tmp_path / f"clean{form}"
    written = convert(source, clean) if act == "convert" else merge([source], clean)
    assert (written.interactions, written.refused) == (3, ())
    assert_clean(clean.read_text(), PASSWORD, TOKEN, KEY_ID, SECRET_KEY)
    with endpoint() as nobody, harness.use_cassette(clean) as cassette:
        signed("iam", nobody).create_login_profile(UserName="me", Password=PASSWORD)
        signed("events", nobody).list_rules()
        assert nobody.count == 0
    assert cassette.played == 2


def test_plain_yaml_loses_its_secrets_too(tmp_path):
    clean = tmp_path / "clean.yaml"
    convert(stock(tmp_path / "stock.yaml"), clean, plain=True)
    assert_clean(clean.read_text(), PASSWORD, TOKEN, KEY_ID)


@pytest.mark.parametrize("form", FORMS)
def test_ours_is_passed_on_to_the_byte(tmp_path, form):
    """Only the form changes; back in the first form, not a byte of the file has."""
    path = tmp_path / "ours.yaml"
    with endpoint() as served, harness.use_cassette(path, mode="once"):
        signed("iam", served).create_login_profile(UserName="me", Password=PASSWORD)
        requests.get(f"{served.url}/_harness/health")
    convert(path, tmp_path / f"other{form}")
    convert(tmp_path / f"other{form}", tmp_path / "back.yaml")
    assert (tmp_path / "back.yaml").read_bytes() == path.read_bytes()


def test_what_cannot_be_cleaned_is_left_out_and_named(tmp_path, capsys):
    source, clean = tmp_path / "stock.yaml", tmp_path / "clean.yaml"
    page = b"<html>no</html>"
    fields = Headers.of({"Content-Type": "text/html", "Content-Length": str(len(page))})
    with endpoint() as served, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        served.script.append(Response(200, fields, page))
        with vcr.use_cassette(str(source)):
            signed("events", served).list_rules()
            signed("events", served).list_event_buses()
    assert main(["cassette", "convert", str(source), str(clean)]) == 0
    said = capsys.readouterr()
    assert said.out == (
        f"wrote {clean}: 1 recording\n"
        "  left out 1 recording, of which a secret cannot be taken out with certainty\n"
    )
    assert said.err == (
        f"left out {source}, interaction 1: events:ListRules: the response is not of events:ListRules in "
        "json; keep_unparsed would keep it\n"
    )
    assert open_store(clean).load().head.refused == 1
    assert main(["cassette", "convert", "--force", "--keep-unparsed", str(source), str(clean)]) == 0
    assert capsys.readouterr() == (f"wrote {clean}: 2 recordings\n", "")


def test_patterns_of_the_user_are_taken_out(tmp_path):
    source, clean = tmp_path / "stock.yaml", tmp_path / "clean.yaml"
    with endpoint() as served, vcr.use_cassette(str(source)):
        requests.get(f"{served.url}/_harness/health?order=order-12345678")
    assert main(["cassette", "merge", "--redact", "order-[0-9]{8}", str(source), str(clean)]) == 0
    assert_clean(clean.read_text(), "order-12345678")


ASSUMED = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAPLANTEDPLANTED77</AccessKeyId><SecretAccessKey>planted-secret-key</SecretAccessKey>
<SessionToken>planted-session-token</SessionToken><Expiration>2020-01-01T00:00:00Z</Expiration></Credentials>
<SourceIdentity>only-here</SourceIdentity></AssumeRoleResult></AssumeRoleResponse>"""
RECORDED_SECRETS = {"SecretString": {"first": "planted-in-another-type"}, "Name": 7}


def kept_by_vcrpy(uri, media_type, sent, answered, **headers):
    """What stock vcrpy keeps of an exchange, its secrets included."""
    headers = {"Content-Type": [media_type], **{name: [value] for name, value in headers.items()}}
    status = {"code": 200, "message": "OK"}
    response = {"status": status, "headers": {"Content-Type": [media_type]}, "body": {"string": answered}}
    return {"request": {"method": "POST", "uri": uri, "headers": headers, "body": sent}, "response": response}


@pytest.fixture
def recorded_by_others(tmp_path):
    path = tmp_path / "stock.json"
    role = "arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdemo"
    interactions = [
        kept_by_vcrpy(
            "https://sts.amazonaws.com/",
            "application/x-www-form-urlencoded",
            f"Action=AssumeRole&Version=2011-06-15&RoleArn={role}&RoleSessionName=abc",
            ASSUMED,
        ),
        kept_by_vcrpy(
            "https://secretsmanager.us-east-1.amazonaws.com/",
            "application/x-amz-json-1.1",
            '{"SecretId":"a"}',
            json.dumps(RECORDED_SECRETS),
            **{"X-Amz-Target": "secretsmanager.GetSecretValue"},
        ),
    ]
    path.write_text(json.dumps({"version": 1, "interactions": interactions}))
    return path


def test_what_is_said_of_recordings_of_others_holds_none_of_their_secrets(recorded_by_others, capsys):
    """A log of a build is read by more people than a file."""
    before = recorded_by_others.read_bytes()
    for command in ("show", "stats", "lint"):
        main(["cassette", command, str(recorded_by_others), "--json", "-"])
        main(["cassette", command, str(recorded_by_others)])
    said = "".join(capsys.readouterr())
    assert "planted" not in said.lower()
    assert "response-type" in said
    assert recorded_by_others.read_bytes() == before


def test_asking_again_shows_neither_recorded_nor_live_secrets(recorded_by_others, capsys):
    """Credentials are compared by presence and type; the rest as ever."""
    with endpoint() as served:
        answer = ASSUMED.replace("planted", "live").replace("ASIAPLANTEDPLANTED77", "ASIALIVELIVELIVE0077")
        answer = answer.replace("<SourceIdentity>only-here", "<SourceIdentity>somebody-else").encode()
        fields = {"Content-Type": "text/xml", "Content-Length": str(len(answer))}
        for form in ([], ["--json", "-"]):
            served.script += [
                Response(200, Headers.of(fields), answer)
            ] * 2  # the first is asked for its health
            main(["replay", "--verify", "--target", served.url, str(recorded_by_others), *form])
            said = "".join(capsys.readouterr())
            assert not re.search(r"planted-s|live-s|ASIA|planted-in", said)
            assert "somebody-else" in said
            assert "AssumeRole#/output/Credentials" not in said
