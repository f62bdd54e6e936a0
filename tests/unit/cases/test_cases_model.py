"""Case ids: a digest of what is sent, and of nothing else."""

import pytest

from harness.cases.model import make_case
from harness.exchange import Request
from harness.session import load_contracts


@pytest.fixture(scope="module")
def contract():
    return load_contracts(["events:PutEvents"])[0]


def test_id_names_the_request(contract):
    """Words about a case change nothing; what is sent changes everything."""
    first = make_case(contract, "boundary", "one", input={"Entries": []})
    assert make_case(contract, "fuzz", "other words", input={"Entries": []}).id == first.id
    others = [
        make_case(contract, "boundary", "one", input={"Entries": [{}]}),
        make_case(contract, "boundary", "one", input={"Entries": []}, raw=True),
        make_case(contract, "boundary", "one", input={"Entries": []}, repeats=first.id),
        make_case(contract, "boundary", "one", input={"Entries": []}, error="InternalException"),
        make_case(contract, "boundary", "one", input={"Entries": []}, authentication="none"),
        make_case(contract, "wire", "one", fault="f", request=Request("POST", "/")),
    ]
    assert len({first.id, *(case.id for case in others)}) == 7


def test_id_differs_between_versions():
    """The same request belongs to another case in another version."""
    versions = load_contracts(["events:PutEvents"], version="all")
    assert len({make_case(item, "boundary", "one", input={}).id for item in versions}) == len(versions) == 5


def test_id_is_stable(contract):
    """An id written down today is found again by every later release."""
    case = make_case(contract, "boundary", "one", input={"Entries": [{"Source": "com.example"}]})
    assert (case.version, case.id) == ("2025-05-28", "2953dce39ba6c66b")
