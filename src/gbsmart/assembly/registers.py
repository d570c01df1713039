"""Filling the registers of a demonstration street: parties, registration data, inventory.

Done on first run; on later runs only the Users' receive addresses follow the settings, everything else
stays as the registers have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from gbsmart import inventory, parties, registration
from gbsmart.assembly.plan import (
    ACCESS_CONTROL_BROKER,
    IMPORT_SUPPLIER,
    LOAD_CONTROLLER,
    NETWORK_OPERATOR,
    OTHER_USER,
    SECOND_SUPPLIER,
    Premises,
)
from gbsmart.devices import MAKES
from gbsmart.duis import device_type_of
from gbsmart.ground import Eui64
from gbsmart.inventory import Device, DeviceStatus, DeviceType
from gbsmart.parties import Details, IdentifierKind, IdentifierRange, Licence, Party, User, UserRole
from gbsmart.registration import Fuel, MeteringPoint, Responsibility

_SUPPLY = frozenset({UserRole.IMPORT_SUPPLIER, UserRole.EXPORT_SUPPLIER, UserRole.GAS_SUPPLIER})
_NETWORKS = frozenset({UserRole.ELECTRICITY_DISTRIBUTOR, UserRole.GAS_TRANSPORTER})

PARTIES = (
    (Party("SUP1", "First Supplier"), IMPORT_SUPPLIER, _SUPPLY),
    (Party("SUP2", "Second Supplier"), SECOND_SUPPLIER, _SUPPLY),
    (Party("NET1", "Network Operator"), NETWORK_OPERATOR, _NETWORKS),
    (Party("LOA1", "Load Controller"), LOAD_CONTROLLER, frozenset({UserRole.LOAD_CONTROLLER})),
    (Party("OTH1", "Other User"), OTHER_USER, frozenset({UserRole.OTHER_USER})),
)
"""The Users of the demonstration: the first supplier serves every home."""

DCC = Party("DCC", "Smart DCC Ltd")
_SUPPLIES = frozenset({Licence.ELECTRICITY_SUPPLY, Licence.GAS_SUPPLY})
_DETAILS: Mapping[str, Details] = {
    "SUP1": Details("First Supplier plc", licences=_SUPPLIES, domestic_premises=1_000_000),
    "SUP2": Details("Second Supplier Ltd", licences=_SUPPLIES, domestic_premises=20_000),
    "NET1": Details(
        "Network Operator plc",
        licences=frozenset({Licence.ELECTRICITY_DISTRIBUTION, Licence.GAS_TRANSPORTATION}),
    ),
    "DCC": Details("Smart DCC Ltd", licences=frozenset({Licence.SMART_METER_COMMUNICATION})),
}
"""The Party Details of the demonstration; who is not here holds no licence."""

_SETTLED = timedelta(days=365)
"""How long before the first run the homes were commissioned and registered."""


def fill_registers(
    connection: Connection,
    homes: Iterable[Premises],
    addresses: Mapping[Eui64, tuple[str, ...]],
    now: datetime,
) -> None:
    """Enter what is missing: Users, metering points, devices; also devices that older homes lack.

    ``addresses`` are where Users receive: the primary, then the alternate.
    """
    known = {user.id: user for signifier in _signifiers() for user in parties.users_of(connection, signifier)}
    for party, user_id, roles in PARTIES:
        receive = addresses.get(user_id, ())
        wanted = User(user_id, party.signifier, roles, receive_addresses=receive)
        if user_id not in known:
            _accede(connection, party, user_id, IdentifierKind.USER, now - _SETTLED)
            parties.add_user(connection, wanted)
        elif receive and known[user_id].receive_addresses != receive:
            parties.change_user(connection, replace(known[user_id], receive_addresses=receive))
    settled = now - _SETTLED
    _accede(connection, DCC, ACCESS_CONTROL_BROKER, IdentifierKind.DCC, settled)
    homes = list(homes)
    new = [home for home in homes if inventory.find(connection, home.chf) is None]
    registration.enter(
        connection, (point for home in new for point in _points(home, settled)), received_at=settled
    )
    inventory.add_devices(
        connection,
        (device for home in homes for device in _devices(home, settled)),
        at=settled,
        cause="demonstration street",
    )


def _accede(
    connection: Connection, party: Party, identifier: Eui64, kind: IdentifierKind, at: datetime
) -> None:
    """Enter a Party of the demonstration, with the identifier that it uses, unless it is there already."""
    if party.signifier in {each.signifier for each in parties.parties(connection)}:
        return
    details = _DETAILS.get(party.signifier, Details(party.name))
    parties.accede(connection, party, details, at=at, by="demonstration", share=True)
    parties.add_range(connection, IdentifierRange(identifier, identifier, kind, party.signifier, at))


def remove_home(connection: Connection, home: Premises, at: datetime) -> None:
    """A home is gone: its devices are decommissioned, nobody is responsible for its metering points."""
    for device, _ in home.devices:
        inventory.change_status(connection, device, "decommission", at=at, cause="removed from the street")
    for mpxn in filter(None, (home.mpan, home.mprn, home.export_mpan)):
        for one in registration.responsibilities(connection, mpxn):
            registration.withdraw(connection, mpxn, one.role, at=at)


def _signifiers() -> tuple[str, ...]:
    return tuple(party.signifier for party, _, _ in PARTIES)


def _points(home: Premises, settled: datetime) -> Iterator[tuple[MeteringPoint, list[Responsibility]]]:
    for mpxn, fuel, supplier, network in (
        (home.mpan, Fuel.ELECTRICITY, UserRole.IMPORT_SUPPLIER, UserRole.ELECTRICITY_DISTRIBUTOR),
        (home.mprn, Fuel.GAS, UserRole.GAS_SUPPLIER, UserRole.GAS_TRANSPORTER),
    ):
        point = MeteringPoint(
            mpxn, fuel, uprn=home.uprn, postcode=home.postcode, address_identifier=home.house
        )
        yield point, [
            Responsibility(mpxn, supplier, "SUP1", settled), Responsibility(mpxn, network, "NET1", settled),
        ]  # fmt: skip
    if home.export_mpan:
        point = MeteringPoint(
            home.export_mpan, Fuel.ELECTRICITY, export=True, uprn=home.uprn, postcode=home.postcode,
            address_identifier=home.house,
        )  # fmt: skip
        yield point, [Responsibility(home.export_mpan, UserRole.EXPORT_SUPPLIER, "SUP1", settled)]


def _devices(home: Premises, settled: datetime) -> Iterator[Device]:
    """Each device as it was pre-notified, by what it says of itself."""
    details: Mapping[DeviceType, Mapping[str, Any]] = {
        DeviceType.CHF: {"hub": None, "csp_region": "Central"},
        DeviceType.GPF: {"import_mpxn": home.mprn},
        DeviceType.ESME: {"import_mpxn": home.mpan},
        DeviceType.GSME: {"import_mpxn": home.mprn},
    }
    for eui, kind in home.devices:
        letters = home.variant_of(eui)
        make = MAKES[device_type_of(kind, letters)]
        named = Device(eui, kind, None if kind.is_type_2 else DeviceStatus.COMMISSIONED,
                       hub=home.chf, manufacturer=make.manufacturer, model=make.model)  # fmt: skip
        if not kind.is_type_2:
            named = replace(
                named, firmware_version=make.firmware.hex(), gbcs_version=home.fitting.gbcs_version,
                esme_variant=letters, export_mpan=home.export_mpan if eui == home.esme else "",
                date_commissioned=settled,
            )  # fmt: skip
        yield replace(named, **details.get(kind, {}))
