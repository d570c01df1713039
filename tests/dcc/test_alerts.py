"""Device alerts: checked, taken once, and sent to whom the device or the registration names (DUIS 7.14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gbsmart import duis, registration
from gbsmart.gbcs import Cra, Header, Message, OtherInformation, codec, forms
from gbsmart.gbcs.protection import sign
from gbsmart.ground import NEVER, Eui64
from gbsmart.parties import UserRole
from gbsmart.registration import Responsibility
from gbsmart.wan import Parcel

if TYPE_CHECKING:
    from conftest import Scene

pytestmark = pytest.mark.anyio

ACB = Eui64.parse("90-B3-D5-1F-30-00-00-02")
SUPPLIER = Eui64.parse("90-B3-D5-1F-30-01-00-00")
GAINING = Eui64.parse("90-B3-D5-1F-30-03-00-00")
ESME, GSME, HUB, GPF = (Eui64.parse(f"00-DB-12-34-56-78-90-A{n}") for n in range(4))


def alert(
    scene: Scene,
    code: int,
    recipient: Eui64,
    device: Eui64 = ESME,
    *,
    form: str = "",
    party: Eui64 | None = None,
    counted: bool = True,
    **values: object,
) -> Parcel:
    """An alert as the device would send it: signed where critical, else under its MAC."""
    critical = code >> 8 == 0x8F
    use_case = forms.form(form or ("GCA-DLMS" if critical else "GNCA-DLMS"))
    counter = int(scene.clock.now().timestamp() * 1000) + len(scene.road.down) + code
    other = OtherInformation(use_case.code, party, 1 if counted and party is not None else None)
    header = Header(Cra.ALERT, counter, device, recipient, other)
    told = {"alert_code": code, "time": scene.clock.now(), **values}
    message = Message(header, codec.payload(use_case, header, told))
    octets = sign(message, scene.keyring).encode() if critical else scene.protected(message)
    return Parcel(HUB, device, f"alert-{counter}", octets, alert=True)


async def test_an_alert_goes_to_the_party_that_the_device_names(scene: Scene) -> None:
    parcel = alert(scene, 0x8F3E, SUPPLIER)
    await scene.dcc.uplink.receive([parcel])
    await scene.dcc.uplink.receive([parcel])
    await scene.until(lambda: bool(scene.mail()))
    (message,) = scene.mail()
    assert message.kind == "DeviceAlertMessage"
    assert message.values["alert_code"] == bytes.fromhex("8F3E")
    assert message.gbcs_payload == parcel.octets
    assert message.response_id == (ESME, SUPPLIER, Message.parse(parcel.octets).header.counter)
    assert message.request_id is None


async def test_an_alert_for_a_user_that_the_device_does_not_know_goes_to_it(scene: Scene) -> None:
    command = {"rejected_command": bytes(10)}
    await scene.dcc.uplink.receive([alert(scene, 0x8F85, ACB, form="ECS100", party=GAINING, **command)])
    await scene.until(lambda: bool(scene.mail(GAINING)))
    assert scene.mail() == []


async def test_an_operational_update_goes_to_supplier_and_load_controller(scene: Scene) -> None:
    """The device names the load controller beside the supplier, without a counter of its own."""
    state = {"state": '{"outputState": 80, "inputState": 0}'}
    parcel = alert(scene, 0x8F88, SUPPLIER, form="ECS200", party=GAINING, counted=False, **state)
    await scene.dcc.uplink.receive([parcel])
    await scene.until(lambda: len(scene.mail()) == len(scene.mail(GAINING)) == 1)
    assert scene.mail(GAINING)[0].gbcs_payload == parcel.octets


async def test_after_a_switch_the_losing_supplier_still_hears_the_meter(scene: Scene) -> None:
    now = scene.clock.now()
    with scene.store.transaction() as connection:
        won = Responsibility("2000000000105", UserRole.IMPORT_SUPPLIER, f"P{GAINING.compact}", now)
        registration.register(connection, won, received_at=now)
    await scene.dcc.uplink.receive([alert(scene, 0x81A0, SUPPLIER), alert(scene, 0x81A0, ACB, HUB)])
    await scene.until(lambda: len(scene.mail()) == 2 and len(scene.mail(GAINING)) == 1)
    # the hub's alert goes by registration: the new electricity supplier and the gas supplier
    assert [message.response_id[0] for message in scene.mail(GAINING) if message.response_id] == [HUB]
    assert {message.response_id[0] for message in scene.mail() if message.response_id} == {ESME, HUB}


async def test_an_alert_that_does_not_verify_is_discarded(scene: Scene) -> None:
    good = alert(scene, 0x8F3E, SUPPLIER)
    broken = good._replace(octets=good.octets[:-1] + bytes([good.octets[-1] ^ 1]))
    hub = alert(scene, 0x81A0, ACB, HUB)
    changed = hub._replace(octets=hub.octets[:-1] + bytes([hub.octets[-1] ^ 1]))
    await scene.dcc.uplink.receive([broken, changed, good._replace(octets=b"nothing")])
    await scene.dcc.uplink.receive([good])
    await scene.until(lambda: bool(scene.mail()))
    assert len(scene.mail()) == 1


@pytest.mark.corpus
async def test_a_future_dated_command_ends_with_its_last_instruction(scene: Scene, corpus: Path) -> None:
    sample = corpus / "duis-requests" / "ECS01a_1.1.1_FUTURE_DATED_TOU_BLOCK_SUCCESS_REQUEST_DUIS.XML"
    values = dict(duis.parse_request(sample.read_bytes()).message.values or {})
    values["execution_date_time"] = scene.clock.now() + timedelta(days=1)
    request = scene.request("1.1.1", values=values)
    assert await scene.code(scene.sign_pre_command(request, await scene.send(request))) == "I99"
    await scene.until(lambda: len(scene.mail()) == 1)
    assert scene.state(request) == "awaiting execution"

    await scene.pass_time(days=1)
    for number in range(1, 7):
        instruction = {
            "message_code": 0x0019,
            "counter": request.request_id.counter,
            "class_id": 20,
            "instance": bytes((0, 0, 13, 0, 0, 255)),
            "attribute": number,
        }
        parcel = alert(scene, 0x8F66, SUPPLIER, form="FD-DLMS", instruction=instruction)
        await scene.dcc.uplink.receive([parcel])
        scene.clock.advance(seconds=1)
    await scene.until(lambda: scene.state(request) == "delivered")
    first, *outcomes = scene.mail()
    assert first.response_code == "I0"
    told = [outcome.values["future_dated_device_alert_message"] for outcome in outcomes]
    assert [one["instruction_number"] for one in told] == [1, 2, 3, 4, 5, 6]
    assert {one["total_command_instructions"] for one in told} == {6}
    assert {outcome.request_id for outcome in outcomes} == {request.request_id}


@pytest.mark.corpus
async def test_an_outcome_that_never_comes_gives_one_alert(scene: Scene, corpus: Path) -> None:
    sample = corpus / "duis-requests" / "ECS01a_1.1.1_FUTURE_DATED_TOU_BLOCK_SUCCESS_REQUEST_DUIS.XML"
    values = dict(duis.parse_request(sample.read_bytes()).message.values or {})
    values["execution_date_time"] = scene.clock.now() + timedelta(days=1)
    request = scene.request("1.1.1", values=values)
    assert await scene.code(scene.sign_pre_command(request, await scene.send(request))) == "I99"
    await scene.until(lambda: scene.state(request) == "awaiting execution")
    await scene.pass_time(days=2, seconds=10)
    await scene.until(lambda: scene.state(request) == "delivered")
    last = scene.mail()[-1]
    assert (last.values["dcc_alert_code"], last.response_code) == ("N14", "E30")
    assert len(scene.mail()) == 2


async def test_what_the_dcc_keeps_reaches_nobody(scene: Scene) -> None:
    parcel = alert(
        scene, 0x8F12, ACB, HUB, form="CS14",
        device_log={"time": scene.clock.now(), "device_id": HUB, "devices": []},
    )  # fmt: skip
    await scene.dcc.uplink.receive([parcel, alert(scene, 0x81A0, SUPPLIER)])
    await scene.until(lambda: bool(scene.mail()))
    assert [message.values["alert_code"].hex() for message in scene.mail()] == ["81a0"]


@pytest.mark.corpus
async def test_what_the_device_took_back_is_told_as_cancelled_and_not_waited_for(
    scene: Scene, corpus: Path
) -> None:
    sample = corpus / "duis-requests" / "ECS01a_1.1.1_FUTURE_DATED_TOU_BLOCK_SUCCESS_REQUEST_DUIS.XML"
    values = dict(duis.parse_request(sample.read_bytes()).message.values or {})
    values["execution_date_time"] = scene.clock.now() + timedelta(days=1)
    request = scene.request("1.1.1", values=values)
    assert await scene.code(scene.sign_pre_command(request, await scene.send(request))) == "I99"
    await scene.until(lambda: scene.state(request) == "awaiting execution")
    never = scene.request("1.1.1", values={**values, "execution_date_time": NEVER})
    signed = scene.sign_pre_command(never, await scene.send(never))
    assert signed.values is not None
    signed = replace(signed, values={**signed.values, "execution_date_time": NEVER})
    assert await scene.code(signed) == "I99"
    await scene.until(lambda: scene.state(request) == scene.state(never) == "delivered")
    told = {message.request_id: message.response_code for message in scene.mail()}
    assert told == {request.request_id: "E45", never.request_id: "I0"}
    await scene.pass_time(days=3)
    assert len(scene.mail()) == 3
