"""What cannot be decided by a case is not sent; what is shown to a person can be pasted."""

import shlex

import pytest

from harness.cases.judge import Trial, judge
from harness.cases.model import make_case
from harness.cases.oracle import expect
from harness.errors import WireError
from harness.exchange import Outcome
from harness.importers.library import open_library
from harness.runner.requests import build, reproduce

LIBRARY = open_library()


@pytest.mark.parametrize(
    ("name", "document", "header"),
    [
        ("neptunedata:GetSparqlStream", {}, "accept-encoding"),
        (
            "codeartifact:PublishPackageVersion",
            {"domain": "aa", "assetContent": "eA==", "assetSHA256": "a" * 64},
            "x-amz-content-sha256",
        ),
    ],
)
def test_headers_of_the_client_are_not_for_cases(name, document, header):
    """The client or the signature says them, whatever the case would."""
    contract = LIBRARY.load(*name.split(":"))
    with pytest.raises(WireError) as caught:
        build(contract, make_case(contract, "boundary", "d", input=document))
    assert caught.value.problem.lower() == f"the header {header} is the client's own"


@pytest.mark.parametrize(("status", "kinds"), [(400, []), (403, ["wrong-status"])])
def test_errors_to_head_are_known_by_their_status(status, kinds):
    """There is no body that could hold a code."""
    contract = LIBRARY.load("s3", "HeadObject")
    case = make_case(contract, "boundary", "d", input={"Bucket": "x"})
    outcome = Outcome("error", status)
    verdict = judge(Trial(contract, case, expect(contract, case), outcome))
    assert [item.kind for item in verdict.suspicions] == kinds


def test_the_command_is_one_line_without_credentials():
    """It can be split as a shell splits it, and takes the keys from the environment."""
    contract = LIBRARY.load("events", "PutEvents")
    case = make_case(contract, "boundary", "d", input={"Entries": [{"Source": "it's"}]}, raw=True)
    command = reproduce(contract, case, build(contract, case), "http://127.0.0.1:1/", 0)
    words = shlex.split(command)
    assert "\n" not in command
    assert words[0] == "curl"
    assert words[words.index("--user") + 1] == "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"
    assert '{"Entries":[{"Source":"it\'s"}]}' in [word.replace(" ", "") for word in words]
    assert words[-1] == "http://127.0.0.1:1/"


def test_what_curl_cannot_say_is_run_again_by_id():
    """A body that is no text, or too long, is named by its case."""
    contract = LIBRARY.load("events", "PutEvents")
    case = make_case(contract, "boundary", "d", input={"Entries": [{"Detail": "x" * 5000}]}, raw=True)
    command = reproduce(contract, case, build(contract, case), "http://127.0.0.1:1", 7)
    assert command == (
        f"harness run events:PutEvents --version {case.version} --seed 7 --case {case.id} "
        "--target http://127.0.0.1:1"
    )
