"""The plan: one stream of cases, distinct, seeded, and fit for the wire."""

import os
import subprocess
import sys
from collections import Counter

import pytest
from generate_contracts import EVERYTHING, NEWEST, ROOT, SWEEP, made, named, planned

from harness.cases.model import make_case
from harness.contract import canonical, check, constraints, nearest_constraints, normalise
from harness.generate import generate, unreachable
from harness.generate.buildable import needs_raw, tokens
from harness.generate.smoke import Examples, OneOfEach
from harness.generate.tokens import finished, seeded_token
from harness.wire import Unreadable, protocol_for
from harness.wire.sdk import serialize

CONTRACT = {contract.operation: contract for contract in NEWEST}
SUPPLY = CONTRACT["SendDataIntegrationEvent"]
SCRIPT = """
import sys
from pathlib import Path
from harness.generate import generate, unreachable
from harness.importers.files import load_contract
for case in generate(load_contract(Path(sys.argv[1])), "coverage", int(sys.argv[2])):
    print(case.id, case.origin, ascii(case.description))
"""


EACH = pytest.mark.parametrize("contract", [*NEWEST, EVERYTHING], ids=named)


@EACH
def test_ids_are_distinct_and_all_origins_are_there(contract):
    """One request is one case, and every generator has its part."""
    cases = planned(contract)
    assert len({case.id for case in cases}) == len(cases)
    expected = {"example", "boundary", "wire", "coverage", "fuzz"}
    expected |= {"rule"} if contract.rules else set()
    expected |= {"idempotency"} if contract.idempotency else set()
    expected |= {"error"} if contract.errors else set()
    assert {case.origin for case in cases} == expected


@EACH
def test_every_aim_of_an_input_is_true(contract):
    """Whatever generator it came from, an outside case breaks every constraint it aims at."""
    cases = planned(contract)
    for case in cases:
        if case.input is None or case.error is not None:
            continue
        broken = {violation.pointer for violation in check(contract, normalise(contract, case.input))}
        aimed = {aim.constraint for aim in case.aims if "#/input/" in aim.constraint}
        outside = {aim.constraint for aim in case.aims if aim.side == "outside"}
        assert outside & aimed <= broken, case.description
        assert not (aimed - outside) & broken, case.description


@EACH
def test_the_wire_carries_every_input(contract):
    """What is encoded is read again as what arrives; the SDK builds whatever is not raw, unaltered."""
    cases = planned(contract)
    protocol = protocol_for(contract)
    count = Counter()
    for case in cases:
        if case.input is None:
            continue
        arriving = canonical(normalise(contract, case.input))
        if not case.raw:
            request = serialize(contract, case.input)
            assert canonical(protocol.parse_request(contract, request)) == arriving, case.description
        request = protocol.encode_request(contract, case.input)
        try:
            read = protocol.parse_request(contract, request)
        except Unreadable:  # text where a number stands in the query: read as nothing at all
            assert any(aim.constraint.endswith("/type") for aim in case.aims), case.description
        else:
            assert canonical(normalise(contract, read)) == arriving, case.description
        count[case.raw] += 1
    assert count[True] > 10
    assert count[False] > 10


@EACH
def test_tokens_are_never_shared_by_chance(contract):
    """Only cases that repeat a token on purpose, or are about an impossible one, have the same."""
    cases = planned(contract)
    about = [
        case
        for case in cases
        if case.input is not None
        and case.origin != "idempotency"
        and not check(contract, normalise(contract, case.input))
    ]
    for member in tokens(contract):
        found = Counter(case.input.get(member) for case in about)
        del found[None]  # left out, or null, on purpose
        assert set(found.values()) == {1}


def test_a_case_keeps_the_token_that_it_is_about():
    """The bounds of clientToken are tested with tokens of that length."""
    lengths = {
        aim.constraint.rpartition("/clientToken/")[2] + " " + aim.side: len(case.input["clientToken"])
        for case in planned(SUPPLY)
        if case.origin == "boundary"
        for aim in case.aims
        if "/clientToken/length" in aim.constraint
    }
    assert lengths == {
        "length/min inside": 33, "length/min outside": 32,
        "length/max inside": 126, "length/max outside": 127,
    }  # fmt: skip


def test_a_left_out_token_is_filled_in_as_clients_do():
    """Only the case that is about leaving it out goes without one, and that one is raw."""
    without = [case for case in planned(SUPPLY) if case.input is not None and "clientToken" not in case.input]
    assert [(case.description, case.raw) for case in without] == [("clientToken: no idempotency token", True)]


def test_the_id_follows_the_token():
    """A finished case has the id of what is sent."""
    case = finished(SUPPLY, 1, next(iter(Examples().cases(SUPPLY, 1))))
    assert case.input["clientToken"]
    again = make_case(SUPPLY, "fuzz", "other words", input=case.input)
    assert again.id == case.id


def test_a_token_fits_its_shape():
    """Patterns and lengths are honoured; a shape that no spelling fits gets none."""
    assert len(seeded_token(SUPPLY, "clientToken", 0, "x")) == 36
    narrow = made(
        {
            "Input": {"members": {"t": {"target": "T", "idempotencyToken": True}}},
            "T": {"type": "string", "pattern": "[0-9]{9}"},
        }
    )
    assert seeded_token(narrow, "t", 0, "x").isdigit()
    impossible = made(
        {
            "Input": {"members": {"t": {"target": "T", "idempotencyToken": True}}},
            "T": {"type": "string", "enum": ["one"]},
        }
    )
    assert seeded_token(impossible, "t", 0, "x") is None


def test_the_same_request_is_one_case_with_all_its_aims():
    """The example stands for every constraint that it keeps, and stays vouched for."""
    first = planned(CONTRACT["PutEvents"])[0]
    assert (first.origin, first.vouched) == ("example", True)
    assert {aim.side for aim in first.aims} == {"inside"}
    assert "events:PutEvents#/input/Entries/required" in {aim.constraint for aim in first.aims}


def test_the_seed_changes_tokens_and_fuzz_only():
    """An operation without tokens has the same boundary cases for every seed."""
    one, two = (generate(CONTRACT["PutEvents"], "coverage", seed) for seed in (1, 2))
    assert [case.id for case in one if case.origin != "fuzz"] == [
        case.id for case in two if case.origin != "fuzz"
    ]
    assert {case.id for case in one} != {case.id for case in two}


@pytest.mark.parametrize(
    "path", ["supplychain/SendDataIntegrationEvent/2025-05-12", "events/PutEvents/2021-03-02"]
)
def test_two_processes_make_the_same_cases(path, tmp_path):
    """Whatever the hash seed and the folder; nothing is printed beside, no folder is left behind."""
    outputs = []
    for hash_seed in ("1", "2"):
        folder = tmp_path / hash_seed
        folder.mkdir()
        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", SCRIPT, str(ROOT / f"{path}.yaml"), "5"],
            capture_output=True,
            check=True,
            cwd=folder,
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT.parent)},
        )
        outputs.append((run.stdout, run.stderr, list(folder.iterdir())))
    assert outputs[0] == outputs[1]
    assert outputs[0][0].count(b"\n") > 150
    assert outputs[0][1:] == (b"", [])


@pytest.mark.parametrize("contract", SWEEP)
def test_smoke_is_a_small_part_of_coverage(contract):
    """Examples, one case of each kind and the rules; all of it comes in deeper runs, too."""
    smoke = generate(contract, "smoke", 0)
    deeper = {case.id for case in planned(contract)}
    assert {case.origin for case in smoke} <= {"example", "boundary", "rule"}
    assert len(smoke) <= 60
    assert {case.id for case in smoke} <= deeper


def test_smoke_needs_no_schemathesis():
    """The two seconds of its import are spared."""
    script = (
        SCRIPT.replace('"coverage"', '"smoke"')
        + "print(sorted({'schemathesis', 'hypothesis'} & set(sys.modules)))"
    )
    path = ROOT / "events/PutEvents/2021-03-02.yaml"
    run = subprocess.run(
        [sys.executable, "-c", script, str(path), "0"],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT.parent)},
    )
    assert run.stdout.decode().splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("document", "raw"),
    [
        ({"label": "ab", "token": "t" * 8}, False),
        ({"label": "ab"}, True),
        ({"token": "t" * 8}, True),
        ({"label": "ab", "token": "t" * 8, "text": "x" * 30}, False),
        ({"label": "ab", "token": "t" * 8, "text": ""}, True),
        ({"label": "ab", "token": "t" * 8, "text": None}, True),
        ({"label": "ab", "token": "t" * 8, "text": 1}, True),
        ({"label": "ab", "token": "t" * 8, "stranger": 1}, True),
        ({"label": "ab", "token": "t" * 8, "at": 1.5}, True),
        ({"label": "ab", "token": "t" * 8, "at": 1}, False),
        ({"label": "ab", "token": "t" * 8, "at": 10**12}, True),
        ({"label": "ab", "token": "t" * 8, "limit": 101}, False),
        ({"label": "ab", "token": "t" * 8, "limit": 0}, True),
        ({"label": "ab", "token": "t" * 8, "limit": 1.0}, True),
        ({"label": "ab", "token": "t" * 8, "choice": {}}, True),
        ({"label": "ab", "token": "t" * 8, "color": "BLUE"}, False),
        ({"label": "ab", "token": "t" * 8, "data": "eB=="}, True),
    ],
    ids=[
        "good", "no-token", "no-label", "too-long", "too-short", "null", "wrong-type", "unknown", "fraction",
        "instant", "far-future", "too-great", "too-small", "float-integer", "empty-union", "not-in-enum",
        "base64",
    ],
)  # fmt: skip
def test_raw_is_what_client_libraries_refuse_or_alter(document, raw):
    """Types, required members, minima, unions, unknown members and tokens; never maxima and enums."""
    assert needs_raw(EVERYTHING, document) is raw


def test_smoke_breaks_each_required_top_level_member_and_one_bound_of_each_trait():
    traits = [each for each in constraints(EVERYTHING) if each.trait != "rule"]
    aims = [case.aims[0].constraint for case in OneOfEach().cases(EVERYTHING, 0)]
    broken = Counter(each.trait for each in traits if each.pointer in aims)
    required = {each.pointer for each in traits if each.trait == "required" and len(each.path) == 1}
    reachable = required - {each.constraint for each in unreachable(EVERYTHING)}
    assert reachable <= set(aims)
    assert set(broken) == {each.trait for each in traits}
    assert all(count == 1 for trait, count in broken.items() if trait != "required")


def test_nearest_constraints_are_of_the_whole_and_shortest_first():
    nearest = list(nearest_constraints(EVERYTHING))
    assert {each.pointer for each in nearest} <= {each.pointer for each in constraints(EVERYTHING)}
    lengths = [len(each.path) for each in nearest if each.trait != "union"]
    assert lengths == sorted(lengths)
