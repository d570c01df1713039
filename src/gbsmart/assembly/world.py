"""What a reset rebuilds: stores, registers, the DCC, the street, the Users, and their pages.

A :class:`World` is made from the settings, the keys and what the data folder holds. What stays while
worlds come and go (addresses, web servers, keys) is :class:`gbsmart.assembly.system.System`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from gbsmart import codebook, dcc, governance
from gbsmart.assembly.keys import SystemKeys
from gbsmart.assembly.lifetime import Lifetime
from gbsmart.assembly.plan import ACCESS_CONTROL_BROKER, IMPORT_SUPPLIER, Premises
from gbsmart.assembly.registers import PARTIES, fill_registers
from gbsmart.assembly.settings import Settings
from gbsmart.assembly.street import HomesElsewhere, LocalStreet, RemoteStreet
from gbsmart.assembly.users import enter_users, lodged, read_users
from gbsmart.codebook import consultations
from gbsmart.console import Address, console_app
from gbsmart.console.model import HomeSource, Timekeeper
from gbsmart.console.sending import UsersHere
from gbsmart.console.sources import LedgerJourneys, StreetHomes
from gbsmart.console.users import RegisterUsers
from gbsmart.duis import device_type_of
from gbsmart.ground import Clock, Eui64, Faults, InvalidValue
from gbsmart.keys import Certificate, KeyEntry, Keyring, MemoryKeyring, use_of
from gbsmart.procedures import Desk, Lapsing
from gbsmart.procedures.measures import DeadlineGauge
from gbsmart.store import Store, open_store
from gbsmart.trust import MemoryRepository, repository_app
from gbsmart.user import AsyncUser, KnownDevice, receive_app
from gbsmart.wan import DccEnd

WINGS = ("accounts", "codebook", "procedures", "parties", "governance", "registration", "inventory", "dcc")
"""Whose tables the DCC's database holds; the street has a store of its own."""


class World(Lifetime):
    """A whole system but for its addresses; ``async with World(...) as world``.

    ``addresses`` are where its parts are reached; ``timekeeper`` is what its console moves the clock with.
    ``users`` are the demonstration's Users that the key
    set has keys of, each with its own keyring and inbox; the DCC cannot read what meters encrypt to them.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        keys: SystemKeys,
        plan: Sequence[Premises],
        addresses: Sequence[Address],
        faults: Faults,
        timekeeper: Timekeeper | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.keys = keys
        self.plan = tuple(plan)
        self.addresses = tuple(addresses)
        self.faults = faults
        self._timekeeper = timekeeper
        self._rings: list[MemoryKeyring] = []
        self.repository = MemoryRepository(clock, keys.policy)

    store: Store
    road: LocalStreet | RemoteStreet
    dcc: dcc.Dcc
    users: dict[Eui64, AsyncUser]
    journeys: LedgerJourneys
    desk: Desk
    """Where people act in cases."""
    lapsing: Lapsing
    apps: Mapping[str, ASGIApp]
    """What answers at each address, by the address's name."""

    async def _start(self, stack: AsyncExitStack) -> None:
        self.store = open_store(self.settings.database_url)
        stack.callback(self.store.close)
        self.store.migrate(*WINGS)
        self._fill()
        # before the DCC, and so stopped after it: what it still delivers is taken
        await self._start_users(stack)
        await self._start_dcc(stack)
        self.journeys = LedgerJourneys(self.store)
        self._keep_deadlines(stack)
        self._pages = self._console()
        self.apps = {
            "DCC": self.dcc.app(),
            "SMKI repository": self._repository(),
            "Console": self._pages,
            "User": _receive_services(self.users),
        }

    def close_pages(self) -> None:
        """End the streams by which open pages are kept up to date: they would be waited for."""
        self._pages.state.closing.set()

    def _keep_deadlines(self, stack: AsyncExitStack) -> None:
        """Let the deadlines of cases pass on the system's clock."""
        declared = governance.procedures()
        self.lapsing = Lapsing(self.store, declared, self.clock)
        self.lapsing.start()
        stack.push_async_callback(self.lapsing.stop)
        self.desk = Desk(self.store, declared, self.clock, changed=self.lapsing.ring)
        self.dcc.measures.registry.register(DeadlineGauge(self.store))

    def _url(self, name: str) -> str:
        return next(address.url for address in self.addresses if address.name == name)

    def _fill(self) -> None:
        given = {Eui64.parse(user): url for user, url in self.settings.receive.items()}
        known = {user_id for _, user_id, _ in PARTIES}
        if strangers := sorted(given.keys() - known):
            raise InvalidValue(
                f"{strangers[0]} is no User of this system", field="receive",
                remedy=f"Its Users are {', '.join(map(str, sorted(known)))}.",
            )  # fmt: skip
        # to its own address and no other: what it does not take waits for it
        addresses = {
            user_id: (given.get(user_id, f"{self._url('User')}/{user_id.compact}/"),)
            for _, user_id, _ in PARTIES
        }
        with self.store.transaction() as connection:
            fill_registers(connection, self.plan, addresses, self.clock.now())
            codebook.seed(connection)
            consultations.fill(connection, self.clock.now())
            if self.settings.users is not None:
                enter_users(connection, read_users(self.settings.users))

    async def _start_dcc(self, stack: AsyncExitStack) -> None:
        ring = self._followed(self.keys.dcc(self.clock))
        with self.store.reading() as connection:
            ring.add_entries(lodged(connection))
        settings = dcc.Settings(
            acb=ACCESS_CONTROL_BROKER,
            dispatch_retry=timedelta(seconds=1),
            official_schema=self.settings.schema_folder,
            answer_within=timedelta(seconds=self.settings.response_wait),
            sleepy_answer_within=timedelta(
                seconds=self.settings.response_wait + 2 * self.settings.wake_interval
            ),
        )
        self.road = await stack.enter_async_context(self._street())
        end = DccEnd(self.road.downlink)
        self.dcc = dcc.Dcc(
            self.store, ring, ring, self.clock, end, settings, faults=self.faults, renewed=self._renewed
        )
        await stack.enter_async_context(self.dcc)
        end.uplink = self.dcc.uplink
        await self.road.join(end)

    def _street(self) -> LocalStreet | RemoteStreet:
        if self.settings.street:
            return RemoteStreet(self.settings.street, self.clock)
        return LocalStreet(self.settings, self.clock, self.keys, self.plan, self.faults)

    async def _start_users(self, stack: AsyncExitStack) -> None:
        held = set(self.keys.users())
        self.users = {}
        for _, user_id, _ in PARTIES:
            if user_id in held:
                self.users[user_id] = await stack.enter_async_context(self._user(user_id))

    def _user(self, user_id: Eui64) -> AsyncUser:
        return AsyncUser(
            self._url("DCC"),
            user_id,
            self._followed(self.keys.user(self.clock, user_id)),
            clock=self.clock,
            journal=self.settings.journal(user_id),
            receive=None,
            devices=self._known_devices(),
        )

    def _known_devices(self) -> dict[Eui64, KnownDevice]:
        return {
            eui: KnownDevice(device_type_of(kind, letters), letters)
            for premises in self.plan
            for eui, kind in premises.devices
            for letters in (premises.variant_of(eui),)
        }

    def _repository(self) -> Starlette:
        repository = self.repository
        repository.lodge_all(entry.certificate for entry in self.keys.organisations)
        repository.lodge_all(self.keys.device_certificates())
        for entry in self.keys.renewals.in_use:
            repository.supersede(entry.certificate)
        return repository_app(repository, clock=self.clock)

    def _console(self) -> Starlette:
        homes = self._homes()
        return console_app(
            homes, self.journeys, addresses=self.addresses,
            keyring=self._supplier_keys(), acb=ACCESS_CONTROL_BROKER,
            clock=self.clock, sender=UsersHere(self.users, self.store, homes),
            authorities=[entry.certificate for entry in self.keys.authorities],
            timekeeper=self._timekeeper, faults=self.faults,
            users=RegisterUsers(self.store), people=self.store,
            only_operators=self.settings.only_operators,
            governance=self.desk,
            top_ups=self.road if isinstance(self.road, LocalStreet) else None,
        )  # fmt: skip

    def _homes(self) -> HomeSource:
        if isinstance(self.road, RemoteStreet):
            return HomesElsewhere(self.road.address)
        return StreetHomes(self.road.street, self.clock)

    def _supplier_keys(self) -> Keyring | None:
        """What the console checks and opens with: nothing, where the key set has no keys of the supplier."""
        if IMPORT_SUPPLIER not in self.users:
            return None
        return self._followed(self.keys.user(self.clock, IMPORT_SUPPLIER))

    # --- devices' new certificates ---

    def _followed(self, ring: MemoryKeyring) -> MemoryKeyring:
        """A keyring that is told which certificates devices use from now on."""
        self._rings.append(ring)
        return ring

    def _renewed(self, certificate: Certificate) -> None:
        """Everybody here finds a device's new certificate, as in the SMKI Repository, where it is lodged."""
        entry = KeyEntry(certificate, use_of(certificate))
        self.keys.renewals.follow(entry)
        for ring in self._rings:
            ring.succeed(entry)
        self.repository.supersede(certificate)


def _receive_services(users: dict[Eui64, AsyncUser]) -> Starlette:
    """The Receive Response services of several Users, each under its own path."""
    mounts = [Mount(f"/{user_id.compact}", receive_app(user.inbox)) for user_id, user in users.items()]
    return Starlette(routes=mounts)
