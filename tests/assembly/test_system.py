"""A whole system at work: what its Users ask for, what its homes do, and what is there after a restart."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from gbsmart.assembly import System
from gbsmart.assembly.demonstration import demonstrate
from gbsmart.assembly.plan import IMPORT_SUPPLIER, NETWORK_OPERATOR, SECOND_SUPPLIER
from gbsmart.assembly.reading import read_meter
from gbsmart.assembly.travel import travel
from gbsmart.devices import Supply
from gbsmart.devices.esme import active_price
from gbsmart.duis import RequestId, Response, parse_response
from gbsmart.ground import DayMonth, Eui64, InvalidValue, SystemClock
from gbsmart.keys import Certificate, KeyEntry, export_json
from gbsmart.trust import TestSmki
from gbsmart.user import AsyncUser, NoResponse, ReceiveAt, Refused

from .conftest import Start, answer_to, post, signed

pytestmark = pytest.mark.anyio
EXECUTED = 0x8F66


@pytest.fixture
async def system(start: Start) -> AsyncIterator[System]:
    async with start() as running:
        yield running


def supply(system: System, kind: str) -> Supply:
    """The supply at the first home's meter of a kind."""
    state = system.street.home(system.street_plan[0].chf).devices[kind].state
    assert isinstance(state.supply, Supply)
    return state.supply


def tariff(when: Any, price: int, register: int = 1) -> dict[str, Any]:
    """One price (in 10^-5 of a pound) all year, that of one TOU register."""
    from_midnight = {"start_time": time(0, tzinfo=UTC), "tou_tariff_action": register}
    day = {"day_name": 1, "profile_schedules": (from_midnight,)}
    season = {
        "season_name": "all", "season_start_date": DayMonth(None, 1, 1, None), "referenced_week_name": 1,
    }  # fmt: skip
    return {
        **({"execution_date_time": when} if when else {}),
        "elec_tariff_elements": {
            "currency_units": "GBP",
            "switching_table": {
                "day_profiles": (day,),
                "week_profiles": ({"week_name": 1, "referenced_day_names": (1,) * 7},),
                "seasons": (season,),
            },
            "special_days": (),
            "threshold_matrix": tuple({1: 0, 2: 0, 3: 0} for _ in range(8)),
        },
        "price_elements": {
            "electricity_price_elements": {
                "standing_charge": 30,
                "standing_charge_scale": -2,
                "price_scale": -5,
                "tou_tariff": {each: price if each == register else 0 for each in range(1, 49)},
            }
        },
    }


async def until_some(system: System, request_id: RequestId) -> list[Response]:
    """The messages about a request, once there are any."""
    found = await system.user.inbox.wait(request_id, 0, system.clock.now() + timedelta(seconds=10))
    assert found, "nothing was delivered"
    return [each.response for each in found]


# --- reading ---


async def test_every_meter_reads_what_its_home_has_used(system: System) -> None:
    home = system.street_plan[0]
    before = system.street.home(home.chf).snapshot(system.clock.now())
    electricity, gas, proxy = [
        (await system.user.read(device)).quantities for device in (home.esme, home.gsme, home.gpf)
    ]
    after = system.street.home(home.chf).snapshot(system.clock.now())

    assert electricity["active_import"].unit == "Wh"
    assert before.electricity_wh <= electricity["active_import"].value <= after.electricity_wh
    for reading in (gas, proxy):
        litres = reading["current_summation_delivered"].value * 1000
        assert reading["current_summation_delivered"].unit == "m3"
        assert before.gas_litres <= litres <= after.gas_litres


async def test_the_inventory_shows_the_home(system: System) -> None:
    home = system.street_plan[0]
    found = await system.user.inventory(home.esme)
    assert {each["device_id"] for each in found} == {eui for eui, _ in home.devices}
    by_mpan = await system.user.request("8.2", mpxn=home.mpan)
    assert by_mpan.values["dsp_inventory"] == found


async def test_what_needs_more_than_a_device_is_not_read(system: System) -> None:
    with pytest.raises(InvalidValue, match=r"8\.2 needs more than a device"):
        await read_meter(system, system.street_plan[0].esme, "8.2")


# --- changing ---


async def test_the_supplier_switches_the_supply(system: System) -> None:
    esme, gsme = system.street_plan[0].esme, system.street_plan[0].gsme
    assert supply(system, "ESME") is Supply.ON
    await system.user.request("7.2", esme)
    assert supply(system, "ESME") is Supply.OFF
    await system.user.request("7.1", esme)
    assert supply(system, "ESME") is Supply.ON

    assert (await system.user.request("7.2", gsme)).values["supply_status"] == 0
    assert supply(system, "GSME") is Supply.OFF


async def test_a_tariff_now_and_a_tariff_later(system: System) -> None:
    home = system.street_plan[0]

    def price(at: datetime) -> int:
        return active_price(system.street.home(home.chf).devices["ESME"], at)

    await system.user.request("1.1.1", home.esme, **tariff(None, 31_000))
    assert price(system.clock.now()) == 31_000

    later = system.clock.now().replace(microsecond=0) + timedelta(seconds=20)
    exchange = await system.user.send(system.user.draft("1.1.1", home.esme, **tariff(later, 17_000)))
    (response,) = await until_some(system, exchange.request.request_id)
    assert response.response_date_time < later
    assert price(later - timedelta(seconds=1)) == 31_000
    await travel(system, later)
    answer = await system.user.answer(exchange)
    assert {each.values["alert_code"] for each in answer.alerts} == {EXECUTED}
    numbers = sorted(each.instruction for each in answer.messages if each.instruction)
    assert numbers == [(number, len(numbers)) for number in range(1, len(numbers) + 1)]
    assert price(system.clock.now()) == 17_000


async def test_tariffs_of_one_shape_are_each_what_it_says(system: System) -> None:
    """On the way they share what is the same in both; what differs, in table or prices, they do not."""
    home = system.street_plan[0]
    for price, register in ((31_000, 1), (31_000, 2), (17_000, 2), (17_000, 1), (31_000, 1), (24_000, 3)):
        await system.user.request("1.1.1", home.esme, **tariff(None, price, register))
        meter, now = system.street.home(home.chf).devices["ESME"], system.clock.now()
        assert active_price(meter, now) == price


async def test_a_new_tenant_does_not_see_the_old_ones_consumption(system: System) -> None:
    moved_in = system.clock.now().replace(microsecond=0) - timedelta(days=1)
    for device in (system.street_plan[0].esme, system.street_plan[0].gpf):
        answer = await system.user.request("3.2", device, restriction_date_time=moved_in)
        assert answer.response_code == "I0"
        assert answer.outcome is not None
        assert answer.outcome.success


# --- being refused ---


@pytest.mark.parametrize(
    ("code", "user_id", "variant", "known"),
    [
        ("E2", NETWORK_OPERATOR, "7.2", True),
        ("E4", SECOND_SUPPLIER, "4.1.1", True),
        ("E19", IMPORT_SUPPLIER, "4.1.1", False),
    ],
    ids=["wrong role", "another supplier's home", "unknown device"],
)
async def test_refusals(system: System, code: str, user_id: Eui64, variant: str, known: bool) -> None:
    home = system.street_plan[0]
    device = home.esme if known else Eui64(bytes(home.esme[:6]) + b"\xff\x00")
    with pytest.raises(Refused) as refused:
        await system.users[user_id].request(variant, device)
    assert refused.value.response_code == code
    assert supply(system, "ESME") is Supply.ON


async def test_a_network_operator_reads_as_another_user_of_the_same_home(system: System) -> None:
    esme = system.street_plan[0].esme
    readings = await asyncio.gather(
        system.user.read(esme), system.users[NETWORK_OPERATOR].read(esme), system.user.read(esme)
    )
    assert len({reading.exchange.original.request_id for reading in readings}) == 3
    assert all(reading.quantities["active_import"].value > 0 for reading in readings)


async def test_a_request_id_is_used_once(system: System) -> None:
    request = system.user.draft("4.1.1", system.street_plan[0].esme)
    document = signed(system, system.user, request)
    first = await post(system, document)
    assert await post(system, document) == first
    other = replace(request, values={"execution_date_time": system.clock.now() + timedelta(days=1)})
    assert (await answer_to(system, signed(system, system.user, other))).response_code == "E49"
    await until_some(system, request.request_id)
    await system.user.read(request.request_id.target)  # goes the same way, and so after it
    assert len(system.user.inbox.about(request.request_id)) == 1


# --- a dead meter ---


async def test_each_request_to_a_dead_meter_ends_in_one_alert_and_all_together(system: System) -> None:
    esme = system.street_plan[0].esme
    system.wan.switch_device(esme, alive=False)
    drafts = [system.user.draft("4.1.1", esme) for _ in range(10)]
    exchanges = [await system.user.send(draft) for draft in drafts]
    ends = await asyncio.gather(
        *(system.user.answer(each, wait=timedelta(seconds=20)) for each in exchanges), return_exceptions=True
    )
    assert [
        (type(end), end.alert_code, end.response_code) for end in ends if isinstance(end, NoResponse)
    ] == [(NoResponse, "N13", "E21")] * 10
    alerts = [system.user.inbox.about(draft.request_id) for draft in drafts]
    assert [len(each) for each in alerts] == [1] * 10
    times = [parse_response(each[0].document).message.response_date_time for each in alerts]
    assert max(times) - min(times) <= timedelta(seconds=2)

    # alive again, it answers what comes now; what has ended stays ended
    system.wan.switch_device(esme, alive=True)
    assert (await system.user.read(esme)).response_code == "I0"
    assert [len(system.user.inbox.about(draft.request_id)) for draft in drafts] == [1] * 10


# --- receiving ---


class Receiver:
    """A User's own web service, which takes messages only when told to."""

    def __init__(self) -> None:
        self.takes = False
        self.refused = 0
        self.documents: asyncio.Queue[bytes] = asyncio.Queue()
        self.url = ""

    async def __aenter__(self) -> Receiver:
        app = web.Application()
        app.router.add_post("/mine", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/mine"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        if not self.takes:
            self.refused += 1
            return web.Response(status=503)
        await self.documents.put(await request.read())
        return web.Response(status=204)


async def test_a_dead_receiver_loses_nothing(start: Start) -> None:
    async with Receiver() as mine, start(receive={str(IMPORT_SUPPLIER): mine.url}) as system:
        exchange = await system.user.send(system.user.draft("4.1.1", system.street_plan[0].esme))
        while not mine.refused:
            await asyncio.sleep(0.02)
        # while the supplier's service is down, another User's messages go on
        assert (await system.users[NETWORK_OPERATOR].read(system.street_plan[0].esme)).response_code == "I0"
        assert mine.documents.empty()
        mine.takes = True
        delivered = parse_response(await mine.documents.get()).message
        assert (delivered.response_code, delivered.request_id) == ("I0", exchange.original.request_id)
        assert system.user.inbox.about(exchange.original.request_id) == []


async def test_the_demonstration_asks_as_a_user_that_receives_here(start: Start) -> None:
    elsewhere = {str(IMPORT_SUPPLIER): "http://127.0.0.1:9/"}
    async with start(receive=elsewhere) as system:
        report = await read_meter(system, system.street_plan[0].esme)
        assert report["request_id"].startswith(str(NETWORK_OPERATOR))
        assert report["values"]["active_import"]["unit"] == "Wh"
    async with start(receive={**elsewhere, str(NETWORK_OPERATOR): "http://127.0.0.1:9/"}) as system:
        with pytest.raises(InvalidValue, match="nobody here can read a meter"):
            await read_meter(system, system.street_plan[0].esme)


async def test_a_receive_address_of_nobody_is_refused(start: Start) -> None:
    nobody = "90-B3-D5-1F-30-09-00-08"
    with pytest.raises(InvalidValue, match=f"{nobody} is no User") as refused:
        async with start(receive={nobody: "http://127.0.0.1:9/"}):
            pass
    assert str(NETWORK_OPERATOR) in refused.value.remedy


def certificate_alone(entry: KeyEntry) -> KeyEntry:
    return replace(entry, private_key=None)


async def test_a_key_set_without_the_suppliers_keys(start: Start, tmp_path: Path) -> None:
    """Its network operator reads the meter, and the console shows what anyone may see."""
    smki = TestSmki.create(SystemClock(), os.urandom)
    known = [
        certificate_alone(entry) if entry.certificate.holder == IMPORT_SUPPLIER else entry
        for entry in smki.entries
    ]
    keys = tmp_path / "keys.json"
    keys.write_text(export_json(known, private_keys=True))
    said: list[str] = []
    async with start(keys=keys) as system:
        await demonstrate(system, said.append)
        async with ClientSession() as browser, browser.get(f"{system.url('Console')}/requests") as page:
            assert page.status == 200
    text = "\n".join(said)
    assert "A network operator reads" in text
    assert all(f"{number}. " in text for number in (1, 2, 3))


# --- stopping and starting ---


async def test_a_restart_keeps_everything(start: Start) -> None:
    async with start() as system:
        home = system.street_plan[0]
        first = await system.user.read(home.esme)
        await system.user.request("7.2", home.esme)
        certificates = {entry.certificate.serial for entry in system.keys.devices}
        sent = first.exchange.steps[0].octets
    async with start() as system:
        assert {entry.certificate.serial for entry in system.keys.devices} == certificates
        assert supply(system, "ESME") is Supply.OFF
        second = await system.user.read(home.esme)
        assert second.exchange.original.request_id.counter > first.exchange.original.request_id.counter
        assert second.quantities["active_import"].value >= first.quantities["active_import"].value
        known = await system.journeys.journey(str(first.exchange.original.request_id))
        assert known.request.state == "delivered"
        # a repeat of what was sent before gets the answer of that time, and is not executed again
        assert await post(system, sent) == first.exchange.acknowledgement.document
        assert len(system.user.inbox.about(first.exchange.original.request_id)) == 1


async def test_an_older_data_folder_gets_the_devices_that_its_homes_lack(
    start: Start, tmp_path: Path
) -> None:
    async with start() as system:
        home = system.street_plan[0]
        before = (await system.user.read(home.esme)).quantities["active_import"].value
    forget_devices(tmp_path / "data", (home.ppmid, home.hcalcs, home.ihd))
    async with start(seed=2) as system:
        found = {each["device_id"]: each for each in await system.user.inventory(home.esme)}
        assert set(found) == {eui for eui, _ in home.devices}
        assert found[home.ihd]["device_type"] == "IHD"
        assert {eui for eui, _ in system.street.plan(home.chf).devices()} == set(found)
        assert (await system.user.read(home.esme)).quantities["active_import"].value >= before


def forget_devices(data: Path, devices: tuple[Eui64, ...]) -> None:
    """Make a data folder as it was before these devices were known to this program."""
    for file, tables in (
        ("homes.db", ("home_device", "device_state")),
        ("dcc.db", ("smi_device", "device_status_event", "han_association")),
    ):
        with closing(sqlite3.connect(data / file)) as database, database:
            for table in tables:
                database.executemany(f"DELETE FROM {table} WHERE device = ?", [(each,) for each in devices])
    with closing(sqlite3.connect(data / "keys" / "keys.db")) as database, database:
        kept = database.execute("SELECT certificate_hash, certificate FROM entry").fetchall()
        for digest, der in kept:
            if Certificate.from_der(der).holder in devices:
                database.execute("DELETE FROM entry WHERE certificate_hash = ?", (digest,))


async def test_an_answer_that_was_not_taken_is_delivered_after_a_restart(start: Start) -> None:
    async with Receiver() as mine, start(receive={str(IMPORT_SUPPLIER): mine.url}) as system:
        exchange = await system.user.send(system.user.draft("4.1.1", system.street_plan[0].esme))
        while not mine.refused:
            await asyncio.sleep(0.02)
    async with start() as system:
        answer = await system.user.answer(exchange, wait=timedelta(seconds=10))
        assert answer.quantities["active_import"].unit == "Wh"


async def test_more_homes_may_be_added_later(start: Start) -> None:
    async with start(homes=1) as system:
        first = await system.user.read(system.street_plan[0].esme)
    async with start(homes=3) as system:
        readings = await asyncio.gather(*(system.user.read(home.esme) for home in system.street_plan))
        values = [reading.quantities["active_import"].value for reading in readings]
        assert values[0] >= first.quantities["active_import"].value
        assert len(set(values)) == 3


@pytest.mark.corpus
async def test_a_data_folder_keeps_to_its_key_set(start: Start, corpus: Any) -> None:
    keys = corpus / "keystore"
    async with start(keys=keys) as system:
        assert (await system.user.read(system.street_plan[0].esme)).response_code == "I0"
    with pytest.raises(InvalidValue, match="enrolled with") as refused:
        async with start():
            pass
    assert "--data" in refused.value.remedy


# --- the clock ---


async def test_a_clock_of_its_own(start: Start) -> None:
    """The system lives at the time it is told: its requests, its certificates and its meters."""
    begun = datetime(2031, 7, 1, 6, tzinfo=UTC)
    async with start(clock_start=begun, clock_speed=60.0, response_wait=60.0) as system:
        answer = await system.user.read(system.street_plan[0].esme)
        response = answer.messages[-1].response
        assert begun <= response.response_date_time < begun + timedelta(hours=1)


async def test_an_address_that_others_reach_has_to_be_wanted(start: Start) -> None:
    with pytest.raises(InvalidValue, match="can be reached from other machines") as refused:
        async with start(host="0.0.0.0"):
            pass
    assert "--insecure-lab" in refused.value.remedy


async def test_a_user_of_its_own_can_join(start: Start) -> None:
    """A program of the User's own, elsewhere, with its own receive service."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = f"http://127.0.0.1:{port}/"
    async with start(receive={str(NETWORK_OPERATOR): own}) as system:
        keys = system.keys.user(system.clock, NETWORK_OPERATOR)
        async with AsyncUser(system.url("DCC"), NETWORK_OPERATOR, keys, receive=ReceiveAt(port=port)) as user:
            reading = await user.read(system.street_plan[0].esme)
            assert reading.quantities["active_import"].unit == "Wh"


async def test_an_open_page_does_not_hold_the_end(start: Start) -> None:
    system = AsyncExitStack()
    running = await system.enter_async_context(start())
    events = f"{running.url('Console')}/homes/{running.street_plan[0].chf}/events"
    async with ClientSession() as browser, browser.get(events) as stream:
        assert b"retry" in await stream.content.readline()
        await asyncio.wait_for(system.aclose(), 4)  # the server would wait 5 s for a stream that goes on


async def test_the_console_answers_to_its_own_name_only(system: System) -> None:
    """A page of another site may point its name here; the browser then says that name."""
    asked = {"device": str(system.street_plan[0].esme)}
    async with ClientSession() as browser:
        for host, status in (("localhost:8080", 200), ("attacker.example", 400)):
            address = f"{system.url('Console')}/control/v1/read"
            async with browser.post(address, json=asked, headers={"Host": host}) as answer:
                assert answer.status == status
