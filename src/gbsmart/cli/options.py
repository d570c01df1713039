"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gbsmart.ground import Eui64
    from gbsmart.keys import MemoryKeyring

ACB = "90-B3-D5-1F-30-00-00-02"

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Keys = Annotated[
    Path | None,
    typer.Option("--keys", metavar="PATH", help="A folder of PEM or DER files, or a JSON key set."),
]
RequiredKeys = Annotated[
    Path, typer.Option("--keys", metavar="PATH", help="A folder of PEM or DER files, or a JSON key set.")
]
Broker = Annotated[
    str, typer.Option("--acb", metavar="EUI-64", help="The Access Control Broker's id: the DCC's.")
]


def keyring(path: Path) -> MemoryKeyring:
    """The keys that ``--keys`` names; raises :class:`~gbsmart.ground.NotFound`."""
    from gbsmart.ground import SystemClock
    from gbsmart.user.keyfiles import open_keys

    return open_keys(path, SystemClock())


def eui(text: str) -> Eui64:
    """An EUI-64 from the command line; raises :class:`~gbsmart.ground.InvalidValue`."""
    from gbsmart.ground import Eui64

    return Eui64.parse(text)
