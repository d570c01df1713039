"""Snapshots as files: what a full disk leaves, and which names are none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gbsmart.assembly import Settings
from gbsmart.assembly.snapshots import Note, Snapshots
from gbsmart.ground import NotFound

NOTE = Note(clock=None, speed=1.0)


def texts(snapshots: Snapshots) -> list[str]:
    return [each.read_text() for each in snapshots.files() if each.exists()]


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    """Those of a system that has a snapshot, and has gone on since; its files are no databases here."""
    found = Snapshots(Settings(data=tmp_path, database=f"sqlite:///{tmp_path / 'dcc'}"))
    files = [each for each in found.files() if each.suffix != ".db"]
    for each in files:
        each.write_text("then")
    found.save("first", NOTE)
    for each in files:
        each.write_text("now")
    return found


def test_what_was_is_put_back(snapshots: Snapshots, tmp_path: Path) -> None:
    assert snapshots.restore("first") == NOTE
    assert set(texts(snapshots)) == {"then"}
    assert not list(tmp_path.glob(".*"))


def test_a_full_disk_leaves_what_is(
    snapshots: Snapshots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = iter([True, False])
    copyfile = shutil.copyfile

    def copied(source: Path, target: Path) -> Path:
        if not next(room):
            raise OSError(28, "No space left on device")
        return copyfile(source, target)

    monkeypatch.setattr("gbsmart.assembly.snapshots.shutil.copyfile", copied)
    with pytest.raises(OSError, match="No space"):
        snapshots.restore("first")
    assert set(texts(snapshots)) == {"now"}
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("name", ["second", ".first", "..", "../snapshots/first/..", ""])
def test_what_is_no_snapshot_is_not_found(snapshots: Snapshots, name: str) -> None:
    with pytest.raises(NotFound, match="first"):
        snapshots.restore(name)
    assert set(texts(snapshots)) == {"now"}
