"""Releases (SEC D10): three dates a year on which changes are made, and what goes with each.

Late in February and in June and early in November, on a Thursday (from memory: real dates drift, and are
given with the release). Changes of DCC systems go only with a release in which the DCC makes one too.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from gbsmart.governance.actors import ANY_PARTY, AUTHORITY, CLOCK, CODE_ADMINISTRATOR, DCC, PANEL
from gbsmart.ground import InvalidValue
from gbsmart.ground.working_days import civil_day
from gbsmart.procedures import (
    THE_CLOCK,
    Act,
    Case,
    Deadline,
    Field,
    Kind,
    Procedure,
    Situation,
    Told,
    reading,
)

_THURSDAY = 3
_LAST, _FIRST = -1, 0
NOMINAL = MappingProxyType({"February": (2, _LAST), "June": (6, _LAST), "November": (11, _FIRST)})
"""In which month a release is, and on which of its Thursdays."""
_DRIFT = timedelta(days=60)
MADE_IN = ("modification-proposal", "authority-led-variation")
"""The procedures whose outcomes go with a release."""


def nominal_day(year: int, month: str) -> date:
    """The day of the calendar on which the release of a month is."""
    number, which = NOMINAL[month]
    days = [date(year, number, day) for day in range(1, 29)]
    thursdays = [day for day in days if day.weekday() == _THURSDAY]
    last = thursdays[-1] + timedelta(days=7)
    if last.month == number:
        thursdays.append(last)
    return thursdays[which]


def calendar(year: int) -> dict[str, date]:
    """The release dates of a year by the calendar."""
    return {month: nominal_day(year, month) for month in NOMINAL}


def items(situation: Situation) -> list[Case]:
    """What goes with the release that the case is."""
    return [
        each
        for procedure in MADE_IN
        for each in reading.cases(situation.connection, procedure=procedure)
        if each.data.get("release") == situation.case.reference and each.state in ("scheduled", "implemented")
    ]


def _fix_the_date(situation: Situation) -> None:
    nominal = nominal_day(situation.value("year"), situation.value("month"))
    day = situation.value("release_date") or nominal
    _near_and_ahead(situation, day, "release_date")
    situation.keep("release_date", day.isoformat())


def _near_and_ahead(situation: Situation, day: date, field: str) -> None:
    nominal = nominal_day(situation.value("year"), situation.value("month"))
    if abs(day - nominal) > _DRIFT:
        raise InvalidValue(f"is far from the calendar's {nominal}", field=field)
    if day <= civil_day(situation.at):
        raise InvalidValue(f"{day} is not ahead", field=field)


def _only_one(situation: Situation) -> None:
    for each in reading.cases(situation.connection, procedure=RELEASE.name, state="planned"):
        if all(each.data[name] == situation.value(name) for name in ("year", "month")):
            situation.refuse(f"{each.reference} is planned for that month already")


def _date_proposed(situation: Situation) -> None:
    if not situation.value("date_proposed"):
        situation.refuse("the Panel proposed no other date")
    _near_and_ahead(situation, situation.value("date_proposed"), "date_proposed")


def _move_all(situation: Situation) -> None:
    day = situation.value("date_proposed").isoformat()
    situation.keep("release_date", day)
    situation.keep("date_proposed", None)
    given: dict[str, Any] = {"implementation_date": day}
    for each in items(situation):
        situation.act_in(each.reference, "move-with-release", given, account=THE_CLOCK)


def _empty(situation: Situation) -> None:
    if those := items(situation):
        situation.refuse(f"{', '.join(each.reference for each in those)} goes with it")


def _list_items(situation: Situation) -> None:
    situation.keep("items", [each.reference for each in items(situation)])


RELEASE = Procedure(
    name="release",
    title="SEC Release",
    source="SEC D10",
    purpose="Gathers the changes that are made on one date, with the DCC's own release where it makes one.",
    prefix="REL",
    opening=Act(
        "plan", "Plan a release", by=PANEL, target="planned",
        takes=(
            Field("title", "Name", help="Such as November 2024 SEC Release."),
            Field("month", "Month", Kind.CHOICE, choices=tuple(NOMINAL)),
            Field("year", "Year", Kind.NUMBER, least=2013, most=2100),
            Field("release_date", "Date, where it is not the calendar's", Kind.DATE, False),
            Field("dcc_release", "Does the DCC make a release too?", Kind.YES_NO),
        ),
        guards=(_fix_the_date, _only_one),
        tells=(Told(ANY_PARTY, "{reference}: {title} is planned"),
               Told(DCC, "{reference}: {title} is planned")),
        clause="D10",
    ),
    states={"planned": "Changes are put in and taken out.", "released": "Its date has come.",
            "cancelled": "It is not made."},
    final=frozenset({"released", "cancelled"}),
    acts=(
        Act("propose-date", "Propose another date", by=PANEL, sources=("planned",), needs_reason=True,
            takes=(Field("date_proposed", "Other date", Kind.DATE),), guards=(_date_proposed,),
            tells=(Told(AUTHORITY, "{reference}: {date_proposed} is proposed", "{reason}"),)),
        Act("agree-date", "Agree to the other date", by=(AUTHORITY,), sources=("planned",),
            guards=(_date_proposed,), effects=(_move_all,),
            tells=(Told(ANY_PARTY, "{title} is on {date_proposed}"),
                   Told(DCC, "{title} is on {date_proposed}"))),
        Act("cancel", "Cancel the release", by=PANEL, sources=("planned",), target="cancelled",
            guards=(_empty,), needs_reason=True,
            tells=(Told(ANY_PARTY, "{title} is cancelled", "{reason}"),)),
        Act("release", "Make the release", by=(CLOCK,), sources=("planned",), target="released",
            effects=(_list_items,), tells=(Told(CODE_ADMINISTRATOR, "{title} is made today"),)),
    ),
    deadlines=(
        Deadline("release", "Release", ("planned",), CODE_ADMINISTRATOR, on="release_date", at_start=True,
                 then="release", clause="D10"),
    ),
    systems=("S199",),
)  # fmt: skip
