"""Recorded requests made fit to be sent again, and answers levelled where the recording lost a secret."""

from __future__ import annotations

import pytest

from harness.cassettes.resending import holds_redaction, is_redacted, with_redactions
from harness.exchange import Headers, Request

SENT = "REDACTED-sent-0123456789ab"
RECEIVED = "REDACTED-received-0123456789ab"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SENT, True),
        ("https://host/?token=REDACTED", True),
        ("redactedreceived0123456789ab", True),
        ("00000000-0000-4000-9000-0123456789ab", True),
        ("UkVEQUNURUQtc2VudC0wMTIzNDU2Nzg5YWI=", True),
        ("e2b122e6-5b3b-4f40-b10c-a08b2db2750d", False),
        ("an ordinary text", False),
    ],
    ids=["pseudonym", "plain", "bare", "uuid", "base64", "other-uuid", "text"],
)
def test_what_was_taken_out_is_recognised(text, expected):
    """In every form that redaction has."""
    assert holds_redaction(text) is expected
    assert is_redacted(Request("POST", "/", body=text.encode())) is expected
    assert is_redacted(Request("POST", "/", Headers.of({"X-Some": text}))) is expected


@pytest.mark.parametrize(
    ("recorded", "live", "redacted", "expected"),
    [
        ({"Token": RECEIVED}, {"Token": "t0p"}, {"Token": "x"}, {"Token": RECEIVED}),
        ({"Token": RECEIVED}, {}, {}, {}),
        ({"Age": 0}, {"Age": 41}, {"Age": 0}, {"Age": 0}),
        ({"Age": 40}, {"Age": 41}, {"Age": 0}, {"Age": 0}),
        ({"Age": 41}, {"Age": 41}, {"Age": 0}, {"Age": 41}),
        ({}, {"Token": "t0p"}, {"Token": "x"}, {"Token": "x"}),
        ({"Age": 0}, {"Age": 41}, {"Age": 41}, {"Age": 41}),
        ([{"A": SENT}], [{"A": "a"}, {"A": "b"}], [{"A": "x"}, {"A": "y"}], [{"A": SENT}, {"A": "y"}]),
        ({"Token": RECEIVED}, {"Token": 7}, {"Token": 7}, {"Token": 7}),
        (RECEIVED, None, None, None),
    ],
    ids=[
        "text", "absent", "number", "not-redacted", "the-same", "only-live", "no-secret", "lists",
        "another-type", "nothing",
    ],
)  # fmt: skip
def test_a_place_that_lost_its_secret_cannot_differ(recorded, live, redacted, expected):
    """Its presence and its type still can, and so can everything else."""
    assert with_redactions(recorded, live, redacted) == expected
