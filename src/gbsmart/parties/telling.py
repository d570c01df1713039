"""Parties as JSON values, and the public register as CSV and as an Atom feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection

from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import end_of, start_of
from gbsmart.parties.consumer_bodies import ConsumerBody
from gbsmart.parties.details import Change, details_history
from gbsmart.parties.membership import (
    Category,
    Contact,
    Details,
    IdentifierRange,
    Licence,
    Member,
    Suspension,
)
from gbsmart.parties.register import members
from gbsmart.parties.rights import standings
from gbsmart.web import FeedEntry, atom_feed, csv_table

IDENTIFIERS_PUBLIC = start_of(date(2016, 12, 14))
"""Since version 5.1 (SECMP0020) the identifiers of Schedule 5 are no longer confidential."""
COLUMNS = ("signifier", "name", "categories", "state", "state_since", "acceded_at", "original", "share",
           "registered_name", "company_number", "licences", "group", "affiliates")  # fmt: skip


def told(member: Member, at: datetime, *, whole: bool = True, reasons: bool = True) -> dict[str, Any]:
    """A Party as JSON values: what the public register shows, or the ``whole`` of it.

    Whom to write to is for the Parties; identifiers were confidential until version 5.1 of the Code. The
    ``reasons`` for which rights are suspended are those of the Panel's notices.
    """
    details = member.details
    public: dict[str, Any] = {
        "signifier": member.signifier, "name": member.name, "dcc": member.is_dcc,
        "categories": sorted(member.categories), "state": member.state, "state_since": member.state_since,
        "acceded_at": member.accession.at, "original": member.accession.original,
        "share": member.accession.share, "registered_name": details.registered_name,
        "company_number": details.company_number, "licences": sorted(details.licences),
        "group": details.group, "affiliates": list(member.affiliates),
        "suspended_rights": [_suspension(each, reasons) for each in member.suspensions if each.is_on(at)],
        "rdp_signifiers": [[each.signifier, each.name] for each in member.rdp_signifiers],
    }  # fmt: skip
    if whole or at >= IDENTIFIERS_PUBLIC:
        public["identifiers"] = [_range(each) for each in member.identifiers if each.since <= at]
    if whole:
        public |= {
            "address": details.address, "vat_number": details.vat_number,
            "domestic_premises": details.domestic_premises, "notices_to": details.notices_to,
            "notices_channel": details.notices_channel, "notices_address": details.notices_address,
            "contacts": [f"{each.matter}: {each.name}, {each.address}" for each in details.contacts],
        }  # fmt: skip
    return public


def told_history(connection: Connection, signifier: str, *, reasons: bool = True) -> dict[str, Any]:
    """What became of a Party: each step of its standing, and each change of its details."""
    steps = [
        step._asdict() | ({} if reasons else {"reason": ""}) for step in standings(connection, signifier)
    ]
    return {"standing": steps, "changes": _changes(details_history(connection, signifier))}


def told_body(body: ConsumerBody, day: date) -> dict[str, Any]:
    """A consumer body as JSON values, and whether the Code names it, and it stands in law, on a day."""
    return {**body._asdict(), "named": body.is_named(day), "in_law": body.is_in_law(day)}


def select(
    connection: Connection, at: datetime, *, category: Category | None = None, words: str = ""
) -> list[Member]:
    """The Parties of a moment, of a category, in whose names or signifier the words stand."""
    wanted = words.casefold().split()
    return [
        each
        for each in members(connection, at)
        if (category is None or category in each.categories)
        and all(
            word in f"{each.signifier} {each.name} {each.details.registered_name}".casefold()
            for word in wanted
        )
    ]


def moment_of(text: str, now: datetime) -> datetime:
    """A moment that somebody names: a day (as it ended) or ISO 8601; "" is now."""
    if not text:
        return now
    try:
        if len(text) == len("2016-05-02"):
            return end_of(date.fromisoformat(text)) - timedelta(microseconds=1)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise InvalidValue(
            f"{text!r} is no day and no moment", field="at", remedy="Write 2016-05-02."
        ) from None
    if moment.tzinfo is None:
        raise InvalidValue(f"{text!r} has no time zone", field="at", remedy="End it with Z for UTC.")
    return moment


def category_of(text: str) -> Category | None:
    """The category of a name; None for ""."""
    try:
        return Category(text) if text else None
    except ValueError:
        raise InvalidValue(
            f"{text!r} is no Party Category", field="category", remedy=f"Name {', '.join(Category)}."
        ) from None


_TEXTS = ("registered_name", "company_number", "address", "vat_number", "group", "notices_to",
          "notices_channel", "notices_address")  # fmt: skip


def changed(details: Details, given: Mapping[str, Any]) -> Details:
    """The details with what is given in them (None or absent: as it was); raises :class:`InvalidValue`.

    Licences are a list of their names, contacts a list for :func:`contact_of`, the rest texts and a number.
    """
    values: dict[str, Any] = {name: getattr(details, name) for name in Details.__dataclass_fields__}
    values |= {name: given[name].strip() for name in _TEXTS if given.get(name) is not None}
    if given.get("domestic_premises") is not None:
        values["domestic_premises"] = _count(given["domestic_premises"])
    if given.get("licences") is not None:
        values["licences"] = frozenset(map(licence_of, given["licences"]))
    if given.get("contacts") is not None:
        values["contacts"] = tuple(contact_of(each) for each in given["contacts"])
    new = Details(**values)
    new.check()
    return new


def licence_of(text: str) -> Licence:
    """The licence of a name; raises :class:`InvalidValue`."""
    try:
        return Licence(text.strip())
    except ValueError:
        raise InvalidValue(
            f"{text!r} is no licence", field="licences", remedy=f"Name {', '.join(Licence)}."
        ) from None


def contact_of(text: str) -> Contact:
    """A nominated contact, written ``matter: name, address``."""
    matter, _, rest = text.partition(":")
    name, _, address = rest.partition(",")
    parts = [part.strip() for part in (matter, name, address)]
    if not all(parts) or not all(map(str.isprintable, parts)) or len(text) > 300:
        raise InvalidValue(f"{text!r} is not MATTER: NAME, ADDRESS", field="contacts")
    return Contact(*parts)


def _count(given: Any) -> int:
    text = str(given).strip().replace(",", "") or "0"
    if not (text.isascii() and text.isdecimal() and len(text) < 12):
        raise InvalidValue(f"{given!r} is no number", field="domestic_premises")
    return int(text)


def as_csv(found: Iterable[Member], at: datetime) -> str:
    """The public register as CSV."""
    return csv_table(COLUMNS, (told(each, at, whole=False, reasons=False) for each in found))


def as_atom(found: Iterable[Member], address: str) -> bytes:
    """The public register as an Atom feed: the latest that became of each Party comes first."""
    newest = sorted(found, key=_moved, reverse=True)
    page = f"{address}/parties"
    entries = (_entry(each, f"{page}/{quote(each.signifier)}") for each in newest)
    return atom_feed(page, "SEC Parties", page, entries, author="Code Administrator")


def _entry(member: Member, where: str) -> FeedEntry:
    categories = ", ".join(sorted(member.categories)) or "outside the categories"
    title = f"{member.name} ({member.signifier})"
    return FeedEntry(where, title, _moved(member), f"{member.state}; {categories}", where)


def _moved(member: Member) -> datetime:
    """When the Party came, or its state last changed."""
    return member.state_since or member.accession.at or start_of(date(2013, 9, 23))


def _suspension(each: Suspension, reasons: bool) -> dict[str, Any]:
    return {
        "right": each.right, "roles": sorted(each.roles), "since": each.since,
        "reason": each.reason if reasons else "",
        "case": each.case,
    }  # fmt: skip


def _range(each: IdentifierRange) -> dict[str, Any]:
    return {"first": str(each.first), "last": str(each.last), "kind": each.kind, "since": each.since}


def _changes(history: list[Change]) -> list[dict[str, Any]]:
    """What each change of the details changed."""
    told, before = [], Details()
    for change in history:
        names = [
            name
            for name in Details.__dataclass_fields__
            if getattr(change.details, name) != getattr(before, name)
        ]
        told.append({"since": change.since, "by": change.by, "changed": names})
        before = change.details
    return told
