"""What counts as a change between SDK versions, how bad it is, and what it is called."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.compare.error_matrix import KINDS, Change, Row, compare

OLD, MIDDLE, NEW = "botocore==1.9.0", "botocore==1.20.0", "botocore==1.44.5"
MODES = ("legacy", "standard", "adaptive", "default")


def row(sdk=OLD, mode="legacy", **given):
    usual = {
        "operation": "events:PutEvents", "error": "InternalException", "code": "InternalException",
        "status": 500, "class_": "InternalException", "modelled": True, "fault": "server", "attempts": 5,
        "source": "declared",
    }  # fmt: skip
    return Row(sdk=sdk, retry_mode=mode, **{**usual, **given})


def found(old, new):
    return [(item.kind, item.severity) for item in compare([old, new], [old.sdk, new.sdk])]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {}, []),
        ({"attempts": 5}, {"attempts": 3}, [("changed-attempts", "low")]),
        ({"status": 500}, {"status": 503}, [("changed-status", "medium")]),
        ({"code": "A"}, {"code": "B"}, [("changed-code", "high")]),
        ({"code": "A", "source": "wire"}, {"code": None, "source": "wire"}, [("changed-code", "medium")]),
        (
            {"class_": "ClientError", "modelled": False}, {"class_": "InternalException"},
            [("changed-class", "low")],
        ),
        (
            {"class_": "InternalException"}, {"class_": "ClientError", "modelled": False},
            [("changed-class", "high")],
        ),
        (
            {"class_": "ClientError", "modelled": False, "source": "wire"},
            {"class_": "ResponseParserError", "modelled": False, "source": "wire"},
            [("changed-class", "medium")],
        ),
        ({"class_": "ClientError", "modelled": False}, {"class_": None, "modelled": False},
         [("changed-class", "high")]),
        ({"delays": (1.0,), "message": "a", "fault": None}, {"delays": (2.0,), "message": "b"}, []),
        (
            {"code": "A", "status": 400, "attempts": 1}, {"code": "B", "status": 500, "attempts": 3},
            [("changed-code", "high"), ("changed-status", "medium"), ("changed-attempts", "low")],
        ),
    ],
    ids=[
        "same", "attempts", "status", "code", "code-of-the-wire", "a-class-of-its-own", "no-longer-its-own",
        "no-client-error", "no-exception", "not-compared", "several",
    ],
)  # fmt: skip
def test_what_is_a_change(old, new, expected):
    """Code, status, class and attempts; nothing else."""
    assert found(row(**old), row(sdk=NEW, **new)) == expected


def test_retry_modes_that_change_alike_are_one_change():
    """The default moved from legacy to standard: one finding, one change, one mode."""
    old = [row(OLD, mode, attempts=5 if mode in ("legacy", "default") else 3) for mode in MODES]
    new = [row(NEW, mode, attempts=5 if mode == "legacy" else 3) for mode in MODES]
    (finding,) = compare([*old, *new], [OLD, NEW])
    assert finding.id == "changed-attempts@events:PutEvents#/errors/InternalException"
    assert finding.changes == (Change(OLD, NEW, 5, 3, ("default",), "low"),)


def test_each_version_is_held_against_the_one_before_that_has_the_operation():
    """An operation that a version lacks is passed over; there and back is two changes of one finding."""
    rows = [row(OLD, attempts=1), row(MIDDLE, attempts=3), row(NEW, attempts=1)]
    (finding,) = compare(rows, [OLD, MIDDLE, NEW])
    assert [(change.old, change.new) for change in finding.changes] == [(1, 3), (3, 1)]
    absent = Row(MIDDLE, "events:PutEvents", None, class_="absent")
    assert compare([row(OLD), absent, row(NEW)], [OLD, MIDDLE, NEW]) == ()
    (finding,) = compare([row(OLD), absent, row(NEW, attempts=1)], [OLD, MIDDLE, NEW])
    assert (finding.changes[0].old_sdk, finding.changes[0].new_sdk) == (OLD, NEW)


ROWS = st.builds(
    row,
    sdk=st.sampled_from([OLD, MIDDLE, NEW]),
    mode=st.sampled_from(MODES),
    operation=st.sampled_from(["a:A", "b:B"]),
    error=st.sampled_from(["X", "Y"]),
    code=st.sampled_from([None, "X", "400"]),
    status=st.sampled_from([None, 400, 500]),
    class_=st.sampled_from([None, "ClientError", "X"]),
    modelled=st.booleans(),
    attempts=st.integers(1, 5),
    source=st.sampled_from(["declared", "wire"]),
    message=st.text(max_size=3),
)
MATRICES = st.lists(
    ROWS, max_size=24, unique_by=lambda item: (item.sdk, item.operation, item.error, item.retry_mode)
)


@settings(derandomize=True, deadline=None)
@given(MATRICES)
def test_a_version_agrees_with_itself(rows):
    """The same rows under another version's name are no change."""
    own = [item for item in rows if item.sdk == OLD]
    again = [msgspec.structs.replace(item, sdk=NEW, message="other", delays=(1.0,)) for item in own]
    assert compare([*own, *again], [OLD, NEW]) == ()


@settings(derandomize=True, deadline=None)
@given(MATRICES)
def test_what_changes_one_way_changes_back(rows):
    """The other order has the same findings by identity, each change turned round."""
    there, back = compare(rows, [OLD, NEW]), compare(rows, [NEW, OLD])
    turned = {
        (item.id, change.new, change.old, mode)
        for item in there for change in item.changes for mode in change.retry_modes
    }  # fmt: skip
    seen = {
        (item.id, change.old, change.new, mode)
        for item in back for change in item.changes for mode in change.retry_modes
    }  # fmt: skip
    assert turned == seen


@settings(derandomize=True, deadline=None)
@given(MATRICES, st.randoms(use_true_random=False))
def test_identities_are_unique_and_do_not_depend_on_the_order_of_rows(rows, random):
    """A finding is (operation, kind, error); its severity is its worst change's."""
    first = compare(rows, [OLD, MIDDLE, NEW])
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert {item.id for item in compare(shuffled, [OLD, MIDDLE, NEW])} == {item.id for item in first}
    assert len({item.id for item in first}) == len(first)
    for item in first:
        assert item.id == f"{item.kind}@{item.operation}#/errors/{item.error}"
        assert item.kind in KINDS
        assert item.severity in {change.severity for change in item.changes}
        assert all(change.old != change.new for change in item.changes)
