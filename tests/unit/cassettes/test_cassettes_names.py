"""What names say of secrets, in models that do not mark them and in texts that no model describes."""

from __future__ import annotations

import json
from functools import cache

import pytest

from harness.cassettes.redaction import Vault
from harness.exchange import Exchange, Headers, Request, Response
from harness.importers.sources import open_source
from harness.wire import protocol_for, sdk

SECRET = "planted-value-0123456789ab"
USER = "arn:aws:chime:us-east-1:111122223333:app-instance/a/user/me"


@cache
def modelled(name):
    return open_source("botocore").load(*name.split(":"))


def recorded(name, sent, answered, vault=None):
    """What a client sends, and what the service answers, as they come to the disk."""
    contract = modelled(name)
    answer = protocol_for(contract).serialize_output(contract, answered)
    return (vault or Vault()).exchange(Exchange(sdk.serialize(contract, sent), answer), contract)


def everything(exchange):
    fields = (*exchange.request.headers, *exchange.response.headers)
    said = [value for _, value in fields] + [exchange.request.target]
    return "\n".join((*said, exchange.request.body.decode(), exchange.response.body.decode()))


UNMARKED = [
    pytest.param("ssm:StartSession", {"Target": "i-1"}, {"TokenValue": SECRET}, id="token of a session"),
    pytest.param(
        "ssm:CreateActivation", {"IamRole": "r"}, {"ActivationCode": SECRET}, id="code that is a password"
    ),
    pytest.param(
        "elasticache:CreateUser",
        {"UserId": "u", "UserName": "u", "Engine": "redis", "AccessString": "on", "Passwords": [SECRET]},
        {},
        id="list of passwords",
    ),
    pytest.param(
        "codebuild:UpdateWebhook",
        {"projectName": "shop"},
        {"webhook": {"url": "http://h", "secret": SECRET}},
        id="nothing but secret",
    ),
    pytest.param(
        "codepipeline:PutWebhook",
        {
            "webhook": {
                "name": "w",
                "targetPipeline": "p",
                "targetAction": "a",
                "filters": [{"jsonPath": "$"}],
                "authentication": "GITHUB_HMAC",
                "authenticationConfiguration": {"SecretToken": SECRET},
            }
        },
        {},
        id="secret of a webhook",
    ),
    pytest.param(
        "directconnect:CreateBGPPeer",
        {"newBGPPeer": {"authKey": SECRET}},
        {"virtualInterface": {"authKey": SECRET}},
        id="key of a peer",
    ),
    pytest.param(
        "pinpoint:UpdateApnsChannel",
        {"ApplicationId": "a", "APNSChannelRequest": {"TokenKey": SECRET}},
        {"APNSChannelResponse": {"Platform": "APNS"}},
        id="key that signs tokens",
    ),
    pytest.param(
        "appflow:CreateConnectorProfile",
        {
            "connectorProfileName": "p",
            "connectorType": "Salesforce",
            "connectionMode": "Public",
            "connectorProfileConfig": {
                "connectorProfileProperties": {},
                "connectorProfileCredentials": {"Salesforce": {"oAuthRequest": {"authCode": SECRET}}},
            },
        },
        {},
        id="code of OAuth",
    ),
]


@pytest.mark.parametrize(("name", "sent", "answered"), UNMARKED)
def test_a_name_that_says_secret_is_heeded_where_the_model_marks_nothing(name, sent, answered):
    kept = everything(recorded(name, sent, answered))
    assert SECRET not in kept
    assert "REDACTED-" in kept


NO_SECRETS = [
    pytest.param(
        "chime-sdk-messaging:DescribeChannelMembership",
        {"ChannelArn": f"{USER}/channel/c", "MemberArn": USER, "ChimeBearer": USER},
        {"ChannelMembership": {"Member": {"Arn": USER}}},
        USER,
        id="ARN of who asks",
    ),
    pytest.param(
        "route53-recovery-readiness:CreateCrossAccountAuthorization",
        {"CrossAccountAuthorization": USER},
        {"CrossAccountAuthorization": USER},
        USER,
        id="ARN of who may ask",
    ),
    pytest.param(
        "iam:UpdateSAMLProvider",
        {"SAMLProviderArn": f"{USER}/saml-provider/p", "RemovePrivateKey": "KEY0123456789ABCDEF012345"},
        {},
        "KEY0123456789ABCDEF012345",
        id="id of a key",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sent", "answered", "open_text"), NO_SECRETS)
def test_a_name_that_only_sounds_like_a_secret_keeps_its_value(name, sent, answered, open_text):
    """Tests compare such values with what they sent."""
    kept = everything(recorded(name, sent, answered))
    assert open_text in kept.replace("%3A", ":").replace("%2F", "/")
    assert "REDACTED-" not in kept


NAMES_IN_TEXTS = (
    "password", "pass_word", "Pass-Phrase", "db_pwd", "secret", "api_secret", "x-api-key", "auth_code",
    "authorization", "bearer", "activation_code", "otp", "access_token", "private_key", "saml_assertion",
    "pre_shared_key", "Kerberos-Keytab", "X-Amz-Signature",
)  # fmt: skip


@pytest.mark.parametrize("spelled", NAMES_IN_TEXTS)
def test_a_name_within_a_text_is_heeded_and_its_request_found_again(spelled):
    """What a replay looks for means the same as what was recorded, however the name is spelled."""
    detail = json.dumps({spelled: SECRET})
    sent = {"Entries": [{"Source": "shop", "DetailType": "sale", "Detail": detail}]}
    contract = modelled("events:PutEvents")
    kept = recorded("events:PutEvents", sent, {"FailedEntryCount": 0, "Entries": []})
    assert SECRET not in everything(kept)
    stored = protocol_for(contract).parse_request(contract, kept.request)
    assert Vault().sealed(contract, sent) == Vault().sealed(contract, stored)


@pytest.mark.parametrize("word", ["password", "secret", "username", "api_key", "profile"])
def test_a_word_that_names_things_is_no_secret_beyond_its_place(word):
    """Who logs in with such a password still gets answers with the names that were recorded."""
    fields = Headers.of({"Content-Type": "application/json"})
    asked = json.dumps({"user": "me", "password": word}).encode()
    answered = json.dumps({"profile": 1, "password_policy": 2, "username": "me", "api_key_id": "a"}).encode()
    vault = Vault()
    for _ in range(2):
        live = Exchange(Request("POST", "/login", fields, asked), Response(200, fields, answered))
        kept = vault.exchange(live, None)
        assert kept.response.body == answered
        assert json.loads(kept.request.body).keys() == {"user", "password"}
        assert json.loads(kept.request.body)["password"].startswith("REDACTED-sent-")
