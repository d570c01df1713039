"""Registers to take away: tables as CSV, news as Atom, whatever texts they hold."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as Xml

from hypothesis import given
from hypothesis import strategies as st

from gbsmart.web import FeedEntry, atom_feed, csv_table

ATOM = {"a": "http://www.w3.org/2005/Atom"}
NOON = datetime(2016, 11, 8, 12, tzinfo=UTC)


def test_a_table_has_a_line_for_each_row() -> None:
    row = {"name": 'Say "so"', "at": NOON, "seats": ["ssc", "panel"], "share": True, "count": -3, "other": 1}
    table = csv_table(("name", "at", "seats", "share", "count", "left"), [row])
    assert table == (
        "name,at,seats,share,count,left\r\n"
        '"Say ""so""",2016-11-08T12:00:00Z,ssc; panel,true,-3,\r\n'
    )  # fmt: skip
    assert csv_table(("of",), [{"of": {"a": [1]}}]).splitlines()[1] == '"{""a"": [1]}"'


@given(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"])))
def test_no_spreadsheet_takes_a_text_for_a_formula(text: str) -> None:
    for value in (text, [text, "more"]):
        table = io.StringIO(csv_table(("n", "of"), [{"n": 1, "of": value}]), newline="")
        _, (_, told) = csv.reader(table)
        assert told[:1] not in ("=", "+", "-", "@", "\t")
        assert text in told


def test_a_feed_tells_the_newest_and_when_that_was() -> None:
    entries = [FeedEntry(f"urn:x:{at}", f"No {at}", NOON - timedelta(at)) for at in range(150)]
    feed = Xml.fromstring(atom_feed("urn:x", "News", "http://here/", entries))
    assert feed.findtext("a:updated", namespaces=ATOM) == "2016-11-08T12:00:00Z"
    assert feed.findtext("a:author/a:name", namespaces=ATOM) == "gbsmart"
    assert len(feed.findall("a:entry", ATOM)) == 100
    nothing = Xml.fromstring(atom_feed("urn:x", "News", "http://here/", []))
    assert nothing.findtext("a:updated", namespaces=ATOM) == "1970-01-01T00:00:00Z"


@given(st.text(), st.text())
def test_a_feed_is_xml_whatever_it_says(title: str, text: str) -> None:
    octets = atom_feed("urn:x", title, "http://here/", [FeedEntry("urn:y", title, NOON, text, "/y", title)])
    entry = Xml.fromstring(octets).find("a:entry", ATOM)
    assert entry is not None
    told = entry.findtext("a:title", namespaces=ATOM) or ""
    assert len(told) == len(title.replace("\r\n", "\n"))
