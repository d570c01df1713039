"""Responses: what devices answer, checked, matched to its command and turned into Service Responses.

The DCC checks what it can: the signature of a critical Response, and the MAC of one that is addressed
to the Access Control Broker. The MAC of a Response to a known remote party is between the device and
that party. What fails a check is not an answer: it is noted, and the wait goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from gbsmart import duis, parties
from gbsmart.dcc import lanes, ledger, messages, outbox, schedule
from gbsmart.dcc.failures import Failures
from gbsmart.dcc.model import Command, Request
from gbsmart.dcc.pipeline import DELIVERIES, LANES, Pipeline, request_id, response_id
from gbsmart.duis import FutureDating
from gbsmart.gbcs import Cra, codec
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.form import Outcome
from gbsmart.gbcs.protection import Check, verify_mac_with, verify_signature
from gbsmart.ground import GbsmartError, MalformedMessage, NotFound
from gbsmart.keys import KeyUse, UnknownCertificate
from gbsmart.wan import Parcel

_log = structlog.get_logger(__name__)


class Match(NamedTuple):
    """A response's command and request, as stored, and the DUIS version its User is spoken to in.

    ``execution`` is set for a request that the device executes later: its outcome comes by alerts.
    ``awaited`` says that other requests are sequenced after this one.
    """

    command: Command
    request: Request
    version: str
    execution: datetime | None
    awaited: bool


def check_authentic(message: Message, pipeline: Pipeline) -> str:
    """What is wrong with the protection of a device's message, as far as the DCC can tell; or ""."""
    header, acb = message.header, pipeline.settings.acb
    try:
        if message.signature is not None:
            signer = pipeline.certificates.certificate(header.originator, KeyUse.DIGITAL_SIGNATURE)
            found = verify_signature(message, signer)
        elif header.recipient == acb:
            device = pipeline.certificates.certificate(header.originator, KeyUse.KEY_AGREEMENT)
            found = verify_mac_with(message, pipeline.keyring.agree(acb, device))
        else:
            return ""
    except UnknownCertificate as unknown:
        return unknown.message
    return "" if found is Check.VALID else "its signature or MAC does not verify"


class Responses:
    """Takes device responses from the WAN."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._failures = Failures(pipeline)

    async def receive(self, parcels: Sequence[Parcel]) -> None:
        """Take responses; returns once what they mean is durable. A repeat changes nothing."""
        pipeline = self._pipeline
        found = await pipeline.read(lambda connection: [_match(connection, parcel) for parcel in parcels])
        at = pipeline.now()
        settled = []
        for parcel, match in zip(parcels, found, strict=True):
            if match is None:
                _log.warning("a response to no command", device=str(parcel.device))
            elif match.command.state in ("built", "sent"):
                settled.append((parcel, match, *self._judge(parcel, match, at)))

        def write(connection: Connection) -> None:
            for parcel, match, answer, succeeded in settled:
                self._settle(connection, parcel, match, answer, succeeded, at)

        if settled:
            await pipeline.write(write)
            pipeline.bell.ring(DELIVERIES)
            if any(match.awaited for _, match, _, _ in settled):
                pipeline.bell.ring(LANES)

    def _judge(self, parcel: Parcel, match: Match, at: datetime) -> tuple[bytes | str, bool]:
        """The signed Service Response and whether the device succeeded; or why it is no answer."""
        try:
            message = Message.parse(parcel.octets)
        except MalformedMessage as wrong:
            return f"unreadable: {wrong}", False
        header, command = message.header, match.command
        named = (header.cra, header.originator, header.recipient, header.counter)
        if named != (Cra.RESPONSE, command.key.device, command.lane.originator, command.counter):
            return "it does not answer this command", False
        if reason := check_authentic(message, self._pipeline):
            return reason, False
        succeeded = not (match.awaited or match.execution) or _succeeded(message)
        response = duis.acknowledgement(
            request_id(command.key),
            match.request.variant,
            "I0",
            at,
            version=match.version,
            gbcs_payload=parcel.octets,
        )
        response.response_id = response_id(command.key)
        return self._pipeline.signed(response), succeeded

    def _settle(
        self,
        connection: Connection,
        parcel: Parcel,
        match: Match,
        answer: bytes | str,
        succeeded: bool,
        at: datetime,
    ) -> None:
        key = match.command.key
        if isinstance(answer, str):
            kept = messages.keep(connection, key.device, parcel.octets, at=at)
            ledger.append(connection, key, "discard response", at=at, message=kept, detail=answer)
            return
        if not lanes.answer(connection, key, at=at, succeeded=succeeded):
            return
        state = match.request.state
        if state == "queued":
            # The answer overtook the record of the dispatch, unless that came since this was read.
            ledger.advance_all(connection, [key], "dispatch", at=at)
            state = "dispatched"
        kept = messages.keep(connection, key.device, parcel.octets, at=at)
        kind = outbox.OUTCOME
        if match.execution is not None and succeeded:
            kind = "response"
            due = match.execution + self._pipeline.settings.outcome_within
            ledger.advance(connection, key, "accept", at=at, state=state, due=due, message=kept)
        else:
            ledger.advance(connection, key, "respond", at=at, state=state, message=kept)
        outbox.put(connection, key.originator, kind, str(key), answer, device=key.device, at=at, request=key)
        if not match.awaited:
            return
        if succeeded:
            for released in lanes.release(connection, key, at=at):
                schedule.queued(
                    connection,
                    released.key,
                    "predecessor succeeded",
                    "sequenced",
                    at=at,
                    settings=self._pipeline.settings,
                )
        else:
            self._failures.fail_successors(connection, key, at=at)


def _match(connection: Connection, parcel: Parcel) -> Match | None:
    command = lanes.command_by_transport(connection, parcel.device, parcel.transport_id)
    request = None if command is None else ledger.find(connection, command.key)
    if command is None or request is None:
        return None
    try:
        version = parties.user(connection, command.key.originator).schema_version
    except NotFound:
        version = duis.SCHEMA_VERSION
    execution = None
    if FutureDating.DEVICE in duis.service(request.variant).future_dated:
        execution = execution_of(messages.content_of(connection, command.key.device, request.content))
    awaited = bool(lanes.waiting_for(connection, command.key))
    return Match(command, request, version, execution, awaited)


def execution_of(octets: bytes) -> datetime | None:
    """When the device executes a request that came as ``octets``; None for at once, or never."""
    values = duis.parse_request(octets).message.values or {}
    moment = values.get("execution_date_time")
    return moment if isinstance(moment, datetime) else None


def _succeeded(message: Message) -> bool:
    """Whether the device did what was asked; what no form can read counts as done (basis: I)."""
    try:
        reading = codec.read(message)
    except GbsmartError:
        return True
    return not isinstance(reading.values, Outcome) or reading.values.success if reading else True
