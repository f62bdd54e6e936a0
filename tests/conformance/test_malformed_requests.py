"""Smithy's malformed-request cases, run against the emulator in its strict Smithy style."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from harness.contract.model import Auth
from harness.emulator.app import Emulator
from harness.exchange import Headers, Request, Response
from harness.importers.service_model import contract_from_model

DATA = Path(__file__).parent.parent / "data" / "protocol-tests" / "malformed"
EXCEPTIONS = yaml.safe_load((Path(__file__).parent / "exceptions.yaml").read_text())["malformed-is-refused"]

# Smithy's models mark these values with the tag "internal", which the service models beside the cases drop.
INTERNAL_VALUES = {"EnumString": ("ghi",), "EnumTraitString": ("ghi",)}


@cache
def emulators() -> dict[str, Emulator]:
    """One emulator for each service of the suite, by namespace."""
    models = json.loads((DATA / "models.json").read_text())
    return {service.partition("#")[0]: emulator_of(model) for service, model in models.items()}


def emulator_of(model: dict[str, Any]) -> Emulator:
    """Serve every operation of a model; the cases carry no authentication, so none is asked for."""
    for name, internal in INTERNAL_VALUES.items():
        if name in model["shapes"]:
            values = [
                {"value": value, "tags": ["internal"]} if value in internal else {"value": value}
                for value in model["shapes"][name]["enum"]
            ]
            model["shapes"][name]["smithy.api#enum"] = values
    contracts = [
        msgspec.structs.replace(
            contract_from_model("protocol", model, operation, "2020-01-01", ()), auth=Auth(scheme="none")
        )
        for operation in model["operations"]
    ]
    return Emulator(contracts, validation_style="smithy")


def cases() -> list[Any]:
    """One parameter for each case, named by its id."""
    found = []
    for case in json.loads((DATA / "cases.json").read_text()):
        reason = EXCEPTIONS.get(case["id"])
        marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
        found.append(pytest.param(case, id=case["id"], marks=marks))
    return found


def answer(case: dict[str, Any]) -> Response:
    """Send a case's request to the emulator of its service."""
    sent = case["request"]
    target = "?".join([sent["uri"], *filter(None, ["&".join(sent.get("queryParams", ()))])])
    headers = Headers.of(sent.get("headers", {}))
    request = Request(sent["method"], target, headers, sent.get("body", "").encode())
    return emulators()[case["namespace"]].handle(request)


@pytest.mark.parametrize("case", cases())
def test_a_malformed_request_is_refused_as_published(case):
    """Status, error type and, where the case has one, the body are the published ones."""
    expected, response = case["response"], answer(case)
    assert response.status == expected["code"]
    for name, value in expected["headers"].items():
        assert response.headers.get(name) == value
    assertion = expected.get("body", {}).get("assertion", {})
    if "contents" in assertion:
        # The cases are templates, in which $$ stands for $; one that has no parameters was left as it was.
        assert json.loads(response.body) == json.loads(assertion["contents"].replace("$$", "$"))
    if "messageRegex" in assertion:
        assert re.fullmatch(assertion["messageRegex"], json.loads(response.body)["message"])
