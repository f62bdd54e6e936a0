"""The files of a run: its document, its baseline, its frozen cases."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import jsonschema_rs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.cases.model import Aim, make_case
from harness.cases.verdict import CaseResult, Finding, Verdict
from harness.contract import Contract, Http
from harness.errors import ResultsCorrupt, UsageError
from harness.exchange import Headers, Outcome, Request
from harness.results.baseline import Accepted, Baseline, accept, new_findings, read_baseline, update_baseline
from harness.results.document import document, observed, read_document, run_schema, write_document
from harness.results.frozen import identity, read_cases, read_frozen, write_cases
from harness.results.model import Missed, OperationCount, OperationCoverage, RunResult, counted

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "docs" / "run.schema.json"
CONTRACT = Contract(
    format=1, service="events", operation="PutEvents", version="2021-03-02", sources=(), protocol="json",
    metadata={}, http=Http(), shapes={},
)  # fmt: skip
POINTER = "events:PutEvents#/input/Entries/length/max"


def case(**fields):
    return make_case(CONTRACT, "boundary", "eleven entries", input={"Entries": [1] * 11}, **fields)


def finding(
    kind="accepted-invalid", constraint=POINTER, severity="medium", operation="events:PutEvents"
) -> Finding:
    return Finding(
        id=f"{kind}@{constraint}", operation=operation, versions=("2021-03-02",), kind=kind,
        severity=severity,
        constraint=constraint, case=case().id, sent="eleven entries", expected="400", got="200",
        reproduce="curl ...", seen=2,
    )  # fmt: skip


def judged(outcome: Outcome, verdict="as-contracted", **fields) -> CaseResult:
    return CaseResult(case(**fields), outcome, Verdict(verdict, (), ("status", "body")), "sent", "curl")


CONFLICT = Outcome("error", 400, code="ConflictException", message="m", fault="client")


def counts_of(results, *others):
    """Count results as a run does; operations in `others` had no case."""
    counts = {key: OperationCount(*key) for key in others}
    for item in results:
        key = (item.case.operation, item.case.version)
        counts[key] = counted(counts.get(key, OperationCount(*key)), item)
    return tuple(counts[key] for key in sorted(counts))


def result(*findings: Finding, **fields) -> RunResult:
    missed = Missed(POINTER, "outside", "no case was made for it", "2021-03-02")
    given = {
        "command": "run", "target": "emulator", "seed": 7, "depth": "coverage",
        "results": (
            judged(Outcome("output", 200, {"FailedEntryCount": 0, "Text": "\ud800 é", "Big": 2**70})),
            judged(CONFLICT, "refused-by-state", error="ConflictException"),
        ),
        "coverage": (
            OperationCoverage("events:PutEvents", "2019-07-11", 10, 9, 8),
            OperationCoverage("events:PutEvents", "2021-03-02", 11, 11, 10, (missed,)),
        ),
        "findings": findings, "seconds": 1.23456,
    }  # fmt: skip
    whole = {**given, **fields}
    keys = [(item.operation, item.version) for item in whole["coverage"]]
    return RunResult(**whole, counts=counts_of(whole["results"], *keys))


def test_says_what_the_interface_promises():
    """Counts, coverage and every case are there under their pinned names."""
    said = document(accept(result(finding(), finding("crash")), Baseline(1, (Accepted(finding().id),))))
    assert said["format"] == 1
    assert said["summary"] == {
        "operations": 1, "cases": 2, "findings": 2, "validators_run": 4, "refused_by_state": 1, "seed": 7,
        "accepted": 1,
    }  # fmt: skip
    assert {key: said["coverage"][key] for key in ("constraints", "inside", "outside")} == {
        "constraints": 21, "inside": 20, "outside": 18,
    }  # fmt: skip
    assert said["coverage"]["missed"] == [
        {
            "constraint": POINTER,
            "side": "outside",
            "reason": "no case was made for it",
            "version": "2021-03-02",
        }
    ]
    assert [item["version"] for item in said["coverage"]["operations"]] == ["2019-07-11", "2021-03-02"]
    assert [(item["id"], item["accepted"]) for item in said["findings"]] == [
        (f"accepted-invalid@{POINTER}", True), (f"crash@{POINTER}", False),
    ]  # fmt: skip
    assert said["findings"][0].keys() >= {
        "id", "operation", "versions", "kind", "severity", "constraint", "case", "sent", "expected", "got",
        "reproduce", "seen",
    }  # fmt: skip
    assert said["accepted"] == [f"accepted-invalid@{POINTER}"]
    assert {key: said[key] for key in ("command", "target", "depth", "seconds", "interrupted")} == {
        "command": "run", "target": "emulator", "depth": "coverage", "seconds": 1.235, "interrupted": False,
    }  # fmt: skip
    assert said["results"][1] == {
        "case": case(error="ConflictException").id, "operation": "events:PutEvents", "version": "2021-03-02",
        "origin": "boundary", "verdict": "refused-by-state",
        "outcome": {
            "kind": "error", "status": 400, "code": "ConflictException", "message": "m", "fault": "client",
            "retryable": False, "output": None,
        },
    }  # fmt: skip


def test_the_published_schema_is_the_format():
    """docs/run.schema.json is what the classes say; write it anew when this fails."""
    assert json.loads(SCHEMA.read_text("utf-8")) == json.loads(json.dumps(run_schema()))


@pytest.mark.parametrize(
    ("run", "valid"),
    [(result(finding()), True), (result(), True), (result(results=(), coverage=()), True)],
    ids=["with-a-finding", "without", "empty"],
)
def test_documents_keep_the_published_schema(run, valid, tmp_path):
    """An independent validator accepts what is written."""
    write_document(tmp_path / "run.json", run)
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text("utf-8")))
    text = (tmp_path / "run.json").read_text("utf-8").replace("\\ud800", "")  # lone surrogates are beyond it
    assert validator.is_valid(json.loads(text)) is valid


@pytest.mark.parametrize(
    ("key", "value"), [("format", 2), ("findings", {}), ("summary", {}), ("results", [{}])]
)
def test_the_published_schema_refuses_other_documents(key, value):
    """The schema is not one that everything keeps."""
    said = {**document(result(results=())), key: value}
    assert not jsonschema_rs.validator_for(run_schema()).is_valid(said)


def test_a_document_comes_back_as_it_was(tmp_path):
    """Reading gives what was written, lone surrogates and great numbers included."""
    write_document(tmp_path / "deep" / "run.json", result(finding()))
    said = read_document(tmp_path / "deep" / "run.json")
    assert said == document(result(finding()))
    assert list(observed(said)) == [
        (each.case.id, "events:PutEvents", "2021-03-02", each.outcome) for each in result().results
    ]


def test_numbers_that_json_lacks_become_their_names(tmp_path):
    """Not a number is written as Smithy writes it, so that the file stays JSON."""
    output = {"a": float("nan"), "b": [float("inf"), float("-inf")]}
    write_document(tmp_path / "run.json", result(results=(judged(Outcome("output", 200, output)),)))
    found = read_document(tmp_path / "run.json")["results"][0]["outcome"]["output"]
    assert found == {"a": "NaN", "b": ["Infinity", "-Infinity"]}


def whole(path: Path) -> str:
    write_document(path, result(finding()))
    return path.read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text[:200], "it is no JSON: "),
        (lambda text: "", "it is no JSON: Expecting value (line 1)"),
        (lambda text: "[]", "it is no result of a run: Expected `object`, got `array`"),
        (
            lambda text: text.replace('"format": 1', '"format": 9'),
            "its format is 9, and this version reads 1",
        ),
        (
            lambda text: text.replace('"seed": 7', '"seed": "7"'),
            "it is no result of a run: Expected `int`, got `str` - at `$.summary.seed`",
        ),
        (
            lambda text: text.replace('"summary"', '"sum"'),
            "it is no result of a run: Object missing required field `summary`",
        ),
        (lambda text: "[" * 100_000, "it is no JSON: "),
    ],
    ids=[
        "truncated",
        "empty",
        "another-document",
        "another-format",
        "wrong-type",
        "missing-part",
        "too-deep",
    ],
)
def test_refuses_what_is_no_document(change, problem, tmp_path):
    """The message names the file and the fault; the file is left as it is."""
    path = tmp_path / "run.json"
    broken = change(whole(path))
    path.write_text(broken, "utf-8")
    with pytest.raises(ResultsCorrupt) as caught:
        read_document(path)
    assert caught.value.where == str(path)
    assert caught.value.problem.startswith(problem)
    assert caught.value.exit_code == 3
    assert path.read_text("utf-8") == broken


def test_refuses_bytes_that_are_no_text(tmp_path):
    """A binary file is named as such."""
    (tmp_path / "run.json").write_bytes(b"{\xff}")
    with pytest.raises(ResultsCorrupt, match="it is no UTF-8 text"):
        read_document(tmp_path / "run.json")


@pytest.mark.parametrize(
    ("read", "remedy"),
    [
        (read_document, "Name the file that 'harness run --json FILE' wrote."),
        (read_baseline, "Correct --baseline, or make the file with --update-baseline."),
        (read_cases, "Name the file that 'harness run --freeze FILE' wrote."),
    ],
    ids=["document", "baseline", "cases"],
)
def test_a_missing_file_is_the_callers_mistake(read, remedy, tmp_path):
    """Exit code 2, with the way out."""
    with pytest.raises(UsageError) as caught:
        read(tmp_path / "none")
    assert str(caught.value) == f"{tmp_path / 'none'}: there is no such file\n  {remedy}"
    assert caught.value.exit_code == 2


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path):
    """What cannot be replaced stays, and nothing half-written lies beside it."""
    taken = tmp_path / "run.json"
    taken.mkdir()
    with pytest.raises(UsageError, match="it cannot be written: Is a directory"):
        write_document(taken, result())
    assert os.listdir(tmp_path) == ["run.json"]
    with pytest.raises(UsageError, match="it cannot be written: "):
        write_document(tmp_path / "run.json" / "a" / ".." / ".." / "run.json", result())


def test_a_written_file_can_be_read_by_others_as_the_mask_allows(tmp_path):
    """A new file gets the mode that any program would give it; a replaced file keeps its own."""
    plain, written = tmp_path / "plain", tmp_path / "run.json"
    plain.write_text("")
    write_document(written, result())
    assert stat.S_IMODE(written.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)
    written.chmod(0o640)
    write_document(written, result())
    assert stat.S_IMODE(written.stat().st_mode) == 0o640


def test_only_findings_that_no_baseline_accepts_are_new():
    """Accepted findings are listed and stay among the findings."""
    known, new = finding(), finding("crash", severity="high")
    accepted = accept(result(known, new), Baseline(1, (Accepted(known.id), Accepted("drift@gone"))))
    assert accepted.accepted == (known.id,)
    assert accepted.findings == (known, new)
    assert new_findings(accepted) == (new,)


def test_a_baseline_is_made_read_and_updated(tmp_path):
    """Reasons that people wrote stay; findings that are gone go; other operations are not touched."""
    path = tmp_path / "baseline.yaml"
    elsewhere = "crash@supplychain:SendDataIntegrationEvent#"
    assert update_baseline(path, result(finding(), finding("crash", severity="high"))).ids == {
        f"accepted-invalid@{POINTER}", f"crash@{POINTER}",
    }  # fmt: skip
    text = path.read_text("utf-8").replace(
        "severity: medium", "severity: medium\n  reason: 'Known since März: see the notes.'"
    )
    path.write_text(f"{text}- id: {elsewhere}\n", "utf-8")
    update_baseline(path, result(finding()))
    assert read_baseline(path).accepted == (
        Accepted(f"accepted-invalid@{POINTER}", "medium", "Known since März: see the notes."),
        Accepted(elsewhere),
    )
    assert "Known since März: see the notes." in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("fields", "kept"),
    [({}, False), ({"depth": "smoke"}, True), ({"interrupted": True}, True), ({"results": ()}, True)],
    ids=["whole-run", "smoke", "interrupted", "nothing-run"],
)
def test_an_entry_goes_only_when_its_operation_was_really_run(fields, kept, tmp_path):
    """A run that did not look everywhere takes nothing away."""
    path = tmp_path / "baseline.yaml"
    update_baseline(path, result(finding()))
    after = update_baseline(path, result(**fields))
    assert (finding().id in after.ids) is kept


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is no baseline: Expected `object`, got `null`"),
        ("accepted: []", "it is no baseline: Object missing required field `format`"),
        ("format: 2", "it is no baseline: Invalid enum value 2 - at `$.format`"),
        (
            "format: 1\naccepted: [{id: a, reson: b}]",
            "it is no baseline: Object contains unknown field `reson` - at `$.accepted[0]`",
        ),
        ("format: 1\naccepted: [{id: a}, {id: a}]", "it accepts a more than once"),
        (
            "format: 1\naccepted: [",
            "it is no YAML: expected the node content, but found '<stream end>' (line 2)",
        ),
    ],
    ids=["empty", "no-format", "another-format", "misspelt", "twice", "truncated"],
)
def test_refuses_what_is_no_baseline(text, problem, tmp_path):
    """Neither reading nor updating takes a damaged baseline for an empty one."""
    path = tmp_path / "baseline.yaml"
    path.write_text(text, "utf-8")
    for attempt in (lambda: read_baseline(path), lambda: update_baseline(path, result())):
        with pytest.raises(ResultsCorrupt) as caught:
            attempt()
        assert str(caught.value) == f"{path}: {problem}\n  Correct the file by hand; it is left as it is."
    assert path.read_text("utf-8") == text


ALL_FIELDS = case(
    raw=True, aims=(Aim(POINTER, "outside"),), authentication="wrong-scope", repeats="0123", vouched=True
)
WIRE_FAULT = make_case(
    CONTRACT, "wire", "invalid UTF-8", fault="invalid-utf8",
    request=Request("POST", "/a%2Fb?x", Headers.of({"Content-Type": "x"}), b"\xff\x00", "data."),
)  # fmt: skip


def test_frozen_cases_come_back_as_they_were(tmp_path):
    """Every field of every case, in order, with the seed."""
    cases = (
        case(),
        ALL_FIELDS,
        WIRE_FAULT,
        make_case(CONTRACT, "error", "", input={"a": "\ud800"}, error="X"),
    )
    write_cases(tmp_path / "cases.json", cases, seed=42)
    frozen = read_frozen(tmp_path / "cases.json")
    assert (frozen.seed, frozen.cases) == (42, cases)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(derandomize=True, deadline=None)
@given(JSON, st.binary(), st.sampled_from(["contract", "none", "malformed", "wrong-scope"]))
def test_an_id_survives_freezing_whatever_is_sent(tmp_path_factory, value, body, authentication):
    """What is frozen can be run again, whatever the input or the bytes."""
    path = tmp_path_factory.getbasetemp() / "any.json"
    request = Request("PUT", "/", Headers.of({"a": "é"}), body)
    cases = (
        make_case(CONTRACT, "fuzz", "", input=value, authentication=authentication),
        make_case(CONTRACT, "wire", "", request=request),
    )
    write_cases(path, cases, seed=0)
    assert [item.id for item in read_cases(path)] == [item.id for item in cases]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda found: found["cases"][0]["input"].update(Entries=[]), "case 0 is called "),
        (lambda found: found["cases"][0].update(authentication="none"), "case 0 is called "),
        (lambda found: found["cases"][0].update(version="2022-04-07"), "case 0 is called "),
        (lambda found: found["cases"][0].update(id="0"), "case 0 is called '0', and what it sends is "),
        (lambda found: found.pop("seed"), "it is no file of cases: Object missing required field `seed`"),
        (lambda found: found.update(format=3), "its format is 3, and this version reads 1"),
        (
            lambda found: found["cases"][0].update(origin="guess"),
            "it is no file of cases: Invalid enum value 'guess' - at `$.cases[0].origin`",
        ),
    ],
    ids=["input", "authentication", "version", "id", "no-seed", "another-format", "unknown-origin"],
)  # fmt: skip
def test_refuses_cases_that_were_changed(change, problem, tmp_path):
    """An id never comes to mean another request."""
    path = tmp_path / "cases.json"
    write_cases(path, [case()], seed=1)
    found = json.loads(path.read_text("utf-8"))
    change(found)
    path.write_text(json.dumps(found), "utf-8")
    with pytest.raises(ResultsCorrupt) as caught:
        read_cases(path)
    assert caught.value.problem.startswith(problem)


def test_words_about_a_case_may_change():
    """The id digests what is sent, not what is said about it."""
    assert identity(msgspec.structs.replace(ALL_FIELDS, description="other", origin="rule")) == ALL_FIELDS.id
