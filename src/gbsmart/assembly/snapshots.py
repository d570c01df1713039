"""Snapshots of a system: everything that its parts remember, under a name in the data folder.

Taken and put back while nothing stands (:meth:`gbsmart.assembly.system.System.rebuilding`), so that the
DCC, the homes and the Users agree with each other in every snapshot. Keys are no part of it: they stay.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import make_url

from gbsmart.assembly.homes import FILE as HOMES
from gbsmart.assembly.registers import PARTIES
from gbsmart.assembly.settings import Settings
from gbsmart.ground import InvalidValue, NotFound

MOST = 100
"""How many snapshots a data folder may hold."""
_NOTE = "snapshot.json"


class NotHere(InvalidValue):
    """What cannot be taken down and put back: it is another program's, or a database server's."""


class Note(BaseModel):
    """What goes with the files: the clock, and the faults that are on (:mod:`gbsmart.ground.faults`).

    ``clock`` is when the snapshot was taken, or None where the clock is the machine's own: it then
    goes on with the machine's time.
    """

    model_config = ConfigDict(frozen=True)

    clock: datetime | None
    speed: float
    faults: tuple[tuple[str, dict[str, str]], ...] = ()


class Snapshots:
    """The snapshots of one system's data folder."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.data / "snapshots"
        self._settings = settings

    def names(self) -> list[str]:
        """Every snapshot, by name."""
        found = self._folder.glob(f"*/{_NOTE}")
        return sorted(each.parent.name for each in found if not each.parent.name.startswith("."))

    def save(self, name: str, note: Note) -> None:
        """Keep the files as they are, whole or not at all; one of this name is replaced.

        Raises :class:`InvalidValue` where there are too many already, and as :meth:`files`.
        """
        names = self.names()
        if name not in names and len(names) >= MOST:
            raise InvalidValue(f"there are {MOST} snapshots already", field="name", remedy="Delete one.")
        unfinished = self._folder / f".{name}"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700, parents=True)
        for each in self.files():
            if each.exists():
                _copy(each, unfinished / each.name)
        (unfinished / _NOTE).write_text(note.model_dump_json())
        self.delete(name, missing_ok=True)
        unfinished.rename(self._folder / name)

    def note(self, name: str) -> Note:
        """What goes with a snapshot; raises :class:`NotFound`, :class:`InvalidValue` for a damaged one."""
        file = self._folder / name / _NOTE
        if name.startswith(".") or not file.exists():
            had = ", ".join(self.names()) or "none"
            raise NotFound(f"there is no snapshot {name!r}", remedy=f"There are: {had}.")
        try:
            return Note.model_validate_json(file.read_bytes())
        except ValidationError:
            raise InvalidValue(f"the snapshot {name!r} is damaged", field="name") from None

    def restore(self, name: str) -> Note:
        """Put the files back as they were, whole or not at all; raises as :meth:`note` and :meth:`files`.

        What is there now goes only once all of the snapshot lies beside it: a disk may be full.
        """
        note, files = self.note(name), self.files()
        beside = {each.with_name(f".{each.name}.restored"): each for each in files}
        try:
            for copy, each in beside.items():
                kept = self._folder / name / each.name
                if kept.exists():
                    shutil.copyfile(kept, copy)
            self.forget()
            for copy, each in beside.items():
                if copy.exists():
                    copy.replace(each)
        finally:
            for copy in beside:
                copy.unlink(missing_ok=True)
        return note

    def delete(self, name: str, *, missing_ok: bool = False) -> None:
        """Remove a snapshot; raises :class:`NotFound`."""
        if not missing_ok:
            self.note(name)
        shutil.rmtree(self._folder / name, ignore_errors=True)

    def forget(self) -> None:
        """Remove what the parts remember: they begin anew, under the same keys. Raises as :meth:`files`."""
        for each in self.files():
            for part in (each, *(each.with_name(each.name + end) for end in ("-wal", "-shm", "-journal"))):
                part.unlink(missing_ok=True)

    def files(self) -> list[Path]:
        """The files that are a system's memory; raises :class:`NotHere` where it is not all in files here."""
        settings = self._settings
        url = make_url(settings.database_url)
        if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
            raise NotHere(
                "this system's DCC keeps its data in a database server, which is not reset from here",
                field="database",
                remedy="Start without --database (SQLite in the data folder), or do it with the server's own "
                "tools while gbsmart is stopped.",
            )
        if settings.street:
            raise NotHere(
                f"the homes are in another process, at {settings.street}, and would not follow",
                field="street",
                remedy="Start without --street, so that the homes are in this process.",
            )
        homes = make_url(settings.homes_url).database
        assert url.database is not None
        assert homes is not None
        journals = (settings.journal(user) for _, user, _ in PARTIES)
        return [Path(url.database), Path(homes), settings.data / HOMES, *journals]


def _copy(source: Path, target: Path) -> None:
    """A file as it is; a database with what still stands in its log."""
    if source.suffix != ".db":
        shutil.copyfile(source, target)
        return
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
