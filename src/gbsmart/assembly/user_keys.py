"""``gbsmart keys``: Users' keys, given out for programs of their own.

Only the private keys of the Users that are named leave the key store. The certificates of everyone else
are public and go along, so that a program can check what it receives.
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
from gbsmart.assembly.plan import plan_street
from gbsmart.assembly.settings import Settings, settings_of
from gbsmart.assembly.street import devices_of
from gbsmart.assembly.users import certified
from gbsmart.ground import Eui64, NotFound
from gbsmart.keys import KeyEntry, export_folder, export_json

app = typer.Typer(
    name="keys", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    help="The keys of a system's Users, for programs of their own.",
)  # fmt: skip


@app.callback()
def _group() -> None:
    pass


@app.command()
def export(
    users: Annotated[
        list[str] | None,
        typer.Argument(metavar="[USER]...", help="EUI-64 of each User whose private keys to write, or ALL."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The JSON file, or the folder, to write.")] = Path(
        "keys.json"
    ),
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
    homes: Annotated[int | None, typer.Option(help="How many homes the system has.  [default: 1]")] = None,
    clock: Annotated[
        datetime | None,
        typer.Option(help="Where the clock of the system starts (UTC), if not now."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write everyone's certificates, and the private keys of the Users that you name.

    Without a USER no private key is written. An --out that ends in .json is one JSON file; any other is
    a folder: PEM files by EUI-64 and use, the same as organisations.json, and xml-signing, which goes
    before the public signing tool on its class path. Files with private keys, which are in the clear,
    are yours alone to read (mode 0600).

    Where there is no system yet its keys are made now, for the time of --clock, and gbsmart up goes on
    with them. JSON: {"users", "out", "private_keys", "certificates"}.
    """
    given = {"data": data, "keys": keys, "key_folder": key_folder, "homes": homes, "clock_start": clock}
    asked = users or []
    every = [each.lower() for each in asked] == ["all"]
    entries = entries_of(None if every else tuple(map(Eui64.parse, asked)), settings_of(given))
    if out.suffix == ".json":
        write_private(out, entries)
    else:
        export_folder(entries, out, private_keys=True)
    owners = dict.fromkeys(str(e.certificate.holder) for e in entries if e.private_key is not None)
    held = sum(entry.private_key is not None for entry in entries)
    if as_json:
        facts = {"users": [*owners], "out": str(out), "private_keys": held, "certificates": len(entries)}
        typer.echo(json.dumps(facts, indent=2))
    else:
        whose = f" of {', '.join(owners)}" if owners else ""
        typer.echo(f"{out}: {held} private keys{whose}, {len(entries)} certificates.")


def entries_of(users: Iterable[Eui64] | None, settings: Settings) -> tuple[KeyEntry, ...]:
    """Everyone's certificates, and the private keys of ``users`` alone (``None``: of every User).

    The keys are those of the system that ``settings`` describe, made on first use. Raises
    :class:`~gbsmart.ground.NotFound` where the key set holds no private key of a User among them; the DCC
    is none.
    """
    devices = devices_of(plan_street(settings.homes))
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    users_too = certified(settings.users)
    held = open_keys(settings.key_store, settings.clock(), devices, settings.keys, users_too)
    wanted = frozenset(held.users() if users is None else users)
    if strangers := sorted(wanted - set(held.users())):
        raise NotFound(
            f"the key set holds no private key of a User {strangers[0]}",
            remedy=f"It has keys of {', '.join(map(str, held.users())) or 'no User'}. A User of a file gets "
            "its keys when gbsmart up --users FILE starts.",
        )
    return tuple(
        entry if entry.certificate.holder in wanted else replace(entry, private_key=None)
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
