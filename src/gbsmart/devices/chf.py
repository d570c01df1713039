"""The communications hub function (CHF, CHTS): as a device of its own, it serves logs and credentials."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from gbsmart.devices import hub_radio, identity, network
from gbsmart.devices.asn1 import AsnServer
from gbsmart.devices.cosem import CosemServer, ObjectTable, dictionary
from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import Device
from gbsmart.devices.memory import Memory
from gbsmart.gbcs.dlms.apdu import read_obis
from gbsmart.ground import Eui64

if TYPE_CHECKING:
    from gbsmart.devices.home import Home

KIND: Final = "CHF"

_NETWORK_CONTROL: Final = 104
_OBJECTS: Final = frozenset(
    map(
        read_obis,
        (
            "0-0:99.98.0.255",
            "0-0:99.98.1.255",
            "0-0:96.1.1.255",
            "0-0:96.1.4.255",
            "0-0:96.1.6.255",
            "0-0:0.2.1.255",
            "0-0:94.44.10.0",
            "0-0:94.44.10.1",
            "0-0:94.44.10.2",
            "0-0:94.44.10.3",
        ),
    )
)  # fmt: skip
"""Event and security log, identifiers, firmware version, sub-GHz radio: what else a hub has."""


@cache
def server() -> CosemServer:
    """The objects of the dictionary that a hub has."""
    attributes, methods = dictionary()
    return CosemServer(
        ObjectTable(
            (a for a in attributes if a.ref.class_id == _NETWORK_CONTROL or a.ref.obis in _OBJECTS),
            (m for m in methods if m.ref.class_id == _NETWORK_CONTROL),
            sources={**identity.SOURCES, **network.SOURCES, **hub_radio.SOURCES},
            effects=network.EFFECTS,
            initial=hub_radio.INITIAL,
            written=hub_radio.WRITTEN,
        )
    )


def device(eui: Eui64, memory: Memory, credentials: Credentials, home: Home) -> Device:
    """A communications hub."""
    return Device(eui, KIND, memory, credentials, {"DLMS": server(), "ASN1": AsnServer()}, home)
