"""What is due, as a calendar (RFC 5545) to which diaries subscribe.

A deadline that ends with a day is an event of that whole day in London; another is a moment. An event
keeps its identity when the deadline is moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from gbsmart.ground.working_days import civil_day, start_of
from gbsmart.procedures.model import Due


def calendar_of(dues: Sequence[Due], title: str, *, now: datetime, address: str = "") -> bytes:
    """The calendar of these deadlines; ``address`` is where the pages of cases are."""
    calendar = Calendar()
    calendar.add("prodid", "-//gbsmart//governance//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title)
    for due in dues:
        calendar.add_component(_event(due, now, address))
    octets: bytes = calendar.to_ical()
    return octets


def _event(due: Due, now: datetime, address: str) -> Event:
    event = Event()
    event.add("uid", f"{due.case}-{due.entry}-{due.name.replace(' ', '_')}@gbsmart")
    event.add("dtstamp", now)
    event.add("summary", f"{due.case}: {due.title}")
    then = f" When nobody has acted by then: {due.then}." if due.then else ""
    event.add("description", f"Due from {due.whom}.{then}")
    if address:
        event.add("url", f"{address}/governance/cases/{due.case}")
    day = civil_day(due.due_at - timedelta(microseconds=1))
    if due.due_at == start_of(day + timedelta(days=1)):
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    else:
        event.add("dtstart", due.due_at)
        event.add("dtend", due.due_at)
    return event
