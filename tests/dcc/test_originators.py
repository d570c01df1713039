"""What the DCC adds to a request: its own parties' hands and counters, and what its registers know."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

from gbsmart import inventory
from gbsmart.duis import Request
from gbsmart.gbcs import Cra, Header, Message, OtherInformation, codec, forms
from gbsmart.gbcs.protection import Check, sign, verify_mac, verify_signature
from gbsmart.ground import NOW, Eui64, ManualClock
from gbsmart.inventory import Device, DeviceStatus, DeviceType
from gbsmart.keys import KeyUse
from gbsmart.trust import TestSmki
from gbsmart.wan import Parcel

from .conftest import ACB, ESME, GPF, GSME, HUB, MPAN, OTHER, START, SUPPLIER

if TYPE_CHECKING:
    from .conftest import Scene

pytestmark = pytest.mark.anyio

COS = Eui64.parse("90-B3-D5-1F-30-00-00-04")
PPMID = Eui64.parse("00-DB-12-34-56-78-90-A4")
OLD_HUB, OLD_GPF = Eui64.parse("00-DB-12-34-56-78-90-95"), Eui64.parse("00-DB-12-34-56-78-90-B3")


async def command(scene: Scene, request: Request) -> Message:
    """The Command that a request becomes on the WAN."""
    assert await scene.code(request) == "I99"
    await scene.until(lambda: scene.state(request) == "delivered")
    return Message.parse(scene.road.down[-1].octets)


def values(message: Message) -> Mapping[str, Any]:
    reading = codec.read(message)
    assert reading is not None
    return dict(reading.values)


def credentials(scene: Scene) -> dict[str, object]:
    """Certificates of the supplier, and the way to them."""
    signing = scene.keyring.certificate(SUPPLIER, KeyUse.DIGITAL_SIGNATURE).der
    return {
        "digital_signing_certificate": signing,
        "key_agreement_certificate": scene.keyring.certificate(SUPPLIER, KeyUse.KEY_AGREEMENT).der,
    }


async def test_the_cos_party_changes_the_supplier_under_its_own_hand_and_counter(scene: Scene) -> None:
    held = credentials(scene)
    request = scene.request(
        "6.23",
        values={
            "execution_date_time": NOW, "supplier_floor_seq_number": 7,
            "supplier_replacement_certificates": held, "import_mpxn": MPAN,
            "certification_path_certificates": [held["digital_signing_certificate"]],
            "apply_time_based_cpv_checks": True,
        },
    )  # fmt: skip
    sent = await command(scene, request)
    header = sent.header
    assert (header.originator, header.message_code, header.other.party) == (COS, 0x0107, None)
    assert verify_signature(sent, scene.keyring.certificate(COS, KeyUse.DIGITAL_SIGNATURE)) is Check.VALID
    assert verify_mac(sent, scene.keyring, ACB) is Check.VALID
    control = values(sent)["control"]
    assert control["counter"] == header.counter != request.request_id.counter
    assert control["changes"] == [{"role": 2, "floor": 7, "specialist_floors": None}]
    (answer,) = scene.mail()
    assert (answer.response_code, answer.request_id) == ("I0", request.request_id)


async def test_a_device_changes_hands_with_its_own_metering_point(scene: Scene) -> None:
    held = credentials(scene)
    request = scene.request(
        "6.23",
        values={
            "execution_date_time": NOW, "supplier_floor_seq_number": 7,
            "supplier_replacement_certificates": held, "import_mpxn": "2000000000999",
            "certification_path_certificates": [held["digital_signing_certificate"]],
            "apply_time_based_cpv_checks": True,
        },
    )  # fmt: skip
    assert await scene.code(request) == "E062301"


async def test_the_outcome_of_what_the_cos_party_dated_reaches_the_user(scene: Scene) -> None:
    held = credentials(scene)
    moment = START.replace(day=2)
    request = scene.request(
        "6.23",
        values={
            "execution_date_time": moment, "supplier_floor_seq_number": 7,
            "supplier_replacement_certificates": held, "import_mpxn": MPAN,
            "certification_path_certificates": [held["digital_signing_certificate"]],
            "apply_time_based_cpv_checks": True,
        },
    )  # fmt: skip
    scene.road.payload = bytes.fromhex("30020500")
    assert await scene.code(request) == "I99"
    await scene.until(lambda: scene.state(request) == "awaiting execution")
    counter = Message.parse(scene.road.down[-1].octets).header.counter
    form = forms.form("CS02b alert")
    header = Header(Cra.ALERT, 1, ESME, COS, OtherInformation(form.code))
    outcome = {"counter": counter, "mode": 7, "changes": [], "replacements": []}
    told = {"alert_code": 0x8F66, "time": moment, "outcome": outcome}
    octets = sign(Message(header, codec.payload(form, header, told)), scene.keyring).encode()
    await scene.dcc.uplink.receive([Parcel(HUB, ESME, "alert-1", octets, alert=True)])
    await scene.until(lambda: scene.state(request) == "delivered")
    assert scene.mail()[-1].request_id == request.request_id
    assert "future_dated_device_alert_message" in scene.mail()[-1].values


async def test_the_broker_hands_over_a_cell_that_it_holds(scene: Scene) -> None:
    held = credentials(scene)
    request = scene.request(
        "6.21",
        GPF,
        values={
            "execution_date_time": NOW, "remote_party_role": "Supplier", "replacement_certificates": held,
            "certification_path_certificates": [held["digital_signing_certificate"]],
            "apply_time_based_cpv_checks": False,
        },
    )  # fmt: skip
    sent = await command(scene, request)
    assert (sent.header.originator, sent.header.message_code) == (ACB, 0x0102)
    assert verify_signature(sent, scene.keyring.certificate(ACB, KeyUse.DIGITAL_SIGNATURE)) is Check.VALID
    assert values(sent)["control"]["skip_time_checks"] == 1


async def test_the_hub_is_told_the_type_of_the_device_that_the_inventory_has(scene: Scene) -> None:
    whitelist = {"join_time_period": 90, "install_code": bytes(16)}
    request = scene.request(
        "8.11",
        HUB,
        values={
            "execution_date_time": NOW, "device_id": GSME, "request_type": "Add",
            "add_device_to_chf_whitelist": whitelist,
        },
    )  # fmt: skip
    added = values(await command(scene, request))["added_device"]
    assert added == {"device_id": GSME, "install_code": bytes(16), "device_type": 1}


def with_ppmid(scene: Scene) -> None:
    scene.keyring.add_entries(TestSmki.create(ManualClock(START), random.Random(7).randbytes).device(PPMID))
    with scene.store.transaction() as connection:
        inventory.add_device(
            connection, Device(PPMID, DeviceType.PPMID, DeviceStatus.COMMISSIONED, HUB, "D", "P"), at=START
        )


async def test_devices_that_know_each_other_by_certificate_are_given_it_and_the_broker_signs(
    scene: Scene,
) -> None:
    with_ppmid(scene)
    request = scene.request("8.7.2", PPMID, values={"other_device_id": GSME})
    sent = await command(scene, request)
    assert (sent.header.originator, sent.header.other.party) == (ACB, SUPPLIER)
    assert verify_signature(sent, scene.keyring.certificate(ACB, KeyUse.DIGITAL_SIGNATURE)) is Check.VALID
    joined = values(sent)
    assert (joined["join_method"], joined["other_device_type"]) == (3, 0)
    held = scene.keyring.certificate(GSME, KeyUse.KEY_AGREEMENT).der
    assert joined["other_device_certificate"] == held


async def test_a_device_that_the_inventory_does_not_hold_cannot_be_joined(scene: Scene) -> None:
    request = scene.request("8.7.2", GSME, values={"other_device_id": PPMID})
    assert await scene.code(request) != "I99"


async def test_four_digits_are_drawn_for_the_meter_and_told_to_the_user(scene: Scene) -> None:
    request = scene.by(OTHER, scene.request("9.1"))
    sent = await command(scene, request)
    assert (sent.header.originator, sent.header.other.party) == (ACB, OTHER)
    (answer,) = scene.mail(OTHER)
    told = answer.values["cin_message"]
    number = told["customer_identification_number"]
    assert values(sent) == {"customer_identification_number": number}
    assert len(number) == 4
    assert number.isdecimal()
    assert told["gbcs_payload"] == answer.gbcs_payload


async def test_a_new_hub_is_given_the_last_log_of_the_old_one(scene: Scene) -> None:
    keys = TestSmki.create(ManualClock(START), random.Random(7).randbytes).device(OLD_HUB)
    scene.keyring.add_entries(keys)
    request = scene.request("8.12.1", HUB, values={"old_chfid": OLD_HUB})
    assert await scene.code(request) != "I99", "it sent none yet"
    form = forms.form("CS14")
    for number, devices in ((1, []), (2, [{"device_id": bytes(ESME), "hashed_link_key": bytes(16)}])):
        header = Header(Cra.ALERT, number, OLD_HUB, ACB, OtherInformation(form.code))
        log = {"time": scene.clock.now(), "device_id": bytes(range(8)), "devices": devices}
        told = {"alert_code": 0x8F12, "time": scene.clock.now(), "device_log": log}
        message = Message(header, codec.payload(form, header, told))
        octets = sign(message, scene.keyring).encode()
        await scene.dcc.uplink.receive([Parcel(OLD_HUB, OLD_HUB, f"alert-{number}", octets, alert=True)])
    sent = await command(scene, scene.request("8.12.1", HUB, values={"old_chfid": OLD_HUB}))
    assert values(sent)["restored_device_log"] == {
        "network_id": bytes(range(8)),
        "devices": [{"device_id": bytes(ESME), "hashed_link_key": bytes(16)}],
    }
