"""Secrets planted wherever AWS traffic has them: in files, in messages, and whether replay still works."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

from trust.endpoint import ENTRY, KEY_ID, SERVICES, SESSION, Endpoint, client
from trust.tools import Tool

PASSWORD, TOKEN, ADDRESS = "Tr0ub4dor-planted", "planted-token-abcdef", "planted.person@example.com"
ACCESS_KEY = "AKIAPLANTEDKEY000002"
BASE64 = base64.b64encode(json.dumps({"password": PASSWORD}).encode()).decode()
JSON = {"Content-Type": "application/json"}
XML = {"Content-Type": "application/xml"}


@dataclass(frozen=True)
class Place:
    """Where a secret is planted.

    Attributes:
        secret: What must not be found.
        call: Sends it: makes clients by their service, and knows the endpoint's URL.
        other: The same call with something else changed, for which there is no recording.
        service: The service that the installed release must model, where older ones do not.
    """

    secret: str
    call: Callable[[Callable[[str], Any], str], Any]
    other: Callable[[Callable[[str], Any], str], Any]
    service: str | None = None


def _event(detail: dict[str, Any]) -> dict[str, Any]:
    return {"Entries": [{**ENTRY, "Detail": json.dumps(detail)}]}


def _campaign(name: str) -> dict[str, str]:
    identifier = f"tmpl-{'a' * 13}"
    return {"Catalog": "AWS", "Name": name, "CampaignTemplateId": identifier, "SenderEmail": ADDRESS}


def _link(made: Callable[[str], Any], key: str) -> str:
    return made("s3").generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": key})


PLACES = {
    "Authorization": Place(
        KEY_ID,
        lambda made, _: made("sts").get_caller_identity(),
        lambda made, _: made("sts").get_session_token(),
    ),
    "X-Amz-Security-Token": Place(
        SESSION, lambda made, _: made("ec2").describe_vpcs(), lambda made, _: made("ec2").describe_subnets()
    ),
    "X-Amz-Bearer, a connection token": Place(
        TOKEN,
        lambda made, _: made("connectparticipant").send_message(
            ConnectionToken=TOKEN, ContentType="text/plain", Content="hello"
        ),
        lambda made, _: made("connectparticipant").send_message(
            ConnectionToken=TOKEN, ContentType="text/plain", Content="other"
        ),
    ),
    "a participant token": Place(
        f"participant-{TOKEN}",
        lambda made, _: made("connectparticipant").create_participant_connection(
            ParticipantToken=f"participant-{TOKEN}", Type=["WEBSOCKET"]
        ),
        lambda made, _: made("connectparticipant").create_participant_connection(
            ParticipantToken=f"participant-{TOKEN}", Type=["CONNECTION_CREDENTIALS"]
        ),
    ),
    "a presigned query": Place(
        SESSION,
        lambda made, _: requests.get(_link(made, "a.jpg")).content,
        lambda made, _: requests.get(_link(made, "b.jpg")).content,
    ),
    "a sensitive member, form": Place(
        PASSWORD,
        lambda made, _: made("iam").create_login_profile(UserName="me", Password=PASSWORD),
        lambda made, _: made("iam").create_login_profile(UserName="you", Password=PASSWORD),
    ),
    "a sensitive member, JSON": Place(
        f"json-{PASSWORD}",
        lambda made, _: made("secretsmanager").put_secret_value(
            SecretId="it", SecretString=f"json-{PASSWORD}"
        ),
        lambda made, _: made("secretsmanager").put_secret_value(
            SecretId="no", SecretString=f"json-{PASSWORD}"
        ),
    ),
    "a sensitive member, CBOR": Place(
        ADDRESS,
        lambda made, _: made("partnercentral-marketing").create_campaign(**_campaign("one")),
        lambda made, _: made("partnercentral-marketing").create_campaign(**_campaign("two")),
        "partnercentral-marketing",
    ),
    "a key in a header": Place(
        "planted-customer-key-of-32-bytes",
        lambda made, _: _put(made, "a"),
        lambda made, _: _put(made, "b"),
    ),
    "an access key by its form": Place(
        ACCESS_KEY,
        lambda made, _: made("events").put_events(**_event({"text": f"use {ACCESS_KEY} for it"})),
        lambda made, _: made("events").put_events(**_event({"text": f"try {ACCESS_KEY} for it"})),
    ),
    "base64": Place(
        PASSWORD,
        lambda made, _: made("events").put_events(**_event({"sent": BASE64})),
        lambda made, _: made("events").put_events(**_event({"sent": BASE64, "more": 1})),
    ),
    "XML": Place(
        f"xml-{PASSWORD}",
        lambda _, url: _post(url, f"<a><Password>xml-{PASSWORD}</Password></a>", XML),
        lambda _, url: _post(url, f"<b><Password>xml-{PASSWORD}</Password></b>", XML),
    ),
    "JSON of no operation": Place(
        f"other-{PASSWORD}",
        lambda _, url: _post(url, json.dumps({"password": f"other-{PASSWORD}"}), JSON),
        lambda _, url: _post(url, json.dumps({"password": f"other-{PASSWORD}", "a": 1}), JSON),
    ),
    "query": Place(
        f"query-{TOKEN}",
        lambda _, url: requests.get(f"{url}/_harness/health", params={"api_key": f"query-{TOKEN}"}).content,
        lambda _, url: (
            requests.get(f"{url}/_harness/health", params={"api_key": f"query-{TOKEN}", "a": "1"}).content
        ),
    ),
}


def _put(made: Callable[[str], Any], key: str) -> Any:
    secret = "planted-customer-key-of-32-bytes"
    return made("s3").put_object(
        Bucket="b", Key=key, Body=b"content", SSECustomerAlgorithm="AES256", SSECustomerKey=secret
    )


def _post(url: str, body: str, headers: dict[str, str]) -> bytes:
    return requests.post(f"{url}/_harness/health", data=body, headers=headers).content


def planted(tool: Tool, folder: Path, _scale: float) -> tuple[str, float]:
    """Every place in a cassette of its own: record, look into the file, replay, ask for what is not there."""
    leaks, told, replayed = [], [], 0
    places = {name: place for name, place in PLACES.items() if place.service in (None, *SERVICES)}
    with Endpoint() as endpoint:
        clients: dict[str, Any] = {}

        def made(service: str) -> Any:
            if service not in clients:
                clients[service] = client(service, endpoint.url)
            return clients[service]

        for number, (name, place) in enumerate(places.items()):
            path = folder / f"{number}{tool.ending}"
            _failure(tool, path, True, lambda place=place: place.call(made, endpoint.url))
            if path.exists() and _holds(path.read_text("utf-8"), place.secret):
                leaks.append(name)
            again = _failure(tool, path, False, lambda place=place: place.call(made, endpoint.url))
            replayed += again is None
            miss = _failure(tool, path, False, lambda place=place: place.other(made, endpoint.url))
            if miss is not None and _holds(str(miss), place.secret):
                told.append(name)
    count = len(places)
    words = f"{len(leaks)} of {count} in files, {len(told)} in messages; {replayed} of {count} replayed"
    return words, (count - len(leaks) + count - len(told) + replayed) / 3 / count


def _failure(tool: Tool, path: Path, record: bool, call: Callable[[], Any]) -> Exception | None:
    """What a call in a cassette raises, whatever the tool calls it."""
    try:
        with tool.use(path, record, True):
            call()
    except Exception as failure:
        return failure
    return None


def _holds(text: str, secret: str) -> bool:
    """Whether a secret stands in a text, in any of its spellings; base64 at every alignment."""
    raw = secret.encode()
    ways = {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}
    ways |= {base64.b64encode(b"\0" * shift + raw)[4:-4].decode() for shift in range(3)}
    folded = "".join(text.split())
    twice = "".join(
        _decoded(word) for word in text.replace('"', " ").replace("\\", " ").split() if len(word) > 20
    )
    return any(way in each for way in ways for each in (text, folded, twice))


def _decoded(word: str) -> str:
    """What a word says in base64; nothing where it is none."""
    try:
        return base64.b64decode(word, validate=True).decode("latin-1") + "\n"
    except ValueError:
        return ""
