"""``--harness-stale``: what stale recordings do in a test run, and what the run says of them at its end."""

from __future__ import annotations

import importlib.metadata
import re

import pytest

from harness.emulator.app import Emulator
from harness.emulator.server import EmulatorServer

TEST = """
    import boto3
    import harness

    def test_a_rule(recwarn):
        with harness.use_cassette("rules.yaml"{arguments}):
            made = boto3.client("events", "us-east-1", endpoint_url="{url}",
                                aws_access_key_id="test", aws_secret_access_key="test")
            made.list_event_buses()
"""


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """A recording of another contract, whose answer no longer fits; and the endpoint that was asked."""
    import boto3

    import harness
    from harness.importers.catalogue import Catalogue

    path = tmp_path_factory.mktemp("recorded") / "rules.yaml"
    with EmulatorServer(Emulator((), catalogue=Catalogue()).handle, "127.0.0.1", 0) as server:
        made = boto3.client(
            "events", "us-east-1", endpoint_url=server.url, aws_access_key_id="test",
            aws_secret_access_key="test",
        )  # fmt: skip
        with harness.use_cassette(path, mode="once"):
            made.list_event_buses()
    text = re.sub(r"contract: '?[0-9a-f]{16}'?", "contract: '0000000000000000'", path.read_text())
    length = int(re.search(r"(?i)content-length:\n +- '?(\d+)", text.partition("  response:")[2])[1])
    body = '{"EventBuses":[],"Extra":7}'.ljust(length)  # as long as before: clients look
    return re.sub(r"      string: .*\n(?:        .*\n)*", f"      string: '{body}'\n", text), server.url


@pytest.fixture
def repository(pytester, recording):
    """A repository with that recording."""
    text, pytester.url = recording
    (pytester.path / "rules.yaml").write_text(text)
    installed = [entry.value for entry in importlib.metadata.entry_points(group="pytest11")]
    pytester.plugin = () if "harness.pytest_plugin" in installed else ("-p", "harness.pytest_plugin")
    return pytester


def run(repository, *flags, arguments=""):
    repository.makepyfile(TEST.format(arguments=arguments, url=repository.url))
    return repository.runpytest_subprocess(*repository.plugin, *flags)


SUMMARY = "rules.yaml: events:ListEventBuses: events:ListEventBuses#/output/Extra/unknown: expected *"


@pytest.mark.parametrize("flags", [(), ("-n", "1")], ids=["own process", "worker"])
def test_stale_recordings_are_listed_at_the_end(repository, flags):
    """The test passes; the summary names file, operation and reason, whichever process played them."""
    shown = run(repository, *flags)
    shown.assert_outcomes(passed=1)
    shown.stdout.fnmatch_lines(["*= stale recordings =*", SUMMARY, "'harness cassette lint' says more*"])


def test_stale_recordings_fail_where_that_is_asked_for(repository):
    """By the flag, or by the ini option; the flag goes before."""
    shown = run(repository, "--harness-stale", "fail")
    shown.assert_outcomes(failed=1)
    shown.stdout.fnmatch_lines(
        ["*RecordingStale: rules.yaml: the recording of events:ListEventBuses is stale*"]
    )
    repository.makeini("[pytest]\nharness_stale = fail\n")
    run(repository).assert_outcomes(failed=1)
    run(repository, "--harness-stale", "ignore").assert_outcomes(passed=1)


def test_what_a_test_says_itself_goes_first(repository):
    """``use_cassette(stale=...)`` is not overruled; what is ignored is not listed either."""
    shown = run(repository, "--harness-stale", "fail", arguments=', stale="ignore"')
    shown.assert_outcomes(passed=1)
    shown.stdout.no_fnmatch_line("*stale recordings*")


def test_an_unknown_policy_is_refused(repository):
    """One sentence, before any test runs."""
    repository.makeini("[pytest]\nharness_stale = sometimes\n")
    shown = run(repository)
    assert shown.ret == pytest.ExitCode.USAGE_ERROR
    shown.stderr.fnmatch_lines(
        ["*harness_stale: there is no policy 'sometimes'; choose one of fail, warn, ignore"]
    )
