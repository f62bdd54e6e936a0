"""Texts with a media type travel in base64 where they stand in a header."""

from __future__ import annotations

import pytest

from harness.contract import Member
from harness.importers.service_model import contract_from_model
from harness.wire import texts
from harness.wire.interface import Unreadable

MODEL = {
    "metadata": {"protocol": "rest-json"},
    "operations": {"Do": {"name": "Do", "http": {}, "input": {"shape": "Text"}}},
    "shapes": {"Text": {"type": "string", "mediaType": "application/json"}},
}
CONTRACT = contract_from_model("s", MODEL, "Do", "2020-01-01", ())


def test_a_text_is_read_back_as_it_was_written():
    member = Member(target="Text")
    written = texts.write(CONTRACT, member, '{"a":1}', "header")
    assert written == "eyJhIjoxfQ=="
    assert texts.read(CONTRACT, member, written, "header", "s.Do") == '{"a":1}'
    assert texts.read(CONTRACT, member, written, "query", "s.Do") == written


@pytest.mark.parametrize("text", ["eyJhIjoxfQ", "eyJhIjoxfQ=", "YWJj=", "YWJj==", "[][]", "-_==", "/w=="])
def test_what_is_not_base64_of_text_is_refused(text):
    """Padding that lacks or is too much, other alphabets, bytes that are not UTF-8."""
    with pytest.raises(Unreadable) as caught:
        texts.read(CONTRACT, Member(target="Text"), text, "header", "s.Do#/input/m")
    assert str(caught.value) == f's.Do#/input/m: "{text}" is not text in base64\n  Send text in base64.'
