"""``gbsmart party``: the register of Parties of a data folder, whether the system runs or not."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from gbsmart import parties
from gbsmart.accounts import HERE
from gbsmart.assembly.data_folder import Data, Database, Json, opened
from gbsmart.assembly.kept_clock import now_in
from gbsmart.ground import Eui64, InvalidValue, SystemClock
from gbsmart.ground.working_days import civil_day
from gbsmart.parties import (
    Category,
    Details,
    IdentifierKind,
    IdentifierRange,
    Licence,
    Party,
    RdpSignifier,
    telling,
)
from gbsmart.parties.consumer_bodies import consumer_bodies
from gbsmart.web import as_json as plain

app = typer.Typer(
    name="party", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    help="The Parties to the Code: categories, Voting Groups, details, identifiers, standing.",
)  # fmt: skip

_Signifier = Annotated[str, typer.Argument(metavar="SIGNIFIER", help="Signifier of the Party.")]
_At = Annotated[
    str,
    typer.Option(metavar="WHEN", help="A day (as it ended) or a moment in ISO 8601.  [default: now]"),
]
_By = Annotated[str, typer.Option(metavar="WHEN", help="From when this is so, as --at.  [default: now]")]
_Text = Annotated[str | None, typer.Option()]
_Licences = Annotated[
    list[str] | None,
    typer.Option("--licence", help=f"A licence ({', '.join(Licence)}); may be given several times."),
]
_Group = Annotated[str | None, typer.Option(help="Corporate group: Parties of one are Affiliates.")]
_Premises = Annotated[int | None, typer.Option(help="Domestic premises that the Party itself supplies.")]
_Notices = Annotated[str | None, typer.Option(help="Who takes notices (SEC M10).")]
_Channel = Annotated[str | None, typer.Option(help="How: email, post or hand.")]
_NoticesAddress = Annotated[str | None, typer.Option(help="Where notices go.")]
_Contacts = Annotated[
    list[str] | None,
    typer.Option("--contact", metavar="'MATTER: NAME, ADDRESS'", help="A nominated contact; several times."),
]


@app.command("list")
def list_parties(
    category: Annotated[str, typer.Option(help=f"Only of this category ({', '.join(Category)}).")] = "",
    at: _At = "",
    data: Data = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Every Party, former ones too. JSON: {"at", "parties": [...]}, each as `gbsmart party show` has it."""
    with opened(data, database, "parties") as store, store.reading() as connection:
        moment = telling.moment_of(at, now_in(data))
        members = telling.select(connection, moment, category=telling.category_of(category))
        found = [telling.told(each, moment) for each in members]
    if as_json:
        _print({"at": moment, "parties": found})
        return
    for each in found:
        where = ", ".join(each["categories"]) or "outside the categories"
        typer.echo(f"{each['signifier']:<12}{each['name']:<28}{each['state']:<15}{where}")


@app.command()
def show(
    signifier: _Signifier, at: _At = "", data: Data = None, database: Database = None, as_json: Json = False
) -> None:
    """One Party, with its history. JSON: {"signifier", "name", "categories", "state", ..., "changes"}."""
    with opened(data, database, "parties") as store, store.reading() as connection:
        _say(connection, signifier, telling.moment_of(at, now_in(data)), as_json=as_json)


@app.command()
def add(
    signifier: _Signifier,
    name: Annotated[str, typer.Option(help="Name in the registers.")],
    original: Annotated[bool, typer.Option("--original", help="By the Framework Agreement.")] = False,
    share: Annotated[bool, typer.Option("--share", help="It holds a share in SECCo.")] = False,
    bar_shortened: Annotated[
        bool, typer.Option("--bar-shortened", help="The Panel lets it accede within 12 months of expulsion.")
    ] = False,
    registered_name: _Text = None,
    company_number: _Text = None,
    address: _Text = None,
    vat_number: _Text = None,
    licence: _Licences = None,
    group: _Group = None,
    premises: _Premises = None,
    notices_to: _Notices = None,
    notices_channel: _Channel = None,
    notices_address: _NoticesAddress = None,
    contact: _Contacts = None,
    since: _By = "",
    data: Data = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Enter somebody who became a Party, as the accession procedure does (SEC B1)."""
    given = {
        "registered_name": registered_name or name, "company_number": company_number, "address": address,
        "vat_number": vat_number, "licences": licence, "group": group, "domestic_premises": premises,
        "notices_to": notices_to, "notices_channel": notices_channel, "notices_address": notices_address,
        "contacts": contact,
    }  # fmt: skip
    details, moment = telling.changed(Details(), given), telling.moment_of(since, now_in(data))
    with opened(data, database, "parties", make=True) as store, store.transaction() as connection:
        new = Party(signifier, name)
        parties.accede(
            connection, new, details, at=moment, by=HERE, original=original, share=share,
            bar_shortened=bar_shortened,
        )  # fmt: skip
        _say(connection, signifier, moment, as_json=as_json)


@app.command()
def change(
    signifier: _Signifier,
    name: Annotated[str | None, typer.Option(help="Name in the registers.")] = None,
    registered_name: _Text = None,
    company_number: _Text = None,
    address: _Text = None,
    vat_number: _Text = None,
    licence: _Licences = None,
    no_licence: Annotated[bool, typer.Option("--no-licence", help="It holds none any more.")] = False,
    group: _Group = None,
    premises: _Premises = None,
    notices_to: _Notices = None,
    notices_channel: _Channel = None,
    notices_address: _NoticesAddress = None,
    contact: _Contacts = None,
    since: _By = "",
    data: Data = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Change Party Details (SEC M6); what is not given stays as it is, and how it was is kept."""
    given = {
        "registered_name": registered_name, "company_number": company_number, "address": address,
        "vat_number": vat_number, "licences": [] if no_licence else licence, "group": group,
        "domestic_premises": premises, "notices_to": notices_to, "notices_channel": notices_channel,
        "notices_address": notices_address, "contacts": contact,
    }  # fmt: skip
    moment = telling.moment_of(since, now_in(data))
    with opened(data, database, "parties") as store, store.transaction() as connection:
        parties.member(connection, signifier, moment)
        if name is not None:
            parties.rename_party(connection, signifier, name)
        details = telling.changed(parties.details_of(connection, signifier, moment), given)
        parties.change_details(connection, signifier, details, at=moment, by=HERE)
        _say(connection, signifier, moment, as_json=as_json)


@app.command()
def identifiers(
    signifier: _Signifier,
    count: Annotated[int, typer.Option(help="How many of the Panel's range to issue.")] = 1,
    kind: Annotated[str, typer.Option(help=f"What they are for ({', '.join(IdentifierKind)}).")] = "user",
    first: Annotated[
        str | None, typer.Option(metavar="EUI-64", help="Enter a range that begins here.")
    ] = None,
    last: Annotated[str | None, typer.Option(metavar="EUI-64", help="And ends here.")] = None,
    since: _By = "",
    data: Data = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Issue identifiers to a Party (SEC B2), or enter a range that it has already."""
    moment, purpose = telling.moment_of(since, now_in(data)), _kind(kind)
    with opened(data, database, "parties") as store, store.transaction() as connection:
        if first is None:
            parties.issue_range(connection, signifier, purpose, count=count, at=moment)
        else:
            ends = Eui64.parse(first), Eui64.parse(last or first)
            parties.add_range(connection, IdentifierRange(*ends, purpose, signifier, moment))
        _say(connection, signifier, moment, as_json=as_json)


@app.command()
def rdp(
    signifier: _Signifier,
    rdp_signifier: Annotated[str, typer.Argument(metavar="RDP", help="Signifier of the provider.")],
    name: Annotated[str, typer.Option(help="Name of the provider.")],
    data: Data = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """Enter the Registration Data Provider that a network Party appointed."""
    with opened(data, database, "parties") as store, store.transaction() as connection:
        parties.add_rdp_signifier(connection, RdpSignifier(rdp_signifier, name, signifier))
        _say(connection, signifier, now_in(data), as_json=as_json)


@app.command("voting-groups")
def voting_groups(
    category: Annotated[str, typer.Argument(help=f"The category ({', '.join(Category)}).")],
    at: _At = "",
    data: Data = None,
    database: Database = None,
    as_json: Json = False,
) -> None:
    """The Voting Groups of a category. JSON: {"at", "category", "voting_groups": [{"name", "members"}]}."""
    wanted = telling.category_of(category)
    if wanted is None:
        raise InvalidValue("name one", field="category")
    with opened(data, database, "parties") as store, store.reading() as connection:
        moment = telling.moment_of(at, now_in(data))
        found = parties.voting_groups(connection, wanted, moment)
    if as_json:
        groups = [{"name": each.name, "members": each.members} for each in found]
        _print({"at": moment, "category": wanted, "voting_groups": groups})
        return
    for each in found:
        typer.echo(f"{each.name:<28}{' '.join(each.members)}")


@app.command("consumer-bodies")
def list_consumer_bodies(at: _At = "", as_json: Json = False) -> None:
    """Who speaks for consumers under the Code on a day. JSON: {"day", "consumer_bodies": [...]}."""
    day: date = civil_day(telling.moment_of(at, SystemClock().now()))
    found = [telling.told_body(each, day) for each in consumer_bodies()]
    if as_json:
        _print({"day": day, "consumer_bodies": found})
        return
    for each in found:
        says = f"{'named' if each['named'] else 'not named'} in the Code"
        typer.echo(f"{each['name']:<28}{says}, {'stands' if each['in_law'] else 'does not stand'} in law")


def _kind(text: str) -> IdentifierKind:
    try:
        return IdentifierKind(text)
    except ValueError:
        known = ", ".join(IdentifierKind)
        raise InvalidValue(f"{text!r} is no kind", field="kind", remedy=f"Name {known}.") from None


def _say(connection: Connection, signifier: str, at: datetime, *, as_json: bool) -> None:
    member = parties.member(connection, signifier, at)
    facts = {**telling.told(member, at), **telling.told_history(connection, signifier)}
    if as_json:
        _print(facts)
        return
    for name, value in plain(facts).items():
        if value in ("", None, [], False):
            continue
        if isinstance(value, list):
            value = "; ".join(map(_words, value))
        typer.echo(f"{name.replace('_', ' '):<18}{'yes' if value is True else value}")


def _words(value: Any) -> str:
    """A fact as one reads it: an object as its names and values, without those that are empty."""
    if isinstance(value, dict):
        return ", ".join(
            f"{name} {_words(each)}" for name, each in value.items() if each not in ("", None, [])
        )
    return " ".join(value) if isinstance(value, list) else str(value)


def _print(value: Any) -> None:
    typer.echo(json.dumps(plain(value), indent=2, ensure_ascii=False))
