"""A home: a hub with a gas proxy, the meters and the devices around them, and what a page shows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from gbsmart.devices import (
    chf,
    display,
    esme,
    events,
    gpf,
    gsme,
    hcalcs,
    ihd,
    network,
    ppmid,
    privacy,
    sapc,
)
from gbsmart.devices.consumption import HalfHour
from gbsmart.devices.consumption import Home as Consumption
from gbsmart.devices.credentials import CertificatePool, Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.events import Notice
from gbsmart.devices.ihd import Screen
from gbsmart.devices.memory import Memory
from gbsmart.devices.meter import Meter
from gbsmart.devices.ppmid import Prepayment
from gbsmart.gbcs.versions import NEWEST, edition
from gbsmart.ground import NO_FAULTS, Eui64, Faults
from gbsmart.keys import RenewableKeyring

WAKE_INTERVAL: Final = timedelta(minutes=30)
"""How often a battery-powered gas meter contacts its hub (assumed to be typical)."""


class HomePlan(NamedTuple):
    """The devices of a home to enrol. ``seed`` (0 to 2^64-1) decides what its people use; ``variant`` are
    the letters of its electricity meter (``A`` single element, ``B`` twin, ``C`` polyphase, and more), and
    ``gbcs_version`` is that of all its devices."""

    hub: Eui64
    gpf: Eui64
    esme: Eui64
    gsme: Eui64
    seed: int
    ppmid: Eui64 | None = None
    hcalcs: Eui64 | None = None
    ihd: Eui64 | None = None
    sapc: Eui64 | None = None
    variant: str = "A"
    gbcs_version: str = NEWEST

    def devices(self) -> tuple[tuple[Eui64, str], ...]:
        """Each device with its type."""
        places = (
            (self.hub, chf.KIND), (self.gpf, gpf.KIND), (self.esme, esme.KIND), (self.gsme, gsme.KIND),
            (self.ppmid, ppmid.KIND), (self.hcalcs, hcalcs.KIND), (self.ihd, ihd.KIND),
            (self.sapc, sapc.KIND),
        )  # fmt: skip
        return tuple((eui, kind) for eui, kind in places if eui is not None)

    def next_wake(self, interval: timedelta, now: datetime) -> datetime:
        """When the gas meter next contacts the hub, at the earliest now."""
        return now + (self._first_wake(interval) - now) % interval

    def last_wake(self, interval: timedelta, now: datetime) -> datetime:
        """When the gas meter was last awake, at the latest now."""
        return now - (now - self._first_wake(interval)) % interval

    def _first_wake(self, interval: timedelta) -> datetime:
        share = self.seed % 1_009 / 1_009  # meters do not all wake together
        return _EPOCH + interval * share


class Alarm(NamedTuple):
    """What a meter last sounded for."""

    meter: str
    heard: Notice
    sounds: bool


class Snapshot(NamedTuple):
    """A home as a page shows it. Energy in Wh, volume in dm3, money in 10^-5 pounds.

    ``screen`` is what its in-home display shows, ``prepayment`` what its PPMID shows beside that, and
    ``load_switch`` whether its HCALCS has the load ``on`` or ``off``; empty without such a device.
    What a meter measures is None, or empty, while its privacy PIN hides it (``behind_pin`` names those
    meters), and begins with a change of tenancy. ``notices`` are the events shown on the displays of the
    home, ``alarms`` what each meter last sounded for, and whether it sounds now; both by type of meter.
    """

    moment: datetime
    hub: Eui64
    electricity_supply: str
    electricity_wh: int | None
    electricity_power_w: int | None
    electricity_price: int
    electricity_today: tuple[HalfHour, ...]
    gas_supply: str
    gas_litres: int | None
    gas_flow_litres_per_hour: int | None
    gas_today: tuple[HalfHour, ...]
    gas_awake_at: datetime
    screen: Screen | None = None
    prepayment: Prepayment | None = None
    load_switch: str = ""
    behind_pin: tuple[str, ...] = ()
    notices: tuple[tuple[str, Notice], ...] = ()
    alarms: tuple[Alarm, ...] = ()


@dataclass(slots=True)
class Home:
    """A home in memory: its devices, by type, on their memories."""

    plan: HomePlan
    devices: Mapping[str, Device]
    wake_interval: timedelta

    def last_contact(self, now: datetime) -> datetime:
        """When the gas meter was last awake, at the latest now."""
        return self.plan.last_wake(self.wake_interval, now)

    def _load_switch(self, now: datetime) -> str:
        switch = self.devices.get(hcalcs.KIND)
        return "" if switch is None else hcalcs.position(switch, self.devices[esme.KIND], now)

    def snapshot(self, now: datetime) -> Snapshot:
        """What its meters show now, and today's half-hours (UTC)."""
        meters = {kind: self.devices[kind] for kind in (esme.KIND, gsme.KIND)}
        electricity, gas = (display.face(self, kind, now) for kind in meters)
        return Snapshot(
            now,
            self.plan.hub,
            electricity.supply,
            electricity.reading,
            electricity.flow,
            esme.active_price(meters[esme.KIND], now),
            electricity.today,
            gas.supply,
            gas.reading,
            gas.flow,
            gas.today,
            self.plan.next_wake(self.wake_interval, now),
            ihd.screen(self, now) if ihd.KIND in self.devices else None,
            ppmid.prepayment(self, now) if ppmid.KIND in self.devices else None,
            self._load_switch(now),
            tuple(kind for kind, each in meters.items() if privacy.is_locked(each, now)),
            self._notices(now),
            tuple(
                Alarm(kind, heard, events.is_sounding(each, now))
                for kind, each in meters.items()
                if (heard := events.sounded(each, now)) is not None
            ),
        )

    def _notices(self, now: datetime) -> tuple[tuple[str, Notice], ...]:
        """What the displays of the home show of events; of gas, what the proxy has heard."""
        if not {ihd.KIND, ppmid.KIND} & set(self.devices):
            return ()
        heard = {esme.KIND: now, gsme.KIND: self.last_contact(now)}
        found = [
            (kind, notice)
            for kind, moment in heard.items()
            for notice in events.shown(self.devices[kind], moment, display.restricted_since(self, kind, now))
        ]
        return tuple(sorted(found, key=lambda each: each[1].moment))


_AROUND: Final[Mapping[str, Callable[[Eui64, Memory, Credentials, Home], Device]]] = {
    chf.KIND: chf.device,
    gpf.KIND: gpf.device,
    ppmid.KIND: ppmid.device,
    hcalcs.KIND: hcalcs.device,
    ihd.KIND: ihd.device,
    sapc.KIND: sapc.device,
}
"""Devices without a meter of their own, by type."""


def assemble(
    plan: HomePlan,
    memory_of: Callable[[Eui64], Memory],
    pool: CertificatePool,
    keyring: RenewableKeyring,
    wake_interval: timedelta = WAKE_INTERVAL,
    faults: Faults = NO_FAULTS,
) -> Home:
    """Put a home together from its devices' memories."""
    consumption = Consumption(plan.seed)
    devices: dict[str, Device] = {}
    home = Home(plan, devices, wake_interval)
    for eui, kind in plan.devices():
        memory = memory_of(eui)
        credentials = Credentials(eui, memory, pool, keyring)
        if kind == esme.KIND:
            devices[kind] = esme.device(eui, memory, credentials, Meter(consumption, memory))
        elif kind == gsme.KIND:
            devices[kind] = gsme.device(eui, memory, credentials, Meter(consumption, memory))
        else:
            devices[kind] = _AROUND[kind](eui, memory, credentials, home)
    for kind, device in devices.items():
        theirs = network.JOINED.get(kind, ())
        device.faults = faults
        device.edition = edition(plan.gbcs_version)
        device.joined = tuple((devices[each].eui, each) for each in theirs if each in devices)
    return home


_EPOCH: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
