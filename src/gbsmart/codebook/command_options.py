"""What the commands of the Code share: where its library is opened, and how a value is printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer
from sqlalchemy import Connection

from gbsmart.web import as_json

DataFolder = Annotated[
    Path | None,
    typer.Option(help="Data folder of the system, whose clock says what is now.  [default: .gbsmart]"),
]
DatabaseUrl = Annotated[str | None, typer.Option(help="URL of the DCC's database, if it is elsewhere.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

Now = Callable[[Path | None], datetime]
"""What time it is in the system of a data folder; where there is none, by the machine's clock."""


class Opener(Protocol):
    """Opens the library of a data folder, in one transaction."""

    def __call__(
        self, data: Path | None, database: str | None, *, write: bool
    ) -> AbstractContextManager[Connection]:
        """The connection; without ``write`` what is shipped is read where there is no system."""
        ...


def show_json(value: Any) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(as_json(value), indent=2, ensure_ascii=False))
