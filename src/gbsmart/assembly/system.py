"""A whole system: homes, hubs, the DCC, registers, repository, console, a User.

The composition root: only here do rooms of every floor meet. What ``gbsmart up`` runs, what ``gbsmart
read`` starts for itself, and what tests use. All of it is in one process, unless the street is told to be
in another (:mod:`gbsmart.assembly.street`).
"""

from __future__ import annotations

import socket
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Self

from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount

from gbsmart import dcc
from gbsmart.assembly.control import control_routes
from gbsmart.assembly.keys import SystemKeys, open_keys
from gbsmart.assembly.plan import (
    ACCESS_CONTROL_BROKER,
    IMPORT_SUPPLIER,
    NETWORK_OPERATOR,
    Premises,
    plan_street,
)
from gbsmart.assembly.registers import PARTIES, fill_registers
from gbsmart.assembly.settings import LOOPBACK, Settings
from gbsmart.assembly.street import HomesElsewhere, LocalStreet, RemoteStreet, devices_of
from gbsmart.console import Address, console_app
from gbsmart.console.model import HomeSource
from gbsmart.console.sources import LedgerJourneys, StreetHomes
from gbsmart.devices import Street
from gbsmart.ground import Eui64, InvalidValue, NotFound, SystemClock
from gbsmart.keys import Keyring
from gbsmart.store import Store, open_store
from gbsmart.trust import MemoryRepository, repository_app
from gbsmart.user import AsyncUser, receive_app
from gbsmart.wan import LocalWan
from gbsmart.web.hosting import address_of, bind, serving

WINGS = ("parties", "registration", "inventory", "dcc")
"""Whose tables the DCC's database holds; the street has a store of its own."""


class System:
    """Everything, from settings; ``async with System(settings) as system``.

    ``users`` are the demonstration's Users that the key set has keys of, each with its own keyring and
    inbox; the DCC cannot read what meters encrypt to them.
    """

    def __init__(self, settings: Settings, clock: SystemClock | None = None) -> None:
        self.settings = settings
        self.clock = clock or settings.clock()
        self.street_plan: tuple[Premises, ...] = tuple(plan_street(settings.homes))
        self.addresses: tuple[Address, ...] = ()
        self._stack = AsyncExitStack()

    keys: SystemKeys
    store: Store
    road: LocalStreet | RemoteStreet
    dcc: dcc.Dcc
    users: dict[Eui64, AsyncUser]
    journeys: LedgerJourneys

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await self._start(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self._stack.aclose()

    async def _start(self, stack: AsyncExitStack) -> None:
        settings = self.settings
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        devices = devices_of(self.street_plan)
        self.keys = open_keys(settings.key_store, self.clock, devices, settings.keys)
        sockets = self._bind()
        self.store = open_store(settings.database_url)
        stack.callback(self.store.close)
        self.store.migrate(*WINGS)
        self._fill(address_of(sockets["user"]))
        # before the DCC, and so stopped after it: what it still delivers is taken
        await self._start_users(stack, address_of(sockets["dcc"]))
        await stack.enter_async_context(serving((_receive_services(self.users), sockets["user"])))
        await self._start_dcc(stack)
        await self._serve(stack, sockets)

    def _bind(self) -> dict[str, socket.socket]:
        settings = self.settings
        wanted = {
            "dcc": (settings.dcc_port, "the DCC"),
            "repository": (settings.repository_port, "the SMKI repository"),
            "console": (settings.console_port, "the console"),
            "user": (settings.user_port, "the User's receive service"),
        }
        bound: dict[str, socket.socket] = {}
        try:
            for name, (port, what) in wanted.items():
                bound[name] = bind(settings.host, port, what)
        except BaseException:
            for each in bound.values():
                each.close()
            raise
        return bound

    def _fill(self, user_url: str) -> None:
        given = {Eui64.parse(user): url for user, url in self.settings.receive.items()}
        known = {user_id for _, user_id, _ in PARTIES}
        if strangers := sorted(given.keys() - known):
            raise InvalidValue(
                f"{strangers[0]} is no User of this system", field="receive",
                remedy=f"Its Users are {', '.join(map(str, sorted(known)))}.",
            )  # fmt: skip
        # to its own address and no other: what it does not take waits for it
        addresses = {
            user_id: (given.get(user_id, f"{user_url}/{user_id.compact}/"),) for _, user_id, _ in PARTIES
        }
        with self.store.transaction() as connection:
            fill_registers(connection, self.street_plan, addresses, self.clock.now())

    async def _start_dcc(self, stack: AsyncExitStack) -> None:
        ring = self.keys.dcc(self.clock)
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
        self.dcc = dcc.Dcc(self.store, ring, ring, self.clock, self.road.downlink, settings)
        await stack.enter_async_context(self.dcc)
        await self.road.join(self.dcc.uplink)

    def _street(self) -> LocalStreet | RemoteStreet:
        if self.settings.street:
            return RemoteStreet(self.settings.street, self.clock)
        return LocalStreet(self.settings, self.clock, self.keys, self.street_plan)

    async def _start_users(self, stack: AsyncExitStack, dcc_url: str) -> None:
        held = set(self.keys.users())
        self.users = {}
        for _, user_id, _ in PARTIES:
            if user_id in held:
                user = self._user(user_id, dcc_url)
                self.users[user_id] = await stack.enter_async_context(user)

    def _user(self, user_id: Eui64, dcc_url: str) -> AsyncUser:
        return AsyncUser(
            dcc_url,
            user_id,
            self.keys.user(self.clock, user_id),
            clock=self.clock,
            journal=self.settings.data / f"user-{user_id.compact}.db",
            receive=None,
            devices=self._device_types(),
        )

    def _homes(self) -> HomeSource:
        if isinstance(self.road, RemoteStreet):
            return HomesElsewhere(self.road.address)
        return StreetHomes(self.road.street, self.clock)

    def _supplier_keys(self) -> Keyring | None:
        """What the console checks and opens with: nothing, where the key set has no keys of the supplier."""
        return self.keys.user(self.clock, IMPORT_SUPPLIER) if IMPORT_SUPPLIER in self.users else None

    @property
    def street(self) -> Street:
        """The emulated homes; raises :class:`NotFound` where they are in another process."""
        return self._local.street

    @property
    def wan(self) -> LocalWan:
        """The hubs, whose faults can be switched on; raises as :attr:`street` does."""
        return self._local.wan

    @property
    def _local(self) -> LocalStreet:
        if isinstance(self.road, RemoteStreet):
            raise NotFound(f"the street is in another process, at {self.road.address}")
        return self.road

    @property
    def user(self) -> AsyncUser:
        """The supplier of every home."""
        return self.users[IMPORT_SUPPLIER]

    @property
    def demonstrator(self) -> AsyncUser:
        """The User that ``gbsmart read`` and the demonstration ask as.

        The supplier; where it receives elsewhere, another that may read meters and receives here. Raises
        :class:`InvalidValue` where there is none.
        """
        elsewhere = set(map(Eui64.parse, self.settings.receive))
        for user_id in (IMPORT_SUPPLIER, NETWORK_OPERATOR):
            if user_id in self.users and user_id not in elsewhere:
                return self.users[user_id]
        raise InvalidValue(
            "neither the supplier nor the network operator has its keys and its receive service here, "
            "so nobody here can read a meter",
            field="receive",
            remedy="Leave one whose keys are here without --receive, or start with --no-demonstration.",
        )

    def url(self, name: str) -> str:
        """The address of a part of the system by the name it is listed under."""
        return next(address.url for address in self.addresses if address.name == name)

    def _device_types(self) -> dict[Eui64, str]:
        kinds = ("CHF", "GPF", "ESME", "GSME")
        return {
            eui: kind
            for premises in self.street_plan
            for eui, kind in zip(premises.devices, kinds, strict=True)
        }

    async def _serve(self, stack: AsyncExitStack, sockets: dict[str, socket.socket]) -> None:
        urls = {name: address_of(each) for name, each in sockets.items()}
        self.addresses = (
            Address("DCC", urls["dcc"], "POST /api/v1/serviceT, /serviceS, /serviceD"),
            Address("SMKI repository", urls["repository"], "POST /services/certificatesearch"),
            Address("Console", urls["console"], "homes, requests, explain"),
            Address("User", urls["user"], "where the DCC delivers to the demonstration's Users"),
        )
        repository = MemoryRepository(self.clock, self.keys.policy)
        entries = (*self.keys.organisations, *self.keys.devices)
        repository.lodge_all(entry.certificate for entry in entries)
        self.journeys = LedgerJourneys(self.store)
        apps = {
            "dcc": self.dcc.app(),
            "repository": repository_app(repository, clock=self.clock),
            "console": console_app(
                self._homes(), self.journeys, addresses=self.addresses,
                keyring=self._supplier_keys(), acb=ACCESS_CONTROL_BROKER,
            ),
        }  # fmt: skip
        apps["console"].router.routes[:0] = control_routes(self)
        if not self.settings.insecure_lab:
            # a page of another site cannot reach the control by a name that it points here
            own = [self.settings.host, f"[{self.settings.host}]", LOOPBACK, "localhost"]
            apps["console"].add_middleware(TrustedHostMiddleware, allowed_hosts=own)
        await stack.enter_async_context(serving(*((app, sockets[name]) for name, app in apps.items())))
        stack.callback(apps["console"].state.closing.set)  # open pages let the server stop


def _receive_services(users: dict[Eui64, AsyncUser]) -> Starlette:
    """The Receive Response services of several Users, each under its own path."""
    mounts = [Mount(f"/{user_id.compact}", receive_app(user.inbox)) for user_id, user in users.items()]
    return Starlette(routes=mounts)
