"""Firmware that is activated, devices that are joined and left, and the gas meter's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gbsmart.devices import inspection
from gbsmart.devices.device_log import joined
from gbsmart.ground import Eui64

from .test_management import ask as asked_by_broker
from .test_prepayment import until
from .town import START, Town

HASH, OTHER_HASH, VERSION = b"\x01" * 32, b"\x02" * 32, bytes.fromhex("00010002")
EXECUTED, CHANGED = 0x8F66, 0x8F43
NOT_JOINED, JOINED, NOT_UNJOINED, UNJOINED = 0x8F48, 0x8F49, 0x8F4A, 0x8F4B
ADJUSTED, NOT_ADJUSTED = 0x8145, 0x81C6
SUCCESS, NO_IMAGE, ANOTHER_IMAGE = 0, 1, 2
NOT_IN_LOG, LOG_FULL, ENTRIES = 1, 4, 16
STRANGER = Eui64.parse("00-DB-12-34-99-99-99-99")


class One:
    """A device of a town under commands of its supplier."""

    def __init__(self, device: str) -> None:
        self.town = Town()
        self.device = getattr(self.town, device)
        self.counter = 0

    def ask(self, use_case: str, **values: Any) -> Any:
        self.counter += 1
        return self.town.ask(use_case, values, self.device, self.counter)

    def deliver(self) -> None:
        with self.town.street.store.transaction() as connection:
            action = inspection.hold_image(HASH, VERSION)
            self.town.street.perform(connection, self.device, action, self.town.clock.now())
        self.town.street.committed()

    def activate(self, image_hash: bytes = HASH, at: Any = None) -> Any:
        return self.ask("CS06", firmware_hash=image_hash, counter=self.counter + 1, execution_date_time=at)

    def running(self) -> Any:
        return asked_by_broker(self.town, "ECS52", self.device, counter=self.counter + 100)[
            "firmware_version"
        ]


@pytest.fixture(params=["esme", "gsme"])
def one(request: pytest.FixtureRequest) -> One:
    return One(request.param)


def test_an_image_that_is_held_is_activated() -> None:
    one = One("esme")
    one.deliver()
    before = one.running()
    outcome = one.activate()
    assert outcome.success
    assert outcome.values["activation"] == {"result": SUCCESS, "firmware_version": VERSION}
    assert before != one.running() == VERSION


def test_without_an_image_or_with_another_nothing_is_activated(one: One) -> None:
    assert one.activate().values["activation"]["result"] == NO_IMAGE
    one.deliver()
    outcome = one.activate(OTHER_HASH)
    assert not outcome.success
    assert outcome.values["activation"]["result"] == ANOTHER_IMAGE


def test_an_image_is_activated_at_its_moment_and_its_outcome_is_told(one: One) -> None:
    one.deliver()
    at = START + timedelta(hours=2)
    assert one.activate(at=at).success
    assert until(one, START + timedelta(hours=1)) == []
    assert until(one, START + timedelta(hours=3)) == [(EXECUTED, at), (CHANGED, at)]


def test_an_activation_that_is_taken_back_does_not_happen(one: One) -> None:
    one.deliver()
    one.activate(at=START + timedelta(hours=2))
    one.activate(at=START.replace(year=9999, month=12, day=31))
    assert until(one, START + timedelta(hours=3)) == []


def test_a_meter_joins_another_device_and_leaves_it(one: One) -> None:
    device = one.town.street.device(one.device)
    before = dict(joined(device))
    entry = {"other_device_id": bytes(STRANGER), "other_device_type": 5, "other_device_certificate": None}
    assert one.ask("CS03A1" if one.device == one.town.esme else "CS03B", join_method=2, **entry).success
    assert joined(device) == {**before, STRANGER: "PPMID"}
    assert one.ask("CS04AC", other_device_id=bytes(STRANGER)).success
    assert joined(device) == before
    assert one.ask("CS04AC", other_device_id=bytes(STRANGER)).values["status"] == NOT_IN_LOG
    assert [code for code, _ in one.town.security_log(one.device)] == [JOINED, UNJOINED, NOT_UNJOINED]


def test_a_supplier_hears_of_a_device_that_joined(one: One) -> None:
    entry = {"other_device_id": bytes(STRANGER), "other_device_type": 5, "other_device_certificate": None}
    name = "CS03A1" if one.device == one.town.esme else "CS03B"
    command = one.town.command(name, {"join_method": 2, **entry}, one.device, 1)
    (reaction,) = one.town.give((one.device, command))
    assert [one.town.read(each)["alert_code"] for each in reaction.alerts] == [JOINED]


def test_a_full_log_takes_no_more_devices(one: One) -> None:
    device = one.town.street.device(one.device)
    statuses = []
    for number in range(ENTRIES + 1):
        other = bytes(STRANGER[:7]) + bytes((number,))
        entry = {"other_device_id": other, "other_device_type": 6, "other_device_certificate": None}
        name = "CS03A1" if one.device == one.town.esme else "CS03B"
        statuses.append(one.ask(name, join_method=0, **entry).values["status"])
    assert len(joined(device)) == ENTRIES
    assert statuses[-1] == LOG_FULL
    assert one.town.security_log(one.device)[-1][0] == NOT_JOINED


def test_the_gas_meters_clock_is_set_within_its_range() -> None:
    gas = One("gsme")
    hour = timedelta(hours=1)
    outcome = gas.ask("GCS28", current_date_time=START - hour, latest_date_time=START + hour)
    assert outcome.success
    assert outcome.values == {"device_time": START, "clock_status": 0}
    outside = gas.ask("GCS28", current_date_time=START + hour, latest_date_time=START + 2 * hour)
    assert outside.values["clock_status"] == 2
    codes = [row.code for row in gas.town.street.log(gas.device, "event")]
    assert [code for code in codes if code in (ADJUSTED, NOT_ADJUSTED)] == [ADJUSTED, NOT_ADJUSTED]
