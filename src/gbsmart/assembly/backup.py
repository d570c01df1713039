"""``gbsmart backup`` and ``gbsmart restore``: a data folder in one file, taken while the system runs.

Each database is copied by SQLite's own backup, so that it is whole; and in an order (:data:`_ORDER`) in
which whoever is asked is never behind whoever asked. What the copies then disagree on, the protocols
settle as they do after a crash: a command or a message that is sent again is known by its octets.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Annotated, Any

import typer

from gbsmart import __version__
from gbsmart.assembly.settings import Settings, settings_of
from gbsmart.ground import InvalidValue, NotFound

MANIFEST = "backup.json"
"""The first file of a backup: what it holds, with the SHA-256 of each file."""

_ORDER = ("dcc.db", "homes.db")
"""The DCC first: a device must not have forgotten what the DCC knows it did, nor a User a counter that
the DCC has seen. Everything else follows."""
_KEYS = "keys"
"""Where the key folder is in a backup, and then in the data folder."""
_PASSING = ("-wal", "-shm", "-journal")
_FORMAT = 1


def backup(
    out: Annotated[Path, typer.Argument(help="The file to write.")] = Path("gbsmart-backup.tar.gz"),
    data: Annotated[Path | None, typer.Option(help="Data folder of the system.  [default: .gbsmart]")] = None,
    database: Annotated[
        str | None, typer.Option(help="Database URL of the DCC, if it is not in the data folder.")
    ] = None,
    key_folder: Annotated[
        Path | None, typer.Option(help="The key folder, if it is not in the data folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write a data folder to one file, keys and all; the system may be running.

    The file has mode 0600: whoever holds it holds every private key. A DCC whose data is in PostgreSQL
    is not in it: take that part with pg_dump. JSON: {"out", "files", "octets", "database"}.
    """
    settings = settings_of({"data": data, "database": database, "key_folder": key_folder})
    manifest = back_up(settings, out)
    facts = {
        "out": str(out), "files": len(manifest["files"]), "octets": out.stat().st_size,
        "database": manifest["database"],
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(facts, indent=2))
        return
    typer.echo(f"{out}: {facts['files']} files, {facts['octets']} octets.")
    if manifest["database"] == "elsewhere":
        typer.echo("The DCC's data is in a database server: take it with pg_dump as well.")


def restore(
    backup: Annotated[Path, typer.Argument(help="A file that gbsmart backup wrote.")],
    data: Annotated[
        Path | None,
        typer.Option(help="The data folder to make; it must not exist, or be empty.  [default: .gbsmart]"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a data folder from a backup, every file held against its checksum and every database checked.

    gbsmart up then goes on with it; an older one is brought to the newest schema as it starts. JSON:
    {"data", "files", "taken", "gbsmart", "database"}.
    """
    folder = settings_of({"data": data}).data
    manifest = put_back(backup, folder)
    facts = {"data": str(folder), "files": len(manifest["files"])} | {
        name: manifest[name] for name in ("taken", "gbsmart", "database")
    }
    if as_json:
        typer.echo(json.dumps(facts, indent=2))
        return
    typer.echo(f"{folder}: {facts['files']} files, as of {facts['taken']}.")
    if manifest["database"] == "elsewhere":
        typer.echo("The DCC's data was in a database server: restore it with pg_restore or psql as well.")


def back_up(settings: Settings, out: Path) -> dict[str, Any]:
    """Write the data folder and the key folder to ``out``, whole or not at all; the manifest.

    Raises :class:`NotFound` where there is no such data folder, or no folder for ``out``.
    """
    if not settings.data.is_dir():
        raise NotFound(f"{settings.data} is not a folder", remedy="Say which with --data.")
    if not out.parent.is_dir():
        raise NotFound(f"{out.parent} is not a folder", remedy="Make it, or choose another file.")
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as aside:  # with mode 0700
        copies = Path(aside) / "copies"
        names = [_copied(source, copies, name) for source, name in _sources(settings, out)]
        manifest = {
            "format": _FORMAT,
            "gbsmart": __version__,
            "taken": datetime.now(UTC).isoformat(timespec="seconds"),
            "database": "elsewhere" if settings.database else "here",
            "files": {name: _digest(copies / name) for name in names},
        }
        archive = Path(aside) / "archive"
        with tarfile.open(archive, "w:gz", compresslevel=3) as tar:
            text = json.dumps(manifest, indent=1).encode()
            about = tarfile.TarInfo(MANIFEST)
            about.size, about.mode = len(text), 0o600
            tar.addfile(about, io.BytesIO(text))
            for name in names:
                tar.add(copies / name, name)
        archive.chmod(0o600)
        archive.replace(out)
    return manifest


def put_back(backup: Path, folder: Path) -> dict[str, Any]:
    """Make ``folder`` from a backup, whole or not at all; the manifest.

    Raises :class:`NotFound` where there is no such file, :class:`InvalidValue` where the folder holds
    something already and where the file is no backup or was damaged.
    """
    if not backup.is_file():
        raise NotFound(f"{backup} is not a file")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidValue(
            f"{folder} holds something already", field="--data", remedy="Restore into a new folder."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))  # with mode 0700
    try:
        manifest = _unpacked(backup, aside)
        aside.replace(folder)
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError, TypeError) as wrong:
        raise InvalidValue(
            f"{backup} is no backup, or was damaged: {str(wrong).splitlines()[0].rstrip(':-')}",
            remedy="Take another one.",
        ) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return manifest


def _sources(settings: Settings, out: Path) -> Iterator[tuple[Path, str]]:
    """Each file with its name in the backup, in the order in which they are copied."""
    elsewhere = (
        None if settings.key_store.resolve().is_relative_to(settings.data.resolve()) else settings.key_store
    )
    inside = [each for each in settings.data.rglob("*") if each.is_file() and each.resolve() != out.resolve()]
    if elsewhere is not None:  # what the data folder may hold under this name is not what is used
        inside = [each for each in inside if each.relative_to(settings.data).parts[0] != _KEYS]
    inside.sort(key=lambda each: (_ORDER.index(each.name) if each.name in _ORDER else len(_ORDER), each))
    for each in inside:
        if not each.name.endswith(_PASSING):
            yield each, each.relative_to(settings.data).as_posix()
    if elsewhere is not None:
        for each in sorted(elsewhere.rglob("*")):
            if each.is_file() and not each.name.endswith(_PASSING):
                yield each, f"{_KEYS}/{each.relative_to(elsewhere).as_posix()}"


def _copied(source: Path, folder: Path, name: str) -> str:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".db":
        with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
            there.backup(here)
            here.execute("PRAGMA journal_mode = DELETE")
    else:
        shutil.copyfile(source, target)
    target.chmod(0o600)
    return name


def _unpacked(backup: Path, folder: Path) -> dict[str, Any]:
    """Every file that the manifest names, checked; raises what reading a damaged file raises."""
    with tarfile.open(backup) as tar:
        first = tar.next()
        if first is None or first.name != MANIFEST:
            raise ValueError(f"it does not begin with {MANIFEST}")
        manifest: dict[str, Any] = json.load(_opened(tar, first))
        if manifest["format"] != _FORMAT:
            raise ValueError(f"its format is {manifest['format']}, not {_FORMAT}")
        missing: dict[str, str] = dict(manifest["files"])
        while (member := tar.next()) is not None:
            expected = missing.pop(member.name, None)
            path = PurePosixPath(member.name)
            if expected is None or path.is_absolute() or ".." in path.parts:
                raise ValueError(f"{member.name} does not belong in it")
            _write(folder / path, _opened(tar, member))
            if _digest(folder / path) != expected:
                raise ValueError(f"{member.name} is not as it was taken")
            if path.suffix == ".db":
                _check(folder / path)
    if missing:
        raise ValueError(f"{min(missing)} is missing")
    return manifest


def _opened(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    opened = tar.extractfile(member) if member.isreg() else None
    if opened is None:
        raise ValueError(f"{member.name} is no file")
    return opened


def _write(file: Path, content: IO[bytes]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        shutil.copyfileobj(content, opened)


def _check(database: Path) -> None:
    with closing(sqlite3.connect(database)) as opened:
        try:
            (found,) = opened.execute("PRAGMA integrity_check").fetchone()
        except sqlite3.DatabaseError as wrong:
            raise ValueError(f"{database.name} is no database: {wrong}") from None
    if found != "ok":
        raise ValueError(f"{database.name} is damaged: {found}")


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
