"""The Smart Metering Inventory: the life of devices and the questions asked of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gbsmart import inventory, registration
from gbsmart.ground import Eui64, InvalidValue, NotFound
from gbsmart.inventory import DEVICE_STATUS, Device, DeviceStatus, DeviceType
from gbsmart.inventory.model import REMOVED
from gbsmart.parties import User, UserRole
from gbsmart.registration import Fuel, MeteringPoint, Responsibility
from gbsmart.store import Store

T0 = datetime(2026, 1, 1, tzinfo=UTC)
MPAN, MPRN = "1200023305967", "1000999888"


def device_id(last: int) -> Eui64:
    return Eui64.parse(f"00-DB-12-34-56-78-90-{last:02X}")


ESME, GSME, CHF, GPF, PPMID, IHD = (device_id(last) for last in (0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA7))
HOME = (
    Device(CHF, DeviceType.CHF, manufacturer="106C", model="010A030B"),
    Device(GPF, DeviceType.GPF, hub=CHF, import_mpxn=MPRN),
    Device(ESME, DeviceType.ESME, hub=CHF, esme_variant="AD", import_mpxn=MPAN, model="433100AC"),
    Device(PPMID, DeviceType.PPMID, hub=CHF),
    Device(IHD, DeviceType.IHD, status=None, hub=CHF),
    Device(GSME, DeviceType.GSME, import_mpxn=MPRN),
)


@pytest.fixture(autouse=True)
def _home(store: Store) -> None:
    with store.transaction() as connection:
        for member in HOME:
            inventory.add_device(connection, member, at=T0, cause="12.2")


def test_devices_come_back_as_they_were_entered(store: Store) -> None:
    with store.reading() as connection:
        assert [inventory.device(connection, member.id) for member in HOME] == list(HOME)
        assert inventory.find(connection, device_id(0)) is None
        with pytest.raises(NotFound) as raised:
            inventory.device(connection, device_id(0))
    assert raised.value.response_code == "E19"


def test_a_device_is_entered_once(store: Store) -> None:
    with store.transaction() as connection, pytest.raises(InvalidValue, match="already"):
        inventory.add_device(connection, HOME[0], at=T0)


def test_many_are_entered_at_once_and_those_that_are_there_stay(store: Store) -> None:
    switch = Device(device_id(0xA5), DeviceType.HCALCS, hub=CHF)
    with store.transaction() as connection:
        inventory.add_devices(connection, [replace(HOME[2], model="another"), switch], at=T0, cause="12.2")
        assert inventory.device(connection, ESME) == HOME[2]
        assert inventory.device(connection, switch.id) == switch
        (added,) = inventory.status_history(connection, switch.id)
        assert (added.event, added.target, added.cause) == ("added", "Pending", "12.2")
        assert switch in inventory.devices_behind(connection, CHF)


def test_a_meter_from_prenotification_to_commissioning(store: Store) -> None:
    steps = [
        ("clock set", None),  # 8.1.1 means nothing before the hub has reported the link key
        ("added to the hub", DeviceStatus.WHITELISTED),
        ("link key reported", DeviceStatus.INSTALLED_NOT_COMMISSIONED),
        ("joined to a meter", None),  # that is how a Type 1 device is commissioned, not a meter
        ("clock set", DeviceStatus.COMMISSIONED),
    ]
    with store.transaction() as connection:
        for day, (event, status) in enumerate(steps):
            at = T0 + timedelta(days=day)
            assert inventory.change_status(connection, ESME, event, at=at, cause="test") == status
        meter = inventory.device(connection, ESME)
        assert (meter.status, meter.date_commissioned) == (DeviceStatus.COMMISSIONED, T0 + timedelta(days=4))
        history = inventory.status_history(connection, ESME)
    assert [event.target for event in history] == [
        "Pending",
        "Whitelisted",
        "InstalledNotCommissioned",
        "Commissioned",
    ]


@pytest.mark.parametrize("events", [[], ["first heard over the WAN"]])
def test_a_suspended_device_returns_to_the_status_it_held(store: Store, events: list[str]) -> None:
    with store.transaction() as connection:
        for event in events:
            inventory.change_status(connection, CHF, event, at=T0)
        held = inventory.device(connection, CHF).status
        suspended = inventory.change_status(connection, CHF, "not on the products list", at=T0)
        assert suspended is DeviceStatus.SUSPENDED
        assert inventory.change_status(connection, CHF, "on the products list", at=T0) is held
        assert inventory.device(connection, CHF).held_status is None


def test_only_old_records_are_withdrawn(store: Store) -> None:
    with store.transaction() as connection:
        inventory.change_status(connection, CHF, "first heard over the WAN", at=T0)
        assert inventory.change_status(connection, CHF, "withdraw", at=T0) is None
        withdrawn = inventory.change_status(connection, CHF, "withdraw", at=T0, history=True)
        assert withdrawn is DeviceStatus.WITHDRAWN


def test_nothing_leaves_decommissioned_but_deletion() -> None:
    leaving = {
        step.target for step in DEVICE_STATUS.transitions if step.source == DeviceStatus.DECOMMISSIONED
    }
    assert leaving == {REMOVED}
    statuses = {status.value for status in DeviceStatus}
    assert DEVICE_STATUS.states - {REMOVED} == statuses


def test_a_type_2_device_has_no_status_to_change(store: Store) -> None:
    with store.transaction() as connection:
        assert inventory.change_status(connection, IHD, "added to the hub", at=T0) is None


def test_deletion_keeps_the_history(store: Store) -> None:
    with store.transaction() as connection:
        inventory.remove_device(connection, PPMID, at=T0, cause="8.4")
        assert inventory.find(connection, PPMID) is None
        assert inventory.status_history(connection, PPMID)[-1].target == REMOVED
        inventory.change_status(connection, ESME, "added to the hub", at=T0)
        with pytest.raises(InvalidValue, match="Whitelisted"):
            inventory.remove_device(connection, ESME, at=T0)


def test_details_change_and_stay_consistent(store: Store) -> None:
    with store.transaction() as connection:
        changed = inventory.change_device(connection, ESME, firmware_version="0002012F")
        assert inventory.device(connection, ESME) == changed == replace(HOME[2], firmware_version="0002012F")
        with pytest.raises(InvalidValue, match="twin element"):
            inventory.change_device(connection, ESME, secondary_import_mpan=MPAN)
        with pytest.raises(InvalidValue, match="status"):
            inventory.change_device(connection, ESME, status=DeviceStatus.COMMISSIONED)


def test_any_member_brings_the_whole_han_hub_first(store: Store) -> None:
    with store.transaction() as connection:
        inventory.associate(connection, GSME, CHF, at=T0)
        han = [CHF, ESME, GSME, GPF, PPMID, IHD]
        for question in ({"device_id": IHD}, {"device_id": CHF}, {"mpxn": MPAN}, {"mpxn": MPRN}):
            assert [one.id for one in inventory.read_inventory(connection, **question)] == han
        inventory.dissociate(connection, GSME, at=T0)
        assert [one.id for one in inventory.read_inventory(connection, device_id=GSME)] == [GSME]
        assert inventory.read_inventory(connection, mpxn="1312345678111") == []


def test_premises_bring_their_han(store: Store) -> None:
    point = MeteringPoint(MPAN, Fuel.ELECTRICITY, uprn="100", postcode="SW1A 1AA", address_identifier="10")
    with store.transaction() as connection:
        registration.add_point(connection, point)
        by_uprn = inventory.read_inventory(connection, uprn="100")
        by_address = inventory.read_inventory(connection, postcode="SW1A1AA", address_identifier="10")
    assert [one.id for one in by_uprn] == [CHF, ESME, GPF, PPMID, IHD]
    assert by_address == by_uprn


def test_only_a_hub_takes_devices(store: Store) -> None:
    with store.transaction() as connection, pytest.raises(InvalidValue, match="Communications Hub"):
        inventory.associate(connection, GSME, ESME, at=T0)


def test_responsibility_reaches_what_is_behind_the_hub(store: Store) -> None:
    supplier = User(device_id(0), "S", frozenset({UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER}))
    with store.transaction() as connection:
        registration.add_point(connection, MeteringPoint(MPAN, Fuel.ELECTRICITY))
        new = Responsibility(MPAN, UserRole.IMPORT_SUPPLIER, "S", T0)
        registration.register(connection, new, received_at=T0)

        def roles(which: int) -> frozenset[UserRole]:
            return inventory.qualifying_roles(connection, supplier, HOME[which], at=T0)

        assert roles(2) == roles(0) == roles(3) == {UserRole.IMPORT_SUPPLIER}
        assert roles(1) == roles(5) == frozenset()  # the gas devices are another supplier's
