"""What is news as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple
from xml.etree import ElementTree as Xml

from gbsmart.web.json_twin import as_json

MEDIA_TYPE = "application/atom+xml"
MOST_NEWS = 100
"""How many entries a feed has."""
_ATOM = "http://www.w3.org/2005/Atom"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class FeedEntry(NamedTuple):
    """An entry: what it is known by, its title, when it happened, what is said of it, where it is shown.

    ``kind`` is one by which readers sort it.
    """

    id: str
    title: str
    at: datetime
    text: str = ""
    href: str = ""
    kind: str = ""


def atom_feed(
    id_: str, title: str, href: str, entries: Iterable[FeedEntry], *, author: str = "gbsmart"
) -> bytes:
    """The first of ``entries``, which are the newest; ``href`` is the page that the feed is the news of."""
    shown = list(islice(entries, MOST_NEWS))
    feed = Xml.Element("feed", xmlns=_ATOM)
    newest = max((each.at for each in shown), default=_NEVER)
    _say(feed, id=id_, title=title, updated=as_json(newest))
    _say(Xml.SubElement(feed, "author"), name=author)
    Xml.SubElement(feed, "link", href=_clean(href))
    for each in shown:
        told = Xml.SubElement(feed, "entry")
        _say(told, id=each.id, title=each.title, updated=as_json(each.at), summary=each.text)
        if each.href:
            Xml.SubElement(told, "link", href=_clean(each.href))
        if each.kind:
            Xml.SubElement(told, "category", term=_clean(each.kind))
    octets: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return octets


def _say(element: Xml.Element, **texts: str) -> None:
    for name, text in texts.items():
        if text:
            Xml.SubElement(element, name).text = _clean(text)


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
