"""``harness diff``: sides of every kind, every form of output, every exit code."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from harness.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "tests" / "data" / "service-models"
CONTRACTS = ROOT / "contracts" / "supplychain" / "SendDataIntegrationEvent"
OLD, NEW = str(CONTRACTS / "2024-04-10.yaml"), str(CONTRACTS / "2025-05-12.yaml")
ELSE = str(ROOT / "contracts" / "events" / "PutEvents" / "2021-03-02.yaml")

ENTRY = """\
2021/03/02 - Amazon EventBridge - 1 updated api methods

Changes  Update events client to latest version

PutEvents (updated)
Changes (request)
{'Entries': {'TraceHeader': 'string'}}
"""


@pytest.fixture
def releases(tmp_path, monkeypatch):
    """A cache with wheels of the trimmed models, dated as the real ones are."""
    for release, day in (("1.20.18", 1), ("1.20.19", 2)):
        model = MODELS / release / "events" / "2015-10-07" / "service-2.json"
        with zipfile.ZipFile(tmp_path / f"botocore-{release}-py2.py3-none-any.whl", "w") as wheel:
            name = zipfile.ZipInfo("botocore/data/events/2015-10-07/service-2.json", (2021, 3, day, 12, 0, 0))
            wheel.writestr(name, model.read_bytes())
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))


def changes_of(capsys, *words):
    code = main(["diff", *words, "--json", "-"])
    document = json.loads(capsys.readouterr().out)
    assert document["format"] == 1
    return code, document


@pytest.mark.usefixtures("releases")
def test_the_changelog_form_is_that_of_the_changelog(capsys):
    """The entry of 2021/03/02, character for character."""
    words = ["botocore==1.20.18", "botocore==1.20.19", "events:PutEvents", "--format", "api-changes"]
    assert main(["diff", *words]) == 0
    assert capsys.readouterr().out == ENTRY


@pytest.mark.usefixtures("releases")
def test_the_changelog_form_tells_what_the_changelog_leaves_out(capsys):
    """The entry stands first; two patterns that changed unsaid follow it."""
    assert main(["diff", "botocore==1.20.18", "botocore==1.20.19", "events", "--format", "api-changes"]) == 0
    entry, _, rest = capsys.readouterr().out.partition("\nPutTargets (also changed)\n")
    assert entry == ENTRY
    assert rest.startswith(
        "Constraints (request)\n{'Targets': {'RedshiftDataParameters': {'Database': {'pattern': "
    )


def test_two_versions_of_a_contract_differ_in_what_came(capsys):
    """One member, the rule that concerns only it, one value; nothing breaks, and why is said."""
    assert main(["diff", OLD, NEW]) == 0
    assert capsys.readouterr().out.splitlines()[:-3] == [
        "COMPATIBLE  3 changes in 1 operation or service",
        "supplychain:SendDataIntegrationEvent",
        "  request-enum-value-added  hits whoever sends requests",
        "    An old client goes on with the values it knows.",
        '    input/eventType/enum  + ["scn.data.dataset"]',
        "  request-member-added  hits whoever sends requests",
        "    An old client does not send it, and need not.",
        "    input/datasetTarget  + structure",
        "  rule-added-for-new  hits whoever sends requests",
        "    It bites only requests with new members or values, which no old client",
        "    sends.",
        "    rules/dataset-target-goes-with-dataset",
        "      new  datasetTarget is given for the event type scn.data.dataset, and for",
        "           no other.",
        "",
        "CHANGED  0 breaking, 0 warning, 3 compatible; 1 operation compared",
    ]


def test_the_json_document_has_the_pinned_keys(capsys):
    """What scripts read."""
    code, document = changes_of(capsys, OLD, NEW)
    assert code == 0
    assert document["summary"] == {
        "old": OLD, "new": NEW, "operations": 1, "changes": 3, "compatible": 3, "warning": 0, "breaking": 0,
        "failed": False,
    }  # fmt: skip
    assert document["changes"][0] == {
        "rule": "request-member-added", "severity": "compatible", "direction": "request",
        "operation": "supplychain:SendDataIntegrationEvent",
        "pointer": "supplychain:SendDataIntegrationEvent#/input/datasetTarget", "action": "added",
        "old": None,
        "new": "structure", "harm": "An old client does not send it, and need not.",
    }  # fmt: skip


def test_the_way_back_breaks(capsys):
    """The same two files, the other way round."""
    code, document = changes_of(capsys, NEW, OLD)
    assert code == 1
    assert {(change["rule"], change["severity"]) for change in document["changes"]} == {
        ("request-member-removed", "breaking"),
        ("request-enum-value-removed", "breaking"),
        ("rule-removed", "compatible"),
    }


@pytest.mark.parametrize(("least", "code"), [("compatible", 1), ("warning", 0), ("breaking", 0)])
def test_fail_on_says_what_fails(capsys, least, code):
    """The exit code is 1 at or above it."""
    assert main(["diff", OLD, NEW, "--fail-on", least]) == code


def test_json_in_a_file_leaves_stdout_to_people(tmp_path, capsys):
    """Both at once."""
    path = tmp_path / "changes.json"
    assert main(["diff", NEW, OLD, "--json", str(path)]) == 1
    assert json.loads(path.read_text())["summary"]["breaking"] == 2
    assert capsys.readouterr().out.startswith("BREAKING  2 changes")


def test_markdown_is_a_table(capsys):
    """For pull requests."""
    assert main(["diff", OLD, NEW, "--markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2:7] == [
        "0 breaking, 0 warning, 3 compatible",
        "",
        "### Compatible",
        "",
        "| where | rule | old | new | harm |",
    ]
    assert (
        "`request-member-added` |  | `structure` | An old client does not send it, and need not. |"
        in lines[8]
    )


def test_a_rule_explains_itself(capsys):
    """By its example, without anything to compare."""
    assert main(["diff", "--explain", "request-length-max-tightened"]) == 0
    assert capsys.readouterr().out == (
        "request-length-max-tightened\n\nseverity   breaking\ndirection  request: whoever sends requests\n"
        "aspect     constraints/length, tightened\n"
        "harm       Values that an old client sends are refused now.\n\n"
        "before\n  input: {Value: {type: string, length: {max: 64}}}\n"
        "after\n  input: {Value: {type: string, length: {max: 32}}}\n"
    )


@pytest.mark.parametrize(
    "side",
    [
        "botocore", str(ROOT / "contracts"), OLD, str(MODELS / "1.20.19"),
        str(ROOT / "tests" / "data" / "smithy-ast" / "awsJson1_0.json"),
    ],
    ids=["installed", "folder", "file", "models", "smithy"],
)  # fmt: skip
def test_nothing_differs_from_itself(capsys, side):
    """Every kind of side."""
    assert main(["diff", side, side]) == 0
    assert capsys.readouterr().out.startswith("SAME  0 breaking, 0 warning, 0 compatible; ")


def test_a_folder_is_held_against_a_release_as_far_as_it_goes(capsys):
    """Operations that nobody wrote a file of are not gone."""
    _, document = changes_of(capsys, str(ROOT / "contracts"), "botocore")
    assert document["summary"]["operations"] == 4
    assert {each["rule"] for each in document["changes"]} & {"operation-removed", "service-removed"} == set()


def test_services_go_only_between_sides_of_one_kind(capsys):
    """A Smithy file has its own service; that it lacks the others of a folder says nothing."""
    smithy = str(ROOT / "tests" / "data" / "smithy-ast" / "awsJson1_0.json")
    assert main(["diff", smithy, str(ROOT / "contracts")]) == 2
    assert "the two sides have no operation in common" in capsys.readouterr().err


def test_selectors_narrow(capsys):
    """To operations of either side."""
    sides = [str(MODELS / "1.20.18"), str(MODELS / "1.20.19")]
    _, everything = changes_of(capsys, *sides)
    _, narrowed = changes_of(capsys, *sides, "events:Put*s", "--fail-on", "breaking")
    _, single = changes_of(capsys, *sides, "events:PutRule")
    assert len(everything["changes"]) == len(narrowed["changes"]) == 3
    assert single["changes"] == []


def test_a_removed_operation_and_a_removed_service_break(tmp_path, capsys):
    """Between models absence is a fact."""
    sides = []
    for name, dropped in (("old", ()), ("new", ("PutRule",))):
        for service in ("events", "other") if name == "old" else ("events",):
            place = tmp_path / name / service / "2015-10-07"
            place.mkdir(parents=True)
            model = json.loads((MODELS / "1.20.19/events/2015-10-07/service-2.json").read_text())
            for operation in dropped:
                del model["operations"][operation]
            (place / "service-2.json").write_text(json.dumps(model))
        sides.append(str(tmp_path / name))
    code, document = changes_of(capsys, *sides)
    assert code == 1
    assert [(change["rule"], change["operation"]) for change in document["changes"]] == [
        ("operation-removed", "events:PutRule"),
        ("service-removed", "other"),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([OLD], "error: harness diff: two sides are needed\n  See 'harness diff --help'.\n"),
        (["nowhere", OLD], "error: nowhere: there is no such source of contracts\n"),
        ([OLD, NEW, "sqs"], "error: sqs: neither side has such a service\n  Choose from supplychain.\n"),
        (
            [OLD, NEW, "supplychain:Get*"],
            "error: supplychain:Get*: supplychain has no such operation on either side\n",
        ),
        (["--explain", "no-rule"], "error: no-rule: there is no such rule\n"),
        (
            [OLD, NEW, "--markdown", "--format", "api-changes"],
            "error: --markdown: stdout cannot also have --format api-changes\n  Give one of them.\n",
        ),
        (
            [OLD, ELSE],
            f"error: {OLD} {ELSE}: the two sides have no operation in common\n",
        ),
    ],
    ids=["one-side", "no-source", "no-service", "no-operation", "no-rule", "two-forms", "nothing-in-common"],
)
def test_what_makes_no_sense_is_refused(capsys, words, said):
    """Exit code 2, with a way out."""
    assert main(["diff", *words]) == 2
    assert capsys.readouterr().err.startswith(said)


def test_the_severity_that_fails_a_run_is_not_that_of_a_comparison(tmp_path, monkeypatch, capsys):
    """A file or variable that says how bad findings may be leaves comparing alone."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "harness.toml").write_text('fail-on = "medium"\n')
    monkeypatch.setenv("HARNESS_FAIL_ON", "high")
    assert main(["diff", OLD, NEW]) == 0
    assert main(["diff", NEW, OLD]) == 1


@pytest.mark.parametrize(
    ("taken_away", "told"),
    [
        (r"^  protocols?: .*\n", [("breaking", "protocol-changed")]),
        (r"^$", [("warning", "protocol-preference-changed")]),
    ],
    ids=["alone", "beside-the-metadata"],
)
def test_another_protocol_of_a_contract_file_is_told(tmp_path, capsys, taken_away, told):
    """The file's own word counts, whether its metadata repeats it or not."""
    text = re.sub(taken_away, "", Path(NEW).read_text(encoding="utf-8"), flags=re.MULTILINE)
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(text, encoding="utf-8")
    new.write_text(re.sub(r"^protocol: .*$", "protocol: query", text, flags=re.MULTILINE), encoding="utf-8")
    main(["diff", str(old), str(new), "--json", "-"])
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert [(each["severity"], each["rule"]) for each in changes] == told
    assert main(["diff", str(old), NEW, "--fail-on", "compatible"]) == 0
