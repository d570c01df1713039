"""What the interface takes, what it refuses, and with which code (DUIS web services, DUIS section 6)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from gbsmart import duis, inventory, parties
from gbsmart.duis import RequestId
from gbsmart.duis.document import SR
from gbsmart.gbcs import Message
from gbsmart.ground import NOW, Eui64
from gbsmart.inventory import Device, DeviceType
from gbsmart.parties import Right, UserRole

if TYPE_CHECKING:
    from conftest import Scene

pytestmark = pytest.mark.anyio

ACB, SUPPLIER, GAINING, NETWORK, OTHER, STRANGER = (
    Eui64.parse(f"90-B3-D5-1F-30-{n}") if len(n) == 8 else Eui64.parse(n)
    for n in (
        *("00-00-02", "01-00-00", "03-00-00", "02-00-00"),
        *("00-DB-12-34-56-78-00-04", "90-B3-D5-1F-30-01-00-08"),
    )
)
ESME, GSME, HUB = (Eui64.parse(f"00-DB-12-34-56-78-90-A{n}") for n in range(3))


# --- documents (HTTP 400, 413, 415) ---


async def test_what_is_no_valid_document_gets_a_plain_400(scene: Scene) -> None:
    good = scene.signed(scene.request())
    for octets, says in (
        (b"", "well-formed"),
        (b"<a", "well-formed"),
        (b"<!DOCTYPE x>" + good.partition(b"?>")[2], "DOCTYPE"),
        (good.replace(b"sr:CommandVariant>1<", b"sr:CommandVariant>12<"), "CommandVariant"),
        (good.replace(b'schemaVersion="5.4"', b'schemaVersion="4.0"'), "schemaVersion"),
        (good.replace(b"<sr:ServiceReference>4.1<", b"<sr:ServiceReference>4.2<"), "ServiceReference"),
    ):
        answer = await scene.post(octets)
        assert answer.status_code == 400
        assert answer.headers["content-type"].startswith("text/plain")
        assert says in answer.text


async def test_sizes_and_media_types_are_bounded(scene: Scene) -> None:
    assert (await scene.post(b"x" * ((1 << 20) + 1))).status_code == 413
    assert (await scene.post(b"x" * ((1 << 20) + 1), "serviceD")).status_code == 400
    assert (await scene.post(b"{}", media_type="application/json")).status_code == 415


@pytest.mark.parametrize("version", ["5.0", "5.1", "5.2", "5.3", "5.4"])
async def test_answers_come_in_the_version_of_the_users_registration(scene: Scene, version: str) -> None:
    with scene.store.transaction() as connection:
        user = parties.user(connection, SUPPLIER)
        parties.change_user(connection, replace(user, schema_version="5.1"))
    request = scene.request(schema_version=version)
    assert (await scene.send(request)).schema_version == "5.1"
    await scene.until(lambda: bool(scene.mail()))
    assert scene.mail()[0].schema_version == "5.1"


# --- signatures ---


async def test_an_unsigned_or_changed_request_is_refused_and_its_id_stays_free(scene: Scene) -> None:
    request = scene.request()
    for octets in (
        duis.build_request(request),
        scene.signed(request).replace(b"<sr:Body>", b"<sr:Body> "),
        scene.signed(request, signer=GAINING),
        scene.signed(request).replace(b"90-B3-D5-1F-30-01-00-00:", b"90-B3-D5-1F-30-03-00-00:"),
    ):
        answer = duis.parse_response((await scene.post(octets)).content).message
        assert answer.response_code in ("E46", "E47")
    assert scene.state(request) is None
    assert scene.road.down == []
    assert await scene.code(request) == "I99"


async def test_what_is_turned_away_is_logged_with_its_reason(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    request = scene.request()
    await scene.post(duis.build_request(request))
    await scene.post(b"<Request/>")
    assert [record.getMessage() for record in caplog.records if "turned away" in record.getMessage()] == [
        f"a document is turned away: E47, the document is not signed ({request.request_id})",
        f"a document is turned away: HTTP 400, the document is Request, not {{{SR}}}Request (/Request)",
    ]


async def test_another_path_is_answered_with_the_right_ones(scene: Scene) -> None:
    for path, method, status in (("/serviceS", "POST", 404), ("/api/v1/serviceS", "GET", 405)):
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=scene.dcc.app()), base_url="http://dcc"
        ) as client:
            answer = await client.request(method, path)
        assert (answer.status_code, "POST documents to /api/v1/serviceT" in answer.text) == (status, True)


async def test_a_stranger_is_told_that_it_is_no_user(scene: Scene) -> None:
    request = scene.by(STRANGER, scene.request())
    assert await scene.code(request) == "E1"


async def test_error_acknowledgements_are_unsigned(scene: Scene) -> None:
    answer = await scene.post(scene.signed(scene.request()), "serviceT")
    assert not duis.is_signed(duis.parse_response(answer.content).root)


# --- the ordered checks ---


async def test_the_wrong_web_service_or_command_variant_is_refused(scene: Scene) -> None:
    assert await scene.code(scene.request("4.1.1"), "serviceT") == "E13"
    assert await scene.code(scene.request("7.2"), "serviceS") == "E13"
    assert await scene.code(scene.request("4.1.1", command_variant=4), "serviceT") == "E12"
    assert await scene.code(scene.request("4.1.1", command_variant=9), "serviceS") == "E12"


async def test_roles_devices_and_responsibility_are_checked_in_order(scene: Scene) -> None:
    unknown = Eui64.parse("00-DB-12-34-56-78-90-FF")
    assert await scene.code(scene.by(OTHER, scene.request())) == "E2"
    assert await scene.code(scene.by(OTHER, scene.request(device=unknown))) == "E2"
    assert await scene.code(scene.request(device=unknown)) == "E19"
    assert await scene.code(scene.request(device=HUB)) == "E11"
    assert await scene.code(scene.by(GAINING, scene.request())) == "E4"
    assert await scene.code(scene.by(GAINING, scene.request(device=GSME))) == "E4"
    assert await scene.code(scene.by(NETWORK, scene.request())) == "I99"
    assert await scene.code(scene.request(command_variant=2)) == "E17"


async def test_a_suspended_user_and_a_device_of_another_status_are_refused(scene: Scene) -> None:
    new = Eui64.parse("00-DB-12-34-56-78-90-B0")
    with scene.store.transaction() as connection:
        mpan = inventory.device(connection, ESME).import_mpxn
        meter = Device(new, DeviceType.ESME, import_mpxn=mpan)
        inventory.add_device(connection, meter, at=scene.clock.now())
    assert await scene.code(scene.request(device=new)) == "E5"
    with scene.store.transaction() as connection:
        parties.suspend(connection, SUPPLIER)
    assert await scene.code(scene.request()) == "E3"


async def test_a_party_that_may_not_be_a_user_is_refused_in_the_roles_concerned(scene: Scene) -> None:
    """SEC M8: what the Party register says counts from the next request on."""
    with scene.store.transaction() as connection:
        party = parties.user(connection, SUPPLIER).party
    why = {"at": scene.clock.now(), "reason": "charges unpaid", "case": "DEF-1"}

    def suspend(*roles: UserRole) -> None:
        with scene.store.transaction() as connection:
            parties.restore_rights(connection, party, **why)
            parties.suspend_rights(
                connection, party, [Right.USER], roles=roles, approved_by_authority=True, **why
            )

    suspend(UserRole.GAS_SUPPLIER)
    assert await scene.code(scene.request()) == "I99"
    suspend(UserRole.IMPORT_SUPPLIER)
    assert await scene.code(scene.request()) == "E3"
    suspend(*UserRole)
    assert await scene.code(scene.request()) == "E3"
    suspend()
    assert await scene.code(scene.request()) == "E3"
    with scene.store.transaction() as connection:
        parties.restore_rights(connection, party, **why)
    assert await scene.code(scene.request()) == "I99"


async def test_an_execution_time_lies_ahead_but_not_too_far(scene: Scene) -> None:
    now = scene.clock.now()
    for moment, code in (
        (now - timedelta(seconds=1), "E50"),
        (now + timedelta(days=31), "E50"),
        (now + timedelta(days=29), "I99"),
    ):
        request = scene.request("4.1.1", values={"execution_date_time": moment})
        assert await scene.code(request) == code


async def test_a_refused_request_says_why_in_the_ledger_and_uses_up_its_id(scene: Scene) -> None:
    request = scene.by(OTHER, scene.request())
    assert await scene.code(request) == "E2"
    stored = scene.stored(request)
    assert stored is not None
    assert (stored.state, stored.outcome, stored.code) == ("refused", "refused", "E2")
    assert scene.events(request) == ["receive", "refuse"]


async def test_what_is_not_offered_is_refused_clearly(scene: Scene) -> None:
    coverage = scene.request("12.1", values={"uprn": 1})
    assert await scene.code(coverage) == duis.fault("not_served").response_code
    assert duis.fault("not_served").basis == "I"


# --- repeats ---


async def test_a_repeat_gets_the_stored_acknowledgement_and_is_executed_once(scene: Scene) -> None:
    request = scene.request()
    octets = scene.signed(request)
    first = await scene.post(octets)
    await scene.until(lambda: scene.state(request) == "delivered")
    scene.clock.advance(hours=1)
    again = await scene.post(octets)
    assert again.content == first.content
    assert len(scene.road.down) == len(scene.mail()) == 1


async def test_other_octets_under_a_used_id_are_a_duplicate(scene: Scene) -> None:
    request = scene.request()
    assert await scene.code(request) == "I99"
    changed = replace(request, values={"execution_date_time": scene.clock.now() + timedelta(days=1)})
    assert await scene.code(changed) == "E49"
    assert await scene.code(scene.by(OTHER, scene.by(SUPPLIER, changed))) == "E2"


async def test_a_refused_duplicate_does_not_change_what_is_sent(scene: Scene) -> None:
    scene.road.is_down = True
    restrict = {"execution_date_time": NOW, "restriction_date_time": scene.clock.now()}
    request = scene.request("3.2", values=restrict)
    assert await scene.code(request) == "I99"
    later = {**restrict, "restriction_date_time": scene.clock.now() - timedelta(days=5)}
    assert await scene.code(replace(request, values=later)) == "E49"
    other = scene.request("3.2", values=restrict)
    assert await scene.code(other) == "I99"
    scene.road.is_down = False
    await scene.pass_time(seconds=30)
    await scene.until(lambda: len(scene.road.down) == 2)
    payloads = {Message.parse(parcel.octets).payload[8:] for parcel in scene.road.down}
    assert len(payloads) == 1


async def test_a_repeat_is_answered_whatever_has_changed_since(scene: Scene) -> None:
    request = scene.request()
    assert await scene.code(request) == "I99"
    with scene.store.transaction() as connection:
        parties.suspend(connection, SUPPLIER)
    assert await scene.code(request) == "I99"
    assert await scene.code(scene.request()) == "E3"


async def test_a_lower_counter_is_taken(scene: Scene) -> None:
    high, low = scene.request(), scene.request()
    high = replace(high, request_id=RequestId(SUPPLIER, ESME, 9_000_000))
    assert await scene.code(high) == "I99"
    assert await scene.code(low) == "I99"


# --- non-device ---


async def test_the_inventory_is_read_in_one_exchange(scene: Scene) -> None:
    request = scene.request("8.2", values={"device_id": ESME})
    answer = await scene.post(scene.signed(request), "serviceD")
    document = duis.parse_response(answer.content)
    assert document.message.response_code == "I0"
    assert duis.verify(document.root, scene.keyring).holder == ACB
    devices = document.message.values["dsp_inventory"]
    assert devices[0]["device_id"] == HUB
    assert {device["device_type"] for device in devices} == {"CHF", "ESME", "GSME", "GPF"}
    (meter,) = (device for device in devices if device["device_id"] == ESME)
    assert (meter["device_status"], meter["import_mpxn"]) == ("Commissioned", "2000000000105")
    assert scene.state(request) == "completed"


async def test_the_inventory_is_not_for_everyone(scene: Scene) -> None:
    nothing = scene.request("8.2", values={"mpxn": "2000000000999"})
    assert await scene.code(nothing) == "E080201"
    assert await scene.code(scene.by(GAINING, scene.request("8.2", values={"mpxn": "2000000000105"}))) == (
        "E080202"
    )


async def test_the_plain_addresses(scene: Scene) -> None:
    import httpx

    transport = httpx.ASGITransport(app=scene.dcc.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://dcc") as client:
        assert (await client.get("/health")).status_code == 200
        assert (await client.get("/ready")).json() == {"ready": True}
        assert (await client.get("/clock")).json() == {"now": "2026-03-01T12:00:00.000Z"}
        assert (await client.get("/api/v1/serviceS")).status_code == 405
        await scene.dcc.stop()
        assert (await client.get("/ready")).status_code == 503
        assert (await scene.post(scene.signed(scene.request()))).status_code == 503


async def test_a_dcc_whose_writer_has_ended_is_not_ready(scene: Scene) -> None:
    import httpx

    assert scene.dcc.is_running
    [writer] = [task for task in asyncio.all_tasks() if task.get_name() == "writer"]
    writer.cancel()  # as a defect of ours might
    await asyncio.wait([writer])
    transport = httpx.ASGITransport(app=scene.dcc.app())
    async with httpx.AsyncClient(transport=transport, base_url="http://dcc") as client:
        assert (await client.get("/ready")).status_code == 503
    assert not scene.dcc.is_running
    assert (await scene.post(scene.signed(scene.request()))).status_code == 503
