"""``gbsmart keys``: a User's keys, given out for a program of its own.

Only that User's private keys leave the key store. The certificates of everyone else are public and go
along, so that the program can check what it receives.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from gbsmart.assembly.keys import open_keys
from gbsmart.assembly.plan import IMPORT_SUPPLIER, plan_street
from gbsmart.assembly.settings import Settings, settings_of
from gbsmart.assembly.street import devices_of
from gbsmart.ground import Eui64, NotFound
from gbsmart.keys import KeyEntry, export_json


def keys(
    user: Annotated[str, typer.Argument(metavar="USER", help="EUI-64 of a User of the system.")] = str(
        IMPORT_SUPPLIER
    ),
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")] = Path("keys.json"),
    data: Annotated[
        Path | None,
        typer.Option(help="Data folder of the system.  [default: .gbsmart]"),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option(help="The external key set that the system was started with, if any."),
    ] = None,
    key_folder: Annotated[
        Path | None,
        typer.Option(help="The key folder that the system was started with, if any."),
    ] = None,
    clock: Annotated[
        datetime | None,
        typer.Option(help="Where the clock of the system starts (UTC), if not now."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write the keys of one User of a system to a JSON file that only you can read (mode 0600).

    The file holds that User's private keys in the clear, and everyone's certificates. Where there is no
    system yet its keys are made now, for the time of --clock, and gbsmart up goes on with them. JSON:
    {"user", "file", "private_keys", "certificates"}.
    """
    given = {"data": data, "keys": keys, "key_folder": key_folder, "clock_start": clock}
    entries = entries_of(Eui64.parse(user), settings_of(given))
    write_private(out, entries)
    held = sum(entry.private_key is not None for entry in entries)
    if as_json:
        facts = {"user": user, "file": str(out), "private_keys": held, "certificates": len(entries)}
        typer.echo(json.dumps(facts, indent=2))
    else:
        typer.echo(f"{out}: {held} private keys of {user}, {len(entries)} certificates.")


def entries_of(user: Eui64, settings: Settings) -> tuple[KeyEntry, ...]:
    """Everyone's certificates, and the private keys of ``user`` alone.

    The keys are those of the system that ``settings`` describe, made on first use. Raises
    :class:`~gbsmart.ground.NotFound` where the key set holds no private key of a User of that id.
    """
    devices = devices_of(plan_street(settings.homes))
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = open_keys(settings.key_store, settings.clock(), devices, settings.keys)
    if user not in held.users():
        raise NotFound(
            f"the key set holds no private key of a User {user}",
            remedy=f"It has keys of {', '.join(map(str, held.users())) or 'no User'}.",
        )
    return tuple(
        entry if entry.certificate.holder == user else replace(entry, private_key=None)
        for entry in (*held.authorities, *held.organisations, *held.devices)
    )


def write_private(file: Path, entries: Iterable[KeyEntry]) -> None:
    """Write ``entries`` with their private keys to ``file``, whole or not at all, under mode 0600.

    Raises :class:`~gbsmart.ground.NotFound` where there is no folder for it.
    """
    if not file.parent.is_dir():
        raise NotFound(f"{file.parent} is not a folder", remedy="Make it, or choose another with --out.")
    text = export_json(entries, private_keys=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")  # with mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(text)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
