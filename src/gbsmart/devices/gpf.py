"""The gas proxy function (GPF, CHTS): answers reads of gas data with what it mirrors of the gas meter.

What it mirrors is as old as the gas meter's last contact, and its responses say so.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, cast

from gbsmart.devices import gas_consumer, gsme
from gbsmart.devices.asn1 import AsnServer
from gbsmart.devices.credentials import Credentials
from gbsmart.devices.device import MIRRORED, Device
from gbsmart.devices.exchange import Exchange
from gbsmart.devices.memory import Memory
from gbsmart.devices.zcl import Subject, ZclServer, ZclTable, key_of
from gbsmart.gbcs.gbz.commands import CLEAR_EVENT_LOG_REQUEST, COMMANDS
from gbsmart.ground import Eui64

if TYPE_CHECKING:
    from gbsmart.devices.home import Home

KIND: Final = "GPF"


def _mirrored(exchange: Exchange) -> Subject:
    home = cast("Home", exchange.device.state)
    return Subject(home.devices[gsme.KIND], home.last_contact(exchange.now))


@cache
def server() -> ZclServer:
    """The gas meter's attributes and its Get commands, and the tenancy and logs of the proxy's own.

    Nothing else is written to the proxy: the gas meter takes its own commands.
    """
    meter = gsme.table()
    reads = {key: handler for key, handler in meter.handlers.items() if COMMANDS[key].name.startswith("Get ")}
    clear = key_of(CLEAR_EVENT_LOG_REQUEST)
    reads[clear] = meter.handlers[clear]
    return ZclServer(ZclTable(meter.sources, meter.initial, (gas_consumer.TENANCY,), reads), _mirrored)


def device(eui: Eui64, memory: Memory, credentials: Credentials, home: Home) -> Device:
    """A gas proxy."""
    return Device(
        eui,
        KIND,
        memory,
        credentials,
        {"GBZ": server(), "ASN1": AsnServer()},
        home,
        clock_status=MIRRORED,
    )
