"""The page kit: what every page of the console is made with.

A page is an address. What it shows is one view-model (a plain value): as HTML for people, and as JSON
under the same address with ``.json`` or by ``Accept``. Pages are drawn on the server, plots included;
nothing comes from another host; reading works without script. ``hosting`` serves applications, these and
others. Names load on first use: who only serves does not draw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gbsmart.ground.lazy import on_first_use

if TYPE_CHECKING:
    from gbsmart.web.csv_table import csv_table
    from gbsmart.web.events import Event, event_stream
    from gbsmart.web.feed import FeedEntry, atom_feed
    from gbsmart.web.form import read_form
    from gbsmart.web.json_twin import as_json
    from gbsmart.web.list_parts import part_response
    from gbsmart.web.page import Page
    from gbsmart.web.parts import File, Parts, read_parts
    from gbsmart.web.plot import Bar, Plot, bar_chart
    from gbsmart.web.rest import Interface, Operation, Takes
    from gbsmart.web.sequence import Arrow, sequence_diagram
    from gbsmart.web.site import Link, Site
    from gbsmart.web.states import Step, state_diagram

_HOME = {
    "csv_table": "csv_table",
    "Event": "events",
    "event_stream": "events",
    "FeedEntry": "feed",
    "atom_feed": "feed",
    "read_form": "form",
    "as_json": "json_twin",
    "part_response": "list_parts",
    "Page": "page",
    "File": "parts",
    "Parts": "parts",
    "read_parts": "parts",
    "Bar": "plot",
    "Plot": "plot",
    "bar_chart": "plot",
    "Interface": "rest",
    "Operation": "rest",
    "Takes": "rest",
    "Arrow": "sequence",
    "sequence_diagram": "sequence",
    "Link": "site",
    "Site": "site",
    "Step": "states",
    "state_diagram": "states",
}

__all__ = [
    "Arrow",
    "Bar",
    "Event",
    "FeedEntry",
    "File",
    "Interface",
    "Link",
    "Operation",
    "Page",
    "Parts",
    "Plot",
    "Site",
    "Step",
    "Takes",
    "as_json",
    "atom_feed",
    "bar_chart",
    "csv_table",
    "event_stream",
    "part_response",
    "read_form",
    "read_parts",
    "sequence_diagram",
    "state_diagram",
]

__getattr__ = on_first_use(__name__, _HOME)
