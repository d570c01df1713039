"""A communications hub: its device log (CHTS 4.6.2), and its sub-GHz radio (CHTS 4.6.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gbsmart.gbcs import Message, codec, forms
from gbsmart.gbcs.envelope import OtherInformation
from gbsmart.gbcs.form import Outcome
from gbsmart.ground import Eui64

from .town import ACB, START, SUPPLIER, Town, plan

HOME = plan(1)
STRANGER = Eui64.parse("00-DB-12-34-99-00-00-01")
SAPC = 4
LOG_CHANGED = 0x8F12


class Hub:
    """The hub of a home, as the Access Control Broker asks it on behalf of a supplier."""

    def __init__(self) -> None:
        self.town = Town()
        self._counter = 0
        self.alerts: list[bytes] = []

    def ask(self, name: str, **values: Any) -> Outcome:
        self._counter += 1
        other = OtherInformation(forms.form(name).code, party=SUPPLIER, party_counter=self._counter)
        octets = self.town.command(name, values, HOME.hub, self._counter, ACB, other)
        (reaction,) = self.town.give((HOME.hub, octets))
        assert reaction.response is not None, reaction.log
        self.alerts = reaction.alerts
        outcome = self.town.read(reaction.response)
        assert isinstance(outcome, Outcome)
        return outcome

    def add(self, device: Eui64) -> Outcome:
        entry = {"device_id": bytes(device), "install_code": bytes(16), "device_type": SAPC}
        return self.ask("CCS01", added_device=entry, join_time_period=90)

    def remove(self, device: Eui64) -> Outcome:
        return self.ask("CCS02", removed_device_id=bytes(device))

    def known(self) -> set[Eui64]:
        """The devices that it hears."""
        found = self.ask("CCS06").values["active_devices"]
        return {Eui64(each["device_id"]) for each in found}

    def logs(self) -> tuple[dict[Eui64, bytes], set[Eui64]]:
        """The devices of its log with the hashes of their link keys, and those that left."""
        said = self.ask("CCS07").values
        log = {Eui64(each["device_id"]): each["hashed_link_key"] for each in said["device_log"]["devices"]}
        return log, {Eui64(each["device_id"]) for each in said["historic_log"]["devices"]}


@pytest.fixture
def hub() -> Hub:
    return Hub()


def test_a_device_that_is_added_is_in_the_log(hub: Hub) -> None:
    before = hub.known()
    assert hub.add(STRANGER).success
    (alert,) = hub.alerts
    told = codec.read(Message.parse(alert))
    assert told is not None
    assert told.values["alert_code"] == LOG_CHANGED
    assert hub.known() == {*before, STRANGER}
    log, left = hub.logs()
    assert set(log) == hub.known()
    assert len(set(log.values())) == len(log)
    assert not left


def test_a_device_that_is_removed_is_in_the_historic_log(hub: Hub) -> None:
    before = hub.known()
    assert HOME.ppmid is not None
    assert hub.remove(HOME.ppmid).success
    log, left = hub.logs()
    assert set(log) == hub.known() == before - {HOME.ppmid}
    assert left == {HOME.ppmid}


def test_a_device_that_is_not_in_the_log_cannot_be_removed(hub: Hub) -> None:
    before = hub.known()
    assert not hub.remove(STRANGER).success
    assert hub.known() == before


def test_the_log_takes_sixteen_devices(hub: Hub) -> None:
    room = 16 - len(hub.known())
    strangers = [Eui64(bytes.fromhex("00DB1234990000") + bytes((number,))) for number in range(room + 1)]
    assert [hub.add(each).success for each in strangers] == [True] * room + [False]
    assert hub.add(strangers[0]).success  # it is there already
    assert len(hub.known()) == 16


def test_a_log_is_restored_as_it_was(hub: Hub) -> None:
    before, _ = hub.logs()
    assert HOME.ppmid is not None
    hub.remove(HOME.ppmid)
    rows = [{"device_id": bytes(eui), "hashed_link_key": key} for eui, key in before.items()]
    restored = {"network_id": bytes(HOME.hub), "devices": rows}
    assert hub.ask("CCS03", restored_device_log=restored).success
    log, _ = hub.logs()
    assert log == before


def test_the_log_is_there_after_a_restart(hub: Hub) -> None:
    hub.add(STRANGER)
    store = hub.town.street.store
    hub.town = Town(store=store, enrol=False)
    assert STRANGER in hub.known()


# --- the radio ---


def configuration(hub: Hub) -> dict[str, Any]:
    held: dict[str, Any] = hub.ask("DBCH03").values["sub_ghz_configuration"]
    return held


def channel(hub: Hub) -> str:
    used: str = hub.ask("DBCH01").values["operating_channel"]
    return used


def channel_log(hub: Hub, start: timedelta, end: timedelta) -> list[dict[str, Any]]:
    period = {"start": START + start, "end": START + end}
    rows: list[dict[str, Any]] = hub.ask("DBCH02", read_log_period=period).values["sub_ghz_channel_log"]
    return rows


def test_a_configuration_that_is_set_is_read_back(hub: Hub) -> None:
    other = {**configuration(hub), "maximum_channel_changes_per_week": 1, "gsme_curfew": 12}
    assert hub.ask("DBCH04", sub_ghz_configuration=other).success
    assert configuration(hub) == other


def test_a_scan_changes_the_channel_and_the_log_tells(hub: Hub) -> None:
    before = channel(hub)
    assert before.count("1", 5) == 1
    assert channel_log(hub, timedelta(), timedelta(days=1)) == []
    assert hub.ask("DBCH05").success
    after = channel(hub)
    assert after != before
    (row,) = channel_log(hub, timedelta(), timedelta(days=1))
    assert row["operating_channel"] == after
    assert channel_log(hub, timedelta(days=1), timedelta(days=2)) == []


def test_a_scan_keeps_to_the_channels_that_are_allowed(hub: Hub) -> None:
    page = "11100"
    only = {"page_28_mask": page + "110".rjust(27, "0")}
    none = {f"page_{number}_mask": f"{number:05b}" + "0" * 27 for number in (29, 30, 31)}
    hub.ask("DBCH04", sub_ghz_configuration={**configuration(hub), **only, **none})
    seen = []
    for _ in range(3):
        hub.ask("DBCH05")
        seen.append(channel(hub))
    second, third = (page + each.rjust(27, "0") for each in ("10", "100"))
    assert seen == [second, third, second]
