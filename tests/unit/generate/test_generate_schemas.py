"""The schema of an input, as an independent oracle and as what schemathesis generates from."""

import json

import jsonschema_rs
import pytest
from generate_contracts import EVERYTHING, NEWEST, SWEEP, made, named, planned

from harness.contract import check, normalise
from harness.generate.carriage import obstacle
from harness.generate.openapi import formats, json_schema, openapi, portable_pattern
from harness.generate.schemathesis_adapter import LARGEST_BODY, MOST_COVERAGE, Coverage, Fuzz

PUT, CONNECTOR = NEWEST[1], NEWEST[2]


def null_is_a_document(contract, document):
    """JSON Schema lets null be any document; a list or map that is not sparse has no null entries."""
    return any(each.expected == "document" and each.value is None for each in check(contract, document))


def bytes_are_counted(contract, document):
    """JSON Schema cannot count the bytes that base64 text stands for."""
    return any(
        each.path == ("data",) and each.trait.startswith("length") for each in check(contract, document)
    )


# Where the two may differ on what arrives, and the AWS semantics that explain it.
EXCEPTIONS = (null_is_a_document, bytes_are_counted)


@pytest.mark.parametrize("contract", [*SWEEP, pytest.param(EVERYTHING, id="Do")])
def test_jsonschema_agrees_on_every_document(contract):
    """An oracle that shares no code says the same of each generated input, the exceptions apart."""
    validator = jsonschema_rs.Draft202012Validator(json_schema(contract))
    valid = invalid = 0
    for case in planned(contract):
        if case.input is None:
            continue
        document = normalise(contract, case.input)
        accepted = check(contract, document) == ()
        if accepted != validator.is_valid(document):
            assert any(explains(contract, document) for explains in EXCEPTIONS), case.description
        valid, invalid = valid + accepted, invalid + (not accepted)
    assert valid > 20
    assert invalid > 20


@pytest.mark.parametrize("contract", NEWEST, ids=named)
def test_before_normalising_only_null_and_text_differ(contract):
    """A null is absence, and members outside the body are text; JSON Schema knows neither."""
    validator = jsonschema_rs.Draft202012Validator(json_schema(contract))
    for case in planned(contract):
        if case.input is None or validator.is_valid(case.input) == (check(contract, case.input) == ()):
            continue
        absent = normalise(contract, case.input) != case.input
        assert absent or null_is_a_document(contract, case.input), case.description


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[a-z]+", "^(?:[a-z]+)$"),
        ("a|b", "^(?:a|b)$"),
        (r"\d+\.\w[\w-]", r"^(?:[0-9]+\.[A-Za-z0-9_][A-Za-z0-9_-])$"),
        (r"[\s]\S", r"^(?:[ \t\n\x0b\f\r][^ \t\n\x0b\f\r])$"),
        (r"\@\/", r"^(?:@\/)$"),
        (r"[^\D]", None),
        (r"\p{L}+", None),
        (r"a\z", None),
        ("[a-z&&[^b]]", None),
        ("(?i)a", None),
        ("a++", None),
        ("[", None),
    ],
)
def test_patterns_are_translated_or_left_out(pattern, expected):
    """Java's classes are ASCII and mean the whole string; what only Java has is left out."""
    assert portable_pattern(pattern) == expected


def test_general_categories_stay_for_readers_that_know_them():
    """ECMA-262 has them, Python has not."""
    assert portable_pattern(r"[\p{L} ]+", properties=True) == r"^(?:[\p{L} ]+)$"


def test_the_schema_says_what_the_shapes_say():
    """One of each trait, written out."""
    schema = json_schema(EVERYTHING)
    found = schema["properties"]
    assert schema["required"] == ["label"]
    assert found["text"] == {"type": "string", "minLength": 1, "maxLength": 20}
    assert found["label"]["pattern"] == "^(?:[a-z][a-z0-9-]*)$"
    assert found["limit"] == {"type": "integer", "minimum": 1, "maximum": 100}
    assert found["big"] == {"type": "integer", "minimum": -5, "maximum": 2**63 - 1}
    assert found["color"] == {"type": "string", "enum": ["RED", "GREEN"]}
    assert found["anything"] == {}
    assert found["at"] == {"type": "number"}
    assert found["unique"] == {"$ref": "#/$defs/UniqueNames"}
    assert schema["$defs"]["UniqueNames"]["uniqueItems"] is True
    assert schema["$defs"]["SparseTexts"]["items"]["anyOf"][1] == {"type": "null"}
    assert schema["$defs"]["Counts"]["minProperties"] == 1
    assert schema["$defs"]["Choice"]["oneOf"][0] == {"required": ["name"]}
    assert schema["$defs"]["Trees"]["items"] == {"$ref": "#/$defs/Tree"}


def test_the_generating_document_has_one_operation_and_closed_objects():
    """One path, one POST; unions have exactly one member; hints are formats of their own."""
    document = openapi(PUT)
    assert list(document["paths"]) == ["/"]
    schema = document["paths"]["/"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["additionalProperties"] is False
    entry = schema["properties"]["Entries"]["items"]["properties"]
    name = entry["Detail"]["format"]
    assert formats(PUT)[name][0] == '{"orderId":"1234","total":17.5}'
    choice = openapi(EVERYTHING)["components"]["schemas"]["Choice"]
    assert (choice["minProperties"], choice["maxProperties"]) == (1, 1)
    assert len(set(formats(PUT)) & set(formats(NEWEST[0]))) == 0
    assert json.loads(json.dumps(document)) == document


@pytest.mark.parametrize("contract", [*NEWEST, EVERYTHING], ids=named)
def test_what_schemathesis_gives_is_fit_to_send(contract):
    """Objects of a reasonable size that the wire carries, valid and invalid, not more than the cap."""
    found = [*Coverage().cases(contract, 0), *Fuzz(10).cases(contract, 0)]
    assert all(isinstance(case.input, dict) and obstacle(contract, case.input) is None for case in found)
    assert max(len(json.dumps(case.input)) for case in found) <= LARGEST_BODY
    assert sum(case.origin == "coverage" for case in found) <= MOST_COVERAGE
    assert {bool(case.aims) for case in found} == {True, False}
    assert all(aim.side == "outside" for case in found for aim in case.aims)


def test_hints_reach_what_schemathesis_makes():
    """Without them every entry that has a Detail would fail for it."""
    details = [
        entry["Detail"]
        for case in [*Coverage().cases(PUT, 0), *Fuzz(20).cases(PUT, 0)]
        if not case.aims
        for entry in case.input["Entries"]
        if entry.get("Detail") is not None
    ]
    hinted = [detail for detail in details if detail in PUT.values["Entries/member/Detail"]]
    assert len(hinted) == len(details) > 20


def test_the_same_seed_draws_the_same_and_another_draws_others():
    """Also when the same schema was used before."""
    drawn = [[case.id for case in Fuzz(15).cases(CONNECTOR, seed)] for seed in (1, 2, 1)]
    assert drawn[0] == drawn[2] != drawn[1]


def test_an_operation_without_input_gives_nothing():
    """There is nothing to vary."""
    contract = made({}, input=None)
    assert list(Coverage().cases(contract, 0)) == []
    assert list(Fuzz(5).cases(contract, 0)) == []
