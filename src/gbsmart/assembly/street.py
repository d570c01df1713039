"""The street of a system: its homes and hubs, in this process or in one of their own.

A :class:`LocalStreet` executes what it is sent; ``gbsmart street`` serves one over TCP, with a store that
is its own. A :class:`RemoteStreet` is how a DCC reaches one that runs elsewhere (``gbsmart up --street``).
Both processes read the same key folder: the street takes the devices' private keys from it, the DCC its
own.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from gbsmart.assembly.faults import register_of
from gbsmart.assembly.keys import SystemKeys, check_enrolled, open_keys
from gbsmart.assembly.lifetime import Lifetime
from gbsmart.assembly.plan import IMPORT_SUPPLIER, Premises, plan_street
from gbsmart.assembly.settings import Settings
from gbsmart.devices import (
    Credited,
    HomePlan,
    Street,
    acknowledge,
    activate_emergency_credit,
    boost,
    certificates_by_cell,
    deplete,
    end_tampering,
    enter_pin,
    meter_for,
    open_cover,
    replace_battery,
    restore_supply,
    set_pin,
    tamper,
    top_up,
)
from gbsmart.ground import Clock, Eui64, Faults, NotFound
from gbsmart.keys import KeyEntry
from gbsmart.store import open_store
from gbsmart.wan import HubEnd, LocalWan, Uplink, WanClient, WanServer
from gbsmart.web.hosting import taken

if TYPE_CHECKING:  # a street alone has no console
    from gbsmart.console.model import DeviceView, HomeLine, HomeView

WINGS = ("devices", "wan")
"""Whose tables the street's store holds: devices commit in a store of their own."""


def devices_of(plan: Iterable[Premises]) -> list[Eui64]:
    """Every device of a street that has keys of its own: Type 2 devices have none."""
    return [eui for premises in plan for eui, kind in premises.devices if not kind.is_type_2]


class LocalStreet(Lifetime):
    """The homes and hubs in this process; ``async with LocalStreet(...) as street``.

    Entering raises :class:`~gbsmart.ground.InvalidValue` where the homes were enrolled with other
    certificates than their parties use now.
    """

    def __init__(
        self, settings: Settings, clock: Clock, keys: SystemKeys, plan: Sequence[Premises], faults: Faults
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._keys = keys
        self._plan = plan
        self._faults = faults

    street: Street
    wan: LocalWan
    downlink: HubEnd
    """What the DCC sends to."""

    async def _start(self, stack: AsyncExitStack) -> None:
        store = open_store(self._settings.homes_url)
        stack.callback(store.close)
        store.migrate(*WINGS)
        keyring = self._keys.device(self._clock, devices_of(self._plan))
        wake = timedelta(seconds=self._settings.wake_interval)
        self.street = Street(store, self._clock, keyring, wake_interval=wake, faults=self._faults)
        self._enrol()
        self.wan = await stack.enter_async_context(LocalWan(self.street, self._clock, switched=self._faults))
        self.downlink = HubEnd(self.wan)

    async def join(self, uplink: Uplink) -> None:
        """Push up to a DCC that runs, from now on."""
        self.downlink.uplink = uplink
        self.wan.uplink = self.downlink
        self.wan.ring()

    async def top_up(self, device: Eui64, utrn: str) -> Credited:
        """Type a UTRN in at a meter, or at the PPMID of its home; what became of it.

        This and what follows raise :class:`NotFound` for no device of the street, and
        :class:`~gbsmart.ground.InvalidValue` for one without an account.
        """
        return await self.wan.perform(self.meter_for(device, utrn), top_up(utrn))

    def meter_for(self, device: Eui64, utrn: str) -> Eui64:
        """The meter that a UTRN typed in at a device goes to: from a PPMID to the one it was made for."""
        hub = self.street.hub_of(device)
        if hub is None or device != self.street.plan(hub).ppmid:
            return device
        return meter_for(self.street.home(hub), utrn).eui

    async def activate_emergency_credit(self, device: Eui64) -> bool:
        """Take the emergency credit that a meter offers; False where it offers none."""
        return await self.wan.perform(device, activate_emergency_credit())

    async def restore_supply(self, device: Eui64, flow: int = 0) -> bool:
        """Press the button that restores an armed supply; False where it is not armed.

        ``flow`` (dm3/h) of gas that goes through an appliance left on keeps it armed where that is too much.
        """
        return await self.wan.perform(device, restore_supply(flow))

    async def open_cover(self, device: Eui64) -> bool:
        """Take the cover off a meter, which tells its supplier; whether that disabled the supply."""
        return await self.wan.perform(device, open_cover())

    async def tamper(self, device: Eui64, way: str) -> bool:
        """Tamper with a meter (:data:`gbsmart.devices.tampering.WAYS`); whether that disabled the supply."""
        return await self.wan.perform(device, tamper(way))

    async def end_tampering(self, device: Eui64, way: str) -> bool:
        """Put a meter in order again; False where it was."""
        return await self.wan.perform(device, end_tampering(way))

    async def deplete(self, device: Eui64, days: int = 0) -> bool:
        """Let a gas meter's battery run down to so many days; whether that moved the valve."""
        return await self.wan.perform(device, deplete(days))

    async def replace_battery(self, device: Eui64) -> bool:
        """Put a new battery into a gas meter; whether opening it disabled the supply."""
        return await self.wan.perform(device, replace_battery())

    async def acknowledge(self, device: Eui64) -> bool:
        """Acknowledge the message of a meter's supplier on a display; False where none waits."""
        return await self.wan.perform(device, acknowledge())

    async def set_pin(self, device: Eui64, pin: str) -> bool:
        """Set a meter's privacy PIN at the meter; False while the one in force was not entered."""
        return await self.wan.perform(device, set_pin(pin))

    async def enter_pin(self, device: Eui64, pin: str) -> bool:
        """Enter a meter's privacy PIN; False where it is another."""
        return await self.wan.perform(device, enter_pin(pin))

    async def boost(self, device: Eui64, duration: timedelta) -> bool:
        """Press a meter's boost button; False where the supplier lets it switch nothing."""
        return await self.wan.perform(device, boost(duration))

    def _enrol(self) -> None:
        known = set(self.street.hubs())
        homes = map(self._home, self._plan)
        new = [home for home in homes if any(self.street.hub_of(eui) is None for eui, _ in home.devices())]
        in_force = self._keys.in_force(self._clock)
        check_enrolled(self._settings.key_store, in_force, new=not known)
        if new:
            self.street.enrol(new, certificates_by_cell(self._in_cells(in_force)))

    def _home(self, premises: Premises) -> HomePlan:
        seed = random.Random(f"{self._settings.seed}/{premises.number}").getrandbits(64)  # noqa: S311 a home, not a key
        return HomePlan(
            premises.chf, premises.gpf, premises.esme, premises.gsme, seed,
            ppmid=premises.ppmid, hcalcs=premises.hcalcs, ihd=premises.ihd,
            sapc=premises.sapc, variant=premises.fitting.meter,
            gbcs_version=premises.fitting.gbcs_version,
        )  # fmt: skip

    def _in_cells(self, in_force: Sequence[KeyEntry]) -> list[KeyEntry]:
        """Certificates in the order in which they fill cells: those of this street's supplier first."""
        mine = [entry for entry in in_force if entry.certificate.holder == IMPORT_SUPPLIER]
        return [*mine, *in_force, *self._keys.authorities]


class RemoteStreet:
    """The homes and hubs of another process, at ``address`` (``HOST:PORT``)."""

    def __init__(self, address: str, clock: Clock) -> None:
        host, _, port = address.rpartition(":")
        self.address = address
        self.downlink = WanClient(host.strip("[]"), int(port), clock)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def join(self, uplink: Uplink) -> None:
        """Connect for a DCC that runs: the street pushes what waits as soon as there is a connection."""
        self.downlink.uplink = uplink
        await self._stack.enter_async_context(self.downlink)


class HomesElsewhere:
    """The console's homes where another process has them: none, and it says where they are."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def homes(self) -> Sequence[HomeLine]:
        """None."""
        return ()

    async def home(self, eui: Eui64) -> HomeView:
        """Raises :class:`NotFound`."""
        raise self._elsewhere()

    async def device(self, eui: Eui64, *, newest: int = 200) -> DeviceView:
        """Raises :class:`NotFound`."""
        raise self._elsewhere()

    def _elsewhere(self) -> NotFound:
        return NotFound(
            f"the homes of this system are in another process: the street at {self._address}",
            remedy="The console of a system without --street shows its homes.",
        )


class StreetServer(Lifetime):
    """What ``gbsmart street`` runs; ``async with StreetServer(settings) as server``.

    Entering raises :class:`~gbsmart.web.hosting.CannotListen`, and what a :class:`LocalStreet` raises.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or settings.clock()
        self.faults = register_of(settings, self.clock, street=True)
        self.plan: tuple[Premises, ...] = tuple(plan_street(settings.homes))

    address: str
    """``HOST:PORT``, as ``gbsmart up --street`` takes it."""

    async def _start(self, stack: AsyncExitStack) -> None:
        settings = self.settings
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys = open_keys(settings.key_store, self.clock, devices_of(self.plan), settings.keys)
        local = await stack.enter_async_context(
            LocalStreet(settings, self.clock, keys, self.plan, self.faults)
        )
        server = WanServer(local.wan, settings.host, settings.street_port)
        try:
            await stack.enter_async_context(server)
        except OSError as problem:
            raise taken(settings.host, settings.street_port, "the street", problem) from None
        self.address = f"{settings.host}:{server.port}"
