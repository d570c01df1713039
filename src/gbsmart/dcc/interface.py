"""The interface: one Service Request or Signed Pre-Command in, one synchronous answer out.

The order is that of DUIS section 6. What fails before the duplicate check (document, signature, web
service, Command Variant) is answered and leaves only a line in the ledger; what passes it uses up its
RequestID. Nothing is acknowledged before it is durable.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gbsmart import duis
from gbsmart.dcc import (
    access,
    admission,
    faults,
    lanes,
    ledger,
    messages,
    non_device,
    outbox,
    replies,
    schedule,
    tracing,
)
from gbsmart.dcc.access import Case, Grant
from gbsmart.dcc.admission import About
from gbsmart.dcc.answers import Found, Service
from gbsmart.dcc.certificates import certificates_for
from gbsmart.dcc.correlation import correlate
from gbsmart.dcc.dispatch import Prepared
from gbsmart.dcc.failures import Failures
from gbsmart.dcc.model import NewRequest
from gbsmart.dcc.pipeline import DELIVERIES, LANES, Pipeline, request_id
from gbsmart.dcc.refusal import Refused
from gbsmart.dcc.replies import Answer
from gbsmart.dcc.transform import gbcs_version, originator_of, transform
from gbsmart.duis import OfficialSchema, WebService
from gbsmart.gbcs import Message
from gbsmart.ground import MalformedMessage
from gbsmart.keys import Certificates, KeyUse

_log = logging.getLogger(__name__)

Work = Callable[[Connection], bytes]
"""Writes what an answer promises, and returns the answer (or the one given before)."""


class Interface:
    """The DCC's three request services, without HTTP."""

    def __init__(
        self, pipeline: Pipeline, prepared: Prepared, official: OfficialSchema | None = None
    ) -> None:
        self.pipeline = pipeline
        self._prepared = prepared
        self._failures = Failures(pipeline)
        self._official = official
        self.taking = 0
        """How many documents are being worked on at this moment."""

    @property
    def is_open(self) -> bool:
        """Whether what comes now could be made durable."""
        return self.pipeline.writer.is_open

    async def take(self, web_service: WebService, octets: bytes) -> Answer:
        """Answer one document that came to ``web_service``; what it promises is durable."""
        self.taking += 1
        try:
            answer = await self._take(web_service, octets)
        finally:
            self.taking -= 1
        self.pipeline.measures.request(web_service.value, answer.status, answer.body)
        if _log.isEnabledFor(logging.INFO):
            _log.info("a document was answered", extra=replies.told(web_service, answer))
        return answer

    async def _take(self, web_service: WebService, octets: bytes) -> Answer:
        at = self.pipeline.now()
        try:
            document = admission.read(octets, web_service, self._official)
        except MalformedMessage as wrong:
            return replies.not_of_the_schema(wrong)
        message = document.message
        case, refused = None, None
        if isinstance(message, admission.Unread):
            about, refused = message
        else:
            key = admission.key_of(message.request_id)
            about = About(key, message.service_reference_variant, message.schema_version)
            case = Case(message, key, web_service, at, self.pipeline.settings)
        with tracing.span("take", about.key, service=web_service.value, variant=about.variant):
            try:
                return await self._judge(document, about, case, refused, at)
            except duis.NotSpoken as wrong:
                return replies.not_of_the_schema(wrong)

    async def _judge(
        self,
        document: duis.ParsedDocument[Any],
        about: About,
        case: Case | None,
        refused: Refused | None,
        at: datetime,
    ) -> Answer:
        """Answer a document that could be read, whose signature is still to be checked."""
        try:
            admission.authenticate(document, about.key, self._certificates(about), at)
            if case is None:
                assert refused is not None
                raise refused
            access.check_envelope(case)
        except Refused as reason:
            _log.warning("a document is turned away: %s, %s (%s)", reason.code, reason, about.key)
            return Answer(200, await self._turn_away(about, reason))
        assert case is not None
        work = await self._decide(case, document.octets)
        body = await self.pipeline.write(work)
        self.pipeline.bell.ring(LANES)
        if schedule.is_cancellation(case):
            self.pipeline.bell.ring(DELIVERIES)
        return Answer(200, body)

    def _certificates(self, about: About) -> Certificates:
        """Those that prove who signed a document."""
        user, device = about.key.originator, about.key.device
        return certificates_for(
            self.pipeline, faults.XML_CERTIFICATE, user, KeyUse.XML_SIGNATURE, about.key,
            user=user, device=device, variant=about.variant,
        )  # fmt: skip

    async def _decide(self, case: Case, octets: bytes) -> Work:
        """What to write for an authentic request."""
        try:
            if case.request.is_signed_pre_command:
                return await self._signed(case, octets)
            return await self._requested(case, octets)
        except Refused as refused:
            return self._refuse(case, octets, refused)

    async def _requested(self, case: Case, octets: bytes) -> Work:
        """A Service Request; raises :class:`Refused`."""

        if case.service.non_device:
            return await self._answered_here(case, octets)
        grant = await self.pipeline.read(lambda connection: access.check(_gathered(connection, case)))
        schedule.check_sequence(case)
        if schedule.is_cancellation(case):
            return self._cancel(case, octets)
        pipeline = self.pipeline
        prepared = transform(
            case.request, grant, case.at, case.settings, pipeline.certificates, pipeline.random
        )
        if case.service.critical:
            assert isinstance(prepared, Message)
            version = gbcs_version(grant.device, case.settings)
            return self._issue_pre_command(case, octets, prepared.encode(), version)
        originator = originator_of(grant, case)
        answer = self._answer(case, duis.ACKNOWLEDGED)

        def enter(connection: Connection) -> bytes:
            if schedule.is_immediate(case):
                new = self._new(case, octets)
                due = case.at + case.settings.deliver_within
                if ledger.enter(connection, new, schedule.TO_THE_LANE, answer, due=due) is None:
                    return self._earlier(connection, case, octets)
                lanes.enqueue(connection, case.key, originator, at=case.at)
                self._prepared.remember(case.key, prepared)
                return answer
            if not ledger.receive(connection, self._new(case, octets)):
                return self._earlier(connection, case, octets)
            if not schedule.accept(connection, case, originator, "received"):
                return self._write_refusal(connection, case, _PREDECESSOR_FAILED)
            ledger.attach(connection, case.key, "answer", answer, at=case.at)
            return answer

        return enter

    def _cancel(self, case: Case, octets: bytes) -> Work:
        """Take back what the DCC holds of this variant for this device (DUIS 7.4)."""
        answer = self._answer(case, duis.ACKNOWLEDGED)
        done = self._answer(case, duis.SUCCESS)

        def enter(connection: Connection) -> bytes:
            if ledger.enter(connection, self._new(case, octets), schedule.TO_ITS_END, answer) is None:
                return self._earlier(connection, case, octets)
            for held in ledger.held(connection, case.key.device, case.key.originator, case.service.variant):
                self._failures.cancelled(connection, held, at=case.at)
            outbox.put_outcome(connection, case.key, done, at=case.at)
            return answer

        return enter

    async def _answered_here(self, case: Case, octets: bytes) -> Work:
        """A non-device request with its answer: all in one exchange. Raises :class:`Refused`."""

        def look(connection: Connection) -> tuple[Service, Found]:
            grant = access.check(_gathered(connection, case))
            service = non_device.service(case)
            return service, service.look(connection, case, grant)

        service, found = await self.pipeline.read(look)

        def enter(connection: Connection) -> bytes:
            if not ledger.receive(connection, self._new(case, octets)):
                return self._earlier(connection, case, octets)
            try:
                payload, said = service.act(connection, case, octets) if service.act else found
            except Refused as changed:  # since it was looked at: another request came first
                return self._write_refusal(connection, case, changed)
            code = said or (duis.SUCCESS if payload else duis.ACKNOWLEDGED)
            answer = self._answer(case, code, **payload)
            kept = ledger.attach(connection, case.key, "answer", answer, at=case.at)
            ledger.advance(
                connection, case.key, "complete", at=case.at, state="received", code=code, message=kept
            )
            return answer

        return enter

    def _issue_pre_command(self, case: Case, octets: bytes, message: bytes, version: str) -> Work:
        """A critical request (Command Variant 4): its Pre-Command for the User to sign."""
        answer = self.pipeline.signed(replies.pre_command(case, message, version))

        def enter(connection: Connection) -> bytes:
            due = case.at + case.settings.signature_within
            state = ledger.enter(
                connection, self._new(case, octets), schedule.TO_THE_USER, answer,
                due=due, pre_command=message,
            )  # fmt: skip
            if state is None:
                return self._earlier(connection, case, octets)
            return answer

        return enter

    async def _signed(self, case: Case, octets: bytes) -> Work:
        """A Signed Pre-Command; raises :class:`Refused`."""

        def look(connection: Connection) -> tuple[Grant, bytes | None]:
            _gathered(connection, case)
            stored = ledger.find(connection, case.key)
            grant = access.check(case)
            if stored is None or stored.pre_command is None or stored.variant != case.service.variant:
                return grant, None
            return grant, messages.content_of(connection, case.key.device, stored.pre_command)

        grant, pre_command = await self.pipeline.read(look)
        schedule.check_sequence(case)
        if pre_command is None:
            raise Refused("correlation", "no Pre-Command is kept for this RequestID")
        assert grant.standing is not None
        assert grant.standing.cell is not None
        assert case.request.values is not None
        message = correlate(
            case.request.values["gbcs_payload"],
            pre_command,
            case.key,
            grant.standing.cell,
            certificates_for(
                self.pipeline, faults.SIGNING_CERTIFICATE, case.key.originator, KeyUse.DIGITAL_SIGNATURE,
                case.key, user=case.key.originator, device=case.key.device,
            ),
        )  # fmt: skip
        originator = originator_of(grant, case)
        answer = self._answer(case, duis.ACKNOWLEDGED)

        def enter(connection: Connection) -> bytes:
            if schedule.is_immediate(case):
                due = case.at + case.settings.deliver_within
                proceeds = ledger.proceed(
                    connection,
                    case.key,
                    schedule.TO_THE_LANE,
                    state=_AWAITING,
                    at=case.at,
                    due=due,
                    signed_pre_command=octets,
                    signed_answer=answer,
                )
                if not proceeds:  # it came before, perhaps by another process of the DCC: it is a repeat
                    return self._earlier(connection, case, octets)
                lanes.enqueue(connection, case.key, originator, at=case.at)
                self._prepared.remember(case.key, message)
                return answer
            stored = ledger.find(connection, case.key)
            if stored is None or stored.state != _AWAITING:
                return self._earlier(connection, case, octets)
            if not schedule.accept(connection, case, originator, _AWAITING):
                return self._write_refusal(connection, case, _PREDECESSOR_FAILED)
            ledger.attach(connection, case.key, "signed_pre_command", octets, at=case.at)
            ledger.attach(connection, case.key, "signed_answer", answer, at=case.at)
            self._prepared.remember(case.key, message)
            return answer

        return enter

    def _refuse(self, case: Case, octets: bytes, refused: Refused) -> Work:
        """An authentic request that fails a check, unless it only repeats one answered before."""

        def enter(connection: Connection) -> bytes:
            if case.request.is_signed_pre_command:
                stored = ledger.find(connection, case.key)
                if stored is not None and stored.state != _AWAITING:
                    return self._earlier(connection, case, octets)
            elif not ledger.receive(connection, self._new(case, octets)):
                return self._earlier(connection, case, octets)
            return self._write_refusal(connection, case, refused)

        return enter

    def _write_refusal(self, connection: Connection, case: Case, refused: Refused) -> bytes:
        """Record a refusal. A Signed Pre-Command may be sent again, so its refusal is not kept."""
        answer = replies.refusal(case, refused)
        event, state = "refuse", "received"
        if case.request.is_signed_pre_command:
            event, state = "refuse signed pre-command", _AWAITING
        else:
            ledger.attach(connection, case.key, "answer", answer, at=case.at)
        ledger.advance(
            connection, case.key, event, at=case.at, state=state, code=refused.code, detail=refused.message
        )
        return answer

    def _new(self, case: Case, octets: bytes) -> NewRequest:
        return NewRequest(case.key, case.service.variant, case.request.command_variant, octets, case.at)

    def _earlier(self, connection: Connection, case: Case, octets: bytes) -> bytes:
        """The answer to a RequestID used before: the stored one for the same octets, else a refusal."""
        stored = ledger.find(connection, case.key)
        if stored is not None:
            answer = replies.kept(stored, messages.digest_of(octets))
            if answer is not None:
                return messages.content_of(connection, case.key.device, answer)
        lapsed = case.request.is_signed_pre_command and (stored is None or stored.state == "lapsed")
        refused = _NO_PRE_COMMAND if lapsed else _DUPLICATE
        ledger.append(
            connection, case.key, "turn away", at=case.at, code=refused.code, detail=refused.message
        )
        return replies.refusal(case, refused)

    async def _turn_away(self, about: About, refused: Refused) -> bytes:
        """Answer what fails before the duplicate check; the RequestID stays unused."""
        at = self.pipeline.now()
        version, unknown = await self.pipeline.read(lambda connection: replies.version_for(connection, about))
        if unknown and refused.fault in ("certificate", "signature"):
            refused = Refused("unknown_user", f"{about.key.originator} is not a User")
        await self.pipeline.write(
            lambda connection: ledger.append(
                connection, about.key, "turn away", at=at, code=refused.code, detail=refused.message
            )
        )
        return duis.build_response(
            duis.acknowledgement(request_id(about.key), about.variant, refused.code, at, version=version)
        )

    def _answer(self, case: Case, code: str, **payload: Any) -> bytes:
        """A signed synchronous Response."""
        return self.pipeline.signed(replies.response(case, code, **payload))


_AWAITING = "awaiting signature"
_DUPLICATE = Refused("duplicate", "the RequestID was used before with other octets")
_NO_PRE_COMMAND = Refused("correlation", "no Pre-Command is kept for this RequestID any more")
_PREDECESSOR_FAILED = Refused("preceding_failed", "the preceding request failed")


def _gathered(connection: Connection, case: Case) -> Case:
    """The case with what the registers say; raises :class:`NotSpoken`."""
    access.gather(connection, case)
    if case.user is not None:
        duis.check_spoken(case.request, case.user.schema_version)
    return case
