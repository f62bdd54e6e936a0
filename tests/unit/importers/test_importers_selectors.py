"""Selectors: which operations are meant, and what is said when none is."""

from __future__ import annotations

import pytest

from harness.errors import SelectorError
from harness.importers.selectors import matches, select

TABLE = {"events": ("DeleteRule", "PutEvents", "PutRule"), "sqs": ("SendMessage",)}


class Known:
    """A source with a few names."""

    def services(self):
        return tuple(TABLE)

    def operations(self, service):
        return TABLE[service]

    def load(self, service, operation, version=None):
        raise AssertionError("selecting loads nothing")


EVERYTHING = (
    ("events", "DeleteRule"),
    ("events", "PutEvents"),
    ("events", "PutRule"),
    ("sqs", "SendMessage"),
)


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        (["events:PutEvents"], (("events", "PutEvents"),)),
        (["events"], EVERYTHING[:3]),
        (["events:Put*"], EVERYTHING[1:3]),
        (["events:*Rule"], (EVERYTHING[0], EVERYTHING[2])),
        (["all"], EVERYTHING),
        ([], EVERYTHING),
        (["sqs", "events:PutRule"], (EVERYTHING[3], EVERYTHING[2])),
        (["events:Put*", "events:PutRule", "events"], (EVERYTHING[1], EVERYTHING[2], EVERYTHING[0])),
    ],
    ids=["one", "service", "glob", "glob-front", "all", "none", "order", "once"],
)
def test_selectors_name_operations(selectors, expected):
    assert select(Known(), selectors) == expected


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("event", "event: there is no service 'event'\n  Did you mean events?"),
        ("EVENTS:PutEvents", "EVENTS:PutEvents: there is no service 'EVENTS'\n  Did you mean events?"),
        ("events:PutEvent", "events:PutEvent: events has no operation 'PutEvent'\n  Did you mean PutEvents?"),
        (
            "events:putevents",
            "events:putevents: events has no operation 'putevents'\n  Did you mean PutEvents?",
        ),
        (
            "events:Zz*",
            "events:Zz*: events has no operation 'Zz*'\n  Choose from DeleteRule, PutEvents, PutRule.",
        ),
        ("zzz", "zzz: there is no service 'zzz'\n  Choose from events, sqs."),
        (":PutEvents", ":PutEvents: the selector names no service\n  Choose from events, sqs."),
        (
            "events:",
            "events:: the selector names no operation\n  Choose from DeleteRule, PutEvents, PutRule.",
        ),
        ("", ": the selector names no service\n  Choose from events, sqs."),
    ],
    ids=[
        "service",
        "case",
        "operation",
        "operation-case",
        "glob",
        "nothing-near",
        "no-service",
        "no-operation",
        "empty",
    ],
)
def test_unknown_names_are_refused_with_near_ones(selector, message):
    with pytest.raises(SelectorError) as caught:
        select(Known(), [selector])
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "selectors", "expected"),
    [
        ("events:PutEvents", ["events"], True),
        ("events:PutEvents", ["sqs", "events:Put*"], True),
        ("events:PutEvents", ["all"], True),
        ("events:PutEvents", ["events:PutRule", "sqs"], False),
        ("events:PutEvents", [], False),
    ],
)
def test_a_name_is_held_against_selectors(name, selectors, expected):
    assert matches(name, selectors) is expected
