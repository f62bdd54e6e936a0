"""The pytest plugin as another repository meets it: installed from a wheel, far from this checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A directory with nothing but the wheel installed in it."""
    dist = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(dist), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = dist.glob("*.whl")
    target = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


@pytest.fixture
def repository(pytester, site, monkeypatch):
    """Somebody's repository whose Python finds the wheel before this checkout."""
    monkeypatch.setenv("PYTHONPATH", str(site) + os.pathsep + os.environ.get("PYTHONPATH", ""))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    pytester.makepyfile(where="import harness\nprint(harness.__file__)")
    shown = pytester.runpython("where.py")
    assert str(site) in shown.stdout.str()
    return pytester


def test_fixture_serves_boto3(repository):
    """An unmodified client works, its requests are seen, and errors come on demand."""
    repository.makepyfile(
        """
        import boto3
        import pytest
        from botocore.config import Config

        ENTRY = {"Source": "com.example", "DetailType": "t", "Detail": "{}"}

        @pytest.fixture
        def client(contract_endpoint):
            once = Config(retries={"total_max_attempts": 1})
            return boto3.client("events", endpoint_url=contract_endpoint.url, config=once)

        def test_accepts(client, contract_endpoint):
            answer = client.put_events(Entries=[ENTRY])
            assert answer["FailedEntryCount"] == 0
            (seen,) = contract_endpoint.requests
            assert (seen["service"], seen["operation"], seen["status"]) == ("events", "PutEvents", 200)
            assert seen["violations"] == []

        def test_is_fresh_and_refuses(client, contract_endpoint):
            assert contract_endpoint.requests == []
            with pytest.raises(client.exceptions.ClientError) as caught:
                client.put_events(Entries=[ENTRY] * 11)
            assert caught.value.response["Error"]["Code"] == "ValidationException"
            assert "events:PutEvents#/input/Entries/length/max" in str(contract_endpoint.requests)

        def test_injects(client, contract_endpoint):
            contract_endpoint.inject_error("InternalException", times=1)
            with pytest.raises(client.exceptions.InternalException):
                client.put_events(Entries=[ENTRY])
            assert client.put_events(Entries=[ENTRY])["FailedEntryCount"] == 0

        @pytest.mark.contract_version("2019-07-11")
        def test_serves_an_older_contract(client):
            with pytest.raises(client.exceptions.ClientError, match="eventBusName"):
                client.put_events(Entries=[{**ENTRY, "EventBusName": "b" * 257}])
        """
    )
    repository.runpytest_subprocess("-p", "no:cacheprovider", "-W", "error").assert_outcomes(passed=4)


def test_cases_parametrize(repository):
    """Cases have stable ids, say what is expected, and can be verified against an endpoint."""
    repository.makepyfile(
        """
        import boto3
        import harness
        import pytest

        VALID = harness.contract_cases("events:PutEvents", valid=True, depth="smoke")
        INVALID = harness.contract_cases("supplychain:SendDataIntegrationEvent", valid=False, depth="smoke")

        @pytest.mark.parametrize("case", VALID)
        def test_client_accepts(case, contract_endpoint):
            assert case.valid and case.codes == ()
            client = boto3.client("events", endpoint_url=contract_endpoint.url)
            if "EndpointId" not in case.params:
                assert client.put_events(**case.params)["FailedEntryCount"] == 0

        @pytest.mark.parametrize("case", INVALID)
        def test_endpoint_refuses(case, contract_endpoint):
            assert not case.valid and case.codes and case.constraint
            case.verify(contract_endpoint.url)

        def test_a_wrong_endpoint_is_complained_about(contract_endpoint):
            contract_endpoint.inject_error("ConflictException", times=1)
            with pytest.raises(pytest.fail.Exception, match="wrong-error"):
                INVALID[0].values[0].verify(contract_endpoint.url)
        """
    )
    result = repository.runpytest_subprocess("-p", "no:cacheprovider", "-W", "error")
    outcomes = result.parseoutcomes()
    assert set(outcomes) == {"passed"}
    assert outcomes["passed"] > 20


def test_bad_selector_is_one_sentence(repository):
    """A selector that names nothing says so at collection."""
    repository.makepyfile('import harness\nCASES = harness.contract_cases("events:PutEvent")')
    result = repository.runpytest_subprocess("-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["*SelectorError*PutEvent*"])
