"""Imports written as files: versions, and what people added."""

from __future__ import annotations

import msgspec
import pytest

from harness.contract import (
    Answer,
    Auth,
    Batch,
    Bounds,
    Contract,
    Example,
    Http,
    Idempotency,
    Member,
    Rule,
    Shape,
    Source,
    Then,
    Validation,
)
from harness.errors import ContractError, SelectorError, UsageError
from harness.importers.files import ContractFiles, contract_path, load_contract, merge, write_contract
from harness.importers.merging import model_digest, same_shape, with_secrets
from harness.importers.writing import import_operations


def make_model(most=9, **fields):
    """What an import gives: wire and shapes, nothing by hand."""
    made = {
        "format": 1, "service": "events", "operation": "PutEvents", "version": "botocore-1.2.3",
        "sources": (Source("botocore 1.2.3"),), "protocol": "json", "metadata": {"targetPrefix": "T"},
        "http": Http(), "input": "In", "output": "Out",
        "shapes": {
            "In": Shape(members={"A": Member(target="S", required=True), "Token": Member(target="S")}),
            "S": Shape(type="string", length=Bounds(1, most)),
            "Out": Shape(members={"A": Member(target="S")}),
        },
    }  # fmt: skip
    return Contract(**{**made, **fields})


BY_HAND = {
    "rules": (Rule("r", "A fact.", "observed", "A == 'x'", Then(refuse=Answer("E", 400))),),
    "examples": (Example("one", {"A": "a"}),),
    "values": {"A": ("a", "b")},
    "auth": Auth(scheme="bearer", header="X-Token", member="Token"),
    "validation": Validation(code="Bad", status=400, source="observed"),
    "idempotency": Idempotency(token="Token"),
    "batch": Batch(entries="A", results="A"),
    "volatile": ("A",),
    "echo": {"A": "A"},
    "notes": ("They differ.",),
}


class Models:
    """A source that holds one operation, and counts how often it is asked for its day."""

    def __init__(self, contract, day="2021-03-02"):
        self.contract, self.day, self.asked = contract, day, 0

    def services(self):
        return (self.contract.service,)

    def operations(self, service):
        return (self.contract.operation,)

    def load(self, service, operation, version=None):
        return msgspec.structs.replace(self.contract, version=version or self.contract.version)

    def release_date(self):
        self.asked += 1
        if self.day is None:
            raise ContractError("botocore 1.2.3", "the day is not known", "Say it with --version DATE.")
        return self.day


def put(root, contract):
    path = contract_path(root, contract)
    write_contract(path, contract)
    return path


def by_hand(contract):
    return {name: getattr(contract, name) for name in BY_HAND}


def test_a_new_operation_gets_the_day_of_its_release(tmp_path):
    (path,) = import_operations(Models(make_model()), ["events:PutEvents"], tmp_path)
    assert path == tmp_path / "events" / "PutEvents" / "2021-03-02.yaml"
    assert load_contract(path) == make_model(version="2021-03-02")


def test_a_shape_that_a_file_has_keeps_its_version_and_its_file(tmp_path):
    """Nothing is rewritten and nobody asks for a day: metadata off the wire makes no version."""
    path = put(tmp_path, with_secrets(make_model(version="2019-07-11", **BY_HAND)))
    put(tmp_path, make_model(version="2020-01-01", most=8))
    before = path.read_bytes() + b"# kept\n"
    path.write_bytes(before)
    later = make_model(metadata={"targetPrefix": "T", "protocols": ["json"], "auth": ["aws.auth#sigv4"]})
    source = Models(later, day=None)
    assert import_operations(source, ["events"], tmp_path) == (path,)
    assert (path.read_bytes(), source.asked) == (before, 0)


def test_another_shape_is_another_version_with_what_people_added(tmp_path):
    old = put(tmp_path, with_secrets(make_model(version="2019-07-11", most=5, **BY_HAND)))
    before = old.read_bytes()
    (path,) = import_operations(Models(make_model()), ["events"], tmp_path)
    contract = load_contract(path)
    assert (contract.version, contract.shapes["S"].length.max) == ("2021-03-02", 9)
    assert by_hand(contract) == BY_HAND
    assert old.read_bytes() == before


def test_the_same_version_is_written_again_over_the_models_part_only(tmp_path):
    wrong = make_model(version="2021-03-02", most=10, **BY_HAND, sources=(Source("a document"),))
    put(tmp_path, wrong)
    (path,) = import_operations(Models(make_model()), ["events"], tmp_path)
    contract = load_contract(path)
    assert contract.shapes["S"].length.max == 9
    assert by_hand(contract) == BY_HAND
    assert [source.title for source in contract.sources] == ["botocore 1.2.3", "a document"]


def test_an_older_release_inherits_from_the_oldest_file_there_is(tmp_path):
    put(tmp_path, make_model(version="2025-01-01", most=5, **{**BY_HAND, "notes": ("Newer.",)}))
    put(tmp_path, make_model(version="2022-01-01", most=6, **BY_HAND))
    (path,) = import_operations(Models(make_model(), "2019-01-01"), ["events"], tmp_path)
    assert load_contract(path).notes == ("They differ.",)


def test_a_version_that_was_asked_for_is_used_and_no_day_is_needed(tmp_path):
    source = Models(make_model(), day=None)
    (path,) = import_operations(source, ["events"], tmp_path, "2021-01-02")
    assert (path.name, source.asked) == ("2021-01-02.yaml", 0)


def test_offline_and_without_a_day_nothing_is_written(tmp_path):
    with pytest.raises(ContractError) as caught:
        import_operations(Models(make_model(), day=None), ["events"], tmp_path / "out")
    assert (caught.value.exit_code, caught.value.remedy) == (2, "Say it with --version DATE.")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("version", ["yesterday", "2021-3-2", "2021-02-30", "all", "../2021-03-02"])
def test_a_version_that_is_no_day_is_refused(tmp_path, version):
    with pytest.raises(UsageError) as caught:
        import_operations(Models(make_model()), ["events"], tmp_path, version)
    assert str(caught.value) == f"--version: {version!r} is not a date\n  Write it like 2021-03-02."


def test_an_unknown_operation_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(SelectorError, match="Did you mean PutEvents"):
        import_operations(Models(make_model()), ["events", "events:PutEvent"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_that_cannot_be_read_is_never_overwritten(tmp_path):
    path = put(tmp_path, make_model(version="2021-03-02"))
    path.write_text("format: 1\n")
    with pytest.raises(ContractError):
        import_operations(Models(make_model()), ["events"], tmp_path)
    assert path.read_text() == "format: 1\n"


def test_contract_files_are_a_source_too(tmp_path):
    put(tmp_path / "a", make_model(version="2021-03-02"))
    (path,) = import_operations(ContractFiles(tmp_path / "a"), ["events"], tmp_path / "b")
    assert path == tmp_path / "b" / "events" / "PutEvents" / "2021-03-02.yaml"


# ---------------------------------------------------------------------------------------------------
# Merging
# ---------------------------------------------------------------------------------------------------


def test_a_person_keeps_every_word_and_the_model_every_shape():
    merged = merge(make_model(version="2021-03-02"), make_model(version="2019-07-11", most=5, **BY_HAND))
    assert by_hand(merged) == BY_HAND
    assert merged.shapes["S"].length.max == 9


def test_what_nobody_said_by_hand_comes_from_the_model():
    imported = make_model(auth=Auth(scheme="none"), validation=Validation(code="ValidationError"))
    merged = merge(imported, make_model())
    assert (merged.auth.scheme, merged.validation.code) == ("none", "ValidationError")


def test_a_bearer_token_is_a_secret_whatever_the_model_says():
    """Imports mark it again each time, so the mark survives."""
    merged = merge(make_model(), make_model(auth=BY_HAND["auth"]))
    assert merged.shapes["In"].members["Token"].sensitive is True
    assert merged.shapes["In"].members["A"].sensitive is False
    assert with_secrets(make_model()) == make_model()


def test_importing_a_file_from_its_own_release_changes_nothing():
    existing = with_secrets(
        make_model(version="2021-03-02", **BY_HAND, sources=(Source("a document"), Source("botocore 1.2.3")))
    )
    assert merge(make_model(version="2021-03-02"), existing) == existing


def test_a_release_is_a_source_of_its_own_version_only():
    old = (Source("a document"), Source("botocore 1.0.0", published="2019-07-11"))
    newer = merge(make_model(version="2021-03-02"), make_model(version="2019-07-11", sources=old))
    again = merge(make_model(version="2019-07-11"), make_model(version="2019-07-11", sources=old))
    assert [source.title for source in newer.sources] == ["botocore 1.2.3", "a document"]
    assert [source.title for source in again.sources] == ["botocore 1.2.3", "a document", "botocore 1.0.0"]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"version": "2000-01-01"}, True),
        ({"sources": (Source("other"),)}, True),
        (BY_HAND, True),
        ({"metadata": {"targetPrefix": "T", "uid": "x", "protocols": ["json"]}}, True),
        ({"metadata": {"targetPrefix": "Other"}}, False),
        ({"most": 10}, False),
        ({"http": Http(code=202)}, False),
        ({"protocol": "rest-json"}, False),
        ({"idempotent": True}, False),
        ({"errors": ("Out",)}, False),
        ({"traits": {"readonly": True}}, False),
    ],
    ids=lambda item: str(item)[:40],
)
def test_what_makes_another_shape(change, same):
    assert same_shape(make_model(), make_model(**change)) is same


def test_the_digest_of_a_model_does_not_hang_on_who_made_its_values():
    other = make_model(http=Http("".join(["PO", "ST"]), "/", int("200")))
    assert model_digest(other) == model_digest(make_model())
