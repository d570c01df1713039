"""What every room of the pipeline is given: store, keys, clock, the way out, settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, TypeVar

from sqlalchemy import Connection

from gbsmart import duis, parties
from gbsmart.dcc.measures import Measures
from gbsmart.dcc.model import RequestKey
from gbsmart.dcc.settings import Settings
from gbsmart.ground import NO_FAULTS, Clock, Eui64, Faults, NotFound
from gbsmart.keys import Certificate, Certificates, Keyring
from gbsmart.store import Bell, GroupCommit, Store
from gbsmart.wan import Downlink

T = TypeVar("T")

LANES, DELIVERIES, TAKEN = "lanes", "deliveries", "taken"
"""The bells: rung when a lane, or a User's outbox, has new work; and, while a fault is on, when Users
have taken messages."""


Renewed: TypeAlias = Callable[[Certificate], None]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The things that the rooms share.

    ``keyring`` holds the keys of the DCC's parties, ``certificates`` finds everyone's certificates.
    ``random`` gives octets that nobody can foresee. ``wall`` is the machine's clock, for what waits for
    other machines.
    """

    store: Store
    writer: GroupCommit
    bell: Bell
    keyring: Keyring
    certificates: Certificates
    clock: Clock
    wall: Clock
    downlink: Downlink
    settings: Settings
    faults: Faults = NO_FAULTS
    measures: Measures = field(default_factory=Measures)
    random: Callable[[int], bytes] = os.urandom
    renewed: Renewed = lambda _: None
    """Told of each certificate that a device says it has taken into use."""

    def now(self) -> datetime:
        """The present moment on the DCC's clock."""
        return self.clock.now()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` finds in one reading transaction."""
        return await self.writer.read(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in the next shared transaction; returns once it is durable."""
        return await self.writer.submit(work)

    def signed(self, response: duis.Response) -> bytes:
        """A Response as the octets that go to a User, signed by the DCC; N999 where its version cannot."""
        return duis.sign_built(duis.build_carried(response), self.keyring, self.settings.acb)


def version_of(connection: Connection, user: Eui64) -> str:
    """The DUIS version in which a User is spoken to; the newest for who is none."""
    try:
        return parties.user(connection, user).schema_version
    except NotFound:
        return duis.SCHEMA_VERSION


def request_id(key: RequestKey) -> duis.RequestId:
    """The RequestID of a request's key."""
    return duis.RequestId(key.originator, key.device, key.counter)


def response_id(key: RequestKey) -> duis.ResponseId:
    """The ResponseID of a device's answer: device, User, the User's counter (DUIS)."""
    return duis.ResponseId(key.device, key.originator, key.counter)
