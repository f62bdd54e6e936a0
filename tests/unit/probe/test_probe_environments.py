"""Environments of SDK versions: made once, whole or not at all, refused in one sentence."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from harness.errors import RegistryUnreachable, UnfinishedError, UsageError
from harness.probe.environments import environment_for, parse_sdk


class Installer:
    """Puts an empty botocore into a folder, slowly, and counts how often it is asked."""

    def __init__(self, reason=None, files=("botocore/__init__.py", "bin/jp.py"), seconds=0.0):
        self.reason, self.files, self.seconds = reason, files, seconds
        self.asked = []

    def __call__(self, version, folder):
        self.asked.append(version)
        time.sleep(self.seconds)
        for name in self.files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("")
        return self.reason


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("botocore==1.20.18", "1.20.18"),
        (" botocore==1.44.5 ", "1.44.5"),
        ("botocore==2.0", "2.0.0"),
        ("botocore==1.20.18.0", "1.20.18"),
        ("botocore==1.15", "1.15.0"),
        ("botocore", "botocore"),
    ],
)
def test_reads_a_release(text, version):
    """Package and version; one release has one name, however it is spelled."""
    assert parse_sdk(text) == version


@pytest.mark.parametrize("text", ["botocore==1.14.17", "botocore==1.0", "botocore==0.9.9"])
def test_refuses_a_release_without_retry_modes(text):
    """There would be nothing to ask it in: the first that has them is named."""
    with pytest.raises(UsageError) as caught:
        parse_sdk(text)
    assert str(caught.value) == (
        f"--sdk {text}: releases before 1.15 have no retry modes to ask in\n"
        "  Name botocore==1.15.0 or a newer one."
    )


@pytest.mark.parametrize(
    "text",
    [
        "boto==1",
        "boto3==1.20.0",
        "botocore==",
        "botocore>=1.2.3",
        "botocore==1",
        "botocore==1.2.x",
        "",
    ],
)
def test_refuses_what_names_no_release(text):
    """The value and the way to write it."""
    with pytest.raises(UsageError) as caught:
        parse_sdk(text)
    assert str(caught.value) == (
        f"--sdk {text}: names no botocore release\n"
        "  Write it like --sdk botocore==1.44.5, or --sdk botocore for the installed release."
    )


def test_makes_an_environment_once(tmp_path):
    """The second time nothing is installed and nothing is said; console scripts are left out."""
    install, said = Installer(), []
    first = environment_for("1.2.3", tmp_path / "sdk", install, said.append)
    second = environment_for("1.2.3", tmp_path / "sdk", install, said.append)
    assert first == second
    assert first.sdk == "botocore==1.2.3"
    assert sorted(path.name for path in first.folder.iterdir()) == ["botocore"]
    assert install.asked == ["1.2.3"]
    assert said == [f"botocore==1.2.3: installing it into {tmp_path / 'sdk'}, once"]


def test_two_at_the_same_time_make_it_once(tmp_path):
    """The second waits for the first and takes what it made."""
    install, made = Installer(seconds=0.2), []
    threads = [
        threading.Thread(target=lambda: made.append(environment_for("1.2.3", tmp_path, install)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert install.asked == ["1.2.3"]


@pytest.mark.parametrize(
    ("install", "reason"),
    [
        (Installer(reason="the package registry has no such release"),
         "the package registry has no such release"),
        (Installer(files=("something/__init__.py",)), "no botocore came"),
    ],
    ids=["pip-fails", "nothing-came"],
)  # fmt: skip
def test_a_half_environment_never_counts(tmp_path, install, reason):
    """What failed leaves nothing behind, says why, and is tried again."""
    with pytest.raises(RegistryUnreachable) as caught:
        environment_for("99.0.0", tmp_path, install)
    assert str(caught.value) == (
        f"botocore==99.0.0: the release is not in the cache {tmp_path} and could not be installed "
        f"({reason})\n"
        "  Check the version and the network, then run it again."
    )
    assert caught.value.exit_code == 3
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    assert environment_for("99.0.0", tmp_path, Installer()).folder.is_dir()


def test_what_a_killed_process_left_is_cleared_away(tmp_path):
    """Half an environment of this version goes; another version's may be in the making."""
    made = environment_for("1.2.2", tmp_path, Installer()).folder.name
    python = made.partition("-py")[2]
    for version in ("1.2.3", "1.2.4"):
        (tmp_path / f".making-botocore-{version}-py{python}-x" / "packages").mkdir(parents=True)
    environment_for("1.2.3", tmp_path, Installer())
    left = sorted(path.name for path in tmp_path.glob(".making-*"))
    assert left == [f".making-botocore-1.2.4-py{python}-x"]


def test_a_cache_that_cannot_be_made_is_one_sentence(tmp_path):
    """The place and the way out."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UnfinishedError) as caught:
        environment_for("1.2.3", tmp_path / "file" / "sdk", Installer())
    assert str(caught.value) == (
        f"botocore==1.2.3: its environment cannot be made in {tmp_path / 'file' / 'sdk'}: Not a directory\n"
        "  Set HARNESS_CACHE to a folder that can be written."
    )


def test_the_cache_is_the_one_of_the_harness(tmp_path, monkeypatch):
    """``HARNESS_CACHE`` decides; environments lie beside fetched wheels."""
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    made = environment_for("1.2.3", None, Installer())
    assert made.folder.parent == Path(tmp_path) / "sdk"
