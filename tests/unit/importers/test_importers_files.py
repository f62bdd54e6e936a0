"""Contract files: read strictly, written stably, kept whole."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.contract import Answer, Auth, Contract, Example, Http, Member, Shape, Source
from harness.errors import ContractError, SelectorError, UsageError
from harness.importers.decoding import decode_contract
from harness.importers.files import (
    ContractFiles,
    SingleContract,
    contract_path,
    dump_contract,
    load_contract,
    write_contract,
)
from harness.importers.sources import default_contract_root, open_source
from harness.importers.yaml_reading import read_yaml

ROOT = Path(__file__).parents[3] / "contracts"
SHIPPED = sorted(ROOT.glob("*/*/*.yaml"))

SMALL = """\
format: 1
service: events
operation: PutEvents
version: 2021-03-02
sources: [{title: a document}]
protocol: json
metadata: {apiVersion: '2015-10-07'}
http: {}
input: In
shapes:
  In:
    members:
      A: {target: S, required: true}
  S: {type: string, length: {min: 1, max: 9}}
"""


def make_contract(**fields):
    made = {
        "format": 1, "service": "events", "operation": "PutEvents", "version": "2021-03-02",
        "sources": (Source("a document"),), "protocol": "json", "metadata": {}, "http": Http(), "input": "In",
        "shapes": {"In": Shape(members={"A": Member(target="S", required=True)}), "S": Shape(type="string")},
    }  # fmt: skip
    return Contract(**{**made, **fields})


def write_file(folder, text, version="2021-03-02"):
    path = folder / "events" / "PutEvents" / f"{version}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("version", ["2021-03-02", "'2021-03-02'", '"2021-03-02"'])
def test_a_version_may_be_a_date_with_or_without_quotes(tmp_path, version):
    path = write_file(tmp_path, SMALL.replace("2021-03-02", version, 1))
    assert load_contract(path).version == "2021-03-02"


@pytest.mark.parametrize(
    ("old", "new", "problem", "remedy"),
    [
        (
            "min: 1",
            "min: one",
            "$.shapes.S.length.min: expected `int | float | null`, got `str`",
            "Correct it as",
        ),
        ("type: string", "type: text", "$.shapes.S.type: invalid enum value 'text'", "Correct it as"),
        ("required: t", "requird: t", "$.shapes.In.members.A: there is no key `requird`", "Correct it as"),
        ("service: events\n", "", "$: it lacks the key `service`", "Correct it as"),
        ("{title: a document}", "a document", "$.sources[0]: expected `object`, got `str`", "Correct it as"),
        ("format: 1", "format: 2", "$.format is 2, and this harness reads format 1", "Use the harness"),
        (
            "input: In",
            "input: In\ninput: S",
            "line 10, column 1: the key 'input' stands twice in one mapping",
            "Correct the YAML",
        ),
        (
            "A: {",
            "404: {",
            "line 13, column 7: the key '404' is not text; put it in quotes",
            "Correct the YAML",
        ),
        ("http: {}", "http: {", "line 10, column 7: ", "Correct the YAML"),
        (
            "http: {}",
            "http: !!python/object:os.system {}",
            "line 8, column 7: could not determine a constructor",
            "Correct the YAML",
        ),
    ],
    ids=[
        "kind", "enum", "unknown-key", "missing-key", "list-item", "format", "twice", "key-kind", "syntax",
        "tag",
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_the_place_and_a_remedy(tmp_path, old, new, problem, remedy):
    assert old in SMALL
    path = write_file(tmp_path, SMALL.replace(old, new, 1))
    with pytest.raises(ContractError) as caught:
        load_contract(path)
    assert caught.value.where == str(path)
    assert caught.value.problem.startswith(problem)
    assert caught.value.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "$: expected `object`, got `null`"),
        (b"\xff\xfe\xff", "the file is not UTF-8"),
        (b"- a\n", "$: expected `object`, got `array`"),
        (b"a: &x [*x]\n", "line 1, column 8: the alias *x is not allowed; write the value out"),
        (b"<<: {a: 1}\n", "line 1, column 1: the key '<<' is not text; put it in quotes"),
    ],
    ids=["empty", "binary", "list", "alias", "merge"],
)
def test_what_is_no_contract_at_all_is_refused(tmp_path, raw, problem):
    path = tmp_path / "x.yaml"
    path.write_bytes(raw)
    with pytest.raises(ContractError) as caught:
        load_contract(path)
    assert caught.value.problem.startswith(problem)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ContractError) as caught:
        load_contract(tmp_path / "none.yaml")
    assert str(caught.value) == (
        f"{tmp_path / 'none.yaml'}: the file cannot be read (No such file or directory)\n"
        "  Check the path and its permissions."
    )


def test_the_whole_message_reads_as_one():
    """The place is the key itself, however deep, although the decoder only says that it is some key."""
    document = read_yaml(SMALL.replace("target: S", "target: 7"), "x.yaml")
    with pytest.raises(ContractError) as caught:
        decode_contract(document, "x.yaml")
    assert str(caught.value) == (
        "x.yaml: $.shapes.In.members.A.target: expected `str`, got `int`\n"
        "  Correct it as docs/contracts.md says; docs/contract.schema.json checks it in an editor."
    )


# ---------------------------------------------------------------------------------------------------
# Writing
# ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: "/".join(path.parts[-3:]))
def test_every_shipped_file_is_as_it_would_be_written(path):
    """Reading and writing changes nothing, so an import makes no noise."""
    contract = load_contract(path)
    text = path.read_text(encoding="utf-8")
    assert dump_contract(contract) == text
    assert decode_contract(read_yaml(text, "x"), "x") == contract


def test_equal_contracts_are_written_alike():
    """What equals a default is a default, wherever the value came from."""
    one = make_contract()
    status = int("403")
    missing = Answer(code="".join(["MissingAuthentication", "TokenException"]), status=status)
    other = make_contract(
        http=Http(method="".join(["PO", "ST"]), code=int("200")), auth=Auth(missing=missing)
    )
    assert one == other
    assert dump_contract(one) == dump_contract(other)


def test_a_written_file_is_read_at_a_glance():
    text = dump_contract(make_contract(notes=("yes", "1.0", "a: b")))
    assert text == (
        "# yaml-language-server: $schema=../../../docs/contract.schema.json\n"
        "# events:PutEvents as of 2021-03-02; docs/contracts.md explains the format.\n"
        "format: 1\n"
        "service: events\n"
        "operation: PutEvents\n"
        "version: '2021-03-02'\n"
        "\n"
        "sources:\n"
        "- {title: a document}\n"
        "notes: ['yes', '1.0', 'a: b']\n"
        "protocol: json\n"
        "metadata: {}\n"
        "http: {method: POST, uri: /, code: 200}\n"
        "validation: {code: ValidationException, status: 400, source: assumed}\n"
        "input: In\n"
        "\n"
        "shapes:\n"
        "  In:\n"
        "    type: structure\n"
        "    members:\n"
        "      A: {target: S, required: true}\n"
        "  S: {type: string}\n"
    )


TEXT = st.text(st.characters(exclude_categories=("Cs",)))
DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(TEXT, DOCUMENTS, max_size=4), TEXT, st.dictionaries(TEXT, st.lists(DOCUMENTS).map(tuple))
)
@settings(derandomize=True, deadline=None, max_examples=150)
def test_whatever_is_written_is_read_again(document, title, values):
    """Any document value survives: odd texts, keys that look like numbers, dates, nulls."""
    contract = make_contract(examples=(Example(title, document),), values=values, notes=(title,))
    assert decode_contract(read_yaml(dump_contract(contract), "x"), "x") == contract


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = contract_path(tmp_path, make_contract())
    write_contract(path, make_contract())
    before = path.read_text()
    with pytest.raises(TypeError):
        write_contract(path, make_contract(metadata={"bad": object()}))
    assert path.read_text() == before
    assert [item.name for item in path.parent.iterdir()] == ["2021-03-02.yaml"]


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "events").write_text("a file")
    with pytest.raises(ContractError) as caught:
        write_contract(contract_path(tmp_path, make_contract()), make_contract())
    assert caught.value.problem in (
        "the file cannot be written (Not a directory)",
        "the file cannot be written (File exists)",
    )


# ---------------------------------------------------------------------------------------------------
# Folders of files
# ---------------------------------------------------------------------------------------------------


def make_folder(tmp_path):
    for version in ("2019-07-11", "2021-03-02"):
        contract = make_contract(version=version)
        write_contract(contract_path(tmp_path, contract), contract)
    return ContractFiles(tmp_path)


def test_a_folder_knows_services_operations_and_versions(tmp_path):
    files = make_folder(tmp_path)
    assert files.services() == ("events",)
    assert files.operations("events") == ("PutEvents",)
    assert files.versions("events", "PutEvents") == ("2019-07-11", "2021-03-02")
    assert files.load("events", "PutEvents").version == "2021-03-02"
    assert files.load("events", "PutEvents", "2019-07-11").version == "2019-07-11"


@pytest.mark.parametrize(
    ("service", "operation", "version", "message"),
    [
        (
            "event",
            "PutEvents",
            None,
            "event: there are no contracts of this service in {root}\n  Did you mean events?",
        ),
        (
            "events",
            "PutEvent",
            None,
            "events:PutEvent: there is no contract of this operation in {root}\n  Did you mean PutEvents?",
        ),
        (
            "events",
            "PutEvents",
            "2020-01-01",
            "events:PutEvents: there is no version 2020-01-01 in {root}\n"
            "  There are: 2019-07-11, 2021-03-02.",
        ),
    ],
    ids=["service", "operation", "version"],
)
def test_what_a_folder_does_not_have_is_said_with_what_it_has(tmp_path, service, operation, version, message):
    files = make_folder(tmp_path)
    with pytest.raises(SelectorError) as caught:
        files.load(service, operation, version)
    assert str(caught.value) == message.format(root=tmp_path)


def test_a_file_in_the_wrong_place_is_refused(tmp_path):
    path = write_file(tmp_path, SMALL, version="2022-04-07")
    with pytest.raises(ContractError) as caught:
        ContractFiles(tmp_path).load("events", "PutEvents")
    assert str(caught.value) == (
        f"{path}: the file says it is events:PutEvents at 2021-03-02\n"
        "  Move it to events/PutEvents/2021-03-02.yaml or correct its contents."
    )


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(ContractError) as caught:
        ContractFiles(tmp_path / "none")
    assert str(caught.value) == (
        f"{tmp_path / 'none'}: there is no such folder of contracts\n"
        "  Name one that holds <service>/<Operation>/<version>.yaml."
    )


# ---------------------------------------------------------------------------------------------------
# Sources by name
# ---------------------------------------------------------------------------------------------------


def test_a_source_is_opened_by_its_name(tmp_path, monkeypatch):
    folder = make_folder(tmp_path).root
    assert open_source(str(folder)).services() == ("events",)
    one = open_source(str(folder / "events" / "PutEvents" / "2019-07-11.yaml"))
    assert (one.services(), one.operations("events")) == (("events",), ("PutEvents",))
    assert one.load("events", "PutEvents").version == "2019-07-11"
    assert "events" in open_source("botocore").services()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere", "nowhere: there is no such source of contracts\n"),
        ("", "source: there is no such source of contracts\n"),
        ("boto3", "boto3: there is no such source of contracts\n"),
    ],
)
def test_an_unknown_source_is_refused(name, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        open_source(name)
    assert str(caught.value) == message + (
        "  Name botocore, botocore==X.Y.Z, a folder of contracts, a contract file or a Smithy JSON AST."
    )


def test_json_that_is_no_smithy_model_is_not_taken_for_a_contract(tmp_path):
    path = tmp_path / "model.json"
    path.write_text('{"version": "2.0"}')
    with pytest.raises(UsageError, match="the JSON in it is not a Smithy model"):
        open_source(str(path))


@pytest.mark.parametrize(
    ("service", "operation", "version"),
    [("sqs", "PutEvents", None), ("events", "PutRule", None), ("events", "PutEvents", "2000-01-01")],
)
def test_a_single_file_is_only_itself(tmp_path, service, operation, version):
    path = write_file(tmp_path, SMALL)
    with pytest.raises(SelectorError) as caught:
        SingleContract(path).load(service, operation, version)
    assert caught.value.remedy == "It is events:PutEvents at 2021-03-02."


def test_the_contracts_meant_are_those_here_else_those_of_the_package(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert ContractFiles(default_contract_root()).services() == (
        "connectparticipant", "events", "iot-managed-integrations", "supplychain",
    )  # fmt: skip
    (tmp_path / "contracts").mkdir()
    assert default_contract_root() == Path("contracts")


def test_contracts_are_plain_enough_to_cross_processes():
    contract = load_contract(SHIPPED[0])
    assert msgspec.json.decode(msgspec.json.encode(contract), type=Contract) == contract


@pytest.mark.parametrize(
    ("old", "new", "problem", "remedy"),
    [
        ("target: S", "target: Sun", "$.shapes.In.members.A.target: there is no shape 'Sun'",
         "Add the shape"),
        ("input: In", "input: Inn", "$.input: there is no shape 'Inn'", "Did you mean In?"),
        ("input: In", "input: In\nerrors: [Gone]", "$.errors[0]: there is no shape 'Gone'",
         "Add the shape"),
        ("S: {type: string, length: {min: 1, max: 9}}", "S: {type: list}",
         "$.shapes.S: a list needs a member", "Add it"),
    ],
    ids=["target", "input", "error", "element"],
)  # fmt: skip
def test_a_contract_whose_shapes_lead_nowhere_is_not_given_to_anybody(tmp_path, old, new, problem, remedy):
    """A slip of the pen is told with its place, whatever command reads the file."""
    path = write_file(tmp_path, SMALL.replace(old, new, 1))
    for read in (lambda: ContractFiles(tmp_path).load("events", "PutEvents"), lambda: SingleContract(path)):
        with pytest.raises(ContractError) as caught:
            read()
        assert (caught.value.where, caught.value.problem) == (str(path), problem)
        assert caught.value.remedy.startswith(remedy)
