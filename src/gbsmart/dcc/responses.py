"""Responses: what devices answer, checked, matched to its command and turned into Service Responses.

The DCC checks what it can: the signature of a critical Response, and the MAC of one that is addressed
to the Access Control Broker. The MAC of a Response to a known remote party is between the device and
that party. What fails a check is not an answer: it is noted, and the wait goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from gbsmart import duis
from gbsmart.dcc import (
    commands,
    device_keys,
    faults,
    identification,
    lanes,
    ledger,
    messages,
    outbox,
    schedule,
    tracing,
)
from gbsmart.dcc.audience import Audience, audience
from gbsmart.dcc.certificates import certificates_for
from gbsmart.dcc.failures import Failures
from gbsmart.dcc.model import COMMAND, Command, Request, RequestKey
from gbsmart.dcc.pipeline import DELIVERIES, LANES, Pipeline, version_of
from gbsmart.dcc.success import is_success
from gbsmart.duis import FutureDating
from gbsmart.gbcs import Cra
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.protection import Check, verify_mac_with, verify_signature_with
from gbsmart.ground import NEVER, Eui64, MalformedMessage, Moment
from gbsmart.keys import Certificate, KeyUse, UnknownCertificate
from gbsmart.wan import Parcel

_log = structlog.get_logger(__name__)


class Match(NamedTuple):
    """A response's command and request, as stored, and who is told of it.

    ``execution`` is set for a request that the device executes later: its outcome comes by alerts; NEVER
    for one that takes back what the device holds. ``number`` is what the DCC drew for the User to be told;
    ``certificate`` the device's own that the request hands over.
    """

    command: Command
    request: Request
    told: Audience
    execution: datetime | Moment | None
    number: str = ""
    certificate: Certificate | None = None


class _Answer(NamedTuple):
    """A device's response that answers its command, and the Service Response that it becomes."""

    message: Message
    document: bytes


_OPEN = frozenset(COMMAND.sources("answer"))
_GIVEN_UP = frozenset({"timed out", "undeliverable"})
"""States in which a response comes late; in any other it only repeats what was taken."""


def check_authentic(message: Message, pipeline: Pipeline) -> str:
    """What is wrong with the protection of a device's message, as far as the DCC can tell; or ""."""
    header, acb = message.header, pipeline.settings.acb
    if message.signature is None and header.recipient != acb:
        return ""
    use = KeyUse.KEY_AGREEMENT if message.signature is None else KeyUse.DIGITAL_SIGNATURE
    seen = certificates_for(
        pipeline, faults.DEVICE_CERTIFICATE, header.originator, use, header.counter,
        device=header.originator, before="response",
    )  # fmt: skip
    try:
        if message.signature is not None:
            found = verify_signature_with(message, seen)
        else:
            device = seen.certificate(header.originator, use)
            found = verify_mac_with(message, pipeline.keyring.agree(acb, device))
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

        def look(connection: Connection) -> list[Match | None]:
            version = cache(partial(version_of, connection))  # many devices answer one User
            return [_match(connection, parcel, pipeline.settings.acb, version) for parcel in parcels]

        found = await pipeline.read(look)
        at = pipeline.now()
        judged: list[tuple[Parcel, Match, _Answer | str]] = []
        for parcel, match in zip(parcels, found, strict=True):
            if match is None:
                _log.warning("a response to no command", device=str(parcel.device))
            elif match.command.state in _OPEN:
                with tracing.span("judge the response", match.command.key):
                    judged.append((parcel, match, self._judge(parcel, match, at)))
            elif match.command.state in _GIVEN_UP:
                judged.append((parcel, match, "it came after the wait had ended"))

        def write(connection: Connection) -> bool:
            return sum(self._settle(connection, *one, at) for one in judged) > 0

        if judged:
            awaited = await pipeline.write(write)
            pipeline.bell.ring(DELIVERIES)
            if awaited:
                pipeline.bell.ring(LANES)

    def _judge(self, parcel: Parcel, match: Match, at: datetime) -> _Answer | str:
        """The signed Service Response to a device's response; or why it is no answer."""
        try:
            message = Message.parse(parcel.octets)
        except MalformedMessage as wrong:
            return f"unreadable: {wrong}"
        header, command = message.header, match.command
        named = (header.cra, header.originator, header.recipient, header.counter)
        if named != (Cra.RESPONSE, command.key.device, command.lane.originator, command.counter):
            return "it does not answer this command"
        if reason := check_authentic(message, self._pipeline):
            return reason
        told = match.told
        response = duis.device_response(
            told.request_id, told.response_id, match.request.variant, at, parcel.octets,
            number=match.number, schedule=told.schedule, version=told.version,
        )  # fmt: skip
        if match.certificate is not None and is_success(message):
            self._pipeline.renewed(match.certificate)  # before anybody is told that it is in use
        return _Answer(message, self._pipeline.signed(response))

    def _settle(
        self,
        connection: Connection,
        parcel: Parcel,
        match: Match,
        answer: _Answer | str,
        at: datetime,
    ) -> bool:
        """Write down what a response means; whether other requests were waiting for it."""
        key = match.command.key
        if isinstance(answer, str):
            kept = messages.keep_once(connection, key.device, parcel.octets, at=at)
            if kept is not None:
                ledger.append(connection, key, "discard response", at=at, message=kept, detail=answer)
            return False
        # Locked before anybody is looked for: a request may be sequenced after this one at any moment.
        commands.lock(connection, key)
        awaited = bool(commands.waiting_for(connection, key))
        succeeded = is_success(answer.message) if awaited or match.execution else None
        if not commands.answer(connection, key, at=at, succeeded=succeeded):
            return False
        state = match.request.state
        if state == "queued":
            # The answer overtook the record of the dispatch, unless that came since this was read.
            ledger.advance_all(connection, [key], "dispatch", at=at)
            state = "dispatched"
        said = [(key.device, parcel.octets), (key.device, answer.document)]
        kept, document = messages.keep_all(connection, said, at=at)
        kind = outbox.OUTCOME
        if match.execution is NEVER and succeeded:
            for held in ledger.awaiting(connection, key.device, key.originator, match.request.variant):
                self._failures.cancelled(connection, held, at=at)
        if isinstance(match.execution, datetime) and succeeded:
            kind = "response"
            due = match.execution + self._pipeline.settings.outcome_within
            ledger.advance(connection, key, "accept", at=at, state=state, due=due, message=kept)
        else:
            ledger.advance(connection, key, "respond", at=at, state=state, message=kept)
        outbox.put_kept(
            connection, match.told.user, kind, str(key), document, device=key.device, at=at, request=key
        )
        if not awaited:
            return False
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
        return True


def _match(
    connection: Connection, parcel: Parcel, acb: Eui64, version: Callable[[Eui64], str]
) -> Match | None:
    key = RequestKey.of_transport(parcel.transport_id)
    if key is None or key.device != parcel.device:
        return None
    command, request = commands.find(connection, key, whole=False), ledger.find(connection, key)
    if command is None or request is None:
        return None
    execution = None
    if FutureDating.DEVICE in duis.service(request.variant).future_dated:
        execution = _execution(messages.content_of(connection, key.device, request.content))
    number = identification.drawn_for(connection, key) if request.variant == identification.VARIANT else ""
    renewing = request.variant == device_keys.VARIANT
    certificate = device_keys.handed_over(connection, request) if renewing else None
    told = audience(connection, key, acb, version)
    return Match(command, request, told, execution, number, certificate)


def execution_of(octets: bytes) -> datetime | None:
    """When the device executes a request that came as ``octets``; None for at once, or never."""
    moment = _execution(octets)
    return moment if isinstance(moment, datetime) else None


def _execution(octets: bytes) -> datetime | Moment | None:
    """The same, with NEVER for a cancellation."""
    if b"ExecutionDateTime" not in octets:  # most name no moment, and a tariff is long
        return None
    values = duis.parse_request(octets).message.values or {}
    moment = values.get("execution_date_time")
    return moment if moment is NEVER or isinstance(moment, datetime) else None
