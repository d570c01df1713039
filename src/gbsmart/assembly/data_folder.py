"""The database of a data folder, as commands act on it, whether the system runs or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gbsmart.assembly.logs import keep_off_standard_output
from gbsmart.assembly.owner_only import owner_only
from gbsmart.assembly.settings import Settings, settings_of
from gbsmart.ground import NotFound
from gbsmart.store import Store, open_store

Data = Annotated[Path | None, typer.Option(help="Data folder of the system.  [default: .gbsmart]")]
Database = Annotated[str | None, typer.Option(help="URL of the DCC's database, if it is elsewhere.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@contextmanager
def opened(data: Path | None, database: str | None, *wings: str, make: bool = False) -> Iterator[Store]:
    """The store that a data folder's system uses, with the tables of these wings.

    Raises :class:`~gbsmart.ground.NotFound` where no system was started there, unless it is to be made.
    """
    keep_off_standard_output()
    settings = settings_of({"data": data, "database": database})
    if make:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    else:
        _there(settings)
    owner_only(settings.data)
    with store_of(settings, *wings) as store:
        yield store


@contextmanager
def store_of(settings: Settings, *wings: str) -> Iterator[Store]:
    """The store that these settings name, made where there is none, with the tables of these wings."""
    store = open_store(settings.database_url)
    try:
        store.migrate(*wings)
        yield store
    finally:
        store.close()


def _there(settings: Settings) -> None:
    if not settings.database and not (settings.data / "dcc.db").is_file():
        raise NotFound(
            f"there is no system in {settings.data}",
            remedy="gbsmart up makes one; or name another data folder with --data.",
        )
