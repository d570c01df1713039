"""``gbsmart user``: the Users of a data folder, looked at and changed, whether the system runs or not.

The DCC reads its register of Users for every request and every delivery: what is changed here is so from the
next one on. Only a new User's keys are known to a running DCC no sooner than it starts again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from gbsmart import parties
from gbsmart.assembly.data_folder import Data as _Data
from gbsmart.assembly.data_folder import Database as _Database
from gbsmart.assembly.data_folder import Json as _Json
from gbsmart.assembly.data_folder import opened
from gbsmart.assembly.keys import open_keys
from gbsmart.assembly.settings import settings_of
from gbsmart.assembly.users import UserEntry, certified_users, enter_users
from gbsmart.duis import UserRole
from gbsmart.ground import Eui64, InvalidValue, NotFound
from gbsmart.parties import User

app = typer.Typer(
    name="user", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    help="The Users of a system: who there is, in which roles, and how the DCC speaks to each.",
)  # fmt: skip

_Id = Annotated[str, typer.Argument(metavar="USER", help="EUI-64 of the User.")]
_Party = Annotated[str, typer.Option(help="Signifier of its Party, which is made where it is new.")]
_Name = Annotated[str, typer.Option(help="Name of the Party, where that is new.")]
_Role = Annotated[
    list[str] | None,
    typer.Option("--role", help=f"A User Role ({', '.join(UserRole)}); may be given several times."),
]
_Receive = Annotated[
    list[str] | None,
    typer.Option("--receive", help="Where the DCC delivers: the primary address, then the alternate."),
]
_Version = Annotated[str | None, typer.Option(help="The DUIS version in which it is spoken to, such as 5.4.")]
_Certificate = Annotated[
    Path | None, typer.Option("--certificate", help="Its own XML-signing certificate, in PEM.")
]


@app.command("list")
def list_users(data: _Data = None, database: _Database = None, as_json: _Json = False) -> None:
    """Every User, by its id. JSON: {"users": [...]}, each as `gbsmart user show` has it."""
    with _register(data, database) as connection:
        found = [told(connection, each) for each in parties.users(connection)]
    if as_json:
        _print({"users": found})
        return
    for each in found:
        stopped = " ".join(each["suspended_roles"])
        state = "  suspended" if each["suspended"] else f"  suspended as {stopped}" if stopped else ""
        typer.echo(
            f"{each['id']}  {each['party']:<8}{' '.join(each['roles']):<12}"
            f"{each['schema_version']:<6}{' '.join(each['receive'])}{state}"
        )


@app.command()
def show(user: _Id, data: _Data = None, database: _Database = None, as_json: _Json = False) -> None:
    """One User. JSON: {"id", "party", "name", "roles", "receive", "schema_version", "suspended", ...}."""
    with _register(data, database) as connection:
        _say(connection, Eui64.parse(user), as_json=as_json)


@app.command()
def add(
    user: _Id,
    party: _Party,
    role: _Role = None,
    name: _Name = "",
    receive: _Receive = None,
    schema_version: _Version = None,
    certificate: _Certificate = None,
    keys: Annotated[
        Path | None, typer.Option(help="The external key set that the system is started with, if any.")
    ] = None,
    key_folder: Annotated[
        Path | None, typer.Option(help="The key folder that the system is started with, if any.")
    ] = None,
    clock: Annotated[
        datetime | None, typer.Option(help="Where the clock of the system starts (UTC), if not now.")
    ] = None,
    data: _Data = None,
    database: _Database = None,
    as_json: _Json = False,
) -> None:
    """Enter a new User, and make its keys in the system's test SMKI.

    `gbsmart keys export` gives the keys out. A DCC that runs takes what they sign once it is started again;
    with --keys whoever brought that key set brings this User's too.
    """
    user_id, told_keys = Eui64.parse(user), {"keys": keys, "key_folder": key_folder, "clock_start": clock}
    entry = _entry(user_id, party, name, role, receive, schema_version, certificate)
    with _register(data, database) as connection:
        with suppress(NotFound):
            parties.user(connection, user_id)
            raise InvalidValue(f"{user_id} is a User already", field="user", remedy="Change it.")
        enter_users(connection, [entry])
        settings = settings_of({"data": data, **told_keys})
        open_keys(settings.key_store, settings.clock(), (), keys, certified_users([entry]))
        _say(connection, user_id, as_json=as_json)


@app.command()
def change(
    user: _Id,
    party: _Party = "",
    role: _Role = None,
    name: _Name = "",
    receive: _Receive = None,
    schema_version: _Version = None,
    certificate: _Certificate = None,
    data: _Data = None,
    database: _Database = None,
    as_json: _Json = False,
) -> None:
    """Change what is held of a User; what is not given stays as it is.

    The receive addresses of the demonstration's own Users are those of `gbsmart up --receive` from its next
    start on.
    """
    user_id = Eui64.parse(user)
    with _register(data, database) as connection:
        parties.user(connection, user_id)
        enter_users(connection, [_entry(user_id, party, name, role, receive, schema_version, certificate)])
        _say(connection, user_id, as_json=as_json)


@app.command()
def suspend(user: _Id, data: _Data = None, database: _Database = None, as_json: _Json = False) -> None:
    """Suspend a User's rights (SEC Section M8): its requests are refused with E3."""
    with _register(data, database) as connection:
        parties.suspend(connection, Eui64.parse(user))
        _say(connection, Eui64.parse(user), as_json=as_json)


@app.command()
def reinstate(user: _Id, data: _Data = None, database: _Database = None, as_json: _Json = False) -> None:
    """End a suspension."""
    with _register(data, database) as connection:
        parties.reinstate(connection, Eui64.parse(user))
        _say(connection, Eui64.parse(user), as_json=as_json)


@contextmanager
def _register(data: Path | None, database: str | None) -> Iterator[Connection]:
    """The register of a system that has been started before, in one transaction."""
    with opened(data, database, "parties") as store, store.transaction() as connection:
        yield connection


def _entry(
    user_id: Eui64,
    party: str,
    name: str,
    roles: list[str] | None,
    receive: list[str] | None,
    schema_version: str | None,
    certificate: Path | None,
) -> UserEntry:
    return UserEntry(
        id=user_id, party=party, name=name, schema_version=schema_version, signing_certificate=certificate,
        roles=frozenset(map(_role, roles)) if roles else None, receive=tuple(receive) if receive else None,
    )  # fmt: skip


def _role(letters: str) -> UserRole:
    try:
        return UserRole(letters.upper())
    except ValueError:
        known = ", ".join(UserRole)
        raise InvalidValue(f"{letters!r} is no User Role", field="role", remedy=f"Name {known}.") from None


def told(connection: Connection, user: User) -> dict[str, Any]:
    """A User as JSON values."""
    names = {each.signifier: each.name for each in parties.parties(connection)}
    return {
        "id": str(user.id), "party": user.party, "name": names[user.party],
        "roles": sorted(role.value for role in user.roles), "receive": list(user.receive_addresses),
        "schema_version": user.schema_version, "suspended": user.suspended,
        "suspended_roles": sorted(role.value for role in user.suspended_roles),
        "own_certificate": user.id in parties.certificates(connection),
        "thresholds": len(parties.thresholds_of(connection, user.id)),
    }  # fmt: skip


def _say(connection: Connection, user_id: Eui64, *, as_json: bool) -> None:
    facts = told(connection, parties.user(connection, user_id))
    if as_json:
        _print(facts)
        return
    for name, value in facts.items():
        written = " ".join(value) if isinstance(value, list) else value
        shown = {True: "yes", False: "no"}[written] if isinstance(written, bool) else written
        typer.echo(f"{name.replace('_', ' '):<17}{shown}")


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
