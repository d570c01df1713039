"""Requests and their events: one outcome, one story, nothing applied twice."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from gbsmart.dcc import ledger, messages
from gbsmart.dcc.model import NewRequest, RequestKey
from gbsmart.ground import Eui64, NotFound
from gbsmart.store import Store, open_store

T0 = datetime(2026, 1, 1, tzinfo=UTC)
METER = Eui64.parse("00-DB-12-34-56-78-90-A0")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
KEY = RequestKey(METER, SUPPLIER, 2**63 + 1000)
NEW = NewRequest(KEY, "4.1.1", 1, b"<Request/>", T0)


@pytest.fixture(autouse=True)
def _received(store: Store) -> None:
    with store.transaction() as connection:
        assert ledger.receive(connection, NEW)


def test_a_request_is_entered_once(store: Store) -> None:
    with store.transaction() as connection:
        assert not ledger.receive(connection, NEW)
        ledger.attach(connection, KEY, "answer", b"<I99/>", at=T0)
        found = ledger.find(connection, KEY)
        assert found is not None
        assert (found.key, found.variant, found.state, found.outcome) == (KEY, "4.1.1", "received", None)
        assert found.answer is not None
        assert messages.content_of(connection, METER, found.content) == b"<Request/>"
        assert messages.content_of(connection, METER, found.answer) == b"<I99/>"
        assert ledger.find(connection, KEY._replace(counter=1)) is None
        with pytest.raises(NotFound):
            messages.content_of(connection, METER, bytes(32))


def test_a_request_moves_as_declared_and_the_ledger_tells(store: Store) -> None:
    with store.transaction() as connection:

        def advance(event: str, **kwargs: object) -> str | None:
            return ledger.advance(connection, KEY, event, at=T0, **kwargs)

        assert advance("dispatch") is None  # not from received
        for event in ("acknowledge", "queue", "dispatch"):
            assert advance(event)
        assert advance("time out", state="queued") is None  # somebody else was first
        assert advance("time out") == "outcome unknown"
        assert advance("respond") is None  # too late: the outcome is decided
        assert advance("deliver") == "delivered"
        found = ledger.find(connection, KEY)
        assert found is not None
        assert (found.state, found.outcome) == ("delivered", "outcome unknown")
        events = ledger.history(connection, KEY)
        told = [(event.name, event.target) for event in events]
        assert ledger.recent(connection, METER, limit=1) == [events[-1]]
    assert told == [
        ("receive", "received"),
        ("acknowledge", "acknowledged"),
        ("queue", "queued"),
        ("dispatch", "dispatched"),
        ("time out", "outcome unknown"),
        ("deliver", "delivered"),
    ]
    assert events[4].code == "N13"


def test_a_state_and_its_event_are_committed_together(store: Store) -> None:
    class Lost(Exception):
        pass

    def fail() -> None:
        with store.transaction() as connection:
            ledger.advance(connection, KEY, "acknowledge", at=T0)
            raise Lost

    with pytest.raises(Lost):
        fail()
    with store.reading() as connection:
        found = ledger.find(connection, KEY)
        assert found is not None
        assert found.state == "received"
        assert len(ledger.history(connection, KEY)) == 1


def test_held_requests_fall_due(store: Store) -> None:
    with store.transaction() as connection:
        ledger.advance(connection, KEY, "acknowledge", at=T0)
        ledger.advance(connection, KEY, "hold", at=T0, due=T0 + timedelta(days=1))
        assert ledger.due(connection, "held", now=T0) == []
        assert [one.key for one in ledger.due(connection, "held", now=T0 + timedelta(days=1))] == [KEY]
        ledger.advance(connection, KEY, "fall due", at=T0)
        assert ledger.due(connection, "held", now=T0 + timedelta(days=2)) == []


def test_a_consumer_reads_on_and_applies_once(store: Store) -> None:
    with store.transaction() as connection:
        ledger.append(connection, METER, "8F12", at=T0, detail="an alert")
    assert unread(store, ["receive", "8F12"]) == ["receive", "8F12"]
    with store.transaction() as connection:
        page = ledger.unread(connection, "charging", limit=1)
        assert [event.name for event in page] == ["receive"]
        assert ledger.consume(connection, "charging", page[0])
        assert not ledger.consume(connection, "charging", page[0])
        assert ledger.consume(connection, "console", page[0])
        ledger.move_bookmark(connection, "charging", page[0])
        rest = ledger.unread(connection, "charging")
        assert [(event.name, event.originator, event.detail) for event in rest] == [
            ("8F12", None, "an alert")
        ]
        ledger.move_bookmark(connection, "charging", rest[0])
        ledger.move_bookmark(connection, "charging", page[0])  # never back
        assert ledger.unread(connection, "charging") == []


def unread(store: Store, expected: list[str]) -> list[str]:
    """What a consumer reads, once nothing older runs: other work on the same server holds it back."""
    for _ in range(200):
        with store.transaction() as reader:
            names = [event.name for event in ledger.unread(reader, "charging")]
        if names == expected:
            break
        time.sleep(0.05)
    return names


@pytest.mark.postgresql
@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_an_event_that_commits_late_is_not_passed_over(store: Store) -> None:
    """The later number commits first: reading by ``id > last`` would lose the earlier one for ever."""
    assert unread(store, ["receive"]) == ["receive"]
    other = open_store(store.engine.url)
    with other.transaction() as slow:
        ledger.append(slow, METER, "slow", at=T0)
        with store.transaction() as fast:
            ledger.append(fast, METER, "fast", at=T0)
        with store.transaction() as reader:
            seen = ledger.unread(reader, "charging")
            assert [event.name for event in seen] == ["receive"]
            ledger.move_bookmark(reader, "charging", seen[-1])
    assert unread(store, ["slow", "fast"]) == ["slow", "fast"]
    other.close()
