"""What a licence or the Code asks of whom: the conditions of the licences, and the duties of Parties.

The licences are not part of the Code; they are why energy companies and the DCC are Parties. What is known
of them here is a table of conditions with the provisions of the Code that each leads to, and another of the
Code's main duties; each row says how sure it is (S: a source says so, M: from memory).
"""

from __future__ import annotations

import csv
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from sqlalchemy import Connection

from gbsmart import parties
from gbsmart.ground import InvalidValue
from gbsmart.parties import Licence, Member

EVERY_PARTY, USER, DCC = "every Party", "User", "DCC"


class LicenceCondition(NamedTuple):
    """A condition of a licence: what it asks, and the provisions of the Code that it leads to."""

    licence: Licence
    condition: str
    title: str
    duty: str
    provisions: tuple[str, ...]
    basis: str


class Obligation(NamedTuple):
    """Something that a Party owes: under which provision or condition, and when."""

    under: str
    duty: str
    when: str
    basis: str
    provisions: tuple[str, ...] = ()


class HeldCondition(NamedTuple):
    """A condition with the Parties that hold such a licence."""

    condition: LicenceCondition
    holders: tuple[str, ...]


@lru_cache(maxsize=1)
def licence_conditions() -> tuple[LicenceCondition, ...]:
    """Every condition that is known, by licence."""
    return tuple(
        LicenceCondition(
            Licence(row["licence"]), row["condition"], row["title"], row["duty"],
            tuple(row["provisions"].split(";")), row["basis"],
        )
        for row in _rows("licence_conditions.csv")
    )  # fmt: skip


def held_conditions(
    connection: Connection, at: datetime, licence: Licence | None = None
) -> list[HeldCondition]:
    """The conditions (of one licence), each with the Parties that hold it at a moment."""
    members = [one for one in parties.members(connection, at) if one.state not in parties.GONE]
    return [
        HeldCondition(each, tuple(one.signifier for one in members if each.licence in one.details.licences))
        for each in licence_conditions()
        if licence in (None, each.licence)
    ]


def obligations(connection: Connection, party: str, at: datetime) -> list[Obligation]:
    """What a Party owes at a moment: by its licences, its category, and as a User where it is one.

    Raises :class:`~gbsmart.ground.NotFound` for no Party, :class:`InvalidValue` for one that has left.
    """
    member = parties.member(connection, party, at)
    if member.state in parties.GONE:
        raise InvalidValue(f"{party} is {member.state}", field="party")
    addressed = _addressed(connection, member)
    by_licence = [
        Obligation(f"{each.licence} licence, condition {each.condition}", each.duty, "always", each.basis,
                   each.provisions)
        for each in licence_conditions()
        if each.licence in member.details.licences
    ]  # fmt: skip
    by_code = [
        Obligation(row["provision"], row["duty"], row["when"], row["basis"], (row["provision"],))
        for row in _rows("obligations.csv")
        if row["who"] in addressed
    ]
    return [*by_licence, *by_code]


def _addressed(connection: Connection, member: Member) -> frozenset[str]:
    if member.is_dcc:
        return frozenset({DCC})
    names = {EVERY_PARTY, *(category.value for category in member.categories)}
    if parties.users_of(connection, member.signifier):
        names.add(USER)
    return frozenset(names)


@lru_cache(maxsize=4)
def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = (files("gbsmart.governance") / "data" / name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
