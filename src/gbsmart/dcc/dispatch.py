"""Dispatch: commands from their lanes onto the WAN.

A round claims lanes, makes the octets of what is new (the Access Control Broker's counter is taken and
its MAC added here), makes them durable, sends all parcels in one call, and frees the lanes. Whatever a
dying round leaves behind, the next sends again, octet for octet and under the same transport id.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from gbsmart import duis, inventory
from gbsmart.dcc import access, admission, counters, faults, ledger, messages, tracing
from gbsmart.dcc import lanes as lane_store
from gbsmart.dcc.certificates import certificates_for
from gbsmart.dcc.correlation import correlate
from gbsmart.dcc.failures import Failures
from gbsmart.dcc.lanes import Built, Claim
from gbsmart.dcc.model import Command, RequestKey
from gbsmart.dcc.pipeline import LANES, Pipeline
from gbsmart.dcc.transform import Unprotected, transform
from gbsmart.duis import WebService
from gbsmart.gbcs.envelope import SENT_WITHOUT_MAC, Message
from gbsmart.gbcs.protection import mac, sign
from gbsmart.ground import Eui64, GbsmartError
from gbsmart.inventory import Device, DeviceType
from gbsmart.keys import KeyUse
from gbsmart.wan import Parcel, WanDown, WanLost

_log = structlog.get_logger(__name__)


class Prepared:
    """What was worked out while a request was taken, kept until it is dispatched.

    A bounded memory only: what is not in it is worked out again from the stored documents. It is filled
    within the transaction that enters a request, so that nothing refused takes a request's place in it.
    """

    def __init__(self, limit: int = 20_000) -> None:
        self._limit = limit
        self._kept: OrderedDict[RequestKey, Unprotected] = OrderedDict()

    def remember(self, key: RequestKey, unprotected: Unprotected) -> None:
        """Keep it; the oldest makes room."""
        self._kept[key] = unprotected
        if len(self._kept) > self._limit:
            self._kept.popitem(last=False)

    def take(self, key: RequestKey) -> Unprotected | None:
        """What is kept for a request; it is not kept any longer."""
        return self._kept.pop(key, None)


class _Round(NamedTuple):
    """A claim with what is needed to build its new commands."""

    claim: Claim
    counters: Mapping[RequestKey, int]
    devices: Mapping[Eui64, Device]


class _Composed(NamedTuple):
    built: list[Built]
    hopeless: dict[RequestKey, str]


class _Sending(NamedTuple):
    """What the WAN took, and what it certainly did not; what is in neither, it may have taken."""

    sent: list[RequestKey]
    missed: set[RequestKey]


class Dispatcher:
    """Works the lanes; any number of them, in any number of processes, may run."""

    def __init__(self, pipeline: Pipeline, prepared: Prepared) -> None:
        self._pipeline = pipeline
        self._prepared = prepared
        self._failures = Failures(pipeline)

    async def run(self) -> None:
        """Dispatch for ever."""
        pipeline = self._pipeline
        while True:
            mark = pipeline.bell.mark(LANES)
            try:
                worked = await self.round()
            except pipeline.store.broken:
                _log.exception("dispatch meets a broken store")
                worked = 0
            if not worked:
                until = pipeline.now() + pipeline.settings.look_every
                await pipeline.bell.wait(LANES, mark, pipeline.clock, until)

    async def round(self) -> int:
        """One round; how many lanes it worked."""
        pipeline = self._pipeline
        at = pipeline.now()
        turn = await pipeline.write(lambda connection: self._claim(connection, at))
        if not turn.claim.lanes:
            return 0
        try:
            await self._work(turn, at)
        except Exception:
            # Whatever it was: nobody need wait for the end of the lease.
            again = pipeline.now() + pipeline.settings.dispatch_retry
            with suppress(*pipeline.store.broken):
                await pipeline.write(
                    lambda connection: lane_store.give_back(connection, turn.claim, at=again)
                )
            raise
        return len(turn.claim.lanes)

    async def _work(self, turn: _Round, at: datetime) -> None:
        """Build, send and finish what was claimed."""
        pipeline, claim = self._pipeline, turn.claim
        new = [command for command in claim.commands if not command.is_built]
        composed = await self._compose(new, turn, at)
        may_go: set[RequestKey] = set()
        if composed.built or any(command.is_built for command in claim.commands):
            may_go = await pipeline.write(
                lambda connection: lane_store.build(connection, claim, composed.built, at=at)
            )
        octets = {one.key: one.content for one in composed.built}
        ready = [
            (command, command.content or octets[command.key])
            for command in claim.commands
            if command.key in may_go and (command.is_built or command.key in octets)
        ]
        sending_at = pipeline.now()
        sending = await self._send(ready, turn.devices)
        pipeline.measures.dispatched.inc(len(sending.sent))
        pipeline.measures.missed.inc(len(sending.missed))
        retry_at = pipeline.now() + pipeline.settings.dispatch_retry
        await pipeline.write(
            lambda connection: self._finish(
                connection, turn, sending, composed.hopeless, at=sending_at, retry_at=retry_at
            )
        )

    def _claim(self, connection: Connection, at: datetime) -> _Round:
        settings = self._pipeline.settings
        claim = lane_store.claim(
            connection,
            uuid.uuid4().hex,
            now=at,
            until=at + settings.lease,
            limit=settings.lanes_per_round,
            depth=settings.commands_per_lane,
        )
        given: dict[RequestKey, int] = {}
        devices: dict[Eui64, Device] = {}
        floor = int(at.timestamp() * 1000)
        for command in claim.commands:
            device = command.key.device
            if device not in devices and (found := inventory.find(connection, device)) is not None:
                devices[device] = found
            originator = command.lane.originator
            if not command.is_built and originator in settings.originators:
                (given[command.key],) = counters.take(connection, device, originator, floor=floor)
        return _Round(claim, given, devices)

    async def _compose(self, commands: Iterable[Command], turn: _Round, at: datetime) -> _Composed:
        composed = _Composed([], {})
        for command in commands:
            try:
                with tracing.span("build the Command", command.key):
                    message = await self._message(command, turn.counters.get(command.key))
                    octets = self._protect(message)
            except GbsmartError as error:
                _log.exception("a command cannot be built", request=str(command.key))
                composed.hopeless[command.key] = error.message
                continue
            counter = message.header.counter
            deadline = at + self._wait(command.key, turn)
            composed.built.append(Built(command.key, counter, deadline, octets))
        return composed

    def _wait(self, key: RequestKey, turn: _Round) -> timedelta:
        """How long the device of a request has to answer."""
        if key.originator == self._pipeline.settings.acb:
            return self._pipeline.settings.scheduled_answer_within
        device = turn.devices.get(key.device)
        return self._pipeline.settings.wait_for_answer(device.type if device else DeviceType.ESME)

    async def _message(self, command: Command, counter: int | None) -> Message:
        unprotected = self._prepared.take(command.key)
        if unprotected is None:
            unprotected = await self._pipeline.read(lambda connection: self._again(connection, command.key))
        if isinstance(unprotected, Message):
            return unprotected
        message = unprotected.message(counter)
        return sign(message, self._pipeline.keyring) if unprotected.signed_by_dcc else message

    def _protect(self, message: Message) -> bytes:
        """The Command under its MAC, keyed between the Access Control Broker and the device."""
        header = message.header
        if message.signature is not None and header.message_code in SENT_WITHOUT_MAC:
            return message.encode()
        seen = certificates_for(
            self._pipeline, faults.DEVICE_CERTIFICATE, header.recipient, KeyUse.KEY_AGREEMENT,
            header.counter, device=header.recipient, before="command",
        )  # fmt: skip
        device = seen.certificate(header.recipient, KeyUse.KEY_AGREEMENT)
        secret = self._pipeline.keyring.agree(self._pipeline.settings.acb, device)
        return message.with_mac(mac(message, secret)).encode()

    def _again(self, connection: Connection, key: RequestKey) -> Unprotected:
        """The same as when the request was taken, from what was stored then."""
        stored = ledger.find(connection, key)
        assert stored is not None
        document = stored.signed_pre_command or stored.content
        octets = messages.content_of(connection, key.device, document)
        web_service = WebService.SEND_COMMAND
        request = duis.parse_request(octets, limits=admission.LIMITS[web_service]).message
        named = admission.key_of(request.request_id)  # of an execution of a schedule, its User's
        case = access.Case(request, named, web_service, stored.received_at, self._pipeline.settings)
        grant = access.resolve(access.gather(connection, case))
        if key.originator == self._pipeline.settings.acb:
            grant = grant._replace(standing=None)  # mapping B, however the device knows the User
        if stored.signed_pre_command is None:
            pipeline = self._pipeline
            return transform(
                request, grant, stored.received_at, pipeline.settings, pipeline.certificates, pipeline.random
            )
        assert request.values is not None
        assert stored.pre_command is not None
        assert grant.standing is not None
        assert grant.standing.cell is not None
        return correlate(
            request.values["gbcs_payload"],
            messages.content_of(connection, key.device, stored.pre_command),
            key,
            grant.standing.cell,
            self._pipeline.certificates,
        )

    async def _send(self, ready: list[tuple[Command, bytes]], devices: Mapping[Eui64, Device]) -> _Sending:
        """Hand the parcels to the WAN."""
        keys: dict[str, RequestKey] = {}
        parcels = []
        missed: set[RequestKey] = set()
        for command, octets in ready:
            device = devices.get(command.key.device)
            hub = None if device is None else device.id if device.type is DeviceType.CHF else device.hub
            if hub is None:
                missed.add(command.key)
                continue
            named = command.key.transport_id
            keys[named] = command.key
            parcels.append(Parcel(hub, command.key.device, named, octets))
        if not parcels:
            return _Sending([], missed)
        try:
            refused = await self._pipeline.downlink.send(parcels)
        except WanLost:
            return _Sending([], missed)
        except WanDown:
            return _Sending([], missed.union(keys.values()))
        missed.update(keys[named] for named in refused if named in keys)
        return _Sending([key for key in keys.values() if key not in missed], missed)

    def _finish(
        self,
        connection: Connection,
        turn: _Round,
        sending: _Sending,
        hopeless: Mapping[RequestKey, str],
        *,
        at: datetime,
        retry_at: datetime,
    ) -> None:
        # The moment of sending, not of writing it down: a device may have answered in between.
        # What could not be sent when it was built has its whole wait before it.
        late = {one.key: at + self._wait(one.key, turn) for one in turn.claim.commands if one.is_built}
        held = lane_store.finish(
            connection,
            turn.claim,
            sending.sent,
            at=at,
            missed=sending.missed,
            dropped=hopeless,
            retry_at=retry_at,
            deadlines=late,
        )
        for command in turn.claim.commands:
            # A lane that was lost meanwhile is another worker's, and so is what is said of its commands.
            if command.key in hopeless and command.lane in held:
                reason = hopeless[command.key]
                self._failures.report(
                    connection, command.key, "not_delivered", "undeliverable", at=at, detail=reason
                )
        # Those that were answered before this point are dispatched already.
        ledger.advance_all(connection, sending.sent, "dispatch", at=at)
