"""What pytest prints of a test whose recording is missing: the operation, and no secret of the request."""

from __future__ import annotations

import pytest

EMPTY = "interactions: []\nversion: 1\n"
TEST = """
    import http.client
    import os
    import boto3
    import harness

    SECRET = os.environ["PLANTED"]

    def test_an_operation():
        with harness.use_cassette("empty.yaml"):
            made = boto3.client("iam", "us-east-1", endpoint_url="http://127.0.0.1:9",
                                aws_access_key_id="a", aws_secret_access_key="b", aws_session_token=SECRET)
            made.create_login_profile(UserName="me", Password=SECRET)

    def test_a_bare_request():
        with harness.use_cassette("empty.yaml"):
            connection = http.client.HTTPConnection("127.0.0.1", 9)
            connection.request("POST", "/x", f"password={SECRET}")
            connection.getresponse()
"""


@pytest.mark.parametrize("name", ["test_an_operation", "test_a_bare_request"])
def test_a_miss_prints_no_secret_of_the_request(pytester, monkeypatch, name):
    """By default pytest prints the arguments of the function that raised."""
    monkeypatch.setenv("PLANTED", "planted-pass-phrase-1")
    (pytester.path / "empty.yaml").write_text(EMPTY)
    pytester.makepyfile(TEST)
    said = pytester.runpytest_subprocess("-k", name).stdout.str()
    assert "RecordingMissing: empty.yaml: " in said
    assert "planted-pass-phrase-1" not in said
