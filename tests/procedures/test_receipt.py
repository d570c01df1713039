"""When a notice counts as received (SEC M10), across nights, weekends, Easter and the clocks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gbsmart.ground import InvalidValue
from gbsmart.procedures.receipt import received_at


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "sent", "received"),
    [
        ("hand", "2024-03-30T22:00", "2024-03-30T22:00"),
        ("email", "2024-03-27T10:00", "2024-03-27T11:00"),
        ("email", "2024-03-27T05:00", "2024-03-27T09:00"),
        ("email", "2024-03-27T16:00", "2024-03-27T17:00"),
        ("email", "2024-03-28T16:30", "2024-04-02T08:00"),  # past Easter, and into summer time
        ("fax", "2024-03-30T12:00", "2024-04-02T08:00"),
        ("post", "2024-03-27T18:00", "2024-04-02T08:00"),
        ("post", "2024-01-08T10:00", "2024-01-10T09:00"),
    ],
)
def test_deemed_receipt(channel: str, sent: str, received: str) -> None:
    assert received_at(channel, at(sent)) == at(received)


def test_there_are_no_other_channels() -> None:
    with pytest.raises(InvalidValue, match="'pigeon' is no way to serve a notice"):
        received_at("pigeon", at("2024-01-08T10:00"))
