"""What the pages show, as values, and where they get it from.

Energy in Wh, volume in dm3 (litres), power in W, money in units of 10^-5 pounds, moments aware and UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from gbsmart.console.filtering import EVERYTHING, Filter
from gbsmart.devices import Alarm, Credited, Notice, Prepayment, Screen
from gbsmart.duis import RequestId
from gbsmart.ground import Eui64
from gbsmart.user import Delivery


@dataclass(frozen=True, slots=True)
class Address:
    """Something that listens: what it is called, where it is, what it is for."""

    name: str
    url: str
    purpose: str


@dataclass(frozen=True, slots=True)
class HomeLine:
    """A home in a list: its hub's identifier is its own."""

    id: Eui64
    name: str
    devices: tuple[tuple[str, Eui64], ...]


@dataclass(frozen=True, slots=True)
class HalfHourUse:
    """What was used in the half-hour from ``start``."""

    start: datetime
    amount: int


@dataclass(frozen=True, slots=True)
class LogLine:
    """An entry of a device's log: ``log`` is ``event`` or ``security``, ``code`` in hex, by its ``name``."""

    at: datetime
    device: Eui64
    kind: str
    log: str
    code: str
    name: str
    note: str


USER, DCC, DEVICE = "User", "DCC", "Device"
"""Who says something in the course of a request."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An instruction that a device holds until its moment."""

    at: datetime
    device: Eui64
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class DeviceView:
    """One device: its home, what its log says (newest first), and what it holds until later."""

    id: Eui64
    kind: str
    home: str
    hub: Eui64
    log: tuple[LogLine, ...]
    pending: tuple[Pending, ...]


@dataclass(frozen=True, slots=True)
class HomeView:
    """A home at a moment. Gas values are None where there is no gas meter.

    ``behind_pin`` names the meters whose privacy PIN hides what they measure: that is None, or empty, too.

    ``price`` is per kWh. ``gas_awake_at`` is when the gas meter next contacts its hub. ``screen`` is what
    the in-home display shows, ``prepayment`` what the PPMID shows beside it, ``load_switch`` the position
    of the HCALCS (``on`` or ``off``), ``notices`` the events that displays show, ``alarms`` what each meter
    last sounded for, both by type of meter. ``log`` is the newest of all its devices, newest first.
    """

    id: Eui64
    name: str
    at: datetime
    devices: tuple[tuple[str, Eui64], ...]
    electricity_wh: int | None
    power_w: int | None
    electricity_supply: str
    price: int
    electricity_today: tuple[HalfHourUse, ...]
    gas_litres: int | None = None
    gas_litres_per_hour: int | None = None
    gas_supply: str | None = None
    gas_today: tuple[HalfHourUse, ...] = ()
    gas_awake_at: datetime | None = None
    screen: Screen | None = None
    prepayment: Prepayment | None = None
    load_switch: str = ""
    behind_pin: tuple[str, ...] = ()
    notices: tuple[tuple[str, Notice], ...] = ()
    alarms: tuple[Alarm, ...] = ()
    log: tuple[LogLine, ...] = ()
    pending: tuple[Pending, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A Service Request in a list. ``outcome`` is "" while it is open; its ``id`` continues the list."""

    id: str
    variant: str
    name: str
    device: Eui64
    originator: Eui64
    state: str
    outcome: str
    code: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """Octets that were sent: a DUIS document (``xml``) or a GBCS message (``gbcs``)."""

    name: str
    kind: str
    sender: str
    receiver: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. ``document`` is the index of what was said, if anything was."""

    at: datetime
    name: str
    sender: str
    receiver: str
    code: str = ""
    detail: str = ""
    document: int | None = None


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """A line of the DCC's ledger: the request went from state ``source`` to ``target``."""

    at: datetime
    name: str
    source: str
    target: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A document that the DCC refused before its RequestID counted as used: no request came of it."""

    at: datetime
    request_id: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A message about a request as its User received it, proven to be the DCC's."""

    at: datetime
    name: str
    code: str
    signer: str


@dataclass(frozen=True, slots=True)
class Journey:
    """The way of one Service Request: its steps in order, and all that was said."""

    request: RequestLine
    steps: tuple[Step, ...]
    documents: tuple[Document, ...]
    events: tuple[LedgerEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class SendingUser:
    """A User whose keys are here: it can send."""

    id: Eui64
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisteredUser:
    """A User as the DCC's register has it; ``own_certificate`` says that it lodged one for XML signing."""

    id: Eui64
    party: str
    party_name: str
    roles: tuple[str, ...]
    receive_addresses: tuple[str, ...]
    schema_version: str
    suspended: bool
    own_certificate: bool
    thresholds: int


@dataclass(frozen=True, slots=True)
class Target:
    """A device that can be asked: its type, and the name of its home."""

    id: Eui64
    kind: str
    home: str


@dataclass(frozen=True, slots=True)
class RequestRecipe:
    """What a form asks for: who asks which device for which variant, with what in the body.

    ``device`` None is the DCC itself.
    """

    user: Eui64
    variant: str
    device: Eui64 | None
    fields: Mapping[str, Any]
    delivery: Delivery = Delivery.WAN
    first_in_sequence: bool = False
    preceding: RequestId | None = None


class HomeSource(Protocol):
    """Knows the homes."""

    async def homes(self) -> Sequence[HomeLine]:
        """Every home, in a steady order."""
        ...

    async def home(self, eui: Eui64) -> HomeView:
        """The home of a hub or of any of its devices, now; raises :class:`~gbsmart.ground.NotFound`."""
        ...

    async def device(self, eui: Eui64, *, newest: int = 200) -> DeviceView:
        """One device, with so much of its log; raises :class:`~gbsmart.ground.NotFound`."""
        ...


class UserSource(Protocol):
    """Knows the Users."""

    async def registered(self) -> Sequence[RegisteredUser]:
        """Every User, by Party and id."""
        ...


class JourneySource(Protocol):
    """Knows what became of Service Requests."""

    async def find(
        self, limit: int, before: str | None = None, wanted: Filter = EVERYTHING
    ) -> Sequence[RequestLine]:
        """What a filter lets through, newest first; ``before`` is the RequestID to go on from."""
        ...

    async def turned_away(self, limit: int) -> Sequence[TurnedAway]:
        """The latest documents that were refused before their RequestIDs were used, newest first."""
        ...

    async def journey(self, request_id: str) -> Journey:
        """One request by its RequestID; raises :class:`~gbsmart.ground.NotFound`."""
        ...


class SendSource(Protocol):
    """Sends what the forms ask for."""

    async def users(self) -> Sequence[SendingUser]:
        """Who can send."""
        ...

    async def targets(self) -> Sequence[Target]:
        """Every device that can be asked."""
        ...

    async def heard(self, request_id: str) -> Sequence[Heard]:
        """What the User of a request received about it so far; nothing, where its inbox is not here."""
        ...

    def preview(self, recipe: RequestRecipe) -> bytes:
        """The request as XML, unsigned; raises :class:`~gbsmart.ground.InvalidValue` naming the field."""
        ...

    async def send(self, recipe: RequestRecipe) -> str:
        """Sign and send; the RequestID once the DCC has answered, be it with a refusal."""
        ...


class TopUpSource(Protocol):
    """Types UTRNs in, for the people of the homes."""

    def meter_for(self, device: Eui64, utrn: str) -> Eui64:
        """The meter that a UTRN goes to that is typed in at a device."""
        ...

    async def top_up(self, device: Eui64, utrn: str) -> Credited:
        """Type a UTRN in at a meter or PPMID."""
        ...


class Timekeeper(Protocol):
    """The system's clock, and the way to a later moment."""

    def now(self) -> datetime:
        """The present moment."""
        ...

    @property
    def speed(self) -> float:
        """How many of its seconds pass in one of the machine's; 0 where it stands still."""
        ...

    def set_speed(self, speed: float) -> None:
        """Run so fast from now on."""
        ...

    async def next_due(self) -> datetime | None:
        """When something next falls due anywhere in the system."""
        ...

    async def travel(self, to: datetime) -> int:
        """Take the whole system to a later moment; at how many moments it stood still on the way.

        Raises :class:`~gbsmart.ground.InvalidValue` for a moment that is past, and
        :class:`~gbsmart.ground.GbsmartError` where the system cannot travel.
        """
        ...
