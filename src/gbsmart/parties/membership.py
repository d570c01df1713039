"""What a Party is under the Code: licences, category, details, state and rights, as values and pure rules.

Facts: SEC A1 and B1 (categories), B2 (signifiers and identifiers), M6 (Party Details), M8 (default,
suspension, expulsion, withdrawal).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gbsmart.duis import UserRole
from gbsmart.ground import Eui64, InvalidValue, Machine, Transition

LARGE_ABOVE = 250_000
"""Domestic premises that a group supplies, above which its suppliers are Large (basis: M)."""
REACCESSION_BAR_MONTHS = 12
"""How long who was expelled may not accede again, unless the Panel shortens it (SEC B1.2)."""


class Licence(StrEnum):
    """A licence that decides where a Party sits."""

    ELECTRICITY_SUPPLY = "electricity-supply"
    GAS_SUPPLY = "gas-supply"
    ELECTRICITY_DISTRIBUTION = "electricity-distribution"
    GAS_TRANSPORTATION = "gas-transportation"
    SMART_METER_COMMUNICATION = "smart-meter-communication"
    """The DCC's."""


class Category(StrEnum):
    """A Party Category (SEC A1). The DCC is a Party outside them."""

    LARGE_SUPPLIER = "large-supplier"
    SMALL_SUPPLIER = "small-supplier"
    ELECTRICITY_NETWORK = "electricity-network"
    GAS_NETWORK = "gas-network"
    OTHER_SEC_PARTY = "other-sec-party"


_SUPPLY = frozenset({Licence.ELECTRICITY_SUPPLY, Licence.GAS_SUPPLY})


def categories_of(licences: frozenset[Licence], group_premises: int) -> frozenset[Category]:
    """The categories of a Party: one for supply, one for each kind of network, Other without a licence.

    ``group_premises`` are the domestic premises that it and its Affiliates supply.
    """
    if Licence.SMART_METER_COMMUNICATION in licences:
        return frozenset()
    found = set()
    if licences & _SUPPLY:
        found.add(Category.LARGE_SUPPLIER if group_premises > LARGE_ABOVE else Category.SMALL_SUPPLIER)
    if Licence.ELECTRICITY_DISTRIBUTION in licences:
        found.add(Category.ELECTRICITY_NETWORK)
    if Licence.GAS_TRANSPORTATION in licences:
        found.add(Category.GAS_NETWORK)
    return frozenset(found or {Category.OTHER_SEC_PARTY})


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody whom a Party names for a matter, such as invoices or security incidents."""

    matter: str
    name: str
    address: str


_LONGEST = {"registered_name": 200, "company_number": 20, "address": 500, "vat_number": 20, "group": 100,
            "notices_to": 200, "notices_channel": 20, "notices_address": 300}  # fmt: skip
CHANNELS = ("email", "post", "hand")
"""How a Party takes notices (SEC M10)."""
_VAT = re.compile(r"(GB)?\d{9}(\d{3})?\Z")


@dataclass(frozen=True, slots=True)
class Details:
    """The Party Details (SEC M6), which each Party keeps true.

    ``group`` names the corporate group: Parties of one are Affiliates. ``domestic_premises`` are those that
    this Party supplies itself.
    """

    registered_name: str = ""
    company_number: str = ""
    address: str = ""
    vat_number: str = ""
    licences: frozenset[Licence] = frozenset()
    group: str = ""
    domestic_premises: int = 0
    notices_to: str = ""
    notices_channel: str = "email"
    notices_address: str = ""
    contacts: tuple[Contact, ...] = ()

    def check(self) -> None:
        """Raise :class:`InvalidValue` for details that cannot be."""
        for name, longest in _LONGEST.items():
            value: str = getattr(self, name)
            if len(value) > longest or not value.replace("\n", "").replace("\r", "").isprintable():
                raise InvalidValue(f"is longer than {longest} characters, or no text", field=name)
        if not 0 <= self.domestic_premises < 10**9:
            raise InvalidValue("is a number from 0 on", field="domestic_premises")
        if self.domestic_premises and not self.licences & _SUPPLY:
            raise InvalidValue("only who holds a supply licence supplies premises", field="domestic_premises")
        if self.notices_channel not in CHANNELS:
            raise InvalidValue(f"is one of {', '.join(CHANNELS)}", field="notices_channel")
        if self.vat_number and not _VAT.match(self.vat_number.replace(" ", "")):
            raise InvalidValue("is 9 or 12 digits, after GB or nothing", field="vat_number")
        if Licence.SMART_METER_COMMUNICATION in self.licences and len(self.licences) > 1:
            raise InvalidValue("the DCC holds no other licence", field="licences")


class State(StrEnum):
    """How a Party stands with the Code (SEC M8)."""

    ACTIVE = "active"
    EVENT_NOTICED = "event noticed"
    IN_DEFAULT = "in default"
    SUSPENDED = "suspended"
    EXPELLED = "expelled"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"


GONE = frozenset({State.EXPELLED, State.WITHDRAWN})
"""States in which somebody is a Party no longer."""
_S = State


def _step(source: State, event: str, target: State) -> Transition:
    return Transition(source.value, event, target.value)


STANDING = Machine(
    "party",
    initial=_S.ACTIVE.value,
    final=frozenset(state.value for state in GONE),
    transitions=(
        _step(_S.ACTIVE, "notice an event", _S.EVENT_NOTICED),
        _step(_S.EVENT_NOTICED, "remedy", _S.ACTIVE),
        _step(_S.EVENT_NOTICED, "find in default", _S.IN_DEFAULT),
        _step(_S.IN_DEFAULT, "remedy", _S.ACTIVE),
        _step(_S.IN_DEFAULT, "suspend rights", _S.SUSPENDED),
        _step(_S.IN_DEFAULT, "expel", _S.EXPELLED),
        _step(_S.SUSPENDED, "restore rights", _S.ACTIVE),
        _step(_S.SUSPENDED, "expel", _S.EXPELLED),
        _step(_S.ACTIVE, "give notice of withdrawal", _S.WITHDRAWING),
        _step(_S.WITHDRAWING, "take back the notice", _S.ACTIVE),
        _step(_S.WITHDRAWING, "withdraw", _S.WITHDRAWN),
        _step(_S.WITHDRAWING, "notice an event", _S.EVENT_NOTICED),
    ),
)
"""What can become of a Party."""


class Right(StrEnum):
    """A right that can be suspended after an Event of Default (SEC M8.4)."""

    ELECTIONS = "elections"
    """To stand for or vote in elections."""
    MODIFICATIONS = "modifications"
    """To raise modifications, and to influence them."""
    ATTENDANCE = "attendance"
    """To attend meetings as of right."""
    USER = "user"
    """To be a User: in every User Role, or in some."""
    ELECTIVE_SERVICES = "elective-services"
    ORDERS = "orders"
    """New gateway connections and Communications Hubs."""
    ENROLMENT = "enrolment"
    """To enrol more devices."""


LICENSED_ROLES = frozenset(
    {
        UserRole.IMPORT_SUPPLIER,
        UserRole.EXPORT_SUPPLIER,
        UserRole.GAS_SUPPLIER,
        UserRole.ELECTRICITY_DISTRIBUTOR,
        UserRole.GAS_TRANSPORTER,
    }
)
"""User Roles whose Core Communication Services stop only with the Authority's approval."""


class IdentifierKind(StrEnum):
    """What an identifier is for (SEC B2)."""

    USER = "user"
    RDP = "rdp"
    DCC = "dcc"


@dataclass(frozen=True, slots=True, order=True)
class IdentifierRange:
    """EUI-64s from ``first`` to ``last`` that a Party may use."""

    first: Eui64
    last: Eui64
    kind: IdentifierKind
    party: str
    since: datetime


@dataclass(frozen=True, slots=True, order=True)
class RdpSignifier:
    """The signifier of a Registration Data Provider, and the network Party that appointed it."""

    signifier: str
    name: str
    party: str


@dataclass(frozen=True, slots=True)
class Accession:
    """When and how somebody became a Party; ``original``: by the Framework Agreement (Schedule 1)."""

    at: datetime | None = None
    original: bool = False
    share: bool = False
    """Whether it holds a share in SECCo."""


@dataclass(frozen=True, slots=True)
class Suspension:
    """A right that is or was suspended; ``roles`` where it is the right to be a User in these only."""

    right: Right
    roles: frozenset[UserRole]
    since: datetime
    until: datetime | None
    reason: str
    case: str

    def is_on(self, at: datetime) -> bool:
        """Whether the right is suspended at that moment."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, order=True)
class VotingGroup:
    """The Parties of one category that vote as one: Affiliates, or one Party by itself."""

    name: str
    category: Category
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A Party with all that the register has of it at a moment."""

    signifier: str
    name: str
    state: State
    state_since: datetime | None
    accession: Accession
    details: Details
    categories: frozenset[Category]
    affiliates: tuple[str, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    identifiers: tuple[IdentifierRange, ...] = field(default=())
    rdp_signifiers: tuple[RdpSignifier, ...] = field(default=())

    @property
    def is_dcc(self) -> bool:
        """Whether this is the DCC: a Party outside the categories."""
        return Licence.SMART_METER_COMMUNICATION in self.details.licences
