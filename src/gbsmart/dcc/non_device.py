"""Non-device services: requests that a register answers in the same exchange (Command Variant 8).

:data:`SERVICES` says how a variant is answered; one that is not there is refused as not offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from gbsmart import inventory, registration
from gbsmart.dcc import scheduling
from gbsmart.dcc.access import UNREGISTERED_ROLES, Case, Grant
from gbsmart.dcc.answers import Found, Payload, Service
from gbsmart.dcc.refusal import Refused
from gbsmart.ground import NotFound
from gbsmart.inventory import Device

NOTHING_FOUND = "E080201"
NOT_ENTITLED = "E080202"
"""Response codes of 8.2 (basis: I)."""

_PLAIN = {
    "smets_chts_version": "smets_chts_version",
    "device_firmware_version": "firmware_version",
    "device_firmware_version_status": "firmware_version_status",
    "cpl_status": "cpl_status",
    "import_mpxn": "import_mpxn",
    "secondary_import_mpan": "secondary_import_mpan",
    "export_mpan": "export_mpan",
    "esme_variant": "esme_variant",
    "csp_region": "csp_region",
    "device_gbcs_version": "gbcs_version",
    "han_variant": "han_variant",
    "s1sp": "s1sp",
    "connectivity": "connectivity",
}
"""Fields of DSPInventory that are there when the inventory holds a value, and its names for them."""


def service(case: Case) -> Service:
    """How a non-device request is answered; raises :class:`Refused`."""
    found = SERVICES.get(case.service.variant)
    if found is None:
        raise Refused("not_served", f"{case.service.variant} {case.service.name} is not offered by this DCC")
    return found


def read_inventory(connection: Connection, case: Case, grant: Grant) -> Found:
    """8.2 Read Inventory: the devices of whole premises, by any of four keys."""
    asked = case.request.values or {}
    where = dict(asked.get("property_filter") or {})
    found = inventory.read_inventory(
        connection,
        device_id=asked.get("device_id"),
        mpxn=asked.get("mpxn", ""),
        uprn=str(asked.get("uprn", "")),
        postcode=where.get("post_code", ""),
        address_identifier=where.get("address_identifier", ""),
    )
    if not found:
        raise Refused("variant", "no device is found for the search", code=NOTHING_FOUND)
    if not _is_entitled(connection, case, grant, found):
        raise Refused("variant", "the User has no part in these premises", code=NOT_ENTITLED)
    return Found({"dsp_inventory": tuple(_entry(connection, device) for device in found)})


def _is_entitled(connection: Connection, case: Case, grant: Grant, found: list[Device]) -> bool:
    """Responsible now or later for a device found, or its pre-notifier, or of a role that needs neither."""
    if case.eligible & UNREGISTERED_ROLES or not any(device.mpxns for device in found):
        return True
    return any(
        device.owner == grant.user.id
        or inventory.qualifying_roles(connection, grant.user, device, at=case.at, or_later=True)
        for device in found
    )


def _entry(connection: Connection, device: Device) -> Payload:
    entry: dict[str, Any] = {
        "device_id": device.id,
        "device_type": device.type.value,
        "device_manufacturer": device.manufacturer,
        "device_model": device.model,
    }
    if device.status is not None:
        entry["device_status"] = device.status.value
    if device.date_commissioned is not None:
        entry["date_commissioned"] = device.date_commissioned.date()
    entry.update((theirs, str(value)) for theirs, ours in _PLAIN.items() if (value := getattr(device, ours)))
    entry.update(_premises(connection, device))
    return entry


def _premises(connection: Connection, device: Device) -> Payload:
    if not device.import_mpxn:
        return {}
    try:
        point = registration.point(connection, device.import_mpxn)
    except NotFound:
        return {}
    premises: dict[str, Any] = {}
    if point.uprn:
        premises["uprn"] = int(point.uprn)
    if point.postcode:
        address = {"post_code": point.postcode, "address_identifier": point.address_identifier}
        premises["property_filter"] = address
    return premises


SERVICES: Mapping[str, Service] = {**scheduling.SERVICES, "8.2": Service(read_inventory)}
"""Variant to how it is answered."""
