"""``gbsmart account``: who may act on a system, whether it runs or not.

Whoever can write the data folder is its operator, so that the first account is made here. A password is
never an argument (:mod:`gbsmart.assembly.secret_option`).
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from gbsmart import accounts
from gbsmart.accounts import HERE, Account, Capacity, Passwords, check_password
from gbsmart.accounts.telling import told
from gbsmart.assembly.data_folder import Data, Database, Json, opened
from gbsmart.assembly.secret_option import secret
from gbsmart.ground import InvalidValue, SystemClock

app = typer.Typer(
    name="account", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    help="Accounts: who may sign in and act, and in which capacities.",
)  # fmt: skip

_Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account.")]
_Capacities = Annotated[
    list[str] | None,
    typer.Option("--capacity", metavar="ROLE[:OF]", help="Such as authority or party:SUP1; several times."),
]
_Capacity = Annotated[str, typer.Argument(metavar="ROLE[:OF]", help="Such as authority or party:SUP1.")]
_PasswordFile = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Read the password from here (-: standard input); else it is asked."),
]


@app.command()
def add(
    name: _Name,
    person: Annotated[str, typer.Option(help="What to call the person.")],
    capacity: _Capacities = None,
    password_file: _PasswordFile = None,
    data: Data = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Add an account. It may be made before the system is first started."""
    new = Account(name, person, frozenset(map(Capacity.parse, capacity or ())))
    new.check()
    kept = _kept(name, password_file)
    with opened(data, database, "accounts", make=True) as store, store.transaction() as connection:
        accounts.add_account(connection, new, kept, at=_now(), by=HERE)
        _say(connection, name, as_json=as_json)


@app.command("list")
def list_accounts(data: Data = None, database: Database = None, as_json: Json = False) -> None:
    """Every account, by name. JSON: {"accounts": [...]}."""
    with opened(data, database, "accounts") as store, store.reading() as connection:
        found = [told(each) for each in accounts.accounts(connection)]
    if as_json:
        _print({"accounts": found})
        return
    for each in found:
        state = "  closed" if each["closed"] else ""
        typer.echo(
            f"{each['name'] + '  ':<16}{each['person'] + '  ':<24}{' '.join(each['capacities'])}{state}"
        )
    if not found:
        typer.echo("There is no account yet: gbsmart account add NAME --person NAME --capacity operator")


@app.command()
def show(name: _Name, data: Data = None, database: Database = None, as_json: Json = False) -> None:
    """One account, with its tokens and history."""
    with opened(data, database, "accounts") as store, store.reading() as connection:
        _say(connection, name, as_json=as_json)
        done = [] if as_json else accounts.history(connection, name)
    for each in done:
        typer.echo(f"{each.at:%Y-%m-%d %H:%M} UTC  {each.event} {each.detail} by {each.by}")


@app.command()
def grant(
    name: _Name, capacity: _Capacity, data: Data = None, database: Database = None, as_json: Json = False
) -> None:
    """Let an account act in one more capacity."""
    with opened(data, database, "accounts") as store, store.transaction() as connection:
        accounts.grant(connection, name, Capacity.parse(capacity), at=_now(), by=HERE)
        _say(connection, name, as_json=as_json)


@app.command()
def revoke(
    name: _Name, capacity: _Capacity, data: Data = None, database: Database = None, as_json: Json = False
) -> None:
    """Take a capacity away."""
    with opened(data, database, "accounts") as store, store.transaction() as connection:
        accounts.revoke(connection, name, Capacity.parse(capacity), at=_now(), by=HERE)
        _say(connection, name, as_json=as_json)


@app.command()
def password(
    name: _Name,
    password_file: _PasswordFile = None,
    data: Data = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Set a password: sessions end, tokens do not; an account that rests after failed attempts no longer
    does."""
    kept = _kept(name, password_file)
    with opened(data, database, "accounts") as store, store.transaction() as connection:
        accounts.set_password(connection, name, kept, at=_now(), by=HERE)
        _say(connection, name, as_json=as_json)


@app.command("end-access")
def end_access(name: _Name, data: Data = None, database: Database = None, as_json: Json = False) -> None:
    """End every session and every token of an account, as where a token was found or a machine lost."""
    with opened(data, database, "accounts") as store, store.transaction() as connection:
        accounts.end_access(connection, name, at=_now(), by=HERE)
        _say(connection, name, as_json=as_json)


@app.command()
def close(name: _Name, data: Data = None, database: Database = None, as_json: Json = False) -> None:
    """Close an account for good; its history stays, and its name is not given again."""
    with opened(data, database, "accounts") as store, store.transaction() as connection:
        accounts.close(connection, name, at=_now(), by=HERE)
        _say(connection, name, as_json=as_json)


@app.command()
def token(
    name: _Name,
    label: Annotated[str, typer.Option("--for", help="What the token is for.")] = "",
    days: Annotated[int, typer.Option(help="How long it lasts.")] = 90,
    withdraw: Annotated[int | None, typer.Option(metavar="ID", help="End this token instead.")] = None,
    data: Data = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Issue a token by which a program acts as the account, and print it; it is shown this once."""
    if not -10_000 < days < 10_000:
        raise InvalidValue("is no number of days", field="days")
    with opened(data, database, "accounts") as store, store.transaction() as connection:
        if withdraw is not None:
            accounts.withdraw_token(connection, name, withdraw, at=_now(), by=HERE)
            _say(connection, name, as_json=as_json)
            return
        secret = accounts.issue_token(
            connection, name, label, at=_now(), by=HERE, random=secrets.token_bytes,
            lasts=timedelta(days=days),
        )  # fmt: skip
    if as_json:
        _print({"token": secret})
    else:
        typer.echo(secret)


def _now() -> datetime:
    """The machine's time, as for those who sign in."""
    return SystemClock().now()


def _kept(name: str, file: str | None) -> str:
    """What is kept of the password that is asked for; raises :class:`InvalidValue` for a poor one."""
    given = secret("password", file, twice=True)
    check_password(given, name)
    return Passwords().kept(given)


def _say(connection: Connection, name: str, *, as_json: bool) -> None:
    """One account. JSON: {"name", "person", "capacities", "closed", "tokens": [...], "history": [...]}."""
    account = accounts.account(connection, name)
    tokens, history = accounts.tokens(connection, name), accounts.history(connection, name)
    if as_json:
        rest = {
            "tokens": [each._asdict() for each in tokens],
            "history": [each._asdict() for each in history],
        }
        _print({**told(account), **rest})
        return
    typer.echo(f"name        {account.name}{'  closed' if account.closed else ''}")
    typer.echo(f"person      {account.person}")
    typer.echo(f"acts as     {' '.join(str(each) for each in sorted(account.capacities)) or 'nothing'}")
    for each in tokens:
        typer.echo(f"token {each.id:<6}{each.label}, until {each.ends_at:%Y-%m-%d}")


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_written))


def _written(value: Any) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else str(value)
