"""How pages and commands write moments, values and states of cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from gbsmart.ground.working_days import LONDON, civil_day, start_of
from gbsmart.procedures.declaration import Field, Kind, Procedure
from gbsmart.procedures.uncounted import lapsed_act


def spoken(name: str) -> str:
    """A name as words: ``refinement_report`` is ``refinement report``."""
    return name.replace("_", " ")


def due_day(moment: datetime) -> str:
    """When something is due: ``by the end of Wed 3 Apr 2024``, or a moment of London's clocks."""
    day = civil_day(moment - timedelta(microseconds=1))
    if moment == start_of(day + timedelta(days=1)):
        return f"by the end of {day:%a} {day.day} {day:%b %Y}"
    return f"by {london(moment)}"


def london(moment: datetime) -> str:
    """``Wed 3 Apr 2024 09:00``, by London's clocks."""
    there = moment.astimezone(LONDON)
    return f"{there:%a} {there.day} {there:%b %Y %H:%M}"


def shown(value: Any, each: Field | None = None) -> str:
    """A value of a case as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(shown(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{spoken(str(name))}: {shown(one)}" for name, one in value.items() if one != "")
    if each is not None and each.kind is Kind.MONEY:
        return f"£{value}"
    if each is not None and each.kind is Kind.MOMENT:
        return london(datetime.fromisoformat(str(value)))
    return str(value)


def cell(value: Any) -> str:
    """A value of a register, in a table of a page."""
    if isinstance(value, datetime):
        return london(value)
    return "" if value is None else shown(value)


def titled(procedure: Procedure, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Values of a case under the titles of their fields."""
    fields = procedure.fields()
    return [
        (fields[name].title if name in fields else spoken(name).capitalize(), shown(value, fields.get(name)))
        for name, value in values.items()
        if value not in ("", [], {}, None)
    ]


def act_title(procedure: Procedure, name: str) -> str:
    """What an act of the ledger is called."""
    if name == procedure.opening.name:
        return procedure.opening.title
    if act := procedure.act(name):
        return act.title
    votes = {f"vote {each.name}": f"Vote: {each.title}" for each in procedure.ballots}
    missed = {f"missed {each.name}": f"Missed: {each.title}" for each in procedure.deadlines}
    lapsed = {each.name: each.title for each in map(lapsed_act, procedure.ballots)}
    return (votes | missed | lapsed).get(name, spoken(name))
