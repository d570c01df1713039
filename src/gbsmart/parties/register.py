"""The register of Parties: accession, what is held of each, Voting Groups, identifiers (SEC B1, B2, M6)."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from gbsmart.ground import Eui64, InvalidValue, NotAllowed, NotFound
from gbsmart.parties.details import all_details, change_details
from gbsmart.parties.membership import (
    GONE,
    REACCESSION_BAR_MONTHS,
    Accession,
    Category,
    Details,
    IdentifierKind,
    IdentifierRange,
    Licence,
    Member,
    RdpSignifier,
    State,
    VotingGroup,
    categories_of,
)
from gbsmart.parties.model import Party
from gbsmart.parties.rights import all_suspensions, check_known, last_steps, state_of
from gbsmart.parties.service import add_party, parties
from gbsmart.parties.tables import (
    party,
    party_accession,
    party_identifier,
    rdp_signifier,
)

PANEL_RANGE = (Eui64.parse("90-B3-D5-1F-40-00-00-00"), Eui64.parse("90-B3-D5-1F-7F-FF-FF-FF"))
"""From which the Panel issues identifiers here (a choice of ours: the real ranges are not published)."""

_SIGNIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")


def accede(
    connection: Connection,
    new: Party,
    details: Details,
    *,
    at: datetime,
    by: str,
    original: bool = False,
    share: bool = False,
    bar_shortened: bool = False,
) -> None:
    """Enter somebody who has become a Party; raises as :func:`check_may_accede`."""
    check_may_accede(connection, new.signifier, details, at, bar_shortened=bar_shortened)
    add_party(connection, new)
    set_accession(connection, new.signifier, Accession(at, original, share))
    change_details(connection, new.signifier, details, at=at, by=by)


def check_may_accede(
    connection: Connection, signifier: str, details: Details, at: datetime, *, bar_shortened: bool = False
) -> None:
    """Raise where this organisation cannot accede (SEC B1.1, B1.2).

    :class:`InvalidValue` for a signifier that is none or is taken, or a company that is a Party already, or
    will be on a day that is set;
    :class:`~gbsmart.ground.NotAllowed` for one expelled in the last 12 months, unless the Panel shortened
    the bar.
    """
    details.check()
    is_dcc = Licence.SMART_METER_COMMUNICATION in details.licences
    if not _SIGNIFIER.match(signifier) or (signifier.upper() == "DCC" and not is_dcc):
        raise InvalidValue(
            f"{signifier!r} is no signifier that a Party can have", field="signifier",
            remedy="Up to 40 letters, digits, '.', '_' and '-'; DCC is the DCC's.",
        )  # fmt: skip
    if any(each.signifier == signifier for each in parties(connection)):
        raise InvalidValue(f"{signifier!r} is taken", field="signifier")
    days_set = (each.at for each in _accessions(connection).values() if each.at is not None)
    for each in members(connection, max([at, *days_set])):
        if each.details.group == signifier:
            raise InvalidValue(f"{signifier!r} is the name of a corporate group", field="signifier")
        if not _is_same(each.details, details):
            continue
        if each.state not in GONE:
            raise InvalidValue(f"{each.name} is a Party already, as {each.signifier}", field="company_number")
        barred = each.state is State.EXPELLED and not bar_shortened
        if barred and each.state_since is not None and at < _months_after(each.state_since):
            raise NotAllowed(
                f"{each.name} was expelled on {each.state_since:%Y-%m-%d}: it may accede again "
                f"{REACCESSION_BAR_MONTHS} months later, or earlier where the Panel says so (SEC B1.2)"
            )


def _is_same(one: Details, other: Details) -> bool:
    if one.company_number and other.company_number:
        return one.company_number == other.company_number
    name = one.registered_name.casefold()
    return bool(name) and name == other.registered_name.casefold()


def _months_after(moment: datetime) -> datetime:
    year = moment.year + REACCESSION_BAR_MONTHS // 12
    is_leap_day = (moment.month, moment.day) == (2, 29)
    return moment.replace(year=year, day=28) if is_leap_day else moment.replace(year=year)


def is_outside(connection: Connection, signifier: str, at: datetime) -> bool:
    """Whether a signifier is of somebody who is no Party at a moment: no longer, or not yet.

    One that the register does not know is nobody's, so that nothing can be said of it.
    """
    wanted = select(party_accession.c.at).where(party_accession.c.party == signifier)
    since = connection.scalar(wanted)
    return (since is not None and since > at) or state_of(connection, signifier, at) in GONE


def set_accession(connection: Connection, signifier: str, accession: Accession) -> None:
    """Note when and how somebody became a Party."""
    check_known(connection, signifier)
    connection.execute(delete(party_accession).where(party_accession.c.party == signifier))
    values = {
        "party": signifier, "at": accession.at, "original": accession.original, "share": accession.share,
    }  # fmt: skip
    connection.execute(insert(party_accession).values(values))


def rename_party(connection: Connection, signifier: str, name: str) -> None:
    """Call a Party otherwise in the registers; its signifier stays."""
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise InvalidValue("needs up to 200 characters, on one line", field="name")
    check_known(connection, signifier)
    connection.execute(update(party).where(party.c.signifier == signifier).values(name=name))


def member(connection: Connection, signifier: str, at: datetime) -> Member:
    """A Party with all that was held of it at a moment; raises :class:`~gbsmart.ground.NotFound`."""
    for each in members(connection, at):
        if each.signifier == signifier:
            return each
    raise NotFound(f"{signifier!r} is no Party")


def members(connection: Connection, at: datetime) -> list[Member]:
    """Every Party as it was at a moment, former ones too, by signifier; not those that acceded later."""
    known = parties(connection)
    accessions = _accessions(connection)
    details = all_details(connection, at)
    steps = last_steps(connection, at)
    suspended = all_suspensions(connection)
    ranges = identifiers(connection)
    providers = rdp_signifiers(connection)
    there = [each for each in known if _has_acceded(accessions.get(each.signifier), at)]
    gone = {signifier for signifier, step in steps.items() if step.state in GONE}
    groups: dict[str, list[str]] = defaultdict(list)
    for each in there:
        group = details.get(each.signifier, Details()).group
        if group and each.signifier not in gone:
            groups[group].append(each.signifier)
    found = []
    for each in there:
        mine = details.get(each.signifier, Details())
        affiliated = groups.get(mine.group, [])
        others = [name for name in affiliated if name != each.signifier]
        premises = mine.domestic_premises + sum(details[name].domestic_premises for name in others)
        step = steps.get(each.signifier)
        found.append(
            Member(
                each.signifier, each.name, step.state if step else State.ACTIVE, step.at if step else None,
                accessions.get(each.signifier, Accession()), mine, categories_of(mine.licences, premises),
                tuple(others), tuple(suspended.get(each.signifier, ())),
                tuple(one for one in ranges if one.party == each.signifier),
                tuple(one for one in providers if one.party == each.signifier),
            )
        )  # fmt: skip
    return found


def voting_groups(connection: Connection, category: Category, at: datetime) -> list[VotingGroup]:
    """The Voting Groups of a category at a moment: Affiliates in it vote as one.

    Its name is that of the corporate group, or the signifier of a Party by itself. Who was a Party no
    longer is in none; whose right to vote is suspended is (:func:`gbsmart.parties.party_rights` tells).
    """
    together: dict[str, list[str]] = defaultdict(list)
    for each in members(connection, at):
        if category in each.categories and each.state not in GONE:
            together[each.details.group or each.signifier].append(each.signifier)
    return sorted(VotingGroup(name, category, tuple(those)) for name, those in together.items())


def add_range(connection: Connection, new: IdentifierRange) -> None:
    """Enter a range of identifiers; raises :class:`InvalidValue` where one of them is somebody's already."""
    check_known(connection, new.party)
    if new.last < new.first:
        raise InvalidValue("ends before it begins", field="last")
    row = party_identifier.c
    taken = select(row.party).where(row.first <= new.last, row.last >= new.first)
    if (found := connection.execute(taken).first()) is not None:
        raise InvalidValue(f"{new.first} to {new.last} holds identifiers of {found.party}", field="first")
    values = {
        "first": new.first, "last": new.last, "kind": new.kind.value, "party": new.party, "since": new.since,
    }  # fmt: skip
    connection.execute(insert(party_identifier).values(values))


def issue_range(
    connection: Connection, signifier: str, kind: IdentifierKind, *, count: int, at: datetime
) -> IdentifierRange:
    """Give a Party the next free identifiers of the Panel's range (SEC B2)."""
    begin, end = (int.from_bytes(each) for each in PANEL_RANGE)
    if not 0 < count <= end - begin + 1:
        raise InvalidValue("ask for one identifier or more", field="count")
    for each in identifiers(connection):
        if int.from_bytes(each.first) < begin + count and int.from_bytes(each.last) >= begin:
            begin = int.from_bytes(each.last) + 1
    if begin + count - 1 > end:
        raise InvalidValue("the Panel's range does not hold so many any more", field="count")
    first, last = (Eui64(value.to_bytes(8)) for value in (begin, begin + count - 1))
    new = IdentifierRange(first, last, kind, signifier, at)
    add_range(connection, new)
    return new


def identifiers(connection: Connection) -> list[IdentifierRange]:
    """Every range of identifiers, in order."""
    wanted = select(party_identifier).order_by(party_identifier.c.first)
    return [
        IdentifierRange(row.first, row.last, IdentifierKind(row.kind), row.party, row.since)
        for row in connection.execute(wanted)
    ]


def holder_of(connection: Connection, identifier: Eui64) -> str | None:
    """The Party in whose range an identifier is."""
    row = party_identifier.c
    wanted = select(row.party).where(row.first <= identifier, row.last >= identifier)
    return connection.execute(wanted).scalar_one_or_none()


def add_rdp_signifier(connection: Connection, new: RdpSignifier) -> None:
    """Enter the signifier of a Registration Data Provider, for the network Party that appointed it."""
    check_known(connection, new.party)
    if not new.signifier or len(new.signifier) > 40 or not new.signifier.isprintable():
        raise InvalidValue("needs up to 40 characters", field="signifier")
    values = {"signifier": new.signifier, "name": new.name, "party": new.party}
    connection.execute(insert(rdp_signifier).values(values))


def rdp_signifiers(connection: Connection) -> list[RdpSignifier]:
    """Every Registration Data Provider, by signifier."""
    wanted = select(rdp_signifier).order_by(rdp_signifier.c.signifier)
    return [RdpSignifier(row.signifier, row.name, row.party) for row in connection.execute(wanted)]


def _accessions(connection: Connection) -> dict[str, Accession]:
    rows = connection.execute(select(party_accession))
    return {row.party: Accession(row.at, row.original, row.share) for row in rows}


def _has_acceded(accession: Accession | None, at: datetime) -> bool:
    return accession is None or accession.at is None or accession.at <= at
