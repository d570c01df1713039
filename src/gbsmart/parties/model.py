"""Parties, Users and User Roles as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from gbsmart.ground import Eui64


class UserRole(StrEnum):
    """The User Roles of the Code, by the codes that the DUIS tables use (SEC Section A)."""

    IMPORT_SUPPLIER = "IS"
    EXPORT_SUPPLIER = "ES"
    GAS_SUPPLIER = "GS"
    ELECTRICITY_DISTRIBUTOR = "ED"
    GAS_TRANSPORTER = "GT"
    REGISTERED_SUPPLIER_AGENT = "RSA"
    OTHER_USER = "OU"
    LOAD_CONTROLLER = "LC"


class RemotePartyRole(IntEnum):
    """The role that an organisation certificate names in its OU (GBCS remote party role)."""

    ROOT = 0
    RECOVERY = 1
    SUPPLIER = 2
    NETWORK_OPERATOR = 3
    ACCESS_CONTROL_BROKER = 4
    TRANSITIONAL_COS = 5
    WAN_PROVIDER = 6
    ISSUING_AUTHORITY = 7
    LOAD_CONTROLLER = 8
    OTHER = 127
    XML_SIGNING = 135
    DSP_XML_SIGNING = 137


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation that acceded to the Code; ``signifier`` is its short name in registers."""

    signifier: str
    name: str


@dataclass(frozen=True, slots=True)
class User:
    """One User ID of a Party, with what the DCC needs to know to serve it.

    ``receive_addresses`` are the URLs of its Receive Response service: the primary, then the
    alternate. ``schema_version`` is the DUIS version in which it is spoken to.
    """

    id: Eui64
    party: str
    roles: frozenset[UserRole]
    receive_addresses: tuple[str, ...] = ()
    schema_version: str = "5.4"
    suspended: bool = False
