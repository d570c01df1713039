"""Everything received and sent as one list: the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gbsmart.dcc import archive, ledger, messages, outbox
from gbsmart.dcc.archive import Kind, Place, Wanted
from gbsmart.dcc.model import NewRequest, RequestKey
from gbsmart.ground import Eui64
from gbsmart.store import Store

T0 = datetime(2026, 1, 1, tzinfo=UTC)
METER = Eui64.parse("00-DB-12-34-56-78-90-A0")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
ALERT = bytes.fromhex("DF0900")


def key(number: int) -> RequestKey:
    return RequestKey(METER, SUPPLIER, number)


@pytest.fixture(autouse=True)
def _said(store: Store) -> None:
    """Three readings, each a second after the one before, acknowledged; the first answered; an alert."""
    with store.transaction() as connection:
        for number in range(3):
            at = T0 + timedelta(seconds=number)
            request = NewRequest(key(number), "4.1.1", 1, f"<Request>{number} 100%_</Request>".encode(), at)
            assert ledger.receive(connection, request)
            ledger.attach(connection, key(number), "answer", f"<Code>I99</Code>{number}".encode(), at=at)
        outbox.put_outcome(connection, key(0), b"<Code>I0</Code>", at=T0 + timedelta(seconds=5))
        ledger.append(
            connection, METER, "alert", at=T0 + timedelta(seconds=6), code="8F3F",
            message=messages.keep(connection, METER, ALERT, at=T0),
        )  # fmt: skip


def kinds(store: Store, wanted: Wanted) -> list[Kind]:
    with store.reading() as connection:
        return [line.kind for line in archive.find(connection, wanted, 100)]


def test_the_newest_comes_first(store: Store) -> None:
    with store.reading() as connection:
        lines = archive.find(connection, Wanted(), 100)
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    assert (lines[0].kind, lines[0].code, lines[0].content) == (Kind.ALERT, "8F3F", ALERT)
    assert (lines[1].kind, lines[1].user, lines[1].state) == (Kind.TO_USER, SUPPLIER, "pending")
    assert lines[1].request == key(0)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(kinds=frozenset({Kind.REQUEST})), 3),
        (Wanted(user=SUPPLIER), 7),
        (Wanted(device=METER), 8),
        (Wanted(device=SUPPLIER), 0),
        (Wanted(variant="4.1.1"), 7),
        (Wanted(code="I99"), 3),
        (Wanted(code="8F3F"), 1),
        (Wanted(text="100%_"), 3),
        (Wanted(text="00%__"), 0),
        (Wanted(since=T0 + timedelta(seconds=5)), 2),
        (Wanted(until=T0 + timedelta(seconds=1)), 2),
    ],
)
def test_what_is_wanted(wanted: Wanted, count: int, store: Store) -> None:
    assert len(kinds(store, wanted)) == count


def test_a_page_goes_on_from_the_one_before(store: Store) -> None:
    with store.reading() as connection:
        whole = archive.find(connection, Wanted(), 100)
        paged, after = [], None
        while page := archive.find(connection, Wanted(), 3, after):
            paged += page
            after = Place.parse(str(Place(page[-1].at, page[-1].kind, page[-1].digest)))
    assert paged == whole
