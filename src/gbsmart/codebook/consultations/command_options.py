"""What the commands of the register share: where it is opened, and how a value is printed."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any, Protocol

import typer
from sqlalchemy import Connection

from gbsmart.web import as_json

DataFolder = Annotated[Path | None, typer.Option(help="Data folder of the system.  [default: .gbsmart]")]
DatabaseUrl = Annotated[str | None, typer.Option(help="URL of the DCC's database, if it is elsewhere.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ConsultationId = Annotated[
    str, typer.Argument(metavar="CONSULTATION", help="Its id in the register, such as C-SEC2.")
]


class Opener(Protocol):
    """Opens the register of a data folder, in one transaction; to be written to, only of a system's."""

    def __call__(
        self, data: Path | None, database: str | None, *, write: bool
    ) -> AbstractContextManager[Connection]:
        """The register, in a transaction that ends with the block."""
        ...


def show_json(value: Any) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(as_json(value), indent=2, ensure_ascii=False))
