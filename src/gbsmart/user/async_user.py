"""A User of the DCC: asks, signs, correlates, receives and reads (SEC Sections H3 and H4).

The one implementation; :mod:`gbsmart.user.sync_user` is the same for programs without an event loop.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lxml import etree

from gbsmart.duis import COMMAND_VARIANTS, Request, RequestId, build_request, sign_built
from gbsmart.gbcs import Message
from gbsmart.gbcs.protection import sign as sign_message
from gbsmart.gbcs.utrn import ValueClass, make_utrn
from gbsmart.gbcs.versions import NEWEST
from gbsmart.ground import Clock, Eui64, SystemClock
from gbsmart.keys import Keyring, KeyUse
from gbsmart.translation import Sender, correlate, sender
from gbsmart.translation.mmc import render
from gbsmart.user.acknowledgement import acknowledge, web_service_of
from gbsmart.user.drafting import Delivery, draft, service_named, signed_pre_command, transform_request
from gbsmart.user.errors import (
    DeviceRefused,
    NotGenuine,
    PreCommandDiffers,
    Refused,
    TimedOut,
    UnexpectedAnswer,
)
from gbsmart.user.exchange import Answer, Exchange, Step, answer_of, raise_failure
from gbsmart.user.expectation import Expectation, expectation, is_response
from gbsmart.user.inbox import Inbox
from gbsmart.user.interface import DccInterface, Patience
from gbsmart.user.journal import Journal
from gbsmart.user.keyfiles import open_keys
from gbsmart.user.opening import Opened, check_answers, check_instruction, needs, open_message
from gbsmart.user.premises import KnownDevice, Premises
from gbsmart.user.received import Received
from gbsmart.user.receiver import ReceiveAt, ReceiveService
from gbsmart.user.repository import RepositoryClient, UserKeyring
from gbsmart.web.client import ClientTls

ACCESS_CONTROL_BROKER = "90-B3-D5-1F-30-00-00-02"
"""The DCC's id in public test material: target of non-device requests, signer of Responses."""
COS_PARTY = "90-B3-D5-1F-30-00-00-04"
"""The id there of the DCC's CoS Party, which originates what changes a device's supplier."""

_ADD_CREDIT = "2.2"


class AsyncUser:
    """One User ID and its keys, talking to one DCC.

    ``keys`` is a keyring, or a folder or JSON file to import one from; ``journal`` remembers counters and
    messages (a path, or ``None`` for this process only). ``receive`` is where the Receive Response
    service listens, which the DCC must know; ``None`` where :attr:`inbox` is served elsewhere.
    ``devices`` are those that the User knows itself, by type (``"ESME"``) or as a :class:`KnownDevice`;
    others are looked up in the inventory (8.2) when a Pre-Command has to be correlated. ``repository_url``
    is the SMKI Repository's, asked for device certificates that the keyring lacks. ``tls`` is
    for a DCC at an https address.

    >>> async with AsyncUser("http://127.0.0.1:8079", user_id, keys) as user:
    ...     reading = await user.read("00-DB-12-34-56-78-90-A0")
    """

    def __init__(
        self,
        dcc_url: str,
        user_id: Eui64 | str,
        keys: Keyring | Path | str,
        *,
        dcc_id: Eui64 | str = ACCESS_CONTROL_BROKER,
        cos_id: Eui64 | str = COS_PARTY,
        clock: Clock | None = None,
        journal: Journal | Path | str | None = None,
        receive: ReceiveAt | None = ReceiveAt(),  # noqa: B008 - frozen
        devices: Mapping[Eui64, str | KnownDevice] | None = None,
        repository_url: str | None = None,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        tls: ClientTls | None = None,
    ) -> None:
        self.user_id = _eui(user_id)
        self.dcc_id = _eui(dcc_id)
        self.cos_id = _eui(cos_id)
        self.clock = clock or SystemClock()
        keyring = open_keys(Path(keys), self.clock) if isinstance(keys, str | Path) else keys
        self._keyring = UserKeyring(keyring)
        self._journal_is_ours = not isinstance(journal, Journal)
        self.journal = (
            journal if isinstance(journal, Journal) else Journal(Path(journal) if journal else None)
        )
        self.inbox = Inbox(self.user_id, self.dcc_id, self._keyring, self.journal, self.clock)
        self._patience = patience
        self._dcc = DccInterface(dcc_url, self.clock, patience, tls)
        self._service = ReceiveService(self.inbox, receive) if receive else None
        self._repository = RepositoryClient(repository_url, self._keyring) if repository_url else None
        self._premises = Premises(devices or {}, self.inventory, self._fetch, self._keyring)

    # --- coming and going ---

    async def __aenter__(self) -> Self:
        try:
            if self._service is not None:
                await self._service.start()
        except BaseException:
            await self.close()  # nobody leaves what was never entered
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop receiving and close connections; the journal too, where it was opened here."""
        if self._service is not None:
            await self._service.stop()
        await self._dcc.close()
        if self._journal_is_ours:
            self.journal.close()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing of this User is on its way to the DCC, and no answer on its way back."""
        return not self._dcc.in_flight

    @property
    def receive_url(self) -> str:
        """Where the DCC must deliver; ``""`` before the service has started."""
        return self._service.url if self._service else ""

    # --- asking ---

    async def read(self, device: Eui64 | str, service: str = "4.1.1", **fields: Any) -> Answer:
        """Read a device: by default its import registers, electricity or gas (4.1.1)."""
        return await self.request(service, device, **fields)

    async def request(
        self,
        service: str,
        device: Eui64 | str | None = None,
        *,
        wait: timedelta | None = None,
        delivery: Delivery = Delivery.WAN,
        **fields: Any,
    ) -> Answer:
        """Ask for a service and wait for all that it causes.

        ``service`` is a variant (``"7.2"``) or the element in its body, ``fields`` are those of the body.
        Raises :class:`Refused`, :class:`RequestFailed`, :class:`DeviceRefused`, :class:`TimedOut`
        (after ``wait``, by default the User's patience), :class:`PreCommandDiffers`, and what building,
        sending and checking raise.
        """
        asked = self.draft(service, device, delivery=delivery, **fields)
        exchange = await self.send(asked, delivery=delivery)
        return await self.answer(exchange, wait=wait)

    async def top_up(
        self,
        device: Eui64 | str,
        value: int,
        unit: ValueClass = ValueClass.PENCE,
        *,
        wait: timedelta | None = None,
    ) -> Answer:
        """Make a UTRN for a prepayment meter with the User's top-up key and send it (2.2).

        ``value`` is 0 to 8191 pence, or pounds. Raises as :meth:`request` and :meth:`make_utrn` do.
        """
        utrn, counter = await self.make_utrn(device, value, unit)
        exchange = await self.send(self.draft(_ADD_CREDIT, device, counter=counter, utrn=utrn))
        return await self.answer(exchange, wait=wait)

    async def make_utrn(
        self, device: Eui64 | str, value: int, unit: ValueClass = ValueClass.PENCE
    ) -> tuple[str, int]:
        """The 20 digits of a new top-up and its RequestID counter: to be sent, or typed in at the meter.

        Raises :class:`~gbsmart.ground.InvalidValue`, :class:`~gbsmart.keys.KeyNotHeld` and
        :class:`~gbsmart.keys.UnknownCertificate`.
        """
        meter = _eui(device)
        await self._fetch(meter, (KeyUse.KEY_AGREEMENT,))
        counter = self.journal.next_top_up_counter(self.user_id, meter)
        return make_utrn(self._keyring, self.user_id, meter, counter, value, unit), counter

    def draft(
        self,
        service: str,
        device: Eui64 | str | None = None,
        *,
        delivery: Delivery = Delivery.WAN,
        counter: int | None = None,
        first_in_sequence: bool = False,
        preceding: RequestId | None = None,
        content: etree._Element | None = None,
        **fields: Any,
    ) -> Request:
        """A request under a new RequestID, unsent. Non-device requests need no ``device``.

        ``counter`` is the next of the journal unless given (a top-up's is the one its UTRN was made
        with). ``content`` is the body's XML, where it is not given as fields. Raises
        :class:`~gbsmart.ground.NotFound` and :class:`~gbsmart.ground.InvalidValue`.
        """
        variant = service_named(service)
        target = self.dcc_id if device is None else _eui(device)
        top_up = variant.variant == _ADD_CREDIT
        if counter is None:
            counter = (
                self.journal.next_top_up_counter(self.user_id, target)
                if top_up
                else self.journal.next_counter(self.user_id, self.clock.now())
            )
        elif not top_up:
            self.journal.advance_past(self.user_id, counter)
        return draft(
            variant,
            RequestId(self.user_id, target, counter),
            fields,
            delivery=delivery,
            first_in_sequence=first_in_sequence,
            preceding=preceding,
            content=content,
        )

    async def send(self, request: Request, *, delivery: Delivery = Delivery.WAN) -> Exchange:
        """Send a request and check its acknowledgement; a critical one is transformed and signed first.

        Raises :class:`Refused`, :class:`UnexpectedAnswer`, :class:`PreCommandDiffers`,
        :class:`Unreachable`, :class:`HttpRefused`, and what checking signatures raises.
        """
        if COMMAND_VARIANTS[request.command_variant].takes != "critical request":
            acknowledgement, steps = await self._post(request)
            return Exchange(request, request, acknowledgement, steps)
        offered, before = await self._post(transform_request(request))
        name, pre_command = offered.payload
        if name != "pre_command":
            raise UnexpectedAnswer(f"Transform of {request.request_id} returned no Pre-Command")
        signed = await self.sign_pre_command(
            request, pre_command["gbcs_payload"], pre_command["gbcs_version"]
        )
        final = signed_pre_command(request, signed, delivery)
        acknowledgement, after = await self._post(final)
        return Exchange(request, final, acknowledgement, (*before, *after))

    async def sign_pre_command(
        self, request: Request, pre_command: bytes, gbcs_version: str = NEWEST
    ) -> Message:
        """Hold a Pre-Command against its request, and sign it with the role's digital signing key.

        The request is transformed anew here, from the User's own facts and for the GBCS version that the DCC
        names beside the Pre-Command, and the octets compared; raises :class:`PreCommandDiffers` with what
        differs (SEC H3, H11).
        """
        facts = await self._premises.facts(request, gbcs_version, now=self.clock.now(), acb=self.dcc_id)
        differences = correlate(request, pre_command, facts).differences
        if differences:
            raise PreCommandDiffers(request.request_id, differences)
        return sign_message(Message.parse(pre_command), self._keyring)

    async def device_type(self, request: Request) -> str:
        """The type of the device a request goes to: known, the only one possible, or the inventory's."""
        return (await self._premises.target(request)).type

    async def inventory(self, device: Eui64 | str) -> tuple[Mapping[str, Any], ...]:
        """The devices at the premises of ``device``, as the Smart Metering Inventory has them (8.2)."""
        answer = await self.request("8.2", device_id=_eui(device))
        return tuple(answer.values.get("dsp_inventory", ()))

    # --- receiving ---

    async def answer(self, exchange: Exchange, *, wait: timedelta | None = None) -> Answer:
        """Wait for the complete set of messages that an acknowledged request causes, and read them.

        Raises as :meth:`request` does.
        """
        expected = expectation(exchange.request)
        request_id = exchange.request.request_id
        deadline = self._deadline(expected, wait)
        seen: list[Received] = []
        opened: dict[int, Opened] = {}
        while missing := expected.missing(seen):
            found = await self.inbox.wait(request_id, len(seen), deadline)
            if found is None:
                raise TimedOut(request_id, missing)
            for message in found[len(seen) :]:
                raise_failure(request_id, message)
                if (read := await self._read_about(request_id, message)) is not None:
                    opened[message.number] = read
            seen = found
        return answer_of(exchange, seen, opened)

    def _deadline(self, expected: Expectation, wait: timedelta | None) -> datetime:
        now = self.clock.now()
        begins = max(now, expected.execution) if expected.execution else now
        return begins + (self._patience.answer if wait is None else wait)

    async def _read_about(self, request_id: RequestId, message: Received) -> Opened | None:
        """The device's message inside, proven to be about this request; raises :class:`DeviceRefused`."""
        opened = await self.open(message)
        if opened is None:
            return None
        variant = message.response.values.get("service_reference_variant", "")
        askers = {Sender.ACCESS_CONTROL_BROKER: self.dcc_id, Sender.COS_PARTY: self.cos_id}
        asked_by = askers.get(sender(variant))
        if is_response(message):
            check_answers(opened, request_id, asked_by)
            if opened.outcome is not None and not opened.outcome.success:
                raise DeviceRefused(request_id, opened, opened.outcome)
        else:
            check_instruction(opened, request_id, asked_by)
        return opened

    async def open(self, message: Received) -> Opened | None:
        """The GBCS message that a delivered message carries, checked and read; ``None`` without one.

        Raises :class:`~gbsmart.ground.MalformedMessage`, :class:`NotGenuine`, and :class:`Unreachable` where
        the SMKI Repository is asked and does not answer.
        """
        octets = message.response.gbcs_payload
        if octets is None:
            return None
        needed = needs(octets)
        await self._fetch(*needed)
        try:
            return open_message(octets, self._keyring, self.user_id, self.dcc_id)
        except NotGenuine:  # unless it is made with keys that the device has changed to
            if self._repository is None or not await self._repository.fetch_anew(*needed):
                raise
            return open_message(octets, self._keyring, self.user_id, self.dcc_id)

    async def mmc(self, message: Received) -> bytes | None:
        """What the device says in a delivered message, proven, as MMC XML; ``None`` without one (H11)."""
        if (opened := await self.open(message)) is None:
            return None
        variant = str(message.response.values.get("service_reference_variant") or "")
        return render(opened.message, self._keyring, variant=variant)

    async def _fetch(self, device: Eui64, uses: Iterable[KeyUse]) -> None:
        """Fetch the certificates of a device that are missing, where there is a repository to ask."""
        if self._repository is not None:
            await self._repository.fetch(device, uses)

    def messages(self, *, since: int | None = None) -> AsyncIterator[Received]:
        """Every message as it is delivered, device and DCC Alerts included; see :meth:`Inbox.messages`."""
        return self.inbox.messages(since=since)

    # --- the wire ---

    async def _post(self, request: Request) -> tuple[Received, tuple[Step, ...]]:
        """Sign and send one document; its acknowledgement, checked."""
        variant = COMMAND_VARIANTS[request.command_variant]
        service = web_service_of(request)
        document = sign_built(build_request(request), self._keyring, self.user_id)
        sent = Step(_sent_as(request), self.clock.now(), str(self.user_id), document)
        octets = await self._dcc.post(service, document)
        acknowledgement = acknowledge(request, octets, self._keyring, self.dcc_id, self.clock)
        if acknowledgement.failed:
            raise Refused(request.request_id, acknowledgement.response_code)
        if variant.local and acknowledgement.payload[0] != "local_command":
            raise UnexpectedAnswer(f"the DCC returned no local Command for {request.request_id}")
        name = "Pre-Command" if acknowledgement.payload[0] == "pre_command" else "acknowledgement"
        return acknowledgement, (sent, Step(name, acknowledgement.at, str(self.dcc_id), octets))


def _eui(value: Eui64 | str) -> Eui64:
    return value if isinstance(value, Eui64) else Eui64.parse(value)


def _sent_as(request: Request) -> str:
    return "Signed Pre-Command" if request.is_signed_pre_command else "Service Request"
