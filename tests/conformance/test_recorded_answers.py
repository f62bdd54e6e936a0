"""Answers that a cassette gives back as they came: without a body, cleaned, in pieces."""

from __future__ import annotations

import botocore.exceptions
import pytest
from client_recordings import answering, client

import harness


def test_an_answer_to_head_has_a_length_and_no_body(tmp_path):
    """The length is that of an object which is not sent; recorded or played, clients read it."""
    path = tmp_path / "x.yaml"
    with answering(lambda *_: (200, {"Content-Length": "12582912", "ETag": '"a"'}, b"")) as served:
        made = client("s3", served.url)
        with harness.use_cassette(path, mode="once"):
            recorded = made.head_object(Bucket="photos", Key="a.jpg")
        with harness.use_cassette(path):
            played = made.head_object(Bucket="photos", Key="a.jpg")
        assert len(served.asked) == 1
    assert (recorded["ContentLength"], played["ContentLength"]) == (12582912, 12582912)


@pytest.mark.parametrize("edited", [b"by hand, and longer", b"short"], ids=["longer", "shorter"])
def test_a_body_that_was_edited_is_played_whole(tmp_path, edited):
    """Who edits a recording does not count bytes; clients that do get the new count."""
    path = tmp_path / "x.yaml"
    with answering(lambda *_: (200, {"Content-Length": "8"}, b"recorded")) as served:
        made = client("s3", served.url)
        with harness.use_cassette(path, mode="once"):
            made.get_object(Bucket="photos", Key="a.txt")["Body"].read()
        path.write_bytes(path.read_bytes().replace(b"string: recorded", b"string: " + edited))
        with harness.use_cassette(path):
            played = made.get_object(Bucket="photos", Key="a.txt")
        assert (played["ContentLength"], played["Body"].read()) == (len(edited), edited)


@pytest.mark.parametrize(
    ("fields", "content"),
    [
        pytest.param({"Content-Length": "8"}, b"half", id="by its length"),
        pytest.param({"Content-Length": "8"}, b"", id="before its first byte"),
        pytest.param({"Transfer-Encoding": "chunked"}, b"4\r\nhalf\r\n", id="in chunks"),
    ],
)
def test_an_object_that_was_cut_off_is_no_object(tmp_path, fields, content):
    """It fails while it is recorded, and fails alike when it is played."""
    path, said = tmp_path / "x.yaml", []
    with answering(lambda *_: (200, {**fields, "Connection": "close"}, content)) as served:
        made = client("s3", served.url)
        for mode in ("once", "none"):
            with harness.use_cassette(path, mode):
                with pytest.raises(botocore.exceptions.ResponseStreamingError) as failed:
                    made.get_object(Bucket="photos", Key="a.txt")
                said.append(str(failed.value))
        assert len(served.asked) == 1
    assert said[0] == said[1]
