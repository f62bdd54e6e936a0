"""Releases read from wheels as data, fetched once into a cache."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from harness.errors import ConfigurationError, ContractError, RegistryUnreachable, SelectorError
from harness.importers.botocore import BotocoreRelease, InstalledBotocore
from harness.importers.releases import default_cache, explain, open_release

MODEL = {
    "metadata": {"protocol": "json", "targetPrefix": "T", "apiVersion": "2020-01-01"},
    "operations": {
        "Do": {"name": "Do", "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": "In"}}
    },
    "shapes": {
        "In": {"type": "structure", "members": {"A": {"shape": "S"}}},
        "S": {"type": "string", "max": 3},
    },
}


def make_wheel(folder, version="1.20.19", models=None, day=(2021, 3, 2), name=None):
    """A wheel with the data of a release; ``models`` maps paths below the data folder to models or bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or f"botocore-{version}-py3-none-any.whl")
    models = {"events/2015-10-07/service-2.json": MODEL} if models is None else models
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            zipfile.ZipInfo("botocore/__init__.py", (2020, 1, 1, 0, 0, 0)), "raise SystemExit('imported')"
        )
        for place, model in models.items():
            raw = model if isinstance(model, bytes) else json.dumps(model).encode()
            raw = gzip.compress(raw) if place.endswith(".gz") and not isinstance(model, bytes) else raw
            archive.writestr(zipfile.ZipInfo(f"botocore/data/{place}", (*day, 1, 2, 4)), raw)
    return path


def no_fetch(version, folder):
    raise AssertionError("the cache has it, so nothing is fetched")


def unreachable(version, folder):
    return "the package registry does not answer"


@pytest.mark.parametrize("ending", ["json", "json.gz"])
def test_a_release_is_read_from_its_wheel(tmp_path, ending):
    make_wheel(tmp_path, models={f"events/2015-10-07/service-2.{ending}": MODEL})
    release = BotocoreRelease("1.20.19", tmp_path, no_fetch)
    contract = release.load("events", "Do")
    assert (release.services(), release.operations("events")) == (("events",), ("Do",))
    assert (contract.version, contract.shapes["S"].length.max) == ("2021-03-02", 3)
    assert [(source.title, source.published) for source in contract.sources] == [
        ("botocore 1.20.19", "2021-03-02")
    ]
    assert release.load("events", "Do", "2020-02-02").version == "2020-02-02"


def test_a_service_is_read_at_its_newest_api_version(tmp_path):
    newer = {**MODEL, "operations": {"Redo": {**MODEL["operations"]["Do"], "name": "Redo"}}}
    make_wheel(
        tmp_path,
        models={
            "cloudfront/2020-05-31/service-2.json.gz": newer,
            "cloudfront/2019-03-26/service-2.json": MODEL,
            "cloudfront/2020-05-31/paginators-1.json": {},
            "endpoints.json": {},
        },
    )
    assert BotocoreRelease("1.20.19", tmp_path, no_fetch).operations("cloudfront") == ("Redo",)


def test_a_missing_wheel_is_fetched_once_and_arrives_whole(tmp_path):
    calls = []

    def fetch(version, folder):
        calls.append((version, sorted(path.name for path in (tmp_path / "cache").glob("*.whl"))))
        make_wheel(folder, version, name=f"botocore-{version}-py2.py3-none-any.whl")

    for _ in range(2):
        assert open_release("1.20.19", tmp_path / "cache", fetch).newest == "2021-03-02"
    assert calls == [("1.20.19", [])]
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["botocore-1.20.19-py2.py3-none-any.whl"]


def test_an_unreachable_registry_is_said_in_one_sentence_that_names_the_cache(tmp_path):
    with pytest.raises(RegistryUnreachable) as caught:
        BotocoreRelease("1.20.19", tmp_path, unreachable)
    assert str(caught.value) == (
        f"botocore==1.20.19: the release is not in the cache {tmp_path} and could not be fetched "
        "(the package registry does not answer)\n"
        f"  Check the version and the network, or put the release's wheel into {tmp_path}."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_fetch_that_brings_nothing_is_no_success(tmp_path):
    with pytest.raises(RegistryUnreachable, match="no wheel came"):
        open_release("1.20.19", tmp_path, lambda version, folder: None)


def test_a_cache_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RegistryUnreachable, match="the cache cannot be made"):
        open_release("1.20.19", tmp_path / "file" / "cache", no_fetch)


@pytest.mark.parametrize("version", ["", "latest", "1.20.19; rm", "--pre", "1", ">=1.2"])
def test_what_is_no_release_is_never_handed_to_pip(tmp_path, version):
    with pytest.raises(SelectorError) as caught:
        open_release(version, tmp_path, no_fetch)
    assert str(caught.value) == (
        f"botocore=={version}: {version!r} is not the version of a release\n"
        "  Write it like botocore==1.38.45."
    )


def truncated(path):
    path.write_bytes(path.read_bytes()[:-30])
    return "File is not a zip file"


def scrambled(path):
    raw = bytearray(path.read_bytes())
    at = raw.index(b'"targetPrefix"')
    raw[at + 1 : at + 3] = b"??"
    path.write_bytes(bytes(raw))
    return "its member botocore/data/events/2015-10-07/service-2.json is damaged"


def emptied(path):
    path.write_bytes(b"")
    return "File is not a zip file"


@pytest.mark.parametrize("damage", [truncated, scrambled, emptied])
def test_a_damaged_wheel_in_the_cache_is_refused_and_left_as_it_is(tmp_path, damage):
    path = make_wheel(tmp_path)
    reason = damage(path)
    before = path.read_bytes()
    with pytest.raises(ContractError) as caught:
        open_release("1.20.19", tmp_path, no_fetch)
    assert str(caught.value) == (
        f"{path}: the wheel cannot be read ({reason})\n  Delete it; it is fetched again when it is needed."
    )
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("models", "problem"),
    [
        ({}, "there are no service models in it"),
        (
            {"events/2015-10-07/service-2.json": b"{"},
            "the model events/2015-10-07/service-2.json cannot be read",
        ),
        (
            {"events/2015-10-07/service-2.json.gz": b"{}"},
            "the model events/2015-10-07/service-2.json.gz cannot be",
        ),
        ({"events/2015-10-07/service-2.json": []}, "events/2015-10-07/service-2.json is not a service model"),
    ],
    ids=["none", "no-json", "no-gzip", "no-model"],
)
def test_a_wheel_without_readable_models_is_refused(tmp_path, models, problem):
    make_wheel(tmp_path, models=models)
    with pytest.raises(ContractError) as caught:
        BotocoreRelease("1.20.19", tmp_path, no_fetch).load("events", "Do")
    assert caught.value.problem.startswith(problem)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("metadata", None),
        ("operations", None),
        ("operations", []),
        ("operations", {"Do": None}),
        ("shapes", None),
        ("shapes", {"In": []}),
        ("shapes", {"In": {}}),
        ("shapes", {"In": {"type": "structure", "members": []}}),
        ("shapes", {"In": {"type": "structure", "members": {"Name": {}}}}),
        ("shapes", {"In": {"type": "list", "member": {"shape": 5}}}),
    ],
)
def test_what_lacks_a_part_of_a_model_is_none(tmp_path, part, value):
    """A file that somebody wrote or cut is refused by its name, whatever asks for it."""
    broken = {**MODEL, part: value} if value is not None else {k: v for k, v in MODEL.items() if k != part}
    make_wheel(tmp_path, models={"events/2015-10-07/service-2.json": broken})
    with pytest.raises(ContractError) as caught:
        BotocoreRelease("1.20.19", tmp_path, no_fetch).operations("events")
    assert caught.value.problem == "events/2015-10-07/service-2.json is not a service model"


def test_unknown_names_come_with_near_ones(tmp_path):
    make_wheel(tmp_path)
    release = BotocoreRelease("1.20.19", tmp_path, no_fetch)
    with pytest.raises(SelectorError, match="Did you mean events"):
        release.load("event", "Do")
    with pytest.raises(SelectorError) as caught:
        release.load("events", "Undo")
    assert str(caught.value) == (
        "events:Undo: events has no such operation in botocore 1.20.19\n  Did you mean Do?"
    )


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            "ERROR: No matching distribution found for botocore==9.9.9\n",
            "the package registry has no such release",
        ),
        (
            "WARNING: Retrying (Retry(total=1)) after connection broken by NewConnectionError\n"
            "ERROR: Could not find a version that satisfies botocore==1.0 (from versions: none)\n"
            "ERROR: No matching distribution found for botocore==1.0\n",
            "the package registry does not answer",
        ),
        ("/usr/bin/python: No module named pip\n", "this Python has no pip"),
        ("\nERROR: disk full\n\n", "ERROR: disk full"),
        ("", "pip failed and said nothing"),
    ],
    ids=["unknown", "offline", "no-pip", "other", "silent"],
)
def test_what_pip_says_is_put_into_a_few_words(said, reason):
    assert explain(said) == reason


def test_the_cache_is_where_the_environment_says():
    assert default_cache({"HARNESS_CACHE": "/here"}) == Path("/here")
    assert default_cache({"XDG_CACHE_HOME": "/there"}) == Path("/there/aws-contract-harness")
    assert default_cache({}).name == "aws-contract-harness"


def test_the_installed_release_learns_its_day_from_its_wheel(tmp_path):
    installed = InstalledBotocore(tmp_path, no_fetch)
    make_wheel(tmp_path, installed.release, day=(2026, 9, 8))
    assert installed.release_date() == "2026-09-08"


def test_offline_the_day_of_the_installed_release_is_not_known(tmp_path):
    installed = InstalledBotocore(tmp_path, unreachable)
    with pytest.raises(ContractError) as caught:
        installed.release_date()
    assert str(caught.value) == (
        f"botocore {installed.release}: the day the installed release was published is not known "
        f"(the release is not in the cache {tmp_path} and could not be fetched "
        "(the package registry does not answer))\n"
        "  Say it with --version DATE."
    )
    assert caught.value.exit_code == 2


def test_an_environment_without_botocore_is_refused(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError) as caught:
        InstalledBotocore()
    assert str(caught.value) == (
        "botocore: the package is not installed\n  Install it, or name a release: botocore==1.38.45."
    )
