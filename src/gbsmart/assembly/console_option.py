"""Where a command finds a running system: its console's address, said once for every such command."""

from __future__ import annotations

from typing import Annotated

import typer

HERE = "http://127.0.0.1:8080"

Console = Annotated[
    str, typer.Option("--console", envvar="GBSMART_CONSOLE", help="Console of the running system.")
]
