"""Laws of comparing: nothing differs from itself, order is only order, ids may be a side's own."""

from __future__ import annotations

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.compare.interface import Observed
from harness.compare.responses import compare
from harness.contract import Contract, Http, Member, Shape
from harness.exchange import Outcome

TEXT = Member(target="Text")
CONTRACT = Contract(
    format=1,
    service="ec2",
    operation="DescribeInstances",
    version="2020-01-01",
    sources=(),
    protocol="ec2",
    metadata={},
    http=Http(),
    output="Out",
    shapes={
        "Out": Shape(members={"Instances": Member(target="Instances"), "OwnerId": TEXT, "Note": TEXT}),
        "Instances": Shape(type="list", member=Member(target="Instance")),
        "Instance": Shape(
            members={
                "InstanceId": TEXT,
                "ParentId": TEXT,
                "State": TEXT,
                "Started": Member(target="When"),
                "Sizes": Member(target="Sizes"),
            }
        ),
        "Sizes": Shape(type="list", member=Member(target="Size")),
        "Text": Shape(type="string"),
        "When": Shape(type="timestamp"),
        "Size": Shape(type="double"),
    },
)
CONTRACTS = {(CONTRACT.name, CONTRACT.version): CONTRACT}
LAW = settings(derandomize=True, deadline=None, max_examples=150)

IDS = st.sampled_from([f"i-{number}" for number in range(8)])
NUMBERS = st.floats(allow_infinity=True, allow_nan=True) | st.integers(-(2**70), 2**70) | st.booleans()
INSTANCES = st.fixed_dictionaries(
    {"InstanceId": IDS},
    optional={
        "ParentId": IDS,
        "State": st.text(max_size=4) | st.none(),
        "Started": st.integers(0, 2**31) | st.floats(0, 2**31),
        "Sizes": st.lists(NUMBERS, max_size=4),
    },
)
OUTPUTS = st.fixed_dictionaries(
    {"Instances": st.lists(INSTANCES, max_size=6, unique_by=lambda item: item["InstanceId"])},
    optional={"OwnerId": IDS, "Note": st.text(max_size=4)},
)


def side(outputs):
    return [
        Observed(f"c{number}", CONTRACT.name, CONTRACT.version, Outcome("output", 200, output))
        for number, output in enumerate(outputs)
    ]


def differences(old, new):
    return compare(side(old), side(new), CONTRACTS)


@LAW
@given(st.lists(OUTPUTS, max_size=4))
def test_nothing_differs_from_itself(outputs):
    """compare X X is empty, whatever X holds: NaN, huge numbers, nulls."""
    assert differences(outputs, copy.deepcopy(outputs)) == ()


@LAW
@given(st.lists(OUTPUTS, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_another_order_is_order_at_most(outputs, random):
    """A permutation of a list whose items have ids is one difference of grade ``order``, or none."""
    new = copy.deepcopy(outputs)
    for output in new:
        random.shuffle(output["Instances"])
    found = differences(outputs, new)
    assert {item.grade for item in found} <= {"order"}
    moved = [
        old
        for old, other in zip(outputs, new, strict=True)
        if [item["InstanceId"] for item in old["Instances"]]
        != [item["InstanceId"] for item in other["Instances"]]
    ]
    assert len(found) == len(moved)


def relabelled(value, names):
    """Give every id of a document another name, and nothing else."""
    if isinstance(value, list):
        return [relabelled(item, names) for item in value]
    if isinstance(value, dict):
        return {
            key: names.get(item, item) if key.endswith("Id") else relabelled(item, names)
            for key, item in value.items()
        }
    return value


def ids_of(value):
    if isinstance(value, list):
        return [found for item in value for found in ids_of(item)]
    if isinstance(value, dict):
        here = [item for key, item in value.items() if key.endswith("Id")]
        return here + [found for item in value.values() for found in ids_of(item)]
    return []


@LAW
@given(st.lists(OUTPUTS, min_size=1, max_size=4), st.permutations(range(8)))
def test_linked_ids_may_be_a_sides_own(outputs, order):
    """Relabelling every repeated id consistently on one side yields nothing."""
    there = ids_of(outputs)
    names = {f"i-{number}": f"x-{order[number]}" for number in range(8) if there.count(f"i-{number}") > 1}
    assert differences(outputs, relabelled(outputs, names)) == ()


@LAW
@given(st.lists(st.integers(0, 3), max_size=7), st.lists(st.integers(0, 3), max_size=7))
def test_duplicates_count(old, new):
    """Plain lists are the same only as lists; with the same items as often they differ in order alone."""
    found = differences([{"Instances": [], "Sizes": old}], [{"Instances": [], "Sizes": new}])
    assert bool(found) == (old != new)
    only_order = sorted(old) == sorted(new) and old != new
    assert ([item.grade for item in found] == ["order"]) == only_order
