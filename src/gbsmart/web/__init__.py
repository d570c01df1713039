"""The page kit: what every page of the console is made with.

A page is an address. What it shows is one view-model (a plain value): as HTML for people, and as JSON
under the same address with ``.json`` or by ``Accept``. Pages are drawn on the server, plots included;
nothing comes from another host; reading works without script.
"""

from gbsmart.web.events import Event, event_stream
from gbsmart.web.json_twin import as_json
from gbsmart.web.page import Page
from gbsmart.web.plot import Bar, Plot, bar_chart
from gbsmart.web.sequence import Arrow, sequence_diagram
from gbsmart.web.site import Link, Site

__all__ = [
    "Arrow",
    "Bar",
    "Event",
    "Link",
    "Page",
    "Plot",
    "Site",
    "as_json",
    "bar_chart",
    "event_stream",
    "sequence_diagram",
]
