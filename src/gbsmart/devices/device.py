"""Any device: which commands it admits, how it answers them, what it says of its own accord (GBCS 6, 9).

A command that fails a check (:data:`gbsmart.devices.checks.CHECKS`) is answered with silence and leaves an
entry in the security log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from gbsmart.devices import schedule
from gbsmart.devices.checks import (
    CHECKS,
    FORMAT_FAILED,
    NO_AUTHORITY,
    NOT_AUTHENTIC,
    NOT_SUPPORTED,
    NOT_TRUSTED,
    Arrival,
    Refused,
)
from gbsmart.devices.choices import EVERYTHING, FREE, SupplyRules, Wishes
from gbsmart.devices.credentials import Credentials, cell
from gbsmart.devices.exchange import Exchange, LogEntry, Reaction, Server
from gbsmart.devices.meddling import Meddling
from gbsmart.devices.memory import Memory
from gbsmart.devices.payload import Payload
from gbsmart.gbcs import catalogue, codec, forms
from gbsmart.gbcs.alert_codes import alert_code
from gbsmart.gbcs.catalogue import MessageRules, Protection
from gbsmart.gbcs.dlms.moments import write_date_time
from gbsmart.gbcs.envelope import Cra, Header, Message, OtherInformation
from gbsmart.gbcs.protection import mac, seal
from gbsmart.gbcs.versions import NEWEST, edition
from gbsmart.ground import NO_FAULTS, Eui64, MalformedMessage, NotFound
from gbsmart.keys import Certificate, KeyUse, RemotePartyRole, UnknownCertificate

if TYPE_CHECKING:
    from gbsmart.devices.accounting import Accounting

_log = logging.getLogger(__name__)

_ACB: Final = RemotePartyRole.ACCESS_CONTROL_BROKER

ACTIONED, NOT_ACTIONED = 0x8154, 0x8155
ACTIVATED, NOT_ACTIVATED = 0x8F66, 0x8F67
"""Event codes (GBCS 16.2)."""

BACKUPS: Final = frozenset({0x8F12, 0x8071})
"""Alerts with which a hub and a gas proxy back their device logs up: for the DCC alone (basis: V)."""

RELIABLE, MIRRORED = 0x00, 0x04
"""Clock status of a response: the device's own reliable data, or what it mirrors of another device."""
_NOT_STATED: Final = 0xFF

_REASONS: Final[Mapping[str, int]] = {
    "no-authority": NO_AUTHORITY, "not-authentic": NOT_AUTHENTIC, "not-trusted": NOT_TRUSTED,
    "not-supported": NOT_SUPPORTED, "format-failed": FORMAT_FAILED,
}  # fmt: skip

Routine: TypeAlias = "Callable[[Device, datetime, Reaction], None]"
Recall: TypeAlias = Callable[[str], Sequence[LogEntry]]


def _nothing(_log: str) -> Sequence[LogEntry]:
    return ()


class Device:
    """One device: an EUI-64, a memory, credentials, and a server for each payload family.

    ``kind`` is its type as the catalogue names it (``ESME``). ``state`` is whatever the servers of this
    type of device work on, such as the meter behind it. ``clock_status`` is what its responses to reads
    of gas data state: :data:`RELIABLE` or :data:`MIRRORED`. ``routines`` are what it does of its own accord
    at moments that it holds (``name:`` in its schedule), such as ending a billing period. ``joined`` are the
    devices (with their types) that it talks to within the home. ``accounting`` keeps the account of a meter,
    ``wishes`` say which events are told and logged, ``supply_rules`` what is set of the supply.
    ``faults`` are those that may be switched on (:data:`gbsmart.devices.faults.FAULTS`). ``recall`` gives the
    newest entries of one of its logs, oldest first: the street keeps them. ``edition`` is what its GBCS
    version has: which commands it takes and which alerts it may raise.
    """

    def __init__(
        self,
        eui: Eui64,
        kind: str,
        memory: Memory,
        credentials: Credentials,
        servers: Mapping[str, Server],
        state: Any = None,
        *,
        clock_status: int = RELIABLE,
        routines: Mapping[str, Routine] | None = None,
        accounting: Accounting | None = None,
        wishes: Wishes = EVERYTHING,
        supply_rules: SupplyRules = FREE,
    ) -> None:
        self.eui = eui
        self.kind = kind
        self.memory = memory
        self.credentials = credentials
        self.servers = servers
        self.state = state
        self.routines = {**(routines or {}), **(accounting.routines if accounting else {})}
        self.accounting = accounting
        self.wishes = wishes
        self.supply_rules = supply_rules
        self.joined: tuple[tuple[Eui64, str], ...] = ()
        self.faults = NO_FAULTS
        self.edition = edition(NEWEST)
        self.recall: Recall = _nothing
        self._clock_status = clock_status
        self._in_command = self._changed = False

    # --- commands ---

    def receive(self, octets: bytes, now: datetime) -> Reaction:
        """Check and execute one command; the reaction has no response where a check failed."""
        reaction = self.activate_due(now)  # what was due before has happened
        try:
            arrival = self._admit(octets, now)
            assert arrival.rules is not None
            assert arrival.role is not None
            payload = self._payload_of(arrival.message)
            self._execute(arrival.message, payload, arrival.rules, arrival.role, now, reaction)
        except Refused as refusal:
            reaction.log.append(LogEntry(now, "security", refusal.code, note=refusal.message))
            self._alert_of(refusal, octets, now, reaction)
        return reaction

    def raises(self, code: int) -> bool:
        """Whether devices of this type, in this version of GBCS, raise an alert of this code."""
        return self.kind in alert_code(code).raised_by.split() and self.edition.has_alert(code, self.kind)

    def _alert_of(self, refusal: Refused, octets: bytes, now: datetime, reaction: Reaction) -> None:
        """Tell the supplier of a refusal, where devices of this type raise an alert of its code.

        Of a command that the device does not support the User behind it is told as well, where the Access
        Control Broker sent it on behalf of one.
        """
        if not self.raises(refusal.code):
            return
        family = next(iter(self.servers))
        if refusal.code != NOT_SUPPORTED:
            reaction.alerts.append(self.alert(refusal.code, family, now, {}))
            return
        header = Message.parse(octets).header
        values = {"rejected_command": _named(header.message_code, header.counter)}
        reaction.alerts.append(self.alert(refusal.code, family, now, values))
        if header.other.party is not None:
            reaction.alerts.append(self.alert(refusal.code, family, now, values, asker=header.other))

    def _admit(self, octets: bytes, now: datetime) -> Arrival:
        try:
            arrival = Arrival(Message.parse(octets), now)
        except MalformedMessage as fault:
            raise Refused(FORMAT_FAILED, str(fault)) from None
        for check in CHECKS:
            check(self, arrival)
        return arrival

    @staticmethod
    def _payload_of(message: Message) -> Payload:
        try:
            return Payload(message.payload)
        except MalformedMessage as fault:
            raise Refused(FORMAT_FAILED, str(fault)) from None

    def _execute(
        self,
        message: Message,
        payload: Payload,
        rules: MessageRules,
        role: RemotePartyRole,
        now: datetime,
        reaction: Reaction,
    ) -> None:
        header = message.header
        server = self.servers.get(rules.family)
        if server is None:
            raise Refused(NOT_SUPPORTED, f"a {self.kind} serves no {rules.family}")
        meddling = Meddling(self, header, rules, payload) if self.faults.awake else None
        if meddling is not None and (reason := meddling.refusal()):
            raise Refused(_REASONS[reason], "a fault that is switched on")
        if rules.replay_protection:
            self.credentials.accept(role, header.counter, top_up=rules.top_up)
        answering = self._answering(header, rules, now)
        if meddling is not None:
            answering = meddling.answering(answering)
        sealer = self._sealer(message, role, answering)
        failing = None if meddling is None else meddling.failing()
        exchange = Exchange(
            self, rules, role, header, message.payload, answering, now, sealer, reaction, failing
        )
        try:
            with self._command(now, reaction):
                done = server.execute(payload, exchange)
        except MalformedMessage as fault:
            raise Refused(FORMAT_FAILED, str(fault)) from None
        outcome = ACTIONED if done.success else NOT_ACTIONED
        detail = _named(rules.code, header.counter)
        reaction.log.append(LogEntry(now, "event", outcome, detail))
        signed = rules.response is Protection.SIGNATURE or (
            rules.response is Protection.AS_COMMAND and message.signature is not None
        )
        if meddling is None or not meddling.silences():
            reaction.response = self._protect(Message(answering, done.payload), role, signed=signed)
        for then in exchange.afterwards:
            then()

    def _answering(self, command: Header, rules: MessageRules, now: datetime) -> Header:
        other = command.other
        supplementary = OtherInformation(
            rules.code, other.party, other.party_counter, other.party_originator_counter
        )
        status = self._clock_status if rules.states_reliability else _NOT_STATED
        date_time = write_date_time(now, status) if rules.dated else None
        return Header(Cra.RESPONSE, command.counter, self.eui, command.originator, supplementary, date_time)

    def _sealer(self, command: Message, role: RemotePartyRole, answering: Header) -> Any:
        def encrypt(plaintext: bytes) -> bytes:
            certificate = self._sealed_to(command.header.other, role)
            return seal(answering, plaintext, self.credentials.agree(self.eui, certificate))

        return encrypt

    def _sealed_to(self, other: OtherInformation, role: RemotePartyRole) -> Certificate:
        """Whose key-agreement certificate sensitive data is sealed to (GBCS 8.5)."""
        if other.party is None:
            return self._key_agreement_of(role)
        if other.certificate is None:
            return self.credentials.certificate(other.party, KeyUse.KEY_AGREEMENT)
        certificate = Certificate.from_der(other.certificate)
        if certificate.holder != other.party or "keyAgreement" not in certificate.key_usage:
            raise UnknownCertificate(f"the command brought no key agreement certificate of {other.party}")
        return certificate

    def _key_agreement_of(self, role: int) -> Certificate:
        held = self.credentials.in_cell(cell(role, KeyUse.KEY_AGREEMENT))
        if held is None:
            raise UnknownCertificate(f"{self.eui} has no key agreement cell of role {role}")
        return held

    def _protect(self, message: Message, role: int, *, signed: bool) -> bytes:
        if signed:
            message.signature = self.credentials.sign(self.eui, message.signed_octets())
            return Message(message.header, message.payload, message.signature).encode()
        message = Message(message.header, message.payload, null_signature=True)
        secret = self.credentials.agree(self.eui, self._key_agreement_of(role))
        return message.with_mac(mac(message, secret)).encode()

    # --- of its own accord ---

    def activate_due(self, now: datetime) -> Reaction:
        """Carry out the instructions and routines whose moment has come, each with its alert.

        One on which we fail is taken back and logged, and never tried again: whoever sends one that finds
        a defect of ours stops neither the device nor the others of its street.
        """
        reaction = Reaction()
        for moment, what, instruction in schedule.due(self.memory, now):
            mark, own = self.memory.mark(), Reaction()
            try:
                self._carry_out(what, instruction, moment, own)
            except Exception as defect:  # noqa: BLE001
                _log.exception("%s failed on %s", self.eui, what)
                self.memory.back_to(mark)
                note = f"defect: {type(defect).__name__}"
                own = Reaction(log=[LogEntry(moment, "security", FORMAT_FAILED, note=note)])
            reaction.alerts += own.alerts
            reaction.log += own.log
        return reaction

    def _carry_out(self, what: str, instruction: bytes, moment: datetime, reaction: Reaction) -> None:
        doer = what.partition(":")[0]
        routine = self.routines.get(doer)
        if routine is not None:
            routine(self, moment, reaction)
        else:
            self.servers[doer].activate(self, instruction, moment, reaction)

    @contextmanager
    def changing(self, moment: datetime, reaction: Reaction, *, at_once: bool = False) -> Iterator[None]:
        """Whatever changes in here what is charged, or whether supply flows: the account follows.

        The items of one command are one change: the account is settled before the first that changes
        anything, and goes on after the last; or ``at_once``, where the item's answer tells what came of it.
        """
        account = self.accounting
        if account is not None and not self._changed:
            account.settle(self, moment, reaction)
        yield
        if account is not None and self._in_command and not at_once:
            self._changed = True
        elif account is not None:
            account.resume(self, moment, reaction)

    @contextmanager
    def _command(self, moment: datetime, reaction: Reaction) -> Iterator[None]:
        """While a command is executed."""
        self._in_command = True
        try:
            yield
        finally:  # what an item changed before another was found to be malformed stays changed
            changed, self._in_command, self._changed = self._changed, False, False
            if changed and self.accounting is not None:
                self.accounting.resume(self, moment, reaction)

    def alert(
        self,
        code: int,
        family: str,
        moment: datetime,
        values: Mapping[str, Any],
        about: str = "",
        asker: OtherInformation | None = None,
        about_party: Eui64 | None = None,
        to: Eui64 | None = None,
    ) -> bytes:
        """An alert as it goes out: by the form that carries its values, signed or under a MAC (GBCS 16).

        It is addressed to the supplier in the device's cells, of voltage and outages to the network
        operator in them; to the Access Control Broker where there is none, where it is a backup, or where it
        is for the Unknown Remote Party in a command's supplementary fields (``asker``). ``about_party`` names
        another party that it concerns.
        A signed one goes ``to`` whose command it tells of, where that is said.
        Raises :class:`NotFound` where no form of that family holds these values.
        """
        message_code = catalogue.alert_message_code(code, family, about)
        given = {"alert_code": code, "time": moment, **values}
        form = next(
            (
                form
                for form in forms.by_code().get(message_code, ())
                if form.alert is not None and set(form.alert.fields()) == set(given)
            ),
            None,
        )
        if form is None:
            raise NotFound(f"no form of {message_code:04X} holds {', '.join(given)}")
        signed = alert_code(code).protection == "signature"
        for_dcc = asker is not None or code in BACKUPS
        role = _ACB if for_dcc else self._alerted_role(code, signed=signed)
        recipient = to if to is not None else self._holder(role)
        counter = self.credentials.next_counter()
        other = OtherInformation(message_code, about_party)
        if asker is not None:
            other = OtherInformation(message_code, asker.party, asker.party_counter)
        header = Header(Cra.ALERT, counter, self.eui, recipient, other)

        def encrypt(plaintext: bytes) -> bytes:
            return seal(header, plaintext, self.credentials.agree(self.eui, self._key_agreement_of(role)))

        payload = codec.payload(form, header, given, encrypt)
        return self._protect(Message(header, payload), role, signed=signed)

    def _alerted_role(self, code: int, *, signed: bool) -> RemotePartyRole:
        """The supplier, or of its network the operator, where their cells allow.

        For a MAC the party's key agreement key is needed.
        """
        wanted = (KeyUse.KEY_AGREEMENT, KeyUse.DIGITAL_SIGNATURE) if signed else (KeyUse.KEY_AGREEMENT,)
        party = RemotePartyRole.NETWORK_OPERATOR if _is_of_network(code) else RemotePartyRole.SUPPLIER
        held = any(self.credentials.in_cell(cell(party, use)) is not None for use in wanted)
        return party if held else _ACB

    def _holder(self, role: int) -> Eui64:
        """Who is in the cells of a role; raises :class:`UnknownCertificate` where nobody is."""
        uses = (KeyUse.KEY_AGREEMENT, KeyUse.DIGITAL_SIGNATURE)
        held = (self.credentials.in_cell(cell(role, use)) for use in uses)
        found = next((each.holder for each in held if each is not None and each.holder is not None), None)
        if found is None:
            raise UnknownCertificate(f"{self.eui} has no cell of role {role} that names anybody")
        return found


_OUTAGES: Final = range(0x8F35, 0x8F3D)
"""Alerts on outages that are over, which the network operator gets (basis: V)."""


def _is_of_network(code: int) -> bool:
    return code in _OUTAGES or alert_code(code).kind == "network"


def _named(message_code: int, counter: int) -> bytes:
    """How a log or an alert names a command."""
    return message_code.to_bytes(2, "big") + counter.to_bytes(8, "big")
