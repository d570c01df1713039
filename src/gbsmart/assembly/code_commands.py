"""``gbsmart code``: the Code of a data folder, whether the system runs or not.

Where there is no system, what is shipped is read all the same; only to write one is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from sqlalchemy import Connection

from gbsmart import codebook
from gbsmart.assembly import data_folder
from gbsmart.assembly.kept_clock import now_in
from gbsmart.assembly.settings import settings_of
from gbsmart.codebook.commands import add_library_commands
from gbsmart.codebook.consultations import consultations_app, fill, versions_of
from gbsmart.codebook.interpreting import add_interpretation_commands
from gbsmart.codebook.loads import add_text_commands
from gbsmart.codebook.tables import consultations, create
from gbsmart.governance.commands import add_systems_command
from gbsmart.store import Store, metadata, open_store

app = typer.Typer(
    name="code", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    help="The Code at any date: versions, provisions, words, terms, own texts, consultations.",
)  # fmt: skip


@app.callback()
def code() -> None:
    """The Code at any date: versions, provisions, words, terms, own texts, consultations."""


@contextmanager
def opened(data: Path | None, database: str | None, *, write: bool) -> Iterator[Connection]:
    """The Code of a data folder, in one transaction; to write, it raises where there is no system."""
    with _store(data, database, write=write) as store, store.transaction() as connection:
        codebook.seed(connection)
        fill(connection, now_in(data))
        yield connection


@contextmanager
def opened_library(data: Path | None, database: str | None, *, write: bool) -> Iterator[Connection]:
    """The same without the register of consultations, for who does not ask for it."""
    with _store(data, database, write=write) as store, store.transaction() as connection:
        codebook.seed(connection)
        yield connection


@contextmanager
def _store(data: Path | None, database: str | None, *, write: bool) -> Iterator[Store]:
    settings = settings_of({"data": data, "database": database})
    if write or settings.database or (settings.data / "dcc.db").is_file():
        with data_folder.opened(data, database, "codebook") as store:
            yield store
        return
    store = open_store("sqlite://")  # of the moment
    with store.transaction() as connection:
        create(connection)
        metadata.create_all(connection, tables=consultations.TABLES)
    try:
        yield store
    finally:
        store.close()


add_library_commands(app, opened_library, now_in)
add_text_commands(app, opened, now_in)
add_interpretation_commands(app, now_in)
add_systems_command(app)
app.add_typer(consultations_app(opened, now_in, versions_of))
