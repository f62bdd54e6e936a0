"""Recordings of one model, linted against another: what a model update invalidates, and what it does not.

The other model is the installed one with something taken out, made while the test runs.
"""

from __future__ import annotations

import contextlib
import copy
import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import botocore.exceptions
import pytest
import vcr
from client_recordings import CATALOGUE, ENTRY, client, endpoint

import harness
from harness.cassettes.linting import lint
from harness.cassettes.modelled import Modelled
from harness.cassettes.stores import open_store
from harness.cassettes.today import Today
from harness.cli.main import main
from harness.errors import RecordingMissing, SelectorError
from harness.exchange import Headers, Response
from harness.importers.catalogue import Catalogue
from harness.importers.library import open_library
from harness.importers.models import Folder, ServiceModels
from harness.routing.router import Router

RULE = {"Name": "nightly", "Arn": "arn:aws:events:us-east-1:111122223333:rule/nightly", "State": "ENABLED"}
DATA = Path(botocore.__file__).parent / "data"


def answer(document, status=200):
    body = json.dumps(document).encode()
    fields = {"Content-Type": "application/x-amz-json-1.1", "Content-Length": str(len(body))}
    return Response(status, Headers.of(fields), body)


@pytest.fixture(scope="module", params=[".yaml", ".jsonl"])
def recorded(request, tmp_path_factory):
    """Five calls of EventBridge by the installed model."""
    path = tmp_path_factory.mktemp("recorded") / f"events{request.param}"
    with endpoint() as served:
        made = client("events", served.url)
        with harness.use_cassette(path, mode="once"):
            served.script.append(answer({"Rules": [RULE]}))
            made.list_rules()
            served.script.append(answer({"__type": "ManagedRuleException", "message": "not yours"}, 400))
            with contextlib.suppress(botocore.exceptions.ClientError):
                made.enable_rule(Name="nightly")
            made.put_events(Entries=[ENTRY])
            served.script.append(answer({"Name": "default", "Arn": RULE["Arn"]}))
            made.describe_event_bus()
    return path


@pytest.fixture(scope="module")
def model():
    return ServiceModels(Folder(DATA)).model("events")


class Released:
    """The contracts of a release that need not be the installed one."""

    def __init__(self, catalogue):
        self.catalogue, self.release = catalogue, catalogue.release
        self.router = Router((), catalogue)
        self.digest = Modelled().digest

    def named(self, name):
        try:
            return self.catalogue.contract(*name.split(":"))
        except SelectorError:
            return None


def today(model, place):
    """The contracts of a release that has one service, as a model says it."""
    folder = place / "data" / "events" / "2015-10-07"
    folder.mkdir(parents=True)
    (folder / "service-2.json.gz").write_bytes(gzip.compress(json.dumps(model).encode()))
    catalogue = Catalogue(Folder(place / "data"), "9.9.9", cache=place / "cache")
    return Today(Released(catalogue), open_library())


def linted(path, contracts, **options):
    stored = open_store(path).load()
    now = datetime.now(UTC) + timedelta(days=40)
    return [lint(each, contracts, now, **options) for each in contracts.subjects(path, stored)]


def without_member(model):
    del model["shapes"]["Rule"]["members"]["State"]


def without_enum_value(model):
    model["shapes"]["RuleState"]["enum"].remove("ENABLED")


def another_type(model):
    model["shapes"]["Rule"]["members"]["State"] = {"shape": "Integer"}


def required_member(model):
    model["shapes"]["Rule"]["required"] = ["EventBusName"]


def without_error(model):
    for operation in model["operations"].values():
        kept = [each for each in operation.get("errors", ()) if each["shape"] != "ManagedRuleException"]
        operation["errors"] = kept


def without_operation(model):
    del model["operations"]["EnableRule"]


def further_member(model):
    model["shapes"]["PutEventsResponse"]["members"]["Remark"] = {"shape": "String"}


def sibling_error(model):
    operation = model["operations"]["EnableRule"]
    operation["errors"] = [each for each in operation["errors"] if each["shape"] != "ManagedRuleException"]


def required_input(model):
    model["shapes"]["EnableRuleRequest"]["required"] = ["Name", "EventBusName"]


RULE_AT = "events:ListRules#/output/Rules/member"
CURRENT = ["current"] * 4
CHANGES = [
    (without_member, 0, "invalid", "response-unknown-member", f"{RULE_AT}/State/unknown"),
    (without_enum_value, 0, "invalid", "response-constraint", f"{RULE_AT}/State/enum"),
    (another_type, 0, "invalid", "response-type", f"{RULE_AT}/State/type"),
    (required_member, 0, "invalid", "response-missing-member", f"{RULE_AT}/EventBusName/required"),
    (without_error, 1, "invalid", "undeclared-error", "events:EnableRule#/errors/ManagedRuleException"),
    (without_operation, 1, "invalid", "contract", "events:EnableRule#"),
    (required_input, 1, "invalid", "input", "events:EnableRule#/input/EventBusName/required"),
    (sibling_error, 1, "changed", "contract", "events:EnableRule#"),
    (further_member, 2, "changed", "contract", "events:PutEvents#"),
]


@pytest.mark.parametrize(
    ("change", "place", "level", "kind", "pointer"), CHANGES, ids=[row[0].__name__ for row in CHANGES]
)
def test_an_update_of_the_model_invalidates_what_it_breaks(
    recorded, model, tmp_path, change, place, level, kind, pointer
):
    """The recording that the change concerns is told with its cause; what still fits is never invalid."""
    newer = copy.deepcopy(model)
    change(newer)
    found = linted(recorded, today(newer, tmp_path))
    assert found[place].level == level
    assert (kind, pointer) in [(reason.kind, reason.pointer) for reason in found[place].reasons]
    others = [item for number, item in enumerate(found) if number != place]
    allowed = {"current", "changed"} if change is without_error else {"current"}
    assert {item.level for item in others} <= allowed
    assert all(item.age == 40 for item in found)


def test_the_model_that_recorded_finds_nothing(recorded, model, tmp_path):
    """Each recording says when, against what, by which contract and release; all are current."""
    found = linted(recorded, today(model, tmp_path))
    assert [item.level for item in found] == CURRENT
    assert [item.operation for item in found] == [
        "events:ListRules", "events:EnableRule", "events:PutEvents", "events:DescribeEventBus",
    ]  # fmt: skip
    assert {item.botocore for item in found} == {botocore.__version__}
    assert all(item.against.startswith("127.0.0.1_") and item.recorded_at is not None for item in found)
    assert all(item.reasons == () for item in found)
    assert all(
        item.too_old for item in linted(recorded, Today(Released(CATALOGUE), open_library()), max_age=39)
    )


def test_what_an_answer_broke_from_the_start_is_no_sign_of_age(tmp_path, model):
    """Enumerations are open in answers: with the same contract an unknown value is told and is current."""
    path = tmp_path / "rules.yaml"
    with endpoint() as served:
        served.script.append(answer({"Rules": [{**RULE, "State": "SLEEPING"}]}))
        with harness.use_cassette(path, mode="once"):
            client("events", served.url).list_rules()
    (found,) = linted(path, today(model, tmp_path))
    assert found.level == "current"
    assert [reason.kind for reason in found.reasons] == ["response-constraint"]


def test_an_edited_request_is_told(tmp_path, model):
    """A YAML recording is made to be edited; replays heed the edit, and lint says that there was one."""
    path = tmp_path / "edited.yaml"
    with endpoint() as served, harness.use_cassette(path, mode="once"):
        client("events", served.url).enable_rule(Name="nightly")
    path.write_text(path.read_text().replace("nightly", "hourly!"))
    (found,) = linted(path, today(model, tmp_path))
    assert (found.level, [reason.kind for reason in found.reasons]) == ("changed", ["edited"])


def test_recordings_of_stock_vcrpy_are_linted_by_what_they_ask(tmp_path, model):
    """The request says which operation it is; when and by which contract nobody knows."""
    path = tmp_path / "stock.yaml"
    with endpoint() as served:
        served.script.append(answer({"Rules": [{**RULE, "State": 7}]}))
        with vcr.use_cassette(str(path)):
            made = client("events", served.url)
            made.list_rules()
            made.put_events(Entries=[ENTRY])
    first, second = linted(path, today(model, tmp_path))
    assert (first.operation, first.level) == ("events:ListRules", "invalid")
    assert [reason.kind for reason in first.reasons] == ["response-type"]
    assert (second.operation, second.level) == ("events:PutEvents", "current")
    assert (second.recorded_at, second.age, second.botocore) == (None, None, None)


def test_a_request_that_is_no_operation_is_not_checked(tmp_path, model):
    """There is no contract to hold it against, and lint says so."""
    import requests

    path = tmp_path / "plain.yaml"
    with endpoint() as served, harness.use_cassette(path, mode="once"):
        requests.get(f"{served.url}/_harness/health", timeout=5)
    (found,) = linted(path, today(model, tmp_path))
    assert found.level == "unchecked"


@pytest.mark.parametrize("ending", [".yaml", ".jsonl"])
@pytest.mark.parametrize(
    "given",
    [{}, {"secrets": ["s3cr3t-value"]}, {"redact": ["s3cr3t-[a-z]+"]}],
    ids=["by-contract", "secret", "pattern"],
)
def test_what_redaction_took_out_is_no_edit(tmp_path, ending, given):
    """The key of a recording belongs to what was written, so it can be made again without the secret."""
    path = tmp_path / f"redacted{ending}"
    with endpoint() as served, harness.use_cassette(path, mode="once", **given):
        client("events", served.url).put_events(Entries=[{**ENTRY, "Source": "s3cr3t-value"}])
        client("secretsmanager", served.url).create_secret(Name="db", SecretString="hunter2hunter2")
        client("sts", served.url).get_caller_identity()
    assert "hunter2" not in path.read_text()
    found = linted(path, Today(Released(CATALOGUE), open_library()))
    assert [(item.operation, item.level, item.reasons) for item in found] == [
        ("events:PutEvents", "current", ()),
        ("secretsmanager:CreateSecret", "current", ()),
        ("sts:GetCallerIdentity", "current", ()),
    ]


@pytest.mark.parametrize("ending", [".yaml", ".jsonl"])
def test_a_pruned_recording_is_whole_and_plays_what_is_left(tmp_path, ending, capsys):
    """By operation, in either form; archives are only read."""
    path = tmp_path / f"calls{ending}"
    with endpoint() as served, harness.use_cassette(path, mode="once"):
        made = client("events", served.url)
        made.put_events(Entries=[ENTRY])
        made.list_rules()
        made.put_events(Entries=[{**ENTRY, "Source": "other"}])
    assert main(["cassette", "prune", str(path), "--operation", "events:Put*"]) == 0
    assert capsys.readouterr().out == (
        f"dropped {path} #1 events:PutEvents\ndropped {path} #3 events:PutEvents\ndropped 2 recordings\n"
    )
    with harness.use_cassette(path) as cassette:
        made.list_rules()
        with pytest.raises(RecordingMissing):
            made.put_events(Entries=[ENTRY])
        assert cassette.played == 1
    archive = tmp_path / "calls.har"
    assert main(["cassette", "convert", str(path), str(archive)]) == 0
    before = archive.read_bytes()
    assert main(["cassette", "prune", str(archive), "--operation", "events:ListRules"]) == 2
    assert "files that end with .har are read and not recorded into" in capsys.readouterr().err
    assert archive.read_bytes() == before
