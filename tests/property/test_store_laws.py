"""Laws of files of recordings: what is recorded comes back to the byte, in every form and in stock vcrpy."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import hypothesis.strategies as st
import pytest
import vcr.cassette
from hypothesis import given, settings

from harness.cassettes.exchange_files import convert
from harness.cassettes.format import (
    Entry,
    FailurePart,
    InteractionPart,
    exchange_of,
    pairs_if_needed,
    request_part,
    response_part,
)
from harness.cassettes.stores import open_store
from harness.errors import CassetteCorrupt
from harness.exchange import Exchange, Headers, Request, Response

LAW = settings(derandomize=True, deadline=None, max_examples=60)

BODIES = st.one_of(
    st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode("utf-8", "ignore"))
)
NAMES = st.text("abcXYZ-", min_size=1, max_size=6)
VALUES = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=12)
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=5).map(lambda pairs: Headers(tuple(pairs)))
REQUESTS = st.builds(
    Request, st.sampled_from(["GET", "POST", "PUT"]), st.sampled_from(["/", "/a%2Fb?c=d&e"]), FIELDS, BODIES
)
EXCHANGES = st.one_of(
    st.builds(Exchange, REQUESTS, st.builds(Response, st.integers(200, 599), FIELDS, BODIES)),
    st.builds(Exchange, REQUESTS, st.none(), st.just("connection reset")),
)


def part_of(exchange, number):
    response = exchange.response
    entry = Entry(
        recorded_at=datetime(2026, 8, 1, 12, 0, 0, number, tzinfo=UTC),
        call=str(number),
        request_headers=pairs_if_needed(exchange.request.headers),
        response_headers=pairs_if_needed(response.headers) if response else None,
    )
    request = request_part(exchange.request, "http://127.0.0.1:4566")
    if response is None:
        return FailurePart(entry, request, exchange.failure, number)
    return InteractionPart(entry, request, response_part(response))


def recorded(directory, ending, exchanges):
    path = Path(directory) / f"x{ending}"
    store = open_store(path)
    for number, exchange in enumerate(exchanges):
        store.append(part_of(exchange, number))
    store.close()
    return path


def read(path):
    return [exchange_of(part)[1] for part in open_store(path).load().parts]


@pytest.mark.parametrize("ending", [".yaml", ".jsonl"])
@given(exchanges=st.lists(EXCHANGES, min_size=1, max_size=4))
@LAW
def test_exchanges_come_back_to_the_byte(ending, exchanges):
    with tempfile.TemporaryDirectory() as directory:
        path = recorded(directory, ending, exchanges)
        assert read(path) == exchanges
        for other in (".yaml", ".jsonl", ".har"):
            convert(path, path.with_name(f"y{other}"))
            assert read(path.with_name(f"y{other}")) == exchanges


@given(exchanges=st.lists(EXCHANGES, min_size=1, max_size=4))
@LAW
def test_stock_vcrpy_reads_the_same_bodies(exchanges):
    with tempfile.TemporaryDirectory() as directory:
        path = recorded(directory, ".yaml", exchanges)
        opened = vcr.cassette.Cassette.load(path=str(path))
        answered = [each for each in exchanges if each.response is not None]
        assert [(request.body, response["body"]["string"]) for request, response in opened.data] == [
            (each.request.body, each.response.body) for each in answered
        ]


@given(exchanges=st.lists(EXCHANGES, min_size=1, max_size=3), data=st.data())
@LAW
def test_every_changed_byte_of_json_lines_is_found(exchanges, data):
    with tempfile.TemporaryDirectory() as directory:
        path = recorded(directory, ".jsonl", exchanges)
        whole = path.read_bytes()
        at = data.draw(st.integers(0, len(whole) - 1))
        other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[at]))
        path.write_bytes(whole[:at] + bytes([other]) + whole[at + 1 :])
        with pytest.raises(CassetteCorrupt):
            open_store(path).load()
