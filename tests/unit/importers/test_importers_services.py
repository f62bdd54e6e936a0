"""Whole services from models, and which operations of two models may differ at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.errors import ContractError
from harness.importers.services import open_services, service_from_model
from harness.importers.unchanged import differing_operations

MODELS = Path(__file__).resolve().parents[2] / "data" / "service-models"


def model(release):
    return json.loads((MODELS / release / "events/2015-10-07/service-2.json").read_text())


def test_only_operations_that_reach_a_difference_are_looked_at():
    """A rule that does not change is not made into a contract."""
    assert differing_operations(model("1.20.18"), model("1.20.19")) == {"PutEvents", "PutTargets"}


def test_words_make_no_difference():
    """Documentation anywhere is left out; a member of that name is not."""
    old, new = model("1.20.19"), model("1.20.19")
    new["documentation"] = new["operations"]["PutRule"]["documentation"] = "Words."
    new["shapes"]["RuleName"]["documentation"] = "Words."
    new["shapes"]["PutRuleRequest"]["members"]["Name"]["documentation"] = "Words."
    new["operations"]["PutRule"]["errors"][0]["documentation"] = "Words."
    assert differing_operations(old, new) == frozenset()
    new["shapes"]["PutRuleRequest"]["members"]["documentation"] = {"shape": "RuleName"}
    assert differing_operations(old, new) == {"PutRule"}


def test_operations_of_one_side_differ():
    """Both ways."""
    old, new = model("1.20.19"), model("1.20.19")
    del old["operations"]["PutRule"], new["operations"]["PutEvents"]
    assert differing_operations(old, new) == {"PutRule", "PutEvents"}


def test_a_service_holds_what_its_model_says():
    """Contracts of the operations that were asked for, and the facts around them."""
    service = service_from_model(
        "events", {**model("1.20.19"), "clientContextParams": {}}, operations=["PutRule"]
    )
    assert list(service.operations) == ["PutRule"]
    assert service.metadata["serviceId"] == "EventBridge"
    assert service.traits == {"clientContextParams": {}}
    assert service.wire_names == {name: name for name in ("PutEvents", "PutRule", "PutTargets")}
    assert (service.paginators, service.waiters, service.authored, service.extent) == (
        None,
        None,
        False,
        "model",
    )


def lay_out(root, **files):
    place = root / "events" / "2015-10-07"
    place.mkdir(parents=True)
    (place / "service-2.json").write_text(json.dumps(model("1.20.19")))
    for name, text in files.items():
        (place / f"{name.replace('_', '-')}.json").write_text(text)
    return open_services(str(root))


def test_paging_and_waiting_stand_beside_the_model(tmp_path):
    """Files that are not there hold nothing, which is known."""
    side = lay_out(tmp_path, paginators_1='{"pagination": {"PutRule": {"limit_key": "Limit"}}}')
    service = side.service("events", ["PutRule"])
    assert service.paginators == {"PutRule": {"limit_key": "Limit"}}
    assert service.waiters == {}
    assert (side.title("events"), side.published()) == ("Amazon EventBridge", None)


def test_a_broken_file_beside_the_model_is_refused(tmp_path):
    """The message names it."""
    side = lay_out(tmp_path, waiters_2="[]")
    with pytest.raises(ContractError) as caught:
        side.service("events", ["PutRule"])
    assert caught.value.problem.startswith("waiters-2.json of events cannot be read")


@pytest.mark.parametrize(
    ("file", "held"),
    [
        ("paginators-1.json", {"pagination": [1]}),
        ("paginators-1.json", {"pagination": {"PutRule": 5}}),
        ("waiters-2.json", {"waiters": {"RuleThere": []}}),
        ("waiters-2.json", {}),
    ],
)
def test_what_stands_beside_a_model_is_refused_where_it_is_not_what_it_must_be(tmp_path, file, held):
    """With the name of the file."""
    folder = tmp_path / "events" / "2015-10-07"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(model("1.20.19")))
    (folder / file).write_text(json.dumps(held))
    with pytest.raises(ContractError, match=f"{file} of events cannot be read"):
        open_services(str(tmp_path)).service("events", ["PutRule"])
