"""The real sources: the DCC's ledger and a street of emulated homes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import URL

from gbsmart.console import console_app
from gbsmart.console.sources import LedgerJourneys, StreetHomes
from gbsmart.dcc import ledger, outbox
from gbsmart.dcc.model import NewRequest, RequestKey
from gbsmart.devices.home import HomePlan
from gbsmart.devices.service import Street
from gbsmart.ground import Eui64, ManualClock, NotFound
from gbsmart.store import Store, open_store

from .conftest import (
    GAS_METER,
    GPF,
    HUB,
    METER,
    NOW,
    READ,
    SUPPLIER,
    NoKeys,
    answer_document,
    request_document,
    tell,
)

pytestmark = pytest.mark.anyio

CRITICAL = RequestKey(METER, SUPPLIER, 7)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(URL.create("sqlite", database=str(tmp_path / "s.db")))
    opened.migrate()
    return opened


async def test_a_critical_request_is_told_with_its_signature(store: Store) -> None:
    pre_command, signed = b"\xdf\x09pre", b"<Signed/>"
    with store.transaction() as connection:
        asked = request_document(CRITICAL, "7.1", 4, {})
        ledger.receive(connection, NewRequest(CRITICAL, "7.1", 4, asked, NOW))
        wrapped = {"gbcs_version": "4.3", "gbcs_payload": pre_command}
        answer = answer_document(CRITICAL, "7.1", "I0", NOW, pre_command=wrapped)
        ledger.attach(connection, CRITICAL, "answer", answer, at=NOW)
        kept = ledger.attach(connection, CRITICAL, "pre_command", pre_command, at=NOW)
        ledger.advance(connection, CRITICAL, "issue pre-command", at=NOW, message=kept)
        later = NOW + timedelta(seconds=2)
        ledger.attach(connection, CRITICAL, "signed_pre_command", signed, at=later)
        ledger.attach(connection, CRITICAL, "signed_answer", b"<I99/>", at=later)
        ledger.advance(connection, CRITICAL, "acknowledge", at=later, code="I99")
    journey = await LedgerJourneys(store).journey(str(CRITICAL))
    assert [(step.name, step.code) for step in journey.steps] == [
        ("Service Request", ""),
        ("Pre-Command", "I0"),
        ("Signed Pre-Command", ""),
        ("acknowledgement", "I99"),
    ]
    assert [step.document for step in journey.steps] == [0, 1, 2, 3]
    said = [document.octets for document in journey.documents]
    assert said[1:] == [answer, signed, b"<I99/>"]
    assert journey.request.state == "acknowledged"


async def test_what_is_not_taken_yet_has_its_place_in_time(store: Store) -> None:
    tell(store)
    with store.transaction() as connection:
        outbox.put(
            connection, SUPPLIER, outbox.OUTCOME, "early", b"<Early/>",
            device=METER, at=NOW - timedelta(minutes=2, seconds=59), request=READ,
        )  # fmt: skip
    journey = await LedgerJourneys(store).journey(str(READ))
    moments = [step.at for step in journey.steps]
    assert moments == sorted(moments)
    assert sum(step.name.startswith("delivery") for step in journey.steps) == 2


async def test_what_the_ledger_does_not_know(store: Store) -> None:
    source = LedgerJourneys(store)
    assert await source.find(10) == []
    with pytest.raises(NotFound):
        await source.journey(str(CRITICAL))


async def test_what_never_became_a_request_is_told_with_its_reason(store: Store) -> None:
    with store.transaction() as connection:
        reason = "the document changed after it was signed"
        ledger.append(connection, CRITICAL, "turn away", at=NOW, code="E47", detail=reason)
    source = LedgerJourneys(store)
    (line,) = await source.turned_away(10)
    assert (line.request_id, line.code, line.reason, line.at) == (str(CRITICAL), "E47", reason, NOW)
    with pytest.raises(NotFound, match="turned away with E47, the document changed"):
        await source.journey(str(CRITICAL))
    app = console_app(StreetHomes(Street(store, ManualClock(NOW), NoKeys()), ManualClock(NOW)), source)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as browser:
        page = (await browser.get("/requests/turned-away")).text
        assert reason in page
        assert str(CRITICAL) in page
        twin = (await browser.get("/requests/turned-away.json")).json()
        assert twin["turned_away"][0]["code"] == "E47"
        assert '"/requests/turned-away"' in (await browser.get("/requests")).text


async def test_a_street_shows_its_homes(store: Store) -> None:
    clock = ManualClock(NOW)
    street = Street(store, clock, NoKeys())
    street.enrol([HomePlan(HUB, GPF, METER, GAS_METER, seed=7)], {})
    source = StreetHomes(street, clock)
    (line,) = await source.homes()
    assert (line.id, line.name) == (HUB, "Home 1")
    assert dict(line.devices)["ESME"] == METER
    view = await source.home(METER)
    assert (view.id, view.electricity_supply, len(view.electricity_today)) == (HUB, "on", 35)
    clock.advance(hours=1)
    assert (await source.home(HUB)).electricity_wh > view.electricity_wh
    device = await source.device(METER)
    assert (device.kind, device.home, device.hub, device.log) == ("ESME", "Home 1", HUB, ())
    with pytest.raises(NotFound):
        await source.device(Eui64(bytes(8)))
    with pytest.raises(NotFound):
        await source.home(Eui64(bytes(8)))
    assert console_app(source, LedgerJourneys(store)).state.closing.is_set() is False
