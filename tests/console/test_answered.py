"""What an answer brought, written out: logs as tables, dates and lists in words, XML by its leaves."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from gbsmart.console.answered import Answered
from gbsmart.ground import DayMonth, Eui64
from gbsmart.user.units import Quantity

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
DEVICE = Eui64.parse("00-DB-12-34-C0-00-01-00")


def one(value: Any, unit: str = "") -> Answered:
    return Answered({"it": Quantity(value, unit)})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4_231_072, "4,231,072"),
        (Decimal("0.50"), "0.50"),
        (True, "yes"),
        (None, "none"),
        (NOON, "2026-01-31 12:00:00 UTC"),
        (date(2026, 1, 31), "2026-01-31"),
        (time(7, 30), "07:30:00"),
        (b"\x01\xff", "01 FF"),
        (DEVICE, str(DEVICE)),
        ((1, 2), "1, 2"),
        ([], "none"),
        ({"credit_mode": True, "status": 2}, "credit mode: yes; status: 2"),
        (etree.fromstring("<a><b>1</b><c><d>x</d></c></a>"), "b: 1; d: x"),
    ],
)
def test_a_value_is_written_out(value: Any, text: str) -> None:
    (row,) = one(value).rows()
    assert (row.text, row.entries) == (text, ())


def test_a_log_is_a_table_of_so_many_entries() -> None:
    log = [{"time": NOON, "active_import": number} for number in range(130)]
    (row,) = one(log).rows()
    assert (row.text, row.columns) == ("130 entries", ("time", "active import"))
    assert row.entries[0] == ("2026-01-31 12:00:00 UTC", "0")
    assert (len(row.entries), row.more) == (100, 30)
    assert len(one(log).to_json()["it"]["value"]) == 130


def test_whatever_a_message_holds_has_a_json_form() -> None:
    held = {
        "at": time(7),
        "day": DayMonth(month=1, day=1),
        "octets": b"\x01",
        "rows": ({"x": Decimal("1.5")},),
    }
    found = one(held, "Wh").to_json()["it"]
    assert found["unit"] == "Wh"
    assert json.loads(json.dumps(found["value"]))["rows"] == [{"x": "1.5"}]
    (row,) = one(etree.fromstring("<a>1</a>")).to_json().values()
    assert row["value"] == "<a>1</a>"
