"""Values as commands print them."""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal

from lxml import etree

from gbsmart.cli.output import plain
from gbsmart.ground import NOW

from .conftest import ESME


def test_values_are_written_for_programs() -> None:
    assert plain({"device": ESME, 1: (b"\xdf\x09", Decimal("1.50"))}) == {
        "device": str(ESME),
        "1": ["df09", "1.50"],
    }
    assert plain([datetime(2026, 1, 1, tzinfo=UTC), time(9, tzinfo=UTC)]) == [
        "2026-01-01T00:00:00Z",
        "09:00:00Z",
    ]
    assert plain(NOW) == NOW.value


def test_what_was_kept_unread_is_written_as_its_xml() -> None:
    kept = etree.fromstring('<a xmlns="urn:a"><b c="1">text</b></a>')
    assert plain({"dsp_opt_in": kept[0]}) == {"dsp_opt_in": '<b xmlns="urn:a" c="1">text</b>'}
