"""What the emulator refuses in its Smithy style only: media types, unions, and the words for closed enums."""

from __future__ import annotations

import json

import msgspec
import pytest

from harness.contract.model import Auth
from harness.emulator.app import Emulator
from harness.emulator.media_types import accepts
from harness.exchange import Headers, Request
from harness.importers.service_model import contract_from_model

TEXT = {"type": "string"}
SHAPES = {
    "Text": TEXT,
    "Bytes": {"type": "blob"},
    "Picture": {"type": "blob", "mediaType": "image/jpeg"},
    "Either": {
        "type": "structure",
        "union": True,
        "members": {"a": {"shape": "Text"}, "b": {"shape": "Text"}},
    },
    "Color": {
        "type": "string",
        "enum": ["red", "grue"],
        "smithy.api#enum": [{"value": "red"}, {"value": "grue", "tags": ["internal"]}],
    },
    "Members": {
        "type": "structure",
        "members": {
            "text": {"shape": "Text"},
            "either": {"shape": "Either"},
            "list": {"shape": "Eithers"},
            "color": {"shape": "Color"},
        },
    },
    "Eithers": {"type": "list", "member": {"shape": "Either"}},
    "InHeader": {
        "type": "structure",
        "members": {"text": {"shape": "Text", "location": "header", "locationName": "x-text"}},
    },
    **{
        f"{name}Payload": {"type": "structure", "payload": "body", "members": {"body": {"shape": name}}}
        for name in ("Text", "Bytes", "Picture", "Members")
    },
}
JSON, HAL, PLAIN, JPEG = "application/json", "application/hal+json", "text/plain", "image/jpeg"


def emulator(input_shape=None, output_shape=None, style="smithy", protocol="rest-json"):
    """One operation that takes and gives these shapes and asks for no authentication."""
    operation = {"name": "Do", "http": {"method": "POST", "requestUri": "/"}}
    operation |= {"input": {"shape": input_shape}} if input_shape else {}
    operation |= {"output": {"shape": output_shape}} if output_shape else {}
    metadata = {"protocol": protocol, "apiVersion": "2020-01-01", "jsonVersion": "1.1", "targetPrefix": "T"}
    model = {"metadata": metadata, "operations": {"Do": operation}, "shapes": SHAPES}
    contract = contract_from_model("strict", model, "Do", "2020-01-01", ())
    return Emulator([msgspec.structs.replace(contract, auth=Auth(scheme="none"))], validation_style=style)


def send(served, body=b"", **headers):
    fields = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
    return served.handle(Request("POST", "/", Headers.of(fields), body))


@pytest.mark.parametrize(
    ("shape", "body", "content_type", "status"),
    [
        ("Members", b"{}", JSON, 200),
        ("Members", b"{}", "Application/JSON; charset=utf-8", 200),
        ("Members", b"{}", HAL, 415),
        ("Members", b"{}", None, 415),
        ("Members", b"", None, 200),
        ("Members", b"", HAL, 200),
        ("MembersPayload", b"{}", JSON, 200),
        ("MembersPayload", b"{}", PLAIN, 415),
        ("TextPayload", b"x", PLAIN, 200),
        ("TextPayload", b"x", JSON, 415),
        ("TextPayload", b"x", None, 415),
        ("BytesPayload", b"x", JPEG, 200),
        ("BytesPayload", b"x", None, 200),
        ("PicturePayload", b"x", JPEG, 200),
        ("PicturePayload", b"x", JSON, 415),
        ("PicturePayload", b"x", None, 415),
        ("InHeader", b"{}", JSON, 415),
        ("InHeader", b"", JSON, 200),
        ("InHeader", b"{}", None, 200),
        (None, b"{}", JSON, 415),
        (None, b"", JSON, 200),
    ],
)
def test_a_body_comes_in_the_type_that_its_shape_has(shape, body, content_type, status):
    """415 for another type; a body of no bytes has none."""
    response = send(emulator(shape), body, content_type=content_type)
    assert response.status == status
    code = "UnsupportedMediaTypeException" if status == 415 else None
    assert response.headers.get("x-amzn-errortype") == code


@pytest.mark.parametrize(
    ("shape", "accept", "status"),
    [
        ("Members", JSON, 200),
        ("Members", None, 200),
        ("Members", HAL, 406),
        ("TextPayload", PLAIN, 200),
        ("TextPayload", JSON, 406),
        ("BytesPayload", JSON, 200),
        ("PicturePayload", "image/*;q=0.5, text/html", 200),
        ("PicturePayload", JSON, 406),
        ("InHeader", HAL, 200),
        (None, HAL, 200),
    ],
)
def test_an_answer_goes_out_in_a_type_that_the_client_takes(shape, accept, status):
    """406 where the client wants none of the types that the output has."""
    response = send(emulator(None, shape), accept=accept)
    assert response.status == status
    assert response.headers.get("x-amzn-errortype") == ("NotAcceptableException" if status == 406 else None)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("*/*", True),
        ("application/*", True),
        ("text/*", False),
        ("text/html, Application/JSON;v=1", True),
        ("application/json;q=0", False),
        ("application/json;q=0.000, */*", False),
        ("application/*;q=0, application/json;q=0.1", True),
        ("", True),
        (" , ", True),
        ("garbage", False),
    ],
)
def test_the_most_specific_range_decides(field, expected):
    """As RFC 9110 has it."""
    assert accepts(field, "application/json") is expected


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("application/x-amz-json-1.1", 200), ("application/x-amz-json-1.0", 415), (JSON, 415)],
)
def test_the_json_protocol_names_its_version(content_type, status):
    served = emulator("Members", "Members", protocol="json")
    assert send(served, b"{}", content_type=content_type, x_amz_target="T.Do").status == status


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"either": {"a": "x", "new": 1}}, ["strict:Do#/input/either/union"]),
        ({"either": {"a": "x", "b": "y"}}, ["strict:Do#/input/either/union"]),
        ({"either": {"new": 1}}, ["strict:Do#/input/either/union"]),
        ({"either": {}}, ["strict:Do#/input/either/union"]),
        ({"list": [{"a": "x"}, {"a": "x", "new": 1}]}, ["strict:Do#/input/list/member/union"]),
        ({"either": {"a": "x", "b": None}}, []),
        ({"either": {"a": "x", "new": None}}, []),
        ({"either": {"a": "x", "__type": "strict#Either"}}, []),
        ({"either": None, "new": 1}, []),
    ],
    ids=[
        "unknown-beside",
        "two",
        "unknown-only",
        "none",
        "in-a-list",
        "null",
        "unknown-null",
        "type",
        "absent",
    ],
)
def test_a_union_has_one_known_member_and_nothing_else(body, pointers):
    """A strict parser cannot read any other; the request log names the union."""
    served = emulator("Members")
    response = send(served, json.dumps(body).encode(), content_type=JSON)
    assert list(served.seen[-1].violations) == pointers
    assert response.status == (400 if pointers else 200)
    assert response.headers.get("x-amzn-errortype") == ("SerializationException" if pointers else None)


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b'{"text": "x"}', {"content_type": HAL, "accept": HAL}, 200, None),
        (b'{"either": {"a": "x", "new": 1}}', {}, 200, None),
        (b'{"either": {}}', {}, 400, "ValidationException"),
    ],
    ids=["media-types", "unknown-in-a-union", "empty-union"],
)
def test_the_style_of_aws_is_as_lenient_as_ever(body, headers, status, code):
    """None of this changes what the emulator does by default."""
    response = send(emulator("Members", "Members", style="aws"), body, **headers)
    assert (response.status, response.headers.get("x-amzn-errortype")) == (status, code)


@pytest.mark.parametrize(("style", "shown"), [("smithy", "[red]"), ("aws", "[red, grue]")])
def test_internal_values_of_an_enum_are_not_told(style, shown):
    """They are taken, but the message does not list them."""
    served = emulator("Members", style=style)
    assert send(served, b'{"color": "grue"}', content_type=JSON).status == 200
    message = json.loads(send(served, b'{"color": "blue"}', content_type=JSON).body)["message"]
    assert message.endswith(f"Member must satisfy enum value set: {shown}")
