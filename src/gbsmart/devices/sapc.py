"""The stand-alone auxiliary proportional controller (SAPC, Schedule 9): an electricity meter's controllers
without the meter. Its objects are those that the commands which it takes name.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from gbsmart.devices import device_clock, electricity_events, electricity_load, electricity_updates, identity
from gbsmart.devices.asn1 import AsnServer
from gbsmart.devices.cosem import CosemServer, ObjectTable, dictionary
from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.exchange import Server
from gbsmart.devices.memory import Memory
from gbsmart.gbcs import catalogue, forms
from gbsmart.gbcs.dlms.access import AccessRequest
from gbsmart.gbcs.dlms.apdu import Ref
from gbsmart.ground import Eui64

if TYPE_CHECKING:
    from gbsmart.devices.home import Home

KIND: Final = "SAPC"


def _named() -> set[Ref]:
    """The attributes and methods that commands to such a device name."""
    rules = catalogue.commands()
    return {
        ref
        for form in forms.all_forms()
        if isinstance(form.command, AccessRequest) and form.code in rules and KIND in rules[form.code].devices
        for item in form.command.items
        for ref in (item.ref, *item.among)
    }


@cache
def server() -> CosemServer:
    """The objects of the dictionary that such a controller has."""
    attributes, methods = dictionary()
    named = _named()
    return CosemServer(
        ObjectTable(
            (each for each in attributes if named & {each.ref, each.written_at}),
            (each for each in methods if each.ref in named),
            sources={
                **identity.SOURCES,
                **electricity_events.SOURCES,
                **electricity_load.SOURCES,
                **device_clock.SOURCES,
            },
            effects={**electricity_updates.EFFECTS, **device_clock.EFFECTS},
            initial={**electricity_events.INITIAL, **electricity_load.INITIAL},
            written={**electricity_events.WRITTEN, **electricity_updates.WRITTEN},
            activated=electricity_updates.ACTIVATED,
        )
    )


def device(eui: Eui64, memory: Memory, credentials: Credentials, home: Home) -> Device:
    """A stand-alone controller."""
    servers: dict[str, Server] = {"DLMS": server(), "ASN1": AsnServer()}
    return Device(eui, KIND, memory, credentials, servers, home, routines=electricity_updates.ROUTINES)
