"""What a live endpoint answers in secret stands in no report, neither of runs nor of comparisons."""

from __future__ import annotations

import contextlib
import json
import re

import pytest

from harness.cli.main import main
from harness.emulator.server import EmulatorServer
from harness.exchange import Headers, Response

SECRETS = ("planted/secret+key0123456789ABCDEF{}", "planted-session-token{}/+ab==", "ASIAPLANTEDKEY00000{}")
XML = Headers.of({"Content-Type": "text/xml"})


def answer(number, more="", status=200):
    """An answer of AssumeRole with credentials of its own."""
    key, token, key_id = (each.format(number) for each in SECRETS)
    body = f"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <Credentials><AccessKeyId>{key_id}</AccessKeyId><SecretAccessKey>{key}</SecretAccessKey>
    <SessionToken>{token}</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration></Credentials>{more}
    </AssumeRoleResult></AssumeRoleResponse>"""
    return Response(status, XML.replacing("Content-Length", str(len(body))), body.encode())


@contextlib.contextmanager
def serving(response):
    server = EmulatorServer(lambda _: response, "127.0.0.1", 0)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def no_secret_in(text):
    return [each for number in (1, 2) for each in SECRETS if each.format(number) in text] == []


@pytest.mark.parametrize(
    ("response", "code"),
    [
        pytest.param(answer(1), 1, id="as-modelled"),
        pytest.param(answer(1, status=201), 1, id="another-status"),
        pytest.param(Response(502, XML, answer(1).body[:-30]), 1, id="cut-off"),
        pytest.param(
            Response(400, XML, f"<E><Message>{SECRETS[2].format(1)}</Message></E>".encode()), 1, id="an-error"
        ),
    ],
)
def test_a_run_shows_none(tmp_path, capsys, response, code):
    """On the terminal, in JSON and in JUnit; refused inputs are accepted here, so there are findings."""
    with serving(response) as url:
        words = ["run", "sts:AssumeRole", "--depth", "smoke", "--target", url]
        files = ["--json", str(tmp_path / "run.json"), "--junit", str(tmp_path / "run.xml")]
        assert main([*words, *files]) == code
    said = capsys.readouterr()
    for text in (said.out, said.err, *(path.read_text("utf-8") for path in tmp_path.iterdir())):
        assert no_secret_in(text)


def differences(capsys, tmp_path, *words):
    path = tmp_path / "differences.json"
    main(["compare", *words, "--depth", "smoke", "--json", str(path)])
    said = capsys.readouterr()
    document = json.loads(path.read_text("utf-8"))
    assert document["summary"]["compared"] > 0, said.err
    assert no_secret_in(said.out + said.err + path.read_text("utf-8"))
    return document["differences"]


def test_other_secrets_are_no_difference(tmp_path, capsys):
    """Two endpoints hand out credentials of their own; a recording and a run have lost them."""
    with serving(answer(1)) as one, serving(answer(2)) as other:
        assert differences(capsys, tmp_path, one, other, "sts:AssumeRole") == []
        recorded, run = str(tmp_path / "recorded"), str(tmp_path / "run.json")
        main(
            [
                "run",
                "sts:AssumeRole",
                "--depth",
                "smoke",
                "--target",
                one,
                "--record",
                recorded,
                "--json",
                run,
            ]
        )
        for side in (recorded, run):
            assert differences(capsys, tmp_path, side, other, "sts:AssumeRole") == []


def test_what_differs_beside_secrets_is_told(tmp_path, capsys):
    """A member more is a difference, and so is a secret that one side alone gives."""
    more = "<SourceIdentity>me</SourceIdentity>"
    body = re.sub(rb"<SessionToken>.*</SessionToken>", b"", answer(2).body)
    gone = Response(200, XML.replacing("Content-Length", str(len(body))), body)
    with serving(answer(1)) as one, serving(answer(2, more)) as other, serving(gone) as third:
        told = differences(capsys, tmp_path, one, other, "sts:AssumeRole")
        assert {(each["grade"], each["pointer"]) for each in told} == {
            ("member", "sts:AssumeRole#/output/SourceIdentity")
        }
        told = differences(capsys, tmp_path, one, third, "sts:AssumeRole")
        assert ("member", "sts:AssumeRole#/output/Credentials/SessionToken") in {
            (each["grade"], each["pointer"]) for each in told
        }
