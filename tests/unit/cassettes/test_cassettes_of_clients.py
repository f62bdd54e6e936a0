"""Recordings of clients where others are expected, and edited by hand: what is said, to the letter."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harness.cassettes.format import Entry, InteractionPart, request_part, response_part
from harness.cassettes.read import read_cassette
from harness.cassettes.stores import open_store
from harness.errors import CassetteCorrupt
from harness.exchange import Headers, Request, Response


def recording(path):
    """Make a recording of a client that holds two calls."""
    store = open_store(path)
    entry = Entry(operation="events:PutEvents", key="1:ab", recorded_at=datetime(2026, 1, 1, tzinfo=UTC))
    for _ in range(2):
        asked = request_part(Request("POST", "/", Headers(()), b"{}"), "http://x")
        store.append(InteractionPart(entry, asked, response_part(Response(200, Headers(()), b"{}"))))
    store.close()
    return store.path


@pytest.mark.parametrize("ending", [".yaml", ".jsonl"])
def test_a_recording_of_a_client_is_not_judged(tmp_path, ending):
    path = recording(tmp_path / f"x{ending}")
    with pytest.raises(CassetteCorrupt) as refused:
        read_cassette(path)
    assert str(refused.value) == (
        f"{path}: is a recording of a client: its interactions do not say which cases they answer\n"
        "  Play it with harness.use_cassette, or ask a target again with 'harness replay --verify'."
    )


def test_who_takes_an_interaction_out_is_told_where_it_is_counted(tmp_path):
    path = recording(tmp_path / "x.yaml")
    text = path.read_text()
    start = text.rindex("- harness:")
    path.write_text(text[:start] + "version: 1\n")
    with pytest.raises(CassetteCorrupt) as refused:
        open_store(path).load()
    assert str(refused.value) == (
        f"{path}, line 2: holds 1 interaction where its head counts 2\n"
        "  Take the file from version control again; or, if you changed it, count 1 at its top."
    )
