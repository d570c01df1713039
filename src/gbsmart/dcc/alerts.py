"""Alerts: what devices say unasked, checked and routed to who is to know (DUIS 7.14).

An alert to a known remote party goes to the User of that id, whatever registration says: the device
chose it by the credential it holds. It goes as well to a party that it names beside that one without a
counter, as an operational update names the load controller (assumed). One to the Access Control Broker goes
to the User in its supplementary fields, else to the responsible suppliers of the home at that moment. The
outcome of a future-dated instruction answers its request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Connection

from gbsmart import duis, inventory, parties, registration
from gbsmart.dcc import commands, ledger, messages, outbox
from gbsmart.dcc.model import Request, RequestKey
from gbsmart.dcc.pipeline import DELIVERIES, Pipeline, request_id, response_id, version_of
from gbsmart.dcc.responses import check_authentic, execution_of
from gbsmart.gbcs import Cra, codec
from gbsmart.gbcs.alert_codes import alert_codes
from gbsmart.gbcs.envelope import Message
from gbsmart.gbcs.instructions import EXECUTED, NOT_EXECUTED, future_dated_instructions
from gbsmart.ground import Eui64, MalformedMessage, NotFound
from gbsmart.inventory import DeviceType
from gbsmart.parties import User, UserRole
from gbsmart.wan import Parcel

_log = structlog.get_logger(__name__)

FUTURE_DATED_OUTCOMES = frozenset({EXECUTED, NOT_EXECUTED})
"""One per instruction of a future-dated command."""
KEPT_BY_THE_DCC = frozenset({0x8F12, 0x8071})
"""Consumed here and delivered to nobody: a hub's device log, a backup of the GPF's (basis: V and M)."""
TOLD_OF_THE_HOME = frozenset({UserRole.IMPORT_SUPPLIER, UserRole.GAS_SUPPLIER})
"""Whose responsible Users hear alerts addressed to the Access Control Broker (basis: M)."""


class Alert(NamedTuple):
    """A device alert that passed the DCC's checks."""

    message: Message
    octets: bytes
    device: Eui64
    transport_id: str
    code: int
    values: Any


class Alerts:
    """Takes device alerts from the WAN."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    async def receive(self, parcels: Sequence[Parcel]) -> None:
        """Take alerts; returns once they are durable. A repeat changes nothing."""
        at = self._pipeline.now()
        read = [(parcel, self._read(parcel)) for parcel in parcels]

        def write(connection: Connection) -> None:
            for parcel, alert in read:
                if isinstance(alert, str):
                    _discard(connection, parcel, alert, at)
                else:
                    self._take(connection, alert, at)

        if read:
            await self._pipeline.write(write)
            self._pipeline.bell.ring(DELIVERIES)

    def _read(self, parcel: Parcel) -> Alert | str:
        """The alert, or why it is none."""
        try:
            message = Message.parse(parcel.octets)
            if message.header.cra is not Cra.ALERT or message.header.originator != parcel.device:
                return "it is not an alert of this device"
            if reason := check_authentic(message, self._pipeline):
                return reason
            code, values = _content(message)
        except MalformedMessage as wrong:
            return f"unreadable: {wrong}"
        return Alert(message, parcel.octets, parcel.device, parcel.transport_id, code, values)

    def _take(self, connection: Connection, alert: Alert, at: datetime) -> None:
        kept = messages.keep_once(connection, alert.device, alert.octets, at=at)
        if kept is None:
            return
        request = _reported_request(connection, alert)
        about = alert.device if request is None else request.key
        ledger.append(connection, about, "alert", at=at, code=f"{alert.code:04X}", message=kept)
        if request is not None:
            self._report_outcome(connection, alert, request, at)
        elif alert.code not in KEPT_BY_THE_DCC:
            for user in self._recipients(connection, alert, at):
                self._tell(connection, alert, user, at)

    def _recipients(self, connection: Connection, alert: Alert, at: datetime) -> list[User]:
        header = alert.message.header
        recipient = header.recipient
        if recipient == self._pipeline.settings.acb and header.other.party is not None:
            recipient = header.other.party  # for the User on whose behalf the DCC asked
        elif recipient == self._pipeline.settings.acb:
            return _suppliers(connection, alert.device, at)
        concerned = header.other.party if header.other.party_counter is None else None
        both = dict.fromkeys(each for each in (recipient, concerned) if each is not None)
        return [user for each in both if (user := _user(connection, alert, each)) is not None]

    def _tell(self, connection: Connection, alert: Alert, user: User, at: datetime) -> None:
        named = duis.ResponseId(alert.device, user.id, alert.message.header.counter)
        response = duis.device_alert(named, at, alert.octets, alert.code, version=user.schema_version)
        name = f"{alert.device.compact} {alert.transport_id}"
        outbox.put(
            connection, user.id, "alert", name, self._pipeline.signed(response), device=alert.device, at=at
        )

    def _report_outcome(self, connection: Connection, alert: Alert, request: Request, at: datetime) -> None:
        """One instruction of a future-dated command has its outcome; the last one ends the request."""
        key = request.key
        told = sum(event.name == "alert" for event in ledger.history(connection, key))
        total = max(told, _instructions_of(connection, request))
        response = duis.instruction_outcome(
            request_id(key), response_id(key), request.variant, at, alert.octets, alert.code, told, total,
            version=version_of(connection, key.originator),
        )  # fmt: skip
        is_last = told == total and (
            ledger.advance(connection, key, "last outcome alert", at=at, code=duis.SUCCESS) is not None
        )
        outbox.put(
            connection,
            key.originator,
            outbox.OUTCOME if is_last else "instruction",
            f"{key}" if is_last else f"{key} {told}",
            self._pipeline.signed(response),
            device=key.device,
            at=at,
            request=key,
        )


def _instructions_of(connection: Connection, request: Request) -> int:
    """How many instructions of a future-dated command report their outcome."""
    if request.pre_command is None:
        return 1
    octets = messages.content_of(connection, request.key.device, request.content)
    execution = execution_of(octets)
    if execution is None:
        return 1
    pre_command = messages.content_of(connection, request.key.device, request.pre_command)
    return len(future_dated_instructions(Message.parse(pre_command), execution))


def _reported_request(connection: Connection, alert: Alert) -> Request | None:
    """The request whose future-dated instruction this alert reports on."""
    if alert.code not in FUTURE_DATED_OUTCOMES or not isinstance(alert.values, Mapping):
        return None
    instruction = alert.values.get("instruction", alert.values.get("outcome", alert.values))
    counter = instruction.get("counter", instruction.get("originator_counter"))
    if not isinstance(counter, int):
        return None
    originator = alert.message.header.recipient
    request = ledger.find(connection, RequestKey(alert.device, originator, counter))
    if request is not None:
        return request
    command = commands.under_counter(connection, alert.device, originator, counter)
    return None if command is None else ledger.find(connection, command.key)


def _content(message: Message) -> tuple[int, Any]:
    """The alert code, and the values where a form reads them; raises :class:`MalformedMessage`."""
    reading = codec.read(message)
    if reading is not None:
        return int(reading.values["alert_code"]), reading.values
    tree = codec.walk_payload(message.payload, 0, len(message.payload), Cra.ALERT)
    for leaf in tree.leaves():
        if leaf.length == 2 and isinstance(leaf.value, int) and leaf.value in alert_codes():
            return leaf.value, None
    raise MalformedMessage("no known alert code", where="payload")


def _user(connection: Connection, alert: Alert, party: Eui64) -> User | None:
    try:
        return parties.user(connection, party)
    except NotFound:
        _log.warning("an alert to no User", device=str(alert.device), recipient=str(party))
        return None


def _suppliers(connection: Connection, device_id: Eui64, at: datetime) -> list[User]:
    """The Users responsible as suppliers for the device's home at ``at``."""
    device = inventory.find(connection, device_id)
    if device is None:
        return []
    hub = device.id if device.type is DeviceType.CHF else device.hub
    home = [device] if hub is None else inventory.devices_behind(connection, hub)
    points = {device.import_mpxn} if device.import_mpxn else {one.import_mpxn for one in home}
    users: dict[Eui64, User] = {}
    for role in TOLD_OF_THE_HOME:
        for point in filter(None, points):
            party = registration.responsible_party(connection, point, role, at=at)
            for user in parties.users_of(connection, party) if party else ():
                if role in user.roles:
                    users[user.id] = user
    return [users[user] for user in sorted(users)]


def _discard(connection: Connection, parcel: Parcel, reason: str, at: datetime) -> None:
    _log.warning("an alert is discarded", device=str(parcel.device), reason=reason)
    kept = messages.keep_once(connection, parcel.device, parcel.octets, at=at)
    if kept is not None:
        ledger.append(connection, parcel.device, "discard alert", at=at, message=kept, detail=reason)
