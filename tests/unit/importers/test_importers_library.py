"""A library is that of the place where the process is."""

from __future__ import annotations

from harness.importers.library import open_library


def test_another_directory_has_another_library(tmp_path, monkeypatch):
    """./contracts is that of the directory where the process is now; elsewhere the bundled files count."""
    place = tmp_path / "contracts" / "events" / "PutEvents"
    place.mkdir(parents=True)
    bundled = open_library().files
    found = bundled.root / "events" / "PutEvents"
    oldest = min(found.glob("*.yaml"))
    (place / oldest.name).write_text(oldest.read_text())
    monkeypatch.chdir(tmp_path)
    assert open_library().load("events", "PutEvents").version == oldest.stem
    monkeypatch.chdir(tmp_path / "contracts")
    assert open_library().load("events", "PutEvents").version != oldest.stem
    assert open_library() is open_library()
